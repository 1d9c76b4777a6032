"""Where given words stand: in which part of the reply, how early, in every part; how the reply begins."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from typing import Literal

from ifbench.constraints.native.mentions import mentions
from ifbench.constraints.native.phrases import Unit, has_marker, unit_spans
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of, quote
from ifbench.parameters import Ordinal, Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, every, holds

Span = tuple[int, int]


def _mention_spans(reply: Text, keyword: str) -> list[Span]:
    return [mention.span for mention in mentions(reply.raw, [keyword], reply.language)]


@constraint(
    "position:keyword",
    'Use "{keyword}" in {unit} number {number}, counted from the {edge}.',
    Pass("It rained. We had TEA. It was hot.", keyword="tea", unit="sentence", number=2),
    Pass("We had tea. Rain.", keyword="tea", unit="sentence", number=1),
    Pass("It rained.\n\nWe had tea. It was hot.", keyword="tea", unit="paragraph", number=1, edge="end"),
    Pass("# Tea\n\n- milk\n- hot  tea\n- rum", keyword="hot tea", unit="list item", number=2, edge="end"),
    Pass("Roses,\n\nviolets,\ntea", keyword="tea", unit="line", number=3),
    Pass(Text("下雨了。我们喝茶。", "zh"), keyword="茶", unit="sentence", number=2),
    Fail("It rained. We had tea. It was hot.", keyword="tea", unit="sentence", number=1),
    Fail("It rained. We had tea. It was hot.", keyword="tea", unit="sentence", number=3),
    Fail("Tea. Rain.", keyword="tea", unit="sentence", number=1, edge="end"),
    Fail("Rain. Tea.", keyword="tea", unit="sentence", number=3, edge="end"),
    Fail("Rain. Tea.", keyword="tea", unit="sentence", number=3),
    Fail("It rained. A teapot.", keyword="tea", unit="sentence", number=2),
    Fail("- milk\n- rum", keyword="tea", unit="list item", number=2),
    source=NATIVE,
)
def keyword(
    reply: Text, *, keyword: Phrase, unit: Unit, number: Ordinal, edge: Literal["start", "end"] = "start"
) -> Verdict:
    """The keyword in any case, as whole words. Headings and code blocks are neither sentences, paragraphs nor lines."""
    spans = unit_spans(reply, unit)
    place = number - 1 if edge == "start" else len(spans) - number
    required = f"{quote(keyword)} in {unit} {number} from the {edge}"
    if not 0 <= place < len(spans):
        return holds(False, required, count_of(len(spans), f"{unit}s"))
    start, stop = spans[place]
    found = [span for span in _mention_spans(reply, keyword) if start <= span[0] and span[1] <= stop]
    return holds(bool(found), required, lambda: f"{quote(reply.raw[start:stop])} there", found or [(start, stop)])


@constraint(
    "position:keyword_within",
    'Use "{keyword}" within the {edge} {count} words of your response.',
    Pass("We had hot Tea today. It was hot.", keyword="tea", edge="first", count=4),
    Pass("We had hot tea.", keyword="hot tea", edge="first", count=4),
    Pass("It was hot. We had tea.", keyword="had tea", edge="last", count=2),
    Pass("Tea, then tea.", keyword="tea", edge="last", count=1),
    Pass(Text("Мы пили чай.", "ru"), keyword="чай", edge="first", count=3),
    Fail("We had hot tea.", keyword="tea", edge="first", count=3),
    Fail("We had hot tea.", keyword="hot tea", edge="first", count=3),
    Fail("It was hot. We had tea.", keyword="had tea", edge="last", count=1),
    Fail("We had tea, hot.", keyword="tea", edge="last", count=1),
    Fail("Teapots", keyword="tea", edge="first", count=3),
    source=NATIVE,
)
def keyword_within(reply: Text, *, keyword: Phrase, edge: Literal["first", "last"], count: Ordinal) -> Verdict:
    """The whole of the keyword, in any case, must lie there; words as in ``length:words``, headings included."""
    required = f"{quote(keyword)} within the {edge} {count_of(count, 'words')}"
    found = _mention_spans(reply, keyword)
    if not found:
        return holds(False, required, f"{quote(keyword)} not found")
    words = reply.plain_word_spans
    if edge == "first":
        span = found[0]
        reach = bisect_left([start for start, _ in words], span[1])
    else:
        span = found[-1]
        reach = len(words) - bisect_right([stop for _, stop in words], span[0])
    return holds(reach <= count, required, f"within the {edge} {count_of(reach, 'words')}", [span])


@constraint(
    "position:keyword_in_each",
    'Use "{keyword}" in every {unit} of your response.',
    Pass("We had Tea. Hot tea, too.", keyword="tea", unit="sentence"),
    Pass("# Rain\n\nTea. It rained.\n\nWe had tea.", keyword="tea", unit="paragraph"),
    Pass("Rain:\n\n- hot tea\n- tea", keyword="tea", unit="list item"),
    Fail("We had tea. It was hot. Tea, too.", keyword="tea", unit="sentence"),
    Fail("Hot tea. Teapots.", keyword="tea", unit="sentence"),
    Fail("Tea\nrain\ntea", keyword="tea", unit="line"),
    Fail("tea", keyword="tea", unit="list item"),
    source=NATIVE,
)
def keyword_in_each(reply: Text, *, keyword: Phrase, unit: Unit) -> Verdict:
    """The keyword in any case, as whole words. There must be at least one such part."""
    spans = unit_spans(reply, unit)
    starts = [start for start, _ in _mention_spans(reply, keyword)]
    without = [(start, stop) for start, stop in spans if bisect_left(starts, start) == bisect_left(starts, stop)]
    return every(reply.raw, spans, without, f"{unit}s", lambda: f"{quote(keyword)} in every {unit}")


@constraint(
    "position:begins_with",
    "Begin your response with exactly this text: {text}",
    Pass("Verdict: yes.", text="Verdict: "),
    Pass("\n  Dear Ann,\nyes.", text="Dear Ann,"),
    Pass("Verdict:\nyes.", text="Verdict: "),
    Pass("No", text="No"),
    Pass("Cafe\u0301 Ann", text="Café"),
    Pass("[1]a", text="[1]"),
    Fail("verdict: yes.", text="Verdict: "),
    Fail("**Verdict: yes.**", text="Verdict: "),
    Fail("Not yet.", text="No"),
    Fail("Ann, dear Ann,", text="dear Ann,"),
    source=NATIVE,
)
def begins_with(reply: Text, *, text: Phrase) -> Verdict:
    """Character by character, capitals included, after the white space before the reply; no word may go on behind it.

    A letter with an accent is the same whether it is one character or two.
    """
    wanted = unicodedata.normalize("NFC", text.strip())
    # A composed character takes up to three plain ones; only so much has to be composed.
    opening = unicodedata.normalize("NFC", reply.stripped[: 3 * len(wanted) + 3])
    following = opening[len(wanted) : len(wanted) + 1]
    followed = opening.startswith(wanted) and not (wanted[-1].isalnum() and following.isalnum())
    return holds(followed, lambda: f"the opening {quote(wanted)}", lambda: quote(opening[: len(wanted) + 10]))


@constraint(
    "position:each_begins_with",
    "Begin every {unit} of your response with exactly this text: {text}",
    Pass("- TODO: boil\n- **TODO: wait**", unit="list item", text="TODO:"),
    Pass("- TODO:boil", unit="list item", text=" TODO: "),
    Pass("> ✅ boil\n> ✅ wait", unit="line", text="✅"),
    Pass("- boil\n- wait", unit="line", text="- "),
    Pass("1. boil\n1. wait", unit="list item", text="1."),
    Pass("- **Now** boil\n- **Now** wait", unit="list item", text="**Now**"),
    Fail("- boil\n* wait", unit="line", text="- "),
    Fail("- **Now** boil\n- Now wait", unit="list item", text="**Now**"),
    Pass("Now boil. Now, wait.", unit="sentence", text="Now"),
    Fail("- TODO: boil\n- wait", unit="list item", text="TODO:"),
    Fail("- todo: boil", unit="list item", text="TODO:"),
    Fail("Now boil. Nowhere.", unit="sentence", text="Now"),
    Fail("- Teas\n- Tea", unit="list item", text="Tea"),
    Fail("It is now.\n\nNow.", unit="paragraph", text="now"),
    Fail("TODO: boil", unit="list item", text="TODO:"),
    source=NATIVE,
)
def each_begins_with(reply: Text, *, unit: Unit, text: Phrase) -> Verdict:
    """Capitals included, behind the marker of a list item, quotation or bold text; no word may go on behind it.

    Where the text itself opens with such a marker, the part does too. There must be at least one such part.
    """
    wanted = text.strip()
    raw = reply.raw
    spans = unit_spans(reply, unit, with_marker=has_marker(wanted))
    others: list[Span] = []
    for start, stop in spans:
        marks = "" if wanted[0] in "*_" else "*_"
        begin = start + len(raw[start:stop]) - len(raw[start:stop].lstrip(marks))
        following = raw[begin + len(wanted) : begin + len(wanted) + 1]
        if not raw.startswith(wanted, begin) or (wanted[-1].isalnum() and following.isalnum()):
            others.append((start, stop))
    return every(raw, spans, others, f"{unit}s", lambda: f"{quote(wanted)} at the beginning of every {unit}")
