"""How the words of a reply are read: as the published checks read them, and as a reader does."""

from __future__ import annotations

import re
import string
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from ifbench.constraints.reading.fences import unfenced
from ifbench.constraints.reading.folding import caseless, without_accents
from ifbench.text import Text

Span = tuple[int, int]

PUNCTUATION = string.punctuation
_NO_PUNCTUATION = str.maketrans("", "", PUNCTUATION)
_TAGS = "i|em|b|strong|u|s|br|hr|p|div|span|h[1-6]|ul|ol|li|sub|sup|mark|small|code|pre|blockquote|section"


def bare(text: str) -> str:
    """``text`` without the punctuation of ASCII; what stands around a mark is joined."""
    return text.translate(_NO_PUNCTUATION)


def bare_word_spans(text: str) -> list[Span]:
    """Where the words of ``bare(text).split()`` stand, one for one."""
    return [match.span() for match in re.finditer(r"\S+", text) if bare(match.group())]


class Word(NamedTuple):
    """A word as it is compared (composed, case folded, with straight apostrophes) and where it stands in the reply."""

    form: str
    start: int
    stop: int

    @property
    def span(self) -> Span:
        """Where the word stands."""
        return self.start, self.stop

    @property
    def initial(self) -> str:
        """Its first letter, without accents, or nothing where it begins with a digit."""
        first = without_accents(self.form[:1])[:1]
        return first if first.isalpha() else ""


def word_form(word: str) -> str:
    """``word`` as words are compared: composed, without case; of curly marks only ’ is made straight."""
    return caseless(word).replace("’", "'")


class Reading:
    """The words a reader sees, in sentences, lines and blocks.

    Words are those of ``Text.plain_words``. Numbers and letters that only count ("1." or "a)" at the beginning of a
    line), HTML tags and the line that opens a code block are none. Of a reply that is one code block, the code is read.
    """

    def __init__(self, reply: Text):
        # Of a fence in a quotation or a list item, the marks around the code would be left.
        is_code = reply.stripped.startswith(("```", "~~~"))
        text, self._offset = unfenced(reply) if is_code else (reply.raw, 0)
        self._text = Text(text, reply.language) if self._offset else reply

    @cached_property
    def words(self) -> list[Word]:
        """All of them, in order."""
        raw, offset = self._text.raw, self._offset
        marks = _mark_spans(raw)
        stops = [stop for _, stop in marks]
        found: list[Word] = []
        for start, stop in self._text.plain_word_spans:
            # The first mark that ends behind the beginning of the word is the only one that can hold it.
            place = bisect_right(stops, start)
            if place == len(marks) or marks[place][0] >= stop:
                found.append(Word(word_form(raw[start:stop]), start + offset, stop + offset))
        return found

    @cached_property
    def sentences(self) -> list[list[Word]]:
        """The words of each sentence of ``Text.prose_sentences`` that has some."""
        return self._within(self._text.prose_sentence_spans)

    @cached_property
    def sentence_spans(self) -> list[Span]:
        """Where those sentences stand in the reply."""
        starts = [word.start for word in self.words]
        shifted = ((start + self._offset, stop + self._offset) for start, stop in self._text.prose_sentence_spans)
        return [(start, stop) for start, stop in shifted if bisect_left(starts, start) < bisect_left(starts, stop)]

    @cached_property
    def lines(self) -> list[list[Word]]:
        """The words of each line that has some; headings and code blocks are left out."""
        blocks = self._text.markdown
        left_out = [part.span for part in (*blocks.headings, *blocks.fences)]
        dropped = {word for words in self._within(sorted(left_out)) for word in words}
        starts = [0, *(match.end() for match in re.finditer("\n", self._text.raw)), len(self._text.raw)]
        lines = self._within(list(pairwise(starts)))
        return [kept for line in lines if (kept := [word for word in line if word not in dropped])]

    @cached_property
    def blocks(self) -> list[list[Word]]:
        """The words of each paragraph, list item, heading, table and code block."""
        blocks = self._text.markdown
        starts = {0, len(self._text.raw), *(start for start, _ in blocks.prose)}
        starts.update(item.whole[0] for item in blocks.items)
        for part in (*blocks.headings, *blocks.tables, *blocks.fences):
            starts.update(part.span)
        edges = sorted(starts)
        return self._within(list(pairwise(edges)))

    @property
    def is_one_paragraph(self) -> bool:
        """Whether the running text is one paragraph, and nothing else stands beside it but headings."""
        blocks = self._text.markdown
        return len(blocks.prose) == 1 and not (blocks.items or blocks.fences or blocks.tables)

    def _within(self, spans: Iterable[Span]) -> list[list[Word]]:
        """The words that begin in each of ``spans``, which are in order and do not overlap; none is left empty."""
        groups: list[list[Word]] = []
        place = 0
        for start, stop in spans:
            group: list[Word] = []
            while place < len(self.words) and self.words[place].start - self._offset < stop:
                if self.words[place].start - self._offset >= start:
                    group.append(self.words[place])
                place += 1
            if group:
                groups.append(group)
        return groups


def _mark_spans(text: str) -> list[Span]:
    """Where marks of layout stand that hold letters or digits."""
    return [
        match.span()
        for match in re.finditer(
            r"^[ \t]*(?:`{3,}|~{3,})[^\n`]*$"
            r"|^[ \t#>*_+\-]*(?:\(?(?:\d{1,3}|[A-Za-z])\)|\d{1,3}\.)(?=[ \t*_]+\S)"
            rf"|</?(?:{_TAGS})\b[^<>]*>",
            text,
            re.MULTILINE | re.IGNORECASE,
        )
    ]
