"""One worker of the ray engine: an engine in a Ray actor, that is, in a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from ifbench.errors import UsageError
from ifbench.generators.base import EngineOptions, Request, Sampling
from ifbench.generators.loop import Loop
from ifbench.records import Response

# What vLLM answers at once where it does not say.
_BATCH = 256
# How long a worker whose engine is dead stays, so that the reason reaches those who wait for its answers.
_LAST_WORDS_SECONDS = 1.0


class Hosted(Protocol):
    """What a worker needs of its engine: that of `VllmEngine`.

    Where it has a number ``batch``, that is how many requests it answers at once.
    """

    loop: Loop

    def describe(self) -> dict[str, Any]:
        """As `Engine.describe`."""
        ...

    def render(self, request: Request, sampling: Sampling) -> str:
        """As `Engine.render`."""
        ...

    async def ask(self, request: Request, sampling: Sampling) -> Response:
        """The response to one request, on ``loop``; what it raises is the engine's own end, or a UsageError."""
        ...

    def close(self) -> None:
        """As `Engine.close`."""
        ...


StartEngine = Callable[[EngineOptions], Hosted]
"""Starts a worker's engine; a function that can be imported where the worker runs."""


def start_vllm(options: EngineOptions) -> Hosted:
    """The engine that workers hold."""
    from ifbench.generators.vllm.engine import VllmEngine

    return VllmEngine(options)


class Started(NamedTuple):
    """What a worker says of itself when its engine is there.

    ``batch`` is how many requests its engine answers at once.
    """

    described: dict[str, Any]
    batch: int
    pid: int


class EngineDiedError(Exception):
    """The engine of a worker is dead, and the worker about to end."""


class Worker:
    """A worker, as Ray makes it. Its engine is started by `start`, so that why it cannot be is told as it is.

    ``environment`` is set before the engine is loaded. ``number`` counts from 1 and is part of the name of its log,
    which stands beside ``options.log_path``; where that folder is not to be found (on another machine) the log is
    Ray's own for this process.
    """

    def __init__(self, begin: StartEngine, options: EngineOptions, number: int, environment: Mapping[str, str]):
        os.environ.update(environment)
        log = options.log_path
        if log is not None:
            log = log.with_name(f"{log.stem}.{number}{log.suffix}") if log.parent.is_dir() else None
        self._begin, self._options = begin, replace(options, log_path=log)
        self._engine: Hosted | None = None
        self._ending = False

    async def start(self) -> Started:
        """Start the engine.

        Raises:
            UsageError: it does not start, and why.
        """
        # In a thread, because vLLM takes a loop that runs where it is made for its own.
        engine = self._engine = await asyncio.to_thread(self._begin, self._options)
        return Started(engine.describe(), int(getattr(engine, "batch", _BATCH)), os.getpid())

    async def answer(self, request: Request, sampling: Sampling) -> Response:
        """The response to one request.

        Raises:
            EngineDiedError: the engine is dead. This process then ends itself, since nobody else sees it.
            UsageError: no request could have these settings.
        """
        engine = self._started()
        try:
            return await asyncio.wrap_future(engine.loop.submit(engine.ask(request, sampling)))
        except UsageError:
            raise
        except Exception as error:  # noqa: BLE001 - by its contract an engine raises only when it is dead
            self._end()
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}".rstrip(": ")
            raise EngineDiedError(f"its engine died ({reason})") from None

    async def render(self, request: Request, sampling: Sampling) -> str:
        """As `Engine.render`."""
        return await asyncio.to_thread(self._started().render, request, sampling)

    async def close(self) -> None:
        """End the engine and the processes it started; the worker itself is then to be killed."""
        if self._engine is not None:
            await asyncio.to_thread(self._engine.close)

    def _started(self) -> Hosted:
        if self._engine is None:
            raise EngineDiedError("its engine was never started")
        return self._engine

    def _end(self) -> None:
        if not self._ending:
            self._ending = True
            asyncio.get_running_loop().call_later(_LAST_WORDS_SECONDS, _exit)


def _exit() -> None:
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(1)
