"""The start of the openai engine: addresses, lists of models, keys; what is wrong is one error, and no secret is told."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from typing import Any

import pytest

from ifbench.errors import UsageError
from ifbench.generators import EngineOptions, Sampling
from ifbench.generators.openai.engine import OpenAIEngine
from ifbench.generators.openai.server import public_url
from tests import openai_support
from tests.fault_server import Reply
from tests.generators_support import ask
from tests.openai_support import Naps, Serve, answered, options, refused

naps, no_keys, serve = openai_support.naps, openai_support.no_keys, openai_support.serve
pytestmark = [openai_support.needs_openai, pytest.mark.usefixtures("no_keys")]

SECRET = "sk-not-to-be-seen-0123456789"


def test_describe_says_what_a_run_depends_on_and_nothing_that_changes(serve: Serve, naps: Naps) -> None:
    made = options(serve())
    made = EngineOptions(model="m", base_url=(made.base_url or "").replace("//", "//me:pass-word@") + "/?token=tok-tok")
    described: list[dict[str, Any]] = []
    for _ in range(2):
        with closing(OpenAIEngine(made, naps.patience())) as engine:
            described.append(engine.describe())
    assert described[0] == described[1]
    assert described[0]["served_model"] == {"id": "m", "max_model_len": 64}
    assert described[0]["base_url"] == public_url(made.base_url or "")
    assert described[0]["packages"].keys() == {"openai"}
    assert "pass-word" not in json.dumps(described)
    assert "tok-tok" not in json.dumps(described)


def test_user_and_query_of_the_address_are_sent_and_not_shown(serve: Serve, naps: Naps) -> None:
    server = serve(lambda *_: Reply({"error": {"message": "no pass-word, no tok-tok"}}, 400))
    url = server.url.replace("//", "//me:pass-word@") + "/?token=tok-tok"
    response = answered(server, [ask(0, "a")], naps, base_url=url)[0]
    assert response.error == "HTTP 400: no ***, no ***"
    assert server.headers[0]["authorization"] == "Basic bWU6cGFzcy13b3Jk"
    assert server.paths == ["/v1/models?token=tok-tok", "/v1/chat/completions?token=tok-tok"]


def test_a_model_that_is_not_there_is_named_with_the_nearest(serve: Serve, naps: Naps) -> None:
    listed = Reply({"data": [{"id": "nano-chat"}, {"id": "other"}, "junk", {}]})
    server = serve(models=listed)
    assert "no model 'nano-chatt'; did you mean 'nano-chat'?" in refused(options(server, model="nano-chatt"), naps)
    assert "it has nano-chat, other" in refused(options(server, model="x"), naps)
    assert server.bodies == []
    unlisted = {"model": "x", "model_args": {"check_model": False}}
    assert answered(server, [ask(0, "a")], naps, **unlisted)[0].response == "fine"


@pytest.mark.parametrize(
    ("listed", "model"),
    [("llama3:latest", "llama3"), ("models/gemini", "gemini"), ("a/b", "a/b:free"), ("m", "m")],
)
def test_names_that_a_server_understands_are_found(listed: str, model: str, serve: Serve, naps: Naps) -> None:
    server = serve(models=Reply([{"id": listed}]))
    with closing(OpenAIEngine(options(server, model=model), naps.patience())) as engine:
        assert engine.describe()["served_model"] == {"id": listed}


@pytest.mark.parametrize(
    "models",
    [Reply({}, 404), Reply({}, 403), Reply({}, 405), Reply({}, 500), Reply({}, 501), Reply({"data": []}), Reply({"data": None}), Reply([])],
)  # fmt: skip
def test_a_server_without_a_list_is_asked_all_the_same(models: Reply, serve: Serve, naps: Naps) -> None:
    server = serve(models=models)
    with closing(OpenAIEngine(options(server), naps.patience())) as engine:
        assert engine.describe()["served_model"] is None
        assert [response.response for response in engine.generate([ask(0, "a")], Sampling())] == ["fine"]
    assert naps.seconds == []


@pytest.mark.parametrize(
    ("models", "said"),
    [
        (Reply({"error": {"message": "bad key"}}, 401), "HTTP 401: bad key; give it a key with --api-key-env"),
        (Reply({}, 503), r"HTTP 503: {} (after 3 tries)"),
        (Reply({}, 301, {"Location": "https://other/v1/models"}), "HTTP 301: redirects to https://other/v1/models"),
        (Reply(b"<html>", 200, {"Content-Type": "text/html"}), "not JSON (text/html): '<html>'; is this the address"),
        (Reply(b"The plain HTTP request was sent to HTTPS port", 400), "; give https://127.0.0.1"),
        (Reply(cut=-1), "is the server running"),
    ],
)
def test_a_server_that_cannot_be_used_is_one_error(models: Reply, said: str, serve: Serve, naps: Naps) -> None:
    assert said in refused(options(serve(models=models)), naps)


def test_a_server_that_is_starting_is_waited_for(serve: Serve, naps: Naps) -> None:
    server = serve(models=Reply({}, 503))
    good, asked = Reply([{"id": "m"}]), server.reply_to

    def reply_to(path: str, *rest: Any) -> Reply:
        before, server.models = server.models, good
        return before if path.endswith("/models") else asked(path, *rest)

    server.reply_to = reply_to  # type: ignore[method-assign]
    with closing(OpenAIEngine(options(server), naps.patience())) as engine:
        assert engine.describe()["served_model"] == {"id": "m"}
    assert naps.seconds == [0.5]


def test_addresses_that_are_nearly_right_are_put_right(serve: Serve, naps: Naps) -> None:
    server = serve()
    bare = f"127.0.0.1:{server.port}"
    for url, said in {
        f"http://{bare}": f"did you mean --base-url http://{bare}/v1?",
        f"http://{bare}/v1/chat/completions": f"give http://{bare}/v1",
        f"https://{bare}/v1": f"give http://{bare}/v1",
        f"{bare}/v1": f"did you mean http://{bare}/v1?",
        f"ftp://{bare}/v1": f"did you mean http://{bare}/v1?",
        f"http://{bare}/api": f"did you mean --base-url http://{bare}/v1?",
        "http:///v1": "give http://HOST:PORT/v1",
        " ": "give http://HOST:PORT/v1",
        "http://[::1/v1": "is not a URL",
        "http://host:port/v1": "is not a URL",
    }.items():
        assert said in refused(options(server, base_url=url), naps)
    assert answered(server, [ask(0, "a")], naps, base_url=f"{server.url}/")[0].response == "fine"
    assert server.bodies[0]["model"] == "m"


def test_nobody_at_the_address_is_one_error_at_once(naps: Naps) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made = EngineOptions(model="m", base_url=f"http://127.0.0.1:{free.getsockname()[1]}/v1")
        assert "is the server running" in refused(made, naps)
    assert naps.seconds == []


def test_a_proxy_of_the_environment_does_not_lead_away_from_this_machine(
    serve: Serve, naps: Naps, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert answered(serve(), [ask(0, "a")], naps)[0].response == "fine"


def test_the_key_is_sent_and_never_shown(serve: Serve, naps: Naps, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server repeats the key in everything it says."""
    monkeypatch.setenv("MY_KEY", f"{SECRET}\n")
    faults = [
        Reply({"error": {"message": f"{SECRET} is bad"}}, 400),
        Reply(SECRET.encode()),
        Reply({"choices": [], "error": SECRET}),
    ]
    server = serve(lambda text, _tries: faults[int(text)])
    made = options(server, api_key_env="MY_KEY", max_retries=0)
    with closing(OpenAIEngine(made, naps.patience(0))) as engine:
        responses = list(engine.generate([ask(key, str(key)) for key in range(3)], Sampling()))
        shown = [str(responses), json.dumps(engine.describe()), engine.render(ask(0, "a"), Sampling())]
        server.script = lambda *_: Reply({"error": {"message": f"Incorrect API key: {SECRET}"}}, 401)
        with pytest.raises(UsageError, match="refuses the key in MY_KEY") as caught:
            list(engine.generate([ask(0, "0")], Sampling()))
        shown.append(str(caught.value))
    server.models = Reply({"detail": f"who is {SECRET}"}, 401)
    shown.append(refused(made, naps))
    assert "refuses the key in MY_KEY" in shown[-1]
    assert {headers["authorization"] for headers in server.headers} == {f"Bearer {SECRET}"}
    assert [response.error is None for response in responses] == [False] * 3
    assert SECRET not in "".join(shown)
    assert "***" in "".join(shown)


