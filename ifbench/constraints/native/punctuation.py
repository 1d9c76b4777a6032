"""Punctuation as a style sheet wants it: marks left out, and the comma before the last of a series."""

from __future__ import annotations

import re
from typing import Literal

from ifbench.constraints.native.phrases import word_set
from ifbench.constraints.native.prose import running_text
from ifbench.constraints.reading.fences import without_code
from ifbench.constraints.sources import NATIVE
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, absent, every

Span = tuple[int, int]

_MARKS = {
    "colons": "[:：]",
    "em dashes": r"[—―⸺⸻﹘]|(?<=[^\s\-|>!])--(?=[^\s\-|>])|(?<=\w )--(?= \w)",
    "ellipses": r"…|(?<!\.)\.{3,}",
    "parentheses": r"(?<!\])[(（]",
    # Not what stands for letters left out, as in '90s and 'em.
    "quotation marks": r"[\"“”„‟«»‹›「」『』＂]|(?<!\w)['‘‚](?=\w)(?!(?i:\d\ds|bout|cause|em|n|til|tis|twas)(?!\w))",
    "semicolons": "[;；؛]",
}


@constraint(
    "style:no_marks",
    "Do not use {marks}.",
    Pass("Tea - hot, well-known (5–6 cups): fine; don't…", marks="em dashes"),
    Pass("Tea\n\n---\n\n| a | b |\n|--|--|\n", marks="em dashes"),
    Pass("Run tea --hot.", marks="em dashes"),
    Pass("Tea is hot 5 # * 1 © ™ ✓.", marks="emoji"),
    Pass("Tea. `a[1:2]` https://tea.org\n", marks="colons"),
    Pass("Tea.. is hot.", marks="ellipses"),
    Pass("1) Tea [hot](https://tea.org) :)", marks="parentheses"),
    Pass("Don't spill Ann’s tea, rock'n'roll. 'Tis '90s rock 'n' roll.", marks="quotation marks"),
    Fail("The 'ember' is hot.", marks="quotation marks"),
    Pass("Tea: hot.", marks="semicolons"),
    Fail("Tea—hot.", marks="em dashes"),
    Fail("Tea -- hot.", marks="em dashes"),
    Fail("Tea--hot.", marks="em dashes"),
    Fail("Tea 👩‍👩‍👧", marks="emoji"),
    Fail("Step 1️⃣", marks="emoji"),
    Fail("Tea ❤️", marks="emoji"),
    Fail("Tea ☕", marks="emoji"),
    Fail("🙂", marks="emoji"),
    Fail("Tea: hot.", marks="colons"),
    Fail("Tea. . . . Tea...", marks="ellipses"),
    Fail("Tea…", marks="ellipses"),
    Fail("Tea (hot).", marks="parentheses"),
    Fail(Text("茶（热）。", "zh"), marks="parentheses"),
    Fail("“Tea” is hot.", marks="quotation marks"),
    Fail('"Tea" is hot.', marks="quotation marks"),
    Fail("'Tea' is hot.", marks="quotation marks"),
    Fail(Text("»Tee« ist heiß.", "de"), marks="quotation marks"),
    Fail("Tea; hot.", marks="semicolons"),
    Fail(Text("茶；热。", "zh"), marks="semicolons"),
    source=NATIVE,
)
def no_marks(
    reply: Text,
    *,
    marks: Literal["colons", "em dashes", "ellipses", "emoji", "parentheses", "quotation marks", "semicolons"],
) -> Verdict:
    """Any such mark of any script, outside code and links.

    Two hyphens between words are an em dash, three dots an ellipsis; parentheses are counted where they open. Signs
    such as © and ✓, which are text unless the selector of emoji (U+FE0F) follows them, are no emoji.
    """
    text = running_text(reply)
    spans = _emoji_spans(text) if marks == "emoji" else [match.span() for match in re.finditer(_MARKS[marks], text)]
    return absent([reply.raw[start:stop] for start, stop in spans], f"no {marks}", spans)


def _emoji_spans(text: str) -> list[Span]:
    import emoji
    import regex

    if text.isascii():
        return []
    found = ((match["match_start"], match["match_end"]) for match in emoji.emoji_list(text))
    shown = regex.compile(r"\p{Emoji_Presentation}")
    return [(start, stop) for start, stop in found if stop - start > 1 or shown.match(text, start)]


_WORD = r"[^\W_][\w'’\-]*"
_OPENERS = word_set(
    "after all although as at because before besides but by despite during each every finally first for from "
    "furthermore given here hence however if in indeed initially instead last lastly later like meanwhile moreover "
    "nevertheless next no now of often on once one otherwise second similarly since so sometimes soon still that then "
    "there therefore these third this those though through thus today together tomorrow unless until upon usually "
    "well when whenever where whether while with within without yes yesterday yet"
)
_NO_ITEMS = word_set(
    "and are as because but had has have he her his how however i if is it its my or our she since so that their then "
    "there they this though was we were when where which while who whose you your"
)
_POSSESSIVES = word_set("his its my our their your")
# What an apposition or an aside begins with.
_ASIDES = word_set(
    "alongside at based both by either especially even for from full in including just known like mainly mostly not "
    "notably of on particularly such to whether with without"
)


