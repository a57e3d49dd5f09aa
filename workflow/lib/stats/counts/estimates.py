"""Each study's own effect and sampling variance from its counts, for tests of heterogeneity."""

import numpy as np

from workflow.lib.stats.counts.tables import OneGroup, Zeros


def own_estimates(tables, measure: str, zeros: Zeros) -> tuple[np.ndarray, np.ndarray]:
    """Return (yi, vi) of the studies that have both; log scale for OR, RR, IRR, PLO and IRLN.

    `tables` are of the kind that `measure` needs: OR, RR, RD of two-by-two tables, IRR and IRD of
    person-time, PLO and IRLN of one group. Studies that `zeros` drops, or whose variance stays 0
    or infinite after its addition, are left out.
    """
    yi, vi = aligned_estimates(tables, measure, zeros)
    good = np.isfinite(vi)
    return yi[good], vi[good]


def aligned_estimates(tables, measure: str, zeros: Zeros) -> tuple[np.ndarray, np.ndarray]:
    """Return (yi, vi) of all studies, (k,); 0 and infinity for those that `own_estimates` omits."""
    if isinstance(tables, OneGroup):
        yi, vi = _one_group(tables, zeros.add[0])
        keep = np.ones(tables.k, dtype=bool)
    else:
        treated, keep = zeros.for_studies(tables)
        with np.errstate(divide="ignore", invalid="ignore"):  # what is not finite is left out
            yi, vi = ESTIMATES[measure](treated)
    good = keep & np.isfinite(yi) & np.isfinite(vi) & (vi > 0.0)
    return np.where(good, yi, 0.0), np.where(good, vi, np.inf)


def _one_group(group: OneGroup, add: float) -> tuple[np.ndarray, np.ndarray]:
    """Log odds of an event, or log rate, with `add` where a cell is empty."""
    x, size = group.xi, group.size
    if group.person_time:
        x = x + np.where(x == 0, add, 0.0)
        return np.log(x / size), 1.0 / x
    extra = np.where((x == 0) | (x == size), add, 0.0)
    yes, no = x + extra, size - x + extra
    return np.log(yes / no), 1.0 / yes + 1.0 / no


def _log_odds_ratio(t):
    """Woolf (1955)."""
    return np.log(t.ai * t.di / (t.bi * t.ci)), 1 / t.ai + 1 / t.bi + 1 / t.ci + 1 / t.di


def _log_risk_ratio(t):
    """Katz et al. (1978)."""
    n1, n2 = t.sizes
    return np.log(t.ai / n1) - np.log(t.ci / n2), 1 / t.ai - 1 / n1 + 1 / t.ci - 1 / n2


def _risk_difference(t):
    """Binomial variances of two independent proportions."""
    n1, n2 = t.sizes
    return t.ai / n1 - t.ci / n2, t.ai * t.bi / n1**3 + t.ci * t.di / n2**3


def _log_rate_ratio(t):
    """Poisson variances on the log scale."""
    return np.log(t.x1i / t.t1i) - np.log(t.x2i / t.t2i), 1 / t.x1i + 1 / t.x2i


def _rate_difference(t):
    """Poisson variances of two independent rates."""
    return t.x1i / t.t1i - t.x2i / t.t2i, t.x1i / t.t1i**2 + t.x2i / t.t2i**2


ESTIMATES = {
    "OR": _log_odds_ratio,
    "RR": _log_risk_ratio,
    "RD": _risk_difference,
    "IRR": _log_rate_ratio,
    "IRD": _rate_difference,
}
