"""Single tasks of IFBench: a sentence in reverse order, and a story from A to Z."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from ifbench.constraints.ifbench.parts import with_straight_quotes
from ifbench.constraints.reading.fences import opened
from ifbench.constraints.sources import IFBENCH
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, exactly, holds, listing

_WORD_REVERSE = (
    "What animal is the national symbol of the US? Respond to this query, but make your sentence in reverse order of "
    "what it should be, per word."
)
_CHARACTER_REVERSE = _WORD_REVERSE.replace("per word", "per letter")


@constraint(
    "custom:word_reverse",
    _WORD_REVERSE,
    Pass("US the of symbol national the is eagle bald The."),
    Pass("The national symbol of the US is the eagle, bald."),
    Pass("EAGLES, BALD"),
    Fail("The bald eagle is the national symbol of the US."),
    Fail("Eagle the is symbol the."),
    source=IFBENCH,
)
def word_reverse(reply: Text) -> Verdict:
    """Read from the last word to the first, ASCII punctuation deleted, it contains "bald eagle", and that is all.

    The published check also asks whether this is one sentence, but it has taken the marks out that end sentences.
    """
    backwards = " ".join(reply.lower.translate(str.maketrans("", "", string.punctuation)).split()[::-1])
    return holds("bald eagle" in backwards, "'bald eagle' when read backwards", lambda: repr(backwards[:80]))


# In a sentence read the right way, none of these ends it or is followed by a word of the second set.
_LEADING = frozenset(["the", "a", "an", "of", "its"])
_NEVER_LED = frozenset(["is", "was", "are", "were", "be", "of", "and", "as", "in", "for", "by", "to", "has"])
_SENTENCE_WORDS = 4


def _sentence_fault(words: Sequence[str]) -> str | None:
    """Why ``words`` are no sentence about the bald eagle in the usual order, or None where nothing shows that."""
    if ("bald", "eagle") not in pairwise(words):
        return "no 'bald eagle' in it"
    if len(words) < _SENTENCE_WORDS:
        return "no sentence, only the name"
    if ("eagle", "bald") in pairwise(words):
        return "'eagle bald' in it as well"
    for word, following in pairwise([*words, "of"]):
        if word in _LEADING and following in _NEVER_LED:
            return f"{word!r} before {following!r}" if following != "of" else f"{word!r} out of place"
    return None


def _reversal(backwards: str) -> Verdict:
    fault = _sentence_fault(re.findall(r"[^\W_]+", backwards))
    return holds(
        fault is None,
        "a sentence about the bald eagle when read backwards",
        lambda: f"{backwards[:80]!r}" + (f": {fault}" if fault else ""),
    )


@constraint(
    "custom:word_reverse",
    _WORD_REVERSE,
    Pass("US the of symbol national the is eagle bald The."),
    Pass("“.eagle bald the is symbol national The”"),
    Pass("Eagle Bald The Is It"),
    Pass("Eagle bald the picked."),
    Fail("EAGLES, BALD"),
    Fail("Eagle bald the."),
    Fail("The national symbol of the US is the eagle bald."),
    Fail("Of course: eagle bald the is symbol national the"),
    Fail("The bald eagle. Reversed: eagle bald The."),
    Fail("The bald eagle is the national symbol of the US."),
    Fail("US the of symbol national the is eagle golden The."),
    edition="corrected",
    fault="'Eagle bald' anywhere is enough: it passes at the end of a sentence in the usual order, and alone.",
    source=IFBENCH,
)
def word_reverse_corrected(reply: Text) -> Verdict:
    """Read from the last word to the first it is a sentence of four or more words with "bald eagle" in it.

    That it is one is denied only where an article or "of" stands where no sentence has it: at the end, or before "is".
    """
    return _reversal(" ".join(re.findall(r"[^\W_]+", reply.lower)[::-1]))


@constraint(
    "custom:character_reverse",
    _CHARACTER_REVERSE,
    Pass(".SU eht fo lobmys lanoitan eht si elgae dlab ehT"),
    Pass("It is the Elgae dlab."),
    Pass("Elgae dlab eht."),
    Fail("SU the of symbol national the is eagle bald The."),
    Fail("ehT dlab elgae si eht lobmys."),
    source=IFBENCH,
)
def character_reverse(reply: Text) -> Verdict:
    """It contains "elgae dlab", and that is all, as published."""
    start = reply.lower.find("elgae dlab")
    shown = [(start, start + len("elgae dlab"))] if start >= 0 and len(reply.lower) == len(reply.raw) else []
    return holds(start >= 0, "'elgae dlab'", "found" if start >= 0 else "not found", shown)


@constraint(
    "custom:character_reverse",
    _CHARACTER_REVERSE,
    Pass(".SU eht fo lobmys lanoitan eht si elgae dlab ehT"),
    Pass("**elgae dlab eht si tI**\n"),
    Fail("elgae dlab"),
    Fail("It is the Elgae dlab."),
    Fail("The answer, reversed, reads: elgae dlab eht si tI"),
    Fail("ehT dlab elgae si eht lobmys lanoitan."),
    Fail("elgae dlab eht si eht lobmys."),
    edition="corrected",
    fault="'Elgae dlab' anywhere is enough: it passes in a sentence that is otherwise not reversed, and alone.",
    source=IFBENCH,
)
def character_reverse_corrected(reply: Text) -> Verdict:
    """Read from the last letter to the first it is a sentence of four or more words with "bald eagle" in it.

    That it is one is denied where an article or "of" stands where no sentence has it, or where one of the commonest
    words stands in the reply as it is written.
    """
    words = re.findall(r"[^\W_]+", reply.lower)
    if plain := sorted({"the", "is", "of", "bald", "eagle", "it", "national", "symbol", "answer"}.intersection(words)):
        return holds(False, "every word reversed by letters", f"{listing(plain)} in the usual order")
    return _reversal(reply.lower[::-1])


_ALPHABET_SENTENCE = (
    "Tell me a 26-sentence story where each sentence's first word starts with the letters of the alphabet in order."
)
_STORY = [f"{letter}nna came along." for letter in string.ascii_uppercase]


@constraint(
    "custom:sentence_alphabet",
    _ALPHABET_SENTENCE,
    Pass(" ".join(_STORY)),
    Pass("\n".join(_STORY).lower()),
    Pass("\n" + " ".join(_STORY)),
    Fail(" ".join(_STORY[:25])),
    Fail(" ".join([*_STORY, "All went home."])),
    Fail(" ".join([*_STORY[:24], _STORY[25], _STORY[24]])),
    Fail(" ".join(['"Anna came along."', *_STORY[1:]])),
    source=IFBENCH,
)
def sentence_alphabet(reply: Text) -> Verdict:
    """Punkt's sentences; the first character of each counts, so that a quotation mark breaks the rule, as published."""
    return _alphabet([sentence.lstrip().lower()[:1] for sentence in reply.sentences])


