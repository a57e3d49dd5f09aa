"""Two groups and a quantitative outcome: differences of means, raw and standardised."""

from dataclasses import replace

import numpy as np

from workflow.lib.stats.measures.bias import average, factor
from workflow.lib.stats.measures.definition import Measure
from workflow.lib.stats.measures.reported_tests import OF_TWO_GROUPS
from workflow.lib.stats.measures.transforms import LOGISTIC, NORMAL

TWO_GROUPS = ("mean_e", "sd_e", "n_e", "mean_c", "sd_c", "n_c")


def pooled_variance(x):
    """Return the variance within groups, weighted by degrees of freedom."""
    squares = (x.n_e - 1.0) * x.sd_e**2 + (x.n_c - 1.0) * x.sd_c**2
    return squares / (x.n_e + x.n_c - 2.0)


def cohens_d(x):
    """Return the difference of the means over the pooled SD."""
    return (x.mean_e - x.mean_c) / np.sqrt(pooled_variance(x))


def mean_difference(x, options):
    """Return the difference of two means in units of the outcome (Borenstein 2009, 12.3, 12.5)."""
    if options.vtype == "HO":
        return x.mean_e - x.mean_c, pooled_variance(x) * (1.0 / x.n_e + 1.0 / x.n_c)
    return x.mean_e - x.mean_c, x.sd_e**2 / x.n_e + x.sd_c**2 / x.n_c


def standardised_difference(x, options):
    """Return the difference over the pooled SD, g or d (Hedges 1981)."""
    df, size = x.n_e + x.n_c - 2.0, x.n_e + x.n_c
    return _standardised(cohens_d(x), (df, size), x, options)


def difference_over_control_sd(x, options):
    """Return the difference over the SD of the control group (Glass 1976; Hedges 1981)."""
    d = (x.mean_e - x.mean_c) / x.sd_c
    return _standardised(d, (x.n_c - 1.0, x.n_c), x, options)


def _standardised(d, sizes, x, options):
    """Correct d and give its variance: of Hedges 1982, 8; Hedges 1983, 9; Borenstein 2009, 12.17.

    UB is unbiased for the corrected g; for d it is the same formula with J = 1. RM is what Review
    Manager 5 computes (Deeks & Higgins 2010; Hedges & Olkin 1985): J = 1 - 3 / (4 N - 9), and N - 3.94
    in place of N in the variance.
    """
    df, size = sizes
    if options.vtype == "RM":
        yi = (1.0 - 3.0 / (4.0 * size - 9.0) if options.correct else 1.0) * d
        return yi, 1.0 / x.n_e + 1.0 / x.n_c + yi**2 / (2.0 * (size - 3.94))
    j, base = factor(df, options.correct), 1.0 / x.n_e + 1.0 / x.n_c
    yi = j * d
    if options.vtype == "UB":
        return yi, base + (1.0 - (df - 2.0) / (df * j**2)) * yi**2
    if options.vtype == "LS2":
        return yi, j**2 * (base + d**2 / (2.0 * size))
    square = average(yi, x.n_e + x.n_c) ** 2 if options.vtype == "AV" else yi**2
    return yi, base + square / (2.0 * size)


def standardised_difference_unequal(x, options):
    """Return the difference over the mean-square SD; SDs may differ (Bonett 2008, 2009).

    LS has n - 1 throughout, LS2 n throughout, LS3 n - 1 only for the variance of the SDs.
    """
    square = (x.sd_e**2 + x.sd_c**2) / 2.0
    yi = factor(x.n_e + x.n_c - 2.0, options.correct) * (x.mean_e - x.mean_c) / np.sqrt(square)
    of_mean = 1.0 if options.vtype == "LS" else 0.0
    of_sd = 0.0 if options.vtype == "LS2" else 1.0
    fourth = x.sd_e**4 / (x.n_e - of_sd) + x.sd_c**4 / (x.n_c - of_sd)
    second = x.sd_e**2 / (x.n_e - of_mean) + x.sd_c**2 / (x.n_c - of_mean)
    return yi, yi**2 * fourth / (8.0 * square**2) + second / square


def difference_over_control_sd_unequal(x, options):
    """Return the difference over the SD of the control group; SDs may differ (Bonett 2008)."""
    yi = factor(x.n_c - 1.0, options.correct) * (x.mean_e - x.mean_c) / x.sd_c
    of_means = x.sd_e**2 / x.sd_c**2 / (x.n_e - 1.0) + 1.0 / (x.n_c - 1.0)
    return yi, of_means + yi**2 / (2.0 * (x.n_c - 1.0))


def log_odds_normal(x, options):
    """Return d as a log odds ratio, normal distributions (Cox and Snell 1989); d uncorrected."""
    return _log_odds(x, options, NORMAL)


def log_odds_logistic(x, options):
    """Return d as a log odds ratio, logistic distributions (Chinn 2000); d uncorrected."""
    return _log_odds(x, options, LOGISTIC)


def _log_odds(x, options, ratio):
    d, variance = standardised_difference(x, replace(options, correct=False))
    return ratio * d, ratio**2 * variance


def _glass(code, inputs, function, label):
    return Measure(
        *(code, inputs, function, "Glass 1976; Hedges 1981; Bonett 2008"),
        *("standard deviations of the control group", True, "two groups", label, "n_c - 1"),
        vtypes=("LS",) if code == "SMD1H" else ("LS", "LS2", "UB", "AV"),
        corrects=True,
    )


def _odds(code, function, source):
    return Measure(
        *(code, TWO_GROUPS, function, source, "log odds ratio", False, "two groups"),
        "Log odds ratio from a standardised mean difference",
        **{"transform": "log", "instead": OF_TWO_GROUPS},
    )


MEASURES = (
    Measure(
        *("MD", TWO_GROUPS, mean_difference, "Cochrane Handbook 6.5.1.1; Borenstein 2009"),
        *("units of the outcome", False, "two groups", "Mean difference"),
        vtypes=("LS", "HO"),
    ),
    Measure(
        *("SMD", TWO_GROUPS, standardised_difference, "Hedges 1981"),
        *("pooled standard deviations", True, "two groups", "Standardised mean difference"),
        *("n_e + n_c - 2",),
        **{"vtypes": ("LS", "LS2", "UB", "AV", "RM"), "corrects": True, "instead": OF_TWO_GROUPS},
    ),
    Measure(
        *("SMDH", TWO_GROUPS, standardised_difference_unequal, "Bonett 2008"),
        *("mean-square standard deviations of both groups", True, "two groups"),
        *("Standardised mean difference, unequal variances", "n_e + n_c - 2"),
        **{"vtypes": ("LS", "LS2", "LS3"), "corrects": True},
    ),
    _glass(
        *("SMD1", ("mean_e", "n_e", "mean_c", "sd_c", "n_c"), difference_over_control_sd),
        "Standardised mean difference, control SD",
    ),
    _glass(
        *("SMD1H", TWO_GROUPS, difference_over_control_sd_unequal),
        "Standardised mean difference, control SD, unequal variances",
    ),
    _odds("D2ORN", log_odds_normal, "Cox and Snell 1989"),
    _odds("D2ORL", log_odds_logistic, "Chinn 2000"),
    _odds("D2OR", log_odds_logistic, "Chinn 2000"),
)
