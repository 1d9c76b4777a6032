"""The expansion of a grammar: text with ``{slot}`` for a drawn value and ``[one|other|]`` for a drawn wording."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ifbench.fresh.dice import Dice

_INNERMOST = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_BEFORE_VOWEL = re.compile(r"(?<!Z to )\b([Aa]) (?=[aeiou])(?!one\b|uni|use)")
_SLOT = re.compile(r"\{(\w+)\}")
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def expand(template: str, slots: Mapping[str, str], dice: Dice) -> str:
    """``template`` with its wordings drawn and its slots filled; ``{Slot}`` is the value with a capital letter.

    A value may be a template itself. Brackets without a bar are text.

    Raises:
        KeyError: a slot has no value.
    """
    text = template
    while match := _INNERMOST.search(text):
        text = text[: match.start()] + dice.choice(match[1].split("|")) + text[match.end() :]

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in slots:
            return slots[name]
        return capitalised(slots[name[0].lower() + name[1:]])

    return _SLOT.sub(value, text)


def capitalised(text: str) -> str:
    """``text`` with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def sentence_of(text: str) -> str:
    """``text`` with single spaces, "an" where it is needed, one full stop, and a capital letter at its beginning."""
    text = re.sub(r"(?<!\.)\.\.(?!\.)|,\.", ".", text)
    return capitalised(_BEFORE_VOWEL.sub(r"\1n ", re.sub(r" {2,}", " ", text)).strip())


def number_word(number: int) -> str:
    """A number as running text has it: in words up to twelve, in figures above.

    >>> number_word(3), number_word(30)
    ('three', '30')
    """
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def ordinal(number: int) -> str:
    """The place of something in a row, up to the sixth.

    >>> ordinal(2)
    'second'
    """
    return ("first", "second", "third", "fourth", "fifth", "sixth")[number - 1]


def listed(values: Sequence[str], conjunction: str = "and") -> str:
    """Values as a sentence lists them.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} {conjunction} {values[-1]}"


def quoted(values: Sequence[str], conjunction: str = "and") -> str:
    """Values in double quotation marks as a sentence lists them.

    >>> quoted(["a", "b"], "or")
    '"a" or "b"'
    """
    return listed([f'"{value}"' for value in values], conjunction)
