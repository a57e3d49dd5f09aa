"""Inputs of an effect measure as arrays of one length, and what is wrong with them, row by row."""

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.measures.continuity import KINDS
from workflow.lib.stats.measures.definition import Measure
from workflow.lib.stats.numbers import as_columns

SIZES = ("n", "n_e", "n_c")
RULES = {
    "sd": (lambda x: x >= 0.0, "a standard deviation is finite and at least 0"),
    "n": (lambda x: x >= 1.0, "a sample size is finite and at least 1"),
    "r": (lambda x: np.abs(x) <= 1.0, "a correlation lies between -1 and 1"),
    "vi": (lambda x: x > 0.0, "a sampling variance is finite and above 0"),
    "event": (lambda x: x >= 0.0, "a count is finite and at least 0"),
    "time": (lambda x: x > 0.0, "a person-time is finite and above 0"),
    "r2": (lambda x: (x >= 0.0) & (x <= 1.0), "a share of variance lies between 0 and 1"),
    "cles": (lambda x: (x >= 0.0) & (x <= 1.0), "a probability lies between 0 and 1"),
    "alpha": (lambda x: x <= 1.0, "a reliability is at most 1"),
    "items": (lambda x: x >= 2.0, "a scale has at least 2 items"),
    "predictors": (lambda x: x >= 1.0, "a model has at least 1 predictor"),
}
OF_ALTERNATIVES = {
    "p": (
        lambda x: (np.abs(x) <= 1.0) & (x != 0.0),
        "a signed p-value lies in [-1, 1] and is not 0",
    ),
    "r_pb": (lambda x: np.abs(x) < 1.0, "a correlation lies between -1 and 1"),
    "p_both": (lambda x: (x >= 0.0) & (x <= 1.0), "a proportion lies between 0 and 1"),
    "f": (lambda x: x >= 0.0, "an F statistic is at least 0"),
    "sei": (lambda x: x > 0.0, "a standard error is finite and above 0"),
}


def standard_form(spec: Measure, given: dict) -> tuple[dict[str, np.ndarray], list]:
    """Return the inputs that `spec.inputs` names, (k,) each, and the (row, text) of wrong ones.

    What a study does not report (NaN or None) comes from the alternatives that are given; of_test,
    (k,) too, says where that is so.

    Raises
    ------
    InputError
        For missing or superfluous inputs, or inputs of different shape; lists all.
    """
    used = tuple(one for one in spec.instead if one.name in given)
    _refuse_names(spec, given, used)
    names = [name for name in (*spec.inputs, *(one.name for one in used)) if name in given]
    arrays = _of_one_length(spec, names, given)
    k = len(arrays[names[0]])
    x = {name: arrays[name] if name in arrays else np.full(k, np.nan) for name in spec.inputs}
    x["of_test"], problems = np.zeros(k, dtype=bool), []
    for one in used:
        rows = np.isfinite(arrays[one.name])
        rows &= np.any([np.isnan(x[name]) for name in one.replaces], axis=0)
        problems += _wrong(one.name, arrays[one.name], OF_ALTERNATIVES.get(one.name), rows)
        with np.errstate(all="ignore"):  # what comes out wrong is named with its row below
            made = one.convert(arrays[one.name], x)
        x |= {name: np.where(rows, made[name], x[name]) for name in one.replaces}
        x["of_test"] |= rows
    return x, problems + impossible(spec, x)


def _refuse_names(spec: Measure, given: dict, used) -> None:
    """Raise if an input is missing or not one of this measure."""
    replaced = {name for one in used for name in one.replaces}
    takes = ", ".join(spec.inputs)
    if spec.instead:
        takes += f"; or {', '.join(one.name for one in spec.instead)}"
    known = {*spec.inputs, *(one.name for one in spec.instead)}
    problems = [
        f"{spec.code}: {name} is missing"
        for name in spec.inputs
        if name not in given and name not in replaced
    ]
    problems += [
        f"{spec.code}: {name} is not an input; it takes {takes}"
        for name in given
        if name not in known
    ]
    if problems:
        raise InputError(problems)


def _of_one_length(spec: Measure, names: list[str], given: dict) -> dict[str, np.ndarray]:
    """Inputs as float arrays of one length."""
    arrays = [np.atleast_1d(x) for x in as_columns(**{name: given[name] for name in names})]
    lengths = {len(x) for x in arrays if x.ndim == 1} - {1}
    if len(lengths) > 1 or any(x.ndim > 1 for x in arrays):
        shapes = [f"{name} {x.shape}" for name, x in zip(names, arrays, strict=True)]
        raise InputError([f"{spec.code}: inputs differ in shape: {', '.join(shapes)}"])
    return dict(zip(names, np.broadcast_arrays(*arrays), strict=True))


def _rule(name: str):
    """What values an input may have."""
    stem = name.split("_")[0]
    return RULES.get(stem, (lambda x: np.ones(x.shape, dtype=bool), "not finite"))


def _wrong(name: str, values: np.ndarray, rule, rows=True) -> list[tuple[int, str]]:
    """(row, text) of the values of one input that no data can have."""
    if rule is None:
        return []
    fits, text = rule
    with np.errstate(invalid="ignore"):
        bad = rows & ~(np.isfinite(values) & fits(values))
    return [(int(i), f"{name} is {values[i]}: {text}") for i in np.flatnonzero(bad)]


def impossible(spec: Measure, x: dict) -> list[tuple[int, str]]:
    """Return (row, text) of values that no data can have."""
    problems = [one for name in spec.inputs for one in _wrong(name, x[name], _rule(name))]
    counts = KINDS.get(spec.counts)
    for event, total in zip(counts.events, counts.totals, strict=False) if counts else ():
        problems += [
            (int(i), f"{event} is {x[event][i]:g}: more than {total} ({x[total][i]:g})")
            for i in np.flatnonzero(x[event] > x[total])
        ]
    return problems


def too_few(spec: Measure, x: dict) -> list[tuple[int, str]]:
    """Return (row, text) of groups of one person, which have no standard deviation."""
    if not any(name.startswith("sd") for name in spec.inputs):
        return []
    return [
        (int(i), f"{name} is {x[name][i]:g}: one person has no variance")
        for name in spec.inputs
        if name in SIZES
        for i in np.flatnonzero(x[name] <= 1.0)
    ]


def sizes(spec: Measure, x: dict) -> np.ndarray | None:
    """Return persons, pairs or person-time of each study, (k,); None if the inputs do not say."""
    names = tuple(name for name in spec.inputs if name.split("_")[0] in ("n", "time"))
    if spec.counts == "pairs":
        names = KINDS["pairs"].events
    return sum(x[name] for name in names) if names else None
