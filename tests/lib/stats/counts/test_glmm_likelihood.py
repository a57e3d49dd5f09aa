"""glmm_likelihood.py, glmm_exact.py and noncentral_hypergeometric.py against their definitions."""

from math import comb

import numpy as np
import pytest

from workflow.lib.stats.counts.glmm_exact import ExactModel
from workflow.lib.stats.counts.glmm_likelihood import Binomial, CountModel, OneRow
from workflow.lib.stats.counts.glmm_models import BOTH, HALVES
from workflow.lib.stats.counts.noncentral_hypergeometric import noncentral_hypergeometric
from workflow.lib.stats.counts.tables import two_by_two

TABLES = two_by_two([5, 0, 9], [20, 15, 3], [8, 2, 11], [22, 14, 0])
LAW = noncentral_hypergeometric(TABLES)
PAIRS = Binomial(np.array([[5.0, 8.0], [0.0, 2.0]]), np.array([[25.0, 30.0], [15.0, 16.0]]))


def simpson(values, width):
    """Integral over an odd number of equidistant points, last axis."""
    weights = np.ones(values.shape[-1])
    weights[1:-1:2], weights[2:-1:2] = 4.0, 2.0
    return (values * weights).sum(axis=-1) * width / 3.0


def test_probabilities_are_those_of_the_definition():
    theta = 0.7
    for i, (a, b, c, d) in enumerate([(5, 20, 8, 22), (0, 15, 2, 14), (9, 3, 11, 0)]):
        n1, n2, m = a + b, c + d, a + c
        low, high = max(0, m - n2), min(n1, m)
        terms = [comb(n1, j) * comb(n2, m - j) * np.exp(theta * j) for j in range(low, high + 1)]
        expected = np.log(terms[a - low] / sum(terms))
        assert LAW.terms(np.full(3, theta))[0][i] == pytest.approx(expected, rel=1e-12)


def test_derivatives_are_those_of_differences():
    h = 1e-4
    up, at, down = (LAW.terms(np.full(3, 0.3 + s))[0] for s in (h, 0.0, -h))
    _, slope, bend = LAW.terms(np.full(3, 0.3))
    assert slope == pytest.approx((up - down) / (2 * h), abs=1e-6)
    assert bend == pytest.approx((up - 2 * at + down) / h**2, abs=1e-5)


def test_the_exact_integral_is_the_integral():
    beta, tau = -0.4, 0.8
    u = np.linspace(-12.0, 12.0, 4001)
    density = np.exp(LAW.terms(beta + tau * np.tile(u, (3, 1)))[0] - u**2 / 2)
    expected = np.log(simpson(density, u[1] - u[0]) / np.sqrt(2 * np.pi))
    model = ExactModel(LAW, np.zeros((3, 1)))
    assert model.loglik(np.tile([beta, tau], (3, 1))) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    "model",
    [
        ExactModel(LAW, np.zeros((3, 1))),
        CountModel(OneRow(LAW), np.zeros((3, 1)), (np.ones(1),), (np.ones(1),), nodes=5),
        CountModel(PAIRS, np.zeros((2, 2)), (HALVES,), (HALVES,), own=BOTH),
        CountModel(PAIRS, np.zeros((2, 2)), (BOTH, HALVES), (BOTH, HALVES), nodes=1),
    ],
    ids=["exact", "five nodes", "own baselines", "Laplace"],
)
def test_derivatives_of_the_marginal_likelihood_are_those_of_differences(model):
    k = model.offset.shape[0]
    width = getattr(model, "width", 2)
    at = np.tile(np.linspace(-0.6, 0.9, width), (k, 1))
    h = 1e-5
    for j in range(width):
        move = h * np.eye(width)[j]
        difference = (model.loglik(at + move) - model.loglik(at - move)) / (2 * h)
        assert model.gradient(at)[:, j] == pytest.approx(difference, abs=1e-7)
        bend = (model.gradient(at + move) - model.gradient(at - move)) / (2 * h)
        assert model.hessian(at)[:, j] == pytest.approx(bend, abs=1e-6)


def test_a_predictor_far_out_does_not_overflow():
    log_p, slope, bend = PAIRS.terms(np.full((2, 2), 800.0))
    assert np.isfinite(log_p).all()
    assert np.isfinite(slope).all()
    assert (bend == 0.0).all()
