"""Procedures on differences between studies, by the names that a review uses."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.examine.examined import FUNCTIONS, NAMES, Procedure
from workflow.lib.stats.examine.flatten import safe
from workflow.lib.stats.regression.contrasts import contrasts, likelihood_ratio
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.formula import design
from workflow.lib.stats.regression.location_scale import location_scale
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.permutation import Permutations, permutation_test
from workflow.lib.stats.regression.predict import predict
from workflow.lib.stats.regression.subgroups import subgroup_analysis
from workflow.lib.stats.regression.vif import variance_inflation


@dataclass(frozen=True, slots=True)
class Inflations:
    """Variance inflation of each term of a formula."""

    names: tuple[str, ...]
    vif: tuple[float, ...]
    sif: tuple[float, ...]
    tag: str


@dataclass(frozen=True, slots=True)
class Predicted:
    """What is predicted for one row of moderators."""

    name: str  # "year 1990, alloc random"
    pred: float
    se: float
    ci_lb: float
    ci_ub: float
    pi_lb: float | None
    pi_ub: float | None


@dataclass(frozen=True, slots=True)
class PredictedEffects:
    """Predicted effects at values of the moderators."""

    at: tuple[Predicted, ...]
    tag: str
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class TermTests:
    """Tests of every term of a formula given the others."""

    term: dict[str, dict]  # QM (F unless the test is z) and LRT, with their p values
    tag: str
    reasons: dict[str, str]


def design_of(pool, formula: str):
    """The design matrix of a formula over the columns of the studies."""
    return design(formula, {name: list(values) for name, values in pool.columns.items()})


def regression_model(pool, formula: str):
    """The studies with the moderators of a formula over their columns."""
    found = design_of(pool, formula)
    return linear_model(pool.yi, pool.vi, found.X, names=found.names)


def _meta_regression(pool, *, formula):
    return fit_linear(regression_model(pool, formula), **pool.model)


def _predicted_effects(pool, *, formula, at):
    """Mean and true effects that a meta-regression predicts for values of its moderators."""
    found = design_of(pool, formula)
    model = linear_model(pool.yi, pool.vi, found.X, names=found.names)
    rows = rows_at(pool, formula, at, found)
    one = predict(model, fit_linear(model, **pool.model), rows)
    none = (None,) * len(at)
    names = [", ".join(f"{name} {value}" for name, value in row.items()) for row in at]
    columns = (one.pred, one.se, one.ci_lb, one.ci_ub, one.pi_lb or none, one.pi_ub or none)
    effects = tuple(Predicted(*row) for row in zip(names, *columns, strict=True))
    bounds = {name: why for name, why in one.reasons.items() if name in ("pi_lb", "pi_ub")}
    told = {f"at.{safe(n)}.{name}": why for n in names for name, why in bounds.items()}
    return PredictedEffects(effects, f"predicted effects, {one.tag}", told)


def rows_at(pool, formula: str, at, found) -> np.ndarray:
    """Rows of moderators (m, p) for `at`, a list of column -> value.

    Raises
    ------
    InputError
        For a column that the formula does not name, or names and a row lacks; a level that no
        study has; a term that the values of the studies define (center, poly); a row given twice.
    """
    needed = {name for name in NAMES.findall(formula) if name not in FUNCTIONS}
    problems = [
        f"at, row {number}: give {', '.join(sorted(needed)) or 'nothing'}, not {', '.join(row)}"
        for number, row in enumerate(at, start=1)
        if set(row) != needed
    ]
    if len({tuple(sorted(map(str, row.items()))) for row in at}) < len(at):
        problems.append("at: a row is given twice")
    if problems:
        raise InputError(problems)
    columns = {name: [*pool.columns[name], *(row[name] for row in at)] for name in needed}
    both = design(formula, columns)
    if both.names != found.names or not np.array_equal(both.X[: pool.k], found.X):
        raise InputError(
            [
                "at: a value must be a level that a study has, and the formula without center "
                "and poly, which the values of all rows define"
            ]
        )
    return both.X[pool.k :]


def _term_tests(pool, *, formula):
    """Each moderator as a whole, beside all others: Wald test and likelihood ratio test."""
    found = design_of(pool, formula)
    model = linear_model(pool.yi, pool.vi, found.X, names=found.names)
    fit, term, reasons = fit_linear(model, **pool.model), {}, {}
    for name in (one for one in dict.fromkeys(found.terms) if one != "intrcpt"):
        own = [j for j, one in enumerate(found.terms) if one == name]
        wald = contrasts(fit, np.eye(model.p)[own])
        numbers = {field: getattr(wald, field) for field in ("QM", "QM_df1", "QM_df2", "QMp")}
        why = dict(wald.reasons) | ({} if fit.df else {"QM_df2": "the test of z is chi-square"})
        try:
            ratio = likelihood_ratio(model, own)
            numbers |= {"LRT": ratio.LRT, "LRTp": ratio.pval}
        except (InputError, NotEstimable, ConvergenceError) as error:
            numbers |= dict.fromkeys(("LRT", "LRTp"))
            why |= dict.fromkeys(("LRT", "LRTp"), str(error))
        term[name] = numbers
        reasons |= {f"term.{safe(name)}.{field}": text for field, text in why.items()}
    if not term:
        raise NotEstimable(f"{formula} names no moderator")
    return TermTests(term, f"tests of terms, {fit.tag}; likelihood ratio by ML", reasons)


def _subgroups(pool, *, by, tau2="separate", between="as_test"):
    """Subgroups by the method of the analysis: counts by Mantel and Haenszel, where it pools these."""
    own = {"counts": pool.counts, "method": pool.of_counts} if pool.counts is not None else {}
    options = pool.model | own | {"tau2": tau2, "between": between}
    return subgroup_analysis(pool.yi, pool.vi, pool.column(by), **options)


def _permutation(pool, *, formula="~ 1", iterations=1000, seed=1, exact=False):
    wanted = Permutations(iterations, seed, exact)
    model = regression_model(pool, formula)
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
    return location_scale(regression_model(pool, formula), found.X, **options)


MODERATORS = (
    Procedure("meta_regression", "Meta-regression", _meta_regression, "Thompson & Higgins 2002"),
    Procedure(
        "predicted_effects",
        "Effects at values of moderators",
        _predicted_effects,
        "Thompson & Higgins 2002",
    ),
    Procedure("term_tests", "Tests of moderators", _term_tests, "Knapp & Hartung 2003"),
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
