"""Effect sizes and their sampling variances; which measures exist and what they need."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats import prepost


@dataclass(frozen=True, slots=True)
class EffectSizes:
    """Effect sizes of k studies."""

    yi: np.ndarray  # (k,), analysis scale
    vi: np.ndarray  # (k,), squared unit of yi
    measure: str
    tag: str  # "SMCR, exact J(n - 1), vtype LS"


@dataclass(frozen=True, slots=True)
class Measure:
    """What an effect measure is and what it needs."""

    code: str  # metafor's, where it has one
    inputs: tuple[str, ...]  # keyword arguments of effect_size
    function: Callable
    source: str  # author year
    scale: str  # unit of yi, in words
    standardised: bool
    comparison: str  # two groups, pre-post, pre-post-control or generic
    label: str
    df: str = ""  # degrees of freedom of J; empty if there is no correction


_TWO_GROUPS = ("mean_e", "sd_e", "n_e", "mean_c", "sd_c", "n_c")


def mean_difference(*, correct, **groups):
    """Return the difference of two means in units of the outcome, each with its own SD."""
    del correct  # not standardised: nothing to correct
    mean_e, sd_e, n_e, mean_c, sd_c, n_c = (groups[name] for name in _TWO_GROUPS)
    return mean_e - mean_c, sd_e**2 / n_e + sd_c**2 / n_c


def standardised_difference(*, correct, **groups):
    """Return the difference over the pooled SD, g or d (Hedges 1981)."""
    mean_e, sd_e, n_e, mean_c, sd_c, n_c = (groups[name] for name in _TWO_GROUPS)
    df = n_e + n_c - 2.0
    pooled = np.sqrt(((n_e - 1.0) * sd_e**2 + (n_c - 1.0) * sd_c**2) / df)
    yi = prepost.factor(df, correct) * (mean_e - mean_c) / pooled
    return yi, 1.0 / n_e + 1.0 / n_c + yi**2 / (2.0 * (n_e + n_c))


def standardised_difference_unequal(*, correct, **groups):
    """Return the difference over the mean-square SD; SDs may differ (Bonett 2008)."""
    mean_e, sd_e, n_e, mean_c, sd_c, n_c = (groups[name] for name in _TWO_GROUPS)
    square = (sd_e**2 + sd_c**2) / 2.0
    yi = prepost.factor(n_e + n_c - 2.0, correct) * (mean_e - mean_c) / np.sqrt(square)
    fourth = sd_e**4 / (n_e - 1.0) + sd_c**4 / (n_c - 1.0)
    second = sd_e**2 / (n_e - 1.0) + sd_c**2 / (n_c - 1.0)
    return yi, yi**2 * fourth / (8.0 * square**2) + second / square


def as_given(*, correct, yi, vi):
    """Return effects that were computed elsewhere."""
    del correct  # whatever correction they need is the business of their source
    return yi, vi


_BECKER = ("mean_change", "sd_pre", "n", "r")
_BOTH = ("mean_change", "sd_pre", "sd_post", "n", "r")
_CONTROLLED = tuple(f"{name}_{arm}" for arm in ("e", "c") for name in _BECKER)
_OUTCOME, _OF_TWO = "units of the outcome", "two groups"

MEASURES = {
    measure.code: measure
    for measure in (
        Measure(
            *("MD", _TWO_GROUPS, mean_difference, "Cochrane Handbook 6.5.1.1"),
            *(_OUTCOME, False, _OF_TWO, "Mean difference"),
        ),
        Measure(
            *("SMD", _TWO_GROUPS, standardised_difference, "Hedges 1981"),
            *("pooled standard deviations", True, _OF_TWO, "Standardised mean difference"),
            df="n_e + n_c - 2",
        ),
        Measure(
            *("SMDH", _TWO_GROUPS, standardised_difference_unequal, "Bonett 2008"),
            *("mean-square standard deviations of both groups", True, _OF_TWO),
            *("Standardised mean difference, unequal variances", "n_e + n_c - 2"),
        ),
        Measure(
            *("MC", ("mean_change", "sd_change", "n"), prepost.mean_change, "Morris 2008"),
            *(_OUTCOME, False, "pre-post", "Mean change"),
        ),
        Measure(
            *("SMCC", ("mean_change", "sd_change", "n"), prepost.standardised_by_change),
            *("Gibbons et al. 1993", "standard deviations of change", True, "pre-post"),
            *("Standardised mean change, SD of change", "n - 1"),
        ),
        Measure(
            *("SMCR", _BECKER, prepost.standardised_by_pre, "Becker 1988"),
            *("standard deviations at baseline", True, "pre-post"),
            *("Standardised mean change, baseline SD", "n - 1"),
        ),
        Measure(
            *("SMCRH", _BOTH, prepost.standardised_by_pre_unequal, "Bonett 2008"),
            *("standard deviations at baseline", True, "pre-post"),
            *("Standardised mean change, baseline SD, unequal variances", "n - 1"),
        ),
        Measure(
            *("SMCRP", _BOTH, prepost.standardised_by_both, "Cousineau 2020"),
            *("mean-square standard deviations of both times", True, "pre-post"),
            *("Standardised mean change, average SD", "2(n - 1)/(1 + r^2)"),
        ),
        Measure(
            *("SMCRPH", _BOTH, prepost.standardised_by_both_unequal, "Bonett 2008"),
            *("mean-square standard deviations of both times", True, "pre-post"),
            *("Standardised mean change, average SD, unequal variances", "2(n - 1)/(1 + r^2)"),
        ),
        Measure(
            *("PPC", _CONTROLLED, prepost.difference_of_changes, "Becker 1988; Morris 2008"),
            *("standard deviations at baseline, of each group", True, "pre-post-control"),
            *("Difference in standardised mean change", "n - 1"),
        ),
        Measure(
            *("DPPC2", _CONTROLLED, prepost.difference_over_pooled_pre, "Morris 2008"),
            *("standard deviations at baseline, pooled", True, "pre-post-control"),
            *("Difference in mean change over the pooled baseline SD", "n_e + n_c - 2"),
        ),
        Measure(
            *("GEN", ("yi", "vi"), as_given, "the source of yi and vi"),
            *("as given", False, "generic", "Effect size"),
        ),
    )
}


def effect_size(measure: str, *, correct: bool = True, **inputs) -> EffectSizes:
    """Return the effect sizes `measure` of k studies and their sampling variances.

    `inputs` are those that `MEASURES[measure].inputs` names, of shape (k,) or one number for all
    studies. `correct` removes the small-sample bias of standardised measures (Hedges 1981).
    Variances are large-sample ones, as metafor computes by default.

    Raises
    ------
    InputError
        For an unknown measure, missing or superfluous inputs, or impossible values; lists all,
        rows counted from 0.
    NotEstimable
        If some study cannot have this effect size or variance; names the rows and the reasons.
    """
    if measure not in MEASURES:
        raise InputError([f"measure {measure!r}: admissible are {', '.join(MEASURES)}"])
    spec = MEASURES[measure]
    arrays = _as_arrays(spec, inputs)
    _refuse([text for name, x in arrays.items() for text in _impossible(name, x)], InputError)
    _refuse([text for name, x in arrays.items() for text in _too_few(name, x)], NotEstimable)
    with np.errstate(all="ignore"):  # what comes out wrong is refused below, with its row
        yi, vi = spec.function(correct=correct, **arrays)
    _refuse(_unusable(spec, yi, vi), NotEstimable)
    return EffectSizes(yi.copy(), vi.copy(), measure, _tag(spec, correct))


def _as_arrays(spec: Measure, inputs) -> dict[str, np.ndarray]:
    """Inputs as float arrays of one length."""
    problems = [f"{spec.code}: {name} is missing" for name in spec.inputs if name not in inputs]
    problems += [
        f"{spec.code}: {name} is not an input; it takes {', '.join(spec.inputs)}"
        for name in inputs
        if name not in spec.inputs
    ]
    _refuse(problems, InputError)
    arrays = [np.atleast_1d(np.asarray(inputs[name], dtype=float)) for name in spec.inputs]
    lengths = {len(x) for x in arrays if x.ndim == 1} - {1}
    if len(lengths) > 1 or any(x.ndim > 1 for x in arrays):
        shapes = [f"{name} {x.shape}" for name, x in zip(spec.inputs, arrays, strict=True)]
        raise InputError([f"{spec.code}: inputs differ in shape: {', '.join(shapes)}"])
    return dict(zip(spec.inputs, np.broadcast_arrays(*arrays), strict=True))


def _refuse(problems: list[str], error) -> None:
    """Raise `error` if there is any problem."""
    if problems:
        raise error(problems if error is InputError else "\n".join(problems))


def _impossible(name: str, values: np.ndarray) -> list[str]:
    """Values that no data can have."""
    wrong, rule = ~np.isfinite(values), "not finite"
    if name.startswith("sd_"):
        wrong, rule = wrong | (values < 0.0), "a standard deviation is finite and at least 0"
    elif name in ("n", "n_e", "n_c"):
        wrong, rule = wrong | (values < 1.0), "a sample size is finite and at least 1"
    elif name in ("r", "r_e", "r_c"):
        wrong, rule = ~(np.abs(values) <= 1.0), "a correlation lies between -1 and 1"
    elif name == "vi":
        wrong, rule = wrong | (values <= 0.0), "a sampling variance is finite and above 0"
    return [f"row {i}: {name} is {values[i]}: {rule}" for i in np.flatnonzero(wrong)]


def _too_few(name: str, values: np.ndarray) -> list[str]:
    """Groups of one person, which have no variance."""
    rows = np.flatnonzero(values <= 1.0) if name in ("n", "n_e", "n_c") else ()
    return [f"row {i}: {name} is {values[i]:g}: one person has no variance" for i in rows]


def _unusable(spec: Measure, yi: np.ndarray, vi: np.ndarray) -> list[str]:
    """Studies whose result is no number: a standard deviation of 0, or too few for J."""
    wrong = ~(np.isfinite(yi) & np.isfinite(vi) & (vi > 0.0))
    why = "a standard deviation is 0, r is 1, or n is too small for the correction"
    return [f"row {i}: {spec.code} is {yi[i]}, vi {vi[i]}: {why}" for i in np.flatnonzero(wrong)]


def _tag(spec: Measure, correct: bool) -> str:
    """How the numbers were made."""
    if not spec.df:
        return f"{spec.code}, as given" if spec.code == "GEN" else f"{spec.code}, vtype LS"
    factor = f"exact J({spec.df})" if correct else "no small-sample correction"
    return f"{spec.code}, {factor}, vtype LS"
