"""A reply that is one document: what belongs to it, and how JSON is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from ifbench.text import Text
from ifbench.verdict import Lazy, Span, Verdict

MAX_DEPTH = 100
"""How deep a document may nest before it counts as unreadable.

What parsers can take moves with their version and the call stack; a fixed limit gives one verdict everywhere.
"""

_LONGEST_INTEGER = 300


class UnreadableError(Exception):
    """A document that cannot be read: why, and where in its text (None where no place is known)."""

    def __init__(self, reason: str, position: int | None = None):
        super().__init__(reason)
        self.reason = reason
        self.position = position


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a document, and where in the reply it begins."""

    text: str
    start: int

    def unread(self, required: Lazy[str], fault: UnreadableError) -> Verdict:
        """The verdict on a document that cannot be read."""
        spans: list[Span] = []
        if fault.position is not None and self.text:
            start = self.start + min(fault.position, len(self.text) - 1)
            spans = [(start, start + 1)]
        return Verdict(False, required, fault.reason, spans)


def document(reply: Text) -> Document:
    """The reply without the white space around it, and without a code fence that holds the whole of it.

    Blank lines at the beginning and the end of what the fence holds do not belong to the document either.

    >>> [document(Text(raw)).text for raw in ["```json\\n{}\\n``` ", "~~~\\n[]\\n~~~~", " 1 "]]
    ['{}', '[]', '1']
    >>> [document(Text(raw)).start for raw in ["```json\\n{}\\n```", "\\n~~~\\n[]\\n~~~", " 1"]]
    [8, 5, 1]
    >>> document(Text("```\\n\\n \\r\\n  a: 1\\n\\n```"))
    Document(text='  a: 1', start=8)
    >>> raws = ["``\\n1\\n``", "````\\n1\\n```", "```\\n1\\n```\\n2\\n```", "```a`\\n1\\n```"]
    >>> [document(Text(raw)).start for raw in raws]
    [0, 0, 0, 0]
    """
    text = reply.stripped
    start = reply.raw.find(text)
    opening, _, rest = text.partition("\n")
    mark = opening[:1]
    width = len(opening) - len(opening.lstrip(mark)) if mark else 0
    body, _, closing = rest.rpartition("\n")
    if mark not in ("`", "~") or width < 3 or "`" in opening[width:] or not _closes(closing, mark, width):
        return Document(text, start)
    # A fence that closes earlier does not hold the whole reply.
    if any(_closes(line, mark, width) for line in body.split("\n")):
        return Document(text, start)
    blank = body[: len(body) - len(body.lstrip())].rpartition("\n")
    shift = len(blank[0]) + len(blank[1])
    return Document(body[shift:].rstrip(), start + len(opening) + 1 + shift)


def _closes(line: str, mark: str, width: int) -> bool:
    line = line.strip()
    return len(line) >= width and not line.strip(mark)


def _brackets(text: str) -> Iterator[str]:
    """The brackets of a JSON document that stand outside strings."""
    # A string that is not closed is taken to the end, so that nothing is read twice.
    for match in re.finditer(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', text, re.DOTALL):
        if not match.group().startswith('"'):
            yield match.group()


def json_depth(text: str) -> int:
    """How deep the arrays and objects of a JSON document nest: 0 for a bare value.

    >>> [json_depth(text) for text in ["1", "[[], {}]", '{"[[": "\\\\"["}', '["', "[[1]]]]"]]
    [0, 2, 1, 1, 2]
    """
    depth = deepest = 0
    for bracket in _brackets(text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def read_json(text: str) -> Any:
    """The value of a JSON document (RFC 8259): no ``NaN``, no repeated key.

    Numbers are read by value: ``2.0`` is the integer 2.

    Raises:
        UnreadableError: it is no such document, or it nests deeper than :data:`MAX_DEPTH`.
    """
    if json_depth(text) > MAX_DEPTH:
        raise UnreadableError(f"JSON nested deeper than {MAX_DEPTH} levels")
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_fraction
        )
    except json.JSONDecodeError as error:
        raise UnreadableError(
            f"text that is not JSON: {error.msg} at line {error.lineno}, column {error.colno}", error.pos
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise UnreadableError(f"a JSON object with the key {key[:100]!r} twice")
        result[key] = value
    return result


def _constant(name: str) -> Any:
    raise UnreadableError(f"{name}, which is not JSON")


def _integer(digits: str) -> int | float:
    # Python refuses to read integers of more than 4,300 digits.
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


def _fraction(digits: str) -> int | float:
    value = float(digits)
    return int(value) if value.is_integer() else value


def nodes(value: Any) -> Iterator[Any]:
    """A JSON value and all values within it, parents first."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, dict):
            waiting += reversed(list(cast("dict[str, Any]", node).values()))
        elif isinstance(node, list):
            waiting += reversed(cast("list[Any]", node))


def keys_fault(found: list[str], wanted: list[str], order: str) -> str | None:
    """What sets the keys found apart from those wanted, or None; ``order`` is "in this order" or "in any order"."""
    there = set(found)
    if missing := [key for key in wanted if key not in there]:
        return f"without {', '.join(map(repr, missing[:5]))}"
    if extra := [key for key in found if key not in wanted]:
        return f"with {', '.join(repr(key[:100]) for key in extra[:5])}, which was not asked for"
    if order == "in this order" and found != wanted:
        return f"in the order {', '.join(map(repr, found[:20]))}"
    return None
