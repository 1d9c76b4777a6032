"""Parts of a reply: its lines, and what stands within the code fence around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ifbench.errors import count_of
from ifbench.text import Text
from ifbench.verdict import Lazy, Span, Verdict, holds, listing

_GAP = 200
"""No more characters than these are looked through for the next token."""


def line_spans(text: str) -> Iterator[Span]:
    """Where the lines are, without the white space around them; blank ones are left out."""
    for match in re.finditer(r"[^\n]+", text):
        line = match.group()
        if visible := line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            yield start, start + len(visible)


def without_exception(offenders: Sequence[str], required: Lazy[str], spans: Lazy[Sequence[Span]]) -> Verdict:
    """Followed when there are no ``offenders``, even where there is nothing that could be one; a few of them are shown.

    >>> without_exception(["a", "b", "a"], "no short words", [(0, 1), (2, 3), (4, 5)])
    <Verdict not followed: required no short words; observed 3 exceptions: 'a' and 'b'>
    """

    def observed() -> str:
        if not offenders:
            return "no exception"
        different = list(dict.fromkeys(offenders))
        return f"{count_of(len(offenders), 'exceptions')}: {listing(different[:5])}{' …' if different[5:] else ''}"

    return holds(not offenders, required, observed, spans)


def token_places(text: str, tokens: Iterable[str]) -> Iterator[tuple[Span, str]]:
    """Where the ``tokens`` stand in ``text``, one behind the other, and each of them; some write marks differently."""
    position = 0
    for token in tokens:
        start = text.find(token, position, position + len(token) + _GAP)
        if start >= 0:
            position = start + len(token)
            yield (start, position), token


def with_straight_quotes(reply: Text) -> Text:
    """The reply with straight marks in the place of curly ones: the sentence splitter for English knows only these."""
    straight = reply.raw.translate(str.maketrans("“”‘’", "\"\"''"))
    return reply if straight == reply.raw else Text(straight, reply.language)


def unfenced(reply: Text) -> tuple[str, int]:
    """The reply, or the code where the whole reply is one code fence; and where in the reply it begins."""
    fences = reply.markdown.fences if "```" in reply.raw or "~~~" in reply.raw else []
    if len(fences) != 1 or not fences[0].closed or reply.raw[slice(*fences[0].span)] != reply.stripped:
        return reply.raw, 0
    return _inner(reply.raw, *fences[0].span)


def code(reply: Text) -> str:
    """The code of the one fence in the reply, whatever stands around it; the reply where there is no such fence."""
    fences = reply.markdown.fences if "```" in reply.raw or "~~~" in reply.raw else []
    return _inner(reply.raw, *fences[0].span)[0] if len(fences) == 1 else reply.raw


def _inner(text: str, start: int, stop: int) -> tuple[str, int]:
    # Cut from the text itself, and not from what the parser made of it: that keeps every character in its place.
    opening = re.compile(r"[^\n]*\n?").match(text, start, stop)
    begin = opening.end() if opening else start
    closing = text.rfind("\n", begin, stop)
    return text[begin : max(begin, closing)], begin
