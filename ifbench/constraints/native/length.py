"""How long the whole reply is: characters, words, sentences, lines, paragraphs, time to read."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Len, Predicate, doc

from ifbench.constraints.native.bounds import attainable
from ifbench.constraints.reading.lines import line_spans
from ifbench.constraints.sources import NATIVE
from ifbench.languages import grapheme_count
from ifbench.parameters import Count, Ordinal, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, between, compare, holds


def _is_range(bounds: list[int]) -> bool:
    """Whether the bounds are in order and let something through.

    >>> [_is_range(bounds) for bounds in ([0, 1], [2, 2], [2, 1], [0, 0])]
    [True, True, False, False]
    """
    return bounds[0] <= bounds[1] and bounds[1] > 0


Range = Annotated[
    list[Count], Len(2, 2), Predicate(_is_range), doc("two whole numbers, the lower first, such as [50, 80]")
]
"""The lowest and the highest number allowed."""


@constraint(
    "length:characters",
    "Your response must have {relation} {count} characters, {spaces}.",
    Pass("Hi Ann!", relation="exactly", count=7),
    Pass("Hi  Ann!\n", relation="exactly", count=6, spaces="not counting white space"),
    Pass("\n Hi Ann!\n\n", relation="at most", count=7),
    Pass("Cafe\u0301", relation="exactly", count=4),
    Pass("👩‍👩‍👧🇩🇪", relation="exactly", count=2),
    Pass(Text("नमस्ते", "hi"), relation="less than", count=5),
    Pass("Hi Ann!", relation="at least", count=7),
    Pass("Hi Ann!", relation="more than", count=6),
    Fail("Hi Ann!", relation="more than", count=7),
    Fail("Hi Ann!", relation="less than", count=7),
    Fail("Hi Ann!", relation="at least", count=8),
    Fail("Hi Ann!", relation="at most", count=6),
    Fail("Hi Ann!", relation="exactly", count=6, spaces="including white space"),
    Fail("Hi Ann!", relation="exactly", count=7, spaces="not counting white space"),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def characters(
    reply: Text,
    *,
    relation: Relation,
    count: Count,
    spaces: Literal["including white space", "not counting white space"] = "including white space",
) -> Verdict:
    """Characters as a reader sees them (extended grapheme clusters, UAX 29): an emoji or an accented letter is one.

    White space around the whole reply never counts.
    """
    text = reply.stripped if spaces == "including white space" else "".join(reply.raw.split())
    return compare(grapheme_count(text), relation, count, "characters")


@constraint(
    "length:words",
    "Your response must have {relation} {count} words.",
    Pass("Don't be a well-known fool.", relation="exactly", count=5),
    Pass(Text("Das weiß man z. B. in Köln.", "de"), relation="exactly", count=7),
    Pass(Text("我喜欢喝茶。", "zh"), relation="exactly", count=5),
    Pass(Text("私は猫", "ja"), relation="exactly", count=3),
    Pass(Text("नमस्ते दुनिया।", "hi"), relation="exactly", count=2),
    Pass(Text("أحب الشاي كثيرا.", "ar"), relation="exactly", count=3),
    Pass(Text("Кто-то пьёт чай.", "ru"), relation="exactly", count=3),
    Pass("- **Tea** — 3.5 cups", relation="at most", count=3),
    Pass("Tea please", relation="less than", count=3),
    Pass("Tea please", relation="more than", count=1),
    Fail("Tea please", relation="more than", count=2),
    Fail("Tea please", relation="less than", count=2),
    Fail("Tea please", relation="at least", count=3),
    Fail("Tea please", relation="at most", count=1),
    source=NATIVE,
    conflict=attainable(),
)
def words(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Words as a reader counts them (UAX 29): "don't" and "well-known" are one each, a dash or a bullet is none.

    In scripts that put no space between words, such as Chinese, each character is one.
    """
    return compare(len(reply.plain_word_spans), relation, count, "words")


@constraint(
    "length:range",
    "The number of {unit} in your response must lie within these bounds, both included: {bounds}.",
    Pass("Tea, milk, rum.", unit="words", bounds=[3, 5]),
    Pass("Tea, milk, rum, hot water.", unit="words", bounds=[3, 5]),
    Pass(" Hi Ann!", unit="characters", bounds=[7, 7]),
    Pass("It rained. We stayed in.", unit="sentences", bounds=[2, 4]),
    Pass("It rained. It snowed.\n\nWe stayed in.", unit="paragraphs", bounds=[1, 2]),
    Fail("Tea, milk.", unit="words", bounds=[3, 5]),
    Fail("Tea, milk, rum, very hot water.", unit="words", bounds=[3, 5]),
    Fail("Hi Ann!", unit="characters", bounds=[5, 6]),
    Fail("It rained and we stayed in.", unit="sentences", bounds=[2, 4]),
    Fail("It rained.\n\nIt snowed.\n\nWe stayed in.", unit="paragraphs", bounds=[1, 2]),
    source=NATIVE,
)
def range_of(reply: Text, *, unit: Literal["characters", "words", "sentences", "paragraphs"], bounds: Range) -> Verdict:
    """Each unit is counted as the type ``length:<unit>`` counts it."""
    if unit == "characters":
        number = grapheme_count(reply.stripped)
    elif unit == "words":
        number = len(reply.plain_word_spans)
    else:
        number = len(reply.prose_sentence_spans if unit == "sentences" else reply.paragraph_spans)
    lowest, highest = bounds
    return between(number, lowest, highest, unit)


