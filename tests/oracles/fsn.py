"""How the library answers the reference cases of fsn.

The fit with null results added is compared at metafor's own number of them.
"""

from tests.deliberate import Rule
from workflow.lib.stats.small_study.fail_safe import binomial, orwin, rosenberg, rosenthal
from workflow.lib.stats.small_study.fail_safe_general import dilute, general

STOP = "metafor fits General's REML with its own stop, a step of 1e-5"
TOLERANCE = {
    **{"est": (1e-4, STOP), "tau2": (5e-4, STOP), "pval": (2e-3, STOP)},
    **{"est_fsn": (1e-4, STOP), "tau2_fsn": (5e-4, STOP), "pval_fsn": (1e-4, STOP)},
}
RULES = (
    Rule(
        "metafor names one study more: one fewer is already enough, ours is the smallest number",
        ("fsnum",),
        lambda ours, theirs, found, unit: found["kind"] == "General" and theirs == ours + 1,
    ),
    Rule(
        "metafor's number is not enough: with it p of Fisher's chi-square is still below alpha",
        ("fsnum",),
        lambda ours, theirs, found, unit: found["kind"] == "fisher" and 0 < ours - theirs <= 2,
    ),
)
DIFFERENCES = {
    "fsn/morris_smcr_diff/General_REML:tau2": f"{STOP}: 3e-6 instead of the boundary 0",
}


def answer(case, reference):
    """Return what metafor's fsn returns."""
    yi, vi, _ = reference.effects(case["effects"])
    args = {name: x for name, x in case["args"].items() if name not in ("type", "note")}
    kind = case["args"]["type"]
    if kind == "General":
        return _general(case, yi, vi, args)
    if kind == "Binomial":
        found = binomial(yi, **args)
    elif kind == "Orwin":
        found = orwin(yi, None if "note" in case["args"] else vi, **args)
    else:
        found = {"Rosenthal": rosenthal, "Rosenberg": rosenberg}[kind](yi, vi, **args)
    empty = dict.fromkeys(("tau2", "est_fsn", "tau2_fsn", "pval_fsn"))
    observed = {name: getattr(found, name) for name in ("fsnum", "est", "pval", "target")}
    return observed | empty | {"ub_sign": "", "kind": args.get("pool", kind)}


def _general(case, yi, vi, args):
    """The search, and the fit at the number that metafor names."""
    found = general(yi, vi, **args)
    there = dilute(yi, vi, case["expected"]["fsnum"], method=args["method"])
    return {
        **{name: getattr(found, name) for name in ("fsnum", "est", "tau2", "pval", "target")},
        **{"est_fsn": there.est, "tau2_fsn": there.tau2, "pval_fsn": there.pval, "ub_sign": ""},
        "kind": "General",
    }
