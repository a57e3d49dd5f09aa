"""workflow/lib/stats/bayes/normal_normal.py against a published example, brute force and laws."""

from dataclasses import FrozenInstanceError
from math import nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.interpolate import CubicSpline

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.bayes import priors
from workflow.lib.stats.bayes.normal_normal import normal_normal
from workflow.lib.stats.bayes.result import PROBABILITIES

# Okumura H, Makiyama K, Uryu S. R de tanoshimu Bayes tokei nyumon. 2018, section 6.5: three
# measurements with standard errors, R package bayesmeta, Jeffreys prior of tau, mu uniform
OKUMURA = ([11.0, 13.0, 16.0], [1.0, 1.0, 4.0])
YI, VI = np.array([0.3, 0.9, -0.2]), np.array([0.04, 0.09, 0.25])
LAW = settings(database=None, deadline=None, derandomize=True, max_examples=15)
REL = 1e-9  # the quadrature aims at 1e-10


@pytest.fixture(scope="module")
def okumura():
    return normal_normal(*OKUMURA, tau_prior=priors.jeffreys(OKUMURA[1]))


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("mode", 1.39055194),
        ("median", 2.35487034),
        ("mean", 3.67647047),
        ("shortest_ub", 10.14895476),
    ],
)
def test_tau_of_a_published_example(okumura, name, published):
    # bayesmeta finds quantiles and modes to about 1e-6
    assert getattr(okumura.tau, name) == pytest.approx(published, rel=3e-6)


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("mode", 12.693292),
        ("median", 12.855986),
        ("mean", 12.980341),
        ("shortest_lb", 7.485701),
        ("shortest_ub", 18.955488),
    ],
)
def test_mu_of_a_published_example(okumura, name, published):
    # bayesmeta replaces the mixture over tau by one of few components (Rover & Friede 2017)
    assert getattr(okumura.mu, name) == pytest.approx(published, abs=2e-3)


def test_shrunken_effects_of_a_published_example(okumura):
    published = {
        "mean": (11.4133994, 12.9395931, 14.588030),
        "sd": (0.9927761, 0.9349359, 1.888808),
        "median": (11.4313117, 12.9298433, 14.439061),
    }
    for name, values in published.items():
        found = [getattr(study, name) for study in okumura.shrinkage]
        assert found == pytest.approx(values, abs=1e-3), name  # few components again


def test_the_published_sd_of_mu_is_that_of_a_truncated_integral(okumura):
    # with three studies, a uniform mu and this prior the density of tau falls like tau^-3:
    # its variance is infinite, and that of mu with it; bayesmeta prints NA and 3.947
    assert okumura.tau.sd is None
    assert okumura.mu.sd is None
    assert "tail" in okumura.mu.reasons["sd"]
    assert okumura.mu.mean is not None


def brute_force(tau_logpdf, mu_prior):
    """Joint posterior on a grid of log tau and mu, straight from the densities of yi."""
    u, mu = np.linspace(-25.0, 5.0, 1201)[:, None], np.linspace(-7.0, 7.0, 1401)[None, :]
    tau = np.exp(u)
    logs = tau_logpdf(tau) + u + stats.norm.logpdf(mu, *mu_prior)
    for y, v in zip(YI, VI, strict=True):
        logs = logs + stats.norm.logpdf(y, mu, np.sqrt(v + tau**2))
    cell = float((u[1] - u[0])[0] * (mu[0, 1] - mu[0, 0]))
    joint = np.exp(logs) * cell  # smooth, and 0 at the edges: the rule is exact to rounding
    return tau, mu, joint / joint.sum(), float(np.log(joint.sum()))


@pytest.fixture(scope="module")
def both():
    """Quadrature and brute force under a half-normal prior of tau and a normal one of mu."""
    fit = normal_normal(
        YI, VI, tau_prior=priors.half_normal(0.5), mu_prior=priors.normal(0.1, 0.8), threshold=0.2
    )
    return fit, brute_force(lambda t: stats.halfnorm.logpdf(t, scale=0.5), (0.1, 0.8))


