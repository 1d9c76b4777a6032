"""What becomes of rules over turns, counted by hand."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifbench import stats, tables
from ifbench.prompts import PromptSet
from ifbench.records import Response
from ifbench.scoring import score
from ifbench.tables.frame import conversations
from ifbench.tables.turns import by_age, over_persistence, over_turns, rules, streak, transitions, whole_conversations
from tests.tables_support import answers, conversation, judged, prompt_set, scored

LIFE = ("0@1", "0@1 1@2", "0@1 1@2! 2@3")
"""One rule throughout, one given in turn 2 and withdrawn in turn 3, one given in turn 3."""


@pytest.fixture
def prompts() -> PromptSet:
    return prompt_set(conversation("a", *LIFE), conversation("b", *LIFE))


@pytest.fixture
def verdicts(prompts: PromptSet) -> list[Any]:
    return judged(prompts, {"a": ["1 01 101"], "b": ["1 11 0L1"]})


def _counts(entry: Any) -> tuple[int, int]:
    return entry[1], entry[2]


def test_adherence_by_age(prompts: PromptSet, verdicts: list[Any]) -> None:
    found = by_age(tables.verdict_frame(verdicts, prompts))
    assert {age: _counts(entry["strict"]) for age, entry in found.items()} == {"0": (6, 6), "1": (1, 2), "2": (1, 2)}
    # One rule a conversation at age 1 and 2; three at age 0, all followed: conversations are then what is counted.
    assert found["1"]["strict"].ci95 == stats.wilson(1, 2)
    assert found["0"]["strict"].ci95 == stats.wilson(2, 2)


def test_transitions(prompts: PromptSet, verdicts: list[Any]) -> None:
    found = transitions(tables.verdict_frame(verdicts, prompts), [True] * 6)
    assert list(found) == ["1-2", "2-3", "all"]
    strict = {
        where: {change: _counts(entry["strict"]) for change, entry in own.items()} for where, own in found.items()
    }
    assert strict == {
        "1-2": {"forgetting": (1, 2), "correction": (0, 0)},
        "2-3": {"forgetting": (1, 1), "correction": (1, 1)},
        "all": {"forgetting": (2, 3), "correction": (1, 1)},
    }
    assert found["1-2"]["correction"]["strict"] == stats.Ratio(0.0, 0, 0, (0.0, 1.0))
    # b is followed twice and once forgotten, a once and forgotten: a ratio of sums over conversations.
    assert found["all"]["forgetting"]["strict"] == stats.ratio([1, 1], [1, 2])


def test_a_suspended_rule_has_no_transition() -> None:
    prompts = prompt_set(conversation("a", "0@1 1@1", "1@1", "0@1 1@1"))
    frame = tables.verdict_frame(judged(prompts, {"a": ["11 1 01"]}), prompts)
    assert _counts(transitions(frame, [True] * 3)["all"]["forgetting"]["strict"]) == (0, 2)


@pytest.mark.parametrize(("lost", "left"), [(0, ["2-3", "all"]), (1, []), (2, ["1-2", "all"])])
def test_a_pair_needs_both_answers(lost: int, left: list[str]) -> None:
    prompts = prompt_set(conversation("a", "0@1", "0@1", "0@1"))
    frame = tables.verdict_frame(judged(prompts, {"a": ["1 0 1"]}), prompts)
    found = transitions(frame, [turn != lost for turn in range(3)])
    assert list(found) == left
    changes = {"2-3": ("correction", "forgetting"), "1-2": ("forgetting", "correction")}
    for where in left[:1]:
        counted, other = changes[where]
        for group in (where, "all"):
            assert _counts(found[group][counted]["strict"]) == (1, 1)
            assert _counts(found[group][other]["strict"]) == (0, 0)


def test_samples_do_not_mix() -> None:
    prompts = prompt_set(conversation("a", "0@1", "0@1"))
    frame = tables.verdict_frame(judged(prompts, {"a": ["1 0", "0 1"]}), prompts)
    changes = transitions(frame, [True] * 4)["all"]
    assert _counts(changes["forgetting"]["strict"]) == (1, 1)
    assert _counts(changes["correction"]["strict"]) == (1, 1)


_MARKS = st.lists(
    st.lists(st.tuples(st.booleans(), st.sampled_from("01L")), min_size=3, max_size=3), min_size=1, max_size=4
)
"""For each turn of a conversation, for each of three rules: whether it is in force, and its verdict."""


@given(st.lists(_MARKS, min_size=1, max_size=6))
def test_transitions_equal_a_naive_count(drawn: list[list[list[tuple[bool, str]]]]) -> None:
    prompts = prompt_set(
        *(
            conversation(
                str(key), *(" ".join(f"{n}@1" for n, (there, _) in enumerate(turn) if there) for turn in turns)
            )
            for key, turns in enumerate(drawn)
        )
    )
    marks = {
        str(key): [" ".join("".join(bit for there, bit in turn if there) or "-" for turn in turns)]
        for key, turns in enumerate(drawn)
    }
    found = transitions(tables.verdict_frame(judged(prompts, marks), prompts), [True] * sum(map(len, drawn)))
    for reading, good in (("strict", "1"), ("loose", "1L")):
        naive: Counter[tuple[str, bool, bool]] = Counter()
        for turns in drawn:
            for turn, (before, after) in enumerate(pairwise(turns), start=1):
                for (there, first), (still, second) in zip(before, after, strict=True):
                    if there and still:
                        for where in (f"{turn}-{turn + 1}", "all"):
                            naive[where, first in good, second in good] += 1
        assert found.keys() == {where for where, _, _ in naive}
        for where, changes in found.items():
            lost, kept = naive[where, True, False], naive[where, True, True]
            mended, missed = naive[where, False, True], naive[where, False, False]
            assert _counts(changes["forgetting"][reading]) == (lost, lost + kept)
            assert _counts(changes["correction"][reading]) == (mended, mended + missed)


def test_over_persistence_counts_answers_that_are_there(prompts: PromptSet, verdicts: list[Any]) -> None:
    frame = tables.verdict_frame(verdicts, prompts)
    found = over_persistence(frame, [True] * 6)
    assert _counts(found["strict"]) == (2, 2)
    assert _counts(found["loose"]) == (1, 2)
    assert _counts(over_persistence(frame, [True] * 5 + [False])["loose"]) == (1, 1)


@pytest.mark.parametrize(
    "absent",
    [
        None,
        Response("b", "", turn=3, error="timeout"),
        Response("b", " \n", turn=3),
        Response("b", "text", turn=3, reasoning="hm", reasoning_closed=False),
    ],
)
def test_no_answer_persists_in_nothing(prompts: PromptSet, verdicts: list[Any], absent: Response | None) -> None:
    floors = [score(item) for item in tables.floor_items(prompts)]
    responses = [*answers(verdicts)[:-1], absent]
    found = tables.results(verdicts, floors, responses, prompts, "m")
    assert found["turns"]["over_persistence"]["strict"]["number"] == 1
    assert found["turns"]["over_persistence"]["strict"]["n"] == 1


def test_streak(prompts: PromptSet, verdicts: list[Any]) -> None:
    found = streak(conversations(tables.verdict_frame(verdicts, prompts), prompts))
    # a: turn 1; b: turns 1 and 2. With two conversations one standard error is 0.5 turns, and Student's t 12.706.
    assert found["turns"]["strict"][:2] == (1.5, 2)
    assert found["turns"]["strict"].ci95 == pytest.approx(scored(1.5, 0.5, 12.706, 3))
    assert found["share"]["strict"].value == pytest.approx((1 / 3 + 2 / 3) / 2)
    mended = judged(prompts, {"a": ["1 01 101"], "b": ["1 11 1LL"]})
    found = streak(conversations(tables.verdict_frame(mended, prompts), prompts))
    assert (found["turns"]["strict"].value, found["turns"]["loose"].value) == (1.5, 2.0)


def test_streak_interval_of_four_conversations() -> None:
    prompts = prompt_set(*(conversation(key, *["0@1"] * 4) for key in "abcd"))
    marks = {"a": ["1 1 1 1"], "b": ["1 1 0 1"], "c": ["1 1 0 0"], "d": ["1 1 1 0"]}
    found = streak(conversations(tables.verdict_frame(judged(prompts, marks), prompts), prompts))["turns"]["strict"]
    # Streaks 4, 2, 2, 3: mean 2.75, standard deviation sqrt(2.75 / 3), three degrees of freedom.
    assert found.value == 2.75
    assert found.ci95 == pytest.approx(scored(2.75, math.sqrt(2.75 / 3) / 2, 3.182, 4))


def test_a_turn_held_to_nothing_is_not_counted() -> None:
    prompts = prompt_set(conversation("a", "0@1", "", "0@1"), conversation("b", "", ""))
    verdicts = judged(prompts, {"a": ["1 - 1"], "b": ["- -"]})
    frame = tables.verdict_frame(verdicts, prompts)
    held = conversations(frame, prompts)
    assert [(own.key, own.strict) for own in held] == [("a", (True, True))]
    assert _counts(whole_conversations(held)["strict"]) == (1, 1)
    assert _counts(tables.accuracies(frame)["prompt_strict"]) == (2, 2)
    assert list(tables.by_turn(frame)) == ["1", "3"]


def test_whole_conversations_are_clustered_where_there_are_samples() -> None:
    prompts = prompt_set(conversation("a", "0@1", "0@1"), conversation("b", "0@1", "0@1"))
    verdicts = judged(prompts, {"a": ["1 1", "1 0"], "b": ["0 1", "0 0"]})
    found = whole_conversations(conversations(tables.verdict_frame(verdicts, prompts), prompts))
    assert found["strict"] == stats.pooled([1, 0], [2, 2])


def test_system_rules_apart_from_the_users() -> None:
    prompts = prompt_set(conversation("a", "9@0 0@1", "9@0 0@1! 1@2"), conversation("b", "9@0", "9@0"))
    frame = tables.verdict_frame(judged(prompts, {"a": ["10 L01"], "b": ["1 0"]}), prompts)
    found = rules(frame)
    assert _counts(found["system"]["strict"]) == (2, 4)
    assert _counts(found["system"]["loose"]) == (3, 4)
    assert _counts(found["user"]["strict"]) == (1, 2)
    assert {turn: _counts(own["strict"]) for turn, own in found["system_by_turn"].items()} == {"1": (2, 2), "2": (0, 2)}
    assert "0" in by_age(frame)
    assert _counts(by_age(frame)["0"]["strict"]) == (1, 2), "rules of the system have no age"


def test_a_single_turn_with_a_system_rule() -> None:
    prompts = prompt_set(conversation("a", "9@0"))
    found = over_turns(tables.verdict_frame(judged(prompts, {"a": ["1"]}), prompts), [True], prompts)
    assert list(found) == ["rules"]
    assert list(found["rules"]) == ["system"]


def test_single_turns_have_no_numbers_over_turns() -> None:
    prompts = prompt_set(conversation("a", "0@1"))
    verdicts = judged(prompts, {"a": ["1"]})
    found = tables.results(
        verdicts, [score(item) for item in tables.floor_items(prompts)], answers(verdicts), prompts, "m"
    )
    assert "turns" not in found
    assert "samples" not in found
    assert found["by_turn"] == found["by_language"] == {}


def test_one_conversation_of_which_everything_is_missing() -> None:
    prompts = prompt_set(conversation("a", *LIFE))
    verdicts = judged(prompts, {"a": ["0 00 000"]})
    floors = [score(item) for item in tables.floor_items(prompts)]
    found = tables.results(verdicts, floors, [None] * 3, prompts, "m")
    assert found["responses"]["missing"] == 3
    turns = found["turns"]
    assert "over_persistence" not in turns
    assert turns["streak"]["turns"]["strict"]["value"] == 0
    assert "transitions" not in turns, "no answer has forgotten anything"


def test_a_share_of_nothing_has_no_value(prompts: PromptSet) -> None:
    verdicts = judged(prompts, {"a": ["1 11 101"], "b": ["1 11 101"]})
    floors = [score(item) for item in tables.floor_items(prompts)]
    found = tables.results(verdicts, floors, answers(verdicts), prompts, "m")["turns"]["transitions"]["all"]
    assert found["correction"]["strict"] == {"value": None, "number": 0, "n": 0, "ci95": [0.0, 1.0]}
    assert found["forgetting"]["strict"]["value"] == 0.0


def test_a_set_that_is_held_to_nothing() -> None:
    prompts = prompt_set(conversation("a", "", "", category="empty"))
    verdicts = judged(prompts, {"a": ["- -", "- -"]})
    floors = [score(item) for item in tables.floor_items(prompts)]
    found = tables.results(verdicts, floors, answers(verdicts), prompts, "m")
    assert found["metrics"]["prompt_strict"] == {"value": None, "followed": 0, "n": 0, "ci95": [0.0, 1.0]}
    assert found["by_category"] == found["by_turn"] == found["by_type"] == {}
    assert "turns" not in found
    assert "samples" not in found


def test_accuracies_by_turn_and_language(prompts: PromptSet, verdicts: list[Any]) -> None:
    frame = tables.verdict_frame(verdicts, prompts)
    found = tables.by_turn(frame)
    assert _counts(found["2"]["prompt_strict"]) == (1, 2)
    assert found["2"]["prompt_strict"].ci95 == stats.wilson(1, 2)
    assert _counts(found["3"]["instruction_loose"]) == (4, 6)
    assert tables.by_language(frame) == {}
    a, b = prompts.prompts
    both = prompt_set(a, replace(b, language="de"))
    assert list(tables.by_language(tables.verdict_frame(verdicts, both))) == ["de", "en"]


def test_all_turns_of_a_conversation_are_one_cluster(prompts: PromptSet, verdicts: list[Any]) -> None:
    found = tables.accuracies(tables.verdict_frame(verdicts, prompts))
    # a follows turn 1 of three, b turns 1 and 2.
    assert found["prompt_strict"] == stats.pooled([1, 2], [3, 3])
    assert found["instruction_strict"] == stats.pooled([4, 4], [6, 6])
