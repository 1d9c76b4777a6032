"""Replies in JSON and JSON Lines, and how their keys and values are arranged."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, cast

from annotated_types import Len, Predicate, doc

from ifbench.constraints.native.bounds import attainable
from ifbench.constraints.native.documents import (
    Document,
    UnreadableError,
    document,
    json_depth,
    keys_fault,
    nodes,
    read_json,
)
from ifbench.constraints.native.json_schemas import Schema, refused_schema, value_fault
from ifbench.constraints.sources import NATIVE
from ifbench.errors import count_of
from ifbench.parameters import Count, Ordinal, Phrase, Relation
from ifbench.registry import Fail, Pass, constraint
from ifbench.text import Text
from ifbench.verdict import Verdict, compare, holds, listing

_ALONE = "Write nothing but the JSON; a code fence around it is allowed."
_KEY_STYLES = {
    "snake_case": r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*",
    "kebab-case": r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*",
    "camelCase": r"[a-z][a-zA-Z0-9]*",
    # An acronym of two letters keeps its capitals; a longer word in capitals is not in this case.
    "PascalCase": r"[A-Z][A-Z0-9]?|[A-Z][A-Z0-9]*[a-z][a-zA-Z0-9]*",
    "UPPER_CASE": r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*",
}
_INDENTS = {"2 spaces": "  ", "4 spaces": "    ", "a tab": "\t"}


def are_different(names: list[str]) -> bool:
    """Whether each name stands on one line, and none is there twice.

    >>> [are_different(names) for names in [["a", "A"], ["a", "b", "a "], ["a\\nb"]]]
    [True, False, False]
    """
    return len({name.strip() for name in names}) == len(names) and not any(re.search(r"[\r\n]", name) for name in names)


Names = Annotated[list[Phrase], Len(1), Predicate(are_different), doc("a list of different names, 1 or more of them")]
"""Names of keys, columns or labels."""

Order = Literal["in this order", "in any order"]
"""Whether the order of the names counts."""


def json_type(value: Any) -> str:
    """What JSON calls the type of ``value``; a whole number is an ``integer``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


@constraint(
    "structure:json_only",
    "Your reply is passed to a JSON parser as it is: write one JSON {container}, without a code fence, and no other "
    "text.",
    Pass('{"tea": 2}', container="object"),
    Pass('\n[{"tea": "NaN"}]\n', container="array"),
    Fail('```json\n{"tea": 2}\n```', container="object"),
    Fail('Here it is: {"tea": 2}', container="object"),
    Fail('{"tea": 2}\n\nAnything else?', container="object"),
    Fail('["tea"]', container="object"),
    Fail('{"tea": NaN}', container="object"),
    Fail('{"tea": 2, "tea": 3}', container="object"),
    Fail("[" * 101 + "]" * 101, container="array"),
    Pass("[" * 100 + "]" * 100, container="array"),
    source=NATIVE,
)
def json_only(reply: Text, *, container: Literal["object", "array"]) -> Verdict:
    """One object or array by RFC 8259 with nothing but white space around it.

    ``NaN``, comments, trailing commas, repeated keys and more than 100 levels of nesting are refused.
    """
    required = f"one JSON {container} and nothing around it"
    try:
        found = json_type(read_json(reply.raw))
    except UnreadableError as fault:
        return Document(reply.raw, 0).unread(required, fault)
    return holds(found == container, required, f"a JSON {found}")


_ORDER: Any = {
    "type": "object",
    "properties": {"tea": {"type": "integer", "minimum": 1}, "size": {"enum": ["S", "L"]}},
    "required": ["tea"],
    "additionalProperties": False,
}
_BY_PATTERN: Any = {
    "patternProperties": {"^x-": {"$ref": "#/$defs/code"}},
    "additionalProperties": {"type": "array", "uniqueItems": True},
    "$defs": {"code": {"type": "string", "pattern": "^[A-Z]+$"}},
}


