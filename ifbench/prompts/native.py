"""Our own prompt format: turns, the constraints each sets, and how long they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from ifbench.errors import nearest, quote
from ifbench.prompts.model import Held, Prompt, Turn
from ifbench.prompts.rows import Row
from ifbench.registry import Constraint

_PROMPT_FIELDS = {
    *("key", "category", "difficulty", "slice", "family", "language", "unproven"),
    *("system", "system_constraints", "turns"),
}
_TURN_FIELDS = {"user", "constraints", "ends"}
_COMMON_FIELDS = {"name", "id", "params", "label"}
_SYSTEM_CONSTRAINT_FIELDS = {*_COMMON_FIELDS, "turns"}
_CONSTRAINT_FIELDS = {*_COMMON_FIELDS, "scope", "replaces", "must_stop"}
_SYSTEM = 0
_LOOKS_BACK = "conversation:"
"""Types that hold a reply against an earlier one."""


@dataclass
class _Rule:
    """A constraint of a conversation with its life: given in ``since``, out of force from turn ``ended`` on.

    ``constraint`` is None where it could not be bound: its name is known all the same, so that what ends it is no
    second fault. ``only`` are the turns in which the condition of a rule of the system prompt is met; None
    where it has none.
    """

    constraint: Constraint | None
    number: int
    name: str
    since: int
    place: str
    label: str = ""
    only: frozenset[int] | None = None
    must_stop: bool = False
    one_turn: bool = False
    ended: int | None = None
    suspended: set[int] = field(default_factory=set[int])

    def over(self, turn: int) -> bool:
        """Whether it has ended when ``turn`` is answered."""
        return self.ended is not None and self.ended <= turn

    def in_force(self, turn: int) -> bool:
        """Whether the answer of ``turn`` is held to it."""
        met = self.only is None or turn in self.only
        return met and self.since <= turn and not self.over(turn) and turn not in self.suspended

    def same_as(self, other: _Rule) -> bool:
        """Whether both ask for the same."""
        mine, its = self.constraint, other.constraint
        return mine is not None and its is not None and (mine.id, mine.params) == (its.id, its.params)


class _Lives:
    """The constraints of one conversation of ``last`` turns, as its turns give, end and replace them."""

    def __init__(self, row: Row, last: int):
        self.row = row
        self.last = last
        self.rules: list[_Rule] = []

    def declare(self, entries: Iterable[object], turn: int, label: str) -> None:
        """Take in the constraints that ``turn`` gives; turn 0 is the system prompt."""
        for index, item in enumerate(entries):
            place = f"{label}[{index}]"
            if not isinstance(item, dict):
                self.row.fault(f"{quote(item)} is not an object", place)
                continue
            self._declare(cast("dict[str, Any]", item), turn, place)

    def _declare(self, entry: Mapping[str, Any], turn: int, place: str) -> None:
        row = self.row
        refuse_unknown(row, entry, _CONSTRAINT_FIELDS if turn else _SYSTEM_CONSTRAINT_FIELDS, f"{place}.")
        rule = _Rule(None, len(self.rules), self._name(entry, place), turn, place, self._label(entry, place))
        if turn:
            self._limit(rule, entry)
        elif "turns" in entry:
            rule.only = self._turns(entry["turns"], f"{place}.turns")
        if "id" in entry:
            rule.constraint = row.constraint(entry["id"], f"{place}.id", entry.get("params", {}), f"{place}.params")
        else:
            row.fault("is missing", f"{place}.id", nearest("id", entry))
        self._look_back(rule)
        self.rules.append(rule)

    def _look_back(self, rule: _Rule) -> None:
        """A constraint on an earlier reply names one that is there when its turn is answered."""
        params = rule.constraint.params if rule.constraint is not None else {}
        if rule.constraint is None or not rule.constraint.id.startswith(_LOOKS_BACK) or "turn" not in params:
            return
        first = max(1, min(rule.only or {rule.since or 1}))
        if params["turn"] >= first:
            message = f"{params['turn']} is not over when turn {first} is answered"
            self.row.fault(message, f"{rule.place}.params.turn", "it must be an earlier turn")

    def _limit(self, rule: _Rule, entry: Mapping[str, Any]) -> None:
        """How long ``rule`` holds, and what it puts an end to."""
        scope = entry.get("scope")
        if scope == "turn":
            rule.one_turn, rule.ended = True, rule.since + 1
        elif "scope" in entry:
            hint = "leave it out for one that holds until it ends"
            self.row.fault(f"{quote(scope)} is not 'turn'", f"{rule.place}.scope", hint)
        rule.must_stop = self.row.flag("must_stop", entry, f"{rule.place}.must_stop")
        if "replaces" in entry:
            self._end(entry["replaces"], rule.since, f"{rule.place}.replaces", only_now=rule.one_turn)

    def _name(self, entry: Mapping[str, Any], place: str) -> str:
        name = entry.get("name", "")
        if not isinstance(name, str):
            self.row.fault(f"{quote(name)} is not text", f"{place}.name")
            return ""
        if name and any(rule.name == name for rule in self.rules):
            self.row.fault(
                f"two constraints are called {quote(name)}", f"{place}.name", "a name is used once in a conversation"
            )
        return name

    def _label(self, entry: Mapping[str, Any], place: str) -> str:
        label = entry.get("label", "")
        if isinstance(label, str) and (label.strip() or "label" not in entry):
            return "" if self.row.half_a_pair(label, f"{place}.label") else label
        self.row.fault(f"{quote(label)} is not text that says something", f"{place}.label", "leave it out")
        return ""

    def _turns(self, numbers: object, label: str) -> frozenset[int] | None:
        """The turns a rule of the system prompt is confined to."""
        listed = cast("list[object]", numbers) if isinstance(numbers, list) else []
        wrong = [number for number in listed if type(number) is not int or not 1 <= number <= self.last]
        if listed and not wrong and len(set(listed)) == len(listed):
            return frozenset(cast("list[int]", listed))
        hint = "leave it out where the rule binds every answer"
        what = f"{quote(numbers)} is not a list of turns of this conversation, which has {self.last}"
        self.row.fault(what, label, hint)
        return None

    def end(self, names: object, turn: int, label: str) -> None:
        """End the constraints that ``turn`` names."""
        if not isinstance(names, list):
            self.row.fault(f"{quote(names)} is not a list of names of constraints", label)
            return
        for index, name in enumerate(cast("list[object]", names)):
            self._end(name, turn, f"{label}[{index}]")

    def _end(self, name: object, turn: int, label: str, only_now: bool = False) -> None:
        """End the constraint called ``name``, or with ``only_now`` suspend it for one turn."""
        fault = self.row.fault
        if not isinstance(name, str) or not name:
            fault(f"{quote(name)} is not the name of a constraint", label)
            return
        rule = next((rule for rule in self.rules if rule.name == name), None)
        if rule is None:
            fault(f"no constraint called {quote(name)} was given in an earlier turn", label, self._instead(name, turn))
        elif rule.since == _SYSTEM:
            hint = "a rule that is to end is given in a turn"
            fault(f"{quote(name)} is a rule of the system prompt, which holds throughout", label, hint)
        elif rule.since == turn:
            fault(f"{quote(name)} is given in this very turn", label, "'scope': 'turn' makes it hold for one answer")
        elif rule.over(turn):
            how = f"held in turn {rule.since} only" if rule.one_turn else f"ended in turn {rule.ended} already"
            fault(f"{quote(name)} {how}", label, self._instead(name, turn))
        elif only_now:
            rule.suspended.add(turn)
        else:
            rule.ended = turn

    def _instead(self, name: str, turn: int) -> str:
        """What may have been meant by ``name``: a constraint that can end in ``turn``."""
        names = [rule.name for rule in self.rules if rule.name and _SYSTEM < rule.since < turn and not rule.over(turn)]
        if not names:
            return "no constraint with a name is in force here"
        return nearest(name, names) or f"in force here: {', '.join(map(repr, names))}"

    def check(self) -> None:
        """Say what can only be seen when all turns are known."""
        for rule in self.rules:
            if rule.must_stop and not rule.over(self.last):
                message = "it does not end before the last answer, so there is nothing to stop"
                hint = "end it in a later turn with 'ends' or 'replaces'"
                self.row.fault(message, f"{rule.place}.must_stop", hint)

    def held(self, turn: int) -> tuple[Held, ...]:
        """What the answer of ``turn`` is held to, in the order it was given.

        A constraint that must stop is held to from its end on, but not while the same is asked for again. What has
        ended twice must stop once.
        """
        active = [rule for rule in self.rules if rule.in_force(turn)]
        ended = [rule for rule in self.rules if rule.must_stop and rule.over(turn)]
        stopped = [
            rule
            for place, rule in enumerate(ended)
            if not any(map(rule.same_as, active)) and not any(map(rule.same_as, ended[place + 1 :]))
        ]
        return tuple(
            Held(
                rule.constraint,
                rule.number,
                rule.name,
                rule.since,
                must_stop=rule.over(turn),
                until=None if rule.ended is None else rule.ended - 1,
                label=rule.label,
            )
            for rule in sorted([*active, *stopped], key=lambda rule: rule.number)
            if rule.constraint is not None
        )


def refuse_unknown(row: Row, value: Mapping[str, Any], known: set[str], label: str) -> None:
    """Name every field of ``value`` that is not ``known``."""
    for name in [name for name in value if name not in known]:
        hint = nearest(name, known) or f"known here are {', '.join(sorted(known))}"
        row.fault(f"unknown field (value {quote(value[name])})", f"{label}{name}", hint)


def _read_turn(row: Row, turn: object, number: int, lives: _Lives, needed: bool) -> str:
    """The user's message of a turn; its constraints go into ``lives``. ``needed``: it must set some."""
    label = f"turns[{number - 1}]"
    if not isinstance(turn, dict):
        row.fault(f"{quote(turn)} is not an object", label)
        return ""
    fields = cast("dict[str, Any]", turn)
    refuse_unknown(row, fields, _TURN_FIELDS, f"{label}.")
    user = row.text("user", fields, f"{label}.user")
    if "ends" in fields:
        lives.end(fields["ends"], number, f"{label}.ends")
    declared = fields.get("constraints")
    if "constraints" not in fields:
        if needed:
            row.fault("is missing", f"{label}.constraints", nearest("constraints", fields))
    elif not isinstance(declared, list) or (needed and not declared):
        row.fault(f"{quote(declared)} is not a list of constraints", f"{label}.constraints")
    else:
        lives.declare(cast("list[object]", declared), number, f"{label}.constraints")
    return user


