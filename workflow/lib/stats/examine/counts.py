"""Procedures that pool the counts themselves, by the names that a review uses."""

import numpy as np

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.counts.glmm import glmm
from workflow.lib.stats.counts.mantel_haenszel import mantel_haenszel
from workflow.lib.stats.counts.peto import peto
from workflow.lib.stats.counts.tables import one_group, person_time, two_by_two
from workflow.lib.stats.examine.examined import Procedure

GROUPS = ("event_e", "n_e", "event_c", "n_c")
TIMES = ("event_e", "time_e", "event_c", "time_c")


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


COUNTS = (
    Procedure("mantel_haenszel", "Mantel-Haenszel", _mantel_haenszel, "Mantel & Haenszel 1959"),
    Procedure("peto", "Peto's odds ratio", _peto, "Yusuf et al. 1985"),
    Procedure("glmm", "Generalised linear mixed model", _glmm, "Stijnen et al. 2010"),
)
