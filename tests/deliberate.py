"""Where the library differs from metafor on purpose, by what the two numbers are.

An oracle names in RULES those that hold for its topic; single cases stay in its DIFFERENCES.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import sqrt

NEAR = 1e-10  # share of the smallest vi below which a tau2 of metafor's stands for the boundary


@dataclass(frozen=True)
class Rule:
    """A reason, the names (patterns) that it is about, and the test of the two numbers."""

    reason: str
    names: tuple[str, ...]
    holds: Callable  # (ours, metafor's, our whole answer, smallest vi) -> bool

    def excuses(self, name: str, ours, theirs, found, unit: float) -> bool:
        """Whether this difference is meant."""
        return any(fnmatchcase(name, pattern) for pattern in self.names) and bool(
            self.holds(ours, theirs, found, unit)
        )


def _stopped_above(limit: Callable) -> Callable:
    """Ours is exactly 0, metafor's between 0 and a limit that follows from the smallest vi."""
    return lambda ours, theirs, found, unit: (
        ours == 0.0 and theirs is not None and 0.0 < theirs <= limit(unit)
    )


def _near(ours, theirs, limit: float) -> bool:
    """Both are numbers and not farther apart."""
    both = isinstance(ours, float) and isinstance(theirs, (float, int))
    return both and abs(ours - theirs) <= limit


def _a_point(ours, theirs, found, unit) -> bool:
    """Our interval has no width, metafor's that of a tau just above 0."""
    tau2 = found["simple"]["pi_se"] if "simple" in found else found.get("tau2")
    return tau2 == 0.0 and _near(ours, theirs, 3.0 * sqrt(NEAR * unit))


BOUNDARY = "tau2 is 0: metafor's iteration stops just above it"
AT_ZERO = (
    Rule(BOUNDARY, ("tau2", "tau2_del"), _stopped_above(lambda unit: NEAR * unit)),
    Rule(BOUNDARY, ("tau", "simple.pi_se"), _stopped_above(lambda unit: sqrt(NEAR * unit))),
    Rule(BOUNDARY, ("I2",), _stopped_above(lambda unit: 100.0 * NEAR)),
    Rule(BOUNDARY, ("*pi_simple", "simple.pi"), _a_point),
    Rule(
        BOUNDARY,
        ("ranef", "ranef_*"),
        lambda ours, theirs, found, unit: (
            ours == 0.0 and _near(ours, theirs, 3.0 * sqrt(NEAR * unit))
        ),
    ),
)
NO_WIDTH = Rule(
    "equal effects have a Knapp-Hartung standard error of 0: metafor gives an infinite statistic "
    "and p = 0, the library no test and the reason",
    ("*pval", "*stat", "*tval"),
    lambda ours, theirs, found, unit: ours is None and theirs in (0.0, "Inf", "-Inf"),
)
ROUNDING = Rule(
    "equal effects: metafor has rounding errors of 1e-16 where the library has exact zeros",
    ("dffits", "cook_d", "dfbs", "baujat.y", "fit.ML.dev"),
    lambda ours, theirs, found, unit: _near(ours, theirs, 1e-13) and abs(ours) < 1e-13,
)
ONE_STUDY = Rule(
    "one study says nothing of heterogeneity or of another setting: metafor gives tau2 = 0 and "
    "prediction intervals, the library nothing and the reason",
    ("*",),
    lambda ours, theirs, found, unit: ours in (None, []) and found["k"] == 1,
)
