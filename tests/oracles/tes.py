"""How the library answers the reference cases of tes."""

from workflow.lib.stats.small_study.excess_significance import (
    StudyTest,
    Truth,
    excess_significance,
)

TAILS = (
    "metafor integrates power over theta +- 5 tau and loses 6e-7 of the probability; ours is exact"
)
TOLERANCE = {
    **{"E": (5e-6, TAILS), "OE_ratio": (5e-6, TAILS), "power": (1e-5, TAILS)},
    "pval": (5e-5, TAILS),
    "X2": (2e-3, f"{TAILS}; X2 is a square of O - E, which nearly cancels"),
}


def answer(case, reference):
    """Return what metafor's tes returns."""
    yi, vi, _ = reference.effects(case["effects"])
    found = excess_significance(
        yi,
        vi,
        truth=Truth(case["method"]),
        study_test=StudyTest(case["alpha"], case["alternative"], case["H0"]),
        test=case["test"],
        alternative=case["tes_alternative"],
    )
    names = ("k", "O", "E", "OE_ratio", "X2", "pval")
    return {name: getattr(found, name) for name in names} | {
        "theta": [found.theta],
        "power": list(found.power),
    }
