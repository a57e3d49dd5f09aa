"""workflow/lib/stats/small_study/rank_test.py: published example, definition, law, refusals, edges."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import kendalltau

from tests.lib.stats.small_study.examples import EGGER_2001
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.small_study.rank_test import _exact, _pairs, rank_test

LAW = settings(database=None, deadline=None, derandomize=True, max_examples=40)
YI, VI = EGGER_2001


def test_magnesium_trials_give_the_published_correlation():
    found = rank_test(YI, VI)
    assert found.tau == pytest.approx(0.15, abs=1e-12)
    assert found.pval == pytest.approx(0.4503, abs=5e-5)  # printed with four decimals
    assert found.exact
    assert found.tag == "rank correlation test, exact, no ties"


@pytest.mark.parametrize("k", [2, 3, 5, 6])
def test_the_exact_p_counts_the_orders_that_are_as_far_out(k):
    scores = np.array(
        [
            sum(1 if a < b else -1 for i, a in enumerate(order) for b in order[i + 1 :])
            for order in permutations(range(k))
        ]
    )
    for S in np.unique(np.abs(scores)):
        share = (np.abs(scores) >= S).mean()
        assert _exact(int(S), k) == pytest.approx(share, rel=1e-13)


def test_the_exact_p_of_many_studies_is_close_to_the_normal_one():
    spread = np.sqrt(170 * 169 * 345 / 18)
    # S - 1: corrected for continuity; the approximation itself is off by the order of 1 / k
    assert _exact(1501, 170) == pytest.approx(2 * ndtr(-1500 / spread), rel=5e-3)
    assert 0.0 < _exact(170 * 169 // 2, 170) < 1e-300  # 2 / 170!, still a double


@LAW
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=25).filter(
        lambda rows: all(len({row[i] for row in rows}) > 1 for i in (0, 1))
    )
)
def test_tau_with_ties_is_scipys_tau_b(rows):
    x, y = np.array(rows, float).T
    pairs = _pairs(x, y)
    free = [
        len(x) * (len(x) - 1) / 2 - (t * (t - 1) / 2).sum() for t in (pairs.ties_x, pairs.ties_y)
    ]
    expected = kendalltau(x, y, method="asymptotic")
    assert pairs.S / np.sqrt(free[0] * free[1]) == pytest.approx(expected.statistic, abs=1e-12)


def test_ties_and_many_studies_take_the_normal_approximation():
    tied = rank_test(np.append(YI, YI[0]), np.append(VI, VI[0]))
    assert not tied.exact
    assert "ties" in tied.tag
    rng = np.random.default_rng(7)
    many = rank_test(rng.normal(size=300), rng.uniform(0.1, 1.0, 300))
    assert not many.exact
    assert many.z is not None
    assert rank_test(YI, VI, exact=False).z is not None


def test_one_dominant_study_keeps_its_deviate():
    vi = VI.copy()
    vi[-1] = 1e-12  # its vi minus the variance of the mean cancels in a naive formula
    assert -1.0 <= rank_test(YI, vi).tau <= 1.0


def test_few_studies():
    two = rank_test([0.31, 0.36], [0.02, 0.035])
    assert (two.tau, two.pval, two.interpretable) == (1.0, 1.0, False)
    approximate = rank_test([0.31, 0.36], [0.02, 0.035], exact=False)
    assert approximate.pval is None
    assert "at least 3" in approximate.reasons["pval"]
    assert rank_test([0.31, 0.36], [0.02, 0.035], insist=True).interpretable


def test_what_has_no_ranks_says_why():
    with pytest.raises(NotEstimable, match="standardised effects are equal"):
        rank_test([0.2, 0.2, 0.2], [0.1, 0.2, 0.3])
    with pytest.raises(NotEstimable, match="variances are equal"):
        rank_test([0.2, 0.1, 0.3], [0.1, 0.1, 0.1])
    for k in (0, 1):
        with pytest.raises(NotEstimable, match="at least 2"):
            rank_test(YI[:k], VI[:k])
    with pytest.raises(InputError, match="row 0: vi is 0"):
        rank_test([0.1, 0.2], [0.0, 1.0])
