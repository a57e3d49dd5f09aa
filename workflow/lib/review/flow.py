"""The PRISMA 2020 flow from transcribed counts: boxes, their arithmetic, and what is not reported."""

from workflow.lib.errors import InputError
from workflow.lib.review.flow_laws import broken_laws

LABELS = {  # in the order of the diagram (Page et al. 2021, new and updated reviews)
    "previous_studies": "Studies included in previous version of review",
    "previous_reports": "Reports of studies included in previous version of review",
    "records_identified": "Records identified",
    "records_removed": "Records removed before screening",
    "records_screened": "Records screened",
    "records_excluded": "Records excluded",
    "reports_sought": "Reports sought for retrieval",
    "reports_not_retrieved": "Reports not retrieved",
    "reports_assessed": "Reports assessed for eligibility",
    "reports_excluded": "Reports excluded",
    "other_identified": "Records identified by other methods",
    "other_sought": "Reports sought for retrieval",
    "other_not_retrieved": "Reports not retrieved",
    "other_assessed": "Reports assessed for eligibility",
    "other_excluded": "Reports excluded",
    "studies_included": "Studies included in review",
    "reports_included": "Reports of included studies",
    "total_studies": "Total studies included in review",
    "total_reports": "Reports of total included studies",
    "studies_pooled": "Studies pooled",
    "studies_narrated": "Studies narrated, not pooled",
}
NEW = {
    "studies_included": "New studies included in review",
    "reports_included": "Reports of new included studies",
}
PREVIOUS = ("previous_studies", "previous_reports")
TOTALS = {
    "total_studies": ("previous_studies", "studies_included"),
    "total_reports": ("previous_reports", "reports_included"),
}


def count_flow(rows, counted=None):
    """Boxes of the diagram from transcribed counts (PRISMA 2020, Page et al. 2021).

    `rows` are parsed rows of flow.csv; `counted` has box -> (count, detail, basis) of those that are
    counted from the table of records instead. Returns one dict per box in diagram order; a missing
    count stays missing, but totals follow from the previous and the new studies, and the narrated
    studies from the included and the pooled ones.

    Raises
    ------
    InputError
        If known counts do not add up; every sum that fails is listed.
    """
    counted = counted or {}
    problems = arithmetic_problems(rows, counted)
    if problems:
        raise InputError(problems)
    counts = {row["box"]: row["value"] for row in rows}
    counts |= {box: count for box, (count, _, _) in counted.items()}
    reasons = {row["box"]: row["reason"] for row in rows}
    boxes = [_box(name, counts, reasons) for name in LABELS if name in counts]
    return labelled([_counted(box, counted) for box in boxes])


def _counted(box, counted):
    """The box, as it was counted if it was."""
    if box["box"] not in counted:
        return box
    _, detail, basis = counted[box["box"]]
    return box | {"detail": detail, "origin": "counted", "basis": basis}


def arithmetic_problems(rows, counted=None):
    """Laws of the flow that the counts of flow.csv break, with the rows of these counts."""
    counts = {row["box"]: transcribed_count(row["value"]) for row in rows}
    places = {row["box"]: f"row {number}" for number, row in enumerate(rows, 2)}
    for box, (count, _, _) in (counted or {}).items():
        counts[box] = count
        places.pop(box, None)
    return [_problem(boxes, words, places) for boxes, words in broken_laws(counts)]


def _problem(boxes, words, places):
    """One law that is broken; a count that is computed is not the one to correct."""
    rows = ", ".join(places[box] for box in boxes if box in places)
    other = " and ".join(box for box in boxes if box not in places)
    told = f" ({other}: counted, as results/tables/records.csv shows)" if other else ""
    return f"flow.csv, {rows}, value: {words}; correct the count that was misread{told}"


def transcribed_count(value):
    """The count; None where a cell holds none, which is left to the schema."""
    return value if isinstance(value, int) else None


def labelled(boxes):
    """The boxes, in a review that updates an earlier one with the words for new studies."""
    updated = any(box["box"] in TOTALS for box in boxes)
    words = LABELS | (NEW if updated else {})
    return [box | {"label": words[box["box"]]} for box in boxes]


def derived(name, counts):
    """(count, boxes that it follows from) of a box that can follow from others; (None, ()) if it cannot."""
    if name in TOTALS:
        parts = TOTALS[name]
        sign = 1
    elif name == "studies_narrated":
        whole = "total_studies" if "total_studies" in counts else "studies_included"
        parts, sign = (whole, "studies_pooled"), -1
    else:
        return None, ()
    first, second = (counts.get(part) for part in parts)
    return (None, ()) if None in (first, second) else (first + sign * second, parts)


def _box(name, counts, reasons):
    """One box: transcribed, derived (narrated = included - pooled) or not reported."""
    n, origin, basis = counts[name], "transcribed", name
    if n is None:
        n, parts = derived(name, counts)
        origin, basis = ("not_reported", name) if n is None else ("derived", ";".join(parts))
    return {
        "box": name,
        "n": n,
        "text": "not reported" if n is None else str(n),
        "detail": "",
        "origin": origin,
        "reason": reasons[name] if n is None else "",
        "basis": basis,
    }
