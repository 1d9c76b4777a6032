"""How the reply is laid out: bullets, sections, quotation marks around it, commas."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache

from ifbench.constraints.reading.fences import opened
from ifbench.constraints.reading.phrases import spaced
from ifbench.constraints.sources import IFEVAL
from ifbench.errors import count_of, quote
from ifbench.parameters import Count, Pattern, Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, at_least, exactly, holds


@constraint(
    "detectable_format:number_bullet_lists",
    "Your answer must contain exactly {num_bullets} bullet points. Use markdown bullets such as: * This is a point.",
    Pass("To buy:\n* tea\n- milk", num_bullets=2),
    Fail("To buy:\n* tea\n* milk\n* bread", num_bullets=2),
    Fail("1. tea\n2. milk", num_bullets=2),
    Fail("- tea\n+ milk\n\n---\n\n-5 degrees", num_bullets=2),
    source=IFEVAL,
)
def number_bullet_lists(reply: Text, *, num_bullets: Count) -> Verdict:
    """Lines that begin with ``*`` or ``-``, nested ones included; a line of ``---`` counts too."""
    # A line start followed by blanks only: "\s" without the line feed, which cannot stand inside the line.
    patterns = (r"(?m)^[^\S\n]*(\*[^*].*)$", r"(?m)^[^\S\n]*(-.*)$")
    spans = [match.span(1) for pattern in patterns for match in re.finditer(pattern, reply.raw)]
    return exactly(len(spans), num_bullets, "bullet points", lambda: sorted(spans))


@constraint(
    "detectable_format:number_bullet_lists",
    "Your answer must contain exactly {num_bullets} bullet points. Use markdown bullets such as: * This is a point.",
    Pass("To buy:\n* tea\n- milk", num_bullets=2),
    Pass("- tea\n+ milk\n\n---\n\n-5 degrees\n*Outside*", num_bullets=2),
    Pass('"* tea\n* milk"', num_bullets=2),
    Pass("1. Buy\n   - tea\n   - **milk**\n2. Go", num_bullets=2),
    Pass("* tea\n\n```\n- x\n* y\n```\n* milk\n* * *\n*", num_bullets=2),
    Fail("To buy:\n* tea\n* milk\n* bread", num_bullets=2),
    Fail("* Drinks\n    * tea\n    * milk", num_bullets=1),
    Fail("1. tea\n2. milk", num_bullets=2),
    Fail("• tea\n• milk", num_bullets=2),
    Pass("```markdown\n* tea\n* milk\n```\nP.S. Bread.", num_bullets=2),
    source=IFEVAL,
    edition="corrected",
    fault="'---', '-5 degrees', '*Title*' and hyphens in code count as bullet points, and '+' does not.",
)
def number_bullet_lists_corrected(reply: Text, *, num_bullets: Count) -> Verdict:
    """Markdown's bullets with something behind them, outside of code: ``*``, ``-`` and ``+``.

    The sentence does not say whether points under points count; they do.
    """
    # In a reply in quotation marks, the first bullet may stand behind the opening one.
    text = opened(Text(re.sub(r"\A(\s*)[\"“«](?=\s*[-*+]\s)", r"\1 ", reply.raw), reply.language))
    spans = [item.span for item in text.markdown.items if item.marker in "-*+" and item.text]
    return exactly(len(spans), num_bullets, "bullet points", spans)


@cache
def _section_mark(splitter: str) -> re.Pattern[str]:
    return re.compile(rf"\s?{splitter}\s?\d+\s?")


@constraint(
    "detectable_format:multiple_sections",
    "Your response must have {num_sections} sections. Mark the beginning of each section with "
    "{section_spliter} X, such as: {section_spliter} 1",
    Pass("Section 1\nTea.\nSection 2\nMilk.", section_spliter="Section", num_sections=2),
    Pass("Day 1\nDay 2\nDay 3", section_spliter=" Day", num_sections=2),
    Fail("Section 1\nTea.\nSection two\nMilk.", section_spliter="Section", num_sections=2),
    Pass("As Section 1 says, see Section 1.", section_spliter="Section", num_sections=2),
    Fail("**SECTION I**\nTea.\n**SECTION II**\nMilk.", section_spliter="Section", num_sections=2),
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
    "detectable_format:multiple_sections",
    "Your response must have {num_sections} sections. Mark the beginning of each section with "
    "{section_spliter} X, such as: {section_spliter} 1",
    Pass("Section 1\nTea.\nSection 2\nMilk.", section_spliter="Section", num_sections=2),
    Pass("**SECTION I**\nTea.\n**SECTION II**\nMilk.", section_spliter="Section", num_sections=2),
    Pass("## Section **One**: tea\n> 2. section two", section_spliter=" Section ", num_sections=2),
    Pass("Day 1\nDay 2\nDay 3", section_spliter="Day", num_sections=2),
    Pass("(Verse 1 - Section 1)\nTea. Section 2: Milk.", section_spliter="Section", num_sections=2),
    Fail("As Section 1 says, and as you know, see Section 2.", section_spliter="Section", num_sections=1),
    Fail("Section 1\nTea.\nSection 01\nMilk.", section_spliter="Section", num_sections=2),
    Fail("Section I\nTea.\nsection i\nMilk.", section_spliter="Section", num_sections=2),
    Fail("Section 1\nTea.\nSubsection 2\nMilk.", section_spliter="section", num_sections=2),
    Fail("Section 1\nTea.\nSections\nMilk.", section_spliter="Section", num_sections=2),
    Fail("Section 1\nTea.\nSection 2nd\nMilk.", section_spliter="Section", num_sections=2),
    source=IFEVAL,
    edition="corrected",
    fault="'see Section 1' in a sentence, 'Subsection 1' and the same number twice count as sections.",
)
def multiple_sections_corrected(reply: Text, *, section_spliter: Phrase, num_sections: Count) -> Verdict:
    """The splitter and a number (2, II or two) where a section can begin, each number once; case does not matter.

    The sentence does not say whether there may be more sections; they are accepted, as published.
    """
    marks = r"[^\w\n]*"
    mark = rf"({spaced(section_spliter)})[^\S\n]{marks}([0-9]+|[ivxl]+|{'|'.join(_NUMBERS)})\b"
    # At the beginning of a line, at the end of a short one, or behind a sentence and in front of a colon.
    places = (
        rf"^{marks}(?:[0-9]+[.)]{marks})?{mark}",
        rf"^(?:\S{{1,40}}[^\S\n]{{1,3}}){{1,3}}[^\w\s]{{,3}}{mark}{marks}$",
        rf"(?<=[.!?\"”)] ){mark}{marks}:",
    )
    found: dict[str, tuple[int, int]] = {}
    for place in places:
        for match in re.finditer(place, reply.raw, re.MULTILINE | re.IGNORECASE):
            found.setdefault(match[2].lower().lstrip("0"), (match.start(1), match.end(2)))
    return at_least(
        len(found), num_sections, f"sections marked {section_spliter.strip()!r} and a number", list(found.values())
    )


_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@constraint(
    "startend:quotation",
    "Wrap your entire response with double quotation marks.",
    Pass('"See you soon."'),
    Fail("See you soon."),
    Fail("“See you soon.”"),
    Fail('"'),
    Pass('"Yes" and "no"'),
    source=IFEVAL,
)
def quotation(reply: Text) -> Verdict:
    """Straight double quotes at both ends."""
    text = reply.stripped
    return holds(
        len(text) > 1 and text[0] == text[-1] == '"',
        "a straight double quotation mark at the beginning and another at the end",
        lambda: f"{text[0]!r} at the beginning and {text[-1]!r} at the end" if len(text) > 1 else f"only {text!r}",
        lambda: _ends(reply.raw, {'"'}),
    )


def _ends(raw: str, marks: Container[str]) -> list[tuple[int, int]]:
    """Where the reply begins and ends: of the two, those that are not of ``marks``, or both."""
    start, stop = len(raw) - len(raw.lstrip()), len(raw.rstrip())
    both = [(start, start + 1), (stop - 1, stop)] if stop - start > 1 else [(start, stop)] if start < stop else []
    return [span for span in both if raw[slice(*span)] not in marks] or both


_PAIRS = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "”": "”", "「": "」", "『": "』", "＂": "＂", "〝": "〞〟"}


@constraint(
    "startend:quotation",
    "Wrap your entire response with double quotation marks.",
    Pass('"See you soon."'),
    Pass("**“See you soon.”**\n"),
    Pass("„Bis bald.“"),
    Pass('"She said "soon" and (then) \n"goodbye", from a 5" box."'),
    Pass('"One.\n\n"Two."'),
    Fail('"Yes" and "no"'),
    Fail("“Yes” and “no”"),
    Fail('"Hello," she said.\n\n"Goodbye."'),
    Fail('"Tea."\n\n"Milk," he said, "please."'),
    Fail('"She said "soon" loudly," he wrote. "Bye."'),
    Pass('"The tea."\n\n"Boil \\"it\\" well."\n\n"'),
    Fail('"Tea" (hot) "milk" and "'),
    Fail('""'),
    Fail('"See you soon.'),
    Fail("See you soon.”"),
    Fail("“See you soon.»"),
    Fail("'See you soon.'"),
    Fail('"'),
    source=IFEVAL,
    edition="corrected",
    fault='Curly and other double quotation marks are refused, and \'"a" and "b"\' passes as one quotation.',
)
def quotation_corrected(reply: Text) -> Verdict:
    """Double quotation marks of any script at both ends, with words in between and none outside of them.

    Markdown's emphasis may stand around them.
    """
    start, stop = _without_emphasis(reply.raw)
    text = reply.raw[start:stop]
    wrapped = len(text) > 1 and text[-1] in _PAIRS.get(text[0], "")
    outside = _outside(text) if wrapped else None
    return holds(
        wrapped and outside is None and any(map(str.isalnum, text)),
        "a double quotation mark at the beginning and its partner at the end",
        lambda: (
            f"words outside of the quotation marks: {quote(text[slice(*outside)].strip())}"
            if outside
            else f"{text[:1]!r} at the beginning and {text[-1:]!r} at the end"
        ),
        lambda: (
            [(start + outside[0], start + outside[1])]
            if outside
            else _ends(reply.raw, {*_PAIRS, *"".join(_PAIRS.values())})
        ),
    )


def _without_emphasis(text: str) -> tuple[int, int]:
    """Where ``text`` stands without white space and asterisks or underscores around it."""
    start = len(text) - len(text.lstrip("*_ \t\r\n"))
    return start, max(start, len(text.rstrip("*_ \t\r\n")))


def _outside(text: str) -> tuple[int, int] | None:
    """Where there are words outside of the quotation marks at both ends of ``text``, or None.

    Of straight marks inside, those behind white space or an opening sign open and the others close; one behind a digit
    may mean inches. Marks behind a backslash are passed over.
    """
    opening, closing = text[0], _PAIRS[text[0]]
    depth, left = 1, 0
    for match in re.finditer(f"(?<!\\\\)[{opening}{closing}]", text[1:]):
        place = match.start() + 1
        before = text[place - 1]
        straight = opening in closing
        opens = before.isspace() or before in "([{*_-—–/:" if straight else match[0] == opening
        if not depth:
            if any(map(str.isalnum, text[left:place])):
                return left, place
            depth = 1
        elif opens:
            depth += 1
        elif not (straight and before.isdigit()):
            depth -= 1
            left = place + 1
    return None


@constraint(
    "punctuation:no_comma",
    "In your entire response, refrain from the use of any commas.",
    Pass("Tea and milk."),
    Pass("茶，牛奶。"),
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


@constraint(
    "punctuation:no_comma",
    "In your entire response, refrain from the use of any commas.",
    Pass("Tea; and milk."),
    Fail("Tea, milk."),
    Fail("It costs 1,000 euros."),
    Fail("茶，牛奶。"),
    Fail("茶、牛奶。"),
    Fail("شاي، حليب"),
    source=IFEVAL,
    edition="corrected",
    fault="Only the comma of ASCII is seen: '，', '、' and '،' pass.",
)
def no_comma_corrected(reply: Text) -> Verdict:
    """The commas of every script; one within a number counts, as the sentence says any."""
    spans = [match.span() for match in re.finditer(f"[{_COMMAS}]", reply.raw)]
    return holds(not spans, "no comma", lambda: count_of(len(spans), "commas") if spans else "none", spans)


_COMMAS = (
    ",\u055d\u060c\u07f8\u1363\u1802\u1808\u2e32\u2e34\u2e41\u2e49\u2e4c\u3001"
    "\ua4fe\ua60d\ua6f5\ufe10\ufe11\ufe50\ufe51\uff0c\uff64"
)
"""The characters that Unicode names commas."""
