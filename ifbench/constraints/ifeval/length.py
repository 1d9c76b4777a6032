"""How long: words, sentences, paragraphs."""

from __future__ import annotations

import re

from ifbench.constraints.sources import IFEVAL
from ifbench.errors import count_of
from ifbench.parameters import Count, Ordinal, Phrase, Threshold
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, compare, exactly, holds

_STARS = re.compile(r"\s?\*\*\*\s?")
_NOT_IN_FIRST_WORD = re.compile(r"[.,?!'\"]")


@constraint(
    "length_constraints:number_words",
    "Answer with {relation} {num_words} words.",
    Pass("one two three", relation="at least", num_words=3),
    Pass("one two", relation="less than", num_words=3),
    Fail("one two", relation="at least", num_words=3),
    Fail("one two three", relation="less than", num_words=3),
    source=IFEVAL,
)
def number_words(reply: Text, *, relation: Threshold, num_words: Count) -> Verdict:
    """A word is a run of letters, digits and underscores: "don't" is two."""
    return compare(len(reply.words), relation, num_words, "words")


@constraint(
    "length_constraints:number_sentences",
    "Your response should contain {relation} {num_sentences} sentences.",
    Pass("It rained. Dr. Lee stayed in.", relation="at least", num_sentences=2),
    Pass("It rained", relation="less than", num_sentences=2),
    Fail("It rained, and Dr. Lee stayed in.", relation="at least", num_sentences=2),
    Fail("It rained. We left.", relation="less than", num_sentences=2),
    source=IFEVAL,
)
def number_sentences(reply: Text, *, relation: Threshold, num_sentences: Count) -> Verdict:
    """Sentences are split by Punkt with its English parameters, whatever the language of the reply."""
    spans = reply.sentence_spans
    return compare(len(spans), relation, num_sentences, "sentences", spans)


@constraint(
    "length_constraints:number_paragraphs",
    "There should be {num_paragraphs} paragraphs. Separate them with the markdown divider: ***",
    Pass("First.\n***\nSecond.", num_paragraphs=2),
    Pass("***\nFirst.\n***\nSecond.\n***", num_paragraphs=2),
    Fail("First.\n\nSecond.", num_paragraphs=2),
    Fail("First.\n***\n***\nSecond.", num_paragraphs=2),
    source=IFEVAL,
)
def number_paragraphs(reply: Text, *, num_paragraphs: Count) -> Verdict:
    """Three asterisks divide, wherever they stand. An empty part may stand only at the beginning or the end."""
    parts = _STARS.split(reply.raw)
    if any(not part.strip() for part in parts[1:-1]):
        return holds(
            False,
            lambda: f"exactly {count_of(num_paragraphs, 'paragraphs')} divided by ***",
            "an empty paragraph between two dividers",
            lambda: [match.span() for match in _STARS.finditer(reply.raw)],
        )
    # A lone blank part is both the first and the last, and is taken off once.
    edges = {0, len(parts) - 1}
    number = len(parts) - sum(not parts[edge].strip() for edge in edges)
    return exactly(
        number,
        num_paragraphs,
        "paragraphs divided by ***",
        lambda: [match.span() for match in _STARS.finditer(reply.raw)],
    )


@constraint(
    "length_constraints:nth_paragraph_first_word",
    "There should be {num_paragraphs} paragraphs, separated by two line breaks. "
    "Paragraph {nth_paragraph} must start with the word {first_word}.",
    Pass("One.\n\nIndeed, two.", num_paragraphs=2, nth_paragraph=2, first_word="indeed"),
    Fail("One.\n\nTwo, indeed.", num_paragraphs=2, nth_paragraph=2, first_word="indeed"),
    Fail("One.\n\nIndeed, two.\n\nThree.", num_paragraphs=2, nth_paragraph=2, first_word="indeed"),
    source=IFEVAL,
)
def nth_paragraph_first_word(
    reply: Text, *, num_paragraphs: Count, nth_paragraph: Ordinal, first_word: Phrase
) -> Verdict:
    """Case does not matter, nor what follows the word's first punctuation mark.

    As published, blank parts are left out when paragraphs are counted but not when the n-th is looked up.
    """
    blocks = reply.blocks
    number = sum(bool(block.strip()) for block in blocks)
    opening = ""
    if nth_paragraph <= number and (paragraph := blocks[nth_paragraph - 1].strip()):
        word = paragraph.split()[0].lstrip("'").lstrip('"')
        # Letter by letter: in a few scripts the lower case of a word is not that of its letters.
        opening = "".join(letter.lower() for letter in _NOT_IN_FIRST_WORD.split(word, maxsplit=1)[0])

    def observed() -> str:
        there = (
            f"number {nth_paragraph} opening with {opening!r}" if opening else f"no word opening number {nth_paragraph}"
        )
        return f"{count_of(number, 'paragraphs')}, {there}"

    return holds(
        number == num_paragraphs and opening == first_word.lower(),
        lambda: f"exactly {count_of(num_paragraphs, 'paragraphs')}, number {nth_paragraph} opening with {first_word!r}",
        observed,
    )
