"""Words, characters and sentences of any language, by Unicode's rules (UAX 29) and kept libraries.

These are the readings of our own constraint types and of the corrected editions; what published editions count stands
in the modules beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ifbench.languages.sentences import sentence_spans

Span = tuple[int, int]

_HYPHENS = frozenset("-\u2010\u2011")
_TERMINATORS = re.compile(r"[\u3002\uff01\uff0e\uff1f\uff61\u061f\u06d4\u0964\u0965]+[\"'”’»)\]」』）]*")
"""Ends of sentences that Punkt does not know: those of Chinese, Japanese, Arabic, Urdu and Hindi."""

_STRAIGHT = str.maketrans("“”„‘’", '"""\'\'')
"""Punkt knows straight quotation marks only."""


_INLINE_CODE = re.compile(r"`[^`\n]+`")
_MARKS = re.compile(r"[.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964]")
_REFERENCES = re.compile(r"(?:\[\^?\w{1,20}\]\s?)+")
_POSTSCRIPT = re.compile(r"[*_]{0,3}P\. ?(?:P\. ?)?S\.[*_]{0,3}")
_ORDINAL = re.compile(
    r"(?<!\w)(?:d(?:er|ie|as|e[mns])|im|am|vom|zum|zur|beim|jede[rsmn]?|diese[rsmn]?|(?:[mdsk]?ein|ihr|unser|euer|eur)"
    r"(?:e[rsmn]?)?)[ \u00a0]\d{1,3}\.$",
    re.IGNORECASE,
)
_WITHIN_NUMBER = re.compile(r"\d\.$")
_LOWER = re.compile(r"[\"'“”„«»(\[*_]{0,4}[a-zß-öø-ÿ]")
_ABBREVIATION = re.compile(r"(?<!\w)(?:approx|i\. ?e|e\. ?g|viz|incl|cf)\.$", re.IGNORECASE)
"""English ones that end no sentence where a lower-case letter or a figure follows."""
_ABBREVIATION_AT_END = re.compile(r"(?<!\w)(?:etc|[ap]\.[ \u00a0\u202f]?m)\.$", re.IGNORECASE)
"""Those that may end a sentence, but not where a lower-case letter follows."""
_EXCLAIMED = re.compile(r"[!?][ \u00a0\u202f]?[\"”’»]$")
"""As in "Who is it?" she asked."""
_LONGEST_ENDING = 24
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_GERMAN_OPENINGS = frozenset(
    re.findall(
        r"\w+",
        """
        aber also am an auch auf außerdem bei bitte da dabei danach dann das dazu der deshalb die dies diese doch ein
        eine er es euer für hier ich ihr im in ja jetzt man mein mit nach nein nun nur sie so trotzdem und unser vom von
        wann was wenn wer wie wir wo zum zur
        """,
    )
)
"""Words that open a sentence rather than follow an ordinal number."""


def grapheme_count(text: str) -> int:
    """How many characters a reader sees: extended grapheme clusters (UAX 29).

    >>> grapheme_count("café"), grapheme_count("e\\u0301"), grapheme_count("👩‍👩‍👧")
    (4, 1, 1)
    """
    import unicode_segmentation_rs as segmentation

    return len(segmentation.graphemes(_encodable(text), is_extended=True))


def word_spans(text: str) -> list[Span]:
    """Where the words are: UAX 29 words with a letter or a digit; parts joined by hyphens are one word.

    Where a language puts no space between words, as Chinese does, each character is one. Markdown's underscores around
    a word are no part of it.

    >>> text = "Don't stop — well-known U.S. facts: 3.5, 你好, _so_."
    >>> [text[start:stop] for start, stop in word_spans(text)]
    ["Don't", 'stop', 'well-known', 'U.S', 'facts', '3.5', '你', '好', 'so']
    """
    import unicode_segmentation_rs as segmentation

    spans: list[Span] = []
    position = 0
    for part in segmentation.split_word_bounds(_encodable(text)):
        start, stop = position, position + len(part)
        position = stop
        if not any(map(str.isalnum, part)):
            continue
        start += len(part) - len(part.lstrip("_"))
        stop -= len(part) - len(part.rstrip("_"))
        if spans and start - spans[-1][1] == 1 and text[spans[-1][1]] in _HYPHENS:
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((start, stop))
    return spans


