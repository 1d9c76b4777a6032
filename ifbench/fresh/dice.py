"""Drawing that gives the same on every machine: a generator seeded by SHA-256, and no order but a list's."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")


class Dice:
    """Draws from a seed made of ``parts``; equal parts draw alike, whatever the version of Python.

    Only ``random.Random.random`` is used, whose sequence Python keeps from version to version; ``choice``, ``sample``
    and ``shuffle`` of the standard library may change.
    """

    def __init__(self, *parts: object):
        digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()
        self._random = random.Random(int.from_bytes(digest, "big"))

    def below(self, number: int) -> int:
        """A whole number from 0 to ``number`` - 1."""
        return int(self._random.random() * number)

    def between(self, lowest: int, highest: int) -> int:
        """A whole number from ``lowest`` to ``highest``, both included."""
        return lowest + self.below(highest - lowest + 1)

    def chance(self, share: float) -> bool:
        """True in this share of draws."""
        return self._random.random() < share

    def choice(self, things: Sequence[_T]) -> _T:
        """One of ``things``, each as likely."""
        return things[self.below(len(things))]

    def weighted(self, things: Sequence[_T], weights: Sequence[float]) -> _T:
        """One of ``things``, each as likely as its weight says."""
        mark = self._random.random() * sum(weights)
        for thing, weight in zip(things, weights, strict=True):
            mark -= weight
            if mark < 0:
                return thing
        return things[-1]

    def shuffled(self, things: Sequence[_T]) -> list[_T]:
        """All of ``things`` in a drawn order (Fisher and Yates)."""
        drawn = list(things)
        for place in range(len(drawn) - 1, 0, -1):
            other = self.below(place + 1)
            drawn[place], drawn[other] = drawn[other], drawn[place]
        return drawn

    def sample(self, things: Sequence[_T], number: int) -> list[_T]:
        """``number`` of ``things`` (or all there are), in a drawn order."""
        return self.shuffled(things)[:number]
