"""Effect sizes of change: one group measured twice, and pre-post designs with a control group.

`mean_change` keeps the sign in which it comes: improvement is positive if the caller says so.
"""

from types import SimpleNamespace

import numpy as np

from workflow.lib.stats.measures.bias import exact_j, factor
from workflow.lib.stats.measures.definition import Measure
from workflow.lib.stats.measures.reported_tests import OF_CHANGE

BECKER = ("mean_change", "sd_pre", "n", "r")
BOTH = ("mean_change", "sd_pre", "sd_post", "n", "r")
CONTROLLED = tuple(f"{name}_{arm}" for arm in ("e", "c") for name in BECKER)


def mean_change(x, options):
    """Return the mean change in units of the outcome."""
    del options
    return x.mean_change, x.sd_change**2 / x.n


def standardised_by_change(x, options):
    """Return change over the SD of change, d_z (Gibbons et al. 1993; Morris 2000)."""
    d, j = x.mean_change / x.sd_change, factor(x.n - 1.0, options.correct)
    return _with_variance(d, j, 1.0 / x.n, x.n, options)


def standardised_by_pre(x, options):
    """Return change over the baseline SD (Becker 1988): yi does not depend on r, vi does."""
    d, j = x.mean_change / x.sd_pre, factor(x.n - 1.0, options.correct)
    return _with_variance(d, j, 2.0 * (1.0 - x.r) / x.n, x.n, options)


def _with_variance(d, j, base, n, options):
    """Corrected d; LS puts it into its variance, LS2 corrects that of d (Borenstein 2009)."""
    if options.vtype == "LS2":
        return j * d, j**2 * (base + d**2 / (2.0 * n))
    return j * d, base + (j * d) ** 2 / (2.0 * n)


def standardised_by_pre_unequal(x, options):
    """Return change over the baseline SD; SDs may differ over time (Bonett 2008)."""
    yi = factor(x.n - 1.0, options.correct) * x.mean_change / x.sd_pre
    ratio = variance_of_change(x.sd_pre, x.sd_post, x.r) / x.sd_pre**2
    return yi, ratio / (x.n - 1.0) + yi**2 / (2.0 * (x.n - 1.0))


def standardised_by_both(x, options):
    """Return change over the mean-square SD of both times (Cousineau 2020); J on 2(n-1)/(1+r^2)."""
    yi = _over_both(x, options)
    return yi, 2.0 * (1.0 - x.r) / x.n + yi**2 * (1.0 + x.r**2) / (4.0 * x.n)


def standardised_by_both_unequal(x, options):
    """Return what `standardised_by_both` does, SDs may differ over time (Bonett 2008)."""
    yi = _over_both(x, options)
    square = (x.sd_pre**2 + x.sd_post**2) / 2.0
    fourth = x.sd_pre**4 + x.sd_post**4 + 2.0 * (x.r * x.sd_pre * x.sd_post) ** 2
    of_change = variance_of_change(x.sd_pre, x.sd_post, x.r) / square
    return yi, (of_change + yi**2 * fourth / (8.0 * square**2)) / (x.n - 1.0)


def difference_of_changes(x, options):
    """Return SMCR of the treated minus SMCR of the controls (Becker 1988; Morris 2008, d_ppc1)."""
    (yi_e, vi_e), (yi_c, vi_c) = (standardised_by_pre(_arm(x, arm), options) for arm in ("e", "c"))
    return yi_e - yi_c, vi_e + vi_c


def _arm(x, arm):
    """Inputs of one group under the names of a single group."""
    return SimpleNamespace(**{name: getattr(x, f"{name}_{arm}") for name in BECKER})


def difference_over_pooled_pre(x, options):
    """Return the difference in change over the pooled baseline SD (Morris 2008, d_ppc2).

    Equations 8 to 10 there, with the exact J. The variance is Morris's, written so that each
    group has its own r; it is that of the estimator which `correct` asks for.
    """
    e, c = _arm(x, "e"), _arm(x, "c")
    df = e.n + c.n - 2.0
    pooled = np.sqrt(((e.n - 1.0) * e.sd_pre**2 + (c.n - 1.0) * c.sd_pre**2) / df)
    yi = factor(df, options.correct) * (e.mean_change - c.mean_change) / pooled
    of_change = 2.0 * (1.0 - e.r) / e.n + 2.0 * (1.0 - c.r) / c.n
    of_corrected = exact_j(df) ** 2 * df / (df - 2.0) * (of_change + yi**2) - yi**2
    return yi, of_corrected if options.correct else of_corrected / exact_j(df) ** 2


def _over_both(x, options):
    """Change over the root of the mean of the two variances."""
    df = 2.0 * (x.n - 1.0) / (1.0 + x.r**2)
    square = (x.sd_pre**2 + x.sd_post**2) / 2.0
    return factor(df, options.correct) * x.mean_change / np.sqrt(square)


def variance_of_change(sd_pre, sd_post, r):
    """Return the variance of a difference of two correlated values, without cancellation at r = 1."""
    return (sd_pre - sd_post) ** 2 + 2.0 * (1.0 - r) * sd_pre * sd_post


def _change(code, inputs, function, source, scale, **more):
    """Entry of a standardised change of one group."""
    return Measure(
        *(code, inputs, function, source, scale, True, "pre-post"),
        f"Standardised mean change, {more.pop('label')}",
        more.pop("df", "n - 1"),
        **{"corrects": True, "direction": "as mean_change"} | more,
    )


_BASELINE = "standard deviations at baseline"
_SQUARE = "mean-square standard deviations of both times"
_FREEDOM = "2(n - 1)/(1 + r^2)"

MEASURES = (
    Measure(
        *("MC", ("mean_change", "sd_change", "n"), mean_change, "Morris 2008"),
        *("units of the outcome", False, "pre-post", "Mean change"),
        direction="as mean_change",
    ),
    _change(
        *("SMCC", ("mean_change", "sd_change", "n"), standardised_by_change),
        *("Gibbons et al. 1993", "standard deviations of change"),
        **{"label": "SD of change", "vtypes": ("LS", "LS2"), "instead": OF_CHANGE},
    ),
    _change(
        *("SMCR", BECKER, standardised_by_pre, "Becker 1988", _BASELINE),
        **{"label": "baseline SD", "vtypes": ("LS", "LS2")},
    ),
    _change(
        *("SMCRH", BOTH, standardised_by_pre_unequal, "Bonett 2008", _BASELINE),
        label="baseline SD, unequal variances",
    ),
    _change(
        *("SMCRP", BOTH, standardised_by_both, "Cousineau 2020", _SQUARE),
        **{"label": "average SD", "df": _FREEDOM},
    ),
    _change(
        *("SMCRPH", BOTH, standardised_by_both_unequal, "Bonett 2008", _SQUARE),
        **{"label": "average SD, unequal variances", "df": _FREEDOM},
    ),
    Measure(
        *("PPC", CONTROLLED, difference_of_changes, "Becker 1988; Morris 2008"),
        *("standard deviations at baseline, of each group", True, "pre-post-control"),
        *("Difference in standardised mean change", "n - 1"),
        corrects=True,
    ),
    Measure(
        *("DPPC2", CONTROLLED, difference_over_pooled_pre, "Morris 2008"),
        *("standard deviations at baseline, pooled", True, "pre-post-control"),
        *("Difference in mean change over the pooled baseline SD", "n_e + n_c - 2"),
        corrects=True,
    ),
)
