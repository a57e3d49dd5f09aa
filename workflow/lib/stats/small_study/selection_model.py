"""Selection models: the mean if studies were seen with a probability that depends on their p value."""

from math import log, sqrt

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.small_study.selection_curves import CURVES, CurveWeights
from workflow.lib.stats.small_study.selection_estimates import (
    Selection,
    SelectionModel,
    estimates,
    in_units,
)
from workflow.lib.stats.small_study.selection_likelihood import SelectionProblem
from workflow.lib.stats.small_study.selection_search import maximise
from workflow.lib.stats.small_study.selection_weights import StepWeights
from workflow.lib.stats.student import check_test
from workflow.lib.stats.tau2 import EQUAL, estimate_tau2

ALTERNATIVES = ("greater", "less", "two.sided")
TYPES = ("stepfun", *CURVES)


ONE_SIDED_STEP = Selection()


def selection_model(
    yi, vi, *, selection: Selection = ONE_SIDED_STEP, X=None, method="ML", level=95.0
) -> SelectionModel:
    """Return the selection model of `yi` (k,) with variances `vi` (k,) and design `X` (k, p).

    stepfun with one step is the three-parameter model; with more, Hedges (1992) and Vevea & Hedges
    (1995). Standard errors are from the observed information; LRT compares with no selection, and
    with a delta on its bound its p is conservative.

    Raises
    ------
    InputError
        For bad rows or options.
    NotEstimable
        If an interval of p has no study, if there are not more studies than parameters, or if the
        likelihood has no maximum.
    ConvergenceError
        If the search did not end.
    """
    weights = _weights(selection, method, level)
    model = linear_model(yi, vi, X)
    if model.k < model.p + 1 + weights.m:
        count = model.p + 1 + weights.m
        raise NotEstimable(f"{count} parameters need at least as many studies: {model.k}")
    unit = sqrt(float(model.vi.min())) * (-1.0 if selection.alternative == "less" else 1.0)
    problem = SelectionProblem(model.yi / unit, model.vi / unit**2, model.X, weights)
    counts = _counts(problem, selection)
    plain = _without_selection(model, method)
    start = plain[0] / unit, plain[1] / unit**2
    top = maximise(problem, *start, equal=method in EQUAL)
    top = in_units(top, unit)
    return estimates(selection, (method, level), (model.k, counts), top, plain[2])


def _weights(selection: Selection, method: str, level: float) -> StepWeights | CurveWeights:
    """Weight function of the options; refuses those that do not exist, all at once."""
    check_test("z", level)
    problems = []
    if method not in ("ML", *EQUAL):
        problems.append(f"method {method!r}: admissible are ML, {', '.join(EQUAL)}")
    if selection.type not in TYPES:
        problems.append(f"type {selection.type!r}: admissible are {', '.join(TYPES)}")
    if selection.alternative not in ALTERNATIVES:
        problems.append(
            f"alternative {selection.alternative!r}: admissible are {', '.join(ALTERNATIVES)}"
        )
    steps = sorted({*selection.steps, 1.0})
    if steps[0] <= 0.0 or steps[-1] > 1.0 or (selection.type == "stepfun" and len(steps) < 2):
        problems.append(f"steps {selection.steps}: at least one, between 0 and 1")
    if problems:
        raise InputError(problems)
    two = selection.alternative == "two.sided"
    if selection.type == "stepfun":
        return StepWeights(tuple(steps), two)
    return CurveWeights(selection.type, two)


def _counts(problem: SelectionProblem, selection: Selection) -> tuple[int, ...] | None:
    """Studies in each interval of p; an empty one has no estimate."""
    weights = problem.weights
    if not isinstance(weights, StepWeights):
        return None
    interval = weights.interval(problem.yi / np.sqrt(problem.vi))
    counts = np.bincount(interval, minlength=weights.m + 1)
    if not counts.all():
        ends = (0.0, *weights.steps)
        empty = [f"({ends[j]:g}, {ends[j + 1]:g}]" for j in np.flatnonzero(counts == 0)]
        raise NotEstimable(f"no study has a p value in {', '.join(empty)}: take other steps")
    return tuple(counts.tolist())


def _without_selection(model, method: str):
    """(beta, tau2, log-likelihood) of the model in which every study is seen."""
    tau2, _ = estimate_tau2(model, method)
    ll = model.loglik(tau2, restricted=False) - 0.5 * model.k * log(2.0 * np.pi)
    return model.solution_at(tau2).beta, tau2, ll
