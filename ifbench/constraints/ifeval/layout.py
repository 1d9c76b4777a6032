"""How the reply is laid out: bullets, highlights, titles, sections, opening and ending, punctuation."""

from __future__ import annotations

import re
from functools import cache

from ifbench.constraints.sources import IFEVAL
from ifbench.errors import count_of
from ifbench.parameters import Count, Pattern, Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, at_least, exactly, holds

# A line start followed by blanks only: "\s" without the line feed, which cannot stand inside the line.
_STAR_BULLET = re.compile(r"^[^\S\n]*(\*[^*].*)$", re.MULTILINE)
_DASH_BULLET = re.compile(r"^[^\S\n]*(-.*)$", re.MULTILINE)
_SINGLE_HIGHLIGHT = re.compile(r"\*[^\n*]*\*")
_DOUBLE_HIGHLIGHT = re.compile(r"\*\*[^\n*]*\*\*")
_OPTIONS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")


@constraint(
    "detectable_format:number_bullet_lists",
    "Your answer must contain exactly {num_bullets} bullet points. Use markdown bullets such as: * This is a point.",
    Pass("To buy:\n* tea\n- milk", num_bullets=2),
    Fail("To buy:\n* tea\n* milk\n* bread", num_bullets=2),
    Fail("1. tea\n2. milk", num_bullets=2),
    source=IFEVAL,
)
def number_bullet_lists(reply: Text, *, num_bullets: Count) -> Verdict:
    """Lines that begin with ``*`` or ``-``, nested ones included; a line of ``---`` counts too."""
    spans = [match.span(1) for pattern in (_STAR_BULLET, _DASH_BULLET) for match in pattern.finditer(reply.raw)]
    return exactly(len(spans), num_bullets, "bullet points", lambda: sorted(spans))


@constraint(
    "detectable_format:number_highlighted_sections",
    "Highlight at least {num_highlights} sections in your answer with markdown, i.e. *highlighted section*.",
    Pass("*Tea* and **milk**.", num_highlights=2),
    Fail("*Tea* and milk.", num_highlights=2),
    Fail("** ** and * *", num_highlights=1),
    source=IFEVAL,
)
def number_highlighted_sections(reply: Text, *, num_highlights: Count) -> Verdict:
    """Spans between single or double asterisks on one line, with something in them."""
    single = [match.span() for match in _SINGLE_HIGHLIGHT.finditer(reply.raw) if match.group().strip("*").strip()]
    double = [match.span() for match in _DOUBLE_HIGHLIGHT.finditer(reply.raw) if match.group()[2:-2].strip()]
    return at_least(len(single) + len(double), num_highlights, "highlighted sections", lambda: sorted(single + double))


@constraint(
    "detectable_format:title",
    "Your answer must contain a title, wrapped in double angular brackets, such as <<poem of joy>>.",
    Pass("<<A Day Out>>\nWe left early."),
    Fail("A Day Out\nWe left early."),
    Fail("<< >>"),
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
        lambda: ", ".join(reply.raw[start:stop] for start, stop in found[:3]) or "no such title",
        found,
    )


@cache
def _section_mark(splitter: str) -> re.Pattern[str]:
    return re.compile(rf"\s?{splitter}\s?\d+\s?")


@constraint(
    "detectable_format:multiple_sections",
    "Your response must have {num_sections} sections. Mark the beginning of each section with "
    "{section_spliter} X, such as: {section_spliter} 1",
    Pass("Section 1\nTea.\nSection 2\nMilk.", section_spliter="Section", num_sections=2),
    Fail("Section 1\nTea.\nSection two\nMilk.", section_spliter="Section", num_sections=2),
    source=IFEVAL,
)
def multiple_sections(reply: Text, *, section_spliter: Pattern, num_sections: Count) -> Verdict:
    """The splitter and a number, wherever they stand. As published, more sections than asked for are accepted."""
    mark = _section_mark(section_spliter.strip())
    spans = [match.span() for match in mark.finditer(reply.raw)]
    # The published check splits at the marks, and then what groups caught counts as well.
    number = len(spans) * (1 + mark.groups)
    return at_least(number, num_sections, f"sections marked {section_spliter!r} and a number", spans)


