"""Right answers: what a reply says the solution is, wherever and in whatever form it says so.

These look at correctness alone, so that it can be told from keeping to a form: another constraint asks for the form.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Annotated

from annotated_types import Len, Predicate, doc

from ifbench.constraints.native.mentions import Mention, mentions
from ifbench.constraints.native.prose import western
from ifbench.constraints.native.values import Finite
from ifbench.constraints.sources import NATIVE
from ifbench.errors import quote
from ifbench.parameters import Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

_LABEL = re.compile(
    r"(?<![^\W_])(?<!</)(?:answer|result|solution)s?(?![^\W_])(?: to (?:question|problem|task) \d+)?"
    # Behind it stands a mark or a verb that says it, or the thing itself.
    r"(?=[\"'”’*_`)\]]{0,4}\s{0,3}(?:[:=>|\n]|(?:is|was|are|(?:will|would|must) be)\b|[-+−$€£*_`\"'“(\[]{0,4}\d))",
    re.IGNORECASE,
)
_GROUP = r"[,\u00a0\u202f\u2009]"
NUMBER = re.compile(
    # A sign, unless it stands between two numbers (42-43); the figures; what would make another number of them.
    r"(?<![\w.,])(?<!\d[-–])(?:[-+−] ?(?=\d|\.\d))?"
    rf"(?:\d{{1,3}}(?:{_GROUP}\d{{3}}){{1,9}}(?:\.\d{{1,30}})?|\d{{1,30}}(?:[.,]\d{{1,30}})?|\.\d{{1,30}})"
    r"(?:\s?/\s?[1-9]\d{0,30}(?!\d*/))?"
    r"(?!\d|_|[.,]\d|:\d|\^|[²³]|(?:st|nd|rd|th)\b|e[-+]?\d|[kKM]\b|[-–]\d|\s?/\s?0"
    r"|\s?[×x*]\s?10\^| ?(?:thousand|million|billion)\b)"
)
"""A number in figures: with a sign, with separators of thousands, with decimals, or as a fraction; up to 30 digits."""


def _distinct(values: list[str]) -> bool:
    folded = {unicodedata.normalize("NFC", value).casefold().strip() for value in values}
    return len(values) > 1 and len(folded) == len(values)


Choices = Annotated[list[Phrase], Len(2), Predicate(_distinct), doc("a list of two or more different texts")]
"""What there is to choose from, or to bring into order."""


def _not_among(*, answer: str, choices: list[str]) -> tuple[str, str] | None:
    return None if answer in choices else ("answer", f"{quote(answer)} is none of the choices")


def number_value(written: str) -> Fraction:
    """The number that ``written``, a match of :data:`NUMBER`, stands for, digit for digit.

    A comma with three figures behind it divides thousands, with other numbers of them decimals.
    """
    plain = re.sub(r"[\u00a0\u202f\u2009\s+]", "", written.replace("−", "-"))
    whole, mark, over = plain.partition("/")
    grouped = re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", whole)
    return Fraction((whole.replace(",", "") if grouped else whole.replace(",", ".")) + mark + over)


def final_part(text: str) -> int:
    """Where the final answer is to be looked for: behind the last word "answer", "result" or "solution"; else 0."""
    last = 0
    for match in _LABEL.finditer(text):
        if any(map(str.isalnum, text[match.end() :])):
            last = match.end()
    return last


def _stated(line: str) -> int:
    """Where in ``line``, the rest of that of a label, the answer stands: behind a calculation, or at its beginning."""
    first = NUMBER.search(line)
    outside = line.partition("(")[0] if first and "(" in line[first.end() :] else line
    calculated = (
        first is None or re.match(r"\s?[-+*/×÷·^]|\s?[x]\s?\d|\)", line[first.end() :]) or "(" in line[: first.start()]
    )
    return outside.rfind("=") + 1 if calculated else 0


@constraint(
    "answer:number",
    "Give the right answer, which is {answer}.",
    Pass("42", answer=42),
    Pass("6 times 7 is 42.", answer=42),
    Pass("The answer is 42, not 41.", answer=42),
    Pass("Answer: **42** apples in 3 boxes", answer=42),
    Fail("It takes 42 boxes in 3 rows.", answer=42),
    Fail("The answer is 41, not 42.", answer=42),
    Pass('{"steps": ["6 * 7"], "answer": 42}', answer=42),
    Pass('{"answer": "42"}', answer=42),
    Pass("$1,250.00", answer=1250),
    Pass("First result: 3. Final result = 1,250.", answer=1250),
    Pass("<answer>22</answer>\nThat is 8 to the east and 14 to the north.", answer=22),
    Pass("1. Add.\n2. Halve.\n\nAnswer: 29cm", answer=29),
    Pass("Answer: sqrt(841) = 29 cm, or 0.29 m", answer=29),
    Fail("Answer: 29\n\n841 = 29 * 29", answer=841),
    Fail("Answer: 1,25", answer=25),
    Pass("Answer: 1,25", answer=1.25),
    Fail("Answer: 2,5 kg", answer=5),
    Pass("Answer: 1\u2009250.5", answer=1250.5),
    Pass("Answer: .6", answer=0.6),
    Pass("Answer: - 42", answer=-42),
    Fail("Answer: 10:30", answer=10),
    Fail("Answer: 42-43", answer=42),
    Fail("Answer: 42^2", answer=42),
    Fail("Answer: 42 million", answer=42),
    Fail("Answer: 42/0", answer=42),
    Pass("Answer: 42 = 6 * 7", answer=42),
    Pass("Answer: 42 (6 * 7 = 42, and 42 - 2 = 40)", answer=42),
    Pass("Answer to question 3: 42", answer=42),
    Pass("The solution is 42. Let me know if this answer helps with your 3 problems!", answer=42),
    Pass("The answer is -3.", answer=-3),
    Pass("The answer is −3.", answer=-3),
    Fail("The answer is 3.", answer=-3),
    Pass("So it is 2.50", answer=2.5),
    Pass("Solution: 1/2", answer=0.5),
    Fail("Solution: 1/2", answer=1),
    Fail("2.51", answer=2.5),
    Fail("There is none.", answer=42),
    Fail("", answer=0),
    Fail("42nd", answer=42),
    Fail("Version 1.42.42", answer=42),
    Pass("It is 42. That is my answer.", answer=42),
    Pass("Answer: forty-two, that is 42", answer=42),
    Fail("My answers: 41 and 42", answer=42),
    Pass("Answering it: 41, then 42", answer=42),
    Pass("４２", answer=42),
    source=NATIVE,
)
def number_answer(reply: Text, *, answer: Finite) -> Verdict:
    """The first number behind the last word "answer", "result" or "solution"; where there is none, the last number.

    In figures, in any form: 1,250 or 1250.00 or 2500/2. Where that word's line goes on with a calculation (6 * 7 = 42),
    it is the number behind the last "=". Such a word counts where a mark, a verb or a figure says what it is.
    """
    text = western(reply.raw)
    start = final_part(text)
    if start:
        start += _stated(text[start:].partition("\n")[0])
    found = [match.span() for match in NUMBER.finditer(text, start)]
    if not found:
        start, found = 0, [match.span() for match in NUMBER.finditer(text)]
    chosen = found[:1] if start else found[-1:]
    right = [span for span in chosen if number_value(text[slice(*span)]) == Fraction(str(answer))]
    return holds(
        bool(right), f"the answer {answer}", lambda: quote(text[slice(*chosen[0])]) if chosen else "no number", chosen
    )


@constraint(
    "answer:choice",
    "Give the right answer, {answer}, out of {choices}.",
    Pass("Ann", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Pass("It is not Ben. So the answer is **Ann**.", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Pass("The answer is Ann, since Ben lies.", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Fail("The answer is Ben, not Ann.", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Pass("Ben lies, so it was ann.", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Fail("Ann lies, so it was Ben.", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Fail("The answer is not Ann.", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Pass("The answer is not the red but the green box.", answer="green", choices=["red", "green"]),
    Fail("It was Annabel.", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Fail("Nobody.", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Fail("", answer="Ann", choices=["Ann", "Ben"]),
    Pass('{"answer": "Ann", "why": "Ben lies"}', answer="Ann", choices=["Ann", "Ben"]),
    Pass("On Sunday the green one.", answer="green", choices=["green", "light green", "red"]),
    Fail("The light green one.", answer="green", choices=["green", "light green", "red"]),
    Pass("Ann. That is the answer.", answer="Ann", choices=["Ann", "Ben"]),
    source=NATIVE,
    conflict=_not_among,
)
def choice_answer(reply: Text, *, answer: Phrase, choices: Choices) -> Verdict:
    """The first choice named behind the last word "answer", "result" or "solution"; else the last one named.

    Whole words in any case; one that "not" stands right before is not named. Such a word counts where a mark or a verb
    says what it is.
    """
    start = final_part(reply.raw)
    found = _not_excluded(reply.raw[start:], mentions(reply.raw[start:], choices, reply.language))
    if not found:
        start, found = 0, _not_excluded(reply.raw, mentions(reply.raw, choices, reply.language))
    named = found[:1] if start else found[-1:]
    spans = [(start + mention.span[0], start + mention.span[1]) for mention in named]
    return holds(
        [choices[mention.phrase] for mention in named] == [answer],
        f"the answer {quote(answer)}",
        lambda: quote(choices[named[0].phrase]) if named else "none of the choices",
        spans,
    )


@constraint(
    "answer:sequence",
    "Give the right order: {items}.",
    Pass("Ann, Ben, Cy", items=["Ann", "Ben", "Cy"]),
    Pass("Cy is older than Ben. Answer: 1. Ann 2. Ben 3. Cy", items=["Ann", "Ben", "Cy"]),
    Pass("Cy is older than Ben, so: Ann < ben < Cy.", items=["Ann", "Ben", "Cy"]),
    Fail("Ann, Ben, Cy is wrong: Ann, Cy, Ben", items=["Ann", "Ben", "Cy"]),
    Fail("Ben, Ann, Cy", items=["Ann", "Ben", "Cy"]),
    Fail("Ann, Cy", items=["Ann", "Ben", "Cy"]),
    Fail("Ann, Ben", items=["Ann", "Ben", "Cy"]),
    Fail("", items=["Ann", "Ben"]),
    Pass("Result: Ann wins. Ann, Ben, Cy", items=["Ann", "Ben", "Cy"]),
    Fail("Result: Ann wins. Ann, Cy, Ben", items=["Ann", "Ben", "Cy"]),
    Fail("Ann, Ben, Cy, Ann", items=["Ann", "Ben", "Cy"]),
    Pass("Result:\n- Ann\n- Ben\n- Cy\n\nCy comes last because Ann and Ben are older.", items=["Ann", "Ben", "Cy"]),
    source=NATIVE,
)
def sequence_answer(reply: Text, *, items: Choices) -> Verdict:
    """The first so many items named behind the last word "answer", "result" or "solution"; else the last so many.

    Whole words in any case; one named twice in a row counts once.
    """
    start = final_part(reply.raw)
    found = _in_turn(mentions(reply.raw[start:], items, reply.language))
    if len(found) < len(items):
        start, found = 0, _in_turn(mentions(reply.raw, items, reply.language))
    named = found[: len(items)] if start else found[-len(items) :]
    return holds(
        [mention.phrase for mention in named] == list(range(len(items))),
        lambda: f"the order {', '.join(items)}",
        lambda: ", ".join(items[mention.phrase] for mention in named) or "none of them",
        [(start + mention.span[0], start + mention.span[1]) for mention in named],
    )


def _not_excluded(text: str, found: list[Mention]) -> list[Mention]:
    """The mentions that no "not" stands right before."""
    excluded = re.compile(r"(?:\bnot|n['’]t|\bneither|\bnor)\s+(?:the\s+|an?\s+)?[*_\"“]{0,3}$", re.IGNORECASE)
    return [one for one in found if not excluded.search(text, max(0, one.span[0] - 20), one.span[0])]


def _in_turn(found: list[Mention]) -> list[Mention]:
    """The mentions of another item than the one named before."""
    return [one for place, one in enumerate(found) if not place or one.phrase != found[place - 1].phrase]
