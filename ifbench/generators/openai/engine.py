"""A server that speaks OpenAI's chat completions as an engine: `vllm serve`, SGLang, llama.cpp, a provider."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any, cast

from ifbench.errors import IfbenchError, UsageError, nearest, quote
from ifbench.generators.base import EngineOptions, Follow, Request, Sampling, ends_here
from ifbench.generators.loop import Loop
from ifbench.generators.openai.completion import read_completion
from ifbench.generators.openai.retries import GONE_AFTER, Patience, TryError
from ifbench.generators.openai.served import served_model
from ifbench.generators.openai.server import Server
from ifbench.records import Response

_MODEL_ARGS = ("chat_template_kwargs", "check_model", "extra_headers", "max_tokens_field")
_LIMIT_FIELDS = ("max_tokens", "max_completion_tokens")
_SWITCHES = ("enable_thinking", "thinking")
# What this engine decides: samples are requests of their own, and answers come whole.
_OURS = ("model", "messages", "n", "stream", "stream_options")
# How servers say that the limit of an answer does not fit into the context beside the prompt.
_NO_ROOM = re.compile(r"max_(?:completion_)?tokens|max_model_len|context length", re.IGNORECASE)
# How long answers on their way are waited for when the run is to end.
_GRACE_SECONDS = 10.0


class RequestBody:
    """Makes requests into the JSON that is sent. It needs no server.

    ``model_args`` are ``max_tokens_field`` ("max_completion_tokens" for providers that refuse "max_tokens"),
    ``chat_template_kwargs`` (an object for the server's chat template), ``extra_headers`` (an object; a value written
    "$NAME" is read from the environment), and ``check_model`` (false: do not ask the server for its list of models).
    ``Sampling.extra`` becomes fields of the body; one that is null is left out, also where it is set here otherwise.

    Raises:
        UsageError: the options ask for what a server is not told, or a model argument is unknown or wrong.
    """

    def __init__(self, options: EngineOptions):
        _check_numbers(options)
        if options.reasoning_parser not in ("auto", "tags"):
            raise UsageError(
                f"--reasoning-parser {options.reasoning_parser}: the server does that itself, start it with its own "
                "--reasoning-parser; here there are auto and tags, which read the tags that are left in an answer"
            )
        args = options.model_args
        for name in args:
            if name not in _MODEL_ARGS:
                hint = nearest(name, _MODEL_ARGS) or f"there are {', '.join(_MODEL_ARGS)}"
                raise UsageError(
                    f"model_args {name}: the openai engine has none such; {hint} (fields of the request go into "
                    "--gen-kwargs)"
                )
        field = args.get("max_tokens_field", _LIMIT_FIELDS[0])
        if field not in _LIMIT_FIELDS:
            raise UsageError(f"model_args max_tokens_field: {quote(field)} is not {' or '.join(_LIMIT_FIELDS)}")
        self.check_model = args.get("check_model", True)
        if not isinstance(self.check_model, bool):
            raise UsageError(f"model_args check_model: {quote(self.check_model)} is not true or false")
        headers = _object_of(args, "extra_headers")
        for name, value in headers.items():
            if not isinstance(value, str) or not (name + value).isascii() or not (name + value).isprintable():
                raise UsageError(f"model_args extra_headers {name}: the value is not a text that a header can hold")
        self.headers = cast("dict[str, str]", headers)
        self.limit_field = str(field)
        self._options = options
        self._template_kwargs = _object_of(args, "chat_template_kwargs")
        self._with_switch({})

    def of(self, request: Request, sampling: Sampling) -> dict[str, Any]:
        """The body of ``request``.

        Raises:
            UsageError: ``sampling.extra`` has a field that is not the user's to set.
        """
        body: dict[str, Any] = {
            "model": self._options.model,
            "messages": request.chat(),
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            self.limit_field: sampling.max_tokens,
        }
        if sampling.temperature > 0:
            body["seed"] = sampling.seed_of(request)
        if sampling.stop:
            body["stop"] = list(sampling.stop)
        if sampling.top_k:
            body["top_k"] = sampling.top_k
        for name in sampling.extra:
            if name in _OURS:
                raise UsageError(f"--gen-kwargs {name}: is set by the openai engine itself")
        extra = dict(sampling.extra)
        kwargs = self._with_switch(_object_of(extra, "chat_template_kwargs", "--gen-kwargs"))
        body |= extra
        if kwargs:
            body["chat_template_kwargs"] = kwargs
        return {name: value for name, value in body.items() if value is not None}

    def _with_switch(self, extra: Mapping[str, Any]) -> dict[str, Any]:
        """What the server's chat template is given beside the messages."""
        kwargs = {**self._template_kwargs, **extra}
        if self._options.reasoning == "default":
            return kwargs
        wanted = self._options.reasoning == "on"
        for name in _SWITCHES:
            if kwargs.get(name, wanted) != wanted:
                raise UsageError(
                    f"--reasoning {self._options.reasoning} and chat_template_kwargs {name}={kwargs[name]!r} disagree"
                )
        return {**kwargs, **dict.fromkeys(_SWITCHES, wanted)}

    def render(self, request: Request, sampling: Sampling) -> str:
        """The JSON that is sent, indented: what the model sees of it is made by the server."""
        return _indented(self.of(request, sampling))

    def count(self, request: Request) -> int | None:  # noqa: ARG002
        """None: only the server can tell."""
        return None


