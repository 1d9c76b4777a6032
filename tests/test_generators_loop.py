"""Conversations on a loop of their own: every request once, in what order, and what an end does to the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ifbench.generators import Message, Request
from ifbench.generators.loop import Loop
from ifbench.records import Response
from tests.generators_support import ask, assert_each_once


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop("test")
    yield made
    made.close()
    assert made.closed


class Model:
    """Answers requests and keeps what it saw; ``until`` says what a request waits for."""

    def __init__(self, until: Callable[[Request], Any] | None = None, yields: int = 3):
        self.began = list[tuple[str, int]]()
        self.cancelled = list[tuple[str, int]]()
        self.running = self.most = 0
        self._until, self._yields = until, yields

    async def __call__(self, request: Request) -> Response:
        place = str(request.key), request.turn
        self.began.append(place)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for _ in range(self._yields):
                await asyncio.sleep(0)
            if self._until is not None:
                await self._until(request)
        except asyncio.CancelledError:
            self.cancelled.append(place)
            raise
        finally:
            self.running -= 1
        return Response(request.key, "yes", request.sample, request.turn)


def following(turns: int) -> Callable[[Response], Request | None]:
    """A :data:`Follow` for conversations of so many turns."""

    def follow(response: Response) -> Request | None:
        if response.turn == turns:
            return None
        return Request(response.key, (Message("user", "more"),), response.sample, response.turn + 1)

    return follow


def questions(number: int) -> list[Request]:
    return [ask(key, "a") for key in range(number)]


def whole(requests: list[Request], turns: int) -> list[Request]:
    """All requests of conversations of so many turns."""
    return [
        Request(request.key, request.messages, request.sample, turn + 1)
        for request in requests
        for turn in range(turns)
    ]


@pytest.mark.parametrize("at_once", [None, 1, 3, 100])
def test_every_request_and_what_follows_is_answered_once(loop: Loop, at_once: int | None) -> None:
    model, requests = Model(), questions(7)
    responses = list(loop.answers(requests, model, following(3), at_once))
    assert_each_once(whole(requests, 3), responses)
    assert sorted(model.began) == sorted((str(key), turn) for key in range(7) for turn in (1, 2, 3))


@pytest.mark.parametrize(("at_once", "most"), [(None, 7), (1, 1), (3, 3), (100, 7)])
def test_no_more_are_open_than_at_once(loop: Loop, at_once: int | None, most: int) -> None:
    model = Model()
    list(loop.answers(questions(7), model, following(2), at_once))
    assert model.most == most


def test_an_open_conversation_goes_on_before_another_begins(loop: Loop) -> None:
    model = Model()
    list(loop.answers(questions(6), model, following(3), at_once=2))
    unfinished = set[str]()
    for key, turn in model.began:
        unfinished = unfinished | {key} if turn < 3 else unfinished - {key}
        assert len(unfinished) <= 2
    alone = Model()
    list(loop.answers(questions(2), alone, following(3), at_once=1))
    assert alone.began == [(key, turn) for key in ("0", "1") for turn in (1, 2, 3)]


def test_a_conversation_that_is_ahead_does_not_wait(loop: Loop) -> None:
    """The first waits until the second has had its last turn."""
    over = asyncio.Event()

    async def until(request: Request) -> None:
        if request.key == 0:
            await over.wait()

    def follow(response: Response) -> Request | None:
        if response.key == 1 and response.turn == 3:
            over.set()
        return following(3)(response)

    responses = list(loop.answers(questions(2), Model(until), follow))
    assert [response.key for response in responses] == [1, 1, 1, 0, 0, 0]


def test_nothing_to_ask_is_nothing_answered(loop: Loop) -> None:
    assert list(loop.answers([], Model(), following(1))) == []


def test_a_response_is_followed_before_it_is_given_out(loop: Loop) -> None:
    followed = list[Response]()

    def follow(response: Response) -> Request | None:
        followed.append(response)
        return following(2)(response)

    for response in loop.answers(questions(20), Model(), follow):
        assert response in followed
    assert len(followed) == 40


class DeadError(Exception):
    """What a dead engine raises."""


@pytest.mark.parametrize("at_once", [None, 1])
def test_what_ask_raises_comes_after_the_responses_there_are(loop: Loop, at_once: int | None) -> None:
    answered = list[str]()
    enough = asyncio.Event()

    async def until(request: Request) -> None:
        if request.key == 3:
            if at_once is None:
                await enough.wait()
            raise DeadError("no engine")
        if request.key == 4:
            await asyncio.Event().wait()

    def follow(response: Response) -> Request | None:
        answered.append(str(response.key))
        if len(answered) == 3:
            enough.set()
        return None

    model, given = Model(until), list[Response]()
    with pytest.raises(DeadError, match="no engine"):
        given.extend(loop.answers(questions(5), model, follow, at_once))
    assert sorted(str(response.key) for response in given) == ["0", "1", "2"] == sorted(answered)
    assert model.running == 0
    assert (("4", 1) in model.began) == (at_once is None)


def test_answers_on_their_way_are_waited_for_when_ask_raises(loop: Loop) -> None:
    """The second answer comes only after the first request has failed."""
    failed = asyncio.Event()

    async def until(request: Request) -> None:
        if request.key == 0:
            failed.set()
            raise DeadError
        await failed.wait()
        for _ in range(20):
            await asyncio.sleep(0)

    given = list[Response]()
    with pytest.raises(DeadError):
        given.extend(loop.answers(questions(2), Model(until), following(1), grace=60.0))
    assert [response.key for response in given] == [1]


async def settled() -> None:
    """What was to happen on the loop has happened."""
    for _ in range(20):
        await asyncio.sleep(0)


def test_closing_early_cancels_what_runs(loop: Loop) -> None:
    async def until(request: Request) -> None:
        if request.key:
            await asyncio.Event().wait()

    model = Model(until)
    answers = loop.answers(questions(4), model, following(1), at_once=3)
    assert next(answers).key == 0
    answers.close()  # type: ignore[attr-defined]
    loop.run(settled())
    assert model.running == 0
    assert sorted(model.cancelled) == sorted(set(model.began) - {("0", 1)})
    assert [response.key for response in loop.answers(questions(1), model, following(1))] == [0]


def test_a_follow_that_raises_loses_no_response(loop: Loop) -> None:
    def broken(response: Response) -> Request | None:
        raise RuntimeError("no next turn")

    answers = loop.answers(questions(1), Model(), broken)
    assert next(answers).key == 0
    with pytest.raises(RuntimeError, match="no next turn"):
        next(answers)


def test_closing_the_loop_ends_its_thread_and_a_second_time_does_nothing(loop: Loop) -> None:
    thread = loop._thread
    assert thread.is_alive()
    loop.close()
    assert not thread.is_alive()
    loop.close()
