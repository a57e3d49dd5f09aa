"""Other estimates of the same pool, by the names that a review uses."""

from dataclasses import dataclass

from workflow.lib.errors import ConvergenceError, NotEstimable
from workflow.lib.stats.alternatives.henmi_copas import henmi_copas
from workflow.lib.stats.alternatives.robust_mean import ivhet, unweighted
from workflow.lib.stats.bayes import priors
from workflow.lib.stats.bayes.normal_normal import normal_normal
from workflow.lib.stats.examine.examined import Procedure
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.fit_statistics import FitStatistics, fit_statistics
from workflow.lib.stats.regression.intervals import HeterogeneityInterval, tau2_interval
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.predict import predict

METHODS = ("EE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM")
INTERVALS = ("QP", "GENQ", "PL", "HT", "Wald", "Wald.log", "Wald.sqrt")
PREDICTIONS = {  # name -> test of the fit, distribution of the quantile
    "normal_tau_only": ("z", "simple"),
    "normal": ("z", "default"),
    "wald_t_k_1": ("z", "t"),
    "wald_t_k_2": ("z", "riley"),
    "knha_t_k_1": ("knha", "default"),
    "knha_t_k_2": ("knha", "riley"),
    "adhoc_t_k_1": ("adhoc", "default"),
    "adhoc_t_k_2": ("adhoc", "riley"),
}


@dataclass(frozen=True, slots=True)
class Estimates:
    """The pool under each estimator of tau2; what does not converge is in `reasons`."""

    pool: tuple["Estimate", ...]
    tag: str
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The pool under one estimator."""

    method: str
    beta: float | None
    ci_lb: float | None
    ci_ub: float | None
    pval: float | None
    tau2: float | None
    I2: float | None  # percent


@dataclass(frozen=True, slots=True)
class Named:
    """One of several answers, under its name."""

    name: str
    pi_lb: float | None
    pi_ub: float | None


@dataclass(frozen=True, slots=True)
class Predictions:
    """Prediction intervals by test and distribution."""

    interval: tuple[Named, ...]
    tag: str


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals of tau2 by type."""

    QP: HeterogeneityInterval | None
    GENQ: HeterogeneityInterval | None
    PL: HeterogeneityInterval | None
    HT: HeterogeneityInterval | None
    Wald: HeterogeneityInterval | None
    Wald_log: HeterogeneityInterval | None
    Wald_sqrt: HeterogeneityInterval | None
    tag: str
    reasons: dict[str, str]  # why a type has no interval


@dataclass(frozen=True, slots=True)
class Statistics:
    """Likelihoods and information criteria of the pool."""

    ML: FitStatistics | None
    REML: FitStatistics | None
    tag: str


def _fit(pool, test: str | None = None, weights=None):
    model = linear_model(pool.yi, pool.vi, weights=weights)
    options = pool.model | ({"test": test} if test else {})
    return model, fit_linear(model, **options)


def _estimators(pool):
    """The pool by every estimator that needs no weights."""
    found, reasons = [], {}
    for method in METHODS:
        try:
            fit = random_effects(pool.yi, pool.vi, **pool.model | {"method": method})
        except (NotEstimable, ConvergenceError) as error:
            reasons[method] = str(error)
            continue
        shown = ("beta", "ci_lb", "ci_ub", "pval", "tau2", "I2")
        found.append(Estimate(method, *(getattr(fit, name) for name in shown)))
    return Estimates(tuple(found), f"{len(found)} estimators of tau2, {pool.test}", reasons)


def _predictions(pool):
    """Every prediction interval that is in use, named by its test and its distribution."""
    found = []
    for name, (test, distribution) in PREDICTIONS.items():
        model, fit = _fit(pool, test)
        one = predict(model, fit, distribution=distribution)
        bounds = (None if b is None else b[0] for b in (one.pi_lb, one.pi_ub))
        found.append(Named(name, *bounds))
    return Predictions(tuple(found), f"{pool.method}, {len(found)} prediction intervals")


def _intervals(pool, *, by=None):
    """Every interval of tau2; that of the generalised Q with own weights, if `by` names them."""
    model, fit = _fit(pool, weights=None if by is None else pool.numbers(by))
    found, reasons = {}, {}
    for kind in INTERVALS:
        name = kind.replace(".", "_")
        try:
            found[name] = tau2_interval(model, fit, type=kind)
        except (NotEstimable, ConvergenceError) as error:
            found[name], reasons[name] = None, str(error)
    return Intervals(**found, tag=f"intervals of tau2, {pool.method}", reasons=reasons)


def _statistics(pool):
    found = fit_statistics(*_fit(pool))
    return Statistics(found.get("ML"), found.get("REML"), f"fit statistics, {pool.method}")


def _henmi_copas(pool):
    return henmi_copas(pool.yi, pool.vi, level=pool.level)


def _ivhet(pool):
    return ivhet(pool.yi, pool.vi, level=pool.level)


def _unweighted(pool):
    return unweighted(pool.yi, pool.vi, method=pool.method, level=pool.level)


def _weighted(pool, *, by, method=None):
    """The mean with weights of the reviewer's own, from a column of the studies.

    GENQ and GENQM estimate tau2 with these weights too; without a method it is the analysis's.
    """
    model = linear_model(pool.yi, pool.vi, weights=pool.numbers(by))
    return fit_linear(model, **pool.model | ({"method": method} if method else {}))


def _bayes(pool, *, tau_prior, mu_prior=None, threshold=0.0):
    """The posterior under the priors that config.yaml names; mu is uniform without a prior."""
    wanted = dict(tau_prior)
    prior = priors.FAMILIES[wanted.pop("family")](**wanted)
    mu = None if mu_prior is None else priors.normal(mu_prior["mean"], mu_prior["sd"])
    options = {"level": pool.level, "threshold": threshold}
    return normal_normal(pool.yi, pool.vi, tau_prior=prior, mu_prior=mu, **options)


ESTIMATES = (
    Procedure("estimators", "Estimators of tau2", _estimators, "Viechtbauer 2005"),
    Procedure("predictions", "Prediction intervals", _predictions, "Partlett & Riley 2017"),
    Procedure("tau2_intervals", "Intervals of tau2", _intervals, "Viechtbauer 2007"),
    Procedure("fit_statistics", "Fit statistics", _statistics, "Burnham & Anderson 2002"),
    Procedure("henmi_copas", "Henmi-Copas", _henmi_copas, "Henmi & Copas 2010"),
    Procedure("ivhet", "Inverse variance heterogeneity", _ivhet, "Doi et al. 2015"),
    Procedure("unweighted", "Unweighted mean", _unweighted, "Bonett 2009"),
    Procedure("weighted", "Mean with own weights", _weighted, "Viechtbauer 2010"),
    Procedure("bayes", "Bayesian random-effects model", _bayes, "Röver 2020"),
)
