"""Verdicts, and the small vocabulary that builds them.

A check returns one expression from here; the wording is made only when somebody reads it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ifbench.errors import count_of, quote
from ifbench.parameters import Relation

Span = tuple[int, int]
_T = TypeVar("_T")
Lazy = _T | Callable[[], _T]

_RELATIONS: dict[str, Callable[[int, int], bool]] = {
    "at least": operator.ge,
    "at most": operator.le,
    "exactly": operator.eq,
    "less than": operator.lt,
    "more than": operator.gt,
}


class Verdict:
    """Followed or not, with what was required, what was observed, and where. True when followed.

    Each of the three may be given as it is or as a function that makes it when it is read. Spans are start and end
    in characters of the text looked at.
    """

    __slots__ = ("_observed", "_required", "_spans", "followed")

    def __init__(
        self,
        followed: bool,
        required: Lazy[str],
        observed: Lazy[str],
        spans: Lazy[Sequence[Span]] = (),
    ):
        self.followed = followed
        self._required = required
        self._observed = observed
        self._spans = spans

    @property
    def required(self) -> str:
        """What the constraint asks for."""
        return self._required if isinstance(self._required, str) else self._required()

    @property
    def observed(self) -> str:
        """What the text shows."""
        return self._observed if isinstance(self._observed, str) else self._observed()

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where the text shows it."""
        spans = self._spans() if callable(self._spans) else self._spans
        return tuple(spans)

    def but_observed(self, observed: str) -> Verdict:
        """The same requirement, not followed, for the reason given."""
        return Verdict(False, self._required, observed)

    def __bool__(self) -> bool:
        return self.followed

    def __repr__(self) -> str:
        word = "followed" if self.followed else "not followed"
        return f"<Verdict {word}: required {self.required}; observed {self.observed}>"


def compare(observed: int, relation: Relation, required: int, noun: str, spans: Lazy[Sequence[Span]] = ()) -> Verdict:
    """Followed when ``observed`` stands in ``relation`` to ``required``. ``noun`` is in the plural.

    >>> compare(2, "at least", 3, "words")
    <Verdict not followed: required at least 3 words; observed 2 words>
    """
    return Verdict(
        _RELATIONS[relation](observed, required),
        lambda: f"{relation} {count_of(required, noun)}",
        lambda: count_of(observed, noun),
        spans,
    )


def between(observed: int, lowest: int, highest: int, noun: str, spans: Lazy[Sequence[Span]] = ()) -> Verdict:
    """Followed when ``observed`` is neither below ``lowest`` nor above ``highest``. ``noun`` is in the plural.

    >>> between(9, 5, 7, "words")
    <Verdict not followed: required 5 to 7 words; observed 9 words>
    """
    return Verdict(
        lowest <= observed <= highest,
        lambda: f"{lowest} to {count_of(highest, noun)}" if lowest != highest else f"exactly {count_of(highest, noun)}",
        lambda: count_of(observed, noun),
        spans,
    )


def every(text: str, spans: Sequence[Span], offenders: Sequence[Span], noun: str, required: Lazy[str]) -> Verdict:
    """Followed when there are things of the kind and none of them offends: a rule about all of nothing is not kept.

    Args:
        text: what the spans are spans of.
        spans: where the things are that the rule is about.
        offenders: those of them that break it (or the parts that do); shown in the verdict.
        noun: what the things are called, in the plural.
        required: the rule.

    >>> every("Tea. Milk?", [(0, 4), (5, 10)], [(5, 10)], "sentences", "a full stop after every sentence")
    <Verdict not followed: required a full stop after every sentence; observed 1 of 2 sentences is not so: 'Milk?'>
    >>> every("", [], [], "sentences", "a full stop after every sentence")
    <Verdict not followed: required a full stop after every sentence; observed no sentences>
    """

    def observed() -> str:
        if not spans:
            return f"no {noun}"
        if not offenders:
            return (
                f"{count_of(len(spans), noun)}, each of them so"
                if len(spans) > 1
                else f"{count_of(1, noun)}, and it is so"
            )
        shown = listing([text[start:stop] for start, stop in offenders[:3]])
        verb = "is" if len(offenders) == 1 else "are"
        return f"{len(offenders)} of {count_of(len(spans), noun)} {verb} not so: {shown}"

    return Verdict(bool(spans) and not offenders, required, observed, offenders or spans)


def at_least(observed: int, required: int, noun: str, spans: Lazy[Sequence[Span]] = ()) -> Verdict:
    """Followed when there are ``required`` or more."""
    return compare(observed, "at least", required, noun, spans)


def exactly(observed: _T, required: _T, noun: str, spans: Lazy[Sequence[Span]] = ()) -> Verdict:
    """Followed when the two are equal: numbers (``noun`` in the plural), or anything else (``noun`` names it).

    >>> exactly("No.", "Dear Ann,", "first line")
    <Verdict not followed: required first line 'Dear Ann,'; observed 'No.'>
    """
    if isinstance(observed, int) and isinstance(required, int):
        return compare(observed, "exactly", required, noun, spans)
    return Verdict(observed == required, lambda: f"{noun} {quote(required)}", lambda: quote(observed), spans)


def present(found: Iterable[str], missing: Sequence[str], noun: str, spans: Lazy[Sequence[Span]] = ()) -> Verdict:
    """Followed when nothing is missing.

    >>> present(["tea"], ["milk"], "words")
    <Verdict not followed: required the words 'tea' and 'milk'; observed 'milk' not found>
    """
    wanted = [*found, *missing]
    return Verdict(
        not missing,
        lambda: f"the {noun if len(wanted) > 1 else noun.removesuffix('s')} {listing(wanted)}",
        lambda: f"{listing(missing)} not found" if missing else "all found",
        spans,
    )


def absent(found: Sequence[str], required: Lazy[str], spans: Lazy[Sequence[Span]] = ()) -> Verdict:
    """Followed when nothing was found; ``required`` says what must not be there.

    >>> absent(["cat"], "none of the words 'cat' and 'dog'")
    <Verdict not followed: required none of the words 'cat' and 'dog'; observed 'cat'>
    """
    return Verdict(not found, required, lambda: _some(list(dict.fromkeys(found))) if found else "none found", spans)


_SHOWN = 5


def _some(values: Sequence[str]) -> str:
    """The first five values as a sentence lists them, and how many there are beside them."""
    if len(values) <= _SHOWN:
        return listing(values)
    return f"{', '.join(map(quote, values[:_SHOWN]))} and {len(values) - _SHOWN} more"


def holds(followed: bool, required: Lazy[str], observed: Lazy[str], spans: Lazy[Sequence[Span]] = ()) -> Verdict:
    """Followed when ``followed``: for what the other words do not say."""
    return Verdict(followed, required, observed, spans)


def listing(values: Sequence[str]) -> str:
    """Quoted values as a sentence lists them.

    >>> listing(["a", "b", "c"])
    "'a', 'b' and 'c'"
    """
    quoted = [quote(value) for value in values]
    if len(quoted) > 1:
        return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    return "".join(quoted)
