"""Prompt sets: loaded, validated and bound as a whole, with every fault reported at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from ifbench.errors import InvalidInputError, Problem, UsageError, count_of, nearest, quote
from ifbench.fingerprint import fingerprint
from ifbench.records import Key, parse_lines
from ifbench.registry import (
    Constraint,
    Edition,
    InvalidParametersError,
    Kind,
    UnknownConstraintError,
    find,
)


@dataclass(frozen=True)
class Turn:
    """One user message and the constraints that its answer is held to."""

    user: str
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True)
class Prompt:
    """A conversation to be held with the model, of one or more turns."""

    key: Key
    turns: tuple[Turn, ...]
    category: str | None = None
    language: str = "en"
    system: str | None = None


@dataclass(frozen=True)
class PromptSet:
    """Prompts whose constraints are bound and valid.

    ``sha256`` is that of the file's bytes. ``edition`` is the reading of the constraint types the set is scored with.
    """

    name: str
    path: Path
    sha256: str
    edition: Edition
    prompts: tuple[Prompt, ...]

    def __len__(self) -> int:
        return len(self.prompts)

    @cached_property
    def by_key(self) -> dict[str, Prompt]:
        """The prompts by their key, written as text: a response may give key 7 as "7"."""
        return {str(prompt.key): prompt for prompt in self.prompts}

    @cached_property
    def constraints(self) -> tuple[Constraint, ...]:
        """Every constraint of the set, in order."""
        return tuple(c for prompt in self.prompts for turn in prompt.turns for c in turn.constraints)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the source of what judges this set; see :func:`ifbench.fingerprint.fingerprint`."""
        used: dict[str, Kind] = {constraint.id: constraint.kind for constraint in self.constraints}
        return fingerprint(used.values())


class _Row:
    """One line of a prompt set, read field by field; faults are collected, never raised."""

    def __init__(self, path: str, line: int, row: Mapping[str, Any], edition: Edition, problems: list[Problem]):
        self.path, self.line, self.row, self.problems = path, line, row, problems
        self.edition: Edition = edition

    def fault(self, message: str, field: str | None = None, hint: str | None = None) -> None:
        key = self.row.get("key")
        self.problems.append(Problem(message, self.path, self.line, key, field, hint))

    def text(self, name: str, within: Mapping[str, Any] | None = None, label: str | None = None) -> str:
        row = self.row if within is None else within
        value = row.get(name)
        if isinstance(value, str) and value.strip():
            return value
        label = label or name
        if name not in row:
            self.fault("is missing", label, nearest(name, row))
        else:
            self.fault(f"{quote(value)} is not text that says something", label)
        return ""

    def optional_text(self, name: str) -> str | None:
        value = self.row.get(name)
        if value is None or isinstance(value, str):
            return value
        self.fault(f"{quote(value)} is not text", name)
        return None

    def key(self) -> Key | None:
        value = self.row.get("key")
        if isinstance(value, str) and re.search("[\ud800-\udfff]", value):
            self.fault(f"{quote(value)} holds half a surrogate pair, which is no character", "key")
            return None
        if isinstance(value, (int, str)) and not isinstance(value, bool) and str(value).strip():
            return value
        if "key" in self.row:
            self.fault(f"{quote(value)} is not text that says something, nor a whole number", "key")
        else:
            self.fault("is missing", "key", nearest("key", self.row) or "every prompt needs a key of its own")
        return None

    def constraint(self, id: object, id_label: str, params: object, label: str) -> Constraint | None:
        """Bind one constraint, or say what is wrong with it. The labels are the fields its two parts stand in."""
        if not isinstance(id, str):
            self.fault(f"{quote(id)} is not the id of a constraint type", id_label)
            return None
        if not isinstance(params, dict):
            self.fault(f"{id}: {quote(params)} is not an object of parameters", label)
            return None
        try:
            return find(id, self.edition).bind(cast("dict[str, Any]", params))
        except UnknownConstraintError as error:
            self.fault(str(error), id_label)
        except InvalidParametersError as error:
            for name, reason in error.faults:
                self.fault(f"{id}: {reason}", f"{label}.{name}")
        return None

    def prompt(self, turns: Iterable[Turn]) -> Prompt | None:
        key, category, system = self.key(), self.optional_text("category"), self.optional_text("system")
        language = self.optional_text("language") or "en"
        if key is None:
            return None
        return Prompt(key, tuple(turns), category, language, system)


