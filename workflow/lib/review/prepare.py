"""From printed values to means and SDs on the common scale; each step leaves a row in the log.

`convert` is workflow.lib.stats.conversions: this room keeps the books, that one does the sums.
"""

from workflow.lib.review.change import prepare_change
from workflow.lib.review.quantities import (
    CHANGES,
    COUNTS,
    POSITIVE,
    SCORES,
    TEXT,
    rounding_range,
)
from workflow.lib.review.time_points import BASELINE, days_of
from workflow.lib.review.values import JOIN, Cell, Value, assume, shown, union

HANDBOOK = "Cochrane Handbook 6.5.2"
SUMMARIES = (  # mean, SD, median, lower quartile, upper quartile
    ("mean", "sd", "median", "q1", "q3"),
    ("mean_decrease", "sd_change", "median_decrease", "q1_decrease", "q3_decrease"),
)
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
        if cell.values and "n" not in cell.values:
            assume(cell, "n", config)
        for summary in SUMMARIES:
            _from_quartiles(cell, summary, convert)
        _sd_of_scores(cell, convert)
        _se_of_difference(cell, convert)
        _percent(cell)
    for cell in cells:
        if cell.days > 0 and cell.values:
            before = by_key.get((cell.study, cell.outcome, cell.arm, BASELINE))
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
        unit = f"{outcome['low']}-{outcome['high']}"
        cell = cells.setdefault(key, Cell(*key, days=days_of(row["time_point"]), unit=unit))
        if row["value"] and row["quantity"] in TEXT:
            cell.values[f"{row['quantity']}_{row['value']}"] = Value(1.0, (row["id"],))
        elif row["value"]:
            _store(cell, row, outcome)
    return sorted(cells.values(), key=lambda cell: (cell.study, cell.outcome, cell.arm, cell.days))


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
    cell.values[name] = Value(value, (row["id"],), rounding=rounding)
    if (factor, shift) != (1.0, 0.0):
        text = f"{row['value']} on {row['unit']} is {value:.6g} on {cell.unit}"
        cell.note("scale", output=name, value=value, message=text, rows=row["id"])


def _scale(outcome, unit, quantity):
    """(factor, shift) from the unit's own scale to the common one."""
    if unit not in outcome["units"]:
        return 1.0, 0.0
    low, high = outcome["units"][unit]
    factor = (outcome["high"] - outcome["low"]) / (high - low)
    if quantity in SCORES:
        return factor, outcome["low"] - factor * low
    return (factor, 0.0) if quantity in CHANGES or quantity in POSITIVE else (1.0, 0.0)


def _from_quartiles(cell, names, convert):
    """Mean (Luo 2018) and SD (Wan 2014) from median and quartiles, with the skewness test."""
    mean, sd, middle, low, high = names
    found = cell.get(low, middle, high, "n")
    if found is None or (mean in cell.values and sd in cell.values):
        return
    inputs = dict(zip((low, middle, high, "n"), found, strict=True))
    skewed = _skewness(cell, inputs, convert)
    if mean not in cell.values:
        cell.derive(
            mean,
            convert.mean_from_quartiles,
            inputs,
            step="mean from quartiles",
            formula="w (q1 + q3)/2 + (1 - w) median, w = 0.7 + 0.39/n",
            source="Luo et al. 2018",
            skewed=skewed,
        )
    if sd not in cell.values:
        cell.derive(
            sd,
            convert.sd_from_quartiles,
            {name: inputs[name] for name in (low, high, "n")},
            step="SD from quartiles",
            formula="(q3 - q1) / (2 z), z at (0.75 n - 0.125)/(n + 0.25)",
            source="Wan et al. 2014",
            skewed=skewed,
        )


def _skewness(cell, inputs, convert):
    """Whether the skewness test refuses these quartiles; always reported."""
    test = convert.skewness_test(*(part.value for part in inputs.values()))
    skewed = bool(test.skewed)
    verdict = "skewed" if skewed else "not skewed"
    cell.note(
        "skewness test",
        status="warning" if skewed else "checked",
        output="skewness",
        value=float(test.stat),
        inputs=shown(inputs),
        formula="|q1 + q3 - 2 median| / (q3 - q1)",
        source="Shi et al. 2023",
        message=f"{verdict}: {test.stat:.3f} against a critical value of {test.critical:.3f}",
        rows=JOIN.join(union(part.rows for part in inputs.values())),
    )
    return skewed


def _sd_of_scores(cell, convert):
    """SD of the scores from the SE, or from the interval of their mean."""
    if "sd" in cell.values:
        return
    if found := cell.get("se", "n"):
        cell.derive(
            "sd",
            convert.sd_from_se,
            dict(zip(("se", "n"), found, strict=True)),
            step="SD from SE",
            formula="se sqrt(n)",
            source=HANDBOOK,
        )
    elif (found := cell.get("mean_ci_lb", "mean_ci_ub", "n")) and found[2].value >= 2:
        cell.derive(
            "sd",
            convert.sd_from_ci,
            dict(zip(("ci_lb", "ci_ub", "n"), found, strict=True)),
            step="SD from interval",
            formula="sqrt(n) (ci_ub - ci_lb) / (2 t), t with n - 1 df",
            source=HANDBOOK,
        )


def _se_of_difference(cell, convert):
    """SE of a printed difference between two groups from its interval."""
    found = cell.get("difference_ci_lb", "difference_ci_ub")
    if found and "difference_se" not in cell.values:
        cell.derive(
            "difference_se",
            convert.se_from_ci,
            dict(zip(("ci_lb", "ci_ub"), found, strict=True)),
            step="SE from interval",
            formula="(ci_ub - ci_lb) / (2 z)",
            source=HANDBOOK,
        )


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
