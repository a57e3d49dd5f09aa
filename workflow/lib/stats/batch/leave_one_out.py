"""The pooled effect without each study in turn, tau2 estimated anew, in O(k)."""

from dataclasses import dataclass, replace

import numpy as np

from workflow.lib.stats.batch.fits import Options, fit_all
from workflow.lib.stats.batch.interpolated_sums import InterpolatedSums
from workflow.lib.stats.batch.pool import Answers, PooledGroups, fits_of
from workflow.lib.stats.batch.subsets import chosen
from workflow.lib.stats.batch.sums import Plain, Sums, traces
from workflow.lib.stats.moments import effects_and_variances

DIRECT = 200  # up to this many studies summing term by term is as fast
_DOMINANT = 0.9  # share of a sum above which what remains without a study is summed anew
_LOOKS = 6  # places between 0 and the largest tau2 at which the shares are looked at


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The sets that remain when one study is left out, never the most precise one.

    It stands for a `Block` of such sets, one per entry of `studies`.
    """

    studies: np.ndarray  # (m,) rows of `sums` that are left out
    sums: InterpolatedSums  # of 1, y and y^2 over all studies but the most precise
    lead: float  # variance of the most precise study; effects are centred on it
    k: np.ndarray  # (m,), studies that remain
    of_all: Plain  # unweighted sums over all studies, shape (1,)
    distance: np.ndarray  # (all but the most precise,) effects minus the unweighted mean
    p: int = 1

    @property
    def df(self) -> np.ndarray:
        """Residual degrees of freedom, (m,)."""
        return self.k - self.p

    @property
    def floor(self) -> np.ndarray:
        """Smallest sampling variance of each set, (m,)."""
        return np.full(len(self.studies), self.lead)

    def take(self, groups: np.ndarray) -> "LeftOut":
        """Some of the sets."""
        return replace(self, studies=self.studies[groups], k=self.k[groups])

    def at(self, tau2) -> Sums:
        """Sums of the weighted fits, as `Block.at`."""
        tau2 = np.broadcast_to(np.asarray(tau2, dtype=float), self.studies.shape)
        first = 1.0 / (self.lead + tau2)
        (w, wy, wyy), (ww, wwy, wwyy), (www, wwwy, wwwyy) = self.sums.without(self.studies, tau2)
        sum_w = first + w
        mu = wy / sum_w
        trP, trPP = traces(first, w, ww, www)
        # with u = P y: sums over the others of w u^2 and w u, then of w (u - u_first)^2 and so on
        w_u, from_first = wwy - mu * ww, first * mu
        w_uu = wwwyy - mu * (2.0 * wwwy - mu * www)
        spread = w_uu + from_first * (2.0 * w_u + from_first * w)
        return Sums(
            mu=mu,
            sum_w=sum_w,
            sum_ww=first * first + ww,
            trP=trP,
            trPP=trPP,
            Q=first * mu * mu + wyy - mu * (2.0 * wy - mu * w),
            yPPy=(first * mu) ** 2 + wwyy - mu * (2.0 * wwy - mu * ww),
            yPPPy=np.maximum(0.0, spread - (w_u + from_first * w) ** 2 / sum_w),
        )

    def q_at(self, tau2) -> tuple[np.ndarray, np.ndarray]:
        """Return Q = y'Py and y'PPy, as `Block.q_at`."""
        m = self.at(tau2)
        return m.Q, m.yPPy

    def slope_at(self, tau2, *, restricted: bool) -> np.ndarray:
        """Twice the derivative of the (restricted) log-likelihood at `tau2`."""
        m = self.at(tau2)
        return m.yPPy - (m.trP if restricted else m.sum_w)

    def log_growth(self, tau2) -> np.ndarray:
        """Sum of log((vi + tau2) / vi)."""
        others = self.sums.log_growth(tau2) - np.log1p(tau2 / self.sums.vi[self.studies])
        return others + np.log1p(tau2 / self.lead)

    def plain(self) -> Plain:
        """Sums without weights."""
        own, distance = self.sums.vi[self.studies], self.distance[self.studies]
        spread = self.of_all.spread - distance**2 * (1.0 + 1.0 / self.k)
        return Plain(np.maximum(0.0, spread), self.of_all.v - own, self.of_all.vv - own**2)


def refit_without_each(yi, vi, *, method="REML", test="adhoc", level=95.0) -> PooledGroups:
    """Return k fits, the i-th without study i; tau2 is estimated anew each time.

    `yi` and `vi` have shape (k,); `group` is the row of the study that is left out.

    Raises
    ------
    InputError
        As `pooling.random_effects`.

    Notes
    -----
    With many studies each sum is that over all studies minus one term. The sums over all are
    interpolated in tau2, see `interpolated_sums`. A study that makes up most of a sum, such as
    a far outlier or the most precise one, is left out by summing the others.
    """
    options = Options(method, test, level)
    yi, vi = effects_and_variances(yi, vi)
    k, answers, exceptions = len(yi), Answers(len(yi)), np.arange(len(yi))
    if k > DIRECT:
        lead = int(np.argmin(vi))
        others = np.delete(exceptions, lead)
        sets, dominant = _sets_of(yi[others] - yi[lead], vi[others], float(vi[lead]))
        fits = fit_all(sets, np.full(len(sets.studies), yi[lead]), options)
        answers.put(others[sets.studies], fits)
        exceptions = np.append(others[dominant], lead)
    remaining = chosen(exceptions[:, None] != np.arange(k))
    for numbers, fits in fits_of(yi, vi, remaining, options):
        answers.put(exceptions[numbers], fits)
    return answers.complete(np.arange(k), np.full(k, k - 1), options)


def _sets_of(y: np.ndarray, v: np.ndarray, lead: float) -> tuple[LeftOut, np.ndarray]:
    """Return the sets without one of the studies y, v, and the studies that are too dominant.

    The most precise study has effect 0 and variance `lead`.
    """
    sums = InterpolatedSums(v, np.column_stack([np.ones_like(y), y, y * y]))
    centre = float(y.sum()) / (len(y) + 1.0)
    distance = y - centre
    of_all = Plain(
        spread=np.array([float(distance @ distance) + centre**2]),
        v=np.array([float(v.sum()) + lead]),
        vv=np.array([float(v @ v) + lead**2]),
    )
    shares = [sums.dominance(t) for t in _places(sums, float(of_all.spread[0]))]
    shares += [distance**2 / max(float(of_all.spread[0]), 1e-300), v * v / float(v @ v)]
    dominant = np.maximum.reduce(shares) > _DOMINANT
    studies = np.flatnonzero(~dominant)
    k = np.full(len(studies), float(len(y)))
    return LeftOut(studies, sums, lead, k, of_all, distance), np.flatnonzero(dominant)


def _places(sums: InterpolatedSums, spread: float) -> np.ndarray:
    """Values of tau2 from 0 to beyond the largest variance and the spread of the effects."""
    smallest, largest = float(sums.vi.min()), max(float(sums.vi.max()), spread)
    return np.append(0.0, np.geomspace(smallest, largest, _LOOKS - 1))
