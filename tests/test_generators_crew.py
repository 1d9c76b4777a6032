"""Who works, who is replaced and how often, and who gets what: without any worker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from ifbench.errors import IfbenchError, UsageError
from ifbench.generators.ray.crew import RESTARTS, Crew, Life, WorkerLostError


class Roster:
    """Workers for a crew that are only names: which are hired fails as told, and who is fired is kept."""

    def __init__(self, *told: Exception | None, described: Callable[[int], str] = lambda _: "same"):
        self._told, self.hired, self.fired, self._described = list(told), 0, list[Life](), described

    async def hire(self, number: int) -> Life:
        self.hired += 1
        error = self._told.pop(0) if self._told else None
        if error is not None:
            raise error
        return Life(number, None, {"device": self._described(self.hired)}, batch=4, pid=self.hired)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restarts follow each other without a pause."""
    monkeypatch.setattr("ifbench.generators.ray.crew._PAUSE_SECONDS", 0.0)


@pytest.mark.usefixtures("hurried")
def test_restarts_come_to_an_end() -> None:
    async def work() -> None:
        roster = Roster()
        crew = Crew(1, roster.hire, roster.fired.append)
        await crew.start()
        for death in range(RESTARTS + 1):
            life = await crew.place("a", 0)
            crew.bury(life, f"reason {death}")
            crew.bury(life, "told twice")
        with pytest.raises(IfbenchError, match=rf"worker 1 .* died 6 times.*gone on with.*reason {RESTARTS}$"):
            await crew.place("a", 0)
        assert (roster.hired, len(roster.fired)) == (RESTARTS + 1, RESTARTS + 1)

    asyncio.run(work())


@pytest.mark.usefixtures("hurried")
def test_what_dies_whenever_it_is_started_is_not_started_for_ever() -> None:
    async def work() -> None:
        roster = Roster(*(WorkerLostError("out of memory") for _ in range(20)))
        with pytest.raises(UsageError, match="died 6 times before its engine was there; the last time: out of memory"):
            await Crew(1, roster.hire, roster.fired.append).start()
        assert roster.hired == RESTARTS + 1

    asyncio.run(work())


@pytest.mark.usefixtures("hurried")
def test_what_started_once_is_tried_again() -> None:
    async def work() -> None:
        roster = Roster(None, UsageError("no memory left"))
        crew = Crew(1, roster.hire, roster.fired.append)
        await crew.start()
        crew.bury(await crew.place("a", 0), "killed")
        assert (await crew.place("a", 0)).pid == 3

    asyncio.run(work())


@pytest.mark.usefixtures("hurried")
def test_workers_must_be_alike() -> None:
    async def work() -> None:
        roster = Roster(described=lambda hired: "same" if hired == 1 else "other")
        crew = Crew(1, roster.hire, roster.fired.append)
        await crew.start()
        crew.bury(await crew.place("a", 0), "killed")
        with pytest.raises(IfbenchError, match="worker 1 is not like worker 1: device 'other', not 'same'"):
            await crew.place("a", 0)

    asyncio.run(work())


def test_suspects_are_asked_in_small_company() -> None:
    async def work() -> None:
        crew = Crew(2, Roster().hire, lambda _: None)
        await crew.start()
        first, second = await crew.place("a", 2), await crew.place("b", 2)
        assert first is not second
        third = asyncio.create_task(crew.place("c", 2))
        await asyncio.sleep(0)
        assert not third.done()  # each has a suspect
        assert (await crew.place("d", 0)).load == 2
        crew.leave(second, 2)
        assert await third is second

    asyncio.run(work())


def test_full_workers_are_left_for_others() -> None:
    async def work() -> None:
        crew = Crew(2, Roster().hire, lambda _: None)
        await crew.start()
        home = await crew.place("a", 0)
        others = [await crew.place("a", 0) for _ in range(home.places - 1)]
        assert {life.number for life in others} == {home.number}
        assert (await crew.place("a", 0)) is not home

    asyncio.run(work())
