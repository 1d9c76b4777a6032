"""Where phrases, words and parts of a reply stand: what our own types of style and position look at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from ifbench.constraints.reading.folding import without_vowel_signs
from ifbench.constraints.reading.lines import line_spans
from ifbench.text import Text

if TYPE_CHECKING:
    import regex

Span = tuple[int, int]
Unit = Literal["sentence", "paragraph", "line", "list item"]


def word_set(words: str) -> frozenset[str]:
    """The words of a list that is written with spaces between them."""
    return frozenset(words.split())


def opens_with(text: str, phrases: Sequence[str]) -> Span | None:
    """Where one of ``phrases`` opens ``text``: at its first letter or digit, or the first mark; None if none does.

    Whole words in any case. A letter with an accent is the same whether it is one character or two, an apostrophe
    whether it is straight or curly, and so is any white space. In scripts without spaces words have no edges.
    """
    # The first mark may be one of Markdown's, which another may follow.
    for begin in (r"[^\W_]", r"\S", r"[^\s*_#>]"):
        place = re.compile(begin).search(text)
        if place and (match := _opening(tuple(phrases)).match(text, place.start())):
            return match.span()
    return None


@lru_cache(maxsize=256)
def _opening(phrases: tuple[str, ...]) -> regex.Pattern[str]:
    import regex

    forms = {
        unicodedata.normalize(form, phrase.strip().replace("’", "'")) for phrase in phrases for form in ("NFC", "NFD")
    }
    alternatives = "|".join(_bounded(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    return regex.compile(alternatives, regex.IGNORECASE)


def _bounded(phrase: str) -> str:
    import regex

    spaced = r"\s+".join(regex.escape(word) for word in phrase.split()).replace("'", "['’]")
    if regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]$", phrase):
        return spaced
    if unicodedata.category(phrase.strip()[-1])[0] in "PS":
        return spaced
    # A mark that combines with the last letter makes another letter of it.
    return rf"{spaced}(?![\p{{L}}\p{{N}}\p{{M}}]|[-\u2010\u2011]\p{{L}})"


def unit_spans(reply: Text, unit: Unit, *, with_marker: bool = False) -> list[Span]:
    """Where the sentences, paragraphs, lines or list items of ``reply`` are, without marker and box they open with.

    Each has a letter or digit. Headings and the marks around code are no lines; a list item is its first paragraph.
    """
    if unit == "sentence":
        return reply.prose_sentence_spans
    if unit == "paragraph":
        spans = reply.paragraph_spans
    elif unit == "list item":
        spans = [item.span for item in reply.markdown.items]
    else:
        headings = {heading.span for heading in reply.markdown.headings}
        spans = [
            span
            for span in line_spans(reply.raw, carriage_returns=True)
            if span not in headings and not reply.raw.startswith(("```", "~~~"), span[0])
        ]
    contents = [(start, _after_marker(reply.raw, start, stop), stop) for start, stop in spans]
    return [
        (whole if with_marker else start, stop)
        for whole, start, stop in contents
        if re.compile(r"[^\W_]").search(reply.raw, start, stop)
    ]


def has_marker(text: str) -> bool:
    """Whether ``text`` opens with the marker of a list item or quotation.

    >>> has_marker("- tea"), has_marker(">"), has_marker("1."), has_marker("-5")
    (True, True, True, False)
    """
    return _after_marker(f"{text} ", 0, len(text) + 1) > 0


def _after_marker(text: str, start: int, stop: int) -> int:
    marker = re.compile(r"(?:[>\s]|[-*+•]\s(?:\[[ xX]\]\s)?|\d{1,9}[.)]\s)*").match(text, start, stop)
    return marker.end() if marker else start


def initial_span(text: str, start: int, stop: int) -> Span:
    """Where the first letter or digit between ``start`` and ``stop`` is; one of them is there."""
    match = re.compile(r"[^\W_]").search(text, start, stop)
    return match.span() if match else (start, start + 1)


class _Folding(dict[int, "str | None"]):
    """Latin and Greek letters without their accents, and Arabic's alifs as one letter.

    Other scripts' marks make other letters and stay.
    """

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        base = unicodedata.normalize("NFD", character)[0]
        script = unicodedata.name(base, "").partition(" ")[0]
        folded = base if script in ("LATIN", "GREEK") or base == "ا" else "ا" if character == "ٱ" else character
        self[code] = None if script == "COMBINING" else folded
        return self[code]


@cache
def _folding() -> _Folding:
    return _Folding()


def fold(text: str) -> str:
    """``text`` for comparison: in lower case, Latin and Greek letters without accents, Arabic without vowel signs.

    The forms of alif are one letter.

    >>> fold("Éclair, Straße, Ärger, أَحمد, إلى")
    'eclair, strasse, arger, احمد, الى'
    """
    return without_vowel_signs(text).casefold().translate(_folding())
