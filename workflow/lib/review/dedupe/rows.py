"""The tables of records and of pairs, from the exports of a review and the decisions of persons."""

from dataclasses import dataclass

from workflow.lib.review.dedupe.find import find_duplicates
from workflow.lib.review.dedupe.names import named
from workflow.lib.review.dedupe.verdict import RULES, UNCERTAIN

OWN = (
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "type",
    "abstract",
)
FILLED = ("authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "abstract")
PAIR = (  # columns of duplicates.csv
    *("record_a", "record_b", "decision", "score", "rule", "reason", "who"),
    *("title_a", "title_b", "place_a", "place_b"),
)
PLACE = ("year", "journal", "volume", "pages", "doi", "pmid", "type")


@dataclass(frozen=True, slots=True)
class Tables:
    """Columns of records.csv, and rows of the tables of pairs."""

    records: dict[str, list]
    pairs: tuple[dict, ...]
    uncertain: tuple[dict, ...]


def record_tables(sources, exports, decisions=()) -> Tables:
    """Return the Tables of a review.

    `sources` are rows of sources.csv, `exports` has the records of each, and `decisions` are rows
    of duplicates.csv; all have passed the check.
    """
    found = named({row["source"]: exports[row["source"]].records for row in sources})
    names = [name for name, _, _ in found]
    places = {name: place for place, name in enumerate(names)}
    records = [record for _, _, record in found]
    decided = [
        (places[row["record_a"]], places[row["record_b"]], row["decision"], row["who"])
        for row in decisions
    ]
    duplicates = find_duplicates(records, decided)
    columns = _columns(found, duplicates, {row["source"]: row for row in sources})
    printed = [_place(record) for record in records]
    pairs = tuple(_pair(pair, names, records, printed) for pair in duplicates.pairs)
    return Tables(columns, pairs, tuple(row for row in pairs if row["decision"] == UNCERTAIN))


def _columns(found, duplicates, sources):
    """Columns of records.csv, in the order of the exports."""
    names = [name for name, _, _ in found]
    columns = {
        "record": names,
        "source": [source for _, source, _ in found],
        "database": [sources[source]["database"] for _, source, _ in found],
        "kind": [sources[source]["kind"] for _, source, _ in found],
    }
    columns |= {name: [getattr(record, name) for _, _, record in found] for name in OWN}
    roots = duplicates.roots
    behind = [root != place for place, root in enumerate(roots)]
    columns["group"] = [names[root] for root in roots]
    columns["duplicate_of"] = [
        names[root] if hidden else "" for root, hidden in zip(roots, behind, strict=True)
    ]
    columns["rule"] = [
        (rule or "") if hidden else ""
        for rule, hidden in zip(duplicates.rules, behind, strict=True)
    ]
    columns["merged"] = _merged(columns, roots)
    return columns


def _merged(columns, roots):
    """Fill what a kept record lacks from its duplicates; tell which fields came from where."""
    names, told = columns["record"], [[] for _ in roots]
    for place, root in enumerate(roots):
        if place == root:
            continue
        for name in FILLED:
            column = columns[name]
            if column[root] in ("", None) and column[place] not in ("", None):
                column[root] = column[place]
                told[root].append(f"{name} from {names[place]}")
    return ["; ".join(one) for one in told]


def _pair(pair, names, records, printed):
    """One row of the tables of pairs; `printed` has the place of each record in words."""
    return {
        "record_a": names[pair.one],
        "record_b": names[pair.other],
        "decision": pair.decision,
        "score": pair.score,
        "rule": pair.rule,
        "reason": RULES[pair.rule],
        "who": pair.who,
        "title_a": records[pair.one].title,
        "title_b": records[pair.other].title,
        "place_a": printed[pair.one],
        "place_b": printed[pair.other],
    }


def _place(record):
    """'Smith J; 2010; J Pain; 12; 34-40' and the ids."""
    values = (getattr(record, name) for name in PLACE)
    first = record.authors.partition("; ")[0]
    return "; ".join(str(value) for value in (first, *values) if value not in ("", None))
