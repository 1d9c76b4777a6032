"""Finding an engine by name, its seeds, and what is said when something is missing."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ifbench.errors import UsageError
from ifbench.generators import ENGINES, EngineOptions, Sampling, check, create, renderer
from tests.conftest import write_jsonl
from tests.generators_support import TEMPLATE, ask, save_tokenizer


@pytest.fixture
def everything_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ifbench.generators.base.find_spec", lambda _name: object())


@pytest.mark.usefixtures("everything_installed")
@pytest.mark.parametrize(
    ("engine", "options", "message"),
    [
        (
            "hf",
            {"tensor_parallel_size": 2},
            "the hf engine has no use for --tensor-parallel-size; vllm and ray take it",
        ),
        ("hf", {"lora": "adapter"}, "the hf engine has no use for --lora; vllm and ray take it"),
        ("hf", {"base_url": "http://localhost"}, "the hf engine has no use for --base-url; openai take"),
        ("vllm", {"num_actors": 2}, "the vllm engine has no use for --num-actors; ray take"),
        ("openai", {"template": "plain"}, "the openai engine has no use for --template; vllm and hf and ray take it"),
        ("openai", {"dtype": "float16"}, "the openai engine has no use for --dtype"),
        ("replay", {"reasoning": "on"}, "the replay engine has no use for --reasoning;"),
        ("ray", {"timeout": 1.0}, "the ray engine has no use for --timeout; openai take"),
        ("hff", {}, "no engine 'hff'; did you mean 'hf'"),
        ("quite other", {}, "no engine 'quite other'; there are vllm, hf, openai, ray, replay"),
    ],
)
def test_what_an_engine_does_not_take_is_refused(engine: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        check(engine, EngineOptions(model="owner/name", **options))
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("everything_installed")
@pytest.mark.parametrize(
    ("engine", "options"),
    [
        ("hf", {"template": "plain", "reasoning": "off", "reasoning_parser": "tags", "model_args": {"batch_size": 2}}),
        ("vllm", {"lora": "adapter", "gpu_memory_utilization": 0.5, "data_parallel_size": 2, "reasoning_parser": "x"}),
        ("openai", {"base_url": "http://localhost", "api_key_env": "KEY", "num_concurrent": 2, "reasoning": "on"}),
        ("ray", {"num_actors": 2, "ray_address": "auto", "tensor_parallel_size": 2, "template": "plain"}),
    ],
)
def test_what_an_engine_takes_is_let_through(engine: str, options: dict[str, Any]) -> None:
    check(engine, EngineOptions(model="owner/name", seed=1, log_path=Path("engine.log"), **options))


def test_a_server_s_model_needs_no_folder_and_a_file_of_responses_must_be_there(
    tmp_path: Path, everything_installed: None
) -> None:
    check("openai", EngineOptions(model="./nothing like a path"))
    with pytest.raises(UsageError, match=r"absent\.jsonl: no such file of responses"):
        check("replay", EngineOptions(model=str(tmp_path / "absent.jsonl")))
    check("replay", EngineOptions(model=str(write_jsonl(tmp_path / "r.jsonl", []))))


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed (extra: cpu)")
@pytest.mark.skipif(find_spec("transformers") is None, reason="transformers is not installed (extra: cpu)")
def test_a_renderer_needs_no_model(tmp_path: Path) -> None:
    save_tokenizer(tmp_path, TEMPLATE)
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    made = renderer("hf", EngineOptions(model=str(tmp_path)))
    assert made is not None
    assert made.render(ask(1, "cats"), Sampling()) == "<|user|>cats<|end|><|assistant|>"
    assert (made.count(ask(1, "cats")) or 0) > 3
    # What is meant for the model is no hindrance, and what is wrong is refused as by the engine.
    assert renderer("hf", EngineOptions(model=str(tmp_path), model_args={"device": "cpu", "batch_size": 4}))
    with pytest.raises(UsageError, match="has no switch"):
        renderer("hf", EngineOptions(model=str(tmp_path), reasoning="on"))


def test_what_is_replayed_is_not_rendered_beforehand(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "r.jsonl", [{"key": 1, "response": "a"}])
    assert renderer("replay", EngineOptions(model=str(path))) is None
    with pytest.raises(UsageError, match="no such file"):
        renderer("replay", EngineOptions(model="absent.jsonl"))


def test_an_engine_is_created_by_its_name(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "r.jsonl", [{"key": 1, "response": "a"}])
    engine = create("replay", EngineOptions(model=str(path)))
    assert [response.response for response in engine.generate([ask(1, "b")], Sampling())] == ["a"]
    with pytest.raises(UsageError, match="no use for --dtype"):
        create("replay", EngineOptions(model=str(path), dtype="float16"))


def test_an_unknown_engine_is_named_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="no engine 'vlm'; did you mean 'vllm'"):
        create("vlm", EngineOptions(model="anything"))


@pytest.mark.parametrize("engine", ["hf", "vllm"])
def test_a_model_that_cannot_be_one_is_refused_before_anything_is_loaded(engine: str, tmp_path: Path) -> None:
    (tmp_path / "nano-chat").mkdir()
    (tmp_path / "file.jsonl").touch()
    for model, message in {
        "nano-chat": "no config.json in this folder",
        "nano-chatt": "no such folder; did you mean 'nano-chat'",
        "file.jsonl": "is a file",
    }.items():
        with pytest.raises(UsageError, match=message):
            create(engine, EngineOptions(model=str(tmp_path / model)))


@pytest.mark.parametrize(("engine", "extra"), [("hf", "cpu"), ("vllm", "vllm")])
def test_absent_packages_name_the_extra(engine: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ifbench.generators.base.find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=rf"the {engine} engine needs .*ifbench-eval\[{extra}\]") as caught:
        create(engine, EngineOptions(model="owner/name"))
    assert "\n" not in str(caught.value)


def test_importing_the_engines_loads_none_of_their_packages() -> None:
    modules = ", ".join(f"ifbench.generators.{name}" for name in ENGINES)
    heavy = {"torch", "transformers", "vllm", "openai", "ray"}
    program = f"import sys, {modules}; print(sorted({heavy!r} & sys.modules.keys()))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_every_request_has_a_seed_of_its_own() -> None:
    sampling = Sampling(temperature=1.0, seed=7)
    seeds = {sampling.seed_of(ask(key, "a", sample)) for key in range(100) for sample in range(4)}
    assert len(seeds) == 400
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert Sampling(seed=8).seed_of(ask(0, "a")) not in seeds


def test_seeds_are_the_same_on_every_machine() -> None:
    assert Sampling(seed=7).seed_of(ask(1000, "a")) == Sampling(seed=7).seed_of(ask("1000", "b")) == 1456973563
