"""Batches over processes and over Ray."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ifbench.errors import IfbenchError
from ifbench.generators.ray.cluster import Cluster
from ifbench.pool import map_batches
from tests.conftest import REPOSITORY
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


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked for in /proc")
def test_processes_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys, time\n"
        "from pathlib import Path\n"
        "from ifbench.pool import map_batches\n"
        "from tests.test_pool import process_and_sleep\n"
        "if __name__ == '__main__':\n"
        "    for pid in map_batches(process_and_sleep, range(100), 2):\n"
        "        print(pid, flush=True)\n"
    )
    script = tmp_path / "program.py"
    script.write_text(program)
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    os.kill(pid, signal.SIGTERM)  # one to the whole group is the parent's to answer
    assert int(parent.stdout.readline()) > 0
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 60
    while (Path("/proc") / str(pid)).exists() and not _is_zombie(pid):
        assert time.monotonic() < until, "a scoring process outlived its parent"
        time.sleep(0.05)


def _is_zombie(pid: int) -> bool:
    """Whether the process has ended and nobody has asked for its exit code."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def process_and_sleep(_batch: int) -> int:
    """The process that does the work."""
    time.sleep(0.05)
    return os.getpid()
