"""Words and phrases as a reader finds them: whole, in any case, however accents and white space are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property

from ifbench.constraints.reading.folding import VOWEL_SIGNS, folded, without_vowel_signs

Span = tuple[int, int]

_UNSPACED = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese, and Korean with its particles: words there touch their neighbours."""


def spaced(phrase: str) -> str:
    """A regular expression for ``phrase`` with any white space between its words."""
    return r"\s+".join(map(re.escape, phrase.split()))


class Folded:
    """A text folded for comparison, and the way back to where a match stands in the text as it was written.

    Arabic's vowel signs are left out, as most of those who write it do.
    """

    def __init__(self, raw: str):
        self.raw = raw
        self.text = without_vowel_signs(folded(raw))

    @cached_property
    def _in_place(self) -> bool:
        """Whether folding has moved nothing."""
        return unicodedata.is_normalized("NFC", self.raw) and len(self.text) == len(self.raw)

    @cached_property
    def _origins(self) -> list[Span]:
        """For each folded character, where the characters stand that it was made of."""
        origins: list[Span] = []
        marks = rf"\u0300-\u036f\u0653-\u0655\u3099\u309a{VOWEL_SIGNS}"
        for match in re.finditer(rf"[\u1100-\u11ff]+|[^{marks}][{marks}]*|[{marks}]", self.raw):
            origins += [match.span()] * len(without_vowel_signs(folded(match[0])))
        return origins

    def span(self, start: int, stop: int) -> Span:
        """Where the folded text from ``start`` to ``stop`` stands in the raw one."""
        if self._in_place:
            return start, stop
        last = len(self._origins) - 1
        return self._origins[min(start, last)][0], self._origins[min(stop - 1, last)][1]

    def whole(self, phrase: str) -> Iterator[Span]:
        """Where ``phrase`` stands in the raw text and is not a part of longer words.

        Any white space may stand between its words. Where it begins or ends with a letter or digit, no other may
        stand beside it; Markdown's underscores may. A phrase of nothing but vowel signs stands nowhere.
        """
        wanted = without_vowel_signs(folded(phrase))
        pattern = re.compile(spaced(wanted) if wanted.strip() else r"(?!)")
        position = 0
        while match := pattern.search(self.text, position):
            start, stop = match.span()
            if joined(self.text, start) or joined(self.text, stop):
                position = start + 1
            else:
                yield self.span(start, stop)
                position = stop


def joined(text: str, place: int) -> bool:
    """Whether the characters on both sides of ``place`` belong to one word."""
    if not 0 < place < len(text):
        return False
    left, right = text[place - 1], text[place]
    return _in_word(left) and _in_word(right) and not re.match(_UNSPACED, left) and not re.match(_UNSPACED, right)


def _in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"
