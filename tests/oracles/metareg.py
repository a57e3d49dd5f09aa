"""How the library answers the reference cases of metareg."""

from tests.deliberate import AT_ZERO
from workflow.lib.stats.diagnostics.influence import influence
from workflow.lib.stats.heterogeneity import qp_bounds
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.fit_statistics import fit_statistics
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.regression.predict import predict
from workflow.lib.stats.regression.vif import variance_inflation

METHODS = {
    **dict.fromkeys(("DL", "REML"), ("z", "t", "knha", "adhoc")),
    **dict.fromkeys(("HE", "SJ", "PM", "ML", "EB"), ("z", "knha")),
    "EE": ("z", "t"),
}
NO_INTERCEPT = (
    "a single column that is no intercept: metafor subtracts the mean of the effects before it "
    "computes QE and tau2, though no coefficient takes it up; its QE of 209.7 is not the weighted "
    "sum of squares of its own residuals, 48.7, which is ours"
)
RULES = AT_ZERO
DIFFERENCES = {
    **{
        f"metareg/bcg_rr/ablat_noint/{method}/{test}": NO_INTERCEPT
        for method, tests in METHODS.items()
        for test in tests
    },
}
SAME = (
    *("names", "se", "stat", "pval", "ci_lb", "ci_ub", "k", "p", "vb"),
    *("QM", "QMp", "QE", "QEp", "tau2", "se_tau2", "I2", "H2", "R2"),
)
CRITERIA = ("ll", "dev", "AIC", "BIC", "AICc")


def answer(case, reference):
    design = next(x for x in reference.topic["designs"] if x["id"] == case["design"])
    names = ["intrcpt" if name == "(Intercept)" else name for name in design["columns"]]
    model = linear_model(design["yi"], design["vi"], design["X"], names=names)
    fit = fit_linear(model, method=case["method"], test=case["test"])
    found = {name: getattr(fit, name) for name in SAME}
    found |= {"b": fit.beta, "ddf": [fit.df], "QEdf": fit.QE_df, "btt0": fit.tested}
    found |= {"QMdf": [fit.QM_df1, fit.QM_df2], "fit": _criteria(model, fit)}
    if "fitted" in case["expected"]:
        found |= _of_studies(model, fit)
    if "QP_tau2" in case["expected"]:
        found |= {"QP_tau2": qp_bounds(model, 95.0)}
        found |= {"vif": [x.vif for x in variance_inflation(fit)]}
    return found


def _criteria(model, fit):
    """Log-likelihoods and information criteria."""
    found = fit_statistics(model, fit)
    return {kind: {name: getattr(x, name) for name in CRITERIA} for kind, x in found.items()}


def _of_studies(model, fit):
    """Fitted values, leverages, deletion diagnostics and prediction intervals."""
    solution, interval = model.solution_at(fit.tau2), predict(model, fit)
    deleted = influence(model, method=fit.method, test=fit.test)
    return {
        **{"fitted": solution.fitted.tolist(), "hat": solution.hat.tolist()},
        **{"rstudent_z": list(deleted.rstudent), "cooks": list(deleted.cook_d)},
        **{"pred_pi_lb": interval.pi_lb, "pred_pi_ub": interval.pi_ub},
    }
