"""workflow/lib/stats/small_study/fail_safe.py and fail_safe_general.py."""

import numpy as np
import pytest
from scipy.special import chdtrc, ndtr
from scipy.stats import chi2, norm

from tests.agreement import effects
from tests.lib.stats.small_study.examples import BCG, HACKSHAW, RAUDENBUSH
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.small_study.fail_safe import binomial, orwin, rosenberg, rosenthal
from workflow.lib.stats.small_study.fail_safe_general import dilute, general


def test_published_numbers_are_reproduced():
    assert rosenthal(*RAUDENBUSH).fsnum == 26
    assert orwin(RAUDENBUSH[0], target=0.05).fsnum == 44
    assert rosenthal(*HACKSHAW).fsnum == 393
    assert rosenberg(*HACKSHAW).fsnum == 202


@pytest.mark.parametrize("pool", ["stouffer", "fisher"])
def test_rosenthals_number_is_the_smallest_that_lifts_p(pool):
    yi, vi = BCG
    n, z = rosenthal(yi, vi, pool=pool).fsnum, np.abs(yi / np.sqrt(vi))

    def p(extra):
        if pool == "stouffer":
            return ndtr(-abs((yi / np.sqrt(vi)).sum()) / np.sqrt(len(yi) + extra))
        X2 = -2 * np.log(np.append(ndtr(-z), np.full(extra, 0.5))).sum()
        return chdtrc(2 * (len(yi) + extra), X2)

    assert p(n) >= 0.05 > p(n - 1)


@pytest.mark.parametrize("method", ["EE", "DL", "REML"])
def test_the_general_number_is_the_smallest_that_lifts_p(method):
    found = general(*HACKSHAW, method=method)
    one_fewer = dilute(*HACKSHAW, found.fsnum - 1, method=method)
    assert found.diluted.pval >= 0.05 > one_fewer.pval
    assert found.tag == f"General, {method}, z, p value, null results spread by tau2"


def test_general_with_equal_effects_is_rosenbergs():
    for studies in (BCG, HACKSHAW):
        assert general(*studies, method="EE").fsnum == rosenberg(*studies).fsnum


def test_diluting_by_equal_effects_is_adding_studies_of_harmonic_mean_variance():
    yi, vi = BCG
    typical = len(vi) / (1 / vi).sum()
    both = random_effects(np.append(yi, np.zeros(5)), np.append(vi, [typical] * 5), method="EE")
    found = dilute(yi, vi, 5, method="EE")
    assert (found.est, found.pval) == (pytest.approx(both.beta), pytest.approx(both.pval))


def test_a_target_is_reached_and_takes_the_sign_of_the_mean():
    found = general(*BCG, target=0.3)
    assert found.target == -0.3
    assert abs(found.diluted.est) <= 0.3 < abs(dilute(*BCG, found.fsnum - 1).est)
    assert orwin(*BCG, target=0.1).target == -0.1


def test_half_the_mean_needs_as_many_studies_as_there_are():
    for yi, vi in (BCG, HACKSHAW, RAUDENBUSH):
        assert orwin(yi, vi).fsnum == len(yi)  # in spite of rounding


def fisher(yi, vi, added):
    """Combined p of the studies and of `added` null results: the definition."""
    p = np.append(norm.sf(np.abs(yi) / np.sqrt(vi)), np.full(added, 0.5))
    return chi2.sf(-2.0 * np.log(p).sum(), 2 * len(p))


@pytest.mark.parametrize(
    ("name", "ours", "theirs"),  # theirs: metafor 5.1-12
    [
        *(("bcg_rr", 365, 363), ("raud_smd", 41, 40), ("konst_ignore", 921, 919)),
        *(("k2_close", 5, 4), ("bcg_or", 372, 372), ("hackshaw_or", 100, 100)),
    ],
)
def test_fishers_number_is_the_smallest_that_lifts_p_to_alpha(name, ours, theirs):
    yi, vi, _ = effects(name)
    assert rosenthal(yi, vi, pool="fisher").fsnum == ours
    assert fisher(yi, vi, ours) >= 0.05 > fisher(yi, vi, ours - 1)
    if theirs < ours:  # where we differ metafor's number is not enough
        assert fisher(yi, vi, theirs) < 0.05


def test_a_result_that_is_not_significant_needs_nothing():
    yi, vi = np.array([0.1, -0.1, 0.05]), np.array([0.2, 0.3, 0.1])
    for method in (rosenthal, rosenberg, general):
        assert method(yi, vi).fsnum == 0
    assert binomial(yi).fsnum == 0


def test_the_sign_test_adds_studies_in_pairs():
    assert binomial([1.0] * 11 + [-1.0] * 2).fsnum == 6
    assert binomial([1.0] * 11 + [-1.0] * 2).pval == pytest.approx(2 * 92 / 2**13, rel=1e-12)


def test_missing_fields_have_reasons():
    found = [rosenthal(*BCG), binomial(BCG[0]), orwin(*BCG), rosenberg(*BCG), general(*BCG)]
    for result in found:
        for name in ("est", "pval", "alpha", "target"):
            assert (getattr(result, name) is None) == (name in result.reasons), (result.type, name)


@pytest.mark.parametrize("method", [rosenthal, rosenberg, orwin, general])
def test_one_study_is_answered_and_none_is_not(method):
    assert method([2.0], [0.1]).fsnum > 0
    with pytest.raises(NotEstimable, match="no study"):
        method([], [])


def test_bad_options_are_refused():
    with pytest.raises(InputError, match="(?s)alpha 0.7.*pool 'x'"):
        rosenthal(*BCG, alpha=0.7, pool="x")
    with pytest.raises(InputError, match="target 0"):
        orwin(*BCG, target=0.0)
    with pytest.raises(InputError, match="target nan"):
        general(*BCG, target=float("nan"))
    with pytest.raises(InputError, match="row 1: vi is 0"):
        rosenberg([0.1, 0.2], [0.1, 0.0])
    with pytest.raises(NotEstimable, match="the mean is 0"):
        orwin([0.5, -0.5])
    there = orwin([0.5, -0.5], target=0.1)  # metafor 5.2.1 has 0 and -0.1, too
    assert (there.fsnum, there.est, there.target) == (0, 0.0, -0.1)


def test_fishers_number_needs_no_p_value_that_a_float_can_hold():
    # log p of z = -x is -x^2/2 - log(x sqrt(2 pi)) + log(1 - 1/x^2 + ...) (Abramowitz & Stegun 26.2.12)
    x = 60.0
    found = rosenthal([x, 0.5], [1.0, 1.0], pool="fisher")
    log_p = -x * x / 2 - np.log(x * np.sqrt(2 * np.pi)) + np.log1p(-1 / x**2 + 3 / x**4)
    total = -2 * (log_p + np.log(ndtr(-0.5)))
    tails = [
        chdtrc(2 * (2 + n), total - 2 * n * np.log(0.5)) for n in (found.fsnum - 1, found.fsnum)
    ]
    assert tails[0] < 0.05 <= tails[1]
