"""workflow/lib/stats/moments.py against the matrices it avoids, and its refusals."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.lib.errors import InputError
from workflow.lib.stats.moments import intercept_model

LAW = settings(database=None, deadline=None, derandomize=True, max_examples=60)


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


@LAW
@given(studies(), st.floats(0, 10))
def test_sums_of_a_fit_are_those_of_the_full_matrices(data, tau2):
    yi, vi = data
    P, m = dense_projection(vi, tau2), intercept_model(yi, vi).at(tau2)
    w = 1.0 / (vi + tau2)
    sums = {
        "sum_w": w.sum(),
        "sum_ww": (w**2).sum(),
        "trP": np.trace(P),
        "trPP": np.trace(P @ P),
        "Q": yi @ P @ yi,
        "yPPy": yi @ P @ P @ yi,
        "yPPPy": yi @ P @ P @ P @ yi,
    }
    largest = w.max()  # the dense form keeps its digits relative to the largest weight only
    for name, expected in sums.items():
        power = {"trPP": 2, "sum_ww": 2, "yPPy": 2, "yPPPy": 3}.get(name, 1)
        floor = 1e-11 * largest**power * (1.0 + float(yi @ yi))
        assert getattr(m, name) == pytest.approx(expected, rel=1e-9, abs=floor), name


@LAW
@given(studies(), st.floats(0, 10))
def test_the_short_sums_are_those_of_the_full_fit(data, tau2):
    model = intercept_model(*data)
    m = model.at(tau2)
    # 1e-12: the same sums, one division apart
    assert model.q_at(tau2) == pytest.approx((m.Q, m.yPPy), rel=1e-12)


def test_the_centre_is_one_of_the_effects_so_that_equal_effects_become_zeros():
    model = intercept_model([0.1, 0.1, 0.1], [0.1, 0.2, 0.3])
    assert (model.centre, model.yi.tolist(), model.spread()) == (0.1, [0.0, 0.0, 0.0], 0.0)
    assert intercept_model([3.0, 1.0, 2.0], [0.3, 0.2, 0.1]).centre == 2.0


@pytest.mark.parametrize("tiny", [1e-6, 1e-14, 1e-28])
def test_a_study_of_any_precision_costs_the_sums_no_digits(tiny):
    yi, vi, tau2 = [0.3, -0.5, 0.9, 0.2], [0.2, tiny, 0.1, 0.4], 0.0
    w = [1 / (Fraction(v) + Fraction(tau2)) for v in vi]
    y, rows = [Fraction(x) for x in yi], range(4)
    total = sum(w)
    P = [[w[i] * (i == j) - w[i] * w[j] / total for j in rows] for i in rows]  # exact
    Py = [sum(P[i][j] * y[j] for j in rows) for i in rows]
    PPy = [sum(P[i][j] * Py[j] for j in rows) for i in rows]
    m = intercept_model(yi, vi).at(tau2)
    exact = {
        "trP": sum(P[i][i] for i in rows),
        "trPP": sum(P[i][j] ** 2 for i in rows for j in rows),
        "Q": sum(y[i] * Py[i] for i in rows),
        "yPPy": sum(x**2 for x in Py),
        "yPPPy": sum(Py[i] * PPy[i] for i in rows),
    }
    for name, expected in exact.items():
        assert getattr(m, name) == pytest.approx(float(expected), rel=1e-13), name


def test_bad_rows_are_refused_all_at_once_with_their_numbers():
    with pytest.raises(InputError) as refusal:
        intercept_model([0.1, np.nan, 0.3, np.inf], [0.1, 0.2, 0.0, -1.0])
    assert refusal.value.problems == (
        "row 1: yi is nan, not finite (or above 1e+30)",
        "row 3: yi is inf, not finite (or above 1e+30)",
        "row 2: vi is 0.0, not finite and above 0 (or not between 1e-30 and 1e+30)",
        "row 3: vi is -1.0, not finite and above 0 (or not between 1e-30 and 1e+30)",
    )


def test_lists_of_different_length_are_refused():
    with pytest.raises(InputError, match="one length"):
        intercept_model([0.1, 0.2], [0.1])


def test_texts_are_refused_with_their_rows():
    with pytest.raises(InputError) as refusal:
        intercept_model([0.1, "0,2", "x"], [0.1, 0.1, 0.1])
    assert refusal.value.problems == (
        "row 1: yi is '0,2', not a number",
        "row 2: yi is 'x', not a number",
    )
    with pytest.raises(InputError, match=r"row 1: vi is \[0.1, 0.2\], not a number"):
        intercept_model([0.1, 0.2], [[0.1], [0.1, 0.2]])
