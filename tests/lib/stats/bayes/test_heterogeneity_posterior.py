"""workflow/lib/stats/bayes/heterogeneity_posterior.py on a distribution that is known."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import gammaln

from workflow.lib.stats.bayes.heterogeneity_posterior import TauPosterior
from workflow.lib.stats.bayes.quadrature import Target, integrate


def gamma_posterior(shape):
    target = Target(
        lambda u: (
            shape * u - np.exp(np.minimum(u, 300.0)) - gammaln(shape),
            np.empty((0, len(u))),
        ),
        (1,),
        (0.0,),
    )
    return TauPosterior(integrate(target), target)


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.5, 200.0])
def test_quantiles_are_found_in_both_tails(shape):
    p = np.array([1e-6, 0.025, 0.5, 0.975, 1.0 - 1e-6])
    expected = stats.gamma.ppf(p, shape)
    assert gamma_posterior(shape).quantiles(p) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("shape", "mode"), [(0.5, 0.0), (1.0, 0.0), (2.5, 1.5), (200.0, 199.0)])
def test_the_mode_is_the_highest_point(shape, mode):
    assert gamma_posterior(shape).mode() == pytest.approx(mode, rel=1e-9)


def test_the_log_density_reaches_to_zero():
    found = gamma_posterior(2.5).log_density(np.array([1e-3, 1.0, 9.0]))
    assert found == pytest.approx(stats.gamma.logpdf([1e-3, 1.0, 9.0], 2.5), rel=1e-10)
    assert np.isfinite(gamma_posterior(1.0).log_density(np.array([0.0])))
