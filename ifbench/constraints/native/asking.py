"""What a reply asks, and what it has to say word for word."""

from __future__ import annotations

import re
from typing import Literal

from ifbench.constraints.native.mentions import mentions
from ifbench.constraints.native.prose import plain_wording, running_text
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of, quote
from ifbench.parameters import Count, Phrase, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, compare, holds

Place = Literal["the first sentence", "the last sentence", "any sentence"]
_QUESTION = re.compile(r"[?？؟⁇⁈‽;]\W*$")
_GREEK_MARK = ";"


def question_spans(reply: Text) -> list[Span]:
    """Where the sentences are that end with a question mark; in Greek that is the semicolon."""
    return [
        span
        for span in reply.prose_sentence_spans
        if (found := _QUESTION.search(reply.raw[slice(*span)]))
        and (found[0][0] not in (_GREEK_MARK, "\u037e") or reply.language == "el")
    ]


@constraint(
    "content:asks_for",
    'Ask for the {item}: let {place} of your reply be a question with the words "{item}".',
    Pass("What is your order number? Thank you.", item="order number", place="the first sentence"),
    Pass("Could you send me your **Order-Number**?", item="order number", place="the last sentence"),
    Fail("Thank you. What is your order number?", item="order number", place="the first sentence"),
    Pass("Thank you. What is your order number?", item="order number", place="the last sentence"),
    Fail("What is your order number? Thank you.", item="order number", place="the last sentence"),
    Pass("Hi. What is your order number? Thanks.", item="order number", place="any sentence"),
    Fail("Please send me your order number.", item="order number", place="any sentence"),
    Fail("How are you? Your order number, please.", item="order number", place="any sentence"),
    Fail("What are your order numbers?", item="order number", place="any sentence"),
    Fail("", item="order number", place="any sentence"),
    Pass(Text("Wie lautet Ihre Bestellnummer?", "de"), item="Bestellnummer", place="the first sentence"),
    Fail(Text("Die Bestellnummer bitte.", "de"), item="Bestellnummer", place="the first sentence"),
    Pass(Text("ご注文番号を教えていただけますか？", "ja"), item="注文番号", place="the first sentence"),
    Pass(Text("ما هو رقم الطلب؟", "ar"), item="رقم الطلب", place="the first sentence"),
    Fail(Text("Your order number;", "en"), item="order number", place="any sentence"),
    Pass(Text("Ποιος είναι ο αριθμός;", "el"), item="αριθμός", place="any sentence"),
    source=NATIVE,
)
def asks_for(reply: Text, *, item: Phrase, place: Place) -> Verdict:
    """A question is a sentence that ends with a question mark; whole words in any case."""
    sentences = reply.prose_sentence_spans
    eligible = set({"the first sentence": sentences[:1], "the last sentence": sentences[-1:]}.get(place, sentences))
    questions = [span for span in question_spans(reply) if span in eligible]
    asking = [span for span in questions if mentions(reply.raw[slice(*span)], [item], reply.language)]
    return holds(
        bool(asking),
        lambda: f"a question with {quote(item)} in {place}",
        lambda: (
            quote(reply.raw[slice(*asking[0])])
            if asking
            else f"{count_of(len(questions), 'questions')} there, none with {quote(item)}"
        ),
        asking or questions,
    )


@constraint(
    "content:questions",
    "Ask {relation} {count} questions.",
    Pass("Who? Where?", relation="exactly", count=2),
    Fail("Who? Where? When?", relation="exactly", count=2),
    Pass("Fine. Who is it?", relation="at most", count=1),
    Fail("Fine.", relation="at least", count=1),
    Pass("Fine.", relation="at most", count=1),
    Fail("", relation="at most", count=1),
    Pass(Text("誰ですか？どこですか？", "ja"), relation="exactly", count=2),
    Pass('"Who is it?" she asked. What?! See `a?` and https://a.example/?q=1.', relation="exactly", count=2),
    Fail('"Who is it?" she asked. "Ann?"', relation="exactly", count=1),
    Pass(Text("Ποιος είναι; Πού;", "el"), relation="exactly", count=2),
    source=NATIVE,
)
def questions(reply: Text, *, relation: Relation, count: Count) -> Verdict:
    """Runs of question marks in sentences, also within one ("Who is it?" she asked); in Greek the semicolon is one.

    Code and links have none; the reply must have a sentence at all.
    """
    marks = "?？؟⁇⁈‽" + (_GREEK_MARK + "\u037e" if reply.language == "el" else "")
    text = running_text(reply)
    run = re.compile(rf"[{marks}][{marks}!！ ]*")
    spans = [match.span() for span in reply.prose_sentence_spans for match in run.finditer(text, *span)]
    verdict = compare(len(spans), relation, count, "questions", spans)
    return verdict if reply.prose_sentence_spans else verdict.but_observed("no sentences")


@constraint(
    "content:verbatim",
    "Say this word for word, {count} times in all: {text}",
    Pass("Hello. I will pass this on to our legal team. Bye.", text="I will pass this on to our legal team.", count=1),
    Pass("I’ll pass\nthis **on**.", text="I'll pass this **on**.", count=1),
    Pass("> I will pass this on.", text="I will pass this on.", count=1),
    Fail("I will pass this on to legal.", text="I will pass this on to our legal team.", count=1),
    Fail("i will pass this on.", text="I will pass this on.", count=1),
    Fail("Go on. Go on.", text="Go on.", count=1),
    Pass("Go on. Go on.", text="Go on.", count=2),
    Fail("Ergo on.", text="go on.", count=1),
    Fail("Ask Ann", text="Ask An", count=1),
    Fail("", text="Go on.", count=1),
    Pass(Text("すみません。担当者に伝えます。", "ja"), text="担当者に伝えます。", count=1),
    Pass("Say this: go", text="go", count=1),
    Pass("I'll go", text="I’ll  go", count=1),
    source=NATIVE,
)
def verbatim(reply: Text, *, text: Phrase, count: Count = 1) -> Verdict:
    """In its case and with its marks; white space and the shape of apostrophes and quotation marks do not matter.

    A letter or digit of a script with spaces may not stand directly before or behind it where it begins or ends with
    one.
    """
    wanted, found = plain_wording(text), plain_wording(reply.raw)
    edged = [r"(?<![^\W_])" if _is_edge(wanted[0]) else "", r"(?![^\W_])" if _is_edge(wanted[-1]) else ""]
    number = len(re.findall(f"{edged[0]}{re.escape(wanted)}{edged[1]}", found))
    return holds(
        number == count,
        lambda: f"{quote(wanted)}, {count_of(count, 'times')}",
        lambda: count_of(number, "times"),
    )


def _is_edge(character: str) -> bool:
    """Whether a word ends at ``character`` only where no other letter follows."""
    import regex

    return regex.match(r"[\p{L}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]", character, regex.V1) is not None
