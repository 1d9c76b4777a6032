"""``words:start_verb``: refused where the tagger is missing, and right about what it gives the tagger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ifbench.constraints.ifbench import tagging
from ifbench.registry import UnavailableError, editions, find
from tests.conftest import write_jsonl


class StubTagger:
    """Knows a few words; all others are nouns."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def tag(self, tokens: list[str]) -> list[tuple[str, str]]:
        self.asked.append(tokens)
        known = {"Is": "VBZ", "is": "VBZ", "Must": "MD", "must": "MD", "The": "DT", "the": "DT", "``": "``", "*": "SYM"}
        return [(token, known.get(token, "NN")) for token in tokens]


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> StubTagger:
    made = StubTagger()
    monkeypatch.setattr(tagging, "_tagger", lambda: made)
    return made


@pytest.fixture
def no_tagger(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise LookupError("Resource averaged_perceptron_tagger_eng not found.")

    monkeypatch.setattr(tagging, "_tagger", missing)


@pytest.mark.parametrize("edition", ["published", "corrected"])
def test_the_examples_hold(stub: StubTagger, edition: Any) -> None:
    kind = find("words:start_verb", edition)
    for example in kind.examples:
        assert kind.bind(example.params).check(example.reply).followed is example.followed, example


def test_only_what_the_first_tag_rests_on_is_tagged(stub: StubTagger) -> None:
    for kind in editions("words:start_verb"):
        kind.bind({}).check("Is it raining? " * 1000)
    assert max(map(len, stub.asked)) <= 3


@pytest.mark.usefixtures("no_tagger")
def test_a_set_that_needs_the_tagger_is_refused_with_one_line(ifbench: Any, tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="averaged_perceptron_tagger_eng"):
        find("words:start_verb").bind({})
    row = {"key": 1, "prompt": "Go.", "instruction_id_list": ["words:start_verb"], "kwargs": [{}]}
    prompts = write_jsonl(tmp_path / "set.jsonl", [row, {**row, "key": 2}])
    said = write_jsonl(tmp_path / "said.jsonl", [{"key": 1, "response": "Go."}])
    answer = ifbench("score", said, "--set", prompts)
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert "words:start_verb: NLTK or its English tagger is not installed; `pip install" in answer.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.usefixtures("no_tagger")
def test_it_is_still_explained(ifbench: Any) -> None:
    answer = ifbench("show", "words:start_verb")
    assert answer.code == 0
    assert "Not available here: NLTK or its English tagger" in answer.out
