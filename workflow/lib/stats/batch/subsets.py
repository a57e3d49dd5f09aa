"""Pooled effects of many subsets of one set of studies: universes, GOSH, leave-one-out."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.batch.fits import Options
from workflow.lib.stats.batch.pool import PooledGroups, check_rows, pool_arranged


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
    yi, vi, include = np.asarray(yi, dtype=float), np.asarray(vi, dtype=float), np.asarray(include)
    if include.dtype != bool or include.ndim != 2:
        raise InputError([f"include must be true or false, (m, K): {include.dtype}"])
    if yi.shape != vi.shape or yi.shape not in (include.shape, include.shape[1:]):
        raise InputError(
            [
                f"yi and vi must be (K,) or (m, K) for include {include.shape}: {yi.shape}, {vi.shape}"
            ]
        )
    used = include.any(axis=0) if yi.ndim == 1 else include
    check_rows(np.where(used, yi, 0.0), np.where(used, vi, 1.0))
    return pool_arranged(yi.ravel(), vi.ravel(), chosen(include, own=yi.ndim == 2), options)


def chosen(include: np.ndarray, *, own: bool = False) -> Chosen:
    """Arrange subsets (m, K); `own` says that each has effects of its own."""
    return Chosen(
        labels=np.arange(len(include)),
        include=include,
        sizes=include.sum(axis=1),
        width=include.shape[1] if own else 0,
    )
