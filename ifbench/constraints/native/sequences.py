"""Right orders: the sequence that a reply says the solution is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ifbench.constraints.native.answers import LONGEST_GAP, Choices, from_label
from ifbench.constraints.native.mentions import Mention, mentions
from ifbench.constraints.sources import NATIVE
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds


@constraint(
    "answer:sequence",
    "Give the right order: {items}.",
    Pass("Ann, Ben, Cy", items=["Ann", "Ben", "Cy"]),
    Pass("Cy is older than Ben. Answer: 1. Ann 2. Ben 3. Cy", items=["Ann", "Ben", "Cy"]),
    Pass("Cy is older than Ben, so: Ann < ben < Cy.", items=["Ann", "Ben", "Cy"]),
    Fail("Ann, Ben, Cy is wrong: Ann, Cy, Ben", items=["Ann", "Ben", "Cy"]),
    Fail("Ben, Ann, Cy", items=["Ann", "Ben", "Cy"]),
    Fail("Ann, Cy", items=["Ann", "Ben", "Cy"]),
    Fail("Ann, Ben", items=["Ann", "Ben", "Cy"]),
    Fail("", items=["Ann", "Ben"]),
    Pass("Result: Ann wins. Ann, Ben, Cy", items=["Ann", "Ben", "Cy"]),
    Fail("Result: Ann wins. Ann, Cy, Ben", items=["Ann", "Ben", "Cy"]),
    Fail("Ann, Ben, Cy, Ann", items=["Ann", "Ben", "Cy"]),
    Fail("Answer: Ann, Ben, Cy, Ann", items=["Ann", "Ben", "Cy"]),
    Fail("Ben, Ann, Ben", items=["Ann", "Ben"]),
    Fail("Ann, Ben, Cy, Ben, Ann: who knows?", items=["Ann", "Ben", "Cy"]),
    Pass("Answer: Cy, Ben, Ann. Wait, answer: Ann, Ben, Cy, so Ann is first.", items=["Ann", "Ben", "Cy"]),
    Pass("Ann, Ann, Ben", items=["Ann", "Ben"]),
    Pass("Ann\nBen\nCy\n\nAnn is the oldest.", items=["Ann", "Ben", "Cy"]),
    Pass("Not Cy, Ben, Ann: Ann, Ben, Cy.", items=["Ann", "Ben", "Cy"]),
    Pass("1. Ann, older than Cy\n2. Ben\n3. Cy\n\nCy is not older than Ann.", items=["Ann", "Ben", "Cy"]),
    Fail("1. Cy, younger than Ann\n2. Ben\n3. Ann\n\nAnn, then Ben and Cy?", items=["Ann", "Cy", "Ben"]),
    Pass("Answer:\n1. Ann, older than Cy\n2. Ben\n3. Cy", items=["Ann", "Ben", "Cy"]),
    Fail("Answer: Ann, Cy, Ben\n\n- Ann is old\n- Ben too\n- Cy is not", items=["Ann", "Ben", "Cy"]),
    Pass("Answer: Ann < Ben < Cy. I hope this answer is clear.", items=["Ann", "Ben", "Cy"]),
    Pass("Result:\n- Ann\n- Ben\n- Cy\n\nCy comes last because Ann and Ben are older.", items=["Ann", "Ben", "Cy"]),
    source=NATIVE,
)
def sequence_answer(reply: Text, *, items: Choices) -> Verdict:
    """The first so many items named behind the last word "answer", "result" or "solution"; without it, the last list.

    A list is a run of the items with nothing but marks, numbers, "and" or "then" between them, or one whose points
    begin with them, that names each once; where there is none, it is the last so many items named. Whole words in any
    case; one named twice in a row counts once, and a list that goes on with another item is none.
    """
    text, number = reply.raw, len(items)
    found = mentions(text, items, reply.language)
    start = from_label(text, found, number)
    named = _last_list(text, found, number) if start is None else _first_list(text, found[start:], number)
    return holds(
        [mention.phrase for mention in named] == list(range(number)),
        lambda: f"the order {', '.join(items)}",
        lambda: ", ".join(items[mention.phrase] for mention in named) or "none of them",
        [mention.span for mention in named],
    )


_GAP = r"(?:[^\w\n:.?!]|_)*"
_JOINED = re.compile(
    # A blank line ends a list, unless another point follows.
    rf"{_GAP}(?:(?:and|then)\b{_GAP})*"
    rf"(?:\s*\n[ \t]*(?:[-*+•]|\d{{1,9}}[.)])[ \t]|\n(?![ \t\r]*\n)|\d{{1,9}}[.)][ \t])?{_GAP}"
)
_POINT = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t])?[*_\"“]*", re.MULTILINE)


def _joined(text: str, one: Mention, other: Mention) -> bool:
    start, stop = one.span[1], other.span[0]
    return stop - start <= LONGEST_GAP and _JOINED.fullmatch(text, start, stop) is not None


def _each_once(found: Sequence[Mention], number: int) -> bool:
    return len(found) == number == len({mention.phrase for mention in found})


def _points(text: str, found: Sequence[Mention]) -> list[Mention]:
    """The mentions that list items begin with."""
    starts = {match.end() for match in _POINT.finditer(text)}
    return [mention for mention in found if mention.span[0] in starts]


def _first_list(text: str, found: Sequence[Mention], number: int) -> list[Mention]:
    points = _points(text, found)
    if _each_once(points, number) and points[0] == found[0]:
        return points
    distinct = _in_turn(found)
    goes_on = len(distinct) > number and _joined(text, distinct[number - 1], distinct[number])
    return distinct[: number + 1] if goes_on else distinct[:number]


def _last_list(text: str, found: Sequence[Mention], number: int) -> list[Mention]:
    runs: list[list[Mention]] = []
    for place, mention in enumerate(found):
        if place and _joined(text, found[place - 1], mention):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    lists = [run for run in [_points(text, found), *runs] if _each_once(run, number)]
    if lists:
        return max(lists, key=lambda run: run[-1].span)
    distinct = _in_turn(found)
    goes_on = len(distinct) > number and _joined(text, distinct[-number - 1], distinct[-number])
    return distinct[-number - 1 :] if goes_on else distinct[-number:]


def _in_turn(found: Sequence[Mention]) -> list[Mention]:
    """The mentions of another item than the one named before."""
    return [one for place, one in enumerate(found) if not place or one.phrase != found[place - 1].phrase]
