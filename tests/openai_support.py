"""What the tests of the openai engine share: waits of no length, fault servers, engines of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from typing import Any

import pytest

from ifbench.errors import UsageError
from ifbench.generators import EngineOptions, Request, Sampling
from ifbench.generators.openai.engine import OpenAIEngine
from ifbench.generators.openai.retries import Patience
from ifbench.generators.openai.server import public_url
from ifbench.records import Response
from tests.fault_server import FaultServer, Reply, Script
from tests.generators_support import assert_each_once

needs_openai = pytest.mark.skipif(find_spec("openai") is None, reason="openai is not installed (extra: openai)")


class Naps:
    """Sleeps of no length, and how long they should have been. The number that is drawn is always a half."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)

    def patience(self, max_retries: int = 5, gone_after: int = 5) -> Patience:
        return Patience(max_retries, gone_after, sleep=self.sleep, draw=lambda: 0.5)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment in which nothing is set for OpenAI."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)


Serve = Callable[..., FaultServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start fault servers, which go at the end."""
    started: list[FaultServer] = []

    def start(script: Script | None = None, models: Reply | None = None) -> FaultServer:
        started.append(FaultServer(script, models))
        return started[-1]

    yield start
    for server in started:
        server.go()


def options(server: FaultServer, **more: Any) -> EngineOptions:
    return EngineOptions(**{"model": "m", "base_url": server.url, **more})


def started(server: FaultServer, naps: Naps, max_retries: int = 5, gone_after: int = 5, **more: Any) -> OpenAIEngine:
    """An engine for the server, which sleeps in ``naps``."""
    return OpenAIEngine(options(server, **more), naps.patience(max_retries, gone_after))


def answered(
    server: FaultServer, requests: list[Request], naps: Naps, sampling: Sampling | None = None, **more: Any
) -> dict[int | str, Response]:
    """The responses by key of an engine of their own."""
    made = options(server, **more)
    patience = naps.patience(made.max_retries, max(5, made.num_concurrent))
    with closing(OpenAIEngine(made, patience)) as engine:
        responses = list(engine.generate(requests, sampling or Sampling(max_tokens=8)))
    assert_each_once(requests, responses)
    return {response.key: response for response in responses}


def refused(options: EngineOptions, naps: Naps) -> str:
    """What is said when an engine does not start; it is one line and names the address."""
    with pytest.raises(UsageError) as caught:
        OpenAIEngine(options, naps.patience(2))
    message = str(caught.value)
    assert "\n" not in message
    assert public_url(options.base_url or "") in message
    return message
