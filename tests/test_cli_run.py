"""``ifbench run``: what is asked, what is refused before anything starts, and what is shown on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from ifbench.cli import console
from ifbench.cli.run import command
from ifbench.generators import EngineOptions, Sampling
from tests.conftest import write_jsonl

BODY = ("run", "--engine", "openai", "--model", "m", "--base-url", "http://localhost:9/v1", "--dry-run")


@pytest.fixture
def conversations(tmp_path: Path) -> Path:
    """Two conversations, of two turns and of one, with witnesses for the first."""
    constraint = {"id": "punctuation:no_comma", "params": {}}
    rows = [
        {
            "key": "a",
            "system": "Be kind.",
            "turns": [{"user": "Greet me.", "constraints": [constraint]}, {"user": "Again."}],
        },
        {"key": "b", "turns": [{"user": "Thank me.", "constraints": [constraint]}]},
    ]
    write_jsonl(tmp_path / "witnesses.jsonl", [{"key": "a", "turn": 1, "response": "Hello there!"}])
    return write_jsonl(tmp_path / "prompts.jsonl", rows)


def test_dry_run_prints_the_first_request_and_sends_nothing(ifbench: Any, conversations: Path) -> None:
    pytest.importorskip("openai", reason="the openai package is not installed (extra: openai)")
    answer = ifbench(*BODY, "--set", conversations, "--n", 3, "--temperature", 0.5, "--max-tokens", 10, "--stop", "END",
                     "--system-instruction", "Be brief.")  # fmt: skip
    assert answer.code == 0
    head, _, body = answer.out.partition("\n\n")
    assert "2 prompts, 3 of each, 9 responses" in head
    assert "(estimated, four characters a token), writes at most 90" in head
    sent = json.loads(body)
    assert sent["messages"] == [
        {"role": "system", "content": "Be brief.\n\nBe kind."},
        {"role": "user", "content": "Greet me."},
    ]
    assert (sent["stop"], sent["max_tokens"], sent["temperature"]) == (["END"], 10, 0.5)


def test_dry_run_counts_the_history_that_is_known(ifbench: Any, conversations: Path) -> None:
    pytest.importorskip("openai", reason="the openai package is not installed (extra: openai)")

    def tokens(*more: str) -> int:
        return json.loads(ifbench(*BODY, "--set", conversations, "--format", "json", *more).out)["prompt_tokens"]

    assert tokens("--history", "gold") == tokens() + len("Hello there!") // 4


def test_dry_run_of_a_replay_renders_nothing(ifbench: Any, conversations: Path, tmp_path: Path) -> None:
    said = write_jsonl(tmp_path / "said.jsonl", [{"key": "b", "response": "x"}])
    answer = ifbench("run", "--engine", "replay", "--model", said, "--set", conversations, "--dry-run")
    assert (answer.code, answer.out.splitlines()[-1]) == (0, "nothing is rendered: the responses are there already")


def test_gold_history_is_recorded_and_scored_against(ifbench: Any, conversations: Path, tmp_path: Path) -> None:
    rows = [{"key": "a", "turn": 2, "response": "Good day!"}, {"key": "b", "turn": 1, "response": "Thanks"}]
    said = write_jsonl(tmp_path / "said.jsonl", rows)
    options = ("run", "--engine", "replay", "--model", said, "--set", conversations, "--format", "json")
    own = json.loads(ifbench(*options, "--output-path", tmp_path / "own").out)
    gold = json.loads(ifbench(*options, "--history", "gold", "--output-path", tmp_path / "gold").out)
    assert (own["responses"]["missing"], gold["responses"]["missing"]) == (2, 1)
    settings = json.loads((tmp_path / "gold" / "run.json").read_text())["settings"]
    assert settings["history"] == "gold"
    assert len(settings["witnesses_sha256"]) == 64
    audited = ifbench("audit", tmp_path / "gold", "--format", "json")
    assert json.loads(audited.out)["runs"][0]["responses"]["missing"] == 1


def test_gold_history_needs_witnesses(ifbench: Any, conversations: Path, tmp_path: Path) -> None:
    (tmp_path / "witnesses.jsonl").unlink()
    said = write_jsonl(tmp_path / "said.jsonl", [{"key": "b", "response": "x"}])
    answer = ifbench("run", "--engine", "replay", "--model", said, "--set", conversations, "--history", "gold")
    assert (answer.code, "witnesses.jsonl: no such file" in answer.err) == (2, True)


def test_samples_at_temperature_zero_are_remarked_on(ifbench: Any, conversations: Path) -> None:
    pytest.importorskip("openai", reason="the openai package is not installed (extra: openai)")
    answer = ifbench(*BODY, "--set", conversations, "--n", 2)
    assert "--n 2 at temperature 0: the samples will be alike" in answer.err
    assert ifbench(*BODY, "--set", conversations, "--format", "csv").code == 2


def test_what_an_engine_has_no_use_for_is_refused(ifbench: Any, conversations: Path, tmp_path: Path) -> None:
    said = write_jsonl(tmp_path / "said.jsonl", [{"key": "b", "response": "x"}])
    answer = ifbench("run", "--engine", "replay", "--model", said, "--set", conversations, "--tensor-parallel-size", 2)
    assert answer.code == 2
    assert "the replay engine has no use for --tensor-parallel-size; vllm and ray take it" in answer.err
    assert not (tmp_path / "runs").exists()


def test_a_replay_draws_nothing(ifbench: Any, conversations: Path, tmp_path: Path) -> None:
    said = write_jsonl(tmp_path / "said.jsonl", [{"key": "b", "response": "x"}])
    answer = ifbench("run", "--engine", "replay", "--model", said, "--set", conversations,
                     "--temperature", 1, "--gen-kwargs", "a=1", "--stop", "x")  # fmt: skip
    assert answer.code == 2
    assert "the replay engine has no use for --temperature; vllm and hf and openai and ray take it" in answer.err
    (model := tmp_path / "model").mkdir()
    (model / "config.json").write_text("{}")
    answer = ifbench("run", "--engine", "hf", "--model", model, "--set", conversations, "--gen-kwargs", "a=1")
    assert "the hf engine has no use for --gen-kwargs; vllm and openai and ray take it" in answer.err
    answer = ifbench("run", "--engine", "replay", "--model", said, "--set", conversations, "--system-instruction", "x")
    assert "the replay engine asks nothing; it has no use for --system-instruction" in answer.err


def test_where_an_unnamed_run_is(ifbench: Any, conversations: Path, tmp_path: Path) -> None:
    said = write_jsonl(tmp_path / "said.jsonl", [{"key": "b", "response": "x"}])
    answer = ifbench("run", "--engine", "replay", "--model", said, "--set", conversations)
    (run,) = (folder.parent for folder in (tmp_path / "runs").rglob("run.json"))
    assert f"--output-path {run.relative_to(tmp_path)} goes on with it" in answer.err


def test_every_engine_option_can_be_given_and_has_the_default_of_the_library() -> None:
    told = {param.name: param.default for param in command.params}
    spelt = {"extra": "gen_kwargs"}
    for kind in (EngineOptions, Sampling):
        for option in fields(kind):
            if option.name not in ("model", "log_path"):
                assert spelt.get(option.name, option.name) in told
            if isinstance(option.default, (int, float, str)):
                assert told[option.name] == option.default


def test_progress_says_how_it_goes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr(console.time, "monotonic", lambda: float(next(clock)))

    def things() -> Iterator[int]:
        yield from range(3)

    assert list(console.progress(things(), "tiny: generating", 3, lambda: "1 failed")) == [0, 1, 2]
    assert capsys.readouterr().err.splitlines() == [
        "tiny: generating: 1 of 3, 1 failed, 0:00:20 left",
        "tiny: generating: 2 of 3, 1 failed, 0:00:10 left",
        "tiny: generating: 3 of 3, 1 failed",
    ]
