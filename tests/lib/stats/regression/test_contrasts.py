"""contrasts.py against metafor, against the tests it contains, and at its edges."""

import numpy as np
import pytest

from tests.agreement import effects, table
from workflow.lib.errors import InputError
from workflow.lib.stats.regression.contrasts import contrasts, likelihood_ratio
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model

YI, VI, _ = effects("bcg_rr")
ALLOCATION = np.array(table("dat.bcg")["alloc"])
X = np.column_stack(
    [np.ones(13), table("dat.bcg")["ablat"], ALLOCATION == "random", ALLOCATION == "systematic"]
).astype(float)
L = [[1, 40, 0, 0], [0, 0, 1, -1]]
# metafor 5.2.1, anova(rma(yi, vi, mods = ~ ablat + alloc), X = L): se, stat, pval, QM, QMp
METAFOR = {
    "z": (
        [0.305102182145591, 0.310402081058536],
        [-2.61497931713042, -1.05009765826834],
        [0.00892328588084996, 0.293673215270262],
        (8.12703366288873, 0.0171884637664274),
    ),
    "knha": (
        [0.315534540554872, 0.321015658902577],
        [-2.52852158283234, -1.01537881222208],
        [0.0323136619245076, 0.336443012715915],
        (3.79925878689748, 0.0636472187677662),
    ),
}


@pytest.mark.parametrize("test", METAFOR)
def test_contrasts_agree_with_metafor(test):
    se, stat, pval, joint = METAFOR[test]
    found = contrasts(fit_linear(linear_model(YI, VI, X), test=test), L)
    assert found.est == pytest.approx([-0.797835895922078, -0.325952498441186], rel=1e-9)
    assert found.se == pytest.approx(se, rel=1e-9)
    assert found.stat == pytest.approx(stat, rel=1e-9)
    assert found.pval == pytest.approx(pval, rel=1e-8)
    assert (found.QM, found.QMp) == pytest.approx(joint, rel=1e-8)


@pytest.mark.parametrize("test", ["z", "adhoc"])
def test_unit_contrasts_are_the_tests_of_the_coefficients(test):
    fit = fit_linear(linear_model(YI, VI, X), test=test, tested=[2, 3])
    found = contrasts(fit, np.eye(4)[2:])
    assert (found.est, found.ci_ub) == (fit.beta[2:], pytest.approx(fit.ci_ub[2:], rel=1e-12))
    assert found.pval == pytest.approx(fit.pval[2:], rel=1e-12)
    assert (found.QM, found.QMp) == pytest.approx((fit.QM, fit.QMp), rel=1e-10)


def test_a_hypothesis_that_is_the_estimate_is_not_rejected():
    fit = fit_linear(linear_model(YI, VI, X))
    found = contrasts(fit, [0, 1, 0, 0], rhs=fit.beta[1])
    assert (found.est, found.pval, found.QM) == ((0.0,), (1.0,), 0.0)


def test_redundant_combinations_have_no_joint_test_and_say_why():
    found = contrasts(fit_linear(linear_model(YI, VI, X)), [[0, 1, 0, 0], [0, 2, 0, 0]])
    assert (found.QM, found.QMp) == (None, None)
    assert "follows from the others" in found.reasons["QM"]
    exact = fit_linear(linear_model([0.1, 0.1, 0.1], [0.2] * 3), test="knha")
    assert contrasts(exact, [1.0]).reasons == dict.fromkeys(
        ("stat", "pval", "QM", "QMp"), "a combination has a standard error of 0"
    )


def test_the_likelihood_ratio_is_metafors():
    # metafor 5.2.1, anova of ML fits of ~ ablat and ~ ablat + alloc, threshold = 1e-14
    found = likelihood_ratio(linear_model(YI, VI, X), [2, 3])
    assert (found.LRT, found.df) == (pytest.approx(1.34440740492886, rel=1e-9), 2)
    assert found.pval == pytest.approx(0.510582165926751, rel=1e-9)
    assert pytest.approx(14.4435653524511, rel=1e-9) == found.R2


def test_what_does_not_fit_is_refused():
    model = linear_model(YI, VI, X)
    fit = fit_linear(model)
    with pytest.raises(InputError, match="needs 4 numbers"):
        contrasts(fit, [1, 2])
    with pytest.raises(InputError, match=r"row 1: L is \[0.0"):
        contrasts(fit, [[1, 0, 0, 0], [0, 0, 0, 0]])
    with pytest.raises(InputError, match="(?s)row 0: L is .*1e.100.*row 0: rhs is nan"):
        contrasts(fit, [[1e200, 0, 0, 0]], rhs=np.nan)
    with pytest.raises(InputError, match=r"rhs has shape \(3,\)"):
        contrasts(fit, L, rhs=[1, 2, 3])
    with pytest.raises(InputError, match="row 0, column 0: L is 'a'"):
        contrasts(fit, [["a", 0, 0, 0]])
    with pytest.raises(InputError, match="tested \\['a'\\]"):
        likelihood_ratio(model, ["a"])
    with pytest.raises(InputError, match="at least one column"):
        likelihood_ratio(model, [0, 1, 2, 3])
    with pytest.raises(InputError, match="counted from 0 to 3"):
        likelihood_ratio(model, [4])
    with pytest.raises(InputError, match="user weights"):
        likelihood_ratio(linear_model(YI, VI, X, weights=np.ones(13)), [1])
