"""From printed values to means and SDs on the common scale; each step leaves a row in the log.

`convert` is workflow.lib.stats.conversions: this room keeps the books, that one does the sums.
"""

import math
import operator

from workflow.lib.review.change import prepare_change, sd_of_change
from workflow.lib.review.individual import from_pairs, from_scores
from workflow.lib.review.quantities import (
    CHANGES,
    COUNTS,
    SCORES,
    SPREADS,
    TEXT,
    rounding_range,
)
from workflow.lib.review.summaries import from_order_statistics
from workflow.lib.review.time_points import BASELINE, days_of, in_time, is_after
from workflow.lib.review.values import Cell, Value, assume

HANDBOOK = "Cochrane Handbook 6.5.2"
SQUARED = {"difference_var"}  # grows with the square of the scale
ON_SCALE = SCORES | CHANGES | SPREADS | SQUARED
AS_DECREASE = {
    "mean_increase": "mean_decrease",
    "mean_increase_ci_lb": "mean_decrease_ci_ub",
    "mean_increase_ci_ub": "mean_decrease_ci_lb",
}


def prepare(rows, *, config, convert):
    """Cells of all analysed outcomes with every value that the sources and assumptions give.

    `rows` are text rows of extraction.csv that have passed the check.
    """
    cells = _cells(rows, config)
    by_key = {(cell.study, cell.outcome, cell.arm, cell.time_point): cell for cell in cells}
    for cell in cells:
        from_scores(cell)
        _persons(cell)
        if cell.values and "n" not in cell.values:
            assume(cell, "n", config)
        _sd_of_scores(cell, convert)
        sd_of_change(cell, convert)
        from_order_statistics(cell, convert)
        _of_ratio(cell, convert)
        _se_of_difference(cell, convert)
        _from_observed_and_expected(cell)
        _percent(cell)
    for cell in cells:
        if is_after(cell.days) and cell.values:
            before = by_key.get((cell.study, cell.outcome, cell.arm, BASELINE))
            from_pairs(cell, before)
            prepare_change(cell, before, config=config, convert=convert)
    return cells


def _cells(rows, config):
    """One cell per study, outcome, arm and time point, its printed values on the common scale."""
    cells = {}
    for row in rows:
        outcome = config["outcomes"].get(row["outcome"])
        if outcome is None:
            continue
        key = tuple(row[part] for part in ("study", "outcome", "arm", "time_point"))
        unit = f"{outcome['low']}-{outcome['high']}" if "low" in outcome else row["unit"]
        cell = cells.setdefault(key, Cell(*key, days=days_of(row["time_point"]), unit=unit))
        if row["value"] and row["quantity"] in TEXT:
            cell.values[f"{row['quantity']}_{row['value']}"] = Value(1.0, (row["id"],))
        elif row["value"]:
            _store(cell, row, outcome)
        else:
            cell.unknown.append(row["id"])
    return sorted(
        cells.values(), key=lambda cell: (cell.study, cell.outcome, cell.arm, in_time(cell.days))
    )


def _store(cell, row, outcome):
    """Put one printed value into its cell, on the common scale; patients are numbered."""
    quantity = row["quantity"]
    factor, shift = _scale(outcome, row["unit"], quantity)
    value = factor * float(row["value"]) + shift
    rounding = None
    if quantity not in COUNTS:
        rounding = tuple(factor * end + shift for end in rounding_range(row["value"]))
    if quantity in AS_DECREASE:
        value, rounding = -value, (-rounding[1], -rounding[0])
    name = AS_DECREASE.get(quantity, quantity)
    name = f"{name}[{row['patient']}]" if row["patient"] else name
    on_scale = row["unit"] in outcome.get("units", ()) and quantity in ON_SCALE
    basis = (f"config:outcomes.{cell.outcome}",) if on_scale else ()
    cell.values[name] = Value(value, (row["id"],), basis, rounding=rounding)
    if (factor, shift) != (1.0, 0.0):
        text = f"{row['value']} on {row['unit']} is {value:.6g} on {cell.unit}"
        cell.note("scale", output=name, value=value, message=text, rows=row["id"])


def _scale(outcome, unit, quantity):
    """(factor, shift) from the unit's own scale to the common one."""
    if unit not in outcome.get("units", ()):
        return 1.0, 0.0
    low, high = outcome["units"][unit]
    factor = (outcome["high"] - outcome["low"]) / (high - low)
    if quantity in SCORES:
        return factor, outcome["low"] - factor * low
    if quantity in SQUARED:
        return factor**2, 0.0
    return (factor, 0.0) if quantity in ON_SCALE else (1.0, 0.0)


