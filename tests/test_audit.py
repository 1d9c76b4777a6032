"""What faults are worth, and what is wrong with a set."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ifbench.audit import audit_set
from ifbench.audit.contradictions import audit_prompt
from ifbench.prompts import Prompt, Turn, load_prompts
from ifbench.registry import Constraint
from tests.conftest import Answer, read_jsonl, write_jsonl

ECHO = "Write a plot, please."


def prompt(
    *constraints: tuple[str, dict[str, Any]], text: str = "Do it 3 times.", edition: Any = "published"
) -> Prompt:
    return Prompt("k", (Turn.of(text, *(Constraint(id, edition, **params) for id, params in constraints)),))


WORDS, SENTENCES = "length_constraints:number_words", "length_constraints:number_sentences"


@pytest.mark.parametrize(
    "constraints",
    [
        [(WORDS, {"relation": "at least", "num_words": 3}), (WORDS, {"relation": "less than", "num_words": 3})],
        [
            ("length:words", {"relation": "less than", "count": 3}),
            ("length:sentences", {"relation": "exactly", "count": 3}),
        ],
        [("combination:repeat_prompt", {"prompt_to_repeat": ECHO}), ("punctuation:no_comma", {})],
        [
            ("combination:repeat_prompt", {"prompt_to_repeat": ECHO}),
            ("keywords:forbidden_words", {"forbidden_words": ["plot"]}),
        ],
        [("keywords:existence", {"keywords": ["tea"]}), ("keywords:forbidden_words", {"forbidden_words": ["Tea"]})],
        [("combination:repeat_prompt", {"prompt_to_repeat": ECHO}), ("startend:quotation", {})],
        [("combination:repeat_prompt", {"prompt_to_repeat": ECHO}), ("detectable_format:json_format", {})],
        [
            ("structure:json_only", {"container": "object"}),
            ("structure:xml_document", {"root": "a", "elements": ["b"]}),
        ],
        [("position:begins_with", {"text": "Hello"}), ("position:begins_with", {"text": "Dear"})],
        [("startend:end_checker", {"end_phrase": "Bye."}), ("startend:end_checker", {"end_phrase": "Cheers!"})],
        [("change_case:english_lowercase", {}), ("change_case:english_capital", {})],
        [("content:disclaimer", {"disclaimer": "No advice."}), ("content:forbidden_phrases", {"phrases": ["advice"]})],
        [("length:range", {"unit": "words", "bounds": [5, 9]}), ("length:words", {"relation": "at most", "count": 4})],
        [
            ("change_case:english_lowercase", {}),
            ("change_case:capital_word_frequency", {"capital_relation": "at least", "capital_frequency": 3}),
        ],
    ],
)
def test_contradictions_are_found(constraints: list[tuple[str, dict[str, Any]]]) -> None:
    for order in (constraints, constraints[::-1]):
        found = list(audit_prompt(prompt(*order)))
        assert [finding.severity for finding in found][:1] == ["contradiction"]
        assert {id for id, _ in constraints} >= set(found[0].constraints)


@pytest.mark.parametrize(
    "constraints",
    [
        [(WORDS, {"relation": "at least", "num_words": 3}), (WORDS, {"relation": "less than", "num_words": 4})],
        [(WORDS, {"relation": "less than", "num_words": 4}), (SENTENCES, {"relation": "at least", "num_sentences": 3})],
        [("combination:repeat_prompt", {"prompt_to_repeat": "No commas here."}), ("punctuation:no_comma", {})],
        [("startend:end_checker", {"end_phrase": "Bye."}), ("startend:end_checker", {"end_phrase": "Good bye."})],
        [("structure:json_only", {"container": "object"}), ("structure:json_depth", {"depth": 2})],
        # As published, the echo may stand in any case.
        [("combination:repeat_prompt", {"prompt_to_repeat": ECHO}), ("change_case:english_lowercase", {})],
        [("startend:quotation", {}), ("startend:end_checker", {"end_phrase": "Is that all?"})],
        [("keywords:existence", {"keywords": ["tea"]}), ("keywords:forbidden_words", {"forbidden_words": ["milk"]})],
    ],
)
def test_what_can_be_satisfied_is_not_called_a_contradiction(constraints: list[tuple[str, dict[str, Any]]]) -> None:
    assert [finding for finding in audit_prompt(prompt(*constraints)) if finding.severity == "contradiction"] == []


def test_doubts() -> None:
    twice = ("startend:quotation", {})
    (finding,) = audit_prompt(prompt(twice, twice))
    assert finding.severity == "doubtful"
    count = (WORDS, {"relation": "at least", "num_words": 40})
    (finding,) = audit_prompt(prompt(count, text="Write 400 words."))
    assert finding.reason == "num_words is 40, which the prompt does not mention"
    echo = ("combination:repeat_prompt", {"prompt_to_repeat": "Write an essay about the crisis and its causes."})
    (finding,) = audit_prompt(prompt(echo, ("language:response_language", {"language": "hi"})))
    assert "English (en), and all must be text in Hindi (hi)" in finding.reason
    count_in_german = Prompt("k", (Turn("Schreibe vierzig Wörter.", prompt(count).turns[0].held),), language="de")
    assert not list(audit_prompt(count_in_german))
    for text in ("Write 40 words.", "Write forty words.", "Write more than 39 words."):
        assert not list(audit_prompt(prompt(count, text=text)))


def test_the_contradictory_prompts_of_ifeval(reference: Path) -> None:
    prompts = load_prompts(reference / "ifeval" / "prompts.jsonl")
    found = audit_set(prompts)
    contradictory = {finding.key for finding in found if finding.severity == "contradiction"}
    assert contradictory == {374, 1627, 3369, 3371, 3718}
    assert {finding.key for finding in found if finding.severity == "doubtful"} == {30, 337, 1122, 1129, 3305}
    # None of the responses at hand satisfies one of them strictly, by the reference implementation's own verdicts.
    for path in (reference / "ifeval").glob("verdicts.*.jsonl"):
        for row in read_jsonl(path):
            assert row["key"] not in contradictory or "0" in row["strict"]


def test_our_own_set_contradicts_itself_nowhere() -> None:
    from ifbench.sets import load_set

    for edition in ("published", "corrected"):
        found = audit_set(load_set("starter", None, edition))
        assert [finding for finding in found if finding.severity == "contradiction"] == []


def _rows() -> list[dict[str, Any]]:
    rows: list[tuple[str, dict[str, Any]]] = [
        ("keywords:existence", {"keywords": ["art"]}),
        ("keywords:forbidden_words", {"forbidden_words": ["cat"]}),
        ("punctuation:no_comma", {}),
    ]
    return [
        {"key": key, "prompt": f"Prompt {key}.", "instruction_id_list": [id], "kwargs": [params]}
        for key, (id, params) in enumerate(rows)
    ]


@pytest.fixture
def run_folder(ifbench: Any, tmp_path: Path) -> Path:
    prompts = write_jsonl(tmp_path / "set.jsonl", _rows())
    replies = ["A party.", "A _cat_ sat.", "Fine."]
    said = write_jsonl(tmp_path / "m.jsonl", [{"key": key, "response": text} for key, text in enumerate(replies)])
    assert ifbench("score", said, "--set", prompts, "--output-path", tmp_path / "run").code == 0
    return tmp_path / "run"


def test_an_audit_counts_what_changes(ifbench: Any, run_folder: Path) -> None:
    answer: Answer = ifbench("audit", run_folder, "--format", "json")
    assert answer.code == 0
    found = json.loads(answer.out)
    (run,) = found["runs"]
    assert run["model"] == "m"
    assert run["metrics"]["published"]["prompt_strict"]["followed"] == 3
    assert run["metrics"]["corrected"]["prompt_strict"]["followed"] == 1
    by_id = {change["id"]: change for change in found["types"]}
    existence = by_id["keywords:existence"]
    assert existence["strict"] == {"published": 1, "corrected": 0, "wrongly_passed": 1, "wrongly_failed": 0}
    assert existence["wrongly_passed_examples"] == [{"model": "m", "key": "0"}]
    assert existence["alone"]["prompt_strict"] == {"value": 0.666667, "followed": 2, "n": 3}
    assert existence["fault"]
    assert by_id["keywords:forbidden_words"]["strict"]["wrongly_passed"] == 1


@pytest.mark.parametrize("format", ["table", "md", "csv"])
def test_an_audit_is_printed(ifbench: Any, run_folder: Path, format: str) -> None:
    answer = ifbench("audit", run_folder, run_folder, "--format", format)
    assert answer.code == 0
    assert "keywords:existence" in answer.out
    assert ("m, corrected" in answer.out) is (format != "csv")


def test_bad_input(ifbench: Any, run_folder: Path, tmp_path: Path) -> None:
    def fails(*arguments: object) -> str:
        answer = ifbench("audit", *arguments)
        assert answer.code == 2
        return answer.err

    assert "--set NAME|PATH" in fails()
    assert "not both" in fails(run_folder, "--set", "starter")
    assert "--edition goes with --set" in fails(run_folder, "--edition", "published")
    assert "no run.json" in fails(tmp_path / "nowhere")
    set_file = tmp_path / "set.jsonl"
    kept = set_file.read_text()
    set_file.write_text(kept.replace("Prompt 2.", "Prompt two."))
    assert "another version of set" in fails(run_folder)
    set_file.unlink()
    assert "--set-path FILE" in fails(run_folder)
    (tmp_path / "moved.jsonl").write_text(kept)
    assert ifbench("audit", run_folder, "--set-path", tmp_path / "moved.jsonl").code == 0
    small = tmp_path / "small"
    shutil.copytree(run_folder, small)
    manifest = json.loads((small / "run.json").read_text())
    manifest["settings"]["limit"] = 2
    (small / "run.json").write_text(json.dumps(manifest))
    (set_file).write_text(kept)
    assert "has 3 prompts and" in fails(run_folder, small)
    (run_folder / "run.json").write_text("{}")
    assert "is not the manifest of a run" in fails(run_folder)


def test_a_run_that_lacks_responses_says_so(ifbench: Any, run_folder: Path) -> None:
    said = run_folder / "responses.jsonl"
    said.write_text("".join(said.read_text().splitlines(keepends=True)[:2]))
    answer = ifbench("audit", run_folder)
    assert answer.code == 3
    assert "missing 1" in answer.err


def test_what_a_run_holds_is_read_as_it_was_scored(ifbench: Any, tmp_path: Path) -> None:
    """The answer speaks of a closing tag; cut off there, it would no longer have enough words."""
    params = {"relation": "at least", "num_words": 6}
    row = {"key": 1, "prompt": "Count.", "instruction_id_list": [WORDS], "kwargs": [params]}
    prompts = write_jsonl(tmp_path / "set.jsonl", [row])
    text = "one two three four five six </think> seven"
    said = write_jsonl(tmp_path / "m.jsonl", [{"key": 1, "response": text, "reasoning": "r"}])
    run, again, replayed = tmp_path / "run", tmp_path / "again", tmp_path / "replayed"
    own, common = run / "responses.jsonl", ("--set", prompts, "--output-path")
    assert ifbench("score", said, *common, run).code == 0
    assert ifbench("score", own, *common, again).code == 0
    assert ifbench("run", "--engine", "replay", "--model", own, *common, replayed).code == 0
    for folder in (run, again, replayed):
        (kept,) = read_jsonl(folder / "responses.jsonl")
        assert (kept["response"], kept["reasoning"]) == (text, "r")
        answer = ifbench("audit", folder, "--format", "json")
        assert json.loads(answer.out)["published"]["prompt_strict"]["followed"] == 1


def test_a_run_that_lacks_a_sample_is_audited(ifbench: Any, tmp_path: Path) -> None:
    prompts = write_jsonl(tmp_path / "set.jsonl", _rows())
    rows = [{"key": key, "sample": sample, "response": "Fine."} for key in range(3) for sample in range(3)]
    said = write_jsonl(tmp_path / "m.jsonl", rows)
    assert ifbench("score", said, "--set", prompts, "--output-path", tmp_path / "run").code == 0
    kept = tmp_path / "run" / "responses.jsonl"
    write_jsonl(kept, [row for row in read_jsonl(kept) if row["sample"] != 1])
    answer = ifbench("audit", tmp_path / "run", "--format", "json")
    assert (answer.code, json.loads(answer.out)["runs"][0]["responses"]["missing"]) == (3, 3)


def test_other_witnesses_are_refused(ifbench: Any, tmp_path: Path) -> None:
    turns = [{"user": text, "constraints": [{"id": "punctuation:no_comma", "params": {}}]} for text in ("A.", "B.")]
    prompts = write_jsonl(tmp_path / "prompts.jsonl", [{"key": "a", "turns": turns}])
    witnesses = write_jsonl(tmp_path / "witnesses.jsonl", [{"key": "a", "turn": 1, "response": "Hello!"}])
    said = write_jsonl(tmp_path / "m.jsonl", [{"key": "a", "turn": turn, "response": "x"} for turn in (1, 2)])
    run, moved = tmp_path / "run", tmp_path / "moved"
    assert ifbench("score", said, "--set", prompts, "--history", "gold", "--output-path", run).code == 0
    moved.mkdir()
    for file in (prompts, witnesses):
        shutil.copy(file, moved)
    write_jsonl(witnesses, [{"key": "a", "turn": 1, "response": "Good day!"}])
    answer = ifbench("audit", run)
    assert answer.code == 2
    assert "was run on other witnesses (SHA-256 " in answer.err
    assert ifbench("audit", run, "--set-path", moved / "prompts.jsonl").code == 0
    (moved / "witnesses.jsonl").unlink()
    assert "witnesses.jsonl: no such file" in ifbench("audit", run, "--set-path", moved / "prompts.jsonl").err


def test_an_audit_without_a_finding_says_so(ifbench: Any, tmp_path: Path) -> None:
    rows = [{**row, "kwargs": [{}], "instruction_id_list": ["punctuation:no_comma"]} for row in _rows()]
    prompts = write_jsonl(tmp_path / "set.jsonl", rows)
    assert "Nothing found." in ifbench("audit", "--set", prompts).out
    said = write_jsonl(tmp_path / "m.jsonl", [{"key": row["key"], "response": "Fine."} for row in rows])
    ifbench("score", said, "--set", prompts, "--output-path", tmp_path / "run")
    assert "No fault of a published check changes a verdict" in ifbench("audit", tmp_path / "run").out


@pytest.mark.parametrize("format", ["table", "md", "csv", "json"])
def test_a_set_is_audited(ifbench: Any, tmp_path: Path, format: str) -> None:
    rows = _rows()
    rows[0]["instruction_id_list"].append("keywords:forbidden_words")
    rows[0]["kwargs"].append({"forbidden_words": ["art"]})
    path = write_jsonl(tmp_path / "set.jsonl", rows)
    answer = ifbench("audit", "--set", path, "--format", format)
    assert answer.code == 0
    assert "contradiction" in answer.out
    if format == "json":
        found = json.loads(answer.out)
        assert found["contradictory_prompts"] == 1
        assert found["floors"]["a"]["prompt_strict"] == {"value": 0.666667, "followed": 2, "n": 3}
