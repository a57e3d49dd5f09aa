"""What effects have in common: random intercepts of factors, and inner | outer structures."""

from dataclasses import dataclass, replace

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.dependence.blocks import codes_of
from workflow.lib.stats.numbers import as_labels

STRUCTS = ("CS", "HCS", "UN", "ID", "DIAG", "AR", "HAR", "CAR")


@dataclass(frozen=True, slots=True)
class Factor:
    """Random intercepts: the rows of one level share one deviation from the mean."""

    name: str
    codes: np.ndarray  # (k,), number of the row's level
    levels: tuple  # in sorted order
    sigma2: float | None  # variance, if it is not to be estimated

    @property
    def n_levels(self) -> int:
        """Number of levels."""
        return len(self.levels)


@dataclass(frozen=True, slots=True)
class Structure:
    """Correlated true effects of the inner levels (outcomes, times) within an outer level."""

    name: str
    struct: str  # CS HCS UN ID DIAG AR HAR CAR
    inner: np.ndarray  # (k,), number of the row's inner level
    outer: np.ndarray  # (k,)
    inner_levels: tuple
    outer_levels: tuple
    together: int  # most inner levels that one outer level holds
    fixed: tuple[tuple[int, float], ...]  # (place in tau2 + rho, value) of what is not estimated


def factor(name: str, values, *, sigma2: float | None = None) -> Factor:
    """Return the random intercepts of the levels in `values`, (k,); sigma2 fixes the variance.

    Raises
    ------
    InputError
        For a sigma2 below 0, a missing label.
    """
    if sigma2 is not None and not 0.0 <= sigma2 < np.inf:
        raise InputError([f"{name}: sigma2 is {sigma2}, must be 0 or larger"])
    codes, levels = codes_of(as_labels(name, values))
    return Factor(name, codes, levels, sigma2)


def nested(names, values, *, sigma2=None) -> tuple[Factor, ...]:
    """Return a factor per name, each within the one before it: ~ 1 | a/b/c, outermost first.

    `values` has one list per name; a level is told apart by its own value and all before it.
    `sigma2`: None, or one fixed variance (or None) per name.

    Raises
    ------
    InputError
        For lists of different length, a sigma2 below 0.
    """
    fixed = sigma2 if sigma2 is not None else (None,) * len(names)
    if not len(names) == len(values) == len(fixed):
        raise InputError(["nested: names, values and sigma2 must have one length"])
    values = [as_labels(name, own) for name, own in zip(names, values, strict=True)]
    if len({len(own) for own in values}) > 1:
        raise InputError(["nested: the lists of values differ in length"])
    found = []
    for depth, (own, s2) in enumerate(zip(values, fixed, strict=True)):
        one = factor("/".join(names[: depth + 1]), own, sigma2=s2)
        found.append(replace(one, **_within(found[-1], one)) if depth else one)
    return tuple(found)


def _within(outer: Factor, inner: Factor) -> dict[str, object]:
    """Codes and levels of the pairs of an outer and an inner level."""
    pairs, codes = np.unique(outer.codes * inner.n_levels + inner.codes, return_inverse=True)
    outside, inside = (part.tolist() for part in np.divmod(pairs, max(1, inner.n_levels)))
    names = zip(outside, inside, strict=True)
    levels = tuple(f"{outer.levels[a]}/{inner.levels[b]}" for a, b in names)
    return {"codes": codes.reshape(-1), "levels": levels}


def structure(inner, outer, *, struct="CS", name="inner | outer", fixed=()) -> Structure:
    """Return the structure of `inner` within `outer`, both (k,).

    CS: one variance, one correlation; HCS: a variance per inner level, one correlation; UN: all
    free; ID: one variance, no correlation; DIAG: a variance per inner level, no correlation; AR,
    HAR: the correlation of two inner levels that are d places apart in sorted order is rho^d,
    one variance or one per level; CAR: the correlation of times a, b is rho^|a - b|, rho in
    [0, 1]. `fixed` lists (place in tau2 + rho, value) of what is not estimated.

    Raises
    ------
    InputError
        For an unknown struct, lists of different length, inner levels that are no numbers for
        CAR.
    """
    problems = [] if struct in STRUCTS else [f"struct {struct!r}: one of {', '.join(STRUCTS)}"]
    inner, outer = as_labels("inner", inner), as_labels("outer", outer)
    if len(inner) != len(outer):
        problems.append("inner and outer must have one length")
    if problems:
        raise InputError(problems)
    (inner, inner_levels), (outer, outer_levels) = codes_of(inner), codes_of(outer)
    numbers = [isinstance(x, (int, float)) and not isinstance(x, bool) for x in inner_levels]
    if struct == "CAR" and not all(numbers):
        raise InputError(["struct CAR: inner must be numbers (time points)"])
    pairs = np.unique(np.column_stack([outer, inner]), axis=0)
    together = int(np.bincount(pairs[:, 0]).max(initial=0))
    levels = (inner_levels, outer_levels)
    return Structure(name, struct, inner, outer, *levels, together, tuple(fixed))
