"""One estimate per cluster out of several that are correlated (metafor's aggregate)."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.dependence.blocks import (
    Blocks,
    Part,
    blocks_from_dense,
    codes_of,
    partition_of,
)
from workflow.lib.stats.dependence.definite import check_definite
from workflow.lib.stats.numbers import as_labels, as_list, as_numbers

_NEEDS = {
    "ID": (),
    "CS": ("rho",),
    "CAR": ("time", "phi"),
    "CS+CAR": ("time", "rho", "phi"),
    "CS*CAR": ("time", "obs", "rho", "phi"),
}


@dataclass(frozen=True, slots=True)
class Correlation:
    """How the sampling errors of one cluster correlate.

    CS: rho; CAR: phi^|time difference|; CS+CAR: rho + (1 - rho) phi^|...|; CS*CAR: the product
    of rho (where obs differs) and phi^|...|. rho and phi are one number, or one per cluster in
    the order in which the clusters appear.
    """

    struct: str = "CS"
    rho: object = None
    phi: object = None
    time: object = None  # (k,)
    obs: object = None  # (k,)


@dataclass(frozen=True, slots=True)
class Aggregated:
    """One estimate per cluster, in the order in which the clusters appear."""

    cluster: tuple
    yi: tuple[float, ...]
    vi: tuple[float, ...]
    ki: tuple[int, ...]  # estimates that were combined
    weighted: bool
    tag: str  # "CS, rho 0.5, inverse variance"


def aggregate(yi, v, cluster, *, correlation=None, weighted: bool = True) -> Aggregated:
    """Return one estimate and its variance per cluster.

    `yi` and `cluster` have shape (k,). `v` is either the sampling variances, (k,), and then
    `correlation` (a `Correlation`) says how they correlate within a cluster; or the whole
    covariance matrix, (k, k) or `Blocks`. Weighted: generalised least squares, variance
    1 / 1'V^-1 1; else the plain mean, variance 1'V1 / n^2.

    Raises
    ------
    InputError
        Lists bad rows, what the structure lacks, clusters whose matrix is not positive definite
        or is correlated with another cluster's.
    """
    yi, (codes, levels) = as_list("yi", yi), _by_appearance(cluster)
    matrix, said = _matrix(v, codes, levels, correlation)
    problems = [f"row {i}: yi is {yi[i]}" for i in np.flatnonzero(~np.isfinite(yi))]
    if not len(yi) == len(codes) == matrix.k:
        problems = [f"yi, V and cluster have {len(yi)}, {matrix.k} and {len(codes)} rows"]
    if problems:
        raise InputError(problems)
    mean, variance, count = (np.empty(len(levels)) for _ in range(3))
    for part in matrix.parts:
        place = codes[part.rows[:, 0]]
        count[place] = part.rows.shape[1]
        mean[place], variance[place] = _combine(part, yi[part.rows], weighted=weighted)
    return Aggregated(
        cluster=levels,
        yi=tuple(mean.tolist()),
        vi=tuple(variance.tolist()),
        ki=tuple(int(n) for n in count),
        weighted=weighted,
        tag=f"{said}, {'inverse variance' if weighted else 'plain mean'}",
    )


def _combine(part: Part, yi: np.ndarray, *, weighted: bool):
    """Means and variances of blocks of one size."""
    n = part.rows.shape[1]
    if not weighted:
        return yi.mean(axis=1), part.values.sum(axis=(1, 2)) / n**2
    # the weights are scaled by the block's size: rows of 1e-30 and of 1e30 are alike
    scale = np.einsum("mii->mi", part.values).mean(axis=1)
    ones = np.ones((len(yi), n, 1))
    w = np.linalg.solve(part.values / scale[:, None, None], ones)[:, :, 0]
    total = w.sum(axis=1)
    return (w * yi).sum(axis=1) / total, scale / total


def _by_appearance(cluster):
    """Number of each row's cluster in order of appearance, and the clusters."""
    values = as_labels("cluster", cluster)
    _, first, codes = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[codes.reshape(-1)], tuple(values[np.sort(first)].tolist())


