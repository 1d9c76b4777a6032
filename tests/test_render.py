"""How results are shown: tables of a terminal, Markdown, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from ifbench import tables
from ifbench.cli import console
from ifbench.cli.measures import share_cell
from ifbench.cli.render import render
from ifbench.prompts import PromptSet
from ifbench.scoring import score
from tests.tables_support import answers, conversation, judged, prompt_set

LIFE = ("9@0 0@1", "9@0 0@1 1@2", "9@0 0@1 1@2! 2@3")
SINGLE = {"a": ["1"], "b": ["0"]}
MARKS = {"a": ["11 110 1111", "11 111 10L1"], "b": ["01 111 1101", "11 111 1111"]}
Shown = Callable[..., str]


def _results(prompts: PromptSet, marks: dict[str, list[str]], model: str = "m", **given: Any) -> dict[str, Any]:
    verdicts = judged(prompts, marks)
    floors = [score(item) for item in tables.floor_items(prompts)]
    return tables.results(verdicts, floors, answers(verdicts), prompts, model, **given)


@pytest.fixture
def single() -> dict[str, Any]:
    return _results(prompt_set(conversation("a", "0@1"), conversation("b", "0@1")), SINGLE)


@pytest.fixture
def several() -> dict[str, Any]:
    """Two conversations of three turns, two samples of each."""
    return _results(prompt_set(conversation("a", *LIFE, category="mail"), conversation("b", *LIFE)), MARKS)


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What is printed of results, in a terminal of 100 columns."""
    monkeypatch.setattr(console, "_WIDE", 100)

    def show(layout: str, *results: dict[str, Any]) -> str:
        render(results, layout)
        return capsys.readouterr().out

    return show


def _row(text: str, label: str) -> list[str]:
    """The cells after ``label`` in the first line that begins with it."""
    (line, *_) = [line for line in text.splitlines() if line.strip().startswith(label)]
    return line.strip().removeprefix(label).split()


def test_single_turns_and_samples_show_neither(shown: Shown, single: dict[str, Any]) -> None:
    for layout in ("table", "md"):
        text = shown(layout, single)
        assert "mine: 2 prompts, 2 constraints, corrected edition" in text
        assert "over turns" not in text
        assert "Over samples" not in text
        assert "n: answers/constraints" not in text
    assert {row["table"] for row in csv.DictReader(io.StringIO(shown("csv", single)))} == {"all", "type", "floor"}


def test_tables_over_turns_and_samples(shown: Shown, several: dict[str, Any]) -> None:
    text = shown("table", several)
    title = "2 prompts of 6 turns, 2 samples; 12 answers held to 36 constraints"
    assert title in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 100
    # a: 11 110 1111 and 11 111 10L1; b: 01 111 1101 and 11 111 1111, the first of each turn the system's.
    assert _row(text, "over-persistence") == ["50.0", "(9.5–90.5)", "2/4", "25.0", "(0.1–99.0)", "1/4"]
    assert _row(text, "adherence, age 0")[2] == "11/12"
    assert _row(text, "forgetting, turns 2–3")[2] == "1/8"
    assert _row(text, "forgetting, all turns")[2] == "1/15"
    assert _row(text, "correction, turns 2–3") == ["–", "0", "–", "0"]
    assert _row(text, "correction, all turns")[2] == "1/1"
    assert _row(text, "streak, turns") == ["1.50", "(0.28–2.72)", "4", "1.50", "(0.28–2.72)", "4"]
    assert _row(text, "whole conversations")[2] == "1/4"
    assert _row(text, "system rules")[2] == "11/12"
    assert _row(text, "system rules, turn 1")[2] == "3/4"
    assert _row(text, "pass@2")[:1] == ["50.0"]
    assert "pass^1" not in text, "it is pass@1"
    assert _row(text, "instruction level")[:3] == ["86.1", "±", "3.9"]
    for word in ("Forgetting: of the rules", "pass^k: all k do", "n: answers/constraints"):
        assert word in " ".join(text.split())


def test_numbers_are_set_to_the_right(shown: Shown, several: dict[str, Any]) -> None:
    lines = shown("table", several).splitlines()
    start = next(place for place, line in enumerate(lines) if "over turns" in line)
    rows = lines[start + 2 : lines.index("", start)]
    assert len(rows) > 10
    assert len({len(line) for line in rows}) == 1, "the last column ends where it ends in every row"


def test_several_models_stand_below_each_other(shown: Shown, several: dict[str, Any]) -> None:
    other = {**several, "model": "Some-Longer-Name-2.5-7B"}
    text = shown("table", several, other)
    lines = [line.strip() for line in text.splitlines()]
    place = lines.index("over-persistence")
    assert [line.split()[0] for line in lines[place + 1 : place + 3]] == ["m", "Some-Longer-Name-2.5-7B"]
    assert max(map(len, text.splitlines())) <= 100
    markdown = shown("md", several, other)
    assert "| over-persistence |  |  |  |  |\n|   m | 50.0 (9.5–90.5) | 2/4 |" in markdown


