"""The types of a constraint's parameters, and their validation.

A parameter's annotation in the signature of a check is its schema. Any annotation pydantic understands will do;
those here cover what published constraint types need. A type of one's own says what it takes with
``annotated_types.doc``: ``Annotated[str, Predicate(is_colour), doc("a colour, such as #1a2b3c")]``.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from annotated_types import DocInfo, Ge, Le, Len, Predicate

from ifbench.errors import nearest, quote

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def _is_pattern(text: str) -> bool:
    """Whether ``text`` compiles alone, within a longer expression, and in lower case: checks use it in all three.

    What one version of Python warns of, another refuses or reads otherwise, so a warning counts as a refusal.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for expression in (text, rf"\b{text}\b", text.lower()):
                re.compile(expression)
    except (re.error, OverflowError, RecursionError, Warning):
        return False
    return True


def _is_visible(text: str) -> bool:
    return bool(text.strip())


Relation = Literal["at least", "at most", "exactly", "less than", "more than"]
"""How a number observed stands to the number required."""

Threshold = Literal["at least", "less than"]
"""The two relations IFEval knows."""

Count = Annotated[int, Ge(0)]
"""How many of something: a whole number, 0 or more."""

Ordinal = Annotated[int, Ge(1)]
"""Which of several, counted from 1."""

Percentage = Annotated[float, Ge(0), Le(100)]
"""A share in percent, 0 to 100."""

Letter = Annotated[str, Len(1, 1)]
"""One character."""

Phrase = Annotated[str, Predicate(_is_visible)]
"""Text with something to see in it."""

Phrases = Annotated[list[Phrase], Len(1)]
"""One or more texts with something to see in them."""

Pattern = Annotated[str, Predicate(_is_visible), Predicate(_is_pattern)]
"""Text which the check reads as a regular expression."""

Patterns = Annotated[list[Pattern], Len(1)]
"""One or more texts which the check reads as regular expressions."""


def in_order(first: str, last: str) -> Callable[..., tuple[str, str] | None]:
    """A ``conflict`` for :func:`ifbench.registry.constraint`: ``first`` must not be above ``last``.

    >>> in_order("lowest", "highest")(lowest=5, highest=3)
    ('lowest', '5 is above highest, which is 3')
    """

    def conflict(**values: Any) -> tuple[str, str] | None:
        low, high = values[first], values[last]
        if low is None or high is None or low <= high:
            return None
        return first, f"{low} is above {last}, which is {high}"

    return conflict


_EXPECTED = {
    "_is_pattern": "a regular expression that compiles without a warning (the published check reads this text as one)",
    "_is_visible": "text that is not blank",
}


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(annotation)


def _whole(value: object) -> object:
    """Public prompt sets write counts as ``10.0``; a float without a fraction is the number it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def validate(annotation: Any, value: object) -> tuple[Any, str | None]:
    """``value`` as ``annotation`` wants it, or a sentence saying why it does not fit.

    Returns:
        The validated value and None, or None and the reason.

    >>> validate(Count, 10.0), validate(Count, 5.5)
    ((10, None), (None, '5.5 is not a whole number, 0 or more'))
    """
    from pydantic import ValidationError

    try:
        return _adapter(annotation).validate_python(_whole(value), strict=True), None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        culprit = first.get("input", value)
        reason = f"{quote(culprit)} is not {_expectation(annotation, culprit)}"
        choices = get_args(annotation) if get_origin(annotation) is Literal else ()
        if isinstance(culprit, str) and (hint := nearest(culprit, map(str, choices))):
            reason += f"; {hint}"
        return None, reason


def _expectation(annotation: Any, culprit: object) -> str:
    if get_origin(annotation) is Annotated and isinstance(culprit, str):
        for item in _metadata(annotation):
            # Others are about the whole, and the culprit may be one element of it.
            known = isinstance(item, Predicate) and item.func.__name__ in _EXPECTED
            if known and not item.func(culprit):
                return _EXPECTED[item.func.__name__]
    return describe(annotation)


def _metadata(annotation: Any) -> list[Any]:
    """What is said of ``annotation``, and of the elements of a list."""
    if get_origin(annotation) is not Annotated:
        return []
    base, *metadata = get_args(annotation)
    inner = get_args(base)[0] if get_origin(base) is list else None
    return [*metadata, *_metadata(inner)]


_NAMES = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
    Any: "anything",
}


def describe(annotation: Any) -> str:
    """``annotation`` in words, for errors and for ``ifbench show``.

    >>> describe(Count), describe(Threshold), describe(Letter)
    ('a whole number, 0 or more', "'at least' or 'less than'", 'one character')
    """
    if annotation == Letter:
        return "one character"
    if annotation == Pattern:
        return "text, read as a regular expression"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if documented := next((item for item in arguments[1:] if isinstance(item, DocInfo)), None):
            return documented.documentation
        words = describe(arguments[0])
        lowest = next((item.ge for item in arguments[1:] if isinstance(item, Ge)), None)
        highest = next((item.le for item in arguments[1:] if isinstance(item, Le)), None)
        if lowest is not None:
            words += f", {lowest} to {highest}" if highest is not None else f", {lowest} or more"
        elif highest is not None:
            words += f", {highest} or less"
        for item in arguments[1:]:
            if isinstance(item, Len) and item.min_length:
                words += f", {item.min_length} or more of them"
        return words
    if origin is Literal:
        return _alternatives([repr(choice) for choice in arguments])
    if origin is list:
        return f"a list of {describe(arguments[0])}"
    return _NAMES.get(annotation, getattr(annotation, "__name__", str(annotation)))


def _alternatives(choices: list[str]) -> str:
    if len(choices) > 1:
        return f"{', '.join(choices[:-1])} or {choices[-1]}"
    return choices[0]
