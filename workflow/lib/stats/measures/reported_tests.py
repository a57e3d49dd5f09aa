"""Effects from what a study reports of its test instead of its data: d, t, F, p or r.

p-values are two-sided; their sign is taken for the sign of the effect, as metafor does.
"""

import numpy as np
from scipy.special import betaincinv, stdtrit

from workflow.lib.stats.measures.definition import Alternative
from workflow.lib.stats.measures.translations import rpbtod

MEANS = ("mean_e", "sd_e", "mean_c", "sd_c")


def t_of_p(p, df):
    """Return the t statistic of a signed two-sided p-value on df degrees of freedom."""
    return np.sign(p) * -stdtrit(df, np.abs(p) / 2.0)


def r_of_t(t, df):
    """Return the (partial) correlation of its t statistic on df degrees of freedom."""
    return t / np.sqrt(t**2 + df)


def _groups_with(d):
    """Two groups of unit SD whose means are d apart."""
    return {
        "mean_e": d,
        "sd_e": np.ones_like(d),
        "mean_c": np.zeros_like(d),
        "sd_c": np.ones_like(d),
    }


def _from_d(d, x):
    return _groups_with(d)


def _from_t(t, x):
    return _groups_with(t * np.sqrt(1.0 / x["n_e"] + 1.0 / x["n_c"]))


def _from_p(p, x):
    return _from_t(t_of_p(p, x["n_e"] + x["n_c"] - 2.0), x)


def _from_point_biserial(r, x):
    return _groups_with(rpbtod(r, x["n_e"], x["n_c"]))


OF_TWO_GROUPS = (
    Alternative("d", MEANS, _from_d),
    Alternative("t", MEANS, _from_t),
    Alternative("p", MEANS, _from_p),
    Alternative("r_pb", MEANS, _from_point_biserial),
)


def _change_with(d):
    return {"mean_change": d, "sd_change": np.ones_like(d)}


OF_CHANGE = (
    Alternative("d", ("mean_change", "sd_change"), lambda d, x: _change_with(d)),
    Alternative("t", ("mean_change", "sd_change"), lambda t, x: _change_with(t / np.sqrt(x["n"]))),
    Alternative(
        *("p", ("mean_change", "sd_change")),
        lambda p, x: _change_with(t_of_p(p, x["n"] - 1.0) / np.sqrt(x["n"])),
    ),
)
OF_CORRELATION = (
    Alternative("t", ("r",), lambda t, x: {"r": r_of_t(t, x["n"] - 2.0)}),
    Alternative("p", ("r",), lambda p, x: {"r": r_of_t(t_of_p(p, x["n"] - 2.0), x["n"] - 2.0)}),
)


def _residual_df(x):
    """Residual degrees of freedom of a linear model with an intercept."""
    return x["n"] - x["predictors"] - 1.0


OF_PARTIAL = (
    Alternative("t", ("r",), lambda t, x: {"r": r_of_t(t, _residual_df(x))}),
    Alternative(
        "p", ("r",), lambda p, x: {"r": r_of_t(t_of_p(p, _residual_df(x)), _residual_df(x))}
    ),
)


def semipartial(t, x):
    """Return the semi-partial correlation of the t statistic of a coefficient (Aloe 2014)."""
    return {"r": t * np.sqrt((1.0 - x["r2"]) / _residual_df(x))}


OF_SEMIPARTIAL = (
    Alternative("t", ("r",), semipartial),
    Alternative("p", ("r",), lambda p, x: semipartial(t_of_p(p, _residual_df(x)), x)),
)


def _r2_of_f(f, x):
    return {"r2": x["predictors"] * f / (x["predictors"] * f + _residual_df(x))}


def _r2_of_p(p, x):
    """R2 of its upper tail probability: 1 - R2 has a beta distribution if nothing is explained."""
    return {"r2": 1.0 - betaincinv(_residual_df(x) / 2.0, x["predictors"] / 2.0, p)}


OF_DETERMINATION = (
    Alternative("f", ("r2",), _r2_of_f),
    Alternative("p", ("r2",), _r2_of_p),
)
