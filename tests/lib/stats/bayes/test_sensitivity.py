"""workflow/lib/stats/bayes/sensitivity.py: each row is a model of its own; what is missing says why."""

import numpy as np
import pytest

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.bayes import priors
from workflow.lib.stats.bayes.normal_normal import normal_normal
from workflow.lib.stats.bayes.sensitivity import prior_sensitivity

YI, VI = np.array([0.3, 0.9, -0.2]), np.array([0.04, 0.09, 0.25])
SCALES = (0.1, 0.5, 1.0)


@pytest.fixture(scope="module")
def found():
    return prior_sensitivity(
        YI, VI, priors=[priors.half_normal(s) for s in SCALES], mu_prior=priors.normal(0.0, 1.0)
    )


def test_each_row_is_the_model_under_its_prior(found):
    for scale, row in zip(SCALES, found.prior, strict=True):
        model = normal_normal(
            YI, VI, tau_prior=priors.half_normal(scale), mu_prior=priors.normal(0.0, 1.0)
        )
        assert (row.mu, row.ci_lb, row.tau) == (model.mu.median, model.mu.ci_lb, model.tau.median)
        assert np.log([row.bf_tau0, row.bf_mu0]) == pytest.approx(
            [model.log_bf_tau0, model.log_bf_mu0]
        )


def test_a_wider_prior_of_tau_widens_the_interval_of_the_mean(found):
    widths = [one.ci_ub - one.ci_lb for one in found.prior]
    assert widths == sorted(widths)
    assert found.mu_lowest == min(one.mu for one in found.prior)
    assert found.n_including_zero == sum(one.ci_lb <= 0 <= one.ci_ub for one in found.prior)


def test_a_bayes_factor_without_a_proper_prior_says_so():
    (row,) = prior_sensitivity(YI, VI, priors=[priors.half_normal(0.5)]).prior
    assert row.bf_mu0 is None
    assert row.reasons == {"bf_mu0": "the prior of mu is improper"}


def test_a_prior_that_gives_no_posterior_is_left_out_with_its_reason():
    both = [priors.uniform(), priors.half_normal(0.5)]
    found = prior_sensitivity(YI[:2], VI[:2], priors=both)
    assert [one.name for one in found.prior] == ["half-normal(0.5)"]
    assert "improper" in found.reasons["uniform"]
    with pytest.raises(NotEstimable, match="improper"):
        prior_sensitivity(YI[:2], VI[:2], priors=[priors.uniform()])


def test_a_prior_given_twice_is_refused():
    with pytest.raises(InputError, match=r"half-normal\(0.5\) is given twice"):
        prior_sensitivity(YI, VI, priors=[priors.half_normal(0.5)] * 2)
