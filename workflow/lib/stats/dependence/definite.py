"""Whether the blocks of a covariance matrix are positive definite, and the nearest that are."""

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.dependence.blocks import Blocks, Part

SMALLEST = 1e-10  # eigenvalue of a correlation matrix that still counts as positive
MAX_STEPS = 1000


def check_definite(matrix: Blocks, cluster: np.ndarray, *, repair: bool = False) -> Blocks:
    """Return `matrix` if all blocks are positive definite, else refuse it or repair them.

    Raises
    ------
    InputError
        Names every cluster whose block has an eigenvalue that is not above 0, with it.
    """
    parts, problems = [], []
    for part in matrix.parts:
        sd = np.sqrt(np.einsum("mii->mi", part.values))
        scale = sd[:, :, None] * sd[:, None, :]
        lowest = np.linalg.eigvalsh(part.values / scale)[:, 0]
        values = part.values.copy()
        for block in np.flatnonzero(~(lowest > SMALLEST)):
            if repair:
                values[block] = nearest_correlation(values[block] / scale[block]) * scale[block]
            else:
                name = cluster[part.rows[block, 0]]
                problems.append(
                    f"cluster {name}: V is not positive definite (smallest eigenvalue of the "
                    f"correlations {lowest[block]:.3g}); check rho and phi, or ask for the repair"
                )
        parts.append(Part(part.rows, values))
    if problems:
        raise InputError(problems)
    return Blocks(matrix.k, tuple(parts))


def nearest_correlation(matrix: np.ndarray) -> np.ndarray:
    """Return the positive definite correlation matrix nearest to `matrix`, (n, n).

    Alternating projections with Dykstra's correction (Higham 2002); eigenvalues are kept at
    1e-8 of the largest or more.
    """
    current, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(MAX_STEPS):
        shifted = current - correction
        cone = _onto_cone(shifted)
        correction = cone - shifted
        following = cone.copy()
        np.fill_diagonal(following, 1.0)
        moved = np.abs(following - current).max()
        current = following
        if moved < 1e-12:
            break
    definite = _onto_cone(current)
    sd = np.sqrt(np.diag(definite))
    return definite / np.outer(sd, sd)


def _onto_cone(matrix: np.ndarray) -> np.ndarray:
    """Nearest symmetric matrix whose eigenvalues are at least 1e-8 of the largest."""
    values, vectors = np.linalg.eigh(matrix)
    values = np.maximum(values, 1e-8 * values[-1])
    return (vectors * values) @ vectors.T
