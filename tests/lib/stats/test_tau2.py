"""workflow/lib/stats/tau2.py against published values, its definitions and laws."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaincinv

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.heterogeneity import heterogeneity
from workflow.lib.stats.moments import intercept_model
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.tau2 import ESTIMATORS, estimate_tau2, maximise_likelihood

ORACLE = json.loads((Path(__file__).parents[2] / "reference/pooling_metafor.json").read_text())
EFFECTS = ORACLE["effects"]
BCG = EFFECTS["bcg_rr"]
LAW = settings(database=None, deadline=None, derandomize=True, max_examples=60)
UNTRUNCATED_AT_EQUALITY = ("DL", "PM", "REML", "ML", "EB", "PMM", "HE", "HS", "HSk", "SJ")


def studies(min_size=2, max_size=9):
    """Strategy: (yi, vi) with variances over four orders of magnitude."""
    one = st.tuples(st.floats(-3, 3), st.floats(-3, 1))
    return st.lists(one, min_size=min_size, max_size=max_size).map(
        lambda rows: (np.array([y for y, _ in rows]), 10.0 ** np.array([v for _, v in rows]))
    )


def dense_projection(vi, tau2):
    """The k x k matrix P of the papers: the definition, fit for readers and small k."""
    W, ones = np.diag(1.0 / (vi + tau2)), np.ones((len(vi), 1))
    return W - W @ ones @ np.linalg.inv(ones.T @ W @ ones) @ ones.T @ W


@pytest.mark.parametrize(
    ("method", "tau2"),
    [
        *(("DL", 0.308760), ("HE", 0.328564), ("HS", 0.228363), ("SJ", 0.345516)),
        *(("ML", 0.280028), ("REML", 0.313243), ("EB", 0.318069), ("PM", 0.318094)),
    ],
)
def test_bcg_trials_give_the_published_tau2(method, tau2):
    # six printed decimals; PM was printed from an iteration that stops at 1e-5 of Q
    tolerance = 3e-5 if method == "PM" else 1e-6
    assert heterogeneity(BCG["yi"], BCG["vi"], method=method).tau2 == pytest.approx(
        tau2, abs=tolerance
    )


@pytest.mark.parametrize(
    ("method", "tau2"),
    [("EE", 0.0), ("ML", 0.0126), ("REML", 0.0188), ("DL", 0.0259), ("HE", 0.0804)],
)
def test_raudenbush_1985_gives_the_published_tau2(method, tau2):
    found = heterogeneity(EFFECTS["raud_smd"]["yi"], EFFECTS["raud_smd"]["vi"], method=method)
    assert found.tau2 == pytest.approx(tau2, abs=5e-5)  # four printed decimals


# Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30:261-293, example 1
EXAMPLE_1 = {
    "yi": [-0.581, 0.530, 0.771, 1.031, 0.553, 0.295, 0.078, 0.573, -0.176, -0.232],
    "vi": [0.023, 0.052, 0.060, 0.115, 0.095, 0.203, 0.200, 0.211, 0.051, 0.040],
}


@pytest.mark.parametrize(
    ("method", "tau2"),
    [
        *(("HS", 0.2282), ("HE", 0.1484), ("DL", 0.2768), ("ML", 0.1967), ("REML", 0.2232)),
        *(("EB", 0.1920), ("SJ", 0.1992)),
    ],
)
def test_viechtbauer_2005_gives_the_published_tau2(method, tau2):
    found = heterogeneity(**EXAMPLE_1, method=method).tau2
    assert found == pytest.approx(tau2, abs=5e-5)  # four printed decimals


@LAW
@given(studies())
def test_reml_solves_its_equation_written_with_full_matrices(data):
    yi, vi = data
    tau2 = heterogeneity(yi, vi, method="REML").tau2
    P = dense_projection(vi, tau2)
    score = yi @ P @ P @ yi - np.trace(P)
    # relative to the larger of the two parts, whose digits the difference cannot exceed
    assert score <= 1e-9 * np.trace(P)
    if tau2 > 0.0:
        assert score == pytest.approx(0.0, abs=1e-9 * np.trace(P))


@LAW
@given(studies())
def test_reml_is_a_maximum_and_not_below_tau2_of_zero(data):
    model = intercept_model(*data)
    tau2 = maximise_likelihood(model, restricted=True)
    best = model.loglik(tau2, restricted=True)
    slack = 1e-12 * (1.0 + abs(best))  # rounding of the likelihood itself
    for other in (0.0, tau2 * 0.99, tau2 * 1.01 + 1e-3 * float(model.vi.min())):
        assert model.loglik(other, restricted=True) <= best + slack


@pytest.mark.parametrize("method", UNTRUNCATED_AT_EQUALITY)
@LAW
@given(effect=st.floats(-1e6, 1e6), exponents=st.lists(st.floats(-3, 3), min_size=2, max_size=9))
def test_identical_effects_give_tau2_of_exactly_zero(method, effect, exponents):
    found = heterogeneity(
        np.full(len(exponents), effect), 10.0 ** np.array(exponents), method=method
    )
    assert (found.tau2, found.QE, found.I2, found.I2_Q, found.H2) == (0.0, 0.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize("method", ESTIMATORS)
@LAW
@given(data=studies(), exponent=st.integers(-8, 8))
def test_tau2_follows_the_square_of_the_unit(method, data, exponent):
    yi, vi = data
    unit = 10.0**exponent
    plain = heterogeneity(yi, vi, method=method)
    scaled = heterogeneity(yi * unit, vi * unit**2, method=method)
    # 1e-9: the unit is no power of 2, so each input is rounded anew
    assert scaled.tau2 == pytest.approx(
        plain.tau2 * unit**2, abs=1e-9 * unit**2 * min(vi), rel=1e-9
    )
    share = scaled.I2
    assert share == pytest.approx(plain.I2, rel=1e-8, abs=1e-6)


@pytest.mark.parametrize("method", ESTIMATORS)
def test_effects_far_from_zero_keep_their_digits(method):
    yi, vi = np.array(BCG["yi"]), BCG["vi"]
    near, far = heterogeneity(yi, vi, method=method), heterogeneity(yi + 1e6, vi, method=method)
    assert far.tau2 == pytest.approx(near.tau2, rel=1e-8)  # yi + 1e6 itself keeps 1e-10 of yi


@pytest.mark.parametrize("method", ESTIMATORS)
def test_variances_a_million_times_apart_converge(method):
    yi, vi = [0.3, -0.4, 0.9, 0.1, 2.0], [1e-6, 1.0, 1e-3, 0.5, 1e-2]
    found = heterogeneity(yi, vi, method=method)
    assert all(np.isfinite(x) for x in asdict(found).values() if isinstance(x, float))
    assert found.tau2 == 0.0 if method in ("EE", "FE") else found.tau2 > 0.0


@pytest.mark.parametrize("method", ["DL", "PM", "REML", "ML", "HE"])
def test_a_huge_outlier_makes_tau2_about_its_square_over_k(method):
    yi, vi = [0.0, 0.1, -0.1, 1e6], [0.1, 0.2, 0.1, 0.1]
    found = heterogeneity(yi, vi, method=method).tau2
    assert found == pytest.approx(2.5e11, rel=0.27)  # ML divides by k, the others by k - 1
    assert np.isfinite(found)


def test_two_studies_have_the_closed_form_of_dl_and_reml():
    yi, vi = np.array([0.0, 2.0]), np.array([0.3, 0.5])
    expected = ((yi[0] - yi[1]) ** 2 - vi.sum()) / 2.0  # all four coincide at k = 2
    for method in ("DL", "REML", "PM", "HE"):
        assert heterogeneity(yi, vi, method=method).tau2 == pytest.approx(expected, rel=1e-12)


TWO_MAXIMA = [  # yi, vi, where the restricted likelihood has its maxima, which one is the answer
    (
        *([0.17, 0.26, 3.3, 1.94], [0.003, 0.026, 1.389, 0.824]),
        *((0.0, 1.2427987), 1.2427987),
    ),
    (
        *([1.35, 0.66, -0.89, 1.16, -0.8], [0.007, 5.993, 1.767, 0.009, 0.814]),
        *((0.0186978, 0.5196335), 0.0186978),
    ),
    (
        *([0.5, 1.5, 0.4, -3.13, -0.17], [0.15, 0.81, 0.3, 1.74, 1.83]),
        *((0.0, 0.7796466), 0.7796466),
    ),
    (
        *([1.69, -1.42, -1.38, 0.37], [2.746, 0.004, 0.008, 0.479]),
        *((0.0, 0.7759139), 0.0),
    ),
]


@pytest.mark.parametrize(
    ("yi", "vi", "maxima", "answer"),
    TWO_MAXIMA,
    ids=[
        "HE leads to the upper",
        "HE leads to the lower",
        "near min(vi)",
        "HE leads to the upper, 0 is better",
    ],
)
def test_of_two_maxima_reml_takes_the_one_that_he_leads_to(yi, vi, maxima, answer):
    model = intercept_model(yi, vi)
    valley = np.sqrt((maxima[0] + 1e-3) * maxima[1])
    bottom = model.loglik(valley, restricted=True)
    assert all(model.loglik(tau2, restricted=True) > bottom for tau2 in maxima)
    # the positions above are written with seven decimals, one of them found on a coarse grid
    assert maximise_likelihood(model, restricted=True) == pytest.approx(answer, abs=1e-7)


@pytest.mark.parametrize("method", ["DLIT", "SJIT", "EB"])
def test_the_iterated_estimators_end_at_paule_and_mandel(method):
    for data in (BCG, EXAMPLE_1):
        found, mandel = (heterogeneity(data["yi"], data["vi"], method=m) for m in (method, "PM"))
        assert (found.tau2, found.se_tau2) == (mandel.tau2, mandel.se_tau2)


def design(k, p, seed):
    """(yi, vi, X) with an intercept and p - 1 moderators."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(k), rng.normal(size=(k, p - 1))])
    return rng.normal(scale=1.5, size=k), 10.0 ** rng.uniform(-2, 0, k), X


