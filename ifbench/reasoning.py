"""Keeping a model's reasoning apart from its answer."""

from __future__ import annotations

import re
from typing import NamedTuple

_BLANK = " \t\r\n\ufeff"
_SPACE = re.compile(r"\s*")


class Split(NamedTuple):
    """A response taken apart; ``closed`` is False when the reasoning never ended, and then there is no answer."""

    answer: str
    reasoning: str | None
    closed: bool


class Tags(NamedTuple):
    """What reasoning stands between."""

    open: str
    close: str


THINK = Tags("<think>", "</think>")
"""The tags of most models."""


def split_reasoning(text: str, opened: bool = False, tags: Tags = THINK, *, unopened: bool = True) -> Split:
    """Take ``<think>…</think>``, one or several, from the beginning of ``text``.

    A closing tag without an opening one counts as well: some chat templates put the opening tag into the prompt.
    White space between the closing tag and the answer belongs to neither. Tags further inside an answer are text
    like any other. ``opened`` says that the prompt ended with the opening tag, so that a text without a closing one
    is reasoning that was cut off. ``tags`` are those of the model. ``unopened`` False takes a closing tag without an
    opening one for text: right where the reasoning stands elsewhere already, so that none began in the prompt.

    >>> split_reasoning("<think>two words?</think>\\n\\nYes indeed.")
    Split(answer='Yes indeed.', reasoning='two words?', closed=True)
    >>> split_reasoning("<think>two words? or")
    Split(answer='', reasoning='two words? or', closed=False)
    >>> split_reasoning("two words? or", opened=True)
    Split(answer='', reasoning='two words? or', closed=False)
    >>> split_reasoning("The tag </think> ends it.", unopened=False)
    Split(answer='The tag </think> ends it.', reasoning=None, closed=True)
    """
    start = len(text) - len(text.lstrip(_BLANK))
    tagged = text.startswith(tags.open, start)
    start = start + len(tags.open) if tagged else 0
    opened = opened or tagged
    if not opened and not unopened:
        return Split(text, None, True)
    blocks: list[str] = []
    # Places and not slices: what is left of the text would otherwise be copied once a block.
    while (close := text.find(tags.close, start)) >= 0 and (opened or text.find(tags.open, start, close) < 0):
        blocks.append(text[start:close])
        start = _after_blanks(text, close + len(tags.close))
        if not text.startswith(tags.open, start):
            return Split(text[start:], "\n".join(blocks), True)
        start += len(tags.open)
        opened = True
    if opened:
        return Split("", "\n".join([*blocks, text[start:]]), False)
    return Split(text, None, True)


def _after_blanks(text: str, start: int) -> int:
    """Where white space that begins at ``start`` ends."""
    found = _SPACE.match(text, start)
    return found.end() if found else start


def opens_reasoning(rendered: str, tags: Tags = THINK) -> bool:
    """Whether a rendered prompt ends with the tag that opens reasoning, so that the answer begins inside it."""
    return rendered.rstrip().endswith(tags.open)
