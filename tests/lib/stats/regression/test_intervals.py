"""workflow/lib/stats/regression/intervals.py against the equations that define its bounds."""

import json
from math import exp, log, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import gammaincinv

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.fit_statistics import log_likelihood
from workflow.lib.stats.regression.intervals import TYPES, tau2_interval
from workflow.lib.stats.regression.model import linear_model

REFERENCE = Path(__file__).parents[3] / "reference"
BCG = json.loads((REFERENCE / "pooling_metafor.json").read_text())["effects"]["bcg_rr"]
YI, VI = np.array(BCG["yi"]), np.array(BCG["vi"])
ABLAT = np.array([44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33], float)
X = np.column_stack([np.ones(13), ABLAT])


def interval(kind, X=X, *, method="REML", weights=None, **options):
    model = linear_model(YI, VI, X, weights=weights)
    fit = fit_linear(model, method=method)
    return model, fit, tau2_interval(model, fit, type=kind, **options)


def imhof(q, eigenvalues):
    """Probability that a weighted sum of chi-squares exceeds q: Imhof's (1961) integral."""

    def integrand(u):
        angle = 0.5 * np.arctan(eigenvalues * u).sum() - 0.5 * q * u
        return np.sin(angle) / (u * np.prod((1.0 + (eigenvalues * u) ** 2) ** 0.25))

    return 0.5 + quad(integrand, 0.0, np.inf, limit=2000, epsabs=1e-12)[0] / np.pi


@pytest.mark.parametrize("X", [None, X], ids=["intercept", "ablat"])
@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_bounds_of_the_generalised_q_leave_its_tails(X, power):
    a = VI**-power
    model, _, found = interval("GENQ", X, method="GENQ", weights=a)
    design = np.ones((13, 1)) if X is None else X
    A = np.diag(a)
    P = A - A @ design @ np.linalg.solve(design.T @ A @ design, design.T @ A)
    for tau2, tail in ((found.tau2_lb, 0.025), (found.tau2_ub, 0.975)):
        root = np.sqrt(VI + tau2)
        eigenvalues = np.linalg.eigvalsh(root[:, None] * P * root)[design.shape[1] :]
        found_tail = imhof(YI @ P @ YI, eigenvalues)
        # 1e-8: what the adaptive integration over an infinite range gives
        assert found_tail == pytest.approx(tail, abs=1e-8) or (tau2 == 0.0 and found_tail > tail)


def test_the_weights_of_dl_and_he_need_not_be_given():
    for method, a in (("DL", 1.0 / VI), ("HE", np.ones(13))):
        own, given = interval("GENQ", method=method)[2], interval("GENQ", weights=a)[2]
        assert (own.tau2_lb, own.tau2_ub) == pytest.approx(
            (given.tau2_lb, given.tau2_ub), rel=1e-10
        )
    with pytest.raises(NotEstimable, match="needs method GENQ, GENQM, DL or HE, not PM"):
        interval("GENQ", method="PM")


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("level", [90.0, 99.0])
def test_the_profile_likelihood_has_fallen_by_half_a_quantile_at_its_bounds(method, level):
    model, fit, found = interval("PL", method=method, level=level)
    restricted = method == "REML"
    best = log_likelihood(model, fit.tau2, restricted=restricted)
    allowed = gammaincinv(0.5, level / 100.0)  # half of the quantile of chi-square with one df
    for bound in (found.tau2_lb, found.tau2_ub):
        fallen = best - log_likelihood(model, bound, restricted=restricted)
        inside = bound == 0.0 and fallen < allowed
        assert inside or fallen == pytest.approx(allowed, rel=1e-9)
    with pytest.raises(NotEstimable, match="ML or REML, not DL"):
        interval("PL", method="DL")


