"""Intervals against their definitions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifbench.stats import MANY, clustered_error, mean, pooled, proportion, quantile, ratio, share, wilson
from tests.tables_support import scored

Z = 1.959963984540054


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_solves_its_equation(case: tuple[int, int]) -> None:
    followed, n = case
    low, high = wilson(followed, n)
    share = followed / n
    assert 0 <= low <= share <= high <= 1
    for bound in (low, high):
        if 0 < bound < 1:
            # The bounds are the shares from which the observed one lies 1.96 standard errors away.
            assert abs(share - bound) == pytest.approx(Z * math.sqrt(bound * (1 - bound) / n), rel=1e-6)


@pytest.mark.parametrize(
    ("followed", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (417, 541, 0.7335, 0.8042)],
)
def test_wilson_values(followed: int, n: int, low: float, high: float) -> None:
    assert wilson(followed, n) == pytest.approx((low, high), abs=5e-5)


def test_clusters_of_one_give_the_plain_error() -> None:
    followed = [1] * 30 + [0] * 10
    n, share = 40, 0.75
    assert clustered_error(followed, [1] * n) == pytest.approx(math.sqrt(share * (1 - share) / (n - 1)))


def test_clustered_error_by_hand() -> None:
    # y = (2, 0, 1), k = (2, 1, 2): I = 3/5, residuals 0.8, -0.6, -0.2; sum of squares 1.04.
    assert clustered_error([2, 0, 1], [2, 1, 2]) == pytest.approx(math.sqrt(3 / 2 * 1.04) / 5)


def test_perfect_agreement_within_clusters_widens_the_interval() -> None:
    together = pooled([3] * 20 + [0] * 20, [3] * 40)
    apart = proportion(60, 120)
    assert together.value == apart.value
    assert together.ci95[1] - together.ci95[0] > 1.5 * (apart.ci95[1] - apart.ci95[0])


@pytest.mark.parametrize("followed", [[2, 1, 3], [0, 0, 0]])
def test_no_interval_has_no_width(followed: list[int]) -> None:
    low, high = pooled(followed, [2, 1, 3]).ci95
    assert high - low > 0.3


@given(st.lists(st.integers(1, 5).flatmap(lambda k: st.tuples(st.integers(0, k), st.just(k))), min_size=1, max_size=50))
def test_pooled_interval_holds_its_value(prompts: list[tuple[int, int]]) -> None:
    followed, sizes = zip(*prompts, strict=True)
    accuracy = pooled(followed, sizes)
    assert accuracy.value == sum(followed) / sum(sizes)
    assert 0 <= accuracy.ci95[0] <= accuracy.value <= accuracy.ci95[1] <= 1


def test_equal_shares_give_no_error_of_rounding() -> None:
    assert clustered_error([1] * 10, [49] * 10) == 0
    low, high = pooled([1] * 10, [49] * 10).ci95
    assert high - low > 0.1


def _student(bound: float, freedom: int) -> float:
    """The chance of less than ``bound``: Simpson's rule over the density of Student's t from 0."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    steps = 2000
    heights = [scale * (1 + (bound * i / steps) ** 2 / freedom) ** (-(freedom + 1) / 2) for i in range(steps + 1)]
    return 0.5 + bound / steps / 3 * (heights[0] + heights[-1] + 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2]))


@pytest.mark.parametrize("clusters", range(2, MANY))
def test_quantiles_of_student(clusters: int) -> None:
    bound = quantile(clusters)
    # Rounded to three places, and to no other.
    assert _student(bound - 0.0005, clusters - 1) <= 0.975 <= _student(bound + 0.0005, clusters - 1)


def test_many_clusters_have_the_normal_quantile() -> None:
    assert MANY == 30
    assert quantile(29) == 2.048
    assert quantile(30) == quantile(10_000) == pytest.approx(Z)


@pytest.mark.parametrize("clusters", [0, 1])
def test_one_cluster_has_no_error(clusters: int) -> None:
    with pytest.raises(ValueError, match=f"{clusters} clusters"):
        quantile(clusters)


