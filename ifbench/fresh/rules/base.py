"""What a rule is: a constraint type, the ways to say it, its parameters, and what a witness does to keep it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import number_word
from ifbench.fresh.plan import Plan
from ifbench.fresh.scene import Scene

PROSE = ("prose",)


@dataclass(frozen=True)
class Draw:
    """One drawing of a rule: its parameters, how a phrasing says them, and what it does to the plan of a witness."""

    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    say: Mapping[str, str] = field(default_factory=dict[str, str])
    shape: Callable[[Plan], None] | None = None


Drawing = Callable[[Scene, Dice], "Draw | None"]


@dataclass(frozen=True)
class Rule:
    """A constraint type as the generator uses it.

    ``claims`` are the sides of a reply that the rule settles: two rules that claim one side do not go together.
    ``bars`` are the sides that no other rule may settle beside it. ``shapes`` are the kinds of replies it is for.
    ``level`` is how hard it is, 1 to 3. ``forbids``: it can be kept by saying little, and so stands beside another.
    Where its drawing shapes nothing, the sentences of a witness are held to its own check.
    """

    id: str
    name: str
    level: int
    claims: tuple[str, ...]
    phrasings: tuple[str, ...]
    draw: Drawing
    bars: tuple[str, ...] = ()
    shapes: tuple[str, ...] = PROSE
    forbids: bool = False

    def goes_with(self, other: Rule) -> bool:
        """Whether both can be asked for at once."""
        mine, its = set(self.claims), set(other.claims)
        return not (mine & its or mine & set(other.bars) or its & set(self.bars)) and self.name != other.name


RULES: list[Rule] = []
"""Every rule, in the order they are declared."""


def rule(
    id: str,
    name: str,
    level: int,
    claims: str,
    *phrasings: str,
    bars: str = "",
    shapes: tuple[str, ...] = PROSE,
    forbids: bool = False,
) -> Callable[[Drawing], Drawing]:
    """Declare a rule; the function under it draws its parameters (None where the scene does not lend itself)."""

    def declare(draw: Drawing) -> Drawing:
        RULES.append(
            Rule(id, name, level, tuple(claims.split()), phrasings, draw, tuple(bars.split()), shapes, forbids)
        )
        return draw

    return declare


_BOUNDS = {
    "at least": ("at least {n}", "no fewer than {n}", "{n} or more"),
    "at most": ("at most {n}", "no more than {n}", "up to {n}"),
    "exactly": ("exactly {n}", "exactly {n}", "precisely {n}"),
    "less than": ("fewer than {n}",),
    "more than": ("more than {n}", "more than {n}"),
}


def bound(dice: Dice, relation: str, number: int) -> str:
    """A relation and its number as people say them."""
    return dice.choice(_BOUNDS[relation]).replace("{n}", figure(dice, number))


def figure(dice: Dice, number: int) -> str:
    """A number in words or in figures."""
    return number_word(number) if dice.chance(0.5) else str(number)


def span(relation: str, number: int) -> tuple[int, int]:
    """The least and the greatest number that stand in ``relation`` to ``number``."""
    return {
        "at least": (number, 1_000_000),
        "at most": (0, number),
        "exactly": (number, number),
        "less than": (0, number - 1),
        "more than": (number + 1, 1_000_000),
    }[relation]


def bounded(what: str, relation: str, number: int) -> Callable[[Plan], None]:
    """A shape that holds a range of the plan to a relation."""
    return lambda plan: plan.narrow(what, *span(relation, number))


def carried(term: str, carriers: Sequence[str]) -> list[str]:
    """Sentences that mention ``term``."""
    return [carrier.replace("{term}", term) for carrier in carriers]
