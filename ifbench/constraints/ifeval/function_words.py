"""In which language a text is, told by script and by the little words that every sentence needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ifbench.languages import detect_language, word_spans
from ifbench.languages.detection import UNKNOWN

Span = tuple[int, int]

_TELLING = 20
"""So many letters tell a language from another of the same script."""

_PASSAGE = 5
"""So many words in a row of another language make a passage; fewer may be a name or a term."""

_SCRIPTS = {
    "ar": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefe", "bn": "\u0980-\u09ff", "gu": "\u0a80-\u0aff",
    "he": "\u0590-\u05ff", "hi": "\u0900-\u097f", "ja": "\u3040-\u30ff\u3400-\u9fff", "kn": "\u0c80-\u0cff",
    "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af", "ml": "\u0d00-\u0d7f", "pa": "\u0a00-\u0a7f",
    "ru": "\u0400-\u052f", "ta": "\u0b80-\u0bff", "te": "\u0c00-\u0c7f", "th": "\u0e00-\u0e7f",
}  # fmt: skip
_SHARED = {"fa": "ar", "ur": "ar", "mr": "hi", "ne": "hi", "bg": "ru", "uk": "ru"}
"""Languages that write in the script of another."""


@cache
def _function_words() -> dict[str, frozenset[str]]:
    words = {
        "en": "the a an and or but if of to in on at by for with from as is are was were be been am have has had do "
        "does did will would can could should may might not no this that these those there here it its he she "
        "they we you i my your his her our their me him them us who what which when where how why all some "
        "any more than so very just about into out up let's it's don't i'm you're",
        "es": "el la los las un una y o de del en a con por para que no es son se su sus al lo como más pero mi tu "
        "yo",
        "fr": "le la les un une des et ou de du en à au aux avec pour par que qui ne pas est sont se sa son ses ce "
        "cette je tu il elle nous vous dans sur mais",
        "de": "der die das den dem des ein eine einen einem einer und oder aber von zu zum zur in im mit für auf an "
        "ist sind war nicht es sie er wir ihr ich du bist dass auch sich wie als bei",
        "pt": "o a os as um uma e ou de do da dos das em no na com por para que não é são se seu sua ao mais mas eu "
        "você",
        "it": "il lo la i gli le un una e o di del della dei in nel nella con per da che non è sono si su al alla "
        "come più ma io tu",
        "nl": "de het een en of van in op met voor is zijn niet dat die te aan ik je wij maar ook er bij naar",
        "sv": "en ett och eller av i på med för är som att det den de inte jag du vi till om har men så",
        "da": "en et og eller af i på med for er som at det den de ikke jeg du vi til om har men så",
        "no": "en et og eller av i på med for er som at det den de ikke jeg du vi til om har men så",
        "fi": "ja tai on ovat oli ei että se ne hän he me te minä sinä kun jos mutta myös kuin joka tämä",
        "pl": "i w we z ze na do od dla o po że nie to jest są się jak ale co ten ta te ja ty on ona który",
        "cs": "a v ve z ze na do od pro o po že ne to je jsou se jak ale co ten ta já ty on ona který i",
        "sk": "a v vo z zo na do od pre o po že nie to je sú sa ako ale čo ten tá ja ty on ona ktorý i",
        "hr": "i u s sa na do od za o po da ne to je su se kao ali što taj ta ja ti on ona koji",
        "sl": "in v s z na do od za o po da ne to je so se kot ali kaj ta jaz ti on ona ki",
        "hu": "a az egy és vagy de hogy nem is van volt ez meg el ki mint csak én te ő mi",
        "ro": "un o și sau de din în la cu pe pentru că nu este sunt se ca mai dar eu tu el ea care",
        "ca": "el la els les un una i o de del en a amb per que no és són es seu seva al com més però jo tu",
        "tr": "bir ve veya ile için bu şu o da de ki ne mi çok gibi daha ama ben sen biz var yok",
        "id": "yang dan atau di ke dari untuk dengan ini itu adalah tidak pada saya kamu anda kami ada akan juga",
        "tl": "ang ng sa mga na at ay ko mo si ni ito hindi para kung may ako ikaw siya",
        "vi": "và là của có không cho với trong một những các được này đó tôi bạn anh em rất để khi",
        "sw": "na ya wa kwa ni la za katika si hii hiyo kama lakini au yake yangu wako mimi wewe kuwa cha vya",
        "so": "waa iyo oo ka ku la ee in ay uu ma u soo si kale",
        "sq": "dhe në të me për është një nga që si nuk jam ti unë ne por i e",
        "cy": "y yr a ac i o yn ar mae nid ei eu am gan ond oedd wedi",
        "et": "ja või on ei et see need ta me te ma sa kui aga ka nagu mis",
        "lt": "ir ar yra ne kad tai jis ji mes aš tu bet su į iš kaip",
        "lv": "un vai ir ne ka tas viņš viņa mēs es tu bet ar uz no kā",
        "af": "die 'n en of van in op met vir is nie dat te aan ek jy ons maar ook by",
    }  # fmt: skip
    return {code: frozenset(listed.split()) for code, listed in words.items()}


def _words(text: str) -> list[str]:
    return [text[start:stop].replace("’", "'") for start, stop in word_spans(text)]


def _share(words: Sequence[str], code: str) -> float:
    known = _function_words().get(code, frozenset())
    return sum(word in known for word in words) / len(words) if words else 0.0


def latin_language(text: str, wanted: str) -> str | None:
    """The language that a text in Latin letters is in if not in ``wanted``, or None where nothing speaks against that.

    langdetect alone errs on short texts, on names and on capitals. Its word against ``wanted`` counts only where the
    text, in small letters, has more of the little words of the language it names than of those of ``wanted``.
    """
    lower = text.lower()
    found = detect_language(lower)
    if found is None or found == wanted:
        return None
    words = _words(lower)
    return found if _share(words, found) > _share(words, wanted) else None


def speaks_for(text: str, wanted: str) -> bool:
    """Whether langdetect, or two little words, say that a text of two words or more is in ``wanted``."""
    words = _words(text.lower())
    known = _function_words().get(wanted, frozenset())
    if sum(word in known for word in words) > 1:
        return True
    return len(words) > 1 and wanted in (detect_language(text), detect_language(text.lower()))


def script_of(code: str) -> str | None:
    """The letters of the script that a language is written in, as a character class; None where they are Latin."""
    return _SCRIPTS.get(_SHARED.get(code, code))


def other_language(text: str, wanted: str) -> str | None:
    """The language ``text`` as a whole is in if not in ``wanted``, or None where nothing speaks against that.

    ``"another script"`` where most letters are not those that ``wanted`` is written with, and ``"unknown"`` where
    nothing speaks for ``wanted`` either.
    """
    script = script_of(wanted)
    letters = sum(map(str.isalpha, text))
    latin = len(re.findall("[A-Za-z\u00aa-\u024f\u1e00-\u1eff]", text))
    own = len(re.findall(f"[{script}]", text)) if script else latin
    if own * 2 < letters:
        return "another script"
    if script is None:
        return latin_language(text, wanted) or (None if speaks_for(text, wanted) else UNKNOWN)
    if own < _TELLING:
        return None
    if wanted == "ja":
        return None if re.search("[\u3040-\u30ff]", text) else "zh-cn"
    # What shares a script is told apart by statistics alone, which a few letters do not bear.
    shared = _SHARED.get(wanted, wanted)
    found = detect_language(re.sub("[A-Za-z]+", " ", text))
    rivals = {shared, "mk", *(code for code in _SHARED if _SHARED[code] == shared)}
    return found if found in rivals - {wanted} else None


def english_passages(text: str, wanted: str) -> list[Span]:
    """Where a text that should be in ``wanted`` has five or more English words in a row, in one line.

    Names and titles, whose words begin with capitals, are none.
    """
    if wanted == "en":
        return []
    spans: list[Span] = []
    for match in re.finditer(r"[A-Za-z\u00c0-\u024f]\w*(?:[^\w\n.!?()]+[A-Za-z\u00c0-\u024f]\w*)*", text):
        words = _words(match[0])
        small = sum(word.islower() for word in words)
        lower = [word.lower() for word in words]
        english = _share(lower, "en")
        if len(words) >= _PASSAGE and small * 2 > len(words) and english >= 0.2 and english > _share(lower, wanted):
            spans.append(match.span())
    return spans
