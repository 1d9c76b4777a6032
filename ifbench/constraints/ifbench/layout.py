"""Lines and white space: one word a line, stairs, no white space at all."""

from __future__ import annotations

import re
import string
from collections import defaultdict, deque
from itertools import islice, pairwise

from ifbench.constraints.reading.fences import unfenced
from ifbench.constraints.reading.lines import line_spans
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import count_of
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, every, exactly, holds

_STEPS = 2


@constraint(
    "format:newline",
    "Write each word on a new line.",
    Pass("Green\n\ntea.\n"),
    Pass("Green tea\n \nhelps"),
    Pass("..."),
    Pass("Green\ntea\n  "),
    Pass("Don't.stop"),
    Fail("Green tea"),
    Fail("Green\n—\ntea leaves"),
    source=IFBENCH,
)
def newline(reply: Text) -> Verdict:
    """As many lines as words, ASCII punctuation deleted; as published, a line of blanks counts, not an empty one."""
    text = reply.raw.translate(str.maketrans("", "", string.punctuation)).strip()
    lines = sum(map(bool, text.split("\n")))
    words = len(text.split())
    return holds(
        lines == words,
        lambda: f"exactly {count_of(words, 'lines')}, as many as words",
        lambda: count_of(lines, "lines"),
    )


@constraint(
    "format:newline",
    "Write each word on a new line.",
    Pass("Green\n\ntea.\n"),
    Pass("Don't\nuse\n3:30\nor\n10,000\nwell-known\nand/or\n—\n*teas*!"),
    Pass("I\nknow"),
    Pass(Text("绿茶\n牛奶", "zh")),
    Fail("Green tea\n \nhelps"),
    Fail("..."),
    Fail("Tea"),
    Fail("Green\ntea leaves"),
    Fail("Tea,milk\nbread"),
    Fail("Green—tea\nleaves"),
    edition="corrected",
    fault="Lines and words are counted apart, so that two words in a line and a line of blanks pass, as do no words.",
    source=IFBENCH,
)
def newline_corrected(reply: Text) -> Verdict:
    """Two or more lines with a word, and one word in each: no white space, comma or dash between parts of it.

    "And/or", "3:30" and what is written without spaces, as Chinese is, count as one word. Punctuation is none.
    """
    lines: dict[int, list[Span]] = defaultdict(list)
    number = end = 0
    for start, stop in reply.plain_word_spans:
        gap = reply.raw[end:start]
        number += gap.count("\n")
        if not lines[number] or re.search(r"[\s,;!?…—–，。、；：！？]", gap):
            lines[number].append((start, stop))
        end = stop
    words = [span for line in lines.values() for span in line]
    crowded = [span for line in lines.values() for span in line[1:]]
    if len(words) < _STEPS:
        return holds(False, f"at least {_STEPS} words, on a line each", count_of(len(words), "words"), words)
    return every(reply.raw, words, crowded, "words", "every word at the beginning of a new line")


@constraint(
    "format:line_indent",
    "Create stairs by incrementally indenting each new line.",
    Pass("Tea\n Milk\n  Bread"),
    Pass("Tea\n\n Milk"),
    Pass("Tea is hot."),
    Pass("Tea\n\n  Milk\n\n   Bread\n\n    Salt"),
    Pass("\n    \n   Tea\n    "),
    Fail("\n  \n   Tea\n  "),
    Fail("Tea\n\n\n\n  Milk\n   Bread"),
    Fail("Tea\n Milk\n Bread"),
    Fail("Tea\n\tMilk"),
    Fail("Tea\n \n\n\n\n  Milk"),
    source=IFBENCH,
)
def line_indent(reply: Text) -> Verdict:
    """Each line has more spaces before it than the one above; one line alone is followed.

    As published, blank lines are deleted while they are walked through, so that some stay and break the stairs.
    """
    return _stairs(_half_deleted(reply.lines), reply.raw)


