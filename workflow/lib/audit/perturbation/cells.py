"""Which changes of a raw cell are tried: numbers up and down, other admissible values, other words."""

from dataclasses import dataclass, field

from workflow.lib.audit.perturbation.change import NEW, PLACE, TEXT, VALUE, Change, nudged, others

OWN_NAMES = "extraction"  # the table whose rows a lineage names without the table's name before it
# columns in which another value of the same column is admissible
PLACES = (
    *("time_point", "patient", "unit", "group", "counterpart", "database", "study", "reason_code"),
)
MOVES = {
    "study",
    "group",
}  # besides the keys of a table: another one is another place for the value
COLUMN = "value"  # where a table has it, it is the cell that a lineage answers to; else all are
FILLS = ("1", "10", "0.5")  # values of an unknown cell
NEEDED = {"source": NEW, "quote": NEW, "reason": ""}  # what a known cell needs beside it


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
            for kind, cells in _contents(row, column, (schema, domains, choices)):
                yield _change((table, number, row), column, schema, (kind, cells))


def row_name(table, row, schema):
    """What a lineage calls a row: its key, behind the name of its table if that is not the extraction."""
    key = "/".join(row[column] for column in _keys(schema))
    return key if table == OWN_NAMES else f"{table}:{key}"


def _keys(schema):
    """The columns of a table's key."""
    key = schema["key"]
    return [key] if isinstance(key, str) else list(key)


def _moving(schema):
    """Columns in which another text takes a value to another place, which could not name it before."""
    return MOVES.union(_keys(schema), *schema.get("keys", ()))


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


def _contents(row, column, known):
    """(kind, column -> text) of each change of one cell."""
    schema, domains, choices = known
    text, rule = row[column], schema["properties"].get(column, {})
    if column == COLUMN and "reason" in row:
        yield from _values(row, choices)
    elif column == "role" and "reason_code" in row:
        yield from _roles(row, domains[column])
    elif [column] == _keys(schema) and not domains[column]:
        yield PLACE, {column: f"{text}x"}
    elif domains[column]:
        kind = PLACE if column in _moving(schema) else VALUE
        found = others(text, domains[column]) or [f"{text} {NEW}".strip()]
        yield from ((kind, {column: other}) for other in found)
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
    text, words = row[COLUMN], choices.by_quantity.get(row.get("quantity"), ())
    if not text:
        yield VALUE, {COLUMN: "1"}  # refused as long as the reason says that it is not known
        needed = {
            key: (row[key] or new) if new else new for key, new in NEEDED.items() if key in row
        }
        yield from ((PLACE, {COLUMN: other, **needed}) for other in words or FILLS)
        return
    for other in words and others(text, words) or nudged(text):
        yield VALUE, {COLUMN: other}
    yield VALUE, {COLUMN: "", "reason": NEW}


def _roles(row, roles):
    """Each other role, alone and with the reason that it needs."""
    for role in others(row["role"], roles, len(roles)):
        yield PLACE, {"role": role}
        told = role in ("narrated", "excluded")
        cells = {"reason_code": "verify_lineage", "reason": NEW} if told else {}
        cells = {"role": role, "reason_code": "", "reason": ""} | cells
        if {key: row[key] for key in cells} != cells | {"role": row["role"]}:
            yield PLACE, cells


def _change(place, column, schema, made):
    """The Change of one row; `place` is its table, its number and the row itself."""
    (table, number, row), (kind, cells) = place, made
    names = dict.fromkeys((row_name(table, row, schema), row_name(table, row | cells, schema)))
    also = "".join(f", {key}: {text!r}" for key, text in cells.items() if key != column)
    key = " ".join(row[name] for name in _keys(schema))
    return Change(
        tuple(names),
        f"{table}.csv, row {number + 2} ({key}), {column}",
        table,
        row[column],
        cells[column] + also,
        kind,
        (number, cells),
        column == COLUMN or COLUMN not in row,
    )


def with_change(rows, change):
    """The rows of a table with a change made."""
    number, cells = change.edit
    return [*rows[:number], rows[number] | cells, *rows[number + 1 :]]
