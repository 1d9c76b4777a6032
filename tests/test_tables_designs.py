"""Labels, density and wordings, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ifbench import stats, tables
from ifbench.prompts import Prompt, PromptSet
from ifbench.tables.results import results
from tests.tables_support import conversation, judged, prompt_set


def labelled(prompt: Prompt, *labels: str) -> Prompt:
    """``prompt`` with these labels on the rules of every turn, by their number."""
    turns = [
        replace(turn, held=tuple(replace(held, label=labels[held.number]) for held in turn.held))
        for turn in prompt.turns
    ]
    return replace(prompt, turns=tuple(turns))


def frame_of(prompts: PromptSet, marks: dict[str, list[str]]) -> Any:
    return tables.verdict_frame(judged(prompts, marks), prompts)


def test_violations_are_counted_in_all_answers() -> None:
    one = labelled(conversation("a", "0@0 1@0 2@0", "0@0 1@0"), "scope", "scope", "tone")
    prompts = prompt_set(one, labelled(conversation("b", "0@0"), "tone"), conversation("c", "0@1"))
    found = tables.by_label(frame_of(prompts, {"a": ["00L 10"], "b": ["1"], "c": ["0"]}))
    assert list(found) == ["scope", "tone"]
    scope, tone = found["scope"], found["tone"]
    assert scope["constraints"]["strict"][:3] == (1 / 4, 1, 4)
    assert scope["answers"]["strict"][:3] == (0.0, 0, 2)
    # Three of its rules are broken in the four answers of the set, two in one of them.
    assert scope["violations_per_100"]["strict"] == stats.mean([200, 100, 0, 0], ["a", "a", "b", "c"], 200)
    assert scope["violations_per_100"]["strict"].value == 75
    assert [tone["constraints"][reading][:3] for reading in ("strict", "loose")] == [(1 / 2, 1, 2), (1.0, 2, 2)]
    assert tone["violations_per_100"]["strict"].value == 25
    assert tone["violations_per_100"]["loose"].value == 0


def test_nothing_is_told_of_what_a_set_has_not() -> None:
    prompts = prompt_set(conversation("a", "0@1"), conversation("b", "0@1"))
    frame = frame_of(prompts, {"a": ["1"], "b": ["0"]})
    assert (tables.by_label(frame), tables.density(frame), tables.wordings(frame)) == ({}, {}, {})
    assert (tables.by_difficulty(frame), tables.by_slice(frame)) == ({}, {})


def test_density_counts_its_slice_alone() -> None:
    dense = [
        replace(conversation(f"{task}{size}", " ".join(f"{n}@1" for n in range(size))), slice="density", family=task)
        for task in "xy"
        for size in (1, 2)
    ]
    prompts = prompt_set(*dense, conversation("alone", "0@1 1@1"))
    marks = {"x1": ["1"], "x2": ["10"], "y1": ["0"], "y2": ["11"], "alone": ["11"]}
    found = tables.density(frame_of(prompts, marks))
    assert list(found) == ["1", "2"]
    assert found["1"]["prompt_strict"] == stats.proportion(1, 2)
    assert found["2"]["prompt_strict"] == stats.proportion(1, 2)
    assert found["2"]["instruction_strict"][:3] == (3 / 4, 3, 4)
    assert found["2"]["independent"]["strict"] == {"value": (3 / 4) ** 2, "n": 2}
    by_slice = tables.by_slice(frame_of(prompts, marks))
    assert {name: entry["prompt_strict"].n for name, entry in by_slice.items()} == {"density": 4, "(none)": 1}


def test_levels_of_difficulty_stand_in_their_order() -> None:
    levels = {"a": "hard", "b": "easy", "c": "medium", "d": None}
    prompts = prompt_set(*(replace(conversation(key, "0@1"), difficulty=level) for key, level in levels.items()))
    found = tables.by_difficulty(frame_of(prompts, {key: ["1"] for key in levels}))
    assert list(found) == ["easy", "medium", "hard", "(none)"]


@pytest.fixture
def worded() -> PromptSet:
    """Two prompts in two wordings each, the first of two turns; and one in one."""
    two, one = conversation("a", "0@1", "0@1 1@2", family="fa"), conversation("b", "0@1", family="fb")
    return prompt_set(
        two,
        replace(two, key="a~1", wording=1, reworded="a"),
        one,
        replace(one, key="b~1", wording=1, reworded="b"),
        conversation("c", "0@1"),
    )


def test_wordings(worded: PromptSet) -> None:
    marks = {"a": ["1 11", "0 11"], "a~1": ["1 10", "0 1L"], "b": ["1", "0"], "b~1": ["0", "0"], "c": ["0", "0"]}
    found = tables.wordings(frame_of(worded, marks))
    assert (found["n"], found["prompts"]) == (2, 2)
    # Of the six answers: a's first turns (both, neither), its second (one of two, twice), b's (one of two, neither).
    assert found["every"]["strict"] == stats.pooled([1, 0], [4, 2])
    assert found["every"]["loose"] == stats.pooled([2, 0], [4, 2])
    assert found["any"]["strict"] == stats.pooled([3, 1], [4, 2])
    assert {wording: own["strict"][:3] for wording, own in found["each"].items()} == {
        "0": (4 / 6, 4, 6), "1": (1 / 6, 1, 6),
    }  # fmt: skip


def test_results_hold_the_designs_of_a_set(worded: PromptSet) -> None:
    marked = prompt_set(*(labelled(prompt, "tone", "scope") for prompt in worded.prompts))
    verdicts = judged(marked, {"a": ["1 11"], "a~1": ["1 10"], "b": ["1"], "b~1": ["0"], "c": ["0"]})
    floor_verdicts = [verdict for _ in tables.FLOORS for verdict in verdicts]
    value = results(verdicts, floor_verdicts, [None] * len(verdicts), marked, "m")
    assert value["by_label"]["tone"]["violations_per_100"]["strict"]["value"] == pytest.approx(200 / 7, abs=1e-5)
    assert value["wordings"]["every"]["strict"]["n"] == 3
    assert "density" not in value
    assert (value["by_difficulty"], value["by_slice"]) == ({}, {})
