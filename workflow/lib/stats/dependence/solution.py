"""A fit once more as arrays: what predictions, residuals and robust variances start from."""

import numpy as np

from workflow.lib.stats.dependence.block_covariance import BlockCovariance
from workflow.lib.stats.dependence.fit import Fit
from workflow.lib.stats.dependence.likelihood import Evaluation, Likelihood, covariance_of
from workflow.lib.stats.dependence.model import DependentModel
from workflow.lib.stats.dependence.shapes import shape_of
from workflow.lib.stats.dependence.terms import Factor, Structure


def solution(model: DependentModel, terms, fit: Fit, *, blocks: bool = False) -> Evaluation:
    """Return the fit at its estimates; `blocks` asks for the total covariances as blocks.

    `terms` are those that were fitted: factors, or factors and a structure.
    """
    terms = (terms,) if isinstance(terms, Structure) else tuple(terms)
    shapes = tuple(shape_of(t) for t in terms if isinstance(t, Structure))
    covariance = covariance_of(model, terms, shapes)
    if blocks and not isinstance(covariance, BlockCovariance):
        covariance = BlockCovariance(model.V, terms)
    likelihood = Likelihood(model, covariance, restricted=fit.method == "REML")
    return likelihood.at(parameters_of(fit, terms), ())


def parameters_of(fit: Fit, terms) -> np.ndarray:
    """Return the parameters of the likelihood that give the variances of `fit`."""
    found = list(fit.sigma2)
    for term in terms:
        if not isinstance(term, Factor):
            found += shape_of(term).parameters(fit.tau2, fit.rho)
    return np.array(found, dtype=float)
