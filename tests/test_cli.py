"""The command, as a user meets it: output, exit codes, and bad input."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ifbench.sets import data_folder
from tests.conftest import read_jsonl, write_jsonl
from tests.test_prompts import ifeval_row


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A set of three prompts and responses to two of them."""
    prompts = write_jsonl(tmp_path / "set.jsonl", [ifeval_row(key) for key in (1, 2, 3)])
    rows = [{"prompt": "Prompt 1.", "response": "three words here"}, {"key": 2, "response": "two words"}]
    return prompts, write_jsonl(tmp_path / "responses.tiny.jsonl", rows)


def test_score_writes_all_and_says_what_is_missing(ifbench: Any, files: tuple[Path, Path], tmp_path: Path) -> None:
    prompts, responses = files
    answer = ifbench("score", responses, "--set", prompts, "--output-path", tmp_path / "run")
    assert answer.code == 3
    assert "1 of 3" in answer.out
    assert "33.33" in answer.out
    assert "tiny: incomplete: requested 3, missing 1" in answer.err
    results = json.loads((tmp_path / "run" / "results.json").read_text())
    assert results["metrics"]["prompt_strict"]["value"] == 0.333333
    assert results["responses"] == {
        "requested": 3, "missing": 1, "failed": 0, "truncated": 0, "empty": 0, "unclosed_reasoning": 0,
    }  # fmt: skip
    keys = [row["key"] for row in read_jsonl(tmp_path / "run" / "verdicts.jsonl")]
    assert keys == [1, 2, 3]


def test_jobs_and_repetition_give_the_same_bytes(ifbench: Any, tmp_path: Path) -> None:
    prompts = write_jsonl(tmp_path / "many.jsonl", [ifeval_row(key) for key in range(100)])
    responses = write_jsonl(tmp_path / "said.jsonl", [{"key": key, "response": f"{key} words"} for key in range(90)])
    for name, jobs in (("one", 1), ("two", 2), ("one", 1)):
        ifbench("score", responses, "--set", prompts, "--output-path", tmp_path / name, "--jobs", jobs)
    for file in ("verdicts.jsonl", "results.json", "responses.jsonl"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_complete_run_exits_with_zero(ifbench: Any, files: tuple[Path, Path], tmp_path: Path) -> None:
    prompts, _ = files
    responses = write_jsonl(tmp_path / "all.jsonl", [{"key": key, "response": "x"} for key in (1, 2, 3)])
    assert ifbench("score", responses, "--set", prompts).code == 0
    (run,) = (tmp_path / "runs" / "all" / "set").iterdir()
    assert (run / "results.json").is_file()


def test_formats(ifbench: Any, files: tuple[Path, Path], tmp_path: Path) -> None:
    prompts, responses = files
    arguments = ("score", responses, "--set", prompts, "--output-path", tmp_path / "run", "--format")
    assert json.loads(ifbench(*arguments, "json").out) == json.loads((tmp_path / "run" / "results.json").read_text())
    rows = list(csv.DictReader(io.StringIO(ifbench(*arguments, "csv").out)))
    assert {row["table"] for row in rows} == {"all", "type", "floor"}
    (strict,) = [row for row in rows if row["table"] == "all" and row["metric"] == "prompt_strict"]
    assert (strict["value"], strict["count"], strict["n"]) == ("0.333333", "1", "3")
    markdown = ifbench(*arguments, "md").out
    assert "| tiny | 33.33<br>1 of 3<br>" in markdown
    assert "| length_constraints:number_words | 3 |" in markdown


def test_replay_runs_the_whole_path(ifbench: Any, tmp_path: Path) -> None:
    witnesses = data_folder() / "starter" / "witnesses.jsonl"
    answer = ifbench("run", "--model", witnesses, "--set", "starter", "--engine", "replay", "--output-path", "out")
    assert answer.code == 0
    assert "60 of 60" in answer.out
    assert json.loads((tmp_path / "out" / "run.json").read_text())["settings"]["engine"] == "replay"
    limited = ifbench(
        "run", "--model", witnesses, "--set", "starter", "--engine", "replay", "--limit", "5", "--output_path", "few"
    )
    assert limited.code == 0
    assert "starter: 5 prompts" in limited.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["score", "nothing.jsonl", "--set", "set.jsonl"], 2, "nothing.jsonl: no such file of responses"),
        (["score", "responses.tny.jsonl", "--set", "set.jsonl"], 2, "did you mean 'responses.tiny.jsonl'?"),
        (["score", "responses.tiny.jsonl", "--set", "starterr"], 2, "no prompt set 'starterr'; did you mean 'starter'?"),
        (["score", "responses.tiny.jsonl", "--set", "set.jsnl"], 2, "no such prompt set; did you mean 'set.jsonl'?"),
        (["score", "responses.tiny.jsonl", "--set", "starter"], 4, "responses to another set"),
        (["score", ".", "--set", "set.jsonl"], 2, ".: is a folder"),
        (["run", "--model", "x", "--set", "set.jsonl", "--temperature", "nan"], 2, "is not a finite number"),
        (["score", "set.jsonl", "--set", "set.jsonl"], 4, "response: is missing"),
        (["score", "responses.tiny.jsonl"], 2, "Missing option '--set'"),
        (["score", "responses.tiny.jsonl", "--set", "set.jsonl", "--jobs", "0"], 2, "0 is not in the range"),
        (["score", "responses.tiny.jsonl", "--set", "set.jsonl", "--fromat", "md"], 2, "Did you mean '--format'?"),
        (["run", "--model", "./nowhere", "--set", "set.jsonl", "--engine", "hf", "--output-path", "o"], 2, "no such folder"),
        (["run", "--model", "x", "--set", "set.jsonl", "--engine", "vlm"], 2, "'vlm' is not one of"),
        (["run", "--model", "x", "--set", "set.jsonl", "--model-args", "oops"], 2, "'oops' is not key=value"),
        (["show", "keywords:existance"], 2, "did you mean 'keywords:existence'?"),
        (["list", "sts"], 2, "'sts' is not one of"),
        (["scor"], 2, "no command 'scor'; did you mean 'score'?"),
        (["score", "responses.tiny.jsonl", "--set", "set.jsonl", "--output-path", "set.jsonl"], 2, "cannot be used"),
    ],
)  # fmt: skip
def test_bad_input(ifbench: Any, files: tuple[Path, Path], arguments: list[str], code: int, message: str) -> None:
    answer = ifbench(*arguments)
    assert (answer.code, answer.out) == (code, "")
    assert message in " ".join(answer.err.split())
    assert "Traceback" not in answer.err


