"""Sentences as the published checks of IFTrain cut them: after every full stop, question and exclamation mark.

The reference implementation first marks the stops that end no sentence (``<prd>``), rule by rule, then cuts behind
those that are left. A mark and the quotation mark behind it change places before that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

_LETTER = "([A-Za-z])"
_STARTER = r"(Mr|Mrs|Ms|Dr|Prof|Capt|Cpt|Lt|(?:He|She|It|They|Their|Our|We|But|However|That|This)\s|Wherever)"
_STOPS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"(Mr|St|Mrs|Ms|Dr)\.", r"\1<prd>"),
    (r"\.(com|net|org|io|gov|edu|me)", r"<prd>\1"),
    (r"([0-9])\.([0-9])", r"\1<prd>\2"),
    (r"\.{2,}", lambda match: "<prd>" * len(match[0]) + "<stop>"),
    (r"Ph\.D\.", "Ph<prd>D<prd>"),
    (rf"\s{_LETTER}\. ", r" \1<prd> "),
    (rf"([A-Z]\.[A-Z]\.(?:[A-Z]\.)?) {_STARTER}", r"\1<stop> \2"),
    (rf"{_LETTER}\.{_LETTER}\.{_LETTER}\.", r"\1<prd>\2<prd>\3<prd>"),
    (rf"{_LETTER}\.{_LETTER}\.", r"\1<prd>\2<prd>"),
    (rf" (Inc|Ltd|Jr|Sr|Co)\. {_STARTER}", r" \1<stop> \2"),
    (r" (Inc|Ltd|Jr|Sr|Co)\.", r" \1<prd>"),
    (rf" {_LETTER}\.", r" \1<prd>"),
)
_SWAPPED = (".”", '."', '!"', '?"')


def rule_sentences(text: str) -> list[str]:
    """The sentences of ``text``, without the white space around them; one between two marks may be empty.

    >>> rule_sentences('Dr. Lee said "No." He left... Why?!')
    ['Dr. Lee said "No".', 'He left...', 'Why?', '!']
    """
    text = f" {text}  ".replace("\n", " ")
    for pattern, replacement in _STOPS:
        text = re.sub(pattern, replacement, text)
    for pair in _SWAPPED:
        text = text.replace(pair, pair[::-1])
    for mark in ".?!":
        text = text.replace(mark, f"{mark}<stop>")
    sentences = [sentence.strip() for sentence in text.replace("<prd>", ".").split("<stop>")]
    return sentences if sentences[-1] else sentences[:-1]


def places(text: str, sentences: Iterable[str]) -> list[tuple[int, int]]:
    """Where the first few of ``sentences`` stand in ``text``, of those that were left as they are written."""
    flat = text.replace("\n", " ")
    spans: list[tuple[int, int]] = []
    position = 0
    for sentence, _ in zip(filter(None, sentences), range(20), strict=False):
        start = flat.find(sentence, position)
        if start >= 0:
            position = start + len(sentence)
            spans.append((start, position))
    return spans