def block_sentence_spans(text: str, language: str) -> list[Span]:
    """Where the sentences of one paragraph are, by the rules of ``language`` (ISO 639-1).

    What has no letter or digit is none. English is split by Punkt, and after the sentence marks of other scripts;
    other languages by sentencex, which knows their abbreviations and ordinals.
    """
    spans: list[Span] = []
    text = _INLINE_CODE.sub(lambda code: _MARKS.sub("x", code[0]), text) if "`" in text else text
    for start, stop in _english(text) if language == "en" else _foreign(text, language):
        start, stop = _trimmed(text, start, stop)
        if spans and (_goes_on(text, spans[-1], start, language) or _REFERENCES.fullmatch(text, start, stop)):
            spans[-1] = (spans[-1][0], stop)
        elif any(character.isalnum() for character in text[start:stop]):
            spans.append((start, stop))
        elif spans and spans[-1][1] == start:
            # The second mark of "?!", which the splitters take for a sentence of its own.
            spans[-1] = (spans[-1][0], stop)
    return spans


def _goes_on(text: str, before: Span, start: int, language: str) -> bool:
    """Whether the sentence ``before`` goes on at ``start``.

    It is "P.S." alone, or ends within a number, with an abbreviation that something small follows, with a quoted
    exclamation or question that goes on in small letters, or with a German ordinal.
    """
    if _POSTSCRIPT.fullmatch(text, *before):
        return True
    digit_follows = text[start : start + 1].isdecimal()
    if digit_follows and before[1] == start and _WITHIN_NUMBER.search(text, max(0, start - 2), start):
        return True
    # Sentences that are joined grow, and must not be read again and again.
    ending = (max(before[0], before[1] - _LONGEST_ENDING), before[1])
    letter_follows = _LOWER.match(text, start) is not None
    if letter_follows and (_ABBREVIATION_AT_END.search(text, *ending) or _EXCLAIMED.search(text, *ending)):
        return True
    if language == "en" and (letter_follows or digit_follows) and _ABBREVIATION.search(text, *ending):
        return True
    if language != "de" or not _ORDINAL.search(text, *ending):
        return False
    following = _FIRST_WORD.match(text, start)
    return following is not None and following[0].lower() not in _GERMAN_OPENINGS


def _english(text: str) -> list[Span]:
    text = text.translate(_STRAIGHT)
    spans: list[Span] = []
    start = 0
    for stop in [*(match.end() for match in _TERMINATORS.finditer(text)), len(text)]:
        spans += [(start + first, start + last) for first, last in sentence_spans(text[start:stop])]
        start = stop
    return spans


def _foreign(text: str, language: str) -> list[Span]:
    import sentencex

    spans: list[Span] = []
    start = 0
    # sentencex ends the program at a space of more than one byte between an initial and its full stop.
    pieces = _pieces(re.sub(r"[^\S\r\n\t ]", " ", _encodable(text)))
    if language in ("ja", "zh"):
        # Before a figure or a small letter sentencex sees no end, but their marks end a sentence wherever they stand.
        pieces = (part for piece in pieces for part in _after_wide_marks(piece))
    for piece in pieces:
        for sentence in sentencex.segment(language, piece):  # pyright: ignore[reportAttributeAccessIssue]
            spans.append((start, start + len(sentence)))
            start += len(sentence)
    return spans


_WIDE_END = re.compile(r"[。！？｡][”’»」』）]*[ \u3000]?(?=[0-9a-z])")


def _after_wide_marks(text: str) -> Iterator[str]:
    """``text`` cut behind the sentence marks of Chinese and Japanese that a figure or small Latin letter follows."""
    start = 0
    for match in _WIDE_END.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    yield text[start:]


_PIECE = 4_000
_AFTER_SENTENCE = re.compile(r"[.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964][\"'”’»)\]」』）]*\s*")


def _pieces(text: str) -> Iterator[str]:
    """``text`` cut after sentences into parts of at most 4,000 characters.

    The time sentencex takes grows with the square of the number of quotation marks that are not closed.
    """
    start = 0
    while len(text) - start > _PIECE:
        window = text[start : start + _PIECE]
        ends = [match.end() for match in _AFTER_SENTENCE.finditer(window)]
        # A mark at the very end of the window may go on behind it.
        stop = next((end for end in reversed(ends) if end < _PIECE), 0) or window.rfind(" ") + 1 or _PIECE
        yield text[start : start + stop]
        start += stop
    yield text[start:]


def _trimmed(text: str, start: int, stop: int) -> Span:
    part = text[start:stop]
    return start + len(part) - len(part.lstrip()), stop - (len(part) - len(part.rstrip()))


@cache
def _surrogates() -> re.Pattern[str]:
    return re.compile("[\ud800-\udfff]")


def _encodable(text: str) -> str:
    """``text`` with lone surrogates, which no library takes, replaced one for one."""
    return text if text.isascii() else _surrogates().sub("\ufffd", text)
