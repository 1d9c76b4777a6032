"""What looks wrong with a prompt, and may be right all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from ifbench.audit.claims import ECHOES
from ifbench.prompts import Turn
from ifbench.registry import Constraint

Found = Iterator[tuple[tuple[Constraint, ...], str]]


def bound(turn: Turn) -> list[Constraint]:
    """The constraints a turn must follow; what has ended and must stop is none of them."""
    return [held.constraint for held in turn.held if not held.must_stop]


def doubts(turn: Turn, language: str, said: str) -> Found:
    """The constraints of ``turn`` that are doubtful, and why. Number words are known in English only.

    ``said`` is what system prompt and user have said up to this turn.
    """
    binding = bound(turn)
    yield from _stated_twice(binding)
    if language == "en" and said.isascii():
        yield from _numbers_not_in(said, [one for one in binding if not one.id.startswith(_ANSWERS)])
    yield from _no_letters(binding)
    yield from _echoes_in_another_language(binding)


def _stated_twice(constraints: Sequence[Constraint]) -> Found:
    for one, other in combinations(constraints, 2):
        if one.id == other.id and one.params == other.params:
            yield (one, other), "the same constraint is given twice"


_SMALL = (  # noqa: SIM905
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_ANSWERS = "answer:"
"""Types whose parameters a prompt must not say."""

_OTHER_WORDS = {
    50: "half",
    1: "once a an single first",
    2: "twice second couple double pair both",
    3: "thrice third",
    12: "dozen",
}
_ORDINALS = ["zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]


def _mentions(text: str, number: int) -> bool:
    """Whether ``text`` says ``number``, or its neighbours ("more than 9" for 10), in digits or words."""
    lower = text.lower().replace(",", "")
    for value in (number, number - 1, number + 1):
        if re.search(rf"(?<!\d){value}(?!\d)", lower):
            return True
    words = set(re.findall(r"[a-z]+", lower))
    for value in (number, number - 1, number + 1):
        named = {_SMALL[value]} if 0 <= value < len(_SMALL) else set[str]()
        named |= set(_OTHER_WORDS.get(value, "").split())
        named |= {_ORDINALS[value]} if 0 <= value < len(_ORDINALS) else set[str]()
        if value >= 20 and value % 10 == 0 and value < 100:
            named |= {["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"][value // 10 - 2]}
        if named & words or (value >= 100 and "hundred" in words):
            return True
    return False


def _numbers_not_in(text: str, constraints: Sequence[Constraint]) -> Found:
    for constraint in constraints:
        for name, value in constraint.params.items():
            # All of something needs no number.
            whole = name == "percent" and value == 100
            if type(value) is int and value > 1 and not whole and not _mentions(text, value):
                yield (constraint,), f"{name} is {value}, which the prompt does not mention"


def _echoes_in_another_language(constraints: Sequence[Constraint]) -> Found:
    # The published check looks for the language of most of a reply, so that a long answer may outweigh the echo.
    for language in (constraint for constraint in constraints if constraint.id == "language:response_language"):
        for echo in (constraint for constraint in constraints if constraint.id in ECHOES):
            verdict = language.check(echo.params["prompt_to_repeat"])
            if not verdict:
                yield (echo, language), f"what is repeated is {verdict.observed}, and all must be {verdict.required}"


def _no_letters(constraints: Sequence[Constraint]) -> Found:
    for constraint in constraints:
        letter = constraint.params.get("letter")
        if isinstance(letter, str) and len(letter) == 1 and not letter.isalpha():
            yield (constraint,), f"{letter!r} is not a letter; the reference implementation counts a random one instead"
