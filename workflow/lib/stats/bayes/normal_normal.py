"""The Bayesian random-effects meta-analysis: integrals instead of simulation, the same every time."""

from dataclasses import dataclass
from math import isfinite, log, sqrt

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.bayes.heterogeneity_posterior import TauPosterior
from workflow.lib.stats.bayes.interval import shortest
from workflow.lib.stats.bayes.likelihood import Conditional, Studies, studies
from workflow.lib.stats.bayes.mixture import Mixture, mixture
from workflow.lib.stats.bayes.priors import MuPrior, TauPrior, flat
from workflow.lib.stats.bayes.quadrature import Nodes, Target, integrate
from workflow.lib.stats.bayes.result import PROBABILITIES, BayesianModel, Posterior, Shrunken
from workflow.lib.stats.moments import effects_and_variances

NO_TAU = np.array([-1e4])  # log tau of tau = 0
HEAVY = "the tail of tau's posterior is too heavy: it needs more studies or a lighter prior"


@dataclass(frozen=True, slots=True)
class _Fit:
    """Data, priors and the nodes of the integral over tau."""

    data: Studies
    tau_prior: TauPrior
    mu_prior: MuPrior
    target: Target
    nodes: Nodes
    given: Conditional
    level: float

    @property
    def weights(self) -> np.ndarray:
        """Posterior mass of the nodes, (m,)."""
        return np.exp(self.nodes.log_weight)

    @property
    def tau2(self) -> np.ndarray:
        """Tau squared at the nodes, (m,)."""
        return np.exp(np.minimum(2.0 * self.nodes.log_tau, 400.0))

    def exists(self, power: int) -> bool:
        """Whether the posterior mean of tau to this power is finite."""
        return _has_moment(self.tau_prior, self.mu_prior, self.data.k, power)


def normal_normal(
    yi, vi, *, tau_prior: TauPrior, mu_prior: MuPrior | None = None, level=95.0, threshold=0.0
) -> BayesianModel:
    """Return the posterior of mu, tau, the true effects and a new one.

    yi ~ N(theta_i, vi), theta_i ~ N(mu, tau^2), with priors of tau and mu from
    `workflow.lib.stats.bayes.priors`; without `mu_prior` mu is uniform. yi and vi have shape (k,).
    Bayes factors need a proper prior of what they test; the marginal likelihood needs both.

    Raises
    ------
    InputError
        For rows that no analysis can use, a level outside (0, 100) or a threshold not finite.
    NotEstimable
        If there is no study, or the posterior cannot be normalised: an improper prior with too
        few studies.
    ConvergenceError
        If the integrals do not settle.

    Notes
    -----
    Given tau all posteriors are normal; over tau they are mixtures, integrated by quadrature
    (Rover 2020, J Stat Softw 93(6)).
    """
    mu_prior = mu_prior or flat()
    yi, vi = effects_and_variances(yi, vi)
    _check(level, threshold)
    _check_proper(tau_prior, mu_prior, len(yi))
    fit = _fit(studies(yi, vi, mu_prior), tau_prior, mu_prior, level)
    variance, threshold_off = fit.given.variance, threshold - fit.data.centre
    mu = mixture(fit.weights, fit.given.mean, variance)
    new = mixture(fit.weights, fit.given.mean, variance + fit.tau2)
    factors, reasons = _bayes_factors(fit)
    return BayesianModel(
        **{"tau_prior": tau_prior.name, "mu_prior": mu_prior.name, "level": level, "k": len(yi)},
        tau=_tau(fit),
        mu=_effect(fit, mu, variance, bounded=mu_prior.proper),
        prediction=_effect(fit, new, variance + fit.tau2, bounded=False),
        **{"threshold": threshold, "prob_mu": mu.above(threshold_off)},
        prob_prediction=new.above(threshold_off),
        shrinkage=_shrinkage(fit),
        **factors,
        **{"nodes": len(fit.nodes.x), "error": fit.nodes.error},
        tag=f"normal-normal, tau {tau_prior.name}, mu {mu_prior.name}, quadrature",
        reasons=reasons,
    )


