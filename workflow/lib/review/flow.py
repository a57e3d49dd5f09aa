"""The PRISMA 2020 flow: boxes with counts, their arithmetic, and what is not reported."""

from workflow.lib.errors import InputError

LABELS = {
    "records_identified": "Records identified",
    "records_removed": "Records removed before screening",
    "records_screened": "Records screened",
    "records_excluded": "Records excluded",
    "reports_sought": "Reports sought for retrieval",
    "reports_not_retrieved": "Reports not retrieved",
    "reports_assessed": "Reports assessed for eligibility",
    "reports_excluded": "Reports excluded",
    "studies_included": "Studies included in review",
    "studies_pooled": "Studies pooled",
    "studies_narrated": "Studies narrated, not pooled",
}
# whole = part + part: known counts must add up
SUMS = (
    ("records_identified", "records_removed", "records_screened"),
    ("records_screened", "records_excluded", "reports_sought"),
    ("reports_sought", "reports_not_retrieved", "reports_assessed"),
    ("studies_included", "studies_pooled", "studies_narrated"),
)
# never more than the one before it, whatever is unknown between
FUNNEL = (
    *("records_identified", "records_screened", "reports_sought", "reports_assessed"),
    *("studies_included", "studies_pooled"),
)


def count_flow(rows):
    """Boxes of the diagram from transcribed counts (PRISMA 2020, Page et al. 2021).

    `rows` are parsed rows of flow.csv. Returns one dict per box in diagram order; a missing count
    stays missing, but the narrated studies follow from the included and the pooled ones.

    Raises
    ------
    InputError
        If known counts do not add up; every sum that fails is listed.
    """
    problems = arithmetic_problems(rows)
    if problems:
        raise InputError(problems)
    counts = {row["box"]: row["value"] for row in rows}
    reasons = {row["box"]: row["reason"] for row in rows}
    return [_box(name, counts, reasons) for name in LABELS if name in counts]


def arithmetic_problems(rows):
    """Sums that fail and boxes that hold more than the box before them, among the counts that are known."""
    counts = {row["box"]: row["value"] for row in rows if isinstance(row["value"], int)}
    places = {row["box"]: f"row {number}" for number, row in enumerate(rows, 2)}
    problems = [*_sum_problems(counts), *_funnel_problems(counts)]
    return [
        f"flow.csv, {', '.join(places[box] for box in boxes)}, value: {words}; correct the count "
        "that was misread"
        for boxes, words in dict.fromkeys(problems)
    ]


def _sum_problems(counts):
    """(boxes, sentence) of each sum that fails."""
    for whole, *parts in SUMS:
        total, known = counts.get(whole), [counts.get(part) for part in parts]
        if None not in (total, *known) and total != sum(known):
            shown = " + ".join(f"{part} {counts[part]}" for part in parts)
            yield (whole, *parts), f"{whole} {total} is not {shown}"
        for part, count in zip(parts, known, strict=True):
            if None not in (total, count) and count > total:
                yield (whole, part), f"{part} {count} is more than {whole} {total}"
    assessed, excluded = counts.get("reports_assessed"), counts.get("reports_excluded")
    if None not in (assessed, excluded) and excluded > assessed:
        boxes = ("reports_assessed", "reports_excluded")
        yield boxes, f"reports_excluded {excluded} is more than reports_assessed {assessed}"


def _funnel_problems(counts):
    """(boxes, sentence) of each box that holds more than the one before it."""
    known = [(box, counts[box]) for box in FUNNEL if counts.get(box) is not None]
    for (before, more), (after, fewer) in zip(known, known[1:], strict=False):
        if fewer > more:
            yield (before, after), f"{after} {fewer} is more than {before} {more}"


def _box(name, counts, reasons):
    """One box: transcribed, derived (narrated = included - pooled) or not reported."""
    n, origin, basis = counts[name], "transcribed", name
    if n is None and name == "studies_narrated":
        included, pooled = counts.get("studies_included"), counts.get("studies_pooled")
        if None not in (included, pooled):
            n, origin, basis = included - pooled, "derived", "studies_included;studies_pooled"
    if n is None:
        origin, basis = "not_reported", name
    return {
        "box": name,
        "label": LABELS[name],
        "n": n,
        "text": "not reported" if n is None else str(n),
        "detail": "",
        "origin": origin,
        "reason": reasons[name] if n is None else "",
        "basis": basis,
    }
