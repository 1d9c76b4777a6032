"""Paragraphs and what divides them."""

from __future__ import annotations

import re

from ifbench.constraints.ifeval import length as ifeval
from ifbench.constraints.iftrain.sentences import rule_sentences
from ifbench.constraints.reading.fences import opened
from ifbench.constraints.sources import IFTRAIN
from ifbench.errors import count_of
from ifbench.languages import treebank_tokens, word_spans
from ifbench.parameters import Ordinal
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

Span = tuple[int, int]


def _between_dividers(text: str) -> list[Span]:
    """The parts between lines of three asterisks, with or without spaces; blank parts at the edges are left out."""
    spans: list[Span] = []
    start = position = 0
    for line in [*text.split("\n"), "***"]:
        if "".join(line.split()) == "***":
            spans.append((start, min(position, len(text))))
            start = position + len(line) + 1
        position += len(line) + 1
    filled = [place for place, span in enumerate(spans) if text[slice(*span)].strip()]
    return spans[filled[0] : filled[-1] + 1] if filled else []


def _is_text(part: str) -> bool:
    return any(map(str.isalnum, part))


@constraint(
    "paragraphs:paragraphs",
    "There should be 2 paragraphs. Paragraphs are separated with the markdown divider: ***",
    Pass("First.\n***\nSecond."),
    Pass("***\nFirst.***Second.\n***\n"),
    Fail("First.\n\nSecond."),
    Fail("First.\n***\n***\nSecond."),
    Fail("First.\n***\nSecond.\n***\nThird."),
    source=IFTRAIN,
)
def paragraphs(reply: Text) -> Verdict:
    """As ``length_constraints:number_paragraphs`` with two: three asterisks divide, wherever they stand."""
    return ifeval.number_paragraphs(reply, num_paragraphs=2)


@constraint(
    "paragraphs:paragraphs",
    "There should be 2 paragraphs. Paragraphs are separated with the markdown divider: ***",
    Pass("A\n***\nB"),
    Pass("\n***\nFirst.\n***\nSecond.\n***\n\n"),
    Pass("***\n\nA ***bold*** first.\r\n\r\n* * *\r\n\r\nSecond.\n\n***\n"),
    Fail("First.\n\nSecond."),
    Fail("First.***Second."),
    Fail("First.\n***\n***\nSecond."),
    Fail("First.\n***\n!"),
    Fail("First.\n***\nSecond.\n***\nThird."),
    source=IFTRAIN,
    edition="corrected",
    fault="Three asterisks within a line, as around bold italics, divide paragraphs, and a divider written * * * does "
    "not.",
)
def paragraphs_corrected(reply: Text) -> Verdict:
    """A line of three asterisks, spaced or not, divides; dividers at the beginning and the end are allowed."""
    reply = opened(reply)
    spans = _between_dividers(reply.raw)
    number = sum(_is_text(reply.raw[slice(*span)]) for span in spans)
    return holds(
        number == len(spans) == 2,
        "exactly 2 paragraphs divided by ***",
        lambda: count_of(number, "paragraphs") + (" and an empty part" if number < len(spans) else ""),
        [(start, stop) for start, stop in spans if start < stop],
    )


@constraint(
    "paragraphs:paragraphs2",
    "There should be 2 paragraphs. Nothing but paragraphs is separated by two line breaks.",
    Pass("First.\n\nSecond."),
    Pass("\n\nFirst,\nstill first.\n\n\nSecond.\n\n"),
    Fail("First.\nSecond."),
    Fail("First.\n\nSecond.\n\nThird."),
    Pass("First.\n\nSecond.\n\n "),
    Fail("First.\n\n\n\nSecond."),
    Fail("First.\n\n\n\n"),
    Fail("\n\nFirst.\n\n\n\n"),
    Fail("First.\n \nSecond."),
    source=IFTRAIN,
)
def paragraphs2(reply: Text) -> Verdict:
    """Two line feeds in a row divide; an empty part may stand only at the beginning or the end."""
    blocks = reply.blocks
    gaps = [not block.strip() for block in blocks]
    number = len(blocks) - sum(gaps[edge] for edge in {0, len(blocks) - 1})
    empty = any(gaps[1:-1])
    shown = " and an empty one between others" if empty else ""
    return _two(reply, number == 2 and not empty, number, shown)


@constraint(
    "paragraphs:paragraphs2",
    "There should be 2 paragraphs. Nothing but paragraphs is separated by two line breaks.",
    Pass("First.\n\nSecond."),
    Pass("\n\nFirst,\nstill first.\n\n\n\nSecond.\n\n"),
    Pass("First.\r\n\r\nSecond."),
    Pass("First.\n \nSecond."),
    Pass("```\nFirst.\n\nSecond.\n```"),
    Fail("First.\nSecond."),
    Fail("First.\n\nSecond.\n\nThird."),
    Fail("# Title\n\nFirst."),
    Fail("First.\n\n---\n\nSecond."),
    source=IFTRAIN,
    edition="corrected",
    fault="Spaces in the blank line, line breaks of Windows and a second blank line make a right reply fail, and a "
    "heading counts as a paragraph.",
)
def paragraphs2_corrected(reply: Text) -> Verdict:
    """Blank lines divide, however many. Headings, code and rules are no paragraphs, and may not be set apart."""
    reply = opened(reply)
    parts = sum(_is_visible(part) for part in re.split(r"(?<=\n)[^\S\n]*\n", reply.raw.replace("\r\n", "\n")))
    number = len(reply.paragraph_spans)
    shown = " and something else set apart by blank lines" if parts > number else ""
    return _two(reply, number == 2 and parts == 2, number, shown)


