"""Lists held against one of an earlier reply: what is new in them, kept, taken out, added and moved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ifbench.constraints.native.prose import plain_wording
from ifbench.constraints.native.revision import earlier
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of, quote
from ifbench.parameters import Count, Ordinal, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Conversation, Text
from ifbench.verdict import Verdict, absent, compare, holds


def _items(text: Text) -> list[str]:
    """The texts of the outermost list items, as wording is compared, without the box of a checklist."""
    texts = [item.text for item in text.markdown.items if item.depth == 1]
    return [plain_wording(re.sub(r"^\[[ xX]\][ \t]", "", own)) for own in texts]


def _whole_items(text: Text) -> list[str]:
    """The outermost list items with all that belongs to them, without their markers and boxes."""
    marker = re.compile(r"^[ \t]*(?:\d{1,9}[.)]|[-*+])[ \t]+(?:\[[ xX]\][ \t])?", re.MULTILINE)
    wholes = [text.raw[slice(*item.whole)] for item in text.markdown.items if item.depth == 1]
    # Points within points stay told from lines that go on.
    return [plain_wording(marker.sub("- ", own).removeprefix("- ")) for own in wholes]


def _item_spans(text: Text) -> list[tuple[int, int]]:
    return [item.span for item in text.markdown.items if item.depth == 1]


def _signs(item: str) -> str:
    """``item`` in lower case without emphasis, and without marks at its end; "C++", "C#" and "-5" keep theirs."""
    plain = re.sub(r"(\*{1,3}|_{1,3}|`)([^*_`]+)\1", r"\2", item)
    return plain.strip().rstrip(".!?;,: ").casefold()


@constraint(
    "conversation:new_items",
    "Write a list of {relation} {count} items, none of which was in a list of an earlier reply of yours.",
    Pass("- Tea\n- Milk", "- Juice\n- Water", relation="exactly", count=2),
    Fail("- Tea\n- Milk", "- Juice\n- **tea**", relation="exactly", count=2),
    Fail("- Tea\n- Milk", "- Juice\n- Water", relation="exactly", count=3),
    Fail("- Tea", "- Milk", "- tea!\n- Juice", relation="at least", count=1),
    Fail("- Tea", "Juice and water.", relation="at most", count=2),
    Fail("- Tea", "- Juice\n- Juice", relation="exactly", count=2),
    Fail("Tea.", "- Juice\n- Water", relation="exactly", count=2),
    Pass("- C++", "- C#\n- C", relation="exactly", count=2),
    Pass("- -5 euros", "- +5 euros\n- 5 euros", relation="exactly", count=2),
    Fail("- Green tea", "- Juice\n- Green **tea**:", relation="exactly", count=2),
    Fail("- Juice\n- Water", relation="exactly", count=2),
    source=NATIVE,
)
def new_items(reply: Text, conversation: Conversation, *, relation: Relation, count: Count) -> Verdict:
    """Outermost items, compared in any case and without Markdown's emphasis and marks at the end.

    No two may be the same, and an earlier reply has a list.
    """
    before = {_signs(item) for text in conversation.replies[:-1] for item in _items(text)}
    found = [_signs(item) for item in _items(reply)]
    spans = _item_spans(reply)
    number = Counter(found)
    again = [span for words, span in zip(found, spans, strict=True) if words in before or number[words] > 1]
    counted = compare(len(found), relation, count, "items", spans)
    if again or not before or not found:
        texts = [reply.raw[slice(*span)] for span in again]
        fault = absent(texts, f"{relation} {count_of(count, 'items')}, all of them new", again)
        if texts:
            return fault
        return fault.but_observed("no items" if before else "no list in an earlier reply")
    return counted


@constraint(
    "conversation:items_kept",
    "Keep {relation} {count} items of the list of your reply in turn {turn} word for word.",
    Pass("1. Tea\n2. Milk\n3. Juice", "- Tea\n- Juice\n- Water", turn=1, relation="exactly", count=2),
    Fail("1. Tea\n2. Milk\n3. Juice", "- Tea\n- Milk\n- Juice", turn=1, relation="exactly", count=2),
    Fail("1. Tea\n2. Milk", "- Green tea\n- milk", turn=1, relation="at least", count=1),
    Pass("1. Tea\n2. Milk", "- Milk", turn=1, relation="at least", count=1),
    Fail("1. Tea\n2. Milk", "Milk", turn=1, relation="at most", count=1),
    Fail("Tea", "- Tea", turn=1, relation="at most", count=1),
    Fail("- Tea", turn=1, relation="at least", count=1),
    Pass("- Tea", "- Milk\n- Water", "- Milk\n- Tea", turn=2, relation="exactly", count=1),
    Fail("- Tea\n- Tea", "- Tea", turn=1, relation="exactly", count=2),
    Pass("- [ ] Tea\n- [ ] Milk", "- [x] Tea\n- [ ] Milk", turn=1, relation="exactly", count=2),
    source=NATIVE,
)
def items_kept(
    reply: Text, conversation: Conversation, *, turn: Ordinal, relation: Relation, count: Count
) -> Verdict:  # fmt: skip
    """Outermost items, wherever they now stand and whatever their marker. Both replies must have a list."""
    before, now = _items(earlier(conversation, turn)), _items(reply)
    kept = sum((Counter(before) & Counter(now)).values())
    verdict = compare(kept, relation, count, f"items of turn {turn}", _item_spans(reply))
    return verdict if before and now else verdict.but_observed("no list" if before else f"no list in turn {turn}")


def _same_items(now: list[str], wanted: Sequence[str], reply: Text, required: str, there: bool) -> Verdict:
    """Followed when the items are those wanted, in their order; ``there``: what it takes is in the earlier reply."""
    return holds(
        there and now == list(wanted),
        lambda: f"{required}: {', '.join(map(quote, wanted))}" if there else required,
        lambda: ", ".join(map(quote, now)) if there and now else "no list" if there else "no such list before",
        lambda: _item_spans(reply),
    )


@constraint(
    "conversation:item_removed",
    "Take item {number} out of the list of your reply in turn {turn}, and leave the others as they are and in order.",
    Pass("1. Tea\n2. Milk\n3. Juice", "1. Tea\n2. Juice", turn=1, number=2),
    Pass("- Tea\n- Milk", "Here:\n\n- Milk", turn=1, number=1),
    Fail("1. Tea\n2. Milk\n3. Juice", "1. Juice\n2. Tea", turn=1, number=2),
    Fail("1. Tea\n2. Milk\n3. Juice", "1. Tea\n2. Milk\n3. Juice", turn=1, number=2),
    Fail("1. Tea\n2. Milk\n3. Juice", "1. Tea\n2. Milk", turn=1, number=2),
    Fail("1. Tea\n2. Milk\n3. Juice", "1. Tea\n2. Orange juice", turn=1, number=2),
    Fail("1. Tea\n2. Milk", "1. Tea\n2. Milk", turn=1, number=3),
    Fail("1. Tea", "None is left.", turn=1, number=1),
    Fail("1. Tea", turn=1, number=1),
    Pass("- A\n- B", "- Tea\n- Milk", "- Tea", turn=2, number=2),
    Fail("- Tea\n  - hot\n- Milk", "- Tea\n  - cold", turn=1, number=2),
    Pass("1. Tea\n   - hot\n2. Milk", "- Tea\n  - hot", turn=1, number=2),
    source=NATIVE,
)
def item_removed(reply: Text, conversation: Conversation, *, turn: Ordinal, number: Ordinal) -> Verdict:
    """Outermost items with all that belongs to them, counted over all lists of the reply; their markers do not matter.

    Some item must be left.
    """
    before = _whole_items(earlier(conversation, turn))
    wanted = [*before[: number - 1], *before[number:]]
    return _same_items(
        _whole_items(reply),
        wanted,
        reply,
        f"the items of turn {turn} without number {number}",
        1 < len(before) >= number,
    )


@constraint(
    "conversation:items_appended",
    "Keep the items of the list of your reply in turn {turn} as they are and in order; add exactly {count} at the end.",
    Pass("- Tea\n- Milk", "1. Tea\n2. Milk\n3. Juice", turn=1, count=1),
    Fail("- Tea\n- Milk", "- Tea\n- Milk\n- Juice\n- Water", turn=1, count=1),
    Fail("- Tea\n- Milk", "- Juice\n- Tea\n- Milk", turn=1, count=1),
    Fail("- Tea\n- Milk", "- Tea\n- Cold milk\n- Juice", turn=1, count=1),
    Fail("- Tea\n- Milk", "- Tea\n- Milk", turn=1, count=1),
    Fail("Tea", "- Tea", turn=1, count=1),
    Fail("- Tea", turn=1, count=1),
    Pass("- A", "- Tea", "- Tea\n- Milk\n- Water", turn=2, count=2),
    Fail("- Tea\n  - hot", "- Tea\n  - cold\n- Milk", turn=1, count=1),
    Pass("- Tea\n  - hot", "1. Tea\n   * hot\n2. Milk", turn=1, count=1),
    source=NATIVE,
)
def items_appended(reply: Text, conversation: Conversation, *, turn: Ordinal, count: Ordinal) -> Verdict:
    """Outermost items with all that belongs to them; their markers do not matter."""
    before, now = _whole_items(earlier(conversation, turn)), _whole_items(reply)
    return holds(
        bool(before) and now[: len(before)] == before and len(now) == len(before) + count,
        lambda: f"the {count_of(len(before), 'items')} of turn {turn}, then {count} more",
        lambda: ", ".join(map(quote, now)) if before and now else "no list" if before else f"no list in turn {turn}",
        lambda: _item_spans(reply),
    )


@constraint(
    "conversation:reordered",
    "Give the items of the list of your reply in turn {turn} word for word in another order, none more and none fewer.",
    Pass("- Tea\n- Milk\n- Juice", "1. Juice\n2. Milk\n3. Tea", turn=1),
    Fail("- Tea\n- Milk\n- Juice", "1. Tea\n2. Milk\n3. Juice", turn=1),
    Fail("- Tea\n- Milk\n- Juice", "1. Juice\n2. Tea", turn=1),
    Fail("- Tea\n- Milk\n- Juice", "1. Juice\n2. Tea\n3. Oat milk", turn=1),
    Fail("- Tea\n- Milk", "- Milk\n- Tea\n- Juice", turn=1),
    Fail("Tea", "Tea", turn=1),
    Fail("- Tea\n- Milk", turn=1),
    Fail("- Tea\n  - hot\n- Milk", "- Milk\n- Tea", turn=1),
    Pass("- Tea\n  - hot\n- Milk", "- Milk\n- Tea\n  - hot", turn=1),
    Fail("- Tea\n  - hot\n- Milk", "- Tea\n- Milk\n  - hot", turn=1),
    source=NATIVE,
)
def reordered(reply: Text, conversation: Conversation, *, turn: Ordinal) -> Verdict:
    """Outermost items with all that belongs to them; their markers do not matter."""
    before, now = _whole_items(earlier(conversation, turn)), _whole_items(reply)
    return holds(
        now != before and Counter(now) == Counter(before),
        lambda: f"the {count_of(len(before), 'items')} of turn {turn} in another order",
        lambda: ", ".join(map(quote, now)) or "no list",
        lambda: _item_spans(reply),
    )
