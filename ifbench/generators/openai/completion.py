"""What a server's chat completion says: the answer, and the reasoning apart from it, wherever a provider puts it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from ifbench.errors import quote
from ifbench.generators.base import Request
from ifbench.generators.openai.retries import TryError
from ifbench.reasoning import split_reasoning
from ifbench.records import Response

_REASONING = ("reasoning", "reasoning_content")
# The server gave up on this answer; what there is of it is not what the model says.
_BROKEN_OFF = ("error", "abort")


def read_completion(request: Request, reply: object, latency: float) -> Response:
    """The response to ``request`` in ``reply``, the JSON of a chat completion.

    Reasoning is taken from ``message.reasoning`` (vLLM, OpenRouter), ``reasoning_content`` (DeepSeek, SGLang, older
    vLLM) or ``reasoning_details`` (OpenRouter), from content that is a list of parts (Mistral), and from the tags that
    `split_reasoning` reads: an opening one at the beginning, and where there is no other reasoning a closing one
    alone. Where the answer is absent because the reasoning was cut off, ``reasoning_closed`` is False. A refusal
    counts as the answer it is.

    Raises:
        TryError: there is no answer in it, and another try may bring one.
    """
    choice = _choice(reply)
    message = _object(choice.get("message"))
    finish = choice.get("finish_reason")
    if finish in _BROKEN_OFF:
        raise TryError(f"the server broke the answer off (finish_reason {finish!r})", again=True)
    said = _content(message.get("content"))
    apart = _reasoning(message) or said.reasoning
    text = said.text
    if text is None and isinstance(message.get("refusal"), str):
        text = cast("str", message["refusal"])
    # Next to reasoning of its own, a closing tag is what the answer speaks of.
    split = split_reasoning(text or "", unopened=apart is None)
    cut = not text and finish == "length" and apart is not None
    error = None
    if text is None and not cut:
        error = f"the server gave no content (finish_reason {finish!r})"
    usage = _object(_object(reply).get("usage"))
    return Response(
        key=request.key,
        response=split.answer,
        sample=request.sample,
        turn=request.turn,
        reasoning="\n".join(part for part in (apart, split.reasoning) if part) or None,
        reasoning_closed=split.closed and not cut,
        finish_reason=finish if isinstance(finish, str) else None,
        prompt_tokens=_count(usage, "prompt_tokens"),
        completion_tokens=_count(usage, "completion_tokens"),
        reasoning_tokens=_count(_object(usage.get("completion_tokens_details")), "reasoning_tokens"),
        cached_tokens=_count(_object(usage.get("prompt_tokens_details")), "cached_tokens"),
        latency=latency,
        error=error,
    )


def told(reply: object) -> str:
    """What a server says in the body of an error, in whichever of the usual places.

    >>> told({"error": {"message": "too long", "code": 400}}), told({"detail": "Not Found"}), told({"error": "no"})
    ('too long', 'Not Found', 'no')
    """
    if isinstance(reply, str):
        return reply
    fields = _object(reply)
    for name in ("error", "message", "detail", "errors"):
        value = fields.get(name)
        if isinstance(value, dict):
            return told(cast("object", value)) or str(cast("object", value))
        if value:
            return str(value)
    return ""


def _choice(reply: object) -> Mapping[str, Any]:
    """The one choice of a completion."""
    if not isinstance(reply, dict):
        raise TryError(f"the server's answer is no JSON object but {quote(reply)}", again=True)
    fields = _object(cast("object", reply))
    choices = fields.get("choices")
    if not isinstance(choices, list) or not choices:
        error = fields.get("error")
        if error:  # some gateways report a provider's failure in an answer that is a success by its status
            code = _object(error).get("code")
            if isinstance(code, int) and 400 <= code < 600:
                raise TryError.of_status(code, told(fields))
            raise TryError(f"the server reports an error: {told(fields)}", again=True)
        lack = "are empty" if choices == [] else "are missing"
        raise TryError(f"the choices of the server's answer {lack}", again=True)
    return _object(cast("list[object]", choices)[0])


class _Said(NamedTuple):
    text: str | None
    reasoning: str | None = None


def _content(content: object) -> _Said:
    """The text of a message's content, which is text or a list of parts."""
    if isinstance(content, str):
        return _Said(content)
    if not isinstance(content, list):
        return _Said(None)
    texts: list[str] = []
    thoughts: list[str] = []
    for part in map(_object, cast("list[object]", content)):
        if part.get("type") == "thinking":
            inner = part.get("thinking")
            thoughts.append(inner if isinstance(inner, str) else _content(inner).text or "")
        elif isinstance(part.get("text"), str):
            texts.append(part["text"])
    return _Said("".join(texts) if texts else None, "".join(thoughts) or None)


def _reasoning(message: Mapping[str, Any]) -> str | None:
    """The reasoning that stands in a field of its own."""
    for name in _REASONING:
        if isinstance(message.get(name), str) and message[name]:
            return message[name]
    details = message.get("reasoning_details")
    parts = map(_object, cast("list[object]", details) if isinstance(details, list) else [])
    found = [part.get("text") or part.get("summary") for part in parts]
    return "\n".join(part for part in found if isinstance(part, str)) or None


def _object(value: object) -> Mapping[str, Any]:
    """``value`` when it is an object, and otherwise an empty one: servers leave out and put null at will."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _count(usage: Mapping[str, Any], name: str) -> int | None:
    value = usage.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
