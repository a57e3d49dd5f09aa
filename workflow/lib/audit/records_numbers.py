"""Numbers of the registry that count records: identified, duplicates by rule, unique, open pairs."""

from collections import Counter

from workflow.lib.audit.registry import Number

MADE = ("remove_duplicates", "results/tables/records.csv", ())
EXPORTS, DECISIONS = "sources:exports", "duplicates:decisions"  # what hundreds of rows stand for


def records_numbers(sources, records, uncertain):
    """records.<source>.identified, .duplicates and .unique, the same of all, and what is open.

    `records` are columns of records.csv; `uncertain` the rows of duplicates_uncertain.csv.
    """
    hidden = [bool(one) for one in records["duplicate_of"]]
    identified = Counter(records["source"])
    removed = Counter(one for one, gone in zip(records["source"], hidden, strict=True) if gone)
    for row in sources:
        name = row["source"]
        yield from _three(f"records.{name}", identified[name], removed[name], (f"sources:{name}",))
    yield from _three("records", len(hidden), sum(hidden), (EXPORTS,))
    for rule, count in sorted(Counter(filter(None, records["rule"])).items()):
        yield _count(f"records.duplicates_by.{rule}", count, "duplicates", f"rule {rule}",
                     (EXPORTS, DECISIONS))  # fmt: skip
    yield _count("records.uncertain", len(uncertain), "pairs of records", "pairs for a person",
                 (EXPORTS, DECISIONS))  # fmt: skip


def _three(base, identified, removed, basis):
    """Identified, removed and unique records, of one source or of all."""
    decided = (EXPORTS, DECISIONS)
    yield _count(f"{base}.identified", identified, "records", "count of records in exports", basis)
    yield _count(f"{base}.duplicates", removed, "records", "count of duplicates", decided)
    unique = identified - removed
    yield _count(f"{base}.unique", unique, "records", "identified minus duplicates", decided)


def _count(name, count, unit, method, basis):
    return Number(name, count, str(count), unit, "count", method, *MADE, basis=basis)
