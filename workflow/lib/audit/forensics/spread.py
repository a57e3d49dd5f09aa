"""Spreads that cannot be, or that are probably something else: SD, SE and standardised differences."""

from collections import defaultdict
from math import sqrt
from statistics import median

from workflow.lib.audit.forensics.cells import BASELINE, scale_of
from workflow.lib.audit.forensics.finding import Checked, shown
from workflow.lib.audit.forensics.intervals import quantiles

LARGE = 3.0  # SDs; 60% of larger differences were a mix-up of SD and SE (Kadlec et al. 2022)
FEWEST_N, FEWEST_STUDIES = 10, 3  # below that an SD says too little of its fellows
FAR, NEAR = 3.0, 1.5  # factors: away from all other SDs, and as near to them as SDs usually are
SPREAD_OF = {"sd": ("mean", "se"), "sd_change": ("mean_decrease", "se_change")}


def largest_sd(low, high, mean, n):
    """Largest SD of n values between `low` and `high` whose mean lies in `mean` = (from, to).

    Bhatia and Davis (2000), times n / (n - 1) for the SD of a sample; n of 2 where it is unknown.
    """
    n = max(n or 2, 2)
    middle = min(max((low + high) / 2, mean[0]), mean[1])
    middle = min(max(middle, low), high)
    return sqrt((middle - low) * (high - middle) * n / (n - 1))


def sd_on_scale(cells, outcomes):
    """SDs, printed or behind a printed interval, that no values on the scale can have."""
    tested = Checked("sd_on_scale")
    for cell in cells:
        for name, (mean_name, _) in SPREAD_OF.items():
            for spread in _spreads(cell, name):
                _on_scale(tested, cell, (name, spread), (mean_name, outcomes))
    return tested


def _spreads(cell, name):
    """(entries, least SD, words) of the SDs that a cell prints or implies, except from its SE."""
    if name in cell.entries:
        entry = cell.entries[name]
        yield (entry,), entry.low, f"{name} = {entry.text}"
    limits = cell.get("mean_ci_lb", "mean_ci_ub") if name == "sd" else None
    if limits and cell.n and cell.n > 1:
        least = max(limits[1].low - limits[0].high, 0.0) * sqrt(cell.n)
        least /= 2 * quantiles(cell.n - 1)[1]
        words = f"an SD of at least {shown(least)} (from the interval {limits[0].text} to {limits[1].text})"
        yield (*limits, cell.entries["n"]), least, words


def _on_scale(tested, cell, named, context):
    """Compare one SD with the largest that its scale, mean and n allow."""
    (name, (entries, least, words)), (mean_name, outcomes) = named, context
    scale = scale_of(outcomes, cell.outcome, entries[0].unit)
    if scale is None:
        tested.skip(
            f"{cell.outcome} or its unit is not in config.yaml, outcomes: its scale is not known"
        )
        return
    tested.compared += 1
    ends = (scale.low, scale.high)
    ends = ends if name == "sd" else (scale.low - scale.high, scale.high - scale.low)
    mean = cell.entries.get(mean_name)
    mean = mean if mean and mean.unit == entries[0].unit else None
    most = largest_sd(*ends, (mean.low, mean.high) if mean else ends, cell.n)
    if least > most * (1 + 1e-9):
        beside = f" with {mean_name} = {mean.text}" if mean else ""
        size = f"n = {cell.n}" if cell.n else "n unknown, so at best two values"
        rows = dict.fromkeys([*(e.id for e in entries), *([mean.id] if mean else [])])
        message = (
            f"{cell.where}: {words}{beside} is more than values from {ends[0]:g} to {ends[1]:g} can "
            f"have: at most sqrt((mean - low)(high - mean) n / (n - 1)) = {shown(most)} ({size})"
        )
        tested.flag(cell.study, rows, message)


def sd_for_se(cells, outcomes):
    """Spreads that fit only if an SD was taken for an SE, or an SE for an SD.

    Two signs: as an SE it would be impossible on its scale while as an SD it is not; or it lies far
    from the SDs of all other studies and comes among them when it is multiplied or divided by the
    square root of n. The third, disagreement within a cell, is told by `interval_arithmetic`.
    """
    tested = Checked("sd_for_se")
    for cell in cells:
        if cell.n and cell.n > 1:
            for name, (_, se_name) in SPREAD_OF.items():
                if se_name in cell.entries:
                    _se_on_scale(tested, cell, (name, se_name), outcomes)
    for (_, _, unit), group in sorted(_by_outcome(cells).items()):
        for cell, entry in group:
            others = [e.value for other, e in group if other.study != cell.study]
            studies = {other.study for other, _ in group} - {cell.study}
            if len(studies) >= FEWEST_STUDIES and cell.n and cell.n >= FEWEST_N:
                tested.compared += 1
                _among(tested, (cell, entry), others, unit)
    return tested


def _se_on_scale(tested, cell, names, outcomes):
    """An SE whose SD is impossible on the scale."""
    (name, se_name), entry = names, cell.entries[names[1]]
    scale = scale_of(outcomes, cell.outcome, entry.unit)
    if scale is None:
        return
    tested.compared += 1
    width = scale.high - scale.low
    ends = (scale.low, scale.high) if name == "sd" else (-width, width)
    most, sd = largest_sd(*ends, ends, cell.n), entry.low * sqrt(cell.n)
    if entry.low <= most < sd:
        message = (
            f"{cell.where}: {se_name} = {entry.text} with n = {cell.n} stands for an SD of at least "
            f"{shown(entry.low)} x sqrt({cell.n}) = {shown(sd)}, more than values from {ends[0]:g} to "
            f"{ends[1]:g} can have ({shown(most)}); as an SD it would be possible"
        )
        tested.flag(cell.study, (entry.id, cell.entries["n"].id), message)


