"""What one comparison of printed quantities says about the claims that take part in it."""

from dataclasses import dataclass
from math import isfinite

WRONG = "which of the printed numbers is wrong"
AGREES = {True: "consistent", False: "contradicted"}


@dataclass(frozen=True, slots=True)
class Relation:
    """One comparison: on which claims it decides, with which verdict, and its arithmetic."""

    targets: tuple[str, ...]  # ids of claims
    verdict: str
    arithmetic: str
    missing: str = ""
    basis: tuple[str, ...] = ()  # other claims that it rests on


def relation(targets, agrees, arithmetic, *, missing=WRONG):
    """A Relation that is consistent, or contradicted with what would settle it."""
    return Relation(tuple(targets), AGREES[agrees], arithmetic, "" if agrees else missing)


def shown(value):
    """A computed number in the arithmetic: four significant digits."""
    return f"{value:.4g}" if isfinite(value) else "any size"


def span(low, high):
    """A computed range; one number where its ends print the same."""
    return shown(low) if shown(low) == shown(high) else f"{shown(low)} to {shown(high)}"
