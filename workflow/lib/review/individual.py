"""Scores of single patients: the mean, the spread and the correlation before and after that they give.

A value that a source prints always wins; these fill in what it does not print.
"""

from math import sqrt

SCORE = "score["  # a score that has the number of its patient
LEAST = 3  # patients with both scores, below which a correlation says nothing
STEP = "individual data"


def from_scores(cell):
    """Give the cell the number, the mean and the SD of its patients' scores, where it has several."""
    own = _scores(cell)
    if len(own) < 2:
        return
    words = {"step": STEP, "source": "definition", "origin": "derived"}
    for name, function, formula in (
        ("n", _count, "number of patients with a score"),
        ("mean", _mean, "mean over patients"),
        ("sd", _sd, "SD over patients"),
    ):
        if name not in cell.values:
            cell.derive(name, function, own, formula=formula, **words)


def from_pairs(cell, before):
    """Give a follow-up its mean decrease, the SD of the change and r from patients with both scores."""
    first, second = (_scores(one) if one else {} for one in (before, cell))
    both = [patient for patient in second if patient in first]
    if len(both) < LEAST:
        return
    given = {f"before {one}": first[one] for one in both} | {
        f"after {one}": second[one] for one in both
    }
    words = {"step": STEP, "source": "definition", "origin": "derived"}
    for name, function, formula in (
        ("mean_decrease", _mean_change, "mean of before - after over patients"),
        ("sd_change", _sd_change, "SD of before - after over patients"),
        ("r", _pearson, "correlation of before and after over patients"),
    ):
        if name not in cell.values:
            cell.attempt(name, function, given, formula=formula, **words)


def _scores(cell):
    """Patient -> score."""
    return {name: value for name, value in cell.values.items() if name.startswith(SCORE)}


def _halves(numbers):
    middle = len(numbers) // 2
    return numbers[:middle], numbers[middle:]


def _count(*numbers):
    return float(len(numbers))


def _mean(*numbers):
    return sum(numbers) / len(numbers)


def _sd(*numbers):
    mean = _mean(*numbers)
    return sqrt(sum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1))


def _changes(numbers):
    return [before - after for before, after in zip(*_halves(numbers), strict=True)]


def _mean_change(*numbers):
    return _mean(*_changes(numbers))


def _sd_change(*numbers):
    return _sd(*_changes(numbers))


def _pearson(*numbers):
    """Pearson's correlation; no spread, no correlation (ZeroDivisionError)."""
    before, after = _halves(numbers)
    a, b = _mean(*before), _mean(*after)
    cross = sum((x - a) * (y - b) for x, y in zip(before, after, strict=True))
    return cross / sqrt(sum((x - a) ** 2 for x in before) * sum((y - b) ** 2 for y in after))
