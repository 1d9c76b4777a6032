"""Intervals: how far a score could be off by the luck of which prompts are in the set."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from statistics import NormalDist
from typing import NamedTuple

LEVEL = 0.95
_Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)

# The 0.975 quantiles of Student's t with 1, 2, ... 28 degrees of freedom (NIST/SEMATECH e-Handbook of Statistical
# Methods, section 1.3.6.7.2).
_T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
    2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048,
)  # fmt: skip
MANY = len(_T) + 2
"""From this many clusters on, the normal quantile stands for Student's."""


class Accuracy(NamedTuple):
    """A share of things followed: ``value`` = ``followed`` / ``n``, with its 95 % interval ``ci95``, all in 0 to 1."""

    value: float
    followed: int
    n: int
    ci95: tuple[float, float]


class Ratio(NamedTuple):
    """A share of things that is no accuracy: ``value`` = ``number`` / ``n``, with its 95 % interval ``ci95``.

    Where ``n`` is 0 nothing is known: the value is then 0 and the interval 0 to 1.
    """

    value: float
    number: int
    n: int
    ci95: tuple[float, float]


class Mean(NamedTuple):
    """The mean ``value`` of ``n`` measured numbers, with its 95 % interval ``ci95``."""

    value: float
    n: int
    ci95: tuple[float, float]


def quantile(clusters: int) -> float:
    """How many standard errors a 95 % interval reaches to each side: Student's t with ``clusters`` - 1 degrees of
    freedom below :data:`MANY` clusters, the normal quantile from there on.

    Raises:
        ValueError: there are fewer than two clusters, and so no standard error.
    """
    if clusters < 2:
        raise ValueError(f"{clusters} clusters have no standard error")
    return _T[clusters - 2] if clusters < MANY else _Z


def _score(share: float, n: float, reach: float = _Z) -> tuple[float, float]:
    """The score interval of ``share``, ``reach`` standard errors to each side, of ``n`` things (a whole number or not).

    At either end the bound is exact; the formula only nearly gives it.
    """
    squared = reach * reach
    centre, denominator = share + squared / (2 * n), 1 + squared / n
    margin = reach * math.sqrt(share * (1 - share) / n + squared / (4 * n * n))
    low = 0.0 if share <= 0 else max(0.0, (centre - margin) / denominator)
    high = 1.0 if share >= 1 else min(1.0, (centre + margin) / denominator)
    return low, high


def _clustered(share: float, error: float, clusters: int) -> tuple[float, float]:
    """The score interval of a share or mean of 0 to 1 with this standard error.

    The things counted are as many as would have that error were they independent; where it is 0 or unknown it says
    nothing, and they are the clusters.
    """
    if not error > 0:
        return _score(share, clusters)
    return _score(share, share * (1 - share) / error**2, quantile(clusters))


def wilson(followed: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share of independent things (Wilson 1927). It stays inside 0 to 1.

    >>> tuple(round(bound, 4) for bound in wilson(417, 541))
    (0.7335, 0.8042)
    """
    return _score(followed / n, n) if n else (0.0, 1.0)


def clustered_error(followed: Sequence[int], sizes: Sequence[int]) -> float:
    """The standard error of the pooled share sum(followed) / sum(sizes) when clusters, not constraints, are drawn.

    The linearised variance of a ratio of sums over N clusters, with the factor N / (N - 1)
    (Cochran 1977, section 6; Miller 2024, arXiv:2411.00640). ``followed`` and ``sizes`` have one entry a cluster.
    """
    n, total = len(sizes), sum(sizes)
    if n < 2 or total == 0:
        return math.nan
    # In whole numbers, so that the error is exactly 0 where it is 0: total times each residual.
    pooled_count = sum(followed)
    squares = sum((y * total - pooled_count * k) ** 2 for y, k in zip(followed, sizes, strict=True))
    return math.sqrt(n / (n - 1) * squares) / total**2


def _pooled_interval(followed: Sequence[int], sizes: Sequence[int]) -> tuple[float, float]:
    number = sum(sizes)
    if number == 0:
        return 0.0, 1.0
    return _clustered(sum(followed) / number, clustered_error(followed, sizes), len(sizes))


def proportion(followed: int, n: int) -> Accuracy:
    """A share of independent things, with its Wilson interval."""
    return Accuracy(followed / n if n else 0.0, followed, n, wilson(followed, n))


def pooled(followed: Sequence[int], sizes: Sequence[int]) -> Accuracy:
    """The share of things followed, pooled over clusters, with a clustered interval.

    ``followed`` and ``sizes`` have one entry a cluster: of its things, how many are followed and how many there are.
    The interval is Wilson's, :func:`quantile` standard errors to each side, of p (1 - p) / error² things: as many
    independent ones as would have the error of :func:`clustered_error`. Where every cluster has the same share (all its
    constraints followed, or none, say), or there is one cluster only, the error is 0 or unknown and says nothing; the
    interval is then Wilson's, with clusters as the things counted.
    """
    total, number = sum(followed), sum(sizes)
    return Accuracy(total / number if number else 0.0, total, number, _pooled_interval(followed, sizes))


def share(followed: Sequence[int], sizes: Sequence[int]) -> Accuracy:
    """As :func:`pooled`, but where every cluster has exactly one thing the interval is Wilson's."""
    if all(size == 1 for size in sizes):
        return proportion(sum(followed), len(sizes))
    return pooled(followed, sizes)


def ratio(counts: Sequence[int], sizes: Sequence[int]) -> Ratio:
    """As :func:`share`, for what is no accuracy. Clusters with nothing to count (size 0) are left out."""
    there = [(count, size) for count, size in zip(counts, sizes, strict=True) if size]
    return Ratio(*share([count for count, _ in there], [size for _, size in there]))


def mean(values: Sequence[float], clusters: Iterable[Hashable], top: float = 1.0) -> Mean:
    """The mean of numbers from 0 to ``top``, with an interval clustered by ``clusters`` (one entry a number).

    The standard error is that of :func:`clustered_error`: with one number a cluster, the standard deviation over the
    square root of their number. The interval is that of :func:`pooled`, for mean / ``top``.
    """
    n = len(values)
    if n == 0:
        return Mean(0.0, 0, (0.0, top))
    middle = math.fsum(values) / n
    residuals: dict[Hashable, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        residuals.setdefault(cluster, []).append(value - middle)
    sums = [math.fsum(own) for own in residuals.values()]
    number = len(sums)
    # Equal numbers may leave residuals of rounding.
    if number < 2 or max(map(abs, sums)) < 1e-9 * top:
        error = math.nan
    else:
        error = math.sqrt(number / (number - 1) * math.fsum(value * value for value in sums)) / n
    low, high = _clustered(middle / top, error / top, number)
    return Mean(middle, n, (top * low, top * high))


def pass_at(n: int, successes: int, k: int) -> float:
    """The chance that at least one of ``k`` samples succeeds, estimated without bias from ``n`` samples.

    1 - C(n - c, k) / C(n, k) for c successes (Chen et al. 2021, arXiv:2107.03374, section 2.1).
    """
    return 1 - math.comb(n - successes, k) / math.comb(n, k)


def pass_all(n: int, successes: int, k: int) -> float:
    """The chance that all of ``k`` samples succeed ("pass^k"), estimated without bias from ``n`` samples.

    C(c, k) / C(n, k) for c successes (Yao et al. 2024, arXiv:2406.12045).
    """
    return math.comb(successes, k) / math.comb(n, k)
