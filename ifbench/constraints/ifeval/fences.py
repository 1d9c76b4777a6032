"""Code fences that hold no code, but the reply itself."""

from __future__ import annotations

from ifbench.text import Text

_TEXT = frozenset(["markdown", "md", "text", "txt", "plaintext"])


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


def without_code(text: Text) -> str:
    """``text`` with line feeds in the place of its code blocks; nothing is moved."""
    parts: list[str] = []
    position = 0
    for fence in text.markdown.fences:
        start, stop = fence.span
        parts += [text.raw[position:start], "\n" * (stop - start)]
        position = stop
    return "".join(parts) + text.raw[position:]
