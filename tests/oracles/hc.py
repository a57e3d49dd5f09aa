"""How the library answers the reference cases of hc (Henmi & Copas)."""

from workflow.lib.stats.alternatives.henmi_copas import henmi_copas

TOLERANCE = {
    "ci": (1e-3, "metafor claims 1e-3: its root search for the critical value stops at 1e-4")
}


def answer(case, reference):
    yi, vi, _ = reference.effects(case["effects"])
    found = henmi_copas(yi, vi)
    interval = [found.ci_lb, found.ci_ub]
    return {"b": found.beta, "se": found.se, "ci": interval, "tau2": found.tau2, "t0": None}
