"""How the library answers the reference cases of rma_uni."""

from math import sqrt

import numpy as np

from tests.deliberate import AT_ZERO, NO_WIDTH, ONE_STUDY, ROUNDING
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.fit_statistics import fit_statistics
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.predict import predict

WEIGHTS = {
    "GENQ_unit": np.ones_like,
    "REML_unweighted": np.ones_like,
    "GENQ_sqrt": lambda vi: 1.0 / np.sqrt(vi),
    "GENQM_inv": lambda vi: 1.0 / vi,
}
RULES = (ONE_STUDY, *AT_ZERO, NO_WIDTH, ROUNDING)
CRITERIA = ("ll", "dev", "AIC", "BIC", "AICc")


def answer(case, reference):
    yi, vi, _ = reference.effects(case["effects"])
    if len(yi) == 1:
        return _one_study(yi, vi, case["expected"]["tests"])
    named = case["method"]
    method = named.split("_")[0]
    weights = WEIGHTS[named](vi) if named in WEIGHTS else None
    model = linear_model(yi, vi, weights=weights)
    fixed = 0.1 if named.endswith("tau2fix") else None
    fits = {
        test: fit_linear(model, method=method, test=test, tau2=fixed)
        for test in case["expected"]["tests"]
    }
    fit = fits["z"]
    statistics = fit_statistics(model, fit)
    return {
        **{"k": fit.k, "tau2": fit.tau2, "se_tau2": fit.se_tau2, "tau": sqrt(fit.tau2)},
        **{"I2": fit.I2, "H2": fit.H2, "vt": model.df / model.at(0.0).trP},
        **{"QE": fit.QE, "QEdf": fit.QE_df, "QEp": fit.QEp, "weights_pct": fit.weights},
        "fit": {
            kind: {name: getattr(found, name) for name in CRITERIA}
            for kind, found in statistics.items()
        },
        "tests": {test: _of_the_mean(model, found) for test, found in fits.items()},
    }


def _one_study(yi, vi, tests):
    """The study itself, as a pool returns it."""
    found = random_effects(yi, vi)
    mean = {"b": found.beta, "se": found.se, "stat": found.stat, "pval": found.pval}
    mean |= {"ci_lb": found.ci_lb, "ci_ub": found.ci_ub}
    return {"k": 1, "weights_pct": found.weights, "tests": dict.fromkeys(tests, mean)}


def _of_the_mean(model, fit):
    """Estimate, test and intervals."""
    found = {
        **{"b": fit.beta[0], "se": fit.se[0], "stat": fit.stat[0], "ddf": fit.df},
        **{"pval": fit.pval[0], "ci_lb": fit.ci_lb[0], "ci_ub": fit.ci_ub[0]},
    }
    for name in ("default", "simple", "riley"):
        prediction = predict(model, fit, distribution=name)
        if prediction.pi_lb is not None:
            found[f"pi_{name}"] = [prediction.pi_lb[0], prediction.pi_ub[0]]
    return found
