"""One of several options, an emoji behind every sentence, title case."""

from __future__ import annotations

import re
import string
import unicodedata
from functools import cache
from typing import Annotated

from annotated_types import Predicate, doc

from ifbench.constraints.ifbench.parts import token_places, with_straight_quotes, without_exception
from ifbench.constraints.reading.fences import opened, without_code
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import quote
from ifbench.languages import word_spans
from ifbench.parameters import Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, every, holds, listing

_OPTIONS_SENTENCE = "Answer with one of the following options: {options}. Do not give any explanation."


def _is_lettered(options: str) -> bool:
    return re.findall(r"\w", options)[:3] in (["a", "b", "c"], ["A", "B", "C"])


@constraint(
    "format:options",
    _OPTIONS_SENTENCE,
    Pass("Yes.", options="yes/no/maybe"),
    Pass("b)", options="a), b), c), d)"),
    Pass("yes", options="Yes!/No?"),
    Pass("I don't know!", options="I know or I don't know"),
    Pass("f", options="for or against"),
    Pass("tea", options="tea, milk"),
    Fail("Yes.\n", options="yes/no/maybe"),
    Fail("Yes, it is.", options="yes/no/maybe"),
    Fail("a", options="a), b), c), d)"),
    Fail("B)", options="a), b), c), d)"),
    Fail("I don’t know", options="I know or I don't know"),
    source=IFBENCH,
)
def options(reply: Text, *, options: Phrase) -> Verdict:
    """Parted at slashes; where there are none at every "or", inside words too, as published; and else at commas.

    Where the options begin with the letters a, b, c the reply must be exactly one of them; elsewhere case, and ASCII
    punctuation and spaces at the ends, do not matter.
    """
    separator = next((mark for mark in ("/", "or") if mark in options), ",")
    choices = [choice.strip() for choice in options.split(separator)]
    if _is_lettered(options):
        followed = reply.raw in choices
    else:
        ends = string.punctuation + " "
        followed = reply.raw.strip(ends).lower() in {choice.strip(ends).lower() for choice in choices}
    return holds(followed, lambda: f"nothing but one of {listing(choices)}", lambda: quote(reply.stripped))


def _choices(options: str) -> list[str]:
    parts = options.split("/") if "/" in options else re.split(r",|\bor\b", options)
    return [choice for choice in parts if _core(choice)]


def _core(text: str) -> str:
    """``text`` without case, kinds of apostrophe, runs of white space, and what is no letter or digit at its ends."""
    words = " ".join(unicodedata.normalize("NFC", text).replace("’", "'").casefold().split())
    kept = [place for place, character in enumerate(words) if character.isalnum()]
    return words[kept[0] : kept[-1] + 1] if kept else ""


def _are_options(text: str) -> bool:
    return len(_choices(text)) > 1


Options = Annotated[
    str, Predicate(_are_options), doc("two or more options, parted by slashes, commas or the word 'or'")
]


@constraint(
    "format:options",
    _OPTIONS_SENTENCE,
    Pass("Yes.\n", options="yes/no/maybe"),
    Pass("**Maybe**", options="yes/no/maybe"),
    Pass("a", options="a), b), c), d)"),
    Pass("(B)\n", options="a), b), c), d)"),
    Pass("I don’t know", options="I know or I don't know"),
    Pass("I\nknow.", options="I know or I don't know"),
    Pass("For", options="for or against"),
    Pass("no", options="yes, no, or maybe"),
    Pass("before, or after", options="before, or after/never"),
    Pass("cafe\u0301", options="café/bar"),
    Pass("```text\nno\n```", options="yes/no/maybe"),
    Fail("f", options="for or against"),
    Fail("Yes, it is.", options="yes/no/maybe"),
    Fail("yes no", options="yes/no/maybe"),
    Fail("...", options="yes/no/..."),
    edition="corrected",
    fault="A line feed at the end, a curly apostrophe or 'a' for 'a)' fails, and 'or' parts options inside words.",
    source=IFBENCH,
)
def options_corrected(reply: Text, *, options: Options) -> Verdict:
    """Nothing but one of the options; case, kinds of apostrophe, and punctuation and Markdown around it do not matter.

    Options are parted at slashes; where there are none, at commas and at the word "or".
    """
    choices = _choices(options)
    followed = _core(opened(reply).raw) in set(map(_core, choices))
    shown = [choice.strip() for choice in choices]
    return holds(followed, lambda: f"nothing but one of {listing(shown)}", lambda: quote(reply.stripped))


