"""When two spellings are one word."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """``text`` as it compares: composed, without case, with straight quotation marks and apostrophes.

    >>> folded("Don’t"), folded("“Cafe\\u0301”")
    ("don't", '"café"')
    """
    return straight(text).casefold()


def straight(text: str) -> str:
    """``text`` composed, with straight quotation marks and apostrophes; case is kept.

    >>> straight("“Don’t”")
    '"Don\\'t"'
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).translate(_STRAIGHT)


_STRAIGHT = str.maketrans("‘’‚‛“”„‟", "''''\"\"\"\"")
