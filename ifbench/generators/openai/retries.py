"""When a request to a server is tried again, how long that waits, and when the server counts as gone."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

_T = TypeVar("_T")

BACKOFF_SECONDS = 1.0
"""The longest wait before the second try; every further one may be twice as long, up to the cap."""
BACKOFF_CAP_SECONDS = 60.0
"""The longest wait that is chosen here."""
RETRY_AFTER_CAP_SECONDS = 300.0
"""The longest wait that a server may ask for: who says more is asked again after this."""
GONE_AFTER = 5
"""How many requests in a row must fail for good before the server counts as gone; as many as are asked at once, if
that is more."""

_AGAIN = frozenset({408, 409, 429})
_UNHEARD = frozenset({401, 402, 403, 404, 408, 429, 502, 503, 504})


class TryError(Exception):
    """A try that brought no answer.

    ``status`` is the HTTP status, None when there was no answer at all. ``again`` says whether another try may do
    better, ``unheard`` that it failed for a reason that is not the request's own. ``after`` is how many seconds the
    server wants to be left alone. ``tries`` is how many there have been, this one included.
    """

    def __init__(
        self,
        message: str,
        *,
        again: bool,
        unheard: bool = False,
        status: int | None = None,
        after: float | None = None,
    ):
        super().__init__(message)
        self.message = message
        self.again, self.unheard, self.status, self.after = again, unheard, status, after
        self.tries = 1

    @classmethod
    def of_status(cls, status: int, message: str, headers: Mapping[str, str] | None = None) -> TryError:
        """The error of an answer with the HTTP ``status`` of a failure."""
        return cls(
            f"HTTP {status}: {message}" if message else f"HTTP {status}",
            again=status in _AGAIN or status >= 500,
            unheard=status in _UNHEARD,
            status=status,
            after=retry_after(headers or {}),
        )

    def __str__(self) -> str:
        return self.message if self.tries == 1 else f"{self.message} (after {self.tries} tries)"


def retry_after(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """How many seconds from now a server wants to be left alone, from the headers of its answer (names in lower case).

    ``Retry-After`` is a number of seconds or a date (RFC 9110, section 10.2.3). A date is held against the server's
    own clock where the answer has a ``Date``. None when there is none, or nothing that can be read.

    >>> retry_after({"retry-after": "2.5"})
    2.5
    >>> retry_after({"retry-after": "Fri, 20 Nov 2026 10:00:30 GMT", "date": "Fri, 20 Nov 2026 10:00:00 GMT"})
    30.0
    """
    told = headers.get("retry-after", "").strip()
    try:
        seconds = float(told)
    except ValueError:
        until, since = _moment(told), _moment(headers.get("date", ""))
        if until is None:
            return None
        seconds = until - (now() if since is None else since)
    return max(0.0, seconds) if seconds < float("inf") else None


def _moment(text: str) -> float | None:
    """The seconds since 1970 of an HTTP date."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@dataclass
class Patience:
    """Tries requests until they are answered, until ``max_retries`` are spent, or until the server is gone.

    The wait before a further try is drawn evenly between 0 and a bound that doubles each time (exponential backoff
    with full jitter), so that requests that failed together do not come back together. What the server asks for in
    ``Retry-After`` counts instead, up to a cap, and up to a second is added to it.

    The server is gone when ``gone_after`` requests in a row have failed for good, none of them for a reason of its own:
    no connection, no answer in time, 429, 502, 503, 504, and the like. Then nothing more is waited for.

    ``answered`` says whether there was ever an answer, ``last`` is the error of the last request that failed for good.
    ``sleep`` and ``draw`` (a number from 0 to 1) are there to be replaced in tests.
    """

    max_retries: int
    gone_after: int = GONE_AFTER
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep
    draw: Callable[[], float] = random.random
    answered: bool = False
    failed_in_a_row: int = 0
    last: TryError | None = None
    _naps: set[asyncio.Future[Any]] = field(default_factory=set["asyncio.Future[Any]"], init=False, repr=False)

    @property
    def gone(self) -> bool:
        """Whether the server counts as gone."""
        return self.failed_in_a_row >= self.gone_after

    def delay(self, tries: int, after: float | None) -> float:
        """How many seconds to wait after that many tries; ``after`` is what the server asked for."""
        if after is not None:
            return min(after, RETRY_AFTER_CAP_SECONDS) + self.draw() * BACKOFF_SECONDS
        # The exponent is bounded, because so are floats.
        return self.draw() * min(BACKOFF_CAP_SECONDS, BACKOFF_SECONDS * 2.0 ** min(tries - 1, 30))

    async def run(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """What ``attempt`` returns, in the first try that succeeds.

        Raises:
            TryError: that of the last try.
        """
        tries = 0
        while True:
            tries += 1
            try:
                answer = await attempt()
            except TryError as error:
                error.tries = tries
                if error.again and tries <= self.max_retries and not self.gone:
                    await self._pause(self.delay(tries, error.after))
                    if not self.gone:
                        continue
                self._failed(error)
                raise
            self.answered, self.failed_in_a_row = True, 0
            return answer

    def _failed(self, error: TryError) -> None:
        self.failed_in_a_row, self.last = (self.failed_in_a_row + 1 if error.unheard else 0), error
        if self.gone:
            for nap in self._naps:
                nap.cancel()

    async def _pause(self, seconds: float) -> None:
        """Sleep, but not once the server is gone."""
        nap = asyncio.ensure_future(self.sleep(seconds))
        self._naps.add(nap)
        try:
            await asyncio.wait({nap})
        finally:
            nap.cancel()
            self._naps.discard(nap)
