"""Which words and letters: present, absent, and how often."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from ifbench.constraints.sources import IFEVAL
from ifbench.parameters import Count, Letter, Pattern, Patterns, Threshold
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, absent, compare, listing, present


@cache
def _search(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _first_matches(patterns: Iterable[str], text: str) -> dict[str, tuple[int, int]]:
    """Where each pattern first occurs, of those that do."""
    matches = ((pattern, _search(pattern).search(text)) for pattern in patterns)
    return {pattern: match.span() for pattern, match in matches if match}


@constraint(
    "keywords:existence",
    "Include the keywords {keywords} in your response.",
    Pass("Tea with MILK.", keywords=["tea", "milk"]),
    Pass("A steady start.", keywords=["art"]),
    Fail("Tea, black.", keywords=["tea", "milk"]),
    source=IFEVAL,
)
def existence(reply: Text, *, keywords: Patterns) -> Verdict:
    """Case does not matter. As published, a keyword also counts inside a longer word."""
    found = _first_matches(keywords, reply.raw)
    missing = [keyword for keyword in keywords if keyword not in found]
    return present(found, missing, "keywords", list(found.values()))


@constraint(
    "keywords:frequency",
    "The word {keyword} should appear {relation} {frequency} times.",
    Pass("Rain, rain, go away.", keyword="rain", frequency=2, relation="at least"),
    Pass("Rain again.", keyword="rain", frequency=2, relation="less than"),
    Fail("Rain again.", keyword="rain", frequency=2, relation="at least"),
    Fail("The train ran in the rain.", keyword="rain", frequency=2, relation="less than"),
    source=IFEVAL,
)
def frequency(reply: Text, *, keyword: Pattern, frequency: Count, relation: Threshold) -> Verdict:
    """Case does not matter. As published, occurrences inside longer words count."""
    spans = [match.span() for match in _search(keyword.strip()).finditer(reply.raw)]
    return compare(len(spans), relation, frequency, f"occurrences of {keyword!r}", spans)


@constraint(
    "keywords:forbidden_words",
    "Do not include the keywords {forbidden_words} in your response.",
    Pass("A catalogue of dogs.", forbidden_words=["cat"]),
    Fail("The CAT sat.", forbidden_words=["cat"]),
    source=IFEVAL,
)
def forbidden_words(reply: Text, *, forbidden_words: Patterns) -> Verdict:
    """Whole words, in any case. An underscore counts as a letter, so ``_cat_`` is not the word "cat"."""
    found = _first_matches((rf"\b{word}\b" for word in forbidden_words), reply.raw)
    spans = list(found.values())
    return absent(
        [reply.raw[start:stop] for start, stop in spans],
        lambda: f"{'none of the words' if len(forbidden_words) > 1 else 'not the word'} {listing(forbidden_words)}",
        spans,
    )


@constraint(
    "keywords:letter_frequency",
    "The letter {letter} should appear {let_relation} {let_frequency} times.",
    Pass("Bees see.", letter="e", let_frequency=4, let_relation="at least"),
    Pass("#one", letter="#", let_frequency=2, let_relation="less than"),
    Fail("Bees.", letter="e", let_frequency=4, let_relation="at least"),
    Fail("#one #two", letter="#", let_frequency=2, let_relation="less than"),
    source=IFEVAL,
)
def letter_frequency(reply: Text, *, letter: Letter, let_frequency: Count, let_relation: Threshold) -> Verdict:
    """Case does not matter. Any character is counted as it is given.

    The reference implementation puts a random letter in the place of one that is not a to z (IFEval keys 1122 and
    1129); nothing here is random.
    """
    wanted = letter.lower()
    number = reply.lower.count(wanted)
    noun = "letters" if letter.isalpha() else "characters"
    return compare(
        number,
        let_relation,
        let_frequency,
        f"{noun} {letter!r}",
        lambda: [match.span() for match in re.finditer(re.escape(letter), reply.raw, re.IGNORECASE)],
    )
