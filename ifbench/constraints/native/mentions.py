"""Where given words and names stand in a reply, as whole words in the scripts of all languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ifbench.constraints.native.prose import narrow
from ifbench.constraints.reading.folding import VOWEL_SIGNS, without_vowel_signs

if TYPE_CHECKING:
    import regex

# Scripts that put no space between words, so that a neighbour says nothing about where a word ends.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_KATAKANA, _HANGUL = r"\p{Katakana}ー", r"\p{Hangul}"
_LETTER = rf"[^\W_{_UNSPACED}{_KATAKANA}{_HANGUL}]"
_PARTICLES = "은|는|이|가|을|를|의|에|에서|에게|께|와|과|도|로|으로|만|부터|까지|처럼|보다|이나|나|이라|라"
_BARE_GENITIVE = frozenset(["da", "de", "nl", "no", "sv"])
# Case endings of Russian, Ukrainian and their like: behind a consonant, and in the place of a last vowel, й or ь.
_ENDINGS = {
    "а": "а|ы|и|е|у|ой|ою", "я": "я|и|і|е|ю|ей|ею|ёй", "о": "о|а|у|ом|е", "е": "е|я|ю|ем", "й": "й|я|ю|ем|е|и",
    "ь": "ь|я|ю|ем|ём|е|и|ью",
}  # fmt: skip
_CONSONANT_ENDINGS = "а|у|ом|ем|е|ы|и"
_SHORTEST_INFLECTED = 4


class Mention(NamedTuple):
    """One place where one of the given phrases stands: its number among them, and its span."""

    phrase: int
    span: tuple[int, int]


def mentions(
    text: str, phrases: Sequence[str], language: str = "", *, match_case: bool = False, inflected: bool = False
) -> list[Mention]:
    """Where ``phrases`` stand as whole words, from left to right; where two begin at one place, the longer counts.

    Spaces and hyphens within a phrase stand for each other, and so do straight and curly apostrophes. What is attached
    by an apostrophe or a hyphen does not hide a word, nor does an article or preposition written together with it in
    Arabic, a particle in Korean, or the genitive's bare "s" where ``language`` is da, de, nl, no or sv. Between
    letters of scripts without spaces (Chinese, Japanese kana, Thai) every place counts as the edge of a word, save
    within a run of katakana. Full-width letters count as the plain ones and Arabic's vowel signs do not count, save
    with ``match_case``.

    With ``inflected``, the last word may have a bare "s" in English too, and in Cyrillic, from four letters on, the
    case endings of the singular.

    >>> text = "السكر والزَّيتُ هنا"
    >>> [text[start:stop] for _, (start, stop) in mentions(text, ["زَيت"], "ar")]
    ['والزَّيتُ']
    """
    bare_s = language in _BARE_GENITIVE or (inflected and language == "en")
    places: list[int] = []
    if not match_case:
        text = narrow(text)
        plain = [without_vowel_signs(phrase) for phrase in phrases]
        # Only signs can be looked for where they are.
        if not all(map(str.strip, plain)):
            plain = list(phrases)
        elif without_vowel_signs(text) != text:
            places = [match.start() for match in re.finditer(f"[^{VOWEL_SIGNS}]", text)] + [len(text)]
            text = without_vowel_signs(text)
        phrases = plain
    pattern = _pattern(tuple(phrases), bare_s, match_case, inflected)
    found = ((int((match.lastgroup or "p0")[1:]), match.span()) for match in pattern.finditer(text))
    return [
        Mention(phrase, (places[start], places[stop]) if places else (start, stop)) for phrase, (start, stop) in found
    ]


@cache
def _pattern(phrases: tuple[str, ...], bare_s: bool, match_case: bool, inflected: bool) -> regex.Pattern[str]:
    import regex

    longest_first = sorted(range(len(phrases)), key=lambda index: -len(phrases[index]))
    wanted = phrases if match_case else tuple(map(narrow, phrases))
    branches = [f"(?P<p{index}>{_expression(wanted[index], bare_s, inflected)})" for index in longest_first]
    return regex.compile("|".join(branches), regex.VERSION1 | (0 if match_case else regex.IGNORECASE))


def _expression(phrase: str, bare_s: bool, inflected: bool) -> str:
    import regex

    forms = dict.fromkeys(unicodedata.normalize(form, phrase.strip()) for form in ("NFC", "NFD"))
    bodies: list[str] = []
    for form in forms:
        parts = [part for part in regex.split(r"[\s\-‐‑]+", form) if part] or [form]
        # A gap is bounded, or a phrase of marks could be looked for in quadratic time.
        words = [regex.escape(part) for part in parts]
        if inflected:
            words[-1] = _with_endings(parts[-1])
        body = r"[\s\-‐‑]{1,3}".join(words)
        bodies.append(regex.sub("['’ʼ＇]", "['’ʼ＇]", body))
    first, last = _edges(phrase)
    return f"{_before(first)}(?:{'|'.join(bodies)}){_after(last, bare_s)}"


def _with_endings(word: str) -> str:
    """An expression for ``word`` and, where it is a Cyrillic one, its cases in the singular."""
    import regex

    if len(word) < _SHORTEST_INFLECTED or not regex.fullmatch(r"\p{Cyrillic}*\p{Ll}", word):
        return regex.escape(word)
    last = word[-1]
    if last in _ENDINGS:
        return f"{word[:-1]}(?:{_ENDINGS[last]})"
    return word if last in "аеёиоуыэюяіїє" else f"{word}(?:{_CONSONANT_ENDINGS})?"


def _edges(phrase: str) -> tuple[str, str]:
    """The first and the last character of ``phrase``, composed."""
    composed = unicodedata.normalize("NFC", phrase.strip())
    return composed[0], composed[-1]


def _is(character: str, members: str) -> bool:
    import regex

    return regex.match(f"[{members}]", character) is not None


def _before(first: str) -> str:
    """What may not stand before a phrase that begins with ``first``."""
    if _is(first, _KATAKANA):
        return f"(?<![{_KATAKANA}])"
    if _is(first, _HANGUL):
        return f"(?<![{_HANGUL}])"
    if _is(first, r"\p{Arabic}"):
        return rf"(?<!{_LETTER})(?:[وف]?(?:[بك]?ال|لل|[بكل])?)"
    if _is(first, r"\p{Latin}"):
        # Arabic joins its article and prepositions to words of other scripts too.
        return rf"(?:(?<!{_LETTER})|(?<=\p{{Arabic}}ـ?))"
    return f"(?<!{_LETTER})" if _is_spaced_letter(first) else ""


def _is_spaced_letter(character: str) -> bool:
    import regex

    return regex.match(_LETTER, character) is not None


def _after(last: str, bare_s: bool) -> str:
    """What may not stand behind a phrase that ends with ``last``."""
    if _is(last, _KATAKANA):
        return f"(?![{_KATAKANA}])"
    if _is(last, _HANGUL):
        return f"(?=(?:{_PARTICLES})?(?![{_HANGUL}]))"
    if not _is_spaced_letter(last):
        # A combining mark would make another letter of what stands before it.
        return r"(?!\p{M})"
    ending = "s?" if bare_s and last.isalpha() and last.lower() not in "sßxz" else ""
    return f"{ending}(?!{_LETTER})"
