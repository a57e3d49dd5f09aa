"""What a fit of dependent estimates says, with names for its variances and correlations."""

from dataclasses import dataclass

from workflow.lib.stats.dependence.fit import Fit
from workflow.lib.stats.dependence.robust import RobustFit
from workflow.lib.stats.dependence.shapes import pairs_of
from workflow.lib.stats.examine.flatten import safe

COPIED = (
    *("names", "beta", "se", "stat", "df", "pval", "ci_lb", "ci_ub", "pi_lb", "pi_ub"),
    *("I2_total", "ll", "AIC", "BIC", "AICc", "QE", "QE_df", "QEp"),
    *("QM", "QM_df1", "QM_df2", "QMp"),
)


@dataclass(frozen=True, slots=True)
class Dependent:
    """Fit of dependent estimates; tuples run over the coefficients, dicts over levels or terms."""

    names: tuple[str, ...]
    beta: tuple[float, ...]
    se: tuple[float, ...]
    stat: tuple[float, ...]
    df: tuple[float, ...] | None
    pval: tuple[float, ...]
    ci_lb: tuple[float, ...]
    ci_ub: tuple[float, ...]
    pi_lb: float | None
    pi_ub: float | None
    sigma2: dict[str, float]  # of random intercepts
    tau2: float | dict[str, float]  # of inner | outer: one for all inner levels, or one each
    rho: float | dict[str, float | None] | None  # of two inner levels, "AL_PD"
    I2: dict[str, float]  # percent, of random intercepts
    I2_total: float | None
    ICC: dict[str, float]
    ll: float
    AIC: float
    BIC: float
    AICc: float
    QE: float
    QE_df: int
    QEp: float
    QM: float
    QM_df1: int
    QM_df2: float | None
    QMp: float
    robust: RobustFit | None  # the coefficients with cluster-robust tests, CR2
    tag: str
    reasons: dict[str, str]


def named(fit: Fit, robust: RobustFit | None = None, *, reason: str = "") -> Dependent:
    """Return `fit` with each variance and correlation under its own name.

    `reason` says why there are no robust tests.
    """
    levels = [_label(level) for level in fit.inner_levels or ()]
    tau2 = dict(zip(levels, fit.tau2 or (), strict=False))
    if len(fit.tau2 or ()) == 1:
        tau2 = fit.tau2[0]
    rho = fit.rho[0] if len(fit.rho or ()) == 1 else _of_pairs(levels, fit.rho or ())
    why = {f"rho.{name}": fit.reasons["rho"] for name, r in _items(rho) if r is None}
    return Dependent(
        **{name: getattr(fit, name) for name in COPIED},
        **{"tau2": tau2, "rho": rho},
        **{name: _by_factor(fit, name) for name in ("sigma2", "I2", "ICC")},
        robust=robust,
        tag=fit.tag,
        reasons=fit.reasons | why | ({"robust": reason} if reason else {}),
    )


@dataclass(frozen=True, slots=True)
class VarianceIntervals:
    """Profile-likelihood intervals of variances and correlations, by factor or inner level."""

    interval: dict[str, dict]  # sigma2, tau2 or rho with its _lb and _ub
    tag: str
    reasons: dict[str, str]


def named_intervals(fit: Fit, found) -> VarianceIntervals:
    """Return `found` (of `profile.confint`) under the names of factors and inner levels."""
    interval, reasons = {}, {}
    for one in found:
        kind, _, place = one.name.partition(".")
        names = fit.factors if kind == "sigma2" else fit.inner_levels
        label = _label(names[int(place) - 1]) if place else kind
        numbers = {kind: one.est, f"{kind}_lb": one.ci_lb, f"{kind}_ub": one.ci_ub}
        interval[label] = numbers
        for bound, why in one.reasons.items():
            reasons[f"interval.{safe(label)}.{bound.replace('ci', kind)}"] = why
    tag = f"profile likelihood, {fit.level:g}%; {fit.tag}"
    return VarianceIntervals(interval, tag, reasons)


def _label(level) -> str:
    """An inner level in words: whole numbers without a point."""
    return f"{level:g}" if isinstance(level, float) else str(level)


def _of_pairs(levels, rho) -> dict[str, float | None]:
    """Correlations by the names of their two levels."""
    pairs = [f"{levels[a]}_{levels[b]}" for a, b in pairs_of(len(levels))]
    return dict(zip(pairs, rho, strict=True)) if rho else {}


def _items(values):
    """Members of a dict; nothing of a single number."""
    return values.items() if isinstance(values, dict) else ()


def _by_factor(fit: Fit, name: str) -> dict[str, float]:
    """A field of the random intercepts by their names."""
    return dict(zip(fit.factors, getattr(fit, name) or (), strict=False))
