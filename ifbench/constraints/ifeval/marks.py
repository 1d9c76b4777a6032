"""Marks around a part of the reply: highlights, titles, placeholders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from ifbench.constraints.reading.fences import opened, without_code
from ifbench.constraints.sources import IFEVAL
from ifbench.parameters import Count
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, at_least, holds, listing


@constraint(
    "detectable_format:number_highlighted_sections",
    "Highlight at least {num_highlights} sections in your answer with markdown, i.e. *highlighted section*.",
    Pass("*Tea* and **milk**.", num_highlights=2),
    Fail("*Tea* and milk.", num_highlights=2),
    Fail("** ** and * *", num_highlights=1),
    Pass("***Tea***", num_highlights=2),
    Pass("**a**", num_highlights=1),
    Fail("_Tea_", num_highlights=1),
    source=IFEVAL,
)
def number_highlighted_sections(reply: Text, *, num_highlights: Count) -> Verdict:
    """Spans between single or double asterisks on one line, with something in them."""
    single = [match.span() for match in re.finditer(r"\*[^\n*]*\*", reply.raw) if match.group().strip("*").strip()]
    double = [match.span() for match in re.finditer(r"\*\*[^\n*]*\*\*", reply.raw) if match.group()[2:-2].strip()]
    return at_least(len(single) + len(double), num_highlights, "highlighted sections", lambda: sorted(single + double))


@constraint(
    "detectable_format:number_highlighted_sections",
    "Highlight at least {num_highlights} sections in your answer with markdown, i.e. *highlighted section*.",
    Pass("*Tea* and **milk**.", num_highlights=2),
    Pass("_Tea_, __milk__ and *two\nlines*.", num_highlights=3),
    Pass("* **Bold:**x\n* *y*z", num_highlights=2),
    Pass("```markdown\n*Tea*\n```", num_highlights=1),
    Pass("*Tea with **milk**, please.*", num_highlights=2),
    Pass("_Tea_", num_highlights=1),
    Pass("***Tea* and milk**", num_highlights=2),
    Fail("*a *b", num_highlights=1),
    Fail("a ** b** c", num_highlights=1),
    Fail("***Tea*** and **_milk_**.", num_highlights=3),
    Fail("2*3*4 and snake_case_name and * a * and \\*b\\* and `*c*`", num_highlights=1),
    Fail("* **Bold**: x\n***\n** **\n**.**", num_highlights=2),
    Fail("*Tea\n\nand* milk", num_highlights=1),
    Fail("*Tea\n- and* milk", num_highlights=1),
    Fail("```c\nint *a, *b;\n```\nCode.", num_highlights=1),
    source=IFEVAL,
    edition="corrected",
    fault="'***a***' and bold text in a list count twice, '2*3*4' once, and '_a_' never.",
)
def number_highlighted_sections_corrected(reply: Text, *, num_highlights: Count) -> Verdict:
    """Italic or bold text of Markdown, with asterisks or underscores, outside of code.

    It may go over lines of one paragraph. The sentence does not say whether bold counts; it does, as published.
    """
    spans = _emphasized(opened(reply))
    return at_least(len(spans), num_highlights, "highlighted sections", spans)


_NEW_BLOCK = r"\n(?=[^\S\n]*(?:\n|[-+*][^\S\n]|[0-9]+[.)][^\S\n]|#|>|\|))"


def _emphasized(text: Text) -> list[tuple[int, int]]:
    """Where emphasis stands; marks within marks around the same words are one."""
    raw = re.sub(r"\\[*_]|`[^`\n]+`", lambda match: "x" * len(match[0]), without_code(text, fill="\n"))
    spans: list[tuple[int, int]] = []
    start = 0
    for block in re.split(f"({_NEW_BLOCK})", raw):
        if "*" in block or "_" in block:
            spans += [(start + first, start + last) for first, last in _pairs(block)]
        start += len(block)
    return sorted(spans)


def _pairs(block: str) -> list[tuple[int, int]]:
    """The pairs of marks in one paragraph.

    A mark opens in front of something visible and closes behind it. Where it could do both, it closes what is open.
    Underscores within a word do neither, and a pair of asterisks between letters or digits is a multiplication.
    """
    letters = list(accumulate(map(str.isalnum, block), initial=0))
    open_marks: dict[str, list[tuple[int, int]]] = {"*": [], "_": []}
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for match in re.finditer(r"\*+|_+", block):
        start, stop = match.span()
        before, after = block[start - 1 : start] or " ", block[stop : stop + 1] or " "
        if match[0][0] == "_" and before.isalnum() and after.isalnum():
            continue
        waiting = open_marks[match[0][0]]
        left = stop - start
        while left and waiting and not before.isspace():
            place, size = waiting.pop()
            used = min(left, size)
            left -= used
            product = block[place - size - 1 : place - size].isalnum() and after.isascii() and after.isalnum()
            if letters[start] > letters[place] and not product:
                found[letters[place], letters[start]] = place - used, stop - left
            if size > used:
                waiting.append((place - used, size - used))
        if left and not after.isspace():
            waiting.append((stop, left))
    return list(found.values())


@constraint(
    "detectable_format:title",
    "Your answer must contain a title, wrapped in double angular brackets, such as <<poem of joy>>.",
    Pass("<<A Day Out>>\nWe left early."),
    Fail("A Day Out\nWe left early."),
    Fail("<< >>"),
    Pass("cout << x >> y"),
    source=IFEVAL,
)
def title(reply: Text) -> Verdict:
    """The longest stretch from ``<<`` to ``>>`` on some line, with something other than brackets at its edges."""
    offset = 0
    found: list[tuple[int, int]] = []
    for line in reply.lines:
        start, stop = line.find("<<"), line.rfind(">>")
        if 0 <= start < stop - 2 and line[start : stop + 2].lstrip("<").rstrip(">").strip():
            found.append((offset + start, offset + stop + 2))
        offset += len(line) + 1
    return holds(
        bool(found),
        "a title in double angular brackets, <<like this>>",
        lambda: _titles(reply.raw, found),
        found,
    )


@constraint(
    "detectable_format:title",
    "Your answer must contain a title, wrapped in double angular brackets, such as <<poem of joy>>.",
    Pass("<<A Day Out>>\nWe left early."),
    Pass("# **Title: << A Day Out >>**\nWe left early."),
    Pass("We call it <<Tonic>>, no less."),
    Pass("Title<<A Day Out>>\nWe left early."),
    Pass("We left:<<A Day>>out"),
    Pass("«<A>» <<B>>"),
    Fail("A Day Out\nWe left early."),
    Fail("<< >> <<>> <<.>>"),
    Fail("<<Title>>\n<< title >>\nWe left early."),
    Fail("cout << x >> y"),
    Fail("x<<1>>2"),
    Fail("<<A Day\nOut>>"),
    Fail("```c\nputs(<<a>>);\n```\nDone."),
    source=IFEVAL,
    edition="corrected",
    fault="Shift operators ('cout << x >> y') and the mere example '<<title>>' count as titles.",
)
def title_corrected(reply: Text) -> Verdict:
    """Words in ``<<`` and ``>>`` on one line outside of code, close to the brackets or with them at the line's edge.

    ``<<title>>`` itself is not a title.
    """
    raw = without_code(opened(reply), fill="\n")
    edge = r"(?:[^\w\n]|_)*"
    close = re.finditer(r"(\w?)<<(?P<name>\S(?:(?!<<|>>).)*)(?<=\S)>>(\w?)", raw)
    alone = re.finditer(rf"^(?:{edge}|.*:[*_ \t]*)<<(?P<name>(?:(?!<<|>>).)+)>>{edge}$", raw, re.MULTILINE)
    # One title may be found in both ways.
    spans = sorted(
        {
            (match.start("name") - 2, match.end("name") + 2)
            for match in (*(match for match in close if not (match[1] and match[3])), *alone)
            if any(map(str.isalnum, match["name"])) and match["name"].strip().casefold() != "title"
        }
    )
    return holds(
        bool(spans),
        "a title in double angular brackets, <<like this>>",
        lambda: _titles(reply.raw, spans),
        spans,
    )


def _titles(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The first few different ones, quoted."""
    titles = dict.fromkeys(text[start:stop] for start, stop in spans)
    return listing(list(titles)[:3]) or "no such title"