@pytest.mark.parametrize(("clusters", "t"), [(4, 3.182), (40, Z)])
def test_few_clusters_widen_the_interval(clusters: int, t: float) -> None:
    followed, sizes = [4, 5] * (clusters // 2), [9] * clusters
    error = clustered_error(followed, sizes)
    assert pooled(followed, sizes).ci95 == pytest.approx(scored(0.5, error, t))


def test_near_one_the_interval_reaches_further_down() -> None:
    # 58 of 60 clusters followed in all of 3, two in 1 of 3; the error of 176/180 is 0.0156.
    followed, sizes = [3] * 58 + [1] * 2, [3] * 60
    found = pooled(followed, sizes)
    assert found.ci95 == pytest.approx((0.9223, 0.9939), abs=5e-5)
    assert found.ci95 == pytest.approx(scored(176 / 180, clustered_error(followed, sizes), Z))
    assert found.value - found.ci95[0] > 2 * (found.ci95[1] - found.value)


@pytest.mark.parametrize(("followed", "size"), [(1, 3), (2, 3), (1, 49)])
def test_equal_shares_are_not_rounded_to_whole_clusters(followed: int, size: int) -> None:
    found = pooled([followed] * 10, [size] * 10)
    low, high = found.ci95
    # Ten things of which that share is followed, however few that are: not three of ten, nor none.
    for bound in (low, high):
        assert abs(found.value - bound) == pytest.approx(Z * math.sqrt(bound * (1 - bound) / 10))


def test_clusters_of_one_are_one_thing_less_than_wilsons() -> None:
    # The factor C / (C - 1) of the error.
    assert pooled([1] * 30 + [0] * 10, [1] * 40).ci95 == pytest.approx(scored(0.75, math.sqrt(0.1875 / 39), Z))


def test_share_of_clusters_of_one_is_wilsons() -> None:
    assert share([1, 0, 1], [1, 1, 1]) == proportion(2, 3)
    assert share([1, 0, 2], [1, 1, 2]) == pooled([1, 0, 2], [1, 1, 2])


def test_ratio_leaves_out_clusters_with_nothing_to_count() -> None:
    counts, sizes = [4, 5, 6, 5], [10, 10, 10, 9]
    found = ratio([*counts, 0, 0], [*sizes, 0, 0])
    assert found == (20 / 39, 20, 39, pooled(counts, sizes).ci95)
    assert 0 < found.ci95[0] < found.ci95[1] < 1, "not cut off, where it would say nothing"
    assert ratio([0], [0]) == (0.0, 0, 0, (0.0, 1.0))


def test_one_cluster_is_counted_as_one_thing() -> None:
    low, high = pooled([3], [4]).ci95
    for bound in (low, high):
        assert abs(0.75 - bound) == pytest.approx(Z * math.sqrt(bound * (1 - bound)))
    assert pooled([4], [4]).ci95 == wilson(1, 1)
    assert pooled([], []) == (0.0, 0, 0, (0.0, 1.0))


def test_mean_by_hand() -> None:
    # 0, 1, 2, 3: standard deviation sqrt(5 / 3), three degrees of freedom.
    found = mean([0, 1, 2, 3], "abcd", 10)
    assert (found.value, found.n) == (1.5, 4)
    assert found.ci95 == pytest.approx(scored(1.5, math.sqrt(5 / 3) / 2, 3.182, 10))


def test_mean_of_clusters_is_that_of_pooled_shares() -> None:
    values, clusters = [0, 1, 1, 1, 0, 0, 1, 0, 1, 0], "aaabbccdde"
    sizes = [clusters.count(name) for name in "abcde"]
    sums = [sum(value for value, name in zip(values, clusters, strict=True) if name == own) for own in "abcde"]
    assert mean(values, clusters).ci95 == pytest.approx(pooled(sums, sizes).ci95)


@pytest.mark.parametrize("values", [[1 / 3] * 25, [0.0] * 7, [1.0] * 7, [0.3]])
def test_no_mean_has_no_width(values: list[float]) -> None:
    found = mean(values, range(len(values)))
    low, high = found.ci95
    assert 0 <= low <= found.value <= high <= 1
    for bound in (low, high):
        if 0 < bound < 1:
            assert abs(found.value - bound) == pytest.approx(Z * math.sqrt(bound * (1 - bound) / len(values)))
    assert high - low > 0.1


def test_mean_of_nothing() -> None:
    assert mean([], [], 3.0) == (0.0, 0, (0.0, 3.0))
