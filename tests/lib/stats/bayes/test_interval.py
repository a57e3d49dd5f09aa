"""workflow/lib/stats/bayes/interval.py on distributions whose shortest interval is known."""

import numpy as np
import pytest
from scipy import stats

from workflow.lib.stats.bayes.interval import shortest


class Law:
    """A distribution of scipy in the words of this room."""

    def __init__(self, law):
        self.law = law

    def quantiles(self, p):
        return self.law.ppf(p)

    def log_density(self, t):
        return self.law.logpdf(t)


def test_a_symmetric_distribution_has_equal_tails():
    found = shortest(Law(stats.norm(2.0, 3.0)), 0.9)
    assert found == pytest.approx(stats.norm.ppf([0.05, 0.95], 2.0, 3.0), rel=1e-7)


def test_a_falling_density_starts_at_its_lower_end():
    assert shortest(Law(stats.expon()), 0.9, starts=True) == pytest.approx((0.0, -np.log(0.1)))


def test_a_rising_density_ends_at_its_upper_end():
    law = stats.beta(3.0, 1.0)
    found = shortest(Law(law), 0.9, starts=True, stops=True)
    assert found == pytest.approx((law.ppf(0.1), 1.0), rel=1e-9)


@pytest.mark.parametrize("shape", [1.2, 2.0, 30.0])
def test_the_density_is_the_same_at_both_ends(shape):
    law = stats.gamma(shape)
    low, high = shortest(Law(law), 0.95, starts=True)
    assert law.cdf(high) - law.cdf(low) == pytest.approx(0.95, rel=1e-12)
    assert law.logpdf(high) == pytest.approx(law.logpdf(low), abs=1e-8)
    assert high - low < law.ppf(0.975) - law.ppf(0.025)


def test_a_density_that_peaks_next_to_its_lower_end_starts_there():
    law = stats.gamma(1.02)  # equal densities would need a left tail of 1e-66
    low, high = shortest(Law(law), 0.95, starts=True)
    assert low < 1e-12
    assert law.cdf(high) - law.cdf(low) == pytest.approx(0.95, rel=1e-12)
