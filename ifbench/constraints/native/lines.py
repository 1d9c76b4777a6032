"""The lines of a reply: how they begin and end, and how they are grouped."""

from __future__ import annotations

import re
from typing import Annotated

from annotated_types import Predicate, doc

from ifbench.constraints.native.bounds import attainable, unattainable
from ifbench.constraints.native.json_documents import Names
from ifbench.constraints.reading.lines import line_spans
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of
from ifbench.parameters import Count, Ordinal, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, compare, every, holds, listing


def _is_one_line(text: str) -> bool:
    """Whether ``text`` stands on one line, and there is something to see.

    >>> [_is_one_line(text) for text in ["* ", " ", "a\\nb"]]
    [True, False, False]
    """
    return bool(text.strip()) and not re.search(r"[\r\n]", text)


Mark = Annotated[str, Predicate(_is_one_line), doc("a text on one line, not blank")]
"""What a line begins or ends with."""


@constraint(
    "layout:wrapped_lines",
    'Write {relation} {count} lines, not counting blank ones. Begin each of them with "{opening}" and end it with '
    '"{closing}", with something in between.',
    Pass("<li>tea</li>\n\n  <li> milk </li>\r\n", opening="<li>", closing="</li>", relation="exactly", count=2),
    Pass("* tea;\n* milk;  ", opening=" * ", closing=" ;", relation="at least", count=2),
    Fail("<li>tea</li>\n<li>buy milk", opening="<li>", closing="</li>", relation="at least", count=1),
    Fail("<li>tea</li>\nbuy milk</li>", opening="<li>", closing="</li>", relation="at least", count=1),
    Fail("<li>tea</li>", opening="<li>", closing="</li>", relation="at least", count=2),
    Fail("<LI>tea</LI>", opening="<li>", closing="</li>", relation="at least", count=1),
    Fail("<li> </li>", opening="<li>", closing="</li>", relation="at least", count=1),
    Fail("Ten:\n|tea|", opening="|", closing="|", relation="at least", count=1),
    Fail("|", opening="|", closing="|", relation="at least", count=1),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def wrapped_lines(reply: Text, *, opening: Mark, closing: Mark, relation: Relation, count: Count) -> Verdict:
    """In the case given; white space around the lines and the two texts does not count."""
    begin, end = opening.strip(), closing.strip()
    spans = line_spans(reply.raw)
    wrong: list[Span] = []
    for start, stop in spans:
        line = reply.raw[start:stop]
        if not (line.startswith(begin) and line.endswith(end) and line[len(begin) : -len(end)].strip()):
            wrong.append((start, stop))
    if wrong:
        return every(reply.raw, spans, wrong, "lines", f"lines from {begin!r} to {end!r}")
    return compare(len(spans), relation, count, f"lines from {begin!r} to {end!r}", spans)


@constraint(
    "structure:labelled_lines",
    "Reply with one line for each of these labels, in this order, and with no other lines: {labels}. Each line is the "
    'label, a colon, a space and a value, as in "Name: Ann".',
    Pass("Name: Ann\n\nAge:  3\r\n", labels=["Name", "Age"]),
    Pass("**Name:** Ann\n**Age**: 3", labels=["Name", "Age"]),
    Pass("__Name:__ Ann\n**Age: 3**", labels=["Name", "Age"]),
    Pass("**Tea: kind:** green", labels=[" Tea: kind"]),
    Pass(Text("Lundi : soupe\n**Mardi** : riz", "fr"), labels=["Lundi", "Mardi"]),
    Pass(Text("**姓名：**小李\n年龄：三十", "zh"), labels=["姓名", "年龄"]),
    Fail(Text("姓名：\n年龄：三十", "zh"), labels=["姓名", "年龄"]),
    Fail("Monday : soup\nTuesday : rice", labels=["Monday", "Tuesday"]),
    Fail("**Name:** **\n**Age:** 3", labels=["Name", "Age"]),
    Fail("Age: 3\nName: Ann", labels=["Name", "Age"]),
    Fail("Name: Ann", labels=["Name", "Age"]),
    Fail("Name: Ann\nAge: 3\nSex: f", labels=["Name", "Age"]),
    Fail("Name: Ann\nAge:", labels=["Name", "Age"]),
    Fail("Name: Ann\nAge 3", labels=["Name", "Age"]),
    Fail("name: Ann", labels=["Name"]),
    Fail("Name:Ann", labels=["Name"]),
    Fail("Here it is:\nName: Ann", labels=["Name"]),
    Fail("Full Name: Ann", labels=["Name"]),
    source=NATIVE,
)
def labelled_lines(reply: Text, *, labels: Names) -> Verdict:
    """Labels in the case given, bold or not; blank lines do not count."""
    required = f"the lines {listing([f'{label}: …' for label in labels])} and no others"
    spans = line_spans(reply.raw)
    for number, ((start, stop), label) in enumerate(zip(spans, labels, strict=False), 1):
        value = _after(_line(reply, start, stop), label.strip())
        if value is None or not value[:1].isspace() or not value.strip(" \t*_"):
            return holds(False, required, f"line {number} is {reply.raw[start:stop][:60]!r}", [(start, stop)])
    return holds(len(spans) == len(labels), required, count_of(len(spans), "lines"), spans)


def _line(reply: Text, start: int, stop: int) -> str:
    """A line of ``reply`` with its first colon as English writes it, where the language has another way.

    French puts a space before it; Chinese and Japanese have a wide one, which needs no space behind it.
    """
    line = reply.raw[start:stop]
    if reply.language == "fr":
        return re.sub(r"^([^:\n]*[^:\s])[ \u00a0\u202f]:", r"\1:", line)
    if reply.language in ("ja", "zh"):
        return re.sub(r"^([^:：\n]*)：(\*\*|__)?[ \u3000]?", r"\1:\2 ", line)
    return line


def _after(line: str, name: str) -> str | None:
    """What follows ``name``, bold or not, and a colon at the beginning of ``line``; None where they are not there.

    >>> [_after(line, "A") for line in ["A: b", "**A:** b", "**A**: b", "__A:__ b", "__A__: b", "**A: b**"]]
    [' b', ' b', ' b', ' b', ' b', ' b**']
    >>> [_after(line, "A") for line in ["A", "B: A: b", "*A:* b", "**A__: b", "A : b"]]
    [None, None, None, None, None]
    """
    heads = [f"{name}:", *(head for mark in ("**", "__") for head in (f"{mark}{name}:{mark}", f"{mark}{name}{mark}:"))]
    heads += [f"**{name}:", f"__{name}:"]
    return next((line[len(head) :] for head in heads if line.startswith(head)), None)


def too_few_lines(*, speakers: list[str], relation: Relation, count: int) -> tuple[str, str] | None:
    """A ``conflict``: each speaker has a line, and one alone has no second."""
    fault = unattainable(relation, count, len(speakers), None if len(speakers) > 1 else 1)
    return ("count", fault) if fault else None


@constraint(
    "layout:dialogue",
    "Write a dialogue of {relation} {count} lines. Each line begins with the name of its speaker and a colon, as in "
    '"Ann: Hello."; the speakers are {speakers}, each of them speaks, and none has two lines in a row.',
    Pass("Ann: Tea?\n\nBob: No.\nAnn: Milk?", speakers=[" Ann", "Bob"], relation="exactly", count=3),
    Pass("**Ann:** Tea?\n**Bob**: No.", speakers=["Ann", "Bob"], relation="at least", count=2),
    Pass("__Ann:__ Tea?\nBob: No.", speakers=["Ann", "Bob"], relation="at least", count=2),
    Pass(Text("小李：你好。\n小王：再见。", "zh"), speakers=["小李", "小王"], relation="exactly", count=2),
    Pass(Text("Léa\u00a0: Du thé ?\nMarc : Non.", "fr"), speakers=["Léa", "Marc"], relation="exactly", count=2),
    Fail("Ann: Tea?\nBob: No.", speakers=["Ann", "Bob"], relation="at least", count=3),
    Fail("Ann: Tea?\nAnn: Milk?\nBob: No.", speakers=["Ann", "Bob"], relation="at least", count=2),
    Fail("Ann: Tea?\nBob: No.\nAnn: Milk?\nBob: No.", speakers=["Ann", "Bob", "Eve"], relation="at least", count=2),
    Fail("Ann: Tea?\nBob: No.\nEve: Milk?", speakers=["Ann", "Bob"], relation="at least", count=2),
    Fail("Ann: Tea?\nBob:", speakers=["Ann", "Bob"], relation="at least", count=2),
    Fail("They meet.\nAnn: Tea?\nBob: No.", speakers=["Ann", "Bob"], relation="at least", count=2),
    Fail("ann: Tea?\nbob: No.", speakers=["Ann", "Bob"], relation="at least", count=2),
    source=NATIVE,
    conflict=too_few_lines,
)
def dialogue(reply: Text, *, speakers: Names, relation: Relation, count: Count) -> Verdict:
    """Names in the case given, bold or not; blank lines do not count, and every other line must be spoken."""
    required = f"{relation} {count_of(count, 'lines')} spoken in turn by {listing(speakers)}"
    names = [speaker.strip() for speaker in speakers]
    spans = line_spans(reply.raw)
    previous = ""
    there: set[str] = set()
    for start, stop in spans:
        line = _line(reply, start, stop)
        said = {name: words for name in names if (words := _after(line, name)) is not None}
        name, words = next(iter(said.items()), ("", ""))
        if name == previous or not any(map(str.isalnum, words)):
            return holds(False, required, f"the line {reply.raw[start:stop][:60]!r}", [(start, stop)])
        previous = name
        there.add(name)
    if silent := [name for name in names if name not in there]:
        return holds(False, required, f"not a line by {listing(silent)}")
    return compare(len(spans), relation, count, "spoken lines", spans)


@constraint(
    "layout:stanzas",
    "Write a poem of exactly {stanzas} stanzas with exactly {lines} lines each, with a blank line between stanzas and "
    "nothing before or after the poem.",
    Pass("Tea is hot,\nmilk is not.\n\nTea is green,\nhot and clean.\n", stanzas=2, lines=2),
    Pass("Tea is hot,\r\nmilk is not.\r\n \r\nTea is green,\r\nhot and clean.", stanzas=2, lines=2),
    Fail("Tea is hot,\nmilk is not.\n\nTea is green,\nhot and clean,\nand mean.", stanzas=2, lines=2),
    Fail("Tea is hot,\nmilk is not.", stanzas=2, lines=2),
    Fail("On tea\n\nTea is hot,\nmilk is not.\n\nTea is green,\nhot and clean.", stanzas=2, lines=2),
    Fail("Tea is hot,\nmilk is not.\nTea is green,\nhot and clean.", stanzas=2, lines=2),
    Fail("Tea is hot,\n---", stanzas=1, lines=2),
    source=NATIVE,
)
def stanzas(reply: Text, *, stanzas: Ordinal, lines: Ordinal) -> Verdict:
    """Stanzas stand between blank lines; a title is one too many. Each line has a letter or digit."""
    required = f"{count_of(stanzas, 'stanzas')} of {count_of(lines, 'lines')} each"
    found: list[int] = []
    blank = True
    for line in reply.raw.split("\n"):
        if not line.strip():
            blank = True
            continue
        if not any(map(str.isalnum, line)):
            return holds(False, required, f"the line {line.strip()[:60]!r}")
        if blank:
            found.append(0)
        found[-1] += 1
        blank = False
    observed = f"stanzas of {', '.join(map(str, found[:20]))} lines"
    return holds(found == [lines] * stanzas, required, observed)


@constraint(
    "layout:sentence_per_line",
    "Write {relation} {count} sentences, one a line.",
    Pass("Tea is hot.\nMilk is not, Dr. Lee says.\n\nWe like both!", relation="exactly", count=3),
    Fail("Tea is hot. Milk is not.\nWe like both!", relation="exactly", count=2),
    Fail("Tea is hot\nand green.\nMilk is not.", relation="exactly", count=3),
    Fail("Tea is hot.\nMilk is not.", relation="at least", count=3),
    Fail("Tea is hot.\n---\nMilk is not.", relation="at least", count=2),
    Pass(Text("Das ist z. B. Tee.\nUnd Milch am 3. Mai.", "de"), relation="exactly", count=2),
    Pass("- Tea is hot.\n- Milk is “not.”", relation="exactly", count=2),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def sentence_per_line(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Each line that is not blank holds one sentence and ends with it, that is with a mark that ends sentences."""
    from ifbench.languages.segmentation import block_sentence_spans

    spans = line_spans(reply.raw)
    wrong: list[Span] = []
    for start, stop in spans:
        line = re.sub(r"^(?:[-*+>]|\d{1,9}[.)])[ \t]+", "", reply.raw[start:stop])
        ends = line.rstrip("\"'”’»)]*_").endswith(tuple(".!?…。！？؟।"))
        if not ends or len(block_sentence_spans(line, reply.language)) != 1:
            wrong.append((start, stop))
    if wrong:
        required = f"{relation} {count_of(count, 'sentences')}, each on a line of its own"
        return every(reply.raw, spans, wrong, "lines", required)
    return compare(len(spans), relation, count, "sentences on lines of their own", spans)
