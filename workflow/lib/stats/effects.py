"""Effect sizes and their sampling variances: the door to every measure of `measures`."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.measures.definition import Measure
from workflow.lib.stats.measures.estimation import Estimate, estimate
from workflow.lib.stats.measures.registry import MEASURES

__all__ = ["MEASURES", "EffectSizes", "EffectTable", "Measure", "effect_size", "effect_sizes"]


@dataclass(frozen=True, slots=True)
class EffectSizes:
    """Effect sizes of k studies."""

    yi: np.ndarray  # (k,), analysis scale
    vi: np.ndarray  # (k,), squared unit of yi
    measure: str
    tag: str  # "SMCR, exact J(n - 1), vtype LS"
    remarks: tuple[str, ...] = ()  # what looks wrong but may be right, with its row
    ni: np.ndarray | None = None  # (k,) persons, pairs or person-time, if the inputs say


@dataclass(frozen=True, slots=True)
class EffectTable:
    """Effect sizes of k studies of which some may have none."""

    yi: tuple[float | None, ...]  # analysis scale
    vi: tuple[float | None, ...]  # squared unit of yi
    ni: tuple[float | None, ...] | None  # persons, pairs or person-time, if the inputs say
    reasons: tuple[str | None, ...]  # why a study cannot be pooled; None if it can
    measure: str
    tag: str
    remarks: tuple[str, ...]  # what looks wrong but may be right, with its row


def effect_size(measure: str, **inputs) -> EffectSizes:
    """Return the effect sizes `measure` of k studies and their sampling variances.

    `inputs` are those that `MEASURES[measure].inputs` names, of shape (k,) or one number for all
    studies; where a study lacks some (NaN), a statistic of `MEASURES[measure].instead` (d, t, p,
    F, ...) may stand in. Options, as in metafor 5.1: `correct` (True) removes the small-sample
    bias; `vtype` chooses the sampling variance; for counts `add` (1/2, or 0 where a count of 0
    does no harm), `to` ("only0", "all", "if0all", "none") and `drop00` (False).

    Raises
    ------
    InputError
        For an unknown measure or option, missing or superfluous inputs, or impossible values;
        lists all, rows counted from 0.
    NotEstimable
        If some study cannot have this effect size or variance; names the rows and the reasons.
    """
    found, _ = _estimate(measure, inputs)
    if found.impossible:
        raise InputError([f"row {row}: {text}" for row, text in found.impossible])
    if found.unusable:
        raise NotEstimable("\n".join(f"row {row}: {text}" for row, text in found.unusable))
    return EffectSizes(found.yi, found.vi, measure, found.tag, found.remarks, found.ni)


def effect_sizes(measure: str, **inputs) -> EffectTable:
    """Return what `effect_size` does, with a reason for each study that it would refuse.

    A study has a reason if an input is missing or impossible (yi and vi are None then), if the
    measure or its variance has no value (None), or if the study cannot be pooled although the
    formula gives numbers: a variance of 0, or a group of one person.

    Raises
    ------
    InputError
        For an unknown measure or option, and missing or superfluous inputs; lists all.
    """
    found, k = _estimate(measure, inputs)
    texts: list[list[str]] = [[] for _ in range(k)]
    for row, text in (*found.impossible, *found.unusable):
        texts[row].append(text)
    reasons = tuple("; ".join(lines) or None for lines in texts)
    ni = None if found.ni is None else _or_none(found.ni)
    numbers = (_or_none(found.yi), _or_none(found.vi), ni, reasons)
    return EffectTable(*numbers, measure, found.tag, found.remarks)


def _estimate(measure: str, inputs: dict) -> tuple[Estimate, int]:
    """Effects of all studies, and how many there are."""
    if measure not in MEASURES:
        raise InputError([f"measure {measure!r}: admissible are {', '.join(MEASURES)}"])
    options, data = MEASURES[measure].options(inputs)
    found = estimate(MEASURES[measure], options, data)
    return found, len(found.yi)


def _or_none(values: np.ndarray) -> tuple[float | None, ...]:
    """Numbers, None where there is none."""
    return tuple(float(value) if np.isfinite(value) else None for value in values)
