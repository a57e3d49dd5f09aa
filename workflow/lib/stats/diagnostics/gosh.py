"""Results of all subsets of the studies, or of a sample of them (GOSH; Olkin et al. 2012)."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.batch.subsets import pool_subsets
from workflow.lib.stats.moments import effects_and_variances

EXACT = 15  # studies up to which all subsets are computed


@dataclass(frozen=True, slots=True)
class Gosh:
    """Pooled effect and heterogeneity of n subsets; read-only arrays (n,)."""

    method: str
    exact: bool  # all subsets, or a sample
    seed: int | None  # of the sample
    n_subsets: int
    include: np.ndarray  # (n, k), which studies are in the subset
    k: np.ndarray  # studies in the subset
    estimate: np.ndarray  # pooled effect, unit of yi
    tau2: np.ndarray  # 0 for a single study
    QE: np.ndarray
    I2: np.ndarray  # percent
    H2: np.ndarray
    tag: str  # "GOSH, REML, all 8191 subsets"


def gosh(yi, vi, *, method="REML", subsets=100_000, seed=1) -> Gosh:
    """Return the random-effects results of subsets of the studies (Olkin et al. 2012).

    `yi` and `vi` have shape (k,). Up to 15 studies: of all 2^k - 1 subsets, by size and then by
    their last study. Beyond: of `subsets` random ones, each non-empty subset as likely as any
    other, drawn from numpy's default generator with `seed`; the same seed gives the same subsets.

    Raises
    ------
    InputError
        For a method that needs more than yi and vi, values no analysis can use, subsets < 1.
    NotEstimable
        If there is no study.
    ConvergenceError
        If tau2 of a subset cannot be found.
    """
    yi, vi = effects_and_variances(yi, vi)
    if not len(yi):
        raise NotEstimable("no study")
    if subsets < 1:
        raise InputError([f"subsets {subsets}: must be at least 1"])
    exact = len(yi) <= EXACT
    include = _all_subsets(len(yi)) if exact else _sample(len(yi), subsets, seed)
    found = pool_subsets(yi, vi, include, method=method, test="z")
    if np.isnan(found.beta).any():
        raise ConvergenceError("GOSH: tau2 of a subset was not found; try method DL")
    alone = found.k == 1
    count = f"all {len(include)} subsets" if exact else f"{len(include)} subsets, seed {seed}"
    arrays = {"include": include, "k": found.k, "estimate": found.beta}
    arrays |= {name: np.where(alone, 0.0, getattr(found, name)) for name in ("tau2", "QE", "I2")}
    arrays["H2"] = np.where(alone, 1.0, found.H2)
    for array in arrays.values():
        array.flags.writeable = False
    return Gosh(
        **{"method": method, "exact": exact, "seed": None if exact else seed},
        **{"n_subsets": len(include), "tag": f"GOSH, {method}, {count}"},
        **arrays,
    )


def _all_subsets(k: int) -> np.ndarray:
    """Mask (2^k - 1, k) of all non-empty subsets, by size and then by their last study."""
    codes = np.arange(1, 2**k)
    include = (codes[:, None] >> np.arange(k)) % 2 == 1
    return include[np.lexsort((codes, include.sum(axis=1)))]


def _sample(k: int, n: int, seed: int) -> np.ndarray:
    """Mask (n, k) of random subsets; empty ones are drawn again."""
    generator = np.random.default_rng(seed)
    include = generator.random((n, k)) < 0.5
    while (empty := ~include.any(axis=1)).any():
        include[empty] = generator.random((int(empty.sum()), k)) < 0.5
    return include
