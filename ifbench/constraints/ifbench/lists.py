"""Lists: their marks, their sub-points, and the sentences before them."""

from __future__ import annotations

import re

from ifbench.constraints.ifbench.parts import with_straight_quotes
from ifbench.constraints.reading.fences import opened
from ifbench.constraints.reading.lines import line_spans
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import quote
from ifbench.languages import sentence_spans
from ifbench.parameters import Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, at_least, every, holds

_ITEMS = 2
_SENTENCES = 2


@constraint(
    "format:list",
    "Answer with a list of items, instead of bullet points use {sep}.",
    Pass("- tea\n- milk", sep="-"),
    Pass("A well-known and so-so tea.", sep="-"),
    Pass("!?!? tea !?!? milk", sep="!?!?"),
    Fail("- tea\nmilk", sep="-"),
    Fail("Separator tea\nSeparator milk", sep="SEPARATOR"),
    source=IFBENCH,
)
def list_marker(reply: Text, *, sep: Phrase) -> Verdict:
    """The mark occurs twice, wherever, as published."""
    return at_least(
        reply.raw.count(sep),
        _ITEMS,
        f"occurrences of {sep!r}",
        lambda: [match.span() for match in re.finditer(re.escape(sep), reply.raw)],
    )


@constraint(
    "format:list",
    "Answer with a list of items, instead of bullet points use {sep}.",
    Pass("To buy:\n- tea\n- milk", sep="-"),
    Pass("!?!? tea\n\n!?!? milk\n!?!? *oat*", sep="!?!?"),
    Pass("SEPARATOR\nTea\nSEPARATOR\nMilk", sep="SEPARATOR"),
    Pass("**SEPARATOR** Tea\n  **SEPARATOR** Milk", sep="SEPARATOR"),
    Pass("SEPARATOR Tea SEPARATOR Milk", sep="SEPARATOR"),
    Pass(">> Tea >> Milk", sep=">>"),
    Fail("SEPARATOR Tea SEPARATOR", sep="SEPARATOR"),
    Fail("Tea SEPARATOR Milk SEPARATOR Bread", sep="SEPARATOR"),
    Fail("- tea - a drink", sep="-"),
    Pass("-tea\n-milk\n---\n*Both* are food.", sep="-"),
    Pass("* tea\n* milk", sep="*"),
    Pass("- tea\n-milk", sep="- "),
    Pass("!?!?! tea\n!?!?! milk", sep="!?!?"),
    Pass("1)tea\n1)milk", sep="1)"),
    Fail("A well-known and so-so tea.", sep="-"),
    Fail("- tea\nmilk", sep="-"),
    Fail("- tea\n-", sep="-"),
    Fail("- tea\n---\nmilk", sep="-"),
    Fail("SEPARATOR tea\nSEPARATORS are used.", sep="SEPARATOR"),
    Fail("!?!? tea\n!?!? milk\n* bread", sep="!?!?"),
    Fail("- SEPARATOR tea\n- SEPARATOR milk", sep="SEPARATOR"),
    edition="corrected",
    fault="The mark may stand anywhere, so that the hyphens of 'well-known' and 'so-so' pass for a list.",
    source=IFBENCH,
)
def list_marker_corrected(reply: Text, *, sep: Phrase) -> Verdict:
    """Two or more items, each with the mark before it, and no line with another bullet.

    A mark begins a line, and its item stands behind or below it; in such a line, marks of more than one character may
    part more items. Lines without a mark may stand beside the list; the mark may be bold or in italics.
    """
    marker = sep.strip()
    items: list[Span] = []
    bullets: list[Span] = []
    waiting: Span | None = None
    for start, stop in line_spans(reply.raw):
        line = reply.raw[start:stop]
        bare = line if line.startswith(marker) else line.lstrip("*_`")
        if _opens_with(bare, marker):
            waiting = start, stop
            line = bare[len(marker) :]
        elif re.match(r"[-*+•‣◦]\s", line):
            bullets.append((start, stop))
        # A mark of one character within a line may be a dash or an asterisk like any other.
        pieces = f"{line} ".split(f" {marker} ") if len(marker) > 1 else [line]
        full = sum(re.search(r"[^\W_]", piece) is not None for piece in pieces)
        if waiting and full:
            items += [(waiting[0], stop)] * full
            waiting = None
    if bullets:
        return holds(False, f"no bullet points but those marked {marker!r}", "other bullet points", bullets)
    return at_least(len(items), _ITEMS, f"items marked {marker!r}", items)


