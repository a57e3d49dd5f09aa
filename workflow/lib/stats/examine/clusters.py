"""Procedures for studies that depend on each other, by the names that a review uses."""

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.dependence.aggregate import Correlation, aggregate
from workflow.lib.stats.dependence.model import dependent_model
from workflow.lib.stats.dependence.robust import Correction, robust_regression
from workflow.lib.stats.dependence.settings import Settings
from workflow.lib.stats.dependence.terms import nested
from workflow.lib.stats.dependence.three_level import multilevel
from workflow.lib.stats.examine.examined import Procedure
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model


def _several(pool, cluster: str) -> tuple:
    """Cluster of each study; refused where every study is a cluster of its own."""
    clusters = pool.column(cluster)
    if len(set(clusters)) == len(clusters):
        raise NotEstimable(f"every study has its own {cluster}: nothing depends")
    return clusters


def _multilevel(pool, *, cluster):
    """Studies within clusters: three levels with sampling error."""
    model = dependent_model(pool.yi, pool.vi)
    factors = nested((cluster, "study"), (_several(pool, cluster), pool.studies))
    method = pool.method if pool.method in ("ML", "REML") else "REML"
    test = "z" if pool.test == "z" else "t"
    return multilevel(model, factors, settings=Settings(method, test, level=pool.level))


def _robust(pool, *, cluster, kind="CR2"):
    model = linear_model(pool.yi, pool.vi)
    fit = fit_linear(model, method=pool.method, test="z", level=pool.level)
    correction = Correction(kind=kind, level=pool.level)
    return robust_regression(model, fit, pool.column(cluster), correction)


def _aggregated(pool, *, cluster, rho):
    """The pool of one estimate per cluster."""
    correlation = Correlation(struct="CS", rho=rho)
    found = aggregate(pool.yi, pool.vi, _several(pool, cluster), correlation=correlation)
    return random_effects(found.yi, found.vi, **pool.model)


CLUSTERS = (
    Procedure("multilevel", "Three-level model", _multilevel, "Konstantopoulos 2011"),
    Procedure("robust", "Cluster-robust test", _robust, "Pustejovsky & Tipton 2018"),
    Procedure("aggregated", "One estimate per cluster", _aggregated, "Borenstein et al. 2009"),
)
