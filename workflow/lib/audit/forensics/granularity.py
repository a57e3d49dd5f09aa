"""GRIM, GRIMMER and DEBIT: means and SDs that whole-number answers of n persons cannot give.

Each test asks for something that must be true of every sample of whole numbers, so that a sample
can never fail it; it passes some summaries that no sample has. All work on the sums of the answers:
a mean of `items` whole numbers over n persons is a whole number divided by n times items.
"""

from dataclasses import dataclass
from math import ceil, floor, inf

from workflow.lib.audit.forensics.cells import scale_of
from workflow.lib.audit.forensics.finding import Checked
from workflow.lib.audit.rounding import SLACK

MEANS = {"mean": "sd", "mean_decrease": "sd_change", "mean_increase": "sd_change"}  # mean -> its SD
MOST_TOTALS = 100  # sums that a coarse mean allows; with more of them nothing can be excluded
UNKNOWN = (
    "config.yaml, outcomes.{}: it does not say whether answers are whole numbers (`integer`) and how "
    "many are averaged (`items`)"
)


@dataclass(frozen=True, slots=True)
class Grain:
    """Whole-number answers: how many persons, how many answers in a score, the ends of the scale."""

    n: int
    items: int
    low: float = -inf
    high: float = inf

    @property
    def answers(self):
        """Number of single answers behind a mean."""
        return self.n * self.items


def totals(low, high, grain):
    """(first, last) whole sum of answers whose mean lies in [low, high]; none if last < first."""
    slack = SLACK * max(1.0, abs(low), abs(high)) * grain.answers
    return ceil(low * grain.answers - slack), floor(high * grain.answers + slack)


def nearest_means(value, grain):
    """The possible means just below and just above `value`."""
    total = floor(value * grain.answers)
    return total / grain.answers, (total + 1) / grain.answers


def has_sample(mean, sd, grain):
    """Whether some whole sums S of scores and Q of squares fit both the mean and the SD.

    `mean` and `sd` are (low, high). Scores times items are whole numbers y; Q = (n - 1) sd^2 + S^2 / n
    must be whole, odd where S is odd, and within what n numbers between the ends of the scale can
    sum to (Anaya 2016; Allard 2018).
    """
    first, last = totals(*mean, grain)
    if last - first > MOST_TOTALS:
        return True
    return any(_has_squares(total, sd, grain) for total in range(first, last + 1))


def _has_squares(total, sd, grain):
    """Whether a whole sum of squares of the right parity fits the SD for this sum of scores."""
    n, factor = grain.n, grain.items**2 * (grain.n - 1)
    ends = (max(end, 0.0) ** 2 * factor + total * total / n for end in sd)
    slack = SLACK * max(1.0, total * total / n, factor * sd[1] ** 2)
    low, high = next(ends) - slack, next(ends) + slack
    least, most = _squares_between(total, grain)
    low, high = max(ceil(low), least), min(floor(high), most)
    return low + (low - total) % 2 <= high


def _squares_between(total, grain):
    """Smallest and largest sum of squares of n whole numbers with this sum, within the scale."""
    n = grain.n
    share, rest = divmod(total, n)
    least = (n - rest) * share**2 + rest * (share + 1) ** 2
    if grain.low == -inf:
        return least, inf
    bottom, top = ceil(grain.low * grain.items), floor(grain.high * grain.items)
    above = total - n * bottom
    if not 0 <= above <= n * (top - bottom):
        return 0, -1  # the sum itself lies outside the scale
    full, rest = divmod(above, top - bottom)
    most = full * top**2 + (n - full) * bottom**2
    return least, most + ((bottom + rest) ** 2 - bottom**2 if rest else 0)


def grim(cells, outcomes):
    """Means that no whole sum of answers gives (Brown and Heathers 2017)."""
    tested = Checked("grim")
    for cell, name, entry, grain in _grained(cells, outcomes, tested, MEANS):
        width = entry.high - entry.low
        if width * grain.answers >= 1:
            tested.skip("with so many answers every mean of these digits is possible")
            continue
        tested.compared += 1
        first, last = totals(entry.low, entry.high, grain)
        if last < first:
            _flag_mean(tested, cell, (name, entry), grain)
    return tested


