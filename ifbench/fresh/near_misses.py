"""Near misses: replies that fail exactly one constraint of a prompt, as all checks of the prompt confirm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from ifbench.fresh.data_slips import data_slips
from ifbench.fresh.dice import Dice
from ifbench.fresh.plan import Plan
from ifbench.fresh.scene import Scene
from ifbench.fresh.slips import Asking, own_slips, small_slips
from ifbench.fresh.witness import search, verdict
from ifbench.prompts import Prompt
from ifbench.registry import Constraint

WANTED = 2
"""Near misses of one prompt."""
_EDITS = 150
_REBUILT = 25


@dataclass(frozen=True)
class NearMiss:
    """A reply that follows all but the constraint named ``fails``, strictly and loosely."""

    fails: str
    response: str


class Part(Protocol):
    """What is needed of a constraint asked for."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def draw(self) -> Any: ...  # noqa: D102
    @property
    def constraint(self) -> Constraint: ...  # noqa: D102


def fails_only(prompt: Prompt, reply: str, name: str) -> bool:
    """Whether exactly this constraint is not followed, and not by a relaxed form either."""
    verdicts = verdict(prompt, reply).constraints
    return all(found.strict if found.name != name else not found.loose for found in verdicts)


def near_misses(
    scene: Scene, prompt: Prompt, asked: Sequence[Part], witness: str, dice: Dice
) -> tuple[NearMiss, ...]:  # fmt: skip
    """Up to :data:`WANTED` near misses, of different constraints first.

    Tried are slips in the witness, those that this constraint invites first, then replies built to the plan without
    the constraint.
    """
    found: list[NearMiss] = []
    order = dice.shuffled(asked)
    for part in [*order, *order]:
        if len(found) == WANTED:
            break
        if (reply := _miss(scene, prompt, asked, part, witness, [one.response for one in found], dice)) is not None:
            found.append(NearMiss(part.name, reply))
    return tuple(found)


def _miss(
    scene: Scene, prompt: Prompt, asked: Sequence[Part], part: Part, witness: str, taken: Sequence[str], dice: Dice
) -> str | None:
    whole = _planned(asked)
    for reply in islice(dict.fromkeys(_slips(scene, part, witness, dice, data=whole.document is not None)), _EDITS):
        if reply.strip() and reply not in (witness, *taken) and fails_only(prompt, reply, part.name):
            return reply

    def accepts(reply: str) -> bool:
        return reply not in taken and fails_only(prompt, reply, part.name)

    return search(scene, lambda: _planned([one for one in asked if one is not part]), accepts, dice, _REBUILT)


def _planned(asked: Sequence[Part]) -> Plan:
    plan = Plan()
    for one in asked:
        if one.draw.shape is not None:
            one.draw.shape(plan)
        else:
            plan.keeps.append(lambda sentence, constraint=one.constraint: constraint.check(sentence).followed)
    return plan


def _slips(scene: Scene, part: Part, witness: str, dice: Dice, *, data: bool) -> Iterator[str]:
    """The witness with one slip in it: those the constraint invites first, then any, the smaller ones first."""
    asking = Asking(part.constraint.id, part.draw.params, scene)
    if data:
        yield from dice.shuffled(list(data_slips(witness, asking, dice)))
        return
    yield from dice.shuffled(list(own_slips(witness, asking, dice)))
    yield from small_slips(witness, asking, dice)