def _check(level, threshold) -> None:
    """Refuse options outside their range."""
    bad = [] if 0.0 < level < 100.0 else [f"level {level}: must lie between 0 and 100 percent"]
    if not isfinite(threshold):
        bad.append(f"threshold {threshold}: must be finite")
    if bad:
        raise InputError(bad)


def _check_proper(tau_prior: TauPrior, mu_prior: MuPrior, k: int) -> None:
    """Refuse priors and data whose posterior has no finite mass."""
    if k == 0:
        raise NotEstimable("no study: the posterior would be the prior")
    if not tau_prior.proper and not _has_moment(tau_prior, mu_prior, k, 0):
        raise NotEstimable(
            f"the {tau_prior.name} prior of tau is improper, and {k} "
            f"{'study is' if k == 1 else 'studies are'} too few for a proper posterior: "
            "use a proper prior, for example half-normal"
        )


def _has_moment(tau_prior: TauPrior, mu_prior: MuPrior, k: int, power: int) -> bool:
    """Whether tau^power is integrable: the likelihood falls like tau^-k, uniform mu tau^(1-k)."""
    fall = tau_prior.tail + k - (0 if mu_prior.proper else 1) - power
    return fall > 1.0 or (fall == 1.0 and tau_prior.slow and power == 0)


def _fit(data: Studies, tau_prior: TauPrior, mu_prior: MuPrior, level: float) -> _Fit:
    """Nodes of the integral over tau, and what is known of mu at each."""
    vi_max = float(data.vi.max())

    def evaluate(u):
        given = data.at(u)
        shapes = (np.tanh(given.mean / sqrt(vi_max)) + 2.0, 1.0 / (1.0 + given.variance / vi_max))
        return tau_prior.log_density(u) + given.log_likelihood, np.array(shapes)

    target = Target(
        evaluate,
        tuple(q for q in (1, 2) if _has_moment(tau_prior, mu_prior, data.k, q)),
        _anchors(data, tau_prior),
        None if tau_prior.upper is None else log(tau_prior.upper),
    )
    nodes = integrate(target)
    return _Fit(data, tau_prior, mu_prior, target, nodes, data.at(nodes.log_tau), level)


def _anchors(data: Studies, tau_prior: TauPrior) -> tuple[float, ...]:
    """Log scales between which tau may lie: standard errors, the spread of the effects, the prior."""
    logs = [log(float(data.vi.min())) / 2.0, log(float(data.vi.max())) / 2.0]
    spread = float(np.abs(data.yi).max())
    if data.prior_sd is not None:
        spread = max(spread, abs(data.prior_mean))
    logs += [log(spread)] if spread > 0.0 else []
    return (*logs, log(tau_prior.scale)) if tau_prior.proper else tuple(logs)


def _tau(fit: _Fit) -> Posterior:
    """Posterior of tau."""
    distribution = TauPosterior(fit.nodes, fit.target)
    log_weight, u = fit.nodes.log_weight, fit.nodes.log_tau
    mean = float(np.exp(log_weight + u).sum()) if fit.exists(1) else None
    sd = None
    if fit.exists(2):
        sd = sqrt(float(fit.weights @ (np.exp(np.minimum(u, 300.0)) - mean) ** 2))
    ends = {"starts": True, "stops": fit.tau_prior.upper is not None}
    return _posterior(distribution, (mean, sd), fit.level, ends=ends)


def _effect(fit: _Fit, distribution: Mixture, variance: np.ndarray, *, bounded: bool) -> Posterior:
    """Posterior of mu or of a new effect; `bounded`: its moments exist whatever tau's are."""
    mean, sd = None, None
    if bounded or fit.exists(1):
        mean = float(fit.weights @ fit.given.mean)
    if bounded or fit.exists(2):
        sd = sqrt(float(fit.weights @ (variance + (fit.given.mean - mean) ** 2)))
    return _posterior(distribution, (mean, sd), fit.level, centre=fit.data.centre)


