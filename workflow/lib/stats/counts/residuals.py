"""How far each table of counts lies from the common effect: raw, standardised and deleted."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.counts.estimates import aligned_estimates
from workflow.lib.stats.counts.homogeneity import observed_less_expected
from workflow.lib.stats.counts.mantel_haenszel import leave_one_out, mantel_haenszel
from workflow.lib.stats.counts.peto import leave_one_out as peto_leave_one_out
from workflow.lib.stats.counts.peto import peto
from workflow.lib.stats.counts.result import CountPool, LeftOut
from workflow.lib.stats.counts.tables import TwoByTwo, Zeros
from workflow.lib.stats.diagnostics.columns import column, ratio

KINDS = ("raw", "standardised", "deleted")
NO_ESTIMATE = "the table has no estimate of its own: an outcome never occurs, or its variance is 0"
NO_REST = "without this table there is no common effect"


@dataclass(frozen=True, slots=True)
class CountResiduals:
    """One residual for each of k tables, in their order; None has its reason in `reasons`."""

    kind: str  # raw, standardised or deleted
    method: str  # MH or PETO
    measure: str
    k: int
    resid: tuple[float | None, ...]  # log scale for OR, RR and IRR
    se: tuple[float | None, ...]
    z: tuple[float | None, ...]  # resid / se
    tag: str  # "deleted residuals; Mantel-Haenszel OR, ..."
    reasons: dict[str, str]  # by "row 3"


def residuals_mantel_haenszel(
    tables, measure="OR", *, kind="deleted", zeros=None
) -> CountResiduals:
    """Return the residuals of `tables` around their Mantel-Haenszel effect.

    `tables` comes from `two_by_two` (OR, RR, RD) or `person_time` (IRR, IRD); the arguments are
    those of `mantel_haenszel`. A table's own estimate is that of inverse variance, with what
    `zeros` adds for the studies.

    Raises
    ------
    InputError
        For an unknown kind, and as `mantel_haenszel`.

    Notes
    -----
    raw and standardised: own estimate less the effect of all tables, with its sampling error, the
    Pearson residual. deleted: less the effect of the other tables, whose variance is added
    (Viechtbauer & Cheung 2010; effects: Mantel & Haenszel 1959).
    """
    _check(kind)
    zeros = zeros or Zeros()
    pool = mantel_haenszel(tables, measure, zeros=zeros)
    left = leave_one_out(tables, measure, zeros=zeros)
    return _residuals(kind, aligned_estimates(tables, measure, zeros), pool, left)


def residuals_peto(tables: TwoByTwo, *, kind="deleted", zeros=None) -> CountResiduals:
    """Return the residuals of `tables` (from `two_by_two`) around Peto's common log odds ratio.

    A table's own estimate is the one-step (O - E) / V with variance 1 / V (Yusuf et al. 1985),
    with what `zeros` adds for the studies; kinds as in `residuals_mantel_haenszel`.

    Raises
    ------
    InputError
        For an unknown kind.
    """
    _check(kind)
    zeros = zeros or Zeros()
    treated, keep = zeros.for_studies(tables)
    excess, V = observed_less_expected(treated)
    good = keep & (V > 0.0)
    scale = np.where(good, V, 1.0)
    own = np.where(good, excess / scale, 0.0), np.where(good, 1.0 / scale, np.inf)
    left = peto_leave_one_out(tables, zeros=zeros)
    return _residuals(kind, own, peto(tables, zeros=zeros), left)


def _check(kind: str) -> None:
    """Refuse a kind that does not exist."""
    if kind not in KINDS:
        raise InputError([f"kind {kind!r}: admissible are {', '.join(KINDS)}"])


def _residuals(kind: str, own, pool: CountPool, left: LeftOut) -> CountResiduals:
    """Residuals of own estimates (yi, vi), (k,) each; an infinite vi has none."""
    yi, vi = own
    centre, spread = np.full(pool.k, np.nan if pool.beta is None else pool.beta), vi
    if kind == "deleted":
        centre, spread = left.beta, vi + left.se**2
    known = np.isfinite(vi)
    resid = np.where(known, yi - centre, np.nan)
    se = np.where(np.isfinite(resid), np.sqrt(np.where(known, spread, np.nan)), np.nan)
    reasons = {
        f"row {j}": NO_REST if known[j] else NO_ESTIMATE
        for j in np.flatnonzero(np.isnan(resid)).tolist()
    }
    return CountResiduals(
        **{"kind": kind, "method": pool.method, "measure": pool.measure, "k": pool.k},
        **{"resid": column(resid), "se": column(se), "z": column(ratio(resid, se))},
        tag=f"{kind} residuals; {pool.tag.partition('; MH with')[0]}",
        reasons=reasons,
    )
