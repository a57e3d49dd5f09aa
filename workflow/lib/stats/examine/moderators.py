"""Procedures on differences between studies, by the names that a review uses."""

from dataclasses import dataclass

from workflow.lib.stats.examine.examined import Procedure
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.formula import design
from workflow.lib.stats.regression.location_scale import location_scale
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.permutation import Permutations, permutation_test
from workflow.lib.stats.regression.subgroups import subgroup_analysis
from workflow.lib.stats.regression.vif import variance_inflation


@dataclass(frozen=True, slots=True)
class Inflations:
    """Variance inflation of each term of a formula."""

    names: tuple[str, ...]
    vif: tuple[float, ...]
    sif: tuple[float, ...]
    tag: str


def design_of(pool, formula: str):
    """The design matrix of a formula over the columns of the studies."""
    return design(formula, {name: list(values) for name, values in pool.columns.items()})


def _model(pool, formula: str):
    found = design_of(pool, formula)
    return linear_model(pool.yi, pool.vi, found.X, names=found.names)


def _meta_regression(pool, *, formula):
    return fit_linear(_model(pool, formula), **pool.model)


def _subgroups(pool, *, by, tau2="separate", between="as_test"):
    """Subgroups by the method of the analysis: counts by Mantel and Haenszel, where it pools these."""
    own = {"counts": pool.counts, "method": pool.of_counts} if pool.counts is not None else {}
    options = pool.model | own | {"tau2": tau2, "between": between}
    return subgroup_analysis(pool.yi, pool.vi, pool.column(by), **options)


def _permutation(pool, *, formula="~ 1", iterations=1000, seed=1, exact=False):
    wanted = Permutations(iterations, seed, exact)
    model = _model(pool, formula)
    return permutation_test(model, method=pool.method, test=pool.test, permutations=wanted)


def _inflation(pool, *, formula):
    """Inflation of each term: the columns of one categorical moderator belong together."""
    found = design_of(pool, formula)
    model = linear_model(pool.yi, pool.vi, found.X, names=found.names)
    fit = fit_linear(model, **pool.model)
    terms = [term for term in dict.fromkeys(found.terms) if term != "intrcpt"]
    columns = list(zip(found.names, found.terms, strict=True))
    groups = [[name for name, own in columns if own == term] for term in terms]
    each = variance_inflation(fit, groups or None)
    vif, sif = tuple(one.vif for one in each), tuple(one.sif for one in each)
    return Inflations(tuple(terms), vif, sif, f"generalised VIF, {fit.tag}")


def _location_scale(pool, *, scale, formula="~ 1"):
    method = pool.method if pool.method in ("ML", "REML") else "REML"
    found = design_of(pool, scale)
    options = {"method": method, "names": found.names, "level": pool.level}
    return location_scale(_model(pool, formula), found.X, **options)


MODERATORS = (
    Procedure("meta_regression", "Meta-regression", _meta_regression, "Thompson & Higgins 2002"),
    Procedure("subgroups", "Subgroups", _subgroups, "Borenstein et al. 2009"),
    Procedure("permutation", "Permutation test", _permutation, "Higgins & Thompson 2004"),
    Procedure("vif", "Variance inflation", _inflation, "Fox & Monette 1992"),
    Procedure(
        "location_scale",
        "Location-scale model",
        _location_scale,
        "Viechtbauer & Lopez-Lopez 2022",
    ),
)
