"""Citation marks and quotations: each source cited, each sentence covered, each quotation in the source."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import Literal

from ifbench.constraints.native.prose import blanked, plain_wording, quotation_spans
from ifbench.constraints.reading.fences import without_code
from ifbench.constraints.sources import NATIVE
from ifbench.languages import block_sentence_spans
from ifbench.parameters import Ordinal, Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, every, holds

_MARK = r"[\[【［]\^?\d{1,6}(?:(?:[,;] ?|[-–])\^?\d{1,6}){0,50}[\]】］]"
_WIDEST_RANGE = 1_000


def _mark_spans(text: str) -> list[Span]:
    """Where citation marks stand: [1], [^1], [1, 3], [2-4], 【1】."""
    return [match.span() for match in re.finditer(_MARK, text)]


def _named(mark: str) -> list[int]:
    """The sources that one mark names; of an endless range only its ends."""
    numbers: list[int] = []
    for first, last in re.findall(r"(\d+)(?:[-–]\^?(\d+))?", mark):
        start, stop = int(first), int(last or first)
        numbers += range(start, stop + 1) if stop - start < _WIDEST_RANGE else (start, stop)
    return numbers


def _entry_starts(text: str) -> set[int]:
    """Where marks stand that begin a line: they are entries of a list of sources and cite nothing."""
    lines = re.finditer(rf"^[ \t>]*(?:[-*+] |\d{{1,3}}[.)] )?({_MARK})", text, re.MULTILINE)
    return {match.start(1) for match in lines}


@constraint(
    "content:cited_sources",
    "Cite each of your {sources} sources in the text by its number in brackets, such as [1], and cite no others.",
    Pass("Tea is old [2]. So is milk.[1]", sources=2),
    Pass("Tea is old [1, 3], milk older [^2-3].\n\n[1] Ann\n- [2] Bob\n[3]: Cy", sources=3),
    Fail("Tea is old [1].\n\n[1] Ann\n[2] Bob", sources=2),
    Fail("Tea is old [1]. Milk too [3].", sources=2),
    Fail("Tea [1], milk [0].", sources=1),
    Fail("Tea is old [1].\n\n[1] Ann\n[2] Bob", sources=1),
    Fail("Tea is old [1], and `list[2]` code.", sources=2),
    Fail("Tea is old (1).", sources=1),
    Fail("Tea [1-3], milk.", sources=2),
    Pass("Tea [1–3], milk.", sources=3),
    Fail("Tea [1-99999].", sources=3),
    Pass(Text("Tee ist alt [1].", "de"), sources=1),
    Fail(Text("Tee ist alt [2].", "de"), sources=1),
    Pass(Text("茶很古老【1】，牛奶也是[2]。", "zh"), sources=2),
    Pass(Text("お茶は古い［１］。", "ja"), sources=1),
    Fail(Text("茶很古老【1】。", "zh"), sources=2),
    Pass(Text("الشاي قديم [1].", "ar"), sources=1),
    Fail(Text("الشاي قديم.", "ar"), sources=1),
    source=NATIVE,
)
def cited_sources(reply: Text, *, sources: Ordinal) -> Verdict:
    """Also [1, 3], [2-4], [^1] and 【1】; code is left out.

    A mark that begins a line is the entry of a list of sources: it cites nothing, but its number must not lie beyond
    the last source either.
    """
    text = without_code(reply, inline=True)
    entries = _entry_starts(text)
    marks = [(span, _named(text[slice(*span)])) for span in _mark_spans(text)]
    cited = {number for (start, _), numbers in marks if start not in entries for number in numbers}
    missing = [f"[{number}]" for number in range(1, sources + 1) if number not in cited]
    strange = [span for span, numbers in marks if not all(1 <= number <= sources for number in numbers)]

    def observed() -> str:
        wrong = [f"{', '.join(missing)} not cited"] if missing else []
        wrong += [f"{', '.join(reply.raw[start:stop] for start, stop in strange)} beyond them"] if strange else []
        return " and ".join(wrong) or "each of them cited"

    required = f"citations of [1]{f' to [{sources}]' if sources > 1 else ''}, each of them and no other"
    return holds(not missing and not strange, required, observed, strange or [span for span, _ in marks])


_SOURCES = (
    r"(?:references|sources|citations|bibliography|works cited|quellen|quellenverzeichnis|literatur|références"
    r"|bibliographie|referencias|fuentes|bibliografía|参考文献|参考资料|参考|出典|引用文献|来源|источники|литература"
    r"|список литературы|المراجع|المصادر|संदर्भ|स्रोत)"
)


def _source_lists(text: str) -> list[Span]:
    """Where lists of sources stand: a line that says only "References" or the like, and the entries below it."""
    entry = rf"(?:[-*+] |\d{{1,3}}[.)] |{_MARK})[^\n]*"
    mark = rf"^[ \t#>*_]*{_SOURCES}[ \t\r:：*_]*$(?:\n[ \t\r]*(?:{entry})?)*"
    return [match.span() for match in re.finditer(mark, text, re.IGNORECASE | re.MULTILINE)]


def _sentences(reply: Text, text: str) -> tuple[list[Span], list[bool]]:
    """Where the sentences are when citation marks are taken out, and whether each carries one.

    A mark belongs to the last sentence that begins before it, so also one behind the full stop.
    """
    spans: list[Span] = []
    covered: list[bool] = []
    for begin, end in reply.markdown.prose:
        block = text[begin:end]
        marks = _mark_spans(block)
        removed = list(accumulate((stop - start for start, stop in marks), initial=0))
        # Where each mark would stand, were all marks taken out.
        places = [start - gone for (start, _), gone in zip(marks, removed, strict=False)]
        sentences = block_sentence_spans(re.sub(_MARK, "", block), reply.language)
        if not sentences:
            continue
        starts = [start for start, _ in sentences]
        with_mark = {max(0, bisect_left(starts, place) - 1) for place in places}
        for index, (start, stop) in enumerate(sentences):
            first = begin + start + removed[bisect_right(places, start)]
            spans.append((first, begin + stop + removed[bisect_left(places, stop)]))
            covered.append(index in with_mark)
    return spans, covered


@constraint(
    "content:citation_coverage",
    "Every {unit} must carry a citation mark in square brackets, such as [1].",
    Pass("Tea is old [1]. Milk is older.[2] Both are good. [1, 2]", unit="sentence"),
    Fail("Tea is old. Milk is older [2].", unit="sentence"),
    Fail("Tea is old [1]. Milk is older.", unit="sentence"),
    Fail("Tea is old [a].", unit="sentence"),
    Pass("# Tea\n\n- [1] says so.\n- It is old [2].\n\n```\nx = 1\n```", unit="sentence"),
    Fail("- Tea `a[1]`.\n- Milk [2].", unit="sentence"),
    Fail("[1]", unit="sentence"),
    Pass("Tea is old. It is good [1].\n\nMilk is older [2].", unit="paragraph"),
    Fail("Tea is old [1].\n\nMilk is older.", unit="paragraph"),
    Fail("# Tea [1]", unit="paragraph"),
    Pass("Tea is old [1].\n\n## References\n\n[1] Ann. Tea. 2020.\n\n2. Bob. Milk.", unit="sentence"),
    Pass("Tea is old [1].\n\n**Sources:**\r\n- Ann. Tea.", unit="paragraph"),
    Fail("Tea is old [1].\n\n## References\n\n[1] Ann.\n\nMilk is older.", unit="sentence"),
    Fail("References:\n\n[1] Ann. Tea.", unit="sentence"),
    Fail(Text("Quellen gibt es.\n\n- Tee ist alt.", "de"), unit="sentence"),
    Pass(Text("Tee ist alt [1].\n\nQuellen:\n\n1. Kern. Tee.", "de"), unit="sentence"),
    Pass("Tea is old [1].\n\n| a | b |\n|---|---|\n| c | d |", unit="paragraph"),
    Pass(Text("Tee ist z. B. alt [1]. Milch ist älter.[2]", "de"), unit="sentence"),
    Fail(Text("Tee ist alt [1]. Milch ist älter.", "de"), unit="sentence"),
    Pass(Text("茶很古老[1]。牛奶更古老。[2]", "zh"), unit="sentence"),
    Fail(Text("茶很古老。牛奶更古老[2]。", "zh"), unit="sentence"),
    Pass(Text("茶[1]很古老。水[2]更古老。", "zh"), unit="sentence"),
    Pass(Text("चाय पुरानी है [1]। दूध भी।[2]", "hi"), unit="sentence"),
    Fail(Text("चाय पुरानी है [1]। दूध भी।", "hi"), unit="sentence"),
    Pass(Text("الشاي قديم [1]. هل الحليب أقدم؟ [2]", "ar"), unit="sentence"),
    Fail(Text("الشاي قديم [1]. هل الحليب أقدم؟", "ar"), unit="sentence"),
    Pass(Text("Чай стар [1]. Молоко старше.[2]\n\nИсточники:\n\n1. Кузнецов. Чай.", "ru"), unit="sentence"),
    Fail(Text("Чай стар [1]. Молоко старше.", "ru"), unit="sentence"),
    source=NATIVE,
)
def citation_coverage(reply: Text, *, unit: Literal["sentence", "paragraph"]) -> Verdict:
    """A mark is [1], [^1], [1, 3], [2-4] or 【1】, in or right behind the sentence it belongs to; code is left out.

    Sentences are those of paragraphs and list items, not of headings and tables; paragraphs stand between blank lines.
    A list of sources below a line such as "References" is left out.
    """
    text = without_code(reply, inline=True)
    if unit == "sentence":
        spans, covered = _sentences(reply, text)
    else:
        tables = {table.span for table in reply.markdown.tables}
        spans = [span for span in reply.paragraph_spans if span not in tables]
        covered = [re.compile(_MARK).search(text, *span) is not None for span in spans]
    # What is left out is blank here.
    outside = blanked(text, _source_lists(text))
    judged = [
        (span, has_mark) for span, has_mark in zip(spans, covered, strict=True) if outside[span[0]] == text[span[0]]
    ]
    bare = [span for span, has_mark in judged if not has_mark]
    return every(reply.raw, [span for span, _ in judged], bare, f"{unit}s", f"a citation mark in every {unit}")


def _occurs(part: str, source: str, start: int) -> int | None:
    """Where ``part`` ends in ``source``, from ``start`` on and not within a longer word."""
    place = source.find(part, start)
    while place >= 0:
        stop = place + len(part)
        before, after = source[max(0, place - 1) : place], source[stop : stop + 1]
        if not (_joins(before) and _joins(part[0])) and not (_joins(after) and _joins(part[-1])):
            return stop
        place = source.find(part, place + 1)
    return None


def _joins(character: str) -> bool:
    """Whether it is a digit, or a letter of a script with capitals, which all put spaces between words."""
    return character.isdecimal() or character.lower() != character.upper()


def _is_from(quotation: str, source: str) -> bool:
    place = 0
    if "*" not in source:
        # Emphasis is no part of the wording.
        quotation = quotation.replace("*", "")
    for part in re.split(r"\[(?:…|\.{3})\]|…|\.{3}", quotation):
        part = plain_wording(part).replace('"', "'").strip(" .,;:!?。，、！？")
        if part:
            stop = _occurs(part, source, place)
            if stop is None:
                return False
            place = stop
    return True


@constraint(
    "content:quotes_from_source",
    "Quote at least once, and put in double quotation marks only what stands word for word in this text: {source}",
    Pass('She said "old tea," and “the best … milk.”', source="It’s old tea, and by far the best of all milk."),
    Pass('"the best [...] milk" and "It\'s"', source="It’s old tea, and by far the best of all milk."),
    Fail('She said "Old tea".', source="It is old tea, and the best."),
    Fail('She said "old tea" and "older tea".', source="It is old tea, and the best."),
    Fail("She said old tea.", source="It is old tea, and the best."),
    Fail('She said "the best … old tea".', source="It is old tea, and the best."),
    Pass("“It is” and « the “old” tea »", source='It is the "old" tea.'),
    Pass('She said "(old)".', source="very(old)tea"),
    Fail('She said "in 202".', source="in 2024"),
    Fail('She said "ea".', source="Tea"),
    Fail('She said "the".', source="The"),
    Pass('She said "**old** tea".', source="It is old tea."),
    Fail('She said "5*3".', source="53 and *"),
    Pass('She said "old tea."', source="It is old tea, and the best."),
    Fail('She said "old te".', source="It is old tea, and the best."),
    Fail('She said "ld tea".', source="It is old tea, and the best."),
    Pass('She said "it".', source="A bit: it is old."),
    Fail('Code `"old tea"` and "…".', source="It is old tea."),
    Pass('A "b\n\nc "old tea"', source="It is old tea."),
    Pass(Text("Er schrieb „der alte Tee“.", "de"), source="Das ist der alte Tee."),
    Fail(Text("Er schrieb „der neue Tee“.", "de"), source="Das ist der alte Tee."),
    Pass(Text("Il a écrit « le vieux thé ».", "fr"), source="C'est le vieux thé."),
    Fail(Text("Il a écrit « un vieux thé ».", "fr"), source="C'est le vieux thé."),
    Pass(Text("本には「古いお茶」とある。", "ja"), source="これは古いお茶です。"),
    Fail(Text("本には「新しいお茶」とある。", "ja"), source="これは古いお茶です。"),
    source=NATIVE,
)
def quotes_from_source(reply: Text, *, source: Phrase) -> Verdict:
    """Double quotation marks of any language; a quotation ends within its paragraph, and code is left out.

    Case counts; white space, the shape of inner marks and punctuation at the ends do not. An ellipsis stands for words
    left out: what is around it must occur in that order.
    """
    text = without_code(reply, inline=True)
    known = plain_wording(source).replace('"', "'")
    spans = [span for span in quotation_spans(text) if any(map(str.isalnum, text[slice(*span)]))]
    wrong = [(start, stop) for start, stop in spans if not _is_from(text[start + 1 : stop - 1], known)]
    return every(reply.raw, spans, wrong, "quotations", "every quotation word for word from the text given")
