"""Ratios of means, standard deviations and coefficients of variation, on the log scale.

Of two groups, of one group over time, and the logarithms themselves of a single group. The logs of
a mean, an SD and a coefficient of variation have biases of -CV^2/(2n), -1/(2(n-1)) and their
difference (Lajeunesse 2015; Raudenbush and Bryk 1987; Nakagawa et al. 2015), which `correct` removes.
"""

import numpy as np

from workflow.lib.stats.measures.bias import average
from workflow.lib.stats.measures.definition import Measure
from workflow.lib.stats.measures.two_groups import TWO_GROUPS, pooled_variance

SIGNS = "the means have opposite signs, or a mean or standard deviation is 0"


def ratio_of_means(x, options):
    """Return the log ratio of two means (Hedges et al. 1999; Lajeunesse 2015).

    The correction is that of vtype LS. AV and AVHO average the coefficients of variation over
    studies, per group or over both (Nakagawa et al. 2023).
    """
    share_e, share_c = (x.sd_e / x.mean_e) ** 2 / x.n_e, (x.sd_c / x.mean_c) ** 2 / x.n_c
    yi = np.log(x.mean_e / x.mean_c) + options.correct * (share_e - share_c) / 2.0
    if options.vtype == "LS2":
        return yi, share_e + share_c + (share_e**2 + share_c**2) / 2.0
    if options.vtype == "HO":
        return yi, pooled_variance(x) * (1.0 / (x.n_e * x.mean_e**2) + 1.0 / (x.n_c * x.mean_c**2))
    if options.vtype in ("AV", "AVHO"):
        return yi, _from_average_cv(x, yi, together=options.vtype == "AVHO")
    return yi, share_e + share_c


def _from_average_cv(x, yi, *, together):
    """Variance of a log ratio of means from coefficients of variation averaged over studies."""
    known = np.isfinite(yi)
    cv_e, cv_c = (
        np.where(known, x.sd_e / x.mean_e, np.nan),
        np.where(known, x.sd_c / x.mean_c, np.nan),
    )
    if together:
        both = average(np.concatenate([cv_e, cv_c]), np.concatenate([x.n_e, x.n_c]))
        return both**2 * (1.0 / x.n_e + 1.0 / x.n_c)
    return average(cv_e, x.n_e) ** 2 / x.n_e + average(cv_c, x.n_c) ** 2 / x.n_c


def variability_ratio(x, options):
    """Return the log ratio of two standard deviations (Nakagawa et al. 2015)."""
    half_e, half_c = 1.0 / (2.0 * (x.n_e - 1.0)), 1.0 / (2.0 * (x.n_c - 1.0))
    yi = np.log(x.sd_e / x.sd_c) + options.correct * (half_e - half_c)
    vi = half_e + half_c
    if options.vtype == "LS2":
        vi = vi + 2.0 * (half_e**2 + half_c**2)
    return yi, vi


def variation_ratio(x, options):
    """Return the log ratio of two coefficients of variation (Nakagawa et al. 2015)."""
    ratio, of_means = ratio_of_means(x, options)
    of_sds = variability_ratio(x, options)
    positive = (x.mean_e > 0.0) & (x.mean_c > 0.0)
    return np.where(positive, of_sds[0] - ratio, np.nan), of_sds[1] + of_means


def ratio_of_means_of_change(x, options):
    """Return the log ratio of the means after and before (Lajeunesse 2011, 2015)."""
    share_post, share_pre = (x.sd_post / x.mean_post) ** 2 / x.n, (x.sd_pre / x.mean_pre) ** 2 / x.n
    yi = np.log(x.mean_post / x.mean_pre) + options.correct * (share_post - share_pre) / 2.0
    common = x.r * x.sd_post * x.sd_pre / (x.mean_post * x.mean_pre * x.n)
    return yi, share_post + share_pre - 2.0 * common


