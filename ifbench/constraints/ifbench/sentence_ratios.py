"""Sentences weighed against each other: by kind, by length, by their words."""

from __future__ import annotations

from typing import Literal

from ifbench.constraints.reading.fences import opened
from ifbench.constraints.reading.folding import straight_marks
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import count_of
from ifbench.languages import grapheme_count, word_spans
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Span, Verdict, holds, listing

_TWO_TO_ONE = "Maintain a 2:1 ratio of declarative to interrogative sentences."
_BALANCE = "Ensure that the ratio of sentence types (declarative, interrogative, exclamatory) is balanced."
_THREE_SENTENCES = (
    "Respond with three sentences, all containing the same number of characters but using all different words."
)

_CLOSING = " \t\r\n\"'”’»›)]}*_~`」』）"
_ENDING = ".。．…!！?？؟‽"

Form = Literal["declarative", "interrogative", "exclamatory"]


def _spans_by_last_mark(reply: Text) -> dict[Form, list[Span]]:
    """Sentences by their very last character; what ends otherwise is left out."""
    spans: dict[Form, list[Span]] = {"declarative": [], "interrogative": [], "exclamatory": []}
    forms: dict[str, Form] = {".": "declarative", "?": "interrogative", "!": "exclamatory"}
    for start, stop in reply.sentence_spans:
        if form := forms.get(reply.raw[stop - 1]):
            spans[form].append((start, stop))
    return spans


def _form(sentence: str) -> Form | None:
    """What the marks at the end say, whatever closes behind them; of "?!", the question counts."""
    body = sentence.rstrip(_CLOSING)
    marks = body[len(body.rstrip(_ENDING)) :]
    if not marks:
        return None
    if any(mark in "?？؟‽" for mark in marks):
        return "interrogative"
    return "exclamatory" if any(mark in "!！" for mark in marks) else "declarative"


def _spans_by_form(reply: Text) -> dict[Form, list[Span]]:
    """The sentences of running text by their form; what has none is left out. A fence around all does not matter."""
    spans: dict[Form, list[Span]] = {"declarative": [], "interrogative": [], "exclamatory": []}
    reply = opened(reply)
    for start, stop in reply.prose_sentence_spans:
        # Where a text ends with several marks, the splitter stops at the first.
        while stop < len(reply.raw) and reply.raw[stop] in _ENDING:
            stop += 1
        if form := _form(reply.raw[start:stop]):
            spans[form].append((start, stop))
    return spans


def _two_to_one(spans: dict[Form, list[Span]], lowest: int) -> Verdict:
    statements, questions = len(spans["declarative"]), len(spans["interrogative"])
    return holds(
        statements == 2 * questions and questions >= lowest,
        "twice as many declarative as interrogative sentences",
        lambda: f"{statements:,} declarative, {questions:,} interrogative",
        spans["interrogative"],
    )


def _balanced(spans: dict[Form, list[Span]], lowest: int) -> Verdict:
    numbers = [len(found) for found in spans.values()]
    return holds(
        max(numbers) == min(numbers) >= lowest,
        "as many declarative as interrogative and exclamatory sentences",
        lambda: ", ".join(f"{len(found):,} {form}" for form, found in spans.items()),
    )


@constraint(
    "ratio:sentence_type",
    _TWO_TO_ONE,
    Pass("It rains. It pours. Why?"),
    Pass("What a day!"),
    Fail("It rains. Why?"),
    Fail('It rains. It pours. "Why?"'),
    Fail("It rains. It pours. It snows. Why?"),
    source=IFBENCH,
)
def sentence_type(reply: Text) -> Verdict:
    """Sentences (Punkt) whose last character is a full stop or a question mark; as published, none of either passes."""
    return _two_to_one(_spans_by_last_mark(reply), 0)


@constraint(
    "ratio:sentence_type",
    _TWO_TO_ONE,
    Pass("It rains. It pours. Why?"),
    Pass('It rains. (It pours.) "Why?"'),
    Pass("It rains…\n\n**It pours.** Really?!"),
    Pass("It rains. It pours. Why? Oh no!.."),
    Pass("It rains. It pours. Really!?"),
    Pass("```\nIt rains. It pours. Why?\n```"),
    Pass("雨です。雪です。なぜですか？"),
    Fail("What a day!"),
    Fail("It rains. Why?"),
    Fail("It rains. It pours. It snows. Why?"),
    edition="corrected",
    fault="A reply without either passes, and a mark before a closing quotation mark is not seen.",
    source=IFBENCH,
)
def sentence_type_corrected(reply: Text) -> Verdict:
    """Told by the closing mark, one question at least. Exclamations and sentences without a mark do not count."""
    return _two_to_one(_spans_by_form(reply), 1)