class OpenAIEngine:
    """Answers requests with the chat completions of the server at ``options.base_url``.

    ``options.num_concurrent`` conversations are open at a time; a request that fails for want of the server is tried
    again as `Patience` says. What was not answered for good is a response with an error. The run ends when the server
    refuses every request alike (the key, the model, the quota), and when it is gone.

    The key comes from the environment variable that ``options.api_key_env`` names and is shown nowhere.

    The server is asked for its list of models first, so that a wrong address, key or model is one error at the start.

    What a request does not set is the server's to choose: `vllm serve` takes a checkpoint's own top_k or repetition
    penalty then, unless it is started with ``--generation-config vllm``.

    Raises:
        UsageError: the server cannot be reached, refuses the key or does not have the model.
    """

    def __init__(self, options: EngineOptions, patience: Patience | None = None):
        self._body = RequestBody(options)
        self._options = options
        self._server = Server(options, self._body.headers)
        self._patience = patience or Patience(options.max_retries, max(GONE_AFTER, options.num_concurrent))
        self._loop = Loop("openai")
        try:
            self._served = self._loop.run(self._find_model()) if self._body.check_model else None
        except BaseException:
            self.close()
            raise

    def describe(self) -> dict[str, Any]:
        """The client's version, the address, and how the server's list describes the model."""
        return {
            "engine": "openai",
            "packages": {"openai": version("openai")},
            "base_url": self._server.address.url,
            "served_model": self._served,
        }

    def render(self, request: Request, sampling: Sampling) -> str:
        """As `RequestBody.render`; a limit that is more than the model's context is not sent."""
        return _indented(self._fitted(request, sampling))

    def generate(
        self, requests: Sequence[Request], sampling: Sampling, follow: Follow = ends_here
    ) -> Iterator[Response]:
        """Answer every request and all that follow, each as its answer comes.

        ``latency`` is that of the try that succeeded. With a temperature above 0 every request carries a seed of its
        own; whether a server heeds it is the server's affair.

        Raises:
            UsageError: the server refuses every request: the key, the model, the address, the account.
            IfbenchError: the server is gone. Every response there was has been given out before.
        """
        self._patience.failed_in_a_row = 0

        async def answer(request: Request) -> Response:
            return await self._answer(request, sampling)

        yield from self._loop.answers(requests, answer, follow, self._options.num_concurrent, _GRACE_SECONDS)

    def close(self) -> None:
        """End what runs and close the connections. A second call does nothing."""
        if self._loop.closed:
            return
        self._loop.cancel_all()
        self._loop.run(self._server.close())
        self._loop.close()

    async def _find_model(self) -> dict[str, Any] | None:
        try:
            return await served_model(self._server, self._options.model, replace(self._patience))
        except TryError as error:
            raise UsageError(self._refusal(error)) from None

    async def _answer(self, request: Request, sampling: Sampling) -> Response:
        if self._patience.gone:
            raise IfbenchError(self._farewell())
        body = self._fitted(request, sampling)

        async def attempt() -> Response:
            began = time.monotonic()
            reply = await self._post(body)
            return read_completion(request, reply, time.monotonic() - began)

        try:
            return await self._patience.run(attempt)
        except TryError as error:
            error.message = self._server.shown(error.message)
            if self._concerns_all(error):
                raise UsageError(self._refusal(error)) from None
            return Response(request.key, "", request.sample, request.turn, error=str(error))

    async def _post(self, body: dict[str, Any]) -> object:
        try:
            return await self._server.post(body)
        except TryError as error:
            # Older vLLM refuse a prompt and a limit that exceed the context together. Without a limit, a server whose
            # list says how long the context is goes to the end of it, which is what the limit would come to.
            if error.status != 400 or self._context is None or not _NO_ROOM.search(str(error)):
                raise
            if body.pop(self._body.limit_field, None) is None:
                raise
        return await self._server.post(body)

    @property
    def _context(self) -> int | None:
        """The model's context in tokens, where the server's list says so."""
        return (self._served or {}).get("max_model_len")

    def _fitted(self, request: Request, sampling: Sampling) -> dict[str, Any]:
        """The body of ``request``, without a limit that is more than the context: vLLM refuses that."""
        body, context, field = self._body.of(request, sampling), self._context, self._body.limit_field
        if context is not None and isinstance(body.get(field), int) and body[field] > context:
            del body[field]
        return body

    def _concerns_all(self, error: TryError) -> bool:
        """Whether the server would refuse every other request as well."""
        # Some providers say 403 or 404 of one request, but hardly of the first.
        return error.status in (401, 402) or (error.status in (403, 404) and not self._patience.answered)

    def _farewell(self) -> str:
        """What is said when the server counts as gone."""
        last = self._patience.last
        busy = last is not None and last.status == 429
        return (
            f"{self._server.address.url}: the server {'turns everything away' if busy else 'is gone'}: the last "
            f"{self._patience.failed_in_a_row:,} requests failed for good, the last of them with {last}; when it "
            f"answers again, go on with the same --output-path{' and a lower --num-concurrent' if busy else ''}"
        )

    def _refusal(self, error: TryError) -> str:
        """What is wrong and what to do next, when the server refuses everything."""
        if error.status in (401, 403):
            name = self._options.api_key_env or "OPENAI_API_KEY"
            said = f"it refuses the key in {name}" if self._server.has_key else "give it a key with --api-key-env"
        elif error.status == 402:
            said = "the account cannot pay for the request"
        else:
            said = "is this the address of the API (it mostly ends in /v1), and has it such a model?"
        if self._patience.answered:
            said += "; what was answered is kept, go on with the same --output-path"
        return f"{self._server.address.url}: {error}; {said}"


def _indented(body: Mapping[str, Any]) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False)


def _check_numbers(options: EngineOptions) -> None:
    if options.num_concurrent < 1:
        raise UsageError(f"--num-concurrent {options.num_concurrent}: must be at least 1")
    if options.max_retries < 0:
        raise UsageError(f"--max-retries {options.max_retries}: must be at least 0")
    if not options.timeout > 0:
        raise UsageError(f"--timeout {options.timeout}: must be more than 0 seconds")


def _object_of(args: Mapping[str, Any], name: str, option: str = "model_args") -> dict[str, Any]:
    """The object that ``args`` hold under ``name``."""
    value = args.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UsageError(f"{option} {name}: {quote(value)} is not an object of names and values")
    return dict(cast("dict[str, Any]", value))
