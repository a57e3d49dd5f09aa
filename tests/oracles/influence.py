"""How the library answers the reference cases of influence."""

from tests.deliberate import AT_ZERO, ROUNDING
from workflow.lib.stats.diagnostics.influence import influence
from workflow.lib.stats.regression.model import linear_model

DIFFERENCES = {
    "influence/k3_same/REML/knha": "three equal effects have a Knapp-Hartung scale of 0: metafor "
    "stops with an error, the library gives what exists and says why the rest does not",
}
RULES = (*AT_ZERO, ROUNDING)
NAMES = ("rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "QE_del", "hat", "weight")


def answer(case, reference):
    """Columns of the influence table; p = 1, so dfbs has one column."""
    yi, vi, _ = reference.effects(case["effects"])
    found = influence(linear_model(yi, vi), method=case["method"], test=case["test"])
    columns = {name: list(getattr(found, name)) for name in NAMES}
    return columns | {
        "dfbs": [row[0] for row in found.dfbs],
        "is_infl": list(found.is_infl),
        "inf_flag": ["*" if flag else "" for flag in found.is_infl],
    }
