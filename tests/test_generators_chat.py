"""Chat templates and tokenizers: what is rendered, counted and refused, and the text that comes back."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ifbench.errors import UsageError
from ifbench.generators import EngineOptions, Message, Request, Sampling
from ifbench.generators.chat import PLAIN_STOPS, ChatTokenizer, Prompt, taken_int
from ifbench.records import Response
from tests.generators_support import TEMPLATE, ask, save_tokenizer

pytestmark = pytest.mark.skipif(
    find_spec("transformers") is None, reason="transformers is not installed (extra: cpu, or vllm)"
)

TALK = Request(
    "k",
    (Message("system", "Be brief."), Message("user", "cats"), Message("assistant", "two"), Message("user", "salt")),
    turn=2,
)
CONTENTS = "{% for message in messages %}{{ message.content }}{% endfor %}"


def chat(folder: Path, its_template: Any = TEMPLATE, bos: bool | None = None, **options: Any) -> ChatTokenizer:
    """The chat tokenizer of a folder; ``bos`` says whether its tokenizer begins a text with a token by itself."""
    from tokenizers import processors
    from transformers import AutoTokenizer

    save_tokenizer(folder, None)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = its_template
    if bos is not None:
        tokenizer.bos_token = "<|pad|>"
    if bos:
        first = [("<|pad|>", tokenizer.bos_token_id)]
        tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing("<|pad|> $A", None, first)
    tokenizer.save_pretrained(folder)
    return ChatTokenizer(EngineOptions(model=str(folder), **options))


def encoded(made: ChatTokenizer, request: Request, context: int | None = None) -> Prompt:
    prompt = made.encode(request, Sampling(max_tokens=10), context)
    assert isinstance(prompt, Prompt)
    return prompt


def test_the_plain_template_is_a_paragraph_a_message(tmp_path: Path) -> None:
    made = chat(tmp_path, None, template="plain")
    assert made.render(TALK) == "System: Be brief.\n\nUser: cats\n\nAssistant: two\n\nUser: salt\n\nAssistant:"
    assert all(stop in f"two{stop}" and stop.lstrip("\n") in made.render(TALK) for stop in PLAIN_STOPS)
    answer = encoded(made, TALK).answer(" two words\n")
    assert (answer.response, answer.turn, answer.reasoning) == ("two words", 2, None)
    assert encoded(made, TALK).answer(" <think>a</think> b ").response == "b"


def test_the_plain_template_is_used_though_there_is_another(tmp_path: Path) -> None:
    assert chat(tmp_path, template="plain").render(ask(1, "cats")) == chat(tmp_path, None, template="plain").render(
        ask(1, "cats")
    )


@pytest.mark.parametrize(
    ("bos", "text"), [(None, "User: cats\n\nAssistant:"), (False, "User: cats\n\nAssistant:"), (True, "<|pad|>User: cats\n\nAssistant:")]
)  # fmt: skip
def test_the_plain_template_begins_as_the_tokenizer_does(tmp_path: Path, bos: bool | None, text: str) -> None:
    made = chat(tmp_path, None, bos, template="plain")
    assert made.render(ask(1, "cats")) == text
    prompt = encoded(made, ask(1, "cats"))
    assert prompt.ids == made.tokenizer(text.removeprefix("<|pad|>"))["input_ids"]
    assert prompt.ids.count(0) == bool(bos)


@pytest.mark.parametrize(("template", "number"), [("{{ bos_token }}" + CONTENTS, 1), (CONTENTS, 0)])
def test_the_first_token_is_never_doubled_and_never_added(tmp_path: Path, template: str, number: int) -> None:
    made = chat(tmp_path, template, bos=True)
    prompt = encoded(made, ask(1, "cats"))
    assert prompt.ids.count(0) == number
    assert prompt.ids == made.tokenizer.apply_chat_template(
        ask(1, "cats").chat(), add_generation_prompt=True, return_dict=False
    )
    assert made.count(ask(1, "cats")) == len(prompt.ids)


SWITCHED = "{% if enable_thinking is defined and not enable_thinking %}off{% else %}on{% endif %}"


@pytest.mark.parametrize(
    "template",
    [
        SWITCHED,
        "{%- if enable_thinking is not defined %}{% set enable_thinking = true %}{% endif %}" + SWITCHED,
        "{% set thinking = thinking if thinking is defined else true %}{{ 'on' if thinking else 'off' }}",
        "{%- macro say(it) -%}{{ it }}{%- endmacro -%}{{ say('on' if thinking | default(true) else 'off') }}",
        "{% set ns = namespace(on=enable_thinking | default(true)) %}{{ 'on' if ns.on else 'off' }}",
        "{% for message in messages %}{% if loop.index > 1 %}{% break %}{% endif %}" + SWITCHED + "{% endfor %}",
        "{%- generation -%}" + SWITCHED + "{%+ endgeneration %}",
        "{{ strftime_now('')}}" + SWITCHED,
    ],
)
def test_reasoning_is_switched_where_the_template_has_a_switch(tmp_path: Path, template: str) -> None:
    assert chat(tmp_path, template).render(ask(1, "a")) == "on"
    for wanted in ("on", "off"):
        made = chat(tmp_path, template, reasoning=wanted)
        assert made.render(ask(1, "a")) == wanted
        assert list(made.describe()["chat_template_kwargs"].values()) == [wanted == "on"]


@pytest.mark.parametrize(
    "template",
    [
        CONTENTS,
        "{# enable_thinking #}",
        "{% set enable_thinking = true %}{{ enable_thinking }}",
        "{% macro say(thinking) %}{{ thinking }}{% endmacro %}{{ say(1) }}",
        "{% set ns = namespace(thinking=true) %}{{ ns.thinking }}",
        "{{ message.enable_thinking }}",
    ],
)
def test_a_template_without_a_switch_is_refused(tmp_path: Path, template: str) -> None:
    with pytest.raises(UsageError, match="--reasoning off: the chat template of .* has no switch for it"):
        chat(tmp_path, template, reasoning="off")


def test_a_switch_that_is_set_twice_must_agree(tmp_path: Path) -> None:
    extra = {"chat_template_kwargs": {"enable_thinking": True}}
    assert chat(tmp_path, SWITCHED, reasoning="on", model_args=extra).render(ask(1, "a")) == "on"
    with pytest.raises(UsageError, match="enable_thinking=True disagree"):
        chat(tmp_path, SWITCHED, reasoning="off", model_args=extra)


def test_what_the_template_takes_is_passed_and_recorded(tmp_path: Path) -> None:
    extra = {"chat_template_kwargs": {"opening": "two "}}
    made = chat(tmp_path, "{{ opening }}" + CONTENTS, model_args=extra)
    assert made.render(ask(1, "words")) == "two words"
    assert made.describe()["chat_template_kwargs"] == {"opening": "two "}


def test_a_template_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "own.jinja").write_text("own: " + CONTENTS, encoding="utf-8")
    made = chat(tmp_path, template=str(tmp_path / "own.jinja"))
    assert made.render(ask(1, "words")) == "own: words"
    assert made.describe()["chat_template_sha256"] != chat(tmp_path).describe()["chat_template_sha256"]
    for name in ("absent.jinja", ""):
        with pytest.raises(UsageError, match=r"--template .*: cannot be read"):
            chat(tmp_path, template=str(tmp_path / name))


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% if %}", "line 1 is no valid Jinja: Expected an expression"),
        ("\n{{ a | absent }}", "line 2 .*No filter named"),
    ],
)
def test_a_template_that_is_no_jinja_is_refused_at_once(tmp_path: Path, template: str, message: str) -> None:
    (tmp_path / "own.jinja").write_text(template, encoding="utf-8")
    with pytest.raises(UsageError, match=f"--template .*own.jinja: {message}"):
        chat(tmp_path, template=str(tmp_path / "own.jinja"))
    with pytest.raises(UsageError, match=f"the chat template: {message}"):
        chat(tmp_path, template)


@pytest.mark.parametrize("reason", ["raise_exception('no system role')", "messages[9].content + 1", "none + 'a'"])
def test_messages_that_a_template_refuses_are_its_request_s_error(tmp_path: Path, reason: str) -> None:
    made = chat(tmp_path, "{% if messages[0].role == 'system' %}{{ " + reason + " }}{% endif %}" + CONTENTS)
    with pytest.raises(UsageError, match="the chat template refuses these messages: "):
        made.render(TALK)
    refused = made.encode(TALK, Sampling(), None)
    assert isinstance(refused, Response)
    assert (refused.error or "").startswith("the chat template refuses these messages: ")
    assert refused.place == ("k", 0, 2)
    assert made.render(ask(1, "cats")) == "cats"


def test_a_template_that_refuses_the_shortest_conversation_is_well(tmp_path: Path) -> None:
    made = chat(tmp_path, "{% if messages | length < 3 %}{{ raise_exception('too short') }}{% endif %}" + CONTENTS)
    assert made.render(TALK) == "Be brief.catstwosalt"


def test_text_that_cannot_be_encoded_is_its_request_s_error(tmp_path: Path) -> None:
    made = chat(tmp_path)
    refused = made.encode(ask(1, "cats \ud800"), Sampling(), None)
    assert isinstance(refused, Response)
    assert (refused.error or "").startswith("the tokenizer refuses the rendered messages: ")
    with pytest.raises(UsageError, match="the tokenizer refuses"):
        made.count(ask(1, "\ud800"))


def test_of_several_templates_the_default_is_used_or_one_must_be_chosen(tmp_path: Path) -> None:
    assert chat(tmp_path, {"default": CONTENTS, "tool_use": "tools"}).render(ask(1, "cats")) == "cats"
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(UsageError, match=r"several chat templates \(rag, tool_use\) and none of them is the default"):
        chat(other, {"tool_use": "tools", "rag": "rag"})
    assert chat(other, {"tool_use": "tools"}, template="plain").render(ask(1, "a")) == "User: a\n\nAssistant:"


def test_no_template_at_all_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no chat template.*--template FILE.jinja.*--template plain"):
        chat(tmp_path, None)


@pytest.mark.parametrize(
    ("ending", "opened"), [("<think>", True), ("<think>\n", True), ("<think>\n\n</think>\n\n", False), ("", False)]
)
def test_a_prompt_that_opens_the_reasoning_is_answered_inside_it(tmp_path: Path, ending: str, opened: bool) -> None:
    prompt = encoded(chat(tmp_path, CONTENTS + f"|{{{{ {ending!r} }}}}"), ask(1, "cats"))
    assert prompt.opened is opened
    cut = prompt.answer("two cats", finish_reason="length")
    assert (cut.response, cut.reasoning_closed) == (("", False) if opened else ("two cats", True))
    assert prompt.answer("two</think>cats").response == "cats"
    failed = prompt.answer("", error="no room")
    assert (failed.reasoning, failed.reasoning_closed) == (None, True)


def test_a_prompt_without_room_says_how_long_it_is(tmp_path: Path) -> None:
    made = chat(tmp_path)
    length = made.count(ask(1, "cats"))
    assert encoded(made, ask(1, "cats"), length + 4).limit == 4
    refused = made.encode(ask(1, "cats"), Sampling(), length)
    assert isinstance(refused, Response)
    assert refused.error == f"the prompt has {length} tokens and the model's context {length}: no room to answer"


@pytest.mark.parametrize("special", [True, False])
def test_tags_of_reasoning_stay_in_the_text_whatever_tokens_they_are(tmp_path: Path, special: bool) -> None:
    from transformers import AddedToken

    made = chat(tmp_path)
    tags = [AddedToken(tag, special=special) for tag in ("<think>", "</think>")]
    made.tokenizer.add_tokens(tags, special_tokens=special)
    made.tokenizer.save_pretrained(tmp_path)
    made = ChatTokenizer(EngineOptions(model=str(tmp_path)))
    text = "<think>two é</think>\n\nsalt "
    tokens = made.tokenizer.encode("<|user|><think>two é</think>\n\nsalt <|end|>")
    assert made.decode(tokens) == text
    answer = encoded(made, ask(1, "a")).answer(text)
    assert (answer.reasoning, answer.response) == ("two é", "salt ")
    until = tokens.index(made.tokenizer.convert_tokens_to_ids("</think>")) + 1
    assert made.reasoning_tokens(tokens, text, answer) == until
    assert made.reasoning_tokens(tokens[:3], "<think>t", encoded(made, ask(1, "a")).answer("<think>t")) == 3
    assert made.reasoning_tokens(tokens, "salt", encoded(made, ask(1, "a")).answer("salt")) is None


@pytest.mark.parametrize("value", [0, -1, True, "many", 1.5])
def test_a_number_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match="model_args batch_size: .* is not a whole number above 0"):
        taken_int({"batch_size": value}, "batch_size", 1)


def test_a_number_is_taken_out_of_the_arguments() -> None:
    args: dict[str, Any] = {"batch_size": "7", "other": 1}
    assert (taken_int(args, "batch_size", 1), taken_int(args, "batch_size", 1)) == (7, 1)
    assert args == {"other": 1}
