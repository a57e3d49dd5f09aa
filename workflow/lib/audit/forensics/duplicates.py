"""Studies that may be the same patients: one registration, or the same n, mean and SD at baseline."""

from collections import defaultdict
from itertools import combinations
from math import prod

from workflow.lib.audit.forensics.cells import BASELINE
from workflow.lib.audit.forensics.finding import Checked, shown

MOST_BY_CHANCE = 0.01  # expected pairs of different studies that agree so, in this extraction
SPREAD_OF_N = 20  # sizes that studies of one kind easily have: a careful, small number
MOST_LISTED = 50  # studies that share one set of numbers; beyond that it is no pair


def duplicate_cohorts(cells, studies):
    """Pairs of studies with one registration number, or whose baselines agree beyond chance."""
    tested = Checked("duplicate_cohorts")
    _registrations(tested, studies)
    groups, cohorts = defaultdict(list), set()
    for cell in cells:
        if cell.time_point == BASELINE and not cell.patient and cell.n and cell.get("mean", "sd"):
            cohorts.add(cell.study)
            groups[_numbers(cell)].append(cell)
    pairs = len(cohorts) * (len(cohorts) - 1) // 2
    tested.compared += pairs
    for (one, other), shared in sorted(_shared(groups).items()):
        expected = pairs * prod(_chance(cell, first) for first, (cell, _) in _numbered(shared))
        if expected <= MOST_BY_CHANCE:
            _flag_pair(tested, (one, other), shared, (pairs, expected))
    return tested


def _numbers(cell):
    """What must be the same, digit for digit."""
    mean, sd = cell.get("mean", "sd")
    return cell.outcome, mean.unit, sd.unit, cell.n, mean.text, sd.text


def _shared(groups):
    """(study, study) -> pairs of cells with the same numbers; one cell is matched once."""
    found = defaultdict(list)
    for group in groups.values():
        of_study = {}
        for cell in group:
            of_study.setdefault(cell.study, cell)
        if 1 < len(of_study) <= MOST_LISTED:
            for one, other in combinations(sorted(of_study), 2):
                found[one, other].append((of_study[one], of_study[other]))
    return found


def _numbered(shared):
    """(whether it is the first, pair) of each pair of cells."""
    return [(place == 0, pair) for place, pair in enumerate(shared)]


def _chance(cell, first):
    """Probability that a study of the same kind prints the same mean and SD, and the same n once.

    Means spread over about two SDs, SDs over about one half of an SD, in steps of the last digit.
    """
    mean, sd = cell.get("mean", "sd")
    steps = max(1.0, 2 * sd.value / (mean.high - mean.low))
    steps *= max(1.0, 0.5 * sd.value / (sd.high - sd.low))
    return 1 / (steps * (SPREAD_OF_N if first else 1))


def _flag_pair(tested, pair, shared, odds):
    one, other = pair
    same = "; ".join(
        f"{cell.where}: n = {cell.n}, mean = {cell.entries['mean'].text}, SD = {cell.entries['sd'].text}"
        for cell, _ in shared
    )
    rows = [
        cell.entries[name].id for both in shared for cell in both for name in ("n", "mean", "sd")
    ]
    message = (
        f"{one} and {other} print the same numbers ({same}); among {odds[0]} pairs of studies about "
        f"{shown(odds[1])} would do so by chance: they may be the same patients"
    )
    tested.flag("", rows, message)


def _registrations(tested, studies):
    """Studies with the same registration number."""
    found = defaultdict(list)
    for study in studies:
        if study["registration"] and study["role"] not in ("review", "excluded"):
            found[study["registration"].strip().upper()].append(study["study"])
    tested.compared += sum(map(len, found.values()))
    for number, names in found.items():
        if len(names) > 1:
            message = f"{' and '.join(names)} have one registration, {number}: they may be the same patients"
            tested.flag("", (), message)
