"""How the library answers the reference cases of vcalc_aggregate."""

import re

from workflow.lib.stats.dependence.aggregate import Correlation, aggregate

TOLERANCE = {}
DIFFERENCES = {}


def answer(case, reference):
    table = reference.table(case["dataset"])
    options = dict(re.findall(r"(\w+)='?([\w.+*]+)'?", case["call"]))
    correlation = Correlation(
        struct=options.get("struct", "CS"),
        rho=float(options["rho"]) if "rho" in options else None,
        phi=float(options["phi"]) if "phi" in options else None,
        time=table[options["time"]] if "time" in options else None,
    )
    found = aggregate(
        *(table["yi"], table["vi"], [int(level) for level in table[options["cluster"]]]),
        correlation=correlation,
        weighted=options.get("weighted", "TRUE") == "TRUE",
    )
    return {"cluster": found.cluster, "yi": found.yi, "vi": found.vi, "ki": found.ki}
