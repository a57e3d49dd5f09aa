"""workflow/lib/stats/bayes/quadrature.py on integrals that are known."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import gammaln

from workflow.lib.errors import ConvergenceError
from workflow.lib.stats.bayes.quadrature import Line, Target, integrate


def target(log_density, *, powers=(), anchors=(0.0,), log_upper=None):
    """A log density of log tau that has nothing else to average."""
    return Target(lambda u: (log_density(u), np.empty((0, len(u)))), powers, anchors, log_upper)


@pytest.mark.parametrize("shape", [0.7, 3.0, 400.0, 40000.0])
def test_gamma_densities_wide_and_narrow_have_mass_one_and_their_moments(shape):
    law = stats.gamma(shape)
    nodes = integrate(
        target(lambda u: shape * u - np.exp(np.minimum(u, 300.0)) - gammaln(shape), powers=(1, 2))
    )
    weights = np.exp(nodes.log_weight)
    # gammaln(40000) is 4e5: its rounding is 1e-10
    assert nodes.log_integral == pytest.approx(0.0, abs=1e-15 * max(1e4, shape**1.3))
    assert weights @ np.exp(nodes.log_tau) == pytest.approx(shape, rel=1e-11)
    points = law.ppf([0.01, 0.5, 0.99])
    shares = nodes.cdf(np.array([nodes.x_at(tau) for tau in points]))
    assert shares == pytest.approx([0.01, 0.5, 0.99], rel=1e-9)


def test_a_density_with_an_upper_limit_is_integrated_up_to_it():
    nodes = integrate(
        target(lambda u: np.log(3.0 / 8.0) + 3.0 * u, powers=(1,), log_upper=np.log(2.0))
    )
    assert nodes.log_integral == pytest.approx(0.0, abs=1e-11)
    assert np.exp(nodes.log_weight) @ np.exp(nodes.log_tau) == pytest.approx(1.5, rel=1e-11)
    assert nodes.cdf(np.array([nodes.x_at(1.0)]))[0] == pytest.approx(0.125, rel=1e-9)


def test_the_place_of_a_tau_is_found_again():
    line = Line(np.log(2.0))
    assert line.log_tau(line.place(np.log(1.3))) == pytest.approx(np.log(1.3), rel=1e-13)


def test_a_jump_that_no_number_of_nodes_resolves_is_told():
    with pytest.raises(ConvergenceError, match="check yi, vi and the prior"):
        integrate(target(lambda u: u - np.exp(np.minimum(u, 99.0)) - 0.7 * (u > -0.25)))
