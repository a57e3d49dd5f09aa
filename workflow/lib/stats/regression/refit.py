"""Many fits of one small linear model at once: its statistics for m variants of data or design.

For permutations: the variants share k and p; arrays carry the variant on their first axis.
"""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import ConvergenceError, InputError

MAX_STEPS = 200
TOLERANCE = 1e-11  # of the last step, relative to tau2 + min(vi)
ELEMENTS = 1 << 18  # of one array of a block: stays near the cache
METHODS = ("EE", "FE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM")


@dataclass(frozen=True, slots=True)
class Variants:
    """m variants of a model of k effects with p coefficients."""

    y: np.ndarray  # (m, k)
    v: np.ndarray  # (k,)
    X: np.ndarray  # (m, k, p)

    @property
    def df(self) -> int:
        """Residual degrees of freedom."""
        return self.X.shape[1] - self.X.shape[2]

    def take(self, rows) -> "Variants":
        """Return the variants `rows`."""
        return Variants(self.y[rows], self.v, self.X[rows])


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of the weighted fits, (m,) each."""

    beta: np.ndarray  # (m, p)
    vb: np.ndarray  # (m, p, p)
    Q: np.ndarray
    trP: np.ndarray
    trPP: np.ndarray
    yPPy: np.ndarray
    yPPPy: np.ndarray
    sum_w: np.ndarray
    sum_ww: np.ndarray


def statistics(data: Variants, method: str, test: str, rows) -> tuple[np.ndarray, np.ndarray]:
    """Return z or t of every coefficient, (m, p), and the Wald statistic of `rows`, (m,).

    The caller keeps m k p near ELEMENTS, so that arrays stay in the cache. A statistic
    of a fit without residual variance is infinite.

    Raises
    ------
    InputError
        For a method that cannot be refitted many times.
    """
    if method not in METHODS:
        raise InputError([f"method {method!r}: admissible here are {', '.join(METHODS)}"])
    fit = _sums(data, _tau2(data, method))
    scale = np.ones(len(fit.Q)) if test in ("z", "t") else fit.Q / data.df
    scale = np.maximum(scale, 1.0) if test == "adhoc" else scale
    with np.errstate(divide="ignore", invalid="ignore"):  # infinite where nothing is left over
        se = np.sqrt(np.diagonal(fit.vb, axis1=1, axis2=2) * scale[:, None])
        part, inner = fit.beta[:, rows], fit.vb[:, rows][:, :, rows]
        wald = (part * np.linalg.solve(inner, part[:, :, None])[:, :, 0]).sum(axis=1) / scale
        stats = fit.beta / se
    return np.nan_to_num(stats, nan=0.0, posinf=np.inf, neginf=-np.inf), np.nan_to_num(
        wald, nan=0.0, posinf=np.inf
    )


def _sums(data: Variants, tau2: np.ndarray) -> Sums:
    """Weighted fits at `tau2` (m,)."""
    return _weighted(data, 1.0 / (data.v + tau2[:, None]))


def _weighted(data: Variants, w: np.ndarray) -> Sums:
    """Weighted fits with weights `w` (m, k)."""
    X, Xt = data.X, data.X.transpose(0, 2, 1)
    wX = w[:, :, None] * X
    vb = np.linalg.inv(Xt @ wX)
    beta = (vb @ (wX.transpose(0, 2, 1) @ data.y[:, :, None]))[:, :, 0]
    r = data.y - (X @ beta[:, :, None])[:, :, 0]
    Py = w * r
    again = (vb @ (wX.transpose(0, 2, 1) @ Py[:, :, None]))[:, :, 0]
    rest = Py - (X @ again[:, :, None])[:, :, 0]
    second = vb @ (wX.transpose(0, 2, 1) @ wX)
    third = np.einsum("mab,mkb,mka,mk->m", vb, wX, wX, w)
    squares = (w * w).sum(axis=1)
    return Sums(
        beta=beta,
        vb=vb,
        Q=(Py * r).sum(axis=1),
        trP=w.sum(axis=1) - np.trace(second, axis1=1, axis2=2),
        trPP=squares - 2.0 * third + np.einsum("mab,mba->m", second, second),
        yPPy=(Py * Py).sum(axis=1),
        yPPPy=(w * rest * rest).sum(axis=1),
        sum_w=w.sum(axis=1),
        sum_ww=squares,
    )


def _tau2(data: Variants, method: str) -> np.ndarray:
    """Heterogeneity variance of each variant, (m,)."""
    m, k = data.y.shape
    if method in ("EE", "FE"):
        return np.zeros(m)
    if method == "HE":
        return np.maximum(0.0, _hedges(data))
    if method == "SJ":
        return _sidik_jonkman(data)
    if method in ("REML", "ML"):
        return _likelihood(data, restricted=method == "REML")
    at0 = _sums(data, np.zeros(m))
    if method in ("PM", "EB"):
        return _paule_mandel(data, at0)
    excess, slope = {
        "DL": (at0.Q - data.df, at0.trP),
        "HS": (at0.Q - k, at0.sum_w),
        "HSk": (at0.Q * k / data.df - k, at0.sum_w),
    }[method]
    return np.maximum(0.0, excess / slope)


def _hedges(data: Variants) -> np.ndarray:
    """Unweighted moment estimate, possibly negative (Hedges & Olkin 1985)."""
    even = _weighted(data, np.ones_like(data.y))
    leverage = np.einsum("mka,mab,mkb->mk", data.X, even.vb, data.X)
    return (even.Q - ((1.0 - leverage) * data.v).sum(axis=1)) / data.df


def _sidik_jonkman(data: Variants) -> np.ndarray:
    """Model error variance estimate (Sidik & Jonkman 2005)."""
    start = ((data.y - data.y.mean(axis=1)[:, None]) ** 2).mean(axis=1)
    safe = np.where(start > 0.0, start, 1.0)
    return np.where(start > 0.0, safe * _sums(data, safe).Q / data.df, 0.0)


def _paule_mandel(data: Variants, at0: Sums) -> np.ndarray:
    """Root of Q(tau2) = df by Newton's method on 1/Q, from the left (Paule & Mandel 1982)."""
    tau2, floor = np.zeros(len(data.y)), float(data.v.min())
    running = np.flatnonzero(data.df < at0.Q)
    for _ in range(MAX_STEPS):
        if not running.size:
            return tau2
        fit = _sums(data.take(running), tau2[running])
        step = np.maximum(0.0, fit.Q * (fit.Q / data.df - 1.0) / fit.yPPy)
        tau2[running] += step
        running = running[step > TOLERANCE * (tau2[running] + floor)]
    raise ConvergenceError(f"{running.size} permutations without tau2; try method DL")


