"""Responses from a file: matched by key or by prompt, and every bad row named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ifbench.errors import InvalidInputError, UsageError
from ifbench.generators import EngineOptions, Message, Request, Sampling, create
from ifbench.records import Response
from ifbench.sets import data_folder
from tests.conftest import write_jsonl
from tests.generators_support import ask


def replay(path: Path, *requests: Request) -> list[Response]:
    engine = create("replay", EngineOptions(model=str(path)))
    try:
        return list(engine.generate(requests, Sampling()))
    finally:
        engine.close()


def test_a_file_in_the_form_of_ifeval_is_matched_by_prompt(tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "r.jsonl",
        [{"prompt": "Two words.", "response": "two words"}, {"prompt": "Two words. ", "response": "x"}],
    )
    messages = (Message("system", "s"), Message("user", "a"), Message("assistant", "b"), Message("user", "Two words."))
    assert replay(path, Request("k", messages, turn=2)) == [Response("k", "two words", turn=2)]
    assert replay(path, ask(1, "Two words. "))[0].response == "x"


def test_a_row_with_a_key_is_matched_by_it(tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "r.jsonl",
        [{"key": "1", "prompt": "b", "response": "one"}, {"key": 2, "prompt": "a", "response": "two"}],
    )
    one, two = replay(path, ask(1, "b"), ask("2", "a"), ask(3, "a"))
    assert (one.key, one.response, two.key, two.response) == (1, "one", "2", "two")


def test_a_key_with_another_prompt_is_no_match(tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "r.jsonl", [{"key": 1, "prompt": "b", "response": "one"}, {"key": 2, "response": "two"}]
    )
    assert [answer.key for answer in replay(path, ask(1, "a"), ask(2, "a"))] == [2]


def test_what_no_row_answers_is_left_out(tmp_path: Path) -> None:
    """Of a run that is gone on with, only what is open is asked, and that may be what the file never had."""
    path = write_jsonl(tmp_path / "r.jsonl", [{"key": 7, "response": "one"}])
    assert replay(path, ask(1, "a")) == []


def starter_part(folder: Path, lines: int) -> Path:
    whole = (data_folder() / "starter-turns" / "witnesses.jsonl").read_text(encoding="utf-8")
    path = folder / "part.jsonl"
    path.write_text("".join(whole.splitlines(keepends=True)[:lines]), encoding="utf-8")
    return path


def test_an_incomplete_replay_can_be_gone_on_with(ifbench: Any, tmp_path: Path) -> None:
    path = starter_part(tmp_path, 40)
    for _ in range(2):
        answer = ifbench(
            "run", "--engine", "replay", "--model", path, "--set", "starter-turns", "--output-path", tmp_path / "run"
        )
        assert answer.code == 3
        assert "missing 22" in answer.err


def test_responses_to_another_set_are_refused_before_a_folder_is_made(ifbench: Any, tmp_path: Path) -> None:
    answer = ifbench(
        "run", "--engine", "replay", "--model", starter_part(tmp_path, 2), "--set", "starter", "--output-path",
        tmp_path / "run",
    )  # fmt: skip
    assert answer.code == 4
    assert "none of its 2 responses answers a prompt of starter (" in answer.err
    assert not (tmp_path / "run").exists()


def test_samples_and_turns_are_told_apart(tmp_path: Path) -> None:
    rows = [
        {"key": 1, "sample": sample, "turn": turn, "response": f"{sample}.{turn}"}
        for sample in range(2)
        for turn in (1, 2)
    ]
    path = write_jsonl(tmp_path / "r.jsonl", [*rows, {"key": 2, "response": "first"}])
    message = (Message("user", "a"),)
    asked = [Request(1, message, 1, 2), Request(1, message, 0, 1), Request(2, message), Request(2, message, 1)]
    assert [response.response for response in replay(path, *asked)] == ["1.2", "0.1", "first"]
    assert replay(path, Request(1, message), Request(2, message, 0, 2)) == [Response(1, "0.1")]


def test_a_row_without_a_turn_answers_the_turn_of_its_prompt(tmp_path: Path) -> None:
    rows = [
        {"key": 1, "prompt": "a", "response": "one"},
        {"key": 1, "prompt": "b", "response": "two"},
        {"prompt": "c", "response": "three"},
    ]
    path = write_jsonl(tmp_path / "r.jsonl", rows)
    asked = [Request(1, (Message("user", text),), turn=turn) for turn, text in enumerate("abc", 1)]
    assert [response.response for response in replay(path, *asked)] == ["one", "two", "three"]


TURNS = [(Message("user", "a"),), (Message("user", "a"), Message("assistant", "x"), Message("user", "b"))]


@pytest.mark.parametrize("key", [{}, {"key": 1}])
@pytest.mark.parametrize("text", ["a", "b"])
def test_a_turn_is_named_with_the_first_text_or_its_own(tmp_path: Path, key: dict[str, int], text: str) -> None:
    path = write_jsonl(tmp_path / "r.jsonl", [{**key, "prompt": text, "turn": 2, "response": "two"}])
    assert replay(path, Request(1, TURNS[1], turn=2)) == [Response(1, "two", turn=2)]
    assert replay(path, Request(1, TURNS[0]), Request(1, (Message("user", "c"), *TURNS[1][1:-1]), turn=2)) == []


def next_turn(response: Response) -> Request | None:
    """Conversations of three turns."""
    messages = (Message("user", "a"), Message("assistant", response.response), Message("user", "b"))
    return Request(response.key, messages, response.sample, response.turn + 1) if response.turn < 3 else None


def test_a_conversation_is_followed_as_far_as_it_is_on_file(tmp_path: Path) -> None:
    rows = [
        {"key": 1, "sample": sample, "turn": turn, "response": f"{sample}.{turn}"}
        for sample in (0, 1)
        for turn in (1, 2, 3)
    ]
    rows += [{"key": 2, "turn": turn, "response": str(turn)} for turn in (1, 3)]
    engine = create("replay", EngineOptions(model=str(write_jsonl(tmp_path / "r.jsonl", rows))))
    followed = list[Response]()

    def follow(response: Response) -> Request | None:
        followed.append(response)
        return next_turn(response)

    given = list[Response]()
    for response in engine.generate([ask(2, "a"), ask(1, "a", 1), ask(3, "a"), ask(1, "a")], Sampling(), follow):
        given.append(response)
        assert followed == given
    assert [response.response for response in given] == ["1", "1.1", "1.2", "1.3", "0.1", "0.2", "0.3"]
    assert [response.turn for response in given] == [1, 1, 2, 3, 1, 2, 3]


def test_reasoning_comes_out_apart(tmp_path: Path) -> None:
    rows = [{"key": 1, "response": "<think>a</think>b"}, {"key": 2, "response": "<think>a"}]
    closed, cut = replay(write_jsonl(tmp_path / "r.jsonl", rows), ask(1, ""), ask(2, ""))
    assert (closed.response, closed.reasoning, closed.reasoning_closed) == ("b", "a", True)
    assert (cut.response, cut.reasoning, cut.reasoning_closed) == ("", "a", False)


@pytest.mark.parametrize(
    "sign", [{"reasoning": "r"}, {"reasoning_closed": True}, {"reasoning": "", "response": "<think>"}]
)
def test_reasoning_that_is_apart_is_not_split_again(tmp_path: Path, sign: dict[str, Any]) -> None:
    row = {"key": 1, "response": "one </think> two", **sign}
    (answer,) = replay(write_jsonl(tmp_path / "r.jsonl", [row]), ask(1, ""))
    assert (answer.response, answer.reasoning, answer.reasoning_closed) == (
        row["response"],
        sign.get("reasoning"),
        True,
    )


def test_nothing_is_rendered(tmp_path: Path) -> None:
    engine = create("replay", EngineOptions(str(write_jsonl(tmp_path / "said.jsonl", [{"key": 1, "response": "a"}]))))
    with pytest.raises(UsageError, match="renders nothing"):
        engine.render(Request(1, (Message("user", "a"),)), Sampling())


def test_a_response_written_by_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    written = [
        Response(1, "answer \ud800", 0, 1, "thought", False, "length", 10, 20, 9, 8, 0.5),
        Response("b", "", error="the prompt has 9 tokens"),
    ]
    path = write_jsonl(tmp_path / "r.jsonl", [response.to_json() | {"unknown": 1} for response in written])
    assert replay(path, ask("b", ""), ask(1, "")) == written[::-1]


def test_every_bad_row_is_named_by_line_and_field(tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "r.jsonl",
        [
            {"response": "a"},
            {"key": 1},
            {"key": True, "response": "a"},
            {"key": 2, "response": 5, "sample": -1, "turn": "1"},
            {"prompt": "p", "response": "a", "turn": 0},
            {"key": 3, "response": "a"},
            {"key": "3", "response": "b"},
            {"key": 3, "response": "a"},
        ],
    )
    with pytest.raises(InvalidInputError) as caught:
        create("replay", EngineOptions(model=str(path)))
    found = [(problem.line, problem.field) for problem in caught.value.problems]
    assert found == [
        (1, "key"), (2, "response"), (3, "key"), (4, "response"), (4, "sample"), (4, "turn"), (5, "turn"), (7, "key"),
        (8, "key"),
    ]  # fmt: skip
    assert "line 6 answers the same key" in str(caught.value)
    assert f"{path}:4: key 2: response: 5 is not text" in str(caught.value)


@pytest.mark.parametrize("options", [{"model": "absent.jsonl"}, {"model": "r.jsonl", "model_args": {"batch_size": 1}}])
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        create("replay", EngineOptions(**options))


def test_describe_names_the_file_and_not_its_folder(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "r.jsonl", [{"key": 1, "response": "a"}])
    described = create("replay", EngineOptions(model=str(path))).describe()
    assert described == {"engine": "replay", "file": "r.jsonl", "responses": 1}