def test_invalid_set_is_refused_before_anything_is_written(ifbench: Any, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "bad.jsonl", [ifeval_row(1, ["nope:nope"], [{}])])
    answer = ifbench("run", "--model", "x", "--set", path, "--engine", "replay", "--output-path", "out")
    assert answer.code == 4
    assert "bad.jsonl:1: key 1: instruction_id_list[0]: no constraint type 'nope:nope'" in answer.err
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a file system nobody may write to")
def test_unwritable_output_folder(ifbench: Any, files: tuple[Path, Path]) -> None:
    prompts, responses = files
    answer = ifbench("score", responses, "--set", prompts, "--output-path", "/proc/ifbench/run")
    assert answer.code == 2
    assert "/proc/ifbench/run: cannot be written: " in answer.err
    assert "choose another --output-path" in answer.err


def test_lists(ifbench: Any) -> None:
    assert {row["name"] for row in json.loads(ifbench("list", "sets", "--format", "json").out)} == {
        *("core", "conversations", "policy", "reasoning", "multilingual"),
        *("core-rewordings", "conversations-rewordings", "policy-rewordings", "reasoning-rewordings"),
        *("multilingual-rewordings", "starter", "starter-turns", "ifeval", "ifbench"),
    }  # fmt: skip
    assert {row["name"] for row in json.loads(ifbench("list", "engines", "--format", "json").out)} == {
        "vllm", "hf", "openai", "ray", "replay",
    }  # fmt: skip
    assert "keywords:existence" in ifbench("list").out
    assert ifbench("list", "constraints", "--format", "csv").out.startswith("id,from,editions,parameters,constraint\n")
    assert ifbench("list", "engines", "--format", "md").out.startswith("| name | summary |\n")


def test_missing_extra_is_one_line(ifbench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    for engine, module, extra in (("hf", "transformers", "cpu"), ("vllm", "vllm", "vllm")):
        monkeypatch.setitem(sys.modules, module, None)
        answer = ifbench("run", "--model", "./model", "--set", "starter", "--engine", engine, "--output-path", engine)
        assert answer.code == 2
        assert f"pip install 'ifbench-eval[{extra}]'" in answer.err
        assert "Traceback" not in answer.err


def test_closed_pipe_is_no_error(tmp_path: Path, files: tuple[Path, Path]) -> None:
    command = f"{sys.executable} -m ifbench list constraints --format json | head -n 1"
    answer = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert answer.stdout.strip() == "["
    assert answer.stderr == ""


@pytest.mark.parametrize("command", ["list constraints", "show startend:quotation", "SCORE"])
def test_a_reader_that_leaves_changes_no_exit_code(tmp_path: Path, files: tuple[Path, Path], command: str) -> None:
    if command == "SCORE":
        command = f"score {files[1]} --set {files[0]}"
    program = f"set -o pipefail; {sys.executable} -m ifbench {command} | true"
    answer = subprocess.run(["bash", "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert answer.returncode == (3 if "score" in command else 0), answer.stderr
    assert "Traceback" not in answer.stderr
    assert ("incomplete" in answer.stderr) == ("score" in command)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_any_encoding_of_the_terminal(tmp_path: Path, files: tuple[Path, Path], encoding: str) -> None:
    command = [sys.executable, "-m", "ifbench", "score", str(files[1]), "--set", str(files[0])]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    answer = subprocess.run(command, capture_output=True, cwd=tmp_path, env=environment, check=False)
    assert answer.returncode == 3, answer.stderr
    assert b"33.33" in answer.stdout


def test_closed_stdout(tmp_path: Path, files: tuple[Path, Path]) -> None:
    program = f"{sys.executable} -m ifbench score {files[1]} --set {files[0]} --format json >&-"
    answer = subprocess.run(["bash", "-c", program], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert answer.returncode == 3, answer.stderr


def test_environment_variables_stand_for_options(
    ifbench: Any, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IFBENCH_SCORE_SET", str(files[0]))
    assert ifbench("score", files[1]).code == 3


def test_model_args_may_hold_json() -> None:
    from ifbench.cli.options import KeyValues

    given = 'chat_template_kwargs={"a":1,"b":[2,3]},device=cpu,threads=2,flag=True'
    assert KeyValues().convert(given, None, None) == {
        "chat_template_kwargs": {"a": 1, "b": [2, 3]}, "device": "cpu", "threads": 2, "flag": True,
    }  # fmt: skip


def test_editions_of_the_command_are_those_of_the_registry() -> None:
    from ifbench.cli.options import EDITIONS
    from ifbench.registry import EDITIONS as KNOWN

    assert EDITIONS == KNOWN