@constraint(
    "length:sentences",
    "Your response must have {relation} {count} sentences.",
    Pass("Dr. Lee paid $3.50. Why?", relation="exactly", count=2),
    Pass("# Tea. Milk.\n\n- Boil water.\n- Wait", relation="exactly", count=2),
    Pass(Text("Am 3. Mai kam Dr. Weiß. Gut so!", "de"), relation="exactly", count=2),
    Pass(Text("我喜欢茶。你呢？", "zh"), relation="exactly", count=2),
    Pass(Text("猫が好きです。犬も好きです。", "ja"), relation="exactly", count=2),
    Pass(Text("मुझे चाय पसंद है। और तुम?", "hi"), relation="exactly", count=2),
    Pass(Text("أحب الشاي. هل تحبه؟", "ar"), relation="exactly", count=2),
    Pass(Text("Я люблю чай. А ты?", "ru"), relation="exactly", count=2),
    Pass("It rained. We left.", relation="at most", count=2),
    Pass("It rained. We left.", relation="more than", count=1),
    Fail("It rained. We left.", relation="more than", count=2),
    Fail("It rained. We left.", relation="less than", count=2),
    Fail("It rained, and we left.", relation="at least", count=2),
    source=NATIVE,
    conflict=attainable(),
)
def sentences(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Sentences of paragraphs, list items and quotations, by the rules of the reply's language.

    None reaches over the end of a paragraph or list item; headings, table cells and code hold none.
    """
    spans = reply.prose_sentence_spans
    return compare(len(spans), relation, count, "sentences", spans)


@constraint(
    "length:paragraphs",
    "Your response must have {relation} {count} paragraphs, separated by blank lines.",
    Pass("It rained.\nWe left.\n\nThen the sun came out.", relation="exactly", count=2),
    Pass("# Rain\n\nIt rained.\n\n***\n\nWe left.\n", relation="exactly", count=2),
    Pass("It rained.\r\n \r\n\r\nWe left.", relation="at least", count=2),
    Pass(Text("下雨了。\n\n我们走了。", "zh"), relation="more than", count=1),
    Fail("It rained.\n\nWe left.", relation="at most", count=1),
    Fail("It rained.\nWe left.", relation="at least", count=2),
    Fail("It rained.\n\n```\nx = 1\n```", relation="at least", count=2),
    Fail("It rained.\n\nWe left.", relation="less than", count=2),
    source=NATIVE,
    conflict=attainable(),
)
def paragraphs(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """What stands between blank lines; headings, dividers and code blocks are no paragraphs, a list is one."""
    spans = reply.paragraph_spans
    return compare(len(spans), relation, count, "paragraphs", spans)


@constraint(
    "length:lines",
    "Your response must have {relation} {count} lines, not counting blank ones.",
    Pass("Roses are red,\nviolets blue.\n\nSugar is sweet,\r\nand so are you.\n", relation="exactly", count=4),
    Pass("Yes.\n  \nNo.", relation="at most", count=2),
    Fail("Yes.\nNo.", relation="at most", count=1),
    Fail("Roses are red, violets blue.", relation="at least", count=2),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def lines(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Lines with anything to see in them, headings and code included; a long line that wraps on screen is one."""
    spans = line_spans(reply.raw, carriage_returns=True)
    return compare(len(spans), relation, count, "lines", spans)


@constraint(
    "length:reading_time",
    "Your response must take {limit} {seconds} seconds to read, at {words_per_minute} words a minute.",
    Pass("Boil the water first.", limit="at most", seconds=2, words_per_minute=120),
    Pass("Boil the water first.", limit="at least", seconds=2, words_per_minute=120),
    Pass("Boil the water first.", limit="at most", seconds=2),
    Fail("Boil all the water first.", limit="at most", seconds=2, words_per_minute=120),
    Fail("Boil water first.", limit="at least", seconds=2, words_per_minute=120),
    Fail("one two three four five six seven eight", limit="at most", seconds=2),
    source=NATIVE,
)
def reading_time(
    reply: Text, *, limit: Literal["at most", "at least"], seconds: Ordinal, words_per_minute: Ordinal = 238
) -> Verdict:
    """Words, counted as in ``length:words``, over the rate of reading.

    238 words a minute is the mean of silent reading of English prose (Brysbaert 2019, Journal of Memory and Language
    109, 104047).
    """
    number = len(reply.plain_word_spans)
    needed, allowed = number * 60, seconds * words_per_minute
    return holds(
        needed <= allowed if limit == "at most" else needed >= allowed,
        lambda: f"{limit} {seconds:,} seconds at {words_per_minute} words a minute",
        lambda: f"{needed / words_per_minute:,.1f} seconds ({number:,} words)",
    )
