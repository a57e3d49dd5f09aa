"""Which changes of a raw cell are tried: numbers up and down, other admissible values, other words."""

from dataclasses import dataclass, field

from workflow.lib.audit.perturbation.change import NEW, PLACE, TEXT, VALUE, Change, nudged, others

# table -> (column that names a row, what a lineage puts before it)
KEYS = {
    "extraction": ("id", ""),
    "studies": ("study", "studies:"),
    "flow": ("box", "flow:"),
    "claims": ("id", "claims:"),
    "screening": ("id", "screening:"),
}
# columns in which another value of the same column is admissible
PLACES = (
    "time_point",
    "patient",
    "unit",
    "group",
    "counterpart",
    "database",
    "study",
    "reason_code",
)
# a change of these takes a value to another number, which could not name it before
MOVES = ("study", "outcome", "arm", "time_point", "patient", "quantity", "group", "box", "record")
VALUES = {"extraction": ("value",), "flow": ("value",)}  # of other tables any cell is a value
FILLS = ("1", "10", "0.5")  # values of an unknown cell
WORDS = {"source": NEW, "quote": NEW, "reason": ""}  # what a known cell needs


@dataclass(frozen=True, slots=True)
class Choices:
    """What else could stand in a cell: by column, and by quantity for values that are words."""

    by_column: dict[str, list[str]] = field(default_factory=dict)
    by_quantity: dict[str, tuple[str, ...]] = field(default_factory=dict)


def cell_changes(table, rows, schema, choices):
    """Changes of every cell of a raw table, one at a time; `rows` are dicts of text."""
    domains = {column: _domain(column, rows, schema, choices) for column in rows[0]} if rows else {}
    for number, row in enumerate(rows):
        for column in row:
            for kind, cells in _contents(table, row, column, (schema, domains, choices)):
                yield _change(table, (number, row), column, kind, cells)


def _domain(column, rows, schema, choices):
    """Admissible values of a column in their order; empty for free words."""
    rule = schema["properties"].get(column, {})
    if "enum" in rule:
        return [str(one) for one in rule["enum"]]
    if column in choices.by_column:
        return list(choices.by_column[column])
    if column in PLACES:
        return list(dict.fromkeys(row[column] for row in rows if row[column]))
    return []


def _contents(table, row, column, known):
    """(kind, column -> text) of each change of one cell."""
    schema, domains, choices = known
    text, rule = row[column], schema["properties"].get(column, {})
    if column == "value" and "reason" in row:
        yield from _values(row, choices)
    elif (table, column) == ("studies", "role"):
        yield from _roles(row, domains[column])
    elif column == KEYS[table][0] and not domains[column]:
        yield PLACE, {column: f"{text}x"}
    elif domains[column]:
        kind = PLACE if column in MOVES else VALUE
        yield from ((kind, {column: other}) for other in others(text, domains[column]))
    elif _is_number(text, column, rule):
        yield from ((VALUE, {column: other}) for other in nudged(text))
    else:
        yield from _words(text, column, rule)


def _is_number(text, column, rule):
    return bool(nudged(text)) and (column == "printed" or rule.get("type") != "string")


def _words(text, column, rule):
    """Other words; an empty cell of numbers gets a number."""
    if rule.get("type", "string") != "string":
        yield VALUE, {column: "2000" if column == "year" else "95"}
        return
    if column == "printed" and text[:1] in "<>" and nudged(text[1:]):
        yield from ((VALUE, {column: text[0] + other}) for other in nudged(text[1:]))
    yield TEXT, {column: f"{text} {NEW}".strip()}


def _values(row, choices):
    """A value up and down, or another word of its quantity, or unknown; an unknown one known."""
    text, words = row["value"], choices.by_quantity.get(row.get("quantity"), ())
    if not text:
        yield VALUE, {"value": "1"}  # refused as long as the reason says that it is not known
        for other in words or FILLS:
            yield (
                PLACE,
                {"value": other, **{key: row[key] or WORDS[key] for key in WORDS}, "reason": ""},
            )
        return
    for other in words and others(text, words) or nudged(text):
        yield VALUE, {"value": other}
    yield VALUE, {"value": "", "reason": NEW}


def _roles(row, roles):
    """Each other role, with the reason that it needs."""
    for role in others(row["role"], roles):
        yield PLACE, {"role": role}
        told = role in ("narrated", "excluded")
        cells = {"reason_code": "verify_lineage", "reason": NEW} if told else {}
        cells = {"role": role, "reason_code": "", "reason": ""} | cells
        if {key: row[key] for key in cells} != cells | {"role": row["role"]}:
            yield PLACE, cells


def _change(table, place, column, kind, cells):
    """The Change of one row."""
    number, row = place
    key, prefix = KEYS[table]
    names = dict.fromkeys((f"{prefix}{row[key]}", f"{prefix}{cells.get(key, row[key])}"))
    return Change(
        tuple(names),
        f"{table}.csv, row {number + 2} ({row[key]}), {column}",
        table,
        row[column],
        cells[column]
        + "".join(f", {key}: {text!r}" for key, text in cells.items() if key != column),
        kind,
        (number, cells),
        column in VALUES.get(table, (column,)),
    )


def with_change(rows, change):
    """The rows of a table with a change made."""
    number, cells = change.edit
    return [*rows[:number], rows[number] | cells, *rows[number + 1 :]]
