"""What is proven of a prompt set, and every way in which a proof can fail."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifbench.errors import InvalidInputError
from ifbench.prompts import Prompt, PromptSet, Turn, load_prompts
from ifbench.proofs import PROOFS, Proof, prove, read_near_misses
from ifbench.proofs.duplicates import near_duplicates, prove_distinct
from ifbench.proofs.replies import prove_floors
from ifbench.proofs.spelling import unknown_words
from ifbench.proofs.wording import prove_language, prove_nothing_given_away
from ifbench.registry import Constraint
from tests.conftest import write_jsonl
from tests.tables_support import prompt_set

ENDING = {"name": "ending", "id": "startend:end_checker", "params": {"end_phrase": "Yours, Jo"}}
SHORT = {"name": "short", "id": "length:words", "params": {"relation": "at most", "count": 12}}
USER = "Tell Ann that the bus leaves at noon on Sunday, in at most 12 words, and end the note with Yours, Jo"
GOOD = "Dear Ann, the bus leaves at noon. Yours, Jo"
NO_END = "Dear Ann, the bus leaves at noon. Yours, Joe"
LONG = "Dear Ann, the bus to the sea leaves at noon sharp, on Sunday. Yours, Jo"


def one(key: str = "a", user: str = USER, **fields: Any) -> dict[str, Any]:
    return {"key": key, **fields, "turns": [{"user": user, "constraints": [ENDING, SHORT]}]}


def said(response: str, key: str = "a", **fields: Any) -> dict[str, Any]:
    return {"key": key, "response": response, **fields}


def miss(response: str, fails: str, **fields: Any) -> dict[str, Any]:
    return {"key": "a", "fails": fails, "response": response, **fields}


MISSES = [miss(NO_END, "ending"), miss(LONG, "short")]


def build(
    folder: Path,
    rows: Sequence[dict[str, Any]] = (one(),),
    witnesses: Sequence[dict[str, Any]] = (said(GOOD),),
    misses: Sequence[dict[str, Any]] = MISSES,
    rewordings: Sequence[dict[str, Any]] = (),
) -> PromptSet:
    files = {"prompts": rows, "witnesses": witnesses, "near_misses": misses, "rewordings": rewordings}
    for name, own in files.items():
        if own:
            write_jsonl(folder / f"{name}.jsonl", list(own))
    return load_prompts(folder / "prompts.jsonl")


def proofs(prompts: PromptSet, *names: str) -> dict[str, Proof]:
    return {proof.name: proof for proof in prove(prompts, skip=[name for name in PROOFS if name not in names])}


def found(prompts: PromptSet, name: str) -> list[str]:
    return [str(finding) for finding in proofs(prompts, name)[name].findings]


def test_a_sound_set_has_no_findings(tmp_path: Path) -> None:
    pytest.importorskip("spellchecker", reason="pyspellchecker is not installed")
    reworded = [
        {"key": "a", "wording": 1, "turns": ["In 12 words at most, tell Ann about the bus. End with Yours, Jo"]}
    ]
    every = list(prove(build(tmp_path, rewordings=reworded)))
    assert [proof.name for proof in every] == list(PROOFS)
    assert [(proof.name, list(proof.findings)) for proof in every if proof.findings] == []
    assert all(proof.done for proof in every)
    numbers = {proof.name: proof.numbers for proof in every}
    assert numbers["witnesses"] == {"turns": 1, "followed": 1, "unproven": 0}
    assert numbers["near misses"] == {"near_misses": 2, "exact": 2, "constraints": 4, "followed": 2}


def test_without_its_files_nothing_is_proven_and_nothing_wrong(tmp_path: Path) -> None:
    every = proofs(build(tmp_path, witnesses=(), misses=()), "witnesses", "near misses", "rewordings", "conflicts")
    assert {name: proof.done for name, proof in every.items()} == {
        "witnesses": False, "near misses": False, "rewordings": False, "conflicts": True,
    }  # fmt: skip
    assert not any(proof.findings for proof in every.values())
    assert every["conflicts"].outcome.endswith("; 1 prompt without a passing witness to prove it")


def test_a_witness_that_fails(tmp_path: Path) -> None:
    prompts = build(tmp_path, witnesses=[said(LONG)])
    (message,) = found(prompts, "witnesses")
    assert message == "key 'a': the witness fails: short required at most 12 words, observed 15 words"
    both = proofs(prompts, "witnesses", "conflicts")
    assert both["conflicts"].outcome.endswith("1 prompt without a passing witness to prove it")


def test_a_witness_that_is_missing(tmp_path: Path) -> None:
    rows = [one(), one("b", "Another one, in 12 words. Yours, Jo"), one("c", "A third, 12. Yours, Jo", unproven=True)]
    prompts = build(tmp_path, rows)
    assert found(prompts, "witnesses") == ["key 'b': has no witness; give one, or mark it 'unproven'"]
    assert proofs(prompts, "witnesses")["witnesses"].outcome == (
        "1 of 3 turns have a witness that follows all, strictly; 1 prompt marked unproven"
    )


@pytest.mark.parametrize(
    ("misses", "expected"),
    [
        ([MISSES[0], miss(GOOD, "short")], "the near miss of 'short' (line 2) follows everything"),
        (
            [MISSES[0], miss(NO_END, "short")],
            "the near miss of 'short' (line 2) fails ending required the ending 'Yours, Jo', observed",
        ),
        (
            [MISSES[0], miss(LONG + "!", "short")],
            "the near miss of 'short' (line 2) fails ending required the ending 'Yours, Jo', observed",
        ),
        ([MISSES[0]], "has 1 near miss, and needs 2"),
    ],
)
def test_near_misses_that_prove_nothing(tmp_path: Path, misses: list[dict[str, Any]], expected: str) -> None:
    (message,) = found(build(tmp_path, misses=misses), "near misses")
    assert message.startswith(f"key 'a': {expected}")


def test_near_misses_of_a_conversation_build_on_its_witnesses(tmp_path: Path) -> None:
    again = {"name": "again", "id": "conversation:only_added", "params": {"turn": 1}}
    row = one()
    row["turns"].append({"user": "Keep every line and add one.", "ends": ["short"], "constraints": [again]})
    witnesses = [said(GOOD, turn=1), said(f"Hello\n{GOOD}", turn=2)]
    misses = [MISSES[0], miss(f"Hello\n{NO_END}\nYours, Jo", "again", turn=2)]
    prompts = build(tmp_path, [row], witnesses, misses)
    assert found(prompts, "near misses") == []
    assert found(build(tmp_path, [row], witnesses, misses[:1]), "near misses") == [
        "key 'a', turn 2: has 0 near misses, and needs 1"
    ]
    write_jsonl(tmp_path / "witnesses.jsonl", witnesses[1:])
    write_jsonl(tmp_path / "near_misses.jsonl", misses)
    assert "key 'a', turn 2: has a near miss, and no witness before it to build on" in found(prompts, "near misses")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (miss(LONG, "shrt"), "fails: no constraint that binds turn 1 is called 'shrt' (did you mean 'short'?)"),
        (miss(LONG, "x"), "fails: no constraint that binds turn 1 is called 'x' (named there are 'ending', 'short')"),
        (miss(LONG, "short", turn=2), "turn: 2: the conversation is not as long"),
        (miss(LONG, "short", turn=0), "turn: 0 is not a whole number from 1"),
        ({"key": "a", "fails": "short"}, "response: is missing"),
        ({"key": "a", "fails": "short", "reply": "x"}, "reply: unknown field (value 'x')"),
        ({"key": "a", "fails": 1, "response": "x"}, "fails: 1 is not text"),
        ({"fails": "short", "response": "x"}, "key: is missing"),
    ],
)
def test_faults_of_near_misses(tmp_path: Path, row: dict[str, Any], expected: str) -> None:
    prompts = build(tmp_path, misses=[row])
    with pytest.raises(InvalidInputError) as caught:
        read_near_misses(prompts)
    assert str(caught.value.problems[0]).endswith(expected)


def test_near_misses_of_other_prompts_are_left_out(tmp_path: Path) -> None:
    prompts = build(tmp_path, misses=[{"key": "z", "fails": "x", "response": "y"}, *MISSES])
    assert [found.line for found in read_near_misses(prompts)] == [2, 3]


def test_contradictions_and_doubts_are_findings(tmp_path: Path) -> None:
    longer = {"name": "longer", "id": "length:words", "params": {"relation": "at least", "count": 20}}
    row = {"key": "a", "turns": [{"user": "Say it in at most 12 words.", "constraints": [SHORT, longer]}]}
    messages = found(build(tmp_path, [row]), "conflicts")
    assert [message.split(": ")[1] for message in messages] == ["contradiction", "doubtful"]
    assert messages[1].endswith("count is 20, which the prompt does not mention")


def test_a_number_said_in_an_earlier_turn_is_no_doubt(tmp_path: Path) -> None:
    row = one()
    row["turns"].append({"user": "Now for Ben."})
    assert found(build(tmp_path, [row], [said(GOOD, turn=1), said(GOOD, turn=2)]), "conflicts") == []


def test_a_floor_that_is_too_high() -> None:
    ending = Constraint("startend:end_checker", end_phrase="Could you tell me more about what you need?")
    sound = [Prompt(f"k{n}", (Turn.of("Say.", Constraint("keywords:existence", keywords=["tea"])),)) for n in range(19)]
    low = prove_floors(prompt_set(*sound, Prompt("low", (Turn.of("Ask.", ending),)), *_more(sound)))
    assert (low.outcome, list(low.findings)) == (
        "of 12 trivial replies 'question back' follows the most turns, 1 of 21", []
    )  # fmt: skip
    high = prove_floors(prompt_set(*sound, Prompt("low", (Turn.of("Ask.", ending),))))
    assert [str(finding) for finding in high.findings] == [
        "the trivial reply 'question back' follows 5.0 % of the turns"
    ]


def _more(prompts: Sequence[Prompt]) -> list[Prompt]:
    return [Prompt(f"{prompts[0].key}+", prompts[0].turns)]


BUS = "The last bus leaves at noon on Sunday and nobody knows whether there will be another one this week"


def test_near_duplicates() -> None:
    a = Prompt("a", (Turn.of(f"{BUS}."),))
    b = Prompt("b", (Turn.of(f"{BUS.upper()}, sadly!"),))
    c = Prompt("c", (Turn.of("Write a poem about a bus that leaves at noon."),))
    assert [(x.key, y.key) for x, y, _ in near_duplicates([a, b, c])] == [("a", "b")]
    assert near_duplicates([a, Prompt("b", b.turns, family="a")]) == []
    assert [(x.key, y.key, alike) for x, y, alike in near_duplicates([c, a], [Prompt("z", a.turns)])] == [("a", "z", 1)]
    proof = prove_distinct(prompt_set(a, c), [prompt_set(b)])
    assert [str(finding) for finding in proof.findings] == ["key 'a': 94% alike with 'b' of mine"]
    short = [Prompt(key, (Turn.of("Say tea!"),)) for key in "xy"]
    assert len(near_duplicates(short)) == 1


@given(st.lists(st.text(alphabet="ab .é\n", max_size=30), max_size=6))
def test_every_pair_is_found_once(texts: list[str]) -> None:
    prompts = [Prompt(number, (Turn.of(text),)) for number, text in enumerate(texts)]
    pairs = [(one.key, other.key) for one, other, _ in near_duplicates(prompts)]
    assert len(pairs) == len(set(pairs))
    assert all(texts[int(one)].split() == texts[int(other)].split() or one < other for one, other in pairs)
    assert {(i, j) for j in range(len(texts)) for i in range(j) if texts[i] == texts[j]} <= set(pairs)


@pytest.mark.parametrize(
    ("user", "constraint", "expected"),
    [
        (
            "Obey length:words, please.",
            Constraint("length:words", relation="at most", count=3),
            ["'length:words' is a"],
        ),
        (
            "Let num_words be 3.",
            Constraint("length_constraints:number_words", relation="at least", num_words=3),
            ["'num_words' is a word of ours"],
        ),
        ("How many words? Count them.", Constraint("length:words", relation="at most", count=3), []),
        ("Is 6 times 7 really 42.0?", Constraint("answer:number", answer=42), ["the answer 42 stands in the prompt"]),
        ("What is 6 times 7? Not 421.", Constraint("answer:number", answer=42), []),
        (
            "Who did it? I say Ann.",
            Constraint("answer:choice", answer="Ann", choices=["Ann", "Ben"]),
            ["the prompt names 'Ann', the answer, and hardly another choice"],
        ),
        (
            "Ann, or Ben?",
            Constraint("answer:choice", answer="Ann", choices=["Ann", "Ben", "Cy"]),
            ["the prompt names 'Ann'"],
        ),
        ("Ann, Ben or Cy?", Constraint("answer:choice", answer="Ann", choices=["Ann", "Ben", "Cy", "Di"]), []),
        ("Was it Ann or Ben?", Constraint("answer:choice", answer="Ann", choices=["Ann", "Ben"]), []),
        ("Order Ann, Ben and Cy.", Constraint("answer:sequence", items=["Ann", "Ben", "Cy"]), ["the prompt names the"]),
        ("Order Ben, Ann and Cy.", Constraint("answer:sequence", items=["Ann", "Ben", "Cy"]), []),
    ],
)
def test_what_is_given_away(user: str, constraint: Constraint, expected: list[str]) -> None:
    proof = prove_nothing_given_away(prompt_set(Prompt("a", (Turn.of(user, constraint),))))
    messages = [finding.message for finding in proof.findings]
    assert len(messages) == len(expected)
    assert all(message.startswith(start) for message, start in zip(messages, expected, strict=True))


def test_language_of_the_prompts() -> None:
    german = "Schreib bitte einen kurzen Brief an die Hausverwaltung, weil die Heizung seit Tagen nicht geht."
    chinese = "请写一封简短的信给物业公司，因为暖气已经坏了好几天，家里非常冷，孩子也感冒了，谢谢您。"
    prompts = prompt_set(
        Prompt("a", (Turn.of(BUS),)),
        Prompt("b", (Turn.of(german),)),
        Prompt("c", (Turn.of(german),), language="de"),
        Prompt("d", (Turn.of(chinese),), language="zh"),
        Prompt("e", (Turn.of("Zu kurz."),)),
        Prompt("f", (Turn.of(f"{BUS}:\n```\n{german} {german}\n```"),)),
    )
    proof = prove_language(prompts)
    assert [str(finding) for finding in proof.findings] == ["key 'b': is in de, and should be in en"]
    assert proof.outcome == "4 of 5 prompts are in the language they name; 1 are too short to tell"


def test_spelling(tmp_path: Path) -> None:
    pytest.importorskip("spellchecker", reason="pyspellchecker is not installed")
    text = "Ann's freind doesn't recieve `mesage` from jo@exampel.org at Zelmoor; the gizmo's tollbrige, 3rd."
    assert list(unknown_words(text, "en", frozenset())) == ["freind", "recieve", "tollbrige"]
    assert list(unknown_words(text, "en", frozenset(["freind", "tollbrige"]))) == ["recieve"]
    assert list(unknown_words("Das Haus ist shcön.", "de", frozenset())) == ["shcön"]
    assert list(unknown_words("すし", "ja", frozenset())) == []
    prompts = build(tmp_path, witnesses=[said("Dear Ann, teh bus leaves. Yours, Jo")])
    assert found(prompts, "spelling") == ["key 'a': 'teh' is in no word list; mend it, or put it into words.txt"]
    (tmp_path / "words.txt").write_text("# names\nteh  # of the sea\n", encoding="utf-8")
    assert found(prompts, "spelling") == []


def test_words_that_cannot_be_read(tmp_path: Path) -> None:
    pytest.importorskip("spellchecker", reason="pyspellchecker is not installed")
    prompts = build(tmp_path)
    (tmp_path / "words.txt").write_bytes(b"caf\xe9")
    with pytest.raises(InvalidInputError, match=r"words\.txt: is not UTF-8 at byte 4"):
        found(prompts, "spelling")


def test_wordings_are_compared_by_their_words(tmp_path: Path) -> None:
    rows = [
        {"key": "a", "wording": 1, "turns": [USER.replace(",", " ")]},
        {"key": "a", "wording": 2, "turns": ["At most 12 words for Ann on the bus. End: Yours, Johanna"]},
    ]
    assert found(build(tmp_path, rewordings=rows), "rewordings") == [
        "key 'a~1': says the same as 'a'",
        "key 'a~1': ending: does not say end_phrase 'yours, jo', as its prompt does",
        "key 'a~2': ending: does not say end_phrase 'yours, jo', as its prompt does",
    ]


def test_without_its_extra_spelling_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from ifbench.proofs import spelling

    spelling.dictionary.cache_clear()
    monkeypatch.setitem(sys.modules, "spellchecker", None)
    proof = proofs(build(tmp_path), "spelling")["spelling"]
    assert (proof.done, proof.outcome) == (False, "not read: pip install 'ifbench-eval[spelling]'")


def test_rewordings_that_lose_something(tmp_path: Path) -> None:
    rows = [
        {"key": "a", "wording": 1, "turns": ["Tell Ann in at most 12 words about the bus. End it as usual."]},
        {"key": "a", "wording": 2, "turns": [USER]},
    ]
    assert found(build(tmp_path, rewordings=rows), "rewordings") == [
        "key 'a~2': says the same as 'a'",
        "key 'a~1': ending: does not say end_phrase 'yours, jo', as its prompt does",
    ]


def test_the_proofs_of_a_file_of_rewordings(tmp_path: Path) -> None:
    build(
        tmp_path,
        rewordings=[{"key": "a", "wording": 1, "turns": ["At most 12 words on the bus for Ann. End: Yours, Jo"]}],
    )
    reworded = load_prompts(tmp_path / "rewordings.jsonl")
    every = proofs(reworded, "witnesses", "near misses", "rewordings", "duplicates")
    assert [proof.findings for proof in every.values()] == [[], [], [], []]
    assert every["witnesses"].numbers["followed"] == 2
    assert every["near misses"].numbers["exact"] == 4


def test_the_command_shows_what_is_proven(ifbench: Any, tmp_path: Path) -> None:
    build(tmp_path, witnesses=[said(LONG)])
    answer = ifbench("validate", tmp_path, "--skip", "spelling")
    assert answer.code == 4
    assert "\n!! witnesses: 0 of 1 turns have a witness that follows all, strictly\n" in answer.out
    assert "\nok near misses: 2 of 2 fail exactly what they name; " in answer.out
    assert "\n-- rewordings: no rewordings.jsonl\n" in answer.out
    assert "spelling" not in answer.out
    assert answer.err.endswith(f"{tmp_path.name}: 1 finding\n")
    markdown = ifbench("validate", tmp_path, "--skip", "spelling", "--format", "md")
    assert "\n- !! witnesses: 0 of 1 turns" in markdown.out
    rows = ifbench("validate", tmp_path, "--skip", "spelling", "--format", "csv")
    assert (rows.code, rows.out.count("\n")) == (4, 3)
    assert "!! witnesses" in rows.err
    assert ifbench("validate", tmp_path, "--key", "a").code == 0


def test_the_command_knows_its_proofs(ifbench: Any, tmp_path: Path) -> None:
    build(tmp_path)
    answer = ifbench("validate", tmp_path, "--skip", "floor")
    assert (answer.code, answer.err.strip().endswith("--skip 'floor': no such proof; did you mean 'floors'?")) == (
        2,
        True,
    )


def test_the_command_compares_with_other_sets(ifbench: Any, tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "other").mkdir()
    build(tmp_path / "other", [one("b")])
    answer = ifbench("validate", tmp_path, "--skip", "spelling", "--against", tmp_path / "other")
    assert answer.code == 4
    assert "key 'a': 100% alike with 'b' of other" in answer.out
