"""Right answers: what a reply says the solution is, wherever and in whatever form it says so.

These look at correctness alone, so that it can be told from keeping to a form: another constraint asks for the form.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

from annotated_types import Len, Predicate, doc

from ifbench.constraints.native.mentions import Mention, mentions
from ifbench.constraints.native.prose import western
from ifbench.constraints.native.stated import excluded, labels, number_value, stated_number
from ifbench.constraints.native.values import Finite
from ifbench.constraints.sources import NATIVE
from ifbench.errors import quote
from ifbench.parameters import Phrase
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds


def _distinct(values: list[str]) -> bool:
    folded = {unicodedata.normalize("NFC", value).casefold().strip() for value in values}
    return len(values) > 1 and len(folded) == len(values)


Choices = Annotated[list[Phrase], Len(2), Predicate(_distinct), doc("a list of two or more different texts")]
"""What there is to choose from, or to bring into order."""


def _not_among(*, answer: str, choices: list[str]) -> tuple[str, str] | None:
    return None if answer in choices else ("answer", f"{quote(answer)} is none of the choices")


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
    Fail("10:30", answer=30),
    Fail("Answer: 42^2", answer=42),
    Fail("Answer: 42²", answer=42),
    Fail("Answer: 42e3", answer=42),
    Fail("Answer: 42 × 10³", answer=42),
    Fail("There are 42 boxes. Answer: 42k", answer=42),
    Fail("Answer: 42 million", answer=42),
    Fail("Answer: 42/0", answer=42),
    Pass("1 1/2", answer=1.5),
    Pass("It takes 3½ hours.", answer=3.5),
    Pass("minus 42", answer=-42),
    Pass(r"Answer: $\frac{3}{5}$", answer=0.6),
    Pass(r"$1{,}250$", answer=1250),
    Pass("Answer: 42 = 6 * 7", answer=42),
    Pass("Answer: 6 * 7 = 42", answer=42),
    Fail("Answer: 6 * 7 = 42", answer=6),
    Pass("Answer:\n6 × 7 = 42", answer=42),
    Pass("Answer: see below.\n\n42, as 6 * 7 = 42", answer=42),
    Pass("The answer is not 41 but 42.", answer=42),
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
    """The number behind the last word "answer", "result" or "solution"; where there is none, the last number.

    In figures, in any form: 1,250 or 1250.00 or 2500/2. In the line of that word, or in the next where it has no
    figure, it is the first number; where a calculation stands there (6 * 7 = 42), the one behind the last "=", brackets
    left out. Such a word counts where a mark, a verb or a figure says what it is. What makes another number of one
    (42^2, 42 million, 10:30, 42-43) is not read.
    """
    text = western(reply.raw)
    chosen = stated_number(text)
    right = chosen is not None and number_value(text[slice(*chosen)]) == Fraction(str(answer))
    return holds(
        right,
        f"the answer {answer}",
        lambda: quote(text[slice(*chosen)]) if chosen else "no number",
        [chosen] if chosen else [],
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
    Pass("The answer is Ann, as Ben lies. I hope this answer is clear.", answer="Ann", choices=["Ann", "Ben"]),
    Fail("Answer: not really Ann", answer="Ann", choices=["Ann", "Ben"]),
    Fail("Answer: Ann or Ben", answer="Ann", choices=["Ann", "Ben"]),
    Fail("It was **Ann**, Cy, or Ben.", answer="Ben", choices=["Ann", "Ben", "Cy"]),
    Pass("Was it Ann or Ben? Ben.", answer="Ben", choices=["Ann", "Ben"]),
    Fail("Answer: Ann-Marie", answer="Ann", choices=["Ann", "Ben"]),
    Pass("**Ann** is the culprit. Ben and Cy told the truth.", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Fail("**Ann** and **Ben** told the truth. It was Cy.", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Pass('"Ann"\n\nBen told the truth.', answer="Ann", choices=["Ann", "Ben"]),
    Pass("Answer: B, a box of tea", answer="B", choices=["A", "B"]),
    Fail("B. It is a box of tea.", answer="A", choices=["A", "B"]),
    Pass("B. It is a box of tea.", answer="B", choices=["A", "B"]),
    Pass("Answer: b", answer="b", choices=["a", "b"]),
    Pass("Answer: B", answer="b", choices=["a", "b"]),
    Pass("Answer: Ben. Wait: the answer is Ann, as Ben lies.", answer="Ann", choices=["Ann", "Ben"]),
    Fail("Answer: Ann, Cy or Ben", answer="Ann", choices=["Ann", "Ben", "Cy"]),
    Fail("Ann or Ben.", answer="Ben", choices=["Ann", "Ben"]),
    Pass("Answer: Ann or ann", answer="Ann", choices=["Ann", "Ben"]),
    Pass("Answer: Ann, Ben lies", answer="Ann", choices=["Ann", "Ben"]),
    Fail("Mary-Ann", answer="Ann", choices=["Ann", "Ben"]),
    Pass("x-ray: Ann", answer="Ann", choices=["Ann", "Ben"]),
    source=NATIVE,
    conflict=_not_among,
)
def choice_answer(reply: Text, *, answer: Phrase, choices: Choices) -> Verdict:
    """The first choice named behind the last word "answer", "result" or "solution"; without it, the last one named.

    Without such a word, the only choice in bold or alone in a line goes first. Whole words in any case, single letters
    in the case given or as capitals; a hyphen makes another name. One that "not", "neither" or "nor" stands before,
    with at most a word between, is not named; of several joined by "or" none is chosen.
    """
    text = reply.raw
    found = _named(text, choices, reply.language)
    start = from_label(text, found)
    chosen = start if start is not None else _outstanding(text, found)
    named = [found[chosen]] if found and not _among_others(text, found, chosen) else []
    return holds(
        [choices[mention.phrase] for mention in named] == [answer],
        f"the answer {quote(answer)}",
        lambda: quote(choices[named[0].phrase]) if named else "several" if found else "none of the choices",
        [mention.span for mention in named],
    )


def _named(text: str, choices: Sequence[str], language: str) -> list[Mention]:
    """Where choices stand, save parts of other names, what is excluded, and letters that are words."""
    hyphenated = re.compile(r"[^\W_][-\u2010\u2011]$"), re.compile(r"[-\u2010\u2011][^\W_]")
    found: list[Mention] = []
    for mention in mentions(text, choices, language):
        (start, stop), choice = mention.span, choices[mention.phrase].strip()
        is_word = len(choice) == 1 and text[start] not in (choice, choice.upper())
        is_part = hyphenated[0].search(text, max(0, start - 2), start) or hyphenated[1].match(text, stop)
        if not is_word and not is_part and not excluded(text, start):
            found.append(mention)
    return found


def from_label(text: str, found: Sequence[Mention], number: int = 1) -> int | None:
    """The place of the first mention behind the last label that ``number`` mentions stand behind; None without one."""
    starts = [mention.span[0] for mention in found]
    places = (bisect_left(starts, stop) for _, stop in labels(text))
    return max((place for place in places if place + number <= len(found)), default=None)


_WORDED = re.compile(r"[^\W_]")


def _outstanding(text: str, found: Sequence[Mention]) -> int:
    """The place of the mention that counts without a label: one alone in bold, or alone in a line; else the last."""
    bold = re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__")
    lone = re.compile(r"^[^\w\n]*_*[^\W_][^\n]*$", re.MULTILINE)
    for pattern, alone in ((bold, False), (lone, True)):
        inside = _inside(text, found, [match.span() for match in pattern.finditer(text)], alone)
        if len({found[place].phrase for place in inside}) == 1:
            return inside[-1]
    return len(found) - 1


def _inside(text: str, found: Sequence[Mention], spans: Sequence[tuple[int, int]], alone: bool) -> list[int]:
    """The places of the mentions within ``spans``; with ``alone``, of those beside which no letter or digit stands."""
    inside: list[int] = []
    place = 0
    for start, stop in spans:
        opening = _WORDED.search(text, start, stop)
        while place < len(found) and found[place].span[1] <= stop:
            first, last = found[place].span
            beside = (opening and opening.start() < first) or _WORDED.search(text, last, stop)
            if first >= start and not (alone and beside):
                inside.append(place)
            place += 1
    return inside


LONGEST_GAP = 60
"""What stands between two members of a list is no longer than this, in characters."""
_LISTED = re.compile(
    r"[\s*_`\"”’)]*(,)?[\s*_`\"“‘(]*(?:(?:and/)?(or|/)\s*)?(?:(?:the|an?)\s)?[\s*_`\"“‘(]*", re.IGNORECASE
)


def _among_others(text: str, found: Sequence[Mention], chosen: int) -> bool:
    """Whether the mention at ``chosen`` is one of several different ones that "or" joins."""
    for step in (1, -1):
        place = chosen
        while 0 <= place + step < len(found):
            one, other = sorted((found[place], found[place + step]), key=lambda mention: mention.span)
            start, stop = one.span[1], other.span[0]
            gap = _LISTED.fullmatch(text, start, stop) if stop - start <= LONGEST_GAP else None
            if gap is None or not (gap[1] or gap[2]):
                break
            if gap[2] and one.phrase != other.phrase:
                return True
            place += step
    return False