def test_moments_agree_with_brute_force(both):
    fit, (tau, mu, joint, log_marginal) = both
    for found, x in ((fit.tau, tau), (fit.mu, mu)):
        mean = float((joint * x).sum())
        assert found.mean == pytest.approx(mean, rel=REL)
        assert found.sd == pytest.approx(sqrt((joint * (x - mean) ** 2).sum()), rel=REL)
    assert fit.prediction.mean == pytest.approx(fit.mu.mean, rel=1e-13)
    spread = float((joint * ((mu - fit.mu.mean) ** 2 + tau**2)).sum())
    assert fit.prediction.sd == pytest.approx(sqrt(spread), rel=REL)
    assert fit.log_marginal == pytest.approx(log_marginal, rel=REL)


def given_tau(tau, mu_prior):
    """Mean and variance of mu given tau, by hand."""
    mean, sd = mu_prior
    precision = sum(1.0 / (v + tau**2) for v in VI) + 1.0 / sd**2
    total = sum(y / (v + tau**2) for y, v in zip(YI, VI, strict=True)) + mean / sd**2
    return total / precision, 1.0 / precision


def test_shrunken_effects_agree_with_brute_force(both):
    fit, (tau, _, joint, _) = both
    tau, mass = tau[:, 0], joint.sum(axis=1)
    mu, variance_mu = given_tau(tau, (0.1, 0.8))
    for study, y, v in zip(fit.shrinkage, YI, VI, strict=True):
        share = v / (v + tau**2)
        centre, variance = (
            share * mu + (1.0 - share) * y,
            (1.0 - share) * v + share**2 * variance_mu,
        )
        mean = mass @ centre
        assert study.mean == pytest.approx(mean, rel=REL)
        assert study.sd == pytest.approx(sqrt(mass @ (variance + (centre - mean) ** 2)), rel=REL)
        for p, bound in ((0.5, study.median), (0.025, study.ci_lb), (0.975, study.ci_ub)):
            assert mass @ stats.norm.cdf((bound - centre) / np.sqrt(variance)) == pytest.approx(
                p, rel=REL
            )


def test_predictions_and_probabilities_agree_with_brute_force(both):
    fit, (tau, mu_grid, joint, _) = both
    tau, mass = tau[:, 0], joint.sum(axis=1)
    mu, variance = given_tau(tau, (0.1, 0.8))
    spread = np.sqrt(variance + tau**2)
    new = [mass @ stats.norm.cdf((x - mu) / spread) for x in fit.prediction.quantiles]
    assert new == pytest.approx(PROBABILITIES, rel=REL)
    assert fit.prob_prediction == pytest.approx(mass @ stats.norm.sf((0.2 - mu) / spread), rel=REL)
    below = cumulated(mu_grid[0], joint.sum(axis=0))(0.2)
    assert fit.prob_mu == pytest.approx(1.0 - below, rel=1e-7)  # the grid's spline
    mean, sd = mass @ mu, sqrt(mass @ (variance + (mu - mass @ mu) ** 2))
    assert (fit.mu.mean, fit.mu.sd) == pytest.approx((mean, sd), rel=REL)


def test_quantiles_and_intervals_agree_with_brute_force(both):
    fit, (tau, mu, joint, _) = both
    marginals = (
        (fit.tau, cumulated(np.log(tau[:, 0]), joint.sum(axis=1)), np.log),
        (fit.mu, cumulated(mu[0], joint.sum(axis=0)), np.asarray),
    )
    for posterior, mass, scale in marginals:
        # the grid's cumulated mass is a cubic spline through its cells
        assert mass(scale(posterior.quantiles)) == pytest.approx(PROBABILITIES, rel=1e-7)
        ends = np.maximum([posterior.shortest_lb, posterior.shortest_ub], -9.0)
        low, high = mass(scale(np.where((ends == 0.0), 1e-10, ends)))
        assert high - low == pytest.approx(0.95, rel=1e-7)


