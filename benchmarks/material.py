"""What the scoring benchmark is run over: prompt sets, their peers, files of responses, known disagreements."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import peer
from peer import Peer

Row = dict[str, Any]


class Unusable(Exception):  # noqa: N818
    """The benchmark cannot run; the message says why and what to do."""


@dataclass(frozen=True)
class PromptSet:
    """A published prompt set and the peer that scores it.

    ``rounds`` is how often it is measured unless the command line says otherwise. Constraints in ``left_out`` are taken
    out of the prompts for both sides. ``reason`` says why the peer's verdict may differ from ours, where that is known.
    """

    name: str
    peer: Peer
    rounds: int
    reason: Callable[[str, Row], str | None]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """One file of responses, matched to the prompts; ``unmatched`` of its lines answer none."""

    name: str
    keys: tuple[str, ...]
    responses: tuple[str, ...]
    unmatched: int


def _lm_eval_reason(id: str, params: Row) -> str | None:
    letter = params.get("letter")
    if id == "keywords:letter_frequency" and letter and not "a" <= letter.lower() <= "z":
        return f"lm-eval counts a random letter instead of {letter!r}"
    if any(value is not None and not value for value in params.values()):
        return "lm-eval drops a parameter that is zero or empty, and draws it at random"
    return None


_SPLITTER = "lighteval finds sentences by regular expressions, IFBench by Punkt"
_LIGHTEVAL_REASONS = {
    "ratio:sentence_type": _SPLITTER,
    "ratio:sentence_balance": _SPLITTER,
    "format:emoji": _SPLITTER,
    "count:pronouns": 'lighteval has fewer pronouns ("this", "what" and "something" are none)',
    "format:quote_unquote": "lighteval takes curly quotation marks for straight ones, IFBench does not",
    "format:title_case": "lighteval passes over words of one letter, IFBench does not",
    "repeat:repeat_change": "lighteval compares from the second character on, IFBench from the second word on",
}


def _lighteval_reason(id: str, _: Row) -> str | None:
    return _LIGHTEVAL_REASONS.get(id)


SETS = {
    known.name: known
    for known in (
        PromptSet("ifeval", peer.LM_EVAL, 3, _lm_eval_reason),
        # A pass takes a fraction of a second, hence the rounds. The tagger that start_verb needs is not at hand.
        PromptSet("ifbench", peer.LIGHTEVAL, 9, _lighteval_reason, ("words:start_verb",)),
    )
}


def read_jsonl(path: Path) -> list[Row]:
    """The objects of a JSON Lines file, compressed or not."""
    if not path.is_file():
        raise Unusable(f"{path}: no such file; --reference names the folder of the prompts and responses")
    raw = path.read_bytes()
    try:
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, OSError) as error:
        raise Unusable(f"{path}: is not JSON Lines: {error}") from error


def read_prompts(path: Path, left_out: Sequence[str]) -> dict[str, Row]:
    """The prompts by their key, without constraints of the types ``left_out`` and without prompts of no other."""
    prompts: dict[str, Row] = {}
    for row in read_jsonl(path):
        pairs = zip(row["instruction_id_list"], row["kwargs"], strict=True)
        if kept := [(id, params) for id, params in pairs if id not in left_out]:
            ids, kwargs = zip(*kept, strict=True)
            prompts[str(row["key"])] = row | {"instruction_id_list": [*ids], "kwargs": [*kwargs]}
    return prompts


def read_batch(path: Path, prompts: dict[str, Row]) -> Batch:
    """The responses of ``path``, each of which names its prompt by ``key`` or by ``prompt``, its text."""
    # Some responses to IFBench were recorded when the prompt still ended in a space.
    keys = {row["prompt"].strip(): key for key, row in prompts.items()}
    rows = read_jsonl(path)
    found = [(str(row["key"]) if "key" in row else keys.get(row["prompt"].strip()), row["response"]) for row in rows]
    matched = [(key, response) for key, response in found if key in prompts]
    if not matched:
        raise Unusable(f"{path}: no line has the 'key' or the 'prompt' of any prompt")
    name = path.name.removesuffix(".gz").removesuffix(".jsonl").removeprefix("responses.")
    return Batch(name, *map(tuple, zip(*matched, strict=True)), len(rows) - len(matched))


def disagreements(
    batch: Batch, prompts: dict[str, Row], reason: Callable[[str, Row], str | None], ours: Row, theirs: Row
) -> Iterator[Row]:
    """Each verdict on which the two sides differ, with the reason where it is known; a crash differs from any."""
    for number, (key, mine, other) in enumerate(zip(batch.keys, ours["bits"], theirs["bits"], strict=True)):
        row = prompts[key]
        crash = theirs["crashes"].get(str(number))
        for reading, a, b in zip(("strict", "loose"), mine, other or [[None] * len(mine[0])] * 2, strict=True):
            for id, params, left, right in zip(row["instruction_id_list"], row["kwargs"], a, b, strict=True):
                if left != right:
                    yield {
                        "id": id,
                        "key": key,
                        "responses": batch.name,
                        "number": number,
                        "reading": reading,
                        "ours": left,
                        "theirs": right,
                        "reason": f"crash: {crash}" if crash else reason(id, params),
                    }
