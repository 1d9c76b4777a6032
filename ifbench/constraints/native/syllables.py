"""Syllables: lines that must have so many, and how hard a text is to read. English only."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Literal

from annotated_types import Len

from ifbench.constraints.native.phrases import fold, unit_spans, word_set
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of
from ifbench.languages import word_spans
from ifbench.parameters import Count, Ordinal
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

_WITHOUT_VOWEL = word_set("don't won't can't ain't aren't weren't shan't")

# What is wrong in syllapy's dictionary, or no word and ending.
_COUNTED = {
    **dict.fromkeys(["dining", "evening", "prism", "really", "rhythm", "rhythms"], 2),
    **dict.fromkeys(["algorithm", "algorithms"], 4),
    **dict.fromkeys(["ecological", "environmental", "enthusiasm", "flexibility", "unfortunately"], 5),
}

# Endings, what stands in their place in the word they are added to, and the syllables they add.
_ENDINGS = (
    *(("ings", "", 1), ("ing", "", 1), ("ing", "e", 1), ("iest", "y", 1), ("ied", "y", 0), ("ies", "y", 0)),
    *(("ily", "y", 1), ("ier", "y", 1), ("ed", "", 0), ("ed", "e", 0), ("es", "", 1), ("s", "", 0), ("ally", "", 1)),
    *(("bly", "ble", 0), ("ly", "", 1), ("ments", "", 1), ("ment", "", 1), ("fully", "", 2), ("ful", "", 1)),
    *(("less", "", 1), ("ness", "", 1), ("ers", "", 1), ("ers", "e", 1), ("er", "", 1), ("er", "e", 1)),
    *(("est", "", 1), ("est", "e", 1)),
)


def _count(word: str) -> int:
    """The syllables of a word of letters, which are often missing or wrong in the dictionary where it has an ending."""
    import syllapy

    if word in _COUNTED:
        return _COUNTED[word]
    for ending, replaced, added in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem + replaced) < 3 or not re.search(r"[aeiouy]", stem):
            continue
        undoubled = stem[:-1] if not replaced and re.search(r"([bdfglmnprtvz])\1$", stem) else stem
        for base in (stem + replaced, undoubled):
            if base in syllapy.WORD_DICT and _takes(base, ending):
                return syllapy.WORD_DICT[base] + added + _spoken(base, ending)
    # An e that is not spoken, as in "honed" and "resonates".
    silent = r"(?:[^aeiouytdl]|[aeiouy]l)ed$|(?:[^aeiouysxzcghl]|[aeiouy]l)es$"
    unknown = word not in syllapy.WORD_DICT and re.search(r"[aeiouy].*[aeiouy]", word)
    return syllapy.count(word) - bool(unknown and re.search(silent, word))


def _takes(base: str, ending: str) -> bool:
    """Whether ``base`` has its plural in "s" or in "es"; other endings say nothing."""
    if ending == "es":
        return re.search(r"(?:[sxz]|[cs]h)$", base) is not None
    return ending != "s" or base[-1] not in "sui"


def _spoken(base: str, ending: str) -> int:
    """How many syllables more, or less, an ending adds to ``base`` for the sounds it meets there."""
    if ending == "ed":
        return bool(re.search(r"[td]e?$", base))
    if ending == "s":
        return bool(re.search(r"(?:[sxzcg]|[cs]h)e$", base))
    return -1 if ending in ("ing", "er", "ers", "est") and re.search(r"[^aeiouy]le$", base) else 0


def _part(word: str) -> int:
    """The syllables of a word without hyphens, in lower case and without accents."""
    head, _, ending = word.partition("'")
    if word.endswith("n't") and word not in _WITHOUT_VOWEL:
        return _count(head[:-1]) + 1
    # "That'll" and "boss's" have a vowel that is not written, "we'll" and "Ann's" have none.
    after = r"[^aeiouy]$" if ending in ("ll", "ve") else r"(?:[sxz]|[cs]h|[cg]e)$" if ending == "s" else r"(?!)"
    return max(1, _count(head)) + bool(re.search(after, head))


def syllables(text: str) -> int:
    """How many syllables the English words of ``text`` have, by syllapy's dictionary and its rules for other words.

    Words with an ending such as -ing or -ed are counted by the word it is added to.

    >>> syllables("An old silent pond"), syllables("It isn't well-known"), syllables("She walked, using changes")
    (5, 5, 6)
    """
    return sum(_word(text[start:stop]) for start, stop in word_spans(text))


@lru_cache(maxsize=4096)
def _word(word: str) -> int:
    plain = fold(word).replace("’", "'")
    return sum(_part(part) for part in re.split(r"[-\u2010\u2011]", plain) if part)


@constraint(
    "length:line_syllables",
    "The lines of your response must have {pattern} syllables, in this order, and there must be no other lines.",
    Pass("An old silent pond\nA frog jumps into the pond\nSplash! Silence again.", pattern=[5, 7, 5]),
    Pass("# Tea\n\n*It isn’t just tea:*\r\n\r\nwell-known café.", pattern=[5, 4]),
    Pass("We'll wait\nThat'll do", pattern=[2, 3]),
    Pass("My boss's tea\nAnn's tea", pattern=[4, 2]),
    Pass("Whispers of the wind\nDancing through the autumn leaves\nNature's lullaby", pattern=[5, 7, 5]),
    Pass("Using faces\nHoped and wanted\nBigger wishes resonates\nTumbling softly", pattern=[4, 4, 7, 4]),
    Pass("Stopped, carried, graded\nHappily, possibly\nEvening rhythm", pattern=[5, 6, 4]),
    Pass("Don't go\nThey've gone\nIt'd do", pattern=[2, 2, 2]),
    Pass("7 cups\nMightn't", pattern=[2, 2]),
    Fail("An old silent pond\nA frog jumps into the pond\nSilence again.", pattern=[5, 7, 5]),
    Fail("An old silent pond\nA frog jumps into the pond", pattern=[5, 7, 5]),
    Fail("An old silent pond\nA frog jumps into the pond\nSplash! Silence again.\nBasho", pattern=[5, 7, 5]),
    Fail("An old silent pond a frog", pattern=[7, 5]),
    source=NATIVE,
)
def line_syllables(reply: Text, *, pattern: Annotated[list[Ordinal], Len(1)]) -> Verdict:
    """Syllables of English by syllapy's dictionary, and by its rules for words it does not know; a number is one.

    What ends in -ing, -ed, -s and the like is counted by the word it is added to ("walked", one, is "walk").

    Lines have a letter or digit; headings and the marks around code are none.
    """
    spans = unit_spans(reply, "line")
    counts = [syllables(reply.raw[start:stop]) for start, stop in spans[: len(pattern)]]
    wrong = [span for index, span in enumerate(spans) if index >= len(pattern) or counts[index] != pattern[index]]

    def observed() -> str:
        shown = ", ".join(str(syllables(reply.raw[start:stop])) for start, stop in spans[:20])
        return f"{shown or 'no'} syllables in {len(spans):,} line{'s' * (len(spans) != 1)}"

    return holds(
        not wrong and len(spans) == len(pattern),
        lambda: f"lines of {', '.join(map(str, pattern))} syllables",
        observed,
        wrong or spans,
    )


# 20 words and 31 syllables in 6 sentences: exactly 4.
_GRADE_4 = (
    "Tea is easy. Boil some water. Wait a minute. Add honey and sugar. Stir it slowly together. Company always helps."
)


@constraint(
    "style:reading_grade",
    "Write English with a Flesch-Kincaid reading grade of {limit} {grade}.",
    Pass(_GRADE_4, limit="at most", grade=4),
    Pass(_GRADE_4, limit="at least", grade=4),
    Pass("The cat sat on the mat.", limit="at most", grade=0),
    Pass("# Interdisciplinary collaboration\n\nThe cat sat on the mat.", limit="at most", grade=0),
    Fail(_GRADE_4, limit="at most", grade=3),
    Fail(_GRADE_4, limit="at least", grade=5),
    Fail(_GRADE_4.replace("sugar", "chocolate"), limit="at most", grade=4),
    Fail(_GRADE_4.replace("Company", "Boiling"), limit="at least", grade=4),
    Fail("# The cat", limit="at most", grade=4),
    source=NATIVE,
)
def reading_grade(reply: Text, *, limit: Literal["at most", "at least"], grade: Count) -> Verdict:
    """0.39 words per sentence + 11.8 syllables per word - 15.59, not rounded.

    The formula is that of Kincaid, Fishburne, Rogers and Chissom 1975 (Research Branch Report 8-75, Naval Technical
    Training Command). Sentences as in ``length:sentences``, their words as in ``length:words``, their syllables by
    syllapy; there must be a sentence.
    """
    parts = reply.prose_sentences
    sentences = len(parts)
    words = sum(len(word_spans(part)) for part in parts)
    required = f"a Flesch-Kincaid grade of {limit} {grade}"
    if not words:
        return holds(False, required, "no sentences")
    # In whole numbers, so that a grade that is met exactly is met.
    scale = 100 * words * sentences
    value = 39 * words * words + (1180 * sum(map(syllables, parts)) - 1559 * words) * sentences
    followed = value <= grade * scale if limit == "at most" else value >= grade * scale
    return holds(followed, required, lambda: f"grade {value / scale:.2f} in {count_of(sentences, 'sentences')}")
