"""workflow/lib/stats/reported/delta.py against closed forms."""

from math import nan

import numpy as np
import pytest
from scipy.special import expit

from workflow.lib.errors import InputError
from workflow.lib.stats.reported.delta import delta_method

CASES = {  # function, its first and its second derivative
    "exp": (np.exp, np.exp, np.exp),
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2, lambda x: -2 * np.tanh(x) / np.cosh(x) ** 2),
    "arctanh": (np.arctanh, lambda x: 1 / (1 - x**2), lambda x: 2 * x / (1 - x**2) ** 2),
    "log": (np.log, lambda x: 1 / x, lambda x: -1 / x**2),
    "square": (np.square, lambda x: 2 * x, lambda x: 2 + 0 * x),
}
YI, VI = np.array([0.02, 0.3, 0.95]), np.array([0.01, 0.2, 1e-4])


@pytest.mark.parametrize("name", CASES)
def test_the_slope_is_exact_to_rounding(name):
    function, slope, _ = CASES[name]
    found = delta_method(YI, VI, function)
    assert found.yi == pytest.approx(function(YI), rel=1e-15)
    assert found.vi == pytest.approx(slope(YI) ** 2 * VI, rel=1e-13)
    assert delta_method(YI, VI, function, derivative=slope).vi == pytest.approx(found.vi, rel=1e-13)


@pytest.mark.parametrize("name", CASES)
def test_the_second_order_has_the_curvature(name):
    function, slope, bend = CASES[name]
    found = delta_method(YI, VI, function, order=2)
    # the second derivative is an extrapolated difference of the exact first one
    assert found.yi == pytest.approx(function(YI) + bend(YI) * VI / 2, rel=1e-8)
    expected = slope(YI) ** 2 * VI + bend(YI) ** 2 * VI**2 / 2
    assert found.vi == pytest.approx(expected, rel=1e-8)


def test_a_function_that_takes_no_complex_numbers_is_differenced():
    found = delta_method(YI, VI, lambda x: expit(np.asarray(x, dtype=float)))
    assert found.vi == pytest.approx((expit(YI) * (1 - expit(YI))) ** 2 * VI, rel=1e-9)


def test_a_function_that_is_not_analytic_is_differenced():
    found = delta_method([-2.0, 3.0], [0.1, 0.1], np.abs)
    assert found.vi == pytest.approx([0.1, 0.1], rel=1e-9)


def test_rows_outside_the_domain_say_so():
    found = delta_method([0.5, 2.0, nan, 0.1, 1.0], [0.1, 0.1, 0.1, -1.0, 0.1], np.arctanh)
    assert found.yi[0] == np.arctanh(0.5)
    assert found.yi[1:] == (None,) * 4
    texts = (None, "no value at yi 2", "missing: yi", "vi -1 is below 0", "no value at yi 1")
    for reason, text in zip(found.reasons, texts, strict=True):
        assert (reason is None) if text is None else (text in reason)
    assert "no slope" in delta_method([0.0], [0.1], np.sqrt).reasons[0]


def test_logit_of_a_proportion_has_the_variance_of_the_log_odds():
    # variance of a proportion p (1 - p) / n becomes 1/x + 1/(n - x), as escalc's PR and PLO
    x, n = np.array([5.0, 12.0]), np.array([40.0, 80.0])
    p = x / n
    found = delta_method(p, p * (1 - p) / n, lambda q: np.log(q / (1 - q)))
    assert found.vi == pytest.approx(1 / x + 1 / (n - x), rel=1e-13)


def test_impossible_input_is_refused():
    with pytest.raises(InputError, match="one length"):
        delta_method([1.0], [1.0, 2.0], np.exp)
    with pytest.raises(InputError, match="order 3"):
        delta_method([1.0], [1.0], np.exp, order=3)
    assert delta_method([], [], np.exp).yi == ()
