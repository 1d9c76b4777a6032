"""Marks that must not be used."""

from __future__ import annotations

import re

from ifbench.constraints.sources import IFTRAIN
from ifbench.errors import count_of
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

_DOTS = "[.\u2024\u2025\u2026\u3002\ufe52\uff0e\uff61]"
"""The full stop, the dots that are one character (one, two and three), and the full stops of Chinese and Japanese."""

_EXCLAMATIONS = "[!\u00a1\u203c\u2048\u2049\u2755\u2757\ufe57\uff01]"
"""The exclamation mark, turned, doubled, with a question mark, as a sign, small, and in full width."""


def _without(reply: Text, marks: str, noun: str) -> Verdict:
    """Followed when no character of the class ``marks`` occurs; ``noun`` names them in the plural."""
    number = len(re.findall(marks, reply.raw))
    return holds(
        number == 0,
        f"no {noun.removesuffix('s')}",
        lambda: count_of(number, noun) if number else "none",
        lambda: [match.span() for match in re.finditer(marks, reply.raw)],
    )


@constraint(
    "punctuation:punctuation_dot",
    "Do not use dots (.) anywhere in your response, neither as punctuation nor in any other way.",
    Pass("Tea and milk!"),
    Pass("Tea… and milk。"),
    Fail("Tea and milk."),
    Fail("It costs 2.50 euros"),
    source=IFTRAIN,
)
def punctuation_dot(reply: Text) -> Verdict:
    """The full stop of ASCII only."""
    return _without(reply, r"\.", "dots")


@constraint(
    "punctuation:punctuation_dot",
    "Do not use dots (.) anywhere in your response, neither as punctuation nor in any other way.",
    Pass("Tea and milk! Why not; and i, too: yes·"),
    Fail("Tea and milk."),
    Fail("It costs 2.50 euros"),
    Fail("Tea… and milk"),
    Fail("茶和牛奶。"),
    source=IFTRAIN,
    edition="corrected",
    fault="The dots of an ellipsis that is one character (…) and the full stops of Chinese and Japanese pass.",
)
def punctuation_dot_corrected(reply: Text) -> Verdict:
    """Full stops of any script and width, and the dots of an ellipsis; not the dots above or amid letters."""
    return _without(reply, _DOTS, "dots")


@constraint(
    "punctuation:punctuation_exclamation",
    "Do not use exclamation marks (!) anywhere in your response, neither as punctuation nor in any other way.",
    Pass("Tea and milk."),
    Pass("茶和牛奶！"),
    Fail("Tea and milk!"),
    Fail("a != b"),
    source=IFTRAIN,
)
def punctuation_exclamation(reply: Text) -> Verdict:
    """The exclamation mark of ASCII only."""
    return _without(reply, "!", "exclamation marks")


@constraint(
    "punctuation:punctuation_exclamation",
    "Do not use exclamation marks (!) anywhere in your response, neither as punctuation nor in any other way.",
    Pass("Tea and milk? ¿Sí?"),
    Fail("Tea and milk!"),
    Fail("a != b"),
    Fail("茶和牛奶！"),
    Fail("Really⁉"),
    source=IFTRAIN,
    edition="corrected",
    fault="Exclamation marks of another width or form (！ ¡ ‼ ⁉ ❗) pass.",
)
def punctuation_exclamation_corrected(reply: Text) -> Verdict:
    """Exclamation marks of any width or form."""
    return _without(reply, _EXCLAMATIONS, "exclamation marks")