def test_long_names_of_several_models_are_not_broken(shown: Shown) -> None:
    keys = [f"k{number}" for number in range(12)]
    prompts = prompt_set(
        *(
            conversation(key, *LIFE, category="a-category-of-24-letters" if n % 2 else None)
            for n, key in enumerate(keys)
        )
    )
    first = _results(prompts, {key: ["11 110 1111"] for key in keys})
    names = ["Some-Longer-Name-2.5-32B", "Some-Longer-Name-2.5-72B"]
    text = shown("table", *({**first, "model": name} for name in names))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    for name in names:
        # All answers, three turns, two categories, and a line for each measure over turns; then the counts.
        assert sum(line.strip().startswith(name) for line in lines) >= 1 + 3 + 2 + 10
    assert sum(line.strip() == "a-category-of-24-letters" for line in lines) == 1
    assert sum(line.strip() == "(none)" for line in lines) == 1
    markdown = shown("md", *({**first, "model": name} for name in names))
    assert f"|   {names[0]} | 12/24 | 100.0" not in markdown
    assert f"|   {names[0]} | 12/24 | 100<br>(75.8–100) |" in markdown


def test_legends_speak_of_what_is_shown(shown: Shown, single: dict[str, Any], several: dict[str, Any]) -> None:
    withdrawn, grey = "Withdrawn rules that must stop count among the instructions", "Grey: fewer than"
    texts = {name: " ".join(shown("table", own).split()) for name, own in (("single", single), ("several", several))}
    assert withdrawn in texts["several"]
    assert withdrawn not in texts["single"]
    assert grey in texts["single"]
    assert grey not in shown("md", single), "Markdown has no grey"
    many = {key: ["1"] for key in map(str, range(30))}
    assert grey not in shown("table", _results(prompt_set(*(conversation(key, "0@1") for key in many)), many))
    assert "still in force in the next, those not followed there" in texts["several"]


def test_a_share_of_nothing_is_empty(shown: Shown, several: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(shown("csv", several))))
    (row,) = [row for row in rows if (row["group"], row["metric"]) == ("2-3", "correction_strict")]
    assert [row[name] for name in ("value", "count", "n", "ci_low", "ci_high")] == ["", "0", "0", "0.0", "1.0"]
    empty = prompt_set(conversation("a", ""))
    for layout in ("table", "md", "csv"):
        assert "None" not in shown(layout, _results(empty, {"a": ["-"]}))


def test_a_model_without_a_number_has_a_dash(shown: Shown, several: dict[str, Any]) -> None:
    turns = {name: value for name, value in several["turns"].items() if name != "over_persistence"}
    markdown = shown("md", several, {**several, "model": "other", "turns": turns})
    assert "|   other | – | 0 | – | 0 |" in markdown


def test_csv_has_every_number(shown: Shown, several: dict[str, Any]) -> None:
    rows = {
        (row["table"], row["group"], row["metric"]): row for row in csv.DictReader(io.StringIO(shown("csv", several)))
    }
    lost = rows["transition", "2-3", "forgetting_strict"]
    assert (lost["count"], lost["n"], lost["value"]) == ("1", "8", "0.125")
    assert rows["age", "0", "strict"]["n"] == "12"
    assert rows["turn", "3", "prompt_loose"]["n"] == "4"
    assert rows["category", "mail", "prompt_strict"]["n"] == "6"
    assert rows["over_persistence", "", "loose"]["count"] == "1"
    assert (rows["streak", "turns", "strict"]["value"], rows["streak", "turns", "strict"]["count"]) == ("1.5", "")
    assert rows["rules", "system turn 1", "strict"]["count"] == "3"
    assert rows["conversations", "", "strict"]["n"] == "4"
    assert rows["pass_all", "2", "strict"]["value"] == "0.0"
    values = [float(rows["spread", "prompt_strict", f"sample {number}"]["value"]) for number in range(2)]
    assert float(rows["spread", "prompt_strict", "mean"]["value"]) == pytest.approx(sum(values) / 2)
    assert "sd" in {metric for table, _, metric in rows if table == "spread"}
    assert all(None not in row.values() and None not in row for row in rows.values())


@pytest.mark.parametrize(
    ("value", "bounds", "cell"),
    [
        (0.5, [0.25, 0.75], "50.0 (25.0–75.0)"),
        (0.9994, [0.995, 1.0], "99.9 (99.5–100)"),
        (0.9996, [0.9995, 0.9999], "99.9 (99.9–99.9)"),
        (0.0004, [0.0, 0.0006], "0.1 (0.0–0.1)"),
        (1.0, [0.9, 1.0], "100 (90.0–100)"),
    ],
)
def test_shares_fit_their_column(value: float, bounds: list[float], cell: str) -> None:
    assert share_cell({"value": value, "ci95": bounds}) == cell


def test_warnings_are_shown(shown: Shown, single: dict[str, Any]) -> None:
    warned = {**single, "warnings": ["plain template: compare with nothing"]}
    assert "m: warning: plain template: compare with nothing" in shown("table", warned)
    assert "**m: warning: plain template: compare with nothing**" in shown("md", warned)
    assert "warning" not in shown("table", single)
