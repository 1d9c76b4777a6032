"""What is read from a chat completion, whoever wrote it, and what is sent for one."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import pytest

from ifbench.errors import UsageError
from ifbench.generators import EngineOptions, Message, Request, Sampling, renderer
from ifbench.generators.openai.completion import read_completion
from ifbench.generators.openai.engine import OpenAIEngine, RequestBody
from ifbench.generators.openai.retries import TryError
from ifbench.records import Response
from tests import openai_support
from tests.fault_server import Reply, completion
from tests.generators_support import ask
from tests.openai_support import Naps, Serve, answered, needs_openai, options

naps, no_keys, serve = openai_support.naps, openai_support.no_keys, openai_support.serve
pytestmark = pytest.mark.usefixtures("no_keys")


def read(body: Any) -> Response:
    return read_completion(ask("k", "?"), body, 0.5)


@pytest.mark.parametrize(
    ("message", "text", "reasoning"),
    [
        ({"content": "yes", "reasoning": "hm"}, "yes", "hm"),
        ({"content": "yes", "reasoning_content": "hm"}, "yes", "hm"),
        ({"content": "yes", "reasoning": "hm", "reasoning_content": "hm"}, "yes", "hm"),
        ({"content": "yes", "reasoning": None, "reasoning_content": "hm"}, "yes", "hm"),
        ({"content": "yes", "reasoning_details": [{"type": "reasoning.text", "text": "a"}, {"summary": "b"}, {"data": 1}]}, "yes", "a\nb"),
        ({"content": "<think>hm</think>\n\nyes"}, "yes", "hm"),
        ({"content": "hm</think>yes"}, "yes", "hm"),
        ({"content": "<think>b</think>yes", "reasoning": "a"}, "yes", "a\nb"),
        ({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "yes"}]}, "yes", "hm"),
        ({"content": "it ends at </think> there", "reasoning": "hm"}, "it ends at </think> there", "hm"),
        ({"content": [{"type": "thinking", "thinking": "hm"}, {"text": "a </think> b"}]}, "a </think> b", "hm"),
        ({"content": "<think>b</think>a </think> c", "reasoning": "a"}, "a </think> c", "a\nb"),
        ({"content": "yes", "reasoning": ""}, "yes", None),
        ({"content": "yes", "reasoning_details": "x"}, "yes", None),
        ({"content": ""}, "", None),
        ({"content": "", "reasoning": "hm"}, "", "hm"),
        ({"content": None, "refusal": "I will not."}, "I will not.", None),
    ],
)  # fmt: skip
def test_reasoning_is_kept_apart_wherever_it_stands(message: dict[str, Any], text: str, reasoning: str | None) -> None:
    response = read(completion(finish="stop", **message))
    assert (response.response, response.reasoning, response.reasoning_closed) == (text, reasoning, True)
    assert response.error is None


@pytest.mark.parametrize(
    "message",
    [{"content": None, "reasoning": "so"}, {"content": "", "reasoning_content": "so"}, {"content": "<think>so"}],
)
def test_reasoning_that_was_cut_off_is_no_answer(message: dict[str, Any]) -> None:
    response = read(completion(finish="length", **message))
    assert (response.response, response.reasoning, response.reasoning_closed) == ("", "so", False)
    assert (response.error, response.finish_reason) == (None, "length")


@pytest.mark.parametrize("finish", ["stop", "length", "content_filter", "tool_calls", None])
def test_no_content_is_no_text(finish: str | None) -> None:
    response = read(completion(None, finish))
    assert response.error == f"the server gave no content (finish_reason {finish!r})"
    assert (response.response, response.finish_reason, response.completion_tokens) == ("", finish, 3)


def test_reasoning_alone_is_no_answer() -> None:
    response = read(completion(None, "stop", reasoning="hm"))
    assert response.error == "the server gave no content (finish_reason 'stop')"
    assert (response.response, response.reasoning, response.reasoning_closed) == ("", "hm", True)


@pytest.mark.parametrize("finish", ["content_filter", "tool_calls"])
def test_text_with_another_reason_to_finish_is_text(finish: str) -> None:
    response = read(completion("so far", finish))
    assert (response.response, response.finish_reason, response.error) == ("so far", finish, None)


@pytest.mark.parametrize(
    "usage", [None, {}, [], {"prompt_tokens": None, "completion_tokens": True, "prompt_tokens_details": None}]
)
def test_usage_that_is_not_told_is_none(usage: Any) -> None:
    response = read({**completion(), "usage": usage})
    assert response.response == "fine"
    assert (response.prompt_tokens, response.completion_tokens, response.cached_tokens) == (None, None, None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"choices": []}, "choices of the server's answer are empty"),
        ({"id": "x"}, "choices of the server's answer are missing"),
        ({"choices": None}, "choices of the server's answer are missing"),
        ([1], r"no JSON object but \[1\]"),
        (completion("half", "error"), "broke the answer off .*'error'"),
        (completion("half", "abort"), "broke the answer off"),
        ({"error": {"message": "upstream", "code": 502}}, "HTTP 502: upstream"),
        ({"error": "overloaded"}, "reports an error: overloaded"),
    ],
)
def test_an_answer_that_is_none_is_worth_another_try(body: Any, message: str) -> None:
    with pytest.raises(TryError, match=message) as caught:
        read(body)
    assert caught.value.again


@needs_openai
def test_the_body_says_what_was_asked_for_and_is_what_is_rendered(serve: Serve, naps: Naps) -> None:
    sampling = Sampling(
        temperature=0.5, top_p=0.9, top_k=40, max_tokens=12, stop=("END",), seed=3,
        extra={"min_p": 0.1, "chat_template_kwargs": {"b": 2}},
    )  # fmt: skip
    request = Request("k", (Message("system", "s"), Message("user", "ü")), sample=1)
    server = serve()
    more = {"reasoning": "off", "model_args": {"chat_template_kwargs": {"a": 1}, "extra_headers": {"X-Title": "bench"}}}
    made = options(server, **more)
    with closing(OpenAIEngine(made, naps.patience())) as engine:
        list(engine.generate([request], sampling))
        rendered = engine.render(request, sampling)
    assert server.bodies == [
        {
            "model": "m",
            "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "ü"}],
            "temperature": 0.5,
            "top_p": 0.9,
            "top_k": 40,
            "max_tokens": 12,
            "seed": sampling.seed_of(request),
            "stop": ["END"],
            "min_p": 0.1,
            "chat_template_kwargs": {"a": 1, "b": 2, "enable_thinking": False, "thinking": False},
        }
    ]
    assert json.loads(rendered) == server.bodies[0]
    assert "ü" in rendered
    assert server.headers[0]["x-title"] == "bench"
    dry = renderer("openai", made)
    assert dry is not None
    assert dry.render(request, sampling) == rendered
    assert dry.count(request) is None


def body(sampling: Sampling, **more: Any) -> dict[str, Any]:
    return RequestBody(EngineOptions(model="m", **more)).of(ask(0, "a"), sampling)


def test_a_greedy_body_is_plain() -> None:
    assert body(Sampling()).keys() == {"model", "messages", "temperature", "top_p", "max_tokens"}


def test_providers_that_want_other_fields_get_them() -> None:
    newer = body(Sampling(max_tokens=5), model_args={"max_tokens_field": "max_completion_tokens"})
    assert newer["max_completion_tokens"] == 5
    assert "max_tokens" not in newer
    assert "temperature" not in body(Sampling(extra={"temperature": None}))
    kept = body(Sampling(), reasoning="on", model_args={"chat_template_kwargs": {"enable_thinking": True}})
    assert kept["chat_template_kwargs"] == {"enable_thinking": True, "thinking": True}


@needs_openai
@pytest.mark.parametrize("field", ["max_tokens", "max_completion_tokens"])
def test_a_limit_beyond_the_context_is_left_to_the_server(field: str, serve: Serve, naps: Naps) -> None:
    """vLLM refuses a limit that is more than its context, and older ones what exceeds it with the prompt."""

    def script(_text: str, _tries: int) -> Reply:
        if server.bodies[-1].get(field):
            return Reply(
                {"error": {"message": f"'{field}' is too large: the model's maximum context length is 64"}}, 400
            )
        return Reply(completion("cut", "length"))

    server = serve(script)
    for limit, tries in ((65, 1), (64, 2)):
        server.bodies.clear()
        more = {"model_args": {"max_tokens_field": field}}
        response = answered(server, [ask(0, "a")], naps, Sampling(max_tokens=limit), **more)[0]
        assert (response.response, response.finish_reason, response.error) == ("cut", "length", None)
        assert len(server.bodies) == tries


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"model_args": {"max_token_field": "x"}}, "model_args max_token_field: .*did you mean 'max_tokens_field'"),
        ({"model_args": {"dtype": "x"}}, "model_args dtype: .*there are chat_template_kwargs, .*--gen-kwargs"),
        ({"model_args": {"max_tokens_field": "limit"}}, "'limit' is not max_tokens or max_completion_tokens"),
        ({"model_args": {"chat_template_kwargs": "x"}}, "chat_template_kwargs: 'x' is not an object"),
        ({"model_args": {"extra_headers": ["x"]}}, r"extra_headers: \['x'\] is not an object"),
        ({"model_args": {"extra_headers": {"A": "b\n"}}}, "extra_headers A: the value is not a text"),
        ({"model_args": {"extra_headers": {"A": 1}}}, "extra_headers A: the value is not a text"),
        ({"model_args": {"check_model": "no"}}, "check_model: 'no' is not true or false"),
        ({"reasoning": "on", "model_args": {"chat_template_kwargs": {"thinking": False}}}, "--reasoning on and .*thinking=False disagree"),
        ({"reasoning_parser": "qwen3"}, "the server does that itself"),
        ({"num_concurrent": 0}, "--num-concurrent 0"),
        ({"max_retries": -1}, "--max-retries -1"),
        ({"timeout": 0}, "--timeout 0"),
        ({"timeout": float("nan")}, "--timeout nan"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(more: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        RequestBody(EngineOptions(model="m", **more))


@needs_openai
@pytest.mark.parametrize("name", ["n", "stream", "model", "messages"])
def test_what_the_engine_decides_is_not_the_user_s_to_set(name: str, serve: Serve, naps: Naps) -> None:
    server = serve()
    with closing(OpenAIEngine(options(server), naps.patience())) as engine, pytest.raises(UsageError, match=name):
        list(engine.generate([ask(0, "a")], Sampling(extra={name: 1})))
    assert server.bodies == []
