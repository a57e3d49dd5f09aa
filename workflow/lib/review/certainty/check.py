"""Check of data/raw/certainty.csv against the analyses and the words of GRADE."""

import difflib

from workflow.lib.review.certainty.words import STEPS
from workflow.lib.review.dates import date_problems

NEED_FOOTNOTE = "say why in one or two sentences; readers see it under the table"


def certainty_problems(rows, config):
    """Analyses that do not exist, judgements that a domain does not have, reasons and names that lack."""
    problems, known = [], list(config["analyses"])
    for number, row in enumerate(rows, 2):
        here = f"certainty.csv, row {number} ({row['analysis']}, {row['domain']})"
        if row["analysis"] not in known:
            near = difflib.get_close_matches(row["analysis"], known, 1)
            advice = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
            problems.append(
                f"{here}, analysis: '{row['analysis']}' is no analysis of config.yaml; {advice}"
            )
        problems += [
            f"{here}, {column}: '{row.get(column)}' does not exist in this domain; "
            f"admissible: {', '.join(steps)}"
            for steps in [STEPS.get(row["domain"], {})]
            for column in ("judgement", "suggested")
            if steps and row.get(column) and row[column] not in steps
        ]
        if row["judgement"] != "none" and not row["footnote"]:
            problems.append(f"{here}, footnote: empty; {NEED_FOOTNOTE}")
        problems += date_problems(here, row["date"])
    return problems
