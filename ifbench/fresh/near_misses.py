"""Near misses: replies that fail exactly one constraint of a prompt, as all checks of the prompt confirm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ifbench.fresh.dice import Dice
from ifbench.fresh.plan import Plan
from ifbench.fresh.scene import Scene
from ifbench.fresh.witness import search, verdict
from ifbench.prompts import Prompt
from ifbench.registry import Constraint

WANTED = 2
"""Near misses of one prompt."""
_EDITS = 150
_NEAR = 80
_REBUILT = 25
_SPARE = (
    "However, this is not quite all!",
    "Is that clear?",
    "I think you're right, and so does she.",
    "It's 7 o'clock.",
)


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

    Tried are small edits of the witness, then replies built to the plan without the constraint.
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
    edits = dice.shuffled(list(dict.fromkeys(_edits(witness, scene, dice))))
    # Small changes first: a near miss is to be near.
    for reply in sorted(edits, key=lambda edit: abs(len(edit) - len(witness)) // _NEAR)[:_EDITS]:
        if reply.strip() and reply not in (witness, *taken) and fails_only(prompt, reply, part.name):
            return reply

    def plan() -> Plan:
        made = Plan()
        for one in asked:
            if one is part:
                continue
            if one.draw.shape is not None:
                one.draw.shape(made)
            else:
                made.keeps.append(lambda sentence, constraint=one.constraint: constraint.check(sentence).followed)
        return made

    def accepts(reply: str) -> bool:
        return reply not in taken and fails_only(prompt, reply, part.name)

    return search(scene, plan, accepts, dice, _REBUILT)


def _edits(witness: str, scene: Scene, dice: Dice) -> Iterator[str]:
    """The witness with one thing changed: a sentence more or less, another word, a mark gone, two parts exchanged."""
    sentences = re.split(r"(?<=[.?]) ", witness)
    for place in range(len(sentences)):
        yield " ".join([*sentences[:place], *sentences[place + 1 :]])
        yield " ".join([*sentences[:place], sentences[place], dice.choice(scene.material), *sentences[place + 1 :]])
    for spare in _SPARE:
        yield f"{witness} {spare}"
        yield f"{spare} {witness}"
        yield witness.replace(". ", f". {spare} ", 1)
    for more in (4, 8, 12):
        yield " ".join([witness, *dice.sample(scene.material, more)])
        yield " ".join([*dice.sample(scene.material, more), witness])
    lines = witness.split("\n")
    for place, line in enumerate(lines):
        if line.strip():
            yield "\n".join([*lines[:place], *lines[place + 1 :]])
            yield "\n".join([*lines[:place], line, line, *lines[place + 1 :]])
        if place + 1 < len(lines):
            yield "\n".join([*lines[:place], lines[place + 1], line, *lines[place + 2 :]])
    words = [match.span() for match in re.finditer(r"[A-Za-z][\w'-]+", witness)]
    for start, stop in dice.sample(words, 40):
        yield f"{witness[:start]}matter{witness[stop:]}"
        yield f"{witness[:start]}{witness[start:stop].swapcase()}{witness[stop:]}"
    for old, new in (
        ("**", ""), ("*", ""), ('"', ""), ("\n\n", " "), ("\n\n", "\n"), (". ", ".\n\n"), (",", ""),
        (" and ", ", and "), (" but ", ", but "), (" because ", ", because "), ("- ", "* "),
        ("* ", "- "), ("#", ""), ("> ", ""), ("[x]", "[ ]"), (":", ""), ("| ", "|"),
        (": ", ":"), ("true", "yes"), ("[", "("), ("1.", "2."), ("##", "###"), ("]", ")"),
    ):  # fmt: skip
        if old in witness:
            yield witness.replace(old, new)
            yield witness.replace(old, new, 1)
    # One full stop becomes another mark, and one comma comes in.
    for match in dice.sample(list(re.finditer(r"(?<=[a-z])\.(?=\s|$)", witness)), 2):
        yield f"{witness[: match.start()]}!{witness[match.end() :]}"
    for match in dice.sample(list(re.finditer(r"(?<=[a-z]{3}) (?=(?:on|at|in|for|with|from|until) )", witness)), 2):
        yield f"{witness[: match.start()]}, {witness[match.end() :]}"
    yield f"Here is the text:\n\n{witness}"
    yield f"{witness}\n\nLet me know if you need anything else."
    yield f"```\n{witness}\n```\n\nThat is all."
    yield witness.lower()
    yield witness.upper()
