"""Round values on the axis of a forest plot, and round ratios on a logarithmic one, with their names."""

import math
from collections.abc import Iterator, Sequence

from matplotlib.ticker import MaxNLocator

STEPS = [1, 2, 2.5, 5, 10]
NARROW = (
    4.0  # ratio of the ends below which the ticks of a logarithmic axis are evenly spaced ratios
)
LARGEST = 690.0  # size of the logarithms up to which ticks are looked for
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Tick = tuple[float, str]  # where it stands, and its name


def named_values(lo: float, hi: float) -> Iterator[list[Tick]]:
    """Sets of round values from lo to hi, the densest first."""
    for count in range(7, 0, -1):
        values = MaxNLocator(count, steps=STEPS).tick_values(lo, hi)
        inside = [float(value) for value in values if lo <= value <= hi]
        yield list(zip(inside, _names(inside), strict=True))


def _names(values: Sequence[float]) -> list[str]:
    """Ticks as text, all with the decimals that the longest needs and with a true minus sign."""
    plain = [f"{value if abs(value) > 1e-12 else 0.0:.10g}" for value in values]
    if any("e" in name for name in plain):
        return [name.replace("-", "−") for name in plain]
    decimals = max((len(name.partition(".")[2]) for name in plain), default=0)
    return [f"{float(name):.{decimals}f}".replace("-", "−") for name in plain]


def named_ratios(lo: float, hi: float) -> Iterator[list[Tick]]:
    """Sets of round ratios whose logarithms lie from lo to hi, the densest first; 1 is in each."""
    first, last = (math.exp(min(max(end, -LARGEST), LARGEST)) for end in (lo, hi))
    for values in _ratios(first, last):
        inside = sorted({value for value in values if first <= value <= last})
        if len(inside) > 1:
            yield [(math.log(value), _ratio_name(value)) for value in inside]
    middle = math.exp(min(max((lo + hi) / 2, -LARGEST), LARGEST))
    yield [(0.0, "1")] if lo <= 0.0 <= hi else [((lo + hi) / 2, f"{middle:.3g}")]


def _ratios(first: float, last: float) -> Iterator[list[float]]:
    """Sets of round ratios around the range."""
    if last < NARROW * first:
        for count in range(6, 1, -1):
            values = MaxNLocator(count, steps=STEPS).tick_values(first, last)
            yield [round(float(value), 10) for value in values]
    powers = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
    for leads in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        yield [float(f"{lead}e{power}") for power in powers for lead in leads]
    for step in (2, 3, 5, 10, 20, 50, 100):
        yield [float(f"1e{power}") for power in powers if power % step == 0]


def _ratio_name(value: float) -> str:
    """A ratio as text; from a million on, and below a ten-thousandth, as a power of ten."""
    if 1e-4 <= value < 1e6:
        return f"{value:.10g}"
    lead, _, power = f"{value:.0e}".partition("e")
    return f"{'' if lead == '1' else lead + '·'}10{str(int(power)).translate(RAISED)}"
