"""Fits of dependent estimates without one unit each: a single estimate, or a whole cluster.

All numbers are in the coordinates of the model's orthonormal basis and for effects from which the
fit of all estimates is subtracted, so that the coefficients without a unit are the change itself.
"""

from dataclasses import dataclass, replace

import numpy as np

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.counts.result import without_each
from workflow.lib.stats.dependence.blocks import codes_of, joint_labels
from workflow.lib.stats.dependence.fit import Fit
from workflow.lib.stats.dependence.likelihood import Evaluation
from workflow.lib.stats.dependence.model import DependentModel
from workflow.lib.stats.dependence.refit import Refits
from workflow.lib.stats.dependence.solution import solution
from workflow.lib.stats.dependence.terms import Factor
from workflow.lib.stats.numbers import as_labels

WEAK = 1e-6  # share of its information on a coefficient that a unit must leave to the others


@dataclass(frozen=True, slots=True)
class Units:
    """What is left out at a time."""

    codes: np.ndarray  # (k,), number of the unit of each row
    labels: tuple  # (m,), in the order in which they appear
    blocks: np.ndarray  # (k,), number of the rows that the model correlates
    single: bool  # a unit is one estimate, not one cluster


@dataclass(frozen=True, slots=True)
class Deletions:
    """Fits without unit u, u = 0 to m - 1; NaN in all arrays where `reasons` says why."""

    units: Units
    here: Evaluation  # the fit of all estimates
    change: np.ndarray  # (m, p) coefficients of all estimates minus those without the unit
    vb: np.ndarray  # (m, p, p) variances of the coefficients without the unit
    full_vb: np.ndarray  # (m, p, p) those of all estimates at the variances found without it
    resid: np.ndarray  # (k,) effect minus its value predicted without its unit
    variance: np.ndarray  # (k,) of the effect plus that of the prediction
    shared: np.ndarray  # (k,) covariance of the two; 0 if the unit is a cluster
    X2: np.ndarray  # (m,) squared length of a unit's standardised deleted residuals
    reasons: dict[int, str]  # by the number of the unit


def delete_units(
    model: DependentModel, terms, fit: Fit, cluster=None, *, reestimate=True
) -> Deletions:
    """Return the fits without one estimate each, or without one cluster each.

    `model` and `terms` are those that were fitted; `cluster` has shape (k,). With `reestimate`
    every fit estimates variances and correlations anew; without it they stay, and all deletions
    follow from the fit of all estimates in O(k p^2): the information without a unit is a sum over
    the blocks of rows that the model correlates (Haslett 1999).

    Raises
    ------
    InputError
        For a `cluster` of another length, or clusters that the model correlates.
    """
    here = solution(model, terms, fit)
    units = units_of(model, terms, cluster)
    refits = Refits(replace(model, yi=here.residual), terms, fit, estimate=reestimate)
    found = _empty(units, here, model)
    if not reestimate:
        _fill_from_all(found, model)
    for u in np.flatnonzero(np.isnan(found.vb[:, 0, 0])).tolist():
        try:
            _fill_directly(found, model, refits, u)
        except (NotEstimable, InputError, ConvergenceError) as error:
            found.reasons[u] = f"without it: {error}"
    return found


def units_of(model: DependentModel, terms, cluster) -> Units:
    """Return the k estimates as units, or the clusters.

    Raises
    ------
    InputError
        For a `cluster` of another length, a missing label, clusters that the model correlates.
    """
    groups = [t.codes if isinstance(t, Factor) else t.outer for t in _several(terms)]
    blocks, _ = codes_of(joint_labels(model.V.labels(), *groups))
    if cluster is None:
        return Units(np.arange(model.k), tuple(range(model.k)), blocks, single=True)
    labels = as_labels("cluster", cluster).tolist()
    if len(labels) != model.k:
        raise InputError([f"cluster has {len(labels)} rows, yi has {model.k}"])
    place = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    codes = np.array([place[label] for label in labels])
    outside = np.empty(blocks.max() + 1, dtype=codes.dtype)
    outside[blocks] = codes
    if not np.array_equal(outside[blocks], codes):
        raise InputError(["the model correlates different clusters; take a coarser one"])
    return Units(codes, tuple(place), blocks, single=False)


def _several(terms) -> tuple:
    """One term or several, as a tuple."""
    return tuple(terms) if isinstance(terms, (tuple, list)) else (terms,)


