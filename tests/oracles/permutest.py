"""How the library answers the reference cases of permutest."""

from tests.agreement import load
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.permutation import (
    Permutations,
    permutation_intervals,
    permutation_test,
)

# metafor stops its iterations at a step of 1e-5 in these runs; p values are exact fractions
STOP = "metafor's default stopping rule, a step of 1e-5 of tau2"
TOLERANCE = {
    **{name: (1e-4, STOP) for name in ("b", "stat_obs", "QM_obs")},
    "pval_param": (2e-3, "p of z changes by z^2 times the change of z, here up to 44 times"),
    **{name: (1e-12, "fractions of whole numbers") for name in ("pval_perm", "QMp_perm")},
}
WALD = "metafor returns its Wald interval, with a warning; ours is none, with the reason"
DIFFERENCES = {
    f"permutest/{effects}/DL/z:{bound}": WALD
    for effects in ("k4_huge", "k2_close")
    for bound in ("ci_lb_perm", "ci_ub_perm")
}


def designs(case):
    """Columns and names of the case's design."""
    for topic in ("permutest", "metareg"):
        found = load(topic).get("designs", {})
        items = found.values() if isinstance(found, dict) else found
        named = found.items() if isinstance(found, dict) else [(x.get("id"), x) for x in items]
        for key, entry in named:
            if key == case["design"]:
                return entry["X"]
    raise KeyError(case["design"])


def answer(case, reference):
    yi, vi, _ = reference.effects(case["effects"])
    X = designs(case) if "design" in case else None
    model = linear_model(yi, vi, X)
    options = {"method": case["method"], "test": case["test"]}
    every = Permutations(exact=True)
    found = permutation_test(model, **options, permutations=every)
    fit = fit_linear(model, **options)
    wanted = case["expected"]
    answers = {
        "b": list(fit.beta),
        "stat_obs": list(found.stat),
        "pval_perm": list(found.pval),
        "QM_obs": found.QM,
        "QMp_perm": found.QMp,
        "n_perm": None,
        "pval_param": list(fit.pval),
        "ci_lb_perm": None,
        "ci_ub_perm": None,
    }
    if wanted.get("ci_lb_perm") is not None:
        intervals = permutation_intervals(model, **options, permutations=every)
        answers["ci_lb_perm"] = [x.ci_lb for x in intervals]
        answers["ci_ub_perm"] = [x.ci_ub for x in intervals]
    return answers
