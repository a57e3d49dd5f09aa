"""Effect sizes of change: one group measured twice, and pre-post designs with a control group.

Each function takes float arrays of shape (k,) under the names of `MEASURES` and returns (yi, vi).
`mean_change` keeps the sign in which it comes: improvement is positive if the caller says so.
"""

import numpy as np
from scipy.special import gammaln


def exact_j(df: np.ndarray) -> np.ndarray:
    """Return the factor that removes the small-sample bias of d (Hedges 1981), 0 < J < 1.

    The gamma-function form, not 1 - 3 / (4 df - 1), which is 1.3 percent high at n = 3. There is
    none for df <= 1, where d has no expectation: NaN, which `effect_size` refuses.
    """
    df = np.asarray(df, dtype=float)
    df = np.where(df > 1.0, df, np.nan)
    return np.exp(gammaln(df / 2.0) - gammaln((df - 1.0) / 2.0) - 0.5 * np.log(df / 2.0))


def factor(df, correct: bool) -> np.ndarray:
    """Return J(df), or 1 if no correction is wanted."""
    return exact_j(df) if correct else np.ones_like(np.asarray(df, dtype=float))


def mean_change(*, correct, mean_change, sd_change, n):
    """Return the mean change in units of the outcome."""
    del correct  # not standardised: nothing to correct
    return mean_change, sd_change**2 / n


def standardised_by_change(*, correct, mean_change, sd_change, n):
    """Return change over the SD of change, d_z (Gibbons et al. 1993; Morris 2000)."""
    yi = factor(n - 1.0, correct) * mean_change / sd_change
    return yi, 1.0 / n + yi**2 / (2.0 * n)


def standardised_by_pre(*, correct, mean_change, sd_pre, n, r):
    """Return change over the baseline SD (Becker 1988): yi does not depend on r, vi does."""
    yi = factor(n - 1.0, correct) * mean_change / sd_pre
    return yi, 2.0 * (1.0 - r) / n + yi**2 / (2.0 * n)


def standardised_by_pre_unequal(*, correct, mean_change, sd_pre, sd_post, n, r):
    """Return change over the baseline SD; SDs may differ over time (Bonett 2008)."""
    yi = factor(n - 1.0, correct) * mean_change / sd_pre
    ratio = _variance_of_change(sd_pre, sd_post, r) / sd_pre**2
    return yi, ratio / (n - 1.0) + yi**2 / (2.0 * (n - 1.0))


def standardised_by_both(*, correct, mean_change, sd_pre, sd_post, n, r):
    """Return change over the mean-square SD of both times (Cousineau 2020); J on 2(n-1)/(1+r^2)."""
    yi = _over_both(correct, mean_change, sd_pre, sd_post, n, r)
    return yi, 2.0 * (1.0 - r) / n + yi**2 * (1.0 + r**2) / (4.0 * n)


def standardised_by_both_unequal(*, correct, mean_change, sd_pre, sd_post, n, r):
    """Return what `standardised_by_both` does, SDs may differ over time (Bonett 2008)."""
    yi = _over_both(correct, mean_change, sd_pre, sd_post, n, r)
    square = (sd_pre**2 + sd_post**2) / 2.0
    fourth = sd_pre**4 + sd_post**4 + 2.0 * (r * sd_pre * sd_post) ** 2
    of_change = _variance_of_change(sd_pre, sd_post, r) / square
    return yi, (of_change + yi**2 * fourth / (8.0 * square**2)) / (n - 1.0)


def difference_of_changes(*, correct, **groups):
    """Return SMCR of the treated minus SMCR of the controls (Becker 1988; Morris 2008, d_ppc1)."""
    (yi_e, vi_e), (yi_c, vi_c) = (
        standardised_by_pre(
            correct=correct,
            **{name: groups[f"{name}_{arm}"] for name in ("mean_change", "sd_pre", "n", "r")},
        )
        for arm in ("e", "c")
    )
    return yi_e - yi_c, vi_e + vi_c


def difference_over_pooled_pre(*, correct, **groups):
    """Return the difference in change over the pooled baseline SD (Morris 2008, d_ppc2).

    Equations 8 to 10 there, with the exact J. The variance is Morris's, written so that each
    group has its own r; it is that of the estimator which `correct` asks for.
    """
    mean_e, sd_e, n_e, r_e = (groups[f"{name}_e"] for name in ("mean_change", "sd_pre", "n", "r"))
    mean_c, sd_c, n_c, r_c = (groups[f"{name}_c"] for name in ("mean_change", "sd_pre", "n", "r"))
    df = n_e + n_c - 2.0
    pooled = np.sqrt(((n_e - 1.0) * sd_e**2 + (n_c - 1.0) * sd_c**2) / df)
    yi = factor(df, correct) * (mean_e - mean_c) / pooled
    of_change = 2.0 * (1.0 - r_e) / n_e + 2.0 * (1.0 - r_c) / n_c
    of_corrected = exact_j(df) ** 2 * df / (df - 2.0) * (of_change + yi**2) - yi**2
    return yi, of_corrected if correct else of_corrected / exact_j(df) ** 2


def _over_both(correct, mean_change, sd_pre, sd_post, n, r):
    """Change over the root of the mean of the two variances."""
    df = 2.0 * (n - 1.0) / (1.0 + r**2)
    return factor(df, correct) * mean_change / np.sqrt((sd_pre**2 + sd_post**2) / 2.0)


def _variance_of_change(sd_pre, sd_post, r):
    """Variance of a difference of two correlated values, without cancellation at r = 1."""
    return (sd_pre - sd_post) ** 2 + 2.0 * (1.0 - r) * sd_pre * sd_post
