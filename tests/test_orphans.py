"""What an engine has started ends with the process that started it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest

from tests.conftest import REPOSITORY

pytestmark = [
    pytest.mark.skipif(find_spec("psutil") is None, reason="psutil is not installed (it comes with vLLM)"),
    pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals"),
]

STARTER = """
import subprocess, sys, time
from ifbench.generators.vllm.orphans import Guard

sleeping = [sys.executable, "-c", "import time; time.sleep(600)"]
guard = Guard()
with guard.marking():
    inside = subprocess.Popen(sleeping)
outside = subprocess.Popen(sleeping)
if sys.argv[1] == "end":
    guard.end()
    guard.end()
print(inside.pid, outside.pid, inside.poll(), outside.poll(), flush=True)
time.sleep(600)
"""


def gone(pid: int) -> bool:
    import psutil

    for _ in range(600):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_was_started_ends_with_its_starter_however_that_ends(how: signal.Signals) -> None:
    import psutil

    command = [sys.executable, "-c", STARTER, "wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        inside, outside = map(int, process.stdout.readline().split()[:2])
        process.send_signal(how)
    try:
        assert gone(inside)
        assert psutil.Process(outside).status() != "zombie"
    finally:
        psutil.Process(outside).kill()


def test_it_can_be_ended_before() -> None:
    command = [sys.executable, "-c", STARTER, "end"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        assert process.stdout is not None
        inside, outside, ended, other = process.stdout.readline().split()
        process.kill()
    try:
        assert ended == str(-signal.SIGTERM)
        assert other == "None"
        assert gone(int(inside))
    finally:
        import psutil

        psutil.Process(int(outside)).kill()