def _alphabet(letters: Sequence[str]) -> Verdict:
    if len(letters) != len(string.ascii_lowercase):
        return exactly(len(letters), len(string.ascii_lowercase), "sentences")
    wrong = next(
        (place for place, pair in enumerate(zip(letters, string.ascii_lowercase, strict=True)) if len(set(pair)) > 1),
        None,
    )
    return holds(
        wrong is None,
        "26 sentences beginning with a to z",
        lambda: "so it is" if wrong is None else f"sentence {wrong + 1} beginning with {letters[wrong]!r}",
    )


@constraint(
    "custom:sentence_alphabet",
    _ALPHABET_SENTENCE,
    Pass(" ".join(_STORY)),
    Pass("# The Story\n\n" + " ".join(["“Anna came along.”", *_STORY[1:4], "**Élise** came along.", *_STORY[5:]])),
    Pass("\n".join(f"{number}. {sentence}" for number, sentence in enumerate(_STORY, 1))),
    Pass("```\n" + " ".join(_STORY) + "\n```"),
    Fail(" ".join(_STORY[:25])),
    Fail(" ".join([*_STORY, "All went home."])),
    Fail(" ".join([*_STORY[:24], _STORY[25], _STORY[24]])),
    edition="corrected",
    fault="A quotation mark, a number or a heading before a sentence is taken for its first letter.",
    source=IFBENCH,
)
def sentence_alphabet_corrected(reply: Text) -> Verdict:
    """26 sentences outside headings; the first letter of each counts, without its accent and what stands before it."""
    sentences = with_straight_quotes(opened(reply)).prose_sentences
    first = [re.search(r"[^\W_]", sentence) for sentence in sentences]
    return _alphabet([unicodedata.normalize("NFKD", match.group())[0].lower() if match else "" for match in first])
