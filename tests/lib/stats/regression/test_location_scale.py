"""location_scale.py against its definition, the models it contains, and at its edges."""

import numpy as np
import pytest

from tests.agreement import effects, table
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.location_scale import _Likelihood, location_scale
from workflow.lib.stats.regression.model import linear_model

YI, VI, _ = effects("bcg_rr")
LATITUDE = np.array(table("dat.bcg")["ablat"])
X = np.column_stack([np.ones(13), LATITUDE])


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_a_constant_scale_is_the_ordinary_model(method):
    model = linear_model(YI, VI, X)
    found = location_scale(model, np.ones((13, 1)), method=method)
    fit = fit_linear(model, method=method)
    assert found.tau2 == pytest.approx([fit.tau2] * 13, rel=1e-8)
    assert found.beta == pytest.approx(fit.beta, rel=1e-8)
    assert found.se == pytest.approx(fit.se, rel=1e-8)
    assert pytest.approx(fit.QM, rel=1e-8) == found.QM


def test_two_scales_are_two_pools():
    group = LATITUDE > 30
    cells = np.column_stack([group, ~group]).astype(float)
    found = location_scale(linear_model(YI, VI, cells), cells, method="ML")
    for j, rows in enumerate((group, ~group)):
        one = fit_linear(linear_model(YI[rows], VI[rows]), method="ML")
        assert np.exp(found.alpha[j]) == pytest.approx(one.tau2, rel=1e-7)
        assert found.beta[j] == pytest.approx(one.beta[0], rel=1e-7)


@pytest.mark.parametrize("restricted", [True, False])
def test_derivatives_are_those_of_the_likelihood(restricted):
    alpha, h = np.array([-1.0, 0.01]), 1e-6
    Z, every = np.column_stack([np.ones(13), LATITUDE / 50]), np.ones(13, dtype=bool)
    likelihood = _Likelihood(linear_model(YI, VI, X), Z, every, restricted)
    score, information = likelihood.derivatives(alpha)
    for j, unit in enumerate(h * np.eye(2)):
        up, down = (likelihood.value(alpha + s * unit) for s in (1, -1))
        assert score[j] == pytest.approx((up - down) / (2 * h), abs=1e-7)
        up, down = (likelihood.score(alpha + s * unit) for s in (1, -1))
        assert information[j] == pytest.approx(-(up - down) / (2 * h), abs=1e-6)


def test_the_unit_of_a_scale_moderator_does_not_matter():
    model = linear_model(YI, VI)
    one = location_scale(model, X)
    other = location_scale(model, X / [1.0, 1000.0])
    assert other.alpha[1] == pytest.approx(1000 * one.alpha[1], rel=1e-6)
    assert other.ll == pytest.approx(one.ll, abs=1e-9)


def test_a_tau2_that_goes_to_0_everywhere_is_the_model_of_equal_effects():
    model = linear_model([0.1, 0.3, 0.2, 0.15], [0.5] * 4)
    found = location_scale(model, [[1, 0], [1, 0], [1, 1], [1, 1]])
    equal = fit_linear(model, method="EE")
    assert (found.tau2, found.alpha, found.QS) == ((0.0,) * 4, (None, None), None)
    assert found.beta == pytest.approx(equal.beta, rel=1e-12)
    assert found.se == pytest.approx(equal.se, rel=1e-12)
    assert "tau2 is 0 in 4 of 4 studies" in found.reasons["alpha"]
    assert found.reasons["QS"] == found.reasons["se_alpha"]
    assert found.LRT == 0.0


# metafor 5.2.1, rma(yi, vi, scale = ~ I(design == "cohort")): the cohorts' coefficient ends at -21,
# with a standard error of 30,000
@pytest.mark.parametrize(
    ("method", "beta", "se", "alpha", "ll"),
    [
        ("ML", 0.222161928, 0.0477476065, -3.588708580, -9.373173532),
        ("REML", 0.223263865, 0.0481945977, -3.523195151, -9.685940591),
    ],
)
def test_a_tau2_that_goes_to_0_in_one_group_leaves_the_other(method, beta, se, alpha, ll):
    yi, vi, _ = effects("hackshaw_or")
    cohort = np.array(table("dat.hackshaw1998")["design"]) == "cohort"
    found = location_scale(
        linear_model(yi, vi), np.column_stack([~cohort | cohort, cohort]), method=method
    )
    assert (found.beta[0], found.se[0]) == pytest.approx((beta, se), rel=1e-6)
    assert found.alpha == (pytest.approx(alpha, abs=4e-6), None)
    assert found.ll == pytest.approx(ll, abs=3e-9)
    assert [t == 0.0 for t in found.tau2] == cohort.tolist()
    assert "in 4 of 37 studies" in found.reasons["alpha"]


def test_what_does_not_fit_is_refused():
    model = linear_model(YI, VI)
    with pytest.raises(InputError, match="ML, REML"):
        location_scale(model, X, method="DL")
    with pytest.raises(InputError, match="13 rows"):
        location_scale(model, np.ones((4, 1)))
    with pytest.raises(InputError, match="redundant"):
        location_scale(model, np.ones((13, 2)))
    with pytest.raises(NotEstimable, match="needs 2 studies"):
        location_scale(linear_model([0.1], [1.0]), np.ones((1, 1)))
