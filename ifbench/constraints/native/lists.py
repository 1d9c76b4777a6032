"""The lists of a reply: their numbers, markers, nesting, boxes and order."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from typing import Literal

from ifbench.constraints.native.bounds import attainable
from ifbench.constraints.native.marks import unmarked
from ifbench.constraints.reading.fences import without_code
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of
from ifbench.markdown import Item
from ifbench.parameters import Count, Ordinal, Relation, in_order
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, compare, every, exactly, holds, listing


def _spans(items: list[Item]) -> list[tuple[int, int]]:
    return [item.span for item in items]


@constraint(
    "layout:numbered_list",
    "Include a numbered list of {relation} {count} items, numbered in order from 1 without a gap.",
    Pass("To do:\n\n1. Boil.\n   1. Slowly.\n   2. Well.\n2. Pour.\n\nDone.", relation="exactly", count=2),
    Pass("1) Boil.\n\n```\nwater\n```\n\n2) Pour.", relation="exactly", count=2),
    Fail("1. Boil.\n2. Pour.\n3. Drink.", relation="exactly", count=2),
    Fail("1. Boil.\n1. Pour.", relation="exactly", count=2),
    Fail("0. Boil.\n1. Pour.", relation="exactly", count=2),
    Fail("1. Boil.\n3. Pour.", relation="exactly", count=2),
    Fail("1. Boil.\n2.\n3. Drink.", relation="exactly", count=3),
    Fail("1. Boil.\n2. Pour.\n\nAnd:\n\n1. Drink.", relation="at least", count=2),
    Pass("- tools\n\n1. Boil.\n2. Pour.", relation="exactly", count=2),
    Fail("1. Boil.\n2. \u00a0", relation="exactly", count=2),
    Fail("- Boil.\n- Pour.", relation="at most", count=2),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def numbered_list(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """All outermost numbered items of the reply, as one list, and numbered as written; an empty item breaks it."""
    items = [item for item in reply.markdown.items if item.depth == 1 and item.number is not None]
    wrong = [item.span for place, item in enumerate(items, 1) if item.number != place or not item.text]
    if wrong or not items:
        required = f"one list of {relation} {count_of(count, 'items')}, numbered from 1"
        return every(reply.raw, _spans(items), wrong, "numbered items", required)
    return compare(len(items), relation, count, "items numbered from 1", _spans(items))


@constraint(
    "layout:nested_list",
    "Include a Markdown list that is nested exactly {depth} levels deep, and none that is nested deeper. Indent each "
    "nested item to where the text of the item above it begins.",
    Pass("- Tea\n  - Green\n- Milk", depth=2),
    Pass("1. Tea\n   - Green\n     - Sencha", depth=3),
    Fail("- Tea\n  - Green\n    - Sencha", depth=2),
    Fail("- Tea\n- Green", depth=2),
    Fail("1. Tea\n  - Green\n2. Milk", depth=2),
    Fail("Tea, green.", depth=1),
    Fail("- \n  - Green", depth=2),
    Fail("- \u00a0\n  - Green", depth=2),
    source=NATIVE,
)
def nested_list(reply: Text, *, depth: Ordinal) -> Verdict:
    """A plain list has one level. Indented as CommonMark wants it; every item must have text of its own."""
    items = reply.markdown.items
    if empty := [item.span for item in items if not item.text]:
        return every(reply.raw, _spans(items), empty, "items", f"a list nested {depth} deep, with text in each item")
    deepest = max((item.depth for item in items), default=0)
    return exactly(deepest, depth, "levels of nesting", [item.span for item in items if item.depth == deepest])


@constraint(
    "layout:sub_items",
    "Write a Markdown list in which every outermost item has {relation} {count} items nested directly under it, each "
    "of them indented to where the text of the outermost item begins.",
    Pass("- Tea\n  - Green\n  - Black\n- Milk\n  1. Whole\n     - Cold\n  2. Skimmed", relation="exactly", count=2),
    Fail("- Tea\n  - Green\n  - Black\n- Milk\n  - Whole", relation="exactly", count=2),
    Fail("1. Tea\n  - Green\n2. Milk\n  - Whole", relation="exactly", count=1),
    Fail("- Tea\n  - Green\n  -\n- Milk\n  - Whole\n  - Cold", relation="exactly", count=2),
    Fail("- Tea\n  - Green\n  - Black\n- Milk", relation="at least", count=1),
    Fail("- Tea\n- Milk", relation="at least", count=1),
    Fail("Tea and milk.", relation="at most", count=2),
    source=NATIVE,
    conflict=attainable(),
)
def sub_items(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Items of the second level with a text, counted for each item of the first; deeper ones do not count."""
    outer: list[Item] = []
    inner: list[int] = []
    for item in reply.markdown.items:
        if item.depth == 1:
            outer.append(item)
            inner.append(0)
        elif item.depth == 2 and item.text:
            inner[-1] += 1
    wrong = [item.span for item, number in zip(outer, inner, strict=True) if not compare(number, relation, count, "")]
    required = f"{relation} {count_of(count, 'items')} under every outermost item"
    return every(reply.raw, _spans(outer), wrong, "outermost items", required)


