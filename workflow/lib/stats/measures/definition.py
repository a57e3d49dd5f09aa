"""What an effect measure is: its inputs, formula, options, scale and meaning."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

from workflow.lib.errors import InputError

COMPARISONS = (
    *("two groups", "pre-post", "pre-post-control", "matched pairs"),
    *("association", "one group", "generic"),
)
WHEN = ("only0", "all", "if0all", "none")
OF_SD = "a standard deviation is 0, r is 1, or n is too small for the correction"
OF_COUNTS = "a count is 0 and nothing is added to it (option add)"


@dataclass(frozen=True, slots=True)
class Options:
    """How a measure is computed, beyond its data."""

    correct: bool = True  # remove the small-sample bias, where the measure has a correction
    vtype: str = "LS"  # which sampling variance
    add: float = 0.0  # added to counts
    to: str = "only0"  # to which studies: with a count of 0, all, all if any has one, none
    drop00: bool = False  # leave out studies without any event, or with nothing but events


@dataclass(frozen=True, slots=True)
class Alternative:
    """A statistic that stands in for inputs that a study does not report."""

    name: str  # keyword argument of effect_size
    replaces: tuple[str, ...]  # inputs that it makes up for
    convert: Callable  # (values, the other inputs) -> dict of the inputs that it replaces


@dataclass(frozen=True, slots=True)
class Measure:
    """What an effect measure is and what it needs."""

    code: str  # metafor's, where it has one
    inputs: tuple[str, ...]  # keyword arguments of effect_size
    function: Callable  # (inputs, options) -> yi, vi
    source: str  # author year
    scale: str  # unit of yi, in words
    standardised: bool
    comparison: str  # one of COMPARISONS
    label: str
    df: str = ""  # degrees of freedom of J; empty if there is no J
    transform: str = "none"  # key of TRANSFORMS: from the natural scale to that of yi
    direction: str = "positive: higher in the experimental group"
    vtypes: tuple[str, ...] = ("LS",)  # admissible, the default first
    corrects: bool = False  # whether `correct` does anything
    counts: str = ""  # kind of counts to which `add` applies; empty if none
    add: float = 0.5  # default of `add`; only used with counts
    instead: tuple[Alternative, ...] = ()
    undefined: str = OF_SD  # why a study may have no such effect or variance

    def options(self, given: dict) -> tuple[Options, dict]:
        """Return the options among the keyword arguments `given`, and the rest of them.

        Raises
        ------
        InputError
            For an option or a value that this measure does not admit; lists all.
        """
        names = ("correct", "vtype", "add", "to", "drop00")
        wanted = {name: given[name] for name in names if given.get(name) is not None}
        problems = [text for name in wanted for text in self._refusal(name, wanted[name])]
        if problems:
            raise InputError(problems)
        defaults = {"vtype": self.vtypes[0], "add": self.add if self.counts else 0.0}
        rest = {name: value for name, value in given.items() if name not in names}
        return Options(**(defaults | wanted)), rest

    def _refusal(self, name: str, value) -> list[str]:
        """Why this measure does not admit this value of an option."""
        if name in ("add", "to", "drop00") and not self.counts:
            return [f"{self.code}: {name} is not an option; it is for measures of counts"]
        if name == "drop00" and value and self.counts not in TWO_ARMS:
            return [f"{self.code}: drop00 is not an option; it is for comparisons of two groups"]
        if name == "add" and not 0.0 <= value < float("inf"):
            return [f"{self.code}: add is {value}: it is a number of at least 0"]
        admissible = {"vtype": self.vtypes, "to": WHEN}.get(name)
        if admissible and value not in admissible:
            return [f"{self.code}: {name} {value!r}: admissible are {', '.join(admissible)}"]
        return []


TWO_ARMS = ("tables", "margins", "rates of two groups")
Inputs = SimpleNamespace  # arrays of shape (k,) under the names of Measure.inputs
