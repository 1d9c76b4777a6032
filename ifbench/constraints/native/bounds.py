"""Numbers that no reply can have, so that no prompt set asks for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ifbench.parameters import Relation
from ifbench.verdict import compare


def unattainable(relation: Relation, number: int, lowest: int, highest: int | None = None) -> str | None:
    """Why nothing from ``lowest`` to ``highest`` stands in ``relation`` to ``number``; None where something does.

    >>> unattainable("less than", 0, 0), unattainable("more than", 3, 0, 3)
    ('no number from 0 on is less than 0', 'no number from 0 to 3 is more than 3')
    >>> unattainable("exactly", 0, 1), unattainable("at most", 1, 1), unattainable("more than", 9, 1)
    ('no number from 1 on is exactly 0', None, None)
    >>> unattainable("at least", 3, 0, 3), unattainable("exactly", 4, 0, 3)
    (None, 'no number from 0 to 3 is exactly 4')
    """
    top = max(lowest, number + 1) if highest is None else highest
    tried = [each for each in (lowest, number, top) if lowest <= each <= top]
    if any(compare(each, relation, number, "") for each in tried):
        return None
    return f"no number from {lowest} {'on' if highest is None else f'to {highest}'} is {relation} {number}"


def attainable(
    count: str = "count", *, lowest: int = 0, among: str | None = None
) -> Callable[..., tuple[str, str] | None]:
    """A ``conflict`` for :func:`ifbench.registry.constraint`: some reply must have as many as ``relation`` wants.

    Args:
        count: the parameter that holds the number.
        lowest: how many there are at least in a reply that the check looks at further.
        among: a parameter with a list of all that can be there.

    >>> attainable(lowest=1)(relation="at most", count=0)
    ('count', 'no number from 1 on is at most 0')
    >>> attainable(among="items")(relation="at least", count=2, items=["tea"])
    ('count', 'no number from 0 to 1 is at least 2')
    """

    def conflict(*, relation: Relation, **values: Any) -> tuple[str, str] | None:
        fault = unattainable(relation, values[count], lowest, len(values[among]) if among else None)
        return (count, fault) if fault else None

    return conflict
