"""A small made-up ledger by hand, and its changes, for the tests of screening."""

from tests.projects.screening_made_up import ledger_row

STUDIES = [
    {"study": "made_up_a", "role": "pooled"},
    {"study": "made_up_b", "role": "candidate"},
    {"study": "made_up_c", "role": "narrated"},
    {"study": "made_up_d", "role": "excluded"},
]
WHY = {"note": "read again", "date": "2024-03-01", "role": "adjudicator"}


def votes(record, stage, decisions, **cells):
    """A row of A and one of B."""
    return [
        ledger_row(record, stage, who, one, **(cells if one != "maybe" else {}))
        for who, one in zip("AB", decisions, strict=True)
    ]


def ledger():
    """Nine records of databases, one of a register, two of other methods; four reports of three studies."""
    rows = [
        ledger_row("r1", "identification", "A", "duplicate", duplicate_of="r2"),
        ledger_row("r9", "identification", "A", "automation"),
        *votes("r2", "title_abstract", ("exclude", "exclude")),
        *votes("r3", "title_abstract", ("maybe", "include")),
        *votes("r4", "title_abstract", ("include", "include")),
        *votes("r5", "title_abstract", ("include", "exclude")),
        ledger_row("r5", "title_abstract", "C", "include", **WHY),
        *votes("r6", "title_abstract", ("include", "include")),
        *votes("r7", "title_abstract", ("include", "include")),
        *votes("r8", "title_abstract", ("include", "include"), report="r7"),
        *votes("r10", "title_abstract", ("include", "include")),
        ledger_row("r3", "retrieval", "A", "not_retrieved"),
        *votes("r4", "full_text", ("exclude", "exclude"), reason="no pain score"),
        ledger_row("r5", "full_text", "A", "exclude", reason="no pain score"),
        ledger_row("r5", "full_text", "B", "exclude", reason="wrong design"),
        ledger_row("r5", "full_text", "C", "exclude", reason="wrong design", **WHY),
        *votes("r6", "full_text", ("include", "include"), study="made_up_a"),
        *votes("r7", "full_text", ("include", "include"), study="made_up_a"),
        ledger_row("r10", "full_text", "A", "include", study="made_up_b"),
        ledger_row("r10", "full_text", "B", "exclude", reason="wrong design"),
        ledger_row("r10", "full_text", "C", "include", study="made_up_b", **WHY),
        *votes("w1", "full_text", ("include", "include"), study="made_up_c"),
        *votes("w2", "full_text", ("exclude", "exclude"), reason="no results"),
    ]
    for row in rows:
        other = row["record"].startswith("w")
        row["database"] = "Citation searching" if other else "PubMed"
        row["kind"] = "other" if other else "database"
        if row["record"] == "r10":
            row |= {"database": "ClinicalTrials.gov", "kind": "register"}
    return rows


def changed(rows, place, **cells):
    """The rows, one of them with other cells."""
    return [row | cells if number == place else row for number, row in enumerate(rows, 2)]


def place_of(rows, record, stage, reviewer="A"):
    """The line of one row."""
    key = (record, stage, reviewer)
    return next(
        number
        for number, row in enumerate(rows, 2)
        if (row["record"], row["stage"], row["reviewer"]) == key
    )
