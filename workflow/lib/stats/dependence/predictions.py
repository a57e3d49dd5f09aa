"""What a fit says of single levels and estimates: predicted deviations, residuals, leverages."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.stats.dependence.fit import Fit, quantile
from workflow.lib.stats.dependence.likelihood import Evaluation
from workflow.lib.stats.dependence.model import DependentModel
from workflow.lib.stats.dependence.nested_covariance import NestedState, level_sums
from workflow.lib.stats.dependence.solution import solution
from workflow.lib.stats.dependence.terms import Factor, Structure


@dataclass(frozen=True, slots=True)
class Deviations:
    """Best linear unbiased predictions of the deviations of one term's levels from the mean."""

    name: str
    levels: tuple[str, ...]  # inner | outer: "AL | 1"
    est: tuple[float, ...]
    se: tuple[float, ...]  # of prediction, with the error of beta
    pi_lb: tuple[float, ...]
    pi_ub: tuple[float, ...]
    level: float  # percent
    tag: str


@dataclass(frozen=True, slots=True)
class Residuals:
    """Residuals of the k estimates; all are (k,) tuples."""

    resid: tuple[float, ...]  # yi minus the fitted value
    se: tuple[float, ...]  # of the residual
    z: tuple[float, ...]
    hat: tuple[float, ...]  # diagonal of the hat matrix
    weight: tuple[float, ...]  # percent: row sums of the inverse of the total covariances
    tag: str


def deviations(model: DependentModel, terms, fit: Fit) -> tuple[Deviations, ...]:
    """Return the predicted deviations of every term's levels, as metafor's ranef.

    `model` and `terms` are those that were fitted. Errors as in Henderson (1975).
    """
    terms = (terms,) if isinstance(terms, Structure) else tuple(terms)
    here = solution(model, terms, fit)
    crit = quantile(fit.level, None if fit.df is None else min(fit.df))
    found = []
    for place, term in enumerate((*_factors(terms), *_structures(terms))):
        if isinstance(here.state, NestedState):
            est, variance = _of_levels(here, place, term)
            levels = tuple(str(level) for level in term.levels)
        else:
            est, variance, levels = _of_rows(here, place, term)
        se = np.sqrt(np.maximum(variance, 0.0))
        bounds = [tuple((est + sign * crit * se).tolist()) for sign in (-1.0, 1.0)]
        numbers = (tuple(est.tolist()), tuple(se.tolist()), *bounds)
        law = "z" if fit.df is None else f"t({min(fit.df):g})"
        found.append(Deviations(term.name, levels, *numbers, fit.level, f"BLUP, {law}"))
    return tuple(found)


def residuals(model: DependentModel, terms, fit: Fit) -> Residuals:
    """Return the residuals with their errors, leverages and weights."""
    here = solution(model, terms, fit)
    basis = model.basis
    fitted_variance = np.einsum("ij,jl,il->i", basis, here.vb_basis, basis)
    se = np.sqrt(np.maximum(here.state.variance_of_rows() - fitted_variance, 0.0))
    z = np.divide(here.residual, se, out=np.zeros(model.k), where=se > 0.0)
    hat = np.einsum("ij,jl,il->i", basis, here.vb_basis, here.WX)
    weight = here.state.solve(np.ones((model.k, 1)))[:, 0]
    return Residuals(
        resid=tuple(here.residual.tolist()),
        se=tuple(se.tolist()),
        z=tuple(z.tolist()),
        hat=tuple(hat.tolist()),
        weight=tuple((100.0 * weight / weight.sum()).tolist()),
        tag=f"{fit.tag}; internally standardised",
    )


def _factors(terms) -> list[Factor]:
    """Random intercepts, in the order of their variances."""
    return [t for t in terms if isinstance(t, Factor)]


def _structures(terms) -> list[Structure]:
    """The inner | outer terms."""
    return [t for t in terms if not isinstance(t, Factor)]


def _of_levels(here: Evaluation, index: int, factor: Factor):
    """Deviations of a factor's levels and their error variances, nested factors."""
    s2 = float(here.parameters[index])
    sums = level_sums(factor, np.column_stack([here.WX, here.Py]))
    design = np.einsum("gj,jl,gl->g", sums[:, :-1], here.vb_basis, sums[:, :-1])
    precision = here.state.precisions(index) - design
    return s2 * sums[:, -1], s2 - s2 * s2 * precision


def _of_rows(here: Evaluation, index: int, term):
    """Deviations, error variances and names of a term's levels, from the blocks of rows.

    The deviation that acts on row i is row i of C P y, its error variance that of C - C P C: C
    is the term's own covariance matrix of the rows.
    """
    k, state = len(here.Py), here.state
    est, variance = np.empty(k), np.empty(k)
    for number, part in enumerate(state.inverse.parts):
        own = _own(state, index, number)
        WX = here.WX[part.rows]
        P = part.values - WX @ here.vb_basis @ np.swapaxes(WX, 1, 2)
        est[part.rows] = (own @ here.Py[part.rows][:, :, None])[:, :, 0]
        variance[part.rows] = np.einsum("mii->mi", own) - np.einsum("mij,mjl,mil->mi", own, P, own)
    if isinstance(term, Factor):
        codes, names = term.codes, [str(level) for level in term.levels]
    else:
        codes = term.outer * len(term.inner_levels) + term.inner
        names = [f"{a} | {b}" for b in term.outer_levels for a in term.inner_levels]
    shown, first = np.unique(codes, return_index=True)
    return est[first], variance[first], tuple(names[code] for code in shown)


def _own(state, index: int, number: int) -> np.ndarray:
    """Covariances of the rows of one part that one term contributes."""
    source = state.source
    n = len(source.factors)
    if index < n:
        return state.parameters[index] * source.alike(index, number)
    return source.spread(index - n, state.matrices[index - n], number)
