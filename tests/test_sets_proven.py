"""The prompt sets that come with the package: what is proven of each, and that its card tells the truth."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest

from ifbench.prompts import Prompt, PromptSet
from ifbench.prompts.rewordings import FILE as REWORDINGS
from ifbench.proofs import prove, read_near_misses
from ifbench.proofs.duplicates import prove_distinct
from ifbench.sets import SETS, data_folder, load_set

OURS = [named.name for named in SETS.values() if named.hub is None]
FIVE = ["core", "conversations", "policy", "reasoning", "multilingual"]


@pytest.fixture(scope="module", params=FIVE)
def five(request: pytest.FixtureRequest) -> PromptSet:
    return load_set(request.param)


def folder(prompts: PromptSet) -> Path:
    return data_folder() / prompts.name


def card(prompts: PromptSet) -> str:
    return (folder(prompts) / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", OURS)
def test_nothing_is_found(name: str) -> None:
    prompts = load_set(name)
    proofs = list(prove(prompts))
    assert [f"{proof.name}: {finding}" for proof in proofs for finding in proof.findings] == []
    done = {proof.name for proof in proofs if proof.done}
    assert {"witnesses", "conflicts", "floors", "duplicates", "given away", "language"} <= done
    if not name.startswith("starter"):
        assert {"near misses", "rewordings"} <= done


def test_no_two_sets_share_a_prompt() -> None:
    sets = {name: load_set(name) for name in [*FIVE, "starter", "starter-turns"]}
    every = [
        Prompt(f"{name}/{prompt.key}", prompt.turns, family=f"{name}/{prompt.cluster}")
        for name, own in sets.items()
        for prompt in own.prompts
    ]
    whole = PromptSet("all", sets["core"].path, "0" * 64, "corrected", tuple(every))
    assert [str(finding) for finding in prove_distinct(whole, []).findings] == []


def test_the_card_has_the_hash(five: PromptSet) -> None:
    assert hashlib.sha256(five.path.read_bytes()).hexdigest() in card(five)


def test_the_card_has_the_numbers(five: PromptSet) -> None:
    text = card(five)
    types = len({constraint.id for constraint in five.constraints})
    given = len({(prompt.key, held.number) for prompt in five.prompts for turn in prompt.turns for held in turn.held})
    misses = len(read_near_misses(five))
    for number, what in ((given, "constraints"), (types, "types"), (misses, "near misses")):
        assert re.search(rf"\b{number:,} {what}\b", " ".join(text.split())), (number, what)
    for category, number in Counter(prompt.category for prompt in five.prompts).items():
        assert re.search(rf"^\| {category} \|.*\| {number} \|", text, re.MULTILINE), (category, number)


def test_every_prompt_says_what_it_is(five: PromptSet) -> None:
    assert all(prompt.category and prompt.difficulty for prompt in five.prompts)
    assert all(held.name for prompt in five.prompts for turn in prompt.turns for held in turn.held)
    assert {prompt.difficulty for prompt in five.prompts} == {"easy", "medium", "hard"}


def test_forty_prompts_have_three_rewordings(five: PromptSet) -> None:
    reworded = load_set(f"{five.name}-rewordings")
    assert reworded.path == folder(five) / REWORDINGS
    assert Counter(Counter(prompt.origin for prompt in reworded.prompts).values()) == {4: 40}


def test_every_turn_is_held_to_something(five: PromptSet) -> None:
    assert all(turn.held for prompt in five.prompts for turn in prompt.turns)


def test_core() -> None:
    core = load_set("core")
    assert len(core) == 300
    assert len({constraint.id for constraint in core.constraints}) >= 100
    dense = [prompt for prompt in core.prompts if prompt.slice == "density"]
    single = [prompt for prompt in core.prompts if prompt.slice is None]
    assert (len(dense), len(single)) == (100, 200)
    assert {len(prompt.turns[0].held) for prompt in single} == {1, 2, 3, 4, 5}
    tasks: dict[str, dict[int, set[str]]] = {}
    for prompt in dense:
        held = prompt.turns[0].constraints
        tasks.setdefault(prompt.cluster, {})[len(held)] = {f"{one.id} {one.params}" for one in held}
    assert len(tasks) == 20
    for levels in tasks.values():
        assert list(levels) == [1, 2, 4, 8, 16]
        assert levels[1] < levels[2] < levels[4] < levels[8] < levels[16]


def test_conversations() -> None:
    conversations = load_set("conversations")
    assert len(conversations) == 100
    assert {len(prompt.turns) for prompt in conversations.prompts} == {3, 4, 5, 6}
    held = [
        (number, held) for prompt in conversations.prompts for number, turn in enumerate(prompt.turns, 1)
        for held in turn.held
    ]  # fmt: skip
    kept = sum(0 < held.since < number and not held.must_stop for number, held in held)
    system = sum(held.since == 0 for _, held in held)
    stopped = sum(held.must_stop for _, held in held)
    revision = sum(held.constraint.id.startswith("conversation:") for _, held in held)
    assert min(kept, system, stopped, revision) >= 30, (kept, system, stopped, revision)


def test_policy() -> None:
    policy = load_set("policy")
    assert len(policy) == 60
    labels: Counter[str] = Counter()
    for prompt in policy.prompts:
        assert prompt.system
        assert 2 <= len(prompt.turns) <= 4
        rules = {held.number: held for turn in prompt.turns for held in turn.held if held.since == 0}
        assert len(rules) >= 8, prompt.key
        assert all(held.label for held in rules.values())
        labels.update(held.label for held in rules.values())
    assert set(labels) == {
        "prohibition", "competitors", "terminology", "procedure", "escalation", "scope", "confidentiality",
        "disclosure", "format", "tone",
    }  # fmt: skip
    assert min(labels.values()) >= 10


def test_reasoning() -> None:
    reasoning = load_set("reasoning")
    assert len(reasoning) == 100
    for prompt in reasoning.prompts:
        (turn,) = prompt.turns
        labels = Counter(held.label for held in turn.held)
        assert labels["answer"] == 1
        assert labels["format"] >= 1
        assert set(labels) == {"answer", "format"}
        assert all(held.constraint.id.startswith("answer:") == (held.label == "answer") for held in turn.held)


def test_multilingual() -> None:
    multilingual = load_set("multilingual")
    languages = Counter(prompt.language for prompt in multilingual.prompts)
    assert languages == dict.fromkeys(["de", "fr", "es", "ja", "zh", "hi", "ar", "ru"], 30)
    assert Counter(Counter(prompt.cluster for prompt in multilingual.prompts).values()) == {8: 30}
