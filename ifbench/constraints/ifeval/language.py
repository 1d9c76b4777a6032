"""In which language."""

from __future__ import annotations

from typing import Literal

from ifbench.constraints.ifeval.function_words import english_passages, other_language
from ifbench.constraints.sources import IFEVAL
from ifbench.errors import quote
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Conversation, Text
from ifbench.verdict import Verdict, holds

NAMES = {
    "en": "English", "es": "Spanish", "pt": "Portuguese", "ar": "Arabic", "hi": "Hindi", "fr": "French",
    "ru": "Russian", "de": "German", "ja": "Japanese", "it": "Italian", "bn": "Bengali", "uk": "Ukrainian",
    "th": "Thai", "ur": "Urdu", "ta": "Tamil", "te": "Telugu", "bg": "Bulgarian", "ko": "Korean",
    "pl": "Polish", "he": "Hebrew", "fa": "Persian", "vi": "Vietnamese", "ne": "Nepali", "sw": "Swahili",
    "kn": "Kannada", "mr": "Marathi", "gu": "Gujarati", "pa": "Punjabi", "ml": "Malayalam", "fi": "Finnish",
    "af": "Afrikaans", "ca": "Catalan", "cs": "Czech", "cy": "Welsh", "da": "Danish", "el": "Greek",
    "et": "Estonian", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "lt": "Lithuanian",
    "lv": "Latvian", "mk": "Macedonian", "nl": "Dutch", "no": "Norwegian", "ro": "Romanian", "sk": "Slovak",
    "sl": "Slovenian", "so": "Somali", "sq": "Albanian", "sv": "Swedish", "tl": "Tagalog", "tr": "Turkish",
    "zh-cn": "simplified Chinese", "zh-tw": "traditional Chinese",
}  # fmt: skip

Language = Literal[
    "en", "es", "pt", "ar", "hi", "fr", "ru", "de", "ja", "it", "bn", "uk", "th", "ur", "ta",
    "te", "bg", "ko", "pl", "he", "fa", "vi", "ne", "sw", "kn", "mr", "gu", "pa", "ml", "fi",
]  # fmt: skip
"""ISO 639-1 codes of the languages IFEval asks for."""


def detected(code: str | None) -> str:
    """What langdetect found, in words."""
    if code is None:
        return "no text whose language could be detected"
    return f"text that langdetect takes for {NAMES.get(code, 'no language it knows')} ({code})"


@constraint(
    "language:response_language",
    "Your ENTIRE response should be in the language {language}, no other language is allowed.",
    Pass("Das Wetter ist heute schön, und wir gehen in den Garten.", language="de"),
    Pass("123", language="de"),
    Pass("Сегодня хорошая погода, и мы идём в сад.\n\n(The weather is fine today.)", language="ru"),
    Fail("The weather is fine today, and we are going into the garden.", language="de"),
    source=IFEVAL,
)
def response_language(reply: Text, *, language: Language) -> Verdict:
    """The language of the reply as a whole, by langdetect. As published, a reply without letters passes."""
    found = reply.detected_language
    return holds(
        found is None or found == language, lambda: f"text in {NAMES[language]} ({language})", lambda: detected(found)
    )


@constraint(
    "language:response_language",
    "Your ENTIRE response should be in the language {language}, no other language is allowed.",
    Pass("Das Wetter ist heute schön, und wir gehen in den Garten.", language="de"),
    Pass("Guten Morgen.", language="de"),
    Pass("DAS WETTER IST SCHÖN, UND WIR LESEN „THE LORD OF THE RINGS“.", language="de"),
    Pass("आज मौसम अच्छा है और हम Google के साथ बगीचे में जा रहे हैं।", language="hi"),
    Pass(
        "Сегодня хорошая погода, и мы все вместе читаем книгу A People's History of the United States.", language="ru"
    ),
    Pass("नमस्ते", language="mr"),
    Pass("Hola, y el café.", language="es"),
    Fail("Rom", language="de"),
    Fail("a b", language="es"),
    Fail("123", language="de"),
    Fail("The weather is fine today, and we are going into the garden.", language="de"),
    Fail("The weather is fine today, and we are going into the garden.", language="ru"),
    Fail("Das ist gut und es ist schön.", language="fr"),
    Fail("आज मौसम अच्छा है और हम बगीचे में जा रहे हैं। फिर हम घर आएंगे और चाय पियेंगे।", language="mr"),
    Fail(
        "Sure, here is the text in German:\n\nDas Wetter ist heute schön, und wir gehen alle zusammen in den Garten.",
        language="de",
    ),
    Fail("Сегодня хорошая погода, и мы идём в сад.\n\n(The weather is fine today.)", language="ru"),
    source=IFEVAL,
    edition="corrected",
    fault="Only the language of most of it counts, short texts are misjudged, and a reply without letters passes.",
)
def response_language_corrected(reply: Text, conversation: Conversation, *, language: Language) -> Verdict:
    """In letters and little words of the language, without a passage of five or more English words.

    Names, terms and titles may be foreign, as may what the reply repeats of the request. langdetect decides only
    what those leave open. The sentence allows no other language; passages in another than English are not looked for.
    """
    asked = "\n".join(conversation.prompts)
    own = "\n".join("" if len(line.split()) > 4 and line.strip() in asked else line for line in reply.raw.splitlines())
    if not any(map(str.isalpha, own)):
        return holds(False, f"text in {NAMES[language]} ({language})", "no text")
    found = other_language(own, language)
    passages = english_passages(own, language)

    def observed() -> str:
        if found:
            return (
                f"text in {NAMES.get(found, found)}" if found != "unknown" else "text in no language that could be told"
            )
        if passages:
            return f"a passage in English: {quote(own[slice(*passages[0])])}"
        return f"text in {NAMES[language]}"

    def spans() -> list[tuple[int, int]]:
        # Lines were left out of what was looked at, but a passage is all in one line.
        places = ((reply.raw.find(text), len(text)) for text in (own[slice(*span)] for span in passages[:20]))
        return [(start, start + length) for start, length in places if start >= 0]

    return holds(not found and not passages, f"text in {NAMES[language]} ({language})", observed, spans)
