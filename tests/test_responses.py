"""Response files: matched, and every fault named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ifbench.errors import InvalidInputError
from ifbench.prompts import PromptSet, load_prompts
from ifbench.responses import read_responses
from tests.conftest import write_jsonl
from tests.test_prompts import ifeval_row


@pytest.fixture
def prompts(tmp_path: Path) -> PromptSet:
    return load_prompts(write_jsonl(tmp_path / "set.jsonl", [ifeval_row(key) for key in (1, 2, 3)]))


def _read(tmp_path: Path, prompts: PromptSet, *rows: dict[str, Any]):
    return read_responses(write_jsonl(tmp_path / "responses.jsonl", list(rows)), prompts)


def _fault(tmp_path: Path, prompts: PromptSet, *rows: dict[str, Any]) -> str:
    with pytest.raises(InvalidInputError) as caught:
        _read(tmp_path, prompts, *rows)
    return "\n".join(str(problem).removeprefix(str(tmp_path / "responses.jsonl")) for problem in caught.value.problems)


def test_by_key_or_by_prompt(tmp_path: Path, prompts: PromptSet) -> None:
    found = _read(tmp_path, prompts, {"key": "2", "response": "b"}, {"prompt": "Prompt 1.", "response": "a"})
    assert {key: response.response for (key, _, _), response in found.by_place.items()} == {"1": "a", "2": "b"}
    assert found.by_place["2", 0, 1].key == 2


def test_what_answers_no_prompt_is_counted(tmp_path: Path, prompts: PromptSet) -> None:
    rows = [{"key": 1, "response": "a"}, {"key": 9, "response": "x"}, {"prompt": "Other.", "response": "y"}]
    assert _read(tmp_path, prompts, *rows).unmatched == (2, 3)


def test_a_key_with_another_prompt_is_no_match(tmp_path: Path, prompts: PromptSet) -> None:
    rows = [{"key": 1, "prompt": "Prompt 1.", "response": "a"}, {"key": 2, "prompt": "Another.", "response": "b"}]
    found = _read(tmp_path, prompts, *rows)
    assert (set(found.by_place), found.unmatched) == ({("1", 0, 1)}, (2,))


def test_responses_of_another_set(tmp_path: Path, prompts: PromptSet) -> None:
    fault = _fault(tmp_path, prompts, {"key": 7, "response": "a"}, {"key": 8, "response": "b"})
    assert fault.startswith(": none of its 2 responses answers a prompt of set (")
    assert fault.endswith("(these are responses to another set; name that one with --set)")


def test_second_response(tmp_path: Path, prompts: PromptSet) -> None:
    fault = _fault(tmp_path, prompts, {"key": 1, "response": "a"}, {"prompt": "Prompt 1.", "response": "b"})
    assert fault == ":2: prompt: a second response to prompt 1; the first is on line 1"


def test_a_failed_response_may_be_tried_again(tmp_path: Path, prompts: PromptSet) -> None:
    found = _read(tmp_path, prompts, {"key": 1, "response": "", "error": "timeout"}, {"key": 1, "response": "a"})
    assert (found.by_place["1", 0, 1].response, found.by_place["1", 0, 1].error) == ("a", None)


def test_null_is_a_failure_not_a_text(tmp_path: Path, prompts: PromptSet) -> None:
    found = _read(tmp_path, prompts, {"key": 1, "response": None})
    assert found.by_place["1", 0, 1].error == "the response is null"


def test_reasoning_is_kept_apart(tmp_path: Path, prompts: PromptSet) -> None:
    found = _read(tmp_path, prompts, {"key": 1, "response": "<think>a</think>b"}, {"key": 2, "response": "<think>a"})
    assert (found.by_place["1", 0, 1].response, found.by_place["1", 0, 1].reasoning) == ("b", "a")
    assert (found.by_place["2", 0, 1].response, found.by_place["2", 0, 1].reasoning_closed) == ("", False)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"key": 1, "respnse": "a"}, ":1: key 1: response: is missing (did you mean 'respnse'?)"),
        ({"key": 1, "response": 5}, ":1: key 1: response: 5 is not text"),
        ({"response": "a"}, ":1: key: is missing; a response names its prompt by 'key' or by 'prompt'"),
        ({"key": 1, "response": "a", "finish_reason": 1}, ":1: key 1: finish_reason: 1 is not text or null"),
        ({"key": 1, "response": "a", "turn": 2}, ":1: key 1: turn: 2: the conversation has 1 turn"),
        ({"key": 1, "response": "a", "cached_tokens": -1}, "cached_tokens: -1 is not a whole number or null"),
    ],
)
def test_one_fault(tmp_path: Path, prompts: PromptSet, row: dict[str, Any], fault: str) -> None:
    assert fault in _fault(tmp_path, prompts, row)


def test_empty_file(tmp_path: Path, prompts: PromptSet) -> None:
    assert _fault(tmp_path, prompts) == ": holds no response (expected one JSON object a line)"


def test_prompts_of_one_text_need_keys(tmp_path: Path) -> None:
    rows = [{**ifeval_row(key), "prompt": "Same."} for key in (1, 2)]
    prompts = load_prompts(write_jsonl(tmp_path / "set.jsonl", rows))
    fault = _fault(tmp_path, prompts, {"prompt": "Same.", "response": "a"})
    assert fault == ":1: prompt: prompts 1, 2 have this text; name one of them by 'key'"
    assert set(_read(tmp_path, prompts, {"key": 2, "prompt": "Same.", "response": "a"}).by_place) == {("2", 0, 1)}


def test_a_failure_needs_no_response(tmp_path: Path, prompts: PromptSet) -> None:
    found = _read(tmp_path, prompts, {"key": 1, "error": "timeout"}, {"key": 2, "response": "a", "error": ""})
    assert (found.by_place["1", 0, 1].error, found.by_place["2", 0, 1].error) == ("timeout", None)


@pytest.mark.parametrize("latency", ["NaN", "1e999"])
def test_numbers_are_finite(tmp_path: Path, prompts: PromptSet, latency: str) -> None:
    (tmp_path / "responses.jsonl").write_text(f'{{"key": 1, "response": "a", "latency": {latency}}}\n')
    with pytest.raises(InvalidInputError, match="NaN is no JSON value|inf is not seconds or null"):
        read_responses(tmp_path / "responses.jsonl", prompts)


@pytest.mark.parametrize("text", ["one two </think> three", "<think>a", "<think>a</think>b"])
@pytest.mark.parametrize("sign", [{"reasoning": "r"}, {"reasoning_closed": True, "reasoning": None}])
def test_reasoning_that_is_apart_is_not_split_again(
    tmp_path: Path, prompts: PromptSet, text: str, sign: dict[str, Any]
) -> None:
    found = _read(tmp_path, prompts, {"key": 1, "response": text, **sign}).by_place["1", 0, 1]
    assert (found.response, found.reasoning, found.reasoning_closed) == (text, sign["reasoning"], True)


def test_no_reasoning_is_not_reasoning_apart(tmp_path: Path, prompts: PromptSet) -> None:
    found = _read(tmp_path, prompts, {"key": 1, "response": "a</think>b", "reasoning": None}).by_place["1", 0, 1]
    assert (found.response, found.reasoning) == ("b", "a")


@pytest.mark.parametrize(("samples", "missing"), [((3_000_000_000,), 0), ((7,), 0), ((0, 2), 1), ((0, 1, 5, 9), 2)])
def test_samples_have_no_gap(tmp_path: Path, prompts: PromptSet, samples: tuple[int, ...], missing: int) -> None:
    rows = [{"key": key, "sample": sample, "response": "a"} for sample in samples for key in (1, 2)]
    line = 2 * len(samples) - 1
    assert _fault(tmp_path, prompts, *rows) == (
        f":{line}: key 1: sample: {samples[-1]}, and no response is sample {missing} "
        "(samples are numbered from 0 without gaps)"
    )
    found = read_responses(tmp_path / "responses.jsonl", prompts, gaps=True).by_place
    assert found.keys() == {(key, sample, 1) for sample in samples for key in ("1", "2")}


def test_one_prompt_may_lack_a_sample(tmp_path: Path, prompts: PromptSet) -> None:
    rows = [{"key": 1, "sample": 1, "response": "a"}, {"key": 2, "sample": 0, "response": "b"}]
    assert _read(tmp_path, prompts, *rows).samples == 2


@pytest.fixture
def conversations(tmp_path: Path) -> PromptSet:
    """Three conversations; two begin alike, and one says the same twice."""
    constraint = {"id": "punctuation:no_comma", "params": {}}
    texts = {"c": ["One.", "Two.", "Again."], "d": ["One.", "Three."], "e": ["Four.", "Four.", "Again."]}
    rows = [
        {"key": key, "turns": [{"user": user, "constraints": [constraint]} for user in users]}
        for key, users in texts.items()
    ]
    return load_prompts(write_jsonl(tmp_path / "turns.jsonl", rows))


@pytest.mark.parametrize(
    ("named", "place"),
    [
        ({"prompt": "Two."}, ("c", 2)),
        ({"prompt": "Two.", "turn": 2}, ("c", 2)),
        ({"prompt": "Four.", "turn": 3}, ("e", 3)),
        ({"prompt": "Four.", "turn": 2}, ("e", 2)),
        ({"key": "c", "prompt": "One.", "turn": 3}, ("c", 3)),
        ({"key": "c", "prompt": "Again.", "turn": 3}, ("c", 3)),
        ({"key": "c", "prompt": "Again."}, ("c", 3)),
        ({"key": "d", "prompt": "One."}, ("d", 1)),
        ({"key": "d", "turn": 2}, ("d", 2)),
    ],
)
def test_what_names_a_turn(
    tmp_path: Path, conversations: PromptSet, named: dict[str, Any], place: tuple[str, int]
) -> None:
    assert _read(tmp_path, conversations, {"response": "a", **named}).by_place.keys() == {(place[0], 0, place[1])}


@pytest.mark.parametrize(
    ("named", "fault"),
    [
        ({"prompt": "One."}, "prompt: prompts 'c', 'd' have this text; name one of them by 'key'"),
        ({"prompt": "One.", "turn": 2}, "prompt: prompts 'c', 'd' have this text; name one of them by 'key'"),
        ({"prompt": "Again."}, "prompt: prompts 'c', 'e' have this text; name one of them by 'key'"),
        ({"prompt": "Four."}, "turn: is missing; turns 1, 2 of the conversation have this text"),
        ({"prompt": "Two.", "turn": 3}, "turn: 3: the prompt is the text of another turn, and not of the first"),
        ({"key": "e", "prompt": "Again.", "turn": 9}, "key 'e': turn: 9: the conversation has 3 turns"),
        ({"key": "e"}, "key 'e': turn: is missing; the conversation has 3 turns"),
    ],
)
def test_what_names_no_turn(tmp_path: Path, conversations: PromptSet, named: dict[str, Any], fault: str) -> None:
    assert _fault(tmp_path, conversations, {"response": "a", **named}) == f":1: {fault}"


def test_samples_and_turns(tmp_path: Path) -> None:
    constraint = {"id": "punctuation:no_comma", "params": {}}
    turns = [{"user": "One.", "constraints": [constraint]}, {"user": "Two."}]
    prompts = load_prompts(write_jsonl(tmp_path / "turns.jsonl", [{"key": "c", "turns": turns}]))
    rows = [
        {"key": "c", "response": f"{sample}{turn}", "sample": sample, "turn": turn}
        for sample in (0, 1)
        for turn in (1, 2)
    ]
    found = _read(tmp_path, prompts, *rows)
    assert (found.samples, len(found.by_place)) == (2, 4)
    assert found.by_place["c", 1, 2].response == "12"
    assert _read(tmp_path, prompts, {"prompt": "One.", "turn": 2, "response": "x"}).by_place.keys() == {("c", 0, 2)}
    fault = _fault(tmp_path, prompts, {"key": "c", "response": "x"}, rows[3], rows[3])
    assert fault.splitlines() == [
        ":1: key 'c': turn: is missing; the conversation has 2 turns",
        ":3: key 'c': key: a second response to prompt 'c', sample 1, turn 2; the first is on line 2",
    ]
