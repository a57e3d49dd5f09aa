"""Decisions of persons on pairs of records: checked against the records and against each other."""

from collections import defaultdict

from workflow.lib.review.dedupe.names import named

NEW = "results/tables/duplicates_uncertain.csv names the pairs that are open"


def decisions_problems(rows, exports):
    """Pairs that name no record or themselves, stand twice, or contradict each other.

    `rows` are those of duplicates.csv; `exports` has the records of each source, is None without
    sources.csv, and empty where exports cannot be read, which is told elsewhere.
    """
    if rows and exports is None:
        return ["duplicates.csv: there is no sources.csv, so there are no records; add it"]
    if not rows or not exports:
        return []
    found = named({source: export.records for source, export in exports.items()})
    problems, known, seen = [], {name for name, _, _ in found}, {}
    for number, row in enumerate(rows, 2):
        here = f"duplicates.csv, row {number}"
        for column in ("record_a", "record_b"):
            if row[column] not in known:
                problems.append(f"{here}, {column}: no record is called '{row[column]}'; {NEW}")
        pair = frozenset((row["record_a"], row["record_b"]))
        if len(pair) == 1:
            problems.append(f"{here}, record_b: '{row['record_b']}' is record_a itself")
        elif pair in seen:
            problems.append(f"{here}: the pair stands already in row {seen[pair]}; delete one")
        seen.setdefault(pair, number)
    return problems + _contradictions(rows)


def _contradictions(rows):
    """A pair that is different, though other rows say that it is the same."""
    links = defaultdict(list)
    for number, row in enumerate(rows, 2):
        if row["decision"] == "same":
            links[row["record_a"]].append((row["record_b"], number))
            links[row["record_b"]].append((row["record_a"], number))
    found = []
    for number, row in enumerate(rows, 2):
        way = (
            _way(links, row["record_a"], row["record_b"])
            if row["decision"] == "different"
            else None
        )
        if way:
            rows_of = ", ".join(map(str, sorted(set(way))))
            found.append(
                f"duplicates.csv, row {number}, decision: different, but row{'s' * (len(way) > 1)} "
                f"{rows_of} make the two records the same; correct one of them"
            )
    return found


def _way(links, start, end):
    """Row numbers of the decisions that lead from one record to the other, or None."""
    came, waiting = {start: None}, [start]
    while waiting:
        here = waiting.pop()
        for there, number in links[here]:
            if there not in came:
                came[there] = (here, number)
                waiting.append(there)
    if start == end or end not in came:
        return None
    rows, here = [], end
    while came[here] is not None:
        here, number = came[here]
        rows.append(number)
    return rows
