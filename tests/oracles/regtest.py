"""How the library answers the reference cases of regtest."""

from tests.deliberate import AT_ZERO
from workflow.lib.stats.small_study.estimation import Estimation
from workflow.lib.stats.small_study.regression_test import egger_test, regression_test

RULES = AT_ZERO


def answer(case, reference):
    """Return what metafor's regtest returns; the reference has no value where its run had no ni."""
    yi, vi, extra = reference.effects(case["effects"])
    if case["expected"] is None:
        return None
    options = {"predictor": case["predictor"], "ni": extra.get("ni")}
    if case["model"] == "lm":
        found = egger_test(yi, vi, **options)
    else:
        estimation = Estimation(case["method"], case["test"])
        found = regression_test(yi, vi, **options, estimation=estimation)
    return {
        **{"stat": found.stat, "ddf": found.df, "pval": found.pval, "tau2": found.tau2},
        **{"limit_est": found.limit, "limit_ci": [found.limit_lb, found.limit_ub]},
        **{"coef": list(found.beta), "coef_se": list(found.se)},
    }
