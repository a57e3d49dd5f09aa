"""Raw counts of k studies, checked: two-by-two tables, person-time tables, one-group counts."""

from dataclasses import dataclass, replace

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.numbers import as_columns

TO = ("only0", "if0all", "all", "none")


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Events and non-events of two groups; arrays of shape (k,), persons."""

    ai: np.ndarray  # events, group 1
    bi: np.ndarray  # non-events, group 1
    ci: np.ndarray  # events, group 2
    di: np.ndarray  # non-events, group 2

    @property
    def k(self) -> int:
        """Number of tables."""
        return self.ai.size

    @property
    def sizes(self) -> tuple[np.ndarray, np.ndarray]:
        """Persons in group 1 and group 2."""
        return self.ai + self.bi, self.ci + self.di

    @property
    def has_zero(self) -> np.ndarray:
        """Tables with at least one empty cell, (k,) of bool."""
        return (self.ai == 0) | (self.bi == 0) | (self.ci == 0) | (self.di == 0)

    @property
    def is_empty(self) -> np.ndarray:
        """Tables in which one of the two outcomes never occurs, (k,) of bool."""
        return (self.ai + self.ci == 0) | (self.bi + self.di == 0)

    def plus(self, add) -> "TwoByTwo":
        """Return the tables with `add` (number or (k,)) in every cell."""
        return TwoByTwo(self.ai + add, self.bi + add, self.ci + add, self.di + add)

    def rows(self, keep) -> "TwoByTwo":
        """Return the tables that the mask or index `keep` selects."""
        return TwoByTwo(self.ai[keep], self.bi[keep], self.ci[keep], self.di[keep])


@dataclass(frozen=True, slots=True)
class PersonTime:
    """Events and person-time of two groups; arrays of shape (k,)."""

    x1i: np.ndarray  # events, group 1
    t1i: np.ndarray  # person-time, group 1
    x2i: np.ndarray  # events, group 2
    t2i: np.ndarray  # person-time, group 2

    @property
    def k(self) -> int:
        """Number of tables."""
        return self.x1i.size

    @property
    def has_zero(self) -> np.ndarray:
        """Tables with no event in at least one group, (k,) of bool."""
        return (self.x1i == 0) | (self.x2i == 0)

    @property
    def is_empty(self) -> np.ndarray:
        """Tables without any event, (k,) of bool."""
        return self.x1i + self.x2i == 0

    def plus(self, add) -> "PersonTime":
        """Return the tables with `add` (number or (k,)) more events in each group."""
        return replace(self, x1i=self.x1i + add, x2i=self.x2i + add)

    def rows(self, keep) -> "PersonTime":
        """Return the tables that the mask or index `keep` selects."""
        return PersonTime(self.x1i[keep], self.t1i[keep], self.x2i[keep], self.t2i[keep])


@dataclass(frozen=True, slots=True)
class OneGroup:
    """Events of one group and what they came from; arrays of shape (k,)."""

    xi: np.ndarray  # events
    size: np.ndarray  # persons or person-time
    person_time: bool

    @property
    def k(self) -> int:
        """Number of groups."""
        return self.xi.size


@dataclass(frozen=True, slots=True)
class Zeros:
    """What is done about empty cells: for the studies' own estimates, and for the pool.

    `add` is added to the cells of the tables that `to` names: only0 (tables with an empty cell),
    if0all (all, if any table has one), all, none. `drop00` leaves out tables in which one outcome
    never occurs.
    """

    add: tuple[float, float] = (0.5, 0.0)
    to: tuple[str, str] = ("only0", "none")
    drop00: tuple[bool, bool] = (True, False)

    def __post_init__(self):
        """Refuse settings that do not exist, all at once."""
        problems = [f"to {x!r}: admissible are {', '.join(TO)}" for x in self.to if x not in TO]
        problems += [f"add {x}: must be 0 or more" for x in self.add if not 0.0 <= x < np.inf]
        for name in ("add", "to", "drop00"):
            if len(getattr(self, name)) != 2:
                problems.append(f"{name}: needs two values, for the studies and for the pool")
        if problems:
            raise InputError(problems)

    def for_studies(self, tables):
        """Return (tables after the addition, mask of the tables that keep an estimate)."""
        return _treated(tables, self.add[0], self.to[0], self.drop00[0])

    def for_pool(self, tables):
        """Return the tables that are pooled, after the addition."""
        treated, keep = _treated(tables, self.add[1], self.to[1], self.drop00[1])
        return treated.rows(keep)


def two_by_two(ai, bi, ci, di) -> TwoByTwo:
    """Return the tables of k studies, checked: counts of persons, at least one in each group.

    Raises
    ------
    InputError
        For a count that is not a number at or above 0 or a group without persons; names every
        such row, counted from 0.
    """
    names = ("ai", "bi", "ci", "di")
    columns = _columns(names, (ai, bi, ci, di))
    problems = _negative(names, columns)
    for group, (x, y) in enumerate((columns[:2], columns[2:]), start=1):
        problems += [f"row {i}: group {group} has no persons" for i in np.flatnonzero(x + y == 0)]
    return TwoByTwo(*_accepted(columns, problems))


def person_time(x1i, t1i, x2i, t2i) -> PersonTime:
    """Return events and person-time of k studies, checked.

    Raises
    ------
    InputError
        For events below 0 or person-time not above 0; names every such row, counted from 0.
    """
    names = ("x1i", "t1i", "x2i", "t2i")
    columns = _columns(names, (x1i, t1i, x2i, t2i))
    problems = _negative(names, columns) + _zero(("t1i", "t2i"), columns[1::2])
    return PersonTime(*_accepted(columns, problems))


def one_group(xi, *, ni=None, ti=None) -> OneGroup:
    """Return events out of `ni` persons, or in `ti` person-time (give one of the two), checked.

    Raises
    ------
    InputError
        For events below 0 or above ni, or a size that is not above 0; names every such row.
    """
    if (ni is None) == (ti is None):
        raise InputError(["give either ni (persons) or ti (person-time)"])
    name, size = ("ni", ni) if ti is None else ("ti", ti)
    columns = _columns(("xi", name), (xi, size))
    problems = _negative(("xi", name), columns) + _zero((name,), columns[1:])
    if ti is None:
        over = np.flatnonzero(columns[0] > columns[1])
        problems += [f"row {i}: xi {columns[0][i]:g} is above ni {columns[1][i]:g}" for i in over]
    xi, size = _accepted(columns, problems)
    return OneGroup(xi, size, ni is None)


def _columns(names, values) -> list[np.ndarray]:
    """Columns of equal length, as floats."""
    columns = [np.atleast_1d(x) for x in as_columns(**dict(zip(names, values, strict=True)))]
    if len({x.shape for x in columns}) > 1 or columns[0].ndim != 1:
        shapes = ", ".join(f"{n} {x.shape}" for n, x in zip(names, columns, strict=True))
        raise InputError([f"the columns must have one length: {shapes}"])
    return columns


def _negative(names, columns) -> list[str]:
    """Name all counts that are not finite and at or above 0."""
    return [
        f"row {i}: {name} is {x[i]:g}, not a count at or above 0"
        for name, x in zip(names, columns, strict=True)
        for i in np.flatnonzero(~((x >= 0.0) & np.isfinite(x)))
    ]


def _zero(names, columns) -> list[str]:
    """Name all sizes that are 0."""
    return [
        f"row {i}: {name} is 0, must be above 0"
        for name, x in zip(names, columns, strict=True)
        for i in np.flatnonzero(x == 0.0)
    ]


def _accepted(columns, problems):
    """Return the columns, or refuse them."""
    if problems:
        raise InputError(problems)
    return columns


def _treated(tables, add, to, drop00):
    """Add to the cells that `to` names and mark the tables that are kept."""
    keep = ~tables.is_empty if drop00 else np.ones(tables.k, dtype=bool)
    where = {
        "only0": tables.has_zero,
        "if0all": np.full(tables.k, bool((tables.has_zero & keep).any())),
        "all": np.ones(tables.k, dtype=bool),
        "none": np.zeros(tables.k, dtype=bool),
    }[to]
    return tables.plus(np.where(where, add, 0.0)), keep
