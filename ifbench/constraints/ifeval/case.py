"""Capitals and small letters."""

from __future__ import annotations

import re

from ifbench.constraints.ifeval.language import detected
from ifbench.constraints.sources import IFEVAL
from ifbench.errors import count_of
from ifbench.parameters import Count, Threshold
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, compare, holds

_OFFENDERS_SHOWN = 50


@constraint(
    "change_case:capital_word_frequency",
    "Words in all capital letters should appear {capital_relation} {capital_frequency} times.",
    Pass("NASA and ESA agree.", capital_frequency=2, capital_relation="at least"),
    Pass("I agree.", capital_frequency=2, capital_relation="less than"),
    Fail("NASA agrees.", capital_frequency=2, capital_relation="at least"),
    Fail("DON'T ASK.", capital_frequency=3, capital_relation="less than"),
    source=IFEVAL,
)
def capital_word_frequency(reply: Text, *, capital_frequency: Count, capital_relation: Threshold) -> Verdict:
    """Words are Treebank tokens: "I" and "3D" count, and "DON'T" is two."""
    spans = reply.upper_token_spans
    return compare(len(spans), capital_relation, capital_frequency, "all-capital words", spans)


def _in_case(reply: Text, right_case: bool, wrong: str, required: str) -> Verdict:
    """``wrong`` is a class of letters of the wrong case; the language is asked only when the case is right."""
    if right_case:
        found = reply.detected_language
        return holds(found in (None, "en"), required, lambda: f"the right case, and {detected(found)}")
    # The letters are looked for when somebody reads the reason.
    return holds(
        False,
        required,
        lambda: _wrong_letters(reply.raw, wrong),
        lambda: [
            match.span() for match, _ in zip(re.finditer(wrong, reply.raw), range(_OFFENDERS_SHOWN), strict=False)
        ],
    )


def _wrong_letters(text: str, wrong: str) -> str:
    number = sum(map(len, re.findall(wrong, text)))
    if number:
        name = "small" if wrong == _SMALL else "capital"
        return count_of(number, f"{name} letters from a to z")
    return "a letter that is in the wrong case, or no letter at all"


_SMALL, _CAPITAL = "[a-z]+", "[A-Z]+"


@constraint(
    "change_case:english_capital",
    "Your entire response should be in English, and in all capital letters.",
    Pass("THE WEATHER IS FINE TODAY AND WE ARE GOING INTO THE GARDEN."),
    Fail("The weather is fine today and we are going into the garden."),
    Fail("DAS WETTER IST HEUTE SCHÖN UND WIR GEHEN ALLE IN DEN GARTEN."),
    source=IFEVAL,
)
def english_capital(reply: Text) -> Verdict:
    """The language is langdetect's, which reads only the edges of words in capitals and errs on short texts."""
    return _in_case(reply, reply.raw.isupper(), _SMALL, "English text in capital letters only")


@constraint(
    "change_case:english_lowercase",
    "Your entire response should be in English, and in all lowercase letters. No capital letters are allowed.",
    Pass("the weather is fine today and we are going into the garden."),
    Fail("The weather is fine today and we are going into the garden."),
    Fail("das wetter ist heute schön und wir gehen alle in den garten."),
    source=IFEVAL,
)
def english_lowercase(reply: Text) -> Verdict:
    """The language is langdetect's."""
    return _in_case(reply, reply.raw.islower(), _CAPITAL, "English text in small letters only")
