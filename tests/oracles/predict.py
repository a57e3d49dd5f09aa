"""How the library answers the reference cases of predict."""

from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.predict import DISTRIBUTIONS, predict

BOUNDARY = "tau2 is 0: metafor's iteration stops just above it, at 5e-15, and tau is its root"
DIFFERENCES = {
    f"predict/morris_smcr_diff/REML/{test}/{level}:simple.{name}": BOUNDARY
    for test in ("z", "t", "knha")
    for level in (90, 95, 99)
    for name in ("pi", "pi_se")
}


def answer(case, reference):
    yi, vi, _ = reference.effects(case["effects"])
    model = linear_model(yi, vi)
    fit = fit_linear(model, method=case["method"], test=case["test"], level=case["level"])
    return {name: _of(predict(model, fit, distribution=name)) for name in DISTRIBUTIONS}


def _of(found):
    """The first (and only) row."""
    return {
        **{"pred": found.pred[0], "se": found.se[0], "ci": [found.ci_lb[0], found.ci_ub[0]]},
        **{"pi": [found.pi_lb[0], found.pi_ub[0]], "pi_ddf": found.pi_df},
        "pi_se": found.pi_se[0],
    }
