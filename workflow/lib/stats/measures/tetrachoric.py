"""The tetrachoric correlation: a bivariate normal distribution cut into a table of two by two."""

import numpy as np
from scipy.special import ndtr, ndtri, owens_t

from workflow.lib.errors import ConvergenceError


def bivariate_normal(h, k, rho):
    """Return P(X < h, Y < k) of two standard normal variables with correlation rho (Owen 1956)."""
    h, k, rho = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (h, k, rho)))
    slope_h, slope_k = _slope(h, k, rho), _slope(k, h, rho)
    opposite = (h * k < 0.0) | ((h * k == 0.0) & (h + k < 0.0))
    tails = owens_t(h, slope_h) + owens_t(k, slope_k)
    return (ndtr(h) + ndtr(k)) / 2.0 - tails - 0.5 * opposite


def _slope(h, k, rho):
    """Second argument of Owen's T for the limit h; its limit where h is 0."""
    root = np.sqrt((1.0 - rho) * (1.0 + rho))
    with np.errstate(all="ignore"):
        away = (k / h - rho) / root
        centre = np.where(k == 0.0, np.sqrt((1.0 - rho) / (1.0 + rho)), np.copysign(np.inf, k))
    return np.where(h == 0.0, centre, away)


def bivariate_density(h, k, rho):
    """Return the density of two standard normal variables with correlation rho."""
    rest = (1.0 - rho) * (1.0 + rho)
    return np.exp(-(h**2 - 2.0 * rho * h * k + k**2) / (2.0 * rest)) / (2.0 * np.pi * np.sqrt(rest))


def tetrachoric(a, b, c, d):
    """Return the tetrachoric correlation of each table and its sampling variance (Pearson 1900).

    The margins give the limits of the two variables; the correlation makes the first cell what it
    is, so it is the maximum-likelihood one. The variance is that of a multinomial table (delta
    method). Cells (k,). A cell of 0 gives -1 or 1 and no variance (NaN), an empty margin NaN.
    """
    total = a + b + c + d
    with np.errstate(all="ignore"):
        row, column = (a + b) / total, (a + c) / total
        yi = np.where((a * d == 0.0) & (b * c > 0.0), -1.0, np.nan)
        yi = np.where((b * c == 0.0) & (a * d > 0.0), 1.0, yi)
    inside = (a > 0.0) & (b > 0.0) & (c > 0.0) & (d > 0.0)
    vi = np.full(yi.shape, np.nan)
    if inside.any():
        h, k = ndtri(row[inside]), ndtri(column[inside])
        yi[inside] = _root(h, k, (a / total)[inside])
        shares = tuple((cell / total)[inside] for cell in (a, b, c))
        vi[inside] = _variance(h, k, yi[inside], shares) / total[inside]
    return yi, vi


def _root(h, k, share):
    """The correlation at which P(X < h, Y < k) is `share`: Newton steps in arcsin(rho), bracketed."""
    low, high = np.full(h.shape, -np.pi / 2.0), np.full(h.shape, np.pi / 2.0)
    angle = np.zeros(h.shape)
    for _ in range(200):
        rho = np.sin(angle)
        miss = bivariate_normal(h, k, rho) - share
        low, high = np.where(miss < 0.0, angle, low), np.where(miss < 0.0, high, angle)
        with np.errstate(all="ignore"):
            newton = angle - miss / (bivariate_density(h, k, rho) * np.cos(angle))
        following = np.where((newton > low) & (newton < high), newton, (low + high) / 2.0)
        step, angle = np.abs(following - angle), following
        if (step <= 1e-15 * np.maximum(1.0, np.abs(angle))).all() or (high - low < 4e-16).all():
            return np.sin(angle)
        if (np.abs(miss) < 4e-17 + 2e-16 * share).all():
            return rho
    raise ConvergenceError("tetrachoric correlation: no root after 200 steps; check the table")


def _variance(h, k, rho, shares):
    """Variance per person: squared slopes of the correlation in the cells' shares."""
    root, height = np.sqrt((1.0 - rho) * (1.0 + rho)), bivariate_density(h, k, rho)
    in_row, in_column = ndtr((k - rho * h) / root), ndtr((h - rho * k) / root)
    slopes = ((1.0 - in_row - in_column) / height, -in_row / height, -in_column / height)
    mean = sum(share * slope for share, slope in zip(shares, slopes, strict=True))
    square = sum(share * slope**2 for share, slope in zip(shares, slopes, strict=True))
    return square - mean**2
