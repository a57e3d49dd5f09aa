"""Location-scale models: moderators of the mean and of the logarithm of tau2."""

from dataclasses import dataclass, replace
from math import log, pi

import numpy as np

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.regression.fit_statistics import log_likelihood
from workflow.lib.stats.regression.model import LinearModel, linear_model, moderator_columns
from workflow.lib.stats.student import above_chi2, check_test, quantile, two_sided
from workflow.lib.stats.tau2 import estimate_tau2

MAX_STEPS = 200
TOLERANCE = 1e-10  # of the last step, on the scale of log(tau2) at a typical row of Z
LONGEST = 2.0  # step, on the same scale
COMPLEX_STEP = 1e-30
FLAT = 1e-14  # least curvature of a step; where tau2 goes to 0 both it and the score do
NOT_NESTED = "one tau2 for all studies is not a special case of this scale, or is all of it"
VANISHED = 1e-6  # of the smallest vi: tau2 below it may be on its way to 0
NO_SCALE = "the likelihood is highest where tau2 is 0 in {} of {} studies: no finite coefficient"


@dataclass(frozen=True, slots=True)
class LocationScale:
    """Fit; tuples run over the columns of X (beta) or of Z (alpha)."""

    method: str  # ML or REML
    test: str  # always z
    level: float  # percent
    k: int
    names: tuple[str, ...]
    scale_names: tuple[str, ...]
    beta: tuple[float, ...]  # of the mean
    se: tuple[float, ...]
    stat: tuple[float, ...]
    pval: tuple[float, ...]
    ci_lb: tuple[float, ...]
    ci_ub: tuple[float, ...]
    QM: float  # all but the intercept of X; chi-square
    QM_df: int
    QMp: float
    alpha: tuple[float | None, ...]  # of log(tau2)
    se_alpha: tuple[float | None, ...]
    pval_alpha: tuple[float | None, ...]
    ci_lb_alpha: tuple[float | None, ...]
    ci_ub_alpha: tuple[float | None, ...]
    QS: float | None  # all but the intercept of Z; chi-square
    QS_df: int
    QSp: float | None
    tau2: tuple[float, ...]  # of each study's setting, squared unit of yi
    ll: float  # (restricted) log likelihood with all constants
    LRT: float | None  # against one tau2 for all studies; None if Z cannot say that
    LRT_df: int
    LRTp: float | None
    tag: str
    reasons: dict[str, str]  # why a field is None


def location_scale(model: LinearModel, Z, *, method="REML", names=None, level=95.0):
    """Return the fit of `model` with log(tau2) linear in the columns of `Z` (k, q).

    Z contains a column of ones if the scale is to have an intercept; `names` are of its columns.

    Raises
    ------
    InputError
        For a Z that does not fit or has redundant columns, or a method but ML and REML.
    NotEstimable
        If there are too few studies.
    ConvergenceError
        If the maximum is not found.

    Notes
    -----
    Viechtbauer & Lopez-Lopez (2022). Errors of alpha are from the observed information; those of
    beta take the variances as known. Where the likelihood rises as tau2 goes to 0 in some or all
    studies, the answer is its limit: tau2 is 0 there, and coefficients of the scale that run away
    are None with the reason.
    """
    check_test("z", level)
    if method not in ("ML", "REML"):
        raise InputError([f"method {method!r}: admissible are ML, REML"])
    if model.weights is not None:
        raise InputError(["location-scale models are not offered for user weights"])
    scale = linear_model(model.yi, model.vi, Z, names=names)  # checks Z as it checks X
    if model.k < model.p + scale.p:
        raise NotEstimable(f"needs {model.p + scale.p} studies, there are {model.k}")
    likelihood = _Likelihood(model, scale.X, np.ones(model.k, dtype=bool), method == "REML")
    return _record(scale, _maximum(likelihood, _start(likelihood)), method, level)


