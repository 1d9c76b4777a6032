"""Where the lines of a text are."""

from __future__ import annotations

import re

Span = tuple[int, int]


def line_spans(text: str, *, carriage_returns: bool = False) -> list[Span]:
    """Where the lines are that are not blank, without the white space around them.

    A line ends at a line feed, and with ``carriage_returns`` at a carriage return alone as well.

    >>> line_spans(" a \\r\\n\\n b\\rc"), line_spans(" a \\r\\n\\n b\\rc", carriage_returns=True)
    ([(1, 2), (7, 10)], [(1, 2), (7, 8), (9, 10)])
    """
    spans: list[Span] = []
    for match in re.finditer(r"[^\r\n]+" if carriage_returns else r"[^\n]+", text):
        line = match.group()
        if visible := line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            spans.append((start, start + len(visible)))
    return spans
