"""What several checks say or look at: exceptions, where tokens stand, and quotation marks made straight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ifbench.errors import count_of
from ifbench.text import Text
from ifbench.verdict import Lazy, Span, Verdict, holds, listing

_GAP = 200
"""No more characters than these are looked through for the next token."""


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
