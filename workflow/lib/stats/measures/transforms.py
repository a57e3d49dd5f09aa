"""Transformations of effects to their analysis scale and back, and from one measure to another.

They carry metafor's names without "transf."; all take and return numbers or arrays. `TRANSFORMS`
pairs the scale of each effect measure with its way back. Those without a source of their own are
definitions (Fisher 1921 for z, Cochran 1977 for proportions); numbers that have no image are NaN.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr, ndtri
from scipy.special import logit as _logit

LOGISTIC = np.pi / np.sqrt(3.0)  # SD of the standard logistic distribution (Chinn 2000)
NORMAL = 1.65  # ratio of log odds to probits (Cox and Snell 1989)
_GRID = np.linspace(-10.0, 10.0, 4001)  # the trapezoid rule is exact here to 1e-15
_WEIGHTS = np.exp(-(_GRID**2) / 2.0) / np.exp(-(_GRID**2) / 2.0).sum()


def rtoz(r):
    """Return Fisher's z of a correlation (Fisher 1921)."""
    return np.arctanh(r)


def ztor(z):
    """Return the correlation of Fisher's z."""
    return np.tanh(z)


def logit(p):
    """Return the log odds of a proportion."""
    return _logit(p)


def ilogit(x):
    """Return the proportion of log odds."""
    return expit(x)


def probit(p):
    """Return the normal quantile of a proportion."""
    return ndtri(p)


def iprobit(x):
    """Return the proportion below a normal quantile."""
    return ndtr(x)


def arcsin(p):
    """Return the arcsine of the root of a proportion."""
    return np.arcsin(np.sqrt(p))


def iarcsin(x):
    """Return the proportion of its arcsine; outside [0, pi/2] the nearest end."""
    return np.sin(np.clip(x, 0.0, np.pi / 2.0)) ** 2


def pft(p, n):
    """Return the Freeman-Tukey double arcsine of a proportion among n (Freeman and Tukey 1950)."""
    events = np.asarray(p, dtype=float) * n
    return (arcsin(events / (n + 1.0)) + arcsin((events + 1.0) / (n + 1.0))) / 2.0


def ipft(x, n):
    """Return the proportion of its Freeman-Tukey double arcsine (Miller 1978).

    Values beyond those of the proportions 0 and 1 give 0 and 1.
    """
    x = np.asarray(x, dtype=float)
    low, high = pft(0.0, n), pft(1.0, n)
    sine = np.sin(2.0 * np.clip(x, low, high))
    inner = np.clip(1.0 - (sine + (sine - 1.0 / sine) / n) ** 2, 0.0, None)
    p = (1.0 - np.sign(np.cos(2.0 * x)) * np.sqrt(inner)) / 2.0
    return np.where(x <= low, 0.0, np.where(x >= high, 1.0, p))


def ipft_hm(x, ni):
    """Return `ipft` at the harmonic mean of the sample sizes `ni` (Miller 1978), for a pool."""
    return ipft(x, 1.0 / np.mean(1.0 / np.asarray(ni, dtype=float)))


def isqrt(x):
    """Return the square of a root; a negative one gives 0."""
    return np.maximum(x, 0.0) ** 2


def irft(rate, time):
    """Return the Freeman-Tukey root of a rate over a person-time (Freeman and Tukey 1950)."""
    return (np.sqrt(rate) + np.sqrt(rate + 1.0 / np.asarray(time, dtype=float))) / 2.0


def iirft(x, time):
    """Return the rate of its Freeman-Tukey root; below the value of the rate 0 it is 0."""
    x, time = np.asarray(x, dtype=float), np.asarray(time, dtype=float)
    at = np.maximum(x, irft(0.0, time))
    return (at - 1.0 / (4.0 * time * at)) ** 2


def ahw(alpha):
    """Return 1 - (1 - alpha)^(1/3) (Hakstian and Whalen 1976)."""
    return 1.0 - np.cbrt(1.0 - np.asarray(alpha, dtype=float))


def iahw(x):
    """Return the alpha of its cube-root form; 0 below its range, 1 above it."""
    return 1.0 - (1.0 - np.clip(np.asarray(x, dtype=float), 0.0, 1.0)) ** 3


def abt(alpha):
    """Return -log(1 - alpha) (Bonett 2002)."""
    return -np.log1p(-np.asarray(alpha, dtype=float))


def iabt(x):
    """Return the alpha of its logarithmic form; 0 below its range."""
    return -np.expm1(-np.maximum(np.asarray(x, dtype=float), 0.0))


def r2toz(r2):
    """Return Fisher's z of the root of R2 (Olkin and Finn 1995)."""
    return np.arctanh(np.sqrt(r2))


def ztor2(z):
    """Return the R2 of its z."""
    return np.tanh(z) ** 2


def exp_int(x, tau2=0.0):
    """Return the mean of exp(effects) when effects are normal about x with variance tau2."""
    return np.exp(np.asarray(x, dtype=float) + np.asarray(tau2, dtype=float) / 2.0)


def ilogit_int(x, tau2=0.0):
    """Return the mean proportion when log odds are normal about x with variance tau2."""
    return _mean_of(expit, x, tau2)


def iprobit_int(x, tau2=0.0):
    """Return the mean proportion when probits are normal about x with variance tau2."""
    return ndtr(np.asarray(x, dtype=float) / np.sqrt(1.0 + np.asarray(tau2, dtype=float)))


def ztor_int(x, tau2=0.0):
    """Return the mean correlation when Fisher's z is normal about x with variance tau2."""
    return _mean_of(np.tanh, x, tau2)


def _mean_of(function: Callable, x, tau2):
    """Mean of a function over a normal distribution."""
    x, tau = np.asarray(x, dtype=float)[..., None], np.sqrt(np.asarray(tau2, float))[..., None]
    return function(x + tau * _GRID) @ _WEIGHTS


@dataclass(frozen=True, slots=True)
class Transform:
    """A scale and the way back from it."""

    name: str
    forward: Callable  # from the natural scale; takes n or time too if `per_study`
    inverse: Callable
    natural: str  # what the inverse gives, in words
    per_study: str = ""  # second argument of both: "ni", "time" or none


def _same(x):
    """Return x."""
    return x


TRANSFORMS = {
    transform.name: transform
    for transform in (
        Transform("none", _same, _same, "the effect itself"),
        Transform("log", np.log, np.exp, "ratio, rate or proportion"),
        Transform("z", rtoz, ztor, "correlation"),
        Transform("logit", logit, ilogit, "proportion"),
        Transform("probit", probit, iprobit, "proportion"),
        Transform("arcsine", arcsin, iarcsin, "proportion"),
        Transform("Freeman-Tukey arcsine", pft, ipft, "proportion", "ni"),
        Transform("root", np.sqrt, isqrt, "rate"),
        Transform("Freeman-Tukey root", irft, iirft, "rate", "time"),
        Transform("cube root", ahw, iahw, "alpha"),
        Transform("log complement", abt, iabt, "alpha"),
        Transform("z of R2", r2toz, ztor2, "R2"),
    )
}
