"""Fits by statsmodels, with a reason for everything that it does not have.

`statsmodels.stats.meta_analysis.combine_effects` has tau2 by DerSimonian and Laird and by Paule
and Mandel, and the fixed effect; it has no likelihood, no test of the mean, no prediction
interval and no interval of tau2.
"""

import numpy as np
import statsmodels
from statsmodels.stats.meta_analysis import combine_effects

VERSION = statsmodels.__version__
METHODS = {"DL": "dl", "PM": "pm", "EB": "pm", "EE": "dl", "FE": "dl"}  # EB is PM in this model
FIXED = ("EE", "FE")
PRECISE = {"atol": 1e-10, "maxiter": 10_000}  # its own stopping rule leaves 1e-5
LEAST = 2
NO_METHOD = "statsmodels has no estimator {} of tau2; it has DL and PM"
NO_ADHOC = "statsmodels has the Knapp-Hartung scale, but not its ad hoc correction"
NOT_THERE = {
    "stat": "statsmodels has no test of the mean",
    "pval": "statsmodels has no test of the mean",
    "se_tau2": "statsmodels has no standard error of tau2",
    "tau2_lb": "statsmodels has no interval of tau2",
    "tau2_ub": "statsmodels has no interval of tau2",
    "pi_lb": "statsmodels has no prediction interval",
    "pi_ub": "statsmodels has no prediction interval",
    "I2": "statsmodels has I2 from Q only: see I2_Q",
    "H2": "statsmodels has H2 from Q only",
}
OF_MEAN = ("beta", "se", "ci_lb", "ci_ub")
NO_TAU2 = "the fixed effect of statsmodels has no tau2"
NOT_CUT = "statsmodels does not cut off at 0"


def with_statsmodels(yi, vi, *, method, test, level):
    """(values, reasons) by quantity: each quantity of a fit is in one of the two.

    A reason beside a value says why it differs from ours on purpose.
    """
    if len(yi) < LEAST:
        return {}, {"": f"statsmodels pools at least {LEAST} studies"}
    with np.errstate(
        all="ignore"
    ):  # of Q = 0 and of a negative tau2; what is not finite is left out
        return _answer(yi, vi, method, test, level)


def _answer(yi, vi, method, test, level):
    """What `with_statsmodels` returns for two or more studies."""
    options = PRECISE if METHODS.get(method) == "pm" else {}
    yi, vi = np.asarray(yi, dtype=float), np.asarray(vi, dtype=float)
    found = combine_effects(yi, vi, method_re=METHODS.get(method, "dl"), **options)
    homogeneity = found.test_homogeneity()
    values = {"k": found.k, "QE": homogeneity.statistic, "QEp": homogeneity.pvalue}
    values["I2_Q"] = 100.0 * found.i2
    reasons = NOT_THERE | ({"I2_Q": NOT_CUT} if values["I2_Q"] < 0 else {})
    more, why = _mean(found, method, test, level)
    return _plain(values | more), reasons | why


def _mean(found, method, test, level):
    """(values, reasons) of the mean and of tau2."""
    if method not in METHODS:
        return {}, dict.fromkeys((*OF_MEAN, "tau2"), NO_METHOD.format(method))
    fixed, values, reasons = method in FIXED, {}, {}
    if fixed:
        reasons["tau2"] = NO_TAU2
    else:
        values["tau2"] = found.tau2
        if found.tau2 < 0:  # and the mean rests on it
            reasons |= dict.fromkeys(("tau2", *OF_MEAN), NOT_CUT)
    values["beta"] = found.mean_effect_fe if fixed else found.mean_effect_re
    if test == "adhoc":
        return values, dict.fromkeys(("se", "ci_lb", "ci_ub"), NO_ADHOC) | reasons
    scaled = test == "knha"
    interval = found.conf_int(alpha=1.0 - level / 100.0, use_t=test != "z")
    limits = interval[(0 if fixed else 1) + (2 if scaled else 0)]
    name = f"sd_eff_w_{'fe' if fixed else 're'}{'_hksj' if scaled else ''}"
    values |= {"se": getattr(found, name), "ci_lb": limits[0], "ci_ub": limits[1]}
    return values, reasons


def _plain(values):
    """Numbers without numpy's types; what is not finite is left out."""
    return {name: float(value) for name, value in values.items() if np.isfinite(value)}
