"""workflow/lib/stats/diagnostics/{residuals,baujat}.py: definitions, laws and edges."""

import numpy as np
import pytest

from tests.agreement import effects
from workflow.lib.errors import NotEstimable
from workflow.lib.stats.diagnostics.baujat import baujat
from workflow.lib.stats.diagnostics.residuals import (
    pearson_residuals,
    raw_residuals,
    rstandard,
    rstudent,
)
from workflow.lib.stats.regression.model import linear_model

YI, VI, _ = effects("bcg_rr")
BCG = linear_model(YI, VI)


def test_raw_residuals_are_orthogonal_to_the_weights():
    found = raw_residuals(BCG)
    w = 1.0 / (VI + found.tau2)
    assert w @ found.resid == pytest.approx(0.0, abs=1e-12 * w.sum())
    assert pearson_residuals(BCG).z == found.z
    assert pearson_residuals(BCG).kind == "Pearson"


def test_with_one_tau2_deleted_and_standardised_residuals_agree():
    """Under equal effects leaving out a study changes neither tau2 nor the scale."""
    assert rstandard(BCG, method="EE").z == pytest.approx(rstudent(BCG, method="EE").z, rel=1e-10)


def test_user_weights_equal_to_the_inverse_variances_change_nothing():
    tau2 = raw_residuals(BCG).tau2
    weighted = rstandard(linear_model(YI, VI, weights=1.0 / (VI + tau2)), tau2=tau2)
    assert weighted.se == pytest.approx(rstandard(BCG, tau2=tau2).se, rel=1e-12)


def test_user_weights_enter_the_variance_of_a_residual():
    weights = np.array([1.0, 4.0, 2.0])
    vi, tau2 = np.array([0.1, 0.2, 0.4]), 0.3
    found = rstandard(linear_model([0.1, 0.6, 0.2], vi, weights=weights), tau2=tau2)
    keep = np.eye(3) - np.outer(np.ones(3), weights / weights.sum())
    expected = np.sqrt(np.diag(keep @ np.diag(vi + tau2) @ keep.T))
    assert found.se == pytest.approx(expected, rel=1e-13)


def test_a_study_with_a_leverage_of_one_has_a_reason():
    X = np.column_stack([np.ones(5), [0, 0, 1, 0, 0]])
    model = linear_model([0.1, 0.4, 2.0, 0.3, 0.5], np.full(5, 0.1), X)
    inner, outer = rstandard(model), rstudent(model)
    assert inner.se[2] is inner.z[2] is outer.resid[2] is outer.z[2] is None
    assert inner.reasons == {"row 2": "the study determines its own fitted value"}
    assert "x1" in outer.reasons["row 2"]


def test_a_scale_of_zero_leaves_no_deleted_z():
    found = rstudent(linear_model([0.2] * 3, [0.1, 0.2, 0.3]), test="knha")
    assert found.resid == found.se == (0.0, 0.0, 0.0)
    assert found.z == (None, None, None)
    assert "variance is 0" in found.reasons["z"]


def test_one_study_has_no_residual_tests():
    model = linear_model([0.2], [0.1])
    assert raw_residuals(model, method="EE").resid == (0.0,)
    assert rstandard(model, method="EE").z == (None,)
    assert rstudent(model, method="EE").z == (None,)
    with pytest.raises(NotEstimable):
        raw_residuals(model)
    with pytest.raises(NotEstimable, match="more than 1 studies"):
        baujat(model, method="EE")


def test_the_contributions_of_equal_effects_add_up_to_q():
    found = baujat(BCG, method="EE")
    assert sum(found.x) == pytest.approx(152.2330, abs=5e-5)  # published to 4 decimals
    assert int(np.argmax(found.y)) == 7  # TPT Madras moves the mean most


def test_baujat_says_why_a_point_is_missing():
    X = np.column_stack([np.ones(5), [0, 0, 1, 0, 0]])
    found = baujat(linear_model([0.1, 0.4, 2.0, 0.3, 0.5], np.full(5, 0.1), X))
    assert found.y[2] is None
    assert set(found.reasons) == {"row 2"}
