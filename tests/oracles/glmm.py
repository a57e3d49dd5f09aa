"""How the library answers the reference cases of glmm."""

from tests.oracles.mh_peto import tables_of
from workflow.lib.stats.counts.glmm import glmm
from workflow.lib.stats.counts.tables import one_group

# lme4 stops its optimiser early (deviance 1e-6 above the minimum) and differentiates numerically
LME4 = "lme4 1.1-31 stops before its optimum; ours is converged to 1e-9"
TOLERANCE = {
    name: (limit, LME4)
    for name, limit in {
        "b": 2e-4,
        "se": 1e-3,
        "stat": 1e-3,
        "pval": 1e-2,
        "ci": 1e-3,
        "tau2": 1e-3,
        "se_tau2": 1e-3,
        "sigma2": 1e-3,
        "I2": 1e-4,
        "H2": 1e-3,
        "QE_Wld": 1e-4,
        "QEp_Wld": 1e-2,
        "QE_LRT": 1e-6,
        "QEp_LRT": 1e-4,
        "ll": 1e-5,
    }.items()
}
UM_RS = "the numerical second derivatives of lme4 1.1-31 are 0.4 % off here; ours are exact to 1e-8"
CM_EL = "metafor differentiates a conditional likelihood that it has to 1e-7 only; ours is exact"
MARGINAL = "metafor prints lme4's log likelihood, which lacks the constants; ours has them"
DIFFERENCES = {
    **{
        f"glmm/dat.bcg/OR/UM.RS/ML:{name}": UM_RS
        for name in ("se", "stat", "pval", "ci", "QE_Wld", "QEp_Wld")
    },
    "glmm/dat.bcg/OR/UM.RS/EE:ll": MARGINAL,
    "glmm/dat.bcg/OR/CM.EL/EE:pval": CM_EL,
    **{
        f"glmm/dat.bcg/OR/CM.EL/{method}:{name}": CM_EL
        for method in ("ML", "EE")
        for name in ("QE_Wld", "QEp_Wld")
    },
}
FIELDS = ("se", "stat", "pval", "tau2", "sigma2", "I2", "H2", "k")
TESTS = ("QE_Wld", "QEp_Wld", "QE_LRT", "QEp_LRT")


def answer(case, reference):
    args = dict(case["args"])
    if "xi" in args:
        columns = reference.table(case["dataset"])
        size = {name: columns[args[name]] for name in ("ni", "ti") if name in args}
        tables = one_group(columns[args["xi"]], **size)
    else:
        tables = tables_of(case, reference)
    options = {"method": case["method"], "nAGQ": case.get("nAGQ") or 7}
    model = case.get("model") if "xi" not in args else None
    if model == "UM.RS" and case["method"] == "EE":
        options["nAGQ"] = 7  # the one random effect of this fit: the file's nAGQ is that of ML
    fit = glmm(tables, case["measure"], model=model, **options)
    found = {name: getattr(fit, name) for name in (*FIELDS, *TESTS)}
    found |= {"b": fit.beta, "ci": [fit.ci_lb, fit.ci_ub], "QEdf": fit.QE_df, "ll": fit.ll}
    # metafor gives the error of tau2 where it maximises the likelihood itself
    found["se_tau2"] = fit.se_tau2 if fit.model == "CM.EL" and fit.measure == "OR" else None
    if fit.ll_conditional is not None and fit.nAGQ != 1:
        found["ll"] = fit.ll_conditional  # metafor takes lme4's, see the Notes of glmm
    return found
