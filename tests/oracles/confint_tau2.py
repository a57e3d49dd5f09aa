"""How the library answers the reference cases of confint_tau2."""

import numpy as np

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.intervals import tau2_interval
from workflow.lib.stats.regression.model import linear_model

STOPS = (
    "metafor's root search for the generalised Q stops 1e-4 short; at our bounds an independent "
    "integration (Imhof 1961) gives the tail probabilities to 1e-8"
)
UNBOUNDED = "tau2 is 0: on the scale of tau metafor has an infinite bound, we none, with a reason"
OVERFLOW = "tau2 is 0: metafor's iteration stops at 5e-15 and its bounds on these scales run away"
SETS = (
    *("bcg_rr", "bcg_or", "normand_md", "hackshaw_or", "raud_smd", "konst_ignore", "molloy_zcor"),
    *("morris_smcr_diff", "k2_close", "k4_huge"),
)
DIFFERENCES = {
    **{f"confint/morris_smcr_diff/Wald{s}_REML/95": OVERFLOW for s in ("log", "sqrt")},
    **{f"confint/{name}/GENQ_{w}/95": STOPS for name in SETS for w in ("inv", "unit")},
    **{
        f"confint/{name}/Waldsqrt_REML/95:{statistic}": UNBOUNDED
        for name in ("k2_close", "k3_same")
        for statistic in ("tau2", "tau", "H2")
    },
}


def answer(case, reference):
    yi, vi, _ = reference.effects(case["effects"])
    model = linear_model(yi, vi, weights=_weights(case["id"], vi))
    fit = fit_linear(model, method=case["fit_method"], level=case["level"])
    try:
        found = tau2_interval(model, fit, type=case["type"])
    except NotEstimable:
        return None
    bounds = {
        name: [getattr(found, f"{name}_lb"), getattr(found, f"{name}_ub")]
        for name in ("tau2", "tau", "I2", "H2")
    }
    signs = {name: getattr(found, name) for name in ("lb_sign", "ub_sign", "ci_null")}
    return bounds | signs


def _weights(name, vi):
    """User weights that the case's name stands for."""
    if "GENQ_inv" in name:
        return 1.0 / vi
    return np.ones_like(vi) if "GENQ_unit" in name else None