def _half_deleted(lines: list[str]) -> list[str]:
    """What Python leaves of ``lines`` when a loop over them removes each blank one it meets.

    Behind each that it meets the loop passes one over; and it removes the first that equals it, which may be one that
    was passed over before.
    """
    passed: dict[str, deque[int]] = defaultdict(deque)
    gone: set[int] = set()
    place = 0
    while place < len(lines):
        line = lines[place]
        if line.strip():
            place += 1
            continue
        passed[line].append(place)
        gone.add(passed[line].popleft())
        if place + 1 < len(lines):
            passed[lines[place + 1]].append(place + 1)
        place += 2
    return [line for place, line in enumerate(lines) if place not in gone]


def _stairs(lines: list[str], text: str) -> Verdict:
    """``lines`` are those of ``text``, some blank ones left out."""
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    flat = next((number for number, (upper, lower) in enumerate(pairwise(indents), 2) if lower <= upper), None)
    return holds(
        flat is None,
        "each line indented more than the one above",
        lambda: f"line {flat} is not" if flat else "every line is so",
        lambda: _line_place(lines, flat - 1, text) if flat else (),
    )


def _line_place(lines: list[str], place: int, text: str) -> list[Span]:
    """Where the line is, where it is not blank: it is the one behind as many such lines in ``text`` as in ``lines``."""
    if not lines[place].strip():
        return []
    before = sum(bool(line.strip()) for line in lines[:place])
    return [next(islice(line_spans(text), before, None))]


@constraint(
    "format:line_indent",
    "Create stairs by incrementally indenting each new line.",
    Pass("Tea\n Milk\n  Bread"),
    Pass("Tea\n\n\n\n  Milk\n   Bread\n"),
    Pass("Tea\n\tMilk\n\t\tBread"),
    Pass("Tea\n\tMilk\n     Bread"),
    Pass("```text\nTea\n  Milk\n```"),
    Pass("\n  Tea\r\n\r\n   Milk\r\n"),
    Fail("Tea is hot."),
    Fail("Tea is hot.\nMilk is cold."),
    Fail("Tea\n Milk\n Bread"),
    Fail("Tea\n  Milk\n Bread"),
    Fail("Tea\n\tMilk\n    Bread"),
    edition="corrected",
    fault="Two blank lines break the stairs, tabs are not seen as indentation, and one line alone passes for stairs.",
    source=IFBENCH,
)
def line_indent_corrected(reply: Text) -> Verdict:
    """Two or more lines, blank ones left out, each with more white space before it than the one above.

    A tab reaches to the next column that is a multiple of four. A code fence around the whole is taken off.
    """
    text, offset = unfenced(reply)
    steps: list[Span] = []
    flat: list[Span] = []
    above = -1
    for match in re.finditer(r"[^\n]+", text):
        line = match.group().rstrip()
        if not line:
            continue
        visible = len(line) - len(line.lstrip())
        indent = len(line[:visible].expandtabs(4))
        span = (offset + match.start() + visible, offset + match.start() + len(line))
        steps.append(span)
        if indent <= above:
            flat.append(span)
        above = indent
    if len(steps) < _STEPS:
        return holds(False, f"at least {_STEPS} lines", count_of(len(steps), "lines"), steps)
    return every(reply.raw, steps, flat, "lines", "each line indented more than the one above")


@constraint(
    "format:no_whitespace",
    "The output should not contain any whitespace.",
    Pass("GreenTea,Milk"),
    Fail("Green tea"),
    Fail("GreenTea\n"),
    Fail("Green\u3000tea"),
    source=IFBENCH,
)
def no_whitespace(reply: Text) -> Verdict:
    """White space is what Unicode calls so, line ends included, also at the end of the reply."""
    number = sum(map(str.isspace, reply.raw))
    return exactly(number, 0, "white space characters", lambda: _blanks(reply.raw))


def _blanks(text: str) -> list[Span]:
    return [match.span() for match in re.finditer(r"\s+", text)]
