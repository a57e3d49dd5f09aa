"""Last digits of a study's means and SDs: in measured numbers each digit is about as frequent.

Only where there are enough of them, and only numbers whose last digit can be any (Mosimann et al. 1995).
"""

from collections import Counter, defaultdict

from scipy.special import chdtrc

from workflow.lib.audit.forensics.finding import Checked, shown

FEWEST = 100  # numbers, so that ten of each digit are expected
SMALLEST_P = (
    0.0001  # below it the pattern is worth a look; so small because many studies are tested
)
COARSE = 20  # a number must spread over at least so many units of its last digit
MEANS, SPREADS = ("mean", "mean_decrease", "mean_increase"), ("sd", "sd_change")


def last_digits(cells):
    """Studies whose last digits are far from uniform."""
    tested, found = Checked("last_digits"), defaultdict(list)
    for cell in (cell for cell in cells if not cell.patient):
        for name in (*MEANS, *SPREADS):
            if name in cell.entries and _is_free(cell, name):
                found[cell.study].append(cell.entries[name])
    for study, entries in found.items():
        if len(entries) < FEWEST:
            tested.skip(f"fewer than {FEWEST} means and SDs whose last digit can be any")
            continue
        tested.compared += 1
        _compare(tested, study, entries)
    return tested


def _is_free(cell, name):
    """Whether the last digit can be any: decimals, enough persons, an SD of many units."""
    entry = cell.entries[name]
    unit = entry.high - entry.low
    spread = cell.entries.get("sd_change" if name.endswith(("crease", "change")) else "sd")
    if not entry.decimals or spread is None or spread.value < COARSE * unit:
        return False
    return name in SPREADS or (cell.n or 0) >= 10**entry.decimals


def _compare(tested, study, entries):
    """Chi-squared test of the ten digits."""
    counts = Counter(entry.text[-1] for entry in entries)
    expected = len(entries) / 10
    statistic = sum((counts[str(digit)] - expected) ** 2 for digit in range(10)) / expected
    p = float(chdtrc(9, statistic))
    if p < SMALLEST_P:
        digit, times = counts.most_common(1)[0]
        message = (
            f"last digits of {len(entries)} means and SDs are not evenly spread: {digit} stands "
            f"{times} times where {shown(expected)} are expected; chi-squared {shown(statistic)} with "
            f"9 df, p = {shown(p)}; rounding to halves or to even numbers would explain it"
        )
        tested.flag(study, [entry.id for entry in entries], message)
