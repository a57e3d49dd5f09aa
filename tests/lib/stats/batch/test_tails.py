"""workflow/lib/stats/batch/tails.py against scipy's functions."""

import numpy as np
import pytest
from scipy.special import chdtrc, gammainccinv, gammaincinv, ndtri, stdtrit

from workflow.lib.stats.batch.tails import (
    above_chi2,
    chi2_median,
    chi2_quantiles,
    quantile,
    two_sided,
)

DF = np.repeat(np.arange(1.0, 90.0), 12)
X = np.tile([0.0, 1e-9, 0.1, 1.0, 5.0, 20.0, 50.0, 100.0, 200.0, 400.0, 800.0, 1200.0], 89)


def test_chi_square_tails_keep_their_digits_far_out():
    # exp(-x / 2) is exact to x / 2 rounding errors, and so is scipy's; the smallest is 1e-263
    assert above_chi2(X, DF) == pytest.approx(chdtrc(DF, X), rel=1e-12, abs=0.0)


def test_chi_square_tails_end_in_zero_without_a_warning():
    assert above_chi2(np.array([1e6, 1e300]), np.array([3.0, 4.0])).tolist() == [0.0, 0.0]


def test_quantiles_are_those_of_each_groups_degrees_of_freedom():
    df = np.array([3.0, 1.0, 3.0, 12.0])
    high, low = chi2_quantiles(90.0, df)
    assert high == pytest.approx(2.0 * gammainccinv(df / 2.0, 0.05), rel=1e-13)
    assert low == pytest.approx(2.0 * gammaincinv(df / 2.0, 0.05), rel=1e-13)
    assert chi2_median(df) == pytest.approx(2.0 * gammaincinv(df / 2.0, 0.5), rel=1e-13)
    assert quantile(95.0, df) == pytest.approx(stdtrit(df, 0.975), rel=1e-13)
    assert quantile(95.0, None) == pytest.approx(ndtri(0.975), rel=1e-15)


def test_p_values_have_two_sides():
    assert two_sided(np.array([-2.0, 2.0]), None) == pytest.approx(0.0455002638963584, rel=1e-13)
    assert two_sided(np.array([-1.0, 1.0]), np.array([1.0, 1.0])) == pytest.approx(0.5, rel=1e-13)
