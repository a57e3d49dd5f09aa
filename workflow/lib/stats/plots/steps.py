"""A cumulative analysis as steps: which study came in, and the pool of all that have (Lau et al. 1992)."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.stats.diagnostics.cumulative import cumulative
from workflow.lib.stats.regression.model import linear_model

PRECISION, EFFECT = "precision", "effect"


@dataclass(frozen=True, slots=True)
class Step:
    """The pool after one more study."""

    study: str
    key: str  # what it was ordered by, in words; empty for precision and effect
    k: int
    beta: float | None
    ci_lb: float | None
    ci_ub: float | None


def steps(pool, *, by) -> tuple[Step, ...]:
    """Return the pool after each study of an `examine.examined.Pool`.

    `by` is precision (the most precise first), effect (the smallest first) or a column of the
    studies, such as their year.

    Raises
    ------
    NotEstimable
        If a study has no value in the column.
    """
    if not pool.k:
        return ()
    keys = {PRECISION: pool.vi, EFFECT: pool.yi}.get(by)
    keys = list(pool.column(by)) if keys is None else keys.tolist()
    order = np.array(sorted(range(pool.k), key=lambda place: keys[place]))
    series = cumulative(linear_model(pool.yi[order], pool.vi[order]), **pool.model)
    told = ["" if by in (PRECISION, EFFECT) else _plain(keys[place]) for place in order]
    return tuple(
        Step(pool.studies[place], key, k, *(one[0] for one in limits))
        for place, key, k, *limits in zip(
            order, told, series.k, series.beta, series.ci_lb, series.ci_ub, strict=True
        )
    )


def _plain(key):
    """A key as a reader expects it: 1990, not 1990.0."""
    return f"{key:g}" if isinstance(key, float) else f"{key}"
