"""The stems of words, which their inflected forms share."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Literal

from ifbench.constraints.reading.folding import without_vowel_signs
from ifbench.text import Text
from ifbench.verdict import Span

if TYPE_CHECKING:
    from collections.abc import Callable

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip

Stemmed = Literal[
    "ar", "ca", "da", "de", "el", "en", "es", "eu", "fi", "fr", "ga", "hi", "hu", "hy", "id", "it", "lt", "ne", "nl",
    "no", "pt", "ro", "ru", "sr", "sv", "ta", "tr",
]  # fmt: skip
"""ISO 639-1 codes of the languages with a Snowball stemmer."""

# A stemmer's time may grow with the square of a word's length, and no longer word is inflected.
_LONGEST_WORD = 64
# The second halves of "Lehrer:in", "Lehrer*innen" and "engagierte:r", which are forms of what stands before.
_GENDERED = re.compile(r"(?<=\w)[*:/_·]-?(?:in|innen|[emnrs]|e[mnrs])\Z", re.IGNORECASE)
_LONGEST_GENDERED = 8
_SHORTEST_ARABIC = 3


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    import snowballstemmer

    return snowballstemmer.stemmer(_STEMMERS[language]).stemWord


def stems_of(text: Text, language: str, *, asked: bool = False) -> list[tuple[frozenset[str], Span]]:
    """The stems of each word and where the word stands; the parts of a hyphenated word are words.

    ``asked`` says that this is a phrase to look for.
    """
    known: dict[tuple[str, bool], frozenset[str]] = {}
    found: list[tuple[frozenset[str], Span]] = []
    for start, stop in text.plain_word_spans:
        for part in re.finditer(r"[^\-‐‑]+", text.raw[start:stop]):
            begin, end = start + part.start(), start + part.end()
            word = unicodedata.normalize("NFC", part.group()).lower().replace("’", "'")
            if language == "de":
                half = _GENDERED.search(text.raw, max(0, end - _LONGEST_GENDERED), end)
                if half and half.start() < begin and found:
                    found[-1] = (found[-1][0], (found[-1][1][0], end))
                    continue
                word = _GENDERED.sub("", word)
            is_first = asked and not found
            if (word, is_first) not in known:
                forms = _without_prefixes(word, asked, is_first) if language == "ar" else [word]
                stem = _stemmer(language)
                known[word, is_first] = frozenset(stem(form) if len(form) <= _LONGEST_WORD else form for form in forms)
            found.append((known[word, is_first], (begin, end)))
    return found


def _without_prefixes(word: str, asked: bool, is_first: bool) -> list[str]:
    """An Arabic word, and what is left of it without its article and what may be joined to that.

    A single letter at the beginning may be a word of its own ("and", "with"), or belong to the word, as it does in a
    phrase that is ``asked`` for; "and" before a later word of such a phrase is one.

    >>> _without_prefixes("وبالسعر", True, True), _without_prefixes("بسعر", True, True)
    (['وبالسعر', 'سعر'], ['بسعر'])
    >>> _without_prefixes("وبسعر", False, False)
    ['وبسعر', 'بسعر', 'سعر']
    """
    word = without_vowel_signs(word) or word
    prefixes = ["[وف]?(?:[بك]?ال|لل)"]
    if not is_first:
        prefixes.append("و" if asked else "[وف]")
    if not asked:
        prefixes.append("[وف]?[بكل]")
    rests = [word[match.end() :] for prefix in prefixes if (match := re.match(prefix, word))]
    return [word, *(rest for rest in rests if len(rest) >= _SHORTEST_ARABIC)]