def _by_outcome(cells):
    """(outcome, quantity, unit) -> (cell, entry) of every printed SD with its n."""
    found = defaultdict(list)
    for cell in cells:
        for name in (name for name in SPREAD_OF if name in cell.entries and not cell.patient):
            entry = cell.entries[name]
            found[cell.outcome, name, entry.unit].append((cell, entry))
    return found


def _among(tested, here, others, unit):
    """One printed SD beside those of the other studies of its outcome and unit."""
    (cell, entry), root = here, sqrt(here[0].n)
    least, most, middle = min(others), max(others), median(others)
    beside = f"the SDs of the other studies run from {shown(least)} to {shown(most)} ({unit})"
    mean = f"{cell.where}: sd = {entry.text} with n = {cell.n}; {beside}"
    if entry.high * FAR < least and middle / NEAR <= entry.value * root <= middle * NEAR:
        words = f"{mean}; {entry.text} x sqrt({cell.n}) = {shown(entry.value * root)}: an SE may stand here"
        tested.flag(cell.study, (entry.id, cell.entries["n"].id), words)
    if entry.low > most * FAR and middle / NEAR <= entry.value / root <= middle * NEAR:
        words = f"{mean}; {entry.text} / sqrt({cell.n}) = {shown(entry.value / root)}: an SE was taken for an SD"
        tested.flag(cell.study, (entry.id, cell.entries["n"].id), words)


def large_smd(cells, arms):
    """Standardised changes and differences beyond three SDs; `arms` as in config.yaml."""
    tested, at = Checked("large_smd"), {}
    for cell in (cell for cell in cells if not cell.patient):
        at[cell.study, cell.outcome, cell.arm, cell.time_point] = cell
    for (study, outcome, arm, time_point), cell in at.items():
        before = at.get((study, outcome, arm, BASELINE))
        if time_point != BASELINE and before:
            _change(tested, before, cell)
        if arm in arms["treated"]:
            for control in arms["control"]:
                other = at.get((study, outcome, control, time_point))
                if other:
                    _difference(tested, cell, other)
    return tested


def _change(tested, before, after):
    """Change from baseline in SDs at baseline."""
    change, spread = _change_of(before, after), _sd_of(before)
    if change and spread:
        (low, high), rows = change
        tested.compared += 1
        _beyond(tested, (before, after), ((low, high), rows), (spread,))


def _change_of(before, after):
    """((least, most) size of the change, rows), from the printed change or from the two means."""
    printed = after.entries.get("mean_decrease") or after.entries.get("mean_increase")
    if printed:
        return _size(printed.low, printed.high), (printed.id,)
    means = before.entries.get("mean"), after.entries.get("mean")
    if None in means or means[0].unit != means[1].unit:
        return None
    return _size(means[0].low - means[1].high, means[0].high - means[1].low), tuple(
        m.id for m in means
    )


def _size(low, high):
    """(least, most) absolute value in a range."""
    ends = sorted((abs(low), abs(high)))
    return (0.0, ends[1]) if low <= 0 <= high else tuple(ends)


def _sd_of(cell):
    """(most SD that the digits allow, n, rows) from the SD, the SE or the interval; or None."""
    if "sd" in cell.entries:
        entry = cell.entries["sd"]
        return entry.high, cell.n, (entry.id,)
    if not cell.n or cell.n < 2:
        return None
    if "se" in cell.entries:
        entry = cell.entries["se"]
        return entry.high * sqrt(cell.n), cell.n, (entry.id, cell.entries["n"].id)
    limits = cell.get("mean_ci_lb", "mean_ci_ub")
    if limits is None:
        return None
    width = limits[1].high - limits[0].low
    sd = width * sqrt(cell.n) / (2 * quantiles(cell.n - 1)[0])
    return sd, cell.n, (*(entry.id for entry in limits), cell.entries["n"].id)


def _difference(tested, cell, other):
    """Difference between two arms in pooled SDs."""
    means, spreads = (
        (cell.entries.get("mean"), other.entries.get("mean")),
        (_sd_of(cell), _sd_of(other)),
    )
    if None in means or None in spreads or means[0].unit != means[1].unit:
        return
    tested.compared += 1
    size = _size(means[0].low - means[1].high, means[0].high - means[1].low)
    _beyond(tested, (cell, other), (size, tuple(m.id for m in means)), spreads)


def _beyond(tested, pair, measured, spreads):
    """Flag a size that exceeds three SDs whatever the digits allow."""
    ((least, _), rows), (cell, other) = measured, pair
    sd = sqrt(sum(spread**2 for spread, _, _ in spreads) / len(spreads))
    if sd <= 0 or least / sd <= LARGE:
        return
    sizes = [n for _, n, _ in spreads if n]
    swapped = ""
    if sizes and len(sizes) == len(spreads):
        root = sqrt(sum(sizes) / len(sizes))
        swapped = f"; if the spread is a standard error, it is {shown(least / sd / root)} SDs"
    label = f"{cell.where} against {other.arm}" if cell.arm != other.arm else other.where
    message = f"{label}: a mean difference of {shown(least)} over an SD of {shown(sd)} is {shown(least / sd)} SDs"
    all_rows = dict.fromkeys([*rows, *(row for _, _, own in spreads for row in own)])
    tested.flag(cell.study, all_rows, f"{message}, more than {LARGE:g}{swapped}")
