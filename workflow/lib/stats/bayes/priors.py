"""Prior distributions of the heterogeneity tau (a standard deviation) and of the mean effect mu.

Densities of tau are those of log tau, functions of log tau: neither tiny nor huge values of tau
leave the range of a double. Scales are in units of yi.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, lgamma, log, pi

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.moments import effects_and_variances
from workflow.lib.stats.numbers import as_list, check_finite

_HIGH = 345.0  # log tau beyond which tau squared would leave the range of a double


@dataclass(frozen=True, slots=True)
class TauPrior:
    """Prior of tau; made by the functions of this module."""

    name: str  # "half-normal(0.5)"
    log_density: Callable  # of log tau, an array: log density of log tau
    scale: float  # a tau where the prior has mass, unit of yi
    proper: bool = True
    tail: float = inf  # the density of tau falls like tau^-tail
    slow: bool = False  # and like a power of log tau beside it, which makes it integrable
    upper: float | None = None  # largest possible tau; None for no limit


@dataclass(frozen=True, slots=True)
class MuPrior:
    """Normal prior of mu, or a uniform one without limits (sd None)."""

    mean: float = 0.0
    sd: float | None = None

    @property
    def proper(self) -> bool:
        """Whether the prior is a distribution."""
        return self.sd is not None

    @property
    def name(self) -> str:
        """The prior in words."""
        return f"normal({self.mean:g}, {self.sd:g})" if self.proper else "uniform"


def normal(mean: float, sd: float) -> MuPrior:
    """Return a normal prior of mu.

    `mean` and `sd` are in units of yi.

    Raises
    ------
    InputError
        For a mean that is not finite, an sd that is not finite and above 0.
    """
    check_finite(mean=mean)
    return MuPrior(float(mean), _above_zero("sd", sd))


def flat() -> MuPrior:
    """Return the improper uniform prior of mu."""
    return MuPrior()


def half_normal(scale: float) -> TauPrior:
    """Return the half-normal prior of tau.

    Gelman (2006); `scale` is in units of yi.

    Raises
    ------
    InputError
        For a scale that is not finite and above 0.
    """
    low = log(_above_zero("scale", scale))
    constant = 0.5 * log(2.0 / pi)
    return TauPrior(
        f"half-normal({scale:g})",
        lambda u: constant + (u - low) - 0.5 * np.exp(2.0 * np.minimum(u - low, _HIGH)),
        scale,
    )


def half_cauchy(scale: float) -> TauPrior:
    """Return the half-Cauchy prior of tau.

    Gelman (2006); `scale` is in units of yi.

    Raises
    ------
    InputError
        For a scale that is not finite and above 0.
    """
    prior = half_t(1.0, scale)
    return TauPrior(f"half-Cauchy({scale:g})", prior.log_density, scale, tail=2.0)


def half_t(df: float, scale: float) -> TauPrior:
    """Return the half-t prior of tau.

    Gelman (2006); `scale` is in units of yi.

    Raises
    ------
    InputError
        For a scale or df that are not finite and above 0.
    """
    low, df = log(_above_zero("scale", scale)), _above_zero("df", df)
    constant = log(2.0) + _log_t_constant(df)
    return TauPrior(
        f"half-t({df:g}, {scale:g})",
        lambda u: (
            constant + (u - low) - (df + 1.0) / 2.0 * np.logaddexp(0.0, 2.0 * (u - low) - log(df))
        ),
        scale,
        tail=df + 1.0,
    )


def log_t(df: float, location: float, scale: float) -> TauPrior:
    """Return the prior under which log tau2 is t (df, location, scale) (Rhodes et al. 2015).

    Raises
    ------
    InputError
        For a location that is not finite, a scale or df that are not finite and above 0.
    """
    check_finite(location=location)
    df, scale = _above_zero("df", df), _above_zero("scale", scale)
    constant = _log_t_constant(df) + log(2.0 / scale)
    return TauPrior(
        f"log-t({df:g}, {location:g}, {scale:g}) of tau2",
        lambda u: constant - (df + 1.0) / 2.0 * np.log1p(((2.0 * u - location) / scale) ** 2 / df),
        np.exp(location / 2.0),
        tail=1.0,
        slow=True,
    )


def log_normal(location: float, scale: float) -> TauPrior:
    """Return the prior under which log tau2 is normal (location, scale) (Turner et al. 2012).

    Raises
    ------
    InputError
        For a location that is not finite, a scale that is not finite and above 0.
    """
    check_finite(location=location)
    scale = _above_zero("scale", scale)
    constant = log(2.0 / scale) - 0.5 * log(2.0 * pi)
    return TauPrior(
        f"log-normal({location:g}, {scale:g}) of tau2",
        lambda u: constant - 0.5 * ((2.0 * u - location) / scale) ** 2,
        np.exp(location / 2.0),
    )


def uniform(upper: float | None = None) -> TauPrior:
    """Return the uniform prior of tau from 0 to `upper`; None: without limit, improper.

    Gelman (2006); `upper` is in units of yi.

    Raises
    ------
    InputError
        For an upper limit that is not finite and above 0.
    """
    if upper is None:
        return TauPrior("uniform", lambda u: np.asarray(u, float), 1.0, proper=False, tail=0.0)
    top = log(_above_zero("upper", upper))
    return TauPrior(f"uniform(0, {upper:g})", lambda u: u - top, upper, upper=upper)


def dumouchel(vi) -> TauPrior:
    """Return s / (s + tau)^2 with s^2 the harmonic mean of the sampling variances (DuMouchel 1995).

    `vi` has shape (k,).

    Raises
    ------
    InputError
        For no variance, and bad ones by row.
    """
    low = -0.5 * log(float(np.mean(1.0 / _variances(vi))))
    return TauPrior(
        "DuMouchel",
        lambda u: (u - low) - 2.0 * np.logaddexp(0.0, u - low),
        np.exp(low),
        tail=2.0,
    )


def jeffreys(vi) -> TauPrior:
    """Return the Jeffreys prior of tau, the root of sum (tau / (vi + tau2))^2; improper.

    Bodnar et al. (2017); `vi` has shape (k,).

    Raises
    ------
    InputError
        For no variance, and bad ones by row.
    """
    logs = np.log(_variances(vi))

    def log_density(u):
        u = np.asarray(u, dtype=float)[..., None]
        terms = 2.0 * (u - np.logaddexp(logs, 2.0 * u))
        return u[..., 0] + 0.5 * np.logaddexp.reduce(terms, axis=-1)

    return TauPrior("Jeffreys", log_density, np.exp(logs.mean() / 2.0), proper=False, tail=1.0)


def _log_t_constant(df: float) -> float:
    """Logarithm of the t density's constant."""
    return lgamma((df + 1.0) / 2.0) - lgamma(df / 2.0) - 0.5 * log(df * pi)


def _above_zero(name: str, value: float) -> float:
    """`value`, refused unless finite and above 0."""
    check_finite(**{name: value})
    if not value > 0.0:
        raise InputError([f"{name} {value}: must be finite and above 0"])
    return float(value)


def _variances(vi) -> np.ndarray:
    """Sampling variances, checked by row."""
    vi = as_list("vi", vi)
    if not len(vi):
        raise InputError(["vi: give at least one variance"])
    effects_and_variances(np.zeros_like(vi), vi)
    return vi


FAMILIES = {  # of the priors of tau that config.yaml can name
    "half_normal": half_normal,
    "half_cauchy": half_cauchy,
    "half_t": half_t,
    "log_t": log_t,
    "log_normal": log_normal,
    "uniform": uniform,
}
