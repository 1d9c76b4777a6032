"""One side of the scoring benchmark: one process, one core, one file of responses.

``scoring.py`` starts this script anew for every measurement, under our interpreter or under a peer's, with a job as
JSON on standard input; the last line of standard output is the outcome. Only the standard library is imported before
the side is known, and nothing of the other side ever is.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import random
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

Row = dict[str, Any]
Bits = list[list[bool]]
Process = Callable[[Row, str], Row]

# Loads what either side keeps for good: language profiles, Punkt's parameters, dictionaries. None is in a prompt set.
WARM_UP: dict[str, Row] = {
    "ifeval": {
        "key": "warm-up",
        "prompt": "Say two things.",
        "instruction_id_list": [
            "language:response_language",
            "length_constraints:number_sentences",
            "change_case:capital_word_frequency",
        ],
        "kwargs": [
            {"language": "en"},
            {"relation": "at least", "num_sentences": 2},
            {"capital_relation": "less than", "capital_frequency": 2},
        ],
    },
    "ifbench": {
        "key": "warm-up",
        "prompt": "Say two things.",
        "instruction_id_list": [
            "ratio:stop_words",
            "words:odd_even_syllables",
            "format:emoji",
            "words:words_position",
            "ratio:sentence_balance",
        ],
        "kwargs": [{"percentage": 60}, {}, {}, {"keyword": "weather"}, {}],
    },
}
WARM_UP_REPLY = "The weather is fine today. We are going into the garden."


class Ours:
    """``ifbench.scoring.score``, prompts bound beforehand as every run has them."""

    packages = ("emoji", "langdetect", "numpy", "pydantic", "syllapy")

    def __init__(self, job: Row):
        from ifbench import scoring
        from ifbench.prompts import Prompt, Turn, load_prompts
        from ifbench.registry import find

        known = load_prompts(Path(job["prompts"]), edition="published").by_key
        self._score, self._item = scoring.score, scoring.Item
        self._prompts = [known[key] for key in job["keys"]]
        warm_up = WARM_UP[job["set"]]
        pairs = zip(warm_up["instruction_id_list"], warm_up["kwargs"], strict=True)
        constraints = tuple(find(id).bind(params) for id, params in pairs)
        self._score(self._item(Prompt("warm-up", (Turn.of(warm_up["prompt"], *constraints),)), (WARM_UP_REPLY,)))

    def run(self, responses: Sequence[str]) -> list[Any]:
        """The verdicts on all responses: what is timed."""
        score, item = self._score, self._item
        return [score(item(prompt, (response,))) for prompt, response in zip(self._prompts, responses, strict=True)]

    @staticmethod
    def bits(outcome: Any) -> Bits:
        """Strict and loose, one a constraint."""
        return [
            [verdict.strict for verdict in outcome.constraints],
            [verdict.loose for verdict in outcome.constraints],
        ]


class Peer:
    """A peer's own scoring of one response. Where it crashes, the outcome is the exception."""

    def __init__(self, job: Row):
        rows = [json.loads(line) for line in Path(job["prompts"]).read_text("utf-8").split("\n") if line.strip()]
        known = {str(row["key"]): row for row in rows}
        self._docs = [known[key] for key in job["keys"]]
        self._process, self.packages = PEERS[job["side"]]()
        self._process(WARM_UP[job["set"]], WARM_UP_REPLY)

    def run(self, responses: Sequence[str]) -> list[Any]:
        """The verdicts on all responses: what is timed."""
        process = self._process
        outcomes: list[Any] = []
        for doc, response in zip(self._docs, responses, strict=True):
            try:
                outcomes.append(process(doc, response))
            except Exception as error:  # noqa: BLE001
                outcomes.append(error)
        return outcomes

    @staticmethod
    def bits(outcome: Any) -> Bits | None:
        """Strict and loose, one a constraint."""
        if isinstance(outcome, Exception):
            return None
        return [outcome["inst_level_strict_acc"], outcome["inst_level_loose_acc"]]


def _lm_eval() -> tuple[Process, tuple[str, ...]]:
    """``process_results`` of lm-eval's IFEval task as it is shipped, with langdetect's seed set as ours is."""
    import langdetect
    import nltk

    nltk.download = _no_download
    langdetect.DetectorFactory.seed = 0
    spec = find_spec("lm_eval")
    if spec is None or spec.origin is None:
        raise SystemExit("lm_eval is not installed in this environment")
    # lm_eval.tasks imports the rest of the harness; its ifeval folder needs none of that.
    tasks = ModuleType("lm_eval.tasks")
    tasks.__path__ = [str(Path(spec.origin).parent / "tasks")]
    sys.modules["lm_eval.tasks"] = tasks
    from lm_eval.tasks.ifeval.utils import process_results

    return lambda doc, response: process_results(doc, [response]), ("lm_eval", "langdetect", "nltk")


