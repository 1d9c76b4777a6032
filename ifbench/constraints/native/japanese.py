"""Japanese: the politeness of sentence endings, and readings written behind kanji."""

from __future__ import annotations

import re
from typing import Literal

from ifbench.constraints.native.prose import outside_quotations, running_text
from ifbench.constraints.sources import NATIVE
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, every

_KANA = "\u3041-\u309f\u30a0-\u30ff"
_KANJI = "\u3400-\u4dbf\u4e00-\u9fff々"
_POLITE = (*("です", "ます", "でした", "ました", "ません", "でしょう", "ましょう", "ください", "くださいませ"),)
# What may follow the ending of a sentence: particles, and conjunctions that leave it open.
_PARTICLES = (
    "か",
    "ね",
    "よ",
    "な",
    "わ",
    "が",
    "けど",
    "けれど",
    "けれども",
    "から",
    "ので",
    "のに",
    "し",
    "っけ",
    "もの",
)
_LONGEST_TAIL = 32


def _sentence_spans(reply: Text) -> list[Span]:
    """Where sentences with kana are, quotations and brackets blanked out; they end with 。！？ or their line."""
    text = running_text(reply)
    text = outside_quotations(text)
    text = re.sub(r"（[^（）\n]{0,200}）|\([^()\n]{0,200}\)", lambda match: " " * len(match.group()), text)
    return [
        (match.start() + len(match.group()) - len(match.group().lstrip()), match.start() + len(match.group().rstrip()))
        for start, stop in reply.markdown.prose
        for match in re.compile(r"[^。！？!?\n]+").finditer(text, start, stop)
        if re.search(f"[{_KANA}]", match.group())
        and not _is_fragment(match.group(), text[match.end() : match.end() + 1])
    ]


_GREETINGS = ("こんにちは", "こんばんは", "はじめまして", "さようなら")
_ANSWERS = frozenset(["はい", "いいえ", "ええ", "では", "さて"])


def _is_fragment(part: str, mark: str) -> bool:
    """Whether it has no predicate: a greeting, an answer, or a noun at the end of a line, as in a list or a title."""
    part = part.strip(" \t\r　*_")
    if part.endswith(_GREETINGS) or part in _ANSWERS:
        return True
    return mark in ("", "\n") and re.search(rf"[{_KANJI}\u30a1-\u30ffA-Za-z0-9０-９]$", part) is not None


def _is_polite(sentence: str) -> bool:
    tail = re.sub(rf"[^{_KANA}{_KANJI}]+$", "", sentence[-_LONGEST_TAIL:])
    while not tail.endswith(_POLITE):
        shorter = next((tail.removesuffix(end) for end in _PARTICLES if tail.endswith(end)), tail)
        if shorter == tail:
            return False
        tail = shorter
    return True


@constraint(
    "language:japanese_style",
    "Write in Japanese, and end every sentence in the {style}.",
    Pass(Text("電車が来ました。行きますか？ はい、行きますよね！", "ja"), style="polite style (です・ます)"),
    Pass(
        Text("- 静かです\n- 待ってください。\n\n彼は「行く。」と言いました（本当だ）。", "ja"),
        style="polite style (です・ます)",
    ),
    Fail(Text("電車が来ました。静かだ。", "ja"), style="polite style (です・ます)"),
    Pass(Text("こんにちは！次の通りです。\r\n\r\n- **お茶**\n- 熱いコーヒー", "ja"), style="polite style (です・ます)"),
    Pass(Text("はい。行きます。", "ja"), style="polite style (です・ます)"),
    Fail(Text("こんにちは！\n\n- お茶", "ja"), style="polite style (です・ます)"),
    Fail(Text("次の通りです。これはお茶。", "ja"), style="polite style (です・ます)"),
    Fail(Text("次の通りです。\n\n- お茶を飲む", "ja"), style="polite style (です・ます)"),
    Fail(Text("ですから行く。", "ja"), style="polite style (です・ます)"),
    Fail("The train is here.", style="polite style (です・ます)"),
    Pass(Text("電車が来た。静かである。彼は「行きます」と言った。", "ja"), style="plain style (だ・である)"),
    Fail(Text("電車が来た。静かですよ。", "ja"), style="plain style (だ・である)"),
    Fail(Text("行きませんでしたけどね", "ja"), style="plain style (だ・である)"),
    Fail(Text("火车来了。", "zh"), style="plain style (だ・である)"),
    source=NATIVE,
)
def japanese_style(reply: Text, *, style: Literal["polite style (です・ます)", "plain style (だ・である)"]) -> Verdict:
    """A sentence is polite when it ends in です, ます, their past, negative and volitional forms, or ください.

    Particles such as か, ね and けど may follow. Every other ending is plain, a noun's too; 励ます looks polite.
    Sentences have kana and end with 。！？ or their line; what stands in 「」 or brackets, headings, tables, code,
    greetings and lines that end with a noun in kanji or katakana and without a mark are left out.
    """
    spans = _sentence_spans(reply)
    polite = style.startswith("polite")
    text = running_text(reply)
    wrong = [span for span in spans if _is_polite(text[slice(*span)]) != polite]
    return every(reply.raw, spans, wrong, "Japanese sentences", f"every sentence in the {style}")


def _is_read(text: str, stop: int) -> bool:
    """Whether a reading stands behind the run of kanji, or behind a word that goes on with kana and more kanji."""
    reading = rf"[\u3041-\u309f]{{0,4}}[*_ ]{{0,3}}[（(《]([{_KANA} 　]+)[）)》]"
    if re.compile(reading).match(text, stop):
        return True
    behind = text[stop : stop + _LONGEST_TAIL]
    word = re.match(rf"((?:[\u3041-\u309f]{{1,4}}[{_KANJI}]{{1,8}}){{1,2}}){reading}", behind)
    if not word:
        return False
    # Kana within the word must be heard in its reading: 食べ物（たべもの）, but not 日本の学校（がっこう）.
    inside = re.findall("[\u3041-\u309f]+", word[1])
    return re.fullmatch(rf".+{'.+'.join(inside)}.+", word[2]) is not None


@constraint(
    "language:furigana",
    "Behind every word with kanji, give its reading in kana in brackets, as in 日本（にほん）.",
    Pass(Text("日本（にほん）で食べる(たべる)。コーヒー（熱い（あつい））", "ja")),
    Pass(Text("人々《ひとびと》", "ja")),
    Pass(Text("食べ物（たべもの）と取り扱い（とりあつかい）。", "ja")),
    Fail(Text("日本の学校（がっこう）です。", "ja")),
    Fail(Text("食べ物", "ja")),
    Pass(Text("**日本**（にほん）", "ja")),
    Fail(Text("日本（にほん）の茶。", "ja")),
    Fail(Text("日本（Nihon）", "ja")),
    Fail(Text("日本（にほんA）", "ja")),
    Fail(Text("日本 にほん", "ja")),
    Fail(Text("食べるのがすき（たべる）", "ja")),
    Fail(Text("おちゃ（ちゃ）", "ja")),
    source=NATIVE,
)
def furigana(reply: Text) -> Verdict:
    """Every run of kanji is followed by at most four kana of its word's ending, then by kana in （）, () or 《》.

    Where a word has kana between its kanji, as 食べ物（たべもの） has, one reading with these kana does for all.

    Code and links are left out; a reply without kanji gives no readings.
    """
    text = running_text(reply)
    words = [match.span() for match in re.finditer(f"[{_KANJI}]+", text)]
    bare = [span for span in words if not _is_read(text, span[1])]
    return every(reply.raw, words, bare, "runs of kanji", "a reading in kana behind every word with kanji")
