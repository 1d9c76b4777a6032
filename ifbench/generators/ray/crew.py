"""The workers of the ray engine: who has room, who takes the place of one that died, and when that has to end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from ifbench.errors import IfbenchError, UsageError

RESTARTS = 5
"""How often a worker is replaced before the run is ended."""

DEATHS = 3
"""How many workers may die under a request before it is held to be the cause."""

# How many requests that have seen so many workers die are on their way to a worker at a time. Whoever was there when
# one died is suspect; asked in small companies, then alone, those that only stood beside the cause are soon cleared.
_TOGETHER = {1: 16, 2: 1}
# Requests that wait in a worker, as a share of those it answers at once: enough that its batch is always full, and
# few enough that a slow worker has nothing another could begin.
_RESERVE = 0.25
# Between two starts of a worker whose engine did not start, so that what the one before it held is freed.
_PAUSE_SECONDS = 3.0


class WorkerLostError(Exception):
    """A worker died, or is as good as dead; says why."""


@dataclass(eq=False)
class Life:
    """One start of a worker, from there until its end.

    ``described`` is what its engine says of itself, ``batch`` how many requests it answers at once, ``pid`` its
    process, ``heard`` when it last answered, in seconds of the monotonic clock, ``open`` the number of requests on
    their way by how many workers have died under them.
    """

    number: int
    actor: Any
    described: dict[str, Any]
    batch: int
    pid: int
    heard: float = field(default_factory=time.monotonic)
    open: list[int] = field(default_factory=lambda: [0] * DEATHS)

    @property
    def places(self) -> int:
        """How many requests it is given at a time."""
        return self.batch + max(1, round(self.batch * _RESERVE))

    @property
    def load(self) -> int:
        """How many requests are on their way."""
        return sum(self.open)

    def has_room(self, deaths: int) -> bool:
        """Whether it may be given a request under which so many workers have died."""
        return self.load < self.places and self.open[deaths] < _TOGETHER.get(deaths, self.places)


Hire = Callable[[int], Coroutine[Any, Any, Life]]
"""Starts worker number so and so (from 1). It raises a WorkerLostError when the worker dies of it, and a UsageError
when its engine cannot be started."""


class Crew:
    """``number`` workers, kept at that number; everything happens on one asyncio loop.

    A worker that dies is replaced up to `RESTARTS` times; after that, everyone who waits for a place gets the error.
    ``fire`` ends what is left of a worker.
    """

    def __init__(self, number: int, hire: Hire, fire: Callable[[Life], None]):
        self._hire, self._fire = hire, fire
        self._lives: dict[int, Life | None] = dict.fromkeys(range(1, number + 1))
        self._starts = dict.fromkeys(self._lives, 0)
        self._homes: dict[str, int] = {}
        self._replacing: set[asyncio.Task[None]] = set()
        self._failure: IfbenchError | None = None
        self._changed = asyncio.Event()
        self._like: Life | None = None

    @property
    def living(self) -> list[Life]:
        """The workers that are there."""
        return [life for life in self._lives.values() if life is not None]

    async def start(self) -> None:
        """Start every worker.

        Raises:
            UsageError: one of them cannot be started, and why.
        """

        async def first(number: int) -> None:
            await self._keep(number, "")
            if self._failure is not None:
                raise self._failure

        await asyncio.gather(*map(first, self._lives))

    async def place(self, conversation: str, deaths: int) -> Life:
        """Wait for a worker with room, and take a place there: where the conversation was before, if it can be, for
        what that worker has in its cache, and otherwise where the least is on its way.

        Raises:
            IfbenchError: a worker has died too often.
        """
        while True:
            if self._failure is not None:
                raise self._failure
            changed = self._changed
            if (life := self._choose(conversation, deaths)) is not None:
                life.open[deaths] += 1
                self._homes[conversation] = life.number
                return life
            await changed.wait()

    def leave(self, life: Life, deaths: int) -> None:
        """Give back the place a request with so many deaths had."""
        life.open[deaths] -= 1
        self._tell()

    def bury(self, life: Life, reason: str) -> None:
        """Have another take the place of a worker that died. For one that is buried nothing more is done."""
        if self._lives[life.number] is life:
            self._lives[life.number] = None
            self._fire(life)
            task = asyncio.get_running_loop().create_task(self._keep(life.number, reason))
            self._replacing.add(task)
            task.add_done_callback(self._replacing.discard)

    def _choose(self, conversation: str, deaths: int) -> Life | None:
        home = self._lives[self._homes[conversation]] if conversation in self._homes else None
        if home is not None and home.has_room(deaths):
            return home
        free = [life for life in self.living if life.has_room(deaths)]
        return min(free, key=lambda life: life.load, default=None)

    async def _keep(self, number: int, reason: str) -> None:
        """Start worker ``number``, again while it dies of that; ``reason`` is why the one before it ended."""
        while self._starts[number] <= RESTARTS and self._failure is None:
            self._starts[number] += 1
            try:
                life = await self._hire(number)
                self._refuse_unlike(life)
            except WorkerLostError as error:
                reason = str(error)
            except UsageError as error:
                # What worked once may be short of memory now; what never worked will not.
                if self._like is None:
                    self._fail(error)
                reason = str(error)
            else:
                self._lives[number] = life
                self._tell()
                return
            await asyncio.sleep(_PAUSE_SECONDS)
        died = f"worker {number} of the ray engine died {self._starts[number]} times"
        if self._like is None:
            self._fail(UsageError(f"{died} before its engine was there; the last time: {reason}"))
        else:
            told = "what has been answered is kept, and the run can be gone on with"
            self._fail(IfbenchError(f"{died}, and is not replaced any more; {told}; the last time: {reason}"))

    def _refuse_unlike(self, life: Life) -> None:
        """Responses of one run come from engines that are alike."""
        if self._like is None:
            self._like = life
        theirs = self._like.described
        unlike = [name for name in theirs if life.described.get(name) != theirs[name]]
        if unlike:
            self._fire(life)
            told = ", ".join(f"{name} {life.described.get(name)!r}, not {theirs[name]!r}" for name in unlike)
            raise UsageError(f"worker {life.number} is not like worker {self._like.number}: {told}")

    def _fail(self, error: IfbenchError) -> None:
        if self._failure is None:
            self._failure = error
            self._tell()

    def _tell(self) -> None:
        """Wake everyone who waits for a place."""
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
