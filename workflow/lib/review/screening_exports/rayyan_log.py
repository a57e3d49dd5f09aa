"""Rayyan's customizations_log.csv: what each member decided last on each article, on which day, for which reasons."""

from workflow.lib.review.screening_exports.entry import day_of

REQUIRED = ("article_id", "user_email", "key", "value", "created_at")
DECISIONS = {"1": "include", "0": "maybe", "-1": "exclude"}
REASON = "__EXR__"  # before the name of a reason among the keys
INCLUDED, DELETED = "included", "deleted"


def read_log(rows):
    """(article -> member -> (decision, reasons, day), problems) of (line, row) pairs of the log."""
    decided, reasons, problems = {}, {}, []
    ordered = sorted(rows, key=lambda pair: (pair[1]["created_at"], pair[0]))
    for number, row in ordered:
        article, member, key = row["article_id"], row["user_email"], row["key"].strip('"')
        if key == INCLUDED:
            day = day_of(row["created_at"])
            if row["value"] not in (*DECISIONS, DELETED) or day is None:
                problems.append(_unread(number, row))
                continue
            decided.setdefault(article, {})[member] = (DECISIONS.get(row["value"]), day)
        elif key.startswith(REASON):
            name = key.removeprefix(REASON).strip()
            reasons.setdefault((article, member), {})[name] = row["value"] == "1"
    return {
        article: {
            member: (said, _given(reasons.get((article, member), {})), day)
            for member, (said, day) in members.items()
            if said
        }
        for article, members in decided.items()
    }, problems


def _unread(number, row):
    return (
        f", row {number}, value: '{row['value']}' on {row['created_at']!r} cannot be read; expected one of "
        f"{', '.join((*DECISIONS, DELETED))} and a time"
    )


def _given(reasons):
    return [name for name, is_set in reasons.items() if is_set]
