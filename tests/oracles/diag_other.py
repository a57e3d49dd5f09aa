"""How the library answers the reference cases of diag_other: cumulation by year, and GOSH."""

from tests.oracles.leave1out import columns
from workflow.lib.stats.diagnostics.cumulative import cumulative
from workflow.lib.stats.diagnostics.gosh import gosh
from workflow.lib.stats.regression.model import linear_model


def answer(case, reference):
    """Dispatch on the first word of the case."""
    yi, vi, effects = reference.effects(case["effects"])
    if case["id"].startswith("gosh"):
        return _gosh(gosh(yi, vi, method=case["method"]))
    column = reference.table(effects["dataset"])[case["order_column"]]
    years = [int(column[row]) for row in effects["kept"]]
    found = cumulative(linear_model(yi, vi), order=years, collapse=case["collapse"])
    return columns(found) | {"order": list(found.label)}


def _gosh(found) -> dict:
    names = ("k", "QE", "I2", "H2", "tau2", "estimate")
    answer = {name: getattr(found, name).tolist() for name in names}
    return answer | {"n_subsets": found.n_subsets, "incl": found.include.astype(int).tolist()}
