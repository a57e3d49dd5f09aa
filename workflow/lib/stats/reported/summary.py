"""What a paper prints of a skewed outcome: minimum, quartiles, median, maximum and n, checked."""

from dataclasses import dataclass

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats import conversions as conv
from workflow.lib.stats.numbers import check_finite

NAMES = ("min", "q1", "median", "q3", "max")
SMALLEST = 5  # persons: below, order statistics say too little of a spread (Wan et al. 2014)
RANGE, QUARTILES, FIVE = 1, 2, 3  # the cases, as Wan et al. (2014) and their followers number them


@dataclass(frozen=True, slots=True)
class Summary:
    """Order statistics of one group; None where a paper does not print one."""

    min: float | None
    q1: float | None
    median: float | None
    q3: float | None
    max: float | None
    n: float

    @property
    def case(self) -> int | None:
        """1 if the range is there, 2 if the quartiles are, 3 if both are, else None."""
        has_range = self.min is not None and self.max is not None
        has_quartiles = self.q1 is not None and self.q3 is not None
        return {(True, False): RANGE, (False, True): QUARTILES, (True, True): FIVE}.get(
            (has_range, has_quartiles)
        )

    @property
    def used(self) -> tuple[float | None, ...]:
        """The values that the case uses, in ascending order; the median may be None."""
        return {
            RANGE: (self.min, self.median, self.max),
            QUARTILES: (self.q1, self.median, self.q3),
            FIVE: (self.min, self.q1, self.median, self.q3, self.max),
        }[self.case]

    def mapped(self, function) -> "Summary":
        """The summary of transformed values; `function` increases."""
        values = (getattr(self, name) for name in NAMES)
        return Summary(*(None if x is None else function(x) for x in values), self.n)


def check(summary: Summary) -> None:
    """Refuse a summary that no group has, or that says too little.

    Raises
    ------
    InputError
        If a value is not finite, or the values are not in order.
    NotEstimable
        If n is below 5, or neither the quartiles nor the range are there.
    """
    given = {name: getattr(summary, name) for name in NAMES}
    given = {name: value for name, value in given.items() if value is not None}
    check_finite(**given, n=summary.n)
    values = list(given.values())
    if values != sorted(values):
        told = ", ".join(f"{name} {value}" for name, value in given.items())
        raise InputError([f"{told}: must not decrease from one to the next"])
    if summary.n < SMALLEST:
        raise NotEstimable(f"n is {summary.n:g}: the methods need at least {SMALLEST} persons")
    if summary.case is None:
        raise NotEstimable("neither both quartiles nor both minimum and maximum are given")


def skewness(summary: Summary) -> conv.Skewness | None:
    """Return the test of symmetry of Shi et al. (2023), None where the median is missing.

    Raises
    ------
    NotEstimable
        If the ends are equal: nothing to judge symmetry by.
    """
    if summary.median is None:
        return None
    if summary.case == RANGE:
        return conv.skewness_test_range(*summary.used, summary.n)
    if summary.case == QUARTILES:
        return conv.skewness_test(*summary.used, summary.n)
    return conv.skewness_test_five_numbers(summary.used, summary.n)
