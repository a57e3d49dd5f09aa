"""Total covariances of any random terms over any V, as blocks of rows that belong together."""

import numpy as np

from workflow.lib.stats.dependence.blocks import Blocks, Part, inverse, joint_labels, partition_of
from workflow.lib.stats.dependence.terms import Factor


class BlockCovariance:
    """V plus random terms; the rows that any of them connects form one block."""

    def __init__(self, V: Blocks, terms, shapes=()):
        """Take V, factors and structures; `shapes` has a `Shape` per structure, in order."""
        self.V, self.shapes = V, tuple(shapes)
        self.factors = tuple(t for t in terms if isinstance(t, Factor))
        self.structures = tuple(t for t in terms if not isinstance(t, Factor))
        labels = [V.labels(), *(f.codes for f in self.factors)]
        labels += [s.outer for s in self.structures]
        self.partition = partition_of(joint_labels(*labels))
        self.errors = V.on(self.partition)
        # which pairs of rows share a level, and where their inner levels lie in a q x q matrix
        self._alike = [[_same(f.codes[rows]) for rows in self.partition] for f in self.factors]
        self._places = [[_pairs(s, rows) for rows in self.partition] for s in self.structures]

    @property
    def n_parameters(self) -> int:
        """Number of parameters: a variance per factor, then those of the structures."""
        return len(self.factors) + sum(shape.n_parameters for shape in self.shapes)

    def at(self, parameters: np.ndarray) -> "BlockState":
        """Return the matrix at these parameters, inverted."""
        return BlockState(self, parameters)

    def apply(self, state, index: int, columns: np.ndarray) -> np.ndarray:
        """Return the derivative by one parameter times `columns`, (k, q)."""
        found = np.empty_like(columns)
        for number, rows in enumerate(self.partition):
            found[rows] = state.derivative(index, number) @ columns[rows]
        return found

    def gram(self, state, index: int, columns: np.ndarray) -> np.ndarray:
        """Return columns' D columns, (q, q), D the derivative by one parameter."""
        return columns.T @ self.apply(state, index, columns)

    def alike(self, index: int, number: int) -> np.ndarray:
        """Pairs of rows of one part that share a level of a factor, (m, n, n)."""
        return self._alike[index][number]

    def spread(self, index: int, matrix: np.ndarray, number: int) -> np.ndarray:
        """Matrix of a structure's inner levels laid out on the rows of one outer level."""
        same, place = self._places[index][number]
        return same * matrix.ravel()[place]


def _same(codes: np.ndarray) -> np.ndarray:
    """1 for pairs of rows (m, n, n) with one code, else 0."""
    return (codes[:, :, None] == codes[:, None, :]).astype(float)


def _pairs(structure, rows: np.ndarray):
    """Pairs of rows of one outer level, and the place of their inner levels in a flat matrix."""
    inner = structure.inner[rows]
    place = inner[:, :, None] * len(structure.inner_levels) + inner[:, None, :]
    return _same(structure.outer[rows]), place


class BlockState:
    """The matrix at given parameters: its log-determinant, inverse and traces."""

    def __init__(self, source: BlockCovariance, parameters: np.ndarray):
        """Add the terms to V and invert every block."""
        self.source, self.parameters = source, parameters
        self.matrices, self._gradients, self._derivatives = [], [], {}
        place = len(source.factors)
        for index, shape in enumerate(source.shapes):
            matrix, gradient = shape.matrix(parameters[place : place + shape.n_parameters])
            self.matrices.append(matrix)
            self._gradients += [(index, one) for one in gradient]
            place += shape.n_parameters
        self.M = Blocks(source.V.k, tuple(self._part(n) for n in range(len(source.partition))))
        pairs = [inverse(part.values) for part in self.M.parts]
        self.logdet = sum(logdet for _, logdet in pairs)
        self.inverse = Blocks(
            source.V.k,
            tuple(Part(p.rows, i) for p, (i, _) in zip(self.M.parts, pairs, strict=True)),
        )

    def _part(self, number: int) -> Part:
        """Total covariances of one part."""
        source, error = self.source, self.source.errors.parts[number]
        total = error.values.copy()
        for index in range(len(source.factors)):
            total += self.parameters[index] * source.alike(index, number)
        for index, matrix in enumerate(self.matrices):
            total += source.spread(index, matrix, number)
        return Part(error.rows, total)

    def derivative(self, index: int, number: int) -> np.ndarray:
        """Derivative of one part by a parameter, (m, n, n)."""
        place = index - len(self.source.factors)
        if place < 0:
            return self.source.alike(index, number)
        if (place, number) not in self._derivatives:
            structure, gradient = self._gradients[place]
            self._derivatives[place, number] = self.source.spread(structure, gradient, number)
        return self._derivatives[place, number]

    def solve(self, columns: np.ndarray) -> np.ndarray:
        """Return the inverse times `columns`, (k, q)."""
        return self.inverse.times(columns)

    def variance_of_rows(self) -> np.ndarray:
        """Return the diagonal of the matrix, (k,)."""
        return self.M.diagonal()

    def precision_of_rows(self) -> np.ndarray:
        """Return the diagonal of the inverse, (k,)."""
        return self.inverse.diagonal()

    def trace(self, index: int) -> float:
        """Return the trace of the inverse times the derivative by one parameter."""
        return sum(
            float((part.values * self.derivative(index, number)).sum())
            for number, part in enumerate(self.inverse.parts)
        )
