"""Checks of the screening ledger as a whole: votes and conflicts, the order of stages, reports and studies."""

from workflow.lib.review.identification import (
    duplicate_problems,
    identified,
    source_problems,
)
from workflow.lib.review.screening import OF_RECORDS, OF_VOTES, OTHER, listed, read_ledger
from workflow.lib.review.screening_rows import row_problems

INCLUDED_ROLES = ("pooled", "candidate", "narrated")


def screening_problems(rows, studies, *, settings=None, previous=False, own_records=True):
    """Every fault of the ledger that its own rows and studies.csv show, one sentence each.

    `settings` is the key screening of config.yaml: the admitted `reasons`, how many `screeners`;
    `previous` says that a published version of the review counts studies of its own;
    `own_records` that no other table lists the records.
    """
    if not rows:
        return []
    settings = settings or {}
    ledger = read_ledger(rows)
    faults = [
        (row, column, words)
        for row in ledger.rows
        for column, words in row_problems(row, settings.get("reasons"))
    ]
    found = [f"{_here(row)}, {column}: {words}" for row, column, words in faults]
    if any(column in ("decision", "role") for _, column, _ in faults):
        return found  # what the rows say of each other follows from their decisions
    found += [*_vote_problems(ledger, settings.get("screeners", 1)), *_report_problems(ledger)]
    if own_records:
        found += [*source_problems(ledger.rows), *duplicate_problems(ledger.rows)]
        found += stage_problems(ledger, identified(ledger.rows))
    return [*found, *_study_problems(ledger, studies, previous)]


def _here(row):
    return f"screening.csv, row {row['row']} ({row['record']})"


def _vote_problems(ledger, screeners):
    """One vote each, a conflict with one adjudication, no adjudication without a conflict."""
    for stage, outcomes in ledger.outcomes.items():
        for found in outcomes.values():
            yield from _judge_problems(found)
            if stage in OF_VOTES:
                yield from _voter_problems(found, screeners)
            elif len(found.votes) > 1:
                first, second = found.votes[:2]
                words = (
                    f"{stage} is told once for each {_unit(stage)}, and row {first['row']} tells it"
                )
                yield f"{_here(second)}, stage: {words}; delete one of the two"


def _unit(stage):
    return "record" if stage in OF_RECORDS else "report"


def _voter_problems(found, screeners):
    """People who vote twice, a team that is not alone, votes that are missing."""
    seen, votes = {}, found.votes
    for row in votes:
        if row["reviewer"] in seen:
            words = f"'{row['reviewer']}' has decided on this {_unit(found.stage)} in row {seen[row['reviewer']]}"
            yield f"{_here(row)}, reviewer: {words}; a person votes once per stage"
        seen.setdefault(row["reviewer"], row["row"])
    teams = [row for row in votes if row["role"] == "team"]
    if teams and len(votes) > 1:
        words = "the team decides alone; delete its row or the others of this stage"
        yield f"{_here(teams[0])}, role: {words}"
    if votes and not teams and len(seen) < screeners:
        words = f"{len(seen)} at {found.stage} where config.yaml, screening.screeners, wants {screeners}"
        yield f"{_here(votes[0])}, reviewer: {words}; add the missing decision"


def _judge_problems(found):
    """Adjudications that are missing, too many or needless."""
    votes, judges = found.votes, found.judges
    if found.conflict and not judges:
        said = (f"{row['reviewer']} {row['decision']} {row['reason']}".strip() for row in votes)
        words = f"conflict at {found.stage} without adjudication ({'; '.join(said)})"
        yield f"{_here(votes[-1])}, decision: {words}; add a row with the role adjudicator"
    for row in judges[1:]:
        yield f"{_here(row)}, role: settled already in row {judges[0]['row']}; keep one adjudication"
    if judges and not found.conflict:
        words = f"there {'is no conflict' if votes else 'are no votes'} to settle"
        yield f"{_here(judges[0])}, role: adjudication, but {words}; delete the row"


