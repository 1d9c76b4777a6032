"""``ifbench validate``: the summary of a set, and what it says of every turn."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ifbench.proofs import PROOFS
from tests.conftest import REPOSITORY, write_jsonl
from tests.test_prompts import ifeval_row
from tests.test_prompts_conversations import COMMA, WORDS, words
from tests.test_prompts_multiif import NO_COMMA, SHORT, cells, write

UNPROVEN = [argument for name in PROOFS for argument in ("--skip", name)]
LONG = "Tell me " + "more and " * 40 + "more."


def example() -> dict[str, Any]:
    """The conversation of docs/formats.md."""
    row: dict[str, Any] = json.loads(
        (REPOSITORY / "docs" / "formats.md").read_text(encoding="utf-8").split("```json\n")[1].split("```")[0]
    )
    return row


@pytest.fixture
def conversations(tmp_path: Path) -> Path:
    """The conversation of the documentation, and one of a single turn."""
    single = {"key": 7, "language": "de", "turns": [{"user": LONG, "constraints": [words(5), words(5)]}]}
    return write_jsonl(tmp_path / "talk.jsonl", [example(), single])


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Eleven conversations of two turns."""
    rows = [{"key": f"k{n}", "turns": [{"user": "a", "constraints": [words(n)]}, {"user": "b"}]} for n in range(11)]
    return write_jsonl(tmp_path / "many.jsonl", rows)


