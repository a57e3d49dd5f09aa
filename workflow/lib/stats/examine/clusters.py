"""Procedures for studies that depend on each other, by the names that a review uses."""

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.dependence.aggregate import aggregate
from workflow.lib.stats.dependence.influence import dependent_influence
from workflow.lib.stats.dependence.model import dependent_model
from workflow.lib.stats.dependence.multivariate import multivariate
from workflow.lib.stats.dependence.profile import confint
from workflow.lib.stats.dependence.robust import Correction, robust, robust_regression
from workflow.lib.stats.dependence.settings import Settings
from workflow.lib.stats.dependence.terms import nested, structure
from workflow.lib.stats.dependence.three_level import multilevel
from workflow.lib.stats.examine.dependent import named, named_intervals
from workflow.lib.stats.examine.examined import Procedure
from workflow.lib.stats.examine.left_out import left_out
from workflow.lib.stats.examine.moderators import design_of, regression_model
from workflow.lib.stats.examine.sampling_errors import Errors, error_matrix
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.regression.fit import fit_linear


def _several(pool, cluster: str) -> tuple:
    """Cluster of each study; refused where every study is a cluster of its own."""
    clusters = pool.column(cluster)
    if len(set(clusters)) == len(clusters):
        raise NotEstimable(f"every study has its own {cluster}: nothing depends")
    return clusters


def _model(pool, clusters, formula: str, errors: Errors):
    """Studies with their moderators and what is known of their sampling errors."""
    found = design_of(pool, formula)
    V = error_matrix(pool, clusters, errors)
    return dependent_model(pool.yi, V, found.X, names=found.names)


def _settings(pool) -> Settings:
    """The likelihood, the test and the level of the analysis."""
    method = pool.method if pool.method in ("ML", "REML") else "REML"
    return Settings(method, "z" if pool.test == "z" else "t", level=pool.level)


def _three_levels(pool, cluster, formula, errors):
    """Clusters, model and random intercepts of clusters and of studies within them."""
    clusters = _several(pool, cluster)
    model = _model(pool, clusters, formula, Errors(**errors or {}))
    return clusters, model, nested((cluster, "study"), (clusters, pool.studies))


def _correlated(pool, cluster, levels_of, formula, errors):
    """Clusters, model and structure of the inner levels; `levels_of` is (column, struct)."""
    inner, struct = levels_of
    clusters, levels = _several(pool, cluster), pool.column(inner)
    held = {one: {b for a, b in zip(clusters, levels, strict=True) if a == one} for one in clusters}
    if max(map(len, held.values())) == 1:
        raise NotEstimable(f"no {cluster} holds two levels of {inner}: nothing correlates")
    model = _model(pool, clusters, formula, Errors(**{"inner": inner} | (errors or {})))
    return clusters, model, structure(levels, clusters, struct=struct, name=f"{inner} | {cluster}")


def _multilevel(pool, *, cluster, formula="~ 1", errors=None):
    """Studies within clusters: three levels with sampling error."""
    clusters, model, factors = _three_levels(pool, cluster, formula, errors)
    return _tested((model, factors), multilevel(model, factors, settings=_settings(pool)), clusters)


def _multivariate(pool, *, cluster, inner, struct="CS", formula="~ 1", errors=None):
    """Correlated true effects of the inner levels (outcomes, times) of a cluster."""
    clusters, model, term = _correlated(pool, cluster, (inner, struct), formula, errors)
    return _tested((model, term), multivariate(model, term, settings=_settings(pool)), clusters)


def _variance_intervals(pool, *, cluster, inner=None, struct="CS", formula="~ 1", errors=None):
    """Intervals of the variances and correlations: three levels, or `inner` levels of a cluster."""
    if inner is None:
        _, model, terms = _three_levels(pool, cluster, formula, errors)
        fit = multilevel(model, terms, settings=_settings(pool))
    else:
        _, model, terms = _correlated(pool, cluster, (inner, struct), formula, errors)
        fit = multivariate(model, terms, settings=_settings(pool))
    return named_intervals(fit, confint(model, terms, fit))


def _multilevel_influence(
    pool, *, cluster, formula="~ 1", errors=None, delete="estimate", reestimate=True
):
    """What each study, or each cluster, does to the three-level model."""
    clusters, model, factors = _three_levels(pool, cluster, formula, errors)
    fit = multilevel(model, factors, settings=_settings(pool))
    units = clusters if delete == "cluster" else None
    return left_out(dependent_influence(model, factors, fit, units, reestimate=reestimate))


def _multivariate_influence(  # noqa: PLR0913  # an option of config.yaml each
    pool,
    *,
    cluster,
    inner,
    struct="CS",
    formula="~ 1",
    errors=None,
    delete="estimate",
    reestimate=True,
):
    """What each study, or each cluster, does to the multivariate model."""
    clusters, model, term = _correlated(pool, cluster, (inner, struct), formula, errors)
    fit = multivariate(model, term, settings=_settings(pool))
    units = clusters if delete == "cluster" else None
    return left_out(dependent_influence(model, term, fit, units, reestimate=reestimate))


def _tested(fitted, fit, clusters):
    """The fit under its names, with cluster-robust tests where there can be any."""
    correction = Correction(level=fit.level)
    try:
        return named(fit, robust(*fitted, fit, clusters, correction))
    except (InputError, NotEstimable) as error:
        return named(fit, reason=str(error))


def _robust(pool, *, cluster, kind="CR2", formula="~ 1"):
    model = regression_model(pool, formula)
    fit = fit_linear(model, method=pool.method, test="z", level=pool.level)
    correction = Correction(kind=kind, level=pool.level)
    return robust_regression(model, fit, pool.column(cluster), correction)


def _aggregated(pool, *, cluster, errors):
    """The pool of one estimate per cluster."""
    clusters, errors = _several(pool, cluster), Errors(**errors)
    if not errors.known:
        raise NotEstimable("give rho, or time and phi: how the errors of one cluster correlate")
    found = aggregate(pool.yi, error_matrix(pool, clusters, errors), clusters)
    return random_effects(found.yi, found.vi, **pool.model)


CLUSTERS = (
    Procedure("multilevel", "Three-level model", _multilevel, "Konstantopoulos 2011"),
    Procedure("multivariate", "Multivariate model", _multivariate, "Jackson et al. 2011"),
    Procedure(
        "multilevel_influence",
        "Influence in the three-level model",
        _multilevel_influence,
        "Viechtbauer 2021",
    ),
    Procedure(
        "multivariate_influence",
        "Influence in the multivariate model",
        _multivariate_influence,
        "Viechtbauer 2021",
    ),
    Procedure(
        "variance_intervals",
        "Intervals of variances between and within clusters",
        _variance_intervals,
        "Viechtbauer 2010",
    ),
    Procedure("robust", "Cluster-robust test", _robust, "Pustejovsky & Tipton 2018"),
    Procedure("aggregated", "One estimate per cluster", _aggregated, "Borenstein et al. 2009"),
)
