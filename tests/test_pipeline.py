"""Run folders and the way to them: begun, cut off, gone on with, refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ifbench.dialogue import Dialogue
from ifbench.errors import IfbenchError, InvalidInputError, UsageError
from ifbench.generators import Follow, Request, Sampling, ends_here, model_digest
from ifbench.pipeline import generate, open_dialogue, score_run
from ifbench.prompts import PromptSet, load_prompts
from ifbench.records import Response
from ifbench.runs import RunFolder
from ifbench.settings import Settings, default_folder
from tests.conftest import read_jsonl, write_jsonl
from tests.test_prompts import ifeval_row


class ScriptedEngine:
    """Answers with the key, fails on the keys it is told to, and stops when its patience is over."""

    def __init__(
        self, failing: Sequence[int] = (), patience: int | None = None, ending: type[BaseException] | None = None
    ):
        self.failing, self.patience = failing, patience
        self.ending = ending or KeyboardInterrupt
        self.asked: list[Request] = []
        self.closed = False

    def describe(self) -> dict[str, Any]:
        return {"engine": "scripted"}

    def render(self, request: Request, sampling: Sampling) -> str:
        return "".join(f"<{message.role}>{message.content}" for message in request.messages)

    def generate(
        self, requests: Sequence[Request], sampling: Sampling, follow: Follow = ends_here
    ) -> Iterator[Response]:
        waiting, done = list(requests), 0
        while waiting:
            if done == self.patience:
                raise self.ending("out of patience")
            request = waiting.pop()
            self.asked.append(request)
            error = "prompt too long" if request.key in self.failing else None
            text = "" if error else f"reply to prompt {request.key}"
            response = Response(
                request.key, text, request.sample, request.turn, "hm", error=error, finish_reason="stop"
            )
            done += 1
            if (following := follow(response)) is not None:
                waiting.append(following)
            yield response

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def prompts(tmp_path: Path) -> PromptSet:
    return load_prompts(write_jsonl(tmp_path / "set.jsonl", [ifeval_row(key) for key in range(5)]))


def _settings(prompts: PromptSet, **changes: Any) -> Settings:
    return Settings("tiny", "scripted", prompts, None, Sampling(**changes).to_json())


def _run(path: Path, prompts: PromptSet, engine: ScriptedEngine, samples: int = 1, **changes: Any):
    with RunFolder.open(path, _settings(prompts, **changes), ["ifbench"]) as folder:
        dialogue = open_dialogue(folder, prompts, samples)
        verdicts = generate(folder, dialogue, lambda: engine, Sampling(**changes), "tiny")
        return score_run(folder, dialogue, "tiny", verdicts=verdicts)


def _status(path: Path) -> str:
    return json.loads((path / "run.json").read_text())["status"]


def test_a_run_leaves_its_four_files(tmp_path: Path, prompts: PromptSet) -> None:
    engine = ScriptedEngine()
    outcome = _run(tmp_path / "run", prompts, engine)
    assert outcome.complete
    assert engine.closed
    assert {entry.name for entry in (tmp_path / "run").iterdir()} == {
        "run.json", "responses.jsonl", "verdicts.jsonl", "results.json",
    }  # fmt: skip
    manifest = json.loads((tmp_path / "run" / "run.json").read_text())
    assert manifest["status"] == "complete"
    assert manifest["engine"] == {"engine": "scripted"}
    assert manifest["settings"]["prompt_set"]["sha256"] == prompts.sha256
    assert manifest["constraints_sha256"] == prompts.fingerprint
    assert manifest["first_request"] == "<user>Prompt 0."
    responses = list(read_jsonl(tmp_path / "run" / "responses.jsonl"))
    assert [row["key"] for row in responses] == [0, 1, 2, 3, 4], "in the set's order, though they finished in another"
    assert (responses[0]["response"], responses[0]["reasoning"]) == ("reply to prompt 0", "hm")
    verdicts = list(read_jsonl(tmp_path / "run" / "verdicts.jsonl"))
    assert verdicts[0] == {
        "key": 0, "sample": 0, "turn": 1,
        "constraints": [{
            "id": "length_constraints:number_words", "strict": True, "loose": True,
            "required": "at least 3 words", "observed": "4 words", "spans": [],
            "name": "", "since": 1, "must_stop": False,
        }],
    }  # fmt: skip


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, prompts: PromptSet) -> None:
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "run", prompts, ScriptedEngine(patience=3))
    assert _status(tmp_path / "run") == "interrupted"
    assert len(list(read_jsonl(tmp_path / "run" / "responses.jsonl"))) == 3
    again = ScriptedEngine()
    assert _run(tmp_path / "run", prompts, again).complete
    assert [request.key for request in again.asked] == [1, 0]
    undisturbed = _run(tmp_path / "other", prompts, ScriptedEngine())
    for name in ("responses.jsonl", "verdicts.jsonl"):
        assert (tmp_path / "run" / name).read_bytes() == (undisturbed.folder.path / name).read_bytes()


def test_failed_responses_count_and_are_tried_again(tmp_path: Path, prompts: PromptSet) -> None:
    outcome = _run(tmp_path / "run", prompts, ScriptedEngine(failing=[2]))
    assert not outcome.complete
    assert outcome.results["responses"]["failed"] == 1
    assert outcome.results["metrics"]["prompt_strict"]["followed"] == 4
    assert outcome.results["metrics"]["prompt_strict"]["n"] == 5
    assert _status(tmp_path / "run") == "incomplete"
    verdict = list(read_jsonl(tmp_path / "run" / "verdicts.jsonl"))[2]
    assert verdict["constraints"][0]["observed"] == "no response: prompt too long"
    again = ScriptedEngine()
    assert _run(tmp_path / "run", prompts, again).complete
    assert [request.key for request in again.asked] == [2]


def test_a_finished_run_starts_no_engine(tmp_path: Path, prompts: PromptSet) -> None:
    _run(tmp_path / "run", prompts, ScriptedEngine())
    again = ScriptedEngine()
    _run(tmp_path / "run", prompts, again)
    assert again.asked == []
    assert not again.closed


def test_a_torn_last_line_is_cut_off(tmp_path: Path, prompts: PromptSet) -> None:
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "run", prompts, ScriptedEngine(patience=3))
    file = tmp_path / "run" / "responses.jsonl"
    file.write_bytes(file.read_bytes()[:-20])
    again = ScriptedEngine()
    assert _run(tmp_path / "run", prompts, again).complete
    assert [request.key for request in again.asked] == [2, 1, 0]


def test_a_last_line_without_its_line_feed_is_whole(tmp_path: Path, prompts: PromptSet) -> None:
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "run", prompts, ScriptedEngine(patience=3))
    file = tmp_path / "run" / "responses.jsonl"
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    again = ScriptedEngine()
    assert _run(tmp_path / "run", prompts, again).complete
    assert [request.key for request in again.asked] == [1, 0]


def test_a_row_of_a_conversation_needs_its_turn(tmp_path: Path) -> None:
    turns = [{"user": f"Turn {turn}.", "constraints": ifeval_constraints(turn)} for turn in (1, 2)]
    prompts = load_prompts(write_jsonl(tmp_path / "set.jsonl", [{"key": "c", "turns": turns}]))
    _run(tmp_path / "run", prompts, ScriptedEngine())
    file = tmp_path / "run" / "responses.jsonl"
    rows = list(read_jsonl(file))
    del rows[1]["turn"]
    write_jsonl(file, rows)
    with pytest.raises(InvalidInputError, match="turn: is missing, and the conversation has several"):
        _run(tmp_path / "run", prompts, ScriptedEngine())


def test_what_a_killed_write_left_is_cleared(tmp_path: Path, prompts: PromptSet) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".run.json.x1y2").write_text("{")
    assert _run(tmp_path / "run", prompts, ScriptedEngine()).complete
    (tmp_path / "run" / ".results.json.x1y2").write_text("{")
    _run(tmp_path / "run", prompts, ScriptedEngine())
    assert not list((tmp_path / "run").glob(".*"))


def test_the_content_of_a_template_decides_and_not_its_path(tmp_path: Path, prompts: PromptSet) -> None:
    def settings(path: str, digest: str) -> Settings:
        return Settings("m", "hf", prompts, engine_options={"template": path, "template_sha256": digest})

    with RunFolder.open(tmp_path / "run", settings("t.jinja", "1"), []) as folder:
        folder.append(Response(0, "x"))
    with RunFolder.open(tmp_path / "run", settings("../t.jinja", "1"), []):
        pass
    with pytest.raises(UsageError, match="template_sha256: '1' before, '2' now"):
        RunFolder.open(tmp_path / "run", settings("t.jinja", "2"), [])


def test_a_broken_line_in_the_middle_is_an_error(tmp_path: Path, prompts: PromptSet) -> None:
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "run", prompts, ScriptedEngine(patience=3))
    file = tmp_path / "run" / "responses.jsonl"
    file.write_text("{broken\n" + file.read_text())
    with pytest.raises(
        InvalidInputError,
        match=r"responses.jsonl:1: is not valid JSON.*\(delete the line, and its prompt is asked again\)",
    ):
        _run(tmp_path / "run", prompts, ScriptedEngine())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"key": 77, "response": "x"}', "key 77: key: answers no prompt of this run"),
        ('{"response": "x"}', "key: is missing"),
        ('{"key": 0, "response": 5}', "key 0: response: 5 is not text"),
        ('{"key": 4, "response": "x"}', "key 4: key: is answered on line 1 already"),
        ('{"key": 0, "response": "x", "sample": 5}', "key 0: turn: sample 5, turn 1 is none of this run"),
        ('{"key": 0, "response": "x", "turn": 9}', "key 0: turn: sample 0, turn 9 is none of this run"),
    ],
)
def test_damaged_responses_of_a_run_are_named(tmp_path: Path, prompts: PromptSet, line: str, message: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "run", prompts, ScriptedEngine(patience=3))
    file = tmp_path / "run" / "responses.jsonl"
    file.write_text(file.read_text() + line + "\n")
    with pytest.raises(InvalidInputError, match=f"responses.jsonl:4: {message}"):
        _run(tmp_path / "run", prompts, ScriptedEngine())


def test_the_checkpoint_in_a_folder_decides_and_not_its_path(tmp_path: Path, prompts: PromptSet) -> None:
    for name, weights in (("one", b"1"), ("copy", b"1"), ("other", b"2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").write_bytes(weights * (17 << 20))
    one, copy, other = (model_digest(str(tmp_path / name)) for name in ("one", "copy", "other"))
    assert one == copy != other
    assert model_digest("owner/name") is None

    def settings(name: str) -> Settings:
        return Settings(str(tmp_path / name), "scripted", prompts, model_digest(str(tmp_path / name)))

    with RunFolder.open(tmp_path / "run", settings("one"), []) as folder:
        folder.append(Response(0, "x"))
    with RunFolder.open(tmp_path / "run", settings("copy"), []):
        pass
    with pytest.raises(UsageError, match="model_sha256: "):
        RunFolder.open(tmp_path / "run", settings("other"), [])


def test_an_error_while_scoring_is_not_left_as_running(
    tmp_path: Path, prompts: PromptSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr("ifbench.tables.results", fail)
    with pytest.raises(RuntimeError):
        _run(tmp_path / "run", prompts, ScriptedEngine())
    assert _status(tmp_path / "run") == "interrupted"


def test_changed_settings_are_refused_and_printed(tmp_path: Path, prompts: PromptSet) -> None:
    _run(tmp_path / "run", prompts, ScriptedEngine())
    with pytest.raises(UsageError) as caught:
        _run(tmp_path / "run", prompts, ScriptedEngine(), max_tokens=7, seed=3)
    assert "sampling.max_tokens: 2048 before, 7 now" in str(caught.value)
    assert "sampling.seed: 0 before, 3 now" in str(caught.value)


def test_settings_may_be_corrected_before_anything_was_said(tmp_path: Path, prompts: PromptSet) -> None:
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "run", prompts, ScriptedEngine(patience=0))
    assert _run(tmp_path / "run", prompts, ScriptedEngine(), max_tokens=7).complete


def test_another_engine_does_not_go_on_with_a_run(tmp_path: Path, prompts: PromptSet) -> None:
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "run", prompts, ScriptedEngine(patience=2))
    other = ScriptedEngine()
    other.describe = lambda: {"engine": "scripted", "packages": {"torch": "9.9"}}  # type: ignore[method-assign]
    with pytest.raises(UsageError, match="packages: None before, {'torch': '9.9'} now"):
        _run(tmp_path / "run", prompts, other)
    assert len(list(read_jsonl(tmp_path / "run" / "responses.jsonl"))) == 2


def test_two_runs_do_not_share_a_folder(tmp_path: Path, prompts: PromptSet) -> None:
    pytest.importorskip("fcntl", reason="folders are locked with fcntl")
    with (
        RunFolder.open(tmp_path / "run", _settings(prompts), []),
        pytest.raises(UsageError, match="another run is writing"),
    ):
        RunFolder.open(tmp_path / "run", _settings(prompts), [])
    RunFolder.open(tmp_path / "run", _settings(prompts), []).__exit__()


@pytest.mark.parametrize("content", ["[]", '{"a": 1}', "{"])
def test_a_foreign_manifest_is_refused(tmp_path: Path, prompts: PromptSet, content: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text(content)
    with pytest.raises(UsageError, match=r"run\.json: is not"):
        RunFolder.open(tmp_path / "run", _settings(prompts), [])


def test_folders_with_something_else_are_refused(tmp_path: Path, prompts: PromptSet) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "thesis.txt").write_text("precious")
    with pytest.raises(UsageError, match=r"holds files but no run.json"):
        RunFolder.open(tmp_path / "notes", _settings(prompts), [])
    with pytest.raises(UsageError, match="cannot be used"):
        RunFolder.open(tmp_path / "set.jsonl", _settings(prompts), [])
    with pytest.raises(UsageError, match="cannot be written"):
        RunFolder.open(tmp_path / "set.jsonl" / "run", _settings(prompts), [])


def test_unclosed_reasoning_is_incomplete(tmp_path: Path, prompts: PromptSet) -> None:
    response = Response(0, "", reasoning="well", reasoning_closed=False)
    with RunFolder.open(tmp_path / "run", _settings(prompts), []) as folder:
        outcome = score_run(folder, Dialogue(prompts, responses={response.place: response}), "tiny")
    assert outcome.results["responses"]["unclosed_reasoning"] == 1
    first = next(read_jsonl(tmp_path / "run" / "verdicts.jsonl"))
    assert first["constraints"][0]["observed"] == "no answer: the reasoning never ended"


def test_default_folder_names_model_set_and_settings(prompts: PromptSet) -> None:
    folder = default_folder(Settings("org/My Model", "hf", prompts))
    assert folder.parts[:3] == ("runs", "My-Model", "set")
    assert folder.name.endswith(Settings("org/My Model", "hf", prompts).digest)


def test_samples_are_answered_and_scored_each(tmp_path: Path, prompts: PromptSet) -> None:
    engine = ScriptedEngine()
    outcome = _run(tmp_path / "run", prompts, engine, samples=3)
    assert len(engine.asked) == 15
    rows = [(row["key"], row["sample"]) for row in read_jsonl(tmp_path / "run" / "verdicts.jsonl")]
    assert rows == [(key, sample) for key in range(5) for sample in range(3)]
    assert outcome.results["responses"]["requested"] == 15


def test_an_engine_that_dies_leaves_its_reason(tmp_path: Path, prompts: PromptSet) -> None:
    with pytest.raises(IfbenchError):
        _run(tmp_path / "run", prompts, ScriptedEngine(patience=2, ending=IfbenchError))
    manifest = json.loads((tmp_path / "run" / "run.json").read_text())
    assert (manifest["status"], manifest["reason"]) == ("interrupted", "out of patience")
    assert _run(tmp_path / "run", prompts, ScriptedEngine()).complete
    assert "reason" not in json.loads((tmp_path / "run" / "run.json").read_text())


def test_what_is_built_on_an_answer_that_is_gone_is_asked_again(tmp_path: Path) -> None:
    turns = [{"user": f"Turn {turn}.", "constraints": ifeval_constraints(turn)} for turn in (1, 2, 3)]
    prompts = load_prompts(write_jsonl(tmp_path / "set.jsonl", [{"key": "c", "turns": turns}]))
    _run(tmp_path / "run", prompts, ScriptedEngine())
    file = tmp_path / "run" / "responses.jsonl"
    rows = list(read_jsonl(file))
    write_jsonl(file, [row for row in rows if row["turn"] != 2])
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "run", prompts, ScriptedEngine(patience=1))
    assert [row["turn"] for row in read_jsonl(file)] == [1, 2]
    again = ScriptedEngine()
    assert _run(tmp_path / "run", prompts, again).complete
    assert [request.turn for request in again.asked] == [3]


def ifeval_constraints(turn: int) -> list[dict[str, Any]]:
    """One constraint, given in that turn."""
    params = {"relation": "at least", "num_words": turn}
    return [{"name": f"long {turn}", "id": "length_constraints:number_words", "params": params}]


class FullDisk:
    """A file on a disk that has room for some bytes more."""

    def __init__(self, file: Any, room: int):
        self.file, self.room = file, room

    def write(self, data: bytes) -> int:
        if not self.room:
            raise OSError(28, "No space left on device")
        written = self.file.write(data[: self.room])
        self.room -= written
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def test_a_full_disk_leaves_whole_lines(tmp_path: Path, prompts: PromptSet) -> None:
    with RunFolder.open(tmp_path / "run", _settings(prompts), []) as folder:
        folder.set_status("running", engine=ScriptedEngine().describe())
        folder.append(Response(0, "first"))
        folder._stream = FullDisk(folder._stream, 30)  # type: ignore[assignment]
        with pytest.raises(
            IfbenchError, match=r"responses.jsonl: cannot be written: No space left.*same --output-path"
        ):
            folder.append(Response(1, "second"))
    assert [row["key"] for row in read_jsonl(tmp_path / "run" / "responses.jsonl")] == [0]
    again = ScriptedEngine()
    assert _run(tmp_path / "run", prompts, again).complete
    assert [request.key for request in again.asked] == [4, 3, 2, 1]
