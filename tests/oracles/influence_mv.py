"""How the library answers the reference cases of influence_mv."""

from dataclasses import replace
from functools import cache

from tests import agreement
from tests.oracles.robust import model_and_terms
from workflow.lib.stats.dependence.influence import dependent_influence
from workflow.lib.stats.dependence.multivariate import multivariate
from workflow.lib.stats.dependence.settings import Settings
from workflow.lib.stats.dependence.terms import Structure
from workflow.lib.stats.dependence.three_level import multilevel

_STOP = (
    "where variances are found anew metafor's search ends about 1e-8 from the maximum; at given "
    "variances all agrees to 1e-9"
)
_SMALL = f"{_STOP}, and a small change is the difference of two large coefficients"
TOLERANCE = {
    **dict.fromkeys(("resid", "se", "rstudent", "rstandard", "X2", "hat"), (1e-5, _STOP)),
    **dict.fromkeys(("cook_d", "dfbs"), (5e-4, _SMALL)),
}
DIFFERENCES = {}


@cache
def specs() -> dict:
    """Entries of the specs here and of rma_mv by their id."""
    topics = ("influence_mv", "rma_mv")
    return {one["id"]: one for topic in topics for one in agreement.load(topic)["specs"]}


def fitted(spec: str, method: str, fixed: dict | None):
    """Model, terms and fit of an entry; `fixed` gives all variances and correlations."""
    model, terms = model_and_terms(specs()[spec], fixed)
    held = [*(fixed or {}).get("tau2", ()), *(fixed or {}).get("rho", ())]
    terms = tuple(
        replace(t, fixed=tuple(enumerate(held))) if isinstance(t, Structure) else t for t in terms
    )
    structured = any(isinstance(t, Structure) for t in terms)
    fit = (multivariate if structured else multilevel)(model, terms, settings=Settings(method))
    return model, terms, fit


def answer(case, reference):
    known = fitted(case["spec"], case["method"], case.get("fixed"))
    found = dependent_influence(*known, case["cluster"], reestimate=case["reestimate"])
    names = ("resid", "se", "rstudent", "cook_d", "rstandard", "hat", "X2", "size")
    return {
        **{name: getattr(found, name) for name in names},
        **{"label": found.label, "dfbs": [list(row) for row in found.dfbs]},
    }
