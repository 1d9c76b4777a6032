"""The Markdown headings of a reply, and what stands between them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from annotated_types import Ge, Le, Len, Predicate, doc

from ifbench.constraints.native.bounds import attainable
from ifbench.constraints.native.marks import straight_quotes, unmarked
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of
from ifbench.markdown import parse
from ifbench.parameters import Count, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, compare, every, holds, listing


def _is_outline(lines: list[str]) -> bool:
    return all(map(_is_heading, lines))


def _is_heading(line: str) -> bool:
    """Whether ``line`` is a heading with a text and without number signs behind it.

    >>> [_is_heading(line) for line in ["# Tea", "######  C#", "# a b"]]
    [True, True, True]
    >>> [_is_heading(line) for line in ["#Tea", "####### Tea", "# Tea #", "# ##", "# **", " # a", "# "]]
    [False, False, False, False, False, False, False]
    >>> [_is_heading(line) for line in ["# a\\n# b", "# a\\r# b"]]
    [False, False]
    """
    if not re.fullmatch(r"#{1,6} +\S(?:.*\S)?", line):
        return False
    texts = [heading.text for heading in parse(line).headings]
    return len(texts) == 1 and line.endswith(texts[0]) and bool(unmarked(texts[0]))


def _are_neighbours(levels: list[int] | str) -> bool:
    """Whether ``levels`` are successive levels of headings. It is asked about text too, when an error is worded.

    >>> _are_neighbours("2"), _are_neighbours("")
    (False, False)
    >>> [_are_neighbours(levels) for levels in [[1, 2], [6], [5, 6], [0, 1], [6, 7], [1, 3], [2, 1]]]
    [True, True, True, False, False, False, False]
    """
    if isinstance(levels, str):
        return False
    return levels[0] >= 1 and levels[-1] <= 6 and levels == list(range(levels[0], levels[-1] + 1))


Outline = Annotated[list[str], Len(1), Predicate(_is_outline), doc("a list of Markdown headings, such as '## Costs'")]
"""Headings as Markdown writes them."""

Levels = Annotated[
    list[int], Len(1), Predicate(_are_neighbours), doc("a list of heading levels without a gap, such as [2, 3]")
]
"""Levels of headings, from the highest to the lowest."""

Level = Annotated[int, Ge(1), Le(6)]
"""The level of a heading: 1 for ``#`` to 6 for ``######``."""


def _as_written(level: int, text: str) -> str:
    """A heading as it is compared: with straight quotes, and without marks around its text.

    >>> _as_written(2, "*It’s* “so”"), _as_written(1, "**Tea**")
    ('## It\\'s* "so"', '# Tea')
    """
    return f"{'#' * level} {unmarked(text).translate(straight_quotes())}"


def _after(reply: Text) -> list[Span]:
    """What stands under each heading, up to the next."""
    headings = reply.markdown.headings
    edges = [*(heading.span[0] for heading in headings[1:]), len(reply.raw)]
    return [(heading.span[1], stop) for heading, stop in zip(headings, edges, strict=False)]


@constraint(
    "layout:outline",
    "Use exactly these Markdown headings, at these levels and in this order, and no others: {outline}.",
    Pass("# Tea\nHot.\n## *Kinds*\nGreen.\n\nPrices\n---\nLow.", outline=["# Tea", "## Kinds", "## Prices"]),
    Fail("# Tea\nHot.\n## Prices\nLow.\n## Kinds\nGreen.", outline=["# Tea", "## Kinds", "## Prices"]),
    Fail("# Tea\nHot.\n# Kinds\nGreen.", outline=["# Tea", "## Kinds"]),
    Fail("# Tea\nHot.", outline=["# Tea", "## Kinds"]),
    Fail("# Tea\nHot.\n## Kinds\nGreen.\n## More\nMilk.", outline=["# Tea", "## Kinds"]),
    Pass("#  `__tea__` #\nHot.", outline=["#  __tea__"]),
    Pass("# Tea time\nHot.", outline=["# Tea time"]),
    Fail("# TEA\nHot.", outline=["# Tea"]),
    Pass("# Tea’s “kinds”\nHot.", outline=['# Tea\'s "kinds"']),
    Fail("#Tea\nHot.", outline=["# Tea"]),
    Fail("```\n# Tea\n```", outline=["# Tea"]),
    source=NATIVE,
)
def outline(reply: Text, *, outline: Outline) -> Verdict:
    """All headings of the reply, as written, but for bold, italics or code marks around their text and curly quotes."""
    headings = reply.markdown.headings
    found = [_as_written(heading.level, heading.text) for heading in headings]
    wanted = [_as_written(len(marks), text) for marks, text in (line.split(maxsplit=1) for line in outline)]
    required = f"the headings {listing(wanted)} and no others"
    observed = f"the headings {listing(found[:12])}" if found else "no headings"
    return holds(found == wanted, required, observed, [heading.span for heading in headings])


