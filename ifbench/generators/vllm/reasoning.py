"""Which reader takes a model's reasoning apart from its answer: what vLLM knows of the model's family, read strictly.

vLLM has a parser for each family, made for servers. On a whole text most of them take a plain answer for reasoning,
drop tags that stand in the answer, or give reasoning that was cut off as the answer; a benchmark would then grade the
wrong text. So a parser is asked for its family's tags, and `ifbench.reasoning.split_reasoning` reads them. Of a parser
that has no tags but phrases, the own reading is taken, and only for a text that begins as reasoning does.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, NamedTuple, cast

from ifbench.errors import UsageError, nearest
from ifbench.generators.chat import Reader
from ifbench.reasoning import THINK, Split, Tags, split_reasoning

FAMILIES = {
    "cohere2": "cohere_command3",
    "gemma4": "gemma4",
    "gemma4_text": "gemma4",
    "gemma4_unified": "gemma4",
    "gemma4_unified_text": "gemma4",
    "gpt_oss": "openai_gptoss",
    "granite": "granite",
    "hunyuan_v1_dense": "hunyuan_a13b",
    "hunyuan_v1_moe": "hunyuan_a13b",
    "ministral3": "mistral",
    "mistral": "mistral",
    "mistral3": "mistral",
    "seed_oss": "seed_oss",
}
"""vLLM's parser by the ``model_type`` of a checkpoint's configuration: the families that write no ``<think>`` tags."""

TAGS = {
    "cohere_command3": Tags("<|START_THINKING|>", "<|END_THINKING|>"),
    "gemma4": Tags("<|channel>", "<channel|>"),
    "mistral": Tags("[THINK]", "[/THINK]"),
    "seed_oss": Tags("<seed:think>", "</seed:think>"),
}
"""The tags that vLLM's parsers of these families name. "auto" has them from here, whatever else a parser wants."""

_HARMONY = "openai_gptoss"
_HARMONY_TAGS = Tags("<|channel|>analysis<|message|>", "<|end|>")
# How the reasoning of a family begins whose parser looks for more than tags.
_BEGINNINGS = {
    "granite": ("Here is my thought process:", "Here's my thought process:"),
    "hunyuan_a13b": ("<think>",),
}
# What ends the reasoning of these ends an answer as well.
_SHARED_END = ("inkling",)
# Thinking is on, or some parsers do not tell their tags.
_THINKING = {"enable_thinking": True, "thinking": True}


class Reading(NamedTuple):
    """How a model's text is read: the parser's ``name`` and ``tags``, and the reader.

    ``keep_special`` says that a tag is a special token, so that special tokens must stay in the text that is read; the
    reader takes out what remains of them.
    """

    name: str
    tags: Tags
    read: Reader
    keep_special: bool = False

    def describe(self) -> str:
        """What ``run.json`` records of it."""
        return f"{self.name}: {self.tags.open} … {self.tags.close}"


def reading_of(wanted: str, model_type: str, tokenizer: Any) -> Reading:
    """The reading of ``wanted``: "auto", "tags", or the name of one of vLLM's parsers.

    "auto" is the parser of the model's family (`FAMILIES`), where its tags are in the tokenizer, and otherwise "tags".

    Raises:
        UsageError: vLLM has no such parser, or it cannot read what this tokenizer writes.
    """
    special = _special_tokens(tokenizer)
    family = FAMILIES.get(model_type) if wanted == "auto" else None
    if family in TAGS:
        if set(TAGS[family]) <= tokenizer.get_vocab().keys():
            return _tagged(family, TAGS[family], special)
    elif family is not None:
        with suppress(UsageError):  # the tokenizer lacks what the parser reads, so the model does not write it
            return _named(family, tokenizer, special)
    if wanted in ("auto", "tags"):
        return _tagged("tags", THINK, special)
    return _named(wanted, tokenizer, special)


