"""What a prompt set is in memory: conversations whose constraints are bound, and which of them hold at which turn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ifbench.fingerprint import fingerprint
from ifbench.records import Key
from ifbench.registry import Constraint, Edition, Kind


@dataclass(frozen=True)
class Held:
    """A constraint that the answer of one turn is held to.

    ``number`` tells the constraints of one conversation apart: the same constraint has the same number in every turn
    it is held to. ``name`` is what the prompt set calls it ("" when it has no name). ``since`` is the turn it was given
    in, counted from 1, or 0 for a rule of the system prompt. ``until`` is the last turn before its end, None where it
    never ends. ``must_stop``: it has ended, and going on obeying it is the fault. ``label`` is the
    sort of rule that the set says it is ("" when it says none).
    """

    constraint: Constraint
    number: int = 0
    name: str = ""
    since: int = 1
    must_stop: bool = False
    until: int | None = None
    label: str = ""


@dataclass(frozen=True)
class Turn:
    """One user message and the constraints that its answer is held to, carried ones included."""

    user: str
    held: tuple[Held, ...] = ()

    @classmethod
    def of(cls, user: str, *constraints: Constraint) -> Turn:
        """A turn held to ``constraints``, all given in the first turn."""
        return cls(user, tuple(Held(constraint, number) for number, constraint in enumerate(constraints)))

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """What is held, without its history."""
        return tuple(held.constraint for held in self.held)


@dataclass(frozen=True)
class Prompt:
    """A conversation to be held with the model, of one or more turns.

    ``family`` is shared by prompts that are not independent of each other (translations or rewordings of one prompt):
    intervals are clustered by it. None where a prompt stands alone. ``slice`` names the part of the set it was written
    for. ``wording`` is 0 for a prompt as its set has it and counts its rewordings from 1; ``reworded`` is then the key
    of the prompt that it says in other words. ``unproven``: nobody has written a reply that follows all of it.
    """

    key: Key
    turns: tuple[Turn, ...]
    category: str | None = None
    language: str = "en"
    system: str | None = None
    family: str | None = None
    difficulty: str | None = None
    slice: str | None = None
    wording: int = 0
    reworded: Key | None = None
    unproven: bool = False

    @property
    def origin(self) -> str:
        """The key, as text, of the prompt that this is a wording of."""
        return str(self.key if self.reworded is None else self.reworded)

    @property
    def cluster(self) -> str:
        """What intervals are clustered by: the family, or the prompt itself."""
        return self.family if self.family is not None else str(self.key)


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
        """Every constraint of every turn, in order; one that is carried counts in each turn it holds in."""
        return tuple(c for prompt in self.prompts for turn in prompt.turns for c in turn.constraints)

    @property
    def turns(self) -> int:
        """Turns of all its conversations."""
        return sum(len(prompt.turns) for prompt in self.prompts)

    @property
    def longest(self) -> int:
        """Turns of its longest conversation."""
        return max((len(prompt.turns) for prompt in self.prompts), default=0)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the source of what judges this set; see :func:`ifbench.fingerprint.fingerprint`."""
        used: dict[str, Kind] = {constraint.id: constraint.kind for constraint in self.constraints}
        return fingerprint(used.values())