@constraint(
    "layout:filled_sections",
    "Use {relation} {count} Markdown headings, and write something directly under each of them before the next.",
    Pass("# Tea\nHot.\n\n## Kinds\n- green", relation="exactly", count=2),
    Fail("# Tea\n\n## Kinds\n- green", relation="exactly", count=2),
    Fail("# Tea\nHot.\n\n## Kinds\n\n---", relation="exactly", count=2),
    Fail("# Tea\nHot.\n\n##\nGreen.", relation="exactly", count=2),
    Fail("# Tea\nHot.", relation="at least", count=2),
    Fail("Tea is hot.", relation="at most", count=2),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def filled_sections(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Headings of any level, each with a text. Something is at least a letter or digit; a heading is no such text."""
    headings = reply.markdown.headings
    spans = [heading.span for heading in headings]
    empty = [
        heading.span
        for heading, (start, stop) in zip(headings, _after(reply), strict=True)
        if not heading.text or not any(map(str.isalnum, reply.raw[start:stop]))
    ]
    if empty or not headings:
        required = f"{relation} {count_of(count, 'headings')}, each with text directly under it"
        return every(reply.raw, spans, empty, "headings", required)
    return compare(len(headings), relation, count, "headings with text directly under them", spans)


@constraint(
    "layout:heading_levels",
    "Use at least two Markdown headings, only of the levels {levels}. Begin with the highest of these levels, and on "
    "the way down never skip a level.",
    Pass("## Tea\n### Kinds\n#### Green\n## Milk", levels=[2, 3, 4]),
    Pass("## Tea\n## Milk", levels=[2, 3]),
    Fail("## Tea\n#### Green\n### Kinds", levels=[2, 3, 4]),
    Fail("### Tea\n## Milk", levels=[2, 3]),
    Fail("# Tea\n## Milk", levels=[2, 3]),
    Fail("## Tea\n###\nGreen.", levels=[2, 3]),
    Fail("## Tea\n### Kinds\n#### Green", levels=[2, 3]),
    Fail("## Tea\nHot.", levels=[2, 3]),
    Fail("Tea.", levels=[2, 3]),
    source=NATIVE,
)
def heading_levels(reply: Text, *, levels: Levels) -> Verdict:
    """Level 1 is ``#``, the highest. Going up by several levels at once is fine; a heading without text is not."""
    headings = reply.markdown.headings
    shown = ", ".join(map(str, levels))
    required = f"at least 2 headings, of the levels {shown} only, none of them skipped"
    if len(headings) < 2:
        return holds(False, required, count_of(len(headings), "headings"))
    above = [levels[0] - 1, *(heading.level for heading in headings)]
    wrong = [
        heading.span
        for heading, previous in zip(headings, above, strict=False)
        if heading.level not in levels or heading.level > previous + 1 or not heading.text
    ]
    found = f"the levels {', '.join(str(heading.level) for heading in headings[:20])}"
    return holds(not wrong, required, found, wrong or [heading.span for heading in headings])


@constraint(
    "layout:numbered_headings",
    "Use {relation} {count} Markdown headings of level {level}, and number them from 1 in order, as in "
    '"1. First heading".',
    Pass("# Tea\n## 1. Kinds\nGreen.\n### Green\n## **2. Prices**\nLow.", level=2, relation="exactly", count=2),
    Pass("## 1) Kinds\n## 2: Prices", level=2, relation="at least", count=2),
    Pass("## **1.** Kinds\n## 2\\. Prices", level=2, relation="at least", count=2),
    Fail("## 1.Kinds\n## 2.Prices", level=2, relation="at least", count=2),
    Fail("## 1. Kinds", level=2, relation="at least", count=2),
    Fail("## 1. Kinds\n## 3. Prices", level=2, relation="exactly", count=2),
    Fail("## 0. Kinds\n## 1. Prices", level=2, relation="exactly", count=2),
    Fail("## 1. Kinds\n## Prices", level=2, relation="exactly", count=2),
    Fail("## 1. Kinds\n## 2.", level=2, relation="exactly", count=2),
    Fail("### 1. Kinds\n### 2. Prices", level=2, relation="at most", count=2),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def numbered_headings(reply: Text, *, level: Level, relation: Relation, count: Count) -> Verdict:
    """A number, then ``.``, ``)`` or ``:``, then text. Headings of other levels do not count."""
    headings = [heading for heading in reply.markdown.headings if heading.level == level]
    spans = [heading.span for heading in headings]
    wrong = [
        heading.span
        for place, heading in enumerate(headings, 1)
        if not re.match(rf"{place}\\?[.):][*_]*\s+\S", unmarked(heading.text))
    ]
    if wrong or not headings:
        required = f"{relation} {count_of(count, 'headings')} of level {level}, numbered from 1"
        return every(reply.raw, spans, wrong, f"headings of level {level}", required)
    return compare(len(headings), relation, count, f"headings of level {level}, numbered from 1", spans)


@constraint(
    "layout:table_of_contents",
    "Put a table of contents before the sections: a Markdown list, the first of your reply, with the text of each "
    "Markdown heading of level {level} that follows, in the same order and nothing else. Use at least two such "
    "headings.",
    Pass("# Tea\n\n- [Kinds](#kinds)\n- [Prices](#prices)\n\n## Kinds\n- green\n\n## Prices\nLow.", level=2),
    Pass("## Contents\n\n1. Kinds\n   - Green\n2. **prices**\n\n## Kinds\nGreen.\n## Prices\nLow.", level=2),
    Pass("1. Kinds\n2. [2\\. Prices](#prices)\n\n## 1. Kinds\nGreen.\n## 2\\. Prices\nLow.", level=2),
    Fail("- Prices\n- Kinds\n\n## Kinds\nGreen.\n## Prices\nLow.", level=2),
    Fail("- Kinds\n\n## Kinds\nGreen.\n## Prices\nLow.", level=2),
    Fail("- Kinds\n- Prices\n- Milk\n\n## Kinds\nGreen.\n## Prices\nLow.", level=2),
    Fail("## Kinds\n- green\n## Prices\nLow.\n\n- Kinds\n- Prices", level=2),
    Fail("- Kinds\n\n## Kinds\nGreen.", level=2),
    Fail("- Kinds\n- Prices\n\n### Kinds\nGreen.\n### Prices\nLow.", level=2),
    Fail("## Kinds\nGreen.\n## Prices\nLow.", level=2),
    source=NATIVE,
)
def table_of_contents(reply: Text, *, level: Level) -> Verdict:
    """The first list of the reply; its outermost items are held against the headings below it, without case.

    Links, marks of emphasis and a number before the text are left out of the comparison.
    """
    required = f"a list of all headings of level {level}, two at least, before them"
    items = reply.markdown.items
    contents = [item for item in items if item.list == items[0].list]
    if not contents:
        return holds(False, required, "no list")
    headings = [heading for heading in reply.markdown.headings if heading.level == level]
    below = [heading for heading in headings if heading.span > contents[0].span]
    listed = [_entry(item.text) for item in contents]
    wanted = [_entry(heading.text) for heading in below]
    observed = f"a list of {listing(listed[:10])}; headings {listing(wanted[:10])}" if wanted else "no such headings"
    return holds(len(wanted) > 1 and listed == wanted, required, observed, [item.span for item in contents])


def _entry(text: str) -> str:
    """The text of a heading or of an entry, without link, emphasis, number and case.

    >>> [_entry(text) for text in ["[**Tea** ](#tea)", "1. Tea", "12\\\\) Tea", "2 Teas", "1.5 Teas", "3."]]
    ['tea', 'tea', 'tea', '2 teas', '1.5 teas', '3.']
    """
    plain = unmarked(re.sub(r"\[([^\[\]]*)\]\([^()\s]*\)", r"\1", text))
    return re.sub(r"^\d{1,9}\\?[.)]\s+", "", plain).casefold()


@constraint(
    "layout:rules_between_sections",
    "Use at least two Markdown headings of level {level}. Put a horizontal rule (a line of ---) right before each of "
    "them but the first, and nowhere else.",
    Pass("# Tea\n\n## Kinds\nGreen.\n\n---\n\n## Prices\nLow.\n\n***\n## Milk\nWhole.", level=2),
    Pass("## Kinds\nGreen.\n\n---\n\n## Prices\nLow.", level=2),
    Fail("## Kinds\nGreen.\n\n## Prices\nLow.", level=2),
    Fail("## Kinds\nGreen.\n\n## Prices\nLow.\n\n---", level=2),
    Fail("---\n\n## Kinds\nGreen.\n\n---\n\n## Prices\nLow.", level=2),
    Fail("## Kinds\nGreen.\n\n---\n\n## Prices\nLow.\n\n---", level=2),
    Fail("## Kinds\n\n---\n\nGreen.\n\n## Prices\nLow.", level=2),
    Fail("## Kinds\nGreen.", level=2),
    Fail("# Kinds\nGreen.\n\n---\n\n# Prices\nLow.", level=2),
    source=NATIVE,
)
def rules_between_sections(reply: Text, *, level: Level) -> Verdict:
    """Only white space may stand between a rule and its heading. ``***`` and ``___`` are rules as well."""
    headings = [heading for heading in reply.markdown.headings if heading.level == level]
    rules = reply.markdown.rules
    required = f"at least 2 headings of level {level}, with a horizontal rule right before each but the first"
    if len(headings) < 2:
        return holds(False, required, f"{count_of(len(headings), 'headings')} of level {level}")
    if len(rules) != len(headings) - 1:
        observed = f"{count_of(len(rules), 'horizontal rules')} and {count_of(len(headings), 'headings')}"
        return holds(False, required, observed, rules)
    apart = [
        rule
        for rule, heading in zip(rules, headings[1:], strict=True)
        if rule > heading.span or reply.raw[rule[1] : heading.span[0]].strip()
    ]
    return holds(not apart, required, "a rule that stands elsewhere" if apart else "so", apart or rules)


@constraint(
    "layout:heading_style",
    "Use at least one Markdown heading, and write every heading {style}.",
    Pass("# Why tea?\nIt is hot.", style="as a question"),
    Pass("# **Why tea?**\nIt is hot.", style="as a question"),
    Pass("# “Why tea?”\nIt is hot.", style="as a question"),
    Fail("# ?\nIt is hot.", style="as a question"),
    Fail('# "Tea."\nHot.', style="without punctuation at its end"),
    Pass("# 为什么喝茶？\n因为热。", style="as a question"),
    Fail("# Why tea?\nIt is hot.\n## Kinds\nGreen.", style="as a question"),
    Pass("# Tea in the U.K\nHot.", style="without punctuation at its end"),
    Fail("#\nHot.", style="without punctuation at its end"),
    Fail("# Tea:\nHot.", style="without punctuation at its end"),
    Fail("# Tea\nHot.\n## *Kinds.*\nGreen.", style="without punctuation at its end"),
    Pass("# Tea (hot)\nHot.", style="without punctuation at its end"),
    Pass("# 🍵 Tea\nHot.", style="with an emoji at its beginning"),
    Fail("# Tea 🍵\nHot.", style="with an emoji at its beginning"),
    Pass("# 🍵 Tea 🍵\nHot.", style="with an emoji at its beginning"),
    Fail("# 🍵 Tea\nHot.\n## Milk\nCold.", style="with an emoji at its beginning"),
    Fail("Why tea? It is hot.", style="as a question"),
    source=NATIVE,
)
def heading_style(
    reply: Text,
    *,
    style: Literal["as a question", "without punctuation at its end", "with an emoji at its beginning"],
) -> Verdict:
    """A question ends with a question mark; punctuation at the end is one of ``. , ; : ! ?`` in any script.

    Emphasis and quotes around a heading do not count.
    """
    headings = reply.markdown.headings
    texts = [unmarked(heading.text).strip("\"'“”‘’„«»") for heading in headings]
    wrong = [heading.span for heading, text in zip(headings, texts, strict=True) if not _has_style(text, style)]
    return every(reply.raw, [heading.span for heading in headings], wrong, "headings", f"every heading {style}")


def _has_style(text: str, style: str) -> bool:
    if style == "as a question":
        return text.endswith(("?", "？", "؟")) and any(map(str.isalnum, text))
    if style == "without punctuation at its end":
        return bool(text) and text[-1] not in ".,;:!?…。，；：！？、؟،؛।"
    import emoji

    return any(found["match_start"] == 0 for found in emoji.emoji_list(text[:20]))
