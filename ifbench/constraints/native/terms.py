"""Words that a style sheet has rules for: acronyms, and words that hedge."""

from __future__ import annotations

import re

from ifbench.constraints.native.mentions import mentions
from ifbench.constraints.native.prose import running_text
from ifbench.constraints.sources import NATIVE
from ifbench.parameters import Phrases
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, absent, every, listing

Span = tuple[int, int]

FAMILIAR = ["AM", "PM", "OK", "TV", "UK", "US", "USA"]

_REACH = 200
"""How many characters before or after a bracket the long form of an acronym may take."""


@constraint(
    "style:acronyms_expanded",
    "Spell out every acronym at its first use, as in 'World Health Organization (WHO)' (except {known}), and "
    "use at least one such acronym.",
    Pass("The World Health Organization (WHO) met in the US. WHO staff came."),
    Pass("WHO (World Health Organization) staff and WHO money."),
    Pass("## WHO\n\nThe United Nations’ Department of Public Information (DPI), part III."),
    Pass("STOP THE TEA NOW!\n\nThe World Health Organization (WHO) met."),
    Pass("It has application programming interfaces (APIs). Use `WHO`. One API is here."),
    Pass("The Transmission Control Protocol/Internet Protocol (TCP/IP) suite."),
    Pass("The extensible markup language (XML) is COVID-19 B2B."),
    Pass("The World Health Organization (WHO) and ESA met.", known=["ESA"]),
    Fail("The WHO met. The World Health Organization (WHO) is old."),
    Fail("The World Health Organization (WHO) and ESA met."),
    Fail("The biggest tea party (WHO) met."),
    Fail("The World Trade Organization (WHO) met."),
    Fail("The World Health Club (WHO) met."),
    Fail("Swedish House Opera (WHO) met."),
    Pass("West Newton Trust (WNT) met."),
    Pass("The World Health Organization (WHO) met. " + "They talked about tea for hours. " * 8),
    Fail("The awhile honest other (WHO) met."),
    Fail("WHO (the health people) met."),
    Fail("WHO met World Health Organization staff."),
    Fail("World Health Organization WHO) met."),
    Fail("The US is big."),
    Fail("We had tea, one big cup, ants (TA)."),
    Fail("Some APIs work."),
    Fail("THE WHO MET.\n\nThe World Trade Organization (WTO) met."),
    Fail("The WHO works. (World Health Organization)"),
    source=NATIVE,
)
def acronyms_expanded(reply: Text, *, known: Phrases = FAMILIAR) -> Verdict:
    """Acronyms are words of two or more capital letters, with or without a plural "s", outside headings and code.

    Roman numerals of I, V and X are none, nor are the words of a paragraph that has four or more, all in capitals. The
    long form stands before the bracket that holds the acronym, or in the bracket behind it, and has the acronym's
    letters in order, the first at the beginning of a word (Schwartz and Hearst 2003, "A Simple Algorithm for
    Identifying Abbreviation Definitions"; X may stand for "ex"). There must be at least one acronym that is not
    ``known``.
    """
    text = running_text(reply)
    first: dict[str, Span] = {}
    for start, stop in reply.markdown.prose:
        if text[start:stop].isupper() and len(text[start:stop].split()) > 3:
            continue
        for match in re.compile(r"(?<![\w-])([A-Z]{2,})s?(?![\w-])").finditer(text, start, stop):
            acronym = match.group(1)
            if acronym not in known and acronym.strip("IVX"):
                first.setdefault(acronym, match.span())
    offenders = [span for acronym, span in first.items() if not _is_expanded(text, acronym, span)]
    return every(reply.raw, list(first.values()), offenders, "acronyms", "every acronym spelt out at its first use")


def _is_expanded(text: str, acronym: str, span: Span) -> bool:
    start, stop = span
    before = text[max(0, start - _REACH) : start]
    # Only other acronyms may share the bracket with this one.
    if opening := re.search(r"\([A-Zs/,;& ]*$", before):
        return _stands_for(before[: opening.start()], acronym.lower())
    after = re.compile(r"[*_]{0,3}\s?\(([^()\n]*)\)").match(text, stop, stop + _REACH)
    return after is not None and _stands_for(after.group(1), acronym.lower())


def _stands_for(text: str, letters: str) -> bool:
    """Whether the last words of ``text`` have ``letters`` in order, the first of them at the beginning of a word."""
    words = re.findall(r"[^\W\d_]+", text.lower())[-min(len(letters) + 5, 2 * len(letters)) :]
    tail = " ".join(words)
    place = len(tail)
    for index in range(len(letters) - 1, -1, -1):
        place = tail.rfind(letters[index], 0, place)
        while index == 0 and place > 0 and tail[place - 1] != " " and not _is_ex(tail, place):
            place = tail.rfind(letters[0], 0, place)
        if place < 0:
            return False
    return True


def _is_ex(text: str, place: int) -> bool:
    return f" {text}"[place - 1 : place + 2] == " ex"


HEDGES = [
    *("perhaps", "maybe", "possibly", "probably", "presumably", "arguably", "apparently", "seemingly", "somewhat"),
    *("might", "could be", "may be", "kind of", "sort of", "I think", "I believe", "I guess", "it seems"),
    *("it appears", "to some extent", "more or less"),
]


@constraint(
    "style:no_hedging",
    "Commit yourself: use none of these hedging words: {words}.",
    Pass("Tea is hot. The mighty kindly seem to think so. May is warm."),
    Pass("Tea is hot. Run `maybe`."),
    Pass("Perhaps tea is hot.", words=["roughly"]),
    Pass(Text("茶是热的。", "zh"), words=["也许"]),
    Fail("Perhaps tea is hot."),
    Fail("Tea is, I  think, KIND of hot."),
    Fail("Tea is roughly hot.", words=["roughly", "about"]),
    Fail(Text("茶也许是热的。", "zh"), words=["也许"]),
    source=NATIVE,
)
def no_hedging(reply: Text, *, words: Phrases = HEDGES) -> Verdict:
    """Whole words in any case, outside code and links; quotations count."""
    spans = [mention.span for mention in mentions(running_text(reply), words)]
    return absent(
        [reply.raw[start:stop] for start, stop in spans], lambda: f"none of the hedging words {listing(words)}", spans
    )
