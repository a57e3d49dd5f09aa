"""workflow/lib/stats/regression/fit_statistics.py against normal densities and its definitions."""

import json
from math import log, pi
from pathlib import Path

import numpy as np
import pytest

from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.fit_statistics import fit_statistics, log_likelihood
from workflow.lib.stats.regression.model import linear_model

REFERENCE = Path(__file__).parents[3] / "reference"
BCG = json.loads((REFERENCE / "pooling_metafor.json").read_text())["effects"]["bcg_rr"]
YI, VI = np.array(BCG["yi"]), np.array(BCG["vi"])
X = np.column_stack([np.ones(13), np.linspace(13, 55, 13)])


def statistics(X, yi=YI, vi=VI, **options):
    model = linear_model(yi, vi, X)
    return fit_statistics(model, fit_linear(model, **options))


def test_the_likelihood_is_the_product_of_normal_densities():
    model = linear_model(YI, VI, X)
    fit = fit_linear(model, method="ML")
    total, mean = VI + fit.tau2, X @ np.array(fit.beta)
    densities = np.exp(-0.5 * (YI - mean) ** 2 / total) / np.sqrt(2 * pi * total)
    found = fit_statistics(model, fit)["ML"]
    assert found.ll == pytest.approx(np.log(densities).sum(), rel=1e-12)
    saturated = -0.5 * np.log(2 * pi * VI).sum()
    assert found.dev == pytest.approx(2.0 * (saturated - found.ll), rel=1e-12)


def test_the_restricted_likelihood_is_that_of_error_contrasts():
    contrasts = np.linalg.svd(X)[0][:, 2:]  # orthonormal and orthogonal to X
    model = linear_model(YI, VI, X)
    fit = fit_linear(model, method="REML")
    V = contrasts.T @ np.diag(VI + fit.tau2) @ contrasts
    z = contrasts.T @ YI
    expected = -0.5 * (11 * log(2 * pi) + np.linalg.slogdet(V)[1] + z @ np.linalg.solve(V, z))
    assert fit_statistics(model, fit)["REML"].ll == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("kind", "n"), [("ML", 13), ("REML", 11)])
def test_criteria_count_coefficients_and_an_estimated_tau2(kind, n):
    for method, parms in (("REML", 3), ("EE", 2)):
        found = statistics(X, method=method)[kind]
        assert found.parms == parms
        assert pytest.approx(-2 * found.ll + 2 * parms) == found.AIC
        assert pytest.approx(-2 * found.ll + parms * log(n)) == found.BIC
        assert pytest.approx(found.AIC + 2 * parms * (parms + 1) / (n - parms - 1)) == found.AICc
    assert statistics(X, method="REML", tau2=0.1)[kind].parms == 2


def test_units_of_a_moderator_do_not_change_the_restricted_likelihood():
    other = statistics(X * [1.0, 1000.0], method="REML")["REML"].ll
    assert other == pytest.approx(statistics(X, method="REML")["REML"].ll, rel=1e-10)


def test_the_maximum_is_where_the_estimate_is():
    model = linear_model(YI, VI, X)
    for method, restricted in (("ML", False), ("REML", True)):
        tau2 = fit_linear(model, method=method).tau2
        best = log_likelihood(model, tau2, restricted=restricted)
        for other in (0.0, 0.9 * tau2, 1.1 * tau2):
            assert log_likelihood(model, other, restricted=restricted) < best


def test_two_studies_have_criteria_and_a_saturated_model_has_no_restricted_ones():
    found = statistics(None, [0.1, 0.4], [0.1, 0.1], method="REML")
    assert np.isfinite([found["ML"].AICc, found["REML"].AICc]).all()
    assert set(statistics(X[:2], YI[:2], VI[:2], method="EE")) == {"ML"}
