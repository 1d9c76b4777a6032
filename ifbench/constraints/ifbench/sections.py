"""Sections: a thesis at the head of each, and a template of three."""

from __future__ import annotations

import re

from ifbench.constraints.reading.fences import opened
from ifbench.constraints.sources import IFBENCH
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, every, holds, listing

_LABELS = ("My Answer", "My Conclusion", "Future Outlook")
_SLOTS = {"[answer]", "[conclusion]", "[outlook]"}


@constraint(
    "format:thesis",
    "Each section must begin with a thesis statement in italics, use HTML to indicate the italics.",
    Pass("<i>Tea helps.</i> It wakes."),
    Pass("Tea wakes. <em>Tea helps.</em> Milk."),
    Pass("<em></em>"),
    Pass("# One\n<i>Tea helps.</i> It wakes.\n# Two\nMilk does not."),
    Pass("<em>Tea</em> <i>helps</i> all."),
    Pass("<i>Tea helps.</em> It wakes."),
    Fail("*Tea helps.* It wakes."),
    Fail("<i> </i> It wakes."),
    Fail("<i>Tea helps. It wakes."),
    Fail("<i>Tea helps.</i>\n"),
    source=IFBENCH,
)
def thesis(reply: Text) -> Verdict:
    """One ``<i>``, or else one ``<em>``, anywhere, closed by the first ``</i>`` or else ``</em>`` behind it.

    Something must stand within and behind. As published, both are cut as if the tags had the length of ``<i>``, so
    that ``<em></em>`` is followed; sections are not looked at.
    """
    required = "text in <i></i> or <em></em>, and more text behind it"
    start = reply.raw.find("<i>")
    if start == -1:
        start = reply.raw.find("<em>")
    if start == -1:
        return holds(False, required, "neither <i> nor <em>")
    stop = reply.raw.find("</i>", start)
    if stop == -1:
        stop = reply.raw.find("</em>", start)
    if stop == -1:
        return holds(False, required, "italics that are not closed", [(start, start + len("<i>"))])
    inner = reply.raw[start + len("<i>") : stop].strip()
    behind = reply.raw[stop + len("</i>") :].strip()
    return holds(
        bool(inner and behind),
        required,
        "both" if inner and behind else "nothing behind the italics" if inner else "nothing in italics",
        [(start, stop + len("</i>"))],
    )


@constraint(
    "format:thesis",
    "Each section must begin with a thesis statement in italics, use HTML to indicate the italics.",
    Pass("<i>Tea helps.</i> It wakes."),
    Pass(
        "Both in short.\n\n# Tea and Milk\n\n## Tea\n<em>Tea helps.</em> It wakes."
        "\n\n## Milk\n\n<I>Milk too.</I>\nIt feeds."
    ),
    Pass(
        '**Tea**\n\n<p><i class="thesis">Tea helps.</i> It wakes.</p>\n\n**Milk:**\n<b><em>Milk too.</em></b> It feeds.'
    ),
    Pass("Section 1: Tea\n<i>Tea helps.</i> It wakes.\nSection 2\n<i>Milk too.</i> It feeds."),
    Pass("<h2>Tea</h2>\n<i>Tea <b>helps</b>.</i> It wakes.\n<h2>Milk</h2><em>Milk too.</em> It feeds."),
    Pass("<I>Tea helps.</i> It wakes."),
    Pass("```html\n<i>Tea helps.</i> It wakes.\n```"),
    Pass("**Tea**\r\n<i>Tea helps.</i> It wakes.\r\n**Milk**\r\n<i>Milk too.</i> It feeds."),
    Fail("# Tea\n<i>Tea helps.</i> It wakes.\n# Milk\nIt feeds."),
    Fail("<h2>Tea</h2>\nIt wakes.\n<h2>Milk</h2><em>Milk too.</em> It feeds."),
    Fail("**Tea**\nIt wakes.\n**Milk**\n<em>Milk too.</em> It feeds."),
    Fail("Section 1: Tea\nIt wakes.\nSection 2\n<i>Milk too.</i> It feeds."),
    Fail("Tea wakes. <em>Tea helps.</em> Milk."),
    Fail("<em></em>"),
    Fail("<em></em> It wakes."),
    Fail("<i>Tea helps.</em> It wakes."),
    Fail("<i>Tea helps.</i>"),
    Fail("<item>Tea helps.</item> It wakes."),
    Fail("# Tea\n\n# Milk"),
    edition="corrected",
    fault="Only the first italics are looked at, wherever they stand, and <em></em> passes for a thesis.",
    source=IFBENCH,
)
def thesis_corrected(reply: Text) -> Verdict:
    """Every section with text begins with words in ``<i>`` or ``<em>``, and words follow behind the closing tag.

    Sections go from heading to heading (Markdown, HTML, a line all in bold, or "Section 1"); what stands before the
    first heading is none. A reply without headings is one section.
    """
    reply = opened(reply)
    sections = _sections(reply)
    bare = [(start, stop) for start, stop in sections if not _has_thesis(reply.raw[start:stop])]
    return every(
        reply.raw, sections, bare, "sections", "a thesis statement in <i> or <em> at the head of every section"
    )


