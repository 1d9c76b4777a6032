"""Letters: how many there are, which words they begin, and words that read the same from both ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ifbench.constraints.ifeval import keywords as ifeval
from ifbench.constraints.reading.folding import folded
from ifbench.constraints.sources import IFTRAIN
from ifbench.errors import count_of, quote
from ifbench.parameters import Count, Letter, Threshold
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, compare, holds, listing

Span = tuple[int, int]


@constraint(
    "letters:letter_counting",
    "Answer with {relation} {N} letters.",
    Pass("a1 B!", N=2, relation="at least"),
    Pass("aé Z", N=3, relation="less than"),
    Fail("a1 B!", N=3, relation="at least"),
    Fail("az Z", N=3, relation="less than"),
    source=IFTRAIN,
)
def letter_counting(reply: Text, *, N: Count, relation: Threshold) -> Verdict:
    """The letters a to z in either case; as published, those with accents and of other scripts do not count."""
    return compare(len(re.findall(r"[a-zA-Z]", reply.raw)), relation, N, "letters from a to z")


@constraint(
    "letters:letter_counting",
    "Answer with {relation} {N} letters.",
    Pass("a1 B!", N=2, relation="at least"),
    Pass(Text("Это чай.", "ru"), N=6, relation="at least"),
    Pass("ae\u0301", N=3, relation="less than"),
    Fail("a1 B!", N=3, relation="at least"),
    Fail("aé Z", N=3, relation="less than"),
    source=IFTRAIN,
    edition="corrected",
    fault="Letters with accents and letters of other scripts are not counted.",
)
def letter_counting_corrected(reply: Text, *, N: Count, relation: Threshold) -> Verdict:
    """Letters of every script; one with an accent is one letter, however it is written."""
    number = sum(map(str.isalpha, unicodedata.normalize("NFC", reply.raw)))
    return compare(number, relation, N, "letters")


@constraint(
    "letters:letter_counting2",
    "In your response, the letter {letter} should appear {let_relation} {let_frequency} times.",
    Pass("Bees see.", letter="E", let_frequency=4, let_relation="at least"),
    Pass("BEES see.", letter="e", let_frequency=5, let_relation="less than"),
    Fail("Bees see.", letter="e", let_frequency=5, let_relation="at least"),
    Fail("Bees see.", letter="e", let_frequency=4, let_relation="less than"),
    source=IFTRAIN,
)
def letter_counting2(reply: Text, *, letter: Letter, let_frequency: Count, let_relation: Threshold) -> Verdict:
    """As ``keywords:letter_frequency``. The sentence does not say whether "é" is an "e"; it is not."""
    return ifeval.letter_frequency(reply, letter=letter, let_frequency=let_frequency, let_relation=let_relation)


@constraint(
    "keywords:no_adjacent_consecutive",
    "No two adjacent words can start with consecutive letters of the alphabet.",
    Pass("An owl came back."),
    Pass("Zebras are cute."),
    Pass("Aunt (Bea) came."),
    Pass("Boats and Ants"),
    Pass("Hello"),
    Fail("A Bee hums."),
    Fail("Count: 1 2"),
    Fail("İs tea"),
    source=IFTRAIN,
)
def no_adjacent_consecutive(reply: Text) -> Verdict:
    """The first characters of what stands between white space, in any case.

    As published, digits and signs count as letters, and a sign hides the letter behind it. The sentence does not say
    whether a letter may be followed by the one before it in the alphabet ("boats and"); it may.
    """
    words = [(match[0][0].lower(), match.span()) for match in re.finditer(r"\S+", reply.raw)]
    # What becomes two characters in small letters is refused by the reference implementation.
    offenders = [
        (here, there)
        for (first, here), (second, there) in pairwise(words)
        if len(first) + len(second) > 2 or ord(second) - ord(first) == 1
    ]
    return _no_neighbours(reply, offenders, True)


@constraint(
    "keywords:no_adjacent_consecutive",
    "No two adjacent words can start with consecutive letters of the alphabet.",
    Pass("An owl came back."),
    Pass("Zebras are cute."),
    Pass("Hot tea"),
    Pass("Count: 1 2"),
    Pass("Boats and Ants"),
    Fail("A Bee hums."),
    Fail("Aunt (Bea) waved."),
    Fail("No - Élan, **for** us"),
    Fail("Hello"),
    source=IFTRAIN,
    edition="corrected",
    fault="Digits and signs are taken for letters, a sign hides the letter behind it, and a single word passes.",
)
def no_adjacent_consecutive_corrected(reply: Text) -> Verdict:
    """First letters of words as a reader counts them, without case and accents; there must be two words or more.

    The sentence does not say whether a letter may be followed by the one before it in the alphabet; it may.
    """
    spans = reply.plain_word_spans
    words = [(unicodedata.normalize("NFD", reply.raw[start].lower())[0], (start, stop)) for start, stop in spans]
    offenders = [
        (here, there)
        for (first, here), (second, there) in pairwise(words)
        # Only alphabets with capitals have an order that code points follow.
        if first.upper() != first and second.upper() != second and ord(second) - ord(first) == 1
    ]
    return _no_neighbours(reply, offenders, len(spans) > 1)


def _no_neighbours(reply: Text, offenders: Sequence[tuple[Span, Span]], enough: bool) -> Verdict:
    def observed() -> str:
        if not enough:
            return "fewer than two words"
        shown = [f"{reply.raw[slice(*here)]} {reply.raw[slice(*there)]}" for here, there in offenders[:3]]
        return f"{count_of(len(offenders), 'such pairs')}: {listing(shown)}" if offenders else "no such pair"

    return holds(
        enough and not offenders,
        "no two adjacent words that start with consecutive letters",
        observed,
        [(here[0], there[1]) for here, there in offenders],
    )


@constraint(
    "keywords:palindrome",
    "Include a palindrome in your response.",
    Pass("Our kayak leaks."),
    Pass("A cup of tea."),
    Fail("He saw two canoes."),
    Fail("Our Level, level."),
    source=IFTRAIN,
)
def palindrome(reply: Text) -> Verdict:
    """What stands between white space; as published, case and signs count, and a single character will do."""
    spans = [match.span() for match in re.finditer(r"\S+", reply.raw) if match[0] == match[0][::-1]]
    return _found_palindrome(reply, spans)


@constraint(
    "keywords:palindrome",
    "Include a palindrome in your response.",
    Pass("They sat in a Kayak, together."),
    Pass("Mom called."),
    Pass("He said: A man, a plan, a canal: Panama!"),
    Pass("We have a race car here."),
    Pass("No lemon, no melon."),
    Pass("Step on no pets, I said."),
    Pass("Été comme hiver."),
    Fail("A cup of tea."),
    Fail("See www, III and aaa."),
    Fail("He saw two canoes."),
    Fail("My gym is shut; so, no one is there."),
    Fail("Pets on no steps at all."),
    Fail("Grace carved it."),
    Fail("It was. Saw it?"),
    source=IFTRAIN,
    edition="corrected",
    fault='A single character such as "a" passes, a capital or a comma hides a palindrome, and one of several words '
    "is not found.",
)
def palindrome_corrected(reply: Text) -> Verdict:
    """A word of three letters or more, or words with seven to some sixty letters together; not one letter repeated.

    Case, accents, spaces and signs do not count.
    """
    return _found_palindrome(reply, next(([span] for span in _palindromes(reply)), []))


def _found_palindrome(reply: Text, spans: list[Span]) -> Verdict:
    return holds(
        bool(spans), "a palindrome", lambda: quote(reply.raw[slice(*spans[0])]) if spans else "none found", spans[:1]
    )


_LONGEST_HALF = 30


def _letters(word: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFD", folded(word))))


def _palindromes(reply: Text) -> Iterator[Span]:
    spans = reply.plain_word_spans
    words = [_letters(reply.raw[start:stop]) for start, stop in spans]
    for word, span in zip(words, spans, strict=True):
        # One of two letters would be the same letter twice.
        if word == word[::-1] and len(set(word)) > 1:
            yield span
    letters = "".join(words)
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    position = 0
    for number, word in enumerate(words):
        first.setdefault(position, number)
        position += len(word)
        last[position] = number
    # A palindrome that is not one letter repeated has a run of equal letters in its middle.
    for run in re.finditer(r"(.)\1*", letters, re.DOTALL):
        start, stop = run.span()
        for _ in range(_LONGEST_HALF):
            start, stop = start - 1, stop + 1
            if start < 0 or stop > len(letters) or letters[start] != letters[stop - 1]:
                break
            if stop - start > 6 and start in first and stop in last:
                yield spans[first[start]][0], spans[last[stop]][1]
