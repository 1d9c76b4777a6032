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

    ``turn`` is None when the row does not say. The key of ``response`` is that of the row, or empty. ``apart``: what
    reasoning there was is out of the response already, which a row says by its ``reasoning`` or, as every row of a
    run does, by ``reasoning_closed``.
    """

    line: int
    key: Key | None
    prompt: str | None
    turn: int | None
    response: Response
    apart: bool = False

    def answering(self, key: Key, turn: int) -> Response:
        """The response as one to ``turn`` of the prompt ``key``, with reasoning in tags taken out of the answer."""
        response = replace(self.response, key=key, turn=turn)
        if self.apart or response.error is not None:
            return response
        split = split_reasoning(response.response)
        return replace(response, response=split.answer, reasoning=split.reasoning, reasoning_closed=split.closed)


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
    response = Response(key="" if key is None else key, turn=turn or 1, **told)
    apart = response.reasoning is not None or "reasoning_closed" in row
    return ResponseRow(line, key, row.get("prompt"), turn, response, apart)


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
        """How many samples a prompt the file holds: one more than the highest number of a sample in it.

        So many are there in truth only when the file was read without gaps.
        """
        return max((sample for _, sample, _ in self.by_place), default=0) + 1


class _Candidate(NamedTuple):
    """A prompt that a row may answer, and the turns it may be an answer to."""

    prompt: Prompt
    turns: list[int]


def _by_text(prompts: PromptSet) -> dict[str, list[Prompt]]:
    """The prompts by the texts of their turns, each once under a text."""
    found: dict[str, list[Prompt]] = {}
    for prompt in prompts.prompts:
        for text in {turn.user: None for turn in prompt.turns}:
            found.setdefault(text, []).append(prompt)
    return found


def _turns(row: ResponseRow, prompt: Prompt) -> list[int]:
    """The turns of ``prompt`` that ``row`` may be an answer to, by its turn and its text."""
    texts = [turn.user for turn in prompt.turns]
    if row.turn is not None:
        fits = row.turn <= len(texts) and row.prompt in (None, texts[0], texts[row.turn - 1])
        return [row.turn] if fits else []
    return [number for number, text in enumerate(texts, start=1) if row.prompt in (None, text)]


def _candidates(row: ResponseRow, prompts: PromptSet, by_text: Mapping[str, list[Prompt]]) -> list[_Candidate]:
    """The prompts ``row`` names. A key whose prompt text is another one belongs to another set."""
    if row.key is None:
        named = by_text.get(row.prompt or "", [])
    else:
        prompt = prompts.by_key.get(str(row.key))
        named = [] if prompt is None else [prompt]
        if row.prompt is not None:
            named = [prompt for prompt in named if any(row.prompt == turn.user for turn in prompt.turns)]
    return [_Candidate(prompt, _turns(row, prompt)) for prompt in named]


def _placed(row: ResponseRow, candidates: list[_Candidate]) -> Response | tuple[str, str]:
    """The response of ``row`` at the one place it answers; field and description of the fault when there is none."""
    fitting = [candidate for candidate in candidates if candidate.turns]
    if len(fitting) > 1:
        names = ", ".join(quote(candidate.prompt.key) for candidate in fitting[:5])
        return "prompt", f"prompts {names} have this text; name one of them by 'key'"
    prompt, turns = (fitting or candidates)[0]
    if len(turns) == 1:
        return row.answering(prompt.key, turns[0])
    count = count_of(len(prompt.turns), "turns")
    if not turns and row.response.turn > len(prompt.turns):
        return "turn", f"{row.turn}: the conversation has {count}"
    if not turns:
        return "turn", f"{row.turn}: the prompt is the text of another turn, and not of the first"
    if row.prompt is not None:
        return "turn", f"is missing; turns {', '.join(map(str, turns))} of the conversation have this text"
    return "turn", f"is missing; the conversation has {count}"


def _gap(path: Path, rows: Mapping[Place, ResponseRow]) -> Iterator[Problem]:
    """The fault of a file whose samples are not numbered one after the other; nothing when they are."""
    first: dict[int, ResponseRow] = {}
    for (_, sample, _), row in rows.items():
        first.setdefault(sample, row)
    missing = next((number for number in range(len(first)) if number not in first), None)
    if missing is not None:
        highest = max(first)
        message = f"{highest}, and no response is sample {missing}"
        hint = "samples are numbered from 0 without gaps"
        yield Problem(message, str(path), first[highest].line, first[highest].key, "sample", hint)


def read_responses(path: Path, prompts: PromptSet, *, gaps: bool = False) -> MatchedResponses:
    """Read the responses of a JSON Lines file to the prompts of a set, one a prompt, sample and turn.

    A row names its prompt by ``key``, or by ``prompt``: the text of the first turn together with ``turn``, or the text
    of the turn it answers. A text without a key must be that of one prompt alone. A failed response may be followed by
    another try, and the last one counts.

    Args:
        path: the file.
        prompts: what its rows are answers to.
        gaps: take a file that lacks the responses of whole samples. Right where the number of samples is known
            otherwise; wrong where the file is what tells it.

    Raises:
        InvalidInputError: with every fault of the file, or because none of it belongs to ``prompts``.
        UsageError: the file cannot be read.
    """
    problems: list[Problem] = []
    by_text = _by_text(prompts)
    found: dict[Place, ResponseRow] = {}
    unmatched: list[int] = []
    rows = response_rows(path, problems)
    for row in rows:
        candidates = _candidates(row, prompts, by_text)
        if not candidates:
            unmatched.append(row.line)
            continue
        placed = _placed(row, candidates)
        if isinstance(placed, Response):
            earlier = found.get(placed.place)
            if earlier is None or earlier.response.error is not None:
                found[placed.place] = row._replace(response=placed)
                continue
            which = "" if placed.place[1:] == (0, 1) else f", sample {placed.sample}, turn {placed.turn}"
            message = f"a second response to prompt {placed.key!r}{which}; the first is on line {earlier.line}"
            placed = ("prompt" if row.key is None else "key"), message
        problems.append(Problem(placed[1], str(path), row.line, row.key, placed[0]))
    if unmatched and not found and not problems:
        problems.append(_stranger(path, len(rows), prompts))
    if not gaps and not problems:  # a row that is no good may be what fills a gap
        problems += _gap(path, found)
    if problems:
        raise InvalidInputError(problems)
    return MatchedResponses({place: row.response for place, row in found.items()}, tuple(unmatched))


def _stranger(path: Path, total: int, prompts: PromptSet) -> Problem:
    return Problem(
        f"none of its {count_of(total, 'responses')} answers a prompt of {prompts.name} ({prompts.path})",
        str(path),
        hint="these are responses to another set; name that one with --set",
    )


def witnesses_path(prompts: PromptSet) -> Path:
    """Where the witness replies of a set are, when it has any: beside its prompts."""
    return prompts.path.with_name("witnesses.jsonl")


def read_witnesses(prompts: PromptSet) -> dict[tuple[str, int], str]:
    """The witness replies of a set by key as text and turn, from the ``witnesses.jsonl`` beside its prompts.

    Those of a rewording are the ones of the prompt that it says in other words.

    Raises:
        InvalidInputError: the file has faults, or lacks the witness of a turn that another follows.
        UsageError: there is no such file.
    """
    path = witnesses_path(prompts)
    if not path.is_file():
        raise UsageError(f"{path}: no such file; --history gold needs the witness replies of the set")
    found = read_responses(path, prompts).by_place
    given = {(key, turn): response.response for (key, sample, turn), response in found.items() if not sample}
    witnesses = {
        (str(prompt.key), turn): given[prompt.origin, turn]
        for prompt in prompts.prompts
        for turn in range(1, len(prompt.turns) + 1)
        if (prompt.origin, turn) in given
    }
    problems = [
        Problem(f"has no witness for turn {turn}", str(path), key=prompt.key, hint="later turns are built on it")
        for prompt in prompts.prompts
        for turn in range(1, len(prompt.turns))
        if (str(prompt.key), turn) not in witnesses
    ]
    if problems:
        raise InvalidInputError(problems)
    return witnesses
