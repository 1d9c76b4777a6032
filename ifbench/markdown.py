"""The blocks of a Markdown text: headings, list items, code, tables and prose, and where they stand.

Blocks are those of CommonMark with GitHub's tables, read by markdown-it. Three rules are left out, because replies are
read as text and not as pages: indented lines are prose and not code, HTML is text, and a link definition stays where it
is. Spans are start and end in characters of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level (1 to 6), its text as written, and where the whole of it stands."""

    level: int
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Item:
    """A list item.

    ``depth`` is 1 for the outermost list; ``marker`` is ``-``, ``*``, ``+``, ``.`` or ``)``, the last two with the
    ``number`` written before them; ``text`` is its first paragraph; ``list`` tells the lists of a text apart; ``span``
    goes from the marker to the end of the first paragraph, ``whole`` to the end of all that belongs to the item.
    """

    depth: int
    marker: str
    number: int | None
    text: str
    list: int
    span: Span
    whole: Span


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block: what stands behind the opening fence, the code, and whether the fence is closed."""

    info: str
    code: str
    closed: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the cells of its header, those of each row, and where it stands."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    span: Span


@dataclass(slots=True)
class Blocks:
    """All blocks of a text, each kind in order.

    ``prose`` is where running text stands, in paragraphs, list items and quotations, without their markers.
    """

    headings: list[Heading] = field(default_factory=list[Heading])
    items: list[Item] = field(default_factory=list[Item])
    fences: list[Fence] = field(default_factory=list[Fence])
    tables: list[Table] = field(default_factory=list[Table])
    rules: list[Span] = field(default_factory=list[Span])
    prose: list[Span] = field(default_factory=list[Span])


_CLOSING_TAG = re.compile(r"\s*\n[ \t]*</[A-Za-z][\w.-]*>[ \t]*(?=\n|\Z)")
_CLOSING_TAGS = re.compile(r"(?:\s*\n[ \t]*</[A-Za-z][\w.-]*>)+[ \t]*\Z")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:[A-Za-z_][\w -]*:(?:[ \t].*)?\n|[ \t]+\S.*\n|- .*\n)+---[ \t]*(?=\n|\Z)")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table").disable(["code", "html_block", "reference"])
    parser.core.ruler.disable("inline")
    return parser


def parse(text: str) -> Blocks:
    """The blocks of ``text``.

    >>> blocks = parse("# Tea\\n\\n1. Boil.\\n   - Slowly.\\n\\n```py\\nx = 1\\n```\\n")
    >>> blocks.headings
    [Heading(level=1, text='Tea', span=(0, 5))]
    >>> [(item.depth, item.marker, item.number, item.text) for item in blocks.items]
    [(1, '.', 1, 'Boil.'), (2, '-', None, 'Slowly.')]
    >>> [(fence.info, fence.code, fence.closed) for fence in blocks.fences]
    [('py', 'x = 1\\n', True)]
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str):
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", text))]
        self.blocks = Blocks()

    def read(self) -> Blocks:
        # YAML front matter would be read as a rule and a heading.
        text = (
            _FRONT_MATTER.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), self.text, count=1)
            if self.text.startswith("---")
            else self.text
        )
        # markdown-it puts U+FFFD in the place of NUL itself; a lone surrogate it takes as it is.
        tokens = _parser().parse(text)
        depth = lists = 0
        open_lists: list[int] = []
        for place, token in enumerate(tokens):
            if token.type in ("bullet_list_open", "ordered_list_open"):
                depth, lists = depth + 1, lists + 1
                open_lists.append(lists)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                depth -= 1
                open_lists.pop()
            elif token.type == "list_item_open":
                self._item(token, tokens[place + 1 : place + 3], depth, open_lists[-1])
            elif token.type == "heading_open":
                self.blocks.headings.append(
                    Heading(int(token.tag[1]), tokens[place + 1].content.strip(), self._lines(token))
                )
            elif token.type == "fence":
                self._fence(token)
            elif token.type == "hr":
                self.blocks.rules.append(self._lines(token))
            elif token.type == "table_open":
                self._table(token, islice(tokens, place + 1, None))
            elif token.type == "inline" and token.content.strip() and tokens[place - 1].type == "paragraph_open":
                self.blocks.prose.append(self._within(token))
        return self.blocks

    def _lines(self, token: Token) -> Span:
        """Where the lines of a block stand, without the white space around them."""
        first, last = token.map or [0, 0]
        start = self.starts[first]
        stop = self.starts[last] if last < len(self.starts) else len(self.text)
        part = self.text[start:stop]
        indent = len(part) - len(part.lstrip())
        return start + indent, max(start + indent, start + len(part.rstrip()))

    def _untagged(self, span: Span) -> Span:
        """``span`` without closing tags on lines of their own at its end: they end a part of the reply, not a text."""
        closing = _CLOSING_TAGS.search(self.text, *span)
        return (span[0], closing.start()) if closing else span

    def _within(self, token: Token) -> Span:
        """Where the running text of a paragraph stands: from its first visible character to its last."""
        begin, end = self._untagged(self._lines(token))
        start = self.text.find(token.content.strip().partition("\n")[0], begin, end)
        return (begin if start < 0 else start), end

    def _item(self, token: Token, following: list[Token], depth: int, number_of_list: int) -> None:
        whole = self._lines(token)
        text, stop = "", whole[0]
        if len(following) == 2 and following[1].type == "inline":
            text, stop = following[1].content, self._lines(following[0])[1]
            # A list ends with the part of the reply it is in, though no blank line says so.
            if closing := _CLOSING_TAG.search(text):
                text = text[: closing.start()]
            if closing := _CLOSING_TAG.search(self.text, whole[0], stop):
                stop = closing.start()
        # Nested items may begin on one line ("- - a"), and then share where it begins.
        head = re.compile(r"(?:\d{1,9}[.)]|[-*+])").search(self.text, whole[0], whole[1])
        span = (whole[0], max(stop, head.end() if head else whole[0]))
        number = int(token.info) if token.info else None
        self.blocks.items.append(Item(depth, token.markup, number, text, number_of_list, span, whole))

    def _fence(self, token: Token) -> None:
        span = self._lines(token)
        last = self.text[span[0] : span[1]].rpartition("\n")[2].strip().lstrip("> ")
        closed = (
            (token.map or [0, 0])[1] - (token.map or [0, 0])[0] > 1
            and len(last) >= len(token.markup)
            and not last.strip(token.markup[0])
        )
        self.blocks.fences.append(Fence(token.info.strip(), token.content, closed, span))

    def _table(self, token: Token, following: Iterator[Token]) -> None:
        header, *rows = _rows(following)
        self.blocks.tables.append(Table(header, tuple(rows), self._lines(token)))


def _rows(tokens: Iterator[Token]) -> Iterator[tuple[str, ...]]:
    """The rows of a table, header first; ``tokens`` begin behind its opening."""
    cells: list[str] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(token.content.strip())
        elif token.type == "tr_close":
            yield tuple(cells)
            cells = []
        elif token.type == "table_close":
            return
