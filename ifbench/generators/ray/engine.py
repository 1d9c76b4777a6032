"""vLLM in several Ray actors: on many GPUs, on many machines, or on the cores of this one."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from typing import Any

from ifbench.errors import IfbenchError, UsageError
from ifbench.generators.base import EngineOptions, Follow, Request, Sampling, ends_here
from ifbench.generators.loop import Loop
from ifbench.generators.ray.cluster import Cluster
from ifbench.generators.ray.crew import DEATHS, Crew, Life, WorkerLostError
from ifbench.generators.ray.worker import Started, StartEngine, Worker, start_vllm
from ifbench.records import Response

# Until a worker's engine is there: a large checkpoint may come from a slow disk, or from the hub.
_START_SECONDS = 1800.0
# Without any answer from a worker that has requests: it hangs, and is replaced.
_SILENT_SECONDS = 3600.0
_RENDER_SECONDS = 60.0
# For vLLM to end its processes, after which the worker is killed.
_CLOSE_SECONDS = 30.0
# When the run is ended because workers die, for answers of the others that are on their way.
_GRACE_SECONDS = 10.0


class RayEngine:
    """``options.num_actors`` workers, each a Ray actor with a `VllmEngine` of the same options.

    Every request is one call of one worker. The requests of a prompt, all its samples and turns, go to the same worker
    while it has room, for its prefix cache; a prompt nobody has begun goes to whoever has the least to do, so that a
    slow worker keeps none waiting. A worker is given a quarter more than its engine answers at once.

    A worker whose process dies, or whose vLLM dies (it then ends itself), is replaced, `crew.RESTARTS` times at
    most, and what it had not answered is given to others at once: every request has one response, whatever dies. A
    request under which `crew.DEATHS` workers have died in turn gets a response that says so. One that has seen a
    worker die is asked in small company, then alone, so that the others are not taken for the cause. A worker that
    has answered nothing for an hour, though it was asked, is taken for dead.

    Without ``options.ray_address`` a Ray is started on this machine, as `Cluster` says. Workers get the GPUs their
    engine needs (the product of its parallel sizes; those of one worker must be in one machine). Without GPUs, the
    workers of our own Ray share the cores of this machine evenly, unless ``VLLM_CPU_OMP_THREADS_BIND`` is set; each
    has a KV cache of its own (``VLLM_CPU_KVCACHE_SPACE``).

    In a cluster that is joined, every node needs the same Python with the same ifbench, vLLM and Ray, and the model
    under the same name (a hub id, or a folder that all can read). The variables ``VLLM_*`` are handed on.

    The log of worker N is beside ``options.log_path``, with ".N" before its suffix.

    Raises:
        UsageError: Ray is absent, does not start or has too few GPUs, the engines do not start, or are not alike.
    """

    def __init__(self, options: EngineOptions, start: StartEngine = start_vllm):
        if options.num_actors < 1:
            raise UsageError(f"--num-actors {options.num_actors}: there must be one at least")
        self._options, self._begin = options, start
        self._cluster = Cluster(options.ray_address)
        self._ray = self._cluster.ray
        self._starting: set[Any] = set()
        self._loop = Loop("ray")
        self._crew = Crew(options.num_actors, self._hire, lambda life: self._kill(life.actor))
        try:
            self._gpus = self._needed_gpus()
            self._loop.run(self._crew.start())
            self._described = self._crew.living[0].described
        except BaseException:
            self.close()
            raise

    @property
    def pids(self) -> list[int]:
        """The processes of the workers that are there, on their machines."""
        return [life.pid for life in self._crew.living]

    def describe(self) -> dict[str, Any]:
        """What `VllmEngine.describe` says in a worker, and Ray's version.

        The number of workers is not part of it: a run may be gone on with on more machines, or on fewer.
        """
        packages = {**self._described.get("packages", {}), "ray": self._ray.__version__}
        return {**self._described, "engine": "ray", "packages": packages}

    def render(self, request: Request, sampling: Sampling) -> str:
        """``request`` exactly as the model sees it, asked of a worker.

        Raises:
            UsageError: the chat template refuses these messages.
            IfbenchError: the worker died.
        """
        return self._loop.run(self._render(request, sampling))

    def generate(
        self, requests: Sequence[Request], sampling: Sampling, follow: Follow = ends_here
    ) -> Iterator[Response]:
        """Answer every request and what follows from it, each as it finishes; closing the iterator early aborts what
        still runs. ``latency`` is measured by the worker.

        Raises:
            UsageError: vLLM does not take what ``sampling`` says.
            IfbenchError: a worker has died too often. Every response finished by then has been given out before.
        """
        at_once = sum(life.places for life in self._crew.living) or None
        return self._loop.answers(
            requests, lambda request: self._ask(request, sampling), follow, at_once, _GRACE_SECONDS
        )

    def close(self) -> None:
        """End every worker and what it started, and Ray if it was started here. A second call does nothing."""
        if self._loop.closed:
            return
        self._loop.cancel_all()
        self._loop.run(self._dismiss())
        self._loop.close()
        self._cluster.close()

    async def _ask(self, request: Request, sampling: Sampling) -> Response:
        """The response to one request, of whichever worker lives to give it."""
        reason = ""
        for deaths in range(DEATHS):
            life = await self._crew.place(str(request.key), deaths)
            try:
                return await self._answer(life, request, sampling)
            except WorkerLostError as error:
                reason = str(error)
                self._crew.bury(life, reason)
            finally:
                self._crew.leave(life, deaths)
        error = f"{DEATHS} workers died in turn while they answered this request; the last: {reason}"
        return Response(request.key, "", request.sample, request.turn, error=error)

    async def _answer(self, life: Life, request: Request, sampling: Sampling) -> Response:
        """What one worker answers.

        Raises:
            WorkerLostError: it died, or has been silent for too long.
            UsageError: it does not take what ``sampling`` says.
        """
        sent = time.monotonic()
        call = life.actor.answer.remote(request, sampling)
        while True:
            try:
                response: Response = await self._result(
                    call, max(life.heard, sent) + _SILENT_SECONDS - time.monotonic()
                )
            except asyncio.TimeoutError:
                if time.monotonic() - max(life.heard, sent) < _SILENT_SECONDS:
                    continue
                raise WorkerLostError(f"it answered nothing for {_SILENT_SECONDS:,.0f} seconds") from None
            except asyncio.CancelledError:
                self._ray.cancel(call)
                raise
            life.heard = time.monotonic()
            return response

    async def _hire(self, number: int) -> Life:
        """A worker, started."""
        settings = {"num_cpus": 0, "num_gpus": self._gpus, "max_restarts": 0, "max_task_retries": 0}
        environment = {**self._cluster.environment(), **self._share_of_cores(number)}
        actor = (
            self._ray.remote(Worker)
            .options(
                **settings,
                # Above it, Ray would hold calls back that the engine has room for.
                max_concurrency=100_000,
                scheduling_strategy="DEFAULT" if self._gpus else "SPREAD",
            )
            .remote(self._begin, self._options, number, environment)
        )
        self._starting.add(actor)
        try:
            started: Started = await self._result(actor.start.remote(), _START_SECONDS)
        except asyncio.TimeoutError:
            self._kill(actor)
            raise UsageError(
                f"worker {number} was not ready after {_START_SECONDS / 60:.0f} minutes: its engine takes too long to "
                "start, or the cluster has no room for it"
            ) from None
        except BaseException:
            self._kill(actor)
            raise
        finally:
            self._starting.discard(actor)
        return Life(number, actor, started.described, started.batch, started.pid)

    async def _result(self, call: Any, seconds: float) -> Any:
        """What a remote call returns, within ``seconds``. What goes wrong there is told in our own terms."""
        errors = self._ray.exceptions
        try:
            return await asyncio.wait_for(asyncio.wrap_future(call.future()), seconds)
        except errors.RayTaskError as error:
            if isinstance(error.cause, UsageError):
                raise UsageError(str(error.cause)) from None
            raise WorkerLostError(str(error.cause)) from None
        except errors.RayError as error:
            raise WorkerLostError(f"its process ended ({_first_words(error)})") from None

    async def _render(self, request: Request, sampling: Sampling) -> str:
        for life in self._crew.living:
            try:
                return await self._result(life.actor.render.remote(request, sampling), _RENDER_SECONDS)
            except (WorkerLostError, asyncio.TimeoutError):
                continue
        raise IfbenchError("no worker of the ray engine is there to render a request; the run can be gone on with")

    async def _dismiss(self) -> None:
        lives = self._crew.living
        calls = (self._result(life.actor.close.remote(), _CLOSE_SECONDS) for life in lives)
        await asyncio.gather(*calls, return_exceptions=True)
        for actor in [*(life.actor for life in lives), *self._starting]:
            self._kill(actor)

    def _kill(self, actor: Any) -> None:
        self._ray.kill(actor, no_restart=True)

    def _needed_gpus(self) -> int:
        """How many GPUs a worker needs: none where the cluster has none."""
        options, there = self._options, self._cluster.gpus
        if not there:
            return 0
        each = options.tensor_parallel_size * options.pipeline_parallel_size * options.data_parallel_size
        if sum(count // each for count in there) < options.num_actors:
            raise UsageError(
                f"--num-actors {options.num_actors}: with {each} GPUs each on one machine, the Ray cluster has room "
                f"for {sum(count // each for count in there)} (its machines have {', '.join(map(str, there))} GPUs)"
            )
        return each

    def _share_of_cores(self, number: int) -> dict[str, str]:
        """The environment that gives worker ``number`` its part of this machine's cores."""
        if self._gpus or not self._cluster.local or "VLLM_CPU_OMP_THREADS_BIND" in os.environ:
            return {}
        options = self._options
        ranks = options.tensor_parallel_size * options.pipeline_parallel_size * options.data_parallel_size
        cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
        return shares(list(cores), options.num_actors, ranks)[number - 1]


def shares(cores: Sequence[int], workers: int, ranks: int) -> list[dict[str, str]]:
    """The environment of each worker: which cores each of its ``ranks`` is bound to. Too few cores are shared.

    >>> shares([0, 1, 2, 3, 4], workers=2, ranks=1)[1]
    {'VLLM_CPU_OMP_THREADS_BIND': '2,3', 'OMP_NUM_THREADS': '2'}
    >>> [share["VLLM_CPU_OMP_THREADS_BIND"] for share in shares([4, 6], workers=3, ranks=2)]
    ['4|6', '4|6', '4|6']
    """
    each = max(1, len(cores) // (workers * ranks))
    lists = [
        ",".join(str(cores[(place * each + core) % len(cores)]) for core in range(each))
        for place in range(workers * ranks)
    ]
    return [
        {"VLLM_CPU_OMP_THREADS_BIND": "|".join(lists[first : first + ranks]), "OMP_NUM_THREADS": str(each)}
        for first in range(0, workers * ranks, ranks)
    ]


def _first_words(error: BaseException) -> str:
    """What Ray says first; what follows is advice and identifiers."""
    told = [line.strip() for line in str(error).splitlines() if line.strip()]
    return told[0][:200] if told else type(error).__name__
