"""Checks of the screening ledger row by row: a decision that its stage has, one reason, a date, a study."""

from datetime import date

from workflow.lib.review.screening import DECISIONS

FORWARD = ("include", "maybe", "retrieved")
SEPARATORS = (";", "|", "\n")


def row_problems(row, reasons):
    """(column, sentence) of each fault of one row; `reasons` are those that config.yaml admits, if it does."""
    stage, decision = row["stage"], row["decision"]
    if decision not in DECISIONS.get(stage, (decision,)):
        admitted = ", ".join(DECISIONS[stage])
        yield (
            "decision",
            f"'{decision}' is no decision of the stage {stage}; admissible: {admitted}",
        )
        return
    yield from _role_problems(row)
    yield from _reason_problems(row, reasons)
    yield from _link_problems(row)
    if row["date"] and not _is_day(row["date"]):
        yield "date", f"'{row['date']}' is no day of the calendar; type it as YYYY-MM-DD"


def _role_problems(row):
    """An adjudicator settles votes, on a day and with a why."""
    if row["role"] != "adjudicator":
        return
    if row["stage"] not in ("title_abstract", "full_text"):
        yield "role", f"nobody votes at the stage {row['stage']}, so there is no conflict to settle"
    if not row["note"]:
        yield "note", "empty; an adjudicator says why"
    if not row["date"]:
        yield "date", "empty; an adjudication has its day, as YYYY-MM-DD"


def _reason_problems(row, reasons):
    """One reason for an exclusion at full text and a removal for other reasons; none for what goes on."""
    reason, stage, decision = row["reason"], row["stage"], row["decision"]
    if (stage, decision) in (("full_text", "exclude"), ("identification", "other")) and not reason:
        yield "reason", "empty; say in one reason why it was excluded"
    if reason and decision in FORWARD:
        yield (
            "reason",
            f"'{reason}', but the decision is {decision}; only an exclusion has a reason",
        )
    if any(mark in reason for mark in SEPARATORS):
        yield (
            "reason",
            f"'{reason}' is more than one reason; keep the first in your order of reasons",
        )
    elif reasons and reason and stage == "full_text" and reason not in reasons:
        known = ", ".join(reasons)
        yield "reason", f"'{reason}' is not among screening.reasons of config.yaml: {known}"


def _link_problems(row):
    """A study belongs to an included report, a kept record to a duplicate."""
    included = (row["stage"], row["decision"]) == ("full_text", "include")
    if row["study"] and not included:
        yield "study", f"'{row['study']}'; only an included report belongs to a study"
    if row["decision"] == "duplicate" and not row["duplicate_of"]:
        yield "duplicate_of", "empty; name the record that was kept"
    if row["duplicate_of"] and row["decision"] != "duplicate":
        yield "duplicate_of", f"'{row['duplicate_of']}', but the decision is {row['decision']}"


def _is_day(text):
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
