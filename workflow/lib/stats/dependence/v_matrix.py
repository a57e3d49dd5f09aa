"""Covariances of the sampling errors of estimates that share persons (metafor's vcalc)."""

from dataclasses import dataclass, fields

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.dependence.blocks import Blocks, Part, codes_of, partition_of
from workflow.lib.stats.dependence.definite import check_definite
from workflow.lib.stats.numbers import as_labels, as_list

_COLUMNS = ("subgroup", "obs", "type", "time1", "time2", "grp1", "grp2", "w1", "w2")


@dataclass(frozen=True, slots=True)
class Overlap:
    """What tells the estimates of one cluster apart; every column is (k,) or None."""

    subgroup: object = None  # of persons; estimates of different subgroups are independent
    obs: object = None  # scale or observation of the same construct
    type: object = None  # construct
    time1: object = None  # time point (of the first condition)
    time2: object = None  # of the second condition; None: time1
    grp1: object = None  # group of the first condition of a contrast
    grp2: object = None  # group of the second condition
    w1: object = None  # size of the group of the first condition; None: all equal
    w2: object = None
    # of errors measured at one time: a number or a matrix (dict of dicts, or dict of (a, b)
    # pairs); with obs and type two of them: within a type, between types
    rho: object = None
    phi: float | None = None  # autocorrelation of errors one unit of time apart


def v_matrix(vi, cluster, overlap: Overlap, *, repair: bool = False) -> Blocks:
    """Return the covariance matrix of the sampling errors, one block per cluster.

    `vi` (sampling variances) and `cluster` have shape (k,). The correlation of two estimates of
    a cluster is the product of that of their scales and constructs (rho) and that of their
    conditions: of the groups that two contrasts share and of the time between them (phi).

    `repair` replaces a block that is not positive definite by the nearest one with the same
    variances (Higham 2002); else such blocks are refused.

    Raises
    ------
    InputError
        Lists bad rows, columns without the rho or phi that they need, and clusters whose block
        is not positive definite.
    """
    vi, columns = _checked(vi, cluster, overlap)
    labels = columns["cluster"]
    if "subgroup" in columns:
        labels = codes_of(labels * (columns["subgroup"].max(initial=0) + 1) + columns["subgroup"])[
            0
        ]
    parts = []
    for rows in partition_of(labels):
        correlation = np.ones((*rows.shape, rows.shape[1]))
        if rows.shape[1] > 1:
            correlation = _scales(columns, overlap, rows) * _conditions(columns, overlap, rows)
        correlation[:, np.arange(rows.shape[1]), np.arange(rows.shape[1])] = 1.0
        sei = np.sqrt(vi[rows])
        parts.append(Part(rows, correlation * sei[:, :, None] * sei[:, None, :]))
    return check_definite(Blocks(len(vi), tuple(parts)), np.asarray(cluster), repair=repair)


def _checked(vi, cluster, overlap: Overlap):
    """Arrays of all columns given: numbers of levels, but times and sizes as they are."""
    vi = as_list("vi", vi)
    problems = [
        f"row {i}: vi is {vi[i]}, not finite and above 0"
        for i in np.flatnonzero(~((vi > 0.0) & np.isfinite(vi)))
    ]
    columns = {"cluster": codes_of(as_labels("cluster", cluster))[0]}
    for name in _COLUMNS:
        values = getattr(overlap, name)
        if values is None:
            continue
        if name in ("time1", "time2", "w1", "w2"):
            columns[name] = as_list(name, values)
            wrong = ~np.isfinite(columns[name]) | ((columns[name] <= 0.0) & (name in ("w1", "w2")))
            problems += [f"row {i}: {name} is {values[i]}" for i in np.flatnonzero(wrong)]
        elif name not in ("grp1", "grp2"):
            columns[name] = codes_of(as_labels(name, values))[0]
    if overlap.grp1 is not None and overlap.grp2 is not None:
        sides = (as_labels(name, getattr(overlap, name)) for name in ("grp1", "grp2"))
        both = codes_of(np.concatenate(list(sides)))[0]
        columns["grp1"], columns["grp2"] = both[: len(vi)], both[len(vi) :]
    lengths = {name: len(values) for name, values in columns.items() if len(values) != len(vi)}
    problems += [f"{name} has {n} rows, vi has {len(vi)}" for name, n in lengths.items()]
    problems += _missing_partners(overlap)
    if problems:
        raise InputError(problems)
    return vi, columns


