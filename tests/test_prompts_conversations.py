"""Conversations in our own format: which constraint holds at which turn, and every fault that can be made in saying so."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifbench.errors import InvalidInputError
from ifbench.prompts import Prompt, load_prompts
from tests.conftest import REPOSITORY, write_jsonl

WORDS = "length_constraints:number_words"
COMMA = "punctuation:no_comma"


def words(number: int, name: str | None = None, **fields: Any) -> dict[str, Any]:
    """A constraint that differs from others by ``number``."""
    named = {} if name is None else {"name": name}
    return {**named, "id": WORDS, "params": {"relation": "at least", "num_words": number}, **fields}


def turn(*constraints: dict[str, Any], ends: list[str] | None = None) -> dict[str, Any]:
    return {"user": "Go on.", "constraints": list(constraints), **({} if ends is None else {"ends": ends})}


def conversation(*turns: Any, **fields: Any) -> dict[str, Any]:
    return {"key": "c", **fields, "turns": list(turns)}


def load(folder: Path, row: dict[str, Any]) -> Prompt:
    (prompt,) = load_prompts(write_jsonl(folder / "set.jsonl", [row])).prompts
    return prompt


def faults(folder: Path, row: dict[str, Any]) -> list[str]:
    path = write_jsonl(folder / "set.jsonl", [row])
    with pytest.raises(InvalidInputError) as caught:
        load_prompts(path)
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


def names(prompt: Prompt) -> list[str]:
    """What is held in each turn: "-name" where it must have stopped."""
    return [" ".join(f"{'-' if held.must_stop else ''}{held.name}" for held in turn.held) for turn in prompt.turns]


SYSTEM = {"system": "Never use commas.", "system_constraints": [{"name": "rule", "id": COMMA}]}


@pytest.mark.parametrize(
    ("row", "held"),
    [
        (conversation(turn(words(1, "a")), turn(words(2, "b")), turn()), ["a", "a b", "a b"]),
        (conversation(turn(words(1, "a")), {"user": "Go on."}), ["a", "a"]),
        (conversation(turn(), turn(words(1, "a"))), ["", "a"]),
        # An end frees the answer of its own turn.
        (conversation(turn(words(1, "a"), words(2, "b")), turn(ends=["a"]), turn()), ["a b", "b", "b"]),
        (conversation(turn(words(1, "a")), turn(ends=["a"])), ["a", ""]),
        (conversation(turn(words(1, "a")), turn(words(2, "b", replaces="a")), turn()), ["a", "b", "b"]),
        (conversation(turn(words(1, "a", scope="turn"), words(2, "b")), turn()), ["a b", "b"]),
        # What a passing constraint replaces comes back, every time.
        (
            conversation(
                turn(words(1, "a")),
                turn(words(2, "b", scope="turn", replaces="a")),
                turn(words(3, "c", scope="turn", replaces="a")),
                turn(),
            ),
            ["a", "b", "c", "a"],
        ),
        (
            conversation(
                turn(words(1, "a")), turn(words(2, "b", scope="turn", replaces="a")), turn(ends=["a"]), turn()
            ),
            ["a", "b", "", ""],
        ),
        (conversation(turn(words(1, "a", must_stop=True)), turn(ends=["a"]), turn()), ["a", "-a", "-a"]),
        (conversation(turn(words(1, "a", must_stop=True, scope="turn")), turn(), turn()), ["a", "-a", "-a"]),
        (
            conversation(turn(words(1, "a", must_stop=True)), turn(words(2, "b", replaces="a")), turn()),
            ["a", "-a b", "-a b"],
        ),
        # Suspended is not ended: nothing has to stop.
        (
            conversation(
                turn(words(1, "a", must_stop=True)), turn(words(2, "b", scope="turn", replaces="a")), turn(ends=["a"])
            ),
            ["a", "b", "-a"],
        ),
        # Asked for again, it need not stop; other parameters ask for something else.
        (
            conversation(
                turn(words(1, "a", must_stop=True)), turn(ends=["a"]), turn(words(1, "b")), turn(words(2, "c"), ends=["b"])
            ),
            ["a", "-a", "b", "-a c"],
        ),
        # What has ended twice must stop once.
        (
            conversation(
                turn(words(1, "a", must_stop=True)),
                turn(words(1, "b", must_stop=True), ends=["a"]),
                turn(ends=["b"]),
            ),
            ["a", "b", "-b"],
        ),
        (conversation(turn(words(1, "a")), turn(ends=["a"]), turn(), **SYSTEM), ["rule a", "rule", "rule"]),
        (conversation({"user": "Say."}, **SYSTEM), ["rule"]),
    ],
)  # fmt: skip
def test_what_holds(tmp_path: Path, row: dict[str, Any], held: list[str]) -> None:
    assert names(load(tmp_path, row)) == held


def test_the_history_of_what_is_held(tmp_path: Path) -> None:
    row = conversation(
        turn(words(1, "a", must_stop=True)),
        turn(words(2, "b", scope="turn")),
        turn(words(3), ends=["a"]),
        family="f",
        **SYSTEM,
    )
    prompt = load(tmp_path, row)
    lives = [[(held.number, held.since, held.until, held.must_stop) for held in turn.held] for turn in prompt.turns]
    assert lives == [
        [(0, 0, None, False), (1, 1, 2, False)],
        [(0, 0, None, False), (1, 1, 2, False), (2, 2, 2, False)],
        [(0, 0, None, False), (1, 1, 2, True), (3, 3, None, False)],
    ]
    assert (prompt.system, prompt.cluster) == ("Never use commas.", "f")
    assert prompt.turns[2].held[2].name == ""


def test_constraints_are_bound_in_the_edition_of_the_set(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "set.jsonl", [conversation(turn(words(1)), turn())])
    for asked, edition in ((None, "corrected"), ("published", "published"), ("corrected", "corrected")):
        prompts = load_prompts(path, edition=asked)  # type: ignore[arg-type]
        assert [constraint.kind.edition for constraint in prompts.constraints] == [edition, edition]
        assert (prompts.turns, prompts.longest) == (2, 2)


A = words(1, "alpha")
SAME_LINE = {"id": "conversation:same_line", "params": {"edge": "first", "turn": 1}}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (conversation(turn(A), turn(ends=["alhpa"])),
         "turns[1].ends[0]: no constraint called 'alhpa' was given in an earlier turn (did you mean 'alpha'?)"),
        (conversation(turn(A), turn(ends=["xyz"])),
         "turns[1].ends[0]: no constraint called 'xyz' was given in an earlier turn (in force here: 'alpha')"),
        (conversation(turn(words(1)), turn(ends=["xyz"])),
         "turns[1].ends[0]: no constraint called 'xyz' was given in an earlier turn "
         "(no constraint with a name is in force here)"),
        (conversation(turn(words(1)), turn(ends=["rul"]), **SYSTEM),
         "turns[1].ends[0]: no constraint called 'rul' was given in an earlier turn "
         "(no constraint with a name is in force here)"),
        (conversation("Go on.", turn()), "turns[0]: 'Go on.' is not an object"),
        (conversation(turn(A, ends=["beta"]), turn(words(2, "beta"))),
         "turns[0].ends[0]: no constraint called 'beta' was given in an earlier turn "
         "(no constraint with a name is in force here)"),
        (conversation(turn(A), turn(ends="alpha")), "turns[1].ends: 'alpha' is not a list of names of constraints"),
        (conversation(turn(A), turn(ends=[["alpha"]])), "turns[1].ends[0]: ['alpha'] is not the name of a constraint"),
        (conversation(turn(A), turn(ends=[""])), "turns[1].ends[0]: '' is not the name of a constraint"),
        (conversation(turn(A), turn(words(2, replaces=None))),
         "turns[1].constraints[0].replaces: None is not the name of a constraint"),
        (conversation(turn(A), turn(words(2, replaces="alfa"))),
         "turns[1].constraints[0].replaces: no constraint called 'alfa' was given in an earlier turn "
         "(did you mean 'alpha'?)"),
        (conversation(turn(A, words(2, replaces="alpha")), turn()),
         "turns[0].constraints[1].replaces: 'alpha' is given in this very turn ('scope': 'turn' makes it hold for one answer)"),
        (conversation(turn(A), turn(ends=["alpha"]), turn(ends=["alpha"])),
         "turns[2].ends[0]: 'alpha' ended in turn 2 already (no constraint with a name is in force here)"),
        (conversation(turn(A), turn(words(2, replaces="alpha"), ends=["alpha"])),
         "turns[1].constraints[0].replaces: 'alpha' ended in turn 2 already (no constraint with a name is in force here)"),
        (conversation(turn({**A, "scope": "turn"}, words(2, "alpine")), turn(ends=["alpha"])),
         "turns[1].ends[0]: 'alpha' held in turn 1 only (in force here: 'alpine')"),
        (conversation(turn(A), turn(ends=["rule"]), **SYSTEM),
         "turns[1].ends[0]: 'rule' is a rule of the system prompt, which holds throughout "
         "(a rule that is to end is given in a turn)"),
        (conversation(turn(words(1, "rule")), **SYSTEM),
         "turns[0].constraints[0].name: two constraints are called 'rule' (a name is used once in a conversation)"),
        (conversation(turn(A), turn({**words(2, "alpha"), "replaces": "alpha"})),
         "turns[1].constraints[0].name: two constraints are called 'alpha' (a name is used once in a conversation)"),
        (conversation(turn({**A, "scope": "conversation"})),
         "turns[0].constraints[0].scope: 'conversation' is not 'turn' (leave it out for one that holds until it ends)"),
        (conversation(turn({**A, "scope": None})),
         "turns[0].constraints[0].scope: None is not 'turn' (leave it out for one that holds until it ends)"),
        (conversation(turn({**A, "must_stop": "yes"}), turn(ends=["alpha"])),
         "turns[0].constraints[0].must_stop: 'yes' is not true or false"),
        (conversation(turn({**A, "must_stop": True}), turn()),
         "turns[0].constraints[0].must_stop: it does not end before the last answer, so there is nothing to stop "
         "(end it in a later turn with 'ends' or 'replaces')"),
        (conversation(turn(), turn({**A, "must_stop": True, "scope": "turn"})),
         "turns[1].constraints[0].must_stop: it does not end before the last answer, so there is nothing to stop "
         "(end it in a later turn with 'ends' or 'replaces')"),
        (conversation(turn({**A, "must_stop": True}), turn(words(2, scope="turn", replaces="alpha"))),
         "turns[0].constraints[0].must_stop: it does not end before the last answer, so there is nothing to stop "
         "(end it in a later turn with 'ends' or 'replaces')"),
        (conversation(turn({**A, "replace": "x"})),
         "turns[0].constraints[0].replace: unknown field (value 'x') (did you mean 'replaces'?)"),
        (conversation(turn({"name": "x"}), turn(A)),
         "turns[0].constraints[0].id: is missing"),
        (conversation(turn(A), {"user": "x", "end": ["alpha"]}),
         "turns[1].end: unknown field (value ['alpha']) (did you mean 'ends'?)"),
        (conversation(turn(A), {"constraints": []}), "turns[1].user: is missing"),
        (conversation(turn(A), {"user": 5}), "turns[1].user: 5 is not text that says something"),
        (conversation(turn(A), "Go on."), "turns[1]: 'Go on.' is not an object"),
        (conversation(turn(A), {"user": "x", "constraints": {}}), "turns[1].constraints: {} is not a list of constraints"),
        (conversation(turn(A), turn("short")), "turns[1].constraints[0]: 'short' is not an object"),
        (conversation(turn(), turn()), "turns: no turn sets a constraint (there is nothing to verify)"),
        (conversation(turn(A), system="Be brief.", system_constraints=[]),
         "system_constraints: [] is not a list of constraints"),
        (conversation(turn(A), system="Be brief.", system_constraints=None),
         "system_constraints: None is not a list of constraints"),
        (conversation(turn(A), system=" ", system_constraints=[{"id": COMMA}]),
         "system_constraints: there is no system prompt to give them (put their sentences into 'system')"),
        (conversation(turn(A), system="No.", system_constraints=[{"id": COMMA, "must_stop": True}]),
         "system_constraints[0].must_stop: unknown field (value True) (known here are id, label, name, params, turns)"),
        (conversation(turn(A), system="No.", system_constraints=[7]), "system_constraints[0]: 7 is not an object"),
        (conversation(turn(A), system=["Be brief."]), "system: ['Be brief.'] is not text"),
        (conversation(turn(A), family=3), "family: 3 is not text"),
        (conversation(turn(A), family=""), "family: '' is not text that says something (leave it out)"),
        (conversation(turn(A), category=" "), "category: ' ' is not text that says something (leave it out)"),
        (conversation(turn(A), difficulty="tough"),
         "difficulty: 'tough' is no level of difficulty (known are easy, medium, hard)"),
        (conversation(turn(A), difficulty="esy"), "difficulty: 'esy' is no level of difficulty (did you mean 'easy'?)"),
        (conversation(turn(A), slice="\ud800"), r"slice: '\ud800' holds half a surrogate pair, which is no character"),
        (conversation(turn(A), category="\ud800"), r"category: '\ud800' holds half a surrogate pair, which is no character"),
        (conversation(turn(words(1, label="\ud800"))),
         r"turns[0].constraints[0].label: '\ud800' holds half a surrogate pair, which is no character"),
        (conversation(turn({"id": "conversation:only_added", "params": {"turn": 1}})),
         "turns[0].constraints[0].params.turn: 1 is not over when turn 1 is answered (it must be an earlier turn)"),
        (conversation(turn(A), turn({"id": "conversation:reordered", "params": {"turn": 7}})),
         "turns[1].constraints[0].params.turn: 7 is not over when turn 2 is answered (it must be an earlier turn)"),
        (conversation(turn(A), turn({"id": "conversation:reordered", "params": {"turn": 2}})),
         "turns[1].constraints[0].params.turn: 2 is not over when turn 2 is answered (it must be an earlier turn)"),
        (conversation(turn(A), turn(), system="No.", system_constraints=[SAME_LINE]),
         "system_constraints[0].params.turn: 1 is not over when turn 1 is answered (it must be an earlier turn)"),
        (conversation(turn(A), turn(), turn(), system="No.", system_constraints=[{**SAME_LINE, "turns": [3, 1]}]),
         "system_constraints[0].params.turn: 1 is not over when turn 1 is answered (it must be an earlier turn)"),
        (conversation(turn(A), unproven=1), "unproven: 1 is not true or false"),
        (conversation(turn(A), slice=""), "slice: '' is not text that says something (leave it out)"),
        (conversation(turn(words(1, label=" "))),
         "turns[0].constraints[0].label: ' ' is not text that says something (leave it out)"),
        (conversation(turn(words(1, turns=[1]))), "turns[0].constraints[0].turns: unknown field (value [1]) (known here are "
         "id, label, must_stop, name, params, replaces, scope)"),
        (conversation(turn(A), system="No.", system_constraints=[{"id": COMMA, "turns": [2]}]),
         "system_constraints[0].turns: [2] is not a list of turns of this conversation, which has 1 "
         "(leave it out where the rule binds every answer)"),
        (conversation(turn(A), system="No.", system_constraints=[{"id": COMMA, "turns": []}]),
         "system_constraints[0].turns: [] is not a list of turns of this conversation, which has 1 "
         "(leave it out where the rule binds every answer)"),
        (conversation(turn(A), system="No.", system_constraints=[{"id": COMMA, "turns": [1, 1]}]),
         "system_constraints[0].turns: [1, 1] is not a list of turns of this conversation, which has 1 "
         "(leave it out where the rule binds every answer)"),
        (conversation(turn(A), language=["en"]), "language: ['en'] is not text"),
    ],
)  # fmt: skip
def test_one_fault(tmp_path: Path, row: dict[str, Any], expected: str) -> None:
    assert faults(tmp_path, row) == [f":1: key 'c': {expected}"]


def test_what_looks_back_names_a_turn_that_is_over(tmp_path: Path) -> None:
    rules = [{**SAME_LINE, "name": "line", "turns": [3, 2]}]
    kept = {"name": "kept", "id": "conversation:only_added", "params": {"turn": 1}}
    prompt = load(tmp_path, conversation(turn(A), turn(), turn(kept), system="No.", system_constraints=rules))
    assert [[held.name for held in one.held] for one in prompt.turns] == [
        ["alpha"], ["line", "alpha"], ["line", "alpha", "kept"],
    ]  # fmt: skip


def test_a_rule_of_the_system_prompt_may_bind_some_turns_alone(tmp_path: Path) -> None:
    rules = [{"name": "always", "id": COMMA}, {**words(1, "when asked"), "turns": [2, 3], "label": "scope"}]
    row = conversation(turn(A), turn(), turn(), turn(), system="No.", system_constraints=rules)
    prompt = load(tmp_path, row)
    assert [[held.name for held in one.held if held.since == 0] for one in prompt.turns] == [
        ["always"], ["always", "when asked"], ["always", "when asked"], ["always"],
    ]  # fmt: skip
    assert [held.label for held in prompt.turns[1].held] == ["", "scope", ""]


def test_what_is_told_of_a_prompt(tmp_path: Path) -> None:
    prompt = load(tmp_path, conversation(turn(A), difficulty="hard", slice="density", unproven=True))
    assert (prompt.difficulty, prompt.slice, prompt.unproven) == ("hard", "density", True)
    plain = load(tmp_path, conversation(turn(A)))
    assert (plain.difficulty, plain.slice, plain.unproven, plain.wording, plain.origin) == (None, None, False, 0, "c")


def test_what_ends_a_faulty_constraint_is_no_second_fault(tmp_path: Path) -> None:
    row = conversation(turn({"name": "a", "id": "no:such", "must_stop": True}), turn(words(2, replaces="a")), turn())
    assert faults(tmp_path, row) == [
        ":1: key 'c': turns[0].constraints[0].id: no constraint type 'no:such'; `ifbench list constraints` shows all"
    ]


def test_every_fault_of_a_conversation_is_named(tmp_path: Path) -> None:
    row = conversation(
        turn({**A, "scope": 1}), turn(words(2, replaces="nope"), ends=["beta", 4]), {"usr": "x"}, systm="s"
    )
    fields = [re.sub(r": .*", "", fault.removeprefix(":1: key 'c': ")) for fault in faults(tmp_path, row)]
    assert fields == [
        "systm", "turns[0].constraints[0].scope", "turns[1].ends[0]", "turns[1].ends[1]",
        "turns[1].constraints[0].replaces", "turns[2].usr", "turns[2].user",
    ]  # fmt: skip


# ---- random lives, against a simulation that goes turn by turn


@st.composite
def lives(draw: st.DrawFn) -> dict[str, Any]:
    """A valid conversation: what may end is known while it is drawn."""
    number = draw(st.integers(1, 6))
    system = [words(draw(st.integers(1, 3)), f"s{index}") for index in range(draw(st.integers(0, 2)))]
    running: list[dict[str, Any]] = []
    turns: list[dict[str, Any]] = []
    given = 0
    for place in range(number):
        can_end = list(running)
        row: dict[str, Any] = {"user": "x", "ends": [], "constraints": []}
        for entry in list(can_end):
            if draw(st.integers(0, 3)) == 0:
                row["ends"].append(entry["name"])
                can_end.remove(entry)
                running.remove(entry)
        for _ in range(draw(st.integers(1 if not given and not system and place == number - 1 else 0, 3))):
            entry = words(draw(st.integers(1, 3)), f"c{given}")
            given += 1
            if draw(st.booleans()):
                entry["must_stop"] = draw(st.booleans())
            passing = draw(st.integers(0, 2)) == 0
            if passing:
                entry["scope"] = "turn"
            if can_end and draw(st.integers(0, 2)) == 0:
                replaced = draw(st.sampled_from(can_end))
                entry["replaces"] = replaced["name"]
                if not passing:
                    can_end.remove(replaced)
                    running.remove(replaced)
            if not passing:
                running.append(entry)
            row["constraints"].append(entry)
        turns.append(row)
    for entry in [*running, *(entry for entry in turns[-1]["constraints"] if "scope" in entry)]:
        entry["must_stop"] = False
    fields = {"system": "Rules.", "system_constraints": system} if system else {}
    return conversation(*turns, **fields)


def simulated(row: dict[str, Any]) -> list[list[tuple[str, int, bool]]]:
    """What is held turn by turn: name, since, must stop; written from the rules alone, with a state that is changed."""
    asked = {c["name"]: c["params"]["num_words"] for c in row.get("system_constraints", [])}
    since = dict.fromkeys(asked, 0)
    in_force, over = list(asked), list[str]()
    must_stop: set[str] = set()
    seen: list[list[tuple[str, int, bool]]] = []
    for place, turn in enumerate(row["turns"], start=1):
        paused: set[str] = set()
        ending = list(turn["ends"])
        for c in turn["constraints"]:
            if "replaces" in c and "scope" in c:
                paused.add(c["replaces"])
            elif "replaces" in c:
                ending.append(c["replaces"])
        for name in ending:
            in_force.remove(name)
            over.append(name)
        for c in turn["constraints"]:
            asked[c["name"]], since[c["name"]] = c["params"]["num_words"], place
            in_force.append(c["name"])
            if c.get("must_stop"):
                must_stop.add(c["name"])
        active = [name for name in in_force if name not in paused]
        stopped: dict[int, str] = {}
        for name in sorted(over, key=list(asked).index):
            if name in must_stop and asked[name] not in [asked[other] for other in active]:
                stopped[asked[name]] = name
        held = sorted([*active, *stopped.values()], key=list(asked).index)
        seen.append([(name, since[name], name in stopped.values()) for name in held])
        for c in turn["constraints"]:
            if "scope" in c:
                in_force.remove(c["name"])
                over.append(c["name"])
    return seen


@settings(max_examples=300)
@given(lives())
def test_random_lives(tmp_path_factory: pytest.TempPathFactory, row: dict[str, Any]) -> None:
    prompt = load(tmp_path_factory.getbasetemp(), row)
    held = [[(held.name, held.since, held.must_stop) for held in turn.held] for turn in prompt.turns]
    assert held == simulated(row)
    first = {held.number: held for turn in reversed(prompt.turns) for held in turn.held}
    for place, turn in enumerate(prompt.turns, start=1):
        for item in turn.held:
            assert (item.name, item.since, item.until) == (
                first[item.number].name, first[item.number].since, first[item.number].until,
            )  # fmt: skip
            assert item.must_stop == (item.until is not None and item.until < place)


# ---- whatever stands in a file, it loads or its faults are named

FULL = conversation(
    turn(words(1, "a", must_stop=True), words(2, "b")),
    turn(words(3, "c", scope="turn", replaces="b"), ends=["a"]),
    turn(words(4, "d", replaces="b"), {"id": "keywords:existence", "params": {"keywords": ["x", "y"]}}),
    category="mail", family="f", language="de", **SYSTEM,
)  # fmt: skip
IFEVAL = {"key": 1, "prompt": "x", "instruction_id_list": [WORDS, COMMA], "kwargs": [words(1)["params"], {"N": None}]}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text() | st.sampled_from(["a", "b", "turn", WORDS, COMMA, "en", "", " ", "\ud800", 10**30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "name", "params", "user", "turns", "ends"]) | st.text(max_size=3), inner, max_size=3
    ),
    max_leaves=6,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside ``value``."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, item in inner for found in ((*path, name), *places(item, (*path, name)))]


@settings(max_examples=500)
@given(st.data())
def test_nothing_in_a_file_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    row = copy.deepcopy(data.draw(st.sampled_from([FULL, FULL, IFEVAL])))
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(places(row)))
        parent = row
        for step in path:
            parent = parent[step]
        what = data.draw(st.sampled_from(["put", "put", "put", "drop", "add"]))
        if what == "put":
            parent[last] = data.draw(json_values)
        elif what == "drop":
            del parent[last]
        elif isinstance(parent, dict):
            parent[data.draw(st.text(max_size=4))] = data.draw(json_values)
        if not places(row):
            break
    path = write_jsonl(tmp_path_factory.getbasetemp() / "fuzzed.jsonl", [row])
    fault = ""
    try:
        (prompt,) = load_prompts(path).prompts
        assert any(turn.held for turn in prompt.turns)
    except InvalidInputError as error:
        fault = str(error)
    assert not fault or fault.startswith(f"{path} is not a valid prompt set: ")


def test_nesting_that_can_be_parsed_and_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_deep(row: object) -> None:
        raise RecursionError

    monkeypatch.setattr("ifbench.prompts.load.native_prompt", too_deep)
    assert faults(tmp_path, FULL) == [":1: key 'c': is JSON nested too deeply to be read"]


def test_a_key_of_the_wrong_type_does_not_name_its_prompt(tmp_path: Path) -> None:
    assert faults(tmp_path, {**FULL, "key": ["c"]}) == [
        ":1: key: ['c'] is not text that says something, nor a whole number"
    ]


def test_the_example_of_the_documentation(tmp_path: Path) -> None:
    text = (REPOSITORY / "docs" / "formats.md").read_text(encoding="utf-8")
    row = json.loads(text.split("```json\n")[1].split("```")[0])
    assert names(load(tmp_path, row)) == ["no commas short day", "no commas -day longer once", "no commas short -day"]
