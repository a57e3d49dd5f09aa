"""Check of the extraction: every cell against its quantity, its scale and its neighbours."""

import math
import re
from collections import defaultdict

from workflow.lib.errors import InputError
from workflow.lib.review.quantities import (
    CHANGES,
    COUNTS,
    ORDERED,
    PERCENTS,
    PROBABILITIES,
    RATIOS,
    SCORES,
    SHARES,
    SPREADS,
    TEXT,
    TIMES,
    VARIANCES,
    rounding_range,
)
from workflow.lib.review.time_points import BASELINE, days_of

NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$")


def extraction_problems(rows, *, studies, config, not_a_number):
    """Every problem of the extraction, one sentence each, with file, row, column and value.

    `rows` and `studies` are dicts of text; `not_a_number(text)` says what to do about a cell that
    is not a number.
    """
    problems = []
    for number, row in enumerate(rows, 2):
        here = f"extraction.csv, row {number} ({row['id']})"
        found = [*_text_problems(row), *_place_problems(row, studies, config)]
        found += _value_problems(row, config, not_a_number)
        problems += [f"{here}, {problem}" for problem in found]
    apart = (_order_problems, _persons_problems, _direction_problems)
    return problems + [problem for check in apart for problem in check(rows)]


def _text_problems(row):
    """A value needs a source and a quote; an empty one needs a reason."""
    if row["value"] and row["reason"]:
        yield "reason: the value is there, so delete the reason why it is not"
    if not row["value"] and not row["reason"]:
        yield "value: empty without a reason; type the value or say in 'reason' why it is not known"
    for column in ("source", "quote"):
        if row["value"] and not row[column]:
            yield f"{column}: empty; say where the value '{row['value']}' is printed, and in which words"


def _place_problems(row, studies, config):
    """The study, the arm and the time point must be known."""
    known = {study["study"] for study in studies}
    if row["study"] not in known:
        yield f"study: '{row['study']}' is not in studies.csv; add it there or correct the name"
    arms = [arm for group in config["arms"].values() for arm in group]
    if row["arm"] not in arms:
        yield f"arm: '{row['arm']}' is not in config.yaml, arms: {', '.join(arms)}"
    yield from _outcome_problems(row, config["outcomes"])


def _outcome_problems(row, outcomes):
    """An analysed outcome has a time point; one that is not analysed must not look like one that is."""
    if row["outcome"] not in outcomes:
        for name in outcomes:
            if _letters(row["outcome"]) == _letters(name):
                yield f"outcome: '{row['outcome']}' is not in config.yaml; did you mean '{name}'?"
        return
    try:
        days_of(row["time_point"])
    except InputError as error:
        yield f"time_point: {error}"


def _letters(text):
    return "".join(character for character in text.casefold() if character.isalnum())


def _value_problems(row, config, not_a_number):
    """The value must be of its quantity's kind and within its bounds."""
    value, quantity = row["value"], row["quantity"]
    if not value:
        return
    if quantity in TEXT:
        if value not in TEXT[quantity]:
            known = ", ".join(TEXT[quantity])
            yield f"value: '{value[:60]}' is not one of: {known}; or empty with a reason"
        return
    if not NUMBER.match(value):
        yield f"value: '{value[:60]}' {not_a_number(value)}"
        return
    number = float(value)
    if not math.isfinite(number):
        yield f"value: '{value[:60]}...' is too large to be a number that anybody measured"
        return
    yield from _bound_problems(quantity, value, number)
    yield from _scale_problems(row, number, config)


def _bound_problems(quantity, value, number):
    """Bounds that hold on any scale."""
    least = int(quantity == "n")
    limits = (
        (COUNTS, number == int(number) and number >= least, f"a whole number of at least {least}"),
        (SPREADS | TIMES | VARIANCES | RATIOS, number > 0, "a number above 0"),
        (SHARES, number <= 1, "a share of at most 1"),
        (PROBABILITIES, 0 < number <= 1, "a probability above 0 and at most 1"),
        ({"r"}, -1 < number < 1, "a correlation between -1 and 1"),
        (PERCENTS, number <= 100, "a decrease of at most 100 percent"),
    )
    for members, holds, needed in limits:
        if quantity in members and not holds:
            yield f"value: {quantity} = {value}; {needed} is needed{_advice(quantity, number)}"


