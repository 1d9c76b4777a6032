"""Where vLLM speaks: its logs kept in a file, in this process and in those it starts."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ifbench.generators.base import EngineOptions

CACHE_GIB = 4
"""The size of the KV cache without a GPU, where nothing else is said."""


def set_environment(options: EngineOptions) -> None:
    """What vLLM and the processes it starts read from the environment; what the user has set stays."""
    defaults = {
        "VLLM_LOGGING_LEVEL": "INFO" if options.log_path else "ERROR",
        "VLLM_LOGGING_STREAM": "ext://sys.stderr",
        "VLLM_NO_USAGE_STATS": "1",
        # A process with threads, as ours is, must not fork.
        "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
        "TOKENIZERS_PARALLELISM": "false",
    }
    # The variable wins over the argument, so it is left alone when there is one.
    if "kv_cache_memory_bytes" not in options.model_args:
        defaults["VLLM_CPU_KVCACHE_SPACE"] = str(CACHE_GIB)
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


@contextmanager
def descriptors_to(path: Path | None) -> Generator[None]:
    """File descriptors 1 and 2 lead to the file ``path``, or both to standard error when it is None."""
    kept = os.dup(1), os.dup(2)
    target = os.dup(2) if path is None else os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    _flush()
    try:
        os.dup2(target, 1)
        os.dup2(target, 2)
        yield
    finally:
        _flush()
        os.dup2(kept[0], 1)
        os.dup2(kept[1], 2)
        for descriptor in (*kept, target):
            os.close(descriptor)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


@contextmanager
def logger_to(path: Path) -> Generator[None]:
    """vLLM's logger in this process writes to the file ``path``."""
    handlers = [
        handler
        for handler in logging.getLogger("vllm").handlers
        if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler)
    ]
    with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
        kept = [(handler, handler.setStream(file)) for handler in handlers]
        try:
            yield
        finally:
            for handler, stream in kept:
                if stream is not None:
                    handler.setStream(stream)


# Not the errors that only point to others.
_ERROR = re.compile(r"^(?!.*(?:EngineDeadError|root cause)).*?(\b[A-Za-z_.]*(?:Error|Exception): .+)", re.MULTILINE)


def last_error(path: Path, start: int, tail: int = 65536) -> str | None:
    """The last error that the log at ``path`` names after its first ``start`` bytes, which are of earlier runs."""
    with path.open("rb") as file:
        file.seek(max(start, path.stat().st_size - tail))
        found = _ERROR.findall(file.read().decode("utf-8", "replace"))
    return found[-1].strip()[:300] if found else None
