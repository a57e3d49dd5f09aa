"""Pooled effects of many subsets of one set of studies: universes, GOSH, leave-one-out."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.batch.fits import Options
from workflow.lib.stats.batch.pool import PooledGroups, check_rows, pool_arranged
from workflow.lib.stats.numbers import as_columns

YES_OR_NO = (bool, np.bool_)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Studies of each subset, found block by block: the whole list would be long."""

    labels: np.ndarray  # (m,)
    include: np.ndarray  # (m, K), bool
    sizes: np.ndarray  # (m,)
    width: int  # distance of subsets in the flattened effects: K, or 0 if they share them

    def place(self, groups: np.ndarray, longest: int) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the rows of `groups` as (longest, groups), and which of them do not exist."""
        sizes, step = self.sizes[groups], np.arange(longest)[:, None]
        rows = np.nonzero(self.include[groups])[1]
        if self.width:
            rows = rows + np.repeat(self.width * groups, sizes)
        missing = step >= sizes
        at = (np.cumsum(sizes) - sizes) + np.where(missing, 0, step)
        return rows.take(at), (missing if missing.any() else None)


def pool_subsets(yi, vi, include, *, method="REML", test="adhoc", level=95.0) -> PooledGroups:
    """Return the pooled effect of each of m subsets of K studies; `group` counts them from 0.

    `include` (m, K), bool, says which studies a subset has. `yi` and `vi` have shape (K,), or
    (m, K) where each subset has effects of its own; what is not included is not looked at. An
    empty subset has k = 0 and its reason.

    Raises
    ------
    InputError
        As `pool_groups`; rows are studies, or pairs of subset and study.
    """
    options = Options(method, test, level)
    (yi, vi), include = as_columns(yi=yi, vi=vi), _included(include)
    if yi.shape != vi.shape or yi.shape not in (include.shape, include.shape[1:]):
        raise InputError(
            [
                f"yi and vi must be (K,) or (m, K) for include {include.shape}: {yi.shape}, {vi.shape}"
            ]
        )
    used = include.any(axis=0) if yi.ndim == 1 else include
    check_rows(np.where(used, yi, 0.0), np.where(used, vi, 1.0))
    return pool_arranged(yi.ravel(), vi.ravel(), chosen(include, own=yi.ndim == 2), options)


def _included(include) -> np.ndarray:
    """Which studies the subsets have, as (m, K) of bool; names the rows that say something else."""
    if isinstance(include, np.ndarray) and include.dtype == bool and include.ndim == 2:
        return include
    rows = list(include) if hasattr(include, "__len__") else [include]
    widths = {len(row) if hasattr(row, "__len__") else None for row in rows}
    if len(widths) > 1 or None in widths:
        raise InputError(["include must have one row per subset, with as many cells as studies"])
    bad = [i for i, row in enumerate(rows) if not all(isinstance(x, YES_OR_NO) for x in row)]
    if bad:
        raise InputError([f"row {i}: include must be true or false" for i in bad])
    return np.array(rows, dtype=bool).reshape(len(rows), *widths or (0,))


def chosen(include: np.ndarray, *, own: bool = False) -> Chosen:
    """Arrange subsets (m, K); `own` says that each has effects of its own."""
    return Chosen(
        labels=np.arange(len(include)),
        include=include,
        sizes=include.sum(axis=1),
        width=include.shape[1] if own else 0,
    )
