"""Reasoning in tags: what is taken out, what stays, and that nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifbench.reasoning import Split, opens_reasoning, split_reasoning

OPEN, CLOSE = "<think>", "</think>"
# No "<": what has no tag cannot make one together with its neighbours either.
PLAIN = st.text(st.characters(blacklist_characters="<", blacklist_categories=("Cs",)))
TAGGED = st.lists(st.sampled_from([OPEN, CLOSE, "a", "b c", " ", "\n", "\ufeff", "\u2003", "<think", "</", ">"])).map(
    "".join
)


@pytest.mark.parametrize(
    ("text", "opened", "wanted"),
    [
        ("plain", False, Split("plain", None, True)),
        (" plain ", False, Split(" plain ", None, True)),
        ("", False, Split("", None, True)),
        ("", True, Split("", "", False)),
        ("<think></think>\n\nyes", False, Split("yes", "", True)),
        ("\ufeff \n<think>a</think> yes ", False, Split("yes ", "a", True)),
        ("a</think>yes", False, Split("yes", "a", True)),
        ("a</think>yes", True, Split("yes", "a", True)),
        ("<think>a</think>yes", True, Split("yes", "a", True)),
        ("<think>a", True, Split("", "a", False)),
        (" a ", True, Split("", " a ", False)),
        ("<think>a</think>\n<think>b</think>yes", False, Split("yes", "a\nb", True)),
        ("a</think><think>b</think>yes", False, Split("yes", "a\nb", True)),
        ("<think>a</think><think>b", False, Split("", "a\nb", False)),
        ("<think>a</think>", False, Split("", "a", True)),
        ("yes <think>a</think>", False, Split("yes <think>a</think>", None, True)),
        ("<think>a</think>yes <think>b</think>", False, Split("yes <think>b</think>", "a", True)),
        ("<think>a<think>b</think>yes", False, Split("yes", "a<think>b", True)),
        ("<thinking>a</thinking>", False, Split("<thinking>a</thinking>", None, True)),
    ],
)
def test_what_is_taken_from_the_beginning(text: str, opened: bool, wanted: Split) -> None:
    assert split_reasoning(text, opened) == wanted


@given(PLAIN)
def test_a_text_without_tags_is_the_answer_as_it_is(text: str) -> None:
    assert split_reasoning(text) == Split(text, None, True)
    assert split_reasoning(text, opened=True) == Split("", text, False)


@given(PLAIN, PLAIN, st.text(" \t\r\n"))
def test_what_is_put_between_tags_comes_back(reasoning: str, answer: str, blank: str) -> None:
    wanted = Split(answer.lstrip(), reasoning, True)
    assert split_reasoning(f"{blank}{OPEN}{reasoning}{CLOSE}{blank}{answer}") == wanted
    assert split_reasoning(f"{reasoning}{CLOSE}{blank}{answer}") == wanted
    assert split_reasoning(f"{reasoning}{CLOSE}{blank}{answer}", opened=True) == wanted


@given(TAGGED, st.booleans())
def test_nothing_is_lost_but_tags_and_white_space(text: str, opened: bool) -> None:
    def without(some: str) -> str:
        # What is left when tags go may be a tag again: only characters are compared.
        return re.sub(r"\s|\ufeff|[<>/]|think", "", some)

    split = split_reasoning(text, opened)
    assert without((split.reasoning or "") + split.answer) == without(text)
    assert split.closed or split.answer == ""
    assert not split.answer or text.endswith(split.answer)
    assert (split.reasoning is None) <= (split.answer == text and split.closed)


@given(TAGGED)
def test_an_answer_is_not_taken_apart_again(text: str) -> None:
    split = split_reasoning(text)
    assert not split.answer.startswith(OPEN) or split.reasoning is None


def test_a_great_many_blocks_are_read() -> None:
    split = split_reasoning("<think>a</think> " * 50_000 + "yes")
    assert (split.answer, split.closed) == ("yes", True)
    assert split.reasoning == "\n".join("a" * 50_000)
    assert not split_reasoning("<think>a</think>" * 50_000 + OPEN).closed


@pytest.mark.parametrize(
    ("rendered", "wanted"),
    [
        ("<|assistant|><think>", True),
        ("<|assistant|><think>\n", True),
        ("<|assistant|><think>\n\n</think>\n\n", False),
        ("<|assistant|>", False),
        ("", False),
    ],
)
def test_a_prompt_may_open_the_reasoning(rendered: str, wanted: bool) -> None:
    assert opens_reasoning(rendered) is wanted
