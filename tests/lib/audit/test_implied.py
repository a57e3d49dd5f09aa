"""workflow/lib/audit/implied.py: what an estimate with its interval implies, rounding included."""

from math import exp, inf, isinf, log
from statistics import NormalDist

import pytest

from workflow.lib.audit.implied import implied
from workflow.lib.audit.rounding import printed
from workflow.lib.audit.scales import analysed


def of(estimate, low, high, *, level=95.0, k=None):
    return implied(*map(printed, (estimate, low, high)), level=level, k=k)


def test_published_line_as_it_stands():
    found = of("1.55", "0.24", "2.87", k=4)
    assert round(found.se, 4) == 0.6709
    assert (round(found.stat_lb, 3), round(found.stat_ub, 3)) == (2.294, 2.327)
    assert (round(found.mid_lb, 3), round(found.mid_ub, 3)) == (1.55, 1.56)
    assert found.df == 3
    assert found.t_p_lb < found.t_p < found.t_p_ub


def test_the_level_of_the_interval_counts():
    z = NormalDist().inv_cdf(0.95)
    assert of("1.0", "0.5", "1.5", level=90).se == pytest.approx(0.5 / z)


@pytest.mark.parametrize("k", [None, 0, 1])
def test_without_two_studies_nothing_is_said_of_t(k):
    found = of("1.55", "0.24", "2.87", k=k)
    assert (found.df, found.t_p, found.hk_lb, found.hk_se_max) == (None,) * 4


def test_an_estimate_that_may_be_zero_may_have_a_p_of_one():
    found = of("0.0", "-1.0", "1.0", k=4)
    assert found.stat_lb < 0 < found.stat_ub
    assert found.p_ub == found.t_p_ub == 1.0


def test_a_negative_estimate_mirrors_a_positive_one():
    up, down = of("1.55", "0.24", "2.87", k=4), of("-1.55", "-2.87", "-0.24", k=4)
    assert (down.stat_lb, down.stat_ub) == pytest.approx((-up.stat_ub, -up.stat_lb))
    assert (down.p_lb, down.p_ub) == pytest.approx((up.p_lb, up.p_ub))
    assert (down.hk_lb, down.hk_ub) == pytest.approx((-up.hk_ub, -up.hk_lb))


@pytest.mark.parametrize("limits", [("0.1", "0.1"), ("0.1", "0.2")])
def test_an_interval_that_may_have_no_width_has_no_largest_z(limits):
    found = of("0.1", *limits, k=4)
    assert found.se_lb == 0.0
    assert isinf(found.stat_ub)
    assert found.p_lb == 0.0
    assert found.stat_lb < inf


def test_a_wider_rounding_gives_a_wider_range():
    fine, coarse = of("1.50", "0.50", "2.50"), of("1.5", "0.5", "2.5")
    assert coarse.stat_lb < fine.stat_lb < fine.stat_ub < coarse.stat_ub
    assert coarse.p_lb < fine.p_lb < fine.p_ub < coarse.p_ub


def test_a_ratio_is_analysed_as_its_logarithm_and_told_as_a_ratio():
    numbers = [analysed(printed(text), "log") for text in ("0.70", "0.50", "0.98")]
    found = implied(*numbers, level=95, k=4, scale="log")
    z = NormalDist().inv_cdf(0.975)
    assert found.se == pytest.approx((log(0.98) - log(0.50)) / (2 * z))
    assert found.mid_lb < exp((log(0.98) + log(0.50)) / 2) < found.mid_ub
    assert found.mid_lb < 0.70 < found.mid_ub
    assert 0 < found.hk_lb < 0.70 < found.hk_ub
    assert found.stat_ub < 0
