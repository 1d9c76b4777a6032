"""Shares in percent: stop words, and trigrams held in common with a text."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ifbench.constraints.reading.folding import straight_marks
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import count_of
from ifbench.parameters import Percentage, Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, holds

_STOP_WORDS = "Ensure that stop words constitute no more than {percentage:g}% of the total words in your response."
_OVERLAP = (
    "Maintain a trigram overlap of {percentage:g}% (±2%) with the provided reference text. "
    "Reference text: {reference_text}"
)
_TOLERANCE = 2


@cache
def _stop_words() -> frozenset[str]:
    """NLTK's list for English, which has "don't" as well as "don" and "t"."""
    resource = files("ifbench") / "resources" / "stopwords" / "english.txt"
    return frozenset(resource.read_text(encoding="utf-8").split())


def _share(part: int, whole: int, noun: str) -> str:
    return f"{100 * part / whole:.2f}% ({part:,} of {count_of(whole, noun)})" if whole else f"no {noun}"


@constraint(
    "ratio:stop_words",
    _STOP_WORDS,
    Pass("Boil the water, add tea leaves.", percentage=20),
    Pass("Boil.", percentage=0),
    Fail("The kettle don't boil.", percentage=59),
    Pass("The kettle don't boil.", percentage=60),
    Fail("The " * 7 + "tea " * 18, percentage=28),
    Fail("...", percentage=100),
    source=IFBENCH,
)
def stop_words(reply: Text, *, percentage: Percentage) -> Verdict:
    """Words are runs of letters, digits and underscores, in any case; the list is NLTK's for English.

    As published, "don't" is two stop words, and rounding can put an exact share above itself (7 of 25 above 28%).
    """
    number = len(reply.words)
    stops = sum(word.lower() in _stop_words() for word in reply.words)
    return holds(
        number > 0 and stops / number * 100 <= percentage,
        lambda: f"at most {percentage:g}% stop words",
        lambda: _share(stops, number, "words"),
    )


@constraint(
    "ratio:stop_words",
    _STOP_WORDS,
    Pass("Boil the water, add tea leaves.", percentage=20),
    Pass("Boil.", percentage=0),
    Pass("The kettle DON’T boil.", percentage=50),
    Fail("That’s tea.", percentage=49),
    Pass("Ann's state-of-the-art kettle", percentage=0),
    Pass("The " * 7 + "tea " * 18, percentage=28),
    Fail("...", percentage=100),
    edition="corrected",
    fault='"don\'t" counts as two stop words, and rounding can put an exact share above itself (7 of 25 above 28%).',
    source=IFBENCH,
)
def stop_words_corrected(reply: Text, *, percentage: Percentage) -> Verdict:
    """NLTK's English list, in any case. A contraction is one word, and a stop word if all its parts are ("that's")."""
    spans: list[Span] = []
    for span, word in zip(reply.plain_word_spans, reply.plain_words, strict=True):
        if all(part in _stop_words() for part in straight_marks(word).casefold().split("'")):
            spans.append(span)
    number = len(reply.plain_words)
    return holds(
        number > 0 and len(spans) * 100 <= percentage * number,
        lambda: f"at most {percentage:g}% stop words",
        lambda: _share(len(spans), number, "words"),
        spans,
    )


@constraint(
    "ratio:overlap",
    _OVERLAP,
    Pass("abcde", percentage=65, reference_text="abcd"),
    Pass("abcde", percentage=68, reference_text="abcd"),
    Pass("abcabc", percentage=34, reference_text="abc"),
    Fail("abcde", percentage=64, reference_text="abcd"),
    Fail("abcde", percentage=69, reference_text="abcd"),
    Pass("aabb", percentage=52, reference_text="aab"),
    Pass("aabb", percentage=48, reference_text="aab"),
    Fail("aab", percentage=100, reference_text="AAB"),
    Fail("ab", percentage=0, reference_text="ab"),
    Fail("Boil the water and drink", percentage=67, reference_text="Boil the water and wait"),
    source=IFBENCH,
)
def overlap(reply: Text, *, reference_text: Phrase, percentage: Percentage) -> Verdict:
    """The share of the reply's different trigrams that the text has too, within 2 points.

    As published, the trigrams are of CHARACTERS, and case matters.
    """
    trigrams = _character_trigrams(reply.raw)
    shared = trigrams & _character_trigrams(reference_text)
    within = False
    if trigrams:
        share = len(shared) / len(trigrams) * 100
        within = percentage - _TOLERANCE <= share <= percentage + _TOLERANCE
    return _overlap_verdict(within, percentage, len(shared), len(trigrams), "trigrams of characters")


@constraint(
    "ratio:overlap",
    _OVERLAP,
    Pass("Boil the water and drink", percentage=67, reference_text="Boil the water and wait"),
    Pass("BOIL the water; and then", percentage=65, reference_text="boil, the ‘water’ and"),
    Pass("Boil the water, boil the water, tea", percentage=52, reference_text="Boil the water - boil - milk"),
    Pass("Boil the water, boil the water, tea", percentage=48, reference_text="Boil the water - boil - milk"),
    Fail("Boil the water, boil the water, tea", percentage=53, reference_text="Boil the water - boil - milk"),
    Fail("Boil the water, boil the water, tea", percentage=47, reference_text="Boil the water - boil - milk"),
    Pass("Boil my water", percentage=0, reference_text="Boil the water"),
    Fail("abcde", percentage=67, reference_text="abcd"),
    Fail("Boil water", percentage=0, reference_text="Boil water"),
    edition="corrected",
    fault="The trigrams are of characters instead of words, because the text is not split.",
    source=IFBENCH,
)
def overlap_corrected(reply: Text, *, reference_text: Phrase, percentage: Percentage) -> Verdict:
    """The share of the reply's different word trigrams that the text has too, within 2 points; case does not matter."""
    trigrams = _word_trigrams(reply)
    shared = trigrams & _word_trigrams(Text(reference_text))
    within = abs(100 * len(shared) - percentage * len(trigrams)) <= _TOLERANCE * len(trigrams)
    return _overlap_verdict(bool(trigrams) and within, percentage, len(shared), len(trigrams), "trigrams of words")


def _character_trigrams(text: str) -> set[str]:
    return {text[start : start + 3] for start in range(len(text) - 2)}


def _word_trigrams(text: Text) -> set[tuple[str, str, str]]:
    words = [straight_marks(word).casefold() for word in text.plain_words]
    return set(zip(words, words[1:], words[2:]))  # noqa: B905 - the ends are meant to differ


def _overlap_verdict(within: bool, percentage: float, shared: int, whole: int, noun: str) -> Verdict:
    return holds(
        within,
        lambda: f"{percentage:g}% (±{_TOLERANCE}%) of the {noun} in common with the reference text",
        lambda: _share(shared, whole, noun),
    )
