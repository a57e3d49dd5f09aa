"""What a fit of dependent estimates reports: coefficients, tests, variances, information criteria."""

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtr, ndtri, stdtr, stdtrit

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.dependence.model import DependentModel, known_fit
from workflow.lib.stats.dependence.nested_covariance import nesting
from workflow.lib.stats.dependence.settings import DFS, METHODS, TESTS, Settings
from workflow.lib.stats.dependence.terms import Factor


@dataclass(frozen=True, slots=True)
class Fit:
    """Fit of dependent estimates; a field that cannot be given is None and `reasons` says why."""

    method: str  # REML or ML
    test: str  # z or t
    dfs: str  # residual or contain
    level: float  # of all intervals, percent
    k: int  # estimates
    p: int  # coefficients
    names: tuple[str, ...]  # of the coefficients
    beta: tuple[float, ...]
    se: tuple[float, ...]
    stat: tuple[float, ...]
    df: tuple[float, ...] | None  # of t, per coefficient; None for z
    pval: tuple[float, ...]
    ci_lb: tuple[float, ...]
    ci_ub: tuple[float, ...]
    vb: tuple[tuple[float, ...], ...]  # variances and covariances of beta
    pi_lb: float | None  # of the true effect in a new setting
    pi_ub: float | None
    factors: tuple[str, ...]  # of the random intercepts
    n_levels: tuple[int, ...]
    sigma2: tuple[float, ...]  # one per factor
    fixed: tuple[bool, ...]  # whether sigma2, tau2, rho was given, not estimated
    struct: str | None  # of inner | outer
    tau2: tuple[float, ...] | None
    rho: tuple[float | None, ...] | None  # UN: pairs of inner levels (1,2), (1,3), ..., (2,3), ...
    inner_levels: tuple | None
    outer_levels: tuple | None
    ll: float  # (restricted) log-likelihood
    AIC: float
    BIC: float
    AICc: float
    parms: int  # coefficients and estimated variance parameters
    QE: float
    QE_df: int
    QEp: float
    QM: float  # chi-square, F for test t
    QM_df1: int
    QM_df2: float | None  # of F; None for z
    QMp: float
    QM_names: tuple[str, ...]  # coefficients tested together
    vt: float  # typical sampling variance
    I2: tuple[float, ...] | None  # percent of the total variance, per factor
    I2_total: float | None
    # correlation of true effects that share a level, per factor (nested: outermost first,
    # cumulated); None if there is no random variance
    ICC: tuple[float, ...] | None
    tag: str  # "REML, district, district/school, z"
    reasons: dict[str, str]


def check_options(settings: Settings) -> None:
    """Refuse options that do not exist, all at once.

    Raises
    ------
    InputError
        Lists every option that does not exist.
    """
    problems = [
        f"{name} {value!r}: admissible are {', '.join(known)}"
        for name, value, known in (
            ("method", settings.method, METHODS),
            ("test", settings.test, TESTS),
            ("dfs", settings.dfs, DFS),
        )
        if value not in known
    ]
    if not 0.0 < settings.level < 100.0:
        problems.append(f"level {settings.level}: must lie between 0 and 100 percent")
    if problems:
        raise InputError(problems)


def assemble(model: DependentModel, terms, evaluation, settings: Settings, structure=None) -> Fit:
    """Return the fit at the maximum; `structure` has the estimates of inner | outer, if any."""
    factors = tuple(t for t in terms if isinstance(t, Factor))
    sigma2 = evaluation.parameters[: len(factors)]
    fixed = tuple(f.sigma2 is not None for f in factors) + (structure.fixed if structure else ())
    df = degrees_of_freedom(model, terms, settings)
    known = known_fit(model)
    reasons = {} if df is not None else {"df": "z has no degrees of freedom"}
    parts = {
        **coefficients(evaluation.beta, evaluation.vb, df, settings.level),
        **joint_test(model, evaluation, df),
        **_criteria(model, evaluation.ll, fixed, settings.method),
        **_shares(factors, sigma2, known.typical, structure, reasons),
        **_prediction(model, evaluation, sigma2, df, (settings, structure, reasons)),
        **_structure_fields(structure, reasons),
    }
    said = (settings.method, *(t.name for t in terms), structure and structure.struct)
    law = "z" if df is None else f"t ({settings.dfs} df)"
    if df is None:
        reasons["QM_df2"] = "the test of z is chi-square"
    return Fit(
        **{"method": settings.method, "test": settings.test, "dfs": settings.dfs},
        **{"level": settings.level, "k": model.k, "p": model.p, "names": model.names},
        **{"QE": known.QE, "QE_df": model.df, "QEp": float(chdtrc(model.df, known.QE))},
        **parts,
        **{"factors": tuple(f.name for f in factors)},
        **{"n_levels": tuple(f.n_levels for f in factors)},
        **{"sigma2": tuple(sigma2.tolist()), "fixed": fixed, "vt": known.typical},
        tag=", ".join(text for text in (*said, law) if text),
        reasons=reasons,
    )


def degrees_of_freedom(model: DependentModel, terms, settings: Settings):
    """Degrees of freedom of t per coefficient, None for z.

    contain: a coefficient whose column of X is constant within every level of a factor has the
    factor's levels minus p; the smallest of its factors counts, k - p if it has none.

    Raises
    ------
    NotEstimable
        If a coefficient has no residual degrees of freedom.
    """
    if settings.test == "z":
        return None
    found = [float(model.df)] * model.p
    if settings.dfs == "contain":
        for j, column in enumerate(model.X.T):
            inside = [n - model.p for codes, n in map(_grouping, terms) if _constant(column, codes)]
            found[j] = float(min([model.df, *inside]))
    if min(found) < 1.0:
        low = ", ".join(n for n, df in zip(model.names, found, strict=True) if df < 1.0)
        raise NotEstimable(f"no degrees of freedom for {low}: too few levels; use dfs residual")
    return tuple(found)


