"""Replies held against an earlier one of the same conversation: what a revision keeps, changes, adds and leaves out."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from annotated_types import Gt

from ifbench.constraints.native.mentions import mentions
from ifbench.constraints.native.phrases import fold
from ifbench.constraints.native.prose import plain_wording
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of, quote
from ifbench.parameters import Ordinal, Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Conversation, Text
from ifbench.verdict import Verdict, absent, compare, holds

Percent = Annotated[int, Gt(0)]
"""A share of an earlier amount in percent; above 100 it is more than there was."""


def earlier(conversation: Conversation, turn: Ordinal) -> Text:
    """The reply of ``turn``, which is blank where that turn is not over when the reply under judgement is given."""
    return conversation.reply(turn) if turn < conversation.turn else Text("")


def _worded_lines(text: Text) -> list[str]:
    """The lines that are not blank, as wording is compared."""
    return [
        line for line in map(plain_wording, text.raw.replace("\ufeff", "").replace("\u200b", "").split("\n")) if line
    ]


@constraint(
    "conversation:same_line",
    "Let the {edge} line of your reply be the same as in your reply in turn {turn}.",
    Pass("Dear Ann,\nyes.", " Dear Ann,\n\nno.", edge="first", turn=1),
    Pass("\n\nDear Ann’s mum,\nyes.\n", "Dear Ann's  mum,\nno.", edge="first", turn=1),
    Fail("Dear Ann,\nyes.", "dear Ann,\nno.", edge="first", turn=1),
    Fail("Dear Ann,\nyes.", "Yes.\nDear Ann,", edge="first", turn=1),
    Pass("Yes.\nBye, Jo\n", "No.\nBye, Jo", edge="last", turn=1),
    Fail("Yes.\nBye, Jo", "Bye, Jo\nNo.", edge="last", turn=1),
    Pass("\ufeffDear Ann,\nyes.", "Dear\u200b Ann,\nno.", edge="first", turn=1),
    Pass("Hello,\none.", "Hi,\ntwo.", "Hi,\nthree.", edge="first", turn=2),
    Fail("Hello,\none.", "Hi,\ntwo.", "Hi,\nthree.", edge="first", turn=1),
    Fail("", "", edge="first", turn=1),
    Fail("Dear Ann,", edge="first", turn=1),
    Fail("Dear Ann,", "Hello,", edge="last", turn=2),
    source=NATIVE,
)
def same_line(
    reply: Text, conversation: Conversation, *, edge: Literal["first", "last"], turn: Ordinal
) -> Verdict:  # fmt: skip
    """Blank lines are no lines. White space and the shape of apostrophes and quotation marks do not matter."""
    place = 0 if edge == "first" else -1
    wanted, found = (([*_worded_lines(text)] or [""])[place] for text in (earlier(conversation, turn), reply))
    return holds(
        bool(wanted) and found == wanted,
        lambda: f"the {edge} line of turn {turn}, {quote(wanted)}" if wanted else f"a reply in turn {turn}",
        lambda: quote(found),
    )


@constraint(
    "conversation:length_compared",
    "Use {relation} {percent} percent of the number of words of your reply in turn {turn}.",
    Pass("One two three four.", "One two.", relation="at most", percent=50, turn=1),
    Fail("One two three four.", "One two three.", relation="at most", percent=50, turn=1),
    Pass("One two.", "One two three four.", relation="at least", percent=200, turn=1),
    Fail("One two.", "One two three.", relation="at least", percent=200, turn=1),
    Fail("One two three.", "One two three.", relation="less than", percent=100, turn=1),
    Pass("One two three.", "One two.", relation="less than", percent=100, turn=1),
    Pass("One two three.", "One two three four.", relation="more than", percent=100, turn=1),
    Fail("One two three.", "One two three.", relation="more than", percent=100, turn=1),
    Pass("One two three four.", "One", "Two three.", relation="at most", percent=50, turn=1),
    Fail("One two three four.", "", relation="at most", percent=50, turn=1),
    Fail("", "One.", relation="at least", percent=10, turn=1),
    Fail("One two.", relation="at most", percent=500, turn=1),
    Fail("One two three.", "One two.", relation="at most", percent=50, turn=1),
    Pass("One two three.", "One two.", relation="at least", percent=50, turn=1),
    source=NATIVE,
)
def length_compared(
    reply: Text,
    conversation: Conversation,
    *,
    relation: Literal["at least", "at most", "less than", "more than"],
    percent: Percent,
    turn: Ordinal,
) -> Verdict:
    """Words are those a reader counts; "don't" and "well-known" are one each. Both replies must have some."""
    before, now = len(earlier(conversation, turn).plain_words), len(reply.plain_words)
    # In hundredths of a word both sides are whole numbers.
    bound = compare(100 * now, relation, percent * before, "words")
    return holds(
        bool(before and now) and bound.followed,
        lambda: f"{relation} {percent} % of the {count_of(before, 'words')} of turn {turn}",
        lambda: count_of(now, "words"),
    )


@constraint(
    "conversation:only_added",
    "Keep every line of your reply in turn {turn} word for word and in its order, and only add to it.",
    Pass("One.\nTwo.", "Zero.\n\nOne.\nTwo.", turn=1),
    Pass("One.\n\nTwo.", "One.\nOne and a half.\nTwo. ", turn=1),
    Fail("One.\nTwo.", "One.\nTwo.", turn=1),
    Fail("One.\nTwo.", "Two.\nOne.\nThree.", turn=1),
    Fail("One.\nTwo.", "One.\nTwo and more.\nThree.", turn=1),
    Fail("One.\nTwo.", "One.\nThree.\nFour.", turn=1),
    Fail("", "One.", turn=1),
    Fail("One.", turn=1),
    Fail("A.", "One.", "One.\nTwo.", turn=1),
    Pass("A.", "One.", "One.\nTwo.", turn=2),
    Pass("1. Tea\n2. Milk", "1. Tea\n2. Juice\n3. Milk", turn=1),
    Fail("1. Tea\n2. Milk", "1. Tea\n2. Juice\n3. Milks", turn=1),
    source=NATIVE,
)
def only_added(reply: Text, conversation: Conversation, *, turn: Ordinal) -> Verdict:
    """Lines that are not blank are compared, but for white space, the shape of quotation marks and items' numbers."""
    kept, lines = (list(map(_unnumbered, _worded_lines(text))) for text in (earlier(conversation, turn), reply))
    place = 0
    for line in lines:
        if place < len(kept) and line == kept[place]:
            place += 1
    followed = 0 < len(kept) == place < len(lines)

    def observed() -> str:
        if not kept:
            return f"turn {turn} has no line"
        return f"no longer there: {quote(kept[place])}" if place < len(kept) else f"{len(lines) - place} lines added"

    return holds(followed, lambda: f"the {count_of(len(kept), 'lines')} of turn {turn}, and more", observed)