def test_what_holds_at_every_turn(ifbench: Any, conversations: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    answer = ifbench("validate", conversations, *UNPROVEN)
    assert (answer.code, answer.err) == (0, "")
    head, _, explained = answer.out.partition("\n\n")
    assert head.splitlines()[0].startswith("talk: no faults; corrected edition, set ")
    assert " ".join(head.split()).endswith(
        "2 prompts (1 conversation of more than one turn), 4 turns, 6 constraints given, 11 checks "
        f"3 types: {WORDS} 4, {COMMA} 1, keywords:existence 1 2 languages: en 1, de 1 1 category: letters 1"
    )
    assert explained.splitlines() == [
        "move-01 (letters, en)",
        "  system: You write for a housing office. Never use commas.",
        "  turn 1: Write a note to a tenant about a burst pipe, in fewer than 80 words. Mention the word \"Tuesday\".",
        "    - no commas: In your entire response, refrain from the use of any commas.",
        "        punctuation:no_comma; system rule",
        "    - short: Answer with less than 80 words.",
        "        length_constraints:number_words; since this turn",
        "    - day: Include the keywords \"Tuesday\" in your response.",
        "        keywords:existence; this turn only",
        "  turn 2: The plumber comes on another day, so leave out the day. This once, take up to 119 words.",
        "    - no commas: In your entire response, refrain from the use of any commas.",
        "        punctuation:no_comma; system rule",
        "    - day: Include the keywords \"Tuesday\" in your response.",
        "        keywords:existence; given in turn 1, must stop since turn 2",
        "    - longer once: Answer with less than 120 words.",
        "        length_constraints:number_words; this turn only",
        "    - short: Answer with less than 80 words.",
        "        length_constraints:number_words; suspended in this turn",
        "  turn 3: Good. Now a text message for the neighbour, as short as before.",
        "    - no commas: In your entire response, refrain from the use of any commas.",
        "        punctuation:no_comma; system rule",
        "    - short: Answer with less than 80 words.",
        "        length_constraints:number_words; since turn 1",
        "    - day: Include the keywords \"Tuesday\" in your response.",
        "        keywords:existence; given in turn 1, must stop since turn 2",
    ]  # fmt: skip


def test_lives_with_an_end_and_turns_without_constraints(ifbench: Any, tmp_path: Path) -> None:
    row = {
        "key": "k",
        "turns": [
            {"user": "a", "constraints": [words(1, "w")]},
            {"user": "b"},
            {"user": "c", "constraints": [words(2, scope="turn", replaces="w")]},
            {"user": "d", "ends": ["w"]},
        ],
    }
    path = write_jsonl(tmp_path / "set.jsonl", [row])
    rows = list(csv.DictReader(io.StringIO(ifbench("validate", path, "--format", "csv").out)))
    assert [(row["turn"], row["name"], row["life"]) for row in rows] == [
        ("1", "w", "since this turn, until turn 3"),
        ("2", "w", "since turn 1, until turn 3"),
        ("3", "", "this turn only"),
        ("3", "w", "suspended in this turn"),
        ("4", "", "no constraint"),
    ]
    assert "  turn 4: d\n    no constraint\n" in ifbench("validate", path).out


def test_json_holds_all_of_it(ifbench: Any, conversations: Path) -> None:
    value = json.loads(ifbench("validate", conversations, "--format", "json").out)
    assert value["prompt_set"]["edition"] == "corrected"
    counts = {name: value[name] for name in ("prompts", "conversations", "turns", "constraints", "checks")}
    assert counts == {"prompts": 2, "conversations": 1, "turns": 4, "constraints": 6, "checks": 11}
    assert value["types"] == {WORDS: 4, COMMA: 1, "keywords:existence": 1}
    assert (value["languages"], value["categories"]) == ({"en": 1, "de": 1}, {"letters": 1})
    first, second = value["explained"]
    assert (second["key"], second["turns"][0]["user"], second["system"]) == (7, LONG, None)
    turn = first["turns"][1]
    assert [(held["name"], held["since"], held["until"], held["must_stop"]) for held in turn["held"]] == [
        ("no commas", 0, None, False), ("day", 1, 1, True), ("longer once", 2, 2, False),
    ]  # fmt: skip
    assert turn["suspended"] == [
        {
            "number": 1, "name": "short", "id": WORDS, "params": {"relation": "less than", "num_words": 80},
            "constraint": "Answer with less than 80 words.", "since": 1, "until": None, "must_stop": False,
        }
    ]  # fmt: skip


def test_long_messages_are_shortened_for_people(ifbench: Any, conversations: Path) -> None:
    for layout in ("table", "md"):
        out = " ".join(ifbench("validate", conversations, "--key", "7", "--format", layout).out.split())
        assert f"{LONG[:297]}..." in out
        assert LONG not in out
        assert "move-01" not in out
    assert LONG in ifbench("validate", conversations, "--key", 7, "--format", "csv").out


def test_markdown(ifbench: Any, conversations: Path) -> None:
    out = ifbench("validate", conversations, "--format", "md").out
    assert "\n**move-01 (letters, en)**\n\n| turn | user | name | id | constraint | life |\n| --- |" in out
    assert "| 2 |  | short | length_constraints:number_words | Answer with less than 80 words. | suspended in" in out


def test_many_prompts_are_explained_when_asked_for(ifbench: Any, many: Path, tmp_path: Path) -> None:
    single = write_jsonl(tmp_path / "single.jsonl", [ifeval_row(key) for key in (1, 2)])
    for path in (many, single):
        answer = ifbench("validate", path)
        assert "turn 1:" not in answer.out
        assert answer.err.startswith("--key KEY explains what holds at every turn of one prompt")
    everything = ifbench("validate", many, "--all", *UNPROVEN)
    assert (everything.out.count("  turn 2: b\n"), everything.err) == (11, "")
    chosen = ifbench("validate", many, "--key", "k3", "--key", "k1", "--key", "k3")
    assert [line for line in chosen.out.splitlines() if line.startswith("k")] == ["k3 (en)", "k1 (en)"]
    assert len(json.loads(ifbench("validate", many, "--format", "json").out)["explained"]) == 11
    assert len(json.loads(ifbench("validate", many, "--format", "json", "--key", "k3").out)["explained"]) == 1


def test_ten_conversations_are_explained_unasked(ifbench: Any, many: Path) -> None:
    many.write_text("".join(many.read_text(encoding="utf-8").splitlines(keepends=True)[:10]), encoding="utf-8")
    assert ifbench("validate", many).out.count("  turn 2: b\n") == 10


@pytest.mark.parametrize(
    ("key", "hint"), [("move-1", "did you mean 'move-01'?"), ("zzz", "its first is 'move-01'")]
)  # fmt: skip
def test_a_key_that_is_not_there(ifbench: Any, conversations: Path, key: str, hint: str) -> None:
    answer = ifbench("validate", conversations, "--key", key)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == f"ifbench: no prompt of talk has the key '{key}'; {hint}\n"


def test_all_faults_are_named(ifbench: Any, tmp_path: Path) -> None:
    rows = [{"key": key, "turns": [{"user": "a", "constraints": [words(1)], "ends": ["x"]}]} for key in ("a", "b")]
    answer = ifbench("validate", write_jsonl(tmp_path / "bad.jsonl", rows))
    assert (answer.code, answer.out) == (4, "")
    assert "bad.jsonl is not a valid prompt set: 2 faults" in answer.err
    for line, key in ((1, "a"), (2, "b")):
        assert f"bad.jsonl:{line}: key '{key}': turns[0].ends[0]: no constraint called 'x' was given in" in answer.err


def test_sets_known_by_name_editions_and_multi_if(ifbench: Any, tmp_path: Path) -> None:
    assert "starter: no faults; corrected edition" in ifbench("validate", "starter").out
    assert "starter: no faults; published edition" in ifbench("validate", "starter", "--edition", "published").out
    copy = write_jsonl(tmp_path / "copy.jsonl", [ifeval_row()])
    assert "ifeval: no faults; published edition" in ifbench("validate", "ifeval", "--set-path", copy).out
    answer = ifbench("validate", write(tmp_path / "multi.csv", cells([SHORT], [SHORT, NO_COMMA])))
    assert "multi: no faults; published edition" in answer.out
    assert "2 turns, 2 constraints given, 3 checks" in " ".join(answer.out.split())
    assert "7:1:en (en, family 7:1)" in answer.out
    assert ifbench("validate", "nowhere.jsonl").code == 2