@constraint(
    "style:oxford_comma",
    "Write every series of three or more items joined by 'and' or 'or' {style} the Oxford comma "
    "(the comma before the conjunction), and use at least one such series.",
    Pass("We had tea, milk, and rum.", style="with"),
    Pass("We had tea, milk and rum.", style="without"),
    Pass("We had tea, hot milk, cold rum, or dark beer. We left.", style="with"),
    Pass("Please bring a coat, a torch, and your waiver.", style="with"),
    Fail("Please bring a coat, a torch and your waiver.", style="with"),
    Pass("In the cold morning, tea and milk went well. We had tea, milk, and rum.", style="with"),
    Pass("However, in the morning, tea and milk came. We had tea, milk, and rum.", style="with"),
    Pass("Tea came. Today, tea and milk came (now, tea and rum). We had tea, milk, and rum.", style="with"),
    Pass("Ann, WHO sang loud and danced, left, tired, and sad. Tea came, milk and SHE left.", style="with"),
    Pass("We had tea (hot), milk, and rum.", style="with"),
    Pass("They met on May 5, 6 and 7. We had tea, milk, and rum.", style="with"),
    Pass("We ate, and they drank tea, milk and rum.", style="without"),
    Pass("On the 5th of cold May, 2020 and 2021 began. We had tea, milk, and rum.", style="with"),
    Fail("We had tea, milk and rum.", style="with"),
    Fail("We had tea, milk, and rum.", style="without"),
    Fail("We had tea, milk, and rum. They had tea, milk OR rum.", style="with"),
    Fail("In winter, we had tea, milk and rum.", style="with"),
    Fail("In winter we had tea, milk and rum. They had tea, milk, and rum.", style="with"),
    Fail("- Tea, hot\n  milk and rum", style="with"),
    Fail("We had tea, very hot milk and rum.", style="with"),
    Fail("We had tea, milk, honey and rum in cups.", style="with"),
    Fail("We met the king, the queen and the prince!", style="with"),
    Fail("We danced, singing and jumping. We had tea and milk.", style="with"),
    Pass("Drinks, such as tea and rum. Ann, with tea and rum. We had tea, milk, and rum.", style="with"),
    Pass("We left, saving time and money. We had tea, milk, and rum.", style="with"),
    Pass("We met Ann, a cook and writer. We had tea, milk, and rum.", style="with"),
    Pass("We left early, tea and milk were out. We had tea, milk, and rum.", style="with"),
    Pass("The tea, hot and green, was good. We had tea, milk, and rum.", style="with"),
    Pass("We had hot teas, milk and rum teas, buns, and jam.", style="with"),
    Pass("We rise with the sun,\nSilver and green.\n\nWe had tea, milk, and rum.", style="with"),
    Pass("This year, tea and milk. We had tea, milk, and rum.", style="with"),
    Pass("We drank tea, milk and rum in cups.", style="without"),
    Fail("We drank tea, milk, and rum in cups.", style="without"),
    Fail("We had tea and milk.", style="with"),
    Fail("We had tea, milk with honey in it and rum.", style="without"),
    source=NATIVE,
)
def oxford_comma(reply: Text, *, style: Literal["with", "without"]) -> Verdict:
    """A series is "A, B, and C" or "A, B and C" in one sentence, B being one to three words; one is needed.

    A is no introduction of up to four words that begins with "In", "However" and the like; B and C do not begin with
    "who", "but", "she" and the like, nor B with "such", "with", a word in -ing or -ly, or a figure. As "Ann, cold and
    tired, left" is no series, "with" blames "A, B and C" only where an item stands before it or the sentence ends at C.
    """
    text = without_code(reply, inline=True)
    series: list[Span] = []
    wrong: list[Span] = []
    item = rf",\s+({_WORD}(?:\s+{_WORD}){{0,2}}?)(,?)\s+(?:and|or)\s+({_WORD})"
    for start, stop in reply.prose_sentence_spans:
        begin = start
        for comma in re.compile(r"[,;:()]").finditer(text, start, stop):
            match = re.compile(item, re.IGNORECASE).match(text, comma.start(), stop)
            before = text[begin : comma.start()][:100]
            if match and not _introduces(before) and _is_item(match):
                has_comma = bool(match.group(2))
                if has_comma or style == "without" or _is_sure(match, stop, before if begin > start else ""):
                    series.append(match.span())
                    if has_comma != (style == "with"):
                        wrong.append(match.span())
            begin = comma.end()
    return every(reply.raw, series, wrong, "enumerations", f"series of three or more {style} the Oxford comma")


def _is_sure(match: re.Match[str], stop: int, before: str) -> bool:
    """Whether "A, B and C" is a series and no aside such as "Ann, tired and cold, left": by what is around it."""
    articles = ("a", "an", "the")
    article = match.group(3).lower() in articles
    if match.group(1).lower().split()[0] in articles and not article:
        return False
    last = rf"\s+{_WORD}" if article else ""
    if re.compile(last + r"[*_\"”’')\]]*(?:[.!?;:…]|\s*$)").match(match.string, match.end(), stop):
        return True
    words = re.findall(_WORD, before)
    is_item = 0 < len(words) <= 3 and words[0].lower() not in _NO_ITEMS | _ASIDES
    return is_item and not re.compile(rf"(?:\s+{_WORD}){{0,2}},").match(match.string, match.end(), stop)


def _introduces(text: str) -> bool:
    words = re.findall(_WORD, text)
    return 0 < len(words) <= 4 and words[0].lower() in _OPENERS


def _is_item(match: re.Match[str]) -> bool:
    second, last = match.group(1).lower().split(), match.group(3).lower()
    last_is_none = last in _NO_ITEMS - _POSSESSIVES
    opens_aside = second[0] in _ASIDES or second[0].endswith(("ing", "ly")) or second[0][0].isdigit()
    is_verse = "\n" in match.group()[: match.start(1) - match.start()] and match.group(1)[0].isupper()
    return not (opens_aside or is_verse or last_is_none or _NO_ITEMS.intersection(second))
