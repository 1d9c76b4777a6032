"""Ray, started here or joined: what the ray engine and scoring through Ray share."""

from __future__ import annotations

import importlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from ifbench.errors import UsageError

LOCAL = "local"
"""The address that stands for a Ray of our own."""

_OBJECT_STORE_BYTES = 200 << 20  # requests, answers and batches are small; Ray would take a third of the memory
_CONNECT_SECONDS = 10.0
_SECRET = ("KEY", "TOKEN", "SECRET", "PASSWORD")
_HUB = ("HF_HOME", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")


class Cluster:
    """Ray, connected. It is closed when no longer needed.

    Without an ``address`` (or with "local") a Ray is started on this machine for this process alone: it listens on the
    loopback address only, sends no usage statistics and ends with this process, however that ends. Its logs are in
    its session folder (``/tmp/ray/session_latest/logs``; ``RAY_TMPDIR`` puts it elsewhere), not on the terminal.
    Otherwise the cluster at ``address`` ("auto", or host:port of its head node) is joined; this process must run on
    one of its nodes. A Ray that this process is connected to already is used as it is and left alone.

    Raises:
        UsageError: Ray is not installed, does not start, or no cluster answers at ``address``.
    """

    def __init__(self, address: str | None = None):
        self.local = address in (None, LOCAL)
        if address is not None and address not in (LOCAL, "auto"):
            _refuse_dead(address)
        if self.local:
            # Ray reads it when it is imported: without it a cluster of one listens to the whole network.
            os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        # Ray would warn that it will change what an actor without GPUs sees; ours ask for what they use.
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        try:
            self.ray: Any = importlib.import_module("ray")
        except ImportError as error:
            raise UsageError("Ray is not installed: pip install 'ifbench-eval[ray]'") from error
        self._ours = not self.ray.is_initialized()
        self._undo = _print_nothing
        if self._ours:
            self._connect(address)

    def _connect(self, address: str | None) -> None:
        settings: dict[str, Any] = {"address": address}
        if self.local:
            settings = {
                "address": "local",
                "include_dashboard": False,
                "object_store_memory": _OBJECT_STORE_BYTES,
                # Ray gives way to everything else on the machine unless it is told not to.
                "_system_config": {"worker_niceness": 0},
            }
        # Ray puts a handler of its own there.
        kept = signal.getsignal(signal.SIGTERM)
        try:
            with _environment(self.environment() if self.local else {}):
                self.ray.init(log_to_driver=False, logging_level="ERROR", **settings)
        except (OSError, RuntimeError, ValueError, TimeoutError) as error:
            reason = " ".join(str(error).split())[:300]
            if self.local:
                raise UsageError(f"Ray does not start: {reason}") from error
            if "InvalidAuthToken" in str(error.__cause__):
                hint = "it asks for a token: set RAY_AUTH_MODE=token where the user has the cluster's token"
            else:
                hint = "`ray start --head` starts one, and prints its address"
            raise UsageError(
                f"--ray-address {address}: no Ray cluster can be joined there; {hint}: {reason}"
            ) from error
        finally:
            if kept is not None and threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGTERM, kept)
        # What Ray says of a worker that died it prints on standard output, which is for data; its log has it too.
        inner: Any = importlib.import_module("ray._private.worker")
        if hasattr(inner, "print_to_stdstream"):
            self._undo = lambda printer=inner.print_to_stdstream: setattr(inner, "print_to_stdstream", printer)
            inner.print_to_stdstream = _print_nothing

    @property
    def gpus(self) -> list[int]:
        """How many GPUs each node has, nodes without any left out."""
        nodes = (node for node in self.ray.nodes() if node["Alive"])
        return [count for node in nodes if (count := int(node["Resources"].get("GPU", 0)))]

    def environment(self) -> dict[str, str]:
        """What a worker's environment must have of ours: vLLM's settings, and on this machine the import path.

        What looks like a secret is left out: Ray shows a worker's environment to everyone on the cluster.
        """
        found = {
            name: value
            for name, value in os.environ.items()
            if (name.startswith("VLLM_") or name in _HUB) and not any(word in name for word in _SECRET)
        }
        if self.local:
            found["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        return found

    def close(self) -> None:
        """Leave the cluster, or end the one started here. A second call does nothing."""
        if self._ours:
            self._ours = False
            self.ray.shutdown()
            self._undo()


def _refuse_dead(address: str) -> None:
    """Refuse an address where nothing answers: Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or "://" in address:
        raise UsageError(
            f"--ray-address {address}: is neither auto nor HOST:PORT of a cluster's head node (a Ray Client address, "
            "ray://…, will not do: run on a node of the cluster)"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"--ray-address {address}: nothing answers there ({error}); `ray start --head` prints a cluster's address"
        ) from error


def _print_nothing(*_data: Any, **_how: Any) -> None:
    """What is printed in place of what Ray would print."""


@contextmanager
def _environment(variables: Mapping[str, str]) -> Generator[None]:
    """These environment variables are set; afterwards they are what they were."""
    kept = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
