"""Multi-IF's CSV: what is carried from turn to turn, and every fault by line, key and column."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifbench.errors import InvalidInputError
from ifbench.prompts import PromptSet, load_prompts

WORDS = "length_constraints:number_words"
COMMA = "punctuation:no_comma"
LIST = "detectable_format:number_bullet_lists"
Given = tuple[str, dict[str, Any] | None]

SHORT: Given = (WORDS, {"relation": "less than", "num_words": 50})
SHORTER: Given = (WORDS, {"relation": "less than", "num_words": 30})
NO_COMMA: Given = (COMMA, {})
BULLETS: Given = (LIST, {"num_bullets": 3})


def cells(*turns: list[Given] | None, key: str = "7:1:en", language: str = "English", **other: str) -> dict[str, str]:
    """A row in the shape of the published file; None for a turn that is not there."""
    row = {"turns": "[]", "responses": "[]", "key": key, "turn_index": "0", "language": language}
    for number, listed in enumerate(turns, start=1):
        user = json.dumps({"role": "user", "content": f"Ask {number}, please.\nThank you."})
        row[f"turn_{number}_prompt"] = "" if listed is None else user
        row[f"turn_{number}_instruction_id_list"] = json.dumps([id for id, _ in listed or []])
        row[f"turn_{number}_kwargs"] = json.dumps([json.dumps(params) for _, params in listed or []])
    return {**row, **other}


def write(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def load(folder: Path, *rows: dict[str, str], **options: Any) -> PromptSet:
    return load_prompts(write(folder / "multi.csv", *rows), **options)


def faults(path: Path) -> list[str]:
    with pytest.raises(InvalidInputError) as caught:
        load_prompts(path)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


def lives(prompts: PromptSet) -> list[list[tuple[int, int, int | None]]]:
    (prompt,) = prompts.prompts
    return [[(held.number, held.since, held.until) for held in turn.held] for turn in prompt.turns]


def test_a_conversation(tmp_path: Path) -> None:
    prompts = load(tmp_path, cells([SHORT], [SHORT, NO_COMMA], [SHORT, NO_COMMA, BULLETS]))
    (prompt,) = prompts.prompts
    assert (prompts.name, prompts.edition, prompts.longest) == ("multi", "published", 3)
    assert (prompt.key, prompt.family, prompt.language, prompt.category) == ("7:1:en", "7:1", "en", None)
    assert [turn.user for turn in prompt.turns] == [f"Ask {turn}, please.\nThank you." for turn in (1, 2, 3)]
    assert prompt.turns[1].constraints[0].params == {"relation": "less than", "num_words": 50}
    assert [[held.constraint.id for held in turn.held] for turn in prompt.turns] == [
        [WORDS], [WORDS, COMMA], [WORDS, COMMA, LIST],
    ]  # fmt: skip
    assert lives(prompts) == [[(0, 1, None)], [(0, 1, None), (1, 2, None)], [(0, 1, None), (1, 2, None), (2, 3, None)]]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        # Other parameters are another constraint, and the first has ended.
        (([SHORT], [SHORTER]), [[(0, 1, 1)], [(1, 2, None)]]),
        (([SHORT], [SHORT, SHORTER]), [[(0, 1, None)], [(0, 1, None), (1, 2, None)]]),
        # Listed in another order.
        (([SHORT, NO_COMMA], [NO_COMMA, SHORT]), [[(0, 1, None), (1, 1, None)], [(1, 1, None), (0, 1, None)]]),
        # Listed twice, then once, then twice again.
        (
            ([NO_COMMA, NO_COMMA], [NO_COMMA], [NO_COMMA, NO_COMMA]),
            [[(0, 1, None), (1, 1, 1)], [(0, 1, None)], [(0, 1, None), (2, 3, None)]],
        ),
        # Gone and back: given anew.
        (([SHORT], [NO_COMMA], [SHORT]), [[(0, 1, 1)], [(1, 2, 2)], [(2, 3, None)]]),
        (([SHORT], [], [SHORT]), [[(0, 1, 1)], [], [(1, 3, None)]]),
        (([SHORT], [SHORT], None), [[(0, 1, None)], [(0, 1, None)]]),
        (([SHORT], None, None), [[(0, 1, None)]]),
    ],
)  # fmt: skip
def test_what_is_carried(tmp_path: Path, turns: Any, expected: Any) -> None:
    assert lives(load(tmp_path, cells(*turns))) == expected


@pytest.mark.parametrize("absent", ["", " ", "None", "nan", "NaN", "null"])
def test_a_turn_that_is_not_there(tmp_path: Path, absent: str) -> None:
    row = cells([SHORT], [SHORT], [SHORT], turn_3_prompt=absent, turn_3_kwargs="", turn_3_instruction_id_list="")
    assert len(lives(load(tmp_path, row))) == 2


def test_values_that_stand_for_not_set(tmp_path: Path) -> None:
    listed = json.dumps([WORDS, COMMA, COMMA, COMMA])
    kwargs = [
        json.dumps({"relation": "at least", "num_words": 10.0, "keywords": None, "capital_frequency": {}}),
        "null",
        None,
        {"language": None},
    ]
    row = cells([SHORT], turn_1_instruction_id_list=listed, turn_1_kwargs=json.dumps(kwargs))
    constraints = load(tmp_path, row).constraints
    assert [constraint.params for constraint in constraints] == [{"relation": "at least", "num_words": 10}, {}, {}, {}]


@pytest.mark.parametrize(
    ("key", "language", "code", "family"),
    [
        ("1019:16:en", "English", "en", "1019:16"),
        ("1019:16:zh", "Chinese", "zh", "1019:16"),
        ("1019:16:PT", "portuguese", "pt", "1019:16"),
        ("1019:16:fr", "ru", "ru", None),
        ("1019", "Hindi", "hi", None),
        ("it", "Italian", "it", None),
        (":es", "Spanish", "es", None),
    ],
)
def test_languages_and_families(tmp_path: Path, key: str, language: str, code: str, family: str | None) -> None:
    (prompt,) = load(tmp_path, cells([SHORT], key=key, language=language)).prompts
    assert (prompt.language, prompt.family, prompt.cluster) == (code, family, family or key)


def test_translations_are_one_cluster(tmp_path: Path) -> None:
    prompts = load(tmp_path, cells([SHORT], key="7:1:en"), cells([SHORT], key="7:1:fr", language="French"))
    assert {prompt.cluster for prompt in prompts.prompts} == {"7:1"}
    assert len(prompts.by_key) == 2


def test_the_edition_can_be_chosen(tmp_path: Path) -> None:
    prompts = load(tmp_path, cells([SHORT]), edition="corrected")
    assert (prompts.edition, prompts.constraints[0].kind.edition) == ("corrected", "corrected")


def test_any_case_of_the_ending_a_byte_order_mark_and_large_cells(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    row = {"key": "7:1:en", **cells([SHORT], responses="x" * (limit + 1))}
    text = write(tmp_path / "multi.csv", row).read_text(encoding="utf-8")
    (tmp_path / "MULTI.CSV").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert len(load_prompts(tmp_path / "MULTI.CSV")) == 1
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"key": " "}, "key ' ': key: ' ' is not text that says something, nor a whole number"),
        ({"language": "Frensh"}, "key '7:1:en': language: 'Frensh' is not the name of a language (did you mean 'French'?)"),
        ({"turn_1_prompt": ""}, "key '7:1:en': turn_1_prompt: is empty (turn 2 is there)"),
        ({"turn_1_prompt": "", "turn_2_prompt": ""},
         "key '7:1:en': turn_1_prompt: is empty (every conversation has a first turn)"),
        ({"turn_2_prompt": "Ask."},
         "key '7:1:en': turn_2_prompt: 'Ask.' is not valid JSON: Expecting value (character 1)"),
        ({"turn_2_prompt": '"Ask."'}, "key '7:1:en': turn_2_prompt: 'Ask.' is not an object with 'role' and 'content'"),
        ({"turn_2_prompt": '{"role": "system", "content": "Ask."}'},
         "key '7:1:en': turn_2_prompt.role: 'system' is not 'user' (a turn is a message of the user)"),
        ({"turn_2_prompt": '{"role": "user", "contents": "Ask."}'},
         "key '7:1:en': turn_2_prompt.content: is missing (did you mean 'contents'?)"),
        ({"turn_2_prompt": '{"content": " "}'},
         "key '7:1:en': turn_2_prompt.content: ' ' is not text that says something"),
        ({"turn_2_instruction_id_list": ""},
         "key '7:1:en': turn_2_instruction_id_list: '' is not valid JSON: Expecting value (character 1)"),
        ({"turn_2_instruction_id_list": f'"{WORDS}"'},
         f"key '7:1:en': turn_2_instruction_id_list: '{WORDS}' is not a list of constraint ids"),
        ({"turn_2_instruction_id_list": '["length_constraint:number_words"]'},
         "key '7:1:en': turn_2_instruction_id_list[0]: no constraint type 'length_constraint:number_words'; "
         f"did you mean '{WORDS}'?"),
        ({"turn_2_instruction_id_list": "[1]"},
         "key '7:1:en': turn_2_instruction_id_list[0]: 1 is not the id of a constraint type"),
        ({"turn_2_kwargs": "[]"}, "key '7:1:en': turn_2_kwargs: [] is not a list of 1 object, one an id"),
        ({"turn_2_kwargs": "{}"}, "key '7:1:en': turn_2_kwargs: {} is not a list of 1 object, one an id"),
        ({"turn_2_kwargs": '["{"]'},
         "key '7:1:en': turn_2_kwargs[0]: '{' is not valid JSON: Expecting property name enclosed in double quotes "
         "(character 2)"),
        ({"turn_2_kwargs": '["[1]"]'}, f"key '7:1:en': turn_2_kwargs[0]: {WORDS}: [1] is not an object of parameters"),
        ({"turn_2_kwargs": '["NaN"]'}, "key '7:1:en': turn_2_kwargs[0]: 'NaN' is not valid JSON: NaN is no JSON value"),
        ({"turn_2_kwargs": json.dumps([json.dumps({"relation": "at least", "num_word": 5, "num_words": 1})])},
         f"key '7:1:en': turn_2_kwargs[0].num_word: {WORDS}: unknown parameter (value 5); did you mean 'num_words'?"),
        ({"turn_2_kwargs": "[" * 100_000}, "key '7:1:en': turn_2_kwargs: is JSON nested too deeply to be read"),
    ],
)  # fmt: skip
def test_one_fault(tmp_path: Path, change: dict[str, str], expected: str) -> None:
    path = write(tmp_path / "set.csv", {**cells([SHORT], [SHORT]), **change})
    assert faults(path) == [f":2: {expected}"]


def test_a_conversation_without_constraints(tmp_path: Path) -> None:
    assert faults(write(tmp_path / "set.csv", cells([], []))) == [
        ":2: key '7:1:en': turn_1_instruction_id_list: no turn lists a constraint (there is nothing to verify)"
    ]


def test_the_line_is_the_one_a_row_begins_on(tmp_path: Path) -> None:
    first = cells([SHORT], responses="three\nlines\nlong")
    path = write(
        tmp_path / "set.csv", first, cells([SHORT], key="7:2:en", language="?"), cells([SHORT], responses="\r\n")
    )
    with path.open("a") as file:
        file.write("\n\nshort,row\n")
    assert faults(path) == [
        ":5: key '7:2:en': language: '?' is not the name of a language (known are Arabic, Bengali, Chinese, English, "
        "French, German, Hindi, Italian, Japanese, Korean, Portuguese, Russian, Spanish, Thai, Urdu, Vietnamese)",
        ":6: key '7:1:en': key: this key stands on line 2 already (every prompt needs a key of its own)",
        ":10: has 2 cells where the first line has 8 (is a comma or a quotation mark missing?)",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ": holds no prompt (expected one conversation a row, below the first)"),
        ("a,b\n1,2\n", ":1: is no prompt set: its columns are 'a, b' (a CSV file is read in Multi-IF's format: key, "
         "language, and turn_1_prompt, turn_1_instruction_id_list, ...)"),
        ("key,language,turn_1_prompt,turn_1_instruction_id_list,turn_1_kwarg\n",
         ":1: column 'turn_1_kwargs' is missing (did you mean 'turn_1_kwarg'?)"),
        ("key,key,language,turn_1_prompt,turn_1_instruction_id_list,turn_1_kwargs\n",
         ":1: column 'key' stands there twice (keep one of them)"),
        ("key,language,turn_2_prompt,turn_2_instruction_id_list,turn_2_kwargs\n",
         ":1: has columns of turn 2, and none of turn 1 (a CSV file is read in Multi-IF's format: key, "
         "language, and turn_1_prompt, turn_1_instruction_id_list, ...)"),
        ("key,language,turn_1_prompt,turn_1_instruction_id_list,turn_1_kwargs\n",
         ": holds no prompt (expected one conversation a row, below the first)"),
        ('key,language,turn_1_prompt,turn_1_instruction_id_list,turn_1_kwargs\n1,English,"torn\n\n',
         ":2: is not valid CSV in the row that begins here: unexpected end of data (a cell that is opened with a "
         "quotation mark is closed with one, and those inside it are doubled)"),
    ],
)  # fmt: skip
def test_files_that_are_no_set(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "set.csv").write_text(text, encoding="utf-8")
    assert faults(tmp_path / "set.csv") == [expected]


def test_wrong_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(b"\xef\xbb\xbfkey\ncaf\xe9,1\n")
    assert faults(tmp_path / "latin.csv") == [":2: is not UTF-8 at byte 4 (save the file as UTF-8)"]


VALID = cells([SHORT], [SHORT, NO_COMMA], [SHORT, NO_COMMA, BULLETS])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(VALID)),
            st.text(max_size=5)
            | st.recursive(
                st.none() | st.integers() | st.text(max_size=3) | st.sampled_from([WORDS, COMMA, "{}", "[]", "null"]),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "content"]), inner),
            ).map(json.dumps),
        ),
        min_size=1, max_size=3,
    ),
)  # fmt: skip
def test_whatever_stands_in_the_cells(tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str]]) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzzed.csv"
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, VALID)
    writer.writeheader()
    writer.writerow({**VALID, **dict(changes)})
    path.write_bytes(buffer.getvalue().encode("utf-8", "backslashreplace"))
    fault = ""
    try:
        assert len(load_prompts(path)) == 1
    except InvalidInputError as error:
        fault = str(error)
    assert not fault or fault.startswith(f"{path} is not a valid prompt set: ")


@given(st.binary(max_size=60))
def test_whatever_stands_in_the_file(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    for start in (b"", b"key,language,turn_1_prompt,turn_1_instruction_id_list,turn_1_kwargs\n"):
        path.write_bytes(start + data)
        assert faults(path)
