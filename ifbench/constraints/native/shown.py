"""Which language a text shows itself to be in, by its script and by langdetect."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal

from ifbench.constraints.native.scripts import encodes
from ifbench.languages import detect_language

Language = Literal[
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
    "nl", "no", "pl", "pt", "ro", "ru", "sv", "ta", "te", "th", "tr", "uk", "ur", "vi", "zh",
]  # fmt: skip
"""ISO 639-1 codes of languages that script or langdetect tell."""

_SCRIPTS = {
    **dict.fromkeys(("ar", "fa", "ur"), "ARABIC"), **dict.fromkeys(("bg", "ru", "uk"), "CYRILLIC"), "bn": "BENGALI",
    "el": "GREEK", "he": "HEBREW", "hi": "DEVANAGARI", "ja": "EAST", "ko": "HANGUL", "ta": "TAMIL", "te": "TELUGU",
    "th": "THAI", "zh": "EAST",
}  # fmt: skip
# Scripts that one language of those above is written in, so that no n-grams need to be asked.
_SAYS_ALL = frozenset(["BENGALI", "DEVANAGARI", "EAST", "GREEK", "HANGUL", "HEBREW", "TAMIL", "TELUGU", "THAI"])
# What langdetect takes some short texts for; a verdict must not rest on that.
_NEAR = {
    "bg": ("mk",), "cs": ("sk",), "da": ("no", "sv"), "es": ("ca",), "fa": ("ur",), "nl": ("af",), "no": ("da", "sv"),
    "it": ("ro",), "sv": ("da", "no"), "ur": ("fa",),
}  # fmt: skip

# How many Latin letters a letter says as much as: one that is a syllable or a word, and one that leaves vowels out.
_WEIGHTS = {
    **dict.fromkeys(("EAST", "HANGUL", "KANA"), 3),
    **dict.fromkeys(("ARABIC", "BENGALI", "DEVANAGARI", "HEBREW", "TAMIL", "TELUGU", "THAI"), 2),
}
_ENOUGH_TO_CONFIRM = 10
_ENOUGH_TO_OBJECT = 20
_ENOUGH_TO_ASK = 20
_ENOUGH_FOR_LANGDETECT = 30
_ENOUGH_WITHOUT_KANA = 60
_MAJORITY = 0.6
_KANA_SHARE = 0.1
_CLOSING_LETTERS = 40
_CLOSING_WORDS = 8
OTHER = "other"


@cache
def _script(character: str) -> str:
    """The script of a letter, as the first word of its Unicode name; Chinese characters are EAST."""
    name = unicodedata.name(character, "").partition(" ")[0]
    return {"HIRAGANA": "KANA", "KATAKANA": "KANA", "KATAKANA-HIRAGANA": "KANA", "CJK": "EAST"}.get(name, name)


@lru_cache(maxsize=1 << 12)
def shown_language(text: str, candidates: tuple[Language, ...]) -> str | None:
    """Which of ``candidates`` the text is in, :data:`OTHER` when in none of them, None when it is too short to tell.

    The script of most letters decides alone where it can: for a language from 10 letters on, against all of them from
    20 on. Letters of Semitic and Indic scripts count twice, Chinese characters, kana and hangul three times. Kana tell
    Japanese from Chinese. Languages that share a script are asked of langdetect: for a language from 20 letters on,
    against all of them from 30 on; those that it confuses on short texts (Danish, Norwegian and Swedish, say) pass for
    each other.
    """
    weights: Counter[str] = Counter()
    for character, number in Counter(filter(str.isalpha, text)).items():
        script = _script(character)
        weights[script] += number * _WEIGHTS.get(script, 1)
    kana = weights.pop("KANA", 0)
    weights["EAST"] += kana
    total = weights.total()
    script, weight = max(weights.items(), key=lambda item: (item[1], item[0]))
    if total < _ENOUGH_TO_CONFIRM or weight < _MAJORITY * total:
        return None
    fitting = [code for code in candidates if _SCRIPTS.get(code, "LATIN") == script]
    if not fitting:
        return OTHER if total >= _ENOUGH_TO_OBJECT else None
    if script == "EAST":
        code = _eastern(text, kana / total, total)
        # A title of a few characters without kana may be in either language.
        return (code if code in fitting else OTHER) if code else ("zh" if fitting == ["zh"] else None)
    if script in _SAYS_ALL:
        return fitting[0]
    code = _detected(text, fitting) if total >= _ENOUGH_TO_ASK else None
    # On a short text langdetect is believed when it confirms, not when it objects.
    return code if code != OTHER or total >= _ENOUGH_FOR_LANGDETECT else None


def _is_closing(text: str) -> bool:
    """Whether a short text is mostly names and capitals, as the closing of a letter is, and says little of a language.

    >>> [_is_closing(text) for text in ["Kind regards,\\nJana Reiter", "Wo ist hier der alte Bahnhof?", "SO IST ES"]]
    [True, False, False]
    """
    if len(text) > 2 * _CLOSING_LETTERS:
        return False
    words = re.findall(r"[A-Za-zÀ-ɏ]+", text)
    capitals = sum(map(str.istitle, words))
    is_short = len(words) < _CLOSING_WORDS and sum(map(len, words)) < _CLOSING_LETTERS
    return is_short and capitals > 1 and 2 * capitals >= len(words)


def told_language(text: str, candidates: tuple[Language, ...]) -> str | None:
    """Which of ``candidates`` a part of a reply is in, as :func:`shown_language` has it.

    None for the closing of a letter too, where one of them is written in Latin letters.
    """
    is_latin = any(code not in _SCRIPTS for code in candidates)
    return None if is_latin and _is_closing(text) else shown_language(text, candidates)


def _eastern(text: str, kana_share: float, total: int) -> str | None:
    if kana_share >= _KANA_SHARE:
        return "ja"
    return "zh" if total >= _ENOUGH_WITHOUT_KANA or not all(encodes(mark, "euc_jp") for mark in text) else None


def _detected(text: str, candidates: Sequence[str]) -> str | None:
    # langdetect takes nothing from words in capitals.
    code = detect_language(text.lower() if text.isupper() else text)
    if code in (None, "unknown"):
        return None
    return (
        code
        if code in candidates
        else next((candidate for candidate in candidates if code in _NEAR.get(candidate, ())), OTHER)
    )