def _ifeval_prompt(row: _Row) -> Prompt | None:
    """IFEval's own format: parallel lists of ids and keyword arguments, nulls standing for "not set"."""
    user = row.text("prompt")
    ids, kwargs = row.row.get("instruction_id_list"), row.row.get("kwargs")
    if "instruction_id_list" not in row.row:
        row.fault("is missing", "instruction_id_list", nearest("instruction_id_list", row.row))
        return row.prompt(())
    if not isinstance(ids, list) or not ids:
        row.fault(f"{quote(ids)} is not a list of constraint ids", "instruction_id_list")
        return row.prompt(())
    if "kwargs" not in row.row:
        row.fault("is missing", "kwargs", nearest("kwargs", row.row))
        return row.prompt(())
    if not isinstance(kwargs, list) or len(cast("list[object]", kwargs)) != len(cast("list[object]", ids)):
        row.fault(f"{quote(kwargs)} is not a list of {len(cast('list[object]', ids))} objects, one an id", "kwargs")
        return row.prompt(())
    bound: list[Constraint] = []
    for index, (id, params) in enumerate(zip(cast("list[object]", ids), cast("list[object]", kwargs), strict=True)):
        given = {} if params is None else params
        if isinstance(given, dict):
            given = {name: value for name, value in cast("dict[str, Any]", given).items() if value is not None}
        if (constraint := row.constraint(id, f"instruction_id_list[{index}]", given, f"kwargs[{index}]")) is not None:
            bound.append(constraint)
    return row.prompt([Turn(user, tuple(bound))])


_TURN_FIELDS = {"user", "constraints"}
_CONSTRAINT_FIELDS = {"name", "id", "params"}
_PROMPT_FIELDS = {"key", "category", "language", "system", "turns"}


def _refuse_unknown(row: _Row, value: Mapping[str, Any], known: set[str], label: str) -> None:
    for name in [name for name in value if name not in known]:
        hint = nearest(name, known) or f"known here are {', '.join(sorted(known))}"
        row.fault(f"unknown field (value {quote(value[name])})", f"{label}{name}", hint)


def _native_turn(row: _Row, turn: object, label: str) -> Turn | None:
    if not isinstance(turn, dict):
        row.fault(f"{quote(turn)} is not an object", label)
        return None
    fields = cast("dict[str, Any]", turn)
    _refuse_unknown(row, fields, _TURN_FIELDS, f"{label}.")
    user = row.text("user", fields, f"{label}.user")
    declared = fields.get("constraints")
    if "constraints" not in fields:
        row.fault("is missing", f"{label}.constraints", nearest("constraints", fields))
        return None
    if not isinstance(declared, list) or not declared:
        row.fault(f"{quote(declared)} is not a list of constraints", f"{label}.constraints")
        return None
    bound: list[Constraint] = []
    names: set[str] = set()
    for index, item in enumerate(cast("list[object]", declared)):
        place = f"{label}.constraints[{index}]"
        if not isinstance(item, dict):
            row.fault(f"{quote(item)} is not an object", place)
            continue
        entry = cast("dict[str, Any]", item)
        _refuse_unknown(row, entry, _CONSTRAINT_FIELDS, f"{place}.")
        name = entry.get("name", "")
        if not isinstance(name, str):
            row.fault(f"{quote(name)} is not text", f"{place}.name")
        elif name in names:
            row.fault(f"two constraints are called {quote(name)}", f"{place}.name")
        elif name:
            names.add(name)
        if (
            constraint := row.constraint(entry.get("id"), f"{place}.id", entry.get("params", {}), f"{place}.params")
        ) is not None:
            bound.append(constraint)
    return Turn(user, tuple(bound))