@constraint(
    "layout:checklist",
    'Write a Markdown checklist of exactly {total} items, {ticked} of them ticked: "- [ ] open", "- [x] ticked".',
    Pass("To buy:\n\n- [x] tea\n- [ ] milk\n* [X] bread", total=3, ticked=2),
    Pass("1. [ ] tea\n   - [x] green", total=2, ticked=1),
    Fail("- [x] tea\n- [ ] milk", total=3, ticked=1),
    Fail("- [x] tea\n- [x] milk", total=2, ticked=1),
    Fail("- [x] tea\n- [ ] milk\n- bread", total=2, ticked=1),
    Fail("- [x] tea\n- [ ]", total=2, ticked=1),
    Fail("- [x]tea\n- [ ] milk", total=2, ticked=1),
    Fail("- [] tea", total=1, ticked=0),
    Fail("[x] tea", total=1, ticked=1),
    source=NATIVE,
    conflict=in_order("ticked", "total"),
)
def checklist(reply: Text, *, total: Ordinal, ticked: Count) -> Verdict:
    """Every list item of the reply must have a box and a text behind it."""
    items = reply.markdown.items
    boxes = [re.match(r"\[([ xX])\]\s+\S", item.text) for item in items]
    done = sum(1 for box in boxes if box and box.group(1) != " ")
    plain = boxes.count(None)
    observed = f"{count_of(len(items) - plain, 'items')} with a box, {done} of them ticked"
    return holds(
        not plain and (len(items), done) == (total, ticked),
        f"a checklist of {total}, {ticked} of them ticked",
        f"{observed}, and {plain} without a box" if plain else observed,
        _spans(items),
    )


