"""In which script: letters, digits, the direction of lines, the two forms of Chinese, and sets of characters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Literal

from ifbench.constraints.native.prose import blanked, item_number_spans, running_text
from ifbench.constraints.reading.fences import without_code
from ifbench.constraints.sources import NATIVE
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, absent, every, holds

if TYPE_CHECKING:
    import regex

Script = Literal[
    "Arabic", "Armenian", "Bengali", "Cyrillic", "Devanagari", "Georgian", "Greek", "Gujarati", "Gurmukhi", "Han",
    "Hangul", "Hebrew", "Hiragana", "Japanese", "Kannada", "Katakana", "Khmer", "Latin", "Malayalam", "Tamil",
    "Telugu", "Thai",
]  # fmt: skip
"""Scripts as Unicode names them; Japanese is Han, Hiragana and Katakana together."""


@cache
def _members(script: Script) -> str:
    names = ("Han", "Hiragana", "Katakana") if script == "Japanese" else (script,)
    return "".join(rf"\p{{Script_Extensions={name}}}" for name in names)


@cache
def _letter(script: Script, *, inside: bool) -> regex.Pattern[str]:
    import regex

    shared = r"\p{Script_Extensions=Common}\p{Script_Extensions=Inherited}"
    if inside:
        return regex.compile(rf"[\p{{L}}&&[{_members(script)}]]", regex.VERSION1)
    return regex.compile(rf"[\p{{L}}--[{_members(script)}{shared}]]+", regex.VERSION1)


@constraint(
    "language:only_script",
    "Use letters of {script} script, and none of another one.",
    Pass("Café, 5 € — ok?", script="Latin"),
    Fail("Café αβ", script="Latin"),
    Fail("5 € — ?!", script="Latin"),
    Pass(Text("Привет, мир! 123", "ru"), script="Cyrillic"),
    Fail(Text("Пpивет", "ru"), script="Cyrillic"),
    Fail(Text("Privet, mir!", "ru"), script="Cyrillic"),
    Pass(Text("नमस्ते, दुनिया। 12", "hi"), script="Devanagari"),
    Fail(Text("Namaste, दुनिया।", "hi"), script="Devanagari"),
    Pass(Text("مرحبا بالعالم، ١٢", "ar"), script="Arabic"),
    Fail(Text("مرحبا OK", "ar"), script="Arabic"),
    Pass(Text("コーヒーを飲む人々。", "ja"), script="Japanese"),
    Fail(Text("Tシャツを買う。", "ja"), script="Japanese"),
    Fail(Text("コーヒーを飲む", "ja"), script="Katakana"),
    Pass(Text("らーめん", "ja"), script="Hiragana"),
    Pass(Text("我爱喝茶。", "zh"), script="Han"),
    Fail(Text("我爱喝tea。", "zh"), script="Han"),
    source=NATIVE,
)
def only_script(reply: Text, *, script: Script) -> Verdict:
    """Every letter, also in code and links, and there is one; digits, punctuation and emoji belong to no script.

    A letter that several scripts share (Unicode's Script_Extensions), such as ー, belongs to each of them.
    """
    required = f"letters of {script} script only"
    own = [match.span() for match in _letter(script, inside=True).finditer(reply.raw)]
    others = [match.span() for match in _letter(script, inside=False).finditer(reply.raw)]
    if not own:
        return holds(False, required, "no letter of it", others)
    return absent([reply.raw[start:stop] for start, stop in others], required, others)


Digits = Literal[
    "Arabic-Indic", "Bengali", "Devanagari", "full-width", "Gujarati", "Persian", "Tamil", "Telugu", "Thai", "Western"
]  # fmt: skip
"""Sets of the ten digits; Western are 0 to 9."""

_ZEROS = {
    "Arabic-Indic": "٠", "Bengali": "০", "Devanagari": "०", "full-width": "０", "Gujarati": "૦", "Persian": "۰",
    "Tamil": "௦", "Telugu": "౦", "Thai": "๐", "Western": "0",
}  # fmt: skip


@constraint(
    "language:digits",
    "Write numbers in figures with {digits} digits, and use at least one.",
    Pass(Text("عددهم ١٢٠ في ٢٠٢٤.", "ar"), digits="Arabic-Indic"),
    Fail(Text("عددهم ١٢٠ في 2024.", "ar"), digits="Arabic-Indic"),
    Fail(Text("عددهم ۱۲۰.", "ar"), digits="Arabic-Indic"),
    Fail(Text("عددهم كبير.", "ar"), digits="Arabic-Indic"),
    Pass(Text("1. `x = 1`\n2. कुल १२० लोग, https://a.example/9", "hi"), digits="Devanagari"),
    Fail(Text("कुल 120 लोग।", "hi"), digits="Devanagari"),
    Pass(Text("عددهم 120.", "ar"), digits="Western"),
    Fail(Text("１２個です。", "ja"), digits="Western"),
    Pass(Text("１２個です。", "ja"), digits="full-width"),
    Pass("90", digits="Western"),
    Fail("Chapter ², x", digits="Western"),
    source=NATIVE,
)
def digits(reply: Text, *, digits: Digits) -> Verdict:
    """Decimal digits of any script; those of code, links and the numbers of list items are left out."""
    text = blanked(running_text(reply), item_number_spans(reply))
    zero = ord(_ZEROS[digits])
    found = [match.span() for match in re.finditer(r"\d", text)]
    wrong = [(place, stop) for place, stop in found if not zero <= ord(text[place]) <= zero + 9]
    return every(reply.raw, found, wrong, "digits", f"{digits} digits only")


def _line_spans(text: str) -> list[Span]:
    spans: list[Span] = []
    position = 0
    for line in text.split("\n"):
        spans.append((position, position + len(line)))
        position += len(line) + 1
    return spans


@constraint(
    "language:right_to_left",
    "Let every line begin with a letter of a script that is written from right to left.",
    Pass(Text("# مرحبا\n\n1. أهلا API\n- **شاي**\n123\n\n```\nx\n```", "ar")),
    Fail(Text("مرحبا\nAPI أهلا", "ar")),
    Pass(Text("(123) مرحبا\r\n", "ar")),
    Fail("123\n---"),
    Pass(Text("«שלום»", "he")),
    Fail(Text("Shalom, שלום", "he")),
    source=NATIVE,
)
def right_to_left(reply: Text) -> Verdict:
    """The first character of a line that has a direction in Unicode decides; lines without one are not judged.

    List markers, digits and punctuation have none. Fenced code is left out.
    """
    text = without_code(reply)
    judged: list[Span] = []
    wrong: list[Span] = []
    for start, stop in _line_spans(text):
        classes = (unicodedata.bidirectional(text[place]) for place in range(start, stop))
        first = next((name for name in classes if name in ("L", "R", "AL")), None)
        if first:
            judged.append((start, stop))
            wrong += [(start, stop)] if first == "L" else []
    return every(
        reply.raw, judged, wrong, "lines", "a letter written from right to left at the beginning of every line"
    )


@cache
def encodes(character: str, codec: str) -> bool:
    """Whether a legacy character set has the character."""
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


# Standard in Hong Kong's traditional Chinese, but not in Big5.
_TRADITIONAL_TOO = frozenset("着")


def _is_foreign(character: str, variant: str) -> bool:
    if variant == "simplified":
        return encodes(character, "big5") and not encodes(character, "gb2312")
    return encodes(character, "gb2312") and not encodes(character, "big5") and character not in _TRADITIONAL_TOO


@constraint(
    "language:chinese_characters",
    "Write Chinese in {variant} characters only.",
    Pass(Text("我们爱喝茶，他们也说中国话。", "zh"), variant="simplified"),
    Fail(Text("我們愛喝茶。", "zh"), variant="simplified"),
    Fail(Text("我们爱喝茶，也說中國話。", "zh"), variant="simplified"),
    Pass(Text("我們愛喝茶，他們也說中國話，看着門。", "zh"), variant="traditional"),
    Fail(Text("我们爱喝茶。", "zh"), variant="traditional"),
    Pass(Text("人口", "zh"), variant="traditional"),
    Pass(Text("人口", "zh"), variant="simplified"),
    Pass(Text("㗎", "zh"), variant="traditional"),
    Pass(Text("㗎", "zh"), variant="simplified"),
    Fail("No Chinese.", variant="simplified"),
    Fail(Text("ひらがな", "ja"), variant="traditional"),
    source=NATIVE,
)
def chinese_characters(reply: Text, *, variant: Literal["simplified", "traditional"]) -> Verdict:
    """A character is traditional when Big5 has it and GB 2312 has not, simplified when it is the other way round.

    Those in both, as most are, or in neither belong to either form. So a rare character of a name may count as
    traditional, and what is simplified by taking another character (后 for 後) is not seen in traditional text.
    """
    found = [match.span() for match in re.finditer("[\u3400-\u9fff]", reply.raw)]
    wrong = [(place, stop) for place, stop in found if _is_foreign(reply.raw[place], variant)]
    return every(reply.raw, found, wrong, "Chinese characters", f"{variant} Chinese characters only")


_GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€"
)


@constraint(
    "content:character_set",
    "Use no characters that are not in {character_set}.",
    Pass("Tea & milk\tat 5.", character_set="ASCII"),
    Fail("Café", character_set="ASCII"),
    Fail("Tea – milk", character_set="ASCII"),
    Fail("Tea\x80", character_set="ASCII"),
    Fail("Tea Ā", character_set="ISO 8859-1"),
    Fail("Tea “milk”", character_set="ISO 8859-1"),
    Pass(Text("Größe ÿ", "de"), character_set="ISO 8859-1"),
    Fail(Text("Größe: 5 €", "de"), character_set="ISO 8859-1"),
    Pass(Text("Größe: 5 €, à Ω [~]", "de"), character_set="GSM 03.38 (SMS)"),
    Fail(Text("Größe: ç", "de"), character_set="GSM 03.38 (SMS)"),
    Pass(Text("¿Qué año?", "es"), character_set="GSM 03.38 (SMS)"),
    Fail(Text("¿Qué día?", "es"), character_set="GSM 03.38 (SMS)"),
    source=NATIVE,
)
def character_set(reply: Text, *, character_set: Literal["ASCII", "ISO 8859-1", "GSM 03.38 (SMS)"]) -> Verdict:
    """Every character, line breaks and tabs included (GSM 03.38 has no tab, but its extension with € and brackets)."""
    known = {"ASCII": r"\x00-\x7f", "ISO 8859-1": r"\x00-\xff"}.get(character_set) or re.escape(_GSM)
    spans = [match.span() for match in re.finditer(f"[^{known}]", reply.raw)]
    return absent([reply.raw[start:stop] for start, stop in spans], f"characters of {character_set} only", spans)
