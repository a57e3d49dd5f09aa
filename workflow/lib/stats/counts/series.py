"""Cumulative analyses of counts: the pool of the first tables, one more at a time."""

from collections.abc import Callable

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.counts.result import CountPool


def cumulative(tables, pool: Callable, *, order=None) -> tuple[CountPool, ...]:
    """Return the pools of the first 1, 2, ... k tables, in the order of the data or by `order` (k,).

    `pool` makes a pool of tables, as `peto` or a call of `mantel_haenszel` with its measure. Equal
    values of `order` keep the order of the data.

    Raises
    ------
    InputError
        For an `order` that is not one finite number per table; as `pool`.

    Notes
    -----
    Lau et al. (1992).
    """
    rows = np.arange(tables.k)
    if order is not None:
        values = np.asarray(order, dtype=float)
        if values.shape != rows.shape or not np.isfinite(values).all():
            raise InputError([f"order: needs {tables.k} finite numbers, one per table"])
        rows = np.argsort(values, kind="stable")
    return tuple(pool(tables.rows(rows[:size])) for size in range(1, tables.k + 1))
