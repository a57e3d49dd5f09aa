"""Two extractors' tables, cell by cell: what agrees, what does not, and what was decided about it.

A cell is a value or a unit under the key of a row; ids, sources and quotes are not compared, for two
people quote in their own way. Where only one of them has a row, that is one cell, its value. Studies
that only one of them extracted are listed as extracted once; they are no conflict.
"""

import math

from workflow.lib.review.extraction import NUMBER

KEY = ("study", "outcome", "arm", "time_point", "patient", "quantity")
VALUE, UNIT = "value", "unit"
OPEN = ("differ", "only_a", "only_b")  # what somebody must decide on
LEFT_OUT = "left_out"
DECISIONS = ("a", "b", "other", LEFT_OUT)  # another word decides nothing; the schema refuses it
LABELS = {"a": "extraction_a.csv", "b": "extraction_b.csv"}


def key_of(row):
    """What makes two rows the same cell of the evidence."""
    return tuple(row[part] for part in KEY)


def reconcile(a, b, decisions, extraction):
    """One dict per cell, in the order of A and then of what only B has.

    `a`, `b` and `extraction` are rows of their tables, `decisions` rows of adjudication.csv.
    """
    both = _studies(a) & _studies(b)
    sides = {key_of(row): row for row in a}, {key_of(row): row for row in b}
    decided = {
        (*key_of(row), row["column"]): row for row in decisions if row["decision"] in DECISIONS
    }
    final = {key_of(row): row for row in extraction}
    keys = dict.fromkeys([*sides[0], *sides[1]])
    return [
        _cell(key, column, (sides[0].get(key), sides[1].get(key)), (both, decided, final))
        for key in keys
        for column in _columns(sides[0].get(key), sides[1].get(key))
    ]


def _studies(rows):
    return {row["study"] for row in rows}


def _columns(one, other):
    """The cells of a key: its value, and its unit where both have the row."""
    return (VALUE,) if one is None or other is None else (VALUE, UNIT)


def _cell(key, column, rows, given):
    """One reconciled cell."""
    both, decided, final = given
    a, b = rows
    texts = tuple(row and row[column] for row in rows)
    found = _found(texts, key[0] in both)
    decision = decided.get((*key, column))
    own = final.get(key)
    return {
        **dict(zip(KEY, key, strict=True)),
        "column": column,
        "a": texts[0] or "",
        "b": texts[1] or "",
        "found": found,
        "status": "adjudicated" if decision else found,
        "is_open": found in OPEN and not decision,
        "consensus": _consensus(texts, found, decision, own and own[column]),
        "decision": decision["decision"] if decision else "",
        **{name: decision[name] if decision else "" for name in ("who", "when", "why", "source")},
        "row_a": a["id"] if a else "",
        "row_b": b["id"] if b else "",
        "row": own["id"] if own else "",
    }


def _found(texts, is_in_both):
    """What two texts of one cell are to each other; None is a row that is not there."""
    if None in texts:
        return ("only_a" if texts[1] is None else "only_b") if is_in_both else "once"
    if texts[0] == texts[1]:
        return "agree"
    numbers = numbers_of(texts)
    return "same_number" if numbers and numbers[0] == numbers[1] else "differ"


def numbers_of(texts):
    """Two texts as numbers; none unless both are finite ones."""
    numbers = tuple(float(text) for text in texts if NUMBER.match(text))
    return numbers if len(numbers) == 2 and all(map(math.isfinite, numbers)) else ()


def _consensus(texts, found, decision, final):
    """The text that holds; empty where nobody has decided, or where the row is left out."""
    if decision:
        chosen = {"a": texts[0], "b": texts[1], "other": decision["value"], LEFT_OUT: ""}
        return chosen[decision["decision"]] or ""
    if found in OPEN:
        return ""
    known = [text for text in texts if text is not None]
    return final if found == "same_number" and final in known else known[0]


