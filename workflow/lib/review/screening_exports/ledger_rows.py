"""Entries of an export as rows of the screening ledger, matched to the review's records."""

import re

from workflow.lib.review.screening_exports.match import Finder
from workflow.lib.review.screening_rows import row_problems

EMPTY = dict.fromkeys(
    ("id", "record", "stage", "role", "reviewer", "decision", "reason", "date", "report", "study",
     "database", "kind", "duplicate_of", "note"),
    "",
)  # fmt: skip


def ledger_rows(entries, *, records=None, studies=(), reasons=(), unit="row"):
    """(rows, problems) of the entries of one file; a problem begins with ", row n", or its `unit`.

    `records` is the table of records; without it, the tool's own ids name the records. A study is
    named by its key where studies.csv has its label.
    """
    finder = Finder(records) if records is not None else None
    labels = {study["slab"]: study["study"] for study in studies}
    rows, problems, seen = [], [], {}
    for entry in entries:
        name, problem = finder.find(entry) if finder else (entry.record or entry.own_id, "")
        if problem:
            problems.append(f", {unit} {entry.row}, {entry.own_id}: {problem}")
            continue
        if name in seen:
            words = f"is the record '{name}' as {unit} {seen[name]} is; merge the two, or name them apart"
            problems.append(f", {unit} {entry.row}, {entry.own_id}: {words}")
            continue
        seen[name] = entry.row
        for vote in entry.votes:
            row = EMPTY | {
                "record": name,
                **{part: getattr(vote, part) for part in ("stage", "role", "reviewer", "decision")},
                **{part: getattr(vote, part) for part in ("reason", "date", "note")},
                "study": labels.get(vote.study, vote.study),
            }
            row["id"] = row_id(row)
            problems += [
                f", {unit} {entry.row}, {column}: {words}"
                for column, words in row_problems(row, reasons)
            ]
            rows.append(row)
    return rows, problems


def _differences(before, row):
    """What the ledger says otherwise; a note that only one of the two has is no difference."""
    return [
        f"{name} '{before[name]}'"
        for name in row
        if before[name] != row[name] and not (name == "note" and "" in (before[name], row[name]))
    ]


def row_id(row):
    """A stable name of a row, of who decided on what at which stage."""
    parts = (row["record"], row["stage"], row["role"], row["reviewer"])
    return "-".join(re.sub(r"[^\w.@:/-]+", "_", part).strip("_") for part in parts)


def merged(old, new):
    """(rows of the ledger with new ones behind, how many are new, problems).

    A row that stands there already is not added again; one that says something else is a problem.
    """
    known = {row["id"]: (number, row) for number, row in enumerate(old, 2)}
    added, problems = [], []
    for row in new:
        number, before = known.get(row["id"], (0, None))
        if before is None:
            known[row["id"]] = (len(old) + len(added) + 2, row)
            added.append(row)
        elif differs := _differences(before, row):
            problems.append(
                f"screening.csv, row {number} ({row['record']}): stands there with {', '.join(differs)}; "
                "delete that row if the export is right"
            )
    return [*old, *added], len(added), problems