@constraint(
    "structure:json_schema",
    f"Reply with one JSON document that is valid against this JSON Schema: {{schema}} {_ALONE}",
    Pass('{"tea": 2, "size": "L"}', schema=_ORDER),
    Pass('```json\n{"tea": 2.0}\n```', schema=_ORDER),
    Fail('{"tea": 0}', schema=_ORDER),
    Fail('{"size": "S"}', schema=_ORDER),
    Fail('{"tea": 1, "milk": 1}', schema=_ORDER),
    Fail('Here you are: {"tea": 2}', schema=_ORDER),
    Fail('{"tea": 1e999}', schema=_ORDER),
    Pass('{"x-tea": "AB", "sizes": [1, true, {"a": 1}]}', schema=_BY_PATTERN),
    Fail('{"x-tea": "AB\\n"}', schema=_BY_PATTERN),
    Fail('{"x-tea": 5}', schema=_BY_PATTERN),
    Fail('{"sizes": [{"a": 1, "b": 2}, {"b": 2.0, "a": 1}]}', schema=_BY_PATTERN),
    Fail('{"sizes": "S"}', schema=_BY_PATTERN),
    source=NATIVE,
    conflict=refused_schema,
)
def json_schema(reply: Text, *, schema: Schema) -> Verdict:
    """Draft 2020-12; ``format`` is not enforced. Patterns are those of Rust, which know no look-around.

    The document is the whole reply, with or without a code fence around it.
    """
    required = "one JSON document that is valid against the schema"
    found = document(reply)
    try:
        fault = value_fault(read_json(found.text), schema)
    except UnreadableError as unreadable:
        return found.unread(required, unreadable)
    return holds(fault is None, required, fault or "a valid document")


@constraint(
    "structure:json_keys",
    f"Reply with one JSON object that has exactly these keys at its top level, {{order}}: {{keys}}. {_ALONE}",
    Pass('{"name": "Ann", "age": {"years": 3}}', keys=["name", "age"], order="in this order"),
    Pass('```\n{"age": 3, "name": "Ann"}\n```', keys=["name", "age"], order="in any order"),
    Fail('{"age": 3, "name": "Ann"}', keys=["name", "age"], order="in this order"),
    Fail('{"name": "Ann"}', keys=["name", "age"], order="in any order"),
    Fail('{"name": "Ann", "age": 3, "sex": "f"}', keys=["name", "age"], order="in any order"),
    Fail('{"Name": "Ann"}', keys=["name"], order="in any order"),
    Fail('["name"]', keys=["name"], order="in any order"),
    Fail("name: Ann", keys=["name"], order="in any order"),
    source=NATIVE,
)
def json_keys(reply: Text, *, keys: Names, order: Order) -> Verdict:
    """The keys of the outermost object only; upper and lower case differ."""
    required = f"a JSON object with exactly the keys {listing(keys)}, {order}"
    found = document(reply)
    try:
        value = read_json(found.text)
    except UnreadableError as fault:
        return found.unread(required, fault)
    if not isinstance(value, dict):
        return holds(False, required, f"a JSON {json_type(value)}")
    fault = keys_fault(list(cast("dict[str, Any]", value)), keys, order)
    return holds(fault is None, required, f"an object {fault}" if fault else "exactly these keys")


