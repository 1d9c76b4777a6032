"""Ends the processes that an engine has started when the process that started them is gone, however it ended.

vLLM's engine processes do not notice that: after `kill` they would hold the GPU for good. So a small process beside
them waits for the end of ours, and then looks for those that carry our mark in their environment. It is this file run
as a program, apart from the package: it needs psutil, which comes with vLLM.
"""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Generator
from contextlib import contextmanager, suppress

_MARK = "IFBENCH_STARTED_BY"
_GRACE_SECONDS = 10.0


class Guard:
    """Ends what is started within :meth:`marking` when this process is gone, or when told to."""

    def __init__(self) -> None:
        self._mark = uuid.uuid4().hex
        # A session of its own: what is sent to our process group, as by Ctrl-C, is not meant for it.
        self._process = subprocess.Popen(
            [sys.executable, "-I", __file__, self._mark],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @contextmanager
    def marking(self) -> Generator[None]:
        """Processes started meanwhile, and all they start, are those that are meant."""
        # vLLM names its processes with a package that writes the name over the environment, unless told not to.
        settings = {_MARK: self._mark, "SPT_NOENV": "1"}
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value

    def end(self) -> None:
        """End what is left of it, and wait until it has ended. A second call does nothing."""
        if self._process.returncode is None:
            self._process.communicate()


def _main(mark: str) -> None:
    sys.stdin.read()
    import psutil

    def ours(process: psutil.Process) -> bool:
        try:
            # Python's own helper notices the end itself, and clears up after it.
            return process.environ().get(_MARK) == mark and "resource_tracker" not in " ".join(process.cmdline())
        except (psutil.Error, OSError):  # ended meanwhile, or another user's
            return False

    marked = [process for process in psutil.process_iter() if process.pid != os.getpid() and ours(process)]
    for process in marked:
        with suppress(psutil.Error):
            process.terminate()
    _, living = psutil.wait_procs(marked, _GRACE_SECONDS)
    for process in living:
        with suppress(psutil.Error):
            process.kill()


if __name__ == "__main__":
    _main(sys.argv[1])
