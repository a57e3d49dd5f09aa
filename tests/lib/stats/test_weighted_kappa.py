"""workflow/lib/stats/weighted_kappa.py against Cohen (1960), statsmodels, screening's kappa and laws."""

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from workflow.lib.stats.kappa import cohen_kappa
from workflow.lib.stats.weighted_kappa import weighted_kappa

COHEN_1960 = [[88, 10, 2], [14, 40, 6], [18, 10, 12]]  # 200 pairs; 70% agree, 41% by chance


def tables(k, count=20):
    dice = np.random.default_rng(7)
    return [dice.integers(0, 15, (k, k)) for _ in range(count)]


def test_without_an_order_it_is_the_kappa_of_cohen_1960():
    found = weighted_kappa(COHEN_1960, ordered=0)
    assert found.kappa == pytest.approx(0.29 / 0.59, abs=1e-12)  # printed as .492
    assert found.percent == pytest.approx(70)


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_linear_weights_and_interval_are_those_of_statsmodels(k):
    for table in tables(k):
        ours, other = weighted_kappa(table), cohens_kappa(table, wt="linear")
        assert ours.kappa == pytest.approx(other.kappa, abs=1e-12)
        assert ours.se == pytest.approx(np.sqrt(other.var_kappa), abs=1e-12)
        assert ours.ci_lb == pytest.approx(max(-1, other.kappa_low), abs=1e-10)


@pytest.mark.parametrize("k", [2, 3, 5])
def test_unordered_it_agrees_with_the_kappa_of_the_screening(k):
    for table in tables(k):
        ours, other = weighted_kappa(table, ordered=0), cohen_kappa(table)
        for name in ("n", "percent", "kappa", "se", "ci_lb", "ci_ub"):
            assert getattr(ours, name) == pytest.approx(getattr(other, name), abs=1e-12), name


def test_a_near_miss_counts_less_than_a_far_one_and_an_unordered_category_in_full():
    near, far = [[8, 2, 0], [0, 8, 0], [0, 0, 8]], [[8, 0, 2], [0, 8, 0], [0, 0, 8]]
    assert weighted_kappa(near).kappa > weighted_kappa(far).kappa
    beside = np.zeros((4, 4), dtype=int)
    beside[:3, :3] = np.array(near)
    beside[0, 1], beside[0, 3] = 0, 2  # the same misses, now into the category without a place
    assert weighted_kappa(beside, ordered=3).kappa < weighted_kappa(near).kappa


@pytest.mark.parametrize(
    ("table", "kappa", "words"),
    [
        ([[0, 0], [0, 0]], None, "nothing was rated by both"),
        ([[5, 0], [0, 0]], None, "one category only"),
        ([[5, 0], [0, 5]], 1.0, "standard error is zero"),
    ],
)
def test_without_an_answer_there_is_a_reason(table, kappa, words):
    found = weighted_kappa(table)
    assert found.kappa == kappa
    assert found.ci_lb is None
    assert words in found.reason


def test_swapping_the_raters_changes_nothing():
    for table in tables(4):
        one, other = weighted_kappa(table, ordered=3), weighted_kappa(table.T, ordered=3)
        assert (one.kappa, one.se) == pytest.approx((other.kappa, other.se), abs=1e-12)
