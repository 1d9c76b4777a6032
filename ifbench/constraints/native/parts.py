"""How long the parts of a reply are: each sentence, paragraph, list item and line, and the title."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal

from ifbench.constraints.native.bounds import attainable
from ifbench.constraints.native.length import Range
from ifbench.constraints.native.phrases import Unit, unit_spans
from ifbench.constraints.reading.lines import line_spans
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of
from ifbench.languages import grapheme_count, word_spans
from ifbench.parameters import Count, Ordinal, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, compare, every, holds

Span = tuple[int, int]


def _numbers_within(spans: Sequence[Span], parts: Sequence[Span]) -> list[int]:
    """How many of ``parts`` begin in each of ``spans``; both are in order."""
    starts = [start for start, _ in parts]
    return [bisect_left(starts, stop) - bisect_left(starts, start) for start, stop in spans]


@constraint(
    "length:words_in_each",
    "Each {unit} of your response must have {relation} {count} words.",
    Pass("It rained all day. We left.", unit="sentence", relation="at most", count=4),
    Pass("- Boil water.\n- Add tea", unit="list item", relation="exactly", count=2),
    Pass(
        "1. Boil water.\n2. Add tea.\n\nThen drink it while it is hot.", unit="list item", relation="at most", count=2
    ),
    Pass("Roses are red,\nviolets are blue.", unit="line", relation="exactly", count=3),
    Pass("It rained.\n\nWe left.", unit="paragraph", relation="less than", count=3),
    Pass(Text("我喜欢茶。你呢？", "zh"), unit="sentence", relation="at most", count=4),
    Pass("Stop", unit="sentence", relation="at most", count=1),
    Fail("It rained all day. We left.", unit="sentence", relation="at most", count=3),
    Fail("It rained all day. We left.", unit="sentence", relation="at least", count=3),
    Fail("1. Boil the water.\n2. Add tea.", unit="list item", relation="at most", count=2),
    Fail("Boil water, add tea.", unit="list item", relation="at most", count=4),
    Fail("Roses are red,\nviolets are very blue.", unit="line", relation="exactly", count=3),
    Fail("It rained.\n\nWe all left.", unit="paragraph", relation="less than", count=3),
    Fail("# Tea", unit="sentence", relation="at most", count=5),
    Pass("- [x] Buy three teas\n- [ ] Boil some water", unit="list item", relation="exactly", count=3),
    Pass("<do>\n1. Buy tea.\n2. Boil water.\n</do>", unit="list item", relation="exactly", count=2),
    source=NATIVE,
    conflict=attainable(),
)
def words_in_each(reply: Text, *, unit: Unit, relation: Relation, count: Count) -> Verdict:
    """Words as in ``length:words``, markers of list items not counted. There must be at least one such part.

    Headings and code blocks are neither sentences nor paragraphs; a list item is its first paragraph.
    """
    spans = unit_spans(reply, unit)
    numbers = _numbers_within(spans, reply.plain_word_spans)
    offenders = [
        span for span, number in zip(spans, numbers, strict=True) if not compare(number, relation, count, "words")
    ]
    return every(
        reply.raw, spans, offenders, f"{unit}s", lambda: f"{relation} {count_of(count, 'words')} in each {unit}"
    )


@constraint(
    "length:paragraph_words",
    "Each paragraph of your response must have a number of words within these bounds, both included: {bounds}.",
    Pass("It rained all day.\n\nThen we left.", bounds=[3, 4]),
    Pass("# Rain\n\nIt rained all day.", bounds=[4, 4]),
    Fail("It rained all day long.\n\nThen we left.", bounds=[3, 4]),
    Fail("It rained all day.\n\nWe left.", bounds=[3, 4]),
    Fail("# It rained all day", bounds=[3, 5]),
    source=NATIVE,
)
def paragraph_words(reply: Text, *, bounds: Range) -> Verdict:
    """Paragraphs as in ``length:paragraphs``, words as in ``length:words``. There must be at least one paragraph."""
    spans = reply.paragraph_spans
    numbers = _numbers_within(spans, reply.plain_word_spans)
    lowest, highest = bounds
    offenders = [span for span, number in zip(spans, numbers, strict=True) if not lowest <= number <= highest]
    return every(
        reply.raw, spans, offenders, "paragraphs", lambda: f"{lowest} to {count_of(highest, 'words')} in each paragraph"
    )


@constraint(
    "length:paragraph_sentences",
    "Each paragraph of your response must have {relation} {count} sentences.",
    Pass("It rained. We left.\n\nDr. Lee stayed. Why?", relation="exactly", count=2),
    Pass("It rained.\n\nWe left.", relation="at most", count=1),
    Pass(Text("Am 3. Mai regnete es. Gut!\n\nWir gingen. Wohin?", "de"), relation="exactly", count=2),
    Fail("It rained. We left.\n\nDr. Lee stayed.", relation="exactly", count=2),
    Fail("It rained. We left.\n\nDr. Lee stayed.", relation="at most", count=1),
    Fail("# Rain. Sun.", relation="at least", count=1),
    source=NATIVE,
    conflict=attainable(),
)
def paragraph_sentences(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Paragraphs as in ``length:paragraphs``, sentences as in ``length:sentences``. There must be a paragraph."""
    spans = reply.paragraph_spans
    numbers = _numbers_within(spans, reply.prose_sentence_spans)
    offenders = [
        span for span, number in zip(spans, numbers, strict=True) if not compare(number, relation, count, "sentences")
    ]
    return every(
        reply.raw,
        spans,
        offenders,
        "paragraphs",
        lambda: f"{relation} {count_of(count, 'sentences')} in each paragraph",
    )