@constraint(
    "layout:term_list",
    "Write a Markdown list of {relation} {count} terms, each item with the term in bold, a colon and its explanation: "
    '"- **term**: explanation".',
    Pass("- **Sencha**: a green tea\n- **Assam:** a black tea", relation="exactly", count=2),
    Pass("1. __Sencha__ : `a` green tea\n2. **black_tea**: hot", relation="exactly", count=2),
    Pass("1. __Sencha__ : a green tea", relation="exactly", count=1),
    Fail("- **Sencha**: a green tea\n- Assam: a black tea", relation="exactly", count=2),
    Fail("- **Sencha**: a green tea\n- **Assam** is a black tea", relation="exactly", count=2),
    Fail("- **Sencha**: a green tea\n- **Assam**:", relation="exactly", count=2),
    Fail("- **Sencha**: a green tea\n- **:** a black tea", relation="exactly", count=2),
    Fail("- **Sencha**: a green tea", relation="at least", count=2),
    Pass("- **Sencha**: a green tea\n  - from Japan", relation="exactly", count=1),
    Fail("**Sencha**: a green tea", relation="at most", count=2),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def term_list(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """All outermost list items of the reply; the colon may stand within the bold text."""
    items = [item for item in reply.markdown.items if item.depth == 1]
    wrong = [item.span for item in items if not _is_term(item.text)]
    if wrong or not items:
        required = f'{relation} {count_of(count, "items")} like "**term**: explanation"'
        return every(reply.raw, _spans(items), wrong, "items", required)
    return compare(len(items), relation, count, 'items like "**term**: explanation"', _spans(items))


def _is_term(text: str) -> bool:
    """Whether ``text`` is a term in bold, a colon within or behind the bold text, and something else.

    >>> [_is_term(text) for text in ["**a**: b", "**a:** b", "__a__ : b", "***a***: b", "**a: b**: c", "**_a**:b"]]
    [True, True, True, True, True, True]
    >>> [_is_term(text) for text in ["**a**：b", "**a：** b", "**a** b: c", "a **b**: c", "**a: b", "**a**:"]]
    [True, True, False, False, False, False]
    >>> [_is_term(text) for text in ["**：** b", "**a* b**: c", "** a**: b", "**a__: b"]]
    [False, False, False, False]
    """
    return (
        re.match(r"(\*{2,3}|__)(?=[^\s:：*])(?:[^*\n]*[:：]\1|[^*\n]+\1[ \u00a0\u202f]?[:：])\s*\S", text) is not None
    )


@constraint(
    "layout:bullet_marker",
    "Write a bulleted list of {relation} {count} items, and begin each item with {marker} and a space, never with "
    "another bullet.",
    Pass("To buy:\n- tea\n  - green\n- milk", marker="-", relation="exactly", count=3),
    Pass("• tea\n• milk", marker="•", relation="at least", count=2),
    Pass("* tea\n\n1. milk", marker="*", relation="exactly", count=1),
    Fail("- tea\n* milk", marker="-", relation="at least", count=1),
    Fail("- tea\n- milk", marker="*", relation="exactly", count=2),
    Fail("+ tea\n• milk", marker="+", relation="at least", count=1),
    Fail("• tea\n  ◦ milk", marker="•", relation="at least", count=1),
    Fail("- tea", marker="-", relation="at least", count=2),
    Fail("-tea\n-milk", marker="-", relation="at most", count=2),
    Fail("```\n- tea\n```", marker="-", relation="at most", count=2),
    Pass("- tea\n\n* * *\n\n- milk", marker="-", relation="exactly", count=2),
    Fail("Tea, milk.", marker="-", relation="at most", count=2),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def bullet_marker(reply: Text, *, marker: Literal["-", "*", "+", "•"], relation: Relation, count: Count) -> Verdict:
    """Lines that begin with one of ``-*+•–▪◦●○■‣`` and a space, at any depth, outside of code blocks."""
    lines = re.finditer(r"^[ \t>]*([-*+•–▪◦●○■‣])[ \t]([^\n]*)", without_code(reply), re.MULTILINE)
    found = [match for match in lines if match.group(2).strip("-*_ \t\r")]
    spans = [match.span() for match in found]
    wrong = [match.span() for match in found if match.group(1) != marker]
    if wrong or not found:
        required = f"{relation} {count_of(count, 'items')}, each with the bullet {marker}"
        return every(reply.raw, spans, wrong, "bulleted items", required)
    return compare(len(found), relation, count, f"items with the bullet {marker}", spans)


@constraint(
    "layout:item_spacing",
    "Write a Markdown list of at least two items, and leave {gap} between each item and the next, nested or not.",
    Pass("- tea\n\n- milk\n\n- bread", gap="one blank line"),
    Fail("- tea\n\n- milk\n- bread", gap="one blank line"),
    Fail("- tea\n\n\n- milk", gap="one blank line"),
    Pass("- tea\n\n- milk\n  and cream", gap="one blank line"),
    Pass("Buy:\n\n1. tea\n2. milk\n   and cream\n3. bread\n\nGo.", gap="no blank line"),
    Fail("1. tea\n\n2. milk", gap="no blank line"),
    Pass("1. tea\r\n \r\n2. milk", gap="one blank line"),
    Pass("- tea\n\n  - green\n\n- milk", gap="one blank line"),
    Fail("- tea\n  - green\n\n- milk", gap="one blank line"),
    Fail("- tea", gap="no blank line"),
    Fail("- tea\n\nor\n\n1. milk", gap="no blank line"),
    source=NATIVE,
)
def item_spacing(reply: Text, *, gap: Literal["one blank line", "no blank line"]) -> Verdict:
    """Blank lines right before an item that is not the first of its outermost list, nested items included."""
    items = reply.markdown.items
    # An item belongs to the outermost list that was opened last.
    outermost = 0
    later: list[Item] = []
    for item in items:
        if item.depth == 1 and item.list != outermost:
            outermost = item.list
        else:
            later.append(item)
    wanted = int(gap == "one blank line")
    numbers = _blank_lines(reply.raw, [item.span[0] for item in later])
    wrong = [item.span for item, number in zip(later, numbers, strict=True) if number != wanted]
    return every(reply.raw, _spans(later), wrong, "later items", f"{gap} between items")


def _blank_lines(text: str, places: list[int]) -> list[int]:
    """How many blank lines stand right before the line in which each of ``places`` is.

    >>> texts = ["x", "a x", "a\\nx", "a\\n\\nx", "a\\n \\r\\n>\\n  x", "\\nx", "a\\n\\n\\nb\\n\\nx"]
    >>> [_blank_lines(text, [text.index("x")]) for text in texts]
    [[0], [0], [0], [1], [2], [1], [1]]
    """
    starts: list[int] = []
    before: list[int] = []
    start = number = 0
    for line in text.split("\n"):
        starts.append(start)
        before.append(number)
        number = 0 if line.strip("> \t\r") else number + 1
        start += len(line) + 1
    return [before[bisect_right(starts, place) - 1] for place in places]


@constraint(
    "layout:item_style",
    "Write a Markdown list of at least two items, each of which {style}.",
    Pass("- Boil water.\n- Pour.\n  1. Wait!", style="ends with a full stop, question mark or exclamation mark"),
    Fail("- Boil water.\n- Pour", style="ends with a full stop, question mark or exclamation mark"),
    Pass("- 煮水。\n- “Pour.”", style="ends with a full stop, question mark or exclamation mark"),
    Pass("- Tea\n- **Milk**", style="has no punctuation at its end"),
    Fail("- Tea,\n- Milk", style="has no punctuation at its end"),
    Fail("- Tea\n-\n- Milk", style="has no punctuation at its end"),
    Fail("- Tea.", style="has no punctuation at its end"),
    Pass("- Tea\n- “Öl” and 3 eggs", style="begins with a capital letter"),
    Pass("- [ ] Tea\n- [Öl](oil.html)\n- ¡Leche!", style="begins with a capital letter"),
    Fail("- [x] tea\n- [ ] Milk", style="begins with a capital letter"),
    Fail("- Tea\n- milk", style="begins with a capital letter"),
    Fail("- Tea\n- 3 Eggs", style="begins with a capital letter"),
    source=NATIVE,
)
def item_style(
    reply: Text,
    *,
    style: Literal[
        "ends with a full stop, question mark or exclamation mark",
        "has no punctuation at its end",
        "begins with a capital letter",
    ],
) -> Verdict:
    """The first paragraph of every item, nested ones included, without the quotes, box and emphasis around it."""
    items = reply.markdown.items
    wrong = [item.span for item in items if not _has_style(item.text, style)]
    required = f"at least 2 items, each of which {style}"
    if len(items) < 2:
        return holds(False, required, count_of(len(items), "items"), _spans(items))
    return every(reply.raw, _spans(items), wrong, "items", required)


def _has_style(text: str, style: str) -> bool:
    core = unmarked(_unboxed(text)).strip("\"'“”‘’„«»()")
    if not core:
        return False
    if style == "begins with a capital letter":
        return core.lstrip("[¿¡")[:1].isupper()
    return core[-1] in ".!?。！？…।؟" if style.startswith("ends") else core[-1] not in ".,;:!?…。，、；：！？،؛؟।"


def _unboxed(text: str) -> str:
    """The text of an item without the box of a checklist before it."""
    return re.sub(r"^\[[ xX]\]\s+", "", text)


def _folded(text: str) -> str:
    """The text of an item without all that makes no other item of it.

    >>> [_folded(text) for text in ["[x] “**Tea**  Time.”", "Cafe\u0301!", " `tea`\\n *time*, ", "**:**"]]
    ['tea time', 'café', 'tea time', '']
    """
    plain = re.sub(r"[*`]", "", unicodedata.normalize("NFC", _unboxed(text)))
    return " ".join(plain.split()).strip(" _.,;:!?\"'“”‘’„«»").casefold()


def _duplicates(texts: list[str]) -> set[str]:
    return {text for text, number in Counter(texts).items() if number > 1}


@constraint(
    "layout:different_items",
    "Write a Markdown list of {relation} {count} items (never less than two), no two of which are the same.",
    Pass("1. Assam\n2. Sencha\n   - Assam tea", relation="exactly", count=2),
    Fail("1. Assam\n2. Sencha\n3. **assam**.", relation="exactly", count=3),
    Fail('- [x] Assam\n- [ ] "Assam"', relation="at least", count=2),
    Fail("- Assam\n- Sencha\n-", relation="at least", count=2),
    Fail("- Assam", relation="at least", count=1),
    Fail("1. Assam\n2. Sencha", relation="at least", count=3),
    Fail("Assam and Sencha", relation="at most", count=3),
    source=NATIVE,
    conflict=attainable(lowest=2),
)
def different_items(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """All outermost items of the reply, without case, emphasis, box, and quotes and punctuation around them.

    An item without text is the same as none.
    """
    items = [item for item in reply.markdown.items if item.depth == 1]
    texts = [_folded(item.text) for item in items]
    twice = _duplicates(texts)
    wrong = [item.span for item, text in zip(items, texts, strict=True) if text in twice or not text]
    if wrong or len(items) < 2:
        shown = listing(sorted(twice)[:5])
        required = f"{relation} {count_of(count, 'items')}, 2 at least, all different"
        observed = "an item without text" if wrong else count_of(len(items), "items")
        return holds(False, required, f"{shown} more than once" if twice else observed, wrong or _spans(items))
    return compare(len(items), relation, count, "different items", _spans(items))
