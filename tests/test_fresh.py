"""Fresh sets: the same seed gives the same bytes, and what is written holds."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ifbench.audit import audit_set
from ifbench.cli import cli
from ifbench.errors import UsageError
from ifbench.fresh import compose, write_set
from ifbench.fresh.compose import FreshPrompt, draft
from ifbench.fresh.dice import Dice
from ifbench.fresh.grammar import expand, sentence_of
from ifbench.fresh.near_misses import fails_only
from ifbench.fresh.nearness import LIMIT, Shelf, grams, likeness
from ifbench.fresh.rules import RULES
from ifbench.fresh.rules.cells import value as cell
from ifbench.fresh.scene import Scene, draw_scene, title_of
from ifbench.fresh.slips import Asking, own_slips, worded_otherwise
from ifbench.fresh.tasks import TASKS
from ifbench.fresh.vocabulary import FILLERS
from ifbench.fresh.witness import verdict
from ifbench.fresh.write import FILES, Made, check_folder
from ifbench.prompts import PromptSet, load_prompts
from ifbench.records import read_lines
from ifbench.registry import find
from ifbench.scoring import score_all
from ifbench.tables.floors import FLOORS, floor_items

SEED, SIZE = 4, 60


@pytest.fixture(scope="module")
def prompts() -> list[FreshPrompt]:
    return list(compose(SEED, SIZE))


@pytest.fixture(scope="module")
def folder(prompts: list[FreshPrompt], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fresh") / "set"
    write_set(path, prompts, SEED)
    return path


@pytest.fixture(scope="module")
def loaded(folder: Path) -> PromptSet:
    return load_prompts(folder / "prompts.jsonl", "set", "corrected")


def _rows(path: Path) -> list[dict[str, Any]]:
    return [row for _, row in read_lines(path)]


def test_same_seed_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    for number in ("1", "2"):
        subprocess.run(
            [sys.executable, "-m", "ifbench", "fresh", "--seed", "31", "--size", "12", "--output-path", number],
            cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": number}, check=True, capture_output=True,
        )  # fmt: skip
    for name in FILES:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes() != b""


def test_another_seed_gives_other_prompts(prompts: list[FreshPrompt]) -> None:
    others = [prompt.user for prompt in compose(SEED + 1, 10)]
    assert not {prompt.user for prompt in prompts} & {*others}
    assert len({*others}) == 10


def test_a_smaller_set_is_the_beginning_of_a_larger(prompts: list[FreshPrompt]) -> None:
    assert list(map(FreshPrompt.to_json, compose(SEED, 8))) == [prompt.to_json() for prompt in prompts[:8]]


def test_nine_in_ten_are_proven_and_the_rest_say_so(prompts: list[FreshPrompt], folder: Path) -> None:
    rows = _rows(folder / "prompts.jsonl")
    proven = {row["key"] for row in _rows(folder / "witnesses.jsonl")}
    assert len(proven) >= 0.9 * SIZE
    assert [row["key"] for row in rows if row.get("unproven")] == [p.key for p in prompts if p.key not in proven]


def test_witnesses_follow_everything_strictly(folder: Path, loaded: PromptSet) -> None:
    for row in _rows(folder / "witnesses.jsonl"):
        assert verdict(loaded.by_key[row["key"]], row["response"]).followed(), row


def test_near_misses_fail_exactly_what_they_name(folder: Path, loaded: PromptSet) -> None:
    rows = _rows(folder / "near_misses.jsonl")
    assert len(rows) >= 1.5 * SIZE
    for row in rows:
        prompt = loaded.by_key[row["key"]]
        assert row["turn"] == 1
        assert fails_only(prompt, row["response"], row["fails"]), row
        failed = [v.name for v in verdict(prompt, row["response"]).constraints if not v.strict]
        assert failed == [row["fails"]]


def test_no_trivial_reply_follows_a_prompt(loaded: PromptSet) -> None:
    verdicts = list(score_all(floor_items(loaded)))
    assert len(verdicts) == len(FLOORS) * SIZE
    assert [v.key for v in verdicts if v.followed("loose")] == []


def test_the_audit_finds_nothing(loaded: PromptSet) -> None:
    assert audit_set(loaded) == []


def test_no_two_prompts_are_nearly_the_same(prompts: list[FreshPrompt]) -> None:
    assert max(likeness(one.user, other.user) for one, other in combinations(prompts, 2)) < 0.5


def test_one_to_five_constraints_of_many_types(prompts: list[FreshPrompt]) -> None:
    numbers = {len(prompt.asked) for prompt in prompts}
    assert {1, 2, 3, 4} <= numbers <= {1, 2, 3, 4, 5}
    assert len({asked.rule.id for prompt in prompts for asked in prompt.asked}) >= 45
    assert {prompt.difficulty for prompt in prompts} == {"easy", "medium", "hard"}
    assert len({prompt.category for prompt in prompts}) >= 10


def test_the_grammars_are_wide_enough() -> None:
    assert len(TASKS) >= 12
    assert len({rule.id for rule in RULES}) >= 45
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.name for rule in RULES if len({*rule.phrasings}) < 3] == []


def _scenes() -> list[Scene]:
    return [draw_scene(task, Dice("scene", task.name, number), FILLERS) for task in TASKS for number in range(2)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_can_be_drawn_and_said(rule: Any) -> None:
    dice, drawn = Dice(rule.name), 0
    for scene in _scenes():
        if not {*rule.shapes} & {*scene.task.shapes, "prose"} or (draw := rule.draw(scene, dice)) is None:
            continue
        drawn += 1
        find(rule.id, "corrected").bind(draw.params)
        for phrasing in rule.phrasings:
            said = sentence_of(expand(phrasing, draw.say, dice))
            assert not re.search(r"[{}]|\b([a-z]+) \1\b(?<!or or)|  ", said), said
            # All that is checked is said: every number and every word that the parameters hold.
            for value in draw.params.values():
                if isinstance(value, list):
                    assert rule.id in ("length:range", "length:paragraph_words") or all(str(v) in said for v in value)
    assert drawn


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_every_wording_of_a_task_can_be_filled(task: Any) -> None:
    for number in range(25):
        scene = draw_scene(task, Dice("wording", number), FILLERS)
        for text in (scene.request, *scene.details, *scene.material, *scene.filler, *scene.terms, scene.source):
            assert not re.search(r"[{}\[\]|]|  | [.,?]|\b[Aa] [aeiou](?<!a o)(?!ni|se)", text), text
            assert text == "" or text in scene.terms or text[0].isupper() or not text[0].isalpha(), text
        assert scene.request[-1] in ".?"
        # Replies are put together from these: a figure, a bracket or a shout would break rules unseen.
        assert not [text for text in (*scene.material, *scene.filler) if re.search(r"[0-9!\"()*#:;—]", text)]


def test_sentences_end_once(prompts: list[FreshPrompt]) -> None:
    assert [p.user for p in prompts if re.search(r"(?<!\.)\.\.(?!\.)|[?!:]\.", p.user)] == []


def test_incompatible_rules_do_not_meet(prompts: list[FreshPrompt]) -> None:
    for prompt in prompts:
        rules = [asked.rule for asked in prompt.asked]
        assert all(one.goes_with(other) for one, other in combinations(rules, 2))
        assert len({rule.id for rule in rules}) == len(rules)
        assert not all(rule.forbids for rule in rules)


def test_the_card_counts_what_is_there(folder: Path, loaded: PromptSet) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert loaded.sha256 in text
    assert f"--seed {SEED} --size {SIZE}" in text
    assert f"| {loaded.constraints[0].id} |" in text
    assert "CC BY 4.0" in text
    assert len(_rows(folder / "prompts.jsonl")) == SIZE


def test_an_existing_set_is_kept_unless_told_otherwise(folder: Path, tmp_path: Path) -> None:
    check_folder(tmp_path / "absent" / "deep", overwrite=False)
    assert list((tmp_path / "absent" / "deep").iterdir()) == []
    check_folder(tmp_path / "absent" / "deep", overwrite=False)
    with pytest.raises(UsageError, match=r"cannot be written: .*; choose another --output-path"):
        check_folder(tmp_path / ("a" * 300), overwrite=False)
    check_folder(folder, overwrite=True)
    with pytest.raises(UsageError, match="--overwrite"):
        check_folder(folder, overwrite=False)


def test_a_folder_with_something_else_is_never_taken(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        check_folder(tmp_path, overwrite=True)
    with pytest.raises(UsageError, match="is a file"):
        check_folder(tmp_path / "notes.txt", overwrite=True)


def test_a_fresh_set_with_a_strange_file_is_not_replaced(tmp_path: Path, prompts: list[FreshPrompt]) -> None:
    write_set(tmp_path, prompts[:1], SEED)
    check_folder(tmp_path, overwrite=True)
    (tmp_path / "my-run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"my-run\.json"):
        check_folder(tmp_path, overwrite=True)


def test_a_folder_that_cannot_be_made_is_a_usage_error(tmp_path: Path, prompts: list[FreshPrompt]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        write_set(tmp_path / "file" / "set", prompts[:1], SEED)


def test_an_unproven_prompt_says_so(tmp_path: Path, prompts: list[FreshPrompt]) -> None:
    first = prompts[0]
    bare = FreshPrompt(first.key, first.user, first.category, first.difficulty, first.asked, None)
    made = write_set(tmp_path, [bare], SEED)
    assert isinstance(made, Made)
    assert (made.proven, made.near_misses) == (0, 0)
    assert _rows(tmp_path / "prompts.jsonl")[0]["unproven"] is True
    assert (tmp_path / "witnesses.jsonl").read_text(encoding="utf-8") == ""


def test_the_command_writes_and_sums_up(tmp_path: Path) -> None:
    arguments = ["fresh", "--seed", "2", "--size", "3", "--output-path", str(tmp_path / "set"), "--format", "json"]
    answer = CliRunner().invoke(cli, arguments)
    assert answer.exit_code == 0, answer.output
    summary = json.loads(answer.stdout)
    assert (summary["seed"], summary["prompts"]) == (2, 3)
    assert summary["sha256"] == load_prompts(tmp_path / "set" / "prompts.jsonl", "set", "corrected").sha256
    again = CliRunner().invoke(cli, arguments)
    assert isinstance(again.exception, UsageError)
    text = CliRunner().invoke(cli, [*arguments[:-2], "--overwrite"])
    assert "3 prompts" in text.stdout


@given(st.integers(), st.integers(1, 50))
def test_dice_keep_within_bounds(seed: int, number: int) -> None:
    dice = Dice(seed)
    assert 0 <= dice.below(number) < number
    assert 3 <= dice.between(3, 3 + number) <= 3 + number
    assert sorted(dice.shuffled(range(number))) == list(range(number))
    assert len(dice.sample(range(number), 4)) == min(4, number)
    assert dice.weighted("ab", (0, 1)) == "b"


def test_dice_are_the_same_everywhere() -> None:
    # Known draws: a change of Python or of the code would move them, and with them every set.
    dice = Dice("known", 1)
    assert [dice.below(1000) for _ in range(4)] == KNOWN


KNOWN = [976, 247, 520, 976]


def test_shelf_finds_what_likeness_finds() -> None:
    text = "Write a mail to my landlord about the broken tap in the kitchen of our flat"
    shelf = Shelf()
    shelf.put(text)
    assert shelf.has_like(text)
    assert shelf.has_like(text + " today")
    assert not shelf.has_like("Plan a weekend in Ghent for two people who like trains and quiet gardens")
    assert likeness(text, text + " today") > LIMIT
    assert grams("One two") == {("one", "two")}


def test_expansion_draws_wordings_and_fills_slots() -> None:
    said = {expand("[Write|Draft [a|the]] {what}, {What}.", {"what": "note"}, Dice(n)) for n in range(20)}
    assert said == {"Write note, Note.", "Draft a note, Note.", "Draft the note, Note."}
    assert expand("[name] {a}", {"a": "[x]"}, Dice(1)) == "[name] [x]"
    assert sentence_of(" a apple and a union,  a pear") == "An apple and a union, a pear"


def test_no_rule_of_case_stands_beside_words_in_their_case() -> None:
    worded = {"keywords:existence", "startend:end_checker", "position:begins_with", "first_word:first_word_answer"}
    worded |= {"last_word:last_word_answer", "detectable_content:postscript", "content:disclaimer", "layout:checklist"}
    cased = [rule for rule in RULES if rule.id.startswith("change_case:english")]
    assert len(cased) == 2
    for one in cased:
        assert [rule.name for rule in RULES if rule.id in worded and one.goes_with(rule)] in ([], ["values"])


ONE_CASE = [rule for rule in RULES if rule.id.startswith("change_case:english")]


def test_no_rule_that_states_an_exact_text_goes_with_a_rule_of_one_case() -> None:
    # What a rule states: text in quotation marks, a tag, a heading or a form that has to be kept.
    assert len(ONE_CASE) == 2
    for rule in RULES:
        said = " ".join(rule.phrasings)
        states = re.search(
            r'"[^"]*(\{|[A-Za-z])[^"]*"|\[x\]|\{(words?|tags|name|text|outline|format|example|mark)\}', said
        )
        if states and not rule.forbids and rule.id not in ("keywords:letter_frequency", "style:oxford_comma"):
            assert not any(rule.goes_with(one) for one in ONE_CASE if rule.shapes != ("data",)), rule.name


def test_no_prompt_contradicts_itself_to_the_letter() -> None:
    uses: dict[str, int] = {}
    found: list[str] = []
    cased = 0
    for number in range(1500):
        _, asked, user = draft(TASKS[number % len(TASKS)], uses, Dice("letter", number))
        for one in asked:
            uses[one.rule.name] = uses.get(one.rule.name, 0) + 1
        case = [one for one in asked if one.rule in ONE_CASE]
        cased += len(case)
        for one in asked if case else []:
            stated = [
                text for value in one.draw.params.values() for text in (value if isinstance(value, list) else [value])
            ]
            quoted = [text for text in stated if isinstance(text, str) and f'"{text}"' in one.wording and len(text) > 1]
            if quoted and not one.rule.forbids:
                found.append(user)
    assert cased >= 10
    assert found == []


def test_reasons_that_fit_no_letter_are_not_given() -> None:
    said = " ".join(phrasing for rule in RULES for phrasing in rule.phrasings)
    assert not re.search(
        r"sign\b.*because|goes on a sign|Our (system|lawyers|site)|The (font|display|field|layout|importer) ", said
    )
    assert not re.search(r"\bless than \{|\bless than \d", said)


def _numbers_said(text: str) -> list[str]:
    return re.findall(r"less than (?:\d+|two|three|four|five|six|seven|eight|nine|ten) \w+s\b", text)


def test_things_that_can_be_counted_are_fewer() -> None:
    drafts = [draft(task, {}, Dice("fewer", task.name, number))[2] for task in TASKS for number in range(40)]
    assert [found for text in drafts for found in _numbers_said(text)] == []
    assert _numbers_said("have less than 9 sentences") == ["less than 9 sentences"]


def test_values_asked_for_stand_in_the_notes() -> None:
    rule = next(rule for rule in RULES if rule.name == "values")
    for task in (task for task in TASKS if "data" in task.shapes):
        for number in range(60):
            dice = Dice("values", task.name, number)
            scene = draw_scene(task, dice, FILLERS)
            draw = rule.draw(scene, dice)
            assert draw is not None
            assert len(draw.params["keywords"]) == 2
            assert all(word in scene.source for word in draw.params["keywords"])


def test_letters_are_signed_by_nobody_whom_the_prompt_names() -> None:
    for task in (task for task in TASKS if task.closing):
        for number in range(30):
            scene = draw_scene(task, Dice("sender", number), FILLERS)
            sender = scene.closing.split("\n")[-1]
            assert not re.search(rf"\b{sender}\b", " ".join([scene.request, *scene.details, *scene.material]))


@given(st.sampled_from(TASKS), st.integers(0, 1000), st.integers(3, 6))
def test_titles_speak_of_the_task_in_as_many_words(task: Any, number: int, words: int) -> None:
    scene = draw_scene(task, Dice("title", number), FILLERS)
    title = title_of(scene, words)
    assert len(title.split()) == words
    topic = expand(task.topic, scene.slots, Dice(0))
    assert 1 <= len(topic.split()) <= 3, topic
    assert title.lower().endswith(topic.lower())


def test_records_say_what_the_notes_say() -> None:
    record = next(task for task in TASKS if task.name == "record")
    for number in range(20):
        scene = draw_scene(record, Dice("record", number), FILLERS)
        for key in ("name", "street", "town", "day", "service", "reason", "note"):
            assert cell(key, scene, Dice(number)) in scene.source, key


def _near_miss_rows(seed: int, size: int) -> list[tuple[FreshPrompt, str, str]]:
    return [(p, miss.fails, miss.response) for p in compose(seed, size) for miss in p.near_misses if p.witness]


def test_near_misses_are_slips_and_not_wrecks() -> None:
    for prompt, _, reply in _near_miss_rows(23, 40):
        assert prompt.witness is not None
        assert "P!" not in reply
        assert not re.search(r"\bmatter matter\b|#[-|<]|\w*-\*\*|,,", reply), reply
        # One slip: commas and exclamation marks come one at a time.
        assert reply.count("!") - prompt.witness.count("!") <= 1
        words = len(prompt.witness.split())
        assert reply.count(",") - prompt.witness.count(",") <= max(8, words // 6)


def test_one_comma_and_one_exclamation_mark() -> None:
    scene = draw_scene(TASKS[0], Dice(5), FILLERS)
    text = "Dear all,\n\nThe room is closed and the key is lost. Come early because it is full."
    commas = set(own_slips(text, Asking("punctuation:no_comma", {}, scene), Dice(1)))
    assert "Dear all,\n\nThe room is closed, and the key is lost. Come early because it is full." in commas
    assert {slip.count(",") for slip in commas} == {2}
    shouts = set(own_slips(text, Asking("punctuation:punctuation_exclamation", {}, scene), Dice(1)))
    assert shouts == {text.replace("lost.", "lost!"), text.replace("full.", "full!")}


def test_words_put_in_another_way() -> None:
    scene = draw_scene(TASKS[0], Dice(5), FILLERS)
    assert set(worded_otherwise(scene.terms[0], scene)) < {*scene.terms} - {scene.terms[0]}
    assert "Ecycle" not in worded_otherwise("eCycle", scene)
    assert "ecycle" in worded_otherwise("eCycle", scene)
    assert list(worded_otherwise("## Why It Matters", scene))[-1] == "## Why it matters"


def test_a_card_that_cannot_be_read_is_named(
    tmp_path: Path, prompts: list[FreshPrompt], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_set(tmp_path, prompts[:1], SEED)

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(UsageError, match=r"README\.md: cannot be read \(Permission denied\).*--output-path"):
        check_folder(tmp_path, overwrite=True)


def test_a_folder_that_cannot_be_written_is_found_before_anything_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    def draw(*_: object) -> None:
        raise AssertionError("drawn")

    monkeypatch.setattr(Path, "touch", refuse)
    monkeypatch.setattr("ifbench.fresh.compose", draw)
    answer = CliRunner().invoke(
        cli, ["fresh", "--seed", "1", "--size", "2", "--output-path", str(tmp_path / "a" / "b")]
    )
    assert isinstance(answer.exception, UsageError)
    assert "cannot be written: Permission denied; choose another --output-path" in str(answer.exception)
    assert "\n" not in str(answer.exception)


def test_what_the_request_speaks_of_is_not_forbidden() -> None:
    rules = [rule for rule in RULES if rule.name in ("forbidden words", "forbidden stems", "values left out")]
    assert len(rules) == 3
    for rule, task, number in ((rule, task, number) for rule in rules for task in TASKS for number in range(20)):
        dice = Dice("unsaid", rule.name, task.name, number)
        scene = draw_scene(task, dice, FILLERS)
        draw = rule.draw(scene, dice)
        assert draw is not None
        words = [word for value in draw.params.values() if isinstance(value, list) for word in value]
        said = " ".join([scene.request, *scene.details, scene.source]).lower()
        assert len(words) >= 2
        assert not [word for word in words if word in said]
