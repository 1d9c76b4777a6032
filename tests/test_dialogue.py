"""Conversations: what is asked next, what is built on, and what is scored."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifbench.dialogue import Answer, Dialogue
from ifbench.errors import InvalidInputError, UsageError
from ifbench.generators import Request
from ifbench.prompts import Prompt, PromptSet, Turn, load_prompts
from ifbench.records import Response
from ifbench.registry import find
from ifbench.responses import read_witnesses
from ifbench.scoring import score
from tests.conftest import write_jsonl

LOWER = find("change_case:english_lowercase", "corrected").bind({})
SHORT = find("length_constraints:number_words", "corrected").bind({"relation": "less than", "num_words": 4})


def conversation(key: str, turns: int, system: str | None = None) -> Prompt:
    return Prompt(
        key, tuple(Turn.of(f"{key}, question {number}", LOWER) for number in range(1, turns + 1)), system=system
    )


def prompt_set(*prompts: Prompt) -> PromptSet:
    return PromptSet("set", Path("set.jsonl"), "0", "corrected", prompts)


TWO = prompt_set(conversation("a", 3, "Be kind."), conversation("b", 1))


def said(request: Request, text: str | None = None, **fields: Any) -> Response:
    return Response(
        request.key, text or f"{request.key}{request.sample}{request.turn}", request.sample, request.turn, **fields
    )


def asked(request: Request | None) -> list[tuple[str, str]]:
    assert request is not None
    return [(message.role, message.content) for message in request.messages]


def test_the_next_turn_holds_the_models_own_answer() -> None:
    dialogue = Dialogue(TWO, system_instruction="Be brief.")
    first, other = dialogue.open_requests()
    assert asked(first) == [("system", "Be brief.\n\nBe kind."), ("user", "a, question 1")]
    assert asked(other) == [("system", "Be brief."), ("user", "b, question 1")]
    second = dialogue.follow(said(first, "one", reasoning="hidden"))
    third = dialogue.follow(said(second, "two"))  # type: ignore[arg-type]
    assert asked(third)[1:] == [
        ("user", "a, question 1"), ("assistant", "one"), ("user", "a, question 2"), ("assistant", "two"), ("user", "a, question 3"),
    ]  # fmt: skip
    assert dialogue.follow(said(third, "three")) is None  # type: ignore[arg-type]
    assert dialogue.follow(said(other)) is None
    assert dialogue.remaining() == 0


def test_with_witnesses_every_turn_can_be_asked_at_once() -> None:
    witnesses = {("a", 1): "good one", ("a", 2): "good two"}
    dialogue = Dialogue(TWO, witnesses=witnesses)
    requests = dialogue.open_requests()
    assert [(request.key, request.turn) for request in requests] == [("a", 1), ("a", 2), ("a", 3), ("b", 1)]
    assert asked(requests[2])[2:] == [
        ("assistant", "good one"), ("user", "a, question 2"), ("assistant", "good two"), ("user", "a, question 3"),
    ]  # fmt: skip
    assert all(dialogue.follow(said(request)) is None for request in requests)
    assert dialogue.item(Answer(TWO.prompts[0], 0, 3)).replies == ("good one", "good two", "a03")


def test_a_conversation_cannot_go_on_after_a_failure() -> None:
    dialogue = Dialogue(TWO)
    first, _ = dialogue.open_requests()
    assert dialogue.follow(replace(said(first, ""), error="too long")) is None
    absences = [dialogue.item(answer).absence for answer in dialogue.answers()]
    assert absences == [
        "no response: too long",
        "no response: turn 1 has none",
        "no response: turn 1 has none",
        "no response",
    ]
    assert dialogue.open_requests()[0] == first, "a failed response is tried again"


def test_reasoning_that_never_ended_is_carried_on_as_empty() -> None:
    dialogue = Dialogue(TWO)
    second = dialogue.follow(Response("a", "", reasoning="well", reasoning_closed=False))
    assert asked(second)[2] == ("assistant", "")
    assert dialogue.item(Answer(TWO.prompts[0], 0, 1)).absence == "no answer: the reasoning never ended"


def test_what_an_answer_was_built_on_must_be_there() -> None:
    kept = {
        response.place: response for response in (Response("a", "1"), Response("a", "3", turn=3), Response("b", "x"))
    }
    dialogue = Dialogue(TWO, responses=kept)
    assert set(dialogue.responses) == {("a", 0, 1), ("b", 0, 1)}
    assert [(request.key, request.turn) for request in dialogue.open_requests()] == [("a", 2)]


def _hold(dialogue: Dialogue, order: random.Random, stop_after: int | None = None) -> None:
    """Answer in any order; each answer depends on all that was asked."""
    waiting = dialogue.open_requests()
    while waiting and stop_after != 0:
        request = waiting.pop(order.randrange(len(waiting)))
        text = f"{request.sample}:" + "|".join(message.content for message in request.messages)
        if (following := dialogue.follow(said(request, text))) is not None:
            waiting.append(following)
        stop_after = None if stop_after is None else stop_after - 1


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.integers(1, 3), st.integers(0, 40), st.integers())
def test_any_order_and_any_interruption_give_the_same(turns: list[int], samples: int, stop: int, seed: int) -> None:
    prompts = prompt_set(*(conversation(f"c{number}", length) for number, length in enumerate(turns)))
    whole = Dialogue(prompts, samples)
    _hold(whole, random.Random(0))
    broken = Dialogue(prompts, samples)
    _hold(broken, random.Random(seed), stop)
    again = Dialogue(prompts, samples, responses=broken.responses)
    assert again.responses == broken.responses
    _hold(again, random.Random(seed + 1))
    assert again.in_order() == whole.in_order()
    assert None not in whole.in_order()
    assert [item.absence for item in again.items()] == [None] * (samples * sum(turns))


def test_a_rule_that_must_stop(tmp_path: Path) -> None:
    row = {
        "key": "k",
        "turns": [
            {"user": "In lower case.", "constraints": [
                {"name": "lower", "id": "change_case:english_lowercase", "must_stop": True}]},
            {"user": "Normal case again.", "ends": ["lower"]},
        ],
    }  # fmt: skip
    prompts = load_prompts(write_jsonl(tmp_path / "set.jsonl", [row]))

    def verdict(last: str):
        responses = {response.place: response for response in (Response("k", "fine."), Response("k", last, turn=2))}
        return score(Dialogue(prompts, responses=responses).items()[1]).constraints[0]

    goes_on, stops, says_nothing = verdict("still going on."), verdict("It has stopped."), verdict(" ")
    assert (goes_on.strict, goes_on.loose, goes_on.must_stop, goes_on.name) == (False, False, True, "lower")
    assert goes_on.required.startswith("no longer: ")
    assert (stops.strict, stops.loose) == (True, True)
    assert (says_nothing.strict, says_nothing.loose) == (False, False)
    without_its_first_line = verdict("still going on.\nAnd Stopped.")
    assert (without_its_first_line.strict, without_its_first_line.loose) == (True, True)
    only_loosely = verdict("*still going on.*\nso it is.")
    assert (only_loosely.strict, only_loosely.loose) == (False, False)


def test_witnesses_beside_the_prompts(tmp_path: Path) -> None:
    row = {"key": "k", "turns": [
        {"user": "One.", "constraints": [{"name": "short", "id": SHORT.id, "params": dict(SHORT.params)}]}, {"user": "Two."},
    ]}  # fmt: skip
    prompts = load_prompts(write_jsonl(tmp_path / "prompts.jsonl", [row]))
    with pytest.raises(UsageError, match=r"witnesses.jsonl: no such file; --history gold needs"):
        read_witnesses(prompts)
    write_jsonl(tmp_path / "witnesses.jsonl", [{"key": "k", "turn": 2, "response": "b"}])
    with pytest.raises(InvalidInputError, match="key 'k': has no witness for turn 1"):
        read_witnesses(prompts)
    write_jsonl(tmp_path / "witnesses.jsonl", [{"key": "k", "turn": 1, "response": "a"}])
    assert read_witnesses(prompts) == {("k", 1): "a"}
