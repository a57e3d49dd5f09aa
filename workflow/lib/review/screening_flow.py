"""The boxes of the PRISMA flow counted from the screening ledger: records, then reports, then studies."""

from collections import Counter

from workflow.lib.errors import InputError
from workflow.lib.review.flow import (
    LABELS,
    PREVIOUS,
    TOTALS,
    count_flow,
    derived,
    labelled,
    transcribed_count,
)
from workflow.lib.review.flow_laws import broken_laws
from workflow.lib.review.identification import duplicate_problems, identified, record_problems
from workflow.lib.review.screening import MAIN, OTHER, read_ledger
from workflow.lib.review.screening_checks import (
    INCLUDED_ROLES,
    screening_problems,
    stage_problems,
)

POOLED_ROLES = ("pooled", "candidate")
BEFORE_SCREENING = ("records_identified", "records_removed", "other_identified")
REMOVALS = {
    "duplicate": "Duplicates",
    "automation": "Marked as ineligible by automation tools",
    "other": "Other reasons",
}


def ledger_problems(tables, settings):
    """Every fault of the raw table screening.csv that can be seen before records are read.

    `tables` has the rows of each raw table; `settings` is the key screening of config.yaml. Where
    sources.csv lists exports, the records come from there and are compared when they are counted.
    """
    rows = tables.get("screening", [])
    own = "sources" not in tables
    updated = any(row["box"] in PREVIOUS for row in tables["flow"])
    problems = screening_problems(
        rows, tables["studies"], settings=settings, previous=updated, own_records=own
    )
    if rows and own and not problems:
        try:
            count_records(rows, tables["studies"], transcribed=tables["flow"])
        except InputError as error:
            problems = list(error.problems)
    return problems


def count_records(rows, studies, *, records=None, transcribed=()):
    """Boxes of the flow, counted: records are not reports, and reports are not studies.

    Parameters
    ----------
    rows, studies
        Parsed rows of screening.csv and studies.csv that have passed the check.
    records
        Rows of the table of records (record, database, kind, duplicate_of), if there is one; the
        first boxes are then counted from it.
    transcribed
        Rows of flow.csv; those about the previous version of the review are taken from there.

    Returns one dict per box in diagram order, as flow.count_flow does.

    Raises
    ------
    InputError
        If ledger and table of records contradict each other, or counts do not add up; with the
        records and rows.
    """
    ledger = read_ledger(rows)
    found = identified(ledger.rows, records)
    if records is not None:
        problems = [
            *record_problems(ledger, records),
            *duplicate_problems(ledger.rows, records),
            *stage_problems(ledger, found),
        ]
        if problems:
            raise InputError(problems)
    previous = {row["box"]: row for row in transcribed if row["box"] in PREVIOUS}
    counts, details = _counts(ledger, found)
    counts |= _of_studies(ledger, studies, bool(previous))
    counts |= {box: transcribed_count(row["value"]) for box, row in previous.items()}
    counts |= {box: derived(box, counts)[0] for box in TOTALS if TOTALS[box][0] in previous}
    broken = [f"the counted flow: {words}" for _, words in broken_laws(counts)]
    if broken:
        raise InputError(broken)
    basis = _basis(ledger, studies, records is not None)
    boxes = [
        _box(name, counts[name], details.get(name, ""), previous.get(name), basis)
        for name in LABELS
        if name in counts
    ]
    return labelled(boxes)


def count_searches(records, transcribed):
    """Boxes of the flow of a review with a table of records and no ledger: what the searches found.

    Records identified and removed are counted, the boxes after them transcribed as in flow.csv.

    Raises
    ------
    InputError
        If counted and transcribed counts do not add up.
    """
    found = identified([], records)
    counted = {}
    for side in (MAIN, OTHER):
        own = [one for one in found.values() if one.column == side]
        counts, details = _identification(own, set(), side) if own or side == MAIN else ({}, {})
        counted |= {
            box: (count, details.get(box, ""), f"sources:{box}")
            for box, count in counts.items()
            if box in BEFORE_SCREENING
        }
    return count_flow(transcribed, counted)