@constraint(
    "length:line_width",
    "No line of your response may be longer than {width} characters.",
    Pass("Tea is\nhot.", width=6),
    Pass("Tea is  \r\nhot.", width=6),
    Pass("Café\ncre\u0301me", width=5),
    Fail("Tea is hot.\nYes.", width=10),
    Fail("  Tea is\nhot.", width=7),
    Fail("Tea\n  cream", width=6),
    source=NATIVE,
)
def line_width(reply: Text, *, width: Ordinal) -> Verdict:
    """Characters as in ``length:characters``; white space at the end of a line does not count, indentation does."""
    spans: list[Span] = []
    offenders: list[Span] = []
    margin = 0
    for start, stop in line_spans(reply.raw, carriage_returns=True):
        # Only white space and line ends stand between one line and the next.
        margin = start - len(_indentation(reply.raw[margin:start]))
        spans.append((margin, stop))
        if stop - margin > width and grapheme_count(reply.raw[margin:stop]) > width:
            offenders.append((margin, stop))
        margin = stop
    return every(reply.raw, spans, offenders, "lines", lambda: f"at most {count_of(width, 'characters')} in a line")


def _indentation(gap: str) -> str:
    return gap[max(gap.rfind("\n"), gap.rfind("\r")) + 1 :]


@constraint(
    "length:title",
    "The first line of your response, its title, must have {relation} {count} {unit}, and text must follow it.",
    Pass("# Tea for two\n\nBoil water.", relation="exactly", count=3, unit="words"),
    Pass("\n**Tea for two**\nBoil water.", relation="exactly", count=11, unit="characters"),
    Pass("Tea for two\n\nBoil water first, then wait.", relation="at most", count=11, unit="characters"),
    Pass(Text("# 茶的故事\n\n从前……", "zh"), relation="at most", count=4, unit="words"),
    Fail("# Tea for two\n\nBoil water.", relation="at most", count=10, unit="characters"),
    Fail("# Tea for two\n\nBoil water.", relation="less than", count=3, unit="words"),
    Fail("Tea for two", relation="exactly", count=3, unit="words"),
    Fail("***\n\nTea for two.", relation="at most", count=3, unit="words"),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def title(reply: Text, *, relation: Relation, count: Count, unit: Literal["words", "characters"]) -> Verdict:
    """The first line that is not blank, without Markdown's marks around it. Another line must follow it."""
    required = f"a title of {relation} {count_of(count, unit)}"
    spans = line_spans(reply.raw, carriage_returns=True)
    if len(spans) < 2:
        return holds(False, required, "no line after the first")
    start, stop = spans[0]
    text = reply.raw[start:stop].strip("#*_ \t")
    if not any(map(str.isalnum, text)):
        return holds(False, required, "no title in the first line")
    number = len(word_spans(text)) if unit == "words" else grapheme_count(text)
    return compare(number, relation, count, f"{unit} in the first line", [(start, stop)])
