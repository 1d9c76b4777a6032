"""Files of rewordings: what they give, and every fault that can be made in them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from ifbench.errors import InvalidInputError, UsageError
from ifbench.prompts import load_prompts
from ifbench.responses import read_witnesses
from tests.conftest import write_jsonl
from tests.test_prompts_conversations import conversation, turn, words


def folder_with(folder: Path, *rewordings: dict[str, Any]) -> Path:
    """A set of three prompts with these rewordings; the file of rewordings."""
    rows = [
        {**conversation(turn(words(1))), "key": "a", "family": "f", "difficulty": "hard"},
        {**conversation(turn(words(2)), turn(), system="Be kind."), "key": 7},
        {**conversation(turn(words(3))), "key": "c"},
    ]
    write_jsonl(folder / "prompts.jsonl", rows)
    return write_jsonl(folder / "rewordings.jsonl", list(rewordings))


def test_prompts_and_their_rewordings(tmp_path: Path) -> None:
    path = folder_with(
        tmp_path,
        {"key": 7, "wording": 2, "system": "Kind!", "turns": ["On.", "More."]},
        {"key": 7, "wording": 1, "system": "Be nice.", "turns": ["Go.", "On."]},
        {"key": "a", "wording": 1, "turns": ["Do it."]},
    )
    prompts = load_prompts(path)
    assert prompts.name == f"{tmp_path.name}-rewordings"
    assert prompts.sha256 == hashlib.sha256((tmp_path / "prompts.jsonl").read_bytes() + path.read_bytes()).hexdigest()
    assert [(one.key, one.wording, one.origin, one.cluster) for one in prompts.prompts] == [
        ("a", 0, "a", "f"), ("a~1", 1, "a", "f"), (7, 0, "7", "7"), ("7~1", 1, "7", "7"), ("7~2", 2, "7", "7"),
    ]  # fmt: skip
    first, second = prompts.by_key["7"], prompts.by_key["7~2"]
    assert ([one.user for one in second.turns], second.system) == (["On.", "More."], "Kind!")
    assert [one.held for one in second.turns] == [one.held for one in first.turns]
    assert prompts.by_key["a~1"].difficulty == "hard"


def test_witnesses_of_a_rewording_are_those_of_its_prompt(tmp_path: Path) -> None:
    path = folder_with(tmp_path, {"key": 7, "wording": 1, "system": "Kind!", "turns": ["On.", "More."]})
    rows = [{"key": key, "turn": n, "response": f"{key}.{n}"} for key, n in (("a", 1), (7, 1), (7, 2), ("c", 1))]
    write_jsonl(tmp_path / "witnesses.jsonl", rows)
    assert read_witnesses(load_prompts(path)) == {
        ("7", 1): "7.1", ("7", 2): "7.2", ("7~1", 1): "7.1", ("7~1", 2): "7.2",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"key": "x", "turns": ["b"]}, "key: no prompt of the set has this key (a rewording has the key of the prompt"),
        ({"turns": ["b"]}, "key: is missing"),
        ({"key": "a", "wording": 0, "turns": ["b"]}, "wording: 0 is not a whole number from 1"),
        ({"key": "a", "wording": True, "turns": ["b"]}, "wording: True is not a whole number from 1"),
        ({"key": "a", "wording": 2, "turns": ["b"]}, "wording: 2, and none is 1 (wordings are numbered from 1"),
        ({"key": "a", "turns": ["b", "c"]}, "turns: has 2 where the prompt has 1"),
        ({"key": "a", "turns": ["b", 3]}, "turns: ['b', 3] is not a list of texts"),
        ({"key": "a", "turns": [" "]}, "turns: [' '] is not a list of texts"),
        ({"key": "a"}, "turns: None is not a list of texts"),
        ({"key": "a", "turns": ["b"], "system": "Be."}, "system: there is one where the prompt has none"),
        ({"key": 7, "turns": ["b", "c"]}, "system: is missing; the prompt has one"),
        ({"key": "a", "turns": ["b"], "turn": 1}, "turn: unknown field (value 1) (did you mean 'turns'?)"),
    ],
)
def test_one_fault(tmp_path: Path, row: dict[str, Any], expected: str) -> None:
    path = folder_with(tmp_path, {"wording": 1, **row})
    with pytest.raises(InvalidInputError) as caught:
        load_prompts(path)
    (problem,) = caught.value.problems
    assert expected in str(problem)
    assert str(problem).startswith(f"{path}:1")


def test_a_wording_stands_once(tmp_path: Path) -> None:
    row = {"key": "a", "wording": 1, "turns": ["b"]}
    with pytest.raises(InvalidInputError, match="1 of this prompt stands on line 1 already"):
        load_prompts(folder_with(tmp_path, row, row))


def test_rewordings_need_their_prompts(tmp_path: Path) -> None:
    path = folder_with(tmp_path, {"key": "a", "wording": 1, "turns": ["b"]})
    (tmp_path / "prompts.jsonl").unlink()
    with pytest.raises(UsageError, match=r"there is no prompts\.jsonl beside it"):
        load_prompts(path)


def test_rewordings_where_prompts_are_wanted(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "prompts.jsonl", [{"key": "a", "wording": 1, "turns": ["b"]}])
    with pytest.raises(InvalidInputError, match=r"holds rewordings where prompts are wanted .* in rewordings\.jsonl"):
        load_prompts(path)


def test_a_file_of_rewordings_is_known_by_its_name(tmp_path: Path) -> None:
    path = folder_with(tmp_path, {"key": "a", "wrding": 1, "turns": ["b"]})
    with pytest.raises(InvalidInputError) as caught:
        load_prompts(path)
    assert [str(problem).partition(": key 'a': ")[2] for problem in caught.value.problems] == [
        "wrding: unknown field (value 1) (did you mean 'wording'?)", "wording: is missing (did you mean 'wrding'?)",
    ]  # fmt: skip
    empty = tmp_path / "other"
    empty.mkdir()
    with pytest.raises(InvalidInputError, match="holds no rewording"):
        load_prompts(folder_with(empty))


def test_the_key_of_a_rewording_is_no_prompts(tmp_path: Path) -> None:
    write_jsonl(
        tmp_path / "prompts.jsonl", [{**conversation(turn(words(n))), "key": key} for n, key in ((1, "a"), (2, "a~1"))]
    )
    path = write_jsonl(tmp_path / "rewordings.jsonl", [{"key": "a", "wording": 1, "turns": ["b"]}])
    with pytest.raises(InvalidInputError, match=r"wording: the key 'a~1' that this wording gets is that of a prompt"):
        load_prompts(path)