def test_wald_intervals_are_symmetric_on_their_scales():
    _, fit, plain = interval("Wald", None)
    z = 1.959963984540054
    assert plain.tau2_ub == pytest.approx(fit.tau2 + z * fit.se_tau2, rel=1e-12)
    assert plain.tau2_lb == 0.0
    logs = interval("Wald.log", None)[2]
    assert log(logs.tau2_lb) + log(logs.tau2_ub) == pytest.approx(2 * log(fit.tau2), rel=1e-12)
    roots = interval("Wald.sqrt", None)[2]
    assert roots.tau_lb + roots.tau_ub == pytest.approx(2 * sqrt(fit.tau2), rel=1e-12)
    with pytest.raises(NotEstimable, match="tau2 is not estimated"):
        interval("Wald", method="EE")


def test_the_test_based_interval_is_symmetric_in_log_h():
    model, _, found = interval("HT", None, method="DL")
    H2 = model.at(0.0).Q / model.df
    assert found.H2_lb * found.H2_ub == pytest.approx(H2**2, rel=1e-12)
    # Higgins & Thompson (2002), table 1, for Q > k
    se = 0.5 * (log(152.2330) - log(12)) / (sqrt(2 * 152.2330) - sqrt(2 * 13 - 3))
    assert found.H2_ub == pytest.approx(H2 * exp(2 * 1.959964 * se), rel=1e-5)


@pytest.mark.parametrize("kind", TYPES)
def test_bounds_of_all_statistics_belong_together(kind):
    _, _, found = interval(kind, None, method="DL" if kind in ("HT", "GENQ") else "REML")
    assert 0.0 <= found.tau2_lb < found.tau2_ub
    for end in ("lb", "ub"):
        tau2, tau, I2, H2 = (getattr(found, f"{n}_{end}") for n in ("tau2", "tau", "I2", "H2"))
        assert tau == pytest.approx(sqrt(tau2), rel=1e-12)
        assert pytest.approx(100.0 * (1.0 - 1.0 / H2), rel=1e-9, abs=1e-9) == I2
    assert (found.lb_sign, found.ub_sign, found.ci_null, found.reasons) == ("", "", False, {})
    assert kind in found.tag


@pytest.mark.parametrize("kind", ["QP", "GENQ"])
def test_effects_that_agree_better_than_chance_give_an_empty_set_with_a_reason(kind):
    model = linear_model([0.3, 0.3, 0.3], [0.1, 0.2, 0.3])
    found = tau2_interval(model, fit_linear(model, method="DL"), type=kind)
    assert (found.tau2_lb, found.tau2_ub, found.ci_null) == (0.0, 0.0, True)
    assert (found.lb_sign, found.ub_sign) == ("<", "<")
    assert "no tau2" in found.reasons["ci_null"]


@pytest.mark.parametrize("kind", ["Wald.log", "Wald.sqrt"])
def test_an_estimate_of_zero_has_no_upper_bound_on_other_scales(kind):
    model = linear_model([0.3, 0.31, 0.3], [0.1, 0.2, 0.3])
    found = tau2_interval(model, fit_linear(model, method="REML"), type=kind)
    missing = {name for name in found.__slots__ if getattr(found, name) is None}
    assert missing == {"tau2_ub", "tau_ub", "I2_ub", "H2_ub"} == set(found.reasons)


def test_two_studies_have_an_interval_and_one_has_none():
    model = linear_model([0.1, 0.9], [0.1, 0.1])
    fit = fit_linear(model, method="REML")
    assert tau2_interval(model, fit).tau2_ub > 1.0
    with pytest.raises(NotEstimable, match="type HT needs at least 3 studies"):
        tau2_interval(model, fit, type="HT")
    alone = linear_model([0.1], [0.1])
    with pytest.raises(NotEstimable, match="more than 1 studies, there are 1"):
        tau2_interval(alone, fit_linear(alone, method="EE"))


def test_options_that_do_not_exist_are_refused():
    with pytest.raises(InputError, match="admissible are QP, GENQ, PL"):
        interval("qp")
    with pytest.raises(InputError, match="between 0 and 100"):
        interval("QP", level=100.0)
