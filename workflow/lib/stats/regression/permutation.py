"""Permutation tests of a meta-regression, exact or by Monte Carlo, and intervals from them."""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.regression.fit import Regression, fit_linear
from workflow.lib.stats.regression.model import LinearModel
from workflow.lib.stats.regression.refit import ELEMENTS, Variants, statistics

TIE = 1.5e-8  # statistics that differ by less are equal: rounding must not decide
MOST = 1_000_000  # permutations at once
BISECTIONS = 60
WIDEST = 40  # doublings of the step that looks for a bound


@dataclass(frozen=True, slots=True)
class Permutations:
    """Which permutations are used: all if `exact` or if there are no more than `iterations`."""

    iterations: int = 1000  # of Monte Carlo, the observed order among them
    seed: int | None = None  # needed by Monte Carlo
    exact: bool = False


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """Permutation p values; tuples run over the coefficients in the order of `names`."""

    method: str
    test: str
    names: tuple[str, ...]
    kind: str  # "sign flips" (intercept only) or "row permutations of X"
    exact: bool
    n_perm: int  # the observed order included
    seed: int | None  # None if exact
    stat: tuple[float | None, ...]  # observed z or t
    pval: tuple[float, ...]  # share of permutations with |stat| at least the observed one
    QM: float | None  # observed
    QMp: float
    tag: str


@dataclass(frozen=True, slots=True)
class PermutationInterval:
    """Interval of one coefficient: the values that the permutation test does not reject."""

    name: str
    level: float  # percent
    ci_lb: float | None
    ci_ub: float | None
    n_perm: int
    tag: str
    reason: str  # why a bound is None; empty if none is


def permutation_test(
    model: LinearModel, *, method="REML", test="z", permutations=None
) -> PermutationTest:
    """Return permutation p values of the coefficients of `model` and of QM.

    An intercept alone is tested by flipping the signs of the effects; with moderators the rows
    of X are exchanged. With a seed the same permutations are drawn on every machine.

    Raises
    ------
    InputError
        For more than MOST permutations, Monte Carlo without a seed, a method that has no fast
        fit here; as `fit_linear` otherwise.

    Notes
    -----
    Follmann & Proschan (1999); Higgins & Thompson (2004). tau2 is estimated anew for every
    permutation. Two-sided: |statistic| at least as large as observed.
    """
    options = permutations or Permutations()
    fit = fit_linear(model, method=method, test=test)
    orders, exact = _orders(model, options)
    stats, wald = _statistics(model, orders, (method, test), list(fit.tested))
    kind = _kind(model)
    seed = None if exact else options.seed
    how = "all" if exact else f"{len(stats)} of the (seed {seed})"
    return PermutationTest(
        **{"method": method, "test": test, "names": model.names, "kind": kind},
        **{"exact": exact, "n_perm": len(stats), "seed": seed},
        **{"stat": fit.stat, "pval": tuple(_share(np.abs(stats)).tolist())},
        **{"QM": fit.QM, "QMp": float(_share(wald))},
        tag=f"{method}, {test}; {how} {kind}, {len(stats)} in all",
    )


def permutation_intervals(
    model: LinearModel, *, method="REML", test="z", level=95.0, permutations=None
) -> tuple[PermutationInterval, ...]:
    """Return the interval of each coefficient that inverts the permutation test.

    A bound is None with its reason where too few permutations exist to reject any value at this
    level, or where none is rejected however far away.

    Notes
    -----
    The effects less c times the coefficient's column are tested for every c (Garthwaite 1996);
    the bounds are where the p value falls to 1 - level / 100, to 1e-9 of the standard error.
    """
    options = permutations or Permutations()
    fit = fit_linear(model, method=method, test=test, level=level)
    orders, exact = _orders(model, options)
    tag = f"{method}, {test}; {'all' if exact else 'random'} {_kind(model)}, {len(orders)} in all"
    found = []
    for place, name in enumerate(model.names):
        pvalue = _pvalue_at(model, orders, place, (method, test))
        low, high = (_bound(fit, place, side, pvalue, 1.0 - level / 100.0) for side in (-1, 1))
        reason = "" if None not in (low, high) else f"{len(orders)} permutations are too few"
        found.append(PermutationInterval(name, level, low, high, len(orders), tag, reason))
    return tuple(found)


def _kind(model: LinearModel) -> str:
    """What is exchanged."""
    only = model.p == 1 and bool((model.X == 1.0).all())
    return "sign flips" if only else "row permutations of X"