def dense_estimates(yi, vi, X):
    """Functions of tau2 that are 0 at each estimate, from the matrices of the papers."""
    (k, p), V = X.shape, np.diag(vi)

    def projection(a):
        A = np.diag(a)
        return A - A @ X @ np.linalg.inv(X.T @ A @ X) @ X.T @ A

    def moment(a, extra=0.0):
        return lambda t: (
            yi @ projection(a) @ yi
            - np.trace(projection(a) @ V)
            - t * np.trace(projection(a))
            - extra
        )

    def at(t):
        return projection(1.0 / (vi + t))

    w, start = 1.0 / vi, float(((yi - yi.mean()) ** 2).mean())
    Q, chi2 = yi @ projection(w) @ yi, 2.0 * gammaincinv((k - p) / 2.0, 0.5)
    return {
        "DL": moment(w),
        "HE": moment(np.ones(k)),
        "HS": lambda t: (Q - k) / w.sum() - t,
        "HSk": lambda t: (k / (k - p) * Q - k) / w.sum() - t,
        "SJ": lambda t: start * (yi @ at(start) @ yi) / (k - p) - t,
        "PM": lambda t: yi @ at(t) @ yi - (k - p),
        "PMM": lambda t: yi @ at(t) @ yi - chi2,
        "ML": lambda t: yi @ at(t) @ at(t) @ yi - (1.0 / (vi + t)).sum(),
        "REML": lambda t: yi @ at(t) @ at(t) @ yi - np.trace(at(t)),
    }


