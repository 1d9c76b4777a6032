"""One row of a prompt set's file, read field by field with every fault collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from ifbench.errors import Problem, nearest, quote
from ifbench.prompts.model import Prompt, Turn
from ifbench.records import Key
from ifbench.registry import Constraint, Edition, InvalidParametersError, UnknownConstraintError, find

DIFFICULTIES = ("easy", "medium", "hard")
"""How hard the author of a prompt takes it to be."""

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


class Row:
    """One line of a prompt set, read field by field; faults are collected, never raised."""

    def __init__(self, path: str, line: int, row: Mapping[str, Any], edition: Edition, problems: list[Problem]):
        self.path, self.line, self.row, self.problems = path, line, row, problems
        self.edition: Edition = edition

    def fault(self, message: str, field: str | None = None, hint: str | None = None) -> None:
        """Take down that ``field`` of this row is wrong, and how to mend it."""
        key = self.row.get("key")
        known_by = key if isinstance(key, (int, str)) else None
        self.problems.append(Problem(message, self.path, self.line, known_by, field, hint))

    def text(self, name: str, within: Mapping[str, Any] | None = None, label: str | None = None) -> str:
        """The field ``name`` of the row, or of the part ``within`` it, which must say something; "" with a fault."""
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
        """The field ``name``, which may be left out."""
        value = self.row.get(name)
        if value is None or isinstance(value, str):
            return value
        self.fault(f"{quote(value)} is not text", name)
        return None

    def optional_name(self, name: str) -> str | None:
        """The field ``name``, which may be left out or null, and otherwise must say something."""
        value = self.optional_text(name)
        if value is not None and self.half_a_pair(value, name):
            return None
        if value is None or value.strip():
            return value
        self.fault(f"{quote(value)} is not text that says something", name, "leave it out")
        return None

    def flag(self, name: str, within: Mapping[str, Any], label: str) -> bool:
        """The field ``name``, which is true or false, and false where it is left out."""
        value = within.get(name, False)
        if isinstance(value, bool):
            return value
        self.fault(f"{quote(value)} is not true or false", label)
        return False

    def key(self) -> Key | None:
        """What the prompt is called; None with a fault."""
        value = self.row.get("key")
        if isinstance(value, str) and self.half_a_pair(value, "key"):
            return None
        if isinstance(value, (int, str)) and not isinstance(value, bool) and str(value).strip():
            return value
        if "key" in self.row:
            self.fault(f"{quote(value)} is not text that says something, nor a whole number", "key")
        else:
            self.fault("is missing", "key", nearest("key", self.row) or "every prompt needs a key of its own")
        return None

    def half_a_pair(self, value: str, name: str) -> bool:
        """Whether ``value`` cannot be written to a file or given to a library, which is a fault."""
        found = bool(_HALF_A_PAIR.search(value))
        if found:
            self.fault(f"{quote(value)} holds half a surrogate pair, which is no character", name)
        return found

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
        """The prompt of this row with ``turns``; None where it has no key to be known by."""
        family, part = self.optional_name("family"), self.optional_name("slice")
        difficulty, unproven = self._difficulty(), self.flag("unproven", self.row, "unproven")
        key, category, system = self.key(), self.optional_name("category"), self.optional_text("system")
        language = self.optional_text("language") or "en"
        self.half_a_pair(language, "language")
        if key is None:
            return None
        return Prompt(key, tuple(turns), category, language, system, family, difficulty, part, unproven=unproven)

    def _difficulty(self) -> str | None:
        value = self.optional_name("difficulty")
        if value is None or value in DIFFICULTIES:
            return value
        hint = nearest(value, DIFFICULTIES) or f"known are {', '.join(DIFFICULTIES)}"
        self.fault(f"{quote(value)} is no level of difficulty", "difficulty", hint)
        return None
