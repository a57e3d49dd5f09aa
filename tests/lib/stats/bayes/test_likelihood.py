"""workflow/lib/stats/bayes/likelihood.py against the multivariate normal distribution."""

import numpy as np
import pytest
from scipy import stats

from workflow.lib.stats.bayes import priors
from workflow.lib.stats.bayes.likelihood import studies

YI, VI = np.array([0.3, 0.9, -0.2, 5.0, 0.1]), np.array([0.04, 0.09, 0.25, 1e-4, 30.0])
TAU = np.array([1e-9, 0.01, 0.5, 40.0])


def test_a_normal_prior_of_mu_makes_the_effects_multivariate_normal():
    found = studies(YI, VI, priors.normal(0.1, 0.8)).at(np.log(TAU))
    for tau, log_likelihood in zip(TAU, found.log_likelihood, strict=True):
        covariance = np.diag(VI + tau**2) + 0.8**2
        expected = stats.multivariate_normal.logpdf(YI, np.full(5, 0.1), covariance)
        assert log_likelihood == pytest.approx(expected, rel=1e-11)


def test_a_uniform_mu_is_the_limit_of_a_wide_prior():
    wide = studies(YI, VI, priors.normal(0.0, 1e7)).at(np.log(TAU))
    flat = studies(YI, VI, priors.flat()).at(np.log(TAU))
    height = stats.norm.logpdf(0.0, 0.0, 1e7)
    assert wide.log_likelihood - height == pytest.approx(flat.log_likelihood, rel=1e-9)
    assert wide.mean == pytest.approx(flat.mean, rel=1e-7)
    assert wide.variance == pytest.approx(flat.variance, rel=1e-7)


def test_a_fixed_mu_makes_the_effects_independent():
    data = studies(YI, VI, priors.flat())
    expected = [stats.norm.logpdf(YI, 0.4, np.sqrt(VI + tau**2)).sum() for tau in TAU]
    assert data.log_likelihood_of(0.4, np.log(TAU)) == pytest.approx(expected, rel=1e-12)


def test_the_extremes_of_tau_keep_their_slope():
    data = studies(YI, VI, priors.flat())
    u = np.array([-1e4, -500.0, 180.0, 250.0, 5000.0])
    logs = data.at(u).log_likelihood
    assert logs[0] == logs[1]
    # (k - 1) times the step of log tau
    assert np.diff(logs[2:]) == pytest.approx([-4.0 * 70.0, -4.0 * 4750.0], rel=1e-12)


def test_shares_go_from_one_to_zero_with_tau():
    shares = studies(YI, VI, priors.flat()).shares(np.log(TAU))
    assert shares.shape == (5, 4)
    assert shares == pytest.approx(VI[:, None] / (VI[:, None] + TAU**2), rel=1e-13)