def _missing_partners(overlap: Overlap) -> list[str]:
    """What is given without what it needs, and numbers that are no correlation."""
    given = {field.name for field in fields(Overlap) if getattr(overlap, field.name) is not None}
    needs = [("obs", "rho"), ("type", "rho"), ("time1", "phi"), ("grp1", "grp2")]
    needs += [("grp2", "grp1"), ("time2", "time1"), ("time2", "grp2"), ("w1", "w2"), ("w2", "w1")]
    needs += [("w1", "grp1")]
    found = [f"{a} needs {b}" for a, b in needs if a in given and b not in given]
    if not given & {"obs", "type", "time1", "grp1"}:
        found.append("give at least one of obs, type, time1 or grp1 and grp2")
    if {"obs", "type"} <= given and not (
        isinstance(overlap.rho, (list, tuple)) and len(overlap.rho) == 2
    ):
        found.append("obs and type need two values of rho: within a type, between types")
    if overlap.phi is not None and not 0.0 <= overlap.phi <= 1.0:
        found.append(f"phi is {overlap.phi}: must lie between 0 and 1")
    return found


def _scales(columns, overlap: Overlap, rows: np.ndarray) -> np.ndarray:
    """Correlations of scales and constructs measured at one time, (m, n, n)."""
    found = np.ones((*rows.shape, rows.shape[1]))
    if overlap.rho is None:
        return found
    both = overlap.obs is not None and overlap.type is not None
    rho = overlap.rho if both else (overlap.rho, overlap.rho)
    if overlap.obs is not None:
        found = _between(columns["obs"], codes_of(overlap.obs)[1], rho[0], rows)
    if overlap.type is not None:
        types = _between(columns["type"], codes_of(overlap.type)[1], rho[1], rows)
        codes = columns["type"][rows]
        found = np.where(codes[:, :, None] == codes[:, None, :], found, types)
    return found


def _between(codes, levels, rho, rows: np.ndarray) -> np.ndarray:
    """Correlation of the levels of two rows; 1 for the same level."""
    table = np.ones((len(levels), len(levels)))
    for a, one in enumerate(levels):
        for b, other in enumerate(levels):
            if a != b:
                table[a, b] = _correlation(rho, one, other)
    codes = codes[rows]
    return table[codes[:, :, None], codes[:, None, :]]


def _correlation(rho, one, other) -> float:
    """Look up rho of two levels in a number, a dict of dicts or a dict of pairs."""
    if not isinstance(rho, dict):
        value = float(rho)
    elif (one, other) in rho or (other, one) in rho:
        value = float(rho.get((one, other), rho.get((other, one))))
    else:
        try:
            value = float(rho[one][other])
        except (KeyError, TypeError) as problem:
            raise InputError([f"rho has no value for {one!r} with {other!r}"]) from problem
    if not -1.0 <= value <= 1.0:
        raise InputError([f"rho is {value} for {one!r} with {other!r}: must lie in [-1, 1]"])
    return value


def _conditions(columns, overlap: Overlap, rows: np.ndarray) -> np.ndarray:
    """Correlations that come from shared groups and from time, (m, n, n).

    A contrast is the outcome of group 1 at time 1 less that of group 2 at time 2; an outcome of
    group g has variance 1 / w, two of one group correlate phi^|time difference|.
    """
    if "grp1" not in columns:
        if "time1" not in columns:
            return np.ones((*rows.shape, rows.shape[1]))
        time = columns["time1"][rows]
        return overlap.phi ** np.abs(time[:, :, None] - time[:, None, :])
    sides = [_side(columns, rows, side) for side in ("1", "2")]
    phi = 1.0 if overlap.phi is None else overlap.phi
    total = 0.0
    for one, sign_one in zip(sides, (1.0, -1.0), strict=True):
        for other, sign_other in zip(sides, (1.0, -1.0), strict=True):
            total = total + sign_one * sign_other * _shared(one, other, phi)
    variance = np.einsum("mii->mi", total)
    if not (variance > 0.0).all():
        raise InputError(["grp1 and grp2 (with time1 and time2) are the same in a contrast"])
    return total / np.sqrt(variance[:, :, None] * variance[:, None, :])


def _side(columns, rows, side: str):
    """Group, time and standard error of one condition of the contrasts, each (m, n)."""
    group = columns["grp" + side][rows]
    time = columns.get("time" + side, columns.get("time1"))
    time = np.zeros(rows.shape) if time is None else time[rows]
    size = columns["w" + side][rows] if "w1" in columns else np.ones(rows.shape)
    return group, time, 1.0 / np.sqrt(size)


def _shared(one, other, phi: float) -> np.ndarray:
    """Covariance of two conditions: 0 unless they are of the same group."""
    same = one[0][:, :, None] == other[0][:, None, :]
    apart = np.abs(one[1][:, :, None] - other[1][:, None, :])
    return same * phi**apart * one[2][:, :, None] * other[2][:, None, :]
