"""How many words of a kind, and words used twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from ifbench.constraints.ifbench.parts import token_places
from ifbench.constraints.reading.folding import folded
from ifbench.constraints.sources import IFTRAIN
from ifbench.parameters import Count
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, compare, holds, listing

_LOWERCASE = r"\b[a-z]+\b"


@constraint(
    "count:lowercase_counting",
    "In your response, lowercase words should appear at most {N} times.",
    Pass("Tea and MILK, please: Über 3b", N=2),
    Pass("HOT TEA", N=0),
    Fail("Tea and milk, please", N=2),
    Fail("It's Tea", N=0),
    source=IFTRAIN,
)
def lowercase_counting(reply: Text, *, N: Count) -> Verdict:
    """Words of the letters a to z; as published, the "s" of "It's" is one, and a word with another letter is none."""
    spans = [match.span() for match in re.finditer(_LOWERCASE, reply.raw)]
    return compare(len(spans), "at most", N, "lowercase words", spans)


@constraint(
    "count:lowercase_counting",
    "In your response, lowercase words should appear at most {N} times.",
    Pass("Tea and MILK, don't ask: 3 Über iPads", N=3),
    Pass("It's HOT TEA", N=0),
    Fail("Tea and milk, please", N=2),
    Fail("HOT über all", N=1),
    source=IFTRAIN,
    edition="corrected",
    fault='"It\'s" counts for its "s", "don\'t" counts twice, and words with other letters than a to z are missed.',
)
def lowercase_counting_corrected(reply: Text, *, N: Count) -> Verdict:
    """Words as a reader counts them, of any script, whose letters are all small."""
    spans = [(start, stop) for start, stop in reply.plain_word_spans if reply.raw[start:stop].islower()]
    return compare(len(spans), "at most", N, "lowercase words", spans)


@constraint(
    "count:count_unique",
    "Use unique words in your response: no word should be repeated.",
    Pass("Tea beats milk. the Milk wins"),
    Fail("Tea beats milk. Coffee wins."),
    Fail("Some like tea and milk and honey"),
    source=IFTRAIN,
)
def count_unique(reply: Text) -> Verdict:
    """As published, a word in another case is another word, and punctuation marks are words."""
    return _unrepeated(reply.tokens, True, lambda: [*token_places(reply.raw, reply.tokens)])


@constraint(
    "count:count_unique",
    "Use unique words in your response: no word should be repeated.",
    Pass("Tea beats milk. Coffee wins."),
    Pass("Don't stop, won't go."),
    Pass("Hot tea"),
    Fail("Tea beats milk. the Milk wins"),
    Fail("Don't say you don’t"),
    Fail("Hello!"),
    source=IFTRAIN,
    edition="corrected",
    fault="Punctuation marks count as words, so that two sentences can hardly pass, and a repetition in another case "
    "is missed.",
)
def count_unique_corrected(reply: Text) -> Verdict:
    """Words as a reader counts them, in any case; there must be two or more."""
    words = [folded(word) for word in reply.plain_words]
    return _unrepeated(words, len(words) > 1, lambda: list(zip(reply.plain_word_spans, words, strict=True)))


def _unrepeated(words: list[str], enough: bool, places: Callable[[], list[tuple[Span, str]]]) -> Verdict:
    """``places`` gives the words with where they stand."""
    repeated = {word: number for word, number in Counter(words).items() if number > 1}

    def observed() -> str:
        if not enough:
            return "fewer than two words"
        return f"{listing([*repeated][:5])} more than once" if repeated else "no word twice"

    return holds(
        enough and not repeated,
        "no word more than once",
        observed,
        lambda: [span for span, word in places() if word in repeated] if repeated else [],
    )
