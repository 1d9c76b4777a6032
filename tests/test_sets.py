"""Prompt sets known by name."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ifbench.errors import UsageError
from ifbench.prompts import PromptSet
from ifbench.records import read_lines
from ifbench.registry import kinds
from ifbench.responses import read_responses
from ifbench.scoring import Item, score, score_all
from ifbench.sets import SETS, data_folder, load_set
from ifbench.tables import FLOORS, floor_items, floors
from ifbench.text import Conversation, Text
from tests.conftest import write_jsonl
from tests.test_prompts import ifeval_row


@pytest.fixture(scope="module")
def starter() -> PromptSet:
    return load_set("starter")


def test_starter_uses_every_type_of_ifeval(starter: PromptSet) -> None:
    assert len(starter) == 60
    assert {len(prompt.turns[0].constraints) for prompt in starter.prompts} == {1, 2, 3}
    used = Counter(constraint.id for constraint in starter.constraints)
    assert set(used) == {kind.id for kind in kinds() if (kind.source or "").startswith("IFEval")}
    assert min(used.values()) >= 3
    assert all(prompt.category for prompt in starter.prompts)


@pytest.mark.parametrize("edition", ["published", "corrected"])
def test_witnesses_of_starter_pass_strictly(edition: Any) -> None:
    starter = load_set("starter", edition=edition)
    witnesses = read_responses(data_folder() / "starter" / "witnesses.jsonl", starter)
    assert not witnesses.unmatched
    assert {key for key, _, _ in witnesses.by_place} == starter.by_key.keys()
    verdicts = score_all(
        Item(prompt, (witnesses.by_place[str(prompt.key), 0, 1].response,)) for prompt in starter.prompts
    )
    failed = [(verdict.key, c) for verdict in verdicts for c in verdict.constraints if not c.strict]
    assert failed == []


def test_trivial_replies_reach_little_on_starter(starter: PromptSet) -> None:
    for name, metrics in floors(list(score_all(floor_items(starter))), starter).items():
        assert metrics["prompt_strict"].value < 0.05, name


def test_card_of_starter_has_the_hash(starter: PromptSet) -> None:
    card = (data_folder() / "starter" / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(starter.path.read_bytes()).hexdigest() in card


@pytest.fixture(scope="module")
def conversations() -> PromptSet:
    return load_set("starter-turns")


@pytest.fixture(scope="module")
def witnesses(conversations: PromptSet) -> dict[str, tuple[str, ...]]:
    """The replies of the witnesses to each conversation of starter-turns, in order."""
    found = read_responses(data_folder() / "starter-turns" / "witnesses.jsonl", conversations)
    assert not found.unmatched
    assert len(found.by_place) == conversations.turns
    return {
        str(prompt.key): tuple(
            found.by_place[str(prompt.key), 0, turn].response for turn in range(1, len(prompt.turns) + 1)
        )
        for prompt in conversations.prompts
    }


def test_starter_turns_has_the_size_its_card_says(conversations: PromptSet) -> None:
    assert (len(conversations), conversations.turns) == (20, 62)
    assert Counter(len(prompt.turns) for prompt in conversations.prompts) == {2: 2, 3: 16, 5: 2}
    assert Counter(prompt.language for prompt in conversations.prompts) == {"en": 17, "de": 2, "fr": 1}
    assert Counter(prompt.category for prompt in conversations.prompts) == {
        "email": 4, "planning": 2, "copywriting": 3, "teaching": 2, "cooking": 1, "work": 1, "notes": 1,
        "languages": 1, "data": 3, "service": 2,
    }  # fmt: skip
    assert len(conversations.constraints) == 191
    assert len({constraint.id for constraint in conversations.constraints}) == 55
    assert {len(turn.held) for prompt in conversations.prompts for turn in prompt.turns} == {2, 3, 4}


def test_starter_turns_has_every_way_a_constraint_can_live(conversations: PromptSet) -> None:
    assert sum(prompt.system is not None for prompt in conversations.prompts) == 6
    lives = Counter(
        "stopped" if held.must_stop else "system" if held.since == 0 else "new" if held.since == number else "kept"
        for prompt in conversations.prompts
        for number, turn in enumerate(prompt.turns, start=1)
        for held in turn.held
    )
    assert lives == {"new": 85, "kept": 58, "system": 37, "stopped": 11}
    rows = [row for _, row in read_lines(conversations.path)]
    turns = [turn for row in rows for turn in row["turns"]]
    given = [constraint for turn in turns for constraint in turn.get("constraints", [])]
    told = Counter(field for constraint in given for field in ("scope", "replaces", "must_stop") if field in constraint)
    assert told == {"scope": 12, "replaces": 13, "must_stop": 10}
    assert sum("scope" in constraint and "replaces" in constraint for constraint in given) == 2
    assert sum(len(turn.get("ends", [])) for turn in turns) == 14
    assert sum(not turn.keys() & {"ends", "constraints"} for turn in turns) == 5
    assert sum(len(row.get("system_constraints", [])) for row in rows) == 11
    assert 11 + len(given) == 96


def test_witnesses_of_starter_turns_pass_strictly(
    conversations: PromptSet, witnesses: dict[str, tuple[str, ...]]
) -> None:
    verdicts = score_all(
        Item(prompt, witnesses[str(prompt.key)][:turn])
        for prompt in conversations.prompts
        for turn in range(1, len(prompt.turns) + 1)
    )
    assert [(v.key, v.turn, c) for v in verdicts for c in v.constraints if not c.strict] == []


def test_witnesses_of_starter_turns_obey_no_rule_that_has_to_stop(
    conversations: PromptSet, witnesses: dict[str, tuple[str, ...]]
) -> None:
    obeyed: list[tuple[str, int, str]] = []
    stopped = 0
    for prompt in conversations.prompts:
        texts = [Text(reply, prompt.language) for reply in witnesses[str(prompt.key)]]
        for number, turn in enumerate(prompt.turns, start=1):
            users = [earlier.user for earlier in prompt.turns[:number]]
            conversation = Conversation(texts[:number], users, prompt.system)
            for held in turn.held:
                if held.must_stop:
                    stopped += 1
                    if held.constraint.check(texts[number - 1], conversation).followed:
                        obeyed.append((str(prompt.key), number, held.name))
    assert (obeyed, stopped) == ([], 11)


def test_going_on_with_a_rule_of_starter_turns_that_has_to_stop_is_seen(
    conversations: PromptSet, witnesses: dict[str, tuple[str, ...]]
) -> None:
    """The witness of the turn before still obeys it."""
    seen = 0
    for prompt in conversations.prompts:
        replies = witnesses[str(prompt.key)]
        before: set[str] = set()
        for number, turn in enumerate(prompt.turns, start=1):
            stopped = {held.name for held in turn.held if held.must_stop}
            verdict = score(Item(prompt, (*replies[: number - 1], replies[number - 2])))
            faults = {c.name for c in verdict.constraints if c.must_stop and not c.strict}
            assert stopped - before <= faults, (prompt.key, number)
            seen += len(stopped - before)
            before = stopped
    assert seen == 10


def test_trivial_replies_reach_little_on_starter_turns(
    conversations: PromptSet, witnesses: dict[str, tuple[str, ...]]
) -> None:
    """Both throughout, and after earlier turns that were answered well."""
    for name, metrics in floors(list(score_all(floor_items(conversations))), conversations).items():
        assert metrics["prompt_strict"].value < 0.05, name
    for name, reply in FLOORS.items():
        items = [
            Item(prompt, (*witnesses[str(prompt.key)][: number - 1], reply(turn)))
            for prompt in conversations.prompts
            for number, turn in enumerate(prompt.turns, start=1)
        ]
        followed = [(v.key, v.turn) for v in score_all(items) if all(c.strict for c in v.constraints)]
        assert len(followed) < 0.05 * conversations.turns, (name, followed)


def test_card_of_starter_turns_has_the_hash(conversations: PromptSet) -> None:
    card = (data_folder() / "starter-turns" / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(conversations.path.read_bytes()).hexdigest() in card


def test_known_name_with_a_path(tmp_path: Path) -> None:
    prompts = load_set("ifeval", write_jsonl(tmp_path / "copy.jsonl", [ifeval_row()]))
    assert (prompts.name, prompts.edition) == ("ifeval", "published")


def test_path_needs_a_known_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--set-path gives the file of a set known by name"):
        load_set("mine", tmp_path / "copy.jsonl")


def test_unknown_name_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no prompt set 'ifevall'; did you mean 'ifeval'\?"):
        load_set("ifevall")


def test_offline_without_a_cache_names_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    constants = pytest.importorskip("huggingface_hub.constants", reason="huggingface_hub is not installed")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(UsageError) as caught:
        load_set("ifeval")
    message = str(caught.value)
    assert "ifeval is not in the cache and could not be fetched from google/IFEval" in message
    assert "run once with access to the hub" in message
    assert "--set ifeval --set-path FILE" in message


def test_pinned_revision_from_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = pytest.importorskip("huggingface_hub", reason="huggingface_hub is not installed")
    errors = pytest.importorskip("huggingface_hub.errors")
    asked: list[dict[str, Any]] = []
    file = write_jsonl(tmp_path / "ifeval_input_data.jsonl", [ifeval_row()])

    def download(**where: Any) -> str:
        asked.append(where)
        if where.get("local_files_only"):
            raise errors.LocalEntryNotFoundError("not cached")
        return str(file)

    monkeypatch.setattr(hub, "hf_hub_download", download)
    assert load_set("ifeval").path == file
    assert [where.get("local_files_only", False) for where in asked] == [True, False]
    assert {where["revision"] for where in asked} == {"966cd89545d6b6acfd7638bc708b98261ca58e84"}
    assert {where["repo_id"] for where in asked} == {"google/IFEval"}


def test_parquet_of_the_hub_becomes_json_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = pytest.importorskip("huggingface_hub", reason="huggingface_hub is not installed")
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [ifeval_row("1"), ifeval_row("2", ["punctuation:no_comma"], [{"relation": None, "num_words": None}])]
    parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "train.parquet")
    monkeypatch.setattr(hub, "hf_hub_download", lambda **_: str(tmp_path / "train.parquet"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    prompts = load_set("ifbench")
    assert [prompt.key for prompt in prompts.prompts] == ["1", "2"]
    assert prompts.path.parent == tmp_path / "cache" / "ifbench"
    assert len(read_lines(prompts.path)) == 2


def test_every_hub_file_is_pinned() -> None:
    assert all(len(named.hub.revision) == 40 for named in SETS.values() if named.hub)