def _report_problems(ledger):
    """A record is about one report, and a report is not called like a record of another one."""
    seen = {}
    for row in ledger.rows:
        first = seen.setdefault(row["record"], row) if row["report"] else row
        if first["report"] != row["report"]:
            words = f"'{row['report']}', but '{first['report']}' in row {first['row']}"
            yield f"{_here(row)}, report: {words}; a record is about one report"
    for row in seen.values():
        named = ledger.reports.get(row["report"], row["report"])
        if named != row["report"]:
            words = f"'{row['report']}' is a record that is itself about the report '{named}'"
            yield f"{_here(row)}, report: {words}; name that report"


def stage_problems(ledger, records):
    """Records and reports that miss a stage, or come back after they were removed or excluded.

    `records` maps each record to its Identified.
    """
    for row in ledger.rows:
        yield from _order_problems(row, ledger, records)
    yield from _missing(ledger, records)


def _order_problems(row, ledger, records):
    """A row that comes after the record's or report's way has ended."""
    found, stage = records.get(row["record"]), row["stage"]
    if stage == "identification" or found is None:
        return
    titled = ledger.outcomes["title_abstract"].get(row["record"])
    if found.removed:
        words = (
            f"{stage}, but the record was removed before screening ({found.removed}{found.where})"
        )
        yield f"{_here(row)}, stage: {words}; delete the row, or the removal"
    elif stage != "title_abstract" and titled and titled.decision == "exclude":
        yield f"{_here(row)}, stage: {stage}, but the record was excluded at title_abstract; delete one of the two"
    elif stage != "title_abstract" and not titled and found.kind != OTHER:
        yield f"{_here(row)}, stage: {stage}, but the record has no decision at title_abstract; add it"
    elif stage == "full_text" and _lost(ledger, row):
        yield f"{_here(row)}, stage: full_text, but the report was not retrieved; delete one of the two"


def _lost(ledger, row):
    return ledger.outcome("retrieval", ledger.reports[row["record"]]) == "not_retrieved"


def _missing(ledger, records):
    """Records without a decision on their title, reports without one on their text."""
    kept = {name: one for name, one in records.items() if not one.removed}
    blank = [
        name
        for name, one in kept.items()
        if one.kind != OTHER and not ledger.outcomes["title_abstract"].get(name)
    ]
    if blank:
        words = f"no decision at title_abstract on records ({len(blank)}): {listed(blank)}"
        yield f"screening.csv, stage: {words}"
    going = ledger.outcomes["title_abstract"]
    reports = {
        ledger.reports.get(name, name)
        for name, one in kept.items()
        if (going[name].decision == "include" if name in going else one.kind == OTHER)
    }
    open_reports = [
        name
        for name in reports
        if ledger.outcome("retrieval", name) != "not_retrieved"
        and not ledger.outcomes["full_text"].get(name)
    ]
    if open_reports:
        words = (
            f"no decision on reports that were sought ({len(open_reports)}): {listed(open_reports)}"
        )
        yield f"screening.csv, stage: {words}; add retrieval (not_retrieved) or full_text"


def _study_problems(ledger, studies, previous):
    """An included report names one study that the review includes, and each such study has a report."""
    roles = {study["study"]: study["role"] for study in studies}
    included = [one for one in ledger.outcomes["full_text"].values() if one.decision == "include"]
    told = {name for found in included for name in found.studies}
    for found in included:
        here = f"{_here(found.rows[0])}, study"
        if not found.studies:
            yield f"{here}: empty; an included report is about a study of studies.csv"
        if len(found.studies) > 1:
            yield f"{here}: {listed(found.studies)} for one report; a report is about one study"
        for name in found.studies:
            if roles.get(name) not in INCLUDED_ROLES:
                words = f"'{name}' is not an included study of studies.csv"
                cure = "add it there with the role pooled, candidate or narrated"
                yield f"{here}: {words}; {cure}"
    left = [name for name, role in roles.items() if role in INCLUDED_ROLES and name not in told]
    if left and not previous:
        words = f"no included report is about {len(left)} of the included studies: {listed(left)}"
        cure = (
            "add their reports, or previous_studies to flow.csv if an earlier version included them"
        )
        yield f"screening.csv, study: {words}; {cure}"