def _sections(reply: Text) -> list[Span]:
    marks = (
        r"^[ \t]*(?:\*\*|__)[^*_\n]+(?:\*\*|__):?[ \t\r]*$"
        r"|^[ \t]*(?:section|part|chapter)[ \t]+(?:\d{1,3}|[ivx]{1,5})\b[^\n<.]{0,60}$"
        r"|<h[1-6]\b[^<>]*>[^<\n]*</h[1-6]>"
    )
    headings = [heading.span for heading in reply.markdown.headings]
    headings += [match.span() for match in re.finditer(marks, reply.raw, re.MULTILINE | re.IGNORECASE)]
    headings.sort()
    limits = [*(start for start, _ in headings), len(reply.raw)][1:]
    bodies = [(stop, limit) for (_, stop), limit in zip(headings, limits, strict=True)] or [(0, len(reply.raw))]
    return [
        (start + len(part) - len(part.lstrip()), start + len(part.rstrip()))
        for start, part in ((start, reply.raw[start:stop]) for start, stop in bodies)
        if re.search(r"[^\W_]", part)
    ]


def _has_thesis(section: str) -> bool:
    around = r"(?:[\s*_>-]|<(?:p|div|section|article|b|strong)\b[^<>]*>)*"
    opening = re.match(rf"{around}<(i|em)(?:\s[^<>]*)?>", section, re.IGNORECASE)
    if not opening:
        return False
    # Not before the opening tag: a closing tag is looked for once in every section.
    closing = re.compile(f"</{opening.group(1)}>", re.IGNORECASE).search(section, opening.end())
    return closing is not None and all(
        re.search(r"[^\W_]", re.sub(r"<[^<>]*>", "", part))
        for part in (section[opening.end() : closing.start()], section[closing.end() :])
    )


@constraint(
    "format:output_template",
    "Use this exact template for your response: My Answer: [answer] My Conclusion: [conclusion] Future Outlook: "
    "[outlook]",
    Pass("My Answer: Tea.\nMy Conclusion: Drink it.\nFuture Outlook: Good."),
    Pass("Future Outlook: My Conclusion: My Answer: Tea."),
    Fail("My Answer: Tea.\nMy Conclusion: Drink it."),
    Fail("My Answer: Tea.\nFuture Outlook: Good."),
    Fail("My Conclusion: Drink it.\nFuture Outlook: Good."),
    Fail("my answer: Tea. my conclusion: Drink it. future outlook: Good."),
    source=IFBENCH,
)
def output_template(reply: Text) -> Verdict:
    """The three labels occur, in whatever order and with whatever between, as published."""
    found = [label for label in _LABELS if f"{label}:" in reply.raw]
    return holds(
        len(found) == len(_LABELS),
        "the labels 'My Answer:', 'My Conclusion:' and 'Future Outlook:'",
        lambda: "all of them" if len(found) == len(_LABELS) else f"only {listing(found)}" if found else "none of them",
        lambda: [(start := reply.raw.index(f"{label}:"), start + len(label) + 1) for label in found],
    )


@constraint(
    "format:output_template",
    "Use this exact template for your response: My Answer: [answer] My Conclusion: [conclusion] Future Outlook: "
    "[outlook]",
    Pass("My Answer: Tea.\nMy Conclusion: Drink it.\nFuture Outlook: Good."),
    Pass("## My Answer:\n\nTea.\n\n**My Conclusion:** Drink it.\n\n**Future Outlook**: [Good.]"),
    Pass("```text\nMy Answer: Tea.\nMy Conclusion: Drink it.\nFuture Outlook: Good.\n```"),
    Fail("Future Outlook: Good. My Conclusion: Drink it. My Answer: Tea."),
    Fail("Sure!\nMy Answer: Tea.\nMy Conclusion: Drink it.\nFuture Outlook: Good."),
    Fail("My Answer: Tea.\nMy Conclusion:\nFuture Outlook: Good."),
    Fail("My Answer: [answer] My Conclusion: [conclusion] Future Outlook: [outlook]"),
    Fail("My Answer: *[Answer]* My Conclusion: Drink it. Future Outlook: Good."),
    Fail("My Answer: Tea.\nMy Answer: Milk.\nMy Conclusion: Drink it.\nFuture Outlook: Good."),
    Fail("My Answer: Tea.\nMy Conclusion: Drink it."),
    Fail("My answer: Tea.\nMy conclusion: Drink it.\nFuture outlook: Good."),
    edition="corrected",
    fault="The labels pass in any order, with text before them and with nothing behind them.",
    source=IFBENCH,
)
def output_template_corrected(reply: Text) -> Verdict:
    """The three labels once each, in order, nothing before the first, words behind every one.

    Bold, italics or a heading's marks around a label are allowed; a slot filled with its own placeholder is empty.
    """
    reply = opened(reply)
    marks = list(re.finditer(rf"({'|'.join(_LABELS)})[*_]{{0,3}}:", reply.raw))
    limits = [*(mark.start() for mark in marks), len(reply.raw)][1:]
    slots = [reply.raw[mark.end() : limit] for mark, limit in zip(marks, limits, strict=True)]
    empty = [mark.group(1) for mark, slot in zip(marks, slots, strict=True) if not _is_filled(slot)]
    found = [mark.group(1) for mark in marks]
    before = marks and re.search(r"[^\W_]", reply.raw[: marks[0].start()])
    return holds(
        found == list(_LABELS) and not empty and not before,
        "'My Answer:', 'My Conclusion:' and 'Future Outlook:', in this order, with words behind each",
        lambda: (
            (
                f"{'the labels' if found[1:] else 'only the label'} {listing(found[:6])}"
                if found
                else "none of the labels"
            )
            if found != list(_LABELS)
            else f"nothing behind {listing(empty)}"
            if empty
            else "text before the first label"
            if before
            else "the template"
        ),
        [mark.span() for mark in marks],
    )


def _is_filled(slot: str) -> bool:
    text = slot.strip(" \t\r\n*_#>-").lower()
    return text not in _SLOTS and re.search(r"[^\W_]", text) is not None
