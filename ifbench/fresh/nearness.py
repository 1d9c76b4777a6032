"""How alike two prompts are: the share of word sequences they have in common."""

from __future__ import annotations

import re
from collections import Counter

LIMIT = 0.35
"""No two prompts of a set are this alike or more."""
_LENGTH = 5


def grams(text: str) -> frozenset[tuple[str, ...]]:
    """Every five words in a row of a text, in lower case and without signs; all words of a shorter one."""
    words = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text.lower())
    if len(words) < _LENGTH:
        return frozenset([tuple(words)])
    return frozenset(tuple(words[place : place + _LENGTH]) for place in range(len(words) - _LENGTH + 1))


def likeness(one: str, other: str) -> float:
    """The Jaccard index of two texts' five-word sequences, 0 to 1."""
    mine, its = grams(one), grams(other)
    return len(mine & its) / len(mine | its)


class Shelf:
    """Prompts that are there already, found by what they share with a new one."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._holders: dict[tuple[str, ...], list[int]] = {}

    def put(self, text: str) -> None:
        """Take in a prompt."""
        found = grams(text)
        for gram in found:
            self._holders.setdefault(gram, []).append(len(self._sizes))
        self._sizes.append(len(found))

    def has_like(self, text: str) -> bool:
        """Whether a prompt that is there is too much like this one."""
        found = grams(text)
        shared = Counter(holder for gram in found for holder in self._holders.get(gram, ()))
        return any(number >= LIMIT * (len(found) + self._sizes[holder] - number) for holder, number in shared.items())
