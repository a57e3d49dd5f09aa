"""Symmetric matrices that are blocks on the diagonal: k rows in groups, never k x k."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.numbers import as_numbers


@dataclass(frozen=True, slots=True)
class Part:
    """All blocks of one size: m blocks of n rows."""

    rows: np.ndarray  # (m, n): which rows of the whole matrix a block covers
    values: np.ndarray  # (m, n, n)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Block-diagonal symmetric matrix of k rows; blocks of one size lie in one array."""

    k: int
    parts: tuple[Part, ...]

    def dense(self) -> np.ndarray:
        """Return the whole matrix, (k, k)."""
        whole = np.zeros((self.k, self.k))
        for part in self.parts:
            whole[part.rows[:, :, None], part.rows[:, None, :]] = part.values
        return whole

    def diagonal(self) -> np.ndarray:
        """Return the diagonal, (k,)."""
        found = np.empty(self.k)
        for part in self.parts:
            found[part.rows] = np.einsum("mii->mi", part.values)
        return found

    def is_diagonal(self) -> bool:
        """Whether no element off the diagonal differs from 0."""
        return all(np.count_nonzero(p.values) <= p.rows.size for p in self.parts) and all(
            p.rows.shape[1] == 1 or not (p.values * (1.0 - np.eye(p.rows.shape[1]))).any()
            for p in self.parts
        )

    def labels(self) -> np.ndarray:
        """Return a number per row, equal for the rows of one block, (k,)."""
        found, count = np.empty(self.k, dtype=np.intp), 0
        for part in self.parts:
            found[part.rows] = np.arange(count, count + len(part.rows))[:, None]
            count += len(part.rows)
        return found

    def on(self, partition) -> "Blocks":
        """Return the same matrix in coarser groups: `partition` as `partition_of` returns it."""
        where = _places(partition, self.k)
        parts = [Part(rows, np.zeros((*rows.shape, rows.shape[1]))) for rows in partition]
        for part in self.parts:
            target, block, column = (x[part.rows] for x in where)
            for index in np.unique(target[:, 0]):
                mine = target[:, 0] == index
                parts[index].values[
                    block[mine][:, :, None], column[mine][:, :, None], column[mine][:, None, :]
                ] = part.values[mine]
        return Blocks(self.k, tuple(parts))

    def rows_kept(self, keep: np.ndarray) -> "Blocks":
        """Return the matrix of the rows and columns of a mask, (k,)."""
        kept = np.flatnonzero(keep)
        source, block, column = _places([part.rows for part in self.parts], self.k)
        parts = []
        for rows in partition_of(self.labels()[kept]) if len(kept) else ():
            old, values = kept[rows], np.empty((*rows.shape, rows.shape[1]))
            for index in np.unique(source[old[:, 0]]):
                mine = source[old[:, 0]] == index
                own = old[mine]
                values[mine] = self.parts[index].values[
                    block[own][:, :, None], column[own][:, :, None], column[own][:, None, :]
                ]
            parts.append(Part(rows, values))
        return Blocks(len(kept), tuple(parts))

    def times(self, columns: np.ndarray) -> np.ndarray:
        """Return the product with `columns`, (k, q)."""
        found = np.empty_like(columns)
        for part in self.parts:
            found[part.rows] = part.values @ columns[part.rows]
        return found

    def inverse(self) -> "Blocks":
        """Return the inverse; refuses a matrix that is not positive definite."""
        return Blocks(self.k, tuple(Part(p.rows, inverse(p.values)[0]) for p in self.parts))


def inverse(stack: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the inverses of (m, n, n) positive definite matrices, and the sum of log |.|.

    Raises
    ------
    NotEstimable
        If a matrix is not positive definite.
    """
    if stack.shape[1] == 1:
        if not (stack > 0.0).all():
            raise NotEstimable("a covariance matrix is not positive definite")
        return 1.0 / stack, float(np.log(stack).sum())
    try:
        roots = np.linalg.cholesky(stack)
    except np.linalg.LinAlgError as problem:
        raise NotEstimable("a covariance matrix is not positive definite") from problem
    diagonal = np.einsum("mii->mi", roots)
    return np.linalg.inv(stack), 2.0 * float(np.log(diagonal).sum())


def codes_of(values) -> tuple[np.ndarray, tuple]:
    """Return a number per row and the distinct values in sorted order."""
    levels, codes = np.unique(np.asarray(values), return_inverse=True)
    return codes.reshape(-1), tuple(levels.tolist())


def partition_of(labels: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the rows of each group, groups of one size in one (m, n) array."""
    codes, _ = codes_of(labels)
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes)
    starts = np.cumsum(sizes) - sizes
    return tuple(
        order[starts[sizes == size][:, None] + np.arange(size)] for size in np.unique(sizes)
    )


def joint_labels(*labels: np.ndarray) -> np.ndarray:
    """Return a number per row: rows that share a group in any of `labels` get the same."""
    joint = np.arange(len(labels[0]))
    while True:
        before = joint
        for label in labels:
            codes, _ = codes_of(label)
            lowest = np.full(codes.max(initial=-1) + 1, len(codes), dtype=joint.dtype)
            np.minimum.at(lowest, codes, joint)
            joint = lowest[codes]
        if np.array_equal(joint, before):
            return joint


def diagonal_blocks(vi: np.ndarray) -> Blocks:
    """Return a diagonal matrix as k blocks of one row."""
    k = len(vi)
    parts = (Part(np.arange(k)[:, None], vi.reshape(k, 1, 1)),) if k else ()
    return Blocks(k, parts)


def blocks_from_dense(matrix: np.ndarray) -> Blocks:
    """Return the blocks of a (k, k) symmetric matrix: rows that its non-zero elements connect.

    Raises
    ------
    InputError
        If the matrix is not square, not finite or not symmetric.
    """
    matrix = as_numbers("V", matrix)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise InputError([f"V must be a vector or a square matrix, its shape is {matrix.shape}"])
    _check_symmetric(matrix)
    one, other = np.nonzero(matrix)
    joint = np.arange(len(matrix))
    while True:
        before = joint.copy()
        np.minimum.at(joint, one, before[other])
        joint = joint[joint]
        if np.array_equal(joint, before):
            break
    rows = partition_of(joint)
    return Blocks(len(matrix), tuple(Part(r, matrix[r[:, :, None], r[:, None, :]]) for r in rows))


def _check_symmetric(matrix: np.ndarray) -> None:
    """Refuse a matrix with a bad element or that differs from its transpose."""
    rows = np.flatnonzero(~np.isfinite(matrix).all(axis=1))
    if len(rows):
        raise InputError([f"row {i}: V has an element that is not finite" for i in rows])
    size = np.abs(matrix).max(initial=0.0)
    rows = np.flatnonzero((np.abs(matrix - matrix.T) > 1e-10 * size).any(axis=1))
    if len(rows):
        raise InputError([f"row {i}: V is not symmetric" for i in rows])


def _places(partition, k: int):
    """Where a row lies in a partition: part, block within it, place within that."""
    where = tuple(np.empty(k, dtype=np.intp) for _ in range(3))
    for index, rows in enumerate(partition):
        block, column = np.indices(rows.shape)
        for target, value in zip(where, (index, block, column), strict=True):
            target[rows] = value
    return where
