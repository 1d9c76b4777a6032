"""The order of things: terms in a given order, list items sorted."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, TypeVar

from annotated_types import Len, Predicate, doc

from ifbench.constraints.native.mentions import mentions
from ifbench.constraints.native.phrases import fold
from ifbench.constraints.sources import NATIVE
from ifbench.markdown import Item
from ifbench.parameters import Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds, listing

Span = tuple[int, int]
_K = TypeVar("_K", Decimal, tuple[str, ...])


def _are_distinct(terms: list[str]) -> bool:
    """Whether the terms differ in more than case, accents, apostrophes, and spaces or hyphens.

    >>> _are_distinct(["tea", "milk"]), _are_distinct(["tea", " Tea"]), _are_distinct(["green tea", "green-tea"])
    (True, False, False)
    """
    plain = {re.sub(r"[\s\-\u2010\u2011]+", " ", fold(term.strip()).replace("’", "'")) for term in terms}
    return len(plain) == len(terms)


Terms = Annotated[list[Phrase], Len(2), Predicate(_are_distinct), doc("a list of two or more different texts")]
"""Things to be named one after the other."""


@constraint(
    "position:terms_in_order",
    "Mention all of these, for the first time in this order: {terms}.",
    Pass("Boil water, add TEA, add water, then milk.", terms=["water", "tea", "milk"]),
    Pass("York, then New York.", terms=["York", "New York"]),
    Pass(Text("先烧水，再放茶。", "zh"), terms=["水", "茶"]),
    Fail("Add tea, boil water, add tea, then milk.", terms=["water", "tea", "milk"]),
    Fail("Boil water, add milk.", terms=["water", "tea", "milk"]),
    Fail("Watery tea, then water.", terms=["water", "tea"]),
    Fail("New York, then York.", terms=["York", "New York"]),
    source=NATIVE,
)
def terms_in_order(reply: Text, *, terms: Terms) -> Verdict:
    """First mentions as whole words in any case; a term inside a longer one counts for the longer one only."""
    first: dict[int, Span] = {}
    for mention in mentions(reply.raw, terms, reply.language):
        first.setdefault(mention.phrase, mention.span)
    found = [terms[index] for index in first]
    return holds(
        list(first) == list(range(len(terms))),
        lambda: f"{listing(terms)} in this order",
        lambda: f"{listing(found)} in this order" if found else "none of them",
        list(first.values()),
    )


def _lists(reply: Text) -> list[list[Item]]:
    """The items of each list that has two or more, nested lists apart."""
    lists: dict[int, list[Item]] = {}
    for item in reply.markdown.items:
        if any(map(str.isalnum, item.text)):
            lists.setdefault(item.list, []).append(item)
    return [items for items in lists.values() if len(items) > 1]


def _in_order(
    reply: Text, key: Callable[[Item], _K | None], direction: Literal["ascending", "descending"], required: str
) -> Verdict:
    """Followed when there is a list of two items, and in each such list no item's key is missing or out of order."""
    lists = _lists(reply)
    wrong: list[Span] = []
    for items in lists:
        keys = [key(item) for item in items]
        for item, (one, two) in zip(items[1:], pairwise(keys), strict=True):
            if one is None or two is None or (one > two if direction == "ascending" else one < two):
                wrong.append(item.span)

    def observed() -> str:
        if not lists:
            return "no list of two or more items"
        if wrong:
            return f"out of order: {listing([reply.raw[start:stop] for start, stop in wrong[:3]])}"
        return "every list in order"

    spans = [item.span for items in lists for item in items]
    return holds(bool(lists) and not wrong, required, observed, wrong or spans)


