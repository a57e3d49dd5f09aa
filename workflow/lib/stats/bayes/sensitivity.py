"""How far the posterior moves with the prior of the heterogeneity."""

from dataclasses import dataclass
from math import exp

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.bayes.normal_normal import normal_normal
from workflow.lib.stats.bayes.priors import MuPrior, TauPrior

LARGEST_LOG = 700.0  # of a Bayes factor that a double can hold


@dataclass(frozen=True, slots=True)
class UnderPrior:
    """The posterior under one prior of tau: medians and central intervals."""

    name: str  # the prior
    mu: float  # median of the mean effect
    ci_lb: float
    ci_ub: float
    prob_mu: float  # probability that the mean effect is above the threshold
    pi_lb: float  # of the true effect in a new setting
    pi_ub: float
    tau: float  # median of the heterogeneity, a standard deviation
    tau_lb: float
    tau_ub: float
    bf_tau0: float | None  # Bayes factor of tau = 0 over tau > 0
    bf_mu0: float | None  # of mu = 0 over mu different from 0
    reasons: dict[str, str]  # why a Bayes factor is missing


@dataclass(frozen=True, slots=True)
class PriorSensitivity:
    """The posterior under each prior."""

    prior: tuple[UnderPrior, ...]
    mu_lowest: float
    mu_highest: float
    n_including_zero: int  # priors under which the interval of the mean includes zero
    tag: str
    reasons: dict[str, str]  # why a prior has no posterior


def prior_sensitivity(
    yi, vi, *, priors: list[TauPrior], mu_prior: MuPrior | None = None, level=95.0, threshold=0.0
) -> PriorSensitivity:
    """Return the posterior of a normal-normal model under each of `priors` (Röver 2020).

    yi and vi have shape (k,). A prior that gives no proper posterior is left out with its reason.

    Raises
    ------
    InputError
        For rows that no analysis can use, bad options, or a prior that is given twice.
    NotEstimable
        If no prior gives a posterior.
    """
    names = [prior.name for prior in priors]
    twice = [
        f"priors: {name} is given twice" for name in dict.fromkeys(names) if names.count(name) > 1
    ]
    if twice:
        raise InputError(twice)
    found, reasons = [], {}
    options = {"mu_prior": mu_prior, "level": level, "threshold": threshold}
    for prior in priors:
        try:
            model = normal_normal(yi, vi, tau_prior=prior, **options)
        except (NotEstimable, ConvergenceError) as error:
            reasons[prior.name] = str(error)
            continue
        found.append(_row(model))
    if not found:
        raise NotEstimable("; ".join(f"{name}: {why}" for name, why in reasons.items()))
    medians = [one.mu for one in found]
    return PriorSensitivity(
        tuple(found),
        min(medians),
        max(medians),
        sum(one.ci_lb <= 0.0 <= one.ci_ub for one in found),
        f"normal-normal, {len(found)} priors of tau, mu {(mu_prior or MuPrior()).name}, quadrature",
        reasons,
    )


def _row(model) -> UnderPrior:
    mu, new, tau = model.mu, model.prediction, model.tau
    return UnderPrior(
        model.tau_prior,
        **{"mu": mu.median, "ci_lb": mu.ci_lb, "ci_ub": mu.ci_ub, "prob_mu": model.prob_mu},
        **{"pi_lb": new.ci_lb, "pi_ub": new.ci_ub},
        **{"tau": tau.median, "tau_lb": tau.ci_lb, "tau_ub": tau.ci_ub},
        bf_tau0=_factor(model.log_bf_tau0),
        bf_mu0=_factor(model.log_bf_mu0),
        reasons=_reasons(model),
    )


def _factor(log_factor: float | None) -> float | None:
    """A Bayes factor, None where there is none or it is beyond a double."""
    if log_factor is None or log_factor > LARGEST_LOG:
        return None
    return exp(log_factor)


def _reasons(model) -> dict[str, str]:
    """Why a Bayes factor is missing."""
    found = {}
    for name in ("bf_tau0", "bf_mu0"):
        if _factor(getattr(model, f"log_{name}")) is None:
            found[name] = model.reasons.get(f"log_{name}", "beyond the numbers of a computer")
    return found
