"""Which words, and how often."""

from __future__ import annotations

import re

from ifbench.constraints.ifeval import keywords as ifeval
from ifbench.constraints.reading.phrases import Folded
from ifbench.constraints.sources import IFTRAIN
from ifbench.errors import count_of
from ifbench.parameters import Count, Pattern, Phrase, Relation, Threshold
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, at_least, compare, exactly, holds

Span = tuple[int, int]


def _matches(reply: Text, pattern: str) -> list[Span]:
    """Where ``pattern`` matches, in any case; such a match may be empty."""
    return [match.span() for match in re.finditer(pattern.strip(), reply.raw, re.IGNORECASE)]


def _visible(spans: list[Span]) -> list[Span]:
    return [(start, stop) for start, stop in spans if start < stop]


def _whole(reply: Text, keyword: str) -> list[Span]:
    return list(Folded(reply.raw).whole(keyword))


@constraint(
    "keywords:word_once",
    "Include keyword {keyword} in your response.",
    Pass("We had TEA.", keyword="tea"),
    Pass("A steady start.", keyword=" stead "),
    Fail("Tea, tea and milk.", keyword="tea"),
    Fail("Coffee, black.", keyword="tea"),
    source=IFTRAIN,
)
def word_once(reply: Text, *, keyword: Pattern) -> Verdict:
    """Exactly once, in any case; as published, inside a longer word too."""
    spans = _matches(reply, keyword)
    return exactly(len(spans), 1, f"occurrences of {keyword.strip()!r}", lambda: _visible(spans))


@constraint(
    "keywords:word_once",
    "Include keyword {keyword} in your response.",
    Pass("We had TEA.", keyword="tea"),
    Pass("Tea, tea and milk.", keyword="tea"),
    Pass("We took C++.", keyword="C++"),
    Fail("A steady start.", keyword="tea"),
    Fail("Coffee, black.", keyword="tea"),
    source=IFTRAIN,
    edition="corrected",
    fault="The sentence asks to include the keyword, but a reply that has it twice fails, and one that has it only "
    "inside a longer word passes.",
)
def word_once_corrected(reply: Text, *, keyword: Phrase) -> Verdict:
    """At least once as a whole word, in any case; the sentence sets no upper bound."""
    spans = _whole(reply, keyword)
    return at_least(len(spans), 1, f"occurrences of {keyword!r}", spans)


@constraint(
    "keywords:word_count_different_numbers",
    "In your response, the word {keyword} should appear {relation} {frequency} times.",
    Pass("Rain, rain, go away.", keyword="rain", frequency=2, relation="at least"),
    Pass("Rain again.", keyword="rain", frequency=2, relation="less than"),
    Pass("The train ran in the rain.", keyword="rain", frequency=2, relation="at least"),
    Fail("Rain again.", keyword="rain", frequency=2, relation="at least"),
    Fail("Rain, rain, go away.", keyword="rain", frequency=2, relation="less than"),
    source=IFTRAIN,
)
def word_count_different_numbers(reply: Text, *, keyword: Pattern, frequency: Count, relation: Threshold) -> Verdict:
    """As ``keywords:frequency``: in any case, inside longer words too.

    The training prompts do not name the relation that is checked ("should appear 3 times").
    """
    return ifeval.keyword_frequency(reply, keyword=keyword, frequency=frequency, relation=relation)


@constraint(
    "keywords:word_count_different_numbers",
    "In your response, the word {keyword} should appear {relation} {frequency} times.",
    Pass("Rain, rain, go away.", keyword="rain", frequency=2),
    Pass("Rain, rain, go away.", keyword="rain", frequency=2, relation="at least"),
    Pass("Rain again, by train.", keyword="rain", frequency=2, relation="less than"),
    Fail("Rain again.", keyword="rain", frequency=2),
    Fail("Rain, rain and rain.", keyword="rain", frequency=2),
    Fail("Rain, rain, go away.", keyword="rain", frequency=2, relation="less than"),
    Fail("The train ran in the rain.", keyword="rain", frequency=2, relation="at least"),
    source=IFTRAIN,
    edition="corrected",
    fault='Prompts that say "N times" are judged by a relation that they do not name, and occurrences inside longer '
    "words count.",
)
def word_count_different_numbers_corrected(
    reply: Text, *, keyword: Phrase, frequency: Count, relation: Relation = "exactly"
) -> Verdict:
    """Whole words, in any case. The number is exact where no relation is given, as in "should appear 3 times"."""
    spans = _whole(reply, keyword)
    return compare(len(spans), relation, frequency, f"occurrences of {keyword!r}", spans)