@dataclass(frozen=True, slots=True)
class _Likelihood:
    """The likelihood of scale coefficients, as a model with the columns Z."""

    model: LinearModel
    Z: np.ndarray  # (k, q)
    spread: np.ndarray  # (k,) whether a study's tau2 is above 0
    restricted: bool

    def tau2(self, alpha):
        """Of each study, (k,); works for complex alpha."""
        return np.where(self.spread, np.exp(self.Z @ alpha), 0.0)

    def fit(self, alpha):
        """Weights, weighted inverse and residuals; works for complex alpha."""
        w = 1.0 / (self.model.vi + self.tau2(alpha))
        wX = w[:, None] * self.model.X
        inverse = np.linalg.inv(self.model.X.T @ wX)
        beta = inverse @ (wX.T @ self.model.yi)
        return w, inverse, beta, self.model.yi - self.model.X @ beta

    def value(self, alpha) -> float:
        """(Restricted) log likelihood with all constants."""
        w, inverse, _, r = self.fit(alpha)
        ll = 0.5 * float(np.log(w).sum() - (w * r) @ r)
        X = self.model.X
        if not self.restricted:
            return ll - 0.5 * len(X) * log(2.0 * pi)
        design = np.linalg.slogdet(X.T @ X)[1] + np.linalg.slogdet(inverse)[1]
        return ll + 0.5 * float(design) - 0.5 * self.model.df * log(2.0 * pi)

    def score(self, alpha):
        """Derivative of the log likelihood in the scale coefficients."""
        w, inverse, _, r = self.fit(alpha)
        free = w
        if self.restricted:
            free = w - w * w * ((self.model.X @ inverse) * self.model.X).sum(axis=1)
        return 0.5 * self.Z.T @ (self.tau2(alpha) * ((w * r) ** 2 - free))

    def derivatives(self, alpha) -> tuple[np.ndarray, np.ndarray]:
        """Score and observed information, the latter by a complex step through the score."""
        columns = [
            self.score(alpha + 1j * COMPLEX_STEP * unit).imag / COMPLEX_STEP
            for unit in np.eye(len(alpha))
        ]
        bend = np.stack(columns, axis=1) if columns else np.zeros((0, 0))
        return self.score(alpha), -0.5 * (bend + bend.T)


@dataclass(frozen=True, slots=True)
class _Top:
    """The highest point; coefficients that `known` denies have run away."""

    likelihood: _Likelihood  # its spread says where tau2 is above 0
    alpha: np.ndarray  # (q,)
    variance: np.ndarray  # (q, q) of alpha
    known: np.ndarray  # (q,)


def _start(likelihood: _Likelihood) -> np.ndarray:
    """Scale coefficients of a common tau2 well above 0."""
    model = likelihood.model
    tau2 = max(estimate_tau2(model, "HE")[0], 0.1 * float(np.median(model.vi)))
    return np.linalg.lstsq(likelihood.Z, np.full(model.k, log(tau2)), rcond=None)[0]


def _maximum(whole: _Likelihood, start: np.ndarray) -> _Top:
    """The likelihood's top uphill of `start`, at scale coefficients or where some run away."""
    size = np.abs(whole.Z).max(axis=0, initial=1e-300)
    unit, alpha = replace(whole, Z=whole.Z / size), start * size
    ll = unit.value(alpha)
    for _ in range(MAX_STEPS):
        score, information = unit.derivatives(alpha)
        values, vectors = np.linalg.eigh(information)
        values = np.maximum(np.abs(values), FLAT)
        step = vectors @ ((vectors.T @ score) / values)
        length = np.abs(step).max(initial=0.0)
        step *= min(1.0, LONGEST / max(length, 1e-300))
        end = _limit(whole, alpha / size, ll)
        if end is not None:
            return end
        if length < TOLERANCE:
            variance = np.linalg.inv(information) / np.outer(size, size)
            return _Top(whole, alpha / size, variance, np.ones(len(alpha), dtype=bool))
        alpha, ll = _rise(unit, alpha, step, ll)
    raise ConvergenceError("location-scale model: no maximum found; try fewer columns in Z")


def _limit(whole: _Likelihood, alpha: np.ndarray, ll: float) -> _Top | None:
    """The highest point with tau2 = 0 in the studies whose tau2 vanishes, if `ll` rises towards it.

    The coefficients can go there if a direction lowers these studies' log(tau2) and leaves that of
    the others; what the others determine of the coefficients stays.
    """
    left = whole.spread & (whole.tau2(alpha) > VANISHED * whole.model.vi.min())
    gone = whole.spread & ~left
    if not gone.any():
        return None
    _, sizes, turned = np.linalg.svd(whole.Z[left], full_matrices=True)
    rank = int((sizes > 1e-10 * sizes.max(initial=0.0)).sum())
    kept, away = turned[:rank].T, turned[rank:].T
    fall = whole.Z[gone] @ away
    way = np.linalg.lstsq(fall, -np.ones(len(fall)), rcond=None)[0]
    if not (fall @ way < 0.0).all():
        return None
    try:
        end = _maximum(replace(whole, Z=whole.Z @ kept, spread=left), kept.T @ alpha)
    except ConvergenceError:
        return None
    if end.likelihood.value(end.alpha) < ll - 1e-10 * (1.0 + abs(ll)):
        return None
    known = np.abs(away).max(axis=1, initial=0.0) < 1e-8
    spread = replace(whole, spread=end.likelihood.spread)
    inner = kept @ np.diag(end.known.astype(float))
    known &= np.isclose(np.abs(kept - inner).max(axis=1, initial=0.0), 0.0)
    return _Top(spread, kept @ end.alpha, kept @ end.variance @ kept.T, known)


