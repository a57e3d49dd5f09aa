"""workflow/lib/stats/bayes/priors.py against the distributions that they name."""

from math import inf, nan

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from workflow.lib.errors import InputError
from workflow.lib.stats.bayes import priors

VI = (0.04, 0.09, 0.5)
LOG_TAU2 = stats.t(5, loc=-3.44, scale=2.59)
CASES = {
    "half-normal": (priors.half_normal(0.5), lambda t: stats.halfnorm.pdf(t, scale=0.5)),
    "half-Cauchy": (priors.half_cauchy(0.3), lambda t: stats.halfcauchy.pdf(t, scale=0.3)),
    "half-t": (priors.half_t(4.0, 0.3), lambda t: 2.0 * stats.t.pdf(t, 4.0, scale=0.3)),
    "log-t": (priors.log_t(5.0, -3.44, 2.59), lambda t: LOG_TAU2.pdf(np.log(t * t)) * 2.0 / t),
    "log-normal": (
        priors.log_normal(-2.56, 1.74),
        lambda t: stats.norm.pdf(np.log(t * t), -2.56, 1.74) * 2.0 / t,
    ),
    "uniform": (priors.uniform(2.0), lambda t: np.full_like(t, 0.5)),
}


@pytest.mark.parametrize("name", CASES)
def test_densities_of_log_tau_are_those_of_tau_times_tau(name):
    prior, density = CASES[name]
    tau = np.array([1e-3, 0.02, 0.3, 1.0, 1.9])
    found = np.exp(prior.log_density(np.log(tau)))
    assert found == pytest.approx(density(tau) * tau, rel=1e-12)  # closed forms


@pytest.mark.parametrize("name", [*CASES, "DuMouchel"])
def test_proper_priors_have_mass_one(name):
    prior = priors.dumouchel(VI) if name == "DuMouchel" else CASES[name][0]
    top = np.log(prior.upper) if prior.upper else 1500.0
    points = [-1500.0, -40.0, -5.0, 0.0, 5.0, 40.0, 1500.0]
    pieces = [(a, min(b, top)) for a, b in zip(points, points[1:], strict=False) if a < top]
    mass = sum(quad(lambda u: float(np.exp(prior.log_density(u))), *piece)[0] for piece in pieces)
    assert prior.proper
    assert mass == pytest.approx(1.0, abs=1e-7)  # quad's own target


def test_the_scale_of_dumouchel_is_the_root_of_the_harmonic_mean_of_the_variances():
    prior = priors.dumouchel(VI)
    s = np.sqrt(3.0 / np.sum(1.0 / np.array(VI)))
    tau = 0.7
    found = np.exp(prior.log_density(np.log(tau))) / tau
    assert found == pytest.approx(s / (s + tau) ** 2, rel=1e-13)
    assert prior.scale == pytest.approx(s, rel=1e-13)


def test_the_prior_of_jeffreys_is_the_root_of_the_information():
    tau = 0.7
    found = np.exp(priors.jeffreys(VI).log_density(np.array([np.log(tau)]))) / tau
    information = sum((tau / (v + tau**2)) ** 2 for v in VI)
    assert found[0] == pytest.approx(np.sqrt(information), rel=1e-13)
    assert not priors.jeffreys(VI).proper


def test_priors_say_what_they_are():
    assert priors.half_normal(0.5).name == "half-normal(0.5)"
    assert priors.uniform().name == "uniform"
    assert not priors.uniform().proper
    assert priors.normal(0.0, 2.0).name == "normal(0, 2)"
    assert priors.flat().name == "uniform"
    assert not priors.flat().proper


@pytest.mark.parametrize(
    "make",
    [
        lambda: priors.half_normal(0.0),
        lambda: priors.half_cauchy(-1.0),
        lambda: priors.half_t(0.0, 1.0),
        lambda: priors.log_t(5.0, 0.0, nan),
        lambda: priors.log_normal(0.0, inf),
        lambda: priors.uniform(0.0),
        lambda: priors.normal(nan, 1.0),
        lambda: priors.normal(0.0, 0.0),
        lambda: priors.dumouchel([]),
        lambda: priors.jeffreys([0.1, -1.0]),
    ],
)
def test_priors_that_are_none_are_refused(make):
    with pytest.raises(InputError):
        make()