def _orders(model: LinearModel, options: Permutations) -> tuple[np.ndarray, bool]:
    """Signs (n, k) or row numbers (n, k), the observed order first; whether these are all."""
    if model.weights is not None:
        raise InputError(["permutation tests are not offered for user weights"])
    if options.iterations < 1:
        raise InputError([f"iterations {options.iterations}: must be 1 or more"])
    flips = _kind(model) == "sign flips"
    groups = None if flips else np.unique(model.X, axis=0, return_inverse=True)[1].ravel()
    count = 2**model.k if flips else _arrangements(groups)
    if options.exact or count <= options.iterations:
        if count > MOST:
            raise InputError([f"{count} permutations are too many: use Monte Carlo, with a seed"])
        return (_all_signs(model.k) if flips else _all_orders(groups)), True
    if options.iterations > MOST:
        raise InputError([f"iterations {options.iterations}: at most {MOST}"])
    if options.seed is None:
        raise InputError([f"{count} permutations: Monte Carlo needs a seed"])
    return _random_orders(model.k, flips, options), False


def _random_orders(k: int, flips: bool, options: Permutations) -> np.ndarray:
    """Drawn signs or row numbers, the observed order first."""
    rng = np.random.default_rng(options.seed)
    shape = (options.iterations, k)
    if flips:
        drawn = rng.choice(np.array([-1.0, 1.0]), size=shape)
        drawn[0] = 1.0
        return drawn
    drawn = rng.permuted(np.tile(np.arange(k), (options.iterations, 1)), axis=1)
    drawn[0] = np.arange(k)
    return drawn


def _arrangements(groups) -> int:
    """Number of different orders of rows that fall into groups of equal ones."""
    left, count = len(groups), 1
    for size in np.bincount(groups).tolist():
        count *= comb(left, size)
        left -= size
    return count


def _all_signs(k: int) -> np.ndarray:
    """All sign patterns, (2^k, k), the observed one first."""
    bits = np.arange(2**k)[:, None] >> np.arange(k)
    return (1 - 2 * (bits & 1)).astype(np.int8)


def _all_orders(groups) -> np.ndarray:
    """Row numbers of all different orders, (n, k), the observed one first."""
    k = len(groups)
    free, orders = np.arange(k, dtype=np.int16)[None, :], np.zeros((1, k), dtype=np.int16)
    for group in range(int(groups.max()) + 1):
        members = np.flatnonzero(groups == group)
        picks = np.array(list(combinations(range(free.shape[1]), len(members))))
        rest = np.array([np.setdiff1d(range(free.shape[1]), pick) for pick in picks], dtype=int)
        places = free[:, picks].reshape(-1, len(members))
        orders = np.repeat(orders, len(picks), axis=0)
        np.put_along_axis(orders, places, np.tile(members, (len(places), 1)), axis=1)
        free = free[:, rest].reshape(len(places), -1)
    first = np.flatnonzero((groups[orders] == groups).all(axis=1))
    return np.concatenate([orders[first], np.delete(orders, first, axis=0)])


def _statistics(model, orders, how, tested, yi=None):
    """Statistics of the coefficients and of `tested` together under every order, in blocks."""
    yi = model.yi if yi is None else yi
    size = max(1, ELEMENTS // (model.k * model.p))
    found = []
    for i in range(0, len(orders), size):
        part = orders[i : i + size]
        if _kind(model) == "sign flips":
            y, X = part * yi, np.broadcast_to(model.X, (*part.shape, 1))
        else:
            y, X = np.broadcast_to(yi, part.shape), model.X[part]
        found.append(statistics(Variants(y, model.vi, X), *how, tested))
    return tuple(np.concatenate(x) for x in zip(*found, strict=True))


def _share(sizes: np.ndarray):
    """Share of the permutations at least as large as the first, (n, ...) -> (...)."""
    observed = sizes[0]
    slack = TIE * np.maximum(1.0, np.where(np.isfinite(observed), observed, 0.0))
    return (sizes >= observed - slack).mean(axis=0)


def _pvalue_at(model, orders, place, how):
    """Function that gives the p value of the hypothesis that a coefficient is c."""

    def pvalue(c: float) -> float:
        stats, _ = _statistics(model, orders, how, [place], model.yi - c * model.X[:, place])
        return float(_share(np.abs(stats[:, place])))

    return pvalue


def _bound(fit: Regression, place: int, side: int, pvalue, alpha: float) -> float | None:
    """Where the p value falls to `alpha` on one side of the estimate; None if it does not."""
    inside, step = fit.beta[place], max(fit.se[place], 1e-12)
    for _ in range(WIDEST):
        outside = fit.beta[place] + side * step
        if pvalue(outside) <= alpha:
            break
        inside, step = outside, 2.0 * step
        if step > 1e6 * max(fit.se[place], 1e-12):
            return None
    for _ in range(BISECTIONS):
        if abs(outside - inside) <= 1e-9 * max(fit.se[place], 1e-12):
            break
        middle = 0.5 * (inside + outside)
        inside, outside = (inside, middle) if pvalue(middle) <= alpha else (middle, outside)
    return 0.5 * (inside + outside)