def _empty(units: Units, here: Evaluation, model: DependentModel) -> Deletions:
    """Arrays of NaN, to be filled."""
    m, k, p = len(units.labels), model.k, model.p
    shapes = ((m, p), (m, p, p), (m, p, p), (k,), (k,), (k,), (m,))
    return Deletions(units, here, *(np.full(shape, np.nan) for shape in shapes), {})


def _fill_from_all(found: Deletions, model: DependentModel) -> None:
    """Fill what the fit of all estimates gives; a unit that nearly determines the rest stays NaN.

    Without a block the information is the sum over the other blocks. Without row i of block j it
    is that sum plus X'WX of the block less w w' / W_ii, w = (W X)_i: the inverse of a matrix
    without a row and column is a rank-one update of its inverse.
    """
    units, here = found.units, found.here
    k, p = here.WX.shape
    own = model.basis[:, :, None] * here.WX[:, None, :]
    sums = _sums(units.blocks if units.single else units.codes, own.reshape(k, p * p))
    rest = without_each(sums.T).T.reshape(-1, p, p)
    if units.single:
        precision = here.state.precision_of_rows()
        scaled = here.WX / np.sqrt(precision)[:, None]
        inside = sums.reshape(-1, p, p)[units.blocks] - scaled[:, :, None] * scaled[:, None, :]
        rest = rest[units.blocks] + inside
        pull = here.WX * (here.Py / precision)[:, None]
    else:
        pull = _sums(units.codes, model.basis * here.Py[:, None])
    root = np.linalg.cholesky(here.vb_basis)
    share = root.T @ rest @ root  # the unit matrix where nothing was left out
    strong = np.linalg.eigvalsh(share)[:, 0] > WEAK
    vb = root @ np.linalg.inv(share[strong]) @ root.T
    found.vb[strong] = 0.5 * (vb + np.swapaxes(vb, 1, 2))
    found.change[strong] = np.einsum("mij,mj->mi", found.vb[strong], pull[strong])
    found.full_vb[strong] = here.vb_basis
    _fill_residuals(found, model, here, strong[units.codes])


def _fill_directly(found: Deletions, model: DependentModel, refits: Refits, u: int) -> None:
    """Fill unit `u` by fitting all others."""
    mine = found.units.codes == u
    rest, full = refits.without(mine)
    turn = model.basis.T @ model.X  # from coefficients of X to those of the basis
    found.change[u] = -turn @ rest.beta
    found.vb[u] = turn @ rest.vb @ turn.T
    found.full_vb[u] = full.vb_basis
    _fill_residuals(found, model, full, mine)


def _fill_residuals(found: Deletions, model: DependentModel, full: Evaluation, rows) -> None:
    """Fill the residuals of `rows` (k,), a mask; `full` has the covariances to be used.

    A cluster's X2 is r' (M + X vb X')^-1 r, M its own covariances: by Woodbury's identity
    r' M^-1 r less its part that the coefficients of all estimates explain.
    """
    units, X, codes = found.units, model.basis[rows], found.units.codes[rows]
    vb = found.vb[codes]
    found.resid[rows] = found.here.residual[rows] + np.einsum("ij,ij->i", X, found.change[codes])
    own = np.einsum("ij,ijl,il->i", X, vb, X)
    found.variance[rows] = full.state.variance_of_rows()[rows] + own
    if units.single:
        precision = full.state.precision_of_rows()[rows]
        others = X - full.WX[rows] / precision[:, None]
        found.shared[rows] = np.einsum("ij,ijl,il->i", X, vb, others)
        squares = found.variance[rows] - 2.0 * found.shared[rows]
        found.X2[codes] = found.resid[rows] ** 2 / squares
        return
    found.shared[rows] = 0.0
    r = np.where(rows, found.resid, 0.0)
    squares = (r * full.state.solve(r[:, None])[:, 0])[rows]
    m = len(units.labels)
    along = _sums(codes, full.WX[rows] * r[rows, None], m)
    explained = np.einsum("mi,ij,mj->m", along, full.vb_basis, along)
    mine = np.unique(codes)
    found.X2[mine] = (np.bincount(codes, weights=squares, minlength=m) - explained)[mine]


def _sums(codes: np.ndarray, columns: np.ndarray, m: int | None = None) -> np.ndarray:
    """Sums of `columns` (k, q) over the rows of each code, (m, q)."""
    m = int(codes.max()) + 1 if m is None else m
    parts = [np.bincount(codes, weights=column, minlength=m) for column in columns.T]
    return np.column_stack(parts)
