"""How the library answers the reference cases of count_residuals."""

from tests.oracles.mh_peto import tables_of, zeros_of
from workflow.lib.stats.counts.residuals import residuals_mantel_haenszel, residuals_peto

TOLERANCE = {}
DIFFERENCES = {}


def answer(case, reference):
    tables, zeros = tables_of(case, reference), zeros_of(case.get("opts") or {})

    def of(kind):
        if case["fn"] == "rma.peto":
            return residuals_peto(tables, kind=kind, zeros=zeros)
        return residuals_mantel_haenszel(tables, case["measure"], kind=kind, zeros=zeros)

    found = {"raw": of("raw").resid}
    for kind in ("standardised", "deleted"):
        one = of(kind)
        found[kind] = {name: list(getattr(one, name)) for name in ("resid", "se", "z")}
    return found
