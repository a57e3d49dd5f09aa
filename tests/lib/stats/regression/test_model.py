"""workflow/lib/stats/regression/model.py and projection.py against the matrices they avoid."""

from dataclasses import astuple
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.moments import intercept_model
from workflow.lib.stats.regression.model import linear_model

LAW = settings(database=None, deadline=None, derandomize=True, max_examples=40)


@st.composite
def regressions(draw, p_max=3):
    """Strategy: (yi, vi, X) with an intercept, up to two moderators and variances 1e-3 to 10."""
    k, p = draw(st.integers(p_max + 2, 10)), draw(st.integers(1, p_max))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    X = np.column_stack([np.ones(k), rng.normal(size=(k, p - 1))])
    return rng.normal(size=k), 10.0 ** rng.uniform(-3, 1, k), X


def dense_projection(a, X):
    """The k x k matrix of the papers: the definition, fit for readers and small k."""
    A = np.diag(a)
    return A - A @ X @ np.linalg.inv(X.T @ A @ X) @ X.T @ A


@LAW
@given(regressions(), st.floats(0, 10))
def test_sums_of_a_fit_are_those_of_the_full_matrices(data, tau2):
    yi, vi, X = data
    w = 1.0 / (vi + tau2)
    P, m = dense_projection(w, X), linear_model(yi, vi, X).at(tau2)
    sums = {
        "sum_w": (w.sum(), 1),
        "sum_ww": (w @ w, 2),
        "trP": (np.trace(P), 1),
        "trPP": (np.trace(P @ P), 2),
        "Q": (yi @ P @ yi, 1),
        "yPPy": (yi @ P @ P @ yi, 2),
        "yPPPy": (yi @ P @ P @ P @ yi, 3),
    }
    for name, (
        expected,
        power,
    ) in sums.items():  # the dense form's digits end at the largest weight
        floor = 1e-10 * w.max() ** power * (1.0 + float(yi @ yi))
        assert getattr(m, name) == pytest.approx(expected, rel=1e-8, abs=floor), name


@LAW
@given(regressions(), st.sampled_from((0.0, 0.5, 1.0)))
def test_moments_of_a_generalised_q_are_those_of_the_full_matrices(data, power):
    yi, vi, X = data
    a, V = vi**-power, np.diag(vi)
    P, q = dense_projection(a, X), linear_model(yi, vi, X).quadratic(a)
    traces = {
        "Q": yi @ P @ yi,
        "trP": np.trace(P),
        "trPV": np.trace(P @ V),
        "trPP": np.trace(P @ P),
        "trPVP": np.trace(P @ V @ P),
        "trPVPV": np.trace(P @ V @ P @ V),
    }
    floor = 1e-10 * max(1.0, a.max()) ** 2
    for name, expected in traces.items():
        assert getattr(q, name) == pytest.approx(expected, rel=1e-8, abs=floor), name


@LAW
@given(regressions(p_max=1), st.floats(0, 10))
def test_an_intercept_alone_is_the_model_of_one_mean(data, tau2):
    yi, vi, _ = data
    general, special = linear_model(yi, vi), intercept_model(yi, vi)
    for name in ("sum_w", "sum_ww", "trP", "trPP", "Q", "yPPy"):
        # 1e-11: the same sums in another order
        found, expected = getattr(general.at(tau2), name), getattr(special.at(tau2), name)
        assert found == pytest.approx(expected, rel=1e-11), name
    quadratic = astuple(special.quadratic(vi))
    assert astuple(general.quadratic(vi)) == pytest.approx(quadratic, rel=1e-9)
    assert general.spread() == pytest.approx(special.spread(), rel=1e-12)
    assert general.expected_spread() == pytest.approx(special.expected_spread(), rel=1e-12)


