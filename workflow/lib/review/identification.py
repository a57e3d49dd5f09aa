"""Where records came from and what was removed before screening, from the table of records or the ledger."""

from dataclasses import dataclass

from workflow.lib.review.screening import MAIN, OTHER, REMOVED, listed

NOT_STATED = "database not stated"


@dataclass(frozen=True, slots=True)
class Identified:
    """One record: where it was found, and whether it went on to screening."""

    record: str
    database: str
    kind: str  # database | register | other
    removed: str  # one of REMOVED; empty if it was kept
    where: str  # the row that removed it, for a message

    @property
    def column(self):
        """The column of the diagram that counts it: databases and registers, or other methods."""
        return OTHER if self.kind == OTHER else MAIN


def identified(rows, records=None):
    """record -> Identified, of ledger rows and, where there is one, of the table of records.

    `rows` are those of a Ledger, with their line in `row`; `records` have record, database, kind and
    duplicate_of. A record that only the ledger names is among them if there is no table.
    """
    removed = {row["record"]: row for row in rows if row["decision"] in REMOVED}
    if records is None:
        found = {}
        for row in rows:
            old = found.get(row["record"], ("", ""))
            found[row["record"]] = (old[0] or row["database"], old[1] or row["kind"])
        duplicates = {}
    else:
        found = {row["record"]: (row["database"], row["kind"]) for row in records}
        duplicates = {row["record"] for row in records if row["duplicate_of"]}
    return {
        name: Identified(
            name,
            database or NOT_STATED,
            kind or MAIN,
            *_removal(name, removed.get(name), name in duplicates),
        )
        for name, (database, kind) in found.items()
    }


def _removal(name, row, duplicate):
    """(how it was removed, the place that says so)."""
    if row:
        return row["decision"], f", row {row['row']}"
    return ("duplicate", ", records.csv") if duplicate else ("", "")


def source_problems(rows):
    """Rows of one record that name different databases or kinds."""
    seen = {}
    for row in rows:
        for column in ("database", "kind"):
            if not row[column]:
                continue
            first = seen.setdefault((row["record"], column), row)
            if first[column] != row[column]:
                words = f"'{row[column]}', but '{first[column]}' in row {first['row']}"
                here = f"screening.csv, row {row['row']} ({row['record']}), {column}"
                yield f"{here}: {words}; a record was found in one place"


def duplicate_problems(rows, records=()):
    """Duplicates of records that do not exist, and circles of duplicates."""
    kept = {row["record"]: row["duplicate_of"] for row in records if row["duplicate_of"]}
    kept |= {row["record"]: row["duplicate_of"] for row in rows if row["duplicate_of"]}
    known = {row["record"] for row in records or rows}
    for row in rows:
        if row["duplicate_of"] and row["duplicate_of"] not in known:
            words = f"no record is called '{row['duplicate_of']}'"
            yield f"screening.csv, row {row['row']} ({row['record']}), duplicate_of: {words}"
    for circle in _circles(kept):
        words = " is a duplicate of ".join([*circle, circle[0]])
        yield f"screening.csv, duplicate_of: {words}: a circle; one of them has to be kept"


def _circles(kept):
    """Circles among record -> record, each once, from its first name on."""
    done, circles = set(), []
    for start in kept:
        way, name = [], start
        while name in kept and name not in done:
            done.add(name)
            way.append(name)
            name = kept[name]
        if name in way:
            circle = way[way.index(name) :]
            first = circle.index(min(circle))
            circles.append([*circle[first:], *circle[:first]])
    return circles


def record_problems(ledger, records):
    """What the ledger says of records that the table of records does not say, or says otherwise."""
    known = {row["record"]: row for row in records}
    unknown = {}
    for row in ledger.rows:
        if row["record"] not in known:
            unknown.setdefault(row["record"], row["row"])
            continue
        for column in ("database", "kind"):
            if row[column] not in ("", known[row["record"]][column]):
                words = f"'{row[column]}', but '{known[row['record']][column]}' in records.csv"
                yield f"screening.csv, row {row['row']} ({row['record']}), {column}: {words}; empty the cell"
    if unknown:
        named = listed(f"{name} (row {number})" for name, number in unknown.items())
        words = f"not in results/tables/records.csv ({len(unknown)}): {named}"
        yield f"screening.csv, record: {words}"
