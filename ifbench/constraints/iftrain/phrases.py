"""A phrase repeated with a word replaced."""

from __future__ import annotations

import re
import warnings
from typing import Annotated

from annotated_types import Predicate, doc

from ifbench.constraints.iftrain.wanted import folded_words
from ifbench.constraints.reading.folding import folded
from ifbench.constraints.sources import IFTRAIN
from ifbench.errors import count_of
from ifbench.parameters import Ordinal
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

Span = tuple[int, int]


def _has_middle(phrase: str) -> bool:
    return len(phrase.split()) > 2 and len(folded_words(phrase)) > 2


def _has_plain_ends(phrase: str) -> bool:
    """Whether the first and the last word are regular expressions that match one thing and compile."""
    first, *_, last = phrase.split()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(f"{first} .*? {last}")
    except (re.error, OverflowError, RecursionError, Warning):
        return False
    return not set(first + last) & set("(|)")


Saying = Annotated[str, Predicate(_has_middle), doc("three words or more")]
SayingWithPatterns = Annotated[
    str,
    Predicate(_has_middle),
    Predicate(_has_plain_ends),
    doc("three words or more, the first and the last of which the check reads as regular expressions"),
]


def _stretches(text: str, first: str, last: str) -> list[Span]:
    """Where ``first`` and a space match, and then on the same line, as soon as may be, a space and ``last``."""
    opening, ending = re.compile(f"{first} "), re.compile(f" {last}")
    spans: list[Span] = []
    offset = 0
    for line in text.split("\n"):
        position = 0
        while (begin := opening.search(line, position)) and (end := ending.search(line, begin.end())):
            spans.append((offset + begin.start(), offset + end.end()))
            position = end.end()
        offset += len(line) + 1
    return spans


_CLOUD = "Every cloud has a silver lining"


@constraint(
    "copy:repeat_phrase",
    "Repeat the phrase {phrase} exactly {small_n} times, transforming it slightly each time by replacing only one word "
    "in the center of the phrase.",
    Pass("Every cloud has a golden lining. Every day has a silver lining.", phrase=f" {_CLOUD}", small_n=2),
    Pass("Every.\nEvery cloud has a golden lining and Every cloud has a green linings", phrase=_CLOUD, small_n=2),
    Fail("Every cloud has a golden lining.", phrase=_CLOUD, small_n=2),
    Fail("Every cloud has a silver lining.", phrase=_CLOUD, small_n=1),
    Fail("Every day has a golden lining.", phrase=_CLOUD, small_n=1),
    Fail("Every cloud has a very silver lining.", phrase=_CLOUD, small_n=1),
    Fail("Every cloud has a lining.", phrase=_CLOUD, small_n=1),
    Fail("Every cloud has a golden lining and every cloud has a green lining.", phrase=_CLOUD, small_n=2),
    Fail("Every cloud has\na golden lining.", phrase=_CLOUD, small_n=1),
    source=IFTRAIN,
)
def repeat_phrase(reply: Text, *, phrase: SayingWithPatterns, small_n: Ordinal) -> Verdict:
    """From the first word to the next last word on the line, case included; each such stretch must differ in one word.

    As published, the last word may be the beginning of a longer one.
    """
    wanted = phrase.split()
    spans = _stretches(reply.raw, wanted[0], wanted[-1])
    right = sum(_one_word_apart(reply.raw[start:stop].split(), wanted) for start, stop in spans)
    return _varied(right == len(spans) == small_n, phrase, small_n, right, len(spans), spans)


@constraint(
    "copy:repeat_phrase",
    "Repeat the phrase {phrase} exactly {small_n} times, transforming it slightly each time by replacing only one word "
    "in the center of the phrase.",
    Pass("Every cloud has a golden lining, and every day has a silver lining.", phrase=f" {_CLOUD}", small_n=2),
    Pass("**Every** cloud has\na golden lining", phrase=_CLOUD, small_n=1),
    Pass("Every cloud is big. Every cloud has a golden lining.", phrase=_CLOUD, small_n=1),
    Pass("It is it is it.", phrase="It was it", small_n=1),
    Fail("Every cloud has a golden lining.", phrase=_CLOUD, small_n=2),
    Fail("Every cloud has a silver lining.", phrase=_CLOUD, small_n=1),
    Fail("Every cloud has a golden lining. Every cloud has a silver lining.", phrase=_CLOUD, small_n=1),
    Fail("Every day has a golden lining.", phrase=_CLOUD, small_n=1),
    Fail("Every cloud has a golden linings.", phrase=_CLOUD, small_n=1),
    Fail("Any cloud has a silver lining.", phrase=_CLOUD, small_n=1),
    source=IFTRAIN,
    edition="corrected",
    fault="The phrase is missed in another case and over a line break, and a reply that uses its first and last word "
    "elsewhere on a line fails.",
)
def repeat_phrase_corrected(reply: Text, *, phrase: Saying, small_n: Ordinal) -> Verdict:
    """As many words as the phrase has, in any case, the first and last of them and all but one between the same.

    Unchanged repetitions are counted as well, and do not follow. The sentence does not say which word is in the
    center, nor whether the replacement must differ each time.
    """
    wanted = folded_words(phrase)
    spans = reply.plain_word_spans
    words = [folded(reply.raw[start:stop]) for start, stop in spans]
    found: list[Span] = []
    right = place = 0
    while place + len(wanted) <= len(words):
        part = words[place : place + len(wanted)]
        varied = part[0] == wanted[0] and part[-1] == wanted[-1] and _one_word_apart(part, wanted)
        if varied or part == wanted:
            found.append((spans[place][0], spans[place + len(wanted) - 1][1]))
            right += varied
            place += len(wanted)
        else:
            place += 1
    return _varied(right == len(found) == small_n, phrase, small_n, right, len(found), found)


def _one_word_apart(words: list[str], wanted: list[str]) -> bool:
    return len(words) == len(wanted) and sum(map(str.__ne__, words, wanted)) == 1


def _varied(followed: bool, phrase: str, number: int, right: int, found: int, spans: list[Span]) -> Verdict:
    return holds(
        followed,
        lambda: f"exactly {count_of(number, 'times')} {phrase.strip()!r} with one word in it replaced",
        lambda: (
            count_of(right, "times") + (f", and {count_of(found - right, 'times')} otherwise" if found > right else "")
        ),
        spans,
    )