def variability_ratio_of_change(x, options):
    """Return the log ratio of the standard deviations after and before (Nakagawa et al. 2015)."""
    del options  # both times have the same n: their biases cancel
    return np.log(x.sd_post / x.sd_pre), (1.0 - x.r**2) / (x.n - 1.0)


def variation_ratio_of_change(x, options):
    """Return the log ratio of the coefficients of variation after and before."""
    ratio, of_means = ratio_of_means_of_change(x, options)
    of_sds = variability_ratio_of_change(x, options)
    positive = (x.mean_post > 0.0) & (x.mean_pre > 0.0)
    return np.where(positive, of_sds[0] - ratio, np.nan), of_sds[1] + of_means


def log_mean(x, options):
    """Return the log of a mean (Nakagawa et al. 2015)."""
    del options  # not corrected, as in metafor
    return np.log(x.mean), (x.sd / x.mean) ** 2 / x.n


def log_sd(x, options):
    """Return the log of a standard deviation (Raudenbush and Bryk 1987)."""
    half = 1.0 / (2.0 * (x.n - 1.0))
    return np.log(x.sd) + options.correct * half, half


def log_cv(x, options):
    """Return the log of a coefficient of variation (Nakagawa et al. 2015).

    As in metafor, only the bias of the SD is removed.
    """
    yi, half = log_sd(x, options)
    return np.where(x.mean > 0.0, yi - np.log(x.mean), np.nan), half + (x.sd / x.mean) ** 2 / x.n


_PAIR = ("mean_post", "sd_post", "mean_pre", "sd_pre", "n", "r")
_NAMES = {
    "means": "log ratio of means",
    "sds": "log ratio of standard deviations",
    "cvs": "log ratio of coefficients of variation",
}


def _ratio(code, inputs, function, source, **more):
    """Entry of a log ratio of two groups or two times."""
    of = more.pop("of")
    two = "n_e" in inputs
    label = _NAMES[of][0].upper() + _NAMES[of][1:]
    return Measure(
        *(code, inputs, function, source, _NAMES[of], False),
        *("two groups" if two else "pre-post", label if two else f"{label}, after to before"),
        transform="log",
        direction=f"positive: higher {'in the experimental group' if two else 'afterwards'}",
        corrects=code != "VRC",
        undefined=SIGNS,
        **more,
    )


def _logarithm(code, inputs, function, label):
    return Measure(
        *(code, inputs, function, "Nakagawa et al. 2015", label.lower(), False, "one group", label),
        transform="log",
        direction="higher: larger",
        corrects=code != "MNLN",
        undefined="a mean or standard deviation is not above 0, or n is 1",
    )


MEASURES = (
    _ratio(
        *("ROM", TWO_GROUPS, ratio_of_means, "Hedges et al. 1999; Lajeunesse 2015"),
        of="means",
        vtypes=("LS", "LS2", "HO", "AV", "AVHO"),
    ),
    _ratio(
        *("VR", ("sd_e", "n_e", "sd_c", "n_c"), variability_ratio, "Nakagawa et al. 2015"),
        of="sds",
        vtypes=("LS", "LS2"),
    ),
    _ratio(
        *("CVR", TWO_GROUPS, variation_ratio, "Nakagawa et al. 2015"),
        of="cvs",
        vtypes=("LS", "LS2"),
    ),
    _ratio("ROMC", _PAIR, ratio_of_means_of_change, "Lajeunesse 2011", of="means"),
    _ratio(
        *("VRC", ("sd_post", "sd_pre", "n", "r"), variability_ratio_of_change),
        "Nakagawa et al. 2015",
        of="sds",
    ),
    _ratio("CVRC", _PAIR, variation_ratio_of_change, "Nakagawa et al. 2015", of="cvs"),
    _logarithm("MNLN", ("mean", "sd", "n"), log_mean, "Log mean"),
    _logarithm("SDLN", ("sd", "n"), log_sd, "Log standard deviation"),
    _logarithm("CVLN", ("mean", "sd", "n"), log_cv, "Log coefficient of variation"),
)
