"""From verdicts to numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ifbench import stats, tables
from ifbench.prompts import Prompt, PromptSet, Turn
from ifbench.records import Response
from ifbench.scoring import Item, score
from tests.tables_support import LONG, NO_COMMA, answers, conversation, judged, prompt_set


@pytest.fixture
def prompts() -> PromptSet:
    both = Turn.of("Tell me about tea, please.", NO_COMMA, LONG)
    one = Turn.of("Tell me about milk.", LONG)
    listed = (Prompt("a", (both,), "mail"), Prompt("b", (both,), "mail"), Prompt("c", (one,), "plan"))
    return PromptSet("mine", Path("mine.jsonl"), "0" * 64, "published", listed)


REPLIES = ("tea is good", "tea, yes", "no")


def _results(prompts: PromptSet, responses: list[Response | None]) -> dict[str, object]:
    verdicts = [
        score(Item(prompt, (response.response if response else "",), absence=None if response else "no response"))
        for prompt, response in zip(prompts.prompts, responses, strict=True)
    ]
    floors = [score(item) for item in tables.floor_items(prompts)]
    return tables.results(verdicts, floors, responses, prompts, "model")


def test_pooled_and_prompt_level(prompts: PromptSet) -> None:
    responses = [Response(p.key, text) for p, text in zip(prompts.prompts, REPLIES, strict=True)]
    metrics = _results(prompts, list(responses))["metrics"]
    assert isinstance(metrics, dict)
    # a: both followed; b: a comma and two words; c: one word.
    assert (metrics["prompt_strict"]["followed"], metrics["prompt_strict"]["n"]) == (1, 3)
    assert (metrics["instruction_strict"]["followed"], metrics["instruction_strict"]["n"]) == (2, 5)
    assert metrics["instruction_strict"]["value"] == 0.4
    assert metrics["prompt_strict"]["ci95"] == [round(bound, 6) for bound in stats.wilson(1, 3)]
    assert metrics["instruction_strict"]["ci95"] == [round(b, 6) for b in stats.pooled([2, 0, 0], [2, 2, 1]).ci95]


def test_by_type_and_category(prompts: PromptSet) -> None:
    responses = [Response(p.key, text) for p, text in zip(prompts.prompts, REPLIES, strict=True)]
    results = _results(prompts, list(responses))
    by_type, by_category = results["by_type"], results["by_category"]
    assert isinstance(by_type, dict)
    assert isinstance(by_category, dict)
    assert list(by_type) == ["length_constraints:number_words", "punctuation:no_comma"], "most failures first"
    assert by_type["length_constraints:number_words"]["strict"]["followed"] == 1
    assert by_category["mail"]["prompt_strict"]["n"] == 2
    assert by_category["plan"]["instruction_strict"]["followed"] == 0


def test_floors(prompts: PromptSet) -> None:
    floors = tables.floors([score(item) for item in tables.floor_items(prompts)], prompts)
    # "a" has no comma and is too short; the echo is long enough and twice has a comma.
    assert floors["a"]["instruction_strict"].followed == 2
    assert floors["a"]["prompt_strict"].followed == 0
    assert floors["echo of the prompt"]["instruction_strict"].followed == 3
    assert floors["echo of the prompt"]["prompt_strict"].followed == 1


def test_response_counts() -> None:
    answer = Response("a", "text", completion_tokens=3, prompt_tokens=5)
    responses = [
        answer,
        None,
        replace(answer, error="timeout"),
        replace(answer, finish_reason="length"),
        replace(answer, response=" "),
        replace(answer, response="", reasoning="hm", reasoning_closed=False),
    ]
    assert tables.response_counts(responses) == {
        "requested": 6, "missing": 1, "failed": 1, "truncated": 1, "empty": 1, "unclosed_reasoning": 1,
    }  # fmt: skip
    assert tables.token_counts(responses) == {
        "prompt_tokens": 20, "completion_tokens": 12, "reasoning_tokens": None, "cached_tokens": None,
    }  # fmt: skip


def test_an_answer_without_reasoning_has_no_reasoning_tokens_to_count() -> None:
    responses = [Response("a", "x", reasoning="r", reasoning_tokens=3), Response("b", "y"), None]
    assert tables.token_counts(responses)["reasoning_tokens"] == 3
    assert tables.token_counts([Response("a", "x", reasoning="r"), *responses])["reasoning_tokens"] is None


def test_unknown_token_counts_are_not_zero() -> None:
    assert tables.token_counts([Response("a", "x", completion_tokens=3), Response("b", "y")]) == {
        "prompt_tokens": None,
        "completion_tokens": None,
        "reasoning_tokens": None,
        "cached_tokens": None,
    }


def test_a_set_without_categories(prompts: PromptSet) -> None:
    bare = replace(prompts, prompts=tuple(replace(prompt, category=None) for prompt in prompts.prompts))
    responses = [Response(p.key, "tea is good") for p in bare.prompts]
    assert _results(bare, list(responses))["by_category"] == {}


def test_tokens_of_reasoning_and_of_the_cache() -> None:
    answer = Response("a", "x", prompt_tokens=9, cached_tokens=4, completion_tokens=7, reasoning_tokens=5)
    assert tables.token_counts([answer, answer]) == {
        "prompt_tokens": 18, "completion_tokens": 14, "reasoning_tokens": 10, "cached_tokens": 8,
    }  # fmt: skip


def test_floors_answer_every_turn() -> None:
    said = Prompt("a", (Turn.of("Say one, two.", NO_COMMA), Turn.of("Say it without.", NO_COMMA)))
    prompts = prompt_set(said, Prompt("b", (Turn.of("Milk", LONG),)))
    items = tables.floor_items(prompts)
    assert len(items) == 3 * len(tables.FLOORS)
    assert [item.replies for item in items[:3]] == [("Say one, two.",), ("Say one, two.", "Say it without."), ("Milk",)]
    assert [item.replies for item in items[6:9]] == [("a",), ("a", "a"), ("a",)]
    found = tables.floors([score(item) for item in items], prompts)
    # The echo keeps its second turn free of commas; "a" has none, and is too short in b.
    assert [found[name]["prompt_strict"][:3] for name in ("echo of the prompt", "a")] == [(1 / 3, 1, 3), (2 / 3, 2, 3)]


def test_prompts_of_a_family_are_one_cluster() -> None:
    families = prompt_set(*(conversation(key, "0@1", family=f"f{key in 'ab'}") for key in "abcd"))
    verdicts = judged(families, {"a": ["1"], "b": ["1"], "c": ["0"], "d": ["1"]})
    frame = tables.verdict_frame(verdicts, families)
    assert tables.accuracies(frame)["prompt_strict"] == stats.pooled([2, 1], [2, 2])
    assert tables.by_type(frame)["punctuation:no_comma"]["strict"] == stats.pooled([2, 1], [2, 2])


def test_a_type_asked_for_once_a_prompt_has_wilsons_interval() -> None:
    prompts = prompt_set(conversation("a", "0@1"), conversation("b", "0@1"), conversation("c", "0@1"))
    frame = tables.verdict_frame(judged(prompts, {"a": ["1"], "b": ["1"], "c": ["0"]}), prompts)
    assert tables.by_type(frame)["punctuation:no_comma"]["strict"] == stats.proportion(2, 3)


def test_a_type_asked_for_twice_in_an_answer_is_clustered() -> None:
    prompts = prompt_set(conversation("a", "0@1 1@1"), conversation("b", "0@1"))
    frame = tables.verdict_frame(judged(prompts, {"a": ["10"], "b": ["1"]}), prompts)
    assert tables.by_type(frame)["punctuation:no_comma"]["strict"] == stats.pooled([1, 1], [2, 1])


def test_withdrawn_rules_are_not_of_their_type() -> None:
    prompts = prompt_set(conversation("a", "0@1", "0@1! 1@2"))
    frame = tables.verdict_frame(judged(prompts, {"a": ["1 01"]}), prompts)
    assert tables.by_type(frame)["punctuation:no_comma"]["strict"][1:3] == (2, 2)
    assert tables.accuracies(frame)["instruction_strict"][1:3] == (2, 3), "the headline counts them"


def test_a_frame_of_keys_alone_has_one_answer_a_key() -> None:
    import pandas as pd

    frame = pd.DataFrame({"key": ["a", "a", "b"], "strict": [1, 0, 1], "loose": [1, 1, 1]})
    found = tables.accuracies(frame)
    assert found["prompt_strict"] == stats.proportion(1, 2)
    assert found["instruction_strict"] == stats.pooled([1, 1], [2, 1])


def test_a_category_that_is_held_to_nothing_has_no_row() -> None:
    prompts = prompt_set(conversation("a", "0@1", category="mail"), conversation("b", "", category="chat"))
    frame = tables.verdict_frame(judged(prompts, {"a": ["1"], "b": ["-"]}), prompts)
    assert list(tables.by_category(frame)) == ["mail"]


def test_prompts_without_a_category_have_a_row_where_others_have_one() -> None:
    prompts = prompt_set(conversation("a", "0@1"), conversation("b", "0@1 1@1", category="mail"))
    found = tables.by_category(tables.verdict_frame(judged(prompts, {"a": ["0"], "b": ["11"]}), prompts))
    assert list(found) == ["mail", "(none)"]
    assert found["(none)"]["instruction_strict"][1:3] == (0, 1)
    assert found["mail"]["instruction_strict"][1:3] == (2, 2)


@pytest.mark.parametrize(
    ("truncated", "unclosed", "both", "said"),
    [
        (1, 0, 0, ""),
        (0, 1, 0, ""),
        (0, 0, 2, "2 of 20 answers (10.0 %) were cut off: 0 truncated at the token limit, 2 in reasoning"),
        (1, 1, 0, "2 of 20 answers (10.0 %) were cut off: 1 truncated at the token limit, 1 in reasoning"),
    ],
)
def test_many_answers_cut_off_are_warned_of(truncated: int, unclosed: int, both: int, said: str) -> None:
    prompts = prompt_set(*(conversation(str(key), "0@1") for key in range(21)))
    verdicts = judged(prompts, {prompt.key: ["1"] for prompt in prompts.prompts})  # type: ignore[misc]
    responses: list[Response | None] = [
        replace(response, error="timeout") for response in answers(verdicts)[:1] if response
    ]
    kinds = [("length", True)] * truncated + [("stop", False)] * unclosed + [("length", False)] * both
    kinds += [("stop", True)] * (20 - len(kinds))
    responses += [
        Response(str(key), "x", finish_reason=reason, reasoning_closed=closed)
        for key, (reason, closed) in enumerate(kinds, 1)
    ]
    floors = [score(item) for item in tables.floor_items(prompts)]
    found = tables.results(verdicts, floors, responses, prompts, "m", warnings=["beware"])["warnings"]
    assert found[0] == "beware"
    assert len(found) == (2 if said else 1)
    assert found[-1].startswith(said or "beware")


def test_verdicts_and_responses_that_do_not_match_are_refused() -> None:
    prompts = prompt_set(conversation("a", "0@1"))
    verdicts = judged(prompts, {"a": ["1"]})
    with pytest.raises(ValueError, match="zip"):
        tables.results(verdicts, [], [], prompts, "m")