def _likelihood(data: Variants, *, restricted: bool) -> np.ndarray:
    """Root of the score near the moment estimate, inside a bracket that shrinks."""
    tau2, floor = np.maximum(0.0, _hedges(data)), float(data.v.min())
    low, high = np.zeros_like(tau2), _weighted(data, np.ones_like(data.y)).Q + floor
    seen_zero, running = np.zeros(len(tau2), dtype=bool), np.arange(len(tau2))
    for _ in range(MAX_STEPS):
        if not running.size:
            return tau2
        t = tau2[running]
        fit = _sums(data.take(running), t)
        B, dB = (fit.trP, -fit.trPP) if restricted else (fit.sum_w, -fit.sum_ww)
        slope = fit.yPPy - B
        low[running] = np.where(slope > 0.0, t, low[running])
        high[running] = np.where(slope > 0.0, high[running], t)
        seen_zero[running] |= t == 0.0
        bend = dB * fit.yPPy + 2.0 * B * fit.yPPPy
        with np.errstate(divide="ignore", invalid="ignore"):  # not used where bend is not above 0
            proposal = t + np.where(bend > 0.0, slope * fit.yPPy / bend, np.nan)
        following = _inside(proposal, low[running], high[running], seen_zero[running])
        done = (np.abs(following - t) <= TOLERANCE * (t + floor)) | ((t == 0.0) & (slope <= 0.0))
        tau2[running] = np.where((t == 0.0) & (slope <= 0.0), 0.0, following)
        running = running[~done]
    raise ConvergenceError(f"{running.size} permutations without tau2; try method DL")


def _inside(proposal, low, high, seen_zero) -> np.ndarray:
    """The proposal if the bracket contains it; 0, once, if it falls below; else the middle."""
    below = (proposal <= 0.0) & (low == 0.0) & ~seen_zero
    usable = (proposal >= low) & (proposal <= high)
    return np.where(usable, proposal, np.where(below, 0.0, 0.5 * (low + high)))
