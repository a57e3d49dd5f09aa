"""From inputs and options to effects: correction, formula, and a reason for each study without one."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from workflow.lib.stats.measures.continuity import with_continuity, without_information
from workflow.lib.stats.measures.definition import Measure, Options
from workflow.lib.stats.measures.inputs import sizes, standard_form, too_few

LARGE = 2.0  # size of a standardised difference beyond which a remark is made
NAMED = 50  # rows that get a remark of their own; the others are counted


@dataclass(frozen=True, slots=True)
class Estimate:
    """Effects of k studies and what is wrong with some of them."""

    yi: np.ndarray  # (k,); NaN where there is none
    vi: np.ndarray  # (k,); NaN where there is none
    ni: np.ndarray | None  # (k,) persons, pairs or person-time
    impossible: tuple[tuple[int, str], ...]  # (row, text): input that no data can have
    unusable: tuple[tuple[int, str], ...]  # (row, text): no effect, no variance, or one of 0
    remarks: tuple[str, ...]
    tag: str


def estimate(spec: Measure, options: Options, given: dict) -> Estimate:
    """Return the effects of all studies that can have one, with the reasons of the others."""
    x, impossible = standard_form(spec, given)
    fine = np.ones(len(x[spec.inputs[0]]), dtype=bool)
    fine[[row for row, _ in impossible]] = False
    yi, vi = np.full(fine.shape, np.nan), np.full(fine.shape, np.nan)
    inner = {name: values[fine] for name, values in x.items()}
    yi[fine], vi[fine], corrected, dropped = _computed(spec, options, inner)
    rows = np.flatnonzero(fine)
    unusable = [
        (int(rows[i]), text) for i, text in _reasons(spec, inner, yi[fine], vi[fine], dropped)
    ]
    return Estimate(
        *(yi, vi, sizes(spec, x), tuple(impossible), tuple(unusable)),
        *(_remarks(spec, yi), _tag(spec, options, corrected)),
    )


def _computed(spec: Measure, options: Options, x: dict):
    """yi, vi (NaN where not a number), studies corrected and studies dropped."""
    dropped = corrected = np.zeros(len(x[spec.inputs[0]]), dtype=bool)
    if len(dropped) == 0:
        return np.empty(0), np.empty(0), corrected, dropped
    if spec.counts:
        if options.drop00:
            dropped = without_information(spec.counts, x)
        x, corrected = with_continuity(spec.counts, x, options)
    with np.errstate(all="ignore"):  # what comes out wrong gets its reason below
        yi, vi = spec.function(SimpleNamespace(**x), options)
    infinite = np.isinf(yi) | np.isinf(vi)  # an infinite variance says that yi is no information
    yi = np.where(infinite | dropped, np.nan, yi)
    return yi, np.where(np.isnan(yi), np.nan, vi), corrected & ~dropped, dropped


def _reasons(spec: Measure, x: dict, yi, vi, dropped):
    """(row, text) of studies that cannot be pooled."""
    few = too_few(spec, x)
    yield from few
    known = {row for row, _ in few}
    for i in np.flatnonzero(~(vi > 0.0)):
        if dropped[i]:
            yield i, "no event, or nothing but events, in both groups (option drop00)"
        elif i not in known:
            yield i, f"{spec.code} is {yi[i]}, vi {vi[i]}: {spec.undefined}"


def _remarks(spec: Measure, yi: np.ndarray) -> tuple[str, ...]:
    """Standardised effects so large that a standard error may have been taken for an SD."""
    rows = np.flatnonzero(np.abs(yi) > LARGE) if spec.standardised else ()
    texts = tuple(
        f"row {i}: {spec.code} is {yi[i]:.3g}, larger than {LARGE:g} in size; "
        "perhaps a standard error was given as a standard deviation"
        for i in rows[:NAMED]
    )
    more = len(rows) - NAMED
    return texts if more <= 0 else (*texts, f"{spec.code} is as large in {more} more rows")


def _tag(spec: Measure, options: Options, corrected: np.ndarray) -> str:
    """How the numbers were made."""
    if not spec.counts and spec.inputs == ("yi", "vi"):
        return f"{spec.code}, as given"
    parts = [spec.code]
    if spec.df:
        how = "J = 1 - 3/(4N - 9)" if options.vtype == "RM" else f"exact J({spec.df})"
        parts.append(how if options.correct else "no small-sample correction")
    elif spec.corrects:
        parts.append("bias-corrected" if options.correct else "no bias correction")
    if corrected.any():
        where = f"{int(corrected.sum())} of {len(corrected)} studies"
        parts.append(f"{options.add:g} added to the counts of {where} (to={options.to})")
    return ", ".join([*parts, f"vtype {options.vtype}"])
