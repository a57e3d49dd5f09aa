"""How the library answers the reference cases of leave1out."""

from tests.deliberate import AT_ZERO, NO_WIDTH
from workflow.lib.stats.diagnostics.leave_one_out import leave_one_out
from workflow.lib.stats.regression.model import linear_model

RULES = (*AT_ZERO, NO_WIDTH)


def answer(case, reference):
    """Columns of the series; p = 1, so coefficients have one column."""
    yi, vi, _ = reference.effects(case["effects"])
    options = {"method": case["method"], "test": case["test"]}
    return columns(leave_one_out(linear_model(yi, vi), **options))


def columns(found) -> dict:
    """A series of fits under metafor's names."""
    of_mean = ("estimate", "beta"), ("se", "se"), ("zval", "stat"), ("tval", "stat")
    of_mean += ("pval", "pval"), ("ci_lb", "ci_lb"), ("ci_ub", "ci_ub")
    of_fit = ("Q", "QE"), ("Qp", "QEp"), ("tau2", "tau2"), ("I2", "I2"), ("H2", "H2"), ("k", "k")
    answer = {name: [row[0] for row in getattr(found, ours)] for name, ours in of_mean}
    return answer | {name: list(getattr(found, ours)) for name, ours in of_fit}
