"""Location-scale models: moderators of the mean and of the logarithm of tau2."""

from dataclasses import dataclass
from math import log, pi

import numpy as np

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.regression.fit_statistics import log_likelihood
from workflow.lib.stats.regression.model import LinearModel, linear_model
from workflow.lib.stats.student import above_chi2, check_test, quantile, two_sided
from workflow.lib.stats.tau2 import estimate_tau2

MAX_STEPS = 200
TOLERANCE = 1e-10  # of the last step, on the scale of log(tau2) at a typical row of Z
LONGEST = 2.0  # step, on the same scale
COMPLEX_STEP = 1e-30
NOT_NESTED = "one tau2 for all studies is not a special case of this scale, or is all of it"
VANISHED = 1e-6  # of the smallest vi: tau2 below it in every study is 0


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
    alpha: tuple[float, ...]  # of log(tau2)
    se_alpha: tuple[float, ...]
    pval_alpha: tuple[float, ...]
    ci_lb_alpha: tuple[float, ...]
    ci_ub_alpha: tuple[float, ...]
    QS: float  # all but the intercept of Z; chi-square
    QS_df: int
    QSp: float
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
        If there are too few studies, or the likelihood rises as tau2 goes to 0 everywhere.
    ConvergenceError
        If the maximum is not found.

    Notes
    -----
    Viechtbauer & Lopez-Lopez (2022). Errors of alpha are from the observed information; those of
    beta take the variances as known.
    """
    check_test("z", level)
    if method not in ("ML", "REML"):
        raise InputError([f"method {method!r}: admissible are ML, REML"])
    if model.weights is not None:
        raise InputError(["location-scale models are not offered for user weights"])
    scale = linear_model(model.yi, model.vi, Z, names=names)  # checks Z as it checks X
    if model.k < model.p + scale.p:
        raise NotEstimable(f"needs {model.p + scale.p} studies, there are {model.k}")
    alpha, information = _maximum(model, scale.X, method == "REML")
    return _record(model, scale, (alpha, information), method, level)


def _start(model: LinearModel, Z: np.ndarray) -> np.ndarray:
    """Scale coefficients of a common tau2 well above 0."""
    tau2 = max(estimate_tau2(model, "HE")[0], 0.1 * float(np.median(model.vi)))
    return np.linalg.lstsq(Z, np.full(model.k, log(tau2)), rcond=None)[0]


def _maximum(model, Z, restricted) -> tuple[np.ndarray, np.ndarray]:
    """Scale coefficients with the highest likelihood and the information there."""
    size = np.abs(Z).max(axis=0)
    alpha = _start(model, Z) * size
    unit, ll = Z / size, _loglik(model, Z, _start(model, Z), restricted)
    for _ in range(MAX_STEPS):
        score, information = _derivatives(model, unit, alpha, restricted)
        values, vectors = np.linalg.eigh(information)
        values = np.maximum(np.abs(values), 1e-8)
        step = vectors @ ((vectors.T @ score) / values)
        step *= min(1.0, LONGEST / max(np.abs(step).max(), 1e-300))
        if (np.exp(unit @ alpha) < VANISHED * model.vi.min()).all():
            raise NotEstimable("the likelihood rises as tau2 goes to 0: use method EE")
        if np.abs(step).max() < TOLERANCE:
            return alpha / size, information * np.outer(size, size)
        alpha, ll = _rise(model, unit, alpha, step, (restricted, ll))
    raise ConvergenceError("location-scale model: no maximum found; try fewer columns in Z")


def _rise(model, Z, alpha, step, state):
    """Shorten the step until the likelihood does not fall."""
    restricted, ll = state
    for _ in range(40):
        value = _loglik(model, Z, alpha + step, restricted)
        if value >= ll - 1e-12 * (1.0 + abs(ll)):
            break
        step = 0.5 * step
    return alpha + step, value


def _fit(model, Z, alpha):
    """Weights, weighted inverse and residuals; works for complex alpha."""
    w = 1.0 / (model.vi + np.exp(Z @ alpha))
    wX = w[:, None] * model.X
    inverse = np.linalg.inv(model.X.T @ wX)
    beta = inverse @ (wX.T @ model.yi)
    return w, inverse, beta, model.yi - model.X @ beta


def _loglik(model, Z, alpha, restricted) -> float:
    """(Restricted) log likelihood with all constants."""
    w, inverse, _, r = _fit(model, Z, alpha)
    ll = 0.5 * float(np.log(w).sum() - (w * r) @ r)
    if not restricted:
        return ll - 0.5 * model.k * log(2.0 * pi)
    design = np.linalg.slogdet(model.X.T @ model.X)[1] + np.linalg.slogdet(inverse)[1]
    return ll + 0.5 * float(design) - 0.5 * model.df * log(2.0 * pi)


def _score(model, Z, alpha, restricted):
    """Derivative of the log likelihood in the scale coefficients."""
    w, inverse, _, r = _fit(model, Z, alpha)
    free = w
    if restricted:
        free = w - w * w * ((model.X @ inverse) * model.X).sum(axis=1)
    return 0.5 * Z.T @ (np.exp(Z @ alpha) * ((w * r) ** 2 - free))


def _derivatives(model, Z, alpha, restricted) -> tuple[np.ndarray, np.ndarray]:
    """Score and observed information, the latter by a complex step through the score."""
    columns = [
        _score(model, Z, alpha + 1j * COMPLEX_STEP * unit, restricted).imag / COMPLEX_STEP
        for unit in np.eye(len(alpha))
    ]
    bend = np.stack(columns, axis=1)
    return _score(model, Z, alpha, restricted), -0.5 * (bend + bend.T)


def _record(model, scale, top, method, level) -> LocationScale:
    """Complete the record."""
    alpha, information = top
    _, vb, beta, _ = _fit(model, scale.X, alpha)
    va, half = np.linalg.inv(information), quantile(level)
    se, se_alpha = np.sqrt(np.diag(vb)), np.sqrt(np.diag(va))
    QM, QM_df = _wald(beta, vb, model.X)
    QS, QS_df = _wald(alpha, va, scale.X)
    ll, test = _loglik(model, scale.X, alpha, method == "REML"), _ratio_test(model, scale, method)
    LRT = None if test is None else max(0.0, 2.0 * (ll - test))
    nested = {} if LRT is not None else dict.fromkeys(("LRT", "LRTp"), NOT_NESTED)
    return LocationScale(
        **{"method": method, "test": "z", "level": level, "k": model.k},
        **{"names": model.names, "scale_names": scale.names},
        **_columns(("beta", "se", "stat", "pval", "ci_lb", "ci_ub"), beta, se, half),
        **{"QM": QM, "QM_df": QM_df, "QMp": above_chi2(QM, QM_df)},
        **_columns(
            ("alpha", "se_alpha", "", "pval_alpha", "ci_lb_alpha", "ci_ub_alpha"),
            *(alpha, se_alpha, half),
        ),
        **{"QS": QS, "QS_df": QS_df, "QSp": above_chi2(QS, QS_df)},
        tau2=tuple(np.exp(scale.X @ alpha).tolist()),
        **{"ll": ll, "LRT": LRT, "LRT_df": scale.p - 1, "reasons": nested},
        LRTp=None if LRT is None else above_chi2(LRT, scale.p - 1),
        tag=f"{method}, location-scale, log link, z; {model.p} + {scale.p} coefficients",
    )


def _ratio_test(model, scale, method) -> float | None:
    """Log likelihood with one tau2 for all studies; None if the scale model does not contain it."""
    ones = np.ones(model.k)
    left = ones - scale.X @ np.linalg.lstsq(scale.X, ones, rcond=None)[0]
    if scale.p < 2 or np.abs(left).max() > 1e-8:
        return None
    tau2 = estimate_tau2(model, method)[0]
    return log_likelihood(model, tau2, restricted=method == "REML")


def _columns(names, estimates, errors, half) -> dict[str, tuple[float, ...]]:
    """Estimates, errors, tests and intervals under their names."""
    stat = estimates / errors
    margins = (estimates - half * errors, estimates + half * errors)
    values = (estimates, errors, stat, two_sided(stat), *margins)
    pairs = zip(names, values, strict=True)
    return {name: tuple(value.tolist()) for name, value in pairs if name}


def _wald(estimates, variances, columns) -> tuple[float, int]:
    """Wald statistic of all coefficients but the intercept, or of it if there is no other."""
    rows = np.flatnonzero((columns != 1.0).any(axis=0))
    rows = rows if rows.size else np.arange(len(estimates))
    part = estimates[rows]
    return float(part @ np.linalg.solve(variances[np.ix_(rows, rows)], part)), len(rows)