@constraint(
    "position:items_alphabetical",
    "Write at least one list, and sort the items of every list alphabetically, in {direction} order.",
    Pass("- apple\n- **Éclair**: cake\n- zoo", direction="ascending"),
    Pass("- apple tart\n- apple core\n- 'Apple' - red\n- apple: pie", direction="descending"),
    Pass("Fruit:\n\n1. Zoo\n   - a\n   - a\n2. éclair\n3. Apple", direction="descending"),
    Pass(Text("- Ägypten\n- Belgien\n- Österreich\n- Polen", "de"), direction="ascending"),
    Pass(Text("- Азия\n- Европа\n- Индия\n- Йемен", "ru"), direction="ascending"),
    Pass("- apple: red\n- apple core – x", direction="ascending"),
    Pass(Text("- آذار\n- أرز\n- اسم\n- إناء\n- تَمر\n- تمور", "ar"), direction="ascending"),
    Fail(Text("- اسم\n- أرز", "ar"), direction="ascending"),
    Fail("- Zoo\n- apple", direction="ascending"),
    Fail("- apple\n- Zoo", direction="descending"),
    Fail("- apple\n- bee\n\nText.\n\n1. zoo\n2. yes", direction="ascending"),
    Fail("- apple\n  - c\n  - b\n- bee", direction="ascending"),
    Fail("- apple", direction="ascending"),
    Fail("apple\nbee", direction="ascending"),
    source=NATIVE,
)
def items_alphabetical(reply: Text, *, direction: Literal["ascending", "descending"]) -> Verdict:
    """In any case and without accents or marks; what stands before a colon or dash is compared first.

    The forms of Arabic's alif are one letter, and its vowel signs do not count.
    Items that are alike may follow each other; digits are compared one by one. There must be a list of two items, and
    a nested list is a list of its own.
    """
    return _in_order(reply, _text_key, direction, f"list items in {direction} alphabetical order")


def _text_key(item: Item) -> tuple[str, ...]:
    parts = re.split(r":|\s[-–—]\s", fold(item.text), maxsplit=1)
    return tuple(" ".join(re.sub(r"[^\w\s]|_", "", part).split()) for part in parts)


_COMMA_LANGUAGES = frozenset(["cs", "da", "de", "es", "fi", "fr", "id", "it", "nl", "no", "pl", "pt", "ru", "sv", "tr"])


@constraint(
    "position:items_numerical",
    "Write at least one list, and sort the items of every list by the first number in each, in {direction} order.",
    Pass("- -2 °C\n- 9 cups\n- 10.5 cups\n- **1,000** cups of 5\n- 1,000", direction="ascending"),
    Pass("- 5 cups\n- 5 cans\n- 3.5 cups\n- 3.25 cups", direction="descending"),
    Pass("1. Mars (1,200)\n2. Venus: 300.\n3. A4 is −7.", direction="descending"),
    Pass(Text("- 1,5 Liter\n- 2 Liter\n- 1.000 Liter", "de"), direction="ascending"),
    Pass("- 1.2.9\n- 1.3.1\n- 1.3", direction="ascending"),
    Pass("- 9 cups\n  - 2 cups\n- 10 cups\n\nText.\n\n1. 3 cups", direction="ascending"),
    Fail("- 10 cups\n- 9 cups", direction="ascending"),
    Fail("- 9 cups\n- 10 cups", direction="descending"),
    Fail("- 9 cups\n- ten cups\n- 11 cups", direction="ascending"),
    Fail("- two cups\n- 3 cups", direction="ascending"),
    Fail("- 1.000 cups\n- 2 cups", direction="descending"),
    Fail("- v1 cup\n- 2 cups", direction="ascending"),
    Fail("- 9 cups\n- 10 cups\n\nText.\n\n1. 3 cups\n2. 2 cups", direction="ascending"),
    Fail("- 9 cups\n  - 3 cups\n  - 2 cups\n- 10 cups", direction="ascending"),
    Fail("- 9 cups", direction="ascending"),
    source=NATIVE,
)
def items_numerical(reply: Text, *, direction: Literal["ascending", "descending"]) -> Verdict:
    """Numbers in digits, negative ones and decimals too; an item without one is out of order. List numbers are no part.

    The comma divides thousands and the point decimals, and the other way round in languages such as German. Equal
    numbers may follow each other. There must be a list of two items.
    """
    mark = "," if reply.language in _COMMA_LANGUAGES else "."
    return _in_order(
        reply, lambda item: _number(item.text, mark), direction, f"list items in {direction} order of their numbers"
    )


def _number(text: str, mark: str) -> Decimal | None:
    match = re.search(r"(?<![\w.,])([-−]?)(\d[\d.,]*)", text)
    if not match:
        return None
    whole, *rest = re.sub(rf"[^\d{mark}]", "", match.group(2)).split(mark)
    number = Decimal(f"{whole}.{rest[0] if rest else 0}")
    return -number if match.group(1) else number
