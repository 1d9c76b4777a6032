"""Conversations answered on an asyncio loop: what the engines share whose backend takes requests at any time."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from ifbench.generators.base import Follow, Request
from ifbench.records import Response

_T = TypeVar("_T")
Ask = Callable[[Request], Coroutine[Any, Any, Response]]
"""Answers one request. What it raises is the end of everything, not of one request."""


class Loop:
    """An asyncio loop in a thread of its own, called ``name``. It is closed when no longer needed."""

    def __init__(self, name: str):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    @property
    def closed(self) -> bool:
        """Whether it has been closed."""
        return self._loop.is_closed()

    def submit(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Have ``work`` run on the loop; cancelling what is given back cancels it there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """The result of ``work``, which runs on the loop while this thread waits."""
        return self.submit(work).result()

    def answers(
        self, requests: Sequence[Request], ask: Ask, follow: Follow, at_once: int | None = None, grace: float = 0.0
    ) -> Generator[Response]:
        """The responses to ``requests`` and to all that follow from them, each as soon as it is there.

        Every conversation is a line of its own: its next request goes out when its answer is in, whatever the others
        do. Closing the iterator early cancels what still runs.

        Args:
            requests: the first request of each conversation.
            ask: answers one request.
            follow: the next request of a conversation; called on the loop's thread, before the response is given out.
            at_once: how many conversations are open at a time; all of them when None. One that is open is finished
                before another takes its place, so that what it has in the cache is still there.
            grace: seconds to wait, when ``ask`` has raised, for answers that are on their way.

        Raises:
            Exception: what ``ask`` raised, after every response that had been there has been given out.
        """
        finished: SimpleQueue[Response | None] = SimpleQueue()
        work = asyncio.run_coroutine_threadsafe(
            _converse(requests, ask, follow, finished.put, at_once or len(requests), grace), self._loop
        )
        work.add_done_callback(lambda _: finished.put(None))
        try:
            while (response := finished.get()) is not None:
                yield response
            work.result()
        finally:
            work.cancel()

    def cancel_all(self) -> None:
        """End every task on the loop and wait until they have ended."""
        self.run(_cancel_others())

    def close(self) -> None:
        """End every task, the loop and its thread. A second call does nothing."""
        if self.closed:
            return
        self.cancel_all()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _converse(
    requests: Sequence[Request],
    ask: Ask,
    follow: Follow,
    give: Callable[[Response], None],
    at_once: int,
    grace: float,
) -> None:
    waiting = deque(requests)

    async def line() -> None:
        while waiting:
            request: Request | None = waiting.popleft()
            while request is not None:
                response = await ask(request)
                # Whoever is given a response may rely on its having been followed.
                try:
                    request = follow(response)
                finally:
                    give(response)

    tasks = [asyncio.create_task(line()) for _ in range(min(at_once, len(requests)))]
    if not tasks:
        return
    try:
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        if rest:
            waiting.clear()
            late, _ = await asyncio.wait(rest, timeout=grace)
            done |= late
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {task for task in [asyncio.current_task()] if task}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