def _flag_mean(tested, cell, named, grain):
    """A mean that fails; one that passes where digits are cut off instead of rounded is a note."""
    name, entry = named
    below, above = (shown_mean(mean, entry.decimals) for mean in nearest_means(entry.value, grain))
    cut = (entry.value, entry.value + (entry.high - entry.low))
    weak = entry.value >= 0 and totals(*cut, grain)[0] <= totals(*cut, grain)[1]
    times = f" with {grain.items} items each" if grain.items > 1 else ""
    message = (
        f"{cell.where}: {name} = {entry.text} cannot be a mean of whole numbers of {grain.n} persons"
        f"{times}: {entry.text} x {grain.answers} = {shown_total(entry.value * grain.answers)}; "
        f"the nearest possible means are {below} and {above}"
    )
    tested.flag(cell.study, (entry.id, cell.entries["n"].id), message + _cut(weak), weak=weak)


def _cut(weak):
    return "; digits that are cut off instead of rounded would explain it" if weak else ""


def shown_mean(value, decimals):
    """A possible mean with one digit more than the printed one."""
    return f"{value:.{decimals + 1}f}"


def shown_total(value):
    """A sum with the digits that show that it is not whole."""
    return f"{value:.6g}"


def grimmer(cells, outcomes):
    """SDs that no whole numbers with the printed mean have (Anaya 2016; Allard 2018)."""
    return _of_spread("grimmer", cells, outcomes, lambda scale: (scale.low, scale.high) != (0, 1))


def debit(cells, outcomes):
    """SDs of yes-or-no answers that do not follow from their mean (Heathers and Brown 2019)."""
    return _of_spread("debit", cells, outcomes, lambda scale: (scale.low, scale.high) == (0, 1))


def _of_spread(check, cells, outcomes, wanted):
    """Findings on every mean with its SD on a scale that is `wanted`."""
    tested = Checked(check)
    chosen = {
        (name, unit)
        for name, outcome in outcomes.items()
        for unit in outcome.get("units", ())
        if wanted(scale_of(outcomes, name, unit))
    }
    for cell, name, entry, grain in _grained(cells, outcomes, tested, MEANS, chosen):
        spread = cell.entries.get(MEANS[name])
        first, last = totals(entry.low, entry.high, grain)
        if spread is None or spread.unit != entry.unit or grain.n < 2 or last < first:
            continue  # without an SD there is nothing to test; a mean that fails is told by GRIM
        tested.compared += 1
        if not has_sample((entry.low, entry.high), (spread.low, spread.high), grain):
            _flag_spread(tested, cell, (name, entry, spread), grain)
    return tested


def _flag_spread(tested, cell, named, grain):
    """An SD that fails, with the nearest ones that would pass."""
    name, entry, spread = named
    unit = spread.high - spread.low
    cut = (spread.value, spread.value + unit)
    weak = has_sample((entry.low, entry.high), cut, grain)
    near = _nearest_spread((entry.low, entry.high), spread, grain)
    message = (
        f"{cell.where}: no {grain.n} whole-number answers have {name} = {entry.text} and "
        f"{MEANS[name]} = {spread.text}: (n - 1) SD^2 + (sum)^2 / n would have to be a whole number of "
        f"the parity of the sum{near}"
    )
    rows = (entry.id, spread.id, cell.entries["n"].id)
    tested.flag(cell.study, rows, message + _cut(weak), weak=weak)


def _nearest_spread(mean, spread, grain):
    """'; the nearest possible SD is 2.49', among the next ten printable ones, or nothing."""
    unit = spread.high - spread.low
    for step in range(1, 11):
        for value in (spread.value - step * unit, spread.value + step * unit):
            if value > 0 and has_sample(mean, (value - unit / 2, value + unit / 2), grain):
                return f"; the nearest possible SD is {value:.{spread.decimals}f}"
    return ""


def _grained(cells, outcomes, tested, means, chosen=None):
    """(cell, quantity, entry, Grain) of every mean whose grain is known; the others are counted."""
    for cell in cells:
        for name in (name for name in means if name in cell.entries and not cell.patient):
            entry = cell.entries[name]
            scale = scale_of(outcomes, cell.outcome, entry.unit)
            if scale is None or (chosen is not None and (cell.outcome, entry.unit) not in chosen):
                continue
            if scale.integer is None or (scale.integer and not scale.items):
                tested.skip(UNKNOWN.format(cell.outcome))
            elif scale.integer and cell.n is None:
                tested.skip("n is not printed beside the mean")
            elif scale.integer:
                yield cell, name, entry, _grain(cell, name, scale)


def _grain(cell, name, scale):
    """The Grain of a score, or of a change, which runs from minus to plus the width of the scale."""
    if name == "mean":
        return Grain(cell.n, scale.items, scale.low, scale.high)
    width = scale.high - scale.low
    return Grain(cell.n, scale.items, -width, width)