def cumulated(x, mass):
    """Distribution function of a density given on a fine grid."""
    return CubicSpline(x, mass / (x[1] - x[0])).antiderivative()


def test_bayes_factors_agree_with_brute_force(both):
    fit, (tau, _, _, log_marginal) = both
    covariance = np.diag(VI) + 0.8**2
    homogeneous = stats.multivariate_normal.logpdf(YI, np.full(3, 0.1), covariance)
    assert fit.log_bf_tau0 == pytest.approx(homogeneous - log_marginal, rel=REL)
    t = tau[:, 0]
    likelihood = np.prod(
        [stats.norm.pdf(y, 0.0, np.sqrt(v + t**2)) for y, v in zip(YI, VI, strict=True)], axis=0
    )
    at_zero = float((likelihood * stats.halfnorm.pdf(t, scale=0.5) * t).sum() * 0.025)
    assert fit.log_bf_mu0 == pytest.approx(np.log(at_zero) - log_marginal, rel=REL)


def test_without_heterogeneity_mu_is_normal_as_under_equal_effects():
    fit = normal_normal(
        YI, VI, tau_prior=priors.half_normal(1e-9), mu_prior=priors.normal(0.1, 0.8)
    )
    weights = np.append(1.0 / VI, 1.0 / 0.8**2)
    mean, sd = weights @ np.append(YI, 0.1) / weights.sum(), 1.0 / sqrt(weights.sum())
    assert (fit.mu.mean, fit.mu.sd) == pytest.approx((mean, sd), rel=1e-12)
    assert (fit.mu.median, fit.mu.mode) == pytest.approx((mean, mean), rel=1e-9)
    assert fit.mu.ci_ub == pytest.approx(stats.norm.ppf(0.975, mean, sd), rel=REL)
    assert fit.mu.shortest_lb == pytest.approx(stats.norm.ppf(0.025, mean, sd), rel=1e-6)
    assert fit.log_bf_tau0 == pytest.approx(0.0, abs=1e-12)


def test_one_study_with_a_uniform_mu_leaves_the_prior_of_tau_as_it_was():
    fit = normal_normal([0.3], [0.04], tau_prior=priors.half_cauchy(0.5))
    assert fit.tau.median == pytest.approx(0.5, rel=REL)
    assert fit.tau.quantiles[-1] == pytest.approx(stats.halfcauchy.ppf(0.975, scale=0.5), rel=REL)
    assert fit.tau.mode == 0.0
    assert fit.tau.mean is None
    assert fit.mu.median == pytest.approx(0.3, rel=1e-12)
    assert (fit.shrinkage[0].mean, fit.shrinkage[0].sd) == pytest.approx((0.3, 0.2), rel=1e-12)


PRIORS = {
    "half-normal": lambda s: priors.half_normal(0.5 * s),
    "half-Cauchy": lambda s: priors.half_cauchy(0.5 * s),
    "half-t": lambda s: priors.half_t(4.0, 0.5 * s),
    "log-t": lambda s: priors.log_t(5.0, -3.44 + 2.0 * np.log(s), 2.59),
    "log-normal": lambda s: priors.log_normal(-2.56 + 2.0 * np.log(s), 1.74),
    "uniform to 2": lambda s: priors.uniform(2.0 * s),
    "uniform": lambda s: priors.uniform(),
    "Jeffreys": lambda s: priors.jeffreys(VI * s * s),
    "DuMouchel": lambda s: priors.dumouchel(VI * s * s),
}