@LAW
@given(regressions(), st.floats(0, 10))
def test_the_short_sums_and_the_likelihood_are_those_of_the_full_fit(data, tau2):
    yi, vi, X = data
    w = 1.0 / (vi + tau2)
    model = linear_model(yi, vi, X)
    short = model.q_at(tau2)  # before `at` remembers
    m = model.at(tau2)
    assert short == pytest.approx((m.Q, m.yPPy), rel=1e-10)
    assert model.q_at(tau2) == (m.Q, m.yPPy)
    plain = np.log(w).sum() - m.Q
    for restricted in (False, True):
        design = np.linalg.slogdet(X.T @ np.diag(w) @ X)[1] if restricted else 0.0
        shift = model.loglik(0.0, restricted=restricted)
        at_zero = np.log(1 / vi).sum() - model.at(0.0).Q
        design0 = np.linalg.slogdet(X.T @ np.diag(1 / vi) @ X)[1] if restricted else 0.0
        difference = 0.5 * ((plain - design) - (at_zero - design0))
        found = model.loglik(tau2, restricted=restricted) - shift
        assert found == pytest.approx(difference, rel=1e-8, abs=1e-8)


@LAW
@given(regressions(), st.floats(0, 10))
def test_a_solution_is_generalised_least_squares(data, tau2):
    yi, vi, X = data
    W = np.diag(1.0 / (vi + tau2))
    vb = np.linalg.inv(X.T @ W @ X)
    found = linear_model(yi, vi, X).solution_at(tau2)
    beta = vb @ X.T @ W @ yi
    assert found.beta == pytest.approx(beta, rel=1e-8, abs=1e-8)
    assert found.vb == pytest.approx(vb, rel=1e-8, abs=1e-10)
    assert found.root @ found.root.T == pytest.approx(found.vb, rel=1e-12, abs=1e-14)
    assert found.fitted == pytest.approx(X @ beta, rel=1e-8, abs=1e-8)
    assert found.residuals == pytest.approx(yi - X @ beta, rel=1e-8, abs=1e-8)
    hat = np.diag(X @ vb @ X.T @ W)
    assert found.hat == pytest.approx(hat, abs=1e-10)
    assert found.one_minus_hat == pytest.approx(1.0 - hat, abs=1e-10)


@LAW
@given(regressions(), st.floats(0, 10))
def test_with_user_weights_the_variance_is_the_sandwich(data, tau2):
    yi, vi, X = data
    A = np.diag(np.arange(1.0, len(yi) + 1.0))
    bread = np.linalg.inv(X.T @ A @ X)
    found = linear_model(yi, vi, X, weights=np.diag(A)).solution_at(tau2)
    assert found.beta == pytest.approx(bread @ X.T @ A @ yi, rel=1e-8, abs=1e-8)
    meat = X.T @ A @ np.diag(vi + tau2) @ A @ X
    assert found.vb == pytest.approx(bread @ meat @ bread, rel=1e-8, abs=1e-10)


def inverse(M):
    """Exact inverse of a 2 x 2 matrix of fractions."""
    (a, b), (c, d) = M
    return [
        [d / (a * d - b * c), -b / (a * d - b * c)],
        [-c / (a * d - b * c), a / (a * d - b * c)],
    ]


