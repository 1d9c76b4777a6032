"""One side of generation.py: an engine in a process of its own, which answers one line of JSON with another.

    python generation_worker.py ours|chat FOLDER LOG ENGINE_ARGUMENTS

"ours" is the vllm engine of ifbench, "chat" is vLLM's own ``LLM.chat``. The first line out says that the engine is
ready; each line in names a job, and its answer holds the seconds it took, by the clock and by CPU time of all
processes, and what was said.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

Job = dict[str, Any]
Said = dict[str, str]
"""Texts by conversation and turn, as "3/1"."""


def _cpu_seconds() -> float:
    """CPU time so far of this process and all it has started."""
    import psutil

    process = psutil.Process()
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(each.user + each.system for each in times)


CONSTRAINTS: list[tuple[str, dict[str, Any]]] = [
    ("length_constraints:number_words", {"relation": "at least", "num_words": 20}),
    ("punctuation:no_comma", {}),
    ("change_case:english_lowercase", {}),
]
"""What every answer of a run is held to; the last one tells the language."""


class _Kept:
    """An engine that a run does not close."""

    def __init__(self, engine: Any):
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def close(self) -> None:
        """Nothing: there are more rounds."""


class Ours:
    """The vllm engine of ifbench."""

    def __init__(self, model: str, log: str, arguments: dict[str, Any]):
        from ifbench.generators import EngineOptions, create

        dtype = arguments.pop("dtype", "auto")
        memory = arguments.pop("gpu_memory_utilization", None)
        options = EngineOptions(
            model, dtype=dtype, gpu_memory_utilization=memory, model_args=arguments, log_path=Path(log)
        )
        self.engine: Any = create("vllm", options)
        self.jobs = {"single": self.single, "run": self.run, "continuous": self.continuous, "turns": self.turns}
        self.steps = 0
        core = self.engine._engine.engine_core
        receive = core.get_output_async

        async def counted() -> Any:
            """What a step has brought, which no other work on the machine changes the number of."""
            self.steps += 1
            return await receive()

        core.get_output_async = counted

    def reset(self) -> None:
        """Forget all prefixes."""
        self.engine.loop.run(self.engine._engine.reset_prefix_cache())

    def _sampling(self, job: Job) -> Any:
        from ifbench.generators import Sampling

        return Sampling(max_tokens=job["max_tokens"], extra={"ignore_eos": True} if job["ignore_eos"] else {})

    @staticmethod
    def _request(key: int, said: list[str], job: Job) -> Any:
        """The next request of conversation ``key``, in which ``said`` was answered so far."""
        from ifbench.generators import Message, Request

        asked = job["conversations"][key]
        messages = [Message("user", asked[0])]
        for answer, user in zip(said, asked[1:], strict=False):
            messages += [Message("assistant", answer), Message("user", user)]
        return Request(key, tuple(messages), turn=len(said) + 1)

    def _collect(self, responses: Any) -> Said:
        said: Said = {}
        self.cached = 0
        for response in responses:
            if response.error is not None:
                raise RuntimeError(response.error)
            said[f"{response.key}/{response.turn}"] = response.response
            self.cached += response.cached_tokens or 0
        return said

    def single(self, job: Job) -> Said:
        """The first turn of every conversation."""
        requests = [self._request(key, [], job) for key in range(len(job["conversations"]))]
        return self._collect(self.engine.generate(requests, self._sampling(job)))

    def run(self, job: Job) -> Said:
        """The first turn of every conversation as ``ifbench run`` has it: each answer kept and scored as it comes."""
        from ifbench.dialogue import Dialogue
        from ifbench.pipeline import generate
        from ifbench.prompts import Prompt, PromptSet, Turn
        from ifbench.registry import find
        from ifbench.runs import RunFolder
        from ifbench.settings import Settings

        held = [find(id, "corrected").bind(params) for id, params in CONSTRAINTS]
        asked = [Prompt(key, (Turn.of(turns[0], *held),)) for key, turns in enumerate(job["conversations"])]
        prompts = PromptSet("benchmark", Path("none"), "none", "corrected", tuple(asked))
        with (
            tempfile.TemporaryDirectory() as folder,
            RunFolder.open(Path(folder) / "run", Settings("benchmark", "vllm", prompts), []) as run,
        ):
            dialogue = Dialogue(prompts)
            generate(run, dialogue, lambda: _Kept(self.engine), self._sampling(job), "benchmark")
        return self._collect(dialogue.responses.values())

    def continuous(self, job: Job) -> Said:
        """Whole conversations, each at its own pace."""
        said: list[list[str]] = [[] for _ in job["conversations"]]

        def follow(response: Any) -> Any:
            said[response.key].append(response.response)
            more = len(said[response.key]) < len(job["conversations"][response.key])
            return self._request(response.key, said[response.key], job) if more else None

        requests = [self._request(key, [], job) for key in range(len(said))]
        return self._collect(self.engine.generate(requests, self._sampling(job), follow))

    def turns(self, job: Job) -> Said:
        """Whole conversations, all waiting at each turn for the slowest."""
        told: Said = {}
        cached = 0
        said: list[list[str]] = [[] for _ in job["conversations"]]
        for turn in range(1, max(map(len, job["conversations"])) + 1):
            open_ones = [key for key, asked in enumerate(job["conversations"]) if len(asked) >= turn]
            requests = [self._request(key, said[key], job) for key in open_ones]
            told |= self._collect(self.engine.generate(requests, self._sampling(job)))
            cached += self.cached
            for key in open_ones:
                said[key].append(told[f"{key}/{turn}"])
        self.cached = cached
        return told

    def close(self) -> None:
        """End the engine."""
        self.engine.close()


class Chat:
    """vLLM's ``LLM``, with the same engine arguments."""

    def __init__(self, model: str, log: str, arguments: dict[str, Any]):
        from ifbench.generators import EngineOptions
        from ifbench.generators.vllm.logs import descriptors_to, set_environment

        set_environment(EngineOptions(model, log_path=Path(log)))
        with descriptors_to(Path(log)):
            import vllm
            from vllm.platforms import current_platform

            if current_platform.is_cpu():
                arguments = {"dtype": "float32", "enforce_eager": True} | arguments
            self.parameters: Any = vllm.SamplingParams
            self.llm: Any = vllm.LLM(model=model, enable_prefix_caching=True, seed=0, **arguments)
        self.jobs = {"single": self.single}
        self.cached = 0
        self.steps = 0

    def reset(self) -> None:
        """Forget all prefixes."""
        self.llm.reset_prefix_cache()

    def single(self, job: Job) -> Said:
        """The first turn of every conversation."""
        parameters = self.parameters(temperature=0.0, max_tokens=job["max_tokens"], ignore_eos=job["ignore_eos"])
        chats = [[{"role": "user", "content": asked[0]}] for asked in job["conversations"]]
        outputs = self.llm.chat(chats, parameters, use_tqdm=False)
        self.cached = sum(output.num_cached_tokens or 0 for output in outputs)
        return {f"{key}/1": output.outputs[0].text for key, output in enumerate(outputs)}

    def close(self) -> None:
        """Nothing: the engine ends with the process."""


SIDES: dict[str, Callable[[str, str, dict[str, Any]], Any]] = {"ours": Ours, "chat": Chat}


def main() -> None:
    """Serve jobs until there are no more."""
    side, model, log, arguments = sys.argv[1:]
    # What else is printed must not come between the lines of the answer.
    lines = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    began = time.perf_counter()
    engine = SIDES[side](model, log, json.loads(arguments))
    print(json.dumps({"start": time.perf_counter() - began}), file=lines, flush=True)
    for line in sys.stdin:
        job: Job = json.loads(line)
        engine.reset()
        engine.steps = 0
        cpu, clock = _cpu_seconds(), time.perf_counter()
        said = engine.jobs[job["do"]](job)
        clock, cpu = time.perf_counter() - clock, _cpu_seconds() - cpu
        answer = {"wall": clock, "cpu": cpu, "cached": engine.cached, "steps": engine.steps, "said": said}
        print(json.dumps(answer), file=lines, flush=True)
    engine.close()


if __name__ == "__main__":
    main()