@pytest.mark.parametrize("name", PRIORS)
@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_another_unit_of_the_outcome_changes_the_unit_of_the_answer_alone(name, scale):
    make = PRIORS[name]
    one = normal_normal(YI, VI, tau_prior=make(1.0))
    other = normal_normal(YI * scale, VI * scale**2, tau_prior=make(scale))
    for field in ("tau", "mu", "prediction"):
        for part in ("mean", "sd", "median", "mode", "ci_lb", "ci_ub", "shortest_ub"):
            expected, found = (getattr(getattr(fit, field), part) for fit in (one, other))
            if expected is None:
                assert found is None
            else:
                assert found == pytest.approx(expected * scale, rel=1e-7, abs=1e-9 * scale), part
    if one.log_bf_tau0 is not None:
        assert other.log_bf_tau0 == pytest.approx(one.log_bf_tau0, rel=1e-7)


@LAW
@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(1e-3, 10.0)), min_size=1, max_size=6),
    st.floats(-1e4, 1e4),
)
def test_a_shift_of_the_effects_shifts_mu_and_leaves_tau(rows, shift):
    yi, vi = np.array(rows).T
    prior = priors.half_normal(0.5)
    one, other = (normal_normal(y, vi, tau_prior=prior) for y in (yi, yi + shift))
    assert other.tau.median == pytest.approx(one.tau.median, rel=1e-6)  # yi lose digits
    for name in ("mean", "median", "ci_lb", "shortest_ub"):
        assert getattr(other.mu, name) - shift == pytest.approx(getattr(one.mu, name), abs=1e-6)


@LAW
@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(1e-4, 100.0)), min_size=1, max_size=8),
    st.sampled_from(["half-normal", "half-Cauchy", "log-t", "uniform to 2", "DuMouchel"]),
)
def test_the_shortest_interval_is_not_longer_than_the_central_one(rows, name):
    yi, vi = np.array(rows).T
    prior = priors.dumouchel(vi) if name == "DuMouchel" else PRIORS[name](1.0)
    fit = normal_normal(yi, vi, tau_prior=prior)
    assert fit.error < 1e-10
    for posterior in (fit.tau, fit.mu, fit.prediction):
        central = posterior.ci_ub - posterior.ci_lb
        assert posterior.shortest_ub - posterior.shortest_lb <= central * (1.0 + 1e-9)
        assert list(posterior.quantiles) == sorted(posterior.quantiles)
    for study, y in zip(fit.shrinkage, yi, strict=True):
        low, high = sorted([y, fit.mu.median])
        slack = 0.5 * (fit.mu.ci_ub - fit.mu.ci_lb)
        assert low - slack <= study.mean <= high + slack


EDGES = {
    "equal effects": ([0.3] * 4, [0.04] * 4),
    "variance ratio 1e6": ([0.3, 0.5, -0.2], [1e-6, 1.0, 0.5]),
    "one huge outlier": ([0.3, 0.5, 0.2, 1e6], [0.04, 0.05, 0.03, 0.02]),
    "two studies": ([0.2, 0.5], [0.04, 0.05]),
    "equal variances": ([0.2, 0.5, 0.9], [0.04] * 3),
}


@pytest.mark.parametrize("name", EDGES)
def test_edges_are_answered(name):
    yi, vi = EDGES[name]
    for prior in (priors.half_normal(0.5), priors.half_cauchy(0.5)):
        fit = normal_normal(yi, vi, tau_prior=prior, mu_prior=priors.normal(0.0, 10.0))
        assert 0.0 <= fit.tau.ci_lb < fit.tau.median < fit.tau.ci_ub
        assert fit.mu.ci_lb < fit.mu.median < fit.mu.ci_ub
        assert fit.error < 1e-10
        assert fit.reasons == {}


def test_the_support_follows_an_outlier_that_the_prior_did_not_expect():
    yi, vi = EDGES["one huge outlier"]
    fit = normal_normal(yi, vi, tau_prior=priors.half_normal(1e-3))
    # the density of tau at its peak: k - 1 = 3 squares of the outlier against the prior
    assert 1e-3 < fit.tau.median < 1e6
    assert fit.tau.mode == pytest.approx(fit.tau.median, rel=0.01)


