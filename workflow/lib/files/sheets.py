"""From the sheets of a workbook to raw tables: which sheet is which, what fits, what is left out."""

from workflow.lib.errors import InputError
from workflow.lib.files.check import OPTIONAL, TABLES
from workflow.lib.files.schemas import load_schema, parse_cell, table_problems

ABOUT, LISTS = "about", "lists"  # sheets of a template that are no tables
KNOWN = (*TABLES, *OPTIONAL)


def raw_tables_of(sheets, others, *, file):
    """(table name -> rows of text, notes) of the sheets that are named as raw tables.

    `others` are the names of the other sheets of the workbook.

    Raises
    ------
    InputError
        If no sheet is, or a cell does not fit the schema of its table; every problem is named with
        its sheet, row and column.
    """
    tables, problems = {}, []
    notes = [
        f"sheet '{name}' is no raw table and was not imported"
        for name in others
        if name not in (ABOUT, LISTS)
    ]
    for sheet in sheets:
        name = sheet.name.strip().lower()
        if name in tables:
            problems.append(f"{file}: two sheets are called {name}; delete one")
            continue
        rows, wrong = _rows(sheet, name)
        tables[name] = rows
        problems += [f"{file}, {text}" for text in wrong]
    if not tables and not problems:
        problems.append(
            f"{file}: no sheet is called {', '.join(KNOWN)}; `make template` writes a workbook that "
            "has them"
        )
    if problems:
        raise InputError(problems)
    return tables, notes


def _rows(sheet, name):
    """(rows of text, problems) of one sheet; row numbers are those of the sheet."""
    rules = load_schema(name)["properties"]
    rows = [dict(zip(sheet.columns, cells, strict=True)) for _, cells in sheet.rows]
    problems, place = [], f"sheet {sheet.name}"
    header = table_problems(place, name, sheet.columns, [])
    if header:
        return rows, header
    for (number, _), row in zip(sheet.rows, rows, strict=True):
        parsed = {column: parse_cell(cell, rules[column]) for column, cell in row.items()}
        problems += table_problems(place, name, sheet.columns, [parsed], first_row=number)
    return rows, problems
