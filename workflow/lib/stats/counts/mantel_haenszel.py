"""Mantel-Haenszel pooling of raw counts: one common OR, RR, RD, IRR or IRD, and its tests."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.counts.estimates import aligned_estimates, own_estimates
from workflow.lib.stats.counts.homogeneity import association, homogeneity
from workflow.lib.stats.counts.result import (
    CountPool,
    LeftOut,
    heterogeneity,
    interval_roots,
    spread_around,
    wald,
    why_missing,
    without_each,
)
from workflow.lib.stats.counts.tables import PersonTime, TwoByTwo, Zeros

ONE_SIDED = "an event is missing in one group of all tables, or every table is empty"
TOO_FEW = "needs at least two tables with an estimate of their own"


@dataclass(frozen=True, slots=True)
class _Measure:
    """How a measure is pooled."""

    tables: type  # what it is computed from
    terms: Callable  # tables -> (t, k) summands; the first row is the tables' weight
    solve: Callable  # sums of the terms -> (beta, variance)
    source: str


def mantel_haenszel(
    tables, measure="OR", *, zeros=None, correct=True, sato=True, level=95.0
) -> CountPool:
    """Return the common effect of `tables` by the method of Mantel and Haenszel (1959).

    `tables` comes from `two_by_two` (OR, RR, RD) or `person_time` (IRR, IRD); `zeros` says what is
    done about empty cells (by default 1/2 is added for the tables' own estimates and nothing for
    the pool); `correct` is the continuity correction of the test MH; without `sato` the variance of
    RD is that of Greenland & Robins (1985), as in Review Manager; `level` is in percent.

    Raises
    ------
    InputError
        For a measure that does not exist or does not belong to this kind of table.

    Notes
    -----
    Variances: OR Robins, Breslow & Greenland (1986), RR and IRR Greenland & Robins (1985),
    RD Sato et al. (1989), IRD Greenland & Robins (1985). QE, I2 and H2 measure the spread of the
    tables' own estimates, by inverse variance, around the common effect. TA and BD need an odds
    ratio, MH an odds or rate ratio.
    """
    spec, zeros = _spec(measure, tables), zeros or Zeros()
    spec = RD_1985 if measure == "RD" and not sato else spec
    pooled = zeros.for_pool(tables)
    yi, vi = own_estimates(tables, measure, zeros)
    found, reasons = _common(spec, pooled, level)
    fields = found | {"k_pos": None}
    for part in (_spread(found["beta"], yi, vi), _tests(measure, pooled, found["beta"], correct)):
        fields |= part[0]
        reasons |= part[1]
    missing = dict.fromkeys(("QE", "QE_df", "QEp", "I2", "H2", *_TESTS))
    fields = missing | fields
    return CountPool(
        **{"method": "MH", "test": "z", "measure": measure, "level": level},
        **{"k": tables.k, "k_yi": yi.size},
        **fields,
        weights=_weights(spec, tables, zeros),
        tag=_tag(measure, spec, zeros, correct),
        reasons=reasons,
    )


def leave_one_out(tables, measure="OR", *, zeros=None, level=95.0) -> LeftOut:
    """Return the k pools of k - 1 tables each; see `mantel_haenszel` for the arguments.

    Mantel & Haenszel (1959).

    Raises
    ------
    InputError
        As `mantel_haenszel`.
    """
    spec, zeros = _spec(measure, tables), zeros or Zeros()
    if "if0all" in zeros.to:  # what is added depends on the tables that are left
        return _one_by_one(tables, measure, zeros, level)
    pooled, keep = _aligned(tables, zeros)
    with np.errstate(divide="ignore", invalid="ignore"):  # nan marks what cannot be pooled
        beta, variance = spec.solve(without_each(np.where(keep, spec.terms(pooled), 0.0)))
        se = np.sqrt(variance)
    beta = np.where(np.isfinite(se), beta, np.nan)
    QE = _spreads_without_each(tables, measure, zeros, beta)
    return _left_out(measure, zeros, level, (beta, np.where(np.isfinite(beta), se, np.nan), QE))


_TESTS = ("MH", "MHp", "TA", "TAp", "BD", "BDp", "TA_df")


def _spec(measure, tables) -> _Measure:
    """The measure, if there is one and it fits the tables."""
    if measure not in MEASURES:
        raise InputError([f"measure {measure!r}: admissible are {', '.join(MEASURES)}"])
    spec = MEASURES[measure]
    if not isinstance(tables, spec.tables):
        needed = "person_time" if spec.tables is PersonTime else "two_by_two"
        raise InputError([f"measure {measure} needs tables from {needed}(...)"])
    return spec


def _common(spec, tables, level) -> tuple[dict, dict]:
    """Estimate, test and interval, and the reasons for what is missing."""
    fields = ("beta", "se", "stat", "pval", "ci_lb", "ci_ub")
    if tables.k == 0:
        return dict.fromkeys(fields), dict.fromkeys(fields, "no table")
    with np.errstate(divide="ignore", invalid="ignore"):  # refused just below
        beta, variance = spec.solve(spec.terms(tables).sum(axis=1))
    if not (np.isfinite(beta) and np.isfinite(variance)):
        return dict.fromkeys(fields), dict.fromkeys(fields, ONE_SIDED)
    found = wald(float(beta), float(np.sqrt(max(0.0, variance))), level)
    flat = "the standard error is 0: no event, or nothing but events"
    return found, {name: flat for name, value in found.items() if value is None}


def _spread(beta, yi, vi) -> tuple[dict, dict]:
    """QE and what follows from it, or why not."""
    names = ("QE", "QE_df", "QEp", "I2", "H2")
    if beta is None:
        return {}, dict.fromkeys(names, "there is no common effect to measure it from")
    if yi.size < 2:
        return {}, dict.fromkeys(names, TOO_FEW)
    return heterogeneity(spread_around(beta, yi, vi), yi.size), {}


def _tests(measure, tables, beta, correct) -> tuple[dict, dict]:
    """Tests of association and of homogeneity, or why not."""
    if measure not in ("OR", "IRR"):
        return {}, dict.fromkeys(_TESTS, f"not defined for {measure}")
    found, reasons = association(tables, correct)
    if measure == "IRR":
        return found, reasons | dict.fromkeys(_TESTS[2:], "not defined for IRR")
    more, why = homogeneity(tables, beta)
    return found | more, reasons | why


def _aligned(tables, zeros):
    """The tables as they are pooled, all k rows, and the mask of those that are."""
    keep = ~tables.is_empty if zeros.drop00[1] else np.ones(tables.k, dtype=bool)
    return Zeros(zeros.add, zeros.to, (False, False)).for_pool(tables), keep


def _weights(spec, tables, zeros) -> tuple[float, ...]:
    """Share of each table in the pool, percent."""
    pooled, keep = _aligned(tables, zeros)
    weight = np.where(keep, spec.terms(pooled)[0], 0.0)
    total = weight.sum()
    return tuple((100.0 * weight / total).tolist()) if total > 0.0 else ()


def _tag(measure, spec, zeros, correct) -> str:
    """What was done, in words."""
    parts = [f"Mantel-Haenszel {measure}, variance {spec.source}, z"]
    parts += [
        f"{who}: add {add:g} to {to}" if to != "none" and add > 0.0 else f"{who}: nothing added"
        for who, add, to in zip(("studies", "pool"), zeros.add, zeros.to, strict=True)
    ]
    if measure in ("OR", "IRR"):
        parts.append(f"MH {'with' if correct else 'without'} continuity correction")
    return "; ".join(parts)


def _spreads_without_each(tables, measure, zeros, beta) -> np.ndarray:
    """QE of the tables but one around their own common effect, (k,); nan if one or none is left."""
    yi, vi = aligned_estimates(tables, measure, zeros)
    known = np.isfinite(beta)
    centre = float(beta[known].mean()) if known.any() else 0.0
    shift = yi - centre
    squares, shifts, weights = without_each(np.array([shift**2, shift, np.ones(vi.size)]) / vi)
    move = beta - centre
    QE = np.maximum(0.0, squares - 2.0 * move * shifts + move**2 * weights)
    return np.where(without_each(np.isfinite(vi)[None].astype(float))[0] > 1.0, QE, np.nan)


def _one_by_one(tables, measure, zeros, level) -> LeftOut:
    """The k pools, each from its own tables."""
    rest = [np.delete(np.arange(tables.k), i) for i in range(tables.k)]
    fits = [mantel_haenszel(tables.rows(r), measure, zeros=zeros, level=level) for r in rest]
    columns = [[getattr(f, name) for f in fits] for name in ("beta", "se", "QE")]
    return _left_out(measure, zeros, level, [np.array(c, dtype=float) for c in columns])


def _left_out(measure, zeros, level, columns) -> LeftOut:
    """Complete the record."""
    beta, se, QE = columns
    low, high = interval_roots(beta, se, level)
    tag = f"leave-one-out; {_tag(measure, MEASURES[measure], zeros, True)}"
    return LeftOut(beta, se, low, high, QE, level, tag, why_missing(beta, QE, ONE_SIDED, TOO_FEW))


def _odds_ratio_terms(t: TwoByTwo) -> np.ndarray:
    """Summands of Robins, Breslow & Greenland (1986)."""
    N = sum(t.sizes)
    R, S, P, Q = t.ai * t.di / N, t.bi * t.ci / N, (t.ai + t.di) / N, (t.bi + t.ci) / N
    return np.array([S, R, P * R, P * S + Q * R, Q * S])


def _solve_odds_ratio(sums):
    """Log odds ratio and its variance."""
    S, R, PR, PSQR, QS = sums
    return np.log(R / S), 0.5 * (PR / R**2 + PSQR / (R * S) + QS / S**2)


def _risk_ratio_terms(t: TwoByTwo) -> np.ndarray:
    """Summands of Greenland & Robins (1985)."""
    (n1, n2), N = t.sizes, sum(t.sizes)
    spread = n1 * n2 * (t.ai + t.ci) / N**2 - t.ai * t.ci / N
    return np.array([t.ci * n1 / N, t.ai * n2 / N, spread])


def _solve_ratio(sums):
    """Log ratio and its variance."""
    S, R, spread = sums
    return np.log(R / S), spread / (R * S)


def _risk_difference_terms(t: TwoByTwo) -> np.ndarray:
    """Summands of Sato et al. (1989)."""
    (n1, n2), N = t.sizes, sum(t.sizes)
    P = (n1**2 * t.ci - n2**2 * t.ai + n1 * n2 * (n2 - n1) / 2.0) / N**2
    Q = (t.ai * t.di + t.ci * t.bi) / (2.0 * N)
    return np.array([n1 * n2 / N, (t.ai * n2 - t.ci * n1) / N, P, Q])


def _solve_risk_difference(sums):
    """Risk difference and its variance."""
    W, D, P, Q = sums
    beta = D / W
    return beta, (beta * P + Q) / W**2


def _risk_difference_terms_1985(t: TwoByTwo) -> np.ndarray:
    """Summands of Greenland & Robins (1985), which is what Review Manager computes."""
    (n1, n2), N = t.sizes, sum(t.sizes)
    spread = (t.ai * t.bi * n2**3 + t.ci * t.di * n1**3) / (n1 * n2 * N**2)
    return np.array([n1 * n2 / N, (t.ai * n2 - t.ci * n1) / N, spread])


def _solve_risk_difference_1985(sums):
    """Risk difference and its variance."""
    W, D, spread = sums
    return D / W, spread / W**2


def _rate_ratio_terms(t: PersonTime) -> np.ndarray:
    """Summands of Rothman, Greenland & Lash (2008, ch. 15)."""
    T = t.t1i + t.t2i
    spread = t.t1i * t.t2i * (t.x1i + t.x2i) / T**2
    return np.array([t.x2i * t.t1i / T, t.x1i * t.t2i / T, spread])


def _rate_difference_terms(t: PersonTime) -> np.ndarray:
    """Summands of Rothman, Greenland & Lash (2008, ch. 15)."""
    T = t.t1i + t.t2i
    spread = (t.x1i * t.t2i**2 + t.x2i * t.t1i**2) / T**2
    return np.array([t.t1i * t.t2i / T, (t.x1i * t.t2i - t.x2i * t.t1i) / T, spread])


def _solve_rate_difference(sums):
    """Rate difference and its variance."""
    W, D, spread = sums
    return D / W, spread / W**2


MEASURES = {
    "OR": _Measure(TwoByTwo, _odds_ratio_terms, _solve_odds_ratio, "Robins 1986"),
    "RR": _Measure(TwoByTwo, _risk_ratio_terms, _solve_ratio, "Greenland 1985"),
    "RD": _Measure(TwoByTwo, _risk_difference_terms, _solve_risk_difference, "Sato 1989"),
    "IRR": _Measure(PersonTime, _rate_ratio_terms, _solve_ratio, "Greenland 1985"),
    "IRD": _Measure(PersonTime, _rate_difference_terms, _solve_rate_difference, "Greenland 1985"),
}
RD_1985 = _Measure(
    TwoByTwo, _risk_difference_terms_1985, _solve_risk_difference_1985, "Greenland 1985"
)
