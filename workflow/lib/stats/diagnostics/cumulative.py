"""Cumulative analyses: the result after each study, in the order in which the studies came."""

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.batch.estimators import ESTIMATORS
from workflow.lib.stats.batch.subsets import pool_subsets
from workflow.lib.stats.diagnostics.leave_one_out import fits_of
from workflow.lib.stats.diagnostics.series import Estimates, FitSeries, series_of
from workflow.lib.stats.numbers import as_labels
from workflow.lib.stats.student import check_test
from workflow.lib.stats.tau2 import check_method


def cumulative(
    model, *, order=None, collapse=False, method="REML", test="z", level=95.0
) -> FitSeries:
    """Return the fits to the first study, the first two, and so on to all.

    `order` is None (as given), "precision" (ascending vi) or a key of every study (k,), such as
    its year: studies are added by ascending key, ties as given. With `collapse` studies of
    equal keys are added in one step. `label` are the keys, or the rows counted from 0. A single
    study is tested by z with tau2 = 0.

    Raises
    ------
    InputError
        For an unknown method or test, a level outside (0, 100), keys that cannot be ordered.

    Notes
    -----
    With an intercept alone all fits are made together in O(k^2) operations; with moderators or
    user weights one at a time, and steps that do not determine all coefficients are None.
    """
    check_test(test, level)
    check_method(method, model.weights is not None)
    options = {"method": method, "test": test, "level": level}
    keys = _keys(model, order)
    rank = np.empty(model.k, dtype=int)
    by_key = sorted(range(model.k), key=lambda row: keys[row])  # stable
    rank[by_key] = np.arange(model.k)
    labels = [keys[row] for row in by_key] if order is not None else by_key
    ends = np.arange(model.k)
    if collapse and order is not None:
        last = [i for i in ends if i == model.k - 1 or labels[i] != labels[i + 1]]
        ends, labels = np.array(last), [labels[i] for i in last]
    include = rank <= ends[:, None]
    if model.weights is None and _is_mean(model) and method in ESTIMATORS:
        estimates = _pooled(model, include, options)
    else:
        estimates = fits_of(model, list(include), method, test)
    return series_of(estimates, labels, model.names, what="cumulative", options=options)


def _pooled(model, include: np.ndarray, options) -> Estimates:
    """Estimates of the means of the subsets in `include` (n, k), all at once."""
    found = pool_subsets(model.yi, model.vi, include, **options)
    alone = found.k == 1
    return Estimates(
        k=found.k,
        df=found.k - 1,
        tau2=np.where(alone, 0.0, found.tau2),
        beta=found.beta[:, None],
        se=found.se[:, None],
        QE=np.where(alone, 0.0, found.QE),
        I2=np.where(alone, 0.0, found.I2),
        H2=np.where(alone, 1.0, found.H2),
        reasons={j: found.reason[j] for j in np.flatnonzero(np.isnan(found.beta)).tolist()},
    )


def _is_mean(model) -> bool:
    """Whether the model is an intercept alone."""
    return model.p == 1 and bool((model.X == 1.0).all())


def _keys(model, order) -> list:
    """Key of every study, by which they are sorted."""
    if order is None:
        return list(range(model.k))
    if isinstance(order, str):
        if order != "precision":
            raise InputError([f"order {order!r}: must be 'precision', keys of the studies or None"])
        return model.vi.tolist()
    as_labels("order", order)
    keys = order.tolist() if isinstance(order, np.ndarray) else list(order)
    if len(keys) != model.k:
        raise InputError([f"order: there must be {model.k} keys, one for each study: {len(keys)}"])
    bad = [f"row {i}: order is {key}" for i, key in enumerate(keys) if _unordered(key, keys[0])]
    if bad:
        raise InputError(bad)
    return keys


def _unordered(key, first) -> bool:
    """Whether a key has no place among the others: of another kind."""
    numbers = isinstance(key, (int, float)) and isinstance(first, (int, float))
    return not (numbers or type(key) is type(first))
