"""How each word follows from the one before it: letters of the alphabet, first letters, syllables."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence
from itertools import pairwise

from ifbench.constraints.ifbench.word_readings import Reading, Span, Word, bare, bare_word_spans
from ifbench.constraints.reading.folding import without_accents
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import count_of, quote
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds, listing

_ALPHABET_RULE = "every word beginning with the letter of the alphabet after that of the word before"
_LETTERS_RULE = "no two neighbouring words with one first letter"
_SYLLABLES_RULE = "words with odd and even numbers of syllables by turns"


def _successor(letter: str) -> str:
    return string.ascii_lowercase[(string.ascii_lowercase.index(letter) + 1) % 26]


def _out_of_order(initials: Sequence[str]) -> int | None:
    """The place of the first letter that is not the one expected there: any at first, then each time the next one."""
    for place, letter in enumerate(initials):
        # A letter whose lower case is two characters is none of the 26 either.
        if letter not in tuple(string.ascii_lowercase) or (place and letter != _successor(initials[place - 1])):
            return place
    return None


def _bare_span(reply: Text, place: int | None) -> Callable[[], list[Span]]:
    """Where the published word at ``place`` stands; nothing where there is no such place."""
    return lambda: [] if place is None else [bare_word_spans(reply.raw)[place]]


@constraint(
    "words:alphabet",
    "Each word in your response must start with the next letter of the alphabet, looping back to 'A' after 'Z'.",
    Pass("A big cat - DOZES."),
    Pass("Xenia (yes) zooms away."),
    Pass("Hmm"),
    Fail("A big dog."),
    Fail("A big big cat."),
    Fail("A big — cat."),
    Fail("1. A 2. big"),
    Fail("É f"),
    Fail("İ j"),
    Fail("..."),
    source=IFBENCH,
)
def alphabet(reply: Text) -> Verdict:
    """Words without ASCII punctuation; the first may begin with any letter. As published, one word is enough."""
    words = bare(reply.raw).split()
    # Only the letter itself is lowered at first, and the whole word later on; both begin alike.
    broken = _out_of_order([word[0].lower() for word in words])
    return holds(
        bool(words) and broken is None,
        _ALPHABET_RULE,
        lambda: _where_broken(words, broken),
        _bare_span(reply, broken),
    )


def _where_broken(words: Sequence[str], place: int | None) -> str:
    if place is None:
        return count_of(len(words), "words") + (" in order" if words else "")
    return " followed by ".join(map(quote, words[max(0, place - 1) : place + 1]))


@constraint(
    "words:alphabet",
    "Each word in your response must start with the next letter of the alphabet, looping back to 'A' after 'Z'.",
    Pass("A big cat — DOZES."),
    Pass("1. “Xenia” yawns.\n2. Zoe’s away."),
    Pass("Drei Élans"),
    Pass("Zoe’s ægis"),
    Fail("Hmm"),
    Fail("A big dog."),
    Fail("A big big cat."),
    Fail("24 apples"),
    Fail("A 5 c"),
    edition="corrected",
    fault="A dash, a curly quote or a list number breaks the order, and a single word keeps it.",
    source=IFBENCH,
)
def alphabet_corrected(reply: Text) -> Verdict:
    """Two words or more; the first may begin with any letter, which counts without its accent.

    A number in the text is a word that begins with no letter.
    """
    words = Reading(reply).words
    broken = _out_of_order([word.initial for word in words])
    return holds(
        len(words) > 1 and broken is None,
        f"{_ALPHABET_RULE}, two words or more",
        lambda: _where_broken([word.form for word in words], broken),
        [words[broken].span] if broken is not None else [],
    )


@constraint(
    "words:no_consecutive",
    "No two consecutive words can share the same first letter.",
    Pass("The cat sat there."),
    Pass("Hmm"),
    Pass("The “tall cat."),
    Fail("The TALL cat."),
    Fail("The 'tall' cat."),
    Fail("Cats\n\ncan climb."),
    Fail("In 1914 10 died."),
    source=IFBENCH,
)
def no_consecutive(reply: Text) -> Verdict:
    """First characters of words without ASCII punctuation, in any case, across lines and paragraphs too."""
    words = bare(reply.lower).split()
    places = [place for place, (one, other) in enumerate(pairwise(words)) if one[0] == other[0]]

    def spans() -> list[Span]:
        found = bare_word_spans(reply.raw)
        return [(found[place][0], found[place + 1][1]) for place in places]

    return holds(
        not places,
        _LETTERS_RULE,
        lambda: _pairs([f"{words[place]} {words[place + 1]}" for place in places]),
        spans,
    )


def _pairs(shown: Sequence[str]) -> str:
    return f"{count_of(len(shown), 'pairs')}: {listing(shown[:3])}" if shown else "no such pair"


@constraint(
    "words:no_consecutive",
    "No two consecutive words can share the same first letter.",
    Pass("The cat sat there."),
    Pass("# Cats\n\nCan they climb?"),
    Pass("- old cats\n- carry milk"),
    Pass("In 1914 10 died."),
    Fail("Hmm"),
    Fail("Hello.\n\nHowdy."),
    Fail("The “tall cat."),
    Fail("An élan eats."),
    Fail("The TALL cat."),
    Fail("The cat sat.\nSome slept."),
    Fail("Sit\n\nThe cat—can it?"),
    edition="corrected",
    fault="Words of different paragraphs, headings or list items are compared, words beside a curly quote or a dash "
    "are not, and a single word passes.",
    source=IFBENCH,
)
def no_consecutive_corrected(reply: Text) -> Verdict:
    """Consecutive are words that follow each other in one paragraph, heading or list item; there must be two such.

    A letter counts without its accent. Numbers have no first letter.
    """
    pairs = [pair for block in Reading(reply).blocks for pair in pairwise(block)]
    alike = [(one, other) for one, other in pairs if one.initial and one.initial == other.initial]
    return holds(
        bool(pairs) and not alike,
        _LETTERS_RULE,
        lambda: _pairs([f"{one.form} {other.form}" for one, other in alike]) if pairs else "no two words in a row",
        [(one.start, other.stop) for one, other in alike],
    )


@constraint(
    "words:odd_even_syllables",
    "Alternate between words with odd and even numbers of syllables.",
    Pass("The water flows under stone."),
    Pass("Water - flows."),
    Pass("Hmm"),
    Pass("Couldn't 5"),
    Fail("The cat slept."),
    Fail("Water table."),
    Fail("Cats remember."),
    Fail("Couldn't sit"),
    source=IFBENCH,
)
def odd_even_syllables(reply: Text) -> Verdict:
    """Syllables are syllapy's, of words without any ASCII punctuation ("couldn't" is "couldnt"); a number has none."""
    import syllapy

    words = bare(reply.raw).split()
    counts = [syllapy.count(word) for word in words]
    broken = next((place for place, (one, other) in enumerate(pairwise(counts), 1) if (one - other) % 2 == 0), None)
    return holds(
        broken is None,
        _SYLLABLES_RULE,
        lambda: _where_even(words, counts, broken),
        _bare_span(reply, broken),
    )


