"""workflow/lib/stats/weighted_chisq.py against distributions with a closed form."""

import numpy as np
import pytest
from scipy.special import chdtr, chdtrc

from workflow.lib.stats.moments import intercept_model
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.weighted_chisq import GeneralisedQ


def distribution(model, a, tau2=0.0):
    return GeneralisedQ.of(model, a, tau2, model.quadratic(a))


@pytest.mark.parametrize("k", [2, 3, 10, 60, 2000])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.98, 1.02, 1.5, 3.0])
def test_inverse_variance_weights_give_a_chi_square_variable(k, share):
    vi = 10.0 ** np.random.default_rng(k).uniform(-2, 2, k)
    law = distribution(intercept_model(np.zeros(k), vi), 1.0 / (vi + 0.3), 0.3)
    x = share * (k - 1)
    # the integral stops at 1e-12 of the tail or 1e-16
    assert law.above(x) == pytest.approx(chdtrc(k - 1, x), rel=2e-12, abs=1e-15)
    assert 1.0 - law.above(x) == pytest.approx(chdtr(k - 1, x), rel=1e-9, abs=1e-13)


def mixture(eigenvalues, x):
    """P(Q > x) if each eigenvalue counts twice: a sum of exponentials (Box 1954)."""
    others = [
        np.prod([a / (a - b) for j, b in enumerate(eigenvalues) if j != i])
        for i, a in enumerate(eigenvalues)
    ]
    return float(np.sum(others * np.exp(-x / (2.0 * np.array(eigenvalues)))))


@pytest.mark.parametrize("vi", [[0.01, 1, 0.3, 2], [1e-6, 1, 0.3, 2, 5], [1e-3, 1e3, 1, 2]])
@pytest.mark.parametrize("power", [0.0, 0.5])
def test_two_like_groups_give_a_sum_of_exponentials(vi, power):
    g, twice = len(vi), np.array([*vi, *vi])
    X = np.repeat(np.eye(2), g, axis=0)
    a, one = np.array(vi) ** -power, np.ones(g)
    P = np.diag(a) - np.outer(a, a) / (one @ a)
    root = np.sqrt(vi)
    eigenvalues = np.linalg.eigvalsh(root[:, None] * P * root)[1:]
    law = distribution(linear_model(np.zeros(2 * g), twice, X), np.array([*a, *a]))
    for share in (0.01, 0.3, 0.99, 1.01, 3.0, 10.0):
        x = share * 2.0 * eigenvalues.sum()
        # the closed form loses digits where two eigenvalues are near each other
        assert law.above(x) == pytest.approx(mixture(eigenvalues, x), rel=1e-9, abs=1e-12)


def test_weights_and_variances_far_apart_stay_within_the_rules():
    rng = np.random.default_rng(7)
    for _ in range(20):
        k = int(rng.integers(2, 12))
        model = intercept_model(np.zeros(k), 10.0 ** rng.uniform(-6, 0, k))
        law = distribution(model, 10.0 ** rng.uniform(-6, 6, k), 1e-3)
        tails = [law.above(share * law.mean) for share in (0.01, 0.5, 0.999, 1.001, 2.0, 20.0)]
        assert all(0.0 <= tail <= 1.0 for tail in tails)
        assert tails == sorted(tails, reverse=True)
        assert tails[2] == pytest.approx(tails[3], abs=2e-3)  # no jump from tail to tail


def test_nothing_is_below_zero():
    law = distribution(intercept_model([0.1, 0.2], [1.0, 1.0]), np.ones(2))
    assert (law.above(0.0), law.above(-1.0)) == (1.0, 1.0)
