"""Multi-IF's CSV: one conversation a row, its constraints listed anew in every turn.

The format of `Multi-IF <https://arxiv.org/abs/2410.15553>`_ (He et al. 2024). The ids of a turn are those in force, so
what is new and what is carried has to be told from the turn before.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, cast

from ifbench.errors import Problem, UsageError, count_of, nearest, quote
from ifbench.prompts.model import Held, Prompt, Turn
from ifbench.prompts.rows import Row
from ifbench.registry import Constraint

_CODES = {
    "Arabic": "ar", "Bengali": "bn", "Chinese": "zh", "English": "en", "French": "fr", "German": "de", "Hindi": "hi",
    "Italian": "it", "Japanese": "ja", "Korean": "ko", "Portuguese": "pt", "Russian": "ru", "Spanish": "es",
    "Thai": "th", "Urdu": "ur", "Vietnamese": "vi",
}  # fmt: skip
"""ISO 639-1 codes of languages, by the names that the column has for them."""

_TURN_COLUMN = re.compile(r"turn_([1-9][0-9]{0,3})_(?:prompt|instruction_id_list|kwargs)")
_ABSENT = {"", "none", "nan", "null"}
"""What a program writes into the cells of a turn that a conversation does not have."""
_LARGEST_CELL = 2**31 - 1
_FORMAT = "a CSV file is read in Multi-IF's format: key, language, and turn_1_prompt, turn_1_instruction_id_list, ..."


class _Columns(NamedTuple):
    """Where one turn stands."""

    prompt: str
    ids: str
    kwargs: str


def _columns(turn: int) -> _Columns:
    return _Columns(f"turn_{turn}_prompt", f"turn_{turn}_instruction_id_list", f"turn_{turn}_kwargs")


def multi_if_rows(path: Path, problems: list[Problem]) -> list[tuple[int, dict[str, str]]]:
    """Line and cells, by column, of every conversation of a CSV file; faults are added to ``problems``.

    The line is the one a row begins on: a cell may hold line feeds.

    Raises:
        UsageError: the file cannot be read at all.
    """
    records = _records(path, problems)
    if not records:
        return []
    line, header = records[0]
    if faults := _header_faults(header):
        problems += [Problem(message, str(path), line, hint=hint) for message, hint in faults]
        return []
    rows: list[tuple[int, dict[str, str]]] = []
    for line, cells in records[1:]:
        if len(cells) == len(header):
            rows.append((line, dict(zip(header, cells, strict=True))))
        else:
            message = f"has {count_of(len(cells), 'cells')} where the first line has {len(header)}"
            problems.append(Problem(message, str(path), line, hint="is a comma or a quotation mark missing?"))
    return rows


def _records(path: Path, problems: list[Problem]) -> list[tuple[int, list[str]]]:
    """The records of a CSV file, each with the line it begins on; those without a cell are left out."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # What was decoded has no byte order mark.
        before = error.object[: error.start]
        in_line = len(before) - before.rfind(b"\n")
        message = f"is not UTF-8 at byte {in_line}"
        problems.append(Problem(message, str(path), before.count(b"\n") + 1, hint="save the file as UTF-8"))
        return []
    records: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begun = 1
    # The limit, 128 KiB a cell, is one for the whole process.
    limit = csv.field_size_limit(_LARGEST_CELL)
    try:
        for cells in reader:
            if cells:
                records.append((begun, cells))
            begun = reader.line_num + 1
    except csv.Error as error:
        hint = "a cell that is opened with a quotation mark is closed with one, and those inside it are doubled"
        problems.append(Problem(f"is not valid CSV in the row that begins here: {error}", str(path), begun, hint=hint))
    finally:
        csv.field_size_limit(limit)
    return records


def _header_faults(header: Sequence[str]) -> list[tuple[str, str | None]]:
    """What is wrong with the names of the columns, and how to mend it."""
    turns = sorted({int(match[1]) for name in header if (match := _TURN_COLUMN.fullmatch(name))})
    if not turns:
        return [(f"is no prompt set: its columns are {quote(', '.join(header))}", _FORMAT)]
    faults: list[tuple[str, str | None]] = []
    if gap := next((turn for place, turn in enumerate(turns, start=1) if place != turn), None):
        faults.append((f"has columns of turn {gap}, and none of turn {turns.index(gap) + 1}", _FORMAT))
    wanted = ["key", "language", *(name for turn in turns for name in _columns(turn))]
    for name in wanted:
        if name not in header:
            unknown = [other for other in header if other not in wanted]
            faults.append((f"column {name!r} is missing", nearest(name, unknown) or _FORMAT))
        elif header.count(name) > 1:
            faults.append((f"column {name!r} stands there twice", "keep one of them"))
    return faults


