"""What a back-transformed mean stands for: expected values between limits, and modes.

The effects behind a pooled x are taken as normal with variance tau2; h carries them to the printed
scale. Names as in metafor, without "transf."; without limits see measures/transforms.py.
Expectations over a normal distribution, by Gauss-Legendre panels (Davis & Rabinowitz 1984).
"""

import numpy as np
from scipy.special import expit, ndtr

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.measures.translations import dtocles
from workflow.lib.stats.numbers import as_columns, as_numbers

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)
PANELS = np.linspace(-10.0, 10.0, 41)  # standard deviations; the tail beyond is below 1e-23
_STEP = 1e-13  # relative: of the last step towards a mode


def exp_int(x, tau2, lower=-np.inf, upper=np.inf):
    """Return the integral of exp(z) over the normal density from `lower` to `upper`.

    Raises
    ------
    InputError
        For an x that is not finite (by row), a tau2 below 0, limits in the wrong order.
    """
    x, tau2 = _checked(x, tau2, lower, upper)
    tau = np.sqrt(tau2)
    with np.errstate(divide="ignore", invalid="ignore"):  # tau2 = 0 is answered below
        share = ndtr((upper - x) / tau - tau) - ndtr((lower - x) / tau - tau)
    inside = (lower <= x) & (x <= upper)
    return np.exp(x + tau2 / 2.0) * np.where(tau2 > 0.0, share, inside)


def ztor_int(x, tau2, lower=-np.inf, upper=np.inf):
    """Return the integral of tanh(z) over the normal density from `lower` to `upper`.

    Raises
    ------
    InputError
        For an x that is not finite (by row), a tau2 below 0, limits in the wrong order.
    """
    return _between(np.tanh, *_checked(x, tau2, lower, upper), lower, upper)


def ilogit_int(x, tau2, lower=-np.inf, upper=np.inf):
    """Return the integral of the inverse logit of z over the normal density between the limits.

    Raises
    ------
    InputError
        For an x that is not finite (by row), a tau2 below 0, limits in the wrong order.
    """
    return _between(expit, *_checked(x, tau2, lower, upper), lower, upper)


def iprobit_int(x, tau2, lower=-np.inf, upper=np.inf):
    """Return the integral of the inverse probit of z over the normal density between the limits.

    Raises
    ------
    InputError
        For an x that is not finite (by row), a tau2 below 0, limits in the wrong order.
    """
    return _between(ndtr, *_checked(x, tau2, lower, upper), lower, upper)


def dtocles_int(d, tau2, lower=-np.inf, upper=np.inf):
    """Return the integral of the probability of superiority of a d over the normal density.

    Raises
    ------
    InputError
        For a d that is not finite (by row), a tau2 below 0, limits in the wrong order.
    """
    return _between(dtocles, *_checked(d, tau2, lower, upper), lower, upper)


def exp_mode(x, tau2):
    """Return the most likely value of exp(z).

    Raises
    ------
    InputError
        For an x that is not finite (by row), or a tau2 below 0.
    """
    x, tau2 = _checked(x, tau2, -np.inf, np.inf)
    return np.exp(x - tau2)


def ztor_mode(x, tau2):
    """Return the most likely value of tanh(z).

    Raises
    ------
    NotEstimable
        If x is 0 and tau2 above 1/2: two values are equally likely.
    """
    x, tau2 = _checked(x, tau2, -np.inf, np.inf)
    return np.tanh(_fixed_point(x, 2.0 * tau2))


def ilogit_mode(x, tau2):
    """Return the most likely value of the inverse logit of z.

    Raises
    ------
    NotEstimable
        If x is 0 and tau2 above 2: two values are equally likely.
    """
    x, tau2 = _checked(x, tau2, -np.inf, np.inf)
    return expit(2.0 * _fixed_point(x / 2.0, tau2 / 2.0))


def iprobit_mode(x, tau2):
    """Return the most likely value of the inverse probit of z.

    Raises
    ------
    NotEstimable
        If tau2 is 1 or more: the values near 0 or 1 are the most likely.
    """
    x, tau2 = _checked(x, tau2, -np.inf, np.inf)
    if np.any(tau2 >= 1.0):
        raise NotEstimable("tau2 is 1 or more: the density has no highest point between 0 and 1")
    return ndtr(x / (1.0 - tau2))


def lnortortet_pearson(lnor):
    """Return the tetrachoric correlation cos(pi / (1 + sqrt(OR))) of a log odds ratio (Pearson 1900).

    Raises
    ------
    InputError
        For what is no number, by row.
    """
    return np.sin(np.pi / 2.0 * np.tanh(as_numbers("lnor", lnor) / 4.0))


def _checked(x, tau2, lower, upper):
    """x and tau2 as arrays."""
    x, tau2 = as_columns(x=x, tau2=tau2)
    rows = np.flatnonzero(~np.isfinite(np.atleast_1d(x)))
    bad = [f"row {i}: x is {np.ravel(x)[i]}, must be finite" for i in rows]
    if not np.all(tau2 >= 0.0) or not np.all(np.isfinite(tau2)):
        bad.append(f"tau2 {tau2}: must be finite and at least 0")
    if not lower < upper:
        bad.append(f"lower {lower} is not below upper {upper}")
    if bad:
        raise InputError(bad)
    return np.broadcast_arrays(x, tau2)


def _between(function, x, tau2, lower, upper):
    """Integral of function(z) phi(z): panels of half a standard deviation, cut at the limits."""
    tau = np.sqrt(tau2)[..., None, None]
    centre = x[..., None, None]
    with np.errstate(divide="ignore", invalid="ignore"):  # tau2 = 0 is answered below
        limits = np.clip([(lower - centre) / tau, (upper - centre) / tau], -10.0, 10.0)
    ends = np.clip(PANELS[:, None], *np.nan_to_num(limits))
    half, middle = np.diff(ends, axis=-2) / 2.0, (ends[..., 1:, :] + ends[..., :-1, :]) / 2.0
    z = middle + half * _NODES
    density = np.exp(-(z**2) / 2.0) / np.sqrt(2.0 * np.pi)
    found = (function(centre + tau * z) * density * half * _WEIGHTS).sum(axis=(-2, -1))
    inside = (lower <= x) & (x <= upper)
    return np.where(tau2 > 0.0, found, function(x) * inside)


def _fixed_point(middle, gain):
    """The solution of w = middle + gain tanh(w) on the side of `middle`, where the density is highest.

    From the far end the steps w = middle + gain tanh(w) fall towards it; Newton's are shorter than
    the rest of the way, as tanh is concave there.
    """
    if np.any((middle == 0.0) & (gain > 1.0)):
        raise NotEstimable("x is 0 and tau2 is large: two values are equally likely")
    side, middle = np.where(middle < 0.0, -1.0, 1.0), np.abs(middle)
    w = middle + gain
    for _ in range(200):
        tanh = np.tanh(w)
        slope = 1.0 - gain * (1.0 - tanh**2)
        newton = w - (w - middle - gain * tanh) / np.where(slope > 0.0, slope, 1.0)
        following = np.where(slope > 0.0, np.maximum(newton, 0.0), middle + gain * tanh)
        if np.all(np.abs(following - w) <= _STEP * (1.0 + w)):
            break
        w = following
    return side * following