@constraint(
    "keywords:exclude_word_harder",
    "Do not include keyword {keyword} in the response.",
    Pass("Tea, not coffee. My Tea is hot.", keyword="tea"),
    Pass("steady as ever", keyword="tea"),
    Fail("Our tea is hot.", keyword=" tea"),
    source=IFTRAIN,
)
def exclude_word_harder(reply: Text, *, keyword: Phrase) -> Verdict:
    """As published, only what stands between two spaces in the same case counts."""
    word = keyword.strip()
    spans = [(match.start(1), match.end(1)) for match in re.finditer(rf" ({re.escape(word)})(?= )", reply.raw)]
    return _not_there(keyword, spans)


@constraint(
    "keywords:exclude_word_harder",
    "Do not include keyword {keyword} in the response.",
    Pass("A steady hand.", keyword="tea"),
    Fail("Our tea is hot.", keyword="tea"),
    Fail("Tea, not coffee.", keyword="tea"),
    Fail("I drink _tea_.", keyword="tea"),
    source=IFTRAIN,
    edition="corrected",
    fault="The keyword is missed in another case, beside a punctuation mark, and at the beginning or end of the reply.",
)
def exclude_word_harder_corrected(reply: Text, *, keyword: Phrase) -> Verdict:
    """The whole word, in any case; inside a longer word it does not count."""
    return _not_there(keyword, _whole(reply, keyword))


def _not_there(keyword: str, spans: list[Span]) -> Verdict:
    return holds(
        not spans,
        lambda: f"no {keyword.strip()!r}",
        lambda: count_of(len(spans), "occurrences") if spans else "none",
        spans,
    )


@constraint(
    "count:count_increment_word",
    "Include keyword {keyword1} once in your response, keyword {keyword2} twice in your response.",
    Pass("Tea? Rain, RAIN.", keyword1="tea", keyword2="rain"),
    Pass("A steady train in the rain.", keyword1=" tea", keyword2="rain"),
    Fail("Rain, rain.", keyword1="tea", keyword2="rain"),
    Fail("Tea, tea? Rain, rain.", keyword1="tea", keyword2="rain"),
    Fail("Tea? Rain.", keyword1="tea", keyword2="rain"),
    Fail("Tea? Rain, rain, rain.", keyword1="tea", keyword2="rain"),
    source=IFTRAIN,
)
def count_increment_word(reply: Text, *, keyword1: Pattern, keyword2: Pattern) -> Verdict:
    """Exactly once and exactly twice, in any case; as published, inside a longer word too."""
    return _once_and_twice(keyword1, _matches(reply, keyword1), keyword2, _matches(reply, keyword2))


@constraint(
    "count:count_increment_word",
    "Include keyword {keyword1} once in your response, keyword {keyword2} twice in your response.",
    Pass("Tea? Rain, RAIN.", keyword1="tea", keyword2="rain"),
    Pass("Steady, tea by train: rain, rain.", keyword1="tea", keyword2="rain"),
    Fail("A steady train in the rain.", keyword1="tea", keyword2="rain"),
    Fail("Rain, rain.", keyword1="tea", keyword2="rain"),
    Fail("Tea, tea? Rain, rain.", keyword1="tea", keyword2="rain"),
    Fail("Tea? Rain.", keyword1="tea", keyword2="rain"),
    Fail("Tea? Rain, rain, rain.", keyword1="tea", keyword2="rain"),
    source=IFTRAIN,
    edition="corrected",
    fault="Occurrences inside longer words count.",
)
def count_increment_word_corrected(reply: Text, *, keyword1: Phrase, keyword2: Phrase) -> Verdict:
    """Exactly once and exactly twice, as whole words, in any case."""
    return _once_and_twice(keyword1, _whole(reply, keyword1), keyword2, _whole(reply, keyword2))


def _once_and_twice(first: str, once: list[Span], second: str, twice: list[Span]) -> Verdict:
    return holds(
        len(once) == 1 and len(twice) == 2,
        lambda: f"exactly 1 occurrence of {first.strip()!r} and 2 of {second.strip()!r}",
        lambda: f"{count_of(len(once), 'occurrences')} of {first.strip()!r} and {len(twice):,} of {second.strip()!r}",
        lambda: sorted({*_visible(once), *_visible(twice)}),
    )