def _read_system(row: Row, lives: _Lives) -> None:
    """The rules of the system prompt, which hold throughout."""
    declared = row.row.get("system_constraints")
    if not isinstance(declared, list) or not declared:
        row.fault(f"{quote(declared)} is not a list of constraints", "system_constraints")
        return
    system = row.row.get("system")
    if system is None or (isinstance(system, str) and not system.strip()):
        row.fault("there is no system prompt to give them", "system_constraints", "put their sentences into 'system'")
    lives.declare(cast("list[object]", declared), _SYSTEM, "system_constraints")


def native_prompt(row: Row) -> Prompt | None:
    """A conversation in our own format.

    A constraint holds from the turn that gives it until a later one ends it (``ends``) or puts another in its place
    (``replaces``); with ``scope: "turn"`` it holds for one answer, and what it replaces is then only suspended. What
    ends in a turn no longer binds the answer of that turn.
    """
    before = len(row.problems)
    refuse_unknown(row, row.row, _PROMPT_FIELDS, "")
    turns = row.row.get("turns")
    if not isinstance(turns, list) or not turns:
        row.fault(f"{quote(turns)} is not a list of turns", "turns")
        return row.prompt(())
    entries: Sequence[object] = cast("list[object]", turns)
    lives = _Lives(row, len(entries))
    has_system_rules = "system_constraints" in row.row
    if has_system_rules:
        _read_system(row, lives)
    needed = len(entries) == 1 and not has_system_rules
    users = [_read_turn(row, turn, number, lives, needed) for number, turn in enumerate(entries, start=1)]
    lives.check()
    if not lives.rules and len(row.problems) == before:
        row.fault("no turn sets a constraint", "turns", "there is nothing to verify")
    return row.prompt([Turn(user, lives.held(number)) for number, user in enumerate(users, start=1)])