def _grouping(term):
    """Group of each row and number of groups of a factor or of the outer levels."""
    if isinstance(term, Factor):
        return term.codes, term.n_levels
    return term.outer, len(term.outer_levels)


def _constant(column: np.ndarray, codes: np.ndarray) -> bool:
    """Whether `column` has one value in each group."""
    value = np.empty(codes.max(initial=-1) + 1)
    value[codes] = column
    return bool(np.array_equal(value[codes], column))


def quantile(level: float, df: float | None) -> float:
    """Upper quantile of z or t(df) that leaves `level` percent between it and its mirror."""
    lower = 0.5 - level / 200.0
    return -float(ndtri(lower) if df is None else stdtrit(df, lower))


def coefficients(beta, vb, df, level: float) -> dict[str, tuple]:
    """Estimates with their tests and intervals; `df` per coefficient, None for z."""
    se = np.sqrt(np.diag(vb))
    stat = beta / se
    each = (None,) * len(beta) if df is None else df
    tails = [
        ndtr(-abs(s)) if d is None else stdtr(d, -abs(s)) for s, d in zip(stat, each, strict=True)
    ]
    half = np.array([quantile(level, d) for d in each]) * se
    return {
        **{"beta": tuple(beta.tolist()), "se": tuple(se.tolist()), "stat": tuple(stat.tolist())},
        **{"df": df, "pval": tuple(2.0 * float(tail) for tail in tails)},
        **{"ci_lb": tuple((beta - half).tolist()), "ci_ub": tuple((beta + half).tolist())},
        "vb": tuple(tuple(row) for row in vb.tolist()),
    }


def tested(model: DependentModel) -> list[int]:
    """Numbers of the coefficients tested together: all but the intercept, or it alone."""
    others = [j for j in range(model.p) if j != model.intercept]
    return others or [0]


def joint_test(model: DependentModel, evaluation, df) -> dict[str, object]:
    """Wald test of all coefficients but the intercept."""
    which = tested(model)
    b, vb = evaluation.beta[which], evaluation.vb[np.ix_(which, which)]
    QM, m = float(b @ np.linalg.solve(vb, b)), len(which)
    found = {"QM_df1": m, "QM_names": tuple(model.names[j] for j in which)}
    if df is None:
        return {**found, "QM": QM, "QM_df2": None, "QMp": float(chdtrc(m, QM))}
    df2 = min(df[j] for j in which)
    return {**found, "QM": QM / m, "QM_df2": df2, "QMp": float(fdtrc(m, df2, QM / m))}


def _criteria(model: DependentModel, ll: float, fixed, method: str) -> dict[str, float]:
    """Information criteria; AICc as Hurvich & Tsai (1989), n - p for REML."""
    n = model.k if method == "ML" else model.df
    parms = model.p + sum(not one for one in fixed)
    size = max(n, parms + 2)
    return {
        **{"ll": ll, "AIC": -2.0 * ll + 2.0 * parms, "BIC": -2.0 * ll + log(n) * parms},
        **{"AICc": -2.0 * ll + 2.0 * parms * size / (size - parms - 1.0), "parms": parms},
    }


def _shares(factors, sigma2, vt: float, structure, reasons) -> dict[str, object]:
    """I2 per factor (Nakagawa & Santos 2012; Cheung 2014) and intraclass correlations."""
    total = float(sigma2.sum())
    if structure is not None or not factors:
        reason = "given for random intercepts only"
        reasons.update(dict.fromkeys(("I2", "I2_total", "ICC"), reason))
        return {"I2": None, "I2_total": None, "ICC": None}
    found = {
        "I2": tuple((100.0 * sigma2 / (total + vt)).tolist()),
        "I2_total": 100.0 * total / (total + vt),
    }
    if total == 0.0:
        reasons["ICC"] = "no variance of true effects"
        return {**found, "ICC": None}
    share, order = sigma2 / total, nesting(factors)
    if order is not None:
        outward = list(order)[::-1]
        share[outward] = np.cumsum(share[outward])
    return {**found, "ICC": tuple(np.minimum(share, 1.0).tolist())}


def _prediction(model, evaluation, sigma2, df, context) -> dict[str, float | None]:
    """Prediction interval of a model with an intercept alone."""
    settings, structure, reasons = context
    spread = None if structure is None else structure.common_tau2
    if model.p != 1 or model.intercept is None:
        reason = "depends on the moderators"
    elif structure is not None and spread is None:
        reason = "depends on the inner level"
    else:
        variance = float(evaluation.vb[0, 0] + sigma2.sum() + (spread or 0.0))
        half = quantile(settings.level, None if df is None else df[0]) * sqrt(variance)
        return {
            "pi_lb": float(evaluation.beta[0]) - half,
            "pi_ub": float(evaluation.beta[0]) + half,
        }
    reasons.update(pi_lb=reason, pi_ub=reason)
    return {"pi_lb": None, "pi_ub": None}


def _structure_fields(structure, reasons) -> dict[str, object]:
    """Estimates of inner | outer, or why there are none."""
    names = ("struct", "tau2", "rho", "inner_levels", "outer_levels")
    if structure is None:
        reasons.update(dict.fromkeys(names, "no inner | outer term"))
        return dict.fromkeys(names)
    reasons.update(structure.reasons)
    return {name: getattr(structure, name) for name in names}
