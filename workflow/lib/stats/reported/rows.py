"""Conversions of whole columns: one value or one reason per row, never an error for all rows."""

from dataclasses import dataclass
from math import isnan

from workflow.lib.errors import InputError, NotEstimable


@dataclass(frozen=True, slots=True)
class Converted:
    """A converted column; where a row has no value, its reason says why."""

    values: tuple  # in the order of the rows; None where `reasons` has a text
    reasons: tuple[str | None, ...]


def by_row(function, /, **columns) -> Converted:
    """Return `function(**row)` of every row of `columns`, or why a row has none.

    A column is a sequence with one cell per row, or one cell for all rows (a number, text, None).
    A cell of None or NaN is missing: the function is called only where no cell is. What it refuses
    with InputError or NotEstimable is the reason of that row.

    Raises
    ------
    InputError
        If the columns differ in length.
    """
    rows = as_rows(**columns)
    found = [_one(function, row) for row in rows]
    return Converted(tuple(value for value, _ in found), tuple(reason for _, reason in found))


def as_rows(**columns) -> list[dict]:
    """Return one dict per row; single cells are repeated, NaN becomes None.

    Where all are single cells there is one row.

    Raises
    ------
    InputError
        If the columns differ in length.
    """
    lists = {name: _cells(column) for name, column in columns.items()}
    lengths = {name: len(cells) for name, cells in lists.items() if cells is not None}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InputError([f"columns differ in length: {told} rows"])
    size = next(iter(lengths.values()), 1)
    full = {
        name: [_cell(columns[name])] * size if cells is None else cells
        for name, cells in lists.items()
    }
    return [{name: cells[i] for name, cells in full.items()} for i in range(size)]


def _cells(column) -> list | None:
    """Cells of a column, or None if it is a single cell."""
    if column is None or isinstance(column, str) or not hasattr(column, "__len__"):
        return None
    return [_cell(value) for value in column]


def _cell(value):
    """A cell in plain Python; NaN is missing."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and isnan(value) else value


def _one(function, row: dict):
    """(value, None) or (None, reason)."""
    missing = [name for name, cell in row.items() if cell is None]
    if missing:
        return None, f"missing: {', '.join(missing)}"
    try:
        return function(**row), None
    except (InputError, NotEstimable) as error:
        return None, str(error)
