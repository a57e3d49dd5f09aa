"""How the library answers the reference cases of predict."""

from tests.deliberate import AT_ZERO
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.predict import DISTRIBUTIONS, predict

RULES = AT_ZERO


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
