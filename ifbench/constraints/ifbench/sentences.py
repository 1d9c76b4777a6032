"""What holds from sentence to sentence: words of one initial, a keyword in its place, a growing number of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby, pairwise

from ifbench.constraints.ifbench.word_readings import PUNCTUATION, Reading, Span, bare, word_form
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import count_of
from ifbench.parameters import Count, Ordinal, Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

_STEP_RULE = "in every sentence {} more than in the sentence before"
_LONGER_RULE = "in every sentence more consecutive words with one first letter than in the sentence before"


def _runs(initials: Sequence[str]) -> list[int]:
    """How long the stretches of equal letters are, of those with two or more."""
    lengths = (len(list(run)) for letter, run in groupby(initials) if letter)
    return [length for length in lengths if length > 1]


def _growing(numbers: Sequence[int], spans: Sequence[Span], fewest: int = 0, step: int | None = None) -> Verdict:
    """Followed when each number is more than the one before, or more by ``step`` exactly.

    ``fewest`` is how many there must be at least: words of one initial where there is no step, words where there is.
    """
    broken = next(
        (
            place
            for place, (one, other) in enumerate(pairwise(numbers), 1)
            if not (other > one if step is None else other == one + step)
        ),
        None,
    )
    rule = _LONGER_RULE if step is None else _STEP_RULE.format(count_of(step, "words"))

    def observed() -> str:
        sentences = count_of(len(numbers), "sentences")
        if broken is None:
            return sentences
        words = count_of(numbers[broken], "such words" if step is None else "words")
        return f"{sentences}; {words} in sentence {broken + 1} after {numbers[broken - 1]} in the one before"

    return holds(
        len(numbers) >= fewest and broken is None,
        f"{rule}, in {fewest} sentences or more" if fewest else rule,
        observed,
        [spans[broken]] if broken is not None else [],
    )


@constraint(
    "sentence:alliteration_increment",
    "Each sentence must have a longer sequence of consecutive alliterative words than the previous one.",
    Pass("We left. Sam - sang. Big BEARS (break) bread."),
    Pass("Sam sang. Sam sang while Bob baked."),
    Pass("Sam sang “softly. Big bears break bread."),
    Pass("Hmm"),
    Fail("Sam sang. Big bears."),
    Fail("Big bears break bread. Sam sang songs."),
    Fail("We left. They sat."),
    Fail("Sam sang. Big “bears” break."),
    source=IFBENCH,
)
def alliteration_increment(reply: Text) -> Verdict:
    """As published, all alliterating words of a sentence are added up, and a first sentence needs none.

    Sentences are Punkt's; words are cut at white space and rid of ASCII punctuation before them.
    """
    numbers: list[int] = []
    for sentence in reply.sentences:
        words = (word.lstrip(PUNCTUATION) for word in sentence.lower().split())
        numbers.append(sum(_runs([word[0] for word in words if word])))
    return _growing(numbers, reply.sentence_spans)


@constraint(
    "sentence:alliteration_increment",
    "Each sentence must have a longer sequence of consecutive alliterative words than the previous one.",
    Pass("We left. Sam SANG. Big “bears” — break."),
    Pass("# Songs\n\n1. Sam sang.\n2. Élan eats eggs."),
    Pass("Sam sang. Big bears break bread and Sam sang."),
    Fail("Sam sang. Sam sang while Bob baked."),
    Fail("Hmm"),
    Fail("We left. They sat."),
    Fail("Sam sang. Big bears."),
    Fail("Sam sang. In 1914 1915 1916."),
    edition="corrected",
    fault="All alliterating words of a sentence are added up instead of the longest sequence being taken, "
    "and a single sentence passes.",
    source=IFBENCH,
)
def alliteration_increment_corrected(reply: Text) -> Verdict:
    """The longest stretch of two or more words with one first letter; two sentences or more, the first may have none.

    Whether letters or sounds alliterate the sentence does not say; letters are compared, without accents.
    """
    sentences = Reading(reply).sentences
    numbers = [max(_runs([word.initial for word in words]), default=0) for words in sentences]
    return _growing(numbers, [(words[0].start, words[-1].stop) for words in sentences], fewest=2)


@constraint(
    "sentence:keyword",
    'The response must include keyword "{word}" in the {N}-th sentence.',
    Pass("It rained. We drank TEA-like water.", word="tea", N=2),
    Pass("1. Tea.\n2. Milk.", word="tea", N=2),
    Pass("A+b.", word="a+b", N=1),
    Fail("It rained. We drank tea.", word="tea", N=1),
    Fail("It rained. We drank teas.", word="tea", N=2),
    Fail("It rained. We drank _tea_.", word="tea", N=2),
    Fail("It rained. We drank tea.", word="tea", N=3),
    Fail("Axb.", word="a.b", N=1),
    source=IFBENCH,
)
def keyword(reply: Text, *, word: Phrase, N: Ordinal) -> Verdict:
    """Sentences are Punkt's; the keyword stands between word boundaries, in any case, and an underscore is a letter."""
    sentences = reply.sentence_spans
    if len(sentences) < N:
        return _keyword_verdict(word, N, len(sentences), [], None)
    start, stop = sentences[N - 1]
    match = _between_boundaries(word).search(reply.raw[start:stop])
    found = (start + match.start(), start + match.end()) if match else None
    return _keyword_verdict(word, N, len(sentences), [(start, stop)], found)


