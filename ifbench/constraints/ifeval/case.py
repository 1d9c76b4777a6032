"""Capitals and small letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ifbench.constraints.ifeval.function_words import latin_language
from ifbench.constraints.ifeval.language import NAMES, detected
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
    Fail("I think I agree.", capital_frequency=2, capital_relation="less than"),
    source=IFEVAL,
)
def capital_word_frequency(reply: Text, *, capital_frequency: Count, capital_relation: Threshold) -> Verdict:
    """Words are Treebank tokens: "I" and "3D" count, and "DON'T" is two."""
    spans = reply.upper_token_spans
    return compare(len(spans), capital_relation, capital_frequency, "all-capital words", spans)


@constraint(
    "change_case:capital_word_frequency",
    "Words in all capital letters should appear {capital_relation} {capital_frequency} times.",
    Pass("NASA's and ESA’S plans agree.", capital_frequency=2, capital_relation="at least"),
    Pass("DON'T ASK.", capital_frequency=3, capital_relation="less than"),
    Pass("I think I agree. A 3D film.", capital_frequency=1, capital_relation="less than"),
    Pass("The OK sign.", capital_frequency=1, capital_relation="at least"),
    Fail("DON'T ASK.", capital_frequency=2, capital_relation="less than"),
    Fail("NASA agrees.", capital_frequency=2, capital_relation="at least"),
    Fail("CEOs Like iOS.", capital_frequency=1, capital_relation="at least"),
    source=IFEVAL,
    edition="corrected",
    fault="'I', 'A' and 'D' count as words in all capitals, and \"DON'T\" counts twice.",
)
def capital_word_frequency_corrected(reply: Text, *, capital_frequency: Count, capital_relation: Threshold) -> Verdict:
    """Whole words of two or more letters: "I" and "A" are capital anyway. A possessive 's may be small."""
    spans = [
        (start, stop)
        for start, stop in reply.plain_word_spans
        if (word := re.sub("['’]s$", "", reply.raw[start:stop])).isupper() and sum(map(str.isalpha, word)) > 1
    ]
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
    other = text != (text.upper() if wrong == _SMALL else text.lower())
    return "letters beyond a to z in the wrong case" if other else "no letter that is capital or small"


_SMALL, _CAPITAL = "[a-z]+", "[A-Z]+"


@constraint(
    "change_case:english_capital",
    "Your entire response should be in English, and in all capital letters.",
    Pass("THE WEATHER IS FINE TODAY AND WE ARE GOING INTO THE GARDEN."),
    Fail("The weather is fine today and we are going into the garden."),
    Fail("DAS WETTER IST HEUTE SCHÖN UND WIR GEHEN ALLE IN DEN GARTEN."),
    Fail("YES"),
    source=IFEVAL,
)
def english_capital(reply: Text) -> Verdict:
    """The language is langdetect's, which reads only the edges of words in capitals and errs on short texts."""
    return _in_case(reply, reply.raw.isupper(), _SMALL, "English text in capital letters only")


@constraint(
    "change_case:english_capital",
    "Your entire response should be in English, and in all capital letters.",
    Pass("THE WEATHER IS FINE TODAY AND WE ARE GOING INTO THE GARDEN."),
    Pass("YES"),
    Pass("1. ABIGAIL SMITH\n2. BENJAMIN JONES\n3. CHARLOTTE BROWN"),
    Pass("MEET US IN THE HAUPTSTRAßE (1ª)."),
    Fail("The weather is fine today and we are going into the garden."),
    Fail("THE WEATHER IS FINE TODAY. ok"),
    Fail("DAS WETTER IST HEUTE SCHÖN UND WIR GEHEN ALLE IN DEN GARTEN."),
    Fail("СЕГОДНЯ ХОРОШАЯ ПОГОДА."),
    Fail("TEAS: ЧАЙ МЁД"),
    Fail("123"),
    source=IFEVAL,
    edition="corrected",
    fault="The language is guessed from the text in capitals: 'YES' is taken for Welsh, a list of names for German.",
)
def english_capital_corrected(reply: Text) -> Verdict:
    """No small letter that has a capital (ß has none in use). It is English unless it reads as another language.

    Another language is one whose script or little words prevail; names, and a word or two, do not tell.
    """
    return _in_english_case(
        reply, lambda letter: letter != letter.upper() and len(letter.upper()) == 1, "small", "capital"
    )


def _in_english_case(reply: Text, wrong: Callable[[str], bool], wrong_name: str, right_name: str) -> Verdict:
    """In English as far as can be told, with letters, and none of them in the wrong case."""
    required = f"English text in {right_name} letters only"
    places = [place for place, letter in enumerate(reply.raw) if wrong(letter)]
    if places:
        return holds(False, required, lambda: count_of(len(places), f"{wrong_name} letters"), lambda: _runs(places))
    letters = sum(map(str.isalpha, reply.raw))
    if not letters:
        return holds(False, required, "no letter")
    foreign = "another script" if _latin(reply.raw) * 2 < letters else latin_language(reply.raw, "en")
    return holds(
        foreign is None,
        required,
        f"text in {NAMES.get(foreign, foreign)}" if foreign else f"text in {right_name} letters",
    )


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """The first of ``places``, neighbours as one span."""
    spans: list[tuple[int, int]] = []
    for place in places:
        if spans and spans[-1][1] == place:
            spans[-1] = spans[-1][0], place + 1
        else:
            spans.append((place, place + 1))
    return spans[:_OFFENDERS_SHOWN]


def _latin(text: str) -> int:
    return len(re.findall("[A-Za-z\u00c0-\u024f]", text))


@constraint(
    "change_case:english_lowercase",
    "Your entire response should be in English, and in all lowercase letters. No capital letters are allowed.",
    Pass("the weather is fine today and we are going into the garden."),
    Fail("The weather is fine today and we are going into the garden."),
    Fail("das wetter ist heute schön und wir gehen alle in den garten."),
    Fail('"coastal elegance properties"'),
    source=IFEVAL,
)
def english_lowercase(reply: Text) -> Verdict:
    """The language is langdetect's."""
    return _in_case(reply, reply.raw.islower(), _CAPITAL, "English text in small letters only")


@constraint(
    "change_case:english_lowercase",
    "Your entire response should be in English, and in all lowercase letters. No capital letters are allowed.",
    Pass("the weather is fine today and we are going into the garden."),
    Pass('"coastal elegance properties"'),
    Pass("etchings"),
    Fail("the weather is fine today and We are going into the garden."),
    Fail("ǅ is a letter"),
    Fail("das wetter ist heute schön und wir gehen alle in den garten."),
    Fail("сегодня хорошая погода."),
    Fail("teas: чай мёд"),
    Fail("123"),
    source=IFEVAL,
    edition="corrected",
    fault="The language is guessed even of a word or two: 'etchings' is taken for German.",
)
def english_lowercase_corrected(reply: Text) -> Verdict:
    """No capital letter. It is English unless another language's script or little words prevail."""
    return _in_english_case(reply, lambda letter: letter != letter.lower(), "capital", "small")
