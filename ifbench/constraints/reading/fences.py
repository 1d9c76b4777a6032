"""Code in a reply: fences that hold the reply itself, and the text with its code blanked out."""

from __future__ import annotations

import re

from ifbench.text import Text

_TEXT = frozenset(["markdown", "md", "text", "txt", "plaintext"])


def without_code(reply: Text, *, inline: bool = False, fill: str = " ") -> str:
    """The reply with ``fill`` for every character of its code blocks; line feeds and places stay what they are.

    With a line feed for ``fill``, a block parts what stands around it even where lines end with carriage returns.
    With ``inline``, what stands between backticks on one line gives way to spaces too.

    >>> without_code(Text("`a`\\n```\\nb\\n```"), inline=True)
    '   \\n   \\n \\n   '
    """
    raw = reply.raw
    if "`" not in raw and "~~~" not in raw:
        return raw
    parts: list[str] = []
    position = 0
    for fence in reply.markdown.fences:
        start, stop = fence.span
        parts += [raw[position:start], re.sub(r"[^\n]", fill, raw[start:stop])]
        position = stop
    text = "".join([*parts, raw[position:]])
    return re.sub(r"`[^`\n]+`", lambda match: " " * len(match[0]), text) if inline else text


def opened(reply: Text, labels: frozenset[str] = frozenset()) -> Text:
    """``reply`` with the fences blanked that are labelled as text, or that hold all of its words; nothing is moved.

    ``labels`` are more that count as text.
    """
    fences = reply.markdown.fences
    if not fences:
        return reply
    raw = reply.raw
    whole = not any(map(str.isalnum, without_code(reply)))
    parts: list[str] = []
    position = 0
    for fence in fences:
        start, stop = fence.span
        if whole or fence.info.lower().partition(" ")[0] in _TEXT | labels:
            line_end = min(end for end in (raw.find("\n", start, stop), stop) if end >= 0)
            last = raw.rfind("\n", start, stop) + 1 if fence.closed else stop
            parts += [raw[position:start], " " * (line_end - start), raw[line_end:last], " " * (stop - last)]
            position = stop
    return Text("".join(parts) + raw[position:], reply.language)


def unfenced(reply: Text) -> tuple[str, int]:
    """The reply, or the code where the whole reply is one closed code fence; and where in the reply it begins.

    >>> unfenced(Text(" ```py\\nx\\ny\\n```")), unfenced(Text("x\\n```\\ny\\n```"))
    (('x\\ny', 7), ('x\\n```\\ny\\n```', 0))
    """
    fences = _fence_spans(reply)
    closed = len(fences) == 1 and reply.markdown.fences[0].closed
    if not closed or reply.raw[slice(*fences[0])] != reply.stripped:
        return reply.raw, 0
    return _inner(reply.raw, *fences[0])


def only_code(reply: Text) -> str:
    """The code of the one fence in the reply, whatever stands around it; the reply where there is no such fence."""
    fences = _fence_spans(reply)
    return _inner(reply.raw, *fences[0])[0] if len(fences) == 1 else reply.raw


def _fence_spans(reply: Text) -> list[tuple[int, int]]:
    has_marks = "```" in reply.raw or "~~~" in reply.raw
    return [fence.span for fence in reply.markdown.fences] if has_marks else []


def _inner(text: str, start: int, stop: int) -> tuple[str, int]:
    # Cut from the text itself, and not from what the parser made of it: that keeps every character in its place.
    opening = re.compile(r"[^\n]*\n?").match(text, start, stop)
    begin = opening.end() if opening else start
    closing = text.rfind("\n", begin, stop)
    return text[begin : max(begin, closing)], begin
