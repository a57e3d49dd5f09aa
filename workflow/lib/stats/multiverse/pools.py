"""The pool of every universe of a grid: one vectorised call for each way of pooling."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from workflow.lib.errors import ConvergenceError, NotEstimable
from workflow.lib.stats.batch.subsets import pool_subsets
from workflow.lib.stats.bayes import priors
from workflow.lib.stats.bayes.normal_normal import normal_normal

NONE = "none"
FIELDS = (
    *("beta", "se", "stat", "pval", "ci_lb", "ci_ub", "pi_lb", "pi_ub", "tau2", "I2", "QE"),
    "QEp",
)


@dataclass(frozen=True, slots=True)
class Effects:
    """Effect sizes of m ways to prepare the data, K studies each; NaN where a study has none."""

    yi: np.ndarray  # (m, K)
    vi: np.ndarray  # (m, K)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of pooling; with a prior the model is Bayesian, and method and test are not used."""

    method: str
    test: str
    level: float  # percent
    prior: tuple = ()  # (family, ((option, value), ...)) of the prior of tau


@dataclass(frozen=True, slots=True)
class Pools:
    """n universes, each pooled."""

    k: np.ndarray  # (n,) studies
    values: dict[str, np.ndarray]  # FIELDS -> (n,); NaN where there is none
    reason: np.ndarray  # (n,) texts; empty where the pool has an answer

    @property
    def answered(self) -> np.ndarray:
        """Which universes have an estimate, (n,)."""
        return np.isfinite(self.values["beta"])


def ways_of(methods, tests, levels, prior_options) -> list[Way]:
    """Every Way, the last argument varying fastest; a prior is `none` or its family with its options."""
    return [
        Way(method, test, float(level), () if prior == NONE else _prior(prior))
        for method, test, level, prior in product(methods, tests, levels, prior_options)
    ]


def _prior(declared):
    """(family, options) of a prior as config.yaml declares it."""
    options = {name: value for name, value in declared.items() if name != "family"}
    return declared["family"], tuple(sorted(options.items()))


def pool_universes(effects: Effects, ways, data: np.ndarray, way: np.ndarray) -> Pools:
    """The Pools of n universes.

    `data` (n,) is the row of `effects` of each universe, `way` (n,) the place in `ways` of how it
    is pooled. A pool of one study is that study with its Wald interval; one of none has a reason.

    Notes
    -----
    The answers are those of `pooling.random_effects`, to its own precision. With a prior beta is
    the posterior mean of mu, se its standard deviation, the interval central, pi that of a new
    true effect and tau2 the squared posterior median of tau (Rover 2020).
    """
    n, here = len(data), np.isfinite(effects.yi) & np.isfinite(effects.vi)
    yi, vi = (np.where(here, x, 0.0 if x is effects.yi else 1.0) for x in (effects.yi, effects.vi))
    values = {name: np.full(n, np.nan) for name in FIELDS}
    reason = np.full(n, "", dtype=object)
    for place, one in enumerate(ways):
        own = np.flatnonzero(way == place)
        if not len(own):
            continue
        rows, back = np.unique(data[own], return_inverse=True)
        pool = _bayesian if one.prior else _frequentist
        found, why = pool(yi[rows], vi[rows], here[rows], one)
        for name in FIELDS:
            values[name][own] = found[name][back]
        reason[own] = why[back]
    return Pools(here.sum(axis=1)[data], values, reason)


def _frequentist(yi, vi, here, way):
    """(values by field, reasons) of all rows at once."""
    pool = pool_subsets(yi, vi, here, method=way.method, test=way.test, level=way.level)
    return {name: np.asarray(getattr(pool, name), dtype=float) for name in FIELDS}, pool.reason


def _bayesian(yi, vi, here, way):
    """(values by field, reasons), row by row: each is an integral of its own."""
    values = {name: np.full(len(yi), np.nan) for name in FIELDS}
    reason = np.full(len(yi), "", dtype=object)
    family, options = way.prior
    prior = priors.FAMILIES[family](**dict(options))
    for row, own in enumerate(here):
        try:
            model = normal_normal(yi[row, own], vi[row, own], tau_prior=prior, level=way.level)
        except (NotEstimable, ConvergenceError) as error:
            reason[row] = str(error)
            continue
        mu, new = model.mu, model.prediction
        found = {"beta": mu.mean, "se": mu.sd, "ci_lb": mu.ci_lb, "ci_ub": mu.ci_ub}
        found |= {"pi_lb": new.ci_lb, "pi_ub": new.ci_ub, "tau2": model.tau.median**2}
        for name, value in found.items():
            values[name][row] = np.nan if value is None else value
        if mu.mean is None:
            reason[row] = mu.reasons.get("mean", "the posterior has no mean")
    return values, reason