def _counts(ledger, found):
    """(box -> count, box -> detail) from identification to the reports, other methods apart."""
    kept = {name: one for name, one in found.items() if not one.removed}
    gone = {name for name in kept if ledger.outcome("title_abstract", name) == "exclude"}
    column = {}  # report -> column of the diagram: databases and registers if one of its records is
    for name, one in kept.items():
        report = ledger.reports.get(name, name)
        if name not in gone and column.get(report) != MAIN:
            column[report] = one.column
    counts, details = {}, {}
    for side, before in ((MAIN, "reports"), (OTHER, "other")):
        own = [one for one in found.values() if one.column == side]
        if side == OTHER and not own:
            continue
        reports = [report for report, where in column.items() if where == side]
        lost = [one for one in reports if ledger.outcome("retrieval", one) == "not_retrieved"]
        ended = [ledger.outcomes["full_text"].get(report) for report in reports]
        excluded = [one for one in ended if one and one.decision == "exclude"]
        counts |= {
            f"{before}_sought": len(reports),
            f"{before}_not_retrieved": len(lost),
            f"{before}_assessed": len(reports) - len(lost),
            f"{before}_excluded": len(excluded),
        }
        details[f"{before}_excluded"] = _lines(Counter(one.reason for one in excluded))
        going = sum(one.record in kept and one.record not in gone for one in own)
        if going != len(reports):
            details[f"{before}_sought"] = f"about which {going} records are"
        head, notes = _identification(own, gone, side)
        counts |= head
        details |= notes
    return counts, details


def _identification(own, gone, side):
    """(box -> count, box -> detail) of the records of one column before their reports are sought."""
    removed = Counter(one.removed for one in own if one.removed)
    excluded = sum(one.record in gone for one in own)
    taken = _lines(
        {REMOVALS[how]: removed[how] for how in REMOVALS if removed[how]}, by_count=False
    )
    sources = Counter(f"{one.database}{' (register)' * (one.kind == 'register')}" for one in own)
    if side == OTHER:
        left = f"Excluded on title or abstract (n = {excluded})" if excluded else ""
        lines = [_lines(sources), taken and f"Removed:\n{taken}", left]
        return {"other_identified": len(own)}, {"other_identified": "\n".join(filter(None, lines))}
    screened = len(own) - removed.total()
    counts = {
        "records_identified": len(own),
        "records_removed": removed.total(),
        "records_screened": screened,
        "records_excluded": excluded,
    }
    return counts, {"records_identified": _lines(sources), "records_removed": taken}


def _of_studies(ledger, studies, updated):
    """Included reports and studies, and how many of all included studies are pooled and told."""
    reports = [one for one in ledger.outcomes["full_text"].values() if one.decision == "include"]
    new = {name for report in reports for name in report.studies}
    whole = [study for study in studies if study["role"] in INCLUDED_ROLES]
    if not updated:
        whole = [study for study in whole if study["study"] in new]
    pooled = sum(study["role"] in POOLED_ROLES for study in whole)
    return {
        "studies_included": len(new),
        "reports_included": len(reports),
        "studies_pooled": pooled,
        "studies_narrated": len(whole) - pooled,
    }


def _lines(counts, *, by_count=True):
    """'Embase (n = 12)' and so on, one a line, the most frequent first."""
    pairs = counts.items()
    if by_count:
        pairs = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
    return "\n".join(f"{name} (n = {count})" for name, count in pairs)


def _basis(ledger, studies, from_records):
    """box -> what the counted boxes rest on: the ledger, the table of records, the studies."""
    roles = [f"studies:{study['study']}" for study in studies if study["role"] in INCLUDED_ROLES]
    found = {name: [f"screening:{name}"] for name in LABELS}
    if from_records:
        found |= {name: [f"sources:{name}", f"screening:{name}"] for name in BEFORE_SCREENING}
        found["records_screened"].insert(0, "sources:records_screened")
    for name in ("studies_pooled", "studies_narrated"):
        found[name] += roles
    return {name: ";".join(parts) for name, parts in found.items()}


def _box(name, count, detail, row, basis):
    """One box: counted, or transcribed where it is about the previous version of the review."""
    origin, grounds = "counted", basis[name]
    if row is not None:
        origin, grounds = ("transcribed" if count is not None else "not_reported"), name
    elif name in TOTALS:
        before, new = TOTALS[name]
        origin = "derived" if count is not None else "not_reported"
        grounds = f"{before};{basis[new]}" if count is not None else before
    return {
        "box": name,
        "n": count,
        "text": "not reported" if count is None else str(count),
        "detail": detail,
        "origin": origin,
        "reason": row["reason"] if row and count is None else "",
        "basis": grounds,
    }
