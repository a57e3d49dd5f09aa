"""location_scale.py against its definition, the models it contains, and at its edges."""

import numpy as np
import pytest

from tests.agreement import effects, table
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.location_scale import _derivatives, _loglik, location_scale
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
    model, alpha, h = linear_model(YI, VI, X), np.array([-1.0, 0.01]), 1e-6
    Z = np.column_stack([np.ones(13), LATITUDE / 50])
    score, information = _derivatives(model, Z, alpha, restricted)
    for j, unit in enumerate(h * np.eye(2)):
        up, down = (_loglik(model, Z, alpha + s * unit, restricted) for s in (1, -1))
        assert score[j] == pytest.approx((up - down) / (2 * h), abs=1e-7)
        up, down = (_derivatives(model, Z, alpha + s * unit, restricted)[0] for s in (1, -1))
        assert information[j] == pytest.approx(-(up - down) / (2 * h), abs=1e-6)


def test_the_unit_of_a_scale_moderator_does_not_matter():
    model = linear_model(YI, VI)
    one = location_scale(model, X)
    other = location_scale(model, X / [1.0, 1000.0])
    assert other.alpha[1] == pytest.approx(1000 * one.alpha[1], rel=1e-6)
    assert other.ll == pytest.approx(one.ll, abs=1e-9)


def test_a_likelihood_without_a_maximum_is_refused():
    with pytest.raises(NotEstimable, match="method EE"):
        location_scale(linear_model([0.1, 0.1, 0.1, 0.1], [0.5] * 4), np.ones((4, 1)))


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