def multi_if_prompt(row: Row) -> Prompt | None:
    """One conversation of Multi-IF.

    A constraint that the turn before had too, with the same parameters, is carried; any other is given in this turn,
    and one that is no longer listed has ended. Translations of one prompt, whose keys differ in the language at their
    end, are one family.
    """
    key, language = row.key(), _language(row)
    turns = [int(match[1]) for name in row.row if (match := _TURN_COLUMN.fullmatch(name)) and name.endswith("_prompt")]
    there = [turn for turn in sorted(turns) if row.row[_columns(turn).prompt].strip().lower() not in _ABSENT]
    for turn in range(1, max(there, default=1) + 1):
        if turn not in there:
            hint = f"turn {max(there)} is there" if there else "every conversation has a first turn"
            row.fault("is empty", _columns(turn).prompt, hint)
    users = [_user(row, _columns(turn).prompt) for turn in there]
    before = len(row.problems)
    listed = [_constraints(row, _columns(turn)) for turn in there]
    if there and not any(listed) and len(row.problems) == before:
        row.fault("no turn lists a constraint", _columns(1).ids, "there is nothing to verify")
    if key is None or language is None:
        return None
    held = _carried(listed)
    stem, _, last = str(key).rpartition(":")
    family = stem if stem and last.lower() == language else None
    return Prompt(key, tuple(map(Turn, users, held)), language=language, family=family)


def _language(row: Row) -> str | None:
    """The ISO code of the row's language; None with a fault."""
    name = str(row.row["language"]).strip()
    codes = {**{known.lower(): code for known, code in _CODES.items()}, **{code: code for code in _CODES.values()}}
    if (code := codes.get(name.lower())) is None:
        hint = nearest(name, _CODES) or f"known are {', '.join(_CODES)}"
        row.fault(f"{quote(name)} is not the name of a language", "language", hint)
    return code


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _json(row: Row, text: str, label: str) -> tuple[Any, bool]:
    """``text`` read as JSON, and whether it is; where it is not, that is a fault."""
    try:
        return json.loads(text, parse_constant=_refuse_constant), True
    except RecursionError:
        row.fault("is JSON nested too deeply to be read", label)
    except ValueError as error:
        reason = f"{error.msg} (character {error.pos + 1})" if isinstance(error, json.JSONDecodeError) else error
        row.fault(f"{quote(text)} is not valid JSON: {reason}", label)
    return None, False


def _user(row: Row, column: str) -> str:
    """The user's message of a turn."""
    message, valid = _json(row, row.row[column], column)
    if not valid:
        return ""
    if not isinstance(message, dict):
        row.fault(f"{quote(message)} is not an object with 'role' and 'content'", column)
        return ""
    fields = cast("dict[str, Any]", message)
    if (role := fields.get("role", "user")) != "user":
        row.fault(f"{quote(role)} is not 'user'", f"{column}.role", "a turn is a message of the user")
    return row.text("content", fields, f"{column}.content")


def _constraints(row: Row, columns: _Columns) -> list[Constraint]:
    """The constraints that a turn lists."""
    ids, valid = _json(row, row.row[columns.ids], columns.ids)
    kwargs, valid_too = _json(row, row.row[columns.kwargs], columns.kwargs)
    if not (valid and valid_too):
        return []
    if not isinstance(ids, list):
        row.fault(f"{quote(cast('object', ids))} is not a list of constraint ids", columns.ids)
        return []
    number = len(cast("list[object]", ids))
    if not isinstance(kwargs, list) or len(cast("list[object]", kwargs)) != number:
        message = f"{quote(cast('object', kwargs))} is not a list of {count_of(number, 'objects')}, one an id"
        row.fault(message, columns.kwargs)
        return []
    bound: list[Constraint] = []
    for index, (id, given) in enumerate(zip(cast("list[object]", ids), cast("list[object]", kwargs), strict=True)):
        label = f"{columns.kwargs}[{index}]"
        params, valid = _json(row, given, label) if isinstance(given, str) else (given, True)
        if not valid:
            continue
        constraint = row.constraint(id, f"{columns.ids}[{index}]", _set_ones(params), label)
        if constraint is not None:
            bound.append(constraint)
    return bound


def _set_ones(params: object) -> object:
    """The parameters that are set: null, and an object without a field, stand for "not set"."""
    if params is None:
        return {}
    if not isinstance(params, dict):
        return params
    return {name: value for name, value in cast("dict[str, Any]", params).items() if value is not None and value != {}}


def _carried(listed: Iterable[Sequence[Constraint]]) -> list[tuple[Held, ...]]:
    """What each turn is held to, from what each turn lists."""
    turns: list[list[Held]] = []
    last: dict[int, int] = {}
    number = 0
    for turn, constraints in enumerate(listed, start=1):
        left = list(turns[-1]) if turns else []
        now: list[Held] = []
        for constraint in constraints:
            held = next((held for held in left if _same(held.constraint, constraint)), None)
            if held is None:
                held = Held(constraint, number, since=turn)
                number += 1
            else:
                left.remove(held)
            now.append(held)
        last.update({held.number: turn - 1 for held in left})
        turns.append(now)
    return [tuple(replace(held, until=last.get(held.number)) for held in now) for now in turns]


def _same(one: Constraint, other: Constraint) -> bool:
    return (one.id, one.params) == (other.id, other.params)
