"""Procedures on what would change the answer: a new study, selection, the prior of tau."""

from dataclasses import replace

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.bayes import priors
from workflow.lib.stats.bayes.sensitivity import prior_sensitivity
from workflow.lib.stats.diagnostics.new_study import new_study
from workflow.lib.stats.examine.examined import Procedure
from workflow.lib.stats.small_study.given_weights import (
    VEVEA_WOODS,
    Weights,
    selection_sensitivity,
)


def standard_error(pool, n=None, se=None) -> float:
    """Standard error of a new study: as given, as `n` persons would have it, or the pool's median.

    A study of n persons has the median of vi ni of the pool, over n, as its variance.

    Raises
    ------
    InputError
        If both n and se are given.
    """
    if n is not None and se is not None:
        raise InputError(["new_study: n and se are both given; give one"])
    if se is not None:
        return float(se)
    if n is not None:
        return float(np.sqrt(np.median(pool.vi * pool.sizes()) / n))
    return float(np.sqrt(np.median(pool.vi)))


def _new_study(pool, *, n=None, se=None):
    found = new_study(pool.yi, pool.vi, sei=standard_error(pool, n, se), **pool.model)
    if se is None:
        return found
    return replace(found, new_sei=None, reasons=found.reasons | {"new_sei": f"declared: {se:g}"})


def _selection(pool, *, weights=None, alternative="greater"):
    """The pool under the weights that config.yaml lists, or under those of Vevea & Woods."""
    method = "EE" if pool.method in ("EE", "FE") else "ML"
    own = [Weights(one["label"], tuple(one["steps"]), tuple(one["delta"])) for one in weights or ()]
    options = {"alternative": alternative, "method": method, "level": pool.level}
    return selection_sensitivity(pool.yi, pool.vi, weights=own or VEVEA_WOODS, **options)


def _priors(pool, *, tau_priors, mu_prior=None, threshold=0.0):
    """The posterior under each prior that config.yaml lists; mu is uniform without a prior."""
    made = []
    for one in tau_priors:
        wanted = dict(one)
        made.append(priors.FAMILIES[wanted.pop("family")](**wanted))
    mu = None if mu_prior is None else priors.normal(mu_prior["mean"], mu_prior["sd"])
    options = {"mu_prior": mu, "level": pool.level, "threshold": threshold}
    return prior_sensitivity(pool.yi, pool.vi, priors=made, **options)


SENSITIVITY = (
    Procedure("new_study", "What a new study would have to show", _new_study, "Langan et al. 2012"),
    Procedure("selection_sensitivity", "Selection supposed", _selection, "Vevea & Woods 2005"),
    Procedure("bayes_sensitivity", "Priors of tau", _priors, "Röver 2020"),
)
