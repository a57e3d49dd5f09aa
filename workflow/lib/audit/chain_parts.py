"""What a chain points to, in words: cells, studies, steps, assumptions, settings, claims and boxes."""

from workflow.lib.audit.glossary import ROLES, quantity_words

ORIGIN = ("source", "page")
NAMING = ("title", "label")  # keys of a setting that come first


def told_cell(row):
    """One row of the extraction as a reader needs it."""
    place = ", ".join(filter(None, (row["arm"], row["time_point"])))
    patient = f", patient {row['patient']}" if row["patient"] else ""
    return {
        "row": row["id"],
        "study": row["study"],
        "what": f"{quantity_words(row['quantity'])} ({place}{patient})",
        **{key: row[key] for key in ("value", "unit", "reason", "quote", "note")},
        "source": ", ".join(filter(None, (row["source"], row["page"]))),
    }


def told_study(row):
    """One study: label, design, and what its role in the review is."""
    return {
        "study": row["study"],
        "label": row["slab"],
        "design": row["design"].replace("_", " "),
        "role": f"{row['role']}: {ROLES[row['role']]}",
        "reason": row["reason"],
    }


def told_step(step):
    """One step of the cleaning log."""
    place = ", ".join(step[key] for key in ("study", "arm", "time_point") if step[key])
    taken = ("step", "inputs", "formula", "source", "output", "value", "status", "message")
    return {"place": place, **{key: step[key] for key in taken}}


def told_part(name, evidence):
    """One thing besides cells that numbers rest on: its kind, what it says, and its quote."""
    kind, _, own = name.partition(":")
    if own == "rows":
        return {"name": name, "kind": "other", "says": f"all rows of {kind}.csv"}
    row = evidence.books.get(kind, {}).get(own)
    told = _row(row) if row else PARTS.get(kind, _named)(own, evidence)
    return {"name": name, "kind": kind if kind in PARTS else "other", **told}


def _assumption(own, evidence):
    item = evidence.manifest["config"]["assumptions"][own]
    where = [item[key] for key in ("study", "arm", "time_point") if key in item]
    words = f"{item['quantity']} = {item['value']:g}"
    return {
        "says": f"{words} ({', '.join(where)})" if where else words,
        "reason": item["reason"],
        "source": item["source"],
    }


def _setting(own, evidence):
    item = evidence.manifest["config"]
    for key in own.split("."):
        item = item.get(key, "not set") if isinstance(item, dict) else item
    item = dict(item) if isinstance(item, dict) else {own.rpartition(".")[2]: item}
    item = {key: item[key] for key in sorted(item, key=lambda key: (key not in NAMING, key))}
    quote, source = item.pop("quote", ""), item.pop("citation", "")
    return {"says": _flat(item), "quote": quote, "source": source}


def _flat(item):
    """A setting on one line: 'measure: SMCR; model: method REML, test adhoc'."""
    return "; ".join(f"{key}: {_value(value)}" for key, value in item.items())


def _value(value):
    if isinstance(value, dict):
        return ", ".join(f"{key} {_value(one)}" for key, one in value.items())
    if isinstance(value, list):
        ends = len(value) == 2 and all(isinstance(one, int | float) for one in value)
        return (" to " if ends else " and ").join(_value(one) for one in value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _claim(own, evidence):
    row = next(row for row in evidence.claims if row["id"] == own)
    level = f" (level {row['level']:g} percent)" if row["level"] is not None else ""
    says = f"{row['sentence']} Printed: {row['printed']}{level}"
    return {"says": says, "quote": row["quote"], "source": _origin(row)}


def _box(own, evidence):
    row = next((row for row in evidence.flow if row["box"] == own), None)
    if row is None:
        return _named(own, evidence)
    missing = row["value"] is None
    says = f"{own.replace('_', ' ')}: {'not reported' if missing else row['value']}"
    return {
        "says": says,
        "quote": row["quote"],
        "source": _origin(row),
        "reason": row["reason"] if missing else "",
    }


def _row(row):
    """A row of an optional table: its cells, and where it was read."""
    told = {key: row[key] for key in ("quote", "reason") if row.get(key)}
    cells = {key: item for key, item in row.items() if key not in (*told, *ORIGIN)}
    return (
        {"says": _flat({k: v for k, v in cells.items() if v not in ("", None)})}
        | told
        | ({"source": _origin(row)} if row.get("source") else {})
    )


def _origin(row):
    return ", ".join(filter(None, (row.get(key) for key in ORIGIN)))


def _named(own, evidence):
    return {"says": own.replace("_", " ")}


PARTS = {"assumptions": _assumption, "config": _setting, "claims": _claim, "flow": _box}
