"""workflow/lib/stats/reported/quantile_fit.py against a published example and known shapes."""

import numpy as np
import pytest
from scipy import stats

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.reported.quantile_fit import estimate
from workflow.lib.stats.reported.summary import Summary


def test_the_example_of_the_authors_package():
    # estmeansd (McGrath et al. 2020), README: range 2 to 9, median 4, n = 100, method QE
    found = estimate(Summary(2, None, 4, None, 9, 100))
    assert found.mean == pytest.approx(4.347284, rel=1e-5)  # its optimizer stops at about 4e-6
    assert found.sd == pytest.approx(1.502171, rel=1e-5)
    assert found.shape == "log-normal"


LAWS = {
    "log-normal": stats.lognorm(0.6, scale=5.0),
    "gamma": stats.gamma(2.5, scale=3.0),
    "Weibull": stats.weibull_min(3.0, scale=7.0),
    "beta": stats.beta(2.0, 5.0),
}


@pytest.mark.parametrize(
    ("shape", "unit"),
    [(shape, unit) for shape in LAWS for unit in (1.0, 1e-3) if unit == 1.0 or shape != "beta"],
)
def test_exact_quantiles_of_a_shape_give_back_its_moments(shape, unit):
    law, n = LAWS[shape], 80
    values = unit * law.ppf([1.0 / n, 0.25, 0.5, 0.75, 1.0 - 1.0 / n])
    found = estimate(Summary(*values, n))
    assert found.shape == shape
    # a minimum is known to the root of the rounding
    assert found.mean == pytest.approx(unit * law.mean(), rel=1e-6)
    assert found.sd == pytest.approx(unit * law.std(), rel=1e-6)


def test_values_below_zero_are_taken_as_normal():
    found = estimate(Summary(None, -0.5, 0.5, 3.0, None, 71))
    z = stats.norm.ppf(0.75)
    assert found.shape == "normal"
    assert (found.mean, found.sd) == pytest.approx((1.0, 3.5 / (2.0 * z)), rel=1e-12)


def test_nothing_is_fitted_without_a_median_or_a_spread():
    with pytest.raises(NotEstimable, match="median is missing"):
        estimate(Summary(None, 1, None, 3, None, 20))
    with pytest.raises(NotEstimable, match="all values are 2"):
        estimate(Summary(None, 2, 2, 2, None, 20))


def test_ties_are_answered():
    found = estimate(Summary(2, 2, 2, 4, 5, 30))
    assert np.isfinite([found.mean, found.sd]).all()
    assert found.sd > 0.0