@pytest.mark.parametrize("p", [1, 2, 3])
def test_with_moderators_every_estimator_solves_its_equation_with_full_matrices(p):
    for seed in range(6):
        yi, vi, X = design(12, p, seed)
        for method, equation in dense_estimates(yi, vi, X).items():
            tau2, error = estimate_tau2(linear_model(yi, vi, X), method)
            slope = abs(equation(tau2 + 1e-3) - equation(tau2)) / 1e-3
            left = equation(tau2) / slope  # the error of tau2, to first order
            assert abs(left) < 1e-9 or (tau2 == 0.0 and left < 0.0), method
            assert error > 0.0


@pytest.mark.parametrize("p", [1, 2])
def test_generalised_q_with_known_weights_is_dl_or_he(p):
    yi, vi, X = design(12, p, 3)
    for a, method in ((1.0 / vi, "DL"), (np.ones(12), "HE")):
        weighted = estimate_tau2(linear_model(yi, vi, X, weights=7.0 * a), "GENQ")
        assert weighted == pytest.approx(estimate_tau2(linear_model(yi, vi, X), method), rel=1e-10)


def test_at_the_median_unbiased_estimate_the_generalised_q_is_its_median():
    yi, vi, X = design(12, 2, 5)
    a = np.sqrt(1.0 / vi)
    model = linear_model(yi, vi, X, weights=a)
    tau2, _ = estimate_tau2(model, "GENQM")
    q = model.quadratic(a)
    rng = np.random.default_rng(0)
    A = np.diag(a)
    P = A - A @ X @ np.linalg.inv(X.T @ A @ X) @ X.T @ A
    draws = rng.normal(size=(40_000, 12)) * np.sqrt(vi + tau2)
    above = ((draws @ P) * draws).sum(axis=1) > q.Q
    assert above.mean() == pytest.approx(0.5, abs=0.01)  # four standard errors of 40,000 draws
    assert estimate_tau2(linear_model(np.zeros(12), vi, X, weights=a), "GENQM")[0] == 0.0


@pytest.mark.parametrize("method", ["REML", "DL", "PM", "HE", "SJ", "ML", "EE"])
def test_a_fixed_tau2_is_kept_with_the_error_that_the_method_has_there(method):
    model = intercept_model(BCG["yi"], BCG["vi"])
    tau2, error = estimate_tau2(model, method)
    assert estimate_tau2(model, method, fixed=tau2) == (tau2, error)
    assert estimate_tau2(model, method, fixed=0.5)[0] == 0.5
    for wrong in (-0.1, np.nan, np.inf):
        with pytest.raises(InputError, match="must be finite and not below 0"):
            estimate_tau2(model, method, fixed=wrong)


def test_generalised_q_without_weights_says_what_to_do():
    with pytest.raises(InputError, match="GENQ needs user weights: give weights to the model"):
        estimate_tau2(intercept_model(BCG["yi"], BCG["vi"]), "GENQ")


def test_an_unknown_method_is_refused_with_the_admissible_ones():
    with pytest.raises(InputError, match="'reml': admissible are REML, DL"):
        heterogeneity([0.1, 0.2], [0.1, 0.1], method="reml")


def test_one_study_has_no_tau2():
    with pytest.raises(NotEstimable, match="more than 1 studies, there are 1"):
        estimate_tau2(intercept_model([0.1], [0.1]), "DL")


def test_reml_that_runs_out_of_steps_says_what_to_do():
    with pytest.raises(ConvergenceError, match="try method DL"):
        maximise_likelihood(intercept_model(BCG["yi"], BCG["vi"]), restricted=True, max_steps=1)