@constraint(
    "detectable_content:number_placeholders",
    "The response must contain at least {num_placeholders} placeholders represented by square brackets, "
    "such as [address].",
    Pass("[name], see [place].", num_placeholders=2),
    Fail("Dear [name], see (place).", num_placeholders=2),
    Pass("[x] [tea](https://tea.example)", num_placeholders=2),
    source=IFEVAL,
)
def number_placeholders(reply: Text, *, num_placeholders: Count) -> Verdict:
    """Square brackets that open and close on one line, empty ones included."""
    spans: list[tuple[int, int]] = []
    offset = 0
    for line in reply.lines:
        start = line.find("[")
        while start >= 0 and (stop := line.find("]", start)) >= 0:
            spans.append((offset + start, offset + stop + 1))
            start = line.find("[", stop)
        offset += len(line) + 1
    return at_least(len(spans), num_placeholders, "placeholders in square brackets", spans)


@constraint(
    "detectable_content:number_placeholders",
    "The response must contain at least {num_placeholders} placeholders represented by square brackets, "
    "such as [address].",
    Pass("Dear [name], see [place\nor city].", num_placeholders=2),
    Pass("[City][State] and [[zip]] (see [X]).", num_placeholders=4),
    Pass("[Name] (optional), [পণ্য]", num_placeholders=2),
    Pass("- [x] Call [name]\n* [ ] Write", num_placeholders=1),
    Fail("[] [ ] [1] [...] [^1] [^note]", num_placeholders=1),
    Fail("- [x] [tea](https://tea.example) ![cup](cup.png)\n1. [X] Milk", num_placeholders=1),
    Fail('{"required": ["name", "city"], "one": [ \'a\' ]}', num_placeholders=1),
    Fail("[tea]: https://tea.example\n[one\n\ntwo] [a", num_placeholders=1),
    Fail("Dear [name], see (place).", num_placeholders=2),
    source=IFEVAL,
    edition="corrected",
    fault="Empty brackets, task boxes, links and footnotes count; a placeholder over two lines does not.",
)
def number_placeholders_corrected(reply: Text, *, num_placeholders: Count) -> Verdict:
    """Brackets in one paragraph around something with a letter: no link, footnote, task box or list of strings."""
    # A box of a task list is blanked, one for one, so that places stay.
    raw = re.sub(r"(?m)^([^\S\n]*(?:[-*+]|[0-9]{1,9}[.)])[^\S\n]+)\[[xX]\]", r"\1( )", reply.raw)
    spans = [
        match.span()
        for match in re.finditer(r"\[([^\[\]]*)\](?!\([^\s()]*\)|:[^\S\n]*\w+://)", raw)
        if any(map(str.isalpha, match[1])) and match[1].strip()[0] not in "^\"'" and not re.search(r"\n\s*\n", match[1])
    ]
    return at_least(len(spans), num_placeholders, "placeholders in square brackets", spans)
