"""workflow/lib/stats/small_study/excess_significance.py: published example, definitions, edges."""

from itertools import product

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import binomtest

from tests.lib.stats.small_study.examples import BCG, DORN_2007, HACKSHAW
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.small_study.excess_significance import (
    StudyTest,
    Truth,
    excess_significance,
    limit_theta,
)


def test_complementary_therapy_has_the_published_excess():
    found = excess_significance(*DORN_2007)
    assert (found.k, found.O) == (19, 10)
    assert pytest.approx(4.923333, abs=1e-6) == found.E  # printed with six decimals
    assert pytest.approx(7.065648, abs=1e-6) == found.X2
    assert found.pval == pytest.approx(0.0078 / 2, abs=5e-5)  # one-sided


@pytest.mark.parametrize("alternative", ["two.sided", "greater", "less"])
def test_power_is_the_average_over_the_true_effects(alternative):
    theta, tau2, vi, alpha, H0 = 0.3, 0.04, 0.05, 0.1, 0.1
    found = excess_significance(
        [0.5, 0.1],
        [vi, vi],
        truth=Truth(theta=theta, tau2=tau2),
        study_test=StudyTest(alpha, alternative, H0),
    )
    z = {"two.sided": 1.6448536269514722}.get(alternative, 1.2815515655446004)

    def at(effect):
        shift = (effect - H0) / np.sqrt(vi)
        above, below = ndtr(shift - z), ndtr(-z - shift)
        power = {"two.sided": above + below, "greater": above, "less": below}[alternative]
        density = np.exp(-0.5 * (effect - theta) ** 2 / tau2) / np.sqrt(2 * np.pi * tau2)
        return power * density

    expected = quad(at, theta - 2, theta + 2, epsabs=1e-12, points=[theta])[0]
    assert found.power[0] == pytest.approx(expected, rel=1e-9)


def test_the_exact_test_sums_over_all_outcomes():
    power = np.array(excess_significance(*(x[:5] for x in BCG)).power)
    shares = np.zeros(6)
    for outcome in product((0, 1), repeat=5):
        shares[sum(outcome)] += np.prod(np.where(outcome, power, 1 - power))
    found = excess_significance(*(x[:5] for x in BCG), test="exact")
    assert found.pval == pytest.approx(shares[found.O :].sum(), rel=1e-12)


@pytest.mark.parametrize("alternative", ["two.sided", "greater", "less"])
def test_the_binomial_test_is_scipys(alternative):
    found = excess_significance(*HACKSHAW, test="binom", alternative=alternative)
    sides = alternative.replace("two.sided", "two-sided")
    expected = binomtest(found.O, found.k, found.E / found.k, alternative=sides).pvalue
    assert found.pval == pytest.approx(expected, rel=1e-9)


def test_with_equal_power_exact_and_binomial_agree():
    yi, vi = np.linspace(-0.5, 1.2, 12), np.full(12, 0.1)
    exact, binomial = (excess_significance(yi, vi, test=test).pval for test in ("exact", "binom"))
    assert exact == pytest.approx(binomial, rel=1e-12)


@pytest.mark.parametrize("test", ["chi2", "exact", "binom"])
def test_at_the_limit_the_test_changes_its_mind(test):
    limit = limit_theta(*HACKSHAW, test=test)
    p = [
        excess_significance(*HACKSHAW, truth=Truth(theta=limit * f, tau2=0.0), test=test).pval
        for f in (1 - 1e-9, 1 + 1e-9)
    ]
    assert p[0] < 0.1 <= p[1]


def test_the_limit_agrees_with_metafor():
    # metafor 3.8-1; its root finder stops at about 1e-4 of theta
    assert limit_theta(*HACKSHAW) == pytest.approx(0.17453, rel=5e-4)
    assert limit_theta(*BCG, test="exact") == pytest.approx(-0.40779, rel=5e-4)
    one_sided = StudyTest(alternative="greater")
    assert limit_theta(*HACKSHAW, study_test=one_sided) == pytest.approx(0.11316, rel=5e-4)


def test_a_limit_that_does_not_exist_says_why():
    with pytest.raises(NotEstimable, match="no excess significance"):
        limit_theta([0.01, 0.02, -0.01], [0.1, 0.1, 0.2])
    with pytest.raises(NotEstimable, match="at any theta"):
        limit_theta(
            [5.0] * 6, [1.0] * 6, study_test=StudyTest(alternative="less", H0=9.0), level=0.9999999
        )


def test_few_studies():
    one = excess_significance([2.0], [0.1])
    assert (one.k, one.O) == (1, 1)
    assert excess_significance([2.0], [0.1], truth=Truth("REML")).tau2 == 0.0
    with pytest.raises(NotEstimable, match="no study"):
        excess_significance([], [])


def test_certain_significance_is_no_excess():
    # metafor 5.2.1 has E = 9.999994 of 10 in such data (dat.rivera2025): X2 5.7e-6, p 0.49904
    sure = excess_significance([50.0, 60.0], [0.1, 0.1])
    assert (sure.O, sure.E, sure.X2, sure.pval) == (2, 2.0, 0.0, 0.5)
    directed = StudyTest(alternative="less")
    never = excess_significance([50.0, 60.0], [0.1, 0.1], study_test=directed)
    assert (never.O, never.E, never.OE_ratio, never.pval) == (0, 0.0, None, 0.5)
    assert never.reasons["OE_ratio"] == "no study can be significant"


@pytest.mark.parametrize(
    ("alternative", "pval"), [("greater", 1.0), ("less", 0.0), ("two.sided", 0.0)]
)
def test_what_cannot_be_has_no_finite_chi_square(alternative, pval):
    found = excess_significance([0.1], [0.1], truth=Truth(theta=90.0), alternative=alternative)
    assert (found.X2, found.pval) == (None, pval)
    assert "certain to be significant" in found.reasons["X2"]
    exact = excess_significance(
        [0.1], [0.1], truth=Truth(theta=90.0), test="exact", alternative=alternative
    )
    assert exact.pval == pval


def test_bad_options_are_refused_at_once():
    with pytest.raises(InputError, match="(?s)test 'x'.*alternative 'y'.*alpha 2.*tau2 -1"):
        excess_significance(*BCG, truth=Truth(tau2=-1), study_test=StudyTest(2, "y"), test="x")
    with pytest.raises(InputError, match="theta is nan"):
        excess_significance(*BCG, truth=Truth(theta=float("nan")))


def test_only_the_chi_square_test_has_its_statistic():
    assert excess_significance(*BCG).reasons == {}
    assert "X2" in excess_significance(*BCG, test="exact").reasons
