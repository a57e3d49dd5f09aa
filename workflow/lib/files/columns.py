"""Long tables written column by column: texts are checked once each, numbers by their extremes."""

import io
import math
from types import NoneType

from jsonschema import Draft202012Validator

from workflow.lib.files.schemas import load_schema, types_of
from workflow.lib.files.tables import _cell, write_bytes, write_rows, write_text

SIMPLE = {  # keywords of a schema in which no column's rule depends on another column
    *("$schema", "title", "description", "type", "key"),
    *("additionalProperties", "required", "properties"),
}
BOUNDS = {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}
WORDS = {"type", "unit", "description", "form"}  # keywords that single out no number


def write_columns(columns, path, schema_name):
    """Write lists of plain values (name -> list, all of one length) as `tables.write_rows` does.

    A missing value is None.

    Raises
    ------
    TableError
        If the table does not fit its schema; lists every problem.
    """
    schema = load_schema(schema_name)
    if not _fits(columns, schema):  # row by row instead: that names every row and column
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        write_rows(rows, path, schema_name)
        return
    length = len(next(iter(columns.values())))
    cells = [_texts(columns.get(name, [None] * length)) for name in schema["properties"]]
    lines = map(",".join, zip(*cells, strict=True))
    write_text("\n".join([",".join(schema["properties"]), *lines, ""]), path)


def write_parquet(columns, path, schema_name):
    """Write the same table as Apache Parquet, columns in schema order; it was checked as CSV.

    Parquet keeps types, reads a column at a time, and is what data frames of any language open.
    """
    import pyarrow  # a third of a second, for the few tables that are long enough
    from pyarrow import parquet

    rules = load_schema(schema_name)["properties"]
    kinds = {"integer": pyarrow.int64(), "number": pyarrow.float64(), "boolean": pyarrow.bool_()}
    arrays = {}
    for name in (name for name in rules if name in columns):
        (kind, *_) = types_of(rules[name]) - {"null"}
        arrays[name] = pyarrow.array(columns[name], type=kinds.get(kind, pyarrow.string()))
    content = io.BytesIO()
    parquet.write_table(pyarrow.table(arrays), content, compression="zstd")
    write_bytes(content.getvalue(), path)


def _fits(columns, schema):
    """Whether every cell fits, as far as that follows from the few values that stand for all."""
    rules, required = schema["properties"], set(schema["required"])
    if not required <= set(columns) <= set(rules) or set(schema) - SIMPLE:
        return False
    key = schema.get("key", [])
    parts = [columns[name] for name in ([key] if isinstance(key, str) else key)]
    if parts and len(set(zip(*parts, strict=True))) < len(parts[0]):
        return False
    return all(
        _column_fits(values, rules[name], needed=name in required)
        for name, values in columns.items()
    )


def _column_fits(values, rule, *, needed):
    """Whether every value of one column fits its rule."""
    validator = Draft202012Validator(rule)
    few = _few(values, rule)
    if None in few and "null" not in types_of(rule):
        if needed:
            return False
        few.remove(None)
    return all(validator.is_valid(value) and _is_finite(value) for value in few)


def _few(values, rule):
    """Values that stand for all: the shortest text, of numbers under bounds the extremes, else each."""
    distinct = list(_distinct(values))
    kinds = set(map(type, distinct))
    if kinds == {str} and not set(rule) - WORDS - {"minLength"}:
        return [min(distinct, key=len)]
    if not set(rule) - WORDS and float not in kinds:
        return list({type(one): one for one in distinct}.values())  # only the type is asked for
    numbers = [one for one in distinct if isinstance(one, float)]
    bounded = "integer" not in types_of(rule) and not set(rule) - BOUNDS - WORDS
    if not numbers or not bounded or any(math.isnan(one) for one in numbers):
        return distinct
    others = [one for one in distinct if not isinstance(one, float)]
    return [*others, min(numbers), max(numbers)]


def _distinct(values):
    """Each different value once; 1, 1.0 and true are different, as their texts are."""
    return {(type(one), one): one for one in values}.values() if _mixed(values) else set(values)


def _mixed(values):
    """Whether there are numbers of several types, which can be equal and yet have other texts."""
    return len(set(map(type, values)) - {str, NoneType}) > 1


def _is_finite(value):
    return not isinstance(value, float) or math.isfinite(value)


def _texts(values):
    """The texts of one column's cells; each different value is written once."""
    if not _mixed(values):
        texts = {one: _quoted(_cell(one)) for one in set(values)}
        return [texts[one] for one in values]
    texts = {(type(one), one): _quoted(_cell(one)) for one in _distinct(values)}
    return [texts[type(one), one] for one in values]


def _quoted(text):
    """The text as a CSV cell; the writer of the standard library takes twice as long for long tables."""
    if "," in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text
