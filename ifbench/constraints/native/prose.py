"""The running text of a reply: what is left when code, links and quotations are blanked out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ifbench.constraints.reading.fences import without_code
from ifbench.text import Text

Span = tuple[int, int]

QUOTES = '"“”„‟«»「」『』《》〝〞＂'
"""Double quotation marks of every language, and those that serve as such."""


def blanked(text: str, spans: Iterable[Span]) -> str:
    """``text`` with spaces in the place of ``spans``; it keeps its length."""
    parts: list[str] = []
    position = 0
    for start, stop in sorted(spans):
        if stop > position:
            start = max(start, position)
            parts += [text[position:start], " " * (stop - start)]
            position = stop
    return "".join([*parts, text[position:]])


def running_text(reply: Text) -> str:
    """The reply with code, links and e-mail addresses blanked out."""
    text = without_code(reply, inline=True)
    return blanked(text, [*link_spans(text), *email_spans(text)])


def item_number_spans(reply: Text) -> list[Span]:
    """Where the numbers of ordered list items and of headings, bold ones too, stand, with the mark behind them."""
    starts = ((item.span[0], item.number) for item in reply.markdown.items)
    items = [(start, start + len(str(number)) + 1) for start, number in starts if number is not None]
    headings = re.finditer(r"^[ ]{0,3}(?:#{1,6} +(?:\*\*)?|\*\*)(\d{1,3}[.)])(?=[ \t])", reply.raw, re.MULTILINE)
    return [*items, *(match.span(1) for match in headings)]


def western(text: str) -> str:
    """``text`` with the digits of ASCII for those of all scripts, and with full-width marks narrowed; as long as it."""
    if text.isascii():
        return text
    text = re.sub(r"[^\x00-\x7f]", lambda match: str(int(match[0])) if match[0].isdecimal() else match[0], text)
    return narrow(text)


def narrow(text: str) -> str:
    """``text`` with the letters, digits and marks of ASCII for the full-width ones; as long as it."""
    return text if text.isascii() else text.translate({wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)})


def link_spans(text: str) -> list[Span]:
    """Where links stand: from ``http://``, ``https://``, ``ftp://`` or ``www.`` to the next space, bracket or quote.

    Sentence marks and Markdown's asterisks at the end are no part of it, nor is a bracket that it did not open.
    """
    spans: list[Span] = []
    mark = r"(?<![A-Za-z0-9])(?:https?://|ftp://|www\.)[^\s<>\"`|\\^{}\]«»“”„。，、；：！？）】」』]+"
    for match in re.finditer(mark, text, re.IGNORECASE):
        link = match.group()
        closing, opening = link.find(")"), link.find("(")
        if closing >= 0 and not 0 <= opening < closing:
            link = link[:closing]
        link = link.rstrip(".,;:!?*_~'’")
        if re.search(r"(?://|www\.)[^\W_]", link, re.IGNORECASE):
            spans.append((match.start(), match.start() + len(link)))
    return spans


def email_spans(text: str) -> list[Span]:
    """Where e-mail addresses stand: ``name@host.tld`` in the letters of ASCII."""
    if "@" not in text:
        return []
    local, label = r"[A-Za-z0-9._%+-]{1,64}", r"[A-Za-z0-9-]{1,63}"
    mark = rf"(?<![A-Za-z0-9._%+-]){local}@(?:{label}\.){{1,8}}[A-Za-z]{{2,63}}"
    return [match.span() for match in re.finditer(mark, text)]


def quotation_spans(text: str) -> list[Span]:
    """Where quotations stand, marks included: from a double quotation mark to the one that closes it.

    A quotation ends within its paragraph; a mark that nothing closes opens none.
    """
    closers = {"“": "”“", "„": "“”", "”": "”", "«": "»", "»": "«»", "「": "」", "『": "』", "《": "》", "〝": "〞〟"}
    spans: list[Span] = []
    start, wanted = -1, ""
    for match in re.finditer(rf"[{QUOTES}]|\n[ \t\r]*\n", text):
        mark = match.group()
        if mark[0] == "\n":
            start = -1
        elif start < 0:
            start, wanted = match.start(), closers.get(mark, mark)
        elif mark in wanted:
            spans.append((start, match.end()))
            start = -1
    return spans


def outside_quotations(text: str) -> str:
    """``text`` with its quotations blanked out, save one that holds the whole of it."""
    spans = quotation_spans(text)
    return text if spans and text[slice(*spans[0])] == text.strip() else blanked(text, spans)


def plain_wording(text: str) -> str:
    """``text`` as wording is compared: composed, single spaces, straight apostrophes and quotation marks."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub("[’‘ʼ]", "'", re.sub("[“”„]", '"', re.sub("[\u2010\u2011]", "-", text)))
    return " ".join(text.split())
