"""Multilevel meta-analysis: random intercepts of nested or crossed factors."""

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.dependence.climb import Task, maximise
from workflow.lib.stats.dependence.fit import Fit, assemble, check_options
from workflow.lib.stats.dependence.likelihood import Evaluation, Likelihood, covariance_of
from workflow.lib.stats.dependence.model import DependentModel
from workflow.lib.stats.dependence.settings import Settings

SMALL = 500  # estimates up to which the likelihood is climbed from several starts


def multilevel(model: DependentModel, factors, *, settings: Settings | None = None) -> Fit:
    """Return the fit of random intercepts for `factors` (of `nested` or `factor`).

    The variances maximise the (restricted) likelihood; a factor with a fixed sigma2 keeps it.
    Nested factors over a diagonal V take time and memory in proportion to k.

    Raises
    ------
    InputError
        For options that do not exist, factors of another length than yi, or two factors that
        group the rows alike (their variances cannot be told apart).
    NotEstimable
        If there are not more estimates than coefficients, or a factor has one level only.
    ConvergenceError
        If the likelihood has no maximum that can be found.
    """
    settings = settings or Settings()
    factors = tuple(factors)
    check_options(settings)
    check_factors(model, factors)
    evaluation = fitted(model, factors, restricted=settings.method == "REML")
    return assemble(model, factors, evaluation, settings)


def fitted(model: DependentModel, factors, *, restricted: bool, near=None) -> Evaluation:
    """Return the likelihood at its maximum; `near` (variances) starts the climb close to it."""
    likelihood = Likelihood(model, covariance_of(model, factors), restricted=restricted)
    floor = float(model.V.diagonal().min())
    task = Task(likelihood, tuple(f.sigma2 for f in factors), floor)
    return maximise(task, _starts(likelihood, len(factors)) if near is None else (near,))


def _starts(likelihood: Likelihood, n: int) -> list[np.ndarray]:
    """Variances to start from: moments split evenly, and for few estimates mostly one factor."""
    if n == 0:
        return [np.zeros(0)]
    model = likelihood.model
    spread = float(likelihood.y @ likelihood.y) / model.df
    v = model.V.diagonal()
    total = max(spread - float(v.mean()), 0.1 * float(np.median(v)), 0.01 * spread)
    even = np.full(n, total / n)
    starts = [even]
    if model.k <= SMALL:
        starts += [
            np.where(np.arange(n) == i, 0.95, 0.05 / max(1, n - 1)) * total for i in range(n)
        ]
        starts.append(0.01 * even)
    return starts


def check_factors(model: DependentModel, factors) -> None:
    """Refuse factors of another length and those that cannot be told apart.

    Raises
    ------
    InputError, NotEstimable
        As `multilevel`.
    """
    problems = [
        f"{f.name}: {len(f.codes)} rows, yi has {model.k}"
        for f in factors
        if len(f.codes) != model.k
    ]
    if not problems:
        free = [f for f in factors if f.sigma2 is None]
        single = [f.name for f in free if f.n_levels == 1]
        if single:
            raise NotEstimable(
                f"{', '.join(single)}: one level, whose variance cannot be told from the mean; "
                "leave it out, or fix sigma2"
            )
        for place, one in enumerate(free):
            problems += [
                f"{one.name} and {other.name} group the rows alike: leave one out"
                for other in free[place + 1 :]
                if _alike(one, other)
            ]
    if problems:
        raise InputError(problems)


def _alike(one, other) -> bool:
    """Whether two factors have the same groups of rows."""
    if one.n_levels != other.n_levels:
        return False
    target = np.empty(one.n_levels, dtype=np.intp)
    target[one.codes] = other.codes
    return np.array_equal(target[one.codes], other.codes)