@pytest.mark.parametrize("tiny", [1e-4, 1e-10, 1e-24])
def test_studies_of_any_precision_cost_the_sums_no_digits(tiny):
    yi, vi = [0.3, -0.5, 0.9, 0.2, 0.4], [0.2, tiny, 0.1, 0.4, 3.0 * tiny]
    x, rows = [0.0, 1.0, 2.0, 5.0, 3.0], range(5)
    X = [[Fraction(1), Fraction(t)] for t in x]
    w = [1 / Fraction(v) for v in vi]
    M = [[sum(w[i] * X[i][r] * X[i][c] for i in rows) for c in (0, 1)] for r in (0, 1)]
    inv = inverse(M)
    h = [
        [sum(X[i][r] * inv[r][c] * X[j][c] for r in (0, 1) for c in (0, 1)) for j in rows]
        for i in rows
    ]
    P = [[w[i] * (i == j) - w[i] * w[j] * h[i][j] for j in rows] for i in rows]
    y = [Fraction(t) for t in yi]
    Py = [sum(P[i][j] * y[j] for j in rows) for i in rows]
    exact = {
        "trP": sum(P[i][i] for i in rows),
        "trPP": sum(P[i][j] ** 2 for i in rows for j in rows),
        "Q": sum(y[i] * Py[i] for i in rows),
        "yPPy": sum(t**2 for t in Py),
    }
    model = linear_model(yi, vi, np.column_stack([np.ones(5), x]))
    for name, expected in exact.items():
        # two studies are up to 1e24 times as precise as the rest, which alone makes up trP and Q
        assert getattr(model.at(0.0), name) == pytest.approx(float(expected), rel=1e-12), name
    free = [float(1 - w[i] * h[i][i]) for i in rows]
    assert model.solution_at(0.0).one_minus_hat == pytest.approx(free, rel=1e-12)


def test_redundant_columns_are_refused_by_name_and_place():
    X = np.column_stack([np.ones(6), np.arange(6.0), 2.0 + 3.0 * np.arange(6.0), np.ones(6)])
    with pytest.raises(InputError, match=r"'double' \(column 2\), 'again' \(column 3\)"):
        linear_model(np.zeros(6), np.ones(6), X, names=["one", "x", "double", "again"])


def test_a_column_of_years_is_not_redundant_with_the_intercept():
    X = np.column_stack([np.ones(4), [1948.0, 1949.0, 1950.0, 1951.0]])
    assert linear_model([0.1, 0.2, 0.3, 0.5], np.ones(4), X).solution_at(0.0).beta[1] == (
        pytest.approx(0.13, rel=1e-10)
    )


def test_more_coefficients_than_studies_are_redundant():
    with pytest.raises(InputError, match=r"'x2' \(column 2\)"):
        linear_model([0.1, 0.2], [1.0, 1.0], [[1, 0, 2], [1, 1, 5]])


def test_zero_weights_that_leave_a_coefficient_undetermined_are_refused():
    X = [[1, 0], [1, 0], [1, 1]]
    with pytest.raises(InputError, match="'x1'"):
        linear_model([0.1, 0.2, 0.3], [1.0, 1.0, 1.0], X, weights=[1.0, 1.0, 0.0])


def test_bad_values_are_listed_all_at_once():
    with pytest.raises(InputError) as refusal:
        linear_model([0.1, 0.2], [0.1, 0.2], [[1.0, np.nan], [np.inf, 2.0]])
    assert refusal.value.problems == (
        "row 0: X column 1 is nan, not finite (or above 1e+30)",
        "row 1: X column 0 is inf, not finite (or above 1e+30)",
    )
    with pytest.raises(InputError, match="row 1: weight is -1.0"):
        linear_model([0.1, 0.2], [0.1, 0.2], weights=[1.0, -1.0])
    with pytest.raises(InputError, match="there must be 2 weights"):
        linear_model([0.1, 0.2], [0.1, 0.2], weights=[1.0])
    with pytest.raises(InputError, match="X must have 2 rows"):
        linear_model([0.1, 0.2], [0.1, 0.2], [1.0, 2.0])
    with pytest.raises(InputError, match="1 columns, there are 2 names"):
        linear_model([0.1, 0.2], [0.1, 0.2], names=["a", "b"])


def test_no_study_is_no_model():
    with pytest.raises(NotEstimable, match="no study"):
        linear_model([], [])


def test_a_hundred_thousand_studies_need_no_matrix_of_that_size():
    rng = np.random.default_rng(1)
    k = 100_000
    X = np.column_stack([np.ones(k), rng.normal(size=k)])
    m = linear_model(rng.normal(size=k), rng.uniform(0.5, 2.0, k), X).at(0.0)
    assert m.Q / (k - 2) == pytest.approx(m.Q / k, rel=1e-4)
    assert 0.0 < m.trPP < m.sum_ww
