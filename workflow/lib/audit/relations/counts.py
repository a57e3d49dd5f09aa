"""Counts, totals, parts and percentages against one another; ties may be rounded either way."""

from math import ceil, floor

from workflow.lib.audit.relations.relation import relation, shown
from workflow.lib.audit.rounding import SLACK


def count_relations(line):
    """'N of M', N, M, P% and the parts of M of one line: every pair that says the same thing."""
    shares = list(_shares(line))
    for count, total, names in shares:
        if "percent" in line.by and total:
            percent = line.number("percent")
            text = f"{count} of {total} is {shown(100 * count / total)}%"
            yield relation(line.ids("percent", *names), percent.touches(100 * count / total), text)
        if count > total:
            text = f"{count} of {total} is more than all"
            yield relation(line.ids(*names), False, text)
    if len(shares) > 1:
        (count, total, names), (count2, total2, names2) = shares
        text = f"{count} of {total} and {count2} of {total2}"
        yield relation(line.ids(*names, *names2), (count, total) == (count2, total2), text)
    if "percent" in line.by and not shares:
        yield from _percent_alone(line)
    yield from _parts(line)


def _shares(line):
    """(count, total, quantities) of what the line says to be count of total."""
    if "fraction" in line.by:
        count, total = line.by["fraction"]["printed"].replace(" of ", "/").split("/")
        yield int(count), int(total), ("fraction",)
    found = line.numbers("count", "total")
    if found:
        yield int(found[0].value), int(found[1].value), ("count", "total")


def _percent_alone(line):
    """A percentage with only its total, or only its count: some whole number must give it."""
    percent, total, count = (line.number(name) for name in ("percent", "total", "count"))
    if total and total.value > 0:
        yield _of_total(line, percent, total)
    elif count and count.value > 0 and percent.high > 0:
        yield _of_count(line, percent, count)


def _of_total(line, percent, total):
    """Whether some whole number is this percentage of the total."""
    share = total.value / 100
    first, last = _whole(max(percent.low, 0.0) * share, percent.high * share)
    said = (
        "no whole number" if last < first else " to ".join(map(str, dict.fromkeys((first, last))))
    )
    text = f"{_bare(percent)}% of {total.text} is {shown(percent.value * share)}: {said} prints so"
    return relation(line.ids("percent", "total"), first <= last, text)


def _of_count(line, percent, count):
    """Whether the count is this percentage of some whole number."""
    hundred = 100 * count.value
    first = max(ceil(hundred / percent.high * (1 - SLACK)), int(count.value))
    fits = percent.low <= 0 or first <= hundred / percent.low * (1 + SLACK)
    said = f"a total of {first}" if fits else "no whole total"
    text = f"{count.text} of a total is {_bare(percent)}%: {said} prints so"
    return relation(line.ids("percent", "count"), fits, text)


def _bare(percent):
    """The printed digits of a percentage without its sign."""
    return percent.text.rstrip("%")


def _whole(low, high):
    """(first, last) whole number in a closed range."""
    slack = SLACK * max(1.0, abs(high))
    return ceil(low - slack), floor(high + slack)


def _parts(line):
    """Parts that must add up to their total."""
    parts = [claim for claim in line.claims if claim["quantity"] == "part"]
    total = line.number("total")
    if len(parts) < 2 or not total:
        return
    values = [int(claim["printed"]) for claim in parts]
    text = f"{' + '.join(map(str, values))} = {sum(values)}, the total is {total.text}"
    targets = (*line.ids("total"), *(claim["id"] for claim in parts))
    yield relation(targets, sum(values) == total.value, text)