@constraint(
    "detectable_format:constrained_response",
    'Answer with one of the following options: "My answer is yes.", "My answer is no.", "My answer is maybe."',
    Pass("My answer is no."),
    Pass("Well. My answer is yes. Or: My answer is no."),
    Fail("No."),
    Fail("my answer is no."),
    source=IFEVAL,
)
def constrained_response(reply: Text) -> Verdict:
    """As published, it is enough that one of the three sentences occurs."""
    spans = [(start, start + len(option)) for option in _OPTIONS if (start := reply.raw.find(option)) >= 0]
    return holds(
        bool(spans),
        lambda: f"one of {', '.join(map(repr, _OPTIONS))}",
        lambda: " and ".join(repr(reply.raw[start:stop]) for start, stop in spans) or "none of them",
        spans,
    )


@constraint(
    "detectable_content:number_placeholders",
    "The response must contain at least {num_placeholders} placeholders represented by square brackets, "
    "such as [address].",
    Pass("Dear [name], see [place].", num_placeholders=2),
    Fail("Dear [name], see (place).", num_placeholders=2),
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


@cache
def _postscript_mark(marker: str) -> re.Pattern[str]:
    special = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}
    return re.compile(special.get(marker, marker.lower()), re.MULTILINE)


@constraint(
    "detectable_content:postscript",
    "At the end of your response, please explicitly add a postscript starting with {postscript_marker}",
    Pass("See you soon.\nP.S. Bring tea.", postscript_marker="P.S."),
    Pass("See you soon.\nP. P. S. Bring tea.", postscript_marker="P.P.S"),
    Fail("See you soon.\nPS: Bring tea.", postscript_marker="P.S."),
    source=IFEVAL,
)
def postscript(reply: Text, *, postscript_marker: Pattern) -> Verdict:
    """Case does not matter. As published, the marker may stand anywhere."""
    match = _postscript_mark(postscript_marker.strip()).search(reply.lower)
    return holds(
        match is not None,
        lambda: f"a postscript starting with {postscript_marker!r}",
        "found" if match else "no such postscript",
        [match.span()] if match and len(reply.lower) == len(reply.raw) else [],
    )


@constraint(
    "startend:end_checker",
    "Finish your response with this exact phrase: {end_phrase} No other words should follow this phrase.",
    Pass("We are done. Any questions?", end_phrase="Any questions?"),
    Pass('"We are done. ANY QUESTIONS?"', end_phrase="Any questions?"),
    Fail("Any questions? Ask.", end_phrase="Any questions?"),
    source=IFEVAL,
)
def end_checker(reply: Text, *, end_phrase: Phrase) -> Verdict:
    """Case does not matter, nor straight double quotes around the reply."""
    ending = reply.stripped.strip('"')
    wanted = end_phrase.strip().lower()
    return holds(
        ending.lower().endswith(wanted),
        lambda: f"the ending {end_phrase.strip()!r}",
        lambda: f"the ending {_tail(ending, max(len(wanted), 20))!r}",
        lambda: [(max(0, len(reply.raw.rstrip()) - len(wanted)), len(reply.raw.rstrip()))],
    )


def _tail(text: str, length: int) -> str:
    """The last ``length`` characters of ``text``, with what was left out marked."""
    return text if len(text) <= length else f"…{text[-length:]}"


@constraint(
    "startend:quotation",
    "Wrap your entire response with double quotation marks.",
    Pass('"See you soon."'),
    Fail("See you soon."),
    Fail("“See you soon.”"),
    Fail('"'),
    source=IFEVAL,
)
def quotation(reply: Text) -> Verdict:
    """Straight double quotes at both ends."""
    text = reply.stripped
    return holds(
        len(text) > 1 and text[0] == text[-1] == '"',
        "a straight double quotation mark at the beginning and another at the end",
        lambda: f"{text[0]!r} at the beginning and {text[-1]!r} at the end" if len(text) > 1 else f"only {text!r}",
    )


@constraint(
    "punctuation:no_comma",
    "In your entire response, refrain from the use of any commas.",
    Pass("Tea and milk."),
    Fail("Tea, milk."),
    source=IFEVAL,
)
def no_comma(reply: Text) -> Verdict:
    """The comma of ASCII only."""
    number = reply.raw.count(",")
    return holds(
        number == 0,
        "no comma",
        lambda: count_of(number, "commas") if number else "none",
        lambda: [match.span() for match in re.finditer(",", reply.raw)],
    )
