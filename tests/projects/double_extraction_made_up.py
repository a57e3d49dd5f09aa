"""A second extractor for the tables of any review, made up: what the two typed differently, and who decided.

The first extraction is the given one. The second agrees but for a value, a unit, decimals, a row that
it lacks and one that it has more; a third person decides on each.
"""

KEY = ("study", "outcome", "arm", "time_point", "patient", "quantity")
WHO = {"who": "Adjudicator (made up)", "when": "2026-03-01"}


def second_extraction(rows, *, differ, decimals, missing):
    """Rows of extraction_b.csv: `differ` maps an id to another value, `decimals` are ids whose number is
    typed in other digits, `missing` ids that B does not have.
    """
    found = []
    for row in rows:
        if row["id"] in missing:
            continue
        row = dict(row) | {"id": f"b-{row['id']}", "extractor": "Extractor B (made up)"}
        original = row["id"].removeprefix("b-")
        if original in differ:
            row["value"] = differ[original]
        if original in decimals:
            row["value"] = (
                f"{float(row['value']):g}" if "." in row["value"] else f"{row['value']}.0"
            )
        found.append(row)
    return found


def decision(row, choice, *, column="value", value="", why="looked up again (made up)"):
    """A row of adjudication.csv about the cell of `row`."""
    source = (
        {"source": "the paper (made up)", "page": "2", "quote": f"made up: {value}"}
        if value
        else {}
    )
    empty = {"source": "", "page": "", "quote": ""}
    key = {name: row[name] for name in KEY}
    return (
        key
        | {"column": column, "decision": choice, "value": value, "why": why}
        | WHO
        | empty
        | source
    )
