"""Whether the reply is, or holds, something with a grammar of its own."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from ifbench.constraints.sources import IFEVAL
from ifbench.errors import quote
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, holds

MAX_JSON_DEPTH = 500
"""How deep JSON may nest before it counts as unreadable.

Python's own limit moves with the version and the call stack; a fixed one gives the same verdict everywhere.
"""

_FENCES = ("```json", "```Json", "```JSON", "```")


def _too_deep(document: str) -> bool:
    """Whether brackets outside strings nest deeper than :data:`MAX_JSON_DEPTH`."""
    if document.count("[") + document.count("{") <= MAX_JSON_DEPTH:
        return False
    depth = 0
    quoted = escaped = False
    for character in document:
        if quoted:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                quoted = False
        elif character == '"':
            quoted = True
        elif character in "[{":
            depth += 1
            if depth > MAX_JSON_DEPTH:
                return True
        elif character in "]}":
            depth -= 1
    return False


class _Fault(NamedTuple):
    """What is wrong, and from which character of the document on, where that can be said."""

    message: str
    place: int | None = None


def _json_fault(document: str) -> _Fault | None:
    """Why ``document`` is not JSON, or None when it is."""
    if _too_deep(document):
        return _Fault(f"JSON nested deeper than {MAX_JSON_DEPTH} levels")
    try:
        # Numbers keep their spelling: Python refuses to convert those of more than 4,300 digits.
        json.loads(document, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        return _Fault(f"text that is not JSON: {error.msg.removesuffix(' at')}", error.pos)
    return None


def _json_verdict(reply: Text, document: str, fault: _Fault | None, required: str) -> Verdict:
    """``document`` is what was read of the reply; lines are counted, and places shown, in the reply itself."""
    place = None if fault is None or fault.place is None else reply.raw.find(document) + fault.place

    def observed() -> str:
        if fault is None:
            return "a JSON document"
        if place is None:
            return fault.message
        line, column = reply.raw.count("\n", 0, place) + 1, place - reply.raw.rfind("\n", 0, place)
        return f"{fault.message} at line {line}, column {column}"

    return holds(
        fault is None,
        required,
        observed,
        [(place, place + 1)] if place is not None and place < len(reply.raw) else [],
    )


@constraint(
    "detectable_format:json_format",
    "Entire output should be wrapped in JSON format. You can use markdown ticks such as ```.",
    Pass('{"tea": 2}'),
    Pass('```json\n["tea", "milk"]\n```'),
    Fail("tea: 2"),
    Fail('Here you are:\n```json\n{"tea": 2}\n```'),
    Fail('```javascript\n{"tea": 2}\n```'),
    Pass('"ok"'),
    Pass('{"tea": NaN}'),
    source=IFEVAL,
)
def json_format(reply: Text) -> Verdict:
    """One JSON document and nothing else but a code fence; as Python reads JSON, so ``NaN`` is accepted.

    JSON nested deeper than 500 levels fails. The reference implementation crashes there or reads it, by Python version:
    on 3.11 it crashes from about 990 levels on.
    """
    document = reply.stripped
    for fence in _FENCES:
        document = document.removeprefix(fence)
    document = document.removesuffix("```").strip()
    return _json_verdict(reply, document, _json_fault(document), "the whole response as one JSON document")


@constraint(
    "detectable_format:json_format",
    "Entire output should be wrapped in JSON format. You can use markdown ticks such as ```.",
    Pass('{"tea": 2}'),
    Pass('```javascript\n{"tea": 2}\n```\n'),
    Pass("~~~\n[1]\n~~~"),
    Pass('\ufeff{"tea": 2, "milk": {"tea": 1e400}}'),
    Pass('```JSON {"tea": 2}```'),
    Fail('Here you are:\n```json\n{"tea": 2}\n```'),
    Fail('```json\n{"tea": 2}\n```\n```json\n{"milk": 1}\n```'),
    Fail('"ok"'),
    Fail("[]"),
    Fail('{"tea": NaN}'),
    Fail('{"tea": 2, "tea": 3}'),
    Fail("{'tea': 2}"),
    Fail('{"tea": 2,}'),
    Fail('{"tea": 2}\n```'),
    Fail("tea: 2"),
    source=IFEVAL,
    edition="corrected",
    fault="A bare number or string, NaN and repeated keys pass as JSON; ```javascript and ~~~ around it do not.",
)
def json_format_corrected(reply: Text) -> Verdict:
    """One JSON object or array (RFC 8259) with something in it, each key once, and nothing else but one code fence.

    JSON nested deeper than 500 levels fails.
    """
    document = reply.raw.strip("\ufeff \t\r\n")
    fence = re.match(r"```|~~~", document)
    if fence:
        document = _fenced(document, fence[0])
    fault = _json_fault(document) or _strict_fault(document)
    return _json_verdict(reply, document, fault, "the whole response as one JSON object or array")


def _fenced(document: str, mark: str) -> str:
    """What stands within one code fence: behind its label, and in front of the closing mark where there is one."""
    return re.sub(r"\A[^\n{\[]*", "", document.strip(mark))


class _UnwantedError(ValueError):
    """Something that Python reads and the standard does not know, or a key that stands twice."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise _UnwantedError(f"the key {quote(twice)} twice in one object")
    return found


def _refuse(constant: str) -> object:
    raise _UnwantedError(f"{constant}, which JSON does not have")


def _strict_fault(document: str) -> _Fault | None:
    """Why what Python reads as JSON will not do, or None."""
    try:
        value = json.loads(document, parse_int=str, parse_float=str, parse_constant=_refuse, object_pairs_hook=_once)
    except _UnwantedError as unwanted:
        return _Fault(str(unwanted))
    if isinstance(value, dict | list) and value:
        return None
    return _Fault("JSON, but no object or array with something in it")
