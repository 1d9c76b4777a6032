"""The openai engine against a server that fails as it is told: tries, the end of a run, conversations."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from ifbench.errors import IfbenchError, UsageError
from ifbench.generators import Message, Request, Sampling, create
from ifbench.generators.openai.engine import OpenAIEngine
from ifbench.generators.openai.retries import Patience
from ifbench.records import Response
from tests import openai_support
from tests.fault_server import NEVER, Reply, completion
from tests.generators_support import ask, assert_each_once
from tests.openai_support import Naps, Serve, answered, options, started

naps, no_keys, serve = openai_support.naps, openai_support.no_keys, openai_support.serve
pytestmark = [openai_support.needs_openai, pytest.mark.usefixtures("no_keys")]


def test_answers_come_back_with_their_measures(serve: Serve, naps: Naps) -> None:
    def script(text: str, _tries: int) -> Reply:
        body = completion(f"you said {text}")
        body["usage"] |= {
            "completion_tokens_details": {"reasoning_tokens": 2},
            "prompt_tokens_details": {"cached_tokens": 4},
        }
        return Reply(body)

    requests = [*(ask(key, f"text {key}", sample) for key in range(10) for sample in range(2))]
    with closing(create("openai", options(serve(script)))) as engine:
        responses = list(engine.generate(requests, Sampling()))
    assert_each_once(requests, responses)
    for response in responses:
        assert (response.response, response.error) == (f"you said text {response.key}", None)
        assert (response.prompt_tokens, response.completion_tokens) == (7, 3)
        assert (response.reasoning_tokens, response.cached_tokens) == (2, 4)
        assert (response.finish_reason, response.reasoning, response.reasoning_closed) == ("stop", None, True)
        assert response.latency is not None
        assert response.latency > 0
    assert naps.seconds == []


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        (Reply({"error": {"message": "slow down"}}, 429, {"Retry-After": "7"}), 7.5),
        (Reply({}, 429, {"Retry-After": "0.25"}), 0.75),
        (Reply({}, 429, {"Retry-After": "Fri, 20 Nov 2026 10:00:42 GMT"}), 42.5),
        (Reply({}, 429, {"Retry-After": "Fri, 20 Nov 2026 09:00:00 GMT"}), 0.5),
        (Reply({}, 503, {"Retry-After": "100000"}), 300.5),
        (Reply({}, 429, {"Retry-After": "soon"}), 0.5),
        (Reply({}, 429), 0.5),
        (Reply({}, 408), 0.5),
        (Reply({}, 409), 0.5),
        (Reply({}, 500), 0.5),
        (Reply({}, 599), 0.5),
        (Reply({"choices": []}), 0.5),
        (Reply({}), 0.5),
        (Reply(b'{"choices": [{"mess'), 0.5),
        (Reply(b""), 0.5),
        (Reply(b"[" * 100_000), 0.5),
        (Reply(b"\xff\xfe\x00"), 0.5),
        (Reply(cut=20), 0.5),
        (Reply(cut=0), 0.5),
        (Reply(cut=-1), 0.5),
    ],
)
def test_a_fault_that_passes_is_tried_again(fault: Reply, waited: float, serve: Serve, naps: Naps) -> None:
    server = serve(lambda _text, tries: fault if tries == 0 else Reply())
    response = answered(server, [ask(0, "a")], naps)[0]
    assert (response.response, response.error) == ("fine", None)
    assert naps.seconds == [waited]
    assert server.texts() == ["a", "a"]


def test_waits_double_up_to_a_cap_and_the_number_of_tries_is_bounded(serve: Serve, naps: Naps) -> None:
    server = serve(lambda *_: Reply({"error": {"message": "out of order"}}, 500))
    response = answered(server, [ask(0, "a")], naps, max_retries=9)[0]
    assert response.error == "HTTP 500: out of order (after 10 tries)"
    assert response.response == ""
    assert naps.seconds == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert len(server.bodies) == 10


def test_without_retries_there_is_one_try(serve: Serve, naps: Naps) -> None:
    server = serve(lambda *_: Reply({}, 500))
    assert answered(server, [ask(0, "a")], naps, max_retries=0)[0].error == "HTTP 500: {}"
    assert len(server.bodies) == 1


def test_an_answer_that_does_not_come_in_time_fails(serve: Serve, naps: Naps) -> None:
    more: dict[str, Any] = {"timeout": 0.2, "max_retries": 1, "model_args": {"check_model": False}}
    response = answered(serve(lambda *_: Reply(when=NEVER)), [ask(0, "a")], naps, **more)[0]
    assert response.error == "no answer within 0.2 seconds (after 2 tries)"
    assert naps.seconds == [0.5]


@pytest.mark.parametrize("status", [400, 413, 422, 418])
def test_a_request_that_is_refused_fails_alone_and_at_once(status: int, serve: Serve, naps: Naps) -> None:
    long = Reply({"error": {"message": "the prompt is " + "very " * 200 + "long", "code": status}}, status)
    server = serve(lambda text, _tries: long if text == "long" else Reply())
    responses = answered(server, [ask(0, "a"), ask(1, "long"), ask(2, "b")], naps)
    assert [response.response for response in responses.values() if response.error is None] == ["fine", "fine"]
    error = responses[1].error or ""
    assert error.startswith(f"HTTP {status}: the prompt is very very")
    assert len(error) < 330
    assert sorted(server.texts()) == ["a", "b", "long"]
    assert naps.seconds == []


def test_a_text_that_cannot_be_sent_fails_alone(serve: Serve, naps: Naps) -> None:
    responses = answered(serve(), [ask(0, "a"), ask(1, "lone \ud800")], naps)
    assert responses[0].response == "fine"
    assert "cannot be sent: UnicodeEncodeError" in (responses[1].error or "")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "why"}}, "HTTP 400: why"),
        ({"error": "why"}, "HTTP 400: why"),
        ({"message": "why"}, "HTTP 400: why"),
        ({"detail": [{"loc": "body", "msg": "why"}]}, "HTTP 400: [{'loc': 'body', 'msg': 'why'}]"),
        (b"<html><head><title> Bad\nRequest </title></html>", "HTTP 400: a web page, 'Bad Request'"),
        (b"plain\n words", "HTTP 400: plain words"),
        (b"", "HTTP 400"),
    ],
)
def test_errors_say_what_the_server_says(body: Any, said: str, serve: Serve, naps: Naps) -> None:
    assert answered(serve(lambda *_: Reply(body, 400)), [ask(0, "a")], naps)[0].error == said


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(b"<html>welcome</html>", 200, {"Content-Type": "text/html"}), "is not JSON (text/html): '<html>welcome"),
        (Reply(b'data: {"choices": []}\n\n', 200, {"Content-Type": "text/event-stream"}), "is not JSON (text/event-stream)"),
    ],
)  # fmt: skip
def test_a_page_or_a_stream_is_no_answer(reply: Reply, message: str, serve: Serve, naps: Naps) -> None:
    assert message in (answered(serve(lambda *_: reply), [ask(0, "a")], naps, max_retries=1)[0].error or "")


@pytest.mark.parametrize(("status", "said"), [(401, "give it a key"), (402, "cannot pay"), (403, "give it a key"), (404, "mostly ends in /v1")])  # fmt: skip
def test_what_concerns_every_request_ends_the_run(status: int, said: str, serve: Serve, naps: Naps) -> None:
    server = serve(lambda *_: Reply({"error": {"message": "no"}}, status))
    engine, requests = started(server, naps, num_concurrent=2), [ask(key, "a") for key in range(100)]
    with closing(engine), pytest.raises(UsageError, match=rf"{server.url}: HTTP {status}: no; .*{said}") as caught:
        list(engine.generate(requests, Sampling()))
    assert "--output-path" not in str(caught.value)
    assert len(server.bodies) <= 2


def test_a_key_that_is_withdrawn_ends_the_run_and_keeps_what_was_answered(serve: Serve, naps: Naps) -> None:
    server = serve(lambda text, _tries: Reply() if text in "01" else Reply({}, 401))
    requests = [ask(key, str(key)) for key in range(100)]
    with closing(started(server, naps, num_concurrent=1)) as engine:
        answers = engine.generate(requests, Sampling())
        assert [next(answers).key, next(answers).key] == [0, 1]
        with pytest.raises(UsageError, match=r"HTTP 401.*what was answered is kept.*--output-path"):
            next(answers)
    assert server.texts() == ["0", "1", "2"]


def collect(answers: Iterator[Response], responses: list[Response], then: Callable[[], object] = lambda: None) -> None:
    """Add every answer to ``responses`` and do something after each, also when an error comes in the end."""
    for response in answers:
        responses.append(response)
        then()


@pytest.mark.parametrize("status", [403, 404])
def test_some_refusals_are_one_request_s_own_when_others_were_answered(status: int, serve: Serve, naps: Naps) -> None:
    server = serve(lambda text, _tries: Reply({}, status) if text == "1" else Reply())
    responses = answered(server, [ask(key, str(key)) for key in range(4)], naps, num_concurrent=1)
    assert [key for key, response in responses.items() if response.error] == [1]


def test_a_server_that_goes_ends_the_run_with_few_failures(serve: Serve, naps: Naps) -> None:
    """Twenty are answered and the others held until the server goes."""
    server = serve(lambda text, _tries: Reply(when=NEVER if int(text) >= 20 else None))
    requests = [ask(key, str(key)) for key in range(1000)]
    responses: list[Response] = []

    engine = started(server, naps, 3, gone_after=8, num_concurrent=8)
    gone = rf"{server.url}: the server is gone: .*same --output-path"
    with closing(engine), pytest.raises(IfbenchError, match=gone) as caught:
        collect(engine.generate(requests, Sampling()), responses, lambda: len(responses) == 20 and server.go())
    assert not isinstance(caught.value, UsageError)
    failed = [response for response in responses if response.error]
    assert 8 <= len(failed) <= 16
    assert all("no answer: " in (response.error or "") for response in failed)
    assert len(responses) - len(failed) == 20
    assert len({response.key for response in responses}) == len(responses)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_gateway_without_a_server_counts_as_gone(status: int, serve: Serve, naps: Naps) -> None:
    server = serve(lambda *_: Reply({}, status))
    engine, requests = started(server, naps, 1, num_concurrent=1), [ask(key, str(key)) for key in range(100)]
    with (
        closing(engine),
        pytest.raises(IfbenchError, match=rf"the last 5 .* for good, the last of them with HTTP {status}: "),
    ):
        list(engine.generate(requests, Sampling()))
    assert len(server.bodies) == 10


def test_failures_of_their_own_are_no_sign_that_the_server_is_gone(serve: Serve, naps: Naps) -> None:
    """Of every five requests four find no server and one is refused."""
    server = serve(lambda text, _tries: Reply({}, 503 if int(text) % 5 else 400))
    responses = answered(server, [ask(key, str(key)) for key in range(40)], naps, num_concurrent=1, max_retries=1)
    assert all(response.error for response in responses.values())


def test_one_answer_shows_that_the_server_is_there(serve: Serve, naps: Naps) -> None:
    server = serve(lambda text, _tries: Reply() if int(text) % 5 == 4 else Reply({}, 503))
    responses = answered(server, [ask(key, str(key)) for key in range(40)], naps, num_concurrent=1, max_retries=1)
    assert sum(response.error is None for response in responses.values()) == 8


def test_who_waits_is_woken_when_the_server_is_gone(serve: Serve) -> None:
    """The first request waits for ever for its second try; the others find that the server is gone."""
    began = threading.Event()

    async def sleep(seconds: float) -> None:
        if seconds > 100:
            began.set()
            await asyncio.Event().wait()

    def script(text: str, _tries: int) -> Reply:
        if text == "0":
            return Reply({}, 503, {"Retry-After": "200"})
        return Reply({}, 503, when=began)

    patience = Patience(1, 5, sleep=sleep, draw=lambda: 0.5)
    engine, requests = (
        OpenAIEngine(options(serve(script), num_concurrent=2), patience),
        [ask(k, str(k)) for k in range(50)],
    )
    responses: list[Response] = []
    with closing(engine), pytest.raises(IfbenchError, match="the server is gone"):
        collect(engine.generate(requests, Sampling()), responses)
    assert {response.key for response in responses} == {0, 1, 2, 3, 4, 5}


def test_as_many_are_asked_at_once_as_were_allowed_and_no_more(serve: Serve, naps: Naps) -> None:
    full, lock, opened = threading.Event(), threading.Lock(), 0

    def script(_text: str, _tries: int) -> Reply:
        nonlocal opened
        with lock:
            opened += 1
            if opened == 7:  # held until as many are there as may be
                full.set()
        return Reply(when=full)

    server = serve(script)
    answered(server, [ask(key, str(key)) for key in range(60)], naps, num_concurrent=7)
    assert server.most == 7


def test_a_conversation_that_is_ahead_does_not_wait(serve: Serve, naps: Naps) -> None:
    done = threading.Event()
    server = serve(lambda text, _tries: Reply(completion(f"re {text}"), when=done if text == "slow" else None))
    order: list[tuple[int | str, int]] = []

    def follow(response: Response) -> Request | None:
        order.append((response.key, response.turn))
        if response.key == "slow" or response.turn == 4:
            done.set()
            return None
        history = (Message("user", "fast"), Message("assistant", response.response))
        return Request(response.key, (*history, Message("user", f"turn {response.turn + 1}")), turn=response.turn + 1)

    with closing(started(server, naps)) as engine:
        responses = list(engine.generate([ask("slow", "slow"), ask("fast", "fast")], Sampling(), follow))
    assert order == [("fast", 1), ("fast", 2), ("fast", 3), ("fast", 4), ("slow", 1)]
    assert [(response.key, response.turn) for response in responses] == order
    assert server.bodies[-1]["messages"][1] == {"role": "assistant", "content": "re turn 3"}


def test_a_turn_that_failed_is_followed_as_well(serve: Serve, naps: Naps) -> None:
    server = serve(lambda text, _tries: Reply({}, 400) if text == "a" else Reply())

    def follow(response: Response) -> Request | None:
        return Request(response.key, (Message("user", "b"),), turn=2) if response.turn == 1 else None

    with closing(started(server, naps)) as engine:
        responses = list(engine.generate([ask(0, "a")], Sampling(), follow))
    assert [(response.turn, response.error is None) for response in responses] == [(1, False), (2, True)]


def test_order_does_not_matter(serve: Serve, naps: Naps) -> None:
    def body_of(order: int) -> dict[str, Any]:
        server = serve(lambda text, _tries: Reply(completion(text.upper())))
        requests = [ask(key, f"text {key}") for key in range(30)][::order]
        found = answered(server, requests, naps, Sampling(temperature=1.0), num_concurrent=4)
        assert {key: response.response for key, response in found.items()} == {key: f"TEXT {key}" for key in range(30)}
        return {body["messages"][-1]["content"]: body for body in server.bodies}

    assert body_of(1) == body_of(-1)


def test_closing_early_leaves_nothing_behind(serve: Serve, naps: Naps) -> None:
    server = serve(lambda text, _tries: Reply(when=None if text == "0" else NEVER))
    engine = started(server, naps, num_concurrent=3)
    answers = engine.generate([ask(key, str(key)) for key in range(100)], Sampling())
    assert next(answers).key == 0
    answers.close()
    engine.close()
    engine.close()
    assert len(server.bodies) <= 5
    assert "openai" not in {thread.name for thread in threading.enumerate()}


def test_nothing_asked_nothing_answered(serve: Serve, naps: Naps) -> None:
    assert answered(serve(), [], naps) == {}
