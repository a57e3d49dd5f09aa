"""How the library answers the reference cases of rma_mv."""

from tests.oracles.robust import model_and_terms
from workflow.lib.stats.dependence.multivariate import multivariate
from workflow.lib.stats.dependence.predictions import deviations, residuals
from workflow.lib.stats.dependence.profile import confint
from workflow.lib.stats.dependence.settings import Settings
from workflow.lib.stats.dependence.terms import Structure
from workflow.lib.stats.dependence.three_level import multilevel

_STOP = (
    "metafor's optimiser stops where ll changes by less than 1e-8 of itself: variances keep about"
)
_SOFT = f"{_STOP} six digits; ll agrees to 1e-12"
TOLERANCE = {
    **dict.fromkeys(("sigma2", "tau2", "rho", "vb", "QM", "est"), (1e-6, _SOFT)),
    **dict.fromkeys(("b", "se", "stat", "ci_lb", "ci_ub", "pi"), (5e-6, f"{_SOFT}; near 0 fewer")),
    **dict.fromkeys(("pi_lb", "pi_ub", "intrcpt"), (5e-6, f"{_SOFT}; near 0 fewer")),
    "pval": (1e-6, _SOFT),
    "QMp": (1e-4, f"{_SOFT}; p falls like exp(-QM / 2), QM is 150"),
    "profile_ci.ci": (1e-5, "metafor's root search stops there"),
}
DIFFERENCES = {
    "mv/berkey_UN/REML/z:profile_ci.ci": "metafor's search for the bounds ends at a fifth of the "
    "estimate, fails for one bound, and its fits at fixed rho stop short of the maximum",
    "mv/berkey_UN/REML/z:profile_ci.lb_sign": "we search for the bound, so it has no sign",
}


def answer(case, reference):
    spec = {one["id"]: one for one in reference.topic["specs"]}[case["spec"]]
    model, terms = model_and_terms(spec, case["fixed"])
    settings = Settings(case["method"], case["test"], case["dfs"] or "residual")
    structured = any(isinstance(t, Structure) for t in terms)
    fit = (multivariate if structured else multilevel)(model, terms, settings=settings)
    found = {**_coefficients(fit), **_variances(fit)}
    wanted = case["expected"]
    if "profile_ci" in wanted:
        found["profile_ci"] = _profiles(model, terms, fit)
    if "ranef" in wanted:
        found["ranef"] = dict(_ranef(model, terms, fit, wanted["ranef"]))
    if "rstandard" in wanted:
        one = residuals(model, terms, fit)
        found["rstandard"] = {"resid": one.resid, "se": one.se, "z": one.z}
        found["hat"], found["weights_rowsum_pct"] = one.hat, one.weight
    return found


def _coefficients(fit):
    return {
        **{"names": fit.names, "b": fit.beta, "se": fit.se, "stat": fit.stat, "pval": fit.pval},
        **{"ci_lb": fit.ci_lb, "ci_ub": fit.ci_ub, "ddf": fit.df or [None] * fit.p},
        **{"vb": fit.vb, "ll": fit.ll, "AIC": fit.AIC, "BIC": fit.BIC, "AICc": fit.AICc},
        **{"k": fit.k, "p": fit.p, "QE": fit.QE, "QEdf": fit.QE_df, "QEp": fit.QEp},
        **{"QM": fit.QM, "QMdf": [fit.QM_df1, fit.QM_df2], "QMp": fit.QMp},
    }


def _variances(fit):
    rho = fit.rho
    if fit.struct in ("ID", "DIAG"):
        rho = (0.0,)  # metafor says 0 where there is no correlation
    return {
        **{"sigma2": fit.sigma2 or None, "tau2": fit.tau2, "rho": rho},
        **{"gamma2": None, "phi": None, "vt_multilevel": fit.vt, "I2_multilevel": fit.I2},
        "pi": None if fit.pi_lb is None else [fit.pi_lb, fit.pi_ub],
    }


def _profiles(model, terms, fit):
    return [
        {
            "par": one.name.replace("sigma2", "sigma^2").replace("tau2", "tau^2"),
            "est": one.est,
            "ci": [one.ci_lb, one.ci_ub],
            "lb_sign": "",
            "ub_sign": "",
        }
        for one in confint(model, terms, fit)
    ]


def _ranef(model, terms, fit, wanted):
    """Deviations in the order in which the reference lists a term's levels."""
    for name, one in zip(wanted, deviations(model, terms, fit), strict=True):
        place = {level: n for n, level in enumerate(one.levels)}
        order = [place.get(level) for level in wanted[name]["levels"]]
        columns = {"levels": one.levels, "intrcpt": one.est, "se": one.se}
        columns |= {"pi_lb": one.pi_lb, "pi_ub": one.pi_ub}
        yield name, {key: [values[n] for n in order] for key, values in columns.items()}