def _opens_with(line: str, marker: str) -> bool:
    """Whether ``line`` begins with the mark, and not with a longer word or rule that begins like it."""
    following = line[len(marker) : len(marker) + 1]
    return line.startswith(marker) and following != marker[-1] and not (marker[-1].isalnum() and following.isalnum())


@constraint(
    "format:sub-bullets",
    "Your response must include bullet points denoted by * and at least one sub-bullet point denoted by - for each "
    "bullet point.",
    Pass("* Tea\n  - green\n* Milk\n  - cold"),
    Pass("Tea is well known."),
    Pass("5 * 3, well-known."),
    Fail("* Tea\n  - green\n* Milk"),
    Fail("* **Tea**\n  - green"),
    source=IFBENCH,
)
def sub_bullets(reply: Text) -> Verdict:
    """There is a hyphen between any two asterisks and behind the last. As published, no asterisk at all is followed."""

    spans = [match.span() for match in re.finditer(r"\*[^*]*", reply.raw)]
    bare = [(start, stop) for start, stop in spans if "-" not in reply.raw[start:stop]]
    return holds(
        not bare,
        "a hyphen behind every asterisk, before the next one",
        lambda: f"{len(bare)} of {len(spans)} asterisks without one" if bare else f"so for all {len(spans)} asterisks",
        bare or spans,
    )


@constraint(
    "format:sub-bullets",
    "Your response must include bullet points denoted by * and at least one sub-bullet point denoted by - for each "
    "bullet point.",
    Pass("* Tea\n  - green\n* Milk\n  - cold"),
    Pass("To *buy*:\n\n* **Tea**\n\n  - green\n  - *black*\n\n* Milk\n- cold\n\nThat is all."),
    Pass("*Tea\n  -green\n*Milk\n  - cold"),
    Pass("*Both* are food.\n* Tea\n  It is hot.\n\n  - green"),
    Pass("* Tea\n\n  It is hot.\n\n  - green"),
    Pass("* Tea\nIt is hot.\n- green"),
    Pass("* Tea, 5*3 of it\n  -5*3 green"),
    Pass("*Tea, *hot*\n  - green"),
    Fail("* Tea\n* Milk\n  - cold\n  - hot"),
    Fail("Tea is well known."),
    Fail("* Tea, the well-known\n* Milk, the so-so"),
    Fail("* Tea\n  - green\n* Milk"),
    Fail("- green\n* Tea"),
    Fail("* Tea\n\nIt is hot.\n\n- green"),
    Fail("* Tea\n  -\n  - **"),
    Fail("- green\n* *"),
    Fail("* Tea\n  --- green"),
    edition="corrected",
    fault="A reply without bullet points passes, any hyphen is taken for a sub-bullet, and bold text breaks the rule.",
    source=IFBENCH,
)
def sub_bullets_corrected(reply: Text) -> Verdict:
    """A bullet is a line that begins with ``*``, a sub-bullet one with ``-`` before the next bullet, both with words.

    A sub-bullet need not be indented; a paragraph at the margin, after a blank line, ends what belongs to a bullet.
    """
    bullets: list[Span] = []
    bare: list[Span] = []
    last: Span | None = None
    end = 0
    for start, stop in line_spans(reply.raw):
        line = reply.raw[start:stop]
        gap = reply.raw[end:start]
        if _is_bullet(line, "*"):
            last = start, stop
            bullets.append(last)
            bare.append(last)
        elif _is_bullet(line, "-"):
            if bare and bare[-1] == last:
                bare.pop()
        elif gap.count("\n") > 1 and gap.endswith("\n"):
            last = None
        end = stop
    return every(reply.raw, bullets, bare, "bullet points marked *", "a sub-bullet point marked - under every one")


def _is_bullet(line: str, marker: str) -> bool:
    """Whether ``line`` begins with the mark, has words, and is neither a rule nor in italics from its first word."""
    text = line[1:]
    if line[0] != marker or text.startswith(marker) or not re.search(r"[^\W_]", text):
        return False
    return text[0].isspace() or marker == "-" or text.count("*") % 2 == 0


