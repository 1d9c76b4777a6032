"""JSON Schemas as parameters: which are accepted, and how a value is held against one."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, cast

from annotated_types import doc

from ifbench.constraints.native.documents import nodes
from ifbench.errors import nearest

if TYPE_CHECKING:
    from pydantic_core import CoreSchema, SchemaValidator

MAX_LEVELS = 20
"""How deep a schema may nest, references followed."""

_MAX_SIZE = 5_000
_MAX_REPEATS = 10_000
_UNSUPPORTED = ("unevaluatedItems", "unevaluatedProperties", "$dynamicRef", "$anchor", "$dynamicAnchor")
_ASSERTING = (
    "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
    "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties",
    "required", "dependentRequired", "$ref",
)  # fmt: skip
_ANNOTATING = (
    "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "format",
    "contentEncoding", "contentMediaType", "contentSchema", "minContains", "maxContains", "$schema", "$id",
    "$comment",
)  # fmt: skip
_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE = ("items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else")


class _Schema(dict[str, Any]):
    """A schema that is written as JSON where a sentence quotes it."""

    def __str__(self) -> str:
        return json.dumps(self, ensure_ascii=False)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(
            cls, core_schema.dict_schema(core_schema.str_schema(), core_schema.any_schema())
        )


Schema = Annotated[_Schema, doc("a JSON Schema (draft 2020-12), as an object")]
"""A JSON Schema. :func:`refused_schema` says which can be held against any reply in time linear in its length."""


def refused_schema(*, schema: dict[str, Any]) -> tuple[str, str] | None:
    """A ``conflict`` for :func:`ifbench.registry.constraint`: why ``schema`` is not accepted."""
    fault = schema_fault(schema)
    return ("schema", fault) if fault else None


def schema_fault(schema: dict[str, Any]) -> str | None:
    """Why ``schema`` is not accepted, or None.

    >>> schema_fault({"type": "strnig"})
    "not a valid JSON Schema: 'strnig' is not valid under any of the given schemas, at $.type"
    >>> schema_fault({"$ref": "https://example.org/tea.json"})
    "the reference 'https://example.org/tea.json' leads out of the schema"
    >>> schema_fault({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"})
    "$schema is 'http://json-schema.org/draft-07/schema#', and only draft 2020-12 is read"
    >>> schema_fault({"$schema": "https://json-schema.org/draft/2020-12/schema#", "$id": "urn:a", "items": False})
    >>> schema_fault({"items": {"$id": "urn:a"}}), schema_fault({"unevaluatedItems": False})
    ("'$id' is not supported", "'unevaluatedItems' is not supported")
    >>> schema_fault({"items": {"tpye": "null"}}), schema_fault({"title": "Tea"})
    ("'tpye' is no keyword of JSON Schema; did you mean 'type'?", 'it demands nothing')
    >>> schema_fault({"pattern": "(a{100}){100}"}), schema_fault({"pattern": "(a{100}){101}"})
    (None, "the pattern '(a{100}){101}' cannot be used: it repeats a part more than 10,000 times")
    >>> schema_fault({"$ref": "#/$defs/a"}), schema_fault({"$ref": "#/$defs/a", "$defs": {"a": {}}})
    ("the reference '#/$defs/a' leads nowhere", None)
    >>> deep = [{"type": "null"}]
    >>> deep += [{"items": deep[-1]} for level in range(20) if deep.append({"items": deep[-1]}) is None]
    >>> schema_fault(deep[19]), schema_fault(deep[20])
    (None, 'it nests deeper than 20 levels, or a reference leads back to itself')
    >>> schema_fault({"items": {"$ref": "#"}})
    'it nests deeper than 20 levels, or a reference leads back to itself'
    >>> schema_fault({"pattern": "(?=a)b"})
    "the pattern '(?=a)b' cannot be used: look-around, including look-ahead and look-behind, is not \
supported"
    """
    if all(_depth_within(value, 3 * MAX_LEVELS) for value in schema.values()):
        return _draft_fault(schema) or _metaschema_fault(schema) or _walk_fault(schema) or _void_fault(schema)
    return f"it nests deeper than {MAX_LEVELS} levels, or a reference leads back to itself"


def _depth_within(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
        ]
    return not level


def _draft_fault(schema: dict[str, Any]) -> str | None:
    draft = schema.get("$schema")
    if draft is not None and str(draft).rstrip("#") != "https://json-schema.org/draft/2020-12/schema":
        return f"$schema is {draft!r}, and only draft 2020-12 is read"
    if not all(isinstance(key, str) for node in nodes(schema) if isinstance(node, dict) for key in node):
        return "a key is not text"
    return None


def _metaschema_fault(schema: dict[str, Any]) -> str | None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema))
    return f"not a valid JSON Schema: {error.message[:200]}, at {error.json_path}" if error else None


def _walk_fault(schema: dict[str, Any]) -> str | None:
    """What is wrong in some part of the schema; every reference is followed, so that the size is that of the work."""
    waiting: list[tuple[Any, int]] = [(schema, 1)]
    for _ in range(_MAX_SIZE):
        if not waiting:
            return None
        part, level = waiting.pop()
        if level > MAX_LEVELS:
            return f"it nests deeper than {MAX_LEVELS} levels, or a reference leads back to itself"
        if not isinstance(part, dict):
            continue
        found = _part_fault(schema, cast("dict[str, Any]", part))
        if isinstance(found, str):
            return found
        waiting += [(child, level + 1) for child in found]
    return f"it has more than {_MAX_SIZE:,} parts, references followed"


def _void_fault(schema: dict[str, Any]) -> str | None:
    demanding = {*_ASSERTING, *_NAMED, *_LISTED, *_SINGLE} - {"$defs", "definitions"}
    return None if demanding & schema.keys() else "it demands nothing"


def _part_fault(schema: dict[str, Any], part: dict[str, Any]) -> str | list[Any]:
    """What is wrong with one part, or the parts it is made of."""
    # An identifier further in would give the references below it another base.
    names = _UNSUPPORTED if part is schema else (*_UNSUPPORTED, "$id")
    if unsupported := [name for name in names if name in part]:
        return f"{unsupported[0]!r} is not supported"
    known = (*_ASSERTING, *_ANNOTATING, *_NAMED, *_LISTED, *_SINGLE)
    if unknown := [name for name in part if name not in known]:
        hint = nearest(unknown[0], known)
        return f"{unknown[0]!r} is no keyword of JSON Schema" + (f"; {hint}" if hint else "")
    children = [child for name in _SINGLE if name in part for child in [part[name]]]
    children += [child for name in _LISTED for child in part.get(name, [])]
    children += [child for name in _NAMED for child in part.get(name, {}).values()]
    if isinstance(part.get("multipleOf"), float) and not math.isfinite(part["multipleOf"]):
        return "multipleOf is not a number JSON knows"
    for pattern in [*part.get("patternProperties", {}), *([part["pattern"]] if "pattern" in part else [])]:
        if fault := _pattern_fault(pattern):
            return f"the pattern {pattern!r} cannot be used: {fault}"
    if "$ref" not in part:
        return children
    reference = part["$ref"]
    if not reference.startswith("#"):
        return f"the reference {reference!r} leads out of the schema"
    try:
        return [*children, _resolved(schema, reference)]
    except (LookupError, ValueError, TypeError):
        return f"the reference {reference!r} leads nowhere"


def _resolved(schema: Any, reference: str) -> Any:
    from urllib.parse import unquote

    for step in unquote(reference[1:]).split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        schema = schema[int(name)] if isinstance(schema, list) else schema[name]
    if not isinstance(schema, dict | bool):
        raise TypeError(reference)
    return schema


def _pattern_fault(pattern: str) -> str | None:
    from pydantic_core import SchemaError

    # A counted repetition is unrolled; nested ones multiply.
    repeats = math.prod(max(1, int(number)) for number in re.findall(r"(\d{1,9})\}", pattern))
    if repeats > _MAX_REPEATS:
        return f"it repeats a part more than {_MAX_REPEATS:,} times"
    try:
        _matcher(pattern)
    except SchemaError as error:
        return str(error).strip().rpartition("error: ")[2]
    return None


@cache
def _matcher(pattern: str) -> SchemaValidator:
    """pydantic's matcher: Rust's regular expressions, which take linear time and know no look-around."""
    from pydantic_core import SchemaValidator, core_schema

    return SchemaValidator(core_schema.str_schema(pattern=pattern))


def _found(pattern: str, text: str) -> bool:
    return _matcher(pattern).isinstance_python(text)


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if isinstance(instance, str) and not _found(pattern, instance):
        yield ValidationError(f"{instance[:100]!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if isinstance(instance, dict):
        for pattern, part in patterns.items():
            for key, value in cast("dict[str, Any]", instance).items():
                if _found(pattern, key):
                    yield from validator.descend(value, part, path=key, schema_path=pattern)


def _additional_properties(validator: Any, part: Any, instance: Any, schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if not isinstance(instance, dict):
        return
    for key, value in cast("dict[str, Any]", instance).items():
        if key in schema.get("properties", {}) or any(_found(p, key) for p in schema.get("patternProperties", {})):
            continue
        if part is False:
            yield ValidationError(f"the property {key[:100]!r} is not allowed")
        else:
            yield from validator.descend(value, part, path=key)


def _unique_items(_validator: Any, wanted: bool, instance: Any, _schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if wanted and isinstance(instance, list):
        items = cast("list[Any]", instance)
        if len({json.dumps(item, sort_keys=True) for item in items}) < len(items):
            yield ValidationError("the array has an element twice")


@cache
def _validator_class() -> Any:
    """jsonschema's validator, with keywords of ours where its own take more than linear time."""
    from jsonschema import Draft202012Validator, validators

    return validators.extend(
        Draft202012Validator,
        {
            "pattern": _pattern,
            "patternProperties": _pattern_properties,
            "additionalProperties": _additional_properties,
            "uniqueItems": _unique_items,
        },
    )


def value_fault(value: Any, schema: dict[str, Any]) -> str | None:
    """The first thing that sets ``value`` against an accepted ``schema``, or None. ``format`` is not looked at."""
    if any(isinstance(node, float) and not math.isfinite(node) for node in nodes(value)):
        return "a number too large for a JSON reader"
    error = next(_validator_class()(schema).iter_errors(value), None)
    if error is None:
        return None
    message = error.message if len(error.message) <= 200 else f"{error.message[:100]} … {error.message[-97:]}"
    return f"at {error.json_path[:100]}: {message}"
