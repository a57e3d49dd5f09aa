"""How the library answers the reference cases of trimfill."""

from tests.deliberate import AT_ZERO
from workflow.lib.errors import NotEstimable
from workflow.lib.stats.small_study.estimation import Estimation
from workflow.lib.stats.small_study.trim_fill import trim_fill

STOP = "metafor refits REML to the filled studies with its own stop, a step of 1e-5: score not 0"
TOLERANCE = {
    **{"b": (2e-5, STOP), "se": (1e-4, STOP), "ci": (1e-4, STOP)},
    **{"tau2": (3e-4, STOP), "I2": (1e-4, STOP), "pval": (2e-3, STOP)},
}
EQUAL = "equal effects: rounding errors decide metafor's k0, or it stops; without them k0 is 0"
RULES = AT_ZERO
DIFFERENCES = {
    f"trimfill/k3_same/{method}/{estimator}/{side}": EQUAL
    for method in ("EE", "DL", "REML")
    for estimator in ("L0", "R0", "Q0")
    for side in ("auto", "left")
}


def answer(case, reference):
    """Return what metafor's trimfill returns, None where it stops with an error."""
    yi, vi, _ = reference.effects(case["effects"])
    estimation = Estimation(case["method"], "z")
    options = {"estimator": case["estimator"], "side": case["side_arg"]}
    try:
        found = trim_fill(yi, vi, estimation=estimation, **options)
    except NotEstimable:
        return None
    fit = found.fit
    return {
        **{"side": found.side, "k0": found.k0, "se_k0": found.se_k0, "p_k0": found.p_k0},
        **{"k_total": fit.k, "b": fit.beta, "se": fit.se, "pval": fit.pval},
        **{"ci": [fit.ci_lb, fit.ci_ub], "tau2": fit.tau2, "I2": fit.I2, "QE": fit.QE},
        **{"filled_yi": list(found.filled_yi), "filled_vi": list(found.filled_vi)},
    }
