"""What a proof of a prompt set comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ifbench.prompts import Prompt
from ifbench.records import Key


@dataclass(frozen=True)
class Finding:
    """One thing that keeps a set from being proven: which prompt and turn (0: not one turn), and what is wrong."""

    key: Key | None
    turn: int
    message: str

    def __str__(self) -> str:
        where = [f"key {self.key!r}"] if self.key is not None else []
        where += [f"turn {self.turn}"] if self.turn else []
        return ": ".join([", ".join(where), self.message] if where else [self.message])

    @classmethod
    def on(cls, prompt: Prompt, turn: int, message: str) -> Finding:
        """A finding on one turn of ``prompt``; the turn is told where there are several."""
        return cls(prompt.key, turn if len(prompt.turns) > 1 else 0, message)


@dataclass(frozen=True)
class Proof:
    """One proof: its ``name``, the ``outcome`` in words, what was found, and the numbers behind it.

    ``done`` is False where there was nothing to go by (no file of witnesses, say); nothing is then proven, and nothing
    is wrong.
    """

    name: str
    outcome: str
    findings: Sequence[Finding] = ()
    done: bool = True
    numbers: Mapping[str, Any] = field(default_factory=dict[str, Any])