def _matrix(v, codes, levels, correlation) -> tuple[Blocks, str]:
    """Covariance matrix with one block per cluster, and what it is."""
    v = v if isinstance(v, Blocks) else as_numbers("vi" if correlation else "V", v)
    if isinstance(v, Blocks) or v.ndim == 2:
        matrix = v if isinstance(v, Blocks) else blocks_from_dense(v)
        if correlation is not None:
            raise InputError(["V is given as a matrix: correlation must be None"])
        if matrix.k != len(codes):
            return matrix, "V given"
        _check_variances(matrix.diagonal(), codes)
        across = [p for p in matrix.parts if (codes[p.rows] != codes[p.rows[:, :1]]).any()]
        if across:
            raise InputError(["V correlates estimates of different clusters"])
        matrix = matrix.on(partition_of(codes))
        return check_definite(matrix, np.asarray(levels)[codes]), "V given"
    vi = as_list("vi", v)
    _check_variances(vi, codes)
    if correlation is None:
        raise InputError(["give correlation: struct ID, CS, CAR, CS+CAR or CS*CAR, or V"])
    columns = _settings(correlation, codes, levels)
    parts = [_block(rows, vi, codes, correlation.struct, columns) for rows in partition_of(codes)]
    matrix = Blocks(len(vi), tuple(parts))
    return check_definite(matrix, np.asarray(levels)[codes]), _said(correlation)


def _check_variances(vi, codes) -> None:
    """Refuse variances that are none."""
    wrong = np.flatnonzero(~((vi > 0.0) & np.isfinite(vi)))
    problems = [f"row {i}: vi is {vi[i]}, not finite and above 0" for i in wrong]
    if len(vi) != len(codes):
        problems.append(f"vi has {len(vi)} rows, cluster has {len(codes)}")
    if problems:
        raise InputError(problems)


def _settings(correlation: Correlation, codes, levels) -> dict[str, np.ndarray]:
    """What the structure needs as arrays: rho and phi per cluster, time and obs per row."""
    if correlation.struct not in _NEEDS:
        admissible = ", ".join(_NEEDS)
        raise InputError([f"struct {correlation.struct!r}: admissible are {admissible}"])
    found, problems = {}, []
    for name in _NEEDS[correlation.struct]:
        value, size = getattr(correlation, name), len(codes)
        if value is None:
            problems.append(f"struct {correlation.struct} needs {name}")
            continue
        if name == "obs":
            found[name] = codes_of(as_labels(name, value))[0]
        else:
            value = as_numbers(name, value)
            value = as_list(name, value) if value.ndim else value
            size = len(levels) if name in ("rho", "phi") else size
            found[name] = np.full(size, value) if value.ndim == 0 else value
            low = {"rho": -1.0, "phi": 0.0}.get(name, -np.inf)
            high = 1.0 if name in ("rho", "phi") else np.inf
            problems += _outside(name, value, low, high)
        if len(found[name]) != size:
            problems.append(f"{name} has {len(found[name])} values, {size} are needed")
    if problems:
        raise InputError(problems)
    return found


def _outside(name: str, value: np.ndarray, low: float, high: float) -> list[str]:
    """What is wrong with one number, or with those of rows (time) or clusters (rho, phi)."""
    fine = np.isfinite(value) & (low <= value) & (value <= high)
    rule = "be finite" if np.isinf(high) else f"lie between {low:g} and {high:g}"
    if value.ndim == 0:
        return [] if fine else [f"{name} is {value}: must {rule}"]
    what = "row" if np.isinf(high) else "cluster"
    return [f"{what} {i}: {name} is {value[i]}, must {rule}" for i in np.flatnonzero(~fine)]


def _block(rows, vi, codes, struct: str, columns) -> Part:
    """Covariances of the clusters of one size."""
    n = rows.shape[1]
    eye = np.eye(n)
    place = codes[rows[:, 0]]
    rho = columns["rho"][place][:, None, None] if "rho" in columns else 0.0
    found = eye + np.zeros((len(rows), n, n))
    if "time" in columns:
        time = columns["time"][rows]
        apart = np.abs(time[:, :, None] - time[:, None, :])
        found = columns["phi"][place][:, None, None] ** apart
    if struct == "CS":
        found = eye + rho * (1.0 - eye)
    elif struct == "CS+CAR":
        found = rho + (1.0 - rho) * found
    elif struct == "CS*CAR":
        obs = columns["obs"][rows]
        found = found * np.where(obs[:, :, None] == obs[:, None, :], 1.0, rho)
    found[:, np.arange(n), np.arange(n)] = 1.0
    sei = np.sqrt(vi[rows])
    return Part(rows, found * sei[:, :, None] * sei[:, None, :])


def _said(correlation: Correlation) -> str:
    """Structure with its numbers."""
    said = [correlation.struct]
    for name in ("rho", "phi"):
        value = getattr(correlation, name)
        if name in _NEEDS[correlation.struct]:
            said.append(f"{name} {value:g}" if np.ndim(value) == 0 else f"{name} per cluster")
    return ", ".join(said)
