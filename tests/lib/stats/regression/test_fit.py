"""workflow/lib/stats/regression/fit.py against published fits, laws and at its edges."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.regression.fit import fit_linear, meta_regression
from workflow.lib.stats.regression.fit_statistics import fit_statistics
from workflow.lib.stats.regression.intervals import tau2_interval
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.predict import predict
from workflow.lib.stats.tau2 import ESTIMATORS

REFERENCE = Path(__file__).parents[3] / "reference"
EFFECTS = json.loads((REFERENCE / "pooling_metafor.json").read_text())["effects"]
BCG = EFFECTS["bcg_rr"]
ABLAT = np.array([44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33], float)
WITH_ABLAT = np.column_stack([np.ones(13), ABLAT])
SMALL = json.loads((REFERENCE / "pymare_small_sample.json").read_text())
LAW = settings(database=None, deadline=None, derandomize=True, max_examples=25)


def bcg(X=WITH_ABLAT, **options):
    return meta_regression(BCG["yi"], BCG["vi"], X, **{"test": "z"} | options)


def test_bcg_trials_on_latitude_give_the_published_regression():
    found = bcg(method="REML")
    # printed from an iteration that stops at a step of 1e-5 in tau2 (Berkey et al. 1995)
    assert found.beta == pytest.approx((0.251464, -0.029102), abs=1e-5)
    assert (found.tau2, found.QE) == pytest.approx((0.0763, 30.7331), abs=1e-4)


@pytest.mark.parametrize(
    "case", SMALL["cases"], ids=lambda c: f"{c['design']}-{c['model']}-{c['method']}"
)
def test_small_samples_of_very_unequal_precision_agree_with_metafor(case):
    y, v, *moderators = np.array(SMALL["designs"][case["design"]]).T
    X = np.column_stack([np.ones(len(y)), *moderators[: case["model"]]])
    model = linear_model(y, v, X)
    found = fit_linear(model, method=case["method"])
    for name in ("tau2", "beta", "se", "pval", "QE", "QEp", "I2", "H2"):
        # closed forms, cond(X) of about 10: 1e-10 leaves room for sums in another order
        assert getattr(found, name) == pytest.approx(case[name], rel=1e-10), name
    if "tau2_lb" in case:
        interval = tau2_interval(model, found)
        expected = (case["tau2_lb"], case["tau2_ub"])
        # metafor's root search was set to an absolute 1e-12 of tau2
        assert (interval.tau2_lb, interval.tau2_ub) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("method", ESTIMATORS)
@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
def test_an_intercept_alone_is_the_pooled_mean(method, test):
    found, pooled = (
        bcg(None, method=method, test=test),
        random_effects(BCG["yi"], BCG["vi"], method=method, test=test),
    )
    for name in ("beta", "se", "stat", "pval", "ci_lb", "ci_ub"):
        assert getattr(found, name)[0] == pytest.approx(getattr(pooled, name), rel=1e-9), name
    for name in ("tau2", "se_tau2", "I2", "H2", "QE", "QEp", "df", "k", "p"):
        expected = getattr(pooled, name)
        same = expected if expected is None else pytest.approx(expected, rel=1e-9)
        assert getattr(found, name) == same, name
    assert found.weights == pytest.approx(pooled.weights, rel=1e-9)


@LAW
@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_shifting_and_scaling_a_moderator_changes_its_coefficient_only(shift, unit):
    plain = bcg(method="REML", test="knha")
    moved = bcg(np.column_stack([np.ones(13), shift + unit * ABLAT]), method="REML", test="knha")
    # 1e-8: the shift is up to 1e5 times the scaled spread of the moderator
    assert moved.beta[1] * unit == pytest.approx(plain.beta[1], rel=1e-7)
    for name in ("tau2", "QE", "QM", "QMp", "I2", "R2"):
        assert getattr(moved, name) == pytest.approx(getattr(plain, name), rel=1e-7), name


def test_knapp_hartung_scales_and_adhoc_only_widens():
    wald, scaled, safe = (bcg(method="REML", test=test) for test in ("t", "knha", "adhoc"))
    factor = (scaled.se[0] / wald.se[0]) ** 2
    assert factor == pytest.approx((scaled.se[1] / wald.se[1]) ** 2, rel=1e-12)
    assert safe.se == pytest.approx(scaled.se if factor > 1.0 else wald.se, rel=1e-12)
    assert pytest.approx(wald.QM / factor, rel=1e-10) == scaled.QM


def test_the_joint_test_of_one_coefficient_is_the_square_of_its_statistic():
    for test in ("z", "knha"):
        found = bcg(method="DL", test=test)
        assert found.tested == (1,)
        assert pytest.approx(found.stat[1] ** 2, rel=1e-10) == found.QM
        assert found.QMp == pytest.approx(found.pval[1], rel=1e-8)


def test_the_tested_coefficients_can_be_chosen():
    model = linear_model(BCG["yi"], BCG["vi"], WITH_ABLAT)
    both = fit_linear(model, method="DL", tested=(0, 1))
    vb, beta = np.array(both.vb), np.array(both.beta)
    assert pytest.approx(beta @ np.linalg.solve(vb, beta), rel=1e-10) == both.QM
    assert (both.QM_df1, both.QM_df2) == (2, None)
    for wrong in ((), (2,), (-1,)):
        with pytest.raises(InputError, match="counted from 0 to 1"):
            fit_linear(model, tested=wrong)


def test_without_an_intercept_every_coefficient_is_tested():
    groups = np.repeat(np.eye(3), [4, 4, 5], axis=0)
    found = bcg(groups, method="EE")
    assert found.tested == (0, 1, 2)
    assert found.R2 is not None  # the groups add up to an intercept
    assert bcg(ABLAT[:, None], method="EE").R2 is None


@pytest.mark.parametrize("method", ["EE", "REML"])
def test_a_fixed_tau2_is_kept_and_named(method):
    model = linear_model(BCG["yi"], BCG["vi"], WITH_ABLAT)
    found = fit_linear(model, method=method, tau2=0.1)
    assert (found.tau2, found.fixed) == (0.1, True)
    assert found.tag == "tau2 fixed, z, 2 coefficients"
    assert (found.se_tau2 is None) == (method == "EE")


def test_as_many_studies_as_coefficients_can_be_fitted_under_equal_effects():
    found = meta_regression([0.1, 0.5], [0.1, 0.2], [[1, 0], [1, 2]], method="EE")
    assert found.beta == pytest.approx((0.1, 0.2))
    assert (found.QE, found.QE_df, found.QEp, found.I2, found.H2) == (0.0, 0, 1.0, 0.0, 1.0)
    assert found.R2 is None
    with pytest.raises(NotEstimable, match="more than 2 studies, there are 2"):
        meta_regression([0.1, 0.5], [0.1, 0.2], [[1, 0], [1, 2]], method="REML")
    with pytest.raises(NotEstimable, match="test knha needs more than 2 studies"):
        meta_regression([0.1, 0.5], [0.1, 0.2], [[1, 0], [1, 2]], method="EE", test="knha")


def test_one_study_is_its_own_mean_under_equal_effects():
    found = meta_regression([0.4], [0.04], None, method="EE")
    assert (found.beta, found.se) == ((0.4,), (pytest.approx(0.2),))


@pytest.mark.parametrize("method", sorted(ESTIMATORS.keys() - {"EE", "FE"}))
def test_with_a_fixed_tau2_as_many_studies_as_coefficients_are_enough(method):
    # metafor 3.8: rma(c(.3,.5), c(.04,.05), mods=~c(1,2), tau2=.1), the same for every method
    model = linear_model([0.3, 0.5], [0.04, 0.05], [[1.0, 1.0], [1.0, 2.0]])
    found = fit_linear(model, method=method, tau2=0.1)
    assert found.beta == pytest.approx((0.1, 0.2), rel=1e-13)
    assert found.se == pytest.approx((0.84261497731763568, 0.53851648071345026), rel=1e-13)
    assert found.pval == pytest.approx((0.90553033542861883, 0.71034656899556714), rel=1e-12)
    assert found.ci_lb == pytest.approx((-1.55149500837659993, -0.85547290727962122), rel=1e-12)
    assert (found.QM, found.QMp) == pytest.approx((0.13793103448275862, 0.710346568995567))
    assert (found.QE, found.QEp, found.I2, found.H2) == (0.0, 1.0, 0.0, 1.0)
    assert found.reasons["se_tau2"] == "needs more than 2 studies, there are 2"
    # ML 0.093739354220011561, deviance 0: fitstats() of the same fit by ML
    ml = fit_statistics(model, found)["ML"]
    assert (ml.ll, ml.dev) == (pytest.approx(0.093739354220011561, rel=1e-12), 0.0)
    with pytest.raises(NotEstimable, match="tau2 needs more than 2 studies"):
        fit_linear(model, method=method)
    with pytest.raises(NotEstimable, match="test adhoc needs more than 2 studies"):
        fit_linear(model, method=method, tau2=0.1, test="adhoc")


@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
def test_one_study_with_a_fixed_tau2_has_a_wald_interval_whatever_test_is_asked_for(test):
    # metafor 3.8: rma(.3, .04, tau2=.1, test=...) warns and sets test="z"; predict()
    model = linear_model([0.3], [0.04])
    found = fit_linear(model, tau2=0.1, test=test)
    assert (found.test, found.df, found.k, found.tau2) == ("z", None, 1, 0.1)
    assert found.se == pytest.approx((0.14**0.5,), rel=1e-14)
    assert (found.ci_lb[0], found.ci_ub[0]) == pytest.approx((-0.43335137206, 1.03335137206))
    told = predict(model, found)
    assert (told.pi_lb[0], told.pi_ub[0]) == pytest.approx((-0.6602, 1.2602), abs=5e-5)
    assert "PI z" in told.tag


def test_effects_on_the_line_have_no_knapp_hartung_statistic():
    x = np.arange(5.0)
    X = np.column_stack([np.ones(5), x])
    found = meta_regression(2.0 * x, np.ones(5), X, method="REML", test="knha")
    assert (found.tau2, found.stat, found.pval, found.QM) == (0.0, (None, None), (None, None), None)
    assert set(found.reasons) == {"stat", "pval", "QM", "QMp"}
    guarded = meta_regression(2.0 * x, np.ones(5), X, method="REML", test="adhoc")
    assert None not in guarded.stat


def test_a_missing_number_has_its_reason():
    found = bcg(None, method="EE")
    missing = {name for name in found.__slots__ if getattr(found, name) is None}
    assert missing == set(found.reasons)
    assert found.reasons["se_tau2"] == ("EE takes the true effects as equal: tau2 is not estimated")


def test_a_huge_outlier_and_variances_a_million_times_apart_converge():
    y, v = [0.0, 0.1, -0.1, 1e6, 0.3, 0.2], [1e-6, 1.0, 1e-3, 0.5, 1e-2, 0.1]
    X = np.column_stack([np.ones(6), [1.0, 2.0, 3.0, 4.0, 7.0, 6.0]])
    for method in ESTIMATORS:
        found = meta_regression(y, v, X, method=method)
        assert np.isfinite(found.beta).all()
        assert method in ("EE", "FE") or found.tau2 > 1e6


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "reml"}, "admissible are REML"),
        ({"test": "hksj"}, "admissible are z, t, knha, adhoc"),
        ({"level": 0.0}, "between 0 and 100"),
        ({"method": "GENQ"}, "needs user weights"),
    ],
)
def test_options_that_do_not_exist_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        bcg(**options)
