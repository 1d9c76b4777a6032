"""How a reply opens and closes: stock phrases, preambles, offers, questions."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from itertools import pairwise, product
from typing import Literal

from ifbench.constraints.native.mentions import mentions
from ifbench.constraints.native.phrases import Unit, fold, opens_with, unit_spans
from ifbench.constraints.native.prose import blanked, quotation_spans, running_text
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of
from ifbench.parameters import Phrases
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, absent, every, holds, listing

STOCK_OPENINGS = [
    *("Sure", "Certainly", "Of course", "Absolutely", "Definitely", "Great question", "Good question"),
    *("That's a great question", "As an AI", "I'd be happy to"),
]


@constraint(
    "style:no_opening",
    "Do not begin your response with any of these: {openings}.",
    Pass("Surely tea is hot."),
    Pass("Yes. Sure it is."),
    Pass("Sure-footed goats climb."),
    Pass("Tea is hot.", openings=["Tea is cold", "Teas"]),
    Pass("Sure, tea is hot.", openings=["Well"]),
    Pass(Text("当然。", "zh"), openings=["好的"]),
    Pass(Text("कीमत", "hi"), openings=["क"]),
    Pass(Text("कीमती चाय", "hi"), openings=["की"]),
    Fail("E\u0301videmment, oui.", openings=["évidemment"]),
    Fail("Évidemment, oui.", openings=["e\u0301videmment"]),
    Fail("Sure, tea is hot."),
    Fail("\n**SURE!** Tea is hot."),
    Fail("🙂 _That’s a  great question_. Tea is hot."),
    Fail("That's it.", openings=[" That’s "]),
    Pass("Tea 🙂 is hot.", openings=["🙂"]),
    Fail("**🙂Tea** is hot.", openings=["🙂"]),
    Fail("- Tea is hot.", openings=["-"]),
    Fail("* Tea is hot.", openings=["*"]),
    Fail("As an AI, I drink no tea."),
    Fail("Well, tea is hot.", openings=["So", "well"]),
    Fail(Text("当然，茶是热的。", "zh"), openings=["当然"]),
    source=NATIVE,
)
def no_opening(reply: Text, *, openings: Phrases = STOCK_OPENINGS) -> Verdict:
    """Whole words in any case, at the first letter or digit: marks, emoji and white space before it do not matter.

    Openings that begin with a mark themselves are looked for at the first mark as well.
    """
    span = opens_with(reply.raw, openings)
    found = [reply.raw[slice(*span)]] if span else []
    return absent(found, lambda: f"none of the openings {listing(openings)}", [span] if span else [])


@cache
def _preambles() -> list[str]:
    announcing = ["let me", "allow me to", "i'll", "i will", "i can", "i am going to", "i'm going to", "i'd like to"]
    verbs = (
        *("answer", "begin", "break", "compile", "create", "describe", "draft", "explain", "give", "help", "list"),
        *("outline", "provide", "share", "show", "start", "summarize", "summarise", "tell", "walk", "write"),
    )
    let_us = ("begin", "break", "dive", "explore", "get", "go", "look", "see", "start", "take", "talk", "walk")
    return [
        *("here is", "here are", "here's", "below is", "below are", "the following is", "the following are"),
        *("great question", "good question", "excellent question", "what a great question", "that's a great question"),
        *("that's a good question", "that is a great question", "that's an excellent question", "thank you for"),
        *("thanks for", "you asked", "you're asking", "to answer your question", "in this response", "in this answer"),
        *("as an ai", "as a language model", "i'd be happy to", "i would be happy to", "i'd be glad to"),
        *("i'm happy to", "i'm glad you asked", "happy to help", "i understand that you", "i've put together"),
        *map(" ".join, product(announcing, verbs)),
        *map(" ".join, product(["let's", "let us"], let_us)),
    ]


@cache
def _praise() -> list[str]:
    that_is = ["", "what a", "what an", "that's a", "that's an", "that is a", "that is an"]
    kinds = [
        *(
            "amazing",
            "awesome",
            "brilliant",
            "clever",
            "excellent",
            "fantastic",
            "fascinating",
            "fine",
            "good",
            "great",
        ),
        *("interesting", "lovely", "nice", "perfect", "smart", "solid", "superb", "terrific", "thoughtful", "wise"),
        *("wonderful",),
    ]
    things = [
        *(
            "call",
            "choice",
            "goal",
            "idea",
            "initiative",
            "observation",
            "pick",
            "plan",
            "point",
            "project",
            "question",
        ),
        *("request", "thinking", "thought", "topic"),
    ]
    return [" ".join(words).strip() for words in product(that_is, kinds, things)]


_AGREEMENT = [
    *("sure", "sure thing", "certainly", "of course", "absolutely", "definitely", "gladly", "okay", "ok", "alright"),
    *("all right", "got it", "no problem"),
]


@constraint(
    "style:no_preamble",
    "Begin with the answer itself, without a preamble: no thanks, praise or agreement (such as 'Great question!' or "
    "'Sure,'), and no announcement of what follows (such as 'Here is ...', 'Let me explain ...' or 'I'd be happy to').",
    Pass("Boil the water first. Here is why: it kills germs."),
    Pass("Certainly not."),
    Pass("Absolutely."),
    Pass("Let me go."),
    Pass("Sure-footed goats climb well."),
    Fail("Here's how to make tea: boil water."),
    Fail("**Great question!** Boil water."),
    Fail("Sure, boil water."),
    Fail("Of course! Boil water."),
    Pass("All right angles are equal."),
    Fail("Alright, boil water."),
    Fail("Okay — boil water."),
    Fail("OK\n\nBoil water."),
    Fail("Great choice! Boil water."),
    Fail("**Good idea!** Boil water."),
    Fail("Excellent question. Boil water."),
    Fail("What a thoughtful idea – boil water."),
    Fail("That’s a nice plan!\n\nBoil water."),
    Fail("Nice thought - boil water."),
    Pass("# Smart plan\n\nBoil water."),
    Pass("Good idea."),
    Pass("Great choice of words helps. Good ideas are rare."),
    Pass("Good point-to-point links are rare."),
    Fail("I’ll explain how to make tea."),
    Fail("Let's dive in. Boil water."),
    Fail("THANK YOU FOR asking. Boil water."),
    Fail("As an AI, I drink no tea."),
    source=NATIVE,
)
def no_preamble(reply: Text) -> Verdict:
    """English stock phrases at the first letter or digit.

    A word of agreement is a preamble where a mark or line end divides it from what it introduces: "Certainly not" and
    a bare "Absolutely." are answers. So is praise ("Good idea!") where it is a sentence of its own.
    """
    span = opens_with(reply.raw, _preambles())
    if not span and (agreement := opens_with(reply.raw, _AGREEMENT)):
        after = re.compile(r"[*_ ]*(?:[!,.:;\u2013\u2014]|-\s|\s-|[\r\n])[\W_]*\w").match(reply.raw, agreement[1])
        span = agreement if after else None
    if not span and (praise := opens_with(reply.raw, _praise())):
        after = re.compile(r"[*_ ]*(?:[!.\u2026\u2013\u2014]|\s-\s)[\W_]*\w").match(reply.raw, praise[1])
        span = praise if after else None
    found = [reply.raw[slice(*span)]] if span else []
    return absent(found, "no preamble before the answer", [span] if span else [])


@cache
def _offers() -> list[str]:
    inviting = ["feel free to", "don't hesitate to", "do not hesitate to"]
    asking = ["ask", "reach out", "contact", "let me know", "tell me", "message me", "write to me", "get in touch"]
    needed = ["help", "assistance", "information", "details", "examples", "ideas", "support", "clarification"]
    conditions = ["if you need", "if you want", "if you'd like", "if you would like"]
    speaking = ["i'm", "i am", "i'd be", "i would be", "i'll be", "we're", "we are", "always"]
    willing = map(" ".join, product(["happy to", "glad to", "here to"], ["help", "assist"]))
    doing = ("create", "draft", "explain", "give you", "help", "make", "offer", "provide", "suggest", "write")
    return [
        *("let me know", "hope this helps", "hope that helps", "hope it helps", "is there anything else"),
        *("anything else i can", "if you have questions", "if you need anything", "if you'd like me to"),
        *("if you would like me to", "if you want me to", "if you'd like to know more", "if you'd like, i"),
        *("if you like, i", "if you want, i", "would you like me to", "do you want me to", "want me to"),
        *("would you like more", "would you like help", "reach out to me", "just ask me", "just ask!", "just ask."),
        *(f"if you have {more} questions" for more in ("any", "more", "other", "further")),
        *(f"if you have any {more} questions" for more in ("more", "other", "further", "additional", "specific")),
        *map(" ".join, product(inviting, asking)),
        *map(" ".join, product(conditions, ["", "any", "more", "further", "any further"], needed)),
        *map(" ".join, product(speaking, willing)),
        *(f"i can also {verb}" for verb in doing),
    ]


_LONG = 2_000
_OPENING_OFFERS = ["shall i", "should i", "would you like", "happy to help", "glad to help", "happy to assist"]


@constraint(
    "style:no_closing_offer",
    "Do not close with an offer of further help or the hope that your response helps, "
    "such as 'Let me know if ...' or 'I hope this helps'.",
    Pass("Boil water. Add tea."),
    Pass("Feel free to boil water. Add tea. Wait."),
    Pass("Boil water. Add tea. It outlet me knows."),
    Pass("- Boil water.\n- Add tea."),
    Pass("Boil water. Feel free to add milk if you'd like."),
    Pass("Boil water. Would tea do? Guides are here to help, and you should ask if you need more."),
    Pass("Boil water. What else should I do?"),
    Pass("Boil water. They asked, “Is there anything else?”"),
    Fail("“Boil water. Is there anything else?”"),
    Fail("Boil water. Shall I go on?"),
    Fail("Boil water. I'm here to help!"),
    Fail("Boil water. Feel free to ask. Wait."),
    Fail("Boil water. Reply if you need more help."),
    Fail("Boil water.\n\nLET ME KNOW if it boils over! 🙂"),
    Fail("Boil water.\n\nI hope  this helps! Good luck."),
    Fail("Boil water.\n\nIf you’d like, I write a recipe."),
    source=NATIVE,
)
def no_closing_offer(reply: Text) -> Verdict:
    """English stock phrases anywhere in the last two sentences, which may be the same paragraph or not.

    Of a sentence of more than 2,000 characters its end is looked at. Quotations are left out, unless the whole reply
    is one.
    """
    text = blanked(reply.raw, [span for span in quotation_spans(reply.raw) if span[1] - span[0] < len(reply.stripped)])
    spans: list[tuple[int, int]] = []
    for start, stop in reply.prose_sentence_spans[-2:]:
        span = opens_with(text[start:stop], _OPENING_OFFERS)
        spans += [(start + span[0], start + span[1])] if span else []
        # The many phrases are looked for at every character, so that a sentence without end would take its time.
        long = re.compile(r"\s").search(text, stop - _LONG, stop) if stop - start > _LONG else None
        begin = start if stop - start <= _LONG else long.end() if long else stop
        found = [mention.span for mention in mentions(text[begin:stop], _offers())]
        spans += [(begin + first, begin + last) for first, last in found]
    return absent([reply.raw[slice(*span)] for span in spans], "no offer or hope to help at the end", spans)


@constraint(
    "style:no_question",
    "Your response must not {where} a question.",
    Pass("Tea? Yes, tea.", where="end with"),
    Pass("Tea.", where="end with"),
    Fail("Tea? Milk?", where="end with"),
    Pass("Tea. `a ? b : c`", where="contain"),
    Pass("Tea?\n\n```\nx = 1\n```", where="end with"),
    Pass("See https://tea.org/?q=green for tea.", where="contain"),
    Pass(Text("茶？好。", "zh"), where="end with"),
    Fail("Tea? Yes, tea.", where="contain"),
    Fail('Yes. "More tea?"** 🙂\n', where="end with"),
    Fail("Tea. Have you seen https://tea.org?", where="end with"),
    Fail("Tea, then?!", where="end with"),
    Fail(Text("茶？好。", "zh"), where="contain"),
    Fail(Text("هل تحب الشاي؟", "ar"), where="end with"),
    Fail(Text("Θέλεις τσάι;", "el"), where="end with"),
    source=NATIVE,
)
def no_question(reply: Text, *, where: Literal["end with", "contain"]) -> Verdict:
    """A question is what has a question mark, of any script, outside code and web addresses.

    A reply ends with a question when no letter, digit or code follows its question mark.
    """
    text = running_text(reply)
    marks = "?？؟⁇⁈⁉" + (";\u037e" if reply.language == "el" else "")
    spans = [match.span() for match in re.finditer(f"[{marks}]", text)]
    if where == "end with" and spans and re.compile(r"[^\W_]").search(reply.raw, spans[-1][1]):
        spans = []
    shown = [reply.raw[max(0, stop - 30) : stop] for _, stop in spans[-3:]]
    return absent(shown, f"not to {where} a question", spans)


@constraint(
    "style:no_repeated_openings",
    "Write at least two {unit}s, no two consecutive ones of which begin with the same word.",
    Pass("The tea is hot. It is green. The cup is full.", unit="sentence"),
    Pass("The tea is hot. Then it cools.", unit="sentence"),
    Pass("- tea\n- milk", unit="list item"),
    Pass("1. Boil water\n2. Add tea\n3. Boil milk", unit="list item"),
    Pass("The tea is hot. The cup is full.\n\nIt is green.", unit="paragraph"),
    Fail("The tea is hot.\n\n**the** cup is full.", unit="sentence"),
    Fail("The tea is hot. It is green. “It” is full.", unit="sentence"),
    Fail("1. Boil water\n2. Boil milk", unit="list item"),
    Fail("Tea is hot,\ntea is green.", unit="line"),
    Fail("The tea is hot.", unit="sentence"),
    source=NATIVE,
)
def no_repeated_openings(reply: Text, *, unit: Unit) -> Verdict:
    """First words are compared in any case and without accents; in scripts without spaces, first characters.

    There must be at least two such parts. A paragraph, line or list item is compared with the one before it.
    """
    spans, words = unit_spans(reply, unit), reply.plain_word_spans
    required = f"{unit}s that do not begin as the one before"
    if len(spans) < 2:
        return holds(False, required, count_of(len(spans), f"{unit}s"))

    def folded(span: tuple[int, int]) -> str:
        return fold(reply.raw[slice(*span)])

    starts = [start for start, _ in words]
    first = [min(bisect_left(starts, start), len(words) - 1) for start, _ in spans]
    same = [words[two] for one, two in pairwise(first) if folded(words[one]) == folded(words[two])]
    return every(reply.raw, spans, same, f"{unit}s", required)
