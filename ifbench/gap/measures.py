"""Differences between two sets, with their intervals.

Two sets are two samples that have nothing in common, so nothing is paired. A difference of shares has the interval of
Newcombe (1998, Statistics in Medicine 17, 873-890, method 10): with p1 and p2 and their score intervals l1 to u1 and l2
to u2, the lower bound of d = p1 - p2 is d - sqrt((p1 - l1)² + (u2 - p2)²), the upper d + sqrt((u1 - p1)² + (p2 - l2)²).
Where answers are clustered (samples, turns, families), l and u are those of :func:`ifbench.stats.pooled`, Wilson's
interval at the effective size; that independent intervals may be put together so is due to Zou and Donner (2008,
Statistics in Medicine 27, 1693-1702).

Sets also differ in what they ask for. The standardised difference compares instruction level over the constraint types
that both sets use, at the first set's mix of them: for each set p = Σ_t w_t y_t / k_t over the types t, with y_t of k_t
constraints followed and w_t the share of the type among the first set's constraints of common types (direct
standardisation; a poststratified mean, Cochran 1977, section 5A.9). With the weights taken as given, its linearised
residual for cluster c is z_c = Σ_t w_t a_t (y_tc - p_t k_tc) / k_t, and its variance N / (N - 1) Σ_c z_c² over N
clusters, as in :func:`ifbench.stats.clustered_error`; a_t = sqrt(m_t / (m_t - 1)) makes up for p_t being estimated from
the m_t clusters that have the type. Types that fewer than :data:`LEAST` clusters of a set have are left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from ifbench import stats
from ifbench.gap.runs import Answer

Reading = Literal["strict", "loose"]
READINGS: tuple[Reading, ...] = ("strict", "loose")
LEAST = 2
"""So many clusters of each set must have a type for it to count in the standardised difference."""


class Share(NamedTuple):
    """A number of 0 to 1 with its 95 % interval, out of ``n`` things."""

    value: float
    n: int
    ci95: tuple[float, float]


class Difference(NamedTuple):
    """A difference, first less fresh, with its 95 % interval."""

    value: float
    ci95: tuple[float, float]


def newcombe(first: Share, other: Share) -> Difference:
    """The difference of two independent shares, with Newcombe's interval.

    >>> from ifbench.stats import wilson
    >>> found = newcombe(Share(56 / 70, 70, wilson(56, 70)), Share(48 / 80, 80, wilson(48, 80)))
    >>> round(found.value, 4), tuple(round(bound, 4) for bound in found.ci95)
    (0.2, (0.0524, 0.3339))
    """
    (p, _, (low, high)), (q, _, (lower, higher)) = first, other
    value = p - q
    return Difference(
        value, (value - math.hypot(p - low, higher - q), value + math.hypot(high - p, q - lower))
    )  # fmt: skip


def prompt_level(answers: Sequence[Answer], reading: Reading) -> Share:
    """The share of answers that follow all their constraints, with the interval that ``results.json`` gives it."""
    clusters: dict[str, list[bool]] = {}
    for answer in answers:
        if answer.judged:
            clusters.setdefault(answer.cluster, []).append(all(getattr(one, reading) for one in answer.judged))
    found = stats.share([sum(own) for own in clusters.values()], [len(own) for own in clusters.values()])
    return Share(found.value, found.n, found.ci95)


class Tally(NamedTuple):
    """Of one type: constraints followed and there are, by cluster."""

    followed: dict[str, int]
    sizes: dict[str, int]

    @property
    def share(self) -> float:
        """The share of them that is followed."""
        return sum(self.followed.values()) / sum(self.sizes.values())


def tallies(answers: Sequence[Answer], reading: Reading) -> dict[str, Tally]:
    """The constraints of first answers by type. Later turns are left out: fresh sets have none."""
    found: dict[str, Tally] = {}
    for answer in answers:
        for one in answer.judged if answer.turn == 1 else ():
            tally = found.setdefault(one.id, Tally({}, {}))
            tally.followed[answer.cluster] = tally.followed.get(answer.cluster, 0) + getattr(one, reading)
            tally.sizes[answer.cluster] = tally.sizes.get(answer.cluster, 0) + 1
    return found


def standardised(found: Mapping[str, Tally], weights: Mapping[str, float]) -> Share:
    """Instruction level at a given mix of types, with its clustered interval (formula: the module's docstring).

    Args:
        found: the tally of every type in ``weights``, each of which two clusters or more have.
        weights: the share of each type; they sum to 1.
    """
    value = math.fsum(weight * found[id].share for id, weight in weights.items())
    residuals: dict[str, list[float]] = {}
    for id, weight in weights.items():
        tally = found[id]
        total, clusters = sum(tally.sizes.values()), len(tally.sizes)
        factor = weight * math.sqrt(clusters / (clusters - 1)) / total
        for cluster, size in tally.sizes.items():
            residuals.setdefault(cluster, []).append(factor * (tally.followed[cluster] - tally.share * size))
    number = len(residuals)
    # Pseudo-values, one a cluster: their mean is the value, and its standard error that of the linearised variance.
    pseudo = [value + number * math.fsum(own) for own in residuals.values()]
    found_mean = stats.mean(pseudo, list(residuals))
    return Share(value, sum(sum(found[id].sizes.values()) for id in weights), found_mean.ci95)
