"""Round values on the axis of a forest plot, and round ratios on a logarithmic one, with their names."""

import math
from collections.abc import Iterator, Sequence

from matplotlib.ticker import MaxNLocator

STEPS = [1, 2, 2.5, 5, 10]
NARROW = (
    4.0  # ratio of the ends below which the ticks of a logarithmic axis are evenly spaced ratios
)
NARROW_ODDS = 1.5  # log odds between the ends below which proportions are evenly spaced
SHARES = (  # proportions up to one half, from many ticks to few; above it they are mirrored
    (0.001, 0.005, 0.01, 0.03, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5),
    (0.001, 0.005, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5),
    (0.001, 0.01, 0.03, 0.1, 0.25, 0.5),
    (0.001, 0.01, 0.1, 0.5),
    (0.001, 0.5),
    (0.5,),
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


def named_correlations(lo: float, hi: float) -> Iterator[list[Tick]]:
    """Sets of round correlations whose Fisher's z lies from lo to hi, the densest first."""
    for found in named_values(math.tanh(lo), math.tanh(hi)):
        yield [(math.atanh(value), name) for value, name in found if -1 < value < 1]


def named_proportions(lo: float, hi: float) -> Iterator[list[Tick]]:
    """Sets of round proportions whose log odds lie from lo to hi, the densest first."""
    if hi - lo < NARROW_ODDS:
        for found in named_values(_share(lo), _share(hi)):
            yield [(_odds(value), name) for value, name in found if 0 < value < 1]
    for among in SHARES:
        shares = sorted({*among, *(round(1 - share, 6) for share in among)})
        inside = [share for share in shares if lo <= _odds(share) <= hi]
        yield [(_odds(share), f"{share:.10g}") for share in inside]
    yield [((lo + hi) / 2, f"{_share((lo + hi) / 2):.3g}")]


def _share(x: float) -> float:
    return 1 / (1 + math.exp(-min(max(x, -LARGEST), LARGEST)))


def _odds(share: float) -> float:
    return math.log(share) - math.log1p(-share)


NAMED = {
    "plain": named_values,
    "log": named_ratios,
    "z": named_correlations,
    "logit": named_proportions,
}
