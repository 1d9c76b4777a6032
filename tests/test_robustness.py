"""No response makes a verifier raise, and none makes it slow."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ifbench.prompts import Prompt, Turn
from ifbench.records import PromptVerdict, dump_line
from ifbench.registry import editions, kinds
from ifbench.scoring import Item, score

CONSTRAINTS = tuple(
    edition.bind(edition.examples[0].params)
    for kind in kinds()
    for edition in editions(kind.id)
    # What needs the tagger is held to this where the tagger is.
    if not (edition.requires and edition.requires())
)
PROMPT = Prompt("p", (Turn.of("Say something.", *CONSTRAINTS),))
LONG = 10_000
FRAGMENTS = [
    "a", "A", " ", "\n", "\t", "\r", "\0", ".", ",", "!", "?", "-", "*", "#", "'", '"', "(", ")", "[", "]", "{", "}", "<",
    ">", "`", "_", "\\", "/", ":", ";", "0", "é", "ß", "İ", "中", "あ", "ا", "\u0301", "\u200b", "\u2028", "😀", "\ud800",
    "\x1c", "\x85", "\u00a0", "a ", ". ", "A. ", "a.", " .", ".\n", "* ", "- ", "*\n", "**", "***", " *** ", "******",
    "<<", ">>", "<< ", "[]", "[ ", "p. ", "p.p.", "P.S. ", "Section 1 ", "Section ", "\n\n", " \n", '["', '{"a":', "\\\"",
    "A\"", "a\"", "A''", "A``", '{"a":1},',
    "My answer is ", "tea ", "http://", "a@", "'s ", "I'M ", ". )", "!\"", "...", ". . ",
]  # fmt: skip


def _score(text: str) -> PromptVerdict:
    verdict = score(Item(PROMPT, (text,)))
    assert len(verdict.constraints) == len(CONSTRAINTS)
    for constraint in verdict.constraints:
        assert constraint.loose or not constraint.strict
        assert constraint.required
        assert constraint.observed
        assert all(0 <= start <= stop <= len(text) for start, stop in constraint.spans)
    dump_line(verdict.to_json()).encode("utf-8")
    return verdict


@settings(max_examples=40)
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
@example("")
@example("\ud800\udfff")
@example("\0" * 10)
def test_any_text(text: str) -> None:
    _score(text)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_texts_made_of_what_the_verifiers_look_for(text: str) -> None:
    _score(text)


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=ascii)
def test_long_runs(fragment: str) -> None:
    # What is worse than linear is looked for up to 1 MB by benchmarks/long_tail.py; here it would take minutes.
    _score((fragment * (LONG // len(fragment) + 1))[:LONG])


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=2, max_size=4), st.sampled_from(["", "x", "\n"]))
def test_long_mixtures(fragments: list[str], end: str) -> None:
    unit = "".join(fragments)
    _score((unit * (LONG // len(unit) + 1))[: LONG - len(end)] + end)


@pytest.mark.parametrize("depth", [10, 499, 500, 501, 1_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_deep_json(depth: int, opening: str, closing: str) -> None:
    text = opening * depth + "1" + closing * depth
    json_format = next(c for c in _score(text).constraints if c.id == "detectable_format:json_format")
    assert json_format.strict is (depth <= 500)


def test_numbers_of_any_length_are_json() -> None:
    json_format = next(c for c in _score("1" * 10_000).constraints if c.id == "detectable_format:json_format")
    assert json_format.strict


@settings(max_examples=20)
@given(st.text(alphabet=" \n\t\r\u3000\u200b", max_size=20))
def test_blank_replies_follow_nothing(text: str) -> None:
    if not text.strip():
        verdict = _score(text)
        assert not any(c.strict or c.loose for c in verdict.constraints)
        assert {c.observed for c in verdict.constraints} == {"an empty response"}
