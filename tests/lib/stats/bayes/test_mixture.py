"""workflow/lib/stats/bayes/mixture.py against scipy and its own definition."""

import numpy as np
import pytest
from scipy import stats

from workflow.lib.stats.bayes.mixture import mixture

WEIGHTS = np.array([0.2, 0.5, 0.3])
MEANS, SDS = np.array([-1.0, 0.5, 4.0]), np.array([0.01, 1.0, 3.0])
ONE = mixture(WEIGHTS, MEANS, SDS**2)


def test_the_distribution_of_a_quantile_is_its_probability():
    p = np.array([1e-9, 0.01, 0.2, 0.5, 0.99, 1.0 - 1e-9])
    assert ONE.cdf(ONE.quantiles(p)) == pytest.approx(p, rel=1e-7)  # 1 - 1e-9 has 9 digits less


def test_one_component_is_the_normal_distribution():
    single = mixture(np.array([1.0]), np.array([2.0]), np.array([9.0]))
    p = np.array([0.025, 0.5, 0.975])
    assert single.quantiles(p) == pytest.approx(stats.norm.ppf(p, 2.0, 3.0), rel=1e-14)
    assert single.mode() == pytest.approx(2.0, rel=1e-12)


def test_a_narrow_peak_is_found_as_the_mode():
    assert ONE.mode() == pytest.approx(-1.0, abs=1e-4)  # the broad ones pull it a little
    assert ONE.slope(np.array([ONE.mode()]))[0] == pytest.approx(0.0, abs=1e-6)


def test_many_mixtures_at_once_are_each_one_alone():
    means = np.array([MEANS, MEANS + 1.0, -MEANS])
    many = mixture(WEIGHTS, means, np.tile(SDS**2, (3, 1)))
    alone = [mixture(WEIGHTS, row, SDS**2).quantiles(np.array([0.3]))[0] for row in means]
    assert many.quantiles(0.3) == pytest.approx(alone, rel=1e-12)


def test_the_slope_is_the_derivative_of_the_density():
    t, h = np.array([-2.0, 0.3, 5.0]), 1e-5
    difference = (ONE.density(t + h) - ONE.density(t - h)) / (2.0 * h)
    assert ONE.slope(t) == pytest.approx(difference, rel=1e-6, abs=1e-9)  # of the difference


def test_the_probability_above_a_threshold_is_one_minus_that_below():
    assert ONE.above(0.7) == pytest.approx(1.0 - ONE.cdf(np.array([0.7]))[0], rel=1e-13)