def test_a_prior_far_above_the_data_is_answered():
    wide = normal_normal(YI, VI, tau_prior=priors.half_normal(1e9))
    flat = normal_normal(YI, VI, tau_prior=priors.uniform())
    assert wide.tau.median == pytest.approx(flat.tau.median, rel=1e-6)  # the prior is level there


def test_a_prior_that_ends_below_the_heterogeneity_puts_tau_at_its_end():
    fit = normal_normal(
        [0.3, 5.0, 0.2, -7.0], [0.04, 0.05, 0.03, 0.1], tau_prior=priors.uniform(0.1)
    )
    assert fit.tau.mode == pytest.approx(0.1, rel=1e-9)
    assert fit.tau.shortest_ub == pytest.approx(0.1, rel=1e-9)
    assert fit.tau.shortest_lb == pytest.approx(fit.tau.quantiles[1], rel=REL)


def test_priors_of_mu_and_tau_that_both_contradict_the_data_are_answered():
    yi, vi = [5.3, 5.1, 5.4, 5.2], [1e-5, 2e-5, 5e-5, 2e-5]
    fit = normal_normal(yi, vi, tau_prior=priors.uniform(1e-3), mu_prior=priors.normal(0.0, 1e-2))
    assert fit.tau.ci_lb < fit.tau.median < 1e-3
    assert 0.0 < fit.mu.median < 5.1


@pytest.mark.parametrize(
    ("k", "prior", "mu_prior", "proper"),
    [
        (1, "uniform", priors.flat(), False),
        (2, "uniform", priors.flat(), False),
        (3, "uniform", priors.flat(), True),
        (1, "uniform", priors.normal(0.0, 1.0), False),
        (2, "uniform", priors.normal(0.0, 1.0), True),
        (1, "Jeffreys", priors.flat(), False),
        (2, "Jeffreys", priors.flat(), True),
        (1, "Jeffreys", priors.normal(0.0, 1.0), True),
    ],
)
def test_improper_priors_need_enough_studies(k, prior, mu_prior, proper):
    made = priors.uniform() if prior == "uniform" else priors.jeffreys(VI[:k])
    if proper:
        fit = normal_normal(YI[:k], VI[:k], tau_prior=made, mu_prior=mu_prior)
        assert fit.log_marginal is None
        assert fit.log_bf_tau0 is None
        assert "prior of tau is improper" in fit.reasons["log_bf_tau0"]
        assert (fit.log_bf_mu0 is None) is not mu_prior.proper
    else:
        with pytest.raises(NotEstimable, match="too few for a proper posterior"):
            normal_normal(YI[:k], VI[:k], tau_prior=made, mu_prior=mu_prior)


def test_no_study_has_no_posterior():
    with pytest.raises(NotEstimable, match="no study"):
        normal_normal([], [], tau_prior=priors.half_normal(0.5))


@pytest.mark.parametrize(
    ("yi", "vi", "options", "message"),
    [
        ([0.1, nan], [0.1, 0.1], {}, "row 1: yi is nan"),
        ([0.1, 0.2], [0.1, 0.0], {}, "row 1: vi is 0.0"),
        ([0.1], [0.1], {"level": 100.0}, "level 100.0"),
        ([0.1], [0.1], {"threshold": nan}, "threshold nan"),
    ],
)
def test_impossible_input_is_refused(yi, vi, options, message):
    with pytest.raises(InputError, match=message):
        normal_normal(yi, vi, tau_prior=priors.half_normal(0.5), **options)


def test_the_answer_is_the_same_every_time_and_cannot_be_changed():
    one, other = (normal_normal(YI, VI, tau_prior=priors.half_normal(0.5)) for _ in range(2))
    assert one == other
    with pytest.raises(FrozenInstanceError):
        one.k = 4
