"""Rewordings of the prompts of a set: other texts for the same turns, held to the same constraints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from ifbench.errors import Problem, nearest, quote
from ifbench.prompts.model import Prompt, Turn
from ifbench.prompts.native import refuse_unknown
from ifbench.prompts.rows import Row
from ifbench.records import Key, parse_lines
from ifbench.registry import Edition

FILE = "rewordings.jsonl"
"""Where the rewordings of a set are: beside its ``prompts.jsonl``."""

_FIELDS = {"key", "wording", "system", "turns"}


def is_rewording(fields: Mapping[str, Any]) -> bool:
    """Whether a line of a file is one of a file of rewordings."""
    return "wording" in fields


def reworded(path: Path, prompts: Sequence[Prompt], edition: Edition, problems: list[Problem]) -> list[Prompt]:
    """The prompts that ``path`` rewords, each followed by its rewordings; faults are added to ``problems``.

    A row has the ``key`` of the prompt, the number of the ``wording`` from 1, as many ``turns`` (texts) as the prompt,
    and its ``system`` prompt where the prompt has one. The key of a rewording is that of its prompt, ``~`` and the
    number.
    """
    originals = {str(prompt.key): prompt for prompt in prompts}
    found: dict[str, dict[int, Prompt]] = {}
    lines: dict[tuple[str, int], int] = {}
    for line, fields in parse_lines(path, problems):
        row = Row(str(path), line, fields, edition, problems)
        prompt = _reworded(row, originals)
        if prompt is None:
            continue
        if str(prompt.key) in originals:
            row.fault(f"the key {prompt.key!r} that this wording gets is that of a prompt", "wording")
            continue
        place = prompt.origin, prompt.wording
        if place in lines:
            row.fault(f"{prompt.wording} of this prompt stands on line {lines[place]} already", "wording")
            continue
        lines[place] = line
        found.setdefault(prompt.origin, {})[prompt.wording] = prompt
    for key, own in found.items():
        missing = next((number for number in range(1, len(own) + 1) if number not in own), None)
        if missing is not None:
            hint = "wordings are numbered from 1 without gaps"
            highest = max(own)
            message = f"{highest}, and none is {missing}"
            problems.append(Problem(message, str(path), lines[key, highest], key, "wording", hint))
    if not found and not problems:
        problems.append(Problem("holds no rewording", str(path), hint="expected one JSON object a line"))
    return [wording for prompt in prompts if str(prompt.key) in found for wording in _all(prompt, found)]


def _all(prompt: Prompt, found: Mapping[str, Mapping[int, Prompt]]) -> Iterator[Prompt]:
    """``prompt`` and its rewordings, which are of one family."""
    yield replace(prompt, family=prompt.cluster)
    own = found[str(prompt.key)]
    yield from (own[number] for number in sorted(own))


def _reworded(row: Row, originals: Mapping[str, Prompt]) -> Prompt | None:
    """The rewording of one row; None with a fault."""
    before = len(row.problems)
    refuse_unknown(row, row.row, _FIELDS, "")
    key, system = row.key(), row.optional_text("system")
    number = row.row.get("wording")
    if "wording" not in row.row:
        row.fault("is missing", "wording", nearest("wording", row.row))
    elif type(number) is not int or number < 1:
        row.fault(f"{quote(number)} is not a whole number from 1", "wording")
    prompt = None if key is None else originals.get(str(key))
    if prompt is None:
        if key is not None:
            hint = nearest(str(key), originals) or "a rewording has the key of the prompt it says in other words"
            row.fault("no prompt of the set has this key", "key", hint)
        return None
    if (system is None) != (prompt.system is None):
        row.fault("there is one where the prompt has none" if system else "is missing; the prompt has one", "system")
    users = _texts(row, len(prompt.turns))
    if len(row.problems) > before:
        return None
    return _with_texts(prompt, cast("int", number), users, system, key=f"{key}~{number}")


def _texts(row: Row, count: int) -> list[str]:
    turns = row.row.get("turns")
    listed = cast("list[object]", turns) if isinstance(turns, list) else []
    texts = [text for text in listed if isinstance(text, str) and text.strip()]
    if not isinstance(turns, list) or len(texts) != len(listed):
        row.fault(f"{quote(turns)} is not a list of texts", "turns", "one for each message of the user")
    elif len(texts) != count:
        row.fault(f"has {len(texts)} where the prompt has {count}", "turns")
    return texts


def _with_texts(prompt: Prompt, number: int, users: Sequence[str], system: str | None, *, key: Key) -> Prompt:
    turns = tuple(Turn(user, turn.held) for user, turn in zip(users, prompt.turns, strict=True))
    return replace(
        prompt, key=key, turns=turns, system=system, family=prompt.cluster, wording=number, reworded=prompt.key
    )