@cache
def _between_boundaries(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)


def _keyword_verdict(word: str, place: int, sentences: int, there: list[Span], found: Span | None) -> Verdict:
    return holds(
        found is not None,
        lambda: f"{word.strip()!r} in sentence {place}",
        lambda: "found" if found else "not there" if there else count_of(sentences, "sentences"),
        [found] if found else there,
    )


@cache
def _as_a_word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(_comparable(word.strip()))}(?![^\W_])")


def _comparable(text: str) -> str:
    return " ".join(word_form(text).split())


@constraint(
    "sentence:keyword",
    'The response must include keyword "{word}" in the {N}-th sentence.',
    Pass("It rained. We drank “TEA”.", word="tea ", N=2),
    Pass("# Drinks\n\n1. It rained.\n2. We drank _tea_.", word="tea", N=2),
    Pass("We drank green\ntea.", word="green tea", N=1),
    Pass("**1. Tea.** Milk.", word="tea", N=1),
    Pass("```\nIt rained. We drank tea.\n```", word="tea", N=2),
    Pass("We drank cafe\u0301 au lait.", word="café", N=1),
    Fail("1. Tea.\n2. Milk.", word="tea", N=2),
    Fail("It rained. We drank tea.", word="tea", N=1),
    Fail("It rained. We drank teas.", word="tea", N=2),
    Fail("It rained. We drank steatea.", word="tea", N=2),
    Fail("It rained. We drank tea.", word="tea", N=3),
    Fail("Axb.", word="a.b", N=1),
    edition="corrected",
    fault="A list number counts as a sentence, a heading runs into the sentence after it, and underscores around the "
    "keyword hide it.",
    source=IFBENCH,
)
def keyword_corrected(reply: Text, *, word: Phrase, N: Ordinal) -> Verdict:
    """The keyword in any case, with no letter or digit right before or behind it; headings are no sentences."""
    sentences = Reading(reply).sentence_spans
    if len(sentences) < N:
        return _keyword_verdict(word, N, len(sentences), [], None)
    start, stop = sentences[N - 1]
    match = _as_a_word(word).search(_comparable(reply.raw[start:stop]))
    return _keyword_verdict(word, N, len(sentences), [(start, stop)], (start, stop) if match else None)


@constraint(
    "sentence:increment",
    "Each sentence in your response must contain exactly {small_n} more words than the previous one.",
    Pass("It rained. We <i>stayed - in</i> again.", small_n=2),
    Pass("Hmm", small_n=2),
    Pass("It rained. Well—we stayed in - again, dear.", small_n=3),
    Fail("It rained. We stayed in.", small_n=2),
    Fail("It rained. We all stayed in again.", small_n=2),
    Fail("It rained. We stayed in again. Then it cleared up.", small_n=2),
    Fail("We stayed in again. It rained.", small_n=2),
    source=IFBENCH,
)
def increment(reply: Text, *, small_n: Count) -> Verdict:
    """Sentences are Punkt's, words those between white space that hold more than ASCII punctuation.

    As published, a single sentence is enough.
    """
    numbers = [len(bare(sentence).split()) for sentence in reply.sentences]
    return _growing(numbers, reply.sentence_spans, step=small_n)


@constraint(
    "sentence:increment",
    "Each sentence in your response must contain exactly {small_n} more words than the previous one.",
    Pass("It rained. We <i>stayed in</i> — again.", small_n=2),
    Pass("# Rain\n\n1. It rained.\n2. Don’t run off yet.", small_n=2),
    Pass("```text\n# Rain\n\nIt rained. We stayed in again.\n```", small_n=2),
    Fail("Hmm", small_n=2),
    Fail("It rained. Well—we stayed in - again, dear.", small_n=3),
    Fail("It rained. We stayed in.", small_n=2),
    Fail("We stayed in again. It rained.", small_n=2),
    edition="corrected",
    fault="A single sentence passes, dashes join words or count as one, and a list number counts as a sentence.",
    source=IFBENCH,
)
def increment_corrected(reply: Text, *, small_n: Count) -> Verdict:
    """Words a reader counts ("don't" and "well-known" are one each); two sentences or more, headings left out."""
    sentences = Reading(reply).sentences
    spans = [(words[0].start, words[-1].stop) for words in sentences]
    return _growing([len(words) for words in sentences], spans, fewest=2, step=small_n)
