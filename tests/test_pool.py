"""Batches over processes and over Ray."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ifbench.errors import IfbenchError
from ifbench.generators.ray.cluster import Cluster
from ifbench.pool import map_batches
from tests.ray_support import needs_ray, ray_warnings

pytestmark = ray_warnings


def _doubled(batch: list[int]) -> list[int]:
    if batch == [-1]:
        raise ValueError("minus one")
    return [2 * number for number in batch]


def _dies_once(path: str) -> str:
    if not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


BATCHES = [[number, number + 1] for number in range(40)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_batches_come_back_in_order(jobs: int) -> None:
    assert list(map_batches(_doubled, iter(BATCHES), jobs)) == [_doubled(batch) for batch in BATCHES]


def test_few_batches_are_on_their_way() -> None:
    taken: list[int] = []

    def batches() -> Iterator[list[int]]:
        for batch in BATCHES:
            taken.append(batch[0])
            yield batch

    results = map_batches(_doubled, batches(), 2)
    assert taken == [0, 1]
    next(results)
    with closing(results):
        assert len(taken) == 5


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(IfbenchError, match="a scoring process died"):
        list(map_batches(_killed, BATCHES, 2))


def _killed(_batch: list[int]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """One Ray for all tests of this module."""
    made = Cluster()
    yield made
    made.close()
    assert not made.ray.is_initialized()


@needs_ray
def test_ray_maps_as_processes_do(cluster: Cluster, tmp_path: Path) -> None:
    assert list(map_batches(_doubled, iter(BATCHES), 2, "local")) == [_doubled(batch) for batch in BATCHES]
    assert list(map_batches(_doubled, [], 2, "local")) == []
    with pytest.raises(ValueError, match="minus one"):
        list(map_batches(_doubled, [*BATCHES, [-1]], 2, "local"))
    assert list(map_batches(_dies_once, [str(tmp_path / "seen")], 2, "local")) == ["done"]
    # What was there before is left alone.
    assert cluster.ray.is_initialized()
