"""The table of what does not fit among the printed values, and of what was checked."""

from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

FINDINGS = ("warning", "note")
NOTHING = "No check found printed values that do not fit together.\n"


def forensics_table(facts):
    """Findings first, each with its arithmetic; then every check that found nothing, and why."""
    found = [row for row in facts.forensics if row["severity"] in FINDINGS]
    rest = [row for row in facts.forensics if row["severity"] not in FINDINGS]
    parts = [
        _table(found, "Printed values that do not fit together", "forensics") if found else NOTHING
    ]
    if rest:
        rows = _table(rest, "Checks without a finding", "forensics-checks")
        title = "## Show the checks that found nothing"
        parts.append(f'::: {{.callout-note collapse="true"}}\n{title}\n\n{rows}:::\n')
    return "\n".join(parts)


def _table(rows, caption, label):
    """One row per finding or check."""
    cells = [
        [
            esc(row["check"].replace("_", " ")),
            esc(row["severity"]),
            esc(row["study"] or ""),
            esc(row["message"]),
            esc(row["source"]),
        ]
        for row in rows
    ]
    header = ["Check", "Result", "Study", "What was seen", "Source"]
    return pipe_table(header, cells, caption=caption, label=label)
