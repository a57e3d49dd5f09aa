"""How a model of dependent estimates is fitted and tested."""

from dataclasses import dataclass

METHODS = ("REML", "ML")
TESTS = ("z", "t")
DFS = ("residual", "contain")


@dataclass(frozen=True, slots=True)
class Settings:
    """Options of all fits of this room."""

    method: str = "REML"  # or ML
    test: str = "z"  # or t
    # of t: k - p for every coefficient (residual), or the levels of the factor that contains
    # the coefficient, minus p (contain)
    dfs: str = "residual"
    level: float = 95.0  # of intervals, percent
