"""Which number a reply states as its answer, and how numbers in figures are read."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifbench.constraints.native.prose import western
from ifbench.constraints.native.stated import NUMBER, excluded, labels, number_value, stated_number
from ifbench.registry import Constraint
from ifbench.text import Text


def stated(reply: str) -> Fraction | None:
    text = western(reply)
    span = stated_number(text)
    return None if span is None else number_value(text[slice(*span)])


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Answer: 1,25", 1.25),
        ("Answer: 2,5 kg", 2.5),
        ("Answer: 1,250", 1250),
        ("10:30", None),
        ("Answer: 10:30", None),
        ("Answer: 42-43", None),
        ("Answer: 42–43", None),
        ("Answer: 42^2", None),
        ("Answer: 42²", None),
        ("Answer: 42³", None),
        ("Answer: 4e5", None),
        ("Answer: 4.2 × 10^3", None),
        ("Answer: 4.2 x 10³", None),
        ("Answer: 42k", None),
        ("42 million", None),
        ("Answer: 42 thousand", None),
        ("Answer: 42/0", None),
        ("0,125", 0.125),
        ("Answer: 1 1/2", 1.5),
        ("½", 0.5),
        ("3½", 3.5),
        ("3 ¼ cups", 3.25),
        ("minus 42", -42),
        ("Answer: - 42", -42),
        ("The answer is - 42", -42),
        ("Answer: minus 42", -42),
        (".6", 0.6),
        ("Answer: .6", 0.6),
        ("Answer: $\\frac{3}{5}$", 0.6),
        ("$-\\frac{3}{5}$", -0.6),
        ("1\\frac{1}{2}", 1.5),
        ("1{,}250", 1250),
        ("1\u2009250", 1250),
        ("1\u2009250.5", 1250.5),
        ("Answer: \\(42\\)", 42),
        ("$\\boxed{42}$", 42),
        ("Answer: 42 = 6 * 7", 42),
        ("Answer: 6 * 7 = 42", 42),
        ("Answer: 42 (6 * 7 = 42, 42 - 2 = 40)", 42),
        ("Answer:\n6 × 7 = 42", 42),
        ("Answer: sqrt(841) = 29 cm", 29),
        ("Answer: √841 = 29 cm, or 0.29 m", 29),
        ("Answer to question 3: 42", 42),
        ("Answer 3: 42", 42),
        ("**Answer to question 3:** 42", 42),
        ("The solution is 42. Tell me if this answer helps with your 3 problems", 42),
        ("The answer is 42. I hope this answer is helpful.\nAsk 3 more", 42),
        ("Answer: (42)", 42),
        ("Answer: x = 42, y = 3", 42),
        ("Answer: Ann has 42 apples = 6 * 7.", 42),
        ("Answer: 84 / 2 = 42", 42),
        ("Answer: 100 / 4 / 5 = 5", 5),
        ("Answer - 42", 42),
        ("Answer:\n- 42", 42),
        ("- 42", 42),
        ("There are 42 boxes. Answer: 42 million", None),
        ("The answer is not 41 but 42.", 42),
        ("50 - 8", 8),
        ("-$42.50", -42.5),
        ("so it is...42", 42),
        ("12/10/2024", None),
        ("Answer: 1.5/2", 0.75),
        ("Answer in euros: 42 (3 each)", 42),
        ("The answer is 42, and 3 of them are 2 + 1 = 3.", 42),
        ("Answer: 40 + 2, so 40 + 2 = 42", 42),
        ("## Answer\n\n42", 42),
        ("**Final answer:** **42**", 42),
        ("Answer: see below\n42", 42),
        ('{"steps": ["6 * 7"], "answer": "42", "n": 3}', 42),
        ("<answer>\n42\n</answer> 7", 42),
        ("Answer: 42.", 42),
        ("Answer: 42 x 3 boxes = 126", 126),
        ("Answer: $6 \\times 7 = 42$", 42),
        ("Answer: $$\\frac{84}{2} = 42$$", 42),
        ("Answer: 3x + 6 = 48, so x = 14", 14),
        ("Answer: 42!", 42),
        ("Answer:\xa01\xa0250,50", 1250.5),
        ("Answer: The sum of 12 and 30 = 42", 42),
        ("Answer: A total of €42", 42),
        ("The answer to the riddle is 42. Check: 3", 42),
        ("Answer: 0", 0),
        ("Answer: 007", 7),
        ("Answer: 5+ apples", 5),
        ("Answer – 42", 42),
        ("Answer: −42", -42),
        ("Answer: −\u202f42", -42),
        ("Answer: 42 - 2 of them are red", 42),
        ("Answer: 42\xa0000", 42000),
        ("Answer: 6 * 7 (=42)", 42),
        ("Answer: 29 and 30", 29),
        ("Answer: 12,5 %", 12.5),
        ("answer: 3, 4", 3),
        ("Answer: 10/12/2024", None),
        ("The answer: 42 (since 3 > 2)", 42),
        ("Answer: **29** = 20 + 9", 29),
        ("Answer: twenty-nine (29)", 29),
        ("Result: 1,234,567.5", 1234567.5),
        ("Solution: 1/2", 0.5),
        ("Answer: $1,250.00", 1250),
    ],
)
def test_the_number_that_is_stated(reply: str, expected: float | None) -> None:
    assert stated(reply) == (None if expected is None else Fraction(str(expected)))


@pytest.mark.parametrize(
    ("reply", "number"),
    [
        ("if this answer helps with your 3 problems", 0),
        ("that was my answer.", 0),
        ("The answer to the riddle is 42", 1),
        ("</answer>: 42", 0),
        ("Answer: the result is 42", 2),
        ('{"answer": 1}', 1),
        ("The result (in euros): 42", 1),
        ("answered: 42", 0),
    ],
)
def test_what_announces_an_answer(reply: str, number: int) -> None:
    assert len(labels(reply)) == number


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("It is not ", True), ("It isn't the ", True), ("Neither ", True), ("nor **", True), ("not really ", True),
        ("not Ben but ", False), ("not Ben, ", False), ("knot ", False), ("not to say that ", False),
    ],
)  # fmt: skip
def test_what_is_excluded(before: str, expected: bool) -> None:
    assert excluded(f"{before}Ann", len(before)) is expected


@given(st.text(alphabet="0123456789,./-−– ½¼^²=*()+{}\\frac$e:٣\u2009\u00a0minus\n", max_size=40))
def test_every_number_that_is_found_has_a_value(text: str) -> None:
    for match in NUMBER.finditer(text):
        assert isinstance(number_value(match[0]), Fraction)
    stated(f"Answer: {text}")


@given(st.integers(-(10**9), 10**9), st.sampled_from(["{:d}", "{:,d}", "{:d}.0", "Answer: {:d}", "is {:,d} kg"]))
def test_a_number_is_read_as_it_was_written(number: int, form: str) -> None:
    assert stated(form.format(number)) == number


@pytest.mark.parametrize(
    "fragment",
    [
        "Answer: ", "Answer:\n", "Answer: 6*7 = ", "Ann or ", "**Ann ", "(", "(1)", "= 6 * 7 ", "1,111", "not ", "Ann, ",
        "answer to ", "minus ", "\\frac{1}{2}", "Ann\nBen\n\n", "a?\n\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "constraint",
    [
        Constraint("answer:number", answer=42),
        Constraint("answer:choice", answer="Ann", choices=["Ann", "Ben"]),
        Constraint("answer:sequence", items=["Ann", "Ben"]),
        Constraint("content:asks_for", item="a", place="any sentence"),
    ],
    ids=lambda constraint: constraint.id,
)
def test_long_replies_are_read_in_time(constraint: Constraint, fragment: str) -> None:
    reply = Text(fragment * (100_000 // len(fragment)))
    started = time.process_time()
    constraint.check(reply)
    # Quadratic time takes minutes.
    assert time.process_time() - started < 20