def double_problems(tables):
    """Every way in which extraction.csv is not the cells that agree and those that were adjudicated.

    `tables` has extraction and, where they are kept, extraction_a, extraction_b and adjudication.
    """
    a, b = tables.get("extraction_a"), tables.get("extraction_b")
    decisions = tables.get("adjudication", [])
    if a is None and b is None:
        alone = "adjudication.csv: without extraction_a.csv and extraction_b.csv there is nothing to decide"
        return [alone] if decisions else []
    if a is None or b is None:
        missing = LABELS["a" if a is None else "b"]
        return [f"{missing}: is missing; double extraction needs the tables of both extractors"]
    cells = reconcile(a, b, decisions, tables["extraction"])
    return consensus_problems(cells, tables["extraction"], decisions)


def consensus_problems(cells, extraction, decisions):
    """Problems of the consensus: open conflicts, decisions about nothing, rows that are not what holds."""
    rows = {key_of(row): (number, row) for number, row in enumerate(extraction, 2)}
    problems = [*_decision_problems(cells, decisions)]
    gone = {key_of(cell) for cell in cells if cell["decision"] == LEFT_OUT}
    for cell in cells:
        problems += _cell_problems(cell, rows.get(key_of(cell)), key_of(cell) in gone)
    known = {key_of(cell) for cell in cells}
    studies = _studies(cells)
    problems += [
        f"extraction.csv, row {number} ({row['id']}): neither extractor has this cell "
        f"({place(row)}); add it to a file of theirs, or delete the row"
        for key, (number, row) in rows.items()
        if key not in known and row["study"] in studies
    ]
    return problems


def place(row):
    """'prologo2017, pain, single, baseline, mean': a cell's key in words."""
    return ", ".join(row[part] for part in KEY if row[part])


def _cell_problems(cell, found, is_gone):
    """What is wrong in extraction.csv about one cell."""
    where = f"{place(cell)}, {cell['column']}"
    if cell["is_open"]:
        yield (
            f"adjudication.csv: open conflict: {where}: A has {_shown(cell, 'a')}, B has "
            f"{_shown(cell, 'b')}; decide it there; `make reconcile` lists all"
        )
    elif is_gone:
        if found and cell["column"] == VALUE:
            yield (
                f"extraction.csv, row {found[0]} ({found[1]['id']}): adjudication.csv leaves this "
                "cell out; delete the row"
            )
    elif found is None:
        if cell["column"] == VALUE:
            yield f"extraction.csv: no row for {where}: {_wanted(cell)}; add it"
    elif found[1][cell["column"]] != cell["consensus"]:
        yield (
            f"extraction.csv, row {found[0]} ({found[1]['id']}), {cell['column']}: "
            f"'{found[1][cell['column']]}' is not what was agreed: {_wanted(cell)}"
        )


def _shown(cell, side):
    """What one extractor has, in words."""
    if not cell[f"row_{side}"]:
        return "no such row"
    return f"'{cell[side][:60]}'" if cell[side] else "no value"


def _wanted(cell):
    """What extraction.csv should have, and who says so."""
    who = f"as {cell['who']} decided" if cell["who"] else "as extracted"
    return f"'{cell['consensus']}', {who}" if cell["consensus"] else f"no value, {who}"


def _decision_problems(cells, decisions):
    """Decisions about nothing, decisions that choose what is not there, other values without source."""
    known = {(*key_of(cell), cell["column"]): cell for cell in cells}
    for number, row in enumerate(decisions, 2):
        here = f"adjudication.csv, row {number} ({place(row)}, {row['column']})"
        cell = known.get((*key_of(row), row["column"]))
        if cell is None:
            yield f"{here}: no extractor has this cell; correct the key or delete the row"
        elif row["decision"] in ("a", "b") and not cell[f"row_{row['decision']}"]:
            yield f"{here}, decision: {LABELS[row['decision']]} has no such row"
        elif cell["found"] == "agree" and row["decision"] in ("a", "b"):
            yield f"{here}, decision: both have '{cell['a'][:60]}', so nothing is to decide; delete the row"
        elif row["decision"] == "other" and row["value"] and not (row["source"] and row["quote"]):
            yield f"{here}, quote: a value that neither extractor has needs source and quote"
        elif row["decision"] != "other" and row["value"]:
            yield f"{here}, value: only for the decision 'other'; delete it, or decide 'other'"
        elif row["decision"] == LEFT_OUT and row["column"] != VALUE:
            yield f"{here}, column: a row is left out under its value"
