"""Near misses: replies that break exactly one constraint, to prove that each is checked, and checked alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ifbench.errors import InvalidInputError, Problem, nearest, quote
from ifbench.prompts import PromptSet
from ifbench.records import parse_lines

_FIELDS = {"key", "turn", "fails", "response"}


class NearMiss(NamedTuple):
    """A reply to ``turn`` of the prompt ``key`` (as text) that follows all but the constraint called ``fails``."""

    key: str
    turn: int
    fails: str
    response: str
    line: int


def near_misses_path(prompts: PromptSet) -> Path:
    """Where the near misses of a set are, when it has any: beside its prompts."""
    return prompts.path.with_name("near_misses.jsonl")


def read_near_misses(prompts: PromptSet) -> list[NearMiss]:
    """The near misses of a set, from the ``near_misses.jsonl`` beside its prompts, in the order of the file.

    A row has the ``key`` of a prompt, the ``turn`` (1 when left out), the name of the constraint that the reply
    ``fails``, and the ``response``. Those of prompts that are not in the set are left out.

    Raises:
        InvalidInputError: with every fault of the file.
        UsageError: the file cannot be read.
    """
    path = near_misses_path(prompts)
    problems: list[Problem] = []
    names = {
        (prompt.origin, number): {held.name for held in turn.held if held.name}
        for prompt in prompts.prompts
        for number, turn in enumerate(prompt.turns, start=1)
    }
    origins = {key for key, _ in names}
    found: list[NearMiss] = []
    for line, row in parse_lines(path, problems):
        fault = _fault(row, names, origins)
        if fault is not None:
            field, message, hint = fault
            problems.append(Problem(message, str(path), line, row.get("key"), field, hint))
        elif str(row["key"]) in origins:
            found.append(NearMiss(str(row["key"]), row.get("turn", 1), row["fails"], row["response"], line))
    if problems:
        raise InvalidInputError(problems)
    return found


def _fault(
    row: Mapping[str, Any], names: Mapping[tuple[str, int], set[str]], origins: set[str]
) -> tuple[str, str, str | None] | None:
    """Field, description and hint of the first thing wrong with one row; None where all is well."""
    for name in row:
        if name not in _FIELDS:
            return name, f"unknown field (value {quote(row[name])})", nearest(name, _FIELDS)
    for name in ("key", "fails", "response"):
        if name not in row:
            return name, "is missing", nearest(name, row)
        if not isinstance(row[name], str) and not (name == "key" and type(row[name]) is int):
            return name, f"{quote(row[name])} is not text", None
    turn = row.get("turn", 1)
    if type(turn) is not int or turn < 1:
        return "turn", f"{quote(turn)} is not a whole number from 1", None
    key = str(row["key"])
    if key not in origins:
        return None
    if (key, turn) not in names:
        return "turn", f"{turn}: the conversation is not as long", None
    if row["fails"] not in names[key, turn]:
        known = names[key, turn]
        hint = nearest(row["fails"], known) or f"named there are {', '.join(map(repr, sorted(known))) or 'none'}"
        return "fails", f"no constraint that binds turn {turn} is called {quote(row['fails'])}", hint
    return None
