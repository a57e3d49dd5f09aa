"""How the library answers the reference cases of cumul."""

from tests.deliberate import AT_ZERO, NO_WIDTH
from tests.oracles.leave1out import columns
from workflow.lib.stats.diagnostics.cumulative import cumulative
from workflow.lib.stats.regression.model import linear_model

RULES = (*AT_ZERO, NO_WIDTH)


def answer(case, reference):
    """Columns of the series, in the order of the data or by ascending vi."""
    yi, vi, _ = reference.effects(case["effects"])
    order = None if case["order"] == "data order" else "precision"
    options = {"method": case["method"], "test": case["test"], "order": order}
    return columns(cumulative(linear_model(yi, vi), **options))