def test_the_key_of_openai_goes_nowhere_else(serve: Serve, naps: Naps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-mine")
    server = serve()
    answered(server, [ask(0, "a")], naps)
    assert SECRET not in str(server.headers)
    assert "org-of-mine" not in str(server.headers)
    assert server.headers[0]["authorization"] == "Bearer EMPTY"


@pytest.mark.parametrize(
    ("name", "value", "base_url", "said"),
    [
        ("MY_KEY", None, "http://127.0.0.1:9/v1", "--api-key-env MY_KEY: there is no such environment variable; did you mean 'MYKEY'"),
        ("MY_KEY", " ", "http://127.0.0.1:9/v1", "MY_KEY: the environment variable is empty"),
        ("MY_KEY", "two words", "http://127.0.0.1:9/v1", "characters that no key has"),
        ("MY_KEY", "schlüssel", "http://127.0.0.1:9/v1", "characters that no key has"),
        ("MY_KEY", "key", "http://me:word@127.0.0.1:9/v1", "only one of them"),
        (None, None, None, "OPENAI_API_KEY: there is no such environment variable"),
        (None, None, "https://api.openai.com/v1/", "OPENAI_API_KEY: there is no such environment variable"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_one_is_refused(
    name: str | None, value: str | None, base_url: str | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYKEY", "x")
    if value is not None:
        monkeypatch.setenv("MY_KEY", value)
    with pytest.raises(UsageError, match=said) as caught:
        OpenAIEngine(EngineOptions(model="m", base_url=base_url, api_key_env=name))
    assert (
        value is None or not value.strip() or value not in str(caught.value).replace("API_KEY", "").replace("a key", "")
    )


def test_another_address_in_the_environment_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://me:word@127.0.0.1:9/v1")
    with pytest.raises(UsageError, match="OPENAI_BASE_URL is set to http://127.0.0.1:9/v1"):
        OpenAIEngine(EngineOptions(model="m"))


def test_headers_with_secrets_come_from_the_environment(
    serve: Serve, naps: Naps, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(lambda *_: Reply({"detail": f"bad {SECRET}"}, 400))
    with pytest.raises(UsageError, match=r"extra_headers api-key: would be recorded .*'\$NAME'") as caught:
        OpenAIEngine(options(server, model_args={"extra_headers": {"api-key": SECRET}}))
    assert SECRET not in str(caught.value)
    more = {"model_args": {"extra_headers": {"api-key": "$MY_KEY"}}}
    with pytest.raises(UsageError, match="extra_headers api-key: the environment variable MY_KEY is not set"):
        OpenAIEngine(options(server, **more))
    monkeypatch.setenv("MY_KEY", SECRET)
    assert answered(server, [ask(0, "a")], naps, **more)[0].error == "HTTP 400: bad ***"
    assert server.headers[0]["api-key"] == SECRET