@constraint(
    "structure:json_array",
    f"Reply with one JSON array of {{relation}} {{count}} elements, each of them of the type {{element}}. {_ALONE}",
    Pass('["tea", "milk"]', relation="exactly", count=2, element="string"),
    Pass("```json\n[1, 2.5]\n```", relation="at least", count=2, element="number"),
    Fail('["tea", "milk", "bread"]', relation="exactly", count=2, element="string"),
    Fail('["tea", 2]', relation="exactly", count=2, element="string"),
    Fail("[1, 2.5]", relation="exactly", count=2, element="integer"),
    Fail("[1, true]", relation="exactly", count=2, element="number"),
    Pass("[null]", relation="at most", count=1, element="null"),
    Fail("[]", relation="at most", count=1, element="string"),
    Fail('""', relation="at most", count=1, element="string"),
    Pass('[{}, {"a": []}]', relation="exactly", count=2, element="object"),
    Pass("[[]]", relation="exactly", count=1, element="array"),
    Pass("[true]", relation="exactly", count=1, element="boolean"),
    Fail('{"a": 1}', relation="exactly", count=1, element="integer"),
    Fail("tea, milk", relation="exactly", count=2, element="string"),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def json_array(
    reply: Text,
    *,
    relation: Relation,
    count: Count,
    element: Literal["string", "number", "integer", "boolean", "object", "array", "null"],
) -> Verdict:
    """The outermost array. An integer is a number too; ``2.0`` is an integer; an empty array has no type."""
    required = f"a JSON array of {relation} {count_of(count, 'elements')} of the type {element}"
    found = document(reply)
    try:
        value = read_json(found.text)
    except UnreadableError as fault:
        return found.unread(required, fault)
    if not isinstance(value, list) or not value:
        return holds(False, required, "an empty array" if value == [] else f"a JSON {json_type(value)}")
    types = {json_type(item): None for item in cast("list[Any]", value)}
    if others := types.keys() - ({"number", "integer"} if element == "number" else {element}):
        return holds(False, required, f"an element of the type {min(others)}")
    return compare(len(cast("list[Any]", value)), relation, count, f"elements of the type {element}")


@constraint(
    "structure:json_lines",
    "Reply in JSON Lines: {relation} {count} lines, each of them one JSON object with exactly the keys {keys}. Write "
    "nothing else; a code fence around it is allowed.",
    Pass('{"id": 1, "tea": "Assam"}\n{"tea": "Earl Grey", "id": 2}\n', relation="exactly", count=2, keys=["id", "tea"]),
    Pass('```jsonl\n{"id": 1}\r\n{"id": 2}\n```', relation="at least", count=2, keys=["id"]),
    Fail('{"id": 1}', relation="at least", count=2, keys=["id"]),
    Fail('[\n{"id": 1},\n{"id": 2}\n]', relation="at least", count=2, keys=["id"]),
    Fail('{"id": 1}\n\n{"id": 2}', relation="at least", count=2, keys=["id"]),
    Fail('{"id": 1}\n{"nr": 2}', relation="at least", count=2, keys=["id"]),
    Fail('{"id": 1}\n[2]', relation="at least", count=2, keys=["id"]),
    source=NATIVE,
    conflict=attainable(lowest=1),
)
def json_lines(reply: Text, *, relation: Relation, count: Count, keys: Names) -> Verdict:
    """One object a line, keys in any order; an empty line is no object."""
    required = f"{relation} {count_of(count, 'lines')} of JSON objects with exactly the keys {listing(keys)}"
    found = document(reply)
    lines = found.text.split("\n")
    start = found.start
    for number, line in enumerate(lines, 1):
        here = Document(line, start)
        try:
            value = read_json(line)
        except UnreadableError as fault:
            return here.unread(required, UnreadableError(f"in line {number}: {fault.reason}", fault.position))
        fault = "no object"
        if isinstance(value, dict):
            fault = keys_fault(list(cast("dict[str, Any]", value)), keys, "in any order")
        if fault is not None:
            return holds(False, required, f"in line {number}: {fault}", [(start, start + len(line))])
        start += len(line) + 1
    return compare(len(lines), relation, count, f"lines of JSON objects with exactly the keys {listing(keys)}")


@constraint(
    "structure:json_depth",
    "Reply with one JSON object whose values nest no deeper than {depth} levels, the object itself being the first. "
    + _ALONE,
    Pass('{"tea": 2, "note": "[[[{{{"}', depth=1),
    Fail('{"tea": {"green": 2}}', depth=1),
    Fail('{"tea": [2]}', depth=1),
    Pass('{"tea": [2], "milk": {"a": 1}}', depth=2),
    Fail("[1]", depth=1),
    Fail('{"tea"}', depth=1),
    source=NATIVE,
)
def json_depth_limit(reply: Text, *, depth: Ordinal) -> Verdict:
    """Arrays and objects are levels; a depth of 1 is a flat object."""
    required = f"a JSON object of at most {count_of(depth, 'levels')}"
    found = document(reply)
    try:
        value = read_json(found.text)
    except UnreadableError as fault:
        return found.unread(required, fault)
    if not isinstance(value, dict):
        return holds(False, required, f"a JSON {json_type(value)}")
    return compare(json_depth(found.text), "at most", depth, "levels of a JSON object")


@constraint(
    "structure:json_key_style",
    f"Reply with one JSON document whose keys, at every level, are all written in {{style}}. {_ALONE}",
    Pass('{"first_name": "Ann", "pets": [{"cat_2": 1}]}', style="snake_case"),
    Fail('{"first_name": "Ann", "pets": [{"catName": 1}]}', style="snake_case"),
    Fail('{"first__name": "Ann"}', style="snake_case"),
    Pass('{"firstName": "Ann", "age": 3}', style="camelCase"),
    Fail('{"FirstName": "Ann"}', style="camelCase"),
    Pass('{"FirstName": "Ann", "ID": 1, "HTTPServer": 2}', style="PascalCase"),
    Fail('{"NAME": "Ann"}', style="PascalCase"),
    Fail('{"firstName": "Ann"}', style="PascalCase"),
    Pass('{"first-name": "Ann"}', style="kebab-case"),
    Fail('{"first_name": "Ann"}', style="kebab-case"),
    Pass('{"FIRST_NAME": "Ann"}', style="UPPER_CASE"),
    Fail('{"First_Name": "Ann"}', style="UPPER_CASE"),
    Fail('["first_name"]', style="snake_case"),
    Fail("first_name: Ann", style="snake_case"),
    source=NATIVE,
)
def json_key_style(
    reply: Text, *, style: Literal["snake_case", "kebab-case", "camelCase", "PascalCase", "UPPER_CASE"]
) -> Verdict:
    """Keys of ASCII letters and digits, beginning with a letter; a document without any key does not follow.

    In ``PascalCase``, more than two capitals alone are no key.
    """
    required = f"keys in {style}"
    found = document(reply)
    try:
        value = read_json(found.text)
    except UnreadableError as fault:
        return found.unread(required, fault)
    keys = [key for node in nodes(value) if isinstance(node, dict) for key in cast("dict[str, Any]", node)]
    others = [key for key in dict.fromkeys(keys) if not re.fullmatch(_KEY_STYLES[style], key)]
    observed = "all keys so" if keys else "no keys"
    return holds(bool(keys) and not others, required, listing(others[:5]) if others else observed)


@constraint(
    "structure:json_indentation",
    "Reply with one JSON object or array over several lines, each line indented by {indent} for every level it is in. "
    + _ALONE,
    Pass('{\n  "tea": {\n    "kinds": ["green", "black"]\n  }\n}', indent="2 spaces"),
    Pass("```json\n[\n    1,\n\n    2\n]\n```", indent="4 spaces"),
    Pass('{\n\t"tea": "[{"\n}', indent="a tab"),
    Pass('{\n  "tea": [\n    1\n  ],\n  "milk": 2\n}', indent="2 spaces"),
    Fail('{\n    "tea": 2\n}', indent="2 spaces"),
    Fail('{\n  "tea": {\n  "green": 2\n  }\n}', indent="2 spaces"),
    Fail('{\n  "tea": 2\n  }', indent="2 spaces"),
    Fail('{"tea": 2}', indent="2 spaces"),
    Pass('{"tea": 2,\n  "milk": 1}', indent="2 spaces"),
    Fail('{"tea": 2\n}', indent="2 spaces"),
    Fail("{\n  tea: 2\n}", indent="2 spaces"),
    source=NATIVE,
)
def json_indentation(reply: Text, *, indent: Literal["2 spaces", "4 spaces", "a tab"]) -> Verdict:
    """A line that begins with a closing bracket is at the level outside it; empty lines do not count.

    One line at least must be indented.
    """
    required = f"JSON over several lines, indented by {indent} a level"
    found = document(reply)
    try:
        read_json(found.text)
    except UnreadableError as fault:
        return found.unread(required, fault)
    level, start, lines, indented = 0, found.start, found.text.split("\n"), False
    for number, line in enumerate(lines, 1):
        code = line.strip()
        here = level - (code[:1] in ("]", "}"))
        if code and line[: len(line) - len(line.lstrip())] != _INDENTS[indent] * here:
            return holds(False, required, f"line {number} otherwise", [(start, start + len(line))])
        indented = indented or here > 0
        level += _level_change(code)
        start += len(line) + 1
    return holds(indented, required, "so" if indented else "no line that is indented")


def _level_change(line: str) -> int:
    """By how much the level changes in one line of a valid document, in which no string goes on in the next line."""
    code = re.sub(r'"[^"\\]*(?:\\.[^"\\]*)*"', "", line)
    return code.count("[") + code.count("{") - code.count("]") - code.count("}")
