"""When two spellings are the same: quotation marks, case, composed characters and accents."""

from __future__ import annotations

import re
import unicodedata

_MARKS = str.maketrans("‘’‛“”„‟\u2010\u2011\u00a0\u202f", '\'\'\'""""--  ')
_LETTER = str.maketrans("\u02bc", "'")

VOWEL_SIGNS = "\u0640\u064b-\u0652\u0670"
"""What Arabic may write above, below and between its letters or leave out, for a class of a regular expression."""


def straight_marks(text: str) -> str:
    """``text`` composed (NFC), with straight quotation marks and apostrophes; the letter ʼ (U+02BC) and case stay.

    Hyphens and spaces at which no line may break become plain ones.

    >>> straight_marks("“Don’t”")
    '"Don\\'t"'
    >>> straight_marks("BF\\u201120\\u00a0g")
    'BF-20 g'
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_MARKS)


def straight(text: str) -> str:
    """``text`` as ``straight_marks`` has it, and with an apostrophe for the letter ʼ (U+02BC) too.

    >>> straight("Don’t"), straight("Don\\u02bct")
    ("Don't", "Don't")
    """
    return straight_marks(text).translate(_LETTER)


def without_vowel_signs(text: str) -> str:
    """``text`` without the vowel signs of Arabic and the stroke that lengthens its words.

    >>> without_vowel_signs("الزَّيْـــتُ")
    'الزيت'
    """
    return text if text.isascii() else re.sub(f"[{VOWEL_SIGNS}]", "", text)


def caseless(text: str) -> str:
    """``text`` case folded and composed (NFC); quotation marks are left as they are.

    >>> caseless("CAFE\\u0301’S")
    'café’s'
    """
    # Text in ASCII is composed, and folding its case is making it small.
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def folded(text: str) -> str:
    """``text`` in the form in which two spellings of a phrase are equal: straight quotes, NFC, case folded.

    >>> folded("Cafe\\u0301’S") == folded("CAFÉ's")
    True
    """
    return straight(caseless(text))


def without_marks(text: str) -> str:
    """``text`` decomposed (NFKD), without the marks that combine with a letter ("é" is "e", "æ" stays)."""
    if text.isascii():
        return text
    return "".join(part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))


def without_accents(text: str) -> str:
    """``text`` without marks, and with plain letters for those that hold one or two ("é" is "e", "æ" is "ae").

    >>> without_accents("Æon, Søren, œuvre: été")
    'Æon, Soren, oeuvre: ete'
    """
    plain = without_marks(text)
    for joined, parts in (("æ", "ae"), ("œ", "oe"), ("ø", "o"), ("ı", "i")):
        plain = plain.replace(joined, parts)
    return plain
