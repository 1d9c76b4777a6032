"""Several samples of a prompt: any, all, and the spread between them."""

from __future__ import annotations

from itertools import combinations
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifbench import stats, tables
from ifbench.tables.samples import depths, over_samples, spread
from tests.tables_support import conversation, judged, prompt_set, scored

PROMPTS = prompt_set(conversation("a", "0@1", "0@1"), conversation("b", "0@1", "0@1"), conversation("c", "0@1"))
MARKS = {"a": ["1 1", "1 1", "1 0", "0 1"], "b": ["1 1", "0 0", "1 L", "0 0"], "c": ["0", "0", "0", "0"]}


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_pass_at_k_is_the_share_of_draws(samples: list[bool], data: st.DataObject) -> None:
    n, k = len(samples), data.draw(st.integers(1, len(samples)))
    draws = list(combinations(samples, k))
    assert stats.pass_at(n, sum(samples), k) == pytest.approx(sum(map(any, draws)) / len(draws))
    assert stats.pass_all(n, sum(samples), k) == pytest.approx(sum(map(all, draws)) / len(draws))


@pytest.mark.parametrize(("n", "found"), [(2, [1, 2]), (4, [1, 2, 4]), (5, [1, 2, 4, 5]), (8, [1, 2, 4, 8])])
def test_depths(n: int, found: list[int]) -> None:
    assert depths(n) == found


def test_pass_at_and_pass_all() -> None:
    found = over_samples(tables.verdict_frame(judged(PROMPTS, MARKS), PROMPTS), PROMPTS, 4)
    assert found["n"] == 4
    # Whole conversations followed strictly: a 2 of 4, b 1 of 4, c none. Loosely b has 2.
    assert found["pass_at"]["1"]["strict"].value == pytest.approx((2 / 4 + 1 / 4) / 3)
    assert found["pass_at"]["2"]["strict"].value == pytest.approx((5 / 6 + 3 / 6) / 3)
    assert found["pass_at"]["4"]["strict"].value == pytest.approx(2 / 3)
    assert found["pass_all"]["2"]["strict"].value == pytest.approx((1 / 6) / 3)
    assert found["pass_all"]["2"]["loose"].value == pytest.approx((1 / 6 + 1 / 6) / 3)
    assert found["pass_all"]["1"] == found["pass_at"]["1"]
    # Three prompts of their own: Student's t with two degrees of freedom.
    values = [5 / 6, 3 / 6, 0.0]
    expected = scored(sum(values) / 3, stdev(values) / 3**0.5, 4.303)
    assert found["pass_at"]["2"]["strict"].ci95 == pytest.approx(expected)
    assert found["pass_at"]["2"]["strict"].n == 3


def test_prompts_of_a_family_are_one_cluster() -> None:
    keys = "abcdefghijkl"
    kept = {key: ["1", "1"] if key in "abdghj" else ["0", "0"] for key in keys}
    alone = prompt_set(*(conversation(key, "0@1") for key in keys))
    pairs = prompt_set(*(conversation(key, "0@1", family=f"f{n // 2}") for n, key in enumerate(keys)))
    entries = [
        over_samples(tables.verdict_frame(judged(prompts, kept), prompts), prompts, 2)["pass_at"]["2"]["strict"]
        for prompts in (alone, pairs)
    ]
    assert entries[0].value == entries[1].value == 0.5
    # Twelve prompts alone, each half a prompt off; six families, off by 1, 0, -1, 1, 0 and -1 prompts.
    for entry, squares, clusters, quantile in zip(entries, (3, 4), (12, 6), (2.201, 2.571), strict=True):
        error = (clusters / (clusters - 1) * squares) ** 0.5 / 12
        assert entry.ci95 == pytest.approx(scored(0.5, error, quantile))


def test_samples_not_recorded_have_not_succeeded() -> None:
    prompts = prompt_set(conversation("a", "0@1"), conversation("b", "0@1", "0@1"))
    verdicts = judged(prompts, {"a": ["1", "1"], "b": ["1 1", "1"]})
    found = over_samples(tables.verdict_frame(verdicts, prompts), prompts, 2)
    # The second sample of b lacks its second turn.
    assert found["pass_all"]["2"]["strict"].value == 0.5
    assert found["pass_at"]["2"]["strict"].value == 1.0
    missing = [verdict for verdict in verdicts if verdict.key == "a"]
    found = over_samples(tables.verdict_frame(missing, prompts), prompts, 2)
    assert found["pass_at"]["2"]["strict"].value == 0.5


def test_spread() -> None:
    found = spread(tables.verdict_frame(judged(PROMPTS, MARKS), PROMPTS), 4)
    # Of five answers a sample follows 4, 2, 2 (3 loosely) and 1.
    assert found["prompt_strict"]["values"] == pytest.approx([4 / 5, 2 / 5, 2 / 5, 1 / 5])
    assert found["prompt_strict"]["mean"] == pytest.approx(9 / 20)
    assert found["prompt_strict"]["sd"] == pytest.approx(stdev([0.8, 0.4, 0.4, 0.2]))
    assert found["prompt_loose"]["values"][2] == pytest.approx(3 / 5)
    assert found["instruction_strict"] == found["prompt_strict"], "one rule a turn"


def test_spread_at_instruction_level_is_pooled() -> None:
    prompts = prompt_set(conversation("a", "0@1 1@1 2@1"), conversation("b", "0@1"))
    frame = tables.verdict_frame(judged(prompts, {"a": ["110", "111"], "b": ["1", "0"]}), prompts)
    found = spread(frame, 2)
    assert found["instruction_strict"]["values"] == [0.75, 0.75]
    assert found["instruction_strict"]["sd"] == 0
    assert found["prompt_strict"]["values"] == [0.5, 0.5]


def test_samples_of_a_prompt_are_one_cluster() -> None:
    frame = tables.verdict_frame(judged(PROMPTS, MARKS), PROMPTS)
    assert tables.accuracies(frame)["prompt_strict"] == stats.pooled([6, 3, 0], [8, 8, 4])
    assert tables.by_type(frame)["punctuation:no_comma"]["strict"] == stats.pooled([6, 3, 0], [8, 8, 4])


def test_one_sample_is_no_spread() -> None:
    verdicts = judged(PROMPTS, {key: lines[:1] for key, lines in MARKS.items()})
    assert over_samples(tables.verdict_frame(verdicts, PROMPTS), PROMPTS, 1) == {}


def test_a_prompt_that_is_held_to_nothing_is_left_out() -> None:
    prompts = prompt_set(conversation("a", "0@1"), conversation("b", ""))
    frame = tables.verdict_frame(judged(prompts, {"a": ["1", "0"], "b": ["-", "-"]}), prompts)
    found = over_samples(frame, prompts, 2)["pass_at"]["1"]["strict"]
    assert (found.value, found.n) == (0.5, 1)
