"""What a review knows of the sampling errors of one trial's estimates, as a covariance matrix."""

from dataclasses import dataclass, replace

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.dependence.blocks import Blocks, blocks_from_dense
from workflow.lib.stats.dependence.v_matrix import Overlap, v_matrix


@dataclass(frozen=True, slots=True)
class Errors:
    """How the sampling errors of one cluster correlate, as config.yaml names it."""

    inner: str | None = None  # column of outcomes or scales; None: every estimate is another one
    rho: object = None  # of two of them: a number, a column with one per cluster, {a: {b: number}}
    cov: str | None = None  # column with the covariance of two estimates of a cluster, as printed
    time: str | None = None  # column of times
    phi: float | None = None  # autocorrelation one unit of time apart
    repair: bool = False  # replace what is not positive definite by the nearest that is

    @property
    def known(self) -> bool:
        """Whether anything is said of correlations."""
        return any(one is not None for one in (self.rho, self.cov, self.phi))


def error_matrix(pool, clusters, errors: Errors) -> Blocks | np.ndarray:
    """Covariances of the sampling errors, or the variances alone where no correlation is given.

    `clusters` is the cluster of each study, (k,). The correlation of two estimates is rho (where
    they differ in `inner`) times phi to the power of the time between them.

    Raises
    ------
    InputError
        For time without phi and the reverse, a rho outside [-1, 1], and every cluster whose
        matrix is not positive definite.
    NotEstimable
        If a column lacks a value, is no number where it must be, or differs within a cluster.
    """
    problems = [
        f"{one} needs {other}"
        for one, other in (("time", "phi"), ("phi", "time"))
        if getattr(errors, one) is not None and getattr(errors, other) is None
    ]
    if errors.cov is not None and (errors.rho is not None or errors.phi is not None):
        problems.append("cov says all of the covariance: it takes neither rho nor phi")
    if problems:
        raise InputError(problems)
    if not errors.known:
        return pool.vi
    inner = pool.studies if errors.inner is None else pool.column(errors.inner)
    time = None if errors.time is None else pool.numbers(errors.time)
    obs = None if errors.rho is None and errors.cov is None else np.array(inner)
    overlap = Overlap(obs=obs, rho=_pairs(errors.rho), time1=time, phi=errors.phi)
    if errors.cov is not None or isinstance(errors.rho, str):
        return _by_cluster(pool, clusters, overlap, errors)
    return v_matrix(pool.vi, clusters, overlap, repair=errors.repair)


def _pairs(rho):
    """{a: {b: number}} as {(a, b): number}; what is no such mapping stays."""
    if not isinstance(rho, dict):
        return rho
    return {(one, other): value for one, row in rho.items() for other, value in row.items()}


def _correlations(cov, vi, obs):
    """Correlation of each two inner levels whose estimates have this covariance."""
    places = range(len(obs))
    return {
        (obs[i], obs[j]): cov / float(np.sqrt(vi[i] * vi[j]))
        for i in places
        for j in places
        if i < j
    }


def _by_cluster(pool, clusters, overlap: Overlap, errors: Errors) -> Blocks:
    """The blocks of clusters that have a correlation or a covariance each, in a column."""
    whole, problems = np.diag(pool.vi), []
    for cluster in dict.fromkeys(clusters):
        rows = np.array([i for i, one in enumerate(clusters) if one == cluster])
        if len(rows) == 1:
            continue
        found = _only(pool, errors.cov or errors.rho, rows, cluster)
        obs = overlap.obs[rows]
        rho = _correlations(found, pool.vi[rows], obs) if errors.cov else found
        own = replace(overlap, rho=rho, obs=obs)
        if overlap.time1 is not None:
            own = replace(own, time1=overlap.time1[rows])
        try:
            block = v_matrix(pool.vi[rows], np.full(len(rows), cluster), own, repair=errors.repair)
        except InputError as error:
            problems += error.problems
            continue
        whole[np.ix_(rows, rows)] = block.dense()
    if problems:
        raise InputError(problems)
    return blocks_from_dense(whole)


def _only(pool, name: str, rows, cluster) -> float:
    """The one number that a column has in the rows of a cluster."""
    values = pool.numbers(name, rows)
    if len(set(values.tolist())) > 1:
        raise NotEstimable(f"{name} is not the same for all studies of {cluster}")
    return float(values[0])
