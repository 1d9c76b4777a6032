"""Strict and loose, alone and in parallel."""

from __future__ import annotations

import pytest

from ifbench import scoring
from ifbench.prompts import Prompt, PromptSet, Turn
from ifbench.registry import Constraint
from ifbench.scoring import Item, score, score_all
from ifbench.sets import load_set
from ifbench.text import Text

NO_COMMA = Constraint("punctuation:no_comma")
LONG = Constraint("length_constraints:number_words", relation="at least", num_words=3)


def _prompt(*constraints: Constraint) -> Prompt:
    return Prompt("p", (Turn.of("Say something.", *constraints),))


def test_strict_and_loose() -> None:
    verdict = score(Item(_prompt(NO_COMMA, LONG), ("Sure, here it is:\nTea and milk",)))
    no_comma, long = verdict.constraints
    assert (no_comma.strict, no_comma.loose) == (False, True)
    assert (long.strict, long.loose) == (True, True)
    # The reason and the spans are those of the strict reading.
    assert (no_comma.observed, no_comma.spans) == ("1 comma", ((4, 5),))


def test_asterisks_are_relaxed() -> None:
    ending = Constraint("startend:end_checker", end_phrase="Any questions?")
    verdict = score(Item(_prompt(ending), ("All done.\n**Any questions?**",)))
    assert (verdict.constraints[0].strict, verdict.constraints[0].loose) == (False, True)


@pytest.mark.parametrize("absence", ["no response", "no response: prompt too long"])
def test_absent_responses_follow_nothing(absence: str) -> None:
    verdict = score(Item(_prompt(NO_COMMA), ("",), absence=absence))
    assert [(c.strict, c.loose, c.observed, c.required) for c in verdict.constraints] == [
        (False, False, absence, "no comma")
    ]


def test_the_relaxed_forms_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    class CountingText(Text):
        def __init__(self, raw: str, language: str = "en"):
            made.append(raw)
            super().__init__(raw, language)

    monkeypatch.setattr(scoring, "Text", CountingText)
    monkeypatch.setattr("ifbench.text.Text", CountingText)
    constraints = [Constraint("keywords:existence", keywords=[word]) for word in ("alpha", "beta", "gamma")]
    score(Item(_prompt(*constraints), ("one\n*two*\nthree",)))
    assert sorted(made) == sorted(set(made))
    assert len(made) == 8


@pytest.fixture(scope="module")
def echoes() -> tuple[PromptSet, list[Item]]:
    prompts = load_set("starter")
    return prompts, [Item(prompt, (prompt.turns[0].user,)) for prompt in prompts.prompts]


def test_processes_change_nothing(echoes: tuple[PromptSet, list[Item]]) -> None:
    _, items = echoes
    assert list(score_all(items, jobs=2)) == list(score_all(items))


def test_verdicts_keep_the_sets_order() -> None:
    prompts = load_set("starter")
    verdicts = score_all(Item(prompt, ("a",)) for prompt in prompts.prompts)
    assert [verdict.key for verdict in verdicts] == [prompt.key for prompt in prompts.prompts]
