"""The pooled effect if studies were seen with probabilities that are supposed, not estimated."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.small_study.selection_estimates import FLAT, errors_of, in_units
from workflow.lib.stats.small_study.selection_likelihood import SelectionProblem
from workflow.lib.stats.small_study.selection_search import maximise
from workflow.lib.stats.small_study.selection_weights import GivenWeights, StepWeights
from workflow.lib.stats.student import check_test, quantile, two_sided
from workflow.lib.stats.tau2 import EQUAL, estimate_tau2

STEPS = (0.005, 0.01, 0.05, 0.1, 0.25, 0.35, 0.5, 0.65, 0.75, 0.9, 0.95, 0.99, 0.995, 1.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """Probability of being seen in each interval of the one-sided p, relative to the first."""

    name: str
    steps: tuple[float, ...]  # upper ends of the intervals, the last is 1
    delta: tuple[float, ...]  # one for each interval

    def problems(self) -> list[str]:
        """What is wrong with them, in words."""
        found = []
        if len(self.steps) != len(self.delta):
            found.append(f"{len(self.steps)} steps and {len(self.delta)} weights; give as many")
        rising = all(a < b for a, b in zip((0.0, *self.steps), self.steps, strict=False))
        if not rising or self.steps[-1:] != (1.0,):
            found.append("steps must rise from above 0 to 1, the last is 1")
        if not all(0.0 < one < np.inf for one in self.delta):
            found.append("every weight must be finite and above 0")
        return [f"weights {self.name}: {problem}" for problem in found]


# Vevea & Woods (2005), table 1: what selection of four kinds might look like
VEVEA_WOODS = (
    Weights(
        "moderate, one-tailed", STEPS,
        (1, 0.99, 0.95, 0.8, 0.75, 0.65, 0.6, 0.55, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5),
    ),
    Weights(
        "severe, one-tailed", STEPS,
        (1, 0.99, 0.9, 0.75, 0.6, 0.5, 0.4, 0.35, 0.3, 0.25, 0.1, 0.1, 0.1, 0.1),
    ),
    Weights(
        "moderate, two-tailed", STEPS,
        (1, 0.99, 0.95, 0.9, 0.8, 0.75, 0.6, 0.6, 0.75, 0.8, 0.9, 0.95, 0.99, 1),
    ),
    Weights(
        "severe, two-tailed", STEPS,
        (1, 0.99, 0.9, 0.75, 0.6, 0.5, 0.25, 0.25, 0.5, 0.6, 0.75, 0.9, 0.99, 1),
    ),
)  # fmt: skip
NO_SELECTION = Weights("no selection", (1.0,), (1.0,))


@dataclass(frozen=True, slots=True)
class Supposed:
    """The pool if studies were selected in one way."""

    name: str
    beta: float
    se: float | None
    ci_lb: float | None
    ci_ub: float | None
    pval: float | None
    tau2: float
    reasons: dict[str, str]  # why the error, and what rests on it, is None


@dataclass(frozen=True, slots=True)
class SelectionSensitivity:
    """The pool without selection and under each of the supposed weights."""

    weights: tuple[Supposed, ...]  # the first without selection
    beta_lowest: float
    beta_highest: float
    n_including_zero: int  # weights, no selection aside, whose interval includes zero
    tag: str
    reasons: dict[str, str]


def selection_sensitivity(
    yi, vi, *, weights=VEVEA_WOODS, alternative="greater", method="ML", level=95.0
) -> SelectionSensitivity:
    """Return the maximum-likelihood pool under each of `weights` (Vevea & Woods 2005).

    The weights are those of a one-sided p, small for effects in the direction of `alternative`
    (greater or less); yi and vi have shape (k,). Intervals are Wald's, from the observed
    information.

    Raises
    ------
    InputError
        For bad rows, options or weights, all at once.
    NotEstimable
        If there are fewer studies than parameters, or a likelihood has no maximum.
    ConvergenceError
        If a search did not end.
    """
    check_test("z", level)
    _check(weights, alternative, method)
    model = linear_model(yi, vi)
    least = 1 if method in EQUAL else 2
    if model.k < least:
        raise NotEstimable(f"{least} parameters need at least as many studies: {model.k}")
    found, reasons = [], {}
    for one in (NO_SELECTION, *weights):
        try:
            found.append(_supposed(model, one, (alternative, method, level)))
        except (NotEstimable, ConvergenceError) as error:
            reasons[one.name] = str(error)
    if len(found) < 2:
        raise NotEstimable("; ".join(f"{name}: {why}" for name, why in reasons.items()))
    betas = [one.beta for one in found]
    including = [one for one in found[1:] if one.ci_lb is not None and one.ci_lb <= 0 <= one.ci_ub]
    tag = f"weights supposed, {alternative}, {method}, Wald z"
    return SelectionSensitivity(tuple(found), min(betas), max(betas), len(including), tag, reasons)


def _check(weights, alternative, method) -> None:
    """Refuse options that do not exist, all at once."""
    problems = [problem for one in weights for problem in one.problems()]
    names = [one.name for one in weights]
    problems += [f"weights {n}: given twice" for n in dict.fromkeys(names) if names.count(n) > 1]
    if alternative not in ("greater", "less"):
        problems.append(f"alternative {alternative!r}: admissible are greater, less")
    if method not in ("ML", *EQUAL):
        problems.append(f"method {method!r}: admissible are ML, {', '.join(EQUAL)}")
    if problems:
        raise InputError(problems)


def _supposed(model, weights: Weights, options) -> Supposed:
    """The pool under one set of weights."""
    alternative, method, level = options
    unit = sqrt(float(model.vi.min())) * (-1.0 if alternative == "less" else 1.0)
    given = GivenWeights(StepWeights(weights.steps, False), np.array(weights.delta, dtype=float))
    problem = SelectionProblem(model.yi / unit, model.vi / unit**2, model.X, given)
    tau2, _ = estimate_tau2(model, method)
    start = model.solution_at(tau2).beta / unit, tau2 / unit**2
    top = in_units(maximise(problem, *start, equal=method in EQUAL), unit)
    beta, se = float(top.beta[0]), errors_of(top)[0]
    if se is None:
        why = dict.fromkeys(("se", "ci_lb", "ci_ub", "pval"), FLAT)
        return Supposed(weights.name, beta, None, None, None, None, top.tau2, why)
    half = quantile(level) * se
    pval = float(two_sided(beta / se))
    return Supposed(weights.name, beta, se, beta - half, beta + half, pval, top.tau2, {})
