"""What extraction.csv should hold, from two extractions and what was decided, and what is still open."""

from workflow.lib.review.reconciliation import KEY, LEFT_OUT, UNIT, VALUE, key_of


def proposal(cells, a, b, decisions, extraction):
    """(rows for extraction.csv, rows for adjudication.csv that somebody must fill in).

    The arguments are what `reconcile` takes and returns. A row with an open conflict is not proposed. Rows
    of studies that neither extractor has are taken over from `extraction`.
    """
    sides = {key_of(row): row for row in b} | {key_of(row): row for row in a}
    others = {key_of(row): row for row in b}
    final = {key_of(row): row for row in extraction}
    decided = {(*key_of(row), row["column"]): row for row in decisions}
    by_key = {}
    for cell in cells:
        by_key.setdefault(key_of(cell), {})[cell["column"]] = cell
    rows, open_cells = [], []
    for key, own in by_key.items():
        found = [cell for cell in own.values() if cell["is_open"]]
        open_cells += [_to_decide(cell) for cell in found]
        if not found and own[VALUE]["decision"] != LEFT_OUT:
            pair = sides[key], others.get(key, sides[key])
            rows.append(_row(own, pair, decided.get((*key, VALUE)), final.get(key)))
    studies = {row["study"] for row in (*a, *b)}
    return [*rows, *(row for row in extraction if row["study"] not in studies)], open_cells


def _row(cells, pair, decision, own):
    """One row of the consensus: the words are those of whoever holds, the id is the one in use."""
    a, b = pair
    value = cells[VALUE]
    taken = b if value["consensus"] == b["value"] != a["value"] else a
    row = dict(taken) | {"value": value["consensus"]}
    if UNIT in cells:
        row["unit"] = cells[UNIT]["consensus"]
    if decision and decision["decision"] == "other":
        row |= {name: decision[name] for name in ("source", "page", "quote")}
        row |= {"extractor": decision["who"]}
    elif a is not b and a["extractor"] != b["extractor"]:
        row["extractor"] = f"{a['extractor']}; {b['extractor']}"
    row["reason"] = "" if row["value"] else row["reason"] or (decision or {}).get("why", "")
    return row | {"id": own["id"] if own else a["id"]}


def _to_decide(cell):
    """An empty row of adjudication.csv for an open cell."""
    empty = dict.fromkeys(
        ("decision", "value", "who", "when", "why", "source", "page", "quote"), ""
    )
    return {name: cell[name] for name in (*KEY, "column")} | empty
