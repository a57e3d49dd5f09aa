"""How the library answers the reference cases of residuals."""

from tests.agreement import load
from tests.deliberate import ROUNDING
from workflow.lib.stats.diagnostics.baujat import baujat
from workflow.lib.stats.diagnostics.residuals import (
    pearson_residuals,
    raw_residuals,
    rstandard,
    rstudent,
)
from workflow.lib.stats.regression.model import linear_model

RULES = (ROUNDING,)
WITHOUT_BAUJAT = [
    case["id"] for case in load("residuals")["cases"] if "error" in case["expected"]["baujat"]
]
DIFFERENCES = {
    "resid/k3_same/REML/knha:rstudent.error": "three equal effects have a Knapp-Hartung scale of "
    "0: metafor stops with an error, the library gives the residuals and says why z is missing",
    **{
        f"{case}:baujat.error": "the reference has no value here: R had no graphics device left"
        for case in WITHOUT_BAUJAT
    },
}


def answer(case, reference):
    """Residuals of every kind, and the coordinates of the plot of Baujat."""
    yi, vi, _ = reference.effects(case["effects"])
    model, options = linear_model(yi, vi), {"method": case["method"], "test": case["test"]}
    plot = baujat(model, **options)
    return {
        "rstandard": _columns(rstandard(model, **options)),
        "rstudent": _columns(rstudent(model, **options)),
        "pearson": list(pearson_residuals(model, **options).z),
        "cholesky": list(raw_residuals(model, **options).z),
        "baujat": {"x": list(plot.x), "y": list(plot.y)},
    }


def _columns(found) -> dict:
    return {name: list(getattr(found, name)) for name in ("resid", "se", "z")}
