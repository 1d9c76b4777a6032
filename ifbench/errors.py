"""What goes wrong, said so that the reader knows where it is and what to do next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class IfbenchError(Exception):
    """An error whose message is meant for the user. ``exit_code`` is what the command ends with."""

    exit_code = 1


class UsageError(IfbenchError):
    """The request itself cannot be carried out: a missing file, a bad option, an absent extra."""

    exit_code = 2


class DeclarationError(IfbenchError):
    """A constraint type or a plugin is declared wrongly; nothing can be scored until it is mended."""


@dataclass(frozen=True)
class Problem:
    """One fault in an input file.

    ``path`` and ``line`` say where, ``key`` and ``field`` which prompt and which part of it,
    ``message`` what is wrong (with the value), ``hint`` what to do.
    """

    message: str
    path: str | None = None
    line: int | None = None
    key: object = None
    field: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = self.path or ""
        if self.line is not None:
            place = f"{place}:{self.line}" if place else f"line {self.line}"
        parts = [place] if place else []
        if self.key is not None:
            parts.append(f"key {quote(self.key)}")
        if self.field:
            parts.append(self.field if len(self.field) <= 100 else f"{self.field[:97]}...")
        text = ": ".join([*parts, self.message])
        return f"{text} ({self.hint})" if self.hint else text


class InvalidInputError(IfbenchError):
    """An input file that cannot be used; ``problems`` holds every fault found, not only the first."""

    exit_code = 4

    def __init__(self, problems: Sequence[Problem], summary: str | None = None):
        self.problems = tuple(problems)
        super().__init__("\n".join([*([summary] if summary else []), *map(str, self.problems)]))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The valid name most like ``name``, as a question, or None when nothing is near.

    >>> nearest("keyword", ["keywords", "relation"])
    "did you mean 'keywords'?"
    """
    candidates = [candidate for candidate in names if candidate != name]
    folded = {candidate.lower(): candidate for candidate in candidates}
    close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.6)
    return f"did you mean {folded[close[0]]!r}?" if close else None


def quote(value: object, limit: int = 60) -> str:
    """``value`` as it is written in an error: its repr, cut in the middle of long text.

    >>> quote("a" * 100, limit=20)
    "'aaaaaaaa... (100 characters)'"
    """
    text = repr(value)
    if len(text) <= limit:
        return text
    length = f" ({len(value)} characters)" if isinstance(value, str) else ""
    return f"{text[: max(8, limit - 11)]}...{length}{text[-1]}"


def count_of(number: int, noun: str) -> str:
    """A number with its noun, which is given in the plural.

    The first word that ends in "s" loses it when there is exactly one.

    >>> count_of(1, "occurrences of 'as'"), count_of(2, "words")
    ("1 occurrence of 'as'", '2 words')
    """
    if number == 1:
        words = noun.split(" ")
        for index, word in enumerate(words):
            if word.endswith("s"):
                words[index] = word[: -2 if word.endswith("sses") else -1]
                break
        noun = " ".join(words)
    return f"{number:,} {noun}"