@constraint(
    "format:emoji",
    "Please use an emoji at the end of every sentence.",
    Pass("Tea is hot 🍵. Milk is cold 🥛!"),
    Pass("Tea is hot. 🍵 Milk is cold. 🥛"),
    Pass("I ❤️. Tea 🍵x. Milk 🥛  !"),
    Fail("Tea 🍵xy."),
    Fail("Tea is hot 🍵. Milk is cold."),
    Fail("Tea is hot. Milk is cold 🥛."),
    Fail("We went to Kyoto 🇯🇵."),
    Fail("Tea is hot. 🍵 Milk is cold."),
    Fail("Tea is hot 🍵. ..."),
    Fail("Tea is hot. !!! Milk is cold 🥛."),
    source=IFBENCH,
)
def emoji(reply: Text) -> Verdict:
    """ASCII punctuation and white space at the ends deleted, the last or last but one character is an emoji.

    Failing that, the first character of the next sentence is. As published, what is made of several characters, such
    as a flag, is none; sentences are Punkt's.
    """
    from emoji import is_emoji

    deleted = str.maketrans("", "", string.punctuation)
    bare = [sentence.translate(deleted).strip() for sentence in reply.sentences]
    offenders = [
        span
        for span, sentence, following in zip(reply.sentence_spans, bare, [*bare, ""][1:], strict=True)
        if not sentence or not (any(map(is_emoji, sentence[-2:])) or is_emoji(following[:1]))
    ]
    return every(reply.raw, reply.sentence_spans, offenders, "sentences", "an emoji at the end of every sentence")


@constraint(
    "format:emoji",
    "Please use an emoji at the end of every sentence.",
    Pass("Tea is hot 🍵. Milk is cold! 🥛"),
    Pass("We went to Kyoto 🇯🇵. It was no. 1️⃣! I ❤️ “tea” 👩‍🚀.)"),
    Pass("# My Tea\n\n- Tea is hot. 🍵\n- Milk is cold 🥛\n\n```\nx = 1\n```"),
    Pass("Tea is hot.\n🍵\nMilk is cold. 🥛"),
    Pass("```\nTea is hot 🍵. Milk is cold 🥛.\n```"),
    Pass(Text("茶很热。🍵牛奶很冷🥛。", "zh")),
    Fail("Tea is hot. Milk is cold 🥛."),
    Fail("I ❤️. Tea 🍵x"),
    Fail("Tea is hot 🍵. Milk is cold."),
    Fail("🍵 Tea is hot. 🥛 Milk is cold."),
    Fail("Tea is hot.\n🍵 Milk is cold. 🥛"),
    Fail("🍵"),
    Fail("We drink Tea™."),
    edition="corrected",
    fault="Flags, keycaps and other emoji made of several characters fail, and one more letter behind an emoji passes.",
    source=IFBENCH,
)
def emoji_corrected(reply: Text) -> Verdict:
    """Between the last letter or digit of every sentence and the first of the next there is an emoji.

    It may stand before or behind the full stop, or alone on the next line, but not at the head of a line with words.
    Headings and code hold no sentences; a code fence around the whole reply does not matter.
    """
    masked, found = _emoji_masked(opened(reply))
    spans = masked.prose_sentence_spans
    offenders = [span for span in spans if not any(found[slice(*_behind(masked.raw, *span))])]
    return every(reply.raw, spans, offenders, "sentences", "an emoji at the end of every sentence")


def _emoji_masked(reply: Text) -> tuple[Text, bytearray]:
    """The reply with a mark that is no letter in the place of every emoji, and which characters these are."""
    from emoji import emoji_list

    pieces: list[str] = []
    found = bytearray(len(reply.raw))
    end = 0
    for match in [] if reply.raw.isascii() else emoji_list(reply.raw):
        start, stop = match["match_start"], match["match_end"]
        # These are read as text unless a variation selector follows.
        if match["emoji"] in "©®™ℹ‼⁉":
            continue
        pieces += [reply.raw[end:start], "\N{BLACK STAR}" * (stop - start)]
        found[start:stop] = b"\1" * (stop - start)
        end = stop
    masked = Text("".join([*pieces, reply.raw[end:]]), reply.language) if pieces else reply
    return with_straight_quotes(masked), found


def _behind(text: str, start: int, stop: int) -> Span:
    """From the last letter or digit of a sentence to the next one behind it, or to the line that this one is in."""
    last = re.search(r"[^\W_]", text[start:stop][::-1])
    begin = stop - last.start() if last else start
    following = re.compile(r"[^\W_]").search(text, begin)
    if following is None:
        return begin, len(text)
    line = text.rfind("\n", begin, following.start())
    return begin, following.start() if line == -1 else line


