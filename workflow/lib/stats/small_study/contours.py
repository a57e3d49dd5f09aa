"""Limits of contour-enhanced funnel plots: the effects that reach a p value at a standard error."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.numbers import as_list
from workflow.lib.stats.student import quantile


@dataclass(frozen=True, slots=True)
class Contour:
    """One point of a contour: effects between the limits have a p value above `p`."""

    sei: float
    p: float
    yi_lb: float
    yi_ub: float


def contour_limits(sei, *, ps=(0.1, 0.05, 0.01), refline: float = 0.0) -> tuple[Contour, ...]:
    """Return the limits at each `sei` for each two-sided p of `ps` against the effect `refline`.

    `sei` has any length and may contain 0, the funnel's tip; rows come in the order of `ps`, then
    of `sei`. Peters et al. (2008).

    Raises
    ------
    InputError
        For an sei that is no number, or not finite and at least 0 (by row), a list of another
        shape, or a p outside (0, 1).
    """
    sei = as_list("sei", sei)
    bad = [
        f"row {i}: sei is {sei[i]}, not finite and at least 0"
        for i in np.flatnonzero(~((sei >= 0.0) & np.isfinite(sei)))
    ]
    bad += [f"p {p}: must lie between 0 and 1" for p in ps if not 0.0 < p < 1.0]
    if bad:
        raise InputError(bad)
    rows = [(p, quantile(100.0 * (1.0 - p)), se) for p in ps for se in sei.tolist()]
    return tuple(Contour(se, p, refline - z * se, refline + z * se) for p, z, se in rows)
