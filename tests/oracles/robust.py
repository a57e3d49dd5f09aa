"""How the library answers the reference cases of robust."""

import numpy as np

from tests import agreement
from workflow.lib.stats.dependence.model import dependent_model
from workflow.lib.stats.dependence.multivariate import multivariate
from workflow.lib.stats.dependence.robust import (
    Correction,
    prepare,
    report,
    working_of_fit,
    working_of_regression,
)
from workflow.lib.stats.dependence.terms import Structure, factor, structure
from workflow.lib.stats.dependence.three_level import multilevel
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.tau2 import estimate_tau2

TOLERANCE = {}
DIFFERENCES = {}


def answer(case, reference):
    working = _working(case["spec"], reference)
    if case["id"].startswith("vcovCR/"):
        return {kind: _robust(working, case, kind, "residual").vb for kind in case["expected"]}
    kind, dfs = {
        "CR0 * n/(n-p)": ("CR1p", "residual"),
        "CR0": ("CR0", "residual"),
        "CR2, Satterthwaite df, HTZ for QM": ("CR2", "Satterthwaite"),
    }[case["type"]]
    fit = report(_robust(working, case, kind, dfs))
    ddf = fit.df if dfs == "Satterthwaite" else fit.df[:1]
    return {
        **{"b": fit.beta, "se": fit.se, "stat": fit.stat, "ddf": ddf, "pval": fit.pval},
        **{"ci_lb": fit.ci_lb, "ci_ub": fit.ci_ub, "vb": fit.vb, "n_clusters": fit.n_clusters},
        **{"QM": fit.QM, "QMdf": [fit.QM_df1, fit.QM_df2], "QMp": fit.QMp},
    }


def _robust(working, case, kind, dfs):
    return prepare(working, case["cluster"], Correction(kind, dfs))


def _working(spec, reference):
    """Working model of a case's fit, read off its words."""
    if spec.startswith("rma.uni"):
        linear = _linear(spec, reference)
        return working_of_regression(linear, estimate_tau2(linear, "REML")[0])
    name = spec.split()[0]
    known = {one["id"]: one for one in agreement.load("rma_mv")["specs"]}[name]
    model, terms = model_and_terms(known)
    fitted = multivariate if any(isinstance(t, Structure) for t in terms) else multilevel
    return working_of_fit(model, terms, fitted(model, terms))


def _linear(spec, reference):
    """Plain regression of a case."""
    if "konst" in spec:
        table = reference.table("dat.konstantopoulos2011")
        return linear_model(table["yi"], table["vi"])
    effects, moderators = spec.split()[1].rstrip(","), spec.partition("~")[2]
    yi, vi, _ = reference.effects(effects)
    if not moderators:
        return linear_model(yi, vi)
    table = reference.table("dat.bcg")
    columns, names = [np.ones(len(yi))], ["intrcpt"]
    for moderator in (text.strip() for text in moderators.split(",")[0].split("+")):
        values = table[moderator]
        if isinstance(values[0], str):
            for level in sorted(set(values))[1:]:
                columns.append(np.array([float(value == level) for value in values]))
                names.append(moderator + level)
        else:
            columns.append(np.array(values, dtype=float))
            names.append(moderator)
    return linear_model(yi, vi, np.column_stack(columns), names=names)


def model_and_terms(spec, fixed=None):
    """Model and random terms of an entry of rma_mv's specs."""
    model = dependent_model(spec["yi"], spec["V"], spec["X"], names=spec["columns"])
    terms, sigma2 = [], iter((fixed or {}).get("sigma2") or ())
    for random in spec["random"]:
        if random["kind"] == "intercept":
            given = next(sigma2, None)
            terms.append(factor(random["factor"], random["levels"], sigma2=given))
        else:
            terms.append(
                structure(
                    random["inner"],
                    random["outer"],
                    struct=random["struct"],
                    name=random["formula"],
                )
            )
    return model, tuple(terms)
