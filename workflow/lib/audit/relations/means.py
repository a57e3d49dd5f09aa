"""Means and SDs of whole-number answers: GRIM (Brown and Heathers 2017) and GRIMMER (Allard 2018).

A line is tested where it claims `items`, the number of whole-number answers averaged in one score.
"""

from workflow.lib.audit.forensics.granularity import (
    Grain,
    has_sample,
    nearest_means,
    shown_mean,
    shown_total,
    totals,
)
from workflow.lib.audit.relations.relation import relation


def mean_relations(line):
    """Whether the mean, and the SD with it, are those of n times items whole numbers."""
    found = line.numbers("mean", "n", "items")
    if found is None:
        return
    mean, n, items = found[0], int(found[1].value), int(found[2].value)
    if n < 1 or items < 1:
        return
    grain = Grain(n, items)
    first, last = totals(mean.low, mean.high, grain)
    near = " and ".join(
        shown_mean(value, mean.decimals) for value in nearest_means(mean.value, grain)
    )
    text = f"{mean.text} x {grain.answers} = {shown_total(mean.value * grain.answers)}"
    said = f"{text}; the nearest means of whole numbers are {near}" if last < first else text
    yield relation(line.ids("mean", "n"), first <= last, said)
    spread = line.number("sd")
    if spread and n > 1 and first <= last:
        fits = has_sample((mean.low, mean.high), (spread.low, spread.high), grain)
        words = "is" if fits else "cannot be"
        text = f"(n - 1) SD^2 + sum^2 / n {words} a whole number of the parity of the sum"
        yield relation(line.ids("sd", "n"), fits, text)