@constraint(
    "format:no_bullets_bullets",
    "Your answer must contain at least two sentences ending in a period followed by at least two bullet points denoted "
    "by *.",
    Pass("Tea is hot. Milk is cold.\n* Tea\n  * Milk"),
    Pass("Tea is hot.\nMilk is cold!\n\n* Tea\n* Milk"),
    Fail("Tea is hot.\n* Tea\n* Milk"),
    Fail("Tea is hot. Milk is cold.\n* Tea"),
    Fail("Tea is hot.\n\nMilk is cold.\n* Tea\n* Milk"),
    Fail("Tea is hot. Milk is cold.\n* Tea\n* Milk\n"),
    source=IFBENCH,
)
def no_bullets_bullets(reply: Text) -> Verdict:
    """Two sentences, however they end, then bullets to the last line.

    As published, a blank line may stand before the first bullet only, and nothing, not even a line feed, at the end.
    """
    sentences = bullets = 0
    ended = False
    for number, line in enumerate(map(str.strip, reply.lines)):
        if line.startswith("*"):
            if sentences < _SENTENCES:
                return at_least(sentences, _SENTENCES, "sentences before the first bullet point")
            bullets += 1
        elif bullets or ended:
            start = sum(len(before) + 1 for before in reply.lines[:number])
            return holds(
                False,
                "nothing but bullet points after the sentences",
                f"the line {quote(line)}" if line else "a blank line after a bullet point",
                [(start + (place := reply.lines[number].find(line)), start + place + len(line))] if line else [],
            )
        elif line:
            sentences += len(sentence_spans(line))
        else:
            ended = True
    return at_least(bullets, _ITEMS, "bullet points after the sentences")


@constraint(
    "format:no_bullets_bullets",
    "Your answer must contain at least two sentences ending in a period followed by at least two bullet points denoted "
    "by *.",
    Pass("Tea is hot. Milk is cold.\n* Tea\n* Milk"),
    Pass("Tea is hot.\n\nMilk is cold (or “warm.”)\n\n* Tea\n\n* Milk\n\nThat is all."),
    Pass("Is tea hot? Tea is **hot.** Milk is cold.\n\n* Tea\n* Milk\n"),
    Pass("```\nTea is hot. Milk is cold.\n* Tea\n* Milk\n```"),
    Fail("Is tea hot? Milk is cold.\n* Tea\n* Milk"),
    Fail("Tea is hot!\nMilk is cold!\n\n* Tea\n* Milk"),
    Fail("* Tea is hot. Milk is cold.\n* Milk"),
    Fail("* Tea is hot.\n* Milk is cold.\n* Both are food."),
    Fail("Tea is hot. Milk is cold.\n* Tea"),
    Fail("Tea is hot. Milk is cold.\n- Tea\n- Milk"),
    Fail("Tea is hot.\n\n* Tea\n* Milk\n\nMilk is cold.\n\n* Milk"),
    Fail("Tea is hot. Milk is cold.\n* Tea\n*"),
    edition="corrected",
    fault="A blank line between paragraphs, between bullets or at the end breaks the rule, and any sentence will do.",
    source=IFBENCH,
)
def no_bullets_bullets_corrected(reply: Text) -> Verdict:
    """Two sentences outside ``*`` bullet points that end in a period, then two or more of these, with words.

    A period may stand before closing quotation marks, brackets or asterisks. More text may follow. A code fence around
    the whole reply does not matter.
    """
    reply = opened(reply)
    bullets = [item for item in reply.markdown.items if item.marker == "*" and re.search(r"[^\W_]", item.text)]
    within = bytearray(len(reply.raw))
    for item in bullets:
        within[slice(*item.whole)] = b"\1" * (item.whole[1] - item.whole[0])
    sentences = [
        (start, stop)
        for start, stop in with_straight_quotes(reply).prose_sentence_spans
        if not within[start] and reply.raw[start:stop].rstrip("\"'”’»)]*_").endswith(".")
    ]
    if len(sentences) < _SENTENCES:
        return at_least(len(sentences), _SENTENCES, "sentences ending in a period", sentences)
    after = [item.span for item in bullets if item.span[0] >= sentences[_SENTENCES - 1][1]]
    return at_least(len(after), _ITEMS, "bullet points marked * after two sentences ending in a period", after)
