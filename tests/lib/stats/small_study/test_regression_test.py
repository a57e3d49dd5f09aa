"""workflow/lib/stats/small_study/regression_test.py: published example, definition, refusals, edges."""

import numpy as np
import pytest

from tests.lib.stats.small_study.examples import EGGER_2001
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.small_study.estimation import Estimation
from workflow.lib.stats.small_study.predictors import PREDICTORS, WITH_LIMIT
from workflow.lib.stats.small_study.regression_test import egger_test, regression_test

YI, VI = EGGER_2001


def test_magnesium_trials_give_the_published_asymmetry():
    found = regression_test(YI, VI)
    # metafor prints -4.668649 with its own stop, a step of 1e-5; with threshold 1e-14 it agrees
    assert found.stat == pytest.approx(-4.668649, abs=2e-5)
    assert found.stat == pytest.approx(-4.66863563047, rel=1e-11)
    classic = egger_test(YI, VI)
    assert classic.stat == pytest.approx(-5.784621, abs=5e-7)
    assert classic.df == 14
    assert classic.pval == pytest.approx(4.73e-5, abs=5e-8)  # printed with three digits
    assert (classic.interpretable, classic.reason) == (True, "")


def test_eggers_line_is_the_unweighted_line_of_z_on_precision():
    found = egger_test(YI, VI)  # Egger et al. (1997): z = yi / sei on 1 / sei
    sei = np.sqrt(VI)
    design = np.column_stack([1.0 / sei, np.ones_like(sei)])
    (limit, bias), rss, *_ = np.linalg.lstsq(design, YI / sei, rcond=None)
    vb = rss[0] / (len(YI) - 2) * np.linalg.inv(design.T @ design)
    assert found.beta == pytest.approx((limit, bias), rel=1e-11)
    assert found.se == pytest.approx(tuple(np.sqrt(np.diag(vb))), rel=1e-11)
    assert found.limit == found.beta[0]


@pytest.mark.parametrize("test", [egger_test, regression_test])
@pytest.mark.parametrize("predictor", PREDICTORS)
def test_only_predictors_that_vanish_with_size_have_a_limit(test, predictor):
    found = test(YI, VI, predictor=predictor, ni=np.arange(20, 36))
    assert (found.limit is not None) == (predictor in WITH_LIMIT)
    assert ("limit" in found.reasons) == (found.limit is None)
    if found.limit is not None:
        assert found.limit_lb < found.limit < found.limit_ub


def test_the_tag_says_what_was_done():
    found = regression_test(YI, VI, estimation=Estimation("DL", "knha", 90.0))
    assert found.tag == "regression test, rma, sei, DL, knha"
    assert (found.method, found.test, found.level, found.df) == ("DL", "knha", 90.0, 14)
    assert egger_test(YI, VI).tag == "regression test, lm, sei, t"


@pytest.mark.parametrize("test", [egger_test, regression_test])
def test_below_ten_studies_the_answer_is_marked_unless_one_insists(test):
    few = test(YI[:9], VI[:9])
    assert not few.interpretable
    assert "9 studies" in few.reason
    assert few.stat is not None
    assert test(YI[:9], VI[:9], insist=True).interpretable


def test_a_change_of_unit_leaves_the_statistic():
    for test in (egger_test, regression_test):
        assert test(1e4 * YI, 1e8 * VI).stat == pytest.approx(test(YI, VI).stat, rel=1e-9)


def test_what_cannot_be_computed_says_why():
    with pytest.raises(NotEstimable, match="at least 3 studies"):
        egger_test(YI[:2], VI[:2])
    with pytest.raises(NotEstimable, match="no slope"):
        egger_test(YI, np.ones(16))
    with pytest.raises(NotEstimable, match="no study"):
        regression_test([], [])
    with pytest.raises(NotEstimable, match="same predictor"):
        regression_test(YI, np.ones(16))
    with pytest.raises(NotEstimable, match="at least 2 studies"):
        regression_test(YI[:1], VI[:1], predictor="vi", estimation=Estimation("DL"))


def test_effects_on_a_line_have_no_test():
    found = egger_test(np.full(12, 0.3), VI[:12])
    assert found.beta == pytest.approx((0.3, 0.0))
    assert (found.stat, found.pval) == (None, None)
    assert "residual variance is 0" in found.reasons["stat"]


def test_bad_input_is_refused_by_row():
    with pytest.raises(InputError, match="(?s)row 1: yi is nan.*row 0: vi is -1"):
        egger_test([0.1, np.nan, 0.2], [-1.0, 0.1, 0.1])
    with pytest.raises(InputError, match="needs ni"):
        egger_test(YI, VI, predictor="ni")
    with pytest.raises(InputError, match="row 3: ni is 0"):
        egger_test(YI, VI, predictor="ninv", ni=[5, 5, 5, 0] + [5] * 12)
    with pytest.raises(InputError, match="3 sample sizes|16 sample sizes"):
        regression_test(YI, VI, predictor="ni", ni=[1, 2, 3])
    with pytest.raises(InputError, match="predictor 'size'"):
        regression_test(YI, VI, predictor="size")


def test_variances_a_million_apart_and_an_outlier_are_answered():
    vi = VI.copy()
    vi[0], vi[1] = 1e-6, 1.0
    for test in (egger_test, regression_test):
        assert np.isfinite(test(YI, vi).stat)
        assert np.isfinite(test(np.append(YI, 1e4), np.append(VI, 0.2)).stat)
