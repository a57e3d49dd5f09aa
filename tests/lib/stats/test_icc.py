"""workflow/lib/stats/icc.py against the table of Shrout & Fleiss (1979), its definition and its edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.stats.icc import NO_SPREAD, NO_WIDTH, TOO_FEW, icc_agreement

# Shrout & Fleiss (1979), table 2: six targets, four judges; ICC(2,1) = .29
RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_the_table_of_shrout_and_fleiss():
    found = icc_agreement(RATINGS)
    assert round(found.icc, 2) == 0.29
    # the interval that R's psych and irr print for these data: 0.019 to 0.761
    assert (round(found.ci_lb, 3), round(found.ci_ub, 3)) == (0.019, 0.761)
    assert (found.n, found.raters, found.reason) == (6, 4, "")


def test_it_is_the_share_of_variance_that_is_between_items():
    """From the variance components of a two-way random model: rows / (rows + raters + rest)."""
    x = np.array(RATINGS, dtype=float)
    n, k = x.shape
    rows, raters = x.mean(1), x.mean(0)
    msr = k * rows.var(ddof=1)
    msc = n * raters.var(ddof=1)
    mse = (((x - x.mean()) ** 2).sum() - (n - 1) * msr - (k - 1) * msc) / ((n - 1) * (k - 1))
    parts = (msr - mse) / k, (msc - mse) / n, mse
    assert icc_agreement(x).icc == pytest.approx(parts[0] / sum(parts), rel=1e-12)


def test_two_who_agree_on_everything_have_one_and_no_interval():
    found = icc_agreement([[1, 1], [2, 2], [5, 5]])
    assert (found.icc, found.ci_lb, found.reason) == (1.0, None, NO_WIDTH)


def test_a_shift_between_raters_counts_against_absolute_agreement():
    assert icc_agreement([[1, 11], [2, 12], [5, 15]]).icc < 0.2


@pytest.mark.parametrize(("ratings", "reason"), [([], TOO_FEW), ([[1, 2]], TOO_FEW)])
def test_fewer_than_two_items_have_a_reason(ratings, reason):
    assert (icc_agreement(ratings).icc, icc_agreement(ratings).reason) == (None, reason)


def test_equal_numbers_throughout_have_a_reason():
    assert icc_agreement([[3, 3], [3, 3]]).reason == NO_SPREAD


def test_numbers_of_any_size_have_one():
    found = icc_agreement([[1e99, 2.0], [3.0, 4.0], [5.0, 5.0]])
    assert found.icc == pytest.approx(0.0, abs=1e-9)
    assert icc_agreement([[1e300, 1e300], [0.0, 0.0], [1.0, 2.0]]).reason == NO_WIDTH


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=12))
def test_neither_the_unit_nor_the_order_of_raters_matters(pairs):
    found, turned = (
        icc_agreement(pairs),
        icc_agreement([(b * 3.0 + 7, a * 3.0 + 7) for a, b in pairs]),
    )
    if found.icc is None:
        assert turned.icc is None
        return
    assert turned.icc == pytest.approx(found.icc, abs=1e-9)
    assert found.icc <= 1.0
    if found.ci_lb is not None:
        assert found.ci_lb <= found.icc + 1e-9
        assert found.icc <= found.ci_ub + 1e-9