def _native_prompt(row: _Row) -> Prompt | None:
    """Our own format: turns, each with the user's message and the constraints it sets."""
    _refuse_unknown(row, row.row, _PROMPT_FIELDS, "")
    turns = row.row.get("turns")
    if not isinstance(turns, list) or not turns:
        row.fault(f"{quote(turns)} is not a list of turns", "turns")
        return row.prompt(())
    if len(cast("list[object]", turns)) > 1:
        row.fault(f"{len(cast('list[object]', turns))} turns", "turns", "this version scores prompts of one turn")
    parsed = [_native_turn(row, turn, f"turns[{i}]") for i, turn in enumerate(cast("list[object]", turns))]
    return row.prompt([turn for turn in parsed if turn is not None])


def set_file(path: Path) -> Path:
    """The prompts of a set given as a folder or as a file.

    Raises:
        UsageError: there is no such file, or the folder holds no ``prompts.jsonl``.
    """
    if path.is_dir():
        inner = path / "prompts.jsonl"
        if not inner.is_file():
            raise UsageError(f"{path}: no prompts.jsonl in this folder")
        return inner
    if not path.is_file():
        siblings = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = nearest(path.name, siblings) or "`ifbench list sets` shows the sets known by name"
        raise UsageError(f"{path}: no such prompt set; {hint}")
    return path


def load_prompts(path: Path, name: str | None = None, edition: Edition | None = None) -> PromptSet:
    """Load a prompt set from a JSON Lines file, or from a folder with a ``prompts.jsonl``.

    Each line is an object in IFEval's format (``key, prompt, instruction_id_list, kwargs``) or in our own
    (``key, turns``). Sets in IFEval's format are read in the published edition unless told otherwise, so that their
    numbers compare; our own in the corrected one.

    Raises:
        InvalidInputError: with every fault of the file: line, key, field, value, and the nearest valid name.
        UsageError: the file cannot be read.
    """
    path = set_file(path)
    problems: list[Problem] = []
    prompts: list[Prompt] = []
    first_lines: dict[str, int] = {}
    formats: dict[str, int] = {}
    for line, fields in parse_lines(path, problems):
        if "turns" in fields:
            row = _Row(str(path), line, fields, edition or "corrected", problems)
            prompt = _native_prompt(row)
            formats.setdefault("ours", line)
        elif "instruction_id_list" in fields or "prompt" in fields:
            row = _Row(str(path), line, fields, edition or "published", problems)
            prompt = _ifeval_prompt(row)
            formats.setdefault("IFEval's", line)
        else:
            row = _Row(str(path), line, fields, "published", problems)
            wanted = "'prompt' with 'instruction_id_list' and 'kwargs', or 'turns'"
            row.fault(
                f"is no prompt: it has {', '.join(map(repr, fields)) or 'no fields'}",
                None,
                f"expected {wanted}",
            )
            prompt = None
        if prompt is None:
            continue
        first = first_lines.setdefault(str(prompt.key), line)
        if first != line:
            row.fault(f"this key stands on line {first} already", "key", "every prompt needs a key of its own")
        prompts.append(prompt)
    if len(formats) > 1:
        lines = " and ".join(f"{format} (line {line})" for format, line in formats.items())
        problems.append(Problem(f"mixes two formats, {lines}", str(path), hint="keep a set in one of them"))
    if not prompts and not problems:
        problems.append(Problem("holds no prompt", str(path), hint="expected one JSON object a line"))
    if problems:
        raise InvalidInputError(problems, f"{path} is not a valid prompt set: {count_of(len(problems), 'faults')}")
    default_name = path.parent.resolve().name if path.name == "prompts.jsonl" else path.stem
    return PromptSet(
        name or default_name,
        path,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        edition or ("corrected" if "ours" in formats else "published"),
        tuple(prompts),
    )
