"""Transformers as an engine: any Hugging Face checkpoint, on the CPU or whatever device torch has."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, MutableMapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ifbench.errors import UsageError
from ifbench.generators.base import EngineOptions, Follow, Request, Sampling, ends_here
from ifbench.generators.chat import ChatTokenizer, cannot_load, local_path, taken_int
from ifbench.generators.hf.decoding import Draws, Growing, PositionsWithin, Row, Stops, before_stop, whole
from ifbench.records import Response

if TYPE_CHECKING:
    import torch


class HfEngine:
    """Answers requests with transformers' ``generate``, in batches of prompts of like length.

    ``model_args``: ``device`` (default: cuda, else mps, else cpu), ``batch_size`` (default 32), ``threads`` (CPU
    threads; default one less than there are cores, unless ``OMP_NUM_THREADS`` is set), ``max_model_len`` (tokens of
    prompt and answer together; default what the checkpoint was made for), ``chat_template_kwargs`` and ``tokenizer``
    (see `ChatTokenizer`); all others go to ``from_pretrained``. With dtype "auto" the CPU computes in float32, another
    device in the checkpoint's own type.

    The checkpoint's generation settings (temperature, penalties, …) are set aside except for its end tokens: only
    what `Sampling` says counts.

    Measured on two CPU cores that were never quite idle (transformers 5.19, float32):

    * Why not transformers' continuous batching (``generate_batch``): 313 tokens a second where ``generate`` made
      1,500 in the same process (2.8 M parameters, 256 prompts of up to 120 tokens, 128 tokens each); and it does not
      start without psutil. Leaving late rows for later (see `generate`) does for us what it is meant for: 256
      requests to the bundled model, 13 of which run to the context's end, took 75 s instead of 149 s.
    * Batches of 32 and 64 made 2,900 and 2,800 tokens a second, of 8 2,100, of 256 1,100.
    * Why one thread less than cores: torch's threads wait for each other after every operation, so one core that is
      taken slows all. With 111 M parameters two threads made 183 tokens a second in a quiet minute, where one made
      110, but 22 beside other work, where one made 52. On a machine of its own, ``threads`` may be all its cores.

    Raises:
        UsageError: torch or transformers is absent, an option is wrong, or the model cannot be loaded.
    """

    def __init__(self, options: EngineOptions):
        transformers = _transformers()
        if options.reasoning_parser not in ("auto", "tags"):
            raise UsageError(
                f"--reasoning-parser {options.reasoning_parser}: the hf engine reads tags and nothing else; the "
                "parsers are vLLM's: use --engine vllm"
            )
        args: dict[str, Any] = dict(options.model_args)
        with ExitStack() as cleanup:
            cleanup.enter_context(_quiet(transformers, options.log_path))
            self._start(transformers, options, args)
            self._cleanup = cleanup.pop_all()

    def _start(self, transformers: Any, options: EngineOptions, args: dict[str, Any]) -> None:
        self._batch_size = taken_int(args, "batch_size", 32) or 32
        self._device = _device(args.pop("device", None))
        _set_threads(taken_int(args, "threads", None))
        context = taken_int(args, "max_model_len", None)
        self._chat = ChatTokenizer(options, args)
        self._model: Any = _load(options, args, self._device)
        self._context = context or _context_length(self._model, self._chat.tokenizer)
        self._ends = _end_tokens(self._model, self._chat.tokenizer)
        pad = self._chat.tokenizer.pad_token_id
        self._pad: int = pad if pad is not None else self._ends[0] if self._ends else 0
        self._model.generation_config = transformers.GenerationConfig(
            do_sample=False, eos_token_id=self._ends or None, pad_token_id=self._pad
        )
        if self._context is not None:
            self._model.register_forward_pre_hook(PositionsWithin(self._context), with_kwargs=True)

    def describe(self) -> dict[str, Any]:
        """Package versions, device, type and thread count, context in tokens, template hash and commit."""
        import torch

        return {
            "engine": "hf",
            "packages": {name: version(name) for name in ("torch", "transformers", "tokenizers")},
            "commit": getattr(self._model.config, "_commit_hash", None),
            "device": str(self._device),
            "device_name": torch.cuda.get_device_name(self._device) if self._device.type == "cuda" else None,
            "dtype": str(self._model.dtype).removeprefix("torch."),
            "threads": torch.get_num_threads(),
            "batch_size": self._batch_size,
            "context": self._context,
            **self._chat.describe(),
        }

    def render(self, request: Request, sampling: Sampling) -> str:
        """The request as the chat template makes it.

        Raises:
            UsageError: the chat template refuses these messages.
        """
        return self._chat.render(request, sampling)

    def generate(
        self, requests: Sequence[Request], sampling: Sampling, follow: Follow = ends_here
    ) -> Iterator[Response]:
        """Answer every request and what follows from it; those of a batch come together.

        ``latency`` is that of the batch. With a temperature above 0 every request draws from a seed of its own
        (`Sampling.seed_of`), one number a token, so that its answer does not depend on what shares its batch. A row
        whose answer holds a stop text ends there; the tokens of the stop text are counted.

        A batch takes as long as its longest answer, so while others wait it is left when a quarter of its rows is
        still going; these late ones are later continued, from the tokens they have. With a ``follow`` every batch is
        left so, because the next turns of those that have ended are such others.

        Raises:
            UsageError: ``sampling`` asks for what this engine cannot do; nothing has been generated then.
        """
        if sampling.extra:
            names = ", ".join(sampling.extra)
            raise UsageError(f"the hf engine takes no --gen-kwargs; remove {names}, or use --engine vllm")
        if "" in sampling.stop:
            raise UsageError("--stop: a stop text is empty, and would end every answer before it begins")
        return self._answers(requests, sampling, follow)

    def _answers(self, requests: Iterable[Request], sampling: Sampling, follow: Follow) -> Iterator[Response]:
        asked = deque(requests)
        fresh: list[Row] = []
        late: list[Row] = []
        while asked or fresh or late:
            outcomes: Iterable[Response | Row]
            if asked:
                outcomes = (self._row(asked.popleft(), sampling) for _ in range(len(asked)))
            else:
                batch = self._next_batch(fresh, late)
                others = bool(fresh or late) or follow is not ends_here
                outcomes = self._advance(batch, sampling, others)
            for outcome in outcomes:
                if isinstance(outcome, Row):
                    (late if outcome.made else fresh).append(outcome)
                    continue
                try:
                    if (following := follow(outcome)) is not None:
                        asked.append(following)
                finally:
                    yield outcome

    def _row(self, request: Request, sampling: Sampling) -> Response | Row:
        prompt = self._chat.encode(request, sampling, self._context)
        return prompt if isinstance(prompt, Response) else Row(prompt)

    def _next_batch(self, fresh: list[Row], late: list[Row]) -> list[Row]:
        """The rows to compute next, taken out of those that wait."""
        batch: list[Row] = []
        for waiting in (fresh, late) if len(late) < self._batch_size else (late, fresh):
            # The longest come first: if memory is too small, that shows at once and not in the last hour.
            waiting.sort(key=lambda row: len(row.ids))
            first = max(0, len(waiting) - self._batch_size + len(batch))
            batch += waiting[first:]
            del waiting[first:]
        return batch

    def close(self) -> None:
        """Let go of the model."""
        import torch

        self._model = None
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        self._cleanup.close()

    def _advance(self, batch: list[Row], sampling: Sampling, others: bool) -> Iterator[Response | Row]:
        """The responses of a batch and its late rows; when it fails, of each row alone, so that one fails alone."""
        import torch

        try:
            outcomes = self._run(batch, sampling, late=len(batch) // 4 if others else 0)
        except Exception as error:  # noqa: BLE001 - whatever stops a batch is kept as its responses' error
            outcomes = [batch[0].prompt.failure(error)] if len(batch) == 1 else None
        if outcomes is not None:
            yield from outcomes
            return
        # Out of the except clause: its traceback would keep the failed batch's tensors alive.
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        for row in batch:
            yield from self._advance([row], sampling, others)

    def _run(self, batch: list[Row], sampling: Sampling, late: int) -> list[Response | Row]:
        """What became of a batch that is left when no more than ``late`` of its rows are still going."""
        import torch

        began = time.monotonic()
        width = max(len(row.ids) for row in batch)
        padding = [width - len(row.ids) for row in batch]
        ids = [[self._pad] * pad + row.ids for pad, row in zip(padding, batch, strict=True)]
        mask = [[0] * pad + [1] * (width - pad) for pad in padding]
        texts = [Growing(self._chat.decode, sampling.stop, row.made) for row in batch] if sampling.stop else []
        stops = Stops(batch, self._ends, width, late, self._device, texts)
        with torch.inference_mode():
            output = self._model.generate(
                input_ids=torch.tensor(ids, device=self._device),
                attention_mask=torch.tensor(mask, device=self._device),
                max_new_tokens=max(row.left for row in batch),
                stopping_criteria=[stops],
                logits_processor=[Draws(batch, sampling, width, self._device)] if sampling.temperature > 0 else [],
            )
        made: list[list[int]] = output[:, width:].tolist()
        seconds = time.monotonic() - began
        return [
            self._outcome(row, new if stopped is None else new[:stopped], seconds, sampling.stop if stopped else ())
            for row, new, stopped in zip(batch, made, stops.stopped, strict=True)
        ]

    def _outcome(self, row: Row, new: list[int], seconds: float, stops: Sequence[str] = ()) -> Response | Row:
        """What became of ``row``; one of ``stops``, where there are any, ended it."""
        new = new[: row.left]
        end = next((place for place, token in enumerate(new) if token in self._ends), None)
        if end is None and not stops and len(new) < row.left:
            return Row(row.prompt, [*row.made, *new], row.seconds + seconds)
        # Not every checkpoint marks its end tokens as special, and they are no part of the answer.
        tokens = [*row.made, *new[:end]]
        # Byte-level tokens may end within a character; vLLM leaves its bytes out as well.
        text = before_stop(whole(self._chat.decode(tokens)), stops)
        answer = row.prompt.answer(
            text,
            finish_reason="stop" if end is not None or stops else "length",
            completion_tokens=len(tokens) + (end is not None),
            latency=row.seconds + seconds,
        )
        return replace(answer, reasoning_tokens=self._chat.reasoning_tokens(tokens, text, answer))


def _transformers() -> Any:
    """The transformers module."""
    import transformers

    return transformers


@contextmanager
def _quiet(transformers: Any, path: Path | None) -> Generator[None]:
    """Keep transformers from the terminal; what it warns of goes to the file ``path``, if there is one."""
    transformers.utils.logging.disable_progress_bar()
    if path is None:
        transformers.utils.logging.set_verbosity_error()
        yield
        return
    transformers.utils.logging.set_verbosity_warning()
    transformers.utils.logging.disable_default_handler()
    handler = logging.FileHandler(path, encoding="utf-8")
    logging.getLogger("transformers").addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger("transformers").removeHandler(handler)
        handler.close()
        transformers.utils.logging.enable_default_handler()


def _device(wanted: object) -> torch.device:
    import torch

    name = wanted or ("cuda" if torch.cuda.is_available() else "mps" if torch.mps.is_available() else "cpu")
    try:
        device = torch.device(str(name))
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"model_args device: {name} cannot be used by this build of torch: {reason}") from error
    return device


def _set_threads(wanted: int | None) -> None:
    import torch

    if wanted is None and os.environ.get("OMP_NUM_THREADS"):
        return
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    torch.set_num_threads(wanted or max(1, cores - 1))


def _load(options: EngineOptions, args: MutableMapping[str, Any], device: torch.device) -> Any:
    """The model in evaluation mode on ``device``."""
    import torch
    from transformers import AutoModelForCausalLM

    dtype = "float32" if options.dtype == "auto" and device.type == "cpu" else options.dtype
    if dtype != "auto" and not isinstance(getattr(torch, dtype, None), torch.dtype):
        raise UsageError(f"dtype {dtype!r} is not one of torch's: auto, float32, float16, bfloat16")
    name = local_path(options.model)
    try:
        model: Any = AutoModelForCausalLM.from_pretrained(name, revision=options.revision, dtype=dtype, **args)
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, ImportError) as error:
        raise cannot_load(name, "model", error) from error
    return model.to(device).eval()


def _context_length(model: Any, tokenizer: Any) -> int | None:
    """Tokens of prompt and answer together that the checkpoint was made for; None when nothing says so."""
    told = getattr(model.config.get_text_config(), "max_position_embeddings", None) or tokenizer.model_max_length
    # A tokenizer without a limit gives a number beyond any context.
    return int(told) if told and told < 10**9 else None


def _end_tokens(model: Any, tokenizer: Any) -> list[int]:
    """The tokens that end an answer, by the generation settings and by the tokenizer."""
    told = model.generation_config.eos_token_id
    ends = told if isinstance(told, list) else [told]
    return sorted({int(token) for token in [*ends, tokenizer.eos_token_id] if token is not None})