def _advice(quantity, number):
    """What to do about p = 0.000, which papers do print, and about the logarithm of a ratio."""
    if quantity in PROBABILITIES and number == 0:
        return "; leave it empty and say in 'reason' how it is printed"
    if quantity in RATIOS:
        return f"; a logarithm is typed as {quantity.replace('ratio', 'difference')}"
    return ""


def _scale_problems(row, number, config):
    """Scores lie on the scale of their unit; changes and spreads fit between its ends."""
    outcome, quantity = config["outcomes"].get(row["outcome"]), row["quantity"]
    on_scale = quantity in SCORES or quantity in CHANGES or quantity in SPREADS
    if outcome is None or "units" not in outcome or not on_scale:
        return
    if row["unit"] not in outcome["units"]:
        yield (
            f"unit: '{row['unit']}' is not in config.yaml, outcomes.{row['outcome']}.units: "
            f"{', '.join(outcome['units'])}"
        )
        return
    low, high = outcome["units"][row["unit"]]
    width = high - low
    if quantity in SCORES and not quantity.endswith(("_lb", "_ub")) and not low <= number <= high:
        yield (
            f"value: {quantity} = {row['value']} is outside the scale from {low} to {high}; "
            "correct the value or its unit"
        )
    limit = quantity.endswith(("_lb", "_ub"))  # an interval may pass the end of the scale
    if (quantity in CHANGES or quantity in SPREADS) and not limit and abs(number) > width:
        yield (
            f"value: {quantity} = {row['value']} is more than the whole scale from {low} to {high}; "
            "correct the value or its unit"
        )


def _cells(rows):
    """(study, outcome, arm, time point, patient) -> quantity -> (row number, row)."""
    cells = defaultdict(dict)
    for number, row in enumerate(rows, 2):
        if row["value"] and NUMBER.match(row["value"]):
            key = tuple(row[part] for part in ("study", "outcome", "arm", "time_point", "patient"))
            cells[key][row["quantity"]] = (number, row)
    return cells


def _order_problems(rows):
    """Limits and quartiles must be in order and contain their estimate."""
    for cell in _cells(rows).values():
        for low, middle, high in ORDERED:
            present = [cell[name] for name in (low, middle, high) if name in cell]
            values = [float(row["value"]) for _, row in present]
            if values != sorted(values):
                shown = ", ".join(f"{row['quantity']} = {row['value']}" for _, row in present)
                numbers = ", ".join(str(number) for number, _ in present)
                name = present[0][1]["id"]
                yield (
                    f"extraction.csv, rows {numbers} ({name}), value: {shown} are not in order; "
                    f"the interval must run upwards and contain its estimate"
                )


def _persons_problems(rows):
    """Persons with the event and those without must be the persons of the arm."""
    for cell in _cells(rows).values():
        present = [cell[name] for name in ("events", "non_events", "n") if name in cell]
        counts = {row["quantity"]: float(row["value"]) for _, row in present}
        parts = [counts[name] for name in ("events", "non_events") if name in counts]
        persons = counts.get("n")
        if not parts or persons is None or sum(parts) == persons:
            continue
        if len(parts) == 1 and sum(parts) < persons:
            continue
        shown = ", ".join(f"{row['quantity']} = {row['value']}" for _, row in present)
        numbers = ", ".join(str(number) for number, _ in present)
        yield (
            f"extraction.csv, rows {numbers} ({present[0][1]['id']}), value: {shown} do not add up; "
            "correct them, or keep n of those whose outcome is known"
        )


def _direction_problems(rows):
    """A printed change must agree in sign with the scores before and after."""
    cells = _cells(rows)
    for (study, outcome, arm, time_point, patient), cell in cells.items():
        before = cells.get((study, outcome, arm, BASELINE, patient), {}).get("mean")
        after = cell.get("mean")
        for quantity, sign in (("mean_decrease", 1.0), ("mean_increase", -1.0)):
            change = cell.get(quantity)
            if time_point == BASELINE or None in (before, after, change):
                continue
            (low, high), (low2, high2) = (
                rounding_range(row[1]["value"]) for row in (before, after)
            )
            ends = sorted((sign * (low - high2), sign * (high - low2)))
            printed = float(change[1]["value"])
            if ends[0] > 0 > printed or ends[1] < 0 < printed:
                yield (
                    f"extraction.csv, row {change[0]} ({change[1]['id']}), value: {quantity} = "
                    f"{change[1]['value']} has the opposite sign of {before[1]['value']} before and "
                    f"{after[1]['value']} after; a decrease is before minus after"
                )
