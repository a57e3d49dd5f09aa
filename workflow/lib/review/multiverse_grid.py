"""The grid of a multiverse: every combination of options, without those declared impossible."""

from dataclasses import dataclass
from math import prod

import numpy as np


@dataclass(frozen=True, slots=True)
class Grid:
    """n universes: for each decision the place of the option that each of them takes."""

    sizes: tuple[int, ...]  # options of each decision
    choice: np.ndarray  # (n, decisions), the last decision varies fastest

    def __len__(self) -> int:
        """How many universes there are."""
        return len(self.choice)

    def place(self, decisions: slice) -> np.ndarray:
        """Place of each universe in the grid of some decisions alone, (n,)."""
        sizes = self.sizes[decisions]
        if not sizes:
            return np.zeros(len(self.choice), dtype=int)
        return np.ravel_multi_index(tuple(self.choice[:, decisions].T), sizes)


def grid(sizes, impossible=()) -> Grid:
    """The Grid of decisions with so many options each.

    `impossible` are combinations that cannot be: each maps the place of a decision to the places of
    its options that cannot go together with those of the other decisions it names.
    """
    sizes = tuple(sizes)
    every = np.stack(np.unravel_index(np.arange(prod(sizes)), sizes), axis=1).astype(np.int32)
    excluded = np.zeros(len(every), dtype=bool)
    for one in impossible:
        excluded |= _met(every, one)
    return Grid(sizes, every[~excluded])


def _met(choice, one):
    """Which universes take one of the named options at every decision that is named, (n,)."""
    return np.all(
        [np.isin(choice[:, decision], places) for decision, places in one.items()], axis=0
    )
