"""Prompt sets: both formats, and every fault named at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ifbench.errors import InvalidInputError, UsageError
from ifbench.prompts import load_prompts
from tests.conftest import write_jsonl

WORDS = "length_constraints:number_words"


def ifeval_row(key: Any = 1, ids: Any = None, kwargs: Any = None, **fields: Any) -> dict[str, Any]:
    ids = [WORDS] if ids is None else ids
    kwargs = [{"relation": "at least", "num_words": 3}] if kwargs is None else kwargs
    return {"key": key, "prompt": f"Prompt {key}.", "instruction_id_list": ids, "kwargs": kwargs, **fields}


def native_row(key: str = "p1", **constraint: Any) -> dict[str, Any]:
    entry = {"name": "long", "id": WORDS, "params": {"relation": "at least", "num_words": 3}, **constraint}
    return {"key": key, "category": "mail", "turns": [{"user": "Write.", "constraints": [entry]}]}


def faults(path: Path) -> list[str]:
    with pytest.raises(InvalidInputError) as caught:
        load_prompts(path)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


def test_ifeval_format_with_nulls(tmp_path: Path) -> None:
    row = ifeval_row(kwargs=[{"relation": "at least", "num_words": 10.0, "keywords": None, "N": None}])
    prompts = load_prompts(write_jsonl(tmp_path / "mine.jsonl", [row, ifeval_row(2, ["punctuation:no_comma"], [None])]))
    assert (prompts.name, prompts.edition, len(prompts)) == ("mine", "published", 2)
    assert prompts.prompts[0].turns[0].constraints[0].params == {"relation": "at least", "num_words": 10}
    assert prompts.by_key["1"].turns[0].user == "Prompt 1."


def test_native_format(tmp_path: Path) -> None:
    folder = tmp_path / "memos"
    folder.mkdir()
    write_jsonl(folder / "prompts.jsonl", [{**native_row(), "system": "Be brief.", "language": "de"}])
    prompts = load_prompts(folder)
    assert (prompts.name, prompts.edition) == ("memos", "corrected")
    (prompt,) = prompts.prompts
    assert (prompt.category, prompt.system, prompt.language) == ("mail", "Be brief.", "de")


def test_the_edition_can_be_chosen(tmp_path: Path) -> None:
    assert load_prompts(write_jsonl(tmp_path / "p.jsonl", [native_row()]), edition="published").edition == "published"


def test_all_faults_at_once(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    rows = [
        ifeval_row(1, ["keywords:existense"], [{}]),
        ifeval_row(2, [WORDS], [{"relation": "at least", "num_word": 3}]),
        ifeval_row(3, [WORDS], [{"relation": "at least", "num_words": 5.5}]),
        ifeval_row(4, [WORDS], [{"relation": "around", "num_words": 5}]),
        ifeval_row(1),
    ]
    lines = [json.dumps(row) for row in rows]
    path.write_text("\n".join([*lines, '{"key": 9, "prompt": "torn', "[1]", ""]), encoding="utf-8")
    assert faults(path) == [
        ":1: key 1: instruction_id_list[0]: no constraint type 'keywords:existense'; did you mean 'keywords:existence'?",
        f":2: key 2: kwargs[0].num_word: {WORDS}: unknown parameter (value 3); did you mean 'num_words'?",
        f":2: key 2: kwargs[0].num_words: {WORDS}: missing; it takes a whole number, 0 or more",
        f":3: key 3: kwargs[0].num_words: {WORDS}: 5.5 is not a whole number, 0 or more",
        f":4: key 4: kwargs[0].relation: {WORDS}: 'around' is not 'at least' or 'less than'",
        ":5: key 1: key: this key stands on line 1 already (every prompt needs a key of its own)",
        ":6: is not valid JSON: Unterminated string starting at (character 22): "
        '\'{"key": 9, "prompt": "torn\' (each line must be one complete JSON object)',
        ":7: holds a list instead of an object: [1]",
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"keys": 1, "prompt": "x", "instruction_id_list": [WORDS], "kwargs": [{}]}, "key: is missing"),
        (ifeval_row(None), "key: None is not text that says something, nor a whole number"),
        (ifeval_row(True), "key: True is not text"),
        ({**ifeval_row(), "prompt": " "}, "prompt: ' ' is not text that says something"),
        (ifeval_row(ids=[]), "instruction_id_list: [] is not a list of constraint ids"),
        (ifeval_row(kwargs=[]), "kwargs: [] is not a list of 1 objects"),
        (ifeval_row(kwargs=["x"]), f"kwargs[0]: {WORDS}: 'x' is not an object of parameters"),
        (ifeval_row(ids=[5]), "instruction_id_list[0]: 5 is not the id of a constraint type"),
        ({"key": 1, "prompt": "x", "instruction_id_list": [WORDS], "kwrgs": []}, "kwargs: is missing (did you mean 'kwrgs'?)"),
        ({"key": 1, "text": "x"}, "is no prompt: it has 'key', 'text'"),
        ({"key": 1, "prompt": "x", "instruction_id_lst": []}, "instruction_id_list: is missing (did you mean 'instruction_id_lst'?)"),
        (native_row(name=["a"]), "turns[0].constraints[0].name: ['a'] is not text"),
        ({"key": "a", "turns": [{"user": "x", "constrains": []}]}, "turns[0].constraints: is missing (did you mean 'constrains'?)"),
        ({"key": "a", "turns": []}, "turns: [] is not a list of turns"),
        ({"key": "a", "turns": [{"user": "x", "constraints": []}]}, "turns[0].constraints: [] is not a list of constraints"),
        ({"key": "a", "turns": [{"usr": "x", "constraints": [native_row()["turns"][0]["constraints"][0]]}]},
         "turns[0].usr: unknown field (value 'x') (did you mean 'user'?)"),
        ({**native_row(), "categry": "mail"}, "categry: unknown field (value 'mail') (did you mean 'category'?)"),
        (native_row(prams={}), "turns[0].constraints[0].prams: unknown field (value {}) (did you mean 'params'?)"),
        (native_row(params={"relation": None, "num_words": 1}), "None is not 'at least' or 'less than'"),
        ({**native_row(), "turns": native_row()["turns"] * 2},
         "turns[1].constraints[0].name: two constraints are called 'long' (a name is used once in a conversation)"),
        ({**native_row(), "language": "e\udc00"}, "language: 'e\\udc00' holds half a surrogate pair"),
    ],
)  # fmt: skip
def test_one_fault(tmp_path: Path, row: dict[str, Any], fault: str) -> None:
    assert any(fault in found for found in faults(write_jsonl(tmp_path / "set.jsonl", [row])))


def test_two_constraints_of_one_name(tmp_path: Path) -> None:
    row = native_row()
    row["turns"][0]["constraints"] *= 2
    assert faults(write_jsonl(tmp_path / "set.jsonl", [row])) == [
        ":1: key 'p1': turns[0].constraints[1].name: two constraints are called 'long' "
        "(a name is used once in a conversation)"
    ]


def test_no_fault_is_left_out_however_many(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "set.jsonl", [ifeval_row(key, ["no:such"], [{}]) for key in range(200)])
    with pytest.raises(InvalidInputError) as caught:
        load_prompts(path)
    assert len(str(caught.value).splitlines()) == 201
    assert "set.jsonl:200: key 199" in str(caught.value)


def test_mixed_formats(tmp_path: Path) -> None:
    assert faults(write_jsonl(tmp_path / "set.jsonl", [ifeval_row(), native_row()])) == [
        ": mixes two formats, IFEval's (line 1) and ours (line 2) (keep a set in one of them)"
    ]


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n\n", encoding="utf-8")
    assert faults(tmp_path / "empty.jsonl") == [": holds no prompt (expected one JSON object a line)"]


def test_wrong_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes('{"key": 1, "prompt": "café"}'.encode("latin-1"))
    assert faults(tmp_path / "latin.jsonl") == [":1: is not UTF-8 at byte 26 (save the file as UTF-8)"]


def test_byte_order_mark_and_line_separators_inside_text_are_fine(tmp_path: Path) -> None:
    row = {**ifeval_row(), "prompt": "one\u2028two\x85three"}
    (tmp_path / "bom.jsonl").write_bytes(b"\xef\xbb\xbf" + json.dumps(row, ensure_ascii=False).encode())
    assert load_prompts(tmp_path / "bom.jsonl").prompts[0].turns[0].user == "one\u2028two\x85three"


def test_missing_files_name_what_is_near(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "prompts.jsonl", [ifeval_row()])
    with pytest.raises(UsageError, match=r"no such prompt set; did you mean 'prompts.jsonl'\?"):
        load_prompts(tmp_path / "prompt.jsonl")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="no prompts.jsonl in this folder"):
        load_prompts(tmp_path / "folder")


def test_a_key_that_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "set.jsonl", [ifeval_row("sur\udc00")])
    (fault,) = faults(path)
    assert "holds half a surrogate pair" in fault