@constraint(
    "ratio:sentence_balance",
    _BALANCE,
    Pass("It rains. Why? Oh no!"),
    Pass("Hello"),
    Fail("It rains. Why? Oh no! Stop!"),
    Fail("It rains. It pours. Why? Oh no!"),
    Fail('It rains. Why? "Oh no!"'),
    source=IFBENCH,
)
def sentence_balance(reply: Text) -> Verdict:
    """As many sentences (Punkt) ending in ``.`` as in ``?`` and in ``!``; as published, none of any passes."""
    return _balanced(_spans_by_last_mark(reply), 0)


@constraint(
    "ratio:sentence_balance",
    _BALANCE,
    Pass("It rains. Why? Oh no!"),
    Pass('It rains. Why? "Oh no!"'),
    Pass("- It rains.\n- Why?!\n- Oh no!!"),
    Pass("Il pleut ! Pourquoi ? Je ne sais pas."),
    Pass("It rains. Why? Oh no!.."),
    Fail("Hello"),
    Fail("It rains. Why? Oh no! Stop!"),
    Fail("It rains. It pours. Why? Oh no!"),
    edition="corrected",
    fault="A reply without any of the three kinds passes, and a mark before a closing quotation mark is not seen.",
    source=IFBENCH,
)
def sentence_balance_corrected(reply: Text) -> Verdict:
    """As many of each form, told by the closing mark, and one at least. Sentences without a mark do not count.

    The sentence does not say how near to equal is balanced: as published, equal.
    """
    return _balanced(_spans_by_form(reply), 1)


@constraint(
    "ratio:sentence_words",
    _THREE_SENTENCES,
    Pass("Tea is hot. Ice is raw. Rum is red."),
    Pass("It is tea. It is tea. It is tea."),
    Fail("Tea is hot. Ice is raw."),
    Fail("Tea is hot. Ice was raw. Rum is red."),
    Fail("Tea is hot. Ice is raw. Rum was red."),
    Fail("Tea is hot. Ice is raw. Rum is red. Hi."),
    source=IFBENCH,
)
def sentence_words(reply: Text) -> Verdict:
    """Three sentences (Punkt) of one length; as published, nothing asks for different words."""
    lengths = [stop - start for start, stop in reply.sentence_spans]
    return _three_alike(reply, reply.sentence_spans, lengths, None)


@constraint(
    "ratio:sentence_words",
    _THREE_SENTENCES,
    Pass("Tea is hot. Ice as wet. Rum be red."),
    Pass("**Tea is hot.** Ice as wet. Cafe\u0301s funk."),
    Pass("```text\nTea is hot. Ice as wet. Rum be red.\n```"),
    Fail("It is tea. It is tea. It is tea."),
    Fail("Tea is hot. Ice as wet. Is rum red?"),
    Fail("Tea is hot. Ice as wet. Rum rum ha."),
    Fail("Tea is hot. Ice as wet. Rum be pink."),
    Fail("Tea is hot. Ice as wet."),
    edition="corrected",
    fault="Whether all words are different is not looked at.",
    source=IFBENCH,
)
def sentence_words_corrected(reply: Text) -> Verdict:
    """Characters as a reader sees them, spaces and punctuation included, Markdown's marks around left out.

    No word may occur twice, in any case, within a sentence or in two.
    """
    reply = opened(reply)
    spans = reply.prose_sentence_spans
    if len(spans) != 3:
        return _three_alike(reply, spans, [], [])
    lengths = [grapheme_count(reply.raw[start:stop].strip("*_ ")) for start, stop in spans]
    return _three_alike(reply, spans, lengths, _repeated(reply, spans))


def _repeated(reply: Text, sentences: list[Span]) -> list[Span]:
    """Where words stand that have occurred before."""
    seen: set[str] = set()
    spans: list[Span] = []
    for begin, end in sentences:
        for start, stop in word_spans(reply.raw[begin:end]):
            word = straight_marks(reply.raw[begin + start : begin + stop]).casefold()
            if word in seen:
                spans.append((begin + start, begin + stop))
            seen.add(word)
    return spans


def _three_alike(reply: Text, sentences: list[Span], lengths: list[int], repeated: list[Span] | None) -> Verdict:
    """The verdict on sentences of ``lengths``; ``repeated`` is where words stand again, None where that may be."""
    alike = len(sentences) == 3 and len(set(lengths)) == 1

    def observed() -> str:
        if len(sentences) != 3:
            return count_of(len(sentences), "sentences")
        text = f"sentences of {lengths[0]}, {lengths[1]} and {lengths[2]} characters"
        again = list(dict.fromkeys(reply.raw[start:stop] for start, stop in repeated or ()))
        return f"{text}; {listing(again[:5])} more than once" if again else text

    required = "three sentences of the same number of characters" + (", no word twice" if repeated is not None else "")
    return holds(alike and not repeated, required, observed, repeated or sentences)
