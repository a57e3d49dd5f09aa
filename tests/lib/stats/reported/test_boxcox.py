"""workflow/lib/stats/reported/boxcox.py against a published example and known powers."""

from math import exp, expm1, log, sqrt

import pytest

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.reported.boxcox import estimate
from workflow.lib.stats.reported.normal_methods import mean_luo, sd_wan
from workflow.lib.stats.reported.summary import Summary


def test_the_example_of_the_authors_package():
    # estmeansd (McGrath et al. 2020), README: range 2 to 9, median 4, n = 100, method BC with
    # the seed 1; the package simulates, with a standard error of about 0.013
    found = estimate(Summary(2, None, 4, None, 9, 100))
    assert found.mean == pytest.approx(4.210971, abs=0.03)
    assert found.sd == pytest.approx(1.337348, abs=0.03)


def test_a_summary_that_is_symmetric_stays_as_it_is():
    summary = Summary(None, 9.5, 10, 10.5, None, 60)
    found = estimate(summary)
    assert found.mean == pytest.approx(mean_luo(summary), rel=1e-6)
    # four standard deviations hold 0.9995 of a normal variable's standard deviation
    assert found.sd == pytest.approx(sd_wan(summary), rel=1e-3)


def test_a_summary_symmetric_in_logs_is_log_normal():
    summary = Summary(None, 5, 10, 20, None, 1e6)
    found, sigma = estimate(summary), sd_wan(summary.mapped(log))
    assert found.shape.startswith("Box-Cox power")
    mean = 10.0 * exp(sigma**2 / 2.0)
    assert found.mean == pytest.approx(mean, rel=2e-3)  # the tail beyond four SDs
    assert found.sd == pytest.approx(mean * sqrt(expm1(sigma**2)), rel=3e-2)


def test_another_unit_changes_the_unit_alone():
    one, other = (
        estimate(Summary(1, 4, 6, 10, 14, 50)),
        estimate(Summary(1e-3, 4e-3, 6e-3, 1e-2, 1.4e-2, 50)),
    )
    assert (other.mean, other.sd) == pytest.approx((one.mean / 1e3, one.sd / 1e3), rel=1e-7)


def test_what_no_power_makes_symmetric_is_refused():
    with pytest.raises(InputError, match="values above 0"):
        estimate(Summary(None, 0, 1, 3, None, 20))
    with pytest.raises(NotEstimable, match="no power between -4 and 4"):
        estimate(Summary(2, 2, 2, 4, 5, 30))