@cache
def _minor_words() -> frozenset[str]:
    """Words that style guides leave in small letters: articles, conjunctions, prepositions, abbreviations."""
    words = """
        a an the and but or nor for so yet as if than that because although when while where whether once till
        until unless since about above across after against along amid among around at before behind below beneath
        beside besides between beyond by concerning despite down during except from in inside into like near of off
        on onto out outside over past per regarding through throughout to toward towards under underneath up upon
        via with within without versus vs v e.g i.e etc cf de la le von van
    """
    return frozenset(words.split())


@constraint(
    "format:title_case",
    "Write the entire response in title case (capitalize the first letter of every major word).",
    Pass("Tea Is Hot, And I Drink 2 Cups (NASA)."),
    Pass("The iPhone Is Hot."),
    Pass("ⓐ Tea"),
    Fail("The Art of Tea"),
    Fail("Don't Drink Tea"),
    Fail("Tea Is a Drink"),
    Fail("tEA"),
    source=IFBENCH,
)
def title_case(reply: Text) -> Verdict:
    """No Treebank token begins with a small letter and is all small or all capital from its second letter on.

    As published, "of" and the second half of "Don't" count, and "iPhone" does not.
    """
    small = [token for token in reply.tokens if _is_small(token)]
    return without_exception(
        small,
        "a capital at the beginning of every word",
        lambda: [span for span, token in token_places(reply.raw, reply.tokens) if _is_small(token)] if small else (),
    )


def _is_small(token: str) -> bool:
    return token[:1].isalpha() and token[0].islower() and _is_plain(token[1:])


def _is_plain(rest: str) -> bool:
    return not rest or rest.islower() or rest.isupper()


@constraint(
    "format:title_case",
    "Write the entire response in title case (capitalize the first letter of every major word).",
    Pass("The Art of Tea"),
    Pass("Don't Drink Tea From a Well-known 3rd Cup; Use `cup.py` or https://tea.example/a."),
    Pass("The Art of\nthe Cup, by NASA"),
    Pass("A Cup. The Tea (E.g. Green, i.e. Good)."),
    Pass("```\nThe Art of Tea\n```"),
    Pass("NASA"),
    Fail("The iPhone Is Hot."),
    Fail("The Art is Tea"),
    Fail("of Tea and Milk"),
    Fail("Tea Helps. of Course"),
    Fail("# the Art of Tea\n\nTea Helps."),
    Fail("Tea Helps.\n\n# the Art of Tea"),
    Fail("of Tea | Milk\n--- | ---\nHot | Cold"),
    Fail("- of Tea"),
    Fail("TEA HELPS."),
    Fail("well-Known Tea"),
    Fail("`cup`"),
    edition="corrected",
    fault="'Of' and 'the' fail though they are no major words, 'Don't' fails at its second half, and 'iPhone' passes.",
    source=IFBENCH,
)
def title_case_corrected(reply: Text) -> Verdict:
    """Every word begins with a capital; articles, conjunctions and prepositions need not, inside a sentence or heading.

    A reply all in capitals is not in title case. Code, addresses and words that begin with a digit do not count; a
    code fence around the whole reply does not matter.
    """
    reply = opened(reply)
    text = _without_code_and_addresses(reply)
    spans = [(start, stop) for start, stop in word_spans(text) if text[start].isalpha()]
    small = [(start, stop) for start, stop in spans if text[start].islower()]
    if len(spans) > 1 and all(text[start:stop].isupper() for start, stop in spans):
        return holds(False, "title case", "capitals throughout", spans[:1])
    if small:
        heads = _heads(reply, text)
        small = [(start, stop) for start, stop in small if start in heads or text[start:stop] not in _minor_words()]
    return every(reply.raw, spans, small, "words", "a capital at the beginning of every major word")


def _without_code_and_addresses(reply: Text) -> str:
    """The reply with spaces in the place of code and addresses."""
    marks = r"`[^`\n]+`|https?://\S+|www\.\S+"
    return re.sub(marks, lambda match: " " * len(match.group()), without_code(reply))


def _heads(reply: Text, text: str) -> set[int]:
    """Where the first letter or digit of every sentence and heading is, and of the reply."""
    starts = [0, *(start for start, _ in reply.prose_sentence_spans), *(h.span[0] for h in reply.markdown.headings)]
    first = re.compile(r"[^\W_]")
    return {match.start() for start in starts if (match := first.search(text, start))}
