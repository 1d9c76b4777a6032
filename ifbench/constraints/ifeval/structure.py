"""Whether the reply is, or holds, something with a grammar of its own."""

from __future__ import annotations

import json

from ifbench.constraints.sources import IFEVAL
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


def _json_fault(document: str) -> str | None:
    """Why ``document`` is not JSON, or None when it is."""
    if _too_deep(document):
        return f"JSON nested deeper than {MAX_JSON_DEPTH} levels"
    try:
        # Numbers keep their spelling: Python refuses to convert those of more than 4,300 digits.
        json.loads(document, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        return f"text that is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
    return None


@constraint(
    "detectable_format:json_format",
    "Entire output should be wrapped in JSON format. You can use markdown ticks such as ```.",
    Pass('{"tea": 2}'),
    Pass('```json\n["tea", "milk"]\n```'),
    Fail("tea: 2"),
    Fail('Here you are:\n```json\n{"tea": 2}\n```'),
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
    fault = _json_fault(document.removesuffix("```").strip())
    return holds(fault is None, "the whole response as one JSON document", fault or "a JSON document")
