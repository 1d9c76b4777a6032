"""Response files: every row checked, matched to a prompt set, nothing lost and nothing guessed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from ifbench.errors import InvalidInputError, Problem, UsageError, count_of, nearest, quote
from ifbench.prompts import Prompt, PromptSet
from ifbench.reasoning import split_reasoning
from ifbench.records import Key, Place, Response, parse_lines


class ResponseRow(NamedTuple):
    """A line of a response file. It names its prompt by ``key``, by ``prompt`` (the exact text), or by both.

    ``turn`` is None when the row does not say. The key of ``response`` is that of the row, or empty.
    """

    line: int
    key: Key | None
    prompt: str | None
    turn: int | None
    response: Response


class _Field(NamedTuple):
    """What a field of a row may hold: types, the same in words, and the least value of a number."""

    types: tuple[type, ...]
    words: str
    least: int | None = None


_FIELDS = {
    "key": _Field((int, str), "a whole number or text"),
    "prompt": _Field((str,), "text"),
    "response": _Field((str, type(None)), "text"),
    "sample": _Field((int,), "a whole number from 0", 0),
    "turn": _Field((int, type(None)), "a whole number from 1", 1),
    "reasoning": _Field((str, type(None)), "text or null"),
    "reasoning_closed": _Field((bool,), "true or false"),
    "finish_reason": _Field((str, type(None)), "text or null"),
    "prompt_tokens": _Field((int, type(None)), "a whole number or null", 0),
    "completion_tokens": _Field((int, type(None)), "a whole number or null", 0),
    "reasoning_tokens": _Field((int, type(None)), "a whole number or null", 0),
    "cached_tokens": _Field((int, type(None)), "a whole number or null", 0),
    "latency": _Field((int, float, type(None)), "seconds or null", 0),
    "error": _Field((str, type(None)), "text or null"),
}


def _faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    """Field, description and hint of everything wrong with one row."""
    if "key" not in row and "prompt" not in row:
        yield "key", "is missing; a response names its prompt by 'key' or by 'prompt'", nearest("key", row)
    if "response" not in row and not row.get("error"):
        yield "response", "is missing", nearest("response", row)
    for name, field in _FIELDS.items():
        value = row.get(name)
        if name not in row:
            continue
        fits = isinstance(value, field.types) and (bool in field.types or not isinstance(value, bool))
        if isinstance(value, float) and not math.isfinite(value):
            fits = False
        if not fits or (field.least is not None and value is not None and value < field.least):
            yield name, f"{quote(value)} is not {field.words}", None


def _parsed(line: int, row: Mapping[str, Any]) -> ResponseRow:
    told = {name: row[name] for name in _FIELDS.keys() - {"key", "prompt", "turn"} if name in row}
    told["response"] = row.get("response") or ""
    told["error"] = row.get("error") or ("the response is null" if row.get("response") is None else None)
    turn, key = row.get("turn"), row.get("key")
    return ResponseRow(
        line, key, row.get("prompt"), turn, Response(key="" if key is None else key, turn=turn or 1, **told)
    )


def response_rows(path: Path, problems: list[Problem]) -> list[ResponseRow]:
    """The rows of a response file; the faults of those that are no good are added to ``problems``.

    Raises:
        UsageError: the file cannot be read.
    """
    rows: list[ResponseRow] = []
    before = len(problems)
    for line, row in parse_lines(path, problems):
        faults = [Problem(text, str(path), line, row.get("key"), field, hint) for field, text, hint in _faults(row)]
        problems += faults
        if not faults:
            rows.append(_parsed(line, row))
    if not rows and len(problems) == before:
        problems.append(Problem("holds no response", str(path), hint="expected one JSON object a line"))
    return rows


@dataclass(frozen=True)
class MatchedResponses:
    """The responses of a file that belong to a prompt set, by their place, and the lines that belong to none."""

    by_place: dict[Place, Response]
    unmatched: tuple[int, ...] = ()

    @property
    def samples(self) -> int:
        """How many samples a prompt the file holds: one more than the highest number of a sample in it."""
        return max((sample for _, sample, _ in self.by_place), default=0) + 1


def with_reasoning_apart(response: Response) -> Response:
    """``response`` with reasoning in tags taken out of the answer and kept beside it."""
    if response.error is not None:
        return response
    split = split_reasoning(response.response)
    if split.reasoning is None:
        return response
    reasoning = "\n".join(part for part in (response.reasoning, split.reasoning) if part)
    closed = response.reasoning_closed and split.closed
    return replace(response, response=split.answer, reasoning=reasoning, reasoning_closed=closed)


def _find(row: ResponseRow, prompts: PromptSet, by_text: Mapping[str, list[Prompt]]) -> Prompt | None:
    """The prompt ``row`` answers. A key whose prompt text is another one belongs to another set."""
    if row.key is None:
        return next(iter(by_text.get(row.prompt or "", [])), None)
    prompt = prompts.by_key.get(str(row.key))
    if prompt is not None and row.prompt is not None and all(row.prompt != turn.user for turn in prompt.turns):
        return None
    return prompt


def _misplaced(row: ResponseRow, prompt: Prompt, same: list[Prompt]) -> tuple[str, str] | None:
    """Field and description of what keeps ``row`` from being an answer to one turn of ``prompt``; None when nothing."""
    turns = len(prompt.turns)
    if row.key is None and len(same) > 1:
        names = ", ".join(quote(one.key) for one in same[:5])
        return "prompt", f"prompts {names} have this text; name one of them by 'key'"
    if row.turn is None and turns > 1:
        return "turn", f"is missing; the conversation has {turns} turns"
    if row.response.turn > turns:
        return "turn", f"{row.response.turn}: the conversation has {count_of(turns, 'turns')}"
    return None


def read_responses(path: Path, prompts: PromptSet) -> MatchedResponses:
    """Read the responses of a JSON Lines file to the prompts of a set, one a prompt, sample and turn.

    A row names its prompt by ``key``, or by the text of its first turn. A failed response may be followed by another
    try, and the last one counts.

    Raises:
        InvalidInputError: with every fault of the file, or because none of it belongs to ``prompts``.
        UsageError: the file cannot be read.
    """
    problems: list[Problem] = []
    by_text: dict[str, list[Prompt]] = {}
    for prompt in prompts.prompts:
        by_text.setdefault(prompt.turns[0].user, []).append(prompt)
    found: dict[Place, ResponseRow] = {}
    unmatched: list[int] = []
    rows = response_rows(path, problems)
    for row in rows:
        prompt = _find(row, prompts, by_text)
        if prompt is None:
            unmatched.append(row.line)
            continue
        response = replace(row.response, key=prompt.key)
        fault = _misplaced(row, prompt, by_text.get(row.prompt or "", []))
        earlier = found.get(response.place)
        if fault is None and earlier is not None and earlier.response.error is None:
            which = "" if response.place[1:] == (0, 1) else f", sample {response.sample}, turn {response.turn}"
            message = f"a second response to prompt {prompt.key!r}{which}; the first is on line {earlier.line}"
            fault = ("prompt" if row.key is None else "key"), message
        if fault is not None:
            problems.append(Problem(fault[1], str(path), row.line, row.key, fault[0]))
            continue
        found[response.place] = row._replace(response=with_reasoning_apart(response))
    if unmatched and not found and not problems:
        problems.append(_stranger(path, len(rows), prompts))
    if problems:
        raise InvalidInputError(problems)
    return MatchedResponses({place: row.response for place, row in found.items()}, tuple(unmatched))


def _stranger(path: Path, total: int, prompts: PromptSet) -> Problem:
    return Problem(
        f"none of its {count_of(total, 'responses')} answers a prompt of {prompts.name} ({prompts.path})",
        str(path),
        hint="these are responses to another set; name that one with --set",
    )


def read_witnesses(prompts: PromptSet) -> dict[tuple[str, int], str]:
    """The witness replies of a set by key as text and turn, from the ``witnesses.jsonl`` beside its prompts.

    Raises:
        InvalidInputError: the file has faults, or lacks the witness of a turn that another follows.
        UsageError: there is no such file.
    """
    path = prompts.path.with_name("witnesses.jsonl")
    if not path.is_file():
        raise UsageError(f"{path}: no such file; --history gold needs the witness replies of the set")
    found = read_responses(path, prompts).by_place
    witnesses = {(key, turn): response.response for (key, sample, turn), response in found.items() if not sample}
    problems = [
        Problem(f"has no witness for turn {turn}", str(path), key=prompt.key, hint="later turns are built on it")
        for prompt in prompts.prompts
        for turn in range(1, len(prompt.turns))
        if (str(prompt.key), turn) not in witnesses
    ]
    if problems:
        raise InvalidInputError(problems)
    return witnesses
