"""The sums of a weighted fit without one study, for every study, from the fit of all."""

import numpy as np

from workflow.lib.stats.diagnostics.many_tau2 import ManyMoments
from workflow.lib.stats.diagnostics.weighted_sums import Sums, WeightedSums


class Without:
    """The k fits without one study of a `LinearModel`, each at its own tau2.

    Notes
    -----
    Without row j the projection matrix is P - P_j P_j' / P_jj with P_j its column j: all sums
    follow from those of all studies and from what study j has in P, PP and PPP. The subtraction
    costs digits where 1 - h_j is small.
    """

    def __init__(self, model):
        """Take a `LinearModel` without user weights."""
        self.model = model
        self.sums = WeightedSums(model)
        self.vi = model.vi
        self.floor = np.full(model.k, float(model.vi.min()))
        self.k, self.df = np.full(model.k, model.k - 1), np.full(model.k, model.df - 1)
        self._set_unweighted()

    def _set_unweighted(self) -> None:
        """Unweighted sums of squares without each study, as the members of `LinearModel`."""
        model = self.model
        P = model.projection(np.ones(model.k))
        residual, self.free_unweighted = P.residual(model.contrast), P.free
        free = np.where(self.free_unweighted > 0.0, self.free_unweighted, np.nan)
        spread = residual @ residual - residual**2 / free
        across = P.inverse @ P.gram(model.vi) @ P.inverse
        own = ((model.basis @ across) * model.basis).sum(axis=1)
        own += model.vi * (2.0 * self.free_unweighted - 1.0)
        expected = P.trace(model.vi) - own / free
        about_mean = model.yi - model.yi.mean()
        self.spread = np.maximum(spread, 0.0)
        self.expected_spread = expected
        total = about_mean @ about_mean - about_mean**2 * (model.k / (model.k - 1.0))
        self.total_spread = np.maximum(total, 0.0)

    def at(self, rows: np.ndarray, tau2: np.ndarray) -> ManyMoments:
        """Sums without study rows[i] at tau2[i]."""
        all_of = self.sums.at(tau2)
        w, own = 1.0 / (self.vi[rows] + tau2), self.model.basis[rows]
        products = self.sums.doubled[rows]
        h = w * _dot(products, all_of.G)
        q2 = _dot(products, all_of.GA2G)
        free = 1.0 - h
        Py = w * (self.model.contrast[rows] - _dot(own, all_of.b))
        PPy = w * (Py - _dot(own, all_of.g2))
        PPPy = w * (PPy - _dot(own, all_of.g3))
        diagonal = w * free, w * w * (1.0 - 2.0 * h + q2)
        cubic = w * w * (w * (1.0 - 3.0 * h + 2.0 * q2) + _dot(products, all_of.K3))
        return _deleted(all_of, w, free, (Py, PPy, PPPy), (*diagonal, cubic))

    def fits(self, rows: np.ndarray, tau2: np.ndarray) -> tuple[np.ndarray, ...]:
        """Fit without study rows[i] at tau2[i], in the basis of the model.

        Coefficients of the contrasts (n, p), their variances (n, p, p) without the study and
        with it, and the residual of the study (n,).
        """
        all_of, own = self.sums.at(tau2), self.model.basis[rows]
        G = self.sums.full(all_of.G)
        w = 1.0 / (self.vi[rows] + tau2)
        Gx = np.einsum("nij,nj->ni", G, own)
        free = 1.0 - w * _dot(Gx, own)
        resid = (self.model.contrast[rows] - _dot(own, all_of.b)) / free
        b = all_of.b - Gx * (w * resid)[:, None]
        vb = G + (w / free)[:, None, None] * Gx[:, :, None] * Gx[:, None, :]
        return b, vb, G, resid

    def loglik(self, rows, tau2, m: ManyMoments, *, restricted: bool) -> np.ndarray:
        """(Restricted) log-likelihood without study rows[i] at tau2[i], up to a constant."""
        logs, design = self.sums.logs(tau2)
        design = design + np.log(m.free) if restricted else 0.0
        return -0.5 * (logs - np.log(self.vi[rows] + tau2) + design + m.Q)


def _deleted(all_of: Sums, w, free, vectors, diagonals) -> ManyMoments:
    """Sums without a study from what it has in P, PP and PPP, and in Py, PPy and PPPy."""
    Py, PPy, PPPy = vectors
    P, PP, PPP = diagonals
    pull, share = Py / P, PP / P
    yPPPy = all_of.yPPPy - 2.0 * pull * PPPy + pull**2 * PPP - (PPy - pull * PP) ** 2 / P
    return ManyMoments(
        sum_w=all_of.sum_w - w,
        sum_ww=all_of.sum_ww - w * w,
        trP=all_of.trP - share,
        trPP=all_of.trPP - 2.0 * PPP / P + share**2,
        Q=np.maximum(all_of.yPy - Py * pull, 0.0),
        yPPy=np.maximum(all_of.yPPy - 2.0 * pull * PPy + pull**2 * PP, 0.0),
        yPPPy=yPPPy,
        free=free,
    )


def _dot(one, other) -> np.ndarray:
    """Sum over columns of the products of two arrays (n, m)."""
    return np.einsum("nm,nm->n", one, other)
