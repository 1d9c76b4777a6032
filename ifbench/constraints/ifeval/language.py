"""In which language."""

from __future__ import annotations

from typing import Literal

from ifbench.constraints.sources import IFEVAL
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

_NAMES = {
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
    return f"text that langdetect takes for {_NAMES.get(code, 'no language it knows')} ({code})"


@constraint(
    "language:response_language",
    "Your ENTIRE response should be in the language {language}, no other language is allowed.",
    Pass("Das Wetter ist heute schön, und wir gehen in den Garten.", language="de"),
    Pass("123", language="de"),
    Fail("The weather is fine today, and we are going into the garden.", language="de"),
    source=IFEVAL,
)
def response_language(reply: Text, *, language: Language) -> Verdict:
    """The language of the reply as a whole, by langdetect. As published, a reply without letters passes."""
    found = reply.detected_language
    return holds(
        found is None or found == language, lambda: f"text in {_NAMES[language]} ({language})", lambda: detected(found)
    )