def _posterior(distribution, moments, level, *, centre=0.0, ends=None) -> Posterior:
    """The distribution in numbers; `centre` was taken from the effects."""
    share = level / 100.0
    tails = (0.5 - share / 2.0, 0.5 + share / 2.0)
    found = (distribution.quantiles(np.array([*tails, *PROBABILITIES])) + centre).tolist()
    lower, upper = shortest(distribution, share, **(ends or {}))
    mean, sd = moments
    return Posterior(
        **{"mean": None if mean is None else mean + centre, "sd": sd},
        **{"median": found[2 + PROBABILITIES.index(0.5)], "mode": distribution.mode() + centre},
        **{"ci_lb": found[0], "ci_ub": found[1]},
        **{"shortest_lb": lower + centre, "shortest_ub": upper + centre},
        quantiles=tuple(found[2:]),
        tag=f"{level:g} percent, central and shortest",
        reasons={name: HEAVY for name, x in zip(("mean", "sd"), moments, strict=True) if x is None},
    )


def _shrinkage(fit: _Fit) -> tuple[Shrunken, ...]:
    """Posterior of each study's true effect, drawn from its yi towards mu."""
    to_mu = fit.data.shares(fit.nodes.log_tau)
    means = fit.data.yi[:, None] + to_mu * (fit.given.mean - fit.data.yi[:, None])
    variances = (1.0 - to_mu) * fit.data.vi[:, None] + (to_mu * np.sqrt(fit.given.variance)) ** 2
    weights = fit.weights
    mean = means @ weights
    sd = np.sqrt((variances + (means - mean[:, None]) ** 2) @ weights)
    distribution = mixture(weights, means, variances)
    half = fit.level / 200.0
    columns = [distribution.quantiles(p) for p in (0.5, 0.5 - half, 0.5 + half)]
    shifted = [x + fit.data.centre for x in columns]
    rows = zip(mean + fit.data.centre, sd, *shifted, strict=True)
    return tuple(Shrunken(*map(float, row)) for row in rows)


def _bayes_factors(fit: _Fit) -> tuple[dict[str, float | None], dict[str, str]]:
    """Marginal likelihood and Bayes factors on the log scale, with reasons for those missing."""
    found = dict.fromkeys(("log_marginal", "log_bf_tau0", "log_bf_mu0"))
    reasons, log_integral = {}, fit.nodes.log_integral
    improper = [
        f"the prior of {name} is improper"
        for name, prior in (("tau", fit.tau_prior), ("mu", fit.mu_prior))
        if not prior.proper
    ]
    if improper:
        reasons["log_marginal"] = " and ".join(improper)
    else:
        found["log_marginal"] = log_integral
    if fit.tau_prior.proper:
        homogeneous = float(fit.data.at(NO_TAU).log_likelihood[0])
        found["log_bf_tau0"] = homogeneous - log_integral
    else:
        reasons["log_bf_tau0"] = improper[0]
    if fit.mu_prior.proper:
        found["log_bf_mu0"] = _log_integral_without_mu(fit) - log_integral
    else:
        reasons["log_bf_mu0"] = improper[-1]
    return found, reasons


def _log_integral_without_mu(fit: _Fit) -> float:
    """Log of the integral over tau of the likelihood at mu = 0."""
    offset = log(max(abs(fit.data.centre), np.exp(min(fit.target.anchors))))
    target = Target(
        lambda u: (
            fit.tau_prior.log_density(u) + fit.data.log_likelihood_of(0.0, u),
            np.empty((0, len(u))),
        ),
        (),
        (*fit.target.anchors, offset),
        fit.target.log_upper,
    )
    return integrate(target).log_integral
