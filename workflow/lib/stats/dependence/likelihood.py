"""(Restricted) likelihood of variance parameters, with its slope and average information."""

from dataclasses import dataclass
from math import log, pi

import numpy as np

from workflow.lib.stats.dependence.block_covariance import BlockCovariance
from workflow.lib.stats.dependence.model import DependentModel, known_fit
from workflow.lib.stats.dependence.nested_covariance import NestedCovariance, nesting
from workflow.lib.stats.dependence.terms import Factor


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The fit at given parameters; slope and information are by the parameters."""

    parameters: np.ndarray
    ll: float
    beta: np.ndarray  # (p,)
    vb: np.ndarray  # (p, p)
    residual: np.ndarray  # (k,)
    vb_basis: np.ndarray  # (p, p) variances of the coefficients of the model's basis
    WX: np.ndarray  # (k, p) inverse of the total covariances, times the basis
    Py: np.ndarray  # (k,) the same times the residuals
    slope: np.ndarray  # of ll
    information: np.ndarray  # average of observed and expected (Gilmour et al. 1995)
    state: object  # NestedState or BlockState


class Likelihood:
    """Log-likelihood of a model as a function of the parameters of its covariances."""

    def __init__(self, model: DependentModel, covariance, *, restricted: bool):
        """Subtract a first fit: the residuals keep their digits whatever the mean is."""
        self.model, self.covariance, self.restricted = model, covariance, restricted
        self.start = known_fit(model).beta
        self.y = model.yi - model.basis @ self.start
        size = model.k - model.p if restricted else model.k
        self.constant = -0.5 * size * log(2.0 * pi)

    def at(self, parameters, wanted=None) -> Evaluation:
        """Return the fit; slope and information only for the `wanted` parameters (all).

        In the basis' coordinates X'X is the unit matrix, and its determinant, which makes the
        restricted likelihood the same for any coding of X (Harville 1974), drops out.
        """
        parameters = np.asarray(parameters, dtype=float)
        state, X = self.covariance.at(parameters), self.model.basis
        both = state.solve(np.column_stack([X, self.y]))
        WX = both[:, :-1]
        design = X.T @ WX
        vb = np.linalg.inv(design)
        vb = 0.5 * (vb + vb.T)
        beta = vb @ (WX.T @ self.y)
        residual = self.y - X @ beta
        Py = both[:, -1] - WX @ beta
        ll = self.constant - 0.5 * (state.logdet + float(Py @ residual))
        if self.restricted:
            ll -= 0.5 * float(np.linalg.slogdet(design)[1])
        n = self.covariance.n_parameters
        slope, information = self._derivatives(
            state, (WX, vb, Py), range(n) if wanted is None else wanted
        )
        back = self.model.back
        in_basis = (residual, vb, WX, Py)
        found = (back @ (self.start + beta), back @ vb @ back.T, *in_basis)
        return Evaluation(parameters, ll, *found, slope, information, state)

    def _derivatives(self, state, fit, wanted):
        """Slope and average information; zero for parameters that are not wanted."""
        WX, vb, Py = fit
        n, covariance = self.covariance.n_parameters, self.covariance
        slope, information = np.zeros(n), np.zeros((n, n))
        if len(wanted) == 0:
            return slope, information
        stack = np.column_stack([WX, Py])
        applied = np.empty((len(Py), len(wanted)))
        for place, i in enumerate(wanted):
            image = covariance.apply(state, i, Py[:, None])[:, 0]
            applied[:, place] = image
            slope[i] = 0.5 * (float(Py @ image) - state.trace(i))
            if self.restricted:
                slope[i] += 0.5 * float((covariance.gram(state, i, stack[:, :-1]) * vb).sum())
        solved = state.solve(applied)
        solved -= WX @ (vb @ (WX.T @ applied))
        information[np.ix_(list(wanted), list(wanted))] = 0.5 * (applied.T @ solved)
        return slope, information


def covariance_of(model: DependentModel, terms, shapes=()):
    """Return the cheapest description of the total covariances of `terms`."""
    if not shapes and all(isinstance(t, Factor) for t in terms) and model.V.is_diagonal():
        order = nesting(terms)
        if order is not None:
            return NestedCovariance(model.V.diagonal(), terms, order)
    return BlockCovariance(model.V, terms, shapes)