def _lighteval() -> tuple[Process, tuple[str, ...]]:
    """The two functions of lighteval's IFBench task as they are shipped, called as ``IFBench.compute`` calls them."""
    import nltk
    from lighteval.utils import imports

    nltk.download = _no_download
    # Every instruction's constructor loads a spaCy model until one has; no check looks at it.
    spacy = ModuleType("spacy")
    spacy.load = lambda _: None
    sys.modules["spacy"] = spacy
    imports.version = lambda name: "3.8.0" if name == "spacy" else version(name)
    from lighteval.tasks.tasks.ifbench import evaluation_lib

    strict, loose = evaluation_lib.test_instruction_following_strict, evaluation_lib.test_instruction_following_loose

    def process(doc: Row, response: str) -> Row:
        ids, prompt, kwargs = doc["instruction_id_list"], doc["prompt"], doc["kwargs"]
        example = evaluation_lib.InputExample(key=0, instruction_id_list=ids, prompt=prompt, kwargs=kwargs)
        responses = {prompt: response}
        return {
            "inst_level_strict_acc": strict(example, responses).follow_instruction_list,
            "inst_level_loose_acc": loose(example, responses).follow_instruction_list,
        }

    return process, ("lighteval", "emoji", "nltk", "syllapy")


def _no_download(*_: object, **__: object) -> bool:
    """Stands in for ``nltk.download``. What is missing from NLTK_DATA then stops the warm-up, where it is read."""
    return True


PEERS: dict[str, Callable[[], tuple[Process, tuple[str, ...]]]] = {"lm-eval": _lm_eval, "lighteval": _lighteval}


def _timed(side: Ours | Peer, responses: Sequence[str]) -> tuple[dict[str, float], list[Any]]:
    # Peers draw what they take for a missing parameter; the seed makes at least the draw repeatable.
    random.seed(0)
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    outcomes = side.run(responses)
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}, outcomes


def measure(side: Ours | Peer, responses: Sequence[str]) -> Row:
    """Two passes: cold, over responses this process has never seen, and the same again, warm."""
    cold, outcomes = _timed(side, responses)
    bits = [side.bits(outcome) for outcome in outcomes]
    crashes = {
        number: f"{type(outcome).__name__}: {outcome}"
        for number, outcome in enumerate(outcomes)
        if isinstance(outcome, Exception)
    }
    del outcomes
    warm, _ = _timed(side, responses)
    return {"cold": cold, "warm": warm, "bits": bits, "crashes": crashes}


def profile(side: Ours, responses: Sequence[str]) -> Row:
    """A cold pass with a stopwatch around every constraint, strict and loose together.

    What constraints share (the words of a text, its relaxed forms) is charged to the first that asks for it.
    """
    from ifbench import scoring

    spent: dict[str, list[float]] = {}
    judge = scoring.judge

    def stopwatch(held: Any, *args: Any) -> Any:
        start = time.perf_counter()
        verdict = judge(held, *args)
        seconds_and_number = spent.setdefault(held.constraint.id, [0.0, 0])
        seconds_and_number[0] += time.perf_counter() - start
        seconds_and_number[1] += 1
        return verdict

    scoring.judge = stopwatch
    cold, _ = _timed(side, responses)
    return {"cold": cold, "kinds": spent}


def main() -> None:
    """Read the job, measure, write the outcome."""
    job = json.loads(sys.stdin.read())
    if job["core"] is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {job["core"]})
    start = time.perf_counter()
    side = Peer(job) if job["side"] in PEERS else Ours(job)
    start = time.perf_counter() - start
    if job["profile"] and isinstance(side, Ours):
        outcome = profile(side, job["responses"])
    else:
        outcome = measure(side, job["responses"])
    outcome["start"] = start
    outcome["versions"] = {"python": platform.python_version()} | {name: version(name) for name in side.packages}
    if isinstance(side, Ours):
        outcome["versions"]["ifbench"] = sys.modules["ifbench"].__version__
    sys.stdout.write(json.dumps(outcome) + "\n")


if __name__ == "__main__":
    main()
