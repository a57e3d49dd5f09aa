"""How the library answers the reference cases of metareg_other."""

from tests.agreement import table
from workflow.lib.stats.regression.location_scale import location_scale
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.subgroups import subgroup_analysis

NUMERICAL = "metafor maximises and differentiates the scale part numerically"
TOLERANCE = {
    "ll": (1e-7, NUMERICAL),
    **{name: (3e-4, NUMERICAL) for name in ("se_alpha", "QS")},
    **{name: (2e-5, NUMERICAL) for name in ("alpha", "tau2", "QSp")},
    **{name: (2e-6, NUMERICAL) for name in ("b", "se", "QM")},
}
VANISHING = (
    "the likelihood rises as tau2 goes to 0: metafor stops on the way (standard errors of 43,570 and "
    "141,723), ours is the limit, with no coefficients of the scale and the reason"
)
DIFFERENCES = {
    f"location_scale/raud_smd/weeksc_weeksc/ML:{name}": VANISHING
    for name in ("alpha", "se_alpha", "QS", "QSp", "tau2")
}
SOURCES = {"bcg_rr": "dat.bcg"}


def subgroups(case, reference):
    yi, vi, entry = reference.effects(case["effects"])
    labels = entry.get(case["subgroup_column"])
    labels = labels or table(SOURCES[case["effects"]])[case["subgroup_column"]]
    found = subgroup_analysis(yi, vi, labels, method=case["method"])
    columns = {"b": "beta", "se": "se", "I2": "I2", "QE": "QE"}
    answers = {
        name: [getattr(group, field) for group in found.groups]
        for name, field in {**columns, "levels": "name", "k": "k", "tau2": "tau2"}.items()
    }
    for name in ("ci_lb", "ci_ub"):
        answers[name] = [getattr(group, name) for group in found.groups]
    return answers | {"Q_between": found.QM, "df_between": found.QM_df1, "p_between": found.QMp}


def answer(case, reference):
    if "subgroup_column" in case:
        return subgroups(case, reference)
    model = linear_model(case["yi"], case["vi"], case["X"])
    fit = location_scale(model, case["Z"], method=case["method"])
    names = ("se", "alpha", "se_alpha", "ll", "QS", "QSp", "QM", "tau2")
    return {name: getattr(fit, name) for name in names} | {"b": fit.beta}