def _unnumbered(line: str) -> str:
    """``line`` without the number of a list item, which changes where something is put in before it."""
    return re.sub(r"^\d{1,9}[.)] ", "", line)


@constraint(
    "conversation:replaced",
    'Give your reply in turn {turn} once more with "{new}" in every place of "{old}", and change nothing else.',
    Pass("Meet on Monday. Monday!", "Meet on Friday. Friday!", turn=1, old="Monday", new="Friday"),
    Pass("Meet on Monday.\n\nBye.", "Meet on Friday.\nBye.\n", turn=1, old="Monday", new="Friday"),
    Fail("Meet on Monday. Monday!", "Meet on Friday. Monday!", turn=1, old="Monday", new="Friday"),
    Fail("Meet on Monday.", "Let us meet on Friday.", turn=1, old="Monday", new="Friday"),
    Fail("Meet on Monday.", "Meet on Monday.", turn=1, old="Monday", new="Friday"),
    Fail("Meet soon.", "Meet soon.", turn=1, old="Monday", new="Friday"),
    Pass("A cat, a category.", "A dog, a category.", turn=1, old="cat", new="dog"),
    Fail("A cat, a category.", "A dog, a dogegory.", turn=1, old="cat", new="dog"),
    Fail("Meet on Friday.", turn=1, old="Monday", new="Friday"),
    Fail("Meet on monday.", "Meet on Friday.", turn=1, old="Monday", new="Friday"),
    source=NATIVE,
)
def replaced(reply: Text, conversation: Conversation, *, turn: Ordinal, old: Phrase, new: Phrase) -> Verdict:
    """Whole words in the case given; it must occur. White space and the shape of apostrophes do not matter."""
    before = plain_wording(earlier(conversation, turn).raw)
    places = [mention.span for mention in mentions(before, [plain_wording(old)], match_case=True)]
    parts, position = list[str](), 0
    for start, stop in places:
        parts += [before[position:start], plain_wording(new)]
        position = stop
    wanted, found = "".join([*parts, before[position:]]), plain_wording(reply.raw)

    def observed() -> str:
        if not places:
            return f"turn {turn} has no {quote(old)}"
        if found == wanted:
            return "so it is"
        same = next((at for at, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), len(found))
        return f"otherwise from here on: {quote(found[same : same + 60])}"

    required = f"the reply of turn {turn} with {quote(new)} for {quote(old)}"
    return holds(bool(places) and found == wanted, required, observed)


