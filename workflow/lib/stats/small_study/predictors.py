"""Measures of the precision of studies on which regression tests for asymmetry rest."""

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.numbers import as_list

PREDICTORS = ("sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv")
SAME = 1e-10  # share of a predictor's size within which its values count as equal
WITH_LIMIT = ("sei", "vi", "ninv", "sqrtninv")  # 0 for an infinitely large study


def predictor_values(predictor: str, vi: np.ndarray, ni) -> np.ndarray:
    """Return the predictor of each study (k,): sei, vi, ni, 1/ni, or the roots of the last two.

    `ni` (persons, above 0) is needed where the name says so.

    Raises
    ------
    InputError
        For an unknown predictor, and missing or bad sample sizes, by row.
    """
    if predictor not in PREDICTORS:
        raise InputError([f"predictor {predictor!r}: admissible are {', '.join(PREDICTORS)}"])
    if predictor in ("sei", "vi"):
        return np.sqrt(vi) if predictor == "sei" else vi
    ni = _sizes(ni, len(vi), predictor)
    values = 1.0 / ni if predictor.endswith("ninv") else ni
    return np.sqrt(values) if predictor.startswith("sqrt") else values


def check_slope(x: np.ndarray) -> None:
    """Refuse predictors along which no slope can be seen: too few studies, or equal values.

    Raises
    ------
    NotEstimable
        With fewer than two studies, or if all have the same predictor.
    """
    if len(x) < 2:
        raise NotEstimable("no study" if not len(x) else "a slope needs at least 2 studies, not 1")
    if np.ptp(x) <= SAME * np.abs(x).max():
        raise NotEstimable("all studies have the same predictor: no slope")


def _sizes(ni, k: int, predictor: str) -> np.ndarray:
    """Sample sizes as an array; refuses what is missing, not finite or not above 0."""
    if ni is None:
        raise InputError([f"predictor {predictor}: needs ni, the sample sizes"])
    ni = as_list("ni", ni)
    if ni.shape != (k,):
        raise InputError([f"there must be {k} sample sizes, one for each study: {ni.shape}"])
    bad = np.flatnonzero(~((ni > 0.0) & np.isfinite(ni)))
    if len(bad):
        raise InputError([f"row {i}: ni is {ni[i]}, not finite and above 0" for i in bad])
    return ni
