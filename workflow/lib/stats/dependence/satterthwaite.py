"""Degrees of freedom of tests with cluster-robust variances, under the working model.

Bell & McCaffrey (2002) for one coefficient, the approximate Hotelling test (HTZ) of Tipton &
Pustejovsky (2015) for several. All sums are over clusters: no clusters x clusters matrix.
"""

import numpy as np

from workflow.lib.stats.dependence.sandwich import Scores


def satterthwaite(scores: Scores, M: np.ndarray, contrasts: np.ndarray) -> np.ndarray:
    """Return the degrees of freedom of each contrast, (q,); `contrasts` is (q, p)."""
    found = np.empty(len(contrasts))
    for row, contrast in enumerate(contrasts):
        weights = M @ contrast
        d = np.einsum("p,jpq,q->j", weights, scores.d, weights)
        z = scores.z @ weights
        own = d - np.einsum("jp,pq,jq->j", z, M, z)
        T = M @ (z.T @ z)
        squares = float(d @ d) - 2.0 * float(d @ (d - own)) + float((T * T.T).sum())
        found[row] = float(own.sum()) ** 2 / squares
    return found


def hotelling_df(scores: Scores, M: np.ndarray, contrasts: np.ndarray) -> float:
    """Return eta, the degrees of freedom of the Wishart law that `contrasts` (q, p) follow.

    Their robust variance matrix, standardised by its own expectation under the working model
    (which differs from the model's variances where a cluster determines a coefficient alone), has
    elements whose variances add to q (q + 1) / eta.
    """
    weights = M @ contrasts.T
    expected = np.einsum("ps,jpr,rt->st", weights, scores.d, weights)
    z = np.einsum("jpr,rs->jsp", scores.z, weights)
    expected -= np.einsum("jsp,pr,jtr->st", z, M, z)
    values, vectors = np.linalg.eigh(expected)
    weights = weights @ (vectors / np.sqrt(values)) @ vectors.T
    q = len(contrasts)
    d = np.einsum("ps,jpr,rt->jst", weights, scores.d, weights)
    z = np.einsum("jpr,rs->jsp", scores.z, weights)
    inner = np.einsum("jsp,pr,jtr->jst", z, M, z)
    T = np.einsum("pr,jsr,jtu->stpu", M, z, z)
    total = 0.0
    for s in range(q):
        for t in range(q):
            total += float(d[:, s, s] @ (d[:, t, t] - inner[:, t, t]))
            total -= float(d[:, t, t] @ inner[:, s, s]) - float((T[s, t] * T[t, s].T).sum())
            total += float(d[:, s, t] @ (d[:, s, t] - 2.0 * inner[:, s, t]))
            total += float((T[t, s] * T[t, s].T).sum())
    return q * (q + 1.0) / total
