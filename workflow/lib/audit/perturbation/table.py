"""The words of make verify-lineage: what was tried, what moved and was named, why the rest stood."""

from collections import Counter

from workflow.lib.audit.perturbation.reasons import REFUSED_BY_CHECK
from workflow.lib.audit.perturbation.survey import verdict

COLUMNS = ("table", "cells", "changes", "moved", "stood", REFUSED_BY_CHECK)
LISTED = 100  # violations that are printed
WIDE = 160  # characters of one cell of the list


def report_lines(survey, violations):
    """Lines in markdown that a terminal shows as well, the false lineages last."""
    return [
        *_aligned([COLUMNS, *_counts(survey)]),
        "",
        *_aligned([("numbers and what they name", "pairs"), *_pairs(survey)]),
        "",
        *_listed(violations),
    ]


def change_rows(outcomes):
    """Rows of schemas/perturbations.schema.yaml, one per change."""
    return [
        {
            **{name: getattr(one.change, name) for name in ("place", "old", "new")},
            "outcome": verdict(one),
            "numbers": len(one.moved),
            "unnamed": ";".join(name for name, *_ in one.unnamed),
            "message": one.refusal or one.fault,
        }
        for one in outcomes
    ]


def _counts(survey):
    """One row per table: cells, changes and what became of them; and the sum."""
    rows = []
    for table, cells in survey.cells.items():
        of = {word: n for (name, word), n in survey.outcomes.items() if name == table}
        rows.append(
            (table, len(cells), sum(of.values()), *(of.get(word, 0) for word in COLUMNS[3:]))
        )
    return [*rows, ("all", *(sum(column) for column in list(zip(*rows, strict=True))[1:]))]


def _pairs(survey):
    """How many pairs of a number and what it names moved, and why the others stood."""
    stood = Counter(reason or "without a reason" for *_, reason in survey.standing())
    count = sum(1 for _ in survey.pairs())
    rows = [("moved and named", count - sum(stood.values()))]
    return [
        *rows,
        *((f"named and stood: {reason}", n) for reason, n in stood.most_common()),
        ("all", count),
    ]


def _listed(violations):
    if not violations:
        return ["No lineage is false."]
    rows = [("number", "cell or decision", "old", "new", "what is wrong")]
    rows += [
        tuple(_short(text) for text in (one.number, one.cause, one.old, one.new, one.problem))
        for one in violations[:LISTED]
    ]
    more = len(violations) - LISTED
    rest = [f"... and {more} more"] if more > 0 else []
    return [f"False lineages: {len(violations)}.", "", *_aligned(rows), *rest]


def _short(text):
    words = " ".join(str(text).split())
    return words if len(words) <= WIDE else f"{words[: WIDE - 3]}..."


def _aligned(rows):
    """A table in markdown, its first column padded; numbers to the right."""
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "| "
        + " | ".join(
            cell.ljust(width) if not place or not cell.isdigit() else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in cells
    ]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]
