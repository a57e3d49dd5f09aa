"""How the library answers the reference cases of cumul."""

from tests.oracles.leave1out import NO_WIDTH, columns
from workflow.lib.stats.diagnostics.cumulative import cumulative
from workflow.lib.stats.regression.model import linear_model

ORDERS = ("given", "precision")
ZERO = "metafor's REML stops at 5e-15 instead of the boundary; tau2 is 0"
DIFFERENCES = {
    **{
        f"cumul/k3_same/REML/knha/{o}:{name}": NO_WIDTH for o in ORDERS for name in ("tval", "pval")
    },
    **{
        f"cumul/morris_smcr_diff/REML/{test}/{o}:{name}": ZERO
        for test in ("z", "knha")
        for o in ORDERS
        for name in ("tau2", "I2")
    },
}


def answer(case, reference):
    """Columns of the series, in the order of the data or by ascending vi."""
    yi, vi, _ = reference.effects(case["effects"])
    order = None if case["order"] == "data order" else "precision"
    options = {"method": case["method"], "test": case["test"], "order": order}
    return columns(cumulative(linear_model(yi, vi), **options))
