"""Views of a text, and its relaxed forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifbench.reasoning import split_reasoning
from ifbench.text import Conversation, Text


def _reference_forms(response: str) -> list[str]:
    """IFEval's eight forms by its description: first line, last line or both off, each with and without asterisks."""
    lines = response.split("\n")
    cut = ["\n".join(lines[1:]).strip(), "\n".join(lines[:-1]).strip(), "\n".join(lines[1:-1]).strip()]
    forms = [response, *cut]
    return forms + [form.replace("*", "") for form in forms]


texts = st.lists(st.sampled_from(["a", "*", " ", "\n", "b*c", "**", "\r", "\u2028", "\t"])).map("".join)


@given(texts)
def test_relaxed_forms_are_the_eight_without_doubles_and_blanks(raw: str) -> None:
    forms = [form.raw for form in Text(raw).relaxed]
    assert len(set(forms)) == len(forms)
    assert {raw, *forms} - {""} >= {form for form in _reference_forms(raw) if form.strip()}
    assert set(forms) == {form for form in _reference_forms(raw) if form.strip()} - {raw}


def test_views_are_computed_once() -> None:
    text = Text("One two. Three.")
    assert text.words is text.words
    assert text.sentences == ["One two.", "Three."]
    assert text.relaxed is text.relaxed


def test_first_line_is_stripped() -> None:
    assert Text("  Dear Ann, \nhello").first_line == "Dear Ann,"


@given(st.text())
def test_texts_without_capitals_have_no_capital_tokens(raw: str) -> None:
    assert Text(raw.lower()).upper_token_spans == [] or any(letter.isupper() for letter in raw.lower())


def test_conversation_counts_turns_from_one() -> None:
    conversation = Conversation(["one", "two"], ["q1", "q2"], "be brief")
    assert conversation.turn == 2
    assert conversation.reply(1).raw == "one"
    for turn in (0, 3):
        with pytest.raises(IndexError, match=f"turn {turn} of a conversation of 2"):
            conversation.reply(turn)


@pytest.mark.parametrize(
    ("text", "answer", "reasoning", "closed"),
    [
        ("plain", "plain", None, True),
        ("<think>a</think>b", "b", "a", True),
        ("\n<think>\na\n</think>\n\nb\n", "b\n", "\na\n", True),
        ("a</think>b", "b", "a", True),
        ("<think></think>b", "b", "", True),
        ("<think>a", "", "a", False),
        ("use <think> tags", "use <think> tags", None, True),
        ("use <think>x</think> tags", "use <think>x</think> tags", None, True),
        ("<think>a</think>\n<think>b</think>c", "c", "a\nb", True),
        ("<think>a</think><think>b", "", "a\nb", False),
        ("\ufeff<think>a</think>b", "b", "a", True),
        ("<think>a</think>say </think>", "say </think>", "a", True),
        ("", "", None, True),
    ],
)
def test_reasoning_is_kept_apart(text: str, answer: str, reasoning: str | None, closed: bool) -> None:
    assert split_reasoning(text) == (answer, reasoning, closed)


def test_front_matter_is_no_heading_and_no_rule() -> None:
    blocks = Text("---\ntitle: Tea\ntags:\n- a\n---\n\n# Tea\n\nHot.").markdown
    assert ([heading.text for heading in blocks.headings], blocks.rules) == (["Tea"], [])
    assert Text("---\ntitle: Tea\n---\n\nHot.").prose_sentences == ["Hot."]
    # What is no mapping is a rule, and a heading with its underline.
    assert [heading.text for heading in Text("---\nTea\n---\nHot.").markdown.headings] == ["Tea"]


def test_a_closing_tag_is_no_part_of_an_item_or_sentence() -> None:
    text = Text("<steps>\n1. Boil.\n2. Pour.\n</steps>\n<end>\nDone.\n</end>")
    assert [item.text for item in text.markdown.items] == ["Boil.", "Pour."]
    assert text.prose_sentences[-1].endswith("Done.")
