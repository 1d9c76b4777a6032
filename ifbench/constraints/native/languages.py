"""Which language stands where: in turn, in every sentence, in headings and text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal

from ifbench.constraints.native.prose import outside_quotations, running_text
from ifbench.constraints.native.scripts import encodes
from ifbench.constraints.sources import NATIVE
from ifbench.errors import quote
from ifbench.languages import block_sentence_spans, detect_language
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, every, holds, listing

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


def one_language(*, first: str, second: str) -> tuple[str, str] | None:
    """A ``conflict``: the two parts are told apart by their languages."""
    return ("second", f"{quote(second)} is the first language too") if first == second else None


@constraint(
    "language:in_turn",
    "Answer first in {first} and then in {second} (ISO 639-1 codes), with a blank line between the two parts.",
    Pass(
        "# The answer\n\nDer Zug fährt heute Abend um neun Uhr ab.\n\nThe train leaves at nine o'clock this morning.",
        first="de",
        second="en",
    ),
    Fail(
        "Der Zug fährt heute Abend um neun Uhr ab.\n\nThe train leaves at nine o'clock this morning.",
        first="en",
        second="de",
    ),
    Pass("Where is the old station?\n\nWo ist hier der alte Bahnhof?", first="en", second="de"),
    Fail(
        "The train leaves at nine o'clock this morning.\nDer Zug fährt heute Abend um neun Uhr ab.",
        first="en",
        second="de",
    ),
    Fail("The train leaves at nine o'clock this morning.", first="en", second="de"),
    Pass(
        "The train leaves at nine o'clock this morning.\n\nIt will be late, I am afraid, by half an hour.\n\n"
        "Der Zug fährt heute Abend um neun Uhr ab.",
        first="en",
        second="de",
    ),
    Fail(
        "The train leaves at nine o'clock this morning.\n\nDer Zug fährt heute Abend um neun Uhr ab.\n\n"
        "It will be late, I am afraid, by half an hour.",
        first="en",
        second="de",
    ),
    Fail(
        "The train leaves at nine o'clock this morning.\n\nLe train part ce matin à neuf heures et demie.\n\n"
        "Der Zug fährt heute Abend um neun Uhr ab.",
        first="en",
        second="de",
    ),
    Pass(Text("今日は電車が遅れています。\n\n今天火车晚点了。\n\nOK!", "ja"), first="ja", second="zh"),
    Fail(Text("今天火车晚点了。\n\n今日は電車が遅れています。", "zh"), first="ja", second="zh"),
    Pass(Text("Поезд отходит сегодня утром в девять часов.\n\nट्रेन आज नौ बजे चलेगी।", "ru"), first="ru", second="hi"),
    Fail(Text("ट्रेन आज नौ बजे चलेगी।", "hi"), first="ru", second="hi"),
    Pass(
        Text(
            "يغادر القطار هذا الصباح في الساعة التاسعة تماما.\n\nEl tren sale esta mañana a las nueve en punto.", "ar"
        ),
        first="ar",
        second="es",
    ),
    Fail(Text("El tren sale esta mañana a las nueve en punto.", "es"), first="ar", second="es"),
    source=NATIVE,
    conflict=one_language,
)
def in_turn(reply: Text, *, first: Language, second: Language) -> Verdict:
    """Paragraphs are told apart by script, and by langdetect from 20 or 30 letters on; shorter ones are not judged.

    All judged up to some paragraph are in the first language, all after it in the second, and both occur. Headings,
    code and links are left out.
    """
    text = running_text(reply)
    told = [(span, shown_language(text[slice(*span)], (first, second))) for span in reply.paragraph_spans]
    order = [code for _, code in told if code]
    runs = [code for index, code in enumerate(order) if not index or code != order[index - 1]]
    return holds(
        runs == [first, second],
        lambda: f"paragraphs in {first}, then in {second}",
        lambda: f"paragraphs in {', then '.join(runs[:6])}" if runs else "no paragraph long enough to be judged",
        [span for span, code in told if code == OTHER],
    )


@constraint(
    "language:every_sentence",
    "Write every sentence in {language} (an ISO 639-1 code); only code and quotations may be in another language.",
    Pass("The train leaves at nine o'clock this morning. Bonjour! It's late.", language="en"),
    Fail("It's late. Le train part ce matin à neuf heures de la gare.", language="en"),
    Fail("Late. Ok.", language="en"),
    Pass('"The train leaves at nine o\'clock this morning."', language="en"),
    Fail('"Le train part ce matin à neuf heures de la gare."', language="en"),
    Pass("It is late. We go now. See you soon, Ann.", language="en"),
    Pass(Text("Die Sitzung beginnt. Bitte kommen.", "de"), language="de"),
    Pass(Text("Встреча в девять. Пожалуйста, приходите. Чай готов.", "ru"), language="ru"),
    Pass("He wrote “Le train part ce matin à neuf heures” and then he left the old station.", language="en"),
    Pass(
        "LE TRAIN is French; the rest of this sentence is not.\n\n```\nDas ist ein Kommentar auf Deutsch.\n```",
        language="en",
    ),
    Pass(Text("Der Zug fährt heute um neun Uhr vom Bahnhof ab. Well.", "de"), language="de"),
    Fail(
        Text("Der Zug fährt heute um neun Uhr vom Bahnhof ab. The train is late again, as it is so often.", "de"),
        language="de",
    ),
    Pass(Text("LA RÉUNION COMMENCE À NEUF HEURES ET SE TERMINE AVANT MIDI.", "fr"), language="fr"),
    Fail(
        Text("Le train part ce matin à neuf heures. The train is late again, as it is so often.", "fr"), language="fr"
    ),
    Pass(Text("電車は九時に出ます。東京駅。GitHubを使います。", "ja"), language="ja"),
    Fail(Text("電車は九時に出ます。The train is late again today.", "ja"), language="ja"),
    Pass(Text("電車は九時に出ます。The train is late.", "ja"), language="ja"),
    Fail(Text("电车九点从车站出发然后开往北京市中心的车站。", "zh"), language="ja"),
    Pass(Text("火车九点开。请看README。", "zh"), language="zh"),
    Fail(Text("火车九点开。電車は九時に出ます。", "zh"), language="zh"),
    Pass(Text("人口很多。", "zh"), language="zh"),
    Fail(Text("人口很多。", "zh"), language="ja"),
    Pass(Text("電車は九時に出ます。東京大学附属図書館中央閲覧室。", "ja"), language="ja"),
    Fail(Text("電車は九時に出ます。今天天氣很好所以大家一同去公園中散會了一會兒。", "ja"), language="ja"),
    Pass(Text("Καλημέρα σε. The train leaves now, ok.", "el"), language="el"),
    Fail(Text("Καλημέρα σε. The train leaves now too.", "el"), language="el"),
    Fail(Text("Καλημέρα σ.", "el"), language="el"),
    Fail(Text("Καλημέρας hello you.", "el"), language="el"),
    Pass(Text("ट्रेन आज नौ बजे चलेगी।", "hi"), language="hi"),
    Fail(Text("ट्रेन आज नौ बजे चलेगी। Train kal subah bhi chalegi.", "hi"), language="hi"),
    Fail(Text("Поезд отходит утром. The train is late again today.", "ru"), language="ru"),
    Pass(Text("Поезд отходит сегодня утром в девять часов с вокзала.", "ru"), language="ru"),
    Fail(Text("Потяг відходить сьогодні вранці о дев'ятій годині з вокзалу.", "uk"), language="ru"),
    Pass(Text("يغادر القطار هذا الصباح في الساعة التاسعة من المحطة.", "ar"), language="ar"),
    Fail(Text("يغادر القطار هذا الصباح. The train is late again today.", "ar"), language="ar"),
    Pass(Text("El modelo se entrenó con pocos datos.", "es"), language="es"),
    Pass(Text("Gracias por su paciencia y su ayuda.", "es"), language="es"),
    Pass("The train leaves from this station at nine. Le train part de notre gare à quatre.", language="en"),
    Fail("The train leaves from this station at nine. Le train part de notre gare vers neuf.", language="en"),
    Fail("I cannot help with that.", language="en"),
    Pass("I cannot help with that now.", language="en"),
    Fail(Text("El tren sale. O comboio parte esta manhã às nove horas da estação.", "es"), language="es"),
    source=NATIVE,
)
def every_sentence(reply: Text, *, language: Language) -> Verdict:
    """A sentence in another script counts from 20 letters (seven Chinese characters, kana or hangul) on.

    In a script that several languages share, langdetect is believed from 20 letters on when it confirms the language,
    from 30 on when it does not. Other sentences are not judged; where none is, all together are. Code, links, headings
    and what stands in quotation marks, if that is not the whole reply, are left out.
    """
    text = running_text(reply)
    text = outside_quotations(text)
    sentences: list[Span] = [
        (block + start, block + stop)
        for block, end in reply.markdown.prose
        for start, stop in block_sentence_spans(text[block:end], language)
    ]
    told = [(span, shown_language(text[slice(*span)], (language,))) for span in sentences]
    judged = [span for span, code in told if code]
    if not judged:
        # Many short sentences are together long enough.
        whole = " ".join(text[slice(*span)] for span in sentences)
        judged = sentences if shown_language(whole, (language,)) == language else []
    wrong = [span for span, code in told if code == OTHER]
    return every(reply.raw, judged, wrong, "sentences long enough to be judged", f"every sentence in {language}")


@constraint(
    "language:headings",
    "Write the headings in {headings} and the text below them in {body} (ISO 639-1 codes).",
    Pass(
        "# Departure of the trains\n\nDer Zug fährt heute um neun Uhr vom Bahnhof ab.\n\n## Late arrivals and delays",
        headings="en",
        body="de",
    ),
    Fail(
        "# Abfahrt der Züge und die Verspätungen\n\nDer Zug fährt heute um neun Uhr vom Bahnhof ab.",
        headings="en",
        body="de",
    ),
    Fail(
        "# Departure of the trains and their delays\n\nThe train leaves at nine this morning.", headings="en", body="de"
    ),
    Fail("Der Zug fährt heute um neun Uhr vom Bahnhof ab.", headings="en", body="de"),
    Fail("# Departure of the trains and their delays", headings="en", body="de"),
    Pass(Text("# Departure of the trains and their delays\n\n電車は九時に出ます。", "ja"), headings="en", body="ja"),
    Fail(Text("# 電車の出発時間\n\n電車は九時に出ます。", "ja"), headings="en", body="ja"),
    Pass(Text("# 火车时间表\n\nПоезд отходит сегодня утром в девять часов.", "ru"), headings="zh", body="ru"),
    Fail(Text("# Расписание\n\n火车九点开。", "ru"), headings="zh", body="ru"),
    Fail(
        "# Departure of the trains\n\n# Die Abfahrt der Züge und ihre Verspätungen\n\n"
        "# Late arrivals and delays of trains\n\nDer Zug fährt heute um neun Uhr vom Bahnhof ab.",
        headings="en",
        body="de",
    ),
    Fail(
        "# Departure of the trains\n\nDer Zug fährt heute um neun Uhr vom Bahnhof ab und kommt morgen an.\n\n"
        "It will be late, I am afraid, by half an hour.\n\n## Late arrivals and delays",
        headings="en",
        body="de",
    ),
    Pass(
        Text("# المواعيد الجديدة للقطارات\n\nLe train part ce matin à neuf heures et demie.", "ar"),
        headings="ar",
        body="fr",
    ),
    Fail(
        Text("# Los nuevos horarios\n\nLe train part ce matin à neuf heures et demie.", "fr"), headings="ar", body="fr"
    ),
    Pass(Text("# ट्रेनों का समय\n\nEl tren sale esta mañana a las nueve en punto.", "hi"), headings="hi", body="es"),
    source=NATIVE,
)
def headings(reply: Text, *, headings: Language, body: Language) -> Verdict:
    """All Markdown headings together, and all paragraphs and list items together, must be long enough to be told.

    That is 10 letters where the script says the language (four Chinese characters, kana or hangul), otherwise 20 to 30.
    A single heading or paragraph in another language offends from 20 letters on, or 30 where the script is shared.
    """
    text = running_text(reply)
    titles = [re.sub(r"[#*_`]", " ", heading.text) for heading in reply.markdown.headings]
    prose = [text[slice(*span)] for span in reply.markdown.prose]
    parts = ((" ".join(titles), headings), ("\n".join(prose), body))
    found = [shown_language(part, tuple(dict.fromkeys((wanted, headings, body)))) for part, wanted in parts]
    wrong = [
        span
        for pieces, spans, wanted in (
            (titles, [heading.span for heading in reply.markdown.headings], headings),
            (prose, reply.markdown.prose, body),
        )
        for piece, span in zip(pieces, spans, strict=True)
        if shown_language(piece, (wanted,)) == OTHER
    ]

    def wording(code: str | None) -> str:
        return "another language" if code == OTHER else code or "too few letters to tell"

    return holds(
        found == [headings, body] and not wrong,
        lambda: f"headings in {headings} and text in {body}",
        lambda: (
            f"another language in {listing([reply.raw[start:stop] for start, stop in wrong[:3]])}"
            if wrong
            else f"headings in {wording(found[0])} and text in {wording(found[1])}"
        ),
        wrong or [heading.span for heading in reply.markdown.headings],
    )
