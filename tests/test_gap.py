"""The gap between runs on two sets: the intervals against direct computation and simulation, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ifbench.cli import cli
from ifbench.errors import InvalidInputError, UsageError
from ifbench.gap import compare_runs
from ifbench.gap.measures import Share, newcombe, prompt_level, standardised, tallies
from ifbench.gap.runs import Answer, Judged, read_run
from ifbench.records import write_json, write_lines
from ifbench.stats import clustered_error, wilson

Rows = Sequence[tuple[str, Sequence[tuple[str, bool]]]]


def _answers(rows: Rows) -> list[Answer]:
    return [Answer(key, 1, tuple(Judged(id, strict, strict) for id, strict in judged)) for key, judged in rows]


def _run(
    path: Path, name: str, rows: Rows, *, set_path: Path | None = None, counts: dict[str, int] | None = None, **settings: Any
) -> Path:  # fmt: skip
    path.mkdir(parents=True)
    chosen = {"name": name, "sha256": f"{name}-digest", "edition": settings.pop("edition", "corrected")}
    write_json(
        path / "run.json",
        {
            "schema_version": 1,
            "prompt_set_path": str(set_path or ""),
            "settings": {
                "model": "m", "model_sha256": None, "engine": "hf", "sampling": {"temperature": 0}, "limit": None,
                **settings, "prompt_set": chosen,
            },
        },
    )  # fmt: skip
    written = {"missing": 0, "failed": 0, "requested": len(rows), **(counts or {})}
    write_json(path / "results.json", {"responses": written})
    write_lines(
        path / "verdicts.jsonl",
        (
            {
                "key": key, "sample": 0, "turn": 1,
                "constraints": [{"id": id, "strict": strict, "loose": True} for id, strict in judged],
            }
            for key, judged in rows
        ),
    )  # fmt: skip
    return path


def _many(shares: dict[str, float], number: int, seed: int) -> list[tuple[str, list[tuple[str, bool]]]]:
    dice = random.Random(seed)
    return [(f"k{n}", [(id, dice.random() < share) for id, share in shares.items()]) for n in range(number)]


# Newcombe 1998, table II, method 10: (a, m, b, n) and the interval.
@pytest.mark.parametrize(
    ("counts", "interval"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
    ],
)
def test_newcombe_gives_the_published_intervals(
    counts: tuple[int, int, int, int], interval: tuple[float, float]
) -> None:
    a, m, b, n = counts
    found = newcombe(Share(a / m, m, wilson(a, m)), Share(b / n, n, wilson(b, n)))
    assert found.value == pytest.approx(a / m - b / n)
    assert found.ci95 == pytest.approx(interval, abs=5e-5)


@given(st.integers(0, 30), st.integers(1, 30), st.integers(0, 30), st.integers(1, 30))
def test_newcombe_turns_round_with_its_sides(a: int, m: int, b: int, n: int) -> None:
    one = Share(min(a, m) / m, m, wilson(min(a, m), m))
    other = Share(min(b, n) / n, n, wilson(min(b, n), n))
    low, high = newcombe(one, other).ci95
    assert -1 - 1e-9 <= low <= one.value - other.value <= high <= 1 + 1e-9
    assert newcombe(other, one).ci95 == pytest.approx((-high, -low))


def test_prompt_level_is_wilson_of_answers_and_clustered_where_a_prompt_has_several() -> None:
    rows = [("a", [("x", True), ("y", True)]), ("b", [("x", True), ("y", False)]), ("c", [("x", True)]), ("d", [])]
    assert prompt_level(_answers(rows), "strict") == Share(2 / 3, 3, wilson(2, 3))
    twice = _answers([("a", [("x", True)]), ("a", [("x", True)]), ("b", [("x", False)]), ("b", [("x", True)])])
    found = prompt_level(twice, "strict")
    assert (found.value, found.n) == (0.75, 4)
    assert found.ci95 != wilson(3, 4)


def test_standardised_level_by_hand() -> None:
    answers = _answers(
        [
            ("a", [("x", True), ("y", False)]),
            ("b", [("x", True), ("y", True)]),
            ("c", [("x", False)]),
            ("d", [("y", True)]),
        ]
    )
    found = standardised(tallies(answers, "strict"), {"x": 0.25, "y": 0.75})
    assert found.value == pytest.approx(0.25 * 2 / 3 + 0.75 * 2 / 3)
    assert found.n == 6
    # Residuals: x has 1/3, 1/3, -2/3 in a, b, c; y has -2/3, 1/3, 1/3 in a, b, d; both times sqrt(3 / 2) / 3.
    factor = math.sqrt(3 / 2) / 3
    z = [factor * (0.25 * x + 0.75 * y) for x, y in ((1 / 3, -2 / 3), (1 / 3, 1 / 3), (-2 / 3, 0), (0, 1 / 3))]
    error = math.sqrt(4 / 3 * sum(value**2 for value in z))
    effective, reach = found.value * (1 - found.value) / error**2, 3.182
    centre = (found.value + reach**2 / (2 * effective)) / (1 + reach**2 / effective)
    assert sum(found.ci95) / 2 == pytest.approx(centre)


def test_with_one_type_and_large_sets_the_error_is_the_pooled_one() -> None:
    rows = [(f"k{n}", [("x", n % 3 > 0)] * (1 + n % 2)) for n in range(300)]
    found = standardised(tallies(_answers(rows), "strict"), {"x": 1.0})
    error = clustered_error([sum(ok for _, ok in row) for _, row in rows], [len(row) for _, row in rows])
    assert found.ci95[1] - found.ci95[0] == pytest.approx(2 * 1.96 * error, rel=0.01)


def test_only_first_answers_are_tallied() -> None:
    later = Answer("a", 2, (Judged("x", True, True),))
    assert tallies([later], "strict") == {}


def test_an_even_mix_removes_a_difference_of_mix(tmp_path: Path) -> None:
    easy, hard = ("easy", True), ("hard", False)
    first = _run(tmp_path / "a", "core", [(f"k{n}", [easy] if n % 4 else [hard]) for n in range(40)])
    fresh = _run(tmp_path / "b", "fresh", [(f"k{n}", [hard] if n % 4 else [easy]) for n in range(40)])
    found = compare_runs(first, [fresh])["metrics"]
    assert found["prompt_strict"]["difference"]["value"] == pytest.approx(0.5)
    assert found["instruction_strict"]["difference"]["value"] == pytest.approx(0)
    assert found["prompt_loose"]["difference"]["value"] == 0


def test_ninety_five_in_a_hundred_intervals_hold_the_true_gap() -> None:
    # Constraints of a prompt go together: a prompt is well understood or not.
    dice = random.Random(5)
    shares = {"a": (0.9, 0.8), "b": (0.7, 0.6), "c": (0.5, 0.3), "d": (0.95, 0.9)}

    def draw(number: int, side: int, mix: Sequence[str]) -> list[Answer]:
        rows: list[tuple[str, list[tuple[str, bool]]]] = []
        for n in range(number):
            luck = dice.uniform(-0.1, 0.05)
            ids = dice.sample(mix, 1 + n % 3)
            rows.append((str(n), [(id, dice.random() < shares[id][side] + luck) for id in ids]))
        return _answers(rows)

    weights = {"a": 0.1, "b": 0.2, "c": 0.4, "d": 0.3}
    truth = sum(w * (shares[id][0] - shares[id][1]) for id, w in weights.items())
    held = 0
    for _ in range(600):
        one = standardised(tallies(draw(120, 0, "abcd"), "strict"), weights)
        other = standardised(tallies(draw(60, 1, "abcd"), "strict"), weights)
        low, high = newcombe(one, other).ci95
        held += low <= truth <= high
    assert 0.925 <= held / 600 <= 0.98


def test_fresh_runs_are_taken_together(tmp_path: Path) -> None:
    first = _run(tmp_path / "core", "core", _many({"x": 0.9, "y": 0.8}, 40, 1))
    # Both fresh sets use the same keys; they are other prompts all the same.
    fresh = [_run(tmp_path / f"f{n}", f"fresh-{n}", _many({"x": 0.5, "z": 0.5}, 20, n)) for n in (2, 3)]
    found = compare_runs(first, fresh)
    assert found["metrics"]["prompt_strict"]["fresh"]["n"] == 40
    assert [entry["id"] for entry in found["types"]] == ["x"]
    assert found["types"][0]["n_fresh"] == 40
    assert found["left_out"] == ["y", "z"]
    assert [run["answers"] for run in found["runs"]] == [40, 20, 20]


def test_no_type_in_common_is_said(tmp_path: Path) -> None:
    found = compare_runs(
        _run(tmp_path / "a", "core", _many({"x": 0.5}, 10, 1)),
        [_run(tmp_path / "b", "fresh", _many({"y": 0.5}, 10, 2))],
    )
    assert "instruction_strict" not in found["metrics"]
    assert any("no constraint type in common" in line for line in found["reading"])


@pytest.mark.parametrize(
    ("shares", "words"),
    [((0.95, 0.3), "higher on core"), ((0.3, 0.95), "lower on core"), ((0.6, 0.6), "do not tell the two apart")],
)
def test_the_words_fit_the_interval(tmp_path: Path, shares: tuple[float, float], words: str) -> None:
    runs = [_run(tmp_path / str(n), name, _many({"x": s}, 100, 1)) for n, (name, s) in
            enumerate(zip(("core", "fresh"), shares, strict=True))]  # fmt: skip
    reading = compare_runs(runs[0], runs[1:])["reading"]
    assert words in reading[0]
    assert words in reading[1]
    assert "no proof that the model was trained on core" in reading[-1]


def test_another_model_is_refused_unless_allowed(tmp_path: Path) -> None:
    first = _run(tmp_path / "a", "core", _many({"x": 0.5}, 10, 1))
    other = _run(tmp_path / "b", "fresh", _many({"x": 0.5}, 10, 2), model="other")
    with pytest.raises(UsageError, match="model m and other.*--allow-mismatch"):
        compare_runs(first, [other])
    assert any("model m and other" in line for line in compare_runs(first, [other], allow_mismatch=True)["warnings"])


def test_checkpoints_tell_models_apart_but_not_files_of_responses(tmp_path: Path) -> None:
    rows = _many({"x": 0.5}, 10, 1)
    first = _run(tmp_path / "a", "core", rows, model_sha256="1", model="here/m")
    moved = _run(tmp_path / "b", "fresh", rows, model_sha256="1", model="there/m")
    changed = _run(tmp_path / "c", "fresh-2", rows, model_sha256="2", model="here/m")
    assert compare_runs(first, [moved])["metrics"]
    with pytest.raises(UsageError, match="checkpoints differ"):
        compare_runs(first, [changed])
    scored = [_run(tmp_path / f"s{n}", f"set-{n}", rows, model_sha256=str(n), engine="file") for n in range(2)]
    assert compare_runs(scored[0], scored[1:])["metrics"]


def test_another_edition_is_refused_and_other_settings_are_warned_of(tmp_path: Path) -> None:
    rows = _many({"x": 0.5}, 10, 1)
    first = _run(tmp_path / "a", "core", rows)
    with pytest.raises(UsageError, match="edition corrected and published"):
        compare_runs(first, [_run(tmp_path / "b", "fresh", rows, edition="published")])
    warmer = _run(tmp_path / "c", "fresh-2", rows, sampling={"temperature": 1})
    assert any("sampling.temperature: 0 and 1" in line for line in compare_runs(first, [warmer])["warnings"])


def test_one_set_twice_is_refused(tmp_path: Path) -> None:
    rows = _many({"x": 0.5}, 10, 1)
    first, fresh = _run(tmp_path / "a", "core", rows), _run(tmp_path / "b", "fresh", rows)
    with pytest.raises(UsageError, match="same prompts"):
        compare_runs(first, [first])
    with pytest.raises(UsageError, match="same prompts"):
        compare_runs(first, [fresh, fresh])


def test_missing_responses_and_lost_sets_are_warned_of(tmp_path: Path) -> None:
    rows = _many({"x": 0.5}, 10, 1)
    first = _run(tmp_path / "a", "core", rows, counts={"missing": 2, "failed": 1})
    warnings = compare_runs(first, [_run(tmp_path / "b", "fresh", rows)])["warnings"]
    assert any("3 responses are missing or failed" in line for line in warnings)
    assert any("its prompt set was not found or has changed" in line for line in warnings)


def test_folders_that_are_no_scored_runs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run folder"):
        read_run(tmp_path)
    broken = _run(tmp_path / "a", "core", _many({"x": 0.5}, 2, 1))
    (broken / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="not the manifest"):
        read_run(broken)
    unscored = _run(tmp_path / "b", "core", _many({"x": 0.5}, 2, 1))
    (unscored / "verdicts.jsonl").unlink()
    with pytest.raises(UsageError, match="not scored"):
        read_run(unscored)
    torn = _run(tmp_path / "c", "core", _many({"x": 0.5}, 2, 1))
    (torn / "verdicts.jsonl").write_text('{"key": 1}\n', encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"verdicts\.jsonl:1"):
        read_run(torn)
    empty = _run(tmp_path / "d", "core", [])
    with pytest.raises(UsageError, match="judges nothing"):
        read_run(empty)
    numberless = _run(tmp_path / "e", "core", _many({"x": 0.5}, 2, 1))
    (numberless / "results.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read as results"):
        read_run(numberless)


def test_real_runs_through_the_commands(tmp_path: Path) -> None:
    runner = CliRunner()
    folders: list[str] = []
    for seed in ("1", "2"):
        made = str(tmp_path / f"set-{seed}")
        assert runner.invoke(cli, ["fresh", "--seed", seed, "--size", "4", "--output-path", made]).exit_code == 0
        folders.append(str(tmp_path / f"run-{seed}"))
        arguments = ["score", f"{made}/witnesses.jsonl", "--set", made, "--model", "w", "--output-path", folders[-1]]
        assert runner.invoke(cli, arguments).exception is None
    answer = runner.invoke(cli, ["gap", *folders, "--format", "json"])
    found = json.loads(answer.stdout)
    assert found["metrics"]["prompt_strict"]["first"] == {"value": 1.0, "n": 4, "ci95": found["metrics"]["prompt_strict"][
        "fresh"]["ci95"]}  # fmt: skip
    assert found["warnings"] == []
    recorded = json.loads((Path(folders[0]) / "results.json").read_text(encoding="utf-8"))
    assert found["metrics"]["prompt_strict"]["first"]["ci95"] == recorded["metrics"]["prompt_strict"]["ci95"]


@pytest.mark.parametrize("format", ["table", "md", "csv"])
def test_what_people_and_spreadsheets_get(tmp_path: Path, format: str) -> None:
    first = _run(tmp_path / "a", "core", _many({f"x:{n}": 0.9 for n in range(14)}, 40, 1))
    fresh = _run(tmp_path / "b", "fresh", _many({f"x:{n}": 0.5 for n in range(14)}, 40, 2))
    answer = CliRunner().invoke(cli, ["gap", str(first), str(fresh), "--format", format])
    assert answer.exit_code == 0, answer.output
    if format == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.stdout)))
        assert [row["level"] for row in rows[:4]] == [
            *("prompt_strict", "prompt_loose", "instruction_strict", "instruction_loose")
        ]
        assert len(rows) == 4 + 14
        assert float(rows[0]["difference_low"]) <= float(rows[0]["difference"]) <= float(rows[0]["difference_high"])
        return
    assert "prompts, strict" in answer.stdout
    assert "higher on core" in answer.stdout
    assert ("furthest apart of 14" in answer.stdout) == (format == "table")


@pytest.mark.parametrize(
    ("constraints", "field"),
    [
        ("abc", r"constraints: is not a line of verdicts: 'abc' is no list"),
        (["x"], r"constraints\[0\]: is not a line of verdicts: 'x' is no object"),
        ([{"id": "a", "strict": "no", "loose": True}], r"constraints\[0\]\.strict: .*'no' is not true or false"),
        ([{"id": "a", "strict": True, "loose": True}, {"id": "a", "strict": True}], r"constraints\[1\]\.loose: "),
        ([{"id": 7, "strict": True, "loose": True}], r"constraints\[0\]\.id: .*7 is not text"),
        (None, "constraints: "),
    ],
)
def test_verdicts_of_the_wrong_kind_are_refused(tmp_path: Path, constraints: Any, field: str) -> None:
    first = _run(tmp_path / "a", "core", [("k", [("t", True)])])
    other = _run(tmp_path / "b", "fresh", [("k", [("t", True)])])
    write_lines(first / "verdicts.jsonl", [{"key": "k", "turn": 1, "constraints": constraints}])
    with pytest.raises(InvalidInputError, match=rf"verdicts\.jsonl:1: key 'k': {field}.*score the run again"):
        compare_runs(first, [other])


def test_verdicts_that_were_cut_are_refused(tmp_path: Path) -> None:
    first = _run(tmp_path / "a", "core", [("k", [("t", True)])], counts={"requested": 2})
    with pytest.raises(InvalidInputError, match="holds the verdicts of 1 answers, and results.json counts 2"):
        compare_runs(first, [first])


def test_a_manifest_that_cannot_be_read_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _run(tmp_path / "a", "core", [("k", [("t", True)])])

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(UsageError, match=r"run\.json: cannot be read: Permission denied"):
        read_run(first)