def _persons(cell):
    """The persons of a two by two table: those with the event and those without."""
    found = cell.get("events", "non_events")
    if found and "n" not in cell.values:
        cell.derive(
            "n",
            operator.add,
            dict(zip(("events", "non_events"), found, strict=True)),
            step="persons",
            formula="events + non-events",
            source="definition",
        )


def _fill(cell, output, function, inputs, **words):
    """Attempt `output` where it is not printed; `inputs` maps each argument to the quantity it is."""
    found = cell.get(*inputs.values())
    if found and output not in cell.values:
        cell.attempt(output, function, dict(zip(inputs, found, strict=True)), **words)


def _sd_of_scores(cell, convert):
    """SD of the scores from the SE, or from the interval of their mean."""
    _fill(
        cell,
        "sd",
        convert.sd_from_se,
        {"se": "se", "n": "n"},
        step="SD from SE",
        formula="se sqrt(n)",
        source=HANDBOOK,
    )
    _fill(
        cell,
        "sd",
        convert.sd_from_ci,
        {"ci_lb": "mean_ci_lb", "ci_ub": "mean_ci_ub", "n": "n"},
        step="SD from interval",
        formula="sqrt(n) (ci_ub - ci_lb) / (2 t), t with n - 1 df",
        source=HANDBOOK,
    )


def _of_ratio(cell, convert):
    """The logarithm of a printed ratio, and its SE from the interval of the ratio."""
    _fill(
        cell,
        "difference",
        math.log,
        {"ratio": "ratio"},
        step="logarithm of ratio",
        formula="log(ratio)",
        source="definition",
    )
    _fill(
        cell,
        "difference_se",
        lambda low, high: convert.se_from_ci(math.log(low), math.log(high)),
        {"ci_lb": "ratio_ci_lb", "ci_ub": "ratio_ci_ub"},
        step="SE from interval of ratio",
        formula="(log ci_ub - log ci_lb) / (2 z)",
        source="Cochrane Handbook 6.3.2",
    )


def _se_of_difference(cell, convert):
    """SE of a printed difference between two groups from its variance, or from its interval."""
    _fill(
        cell,
        "difference_se",
        math.sqrt,
        {"difference_var": "difference_var"},
        step="SE from variance",
        formula="sqrt(variance)",
        source="definition",
    )
    _fill(
        cell,
        "difference_se",
        convert.se_from_ci,
        {"ci_lb": "difference_ci_lb", "ci_ub": "difference_ci_ub"},
        step="SE from interval",
        formula="(ci_ub - ci_lb) / (2 z)",
        source=HANDBOOK,
    )


def _from_observed_and_expected(cell):
    """Log ratio and its SE from observed less expected events, where no difference is printed."""
    found = cell.get("o_minus_e", "o_minus_e_var")
    if found is None or "difference" in cell.values or "difference_se" in cell.values:
        return
    words = {"step": "log ratio from O - E", "source": "Yusuf et al. 1985; Parmar et al. 1998"}
    inputs = dict(zip(("o_minus_e", "o_minus_e_var"), found, strict=True))
    cell.derive("difference", _log_ratio, inputs, formula="(O - E) / V", **words)
    inputs.pop("o_minus_e")
    cell.derive("difference_se", _se_of_log_ratio, inputs, formula="1 / sqrt(V)", **words)


def _log_ratio(o_minus_e, variance):
    return o_minus_e / variance


def _se_of_log_ratio(variance):
    return variance**-0.5


def _percent(cell):
    """Mean, SD and median of percent decreases that are printed patient by patient."""
    patients = {k: v for k, v in cell.values.items() if k.startswith("percent_decrease[")}
    if not patients:
        return
    summaries = {"percent_mean": _mean, "percent_median": _median}
    if len(patients) > 1:
        summaries["percent_sd"] = _sd
    for name, function in summaries.items():
        cell.derive(
            name,
            function,
            patients,
            step="percent decrease",
            formula=f"{name.partition('_')[2]} over patients",
            source="definition",
            message="kept as its own quantity: without scores at baseline it is no change in points",
        )


def _mean(*numbers):
    return sum(numbers) / len(numbers)


def _median(*numbers):
    ordered, k = sorted(numbers), len(numbers)
    return (ordered[(k - 1) // 2] + ordered[k // 2]) / 2


def _sd(*numbers):
    mean = _mean(*numbers)
    return (sum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1)) ** 0.5