def _named(name: str, tokenizer: Any, special: frozenset[str]) -> Reading:
    manager = importlib.import_module("vllm.reasoning").ReasoningParserManager
    try:
        known = list(manager.list_registered())
    except AttributeError:  # vLLM before 0.12 has them in a dictionary alone
        known = list(manager.reasoning_parsers)
    if name not in known:
        names = ["auto", "tags", *known]
        hint = nearest(name, names) or f"there are {', '.join(names)}"
        raise UsageError(f"--reasoning-parser: vLLM has no parser {name!r}; {hint}")
    if name == _HARMONY:
        if not {"<|channel|>", "<|message|>"} <= special:
            raise UsageError(f"--reasoning-parser {name}: the tokenizer has no <|channel|> and <|message|>")
        return Reading(name, _HARMONY_TAGS, _cleaned(_harmony, special), keep_special=True)
    try:
        parser = manager.get_reasoning_parser(name)(tokenizer, chat_template_kwargs=dict(_THINKING))
    except (ImportError, KeyError, RuntimeError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UsageError(
            f"--reasoning-parser {name}: vLLM's parser does not fit this tokenizer: {reason}; use auto or tags"
        ) from error
    if name in _BEGINNINGS:
        tags = Tags(_BEGINNINGS[name][0], THINK.close if name == "hunyuan_a13b" else "Here is my response:")
        return Reading(name, tags, _phrased(parser, _BEGINNINGS[name]))
    tags = None if name in _SHARED_END else _tags_of(parser)
    if tags is None:
        raise UsageError(
            f"--reasoning-parser {name}: vLLM's parser has no tags to read a whole text by; use auto or tags"
        )
    return _tagged(name, tags, special)


def _tags_of(parser: Any) -> Tags | None:
    """The tags that a parser of vLLM names, under the names of this version or of earlier ones."""
    for names in (("reasoning_start_str", "reasoning_end_str"), ("start_token", "end_token")):
        found = [getattr(parser, name, None) for name in names]
        if all(isinstance(tag, str) and tag for tag in found):
            return Tags(*cast("list[str]", found))
    return None


def _tagged(name: str, tags: Tags, special: frozenset[str]) -> Reading:
    """The strict reader of ``tags``."""

    def read(text: str, opened: bool) -> Split:
        return split_reasoning(text, opened, tags)

    keep = any(token in tag for token in special for tag in tags)
    return Reading(name, tags, _cleaned(read, special) if keep else read, keep)


def _special_tokens(tokenizer: Any) -> frozenset[str]:
    """The texts of the tokens that vLLM leaves out of an answer."""
    added: Iterable[Any] = getattr(tokenizer, "added_tokens_decoder", {}).values()
    return frozenset({*tokenizer.all_special_tokens, *(str(token) for token in added if token.special)})


def _cleaned(read: Reader, special: frozenset[str]) -> Reader:
    """``read``, with the special tokens that remain taken out of what it finds."""
    tokens = re.compile("|".join(re.escape(token) for token in sorted(special, key=len, reverse=True)))

    def clean(text: str, opened: bool) -> Split:
        split = read(text, opened)
        answer = tokens.sub("", split.answer)
        if split.reasoning is None:
            return split._replace(answer=answer)
        return split._replace(answer=answer.lstrip(), reasoning=tokens.sub("", split.reasoning))

    return clean


def _phrased(parser: Any, beginnings: tuple[str, ...]) -> Reader:
    """vLLM's own reading of a text that begins with one of ``beginnings``; any other is read by the strict reader."""
    # 0.11 has it under another name.
    name = "extract_reasoning" if hasattr(parser, "extract_reasoning") else "extract_reasoning_content"
    extract: Callable[[str, Any], tuple[str | None, str | None]] = getattr(parser, name)

    def read(text: str, opened: bool) -> Split:
        start = text.lstrip()
        beginning = next((phrase for phrase in beginnings if start.startswith(phrase)), None)
        if beginning is None:
            return split_reasoning(text, opened)
        reasoning, answer = extract(start, None)
        if reasoning is None and answer == start:
            strict = split_reasoning(text, opened)
            return strict if strict.reasoning is not None else Split("", start.removeprefix(beginning), False)
        return Split((answer or "").lstrip(), reasoning or "", True)

    return read


_MESSAGE = re.compile(r"<\|channel\|>(\w+)[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>")
_MESSAGE_END = re.compile(r"<\|(?:end|return|call)\|>")


def _harmony(text: str, opened: bool) -> Split:
    """Reads gpt-oss's format: messages in channels, of which the last "final" one is the answer."""
    text = _HARMONY_TAGS.open + text if opened else text
    heads = list(_MESSAGE.finditer(text))
    if not heads:
        # Cut off before the first message began, or no messages at all.
        return Split("", "", False) if text.lstrip().startswith("<|channel|>") else Split(text, None, True)
    bodies = [
        (head.group(1), text[head.end() : after.start() if after else len(text)])
        for head, after in zip(heads, [*heads[1:], None], strict=True)
    ]
    messages = [(channel, *_MESSAGE_END.split(body, maxsplit=1)[:1]) for channel, body in bodies]
    reasoning = "\n".join(said for channel, said in messages if channel != "final")
    answer = next((said for channel, said in reversed(messages) if channel == "final"), None)
    if answer is None:
        return Split("", reasoning, False)
    return Split(answer, reasoning or None, True)
