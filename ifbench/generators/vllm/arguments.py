"""What vLLM is told: engine arguments, a LoRA adapter, the parameters of a request; each checked before a run."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, cast, get_args

from ifbench.errors import UsageError, nearest, quote
from ifbench.generators.base import EngineOptions, Sampling
from ifbench.generators.chat import local_path

_OPTIONS = {
    "model": "--model",
    "revision": "--revision",
    "dtype": "--dtype",
    "seed": "--seed",
    "tensor_parallel_size": "--tensor-parallel-size",
    "pipeline_parallel_size": "--pipeline-parallel-size",
    "data_parallel_size": "--data-parallel-size",
    "gpu_memory_utilization": "--gpu-memory-utilization",
    "quantization": "--quantization",
    "enable_lora": "--lora",
    "reasoning_parser": "--reasoning-parser",
}
"""vLLM's engine arguments that have an option of their own here."""

_SAMPLING = {
    "n": "--n",
    "temperature": "--temperature",
    "top_p": "--top-p",
    "top_k": "--top-k",
    "max_tokens": "--max-tokens",
    "stop": "--stop",
    "seed": "--seed",
}
# What is read of an answer depends on these.
_OURS = (
    "output_kind",
    "detokenize",
    "skip_special_tokens",
    "include_stop_str_in_output",
    "skip_clone",
    "stream_interval",
)
_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)


def engine_arguments(options: EngineOptions, args: Mapping[str, Any], tokenizer: str, on_cpu: bool) -> dict[str, Any]:
    """The arguments of ``AsyncEngineArgs``: what ``options`` say, and over it ``args``, the user's own.

    Raises:
        UsageError: ``args`` holds what vLLM does not know, or what has an option of its own; or the adapter is none.
    """
    settings: dict[str, Any] = {
        "model": local_path(options.model),
        "tokenizer": tokenizer,
        "revision": options.revision,
        "dtype": options.dtype,
        "tensor_parallel_size": options.tensor_parallel_size,
        "pipeline_parallel_size": options.pipeline_parallel_size,
        "data_parallel_size": options.data_parallel_size,
        "seed": options.seed,
        "enable_prefix_caching": True,
        "disable_log_stats": True,
    }
    if options.gpu_memory_utilization is not None:
        settings["gpu_memory_utilization"] = options.gpu_memory_utilization
    if options.quantization is not None:
        settings["quantization"] = options.quantization
    if options.lora is not None:
        settings |= {"enable_lora": True, "max_lora_rank": _lora_rank(options.lora)}
    if on_cpu:
        settings["enforce_eager"] = True
        # Its CPU build dies of a prompt that is read in parts by a request with a seed of its own (vLLM 0.32).
        settings["enable_chunked_prefill"] = False
        if options.dtype == "auto":
            settings["dtype"] = "float32"
    vllm: Any = importlib.import_module("vllm")
    names = [field.name for field in fields(vllm.AsyncEngineArgs)]
    for name in args:
        if name in _OPTIONS:
            raise UsageError(f"model_args {name}: this has an option of its own, {_OPTIONS[name]}")
        if name not in names:
            hint = nearest(name, names) or "see vLLM's list of engine arguments"
            raise UsageError(f"model_args {name}: vLLM {vllm.__version__} has no such engine argument; {hint}")
    return {**settings, **args}


def lora_request(folder: str | None) -> Any:
    """What a request says to be answered with the adapter in ``folder``; None when there is none."""
    if folder is None:
        return None
    path = Path(folder).expanduser().absolute()
    request: Any = importlib.import_module("vllm.lora.request").LoRARequest
    return request(path.name or "adapter", 1, str(path))


def _lora_rank(folder: str) -> int:
    """The smallest rank that vLLM can be set to and that holds the adapter in ``folder``."""
    file = Path(folder).expanduser() / "adapter_config.json"
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"is not JSON: {error}"
        raise UsageError(
            f"--lora {folder}: adapter_config.json cannot be read: {reason}; give the folder of an adapter in peft's "
            "format"
        ) from error
    found = cast("dict[str, Any]", config) if isinstance(config, dict) else {}
    pattern = found.get("rank_pattern")
    ranks = [found.get("r"), *(cast("dict[str, Any]", pattern).values() if isinstance(pattern, dict) else ())]
    if not all(isinstance(rank, int) and rank > 0 for rank in ranks):
        raise UsageError(f"--lora {folder}: adapter_config.json names no rank r above 0: {quote(found.get('r'))}")
    needed, allowed = max(cast("list[int]", ranks)), _allowed_ranks()
    fitting = [rank for rank in sorted(allowed) if rank >= needed]
    if not fitting:
        raise UsageError(f"--lora {folder}: its rank is {needed}, and vLLM goes up to {max(allowed)}")
    return fitting[0]


def _allowed_ranks() -> Iterable[int]:
    """The ranks that vLLM's argument takes, which differ between its versions."""
    try:
        named: Any = importlib.import_module("vllm.config.lora").MaxLoRARanks
    except (ImportError, AttributeError):  # an earlier version, which takes these
        return _RANKS
    return cast("tuple[int, ...]", get_args(named)) or _RANKS


def sampling_parameters(sampling: Sampling) -> dict[str, Any]:
    """The fields of vLLM's SamplingParams that all requests share.

    What ``sampling.extra`` holds is converted to vLLM's types, as JSON has fewer.

    Raises:
        UsageError: vLLM has no such parameter, it has an option of its own, or it does not take the value.
    """
    msgspec: Any = importlib.import_module("msgspec")
    params: Any = importlib.import_module("vllm").SamplingParams
    known = [name for name in params.__struct_fields__ if not name.startswith("_")]
    known = [name for name in known if name not in _OURS and name != "output_text_buffer_length"]
    for name in sampling.extra:
        if name in _SAMPLING:
            raise UsageError(f"--gen-kwargs {name}: this has an option of its own, {_SAMPLING[name]}")
        if name not in known:
            hint = nearest(name, known) or "see vLLM's SamplingParams"
            raise UsageError(f"--gen-kwargs {name}: no sampling parameter of vLLM that can be set; {hint}")
    settings: dict[str, Any] = {
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "stop": list(sampling.stop),
        "max_tokens": sampling.max_tokens,
    }
    try:
        # JSON knows no whole numbers as names, which logit_bias has: so not strictly.
        made = msgspec.convert({**settings, **sampling.extra}, params, strict=False)
    except Exception as error:  # vLLM raises errors of its own, which share no class
        raise UsageError(f"vLLM does not take these sampling parameters: {' '.join(str(error).split())}") from error
    return {**settings, **{name: getattr(made, name) for name in sampling.extra}}
