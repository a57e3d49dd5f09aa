"""Where the studies of many groups lie, and the blocks of groups that are computed together.

A block is a pair of (K, m) arrays: one column per group, so that every sum over studies runs
down the first axis along contiguous memory. Groups of one block have nearly the same number of
studies; shorter columns are filled up with vi = inf, whose weight is exactly 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.numbers import as_labels

ELEMENTS = 131_072  # of a block: its arrays stay in the cache, its calls cost little
_EXACT = 8  # up to this many studies a block has groups of one size only
_SLACK = 1.3  # above it sizes may differ by this factor


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Rows of the studies of each group: rows[starts[g] : starts[g] + sizes[g]]."""

    labels: np.ndarray  # (groups,), sorted
    rows: np.ndarray | None  # (n,); None if the rows are already in this order
    starts: np.ndarray  # (groups,)
    sizes: np.ndarray  # (groups,)

    def place(self, groups: np.ndarray, longest: int) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the rows of `groups` (m,) as (longest, m), and which of them do not exist."""
        step = np.arange(longest)[:, None]
        missing = step >= self.sizes[groups]
        if not missing.any():
            missing = None
        else:
            step = np.where(missing, 0, step)
        at = self.starts[groups] + step
        return (at if self.rows is None else self.rows.take(at)), missing


def arrange(group) -> Arrangement:
    """Return where the rows of each value of `group` (n,) lie; labels come out sorted.

    Raises
    ------
    InputError
        If the labels are neither whole numbers nor texts.
    """
    group = as_labels("group", group)
    if group.dtype.kind not in "iubU":
        raise InputError([f"group: must be whole numbers or texts, not {group.dtype}"])
    bounds = _bounds(group)
    labels = group[bounds[:-1]]
    if len(labels) < 2 or bool((labels[:-1] < labels[1:]).all()):
        return Arrangement(labels, None, bounds[:-1], np.diff(bounds))
    if group.dtype.kind not in "iub":
        labels, group = np.unique(group, return_inverse=True)
        return _sorted_by_code(labels, group)
    return _sorted_by_code(None, group)


def _bounds(group: np.ndarray) -> np.ndarray:
    """Where the value changes, with both ends."""
    changes = np.flatnonzero(group[1:] != group[:-1]) + 1
    return np.concatenate([[0], changes, [len(group)]]) if len(group) else np.zeros(1, dtype=int)


def _sorted_by_code(labels, codes: np.ndarray) -> Arrangement:
    """Arrange whole numbers; they are sorted together with their row in one word each."""
    lowest, bits = int(codes.min()), int(len(codes) - 1).bit_length()
    if (int(codes.max()) - lowest).bit_length() + bits > 64:
        labels, codes = np.unique(codes, return_inverse=True)
        return _sorted_by_code(labels, codes)
    key = codes.astype(np.int64).view(np.uint64)
    key -= np.uint64(lowest % 2**64)
    key <<= np.uint64(bits)
    key |= np.arange(len(codes), dtype=np.uint64)
    key.sort()
    starts = _starts(key, bits)
    values = ((key[starts] >> np.uint64(bits)) + np.uint64(lowest % 2**64)).view(np.int64)
    key &= np.uint64(2**bits - 1)
    labels = values.astype(codes.dtype) if labels is None else labels
    return Arrangement(labels, key.view(np.int64), starts, np.diff(starts, append=len(codes)))


def _starts(key: np.ndarray, bits: int, chunk: int = 1 << 20) -> np.ndarray:
    """First position of each value in sorted keys, found piece by piece to save memory."""
    found = [np.zeros(1, dtype=np.int64)]
    for start in range(1, len(key), chunk):
        values = key[start - 1 : start + chunk] >> np.uint64(bits)
        found.append(np.flatnonzero(values[1:] != values[:-1]) + start)
    return np.concatenate(found)


def blocks(sizes: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """Yield the groups of each block and the number of studies of its largest group."""
    order = np.argsort(sizes, kind="stable")
    ordered, first = sizes[order], 0
    while first < len(order):
        smallest = int(ordered[first])
        limit = smallest if smallest <= _EXACT else int(_SLACK * smallest)
        last = int(np.searchsorted(ordered, limit, side="right"))
        last = min(last, first + max(1, ELEMENTS // max(1, int(ordered[last - 1]))))
        yield order[first:last], int(ordered[last - 1])
        first = last
