"""The PRISMA counts from screening records: one row per record, each box a count of rows."""

from collections import Counter

from workflow.lib.review.flow import LABELS

NEEDS_REASON = ("excluded_on_title", "excluded_on_text")
ROLES = {"studies_pooled": ("pooled", "candidate"), "studies_narrated": ("narrated",)}


def screening_problems(rows, studies):
    """An exclusion says why; an included report names a study that the review includes."""
    roles = {study["study"]: study["role"] for study in studies}
    included = {role for group in ROLES.values() for role in group}
    problems = []
    for number, row in enumerate(rows, 2):
        here = f"screening.csv, row {number} ({row['record']})"
        if row["decision"] in NEEDS_REASON and not row["reason"]:
            problems.append(f"{here}, reason: empty; say why the record was excluded")
        if row["decision"] == "included" and roles.get(row["study"]) not in included:
            problems.append(
                f"{here}, study: '{row['study']}' is not an included study of studies.csv; add it "
                "there with the role pooled, candidate or narrated"
            )
        if row["decision"] != "included" and row["study"]:
            problems.append(f"{here}, study: only an included report belongs to a study")
    return problems


def count_records(rows, studies):
    """Boxes of the flow, counted: records are not reports, and reports are not studies.

    `rows` are parsed rows of screening.csv that have passed the check; `studies` those of
    studies.csv. Returns one dict per box in diagram order, as flow.count_flow does.
    """
    ended = Counter(row["decision"] for row in rows)
    screened = len(rows) - ended["duplicate"]
    sought = screened - ended["excluded_on_title"]
    role_of = {study["study"]: study["role"] for study in studies}
    included = {row["study"] for row in rows if row["decision"] == "included"}
    counts = {
        "records_identified": len(rows),
        "records_removed": ended["duplicate"],
        "records_screened": screened,
        "records_excluded": ended["excluded_on_title"],
        "reports_sought": sought,
        "reports_not_retrieved": ended["not_retrieved"],
        "reports_assessed": sought - ended["not_retrieved"],
        "reports_excluded": ended["excluded_on_text"],
        "studies_included": len(included),
        **{box: sum(role_of[name] in roles for name in included) for box, roles in ROLES.items()},
    }
    details = {
        "records_identified": _by(rows, "database", None),
        "reports_excluded": _by(rows, "reason", "excluded_on_text"),
    }
    read = [f"studies:{name}" for name in sorted(included)]  # their roles
    basis = {box: ";".join((box, *read)) for box in ROLES}
    return [
        _box(name, counts[name], details.get(name, ""), basis.get(name, name)) for name in LABELS
    ]


def _by(rows, column, decision):
    """'Embase (n = 12); PubMed (n = 30)' of the rows with this decision, or of all."""
    found = Counter(row[column] for row in rows if decision in (None, row["decision"]))
    found.pop("", None)
    return "; ".join(f"{name} (n = {count})" for name, count in sorted(found.items()))


def _box(name, count, detail, basis):
    return {
        "box": name,
        "label": LABELS[name],
        "n": count,
        "text": str(count),
        "detail": detail,
        "origin": "counted",
        "reason": "",
        "basis": basis,
    }