def _rise(likelihood, alpha, step, ll):
    """Shorten the step until the likelihood does not fall."""
    for _ in range(40):
        value = likelihood.value(alpha + step)
        if value >= ll - 1e-12 * (1.0 + abs(ll)):
            break
        step = 0.5 * step
    return alpha + step, value


def _record(scale, top: _Top, method, level) -> LocationScale:
    """Complete the record."""
    model, half = top.likelihood.model, quantile(level)
    _, vb, beta, _ = top.likelihood.fit(top.alpha)
    se, se_alpha = np.sqrt(np.diag(vb)), np.sqrt(np.diag(top.variance))
    moderators, tested = moderator_columns(model.X), moderator_columns(scale.X)
    QM, QM_df = _wald(beta, vb, moderators), len(moderators)
    QS = _wald(top.alpha, top.variance, tested) if top.known[tested].all() else None
    ll, test = top.likelihood.value(top.alpha), _ratio_test(model, scale, method)
    LRT = None if test is None else max(0.0, 2.0 * (ll - test))
    return LocationScale(
        **{"method": method, "test": "z", "level": level, "k": model.k},
        **{"names": model.names, "scale_names": scale.names},
        **_columns(("beta", "se", "stat", "pval", "ci_lb", "ci_ub"), beta, se, half),
        **{"QM": QM, "QM_df": QM_df, "QMp": above_chi2(QM, QM_df)},
        **_columns(
            ("alpha", "se_alpha", "", "pval_alpha", "ci_lb_alpha", "ci_ub_alpha"),
            *(top.alpha, se_alpha, half, top.known),
        ),
        **{"QS": QS, "QS_df": len(tested)},
        QSp=None if QS is None else above_chi2(QS, len(tested)),
        tau2=tuple(top.likelihood.tau2(top.alpha).tolist()),
        **{"ll": ll, "LRT": LRT, "LRT_df": scale.p - 1, "reasons": _reasons(top, QS, LRT)},
        LRTp=None if LRT is None else above_chi2(LRT, scale.p - 1),
        tag=f"{method}, location-scale, log link, z; {model.p} + {scale.p} coefficients",
    )


def _reasons(top: _Top, QS, LRT) -> dict[str, str]:
    """Why fields, or members of them, are None."""
    spread = top.likelihood.spread
    why = NO_SCALE.format(int((~spread).sum()), len(spread))
    columns = ("alpha", "se_alpha", "pval_alpha", "ci_lb_alpha", "ci_ub_alpha")
    reasons = {} if top.known.all() else dict.fromkeys(columns, why)
    reasons |= {} if QS is not None else dict.fromkeys(("QS", "QSp"), why)
    return reasons | ({} if LRT is not None else dict.fromkeys(("LRT", "LRTp"), NOT_NESTED))


def _ratio_test(model, scale, method) -> float | None:
    """Log likelihood with one tau2 for all studies; None if the scale model does not contain it."""
    ones = np.ones(model.k)
    left = ones - scale.X @ np.linalg.lstsq(scale.X, ones, rcond=None)[0]
    if scale.p < 2 or np.abs(left).max() > 1e-8:
        return None
    tau2 = estimate_tau2(model, method)[0]
    return log_likelihood(model, tau2, restricted=method == "REML")


def _columns(names, estimates, errors, half, known=None) -> dict[str, tuple[float | None, ...]]:
    """Estimates, errors, tests and intervals under their names; None where not `known`."""
    known = np.ones(len(estimates), dtype=bool) if known is None else known
    stat = estimates / np.where(known, errors, 1.0)
    margins = (estimates - half * errors, estimates + half * errors)
    values = (estimates, errors, stat, two_sided(stat), *margins)
    found = {}
    for name, column in zip(names, values, strict=True):
        if name:
            pairs = zip(column.tolist(), known.tolist(), strict=True)
            found[name] = tuple(x if is_known else None for x, is_known in pairs)
    return found


def _wald(estimates, variances, rows) -> float:
    """Wald statistic of the coefficients `rows`."""
    part = estimates[rows]
    return float(part @ np.linalg.solve(variances[np.ix_(rows, rows)], part))
