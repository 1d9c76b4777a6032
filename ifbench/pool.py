"""Pure work over many processes: of this machine, or of a Ray cluster."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from ifbench.errors import IfbenchError
from ifbench.generators.ray.cluster import Cluster

_T = TypeVar("_T")
_R = TypeVar("_R")

# Batches on their way for each process: one that is worked on, and the next.
_AHEAD = 2
# A Ray task whose process dies (a node lost, memory full) is given to another so many times.
_RETRIES = 3
# Without the result of a batch: the cluster has no room for it, or is gone.
_TASK_SECONDS = 1800.0


def map_batches(
    function: Callable[[_T], _R], batches: Iterable[_T], jobs: int, ray_address: str | None = None
) -> Iterator[_R]:
    """``function`` of each batch, in order, ``jobs`` at a time; the results are the same wherever they are made.

    At most two batches a process are on their way, so that neither these nor their results pile up. Closing the
    iterator drops what has not begun. With a ``ray_address`` ("auto", host:port, or "local" for a Ray of our own) each
    batch is a Ray task, which is tried again on another process when its own dies; ``ifbench`` must be installed there.
    Otherwise, with one job or one batch, this process does it all, and else a pool of processes.

    Ray is for a cluster: on one machine a Ray of our own takes 10 to 28 s to start. Beyond that it ranks with
    processes: on two cores that other work shared, 30,240 IFEval responses (47 MiB) gave 1,500 to 2,700 responses a
    second with Ray and 1,300 to 1,700 with processes, as far apart from run to run as from each other.

    Raises:
        IfbenchError: a process died, with Ray more often than it is tried again, or the cluster does not answer.
        UsageError: the cluster cannot be joined.
    """
    iterator = iter(batches)
    if ray_address is not None:
        return _with_ray(function, iterator, jobs, ray_address)
    first = list(islice(iterator, jobs))
    batches = chain(first, iterator)
    if len(first) <= 1:
        return map(function, batches)
    return _with_processes(function, batches, len(first))


def _in_order(
    submit: Callable[[_T], Any], batches: Iterable[_T], at_once: int, result: Callable[[Any], _R]
) -> Iterator[_R]:
    """The results in order, of ``at_once`` batches on their way."""
    iterator = iter(batches)
    waiting = deque(map(submit, islice(iterator, at_once)))
    while waiting:
        done = result(waiting.popleft())
        waiting.extend(map(submit, islice(iterator, 1)))
        yield done


def _with_processes(function: Callable[[_T], _R], batches: Iterable[_T], workers: int) -> Iterator[_R]:
    # Spawned, not forked: the caller may hold threads (an engine, a progress bar) that a fork would break.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _leave_interrupts_to_the_parent)
    try:
        yield from _in_order(lambda batch: pool.submit(function, batch), batches, _AHEAD * workers, Future[_R].result)
    except BrokenProcessPool as error:
        raise IfbenchError("a scoring process died, perhaps for want of memory; try again with fewer --jobs") from error
    finally:
        pool.shutdown(cancel_futures=True)


def _with_ray(function: Callable[[_T], _R], batches: Iterable[_T], jobs: int, address: str) -> Iterator[_R]:
    cluster = Cluster(address)
    ray, errors = cluster.ray, cluster.ray.exceptions
    task = ray.remote(function).options(max_retries=_RETRIES)
    open_tasks: set[Any] = set()

    def submit(batch: _T) -> Any:
        call = task.remote(batch)
        open_tasks.add(call)
        return call

    def result(call: Any) -> _R:
        try:
            return ray.get(call, timeout=_TASK_SECONDS)
        except errors.GetTimeoutError as error:
            raise IfbenchError(
                f"the Ray cluster did not score a batch within {_TASK_SECONDS / 60:.0f} minutes; has it free CPUs?"
            ) from error
        except errors.RayTaskError as error:
            raise error.cause from None
        except errors.RayError as error:
            reason = str(error).strip().splitlines()[0]
            raise IfbenchError(f"the Ray cluster lost a batch {_RETRIES + 1} times: {reason}") from error
        finally:
            open_tasks.discard(call)

    try:
        yield from _in_order(submit, batches, _AHEAD * max(1, jobs), result)
    finally:
        for call in open_tasks:
            ray.cancel(call)
        cluster.close()


def _leave_interrupts_to_the_parent() -> None:
    """What a scoring process begins with: signals to the whole group are the parent's, and it ends with the parent.

    A process that dies while it writes a result leaves the parent reading for ever; one whose parent was killed would
    wait for ever, since it holds the other end of its own queue.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
    os._exit(1)
