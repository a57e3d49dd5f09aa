"""What a Bayesian meta-analysis returns: posteriors, shrunken effects, Bayes factors."""

from dataclasses import dataclass

PROBABILITIES = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)  # of the quantiles that are listed


@dataclass(frozen=True, slots=True)
class Posterior:
    """A distribution in numbers; mean and sd are None where they are infinite."""

    mean: float | None
    sd: float | None
    median: float
    mode: float
    ci_lb: float  # central interval: equal tails
    ci_ub: float
    shortest_lb: float  # shortest interval of the same probability
    shortest_ub: float
    quantiles: tuple[float, ...]  # at PROBABILITIES
    tag: str  # "95 percent, central and shortest"
    reasons: dict[str, str]  # why a field is None


@dataclass(frozen=True, slots=True)
class Shrunken:
    """Posterior of the true effect of one study, with its central interval."""

    mean: float
    sd: float
    median: float
    ci_lb: float
    ci_ub: float


@dataclass(frozen=True, slots=True)
class BayesianModel:
    """Posterior of the normal-normal hierarchical model; mu and effects on the scale of yi."""

    tau_prior: str
    mu_prior: str
    level: float  # of all intervals, percent
    k: int
    tau: Posterior  # standard deviation of the true effects
    mu: Posterior  # their mean
    prediction: Posterior  # true effect in a new setting
    threshold: float
    prob_mu: float  # posterior probability that mu is above the threshold
    prob_prediction: float  # that a new true effect is
    shrinkage: tuple[Shrunken, ...]  # one per study
    log_marginal: float | None  # natural log of the marginal likelihood
    log_bf_tau0: float | None  # natural log of the Bayes factor of tau = 0 over tau > 0
    log_bf_mu0: float | None  # of mu = 0 over mu different from 0
    nodes: int  # of the integral over tau
    error: float  # relative change of the integrals at the last doubling of the nodes
    tag: str
    reasons: dict[str, str]  # why a field is None
