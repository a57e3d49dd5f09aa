"""A fit of dependent estimates once more, without some of them."""

from dataclasses import replace

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.dependence import multivariate, three_level
from workflow.lib.stats.dependence.blocks import codes_of
from workflow.lib.stats.dependence.fit import Fit
from workflow.lib.stats.dependence.likelihood import Evaluation, Likelihood, covariance_of
from workflow.lib.stats.dependence.model import DependentModel, dependent_model
from workflow.lib.stats.dependence.shapes import shape_of
from workflow.lib.stats.dependence.solution import parameters_of
from workflow.lib.stats.dependence.terms import Factor, Structure


class Refits:
    """The fits without some estimates, of `model` and `terms` that gave `fit`."""

    def __init__(self, model: DependentModel, terms, fit: Fit, *, estimate: bool):
        """With `estimate` variances and correlations are found anew, else they are those of `fit`."""
        self.model, self.fit, self.estimate = model, fit, estimate
        self.terms = (terms,) if isinstance(terms, Structure) else tuple(terms)
        self.restricted = fit.method == "REML"
        structures = [t for t in self.terms if isinstance(t, Structure)]
        self.shapes = tuple(map(shape_of, structures))
        covariance = covariance_of(model, self.terms, self.shapes)
        self.full = Likelihood(model, covariance, restricted=self.restricted)

    def without(self, left_out: np.ndarray) -> tuple[Evaluation, Evaluation]:
        """Return the fit without the rows of a mask (k,), and all rows at the same variances.

        Raises
        ------
        NotEstimable
            If what is left does not determine a coefficient, a variance or a correlation.
        ConvergenceError
            If the likelihood of what is left has no maximum that can be found.
        """
        keep = ~left_out
        terms = tuple(without_rows(term, keep) for term in self.terms)
        rest = subset(self.model, keep)
        found = self._fitted(rest, terms)
        return found, self.full.at(self._on_all_rows(terms, found), ())

    def _fitted(self, rest: DependentModel, terms) -> Evaluation:
        """The likelihood of the others at its maximum, or at the variances of all."""
        if not self.estimate:
            shapes = tuple(shape_of(t) for t in terms if isinstance(t, Structure))
            likelihood = Likelihood(
                rest, covariance_of(rest, terms, shapes), restricted=self.restricted
            )
            return likelihood.at(parameters_of(self.fit, terms), ())
        if self.shapes:
            return multivariate.fitted(rest, terms, restricted=self.restricted)
        three_level.check_factors(rest, terms)
        return three_level.fitted(rest, terms, restricted=self.restricted)

    def _on_all_rows(self, terms, found: Evaluation) -> np.ndarray:
        """Parameters of all rows that give the variances and correlations of `found`."""
        place = sum(isinstance(t, Factor) for t in terms)
        parameters = list(found.parameters[:place])
        own = [shape_of(t) for t in terms if isinstance(t, Structure)]
        for shape, whole in zip(own, self.shapes, strict=True):
            tau2, rho = shape.natural(found.parameters[place : place + shape.n_parameters])
            low = getattr(whole, "bounds", (-1.0, 1.0))[0]
            if min(rho, default=0.0) < low - 1e-12:
                raise NotEstimable(f"the correlation of the others, {rho[0]:g}, is none of all")
            parameters += whole.parameters(tau2, rho)
            place += shape.n_parameters
        return np.array(parameters, dtype=float)


def subset(model: DependentModel, keep: np.ndarray) -> DependentModel:
    """Return the model of the rows of a mask (k,).

    Raises
    ------
    NotEstimable
        If they are no more than the coefficients, or do not determine all of them.
    """
    V = model.V.rows_kept(keep)
    try:
        return dependent_model(model.yi[keep], V, model.X[keep], names=model.names)
    except InputError as error:
        raise NotEstimable(f"the coefficients are not determined ({error})") from error


def without_rows(term, keep: np.ndarray):
    """Return a factor or a structure of the rows of a mask (k,).

    Inner levels keep their places in the order. A level that no row holds any more has no
    variance, and two levels that no outer level holds together have no correlation, to be found.

    Raises
    ------
    NotEstimable
        If a variance or a correlation belongs to no row that is left.
    """
    if isinstance(term, Factor):
        codes, used = codes_of(term.codes[keep])
        return replace(term, codes=codes, levels=tuple(term.levels[code] for code in used))
    outer, used = codes_of(term.outer[keep])
    inner = term.inner[keep]
    before, after = _pairs(term.inner, term.outer), _pairs(inner, outer)
    lost = before - after if term.struct == "UN" else before and not after
    if lost:
        raise NotEstimable(f"{term.name}: nothing is left that correlates")
    gone = set(term.inner.tolist()) - set(inner.tolist())
    if gone and shape_of(term).n_tau2 > 1:
        names = ", ".join(str(term.inner_levels[level]) for level in sorted(gone))
        raise NotEstimable(f"{term.name}: no estimate is left of {names}")
    together = int(np.bincount(np.unique(np.column_stack([outer, inner]), axis=0)[:, 0]).max())
    levels = tuple(term.outer_levels[code] for code in used)
    return replace(term, inner=inner, outer=outer, outer_levels=levels, together=together)


def _pairs(inner: np.ndarray, outer: np.ndarray) -> set[tuple[int, int]]:
    """Pairs of inner levels that one outer level holds."""
    held: dict[int, set] = {}
    for level, group in zip(inner.tolist(), outer.tolist(), strict=True):
        held.setdefault(group, set()).add(level)
    return {(a, b) for levels in held.values() for a in levels for b in levels if a < b}
