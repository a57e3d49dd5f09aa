"""Procedures that pool the counts themselves, by the names that a review uses."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.counts.glmm import glmm
from workflow.lib.stats.counts.mantel_haenszel import leave_one_out, mantel_haenszel
from workflow.lib.stats.counts.peto import leave_one_out as peto_leave_one_out
from workflow.lib.stats.counts.peto import peto
from workflow.lib.stats.counts.residuals import residuals_mantel_haenszel, residuals_peto
from workflow.lib.stats.counts.series import cumulative
from workflow.lib.stats.counts.tables import one_group, person_time, two_by_two
from workflow.lib.stats.examine.examined import Procedure

GROUPS = ("event_e", "n_e", "event_c", "n_c")
TIMES = ("event_e", "time_e", "event_c", "time_c")


@dataclass(frozen=True, slots=True)
class CountSteps:
    """The pool of counts after each study was added; every column in the order of the studies."""

    step: tuple[int, ...]  # when the study was added, from 1
    beta: tuple[float | None, ...]
    ci_lb: tuple[float | None, ...]
    ci_ub: tuple[float | None, ...]
    pval: tuple[float | None, ...]
    QE: tuple[float | None, ...]
    tag: str
    reasons: dict[str, str]


def _inputs(pool, names) -> list[np.ndarray]:
    """Counts of all studies; refused where the effect sizes were not made of them."""
    missing = [name for name in names if name not in pool.inputs]
    if missing:
        raise NotEstimable(f"the effect sizes of this analysis are not made of {', '.join(names)}")
    return [np.array(pool.inputs[name], dtype=float) for name in names]


def _tables(pool):
    event_e, n_e, event_c, n_c = _inputs(pool, GROUPS)
    return two_by_two(event_e, n_e - event_e, event_c, n_c - event_c)


def _of(pool, measure: str):
    """The counts that a measure needs."""
    if measure in ("OR", "RR", "RD"):
        return _tables(pool)
    if measure in ("IRR", "IRD"):
        event_e, time_e, event_c, time_c = _inputs(pool, TIMES)
        return person_time(event_e, time_e, event_c, time_c)
    event, size = _inputs(pool, ("event", "n" if measure == "PLO" else "time"))
    return one_group(event, **{"ni" if measure == "PLO" else "ti": size})


def _mantel_haenszel(pool, *, measure="OR", correct=True):
    return mantel_haenszel(_of(pool, measure), measure, correct=correct, level=pool.level)


def _peto(pool):
    return peto(_tables(pool), level=pool.level)


def _glmm(pool, *, measure="OR", model=None):
    method = "EE" if pool.method in ("EE", "FE") else "ML"
    return glmm(_of(pool, measure), measure, model=model, method=method, level=pool.level)


def _count_residuals(pool, *, method="MH", measure="OR", kind="deleted"):
    """How far each study lies from the common effect of all, or of the others."""
    if method == "PETO":
        return residuals_peto(_tables(_peto_alone(pool, measure)), kind=kind)
    return residuals_mantel_haenszel(_of(pool, measure), measure, kind=kind)


def _count_leave_one_out(pool, *, method="MH", measure="OR"):
    """The pools without one study each."""
    if method == "PETO":
        return peto_leave_one_out(_tables(_peto_alone(pool, measure)), level=pool.level)
    return leave_one_out(_of(pool, measure), measure, level=pool.level)


def _count_cumulative(pool, *, method="MH", measure="OR", by="year"):
    """The pools of the studies as they came in, by a column."""
    keys = list(pool.column(by))
    rank = np.empty(pool.k, dtype=int)
    rank[sorted(range(pool.k), key=keys.__getitem__)] = np.arange(pool.k)
    if method == "PETO":
        tables, one = _tables(_peto_alone(pool, measure)), peto
    else:
        tables, one = _of(pool, measure), partial(mantel_haenszel, measure=measure)
    found = cumulative(tables, partial(one, level=pool.level), order=rank)
    columns = {
        name: tuple(getattr(found[i], name) for i in rank)
        for name in ("beta", "ci_lb", "ci_ub", "pval", "QE")
    }
    reasons = {name: why for step in found for name, why in step.reasons.items() if name in columns}
    tag = f"cumulative by {by}; {found[-1].tag}"
    return CountSteps(step=tuple((rank + 1).tolist()), tag=tag, reasons=reasons, **columns)


def _peto_alone(pool, measure: str):
    """The pool; Peto's method has no measure but the odds ratio."""
    if measure != "OR":
        raise NotEstimable(f"Peto's method pools odds ratios, not {measure}: leave measure out")
    return pool


COUNTS = (
    Procedure("mantel_haenszel", "Mantel-Haenszel", _mantel_haenszel, "Mantel & Haenszel 1959"),
    Procedure("peto", "Peto's odds ratio", _peto, "Yusuf et al. 1985"),
    Procedure(
        "count_residuals", "Residuals of counts", _count_residuals, "Viechtbauer & Cheung 2010"
    ),
    Procedure(
        "count_leave_one_out",
        "Counts without each study",
        _count_leave_one_out,
        "Viechtbauer & Cheung 2010",
    ),
    Procedure(
        "count_cumulative", "Cumulative pool of counts", _count_cumulative, "Lau et al. 1992"
    ),
    Procedure("glmm", "Generalised linear mixed model", _glmm, "Stijnen et al. 2010"),
)