def _where_even(words: Sequence[str], counts: Sequence[int | None], place: int | None) -> str:
    if place is None:
        return f"{count_of(len(words), 'words')}{' by turns' if len(words) > 1 else ''}"
    shown = zip(words[place - 1 : place + 1], counts[place - 1 : place + 1], strict=True)
    return " followed by ".join(f"{word!r} ({count or 'unknown'})" for word, count in shown)


@constraint(
    "words:odd_even_syllables",
    "Alternate between words with odd and even numbers of syllables.",
    Pass("The water flows under stone."),
    Pass("Water — flows."),
    Pass("1. Water\n2. flows"),
    Pass("Couldn’t sit"),
    Pass("Sip café"),
    Pass("Water-mill water"),
    Pass("In 24 cats"),
    Pass("It's water that it'd stop."),
    Pass("I'm away; we're ever late."),
    Pass("Boss's cat."),
    Fail("Hmm"),
    Fail("In 24"),
    Fail("In 24 water"),
    Fail("The cat slept."),
    Fail("Water table."),
    Fail("Cats remember."),
    Fail("Couldn’t"),
    edition="corrected",
    fault="Contractions and compounds lose their marks before they are counted (couldn't has one syllable), "
    "a number has none, and a single word passes.",
    source=IFBENCH,
)
def odd_even_syllables_corrected(reply: Text) -> Verdict:
    """Syllables are syllapy's, part by part in a compound, with one more where a contraction adds one ("couldn't").

    A number, or a word with other letters than a to z, holds its place and fits there: how it is read aloud is open.
    """
    words = Reading(reply).words
    counts = [_syllables(word) for word in words]
    known = [(place, count) for place, count in enumerate(counts) if count is not None]
    # Where odd and even alternate, a count and its place differ by an even number everywhere, or by an odd one.
    turns = [(count + place) % 2 for place, count in known]
    broken = next((place for (place, _), turn in zip(known, turns, strict=True) if turn != turns[0]), None)
    return holds(
        len(known) > 1 and broken is None,
        f"{_SYLLABLES_RULE}, two of them or more",
        lambda: _where_even([word.form for word in words], counts, broken),
        [words[broken].span] if broken is not None else [],
    )


def _syllables(word: Word) -> int | None:
    """How many syllables a word has, or None where it cannot be told."""
    import syllapy

    total = 0
    for part in re.split(r"[-‐‑_]", without_accents(word.form)):
        joined = part.replace("'", "")
        if not re.fullmatch(r"[a-z]+", joined):
            return None
        if spoken := re.fullmatch(r"([a-z]*?[b-df-hj-np-qs-tvxz])(?:n't|'(?:ll|ve|re|d))", part):
            total += syllapy.count(spoken[1]) + 1
        elif owned := re.fullmatch(r"([a-z]+)'[sm]", part):
            total += syllapy.count(owned[1]) + bool(re.search(r"(?:[sxz]|[cs]h|[cgsz]e)$", owned[1]))
        else:
            total += syllapy.count(joined)
    return total
