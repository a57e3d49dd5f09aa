"""Procedures on what each study does to the pool, by the names that a review uses."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.stats.diagnostics.baujat import baujat
from workflow.lib.stats.diagnostics.blup import blup
from workflow.lib.stats.diagnostics.clusters import cluster_influence
from workflow.lib.stats.diagnostics.cumulative import cumulative
from workflow.lib.stats.diagnostics.gosh import gosh
from workflow.lib.stats.diagnostics.heteroscedastic import group_heterogeneity
from workflow.lib.stats.diagnostics.influence import influence
from workflow.lib.stats.diagnostics.residuals import (
    pearson_residuals,
    raw_residuals,
    rstandard,
    rstudent,
)
from workflow.lib.stats.examine.examined import Procedure
from workflow.lib.stats.examine.moderators import regression_model

RESIDUALS = {
    **{"deleted": rstudent, "standardised": rstandard},
    **{"pearson": pearson_residuals, "raw": raw_residuals},
}


@dataclass(frozen=True, slots=True)
class Steps:
    """The pool after each study was added; every column in the order of the studies."""

    step: tuple[int, ...]  # when the study was added, from 1
    beta: tuple[float | None, ...]
    ci_lb: tuple[float | None, ...]
    ci_ub: tuple[float | None, ...]
    pval: tuple[float | None, ...]
    tau2: tuple[float | None, ...]
    tag: str
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class Spread:
    """How the pooled effect varies over subsets of the studies."""

    n_subsets: int
    estimate_min: float
    estimate_q1: float
    estimate_median: float
    estimate_q3: float
    estimate_max: float
    I2_min: float  # percent
    I2_max: float
    tag: str


def _fitted(pool) -> dict:
    return {"method": pool.method, "test": pool.test}


def _influence(pool, *, formula="~ 1"):
    return influence(regression_model(pool, formula), **_fitted(pool))


def _residuals(pool, *, kind="deleted", formula="~ 1"):
    return RESIDUALS[kind](regression_model(pool, formula), **_fitted(pool))


def _blup(pool, *, formula="~ 1"):
    return blup(regression_model(pool, formula), **pool.model)


def _baujat(pool, *, formula="~ 1"):
    return baujat(regression_model(pool, formula), **_fitted(pool))


def _cumulative(pool, *, by="year"):
    """Steps by a column of the studies, or by `precision`, the most precise study first."""
    keys = pool.vi.tolist() if by == "precision" else list(pool.column(by))
    order = "precision" if by == "precision" else keys
    found = cumulative(regression_model(pool, "~ 1"), order=order, **pool.model)
    rank = np.empty(pool.k, dtype=int)
    rank[sorted(range(pool.k), key=keys.__getitem__)] = np.arange(pool.k)
    columns = {
        name: tuple(getattr(found, name)[i][0] for i in rank)
        for name in ("beta", "ci_lb", "ci_ub", "pval")
    }
    tau2 = tuple(found.tau2[i] for i in rank)
    step = tuple((rank + 1).tolist())
    tag = f"{found.tag}, by {by}"
    return Steps(step=step, tau2=tau2, tag=tag, reasons=found.reasons, **columns)


def _gosh(pool, *, subsets=100_000, seed=1):
    found = gosh(pool.yi, pool.vi, method=pool.method, subsets=subsets, seed=seed)
    low, q1, middle, q3, high = np.quantile(found.estimate, [0.0, 0.25, 0.5, 0.75, 1.0]).tolist()
    I2 = (float(found.I2.min()), float(found.I2.max()))
    return Spread(found.n_subsets, low, q1, middle, q3, high, *I2, found.tag)


def _clusters(pool, *, cluster, formula="~ 1"):
    model = regression_model(pool, formula)
    return cluster_influence(model, pool.column(cluster), **_fitted(pool))


def _groups(pool, *, by, formula="~ 1"):
    method = pool.method if pool.method in ("ML", "REML") else "REML"
    model = regression_model(pool, formula)
    return group_heterogeneity(model, pool.column(by), method=method, level=pool.level)


INFLUENCE = (
    Procedure("influence", "Influence diagnostics", _influence, "Viechtbauer & Cheung 2010"),
    Procedure("residuals", "Residuals", _residuals, "Viechtbauer & Cheung 2010"),
    Procedure("blup", "Shrunken study effects", _blup, "Raudenbush & Bryk 1985"),
    Procedure("baujat", "Contribution to heterogeneity", _baujat, "Baujat et al. 2002"),
    Procedure("cumulative", "Cumulative analysis", _cumulative, "Lau et al. 1992"),
    Procedure("gosh", "All subsets (GOSH)", _gosh, "Olkin et al. 2012"),
    Procedure("cluster_influence", "Influence of clusters", _clusters, "Viechtbauer & Cheung 2010"),
    Procedure(
        "group_heterogeneity",
        "Heterogeneity of each group",
        _groups,
        "Viechtbauer & Lopez-Lopez 2022",
    ),
)
