"""Procedures on small-study effects and selective reporting, by the names that a review uses."""

from workflow.lib.stats.examine.examined import Procedure
from workflow.lib.stats.small_study.estimation import Estimation
from workflow.lib.stats.small_study.excess_significance import Truth, excess_significance
from workflow.lib.stats.small_study.fail_safe import orwin, rosenberg, rosenthal
from workflow.lib.stats.small_study.fail_safe_general import general
from workflow.lib.stats.small_study.pet_peese import pet_peese
from workflow.lib.stats.small_study.rank_test import rank_test
from workflow.lib.stats.small_study.regression_test import egger_test, regression_test
from workflow.lib.stats.small_study.selection_estimates import Selection
from workflow.lib.stats.small_study.selection_model import selection_model
from workflow.lib.stats.small_study.trim_fill import trim_fill

FROM_SIZES = ("ni", "ninv", "sqrtni", "sqrtninv")


def _estimation(pool) -> Estimation:
    return Estimation(**pool.model)


def _sizes(pool, predictor: str):
    """Sample sizes, where the predictor is made of them."""
    return pool.sizes() if predictor in FROM_SIZES else None


def _egger(pool, *, predictor="sei", insist=False):
    ni = _sizes(pool, predictor)
    return egger_test(pool.yi, pool.vi, predictor=predictor, ni=ni, level=pool.level, insist=insist)


def _regression(pool, *, predictor="sei", insist=False):
    return regression_test(
        pool.yi,
        pool.vi,
        predictor=predictor,
        ni=_sizes(pool, predictor),
        estimation=_estimation(pool),
        insist=insist,
    )


def _rank(pool, *, insist=False):
    return rank_test(pool.yi, pool.vi, insist=insist)


def _trim_fill(pool, *, estimator="L0", side="auto", insist=False):
    options = {"estimator": estimator, "side": side, "insist": insist}
    return trim_fill(pool.yi, pool.vi, estimation=_estimation(pool), **options)


def _fail_safe(pool, *, type="rosenthal", alpha=0.05, target=None):  # noqa: A002  # metafor's word
    if type == "rosenthal":
        return rosenthal(pool.yi, pool.vi, alpha=alpha)
    if type == "rosenberg":
        return rosenberg(pool.yi, pool.vi, alpha=alpha)
    if type == "orwin":
        return orwin(pool.yi, pool.vi, target=target)
    return general(pool.yi, pool.vi, method=pool.method, alpha=alpha, target=target)


def _pet_peese(pool, *, alpha=0.05, insist=False):
    return pet_peese(pool.yi, pool.vi, alpha=alpha, level=pool.level, insist=insist)


def _excess(pool, *, test="chi2", alternative="greater"):
    truth = Truth(method=pool.method)
    return excess_significance(pool.yi, pool.vi, truth=truth, test=test, alternative=alternative)


def _selection(pool, *, type="stepfun", steps=(0.025,), alternative="greater"):  # noqa: A002
    selection = Selection(type=type, steps=tuple(steps), alternative=alternative)
    method = "EE" if pool.method in ("EE", "FE") else "ML"
    return selection_model(pool.yi, pool.vi, selection=selection, method=method, level=pool.level)


ASYMMETRY = (
    Procedure("egger_test", "Regression test, linear model", _egger, "Egger et al. 1997"),
    Procedure(
        "regression_test", "Regression test, mixed model", _regression, "Sterne & Egger 2005"
    ),
    Procedure("rank_test", "Rank correlation test", _rank, "Begg & Mazumdar 1994"),
    Procedure("trim_fill", "Trim and fill", _trim_fill, "Duval & Tweedie 2000"),
    Procedure(
        "fail_safe_n", "Fail-safe N", _fail_safe, "Rosenthal 1979; Orwin 1983; Rosenberg 2005"
    ),
    Procedure("pet_peese", "PET-PEESE", _pet_peese, "Stanley & Doucouliagos 2014"),
    Procedure(
        "excess_significance",
        "Test of excess significance",
        _excess,
        "Ioannidis & Trikalinos 2007",
    ),
    Procedure("selection_model", "Selection model", _selection, "Vevea & Hedges 1995"),
)
