"""Schemas of tables and records: one YAML file each, every violation reported at once."""

import math
import re
from functools import cache
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from workflow.lib.errors import TableError

SCHEMAS = Path(__file__).parents[2] / "schemas"
SAME = {"extraction_a": "extraction", "extraction_b": "extraction"}  # tables that share a schema
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a tenth of the time, where it is built in
INTEGER = re.compile(r"[+-]?[0-9]+")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
MONTH = "(jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*"
DATE = re.compile(
    rf"([0-9]{{1,4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,4}}|[0-9]{{1,2}}[-. /]*{MONTH}[-. /]*[0-9]{{0,4}}"
    rf"|{MONTH}[-. /]*[0-9]{{1,4}})([ T][0-9]{{1,2}}:[0-9]{{2}}(:[0-9]{{2}})?)?",
    re.IGNORECASE,
)
GROUPED = re.compile(r"[+-]?[0-9]{1,3}([,.' \u00a0\u202f][0-9]{3})+([.,][0-9]+)?")


@cache
def load_schema(name):
    """The schema `name` as a dict, from workflow/schemas/<name>.schema.yaml."""
    name = SAME.get(name, name)
    text = (SCHEMAS / f"{name}.schema.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=LOADER)


def _short_way(keyword, values_of):
    """A keyword as the library has it, but plain texts of one rule are looked at together.

    One by one the library takes half a minute for what the numbers of 200 studies rest on.
    """
    library = Draft202012Validator.VALIDATORS[keyword]

    def check(validator, rule, instance, schema):
        if not _all_fit(rule, values_of(instance)):
            yield from library(validator, rule, instance, schema)

    return check


def _all_fit(rule, values):
    """Whether all are texts, and the rule asks for no more, or only for one of its words."""
    if set(map(type, values)) - {str}:
        return False
    if rule == {"type": "string"}:
        return True
    return (
        isinstance(rule, dict)
        and set(rule) == {"enum"}
        and all(value in rule["enum"] for value in set(values))
    )


_Validator = extend(
    Draft202012Validator,
    {
        "items": _short_way("items", lambda found: found if isinstance(found, list) else [None]),
        "additionalProperties": _short_way(
            "additionalProperties",
            lambda found: found.values() if isinstance(found, dict) else [None],
        ),
    },
)


@cache
def _validator(name):
    return _Validator(load_schema(name))


def types_of(rule):
    """The JSON types that a column's rule admits, as a set."""
    if "enum" in rule:
        return {"string"}
    kinds = rule.get("type", "string")
    return set([kinds] if isinstance(kinds, str) else kinds)


def parse_cell(text, rule):
    """The cell's value under the schema's rule: None if empty, else int, float or the text."""
    kinds = types_of(rule)
    if text == "":
        return None if "null" in kinds or kinds != {"string"} else ""
    if "integer" in kinds and INTEGER.fullmatch(text):
        return int(text)
    if "number" in kinds and NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    return text


def table_problems(name, schema_name, columns, rows, *, first_row=2):
    """Every violation of a table: header, cells and keys, one sentence each.

    `rows` are dicts of parsed cells; `first_row` is the line number of the first of them.
    """
    schema = load_schema(schema_name)
    problems = _header_problems(name, schema, columns)
    if problems:
        return problems
    for number, row in enumerate(rows, first_row):
        present = {
            key: None if _is_nan(value) else value
            for key, value in row.items()
            if value is not None or "null" in types_of(schema["properties"].get(key, {}))
        }
        for error in sorted(
            _validator(schema_name).iter_errors(present), key=lambda e: list(e.path)
        ):
            problems.append(f"{name}, row {number}, {_sentence(error, row)}")
        problems += [
            f"{name}, row {number}, {key}: '{value}' is not a finite number; leave it empty instead"
            for key, value in present.items()
            if isinstance(value, float) and math.isinf(value)
        ]
    return problems + _key_problems(name, schema, rows, first_row)


def record_problems(name, schema_name, record):
    """Every violation of one JSON record, one sentence each."""
    return [
        f"{name}, {_sentence(error, record)}"
        for error in _validator(schema_name).iter_errors(record)
    ]


def require(problems):
    """Nothing, or a TableError that lists every problem."""
    if problems:
        raise TableError("\n".join(problems))


def _is_nan(value):
    return isinstance(value, float) and math.isnan(value)


def _header_problems(name, schema, columns):
    known = list(schema["properties"])
    missing = [column for column in schema["required"] if column not in columns]
    unknown = [column for column in columns if column not in known]
    return [f"{name}: column '{column}' is missing" for column in missing] + (
        _own_column_problems(name, schema["ownColumns"], unknown)
        if "ownColumns" in schema
        else [
            f"{name}: column '{column}' is unknown; admissible: {', '.join(known)}"
            for column in unknown
        ]
    )


def _own_column_problems(name, rule, columns):
    """Columns that a table may have beyond those of its schema, with names that cannot be used."""
    return [
        f"{name}: column '{column}' does not have the form {rule['form']}"
        for column in columns
        if not re.fullmatch(rule["pattern"], column)
    ]


def _key_problems(name, schema, rows, first_row):
    """Rows that repeat a unique key; `key` is one column or a list, `keys` a list of such lists."""
    keys = [schema["key"]] if "key" in schema else []
    problems = []
    for key in keys + schema.get("keys", []):
        fields, seen = [key] if isinstance(key, str) else key, {}
        for number, row in enumerate(rows, first_row):
            value = tuple(row.get(column) for column in fields)
            shown = ", ".join(str(part) for part in value if part not in (None, ""))
            if value in seen:
                problems.append(
                    f"{name}, row {number}, {' + '.join(fields)}: '{shown}' stands already in "
                    f"row {seen[value]}; give each row its own, or delete one"
                )
            seen.setdefault(value, number)
    return problems


def _sentence(error, row):
    """One violation in words: place, value, what is admissible."""
    place = ".".join(str(part) for part in error.path) or "whole row"
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"{', '.join(missing)}: empty; a value is required"
    if error.validator == "additionalProperties":
        return f"{place}: {error.message}"
    value = error.instance
    shown = f"{value:.15g}" if isinstance(value, float) else short(str(value))
    return f"{place}: '{shown}' {_cure(error, value)}"


def short(text):
    """The text, or its beginning if it is too long for a message."""
    return text if len(text) <= 60 else f"{text[:60]}..."


def _cure(error, value):
    rule = error.validator_value
    words = {
        "minimum": f"is below the minimum of {rule}",
        "exclusiveMinimum": f"must be greater than {rule}",
        "maximum": f"is above the maximum of {rule}",
        "exclusiveMaximum": f"must be less than {rule}",
        "enum": f"is not one of: {', '.join(map(str, rule)) if isinstance(rule, list) else rule}",
        "pattern": f"does not have the form {error.schema.get('form', rule)}",
        "minLength": "is empty; a value is required",
    }
    if error.validator == "type":
        return type_cure(value, rule)
    return words.get(error.validator, error.message)


def type_cure(value, rule):
    """What to do about a cell of the wrong type; names what a spreadsheet or a paper made of a number."""
    kinds = [rule] if isinstance(rule, str) else rule
    wanted = " or ".join("whole number" if k == "integer" else k for k in kinds if k != "null")
    if not isinstance(value, str):
        return f"is not a {wanted}"
    if DATE.fullmatch(value):
        return (
            f"is a date where a {wanted} should be: the spreadsheet has turned the number into a "
            "date; format the column as text and type the number again"
        )
    if GROUPED.fullmatch(value):
        return f"is not a {wanted}; type it without separators of thousands, with a decimal point"
    if value.startswith(("<", ">", "\u2264", "\u2265")):
        return f"is a limit and not a {wanted}; leave the value empty and print it in the reason"
    return f"is not a {wanted}; type it with digits 0-9 and a decimal point"
