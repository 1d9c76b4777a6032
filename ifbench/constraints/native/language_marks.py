"""Punctuation as a language has it: quotation marks, marks of its own, opening marks, and the spaces around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from ifbench.constraints.native.prose import QUOTES, running_text
from ifbench.constraints.reading.fences import without_code
from ifbench.constraints.sources import NATIVE
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, every

Quoting = Literal[
    "ar", "cs", "da", "de", "de-CH", "en", "es", "fr", "hi", "it", "ja", "nl", "pl", "pt", "ru", "sv", "uk", "zh",
    "zh-TW",
]  # fmt: skip
"""Languages whose double quotation marks are known."""

# Pairs that are in use side by side; 『』 also stand within 「」, and „“ within «».
_PAIRS: dict[str, str] = {
    "ar": "«» “”", "cs": "„“ »«", "da": "”” »« “”", "de": "„“ »«", "de-CH": "«»", "en": "“”", "es": "«» “”",
    "fr": "«» “”", "hi": "“”", "it": "«» “”", "ja": "「」 『』", "nl": "“” „”", "pl": "„” «»", "pt": "“” «»",
    "ru": "«» „“", "sv": "”” »»",
    "uk": "«» „“ “”", "zh": "“” 《》", "zh-TW": "「」 『』 《》",
}  # fmt: skip


def _paired(text: str, pairs: list[str]) -> tuple[list[Span], list[Span]]:
    """All double quotation marks, and those that are of no pair or have no partner in their paragraph."""
    marks: list[Span] = []
    wrong: list[Span] = []
    waiting: list[tuple[Span, str]] = []
    for match in re.finditer(rf"[{QUOTES}]|\n[ \t\r]*\n", text):
        mark, span = match.group(), match.span()
        if mark[0] == "\n":
            wrong += [opening for opening, _ in waiting]
            waiting.clear()
            continue
        marks.append(span)
        closers = "".join(pair[1] for pair in pairs if pair[0] == mark)
        if waiting and mark in waiting[-1][1]:
            waiting.pop()
        elif closers:
            waiting.append((span, closers))
        else:
            wrong.append(span)
    return marks, sorted([*wrong, *(opening for opening, _ in waiting)])


@constraint(
    "language:quotation_marks",
    "Put quotations in the double quotation marks that are usual in {language} (a language code), "
    "never in straight ones, and use at least one pair.",
    Pass("She said “tea” and “it's 5 o’clock”.", language="en"),
    Fail('She said "tea".', language="en"),
    Fail("She said “tea.", language="en"),
    Fail("She said „tea“.", language="en"),
    Fail("She said 'tea', `\"x\"`.", language="en"),
    Fail("“Tea\n\n”", language="en"),
    Pass(Text("Sie sagte „Tee“, er »Milch«.", "de"), language="de"),
    Fail(Text("Sie sagte “Tee”.", "de"), language="de"),
    Fail(Text("Sie sagte „Tee”.", "de"), language="de"),
    Fail(Text("Sie sagte «Tee».", "de"), language="de"),
    Pass(Text("Sie sagte «Tee».", "de"), language="de-CH"),
    Pass(Text("Elle a dit « le “thé” ».", "fr"), language="fr"),
    Fail(Text('Elle a dit "le thé".', "fr"), language="fr"),
    Pass(Text("Dijo «té».", "es"), language="es"),
    Fail(Text("Dijo »té«.", "es"), language="es"),
    Pass(Text("Она сказала: «Роман „Идиот“».", "ru"), language="ru"),
    Fail(Text("Она сказала: «Чай„.", "ru"), language="ru"),
    Pass(Text("彼は「『坊っちゃん』を読んだ」と言った。", "ja"), language="ja"),
    Fail(Text("彼は“はい”と言った。", "ja"), language="ja"),
    Pass(Text("他说：“好。”", "zh"), language="zh"),
    Fail(Text("他说：「好。」", "zh"), language="zh"),
    Pass(Text("قال «نعم».", "ar"), language="ar"),
    Fail(Text('قال "نعم".', "ar"), language="ar"),
    Pass(Text("उसने “हाँ” कहा।", "hi"), language="hi"),
    Fail(Text('उसने "हाँ" कहा।', "hi"), language="hi"),
    Pass(Text("Hon sa ”te” och »kaffe».", "sv"), language="sv"),
    source=NATIVE,
)
def quotation_marks(reply: Text, *, language: Quoting) -> Verdict:
    """Every double quotation mark outside of code belongs to a pair of the language that closes within its paragraph.

    Single quotation marks are not looked at, for they are apostrophes too; a straight mark for inches is one too many.
    """
    marks, wrong = _paired(without_code(reply, inline=True), _PAIRS[language].split())
    return every(reply.raw, marks, wrong, "quotation marks", f"quotations in {_PAIRS[language].replace(' ', ' or ')}")


def _read_spans(reply: Text) -> list[Span]:
    """Where paragraphs, list items and headings are."""
    return sorted([*reply.markdown.prose, *(heading.span for heading in reply.markdown.headings)])


def _prose_matches(reply: Text, pattern: str) -> Iterator[re.Match[str]]:
    """Matches in paragraphs, list items and headings, outside of code and links."""
    text = running_text(reply)
    for start, stop in _read_spans(reply):
        yield from re.compile(pattern).finditer(text, start, stop)


# The letters behind which a mark is judged, the ASCII marks that have a form of their own there, and those forms.
_OWN: dict[str, tuple[str, str, str]] = {
    "Arabic": (r"\p{Arabic}\p{M}", r"[,;?](?!\d)", "[،؛؟]"),
    "Chinese": (r"\p{Han}”’」』）》", "[,.?!;:]", "[，。？！；：、]"),
    "Hindi": (r"\p{Devanagari}", r"\.(?![^\W_])|\|{1,2}", "[।॥]"),
    "Japanese": (r"\p{Han}\p{Hiragana}\p{Katakana}ー」』）", "[,.?!;:]", "[、。？！；：，．]"),
    "Urdu": (r"\p{Arabic}\p{M}", r"[,;?.](?!\d)", "[،؛؟۔]"),
}
_LONGEST_SYLLABLE = 8


@cache
def _is_of(character: str, members: str) -> bool:
    import regex

    return regex.match(f"[{members}]", character) is not None


# Words of one syllable that sentences end with.
_NO_ABBREVIATIONS = frozenset([
    "है", "हैं", "था", "थी", "थीं", "थे", "हो", "हूँ", "हूं", "लो", "दो", "लें", "दें", "आ", "जा", "गा", "गे", "गी", "भी", "ही", "तो",
    "जी", "हाँ", "हां", "ना", "न", "क्या",
])  # fmt: skip


def _ends_abbreviation(text: str, stop: int) -> bool:
    """Whether what ends there is one syllable only, as the abbreviations of Hindi are: डॉ. and कि.मी."""
    import regex

    before = text[max(0, stop - _LONGEST_SYLLABLE) : stop].rstrip("*_")
    if re.split(r"[\s*_]", before)[-1] in _NO_ABBREVIATIONS:
        return False
    syllables = regex.findall(r"\X", before)
    return len(syllables) < 2 or not _is_of(syllables[-2][0], r"\p{Devanagari}")


@constraint(
    "language:own_marks",
    "Use the punctuation marks that {language} has of its own instead of the ASCII ones, and at least one of them.",
    Pass(Text("你好，世界！版本是2.0, API: OK.", "zh"), language="Chinese"),
    Fail(Text("你好，世界!", "zh"), language="Chinese"),
    Fail(Text("你好,世界。", "zh"), language="Chinese"),
    Fail(Text("好,世界。", "zh"), language="Chinese"),
    Fail(Text("**注意**: 你好。", "zh"), language="Chinese"),
    Fail(Text("# 你好!\n\n世界。", "zh"), language="Chinese"),
    Pass(Text(",你好。世界", "zh"), language="Chinese"),
    Fail(Text("你好 世界", "zh"), language="Chinese"),
    Pass(Text("「はい」。`なに?` そうです、と。", "ja"), language="Japanese"),
    Fail(Text("そうですか?　はい。", "ja"), language="Japanese"),
    Fail(Text("「はい」.", "ja"), language="Japanese"),
    Pass(Text("हाँ, डॉ. राव आए। वे 2 कि.मी. चले॥ ठीक v2.", "hi"), language="Hindi"),
    Pass(Text("डॉ. राव आए।", "hi"), language="Hindi"),
    Fail(Text("आए. वे।", "hi"), language="Hindi"),
    Fail(Text("वे | वे गए।", "hi"), language="Hindi"),
    Fail(Text("वे आए. वे गए।", "hi"), language="Hindi"),
    Fail(Text("चाय अच्छी है. दूध भी है।", "hi"), language="Hindi"),
    Fail(Text("यह **है**. वे गए।", "hi"), language="Hindi"),
    Fail(Text("यह **आए**. वे गए।", "hi"), language="Hindi"),
    Fail(Text("वे आए | वे गए।", "hi"), language="Hindi"),
    Fail(Text("वे आए। वे गए||", "hi"), language="Hindi"),
    Fail(Text("वे आए।\n\nडॉ. राव आए.", "hi"), language="Hindi"),
    Pass(Text("هل أنت هنا؟ نعم، أنا هنا. 1,5", "ar"), language="Arabic"),
    Fail(Text("هل أنت هنا؟ نعم, أنا هنا.", "ar"), language="Arabic"),
    Fail(Text("هل أنت هنا?", "ar"), language="Arabic"),
    Pass(Text("یہ اچھا ہے۔ وہ،", "ur"), language="Urdu"),
    Fail(Text("یہ اچھا ہے۔ وہ ہے.", "ur"), language="Urdu"),
    source=NATIVE,
)
def own_marks(reply: Text, *, language: Literal["Arabic", "Chinese", "Hindi", "Japanese", "Urdu"]) -> Verdict:
    """A mark offends behind a letter of the language's script or its closing quotation mark, a space between or not.

    Looked at are paragraphs, list items and headings; code and links are left out, and Markdown's emphasis is looked
    through. In Arabic the full stop is that of ASCII; in Hindi a full stop behind a word of one syllable is an
    abbreviation's (डॉ.), but not behind है and its like, and the comma is that of ASCII.
    """
    letters, foreign, own = _OWN[language]
    right = [match.span() for match in _prose_matches(reply, own)]
    wrong: list[Span] = []
    for match in _prose_matches(reply, foreign):
        start = match.start()
        before = re.sub(r"[*_]+$", "", reply.raw[max(0, start - 4) : start])
        before = before.removesuffix(" ")[-1:]
        if not before or not _is_of(before, letters):
            continue
        if language != "Hindi" or match.group() != "." or not _ends_abbreviation(reply.raw, start):
            wrong.append(match.span())
    return every(reply.raw, sorted([*right, *wrong]), wrong, "marks", f"{language} punctuation marks")


@constraint(
    "language:opening_marks",
    "As Spanish does, open every question with ¿ and every exclamation with ¡, and ask or exclaim at least once.",
    Pass(Text("¿Vienes? ¡Sí! Dime, ¿cuándo?", "es")),
    Pass(Text("¡¿Qué?! Bien. ¡Vaya!!!", "es")),
    Fail(Text("Vienes?", "es")),
    Fail(Text("¿Vienes? Sí!", "es")),
    Fail(Text("¿Vienes!", "es")),
    Fail(Text("¡Vienes?", "es")),
    Fail(Text("¿Vienes? ¿Sí.", "es")),
    Fail(Text("¿Vienes\n\nmañana?", "es")),
    Fail(Text("¿Qué? ?", "es")),
    Fail(Text("Vengo mañana.", "es")),
    Pass(Text("Mira `a != b` en https://a.example/?x: ¿ves?", "es")),
    Pass(Text("¿Y eso, ¡por Dios!, qué es?", "es")),
    Fail(Text("¿Y eso, ¡por Dios?, qué es!", "es")),
    Fail(Text("# Qué es?\n\n¿Lo sabes?", "es")),
    source=NATIVE,
)
def opening_marks(reply: Text) -> Verdict:
    """A run of ? and ! closes the opening marks of its kind that were opened last in its paragraph, item or heading.

    ? closes ¿ and ! closes ¡, several of them at once; a run with both needs both. Code and links are left out.
    """
    text = running_text(reply)
    ends: list[Span] = []
    wrong: list[Span] = []
    for begin, end in _read_spans(reply):
        waiting: list[Span] = []
        for match in re.compile(r"[¿¡]|[?!]+").finditer(text, begin, end):
            if match.group() in "¿¡":
                waiting.append(match.span())
                continue
            ends.append(match.span())
            wanted = {{"?": "¿", "!": "¡"}[mark] for mark in match.group()}
            closed: set[str] = set()
            while waiting and text[waiting[-1][0]] in wanted:
                closed.add(text[waiting.pop()[0]])
            if closed != wanted:
                wrong.append(match.span())
        wrong += waiting
        ends += waiting
    return every(reply.raw, sorted(ends), wrong, "questions and exclamations", "¿ and ¡ before every ? and !")


@constraint(
    "language:french_spacing",
    "As French does, put a space before every : ; ! and ? and inside « », and use at least one of these marks.",
    Pass(Text("Attention : il est 12:30 ! Vraiment ?! « Oui »", "fr")),
    Pass(Text("**Note** : voir https://a.example ; (?) `a:b`", "fr")),
    Pass(Text("Pourquoi\u00a0? Il a dit\u202f: «\u00a0oui\u00a0».", "fr")),
    Pass(Text("Il est tard **!**", "fr")),
    Pass(Text("Il est tard ***!***", "fr")),
    Pass(Text("Ô ! Il est tard.", "fr")),
    Fail(Text("Vraiment 12!3 ?", "fr")),
    Fail(Text("Heure:12 !", "fr")),
    Fail(Text("À 12: oui !", "fr")),
    Fail(Text("Attention: il est tard !", "fr")),
    Fail(Text("Il est tard!", "fr")),
    Fail(Text("Vraiment ? Oui?", "fr")),
    Fail(Text("Il a dit «oui ».", "fr")),
    Fail(Text("Il a dit « oui».", "fr")),
    Fail(Text("Il est tard; il part.", "fr")),
    Fail(Text("Il est **tard**!", "fr")),
    Fail(Text("Il est tard.", "fr")),
    Fail(Text("# Titre: le thé\n\nOui !", "fr")),
    source=NATIVE,
)
def french_spacing(reply: Text) -> Verdict:
    """The space may be of any kind. Of a run such as ?! the first counts; a colon between digits and (?) are exempt.

    Markdown's emphasis is looked through. Paragraphs, list items and headings are looked at, without code and links.
    """
    spaces = " \u00a0\u202f\u2009"
    found: list[Span] = []
    wrong: list[Span] = []
    for match in _prose_matches(reply, r"[!?]+|[:;«»]"):
        mark, (start, stop) = match.group(), match.span()
        before = reply.raw[max(0, start - 4) : start].rstrip("*_")[-1:]
        after = reply.raw[stop : stop + 1]
        if before == "(" or (mark == ":" and before.isdecimal() and after.isdecimal()):
            continue
        found.append((start, stop))
        if (after if mark == "«" else before) not in tuple(spaces):
            wrong.append((start, stop))
    return every(reply.raw, found, wrong, "marks", "a space before : ; ! ? » and after «")
