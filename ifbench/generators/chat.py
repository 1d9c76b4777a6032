"""A checkpoint's tokenizer and chat template: what the engines that load a checkpoint themselves share.

Prompts are rendered and counted before an engine sees them, so that one that does not fit becomes the error of its
own response and not that of the batch.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ifbench.errors import UsageError, quote
from ifbench.generators.base import PLAIN_TEMPLATE, EngineOptions, Message, Request, Sampling
from ifbench.reasoning import THINK, Split, Tags, opens_reasoning, split_reasoning
from ifbench.records import Response

Reader = Callable[[str, bool], Split]
"""Takes a text apart; the second argument says whether the prompt ended inside the reasoning."""

PLAIN_STOPS = ("\n\nUser:", "\nUser:", "\n\nSystem:", "\nSystem:")
"""What ends an answer under the plain template: the next speaker."""

_PLAIN = """\
{%- for message in messages -%}
{{- {'system': 'System', 'user': 'User', 'assistant': 'Assistant'}[message['role']] + ': ' + message['content'] -}}
{{- '\\n\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- 'Assistant:' -}}{%- endif -%}
"""
_PLAIN_FIRST = "{{- bos_token -}}"
_SWITCHES = ("enable_thinking", "thinking")
_GENERATION_TAG = re.compile(r"\{%[-+]?\s*(?:end)?generation\s*[-+]?%\}")


class Prompt(NamedTuple):
    """A request as token ids.

    ``limit`` is how many tokens its answer may have; ``opened`` says that the prompt ends inside the reasoning;
    ``read`` takes the model's text apart.
    """

    request: Request
    ids: list[int]
    limit: int
    opened: bool = False
    read: Reader = split_reasoning

    def answer(self, text: str, **measured: Any) -> Response:
        """The response to this prompt, reasoning apart; ``measured`` are the other fields of the record."""
        split = self.read(text, self.opened) if measured.get("error") is None else Split("", None, True)
        return Response(
            key=self.request.key,
            response=split.answer,
            sample=self.request.sample,
            turn=self.request.turn,
            reasoning=split.reasoning,
            reasoning_closed=split.closed,
            prompt_tokens=len(self.ids),
            **measured,
        )

    def failure(self, error: BaseException) -> Response:
        """The response that says why there is no answer."""
        return self.answer("", error=f"{type(error).__name__}: {error}".rstrip(": "))


class ChatTokenizer:
    """The tokenizer of a checkpoint and its chat template.

    Two of ``model_args`` are meant for it and are taken out of ``args``: ``chat_template_kwargs`` (what the template
    takes beside the messages) and ``tokenizer`` (a folder or hub id, when it is not the model's). ``trust_remote_code``
    is read and left there for the model.

    ``read`` takes a model's text apart, and ``tags`` are what its reasoning stands between: the strict reader of
    ``<think>``, unless an engine puts others there.

    The plain template, for base models, is one paragraph a message:

        System: Be brief.

        User: Name a colour.

        Assistant:

    after the token that the tokenizer itself begins a text with, where it does. White space around an answer then
    belongs to the template, and `PLAIN_STOPS` end it. A score made with it does not compare with one made with a chat
    template. A chat template writes such a token itself, or means that there is none: none is ever added to it.

    Raises:
        UsageError: the tokenizer cannot be loaded, there is no chat template, it is no valid one, or it has no switch
            for reasoning.
    """

    def __init__(self, options: EngineOptions, args: MutableMapping[str, Any] | None = None):
        from transformers import AutoTokenizer

        args = dict(options.model_args) if args is None else args
        if "chat_template" in args:
            raise UsageError("model_args chat_template: a template is given with --template FILE")
        template, extra = options.template, args.pop("chat_template_kwargs", None) or {}
        if not isinstance(extra, dict):
            raise UsageError(f"model_args chat_template_kwargs: {quote(extra)} is not an object of names and values")
        self.name = local_path(str(args.pop("tokenizer", options.model)))
        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(
                self.name, revision=options.revision, trust_remote_code=bool(args.get("trust_remote_code", False))
            )
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise cannot_load(self.name, "tokenizer", error) from error
        if template is not None:
            plain = template == PLAIN_TEMPLATE
            self.tokenizer.chat_template = self._plain() if plain else _read_template(Path(template))
        self.template = _template_of(self.tokenizer, options.model)
        self._extra: dict[str, Any] = {**extra, **self._switch(options, extra)}
        self._try_template(template)
        self._dropped = _special_but_tags(self.tokenizer)
        self.tags: Tags = THINK
        self._is_plain = template == PLAIN_TEMPLATE
        self.read: Reader = _stripped(split_reasoning) if self._is_plain else split_reasoning

    def _plain(self) -> str:
        """The plain template, with the first token of a text where the tokenizer puts one."""
        first = self.tokenizer.bos_token_id
        return _PLAIN_FIRST + _PLAIN if first is not None and self._ids("a", special=True)[:1] == [first] else _PLAIN

    def _try_template(self, file: str | None) -> None:
        """Refuse a template that no request could be rendered with; one that refuses some requests is well."""
        from jinja2 import TemplateSyntaxError

        try:
            self.render(Request("", (Message("user", "a"),)))
        except UsageError as refused:
            error = refused.__cause__
            if isinstance(error, TemplateSyntaxError):
                where = f"--template {file}" if file else f"{self.name}: the chat template"
                raise UsageError(f"{where}: line {error.lineno} is no valid Jinja: {error.message}") from error
            # Any other reason may hold for this message alone.

    def read_with(self, read: Reader, tags: Tags) -> None:
        """Take the model's texts apart with ``read`` from here on; its reasoning stands between ``tags``."""
        self.tags = tags
        self.read = _stripped(read) if self._is_plain else read

    def _switch(self, options: EngineOptions, extra: dict[str, Any]) -> dict[str, bool]:
        """What the template is told for ``options.reasoning``."""
        if options.reasoning == "default":
            return {}
        wanted = options.reasoning == "on"
        found = [name for name in _SWITCHES if name in _variables(self.template)]
        if not found:
            raise UsageError(
                f"--reasoning {options.reasoning}: the chat template of {options.model} has no switch for it (it reads "
                f"neither {' nor '.join(_SWITCHES)}); leave the option out, or pass what the template takes with "
                "--model-args 'chat_template_kwargs={...}'"
            )
        for name in found:
            if extra.get(name, wanted) != wanted:
                raise UsageError(
                    f"--reasoning {options.reasoning} and chat_template_kwargs {name}={extra[name]!r} disagree"
                )
        return dict.fromkeys(found, wanted)

    def render(self, request: Request, sampling: Sampling | None = None) -> str:  # noqa: ARG002
        """``request`` as the model sees it.

        Raises:
            UsageError: the chat template refuses these messages.
        """
        from jinja2.exceptions import TemplateError

        try:
            return self.tokenizer.apply_chat_template(
                request.chat(), add_generation_prompt=True, tokenize=False, **self._extra
            )
        except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as error:
            raise UsageError(f"the chat template refuses these messages: {error}") from error

    def count(self, request: Request) -> int:
        """How many tokens the rendered request has.

        Raises:
            UsageError: as `render` says, or the text is none that can be encoded.
        """
        return len(self._ids(self.render(request)))

    def _ids(self, text: str, special: bool = False) -> list[int]:
        """The tokens of ``text``: the template has put in what special ones there are to be."""
        try:
            # Not verbose: a text too long for the model is told of in its response.
            return self.tokenizer(text, add_special_tokens=special, verbose=False)["input_ids"]
        except (TypeError, ValueError) as error:
            raise UsageError(f"the tokenizer refuses the rendered messages: {error}") from error

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of ``tokens`` without special tokens, except for the tags of reasoning."""
        if self._dropped is not None:
            tokens = [token for token in tokens if token not in self._dropped]
        skip = self._dropped is None
        return self.tokenizer.decode(tokens, skip_special_tokens=skip, clean_up_tokenization_spaces=False)

    def reasoning_tokens(self, tokens: Sequence[int], text: str, response: Response) -> int | None:
        """How many of ``tokens``, whose text is ``text``, the reasoning of ``response`` takes, with its closing tag."""
        if response.reasoning is None:
            return None
        if not response.reasoning_closed:
            return len(tokens)
        before = len(text[: len(text.rstrip()) - len(response.response.rstrip())].rstrip())
        return bisect_left(range(len(tokens)), before, key=lambda number: len(self.decode(tokens[:number])))

    def encode(self, request: Request, sampling: Sampling, context: int | None) -> Prompt | Response:
        """``request`` as token ids, or a response whose error says why there are none.

        ``context`` is the number of tokens the model can hold, prompt and answer together; None is unbounded.
        """
        try:
            text = self.render(request)
            ids = self._ids(text)
        except UsageError as error:
            return Prompt(request, [], 0).answer("", error=str(error))
        room = sampling.max_tokens if context is None else context - len(ids)
        prompt = Prompt(request, ids, min(sampling.max_tokens, room), opens_reasoning(text, self.tags), self.read)
        if room < 1:
            return prompt.answer(
                "", error=f"the prompt has {len(ids):,} tokens and the model's context {context:,}: no room to answer"
            )
        return prompt

    def describe(self) -> dict[str, Any]:
        """The template by its hash, and what it is given beside the messages."""
        hashed = hashlib.sha256(self.template.encode("utf-8")).hexdigest()
        return {"chat_template_sha256": hashed, "chat_template_kwargs": json.loads(json.dumps(self._extra))}


def _stripped(read: Reader) -> Reader:
    """``read`` for answers under the plain template, where white space around them belongs to the template."""
    return lambda text, opened: read(text.strip(), opened)


def _variables(template: str) -> set[str]:
    """The names a chat template reads from outside."""
    from jinja2 import Environment, TemplateSyntaxError, meta

    try:
        tree = Environment(extensions=["jinja2.ext.loopcontrols"]).parse(_GENERATION_TAG.sub("", template))
        return meta.find_undeclared_variables(tree)
    except TemplateSyntaxError:  # with tags or filters of its own: then any mention counts
        return {name for name in _SWITCHES if re.search(rf"\b{name}\b", template)}


def _template_of(tokenizer: Any, model: str) -> str:
    """The chat template that ``tokenizer`` uses when nothing else is asked of it."""
    try:
        return tokenizer.get_chat_template()
    except ValueError as error:
        named = tokenizer.chat_template
        if isinstance(named, dict):
            names = ", ".join(sorted(map(str, named)))
            raise UsageError(
                f"{model}: the tokenizer has several chat templates ({names}) and none of them is the default; write "
                "the one to use to a file and give it with --template FILE.jinja"
            ) from error
        raise UsageError(
            f"{model}: the tokenizer has no chat template, so messages cannot be made into a prompt; use the chat "
            "(instruct) checkpoint, give a template with --template FILE.jinja, or ask a base model with "
            f"--template {PLAIN_TEMPLATE}"
        ) from error


def _special_but_tags(tokenizer: Any) -> frozenset[int] | None:
    """The special tokens other than the tags of reasoning; None when no tag is a special token."""
    added = {token: str(its) for token, its in tokenizer.added_tokens_decoder.items() if its.special}
    special = {*added, *tokenizer.all_special_ids}
    tags = {token for token, text in added.items() if text in THINK}
    return frozenset(special - tags) if tags else None


def local_path(model: str) -> str:
    """``model`` with "~" written out when it is a folder here, and otherwise as it is: a hub id."""
    path = Path(model).expanduser()
    return str(path) if path.is_dir() else model


def cannot_load(model: str, part: str, error: BaseException) -> UsageError:
    """The error of a checkpoint whose ``part`` cannot be loaded, saying where it was looked for."""
    reason = " ".join(str(error).split())
    reason = f"{type(error).__name__}: {reason[:300]}{'…' if len(reason) > 300 else ''}"
    if Path(model).is_dir():
        return UsageError(f"{model}: the {part} in this folder cannot be loaded: {reason}")
    return UsageError(
        f"{model}: is not a folder here, and the {part} cannot be fetched from the Hugging Face hub; give the path "
        "of a checkpoint folder, or a hub id (owner/name) with access to the hub (`hf auth login` for a gated "
        f"one): {reason}"
    )


def taken_int(args: MutableMapping[str, Any], name: str, default: int | None) -> int | None:
    """The whole number above zero that ``args`` holds under ``name``, taken out of it.

    Raises:
        UsageError: it is something else.
    """
    value = args.pop(name, None)
    if value is None:
        return default
    if isinstance(value, bool) or not str(value).isdecimal() or int(value) < 1:
        raise UsageError(f"model_args {name}: {quote(value)} is not a whole number above 0")
    return int(value)


def _read_template(path: Path) -> str:
    try:
        return path.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--template {path}: cannot be read: {error}") from error