@constraint(
    "conversation:new_sentences",
    "Use no sentence of your reply in turn {turn} again.",
    Pass("Tea is hot. Drink it.", "Milk is cold. Pour it.", turn=1),
    Fail("Tea is hot. Drink it.", "Milk is cold. drink it.", turn=1),
    Fail("Tea is hot.", "Now: milk. **Tea is hot!**", turn=1),
    Pass("A. Tea is hot.", "Milk is cold.", "Tea is warm.", turn=2),
    Fail("Tea is hot.", "", turn=1),
    Fail("Tea is hot.", turn=1),
    Fail("", "Tea is hot.", turn=1),
    Fail("Tea is hot.", "- ...", turn=1),
    Pass("It is -5 euros.", "It is +5 euros. It is 5 euros.", turn=1),
    Fail("It is −5 euros.", "It is -5 euros.", turn=1),
    Fail("It is well-known.", "It is well known.", turn=1),
    Pass("Learn C++.", "Learn C#. Learn C.", turn=1),
    source=NATIVE,
)
def new_sentences(reply: Text, conversation: Conversation, *, turn: Ordinal) -> Verdict:
    """Sentences are the same when their words are, in any case. Both replies must have some."""
    before = {_words(sentence) for sentence in earlier(conversation, turn).prose_sentences} - {()}
    spans = [span for span in reply.prose_sentence_spans if _words(reply.raw[slice(*span)])]
    again = [span for span in spans if _words(reply.raw[slice(*span)]) in before]
    verdict = absent([reply.raw[slice(*span)] for span in again], f"no sentence of turn {turn}", again)
    if not before:
        return verdict.but_observed(f"turn {turn} has no sentence")
    return verdict if spans else verdict.but_observed("no sentences")


def _words(sentence: str) -> tuple[str, ...]:
    """The words of ``sentence``, the signs of numbers among them, "C++" and "C#" with theirs."""
    tokens = re.findall(r"(?<!\w)[-+−](?=[$€£]?\d)|[^\W_]+[+#]*", sentence)
    return tuple("-" if token == "−" else fold(token) for token in tokens)


@constraint(
    "conversation:one_paragraph_changed",
    "Rewrite paragraph {number} of your reply in turn {turn}, and leave its other paragraphs word for word.",
    Pass("One.\n\nTwo.\n\nThree.", "One.\n\nZwei.\n\nThree.\n", turn=1, number=2),
    Fail("One.\n\nTwo.\n\nThree.", "One.\n\nTwo.\n\nThree.", turn=1, number=2),
    Fail("One.\n\nTwo.\n\nThree.", "One.\n\nZwei.\n\nDrei.", turn=1, number=2),
    Fail("One.\n\nTwo.", "One.\n\nZwei.\n\nThree.", turn=1, number=2),
    Fail("One.\n\nTwo.", "One.", turn=1, number=2),
    Fail("One.\n\nTwo.", "Zwei.\n\nTwo.", turn=1, number=2),
    Pass("One.\n\nTwo.", "Eins.\n\nTwo.", turn=1, number=1),
    Fail("One.", "Eins.", turn=1, number=1),
    Fail("# Tea\n\nOne.\n\nTwo.", "# Milk\n\nOne.\n\nZwei.", turn=1, number=2),
    Pass("# Tea\n\nOne.\n\nTwo.", "# Tea\n\nOne.\n\nZwei.", turn=1, number=2),
    Fail("One.\n\n```\na\n```\n\nTwo.", "One.\n\n```\nb\n```\n\nZwei.", turn=1, number=2),
    Fail("# Tea\n\nOne.\n\nTwo.", "One.\n\nZwei.", turn=1, number=2),
    Fail("One.\n\nTwo.", "One.\n\nTwo.", turn=1, number=3),
    Fail("One.\n\nTwo.", turn=1, number=1),
    source=NATIVE,
)
def one_paragraph_changed(
    reply: Text, conversation: Conversation, *, turn: Ordinal, number: Ordinal
) -> Verdict:  # fmt: skip
    """Paragraphs are what stands between blank lines, headings and code apart, which must stay too.

    The earlier reply has several paragraphs.
    """
    before, now = (list(map(plain_wording, text.paragraphs)) for text in (earlier(conversation, turn), reply))
    there = 1 < len(before) >= number
    rest = [_rest(text) for text in (earlier(conversation, turn), reply)]
    changed = [place for place, (a, b) in enumerate(zip(before, now, strict=False), start=1) if a != b]

    def observed() -> str:
        if not there:
            return f"turn {turn} has {count_of(len(before), 'paragraphs')}"
        if len(before) != len(now):
            return f"{count_of(len(now), 'paragraphs')} where there were {len(before)}"
        also = "" if rest[0] == rest[1] else ", and headings or code"
        return f"changed: {', '.join(map(str, changed)) or 'none'}{also}"

    return holds(
        there and len(before) == len(now) and changed == [number] and rest[0] == rest[1],
        f"another paragraph {number}, the others as in turn {turn}",
        observed,
        lambda: reply.paragraph_spans[number - 1 : number],
    )


def _rest(text: Text) -> tuple[list[str], list[str]]:
    """The headings of a reply, and its code."""
    return [heading.text for heading in text.markdown.headings], [fence.code for fence in text.markdown.fences]
