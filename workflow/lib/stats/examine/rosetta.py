"""The same effects as other software pools them by default: which setting makes which number."""

from dataclasses import dataclass

from workflow.lib.errors import ConvergenceError, NotEstimable
from workflow.lib.stats.examine.examined import Procedure
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.predict import predict

FROM_TAU2, FROM_Q = "I2", "I2_Q"


@dataclass(frozen=True, slots=True)
class Defaults:
    """How one program pools if nothing is said."""

    method: str
    test: str
    I2: str  # field of the fit
    prediction: str | None  # distribution of the prediction interval; None: it gives none
    settings: str  # in words


SOFTWARE = {
    "RevMan 5": Defaults("DL", "z", FROM_Q, None, "DL, Wald z, I2 from Q, no prediction interval"),
    "RevMan 2025": Defaults(
        "REML", "knha", FROM_TAU2, "default", "REML, Knapp-Hartung, I2 from tau2, PI t(k - 1)"
    ),
    "metafor": Defaults("REML", "z", FROM_TAU2, "default", "REML, Wald z, I2 from tau2, PI z"),
    "meta 7": Defaults("REML", "z", FROM_Q, "riley", "REML, Wald z, I2 from Q, PI t(k - 2)"),
    "meta 8": Defaults("REML", "z", FROM_Q, "t", "REML, Wald z, I2 from Q, PI t(k - 1)"),
    "Stata": Defaults("REML", "z", FROM_TAU2, "riley", "REML, Wald z, I2 from tau2, PI t(k - 2)"),
}


@dataclass(frozen=True, slots=True)
class Tool:
    """The pool as one program prints it."""

    name: str
    settings: str
    beta: float | None
    ci_lb: float | None
    ci_ub: float | None
    pval: float | None
    tau2: float | None
    I2: float | None  # percent, by the program's own definition
    pi_lb: float | None
    pi_ub: float | None


@dataclass(frozen=True, slots=True)
class Rosetta:
    """One Tool for each program."""

    software: tuple[Tool, ...]
    tag: str
    reasons: dict[str, str]  # why a program has no number


def rosetta(yi, vi, *, level=95.0) -> Rosetta:
    """Return the pool under the defaults of each program; yi and vi have shape (k,).

    The defaults are those of RevMan 5.4 (DerSimonian & Laird 1986), RevMan with the methods of
    January 2025 (Cochrane Methods 2025), metafor 5 (Viechtbauer 2010), meta 7 and 8 (Balduzzi et
    al. 2019; version 8.0 changed the prediction interval from Higgins et al. 2009 to Veroniki et
    al. 2019) and Stata 16 and later (StataCorp 2019). Effect sizes are given: how a program makes
    them, such as RevMan's own g, is another matter.

    Raises
    ------
    InputError
        For rows that no analysis can use.
    """
    found, reasons = [], {}
    for name, defaults in SOFTWARE.items():
        try:
            found.append(_tool(name, defaults, yi, vi, level))
        except (NotEstimable, ConvergenceError) as error:
            reasons[name] = str(error)
    return Rosetta(tuple(found), f"defaults of {len(found)} programs", reasons)


def _tool(name, defaults, yi, vi, level):
    """The pool as one program makes it."""
    options = {"method": defaults.method, "test": defaults.test, "level": level}
    fit = random_effects(yi, vi, **options)
    shown = {field: getattr(fit, field) for field in ("beta", "ci_lb", "ci_ub", "pval", "tau2")}
    low, high = _prediction(defaults, yi, vi, options)
    I2 = getattr(fit, defaults.I2)
    return Tool(name, defaults.settings, **shown, I2=I2, pi_lb=low, pi_ub=high)


def _prediction(defaults, yi, vi, options):
    """Prediction interval; none where the program gives none or the studies are too few."""
    least = {None: float("inf"), "riley": 3}.get(defaults.prediction, 2)
    if len(yi) < least:
        return None, None
    model = linear_model(yi, vi)
    one = predict(model, fit_linear(model, **options), distribution=defaults.prediction)
    return tuple(None if end is None else end[0] for end in (one.pi_lb, one.pi_ub))


def _rosetta(pool):
    return rosetta(pool.yi, pool.vi, level=pool.level)


ROSETTA = (
    Procedure("rosetta", "As other software pools by default", _rosetta, "Veroniki et al. 2019"),
)