def _is_visible(part: str) -> bool:
    return bool(part.strip())


def _two(reply: Text, followed: bool, number: int, rest: str) -> Verdict:
    return holds(
        followed,
        "exactly 2 paragraphs with a blank line between them",
        lambda: count_of(number, "paragraphs") + rest,
        lambda: reply.paragraph_spans,
    )


@constraint(
    "count:counting_composition",
    "Write 3 paragraphs, delimited by the markdown divider: * * *, with exactly {n_sent} sentences each, "
    "with exactly {n_words} words in each sentence.",
    Pass("Tea helps. Milk too.\n***\nWe sat. We drank.\n***\nIt rained. We left.", n_sent=2, n_words=3),
    Pass("Tea***Milk***Rain", n_sent=1, n_words=1),
    Fail("Tea helps. Milk too.\n***\nWe sat. We drank.\n***\nIt rained. We left.", n_sent=2, n_words=2),
    Fail("Tea helps.\n* * *\nWe sat.\n* * *\nIt rained.", n_sent=1, n_words=3),
    Fail("Tea helps.\n***\nWe sat. We drank.\n***\nIt rained.", n_sent=1, n_words=3),
    Fail("Tea helps.\n***\nWe sat.", n_sent=1, n_words=3),
    Fail("Tea helps.\n***\nWe sat.\n***\nIt rained.\n***\n", n_sent=1, n_words=3),
    source=IFTRAIN,
)
def counting_composition(reply: Text, *, n_sent: Ordinal, n_words: Ordinal) -> Verdict:
    """As published, ``***`` divides and not ``* * *``, none may stand at an edge, and punctuation marks are words."""
    parts = re.split(r"\s?\*\*\*\s?", reply.raw)
    # Another number of parts is not worth cutting into sentences.
    three = parts if len(parts) == 3 else []
    found = [[len(treebank_tokens(sentence)) for sentence in rule_sentences(part)] for part in three]
    return _composed(found, len(parts), n_sent, n_words, "***")


@constraint(
    "count:counting_composition",
    "Write 3 paragraphs, delimited by the markdown divider: * * *, with exactly {n_sent} sentences each, "
    "with exactly {n_words} words in each sentence.",
    Pass("Tea helps. Milk too.\n\n* * *\n\nWe sat. We don't.\n* * *\nIt rained. We left.", n_sent=2, n_words=2),
    Pass("\n***\nTea helps.\n***\nWe sat.\n***\nIt rained.\n***\n\n", n_sent=1, n_words=2),
    Pass("A\n***\nB\n***\nC", n_sent=1, n_words=1),
    Pass("```\nTea helps.\n* * *\nWe sat.\n* * *\nIt rained.\n```", n_sent=1, n_words=2),
    Fail("Tea helps. Milk too.\n***\nWe sat. We drank.\n***\nIt rained. We left.", n_sent=2, n_words=3),
    Fail("Tea helps.\n* * *\nWe sat. We drank.\n* * *\nIt rained.", n_sent=1, n_words=2),
    Fail("Tea helps.\n* * *\nWe sat.", n_sent=1, n_words=2),
    Fail("Tea helps.\n* * *\nWe sat.\n* * *\nIt rained.\n* * *\nWe left.", n_sent=1, n_words=2),
    Fail("Tea helps. * * * We sat. * * * It rained.", n_sent=1, n_words=2),
    source=IFTRAIN,
    edition="corrected",
    fault="The divider that the sentence asks for, * * *, does not divide, and punctuation marks count as words.",
)
def counting_composition_corrected(reply: Text, *, n_sent: Ordinal, n_words: Ordinal) -> Verdict:
    """A line of three asterisks, spaced or not, divides; words and sentences are those that a reader counts."""
    reply = opened(reply)
    spans = _between_dividers(reply.raw)
    parts = [Text(reply.raw[slice(*span)], reply.language) for span in spans if len(spans) == 3]
    found = [[len(word_spans(sentence)) for sentence in part.prose_sentences] for part in parts]
    return _composed(found, len(spans), n_sent, n_words, "* * *")


def _composed(found: list[list[int]], number: int, n_sent: int, n_words: int, divider: str) -> Verdict:
    """``found`` has, for each part, how many words each sentence has."""

    def observed() -> str:
        if number != 3:
            return count_of(number, "paragraphs")
        shown = "; ".join(" + ".join(map(str, part[:6])) + (" + …" if part[6:] else "") or "none" for part in found)
        return f"3 paragraphs with sentences of so many words: {shown}"

    return holds(
        number == 3 and all(len(part) == n_sent and set(part) == {n_words} for part in found),
        lambda: (
            f"3 paragraphs divided by {divider}, each of {count_of(n_sent, 'sentences')}, "
            f"each of {count_of(n_words, 'words')}"
        ),
        observed,
    )
