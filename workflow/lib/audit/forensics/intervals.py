"""Interval, standard error, SD, p and n of one result against each other, as far as digits allow.

Intervals are taken as 95% intervals by z or by t: an extraction row has no level.
"""

from dataclasses import dataclass, replace
from math import inf, log, sqrt

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from workflow.lib.audit.forensics.finding import Checked, span

TAIL = 0.975
ROUGH = 2.0  # many papers take two standard errors for a 95% interval
FEWEST_DF = 5  # of a difference whose groups are not known

# estimate, its limits, its SE, the SD behind it, its t and its p
RESULTS = (
    ("mean", ("mean_ci_lb", "mean_ci_ub"), "se", "sd", None, None),
    ("mean_decrease", ("mean_decrease_ci_lb", "mean_decrease_ci_ub"), "se_change", "sd_change", "tval", "pval"),
    ("mean_increase", ("mean_increase_ci_lb", "mean_increase_ci_ub"), "se_change", "sd_change", "tval", "pval"),
    ("difference", ("difference_ci_lb", "difference_ci_ub"), "difference_se", None, None, "difference_pval"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """One way to the standard error of a result: its range, the rows and the formula behind it."""

    low: float
    high: float
    rows: tuple[str, ...]
    words: str


def quantiles(df):
    """(least, most) multiple of the SE that a 95% interval may reach: z, 2 or t with df."""
    return float(ndtri(TAIL)), max(ROUGH, float(stdtrit(df, TAIL)))


def interval_arithmetic(cells, mixed):
    """Results whose interval, SE, SD, t and p cannot all be true together.

    A disagreement that vanishes when the SD is read as an SE, or the reverse, is flagged in
    `mixed`, the Checked of sd_for_se.
    """
    tested = Checked("interval_arithmetic")
    for cell in (cell for cell in cells if not cell.patient):
        for estimate, limits, se, sd, tval, pval in RESULTS:
            on_scale = _logarithms(cell, (estimate, *limits)) if sd is None else cell
            found = on_scale.get(*limits)
            if found:
                _centre(tested, on_scale, estimate, found)
            sources = _sources(on_scale, found, se, sd)
            _agree(tested, mixed, cell, (sources, sd))
            _tests(tested, on_scale, (estimate, sources), (tval, pval))
    return tested


def _logarithms(cell, names):
    """The cell with a printed ratio and its limits as logarithms, where only these are symmetric."""
    found = cell.get(*names)
    if found is None or min(entry.low for entry in found) <= 0 or _is_centred(*found):
        return cell
    logs = [replace(e, value=log(e.value), low=log(e.low), high=log(e.high)) for e in found]
    if not _is_centred(*logs):
        return cell
    return replace(cell, entries=cell.entries | dict(zip(names, logs, strict=True)))


def _is_centred(estimate, lower, upper):
    """Whether the middle of the interval may be the estimate."""
    low, high = (lower.low + upper.low) / 2, (lower.high + upper.high) / 2
    return estimate.low <= high and low <= estimate.high


def _centre(tested, cell, name, limits):
    """An interval by z or t is centred on its estimate; others need not be, so this is a note."""
    estimate = cell.entries.get(name)
    if estimate is None:
        return
    tested.compared += 1
    low, high = (limits[0].low + limits[1].low) / 2, (limits[0].high + limits[1].high) / 2
    if not _is_centred(estimate, *limits):
        message = (
            f"{cell.where}: {name} = {estimate.text} is not the middle of its interval {limits[0].text} "
            f"to {limits[1].text}, which is {span(low, high)}; an interval that is not symmetric "
            "(bootstrap, logarithms) would explain it"
        )
        tested.flag(cell.study, (estimate.id, *(e.id for e in limits)), message, weak=True)


def _sources(cell, limits, se_name, sd_name):
    """Every way to the standard error that a cell offers, by name."""
    n, found = cell.entries.get("n"), {}
    if se_name in cell.entries:
        entry = cell.entries[se_name]
        found["se"] = Source(entry.low, entry.high, (entry.id,), f"{se_name} = {entry.text}")
    if sd_name in cell.entries and n:
        entry = cell.entries[sd_name]
        root, words = sqrt(n.value), f"{sd_name} / sqrt(n) = {entry.text} / sqrt({n.text})"
        found["sd"] = Source(entry.low / root, entry.high / root, (entry.id, n.id), words)
    if limits and (sd_name is None or (n and n.value > 1)):
        low, high = quantiles(n.value - 1 if sd_name else FEWEST_DF)
        words = f"the interval {limits[0].text} to {limits[1].text}"
        rows = tuple(entry.id for entry in (*limits, *([n] if sd_name else [])))
        narrow, wide = limits[1].low - limits[0].high, limits[1].high - limits[0].low
        found["ci"] = Source(max(narrow, 0.0) / (2 * high), wide / (2 * low), rows, words)
    return found


def _agree(tested, mixed, cell, given):
    """Compare the ways to the standard error pair by pair."""
    sources, sd_name = given
    names = list(sources)
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            one, two = sources[first], sources[second]
            tested.compared += 1
            mixed.compared += first in ("se", "sd")
            if one.low <= two.high and two.low <= one.high:
                continue
            message = (
                f"{cell.where}: {one.words} gives a standard error of {span(one.low, one.high)}, "
                f"{two.words} gives {span(two.low, two.high)}"
            )
            rows = dict.fromkeys((*one.rows, *two.rows))
            why = _mix_up(cell, first, (one, two))
            (mixed if why else tested).flag(cell.study, rows, message + why)


def _mix_up(cell, first, pair):
    """Why the two disagree, if reading an SD as SE or an SE as SD makes them agree; else nothing."""
    root = sqrt(cell.n) if cell.n else 1.0
    one, two = pair
    if root < 2:
        return ""  # too few persons to tell an SD from an SE
    scaled = Source(one.low * root, one.high * root, (), "")
    if first == "sd" and scaled.low <= two.high and two.low <= scaled.high:
        return "; they agree if what is called SD is the standard error"
    scaled = Source(one.low / root, one.high / root, (), "")
    if first == "se" and scaled.low <= two.high and two.low <= scaled.high:
        return "; they agree if what is called SE is the SD"
    return ""


def _tests(tested, cell, result, names):
    """t and p of a result against its estimate and each way to its standard error."""
    (name, sources), (tval_name, pval_name) = result, names
    estimate, tval, pval = (cell.entries.get(item) for item in (name, tval_name, pval_name))
    df = max(cell.n - 2, 1) if cell.n else FEWEST_DF
    for source in sources.values() if estimate else ():
        low, high = _statistic(estimate, source)
        where = f"{cell.where}: {name} = {estimate.text} over {source.words}"
        if tval:
            tested.compared += 1
            size = sorted((abs(tval.low), abs(tval.high)))
            if size[0] > high or size[1] < low:
                message = f"{where} gives t of {span(low, high)}, printed is {tval.text}"
                tested.flag(cell.study, (estimate.id, tval.id, *source.rows), message)
        if pval:
            _p(tested, (cell, where), (low, high, df), (pval, (estimate.id, *source.rows)))
    if tval and pval:
        low, high = sorted((abs(tval.low), abs(tval.high)))
        low = 0.0 if tval.low < 0 < tval.high else low
        where = f"{cell.where}: t = {tval.text}"
        _p(tested, (cell, where), (low, high, df), (pval, (tval.id,)))


def _statistic(estimate, source):
    """(least, most) size of estimate over standard error."""
    ends = sorted((abs(estimate.low), abs(estimate.high)))
    least = 0.0 if estimate.low < 0 < estimate.high else ends[0]
    high = ends[1] / source.low if source.low > 0 else inf
    return (least / source.high if source.high > 0 else inf), high


def _p(tested, here, statistic, printed_p):
    """A printed p against what z, and t with few degrees of freedom, make of the statistic."""
    (cell, where), (low, high, df), (pval, rows) = here, statistic, printed_p
    tested.compared += 1
    least, most = 2 * float(ndtr(-high)), 2 * float(stdtr(df, -low))
    if pval.low > most or pval.high < least:
        n = cell.entries.get("n")
        message = f"{where} gives p of {span(least, most)} by z or t, printed is {pval.text}"
        tested.flag(cell.study, (*rows, pval.id, *([n.id] if n else [])), message)
