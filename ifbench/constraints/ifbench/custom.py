"""Single tasks of IFBench: multiples of 7, multiple choice questions, dates of battles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from ifbench.constraints.reading.fences import unfenced
from ifbench.constraints.sources import IFBENCH
from ifbench.errors import count_of
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds, listing

_MULTIPLES = ["14", "21", "28", "35", "42", "49"]
_QUESTIONS, _CHOICES = 4, 5
_ANSWER_WORDS = 12


@constraint(
    "custom:multiples",
    "Count from 10 to 50 but only print multiples of 7.",
    Pass("14, 21, 28, 35, 42, 49"),
    Pass("Here they are:\n14\n21\n28\n35\n42\n49"),
    Fail("14, 21, 28, 35, 42"),
    Fail("7, 14, 21, 28, 35, 42, 49"),
    Fail("49, 42, 35, 28, 21, 14"),
    Fail("14, 21, 28, 35, 42, 49, 56"),
    Fail("The 6 multiples: 14, 21, 28, 35, 42, 49"),
    source=IFBENCH,
)
def multiples(reply: Text) -> Verdict:
    """The runs of digits are 14, 21, 28, 35, 42 and 49, in this order.

    The sentence does not say whether words may stand beside them.
    """
    matches = list(re.finditer(r"\d+", reply.raw))
    numbers = [match.group() for match in matches]
    return holds(
        numbers == _MULTIPLES,
        f"the numbers {', '.join(_MULTIPLES)}",
        lambda: ", ".join(numbers[:12]) or "no numbers",
        [match.span() for match in matches[:12]],
    )


_MCQ_SENTENCE = (
    'Generate 4 multiple choice questions with 5 options each about "20th century art history". Each question should '
    'start with the label "Question". The questions should get progressively longer. Do not provide an explanation.'
)


def _sheet(label: str, option: str, *questions: str, behind: str = "") -> str:
    """A sheet of questions for the examples below."""
    names = ["Picasso", "Dalí", "Matisse", "Pollock", "Duchamp"]
    lines = [option.format(letter=letter, name=name) for letter, name in zip("ABCDE", names, strict=True)]
    return "\n\n".join(
        "\n".join([label.format(number) + question, *lines]) + behind for number, question in enumerate(questions, 1)
    )


_ASKED = (
    "Who made Fountain?",
    "Who was born in Málaga?",
    "Who dripped paint on canvas?",
    "Who wrote the surrealist text?",
)
_TWO_LONG = (*_ASKED[:2], "Who came from Málaga??", _ASKED[3])


@constraint(
    "custom:mcq_count_length",
    _MCQ_SENTENCE,
    Pass(_sheet("Question {}: ", "{letter}) {name}", *_ASKED)),
    Pass(_sheet("Question {}\n", "{letter}. {name}", *_ASKED, behind="\nAnswer: B, for he was the first.")),
    Pass(_sheet("Question {}: ", "{letter}) {name}", "", *_ASKED[1:])),
    Pass(
        _sheet("Question {}: ", "{letter}) {name}", *_ASKED).replace("\n", "\n  ").replace("so\n", "so, of Malaga\n", 1)
    ),
    Pass(_sheet("Question {}: ", "{letter}) {name}", *_ASKED) + "\n\nQuestion 5:\n"),
    Pass(_sheet("Question {}: ", "{letter}) {name}", _TWO_LONG[2], *_ASKED[1:]).replace("\n", "\n\n", 1)),
    Fail(_sheet("Question: ", "{letter}) {name}", *_ASKED)),
    Fail(_sheet("Question {}: ", "({letter}) {name}", *_ASKED)),
    Fail(_sheet("Question {}: ", "{letter}) {name}", *_ASKED[:3])),
    Fail(_sheet("Question {}: ", "{letter}) {name}", *_TWO_LONG[:2], *_TWO_LONG[1:3])),
    Fail(_sheet("Question {}: ", "{letter}) {name}", *reversed(_ASKED))),
    Fail(_sheet("Question {}: ", "{letter}) {name}", *_ASKED).replace("\nE) Duchamp", "", 1)),
    Fail("Art:\n" + _sheet("Question {}: ", "{letter}) {name}", *_ASKED)),
    source=IFBENCH,
)
def mcq_count_length(reply: Text) -> Verdict:
    """From its first character on the reply is four parts "Question <number>" with five lines "A)", "A." or "A|" each.

    Each question, to its first option and counted in characters, is longer than the one before. As published, other
    lines behind the options are passed over. What the questions are about is not looked at.
    """
    if not reply.raw.startswith("Question"):
        return holds(False, "'Question' at the very beginning", lambda: repr(reply.raw[:30]))
    parts = [part.strip() for part in re.split(r"Question \d+[.|):;]?", reply.raw)]
    questions = [_asked(part) for part in parts if part]
    return _sheet_verdict([(len(text), options) for text, options in questions], (), shortest=0)


def _asked(part: str) -> tuple[str, int]:
    """The question, to its first option, and the number of options."""
    lines = [line.strip() for line in part.split("\n")]
    options = [number for number, line in enumerate(lines) if re.match(r"[A-Ea-e][.|)]\s*\w", line)]
    first = options[0] if options else len(lines)
    return " ".join(lines[:first]).strip(), len(options)


def _sheet_verdict(questions: Sequence[tuple[int, int]], others: Sequence[str], shortest: int) -> Verdict:
    """``questions`` are lengths and numbers of options; ``others`` are lines that should not be there."""
    lengths = [length for length, _ in questions]
    options = [number for _, number in questions]
    longer = all(first < second for first, second in pairwise([shortest - 1, *lengths]))
    return holds(
        options == [_CHOICES] * _QUESTIONS and longer and not others,
        f"{_QUESTIONS} questions with {_CHOICES} options each, every one longer than the one before, and nothing else",
        lambda: (
            f"other text: {listing([line[:60] for line in others[:3]])}"
            if others
            else f"{count_of(len(questions), 'questions')} of {_numbers(lengths)} characters "
            f"with {_numbers(options)} options"
        ),
    )


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:8])) + (", …" if numbers[8:] else "") or "no"


@dataclass
class _Question:
    text: list[str] = field(default_factory=list[str])
    options: int = 0


@constraint(
    "custom:mcq_count_length",
    _MCQ_SENTENCE,
    Pass(_sheet("Question {}: ", "{letter}) {name}", *_ASKED)),
    Pass(_sheet("Question: ", "({letter}) {name}", *_ASKED)),
    Pass("# Art\n\n" + _sheet("**Question {}**\n", "- {name}", *_ASKED, behind="\n**Answer: B) Dalí**\n\n---")),
    Pass(_sheet("{}. Question - ", "**{letter}.** {name}", *_ASKED, behind="\nCorrect answer: B")),
    Fail(_sheet("Question {}\n", "{letter}. {name}", *_ASKED, behind="\nHe was the first to do so.")),
    Pass(_sheet("Question {}\n", "{letter}. {name}", *_ASKED, behind="\nAnswer:" + " b" * 11)),
    Fail(_sheet("Question {}\n", "{letter}. {name}", *_ASKED, behind="\nAnswer:" + " b" * 12)),
    Fail("Here you are:\n" + _sheet("Question {}: ", "{letter}) {name}", *_ASKED)),
    Pass(_sheet("Question {}: ", "{letter}) {name}", _TWO_LONG[2], *_ASKED[1:]).replace("1: ", "1:\n", 1)),
    Fail(_sheet("{}. ", "{letter}) {name}", *_ASKED)),
    Fail(_sheet("Question {}: ", "{letter}) {name}", *_ASKED[:3])),
    Fail(_sheet("Question {}: ", "{letter}) {name}", *reversed(_ASKED))),
    Fail(_sheet("Question {}: ", "{letter}) {name}", *_ASKED).replace("\nE) Duchamp", "", 1)),
    Fail(_sheet("Question {}: ", "{letter}) {name}", "", *_ASKED[1:])),
    edition="corrected",
    fault="The label must be followed by a number, options must not be in brackets, and explanations pass unseen.",
    source=IFBENCH,
)
def mcq_count_length_corrected(reply: Text) -> Verdict:
    """Four questions with the label "Question", numbered or not, each with five lines of options, lettered or bulleted.

    Questions are measured in characters without their label. Besides, a heading before the first, rules, and lines of
    at most 12 words that begin with "Answer" may stand; any other text is an explanation.
    """
    questions: list[_Question] = []
    others: list[str] = []
    for line in map(str.strip, unfenced(reply)[0].split("\n")):
        bare = line.strip("*_#> \t")
        label = re.match(
            r"(?:\d{1,3}[.)] {0,3})?[*_]{0,3}Question\b[*_]{0,3}(?: {0,3}#? ?\d{1,3}\b)?[*_]{0,3}[\W_]{0,3}", bare
        )
        if not re.search(r"[^\W_]", bare):
            continue
        if label:
            questions.append(_Question([bare[label.end() :]]))
        elif not questions:
            if not line.startswith(("#", "**")):
                others.append(line)
        elif re.match(r"\(?[A-Ea-e1-5][*_]{0,3}[.):][*_]{0,3}\s*\S", bare) or re.match(r"[-*+•]\s", line):
            questions[-1].options += 1
        elif not questions[-1].options:
            questions[-1].text.append(bare)
        elif not re.match(r"(?:correct )?answer\b", bare, re.IGNORECASE) or len(bare.split()) > _ANSWER_WORDS:
            others.append(line)
    return _sheet_verdict([(len(" ".join(item.text).strip()), item.options) for item in questions], others, shortest=1)


_DATES_SENTENCE = (
    "List the start dates of all the battles Napoleon fought separated by commas, use the following date format: "
    "YYYY-MM-DD. Do not provide an explanation."
)


@constraint(
    "custom:date_format_list",
    _DATES_SENTENCE,
    Pass("1800-06-14, 1805-12-02"),
    Pass("1769-12-31,1821-04-30\n"),
    Pass("1800-00-00, 1801-02-29"),
    Fail("1768-12-31"),
    Fail("1822-01-01"),
    Fail("1800-13-01"),
    Fail("1800-01-32"),
    Fail("1800-06-31"),
    Fail("1801-02-30"),
    Fail("14 June 1800"),
    Fail("1800-06-14."),
    Fail("1800-06-14,"),
    source=IFBENCH,
)
def date_format_list(reply: Text) -> Verdict:
    """Only dates from 1769 to 1821. As published, month and day may be 00, and every February has 29 days."""
    wrong = [item for item in map(str.strip, reply.stripped.split(",")) if not _passes_for_date(item)]
    return holds(
        not wrong, "dates as YYYY-MM-DD with commas between them", lambda: listing(wrong[:5]) or "such dates only"
    )


def _passes_for_date(text: str) -> bool:
    from calendar import monthrange

    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return False
    year, month, day = map(int, text.split("-"))
    # 2000 was a leap year, and so is every year here.
    return 1769 <= year <= 1821 and (month == 0 or (month <= 12 and day <= monthrange(2000, month)[1]))


@constraint(
    "custom:date_format_list",
    _DATES_SENTENCE,
    Pass("1800-06-14, 1805-12-02"),
    Pass("```\n1769-12-31,\n1804-02-29,1821-04-30.\n```"),
    Pass("1800-06-14, 1805-12-02.\n"),
    Pass("**1800-06-14, 1805-12-02**"),
    Fail("1800-06-14"),
    Fail("1800-00-00, 1801-02-29"),
    Fail("1800-06-14, 1801-02-29"),
    Fail("1768-12-31, 1800-06-14"),
    Fail("1800-06-14, 1822-01-01"),
    Fail("1800-06-14, Austerlitz 1805-12-02"),
    Fail("Here they are: 1800-06-14, 1805-12-02"),
    Fail("1800-06-14\n1805-12-02"),
    edition="corrected",
    fault="Month and day may be 00, every year has a 29 February, and one date passes for a list.",
    source=IFBENCH,
)
def date_format_list_corrected(reply: Text) -> Verdict:
    """Two dates or more, each a day of the calendar between 1769 and 1821. One full stop at the end is allowed.

    Whether there was a battle on that day is not checked.
    """
    items = [item.strip() for item in unfenced(reply)[0].strip("*_ \t\r\n").removesuffix(".").split(",")]
    wrong = [item for item in items if not _is_day(item)]
    return holds(
        len(items) > 1 and not wrong,
        "two or more dates as YYYY-MM-DD with commas between them",
        lambda: listing(wrong[:5]) if wrong else "such dates only" if len(items) > 1 else "one date",
    )


def _is_day(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        return 1769 <= date.fromisoformat(text).year <= 1821
    except ValueError:
        return False
