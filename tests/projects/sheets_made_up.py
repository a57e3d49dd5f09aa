"""Workbooks as people fill them in: the template with the rows of any review, as .xlsx and as .ods."""

import zipfile
from xml.sax.saxutils import escape

import openpyxl

NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
EMPTY = '<table:table-cell table:number-columns-repeated="16384"/>'
REST = f'<table:table-row table:number-rows-repeated="1048000">{EMPTY}</table:table-row>'


def fill_xlsx(template, path, tables):
    """Type the rows of `tables` (name -> dicts of text) into a copy of the template."""
    book = openpyxl.load_workbook(template)
    for name, rows in tables.items():
        sheet = book[name]
        columns = [cell.value for cell in sheet[1]]
        for number, row in enumerate(rows, 2):
            for place, column in enumerate(columns, 1):
                sheet.cell(number, place).value = row.get(column) or None
    book.save(path)
    return path


def text_cell(text):
    """A cell of text, as LibreOffice writes it."""
    if not text:
        return "<table:table-cell/>"
    inner = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string">{inner}</table:table-cell>'


def number_cell(value, shown):
    """A cell of a number with the digits that it shows."""
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}">'
        f"<text:p>{escape(shown)}</text:p></table:table-cell>"
    )


def ods(path, tables, *, head="", manifest=""):
    """Write an .ods file; `tables` maps a sheet to its rows of cells (XML)."""
    body = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
        + REST
        + "</table:table>"
        for name, rows in tables.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {NAMESPACES}>'
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return path


def ods_of(path, tables):
    """Write rows of text (name -> dicts) as an .ods file, header first."""
    return ods(
        path,
        {
            name: [
                [text_cell(column) for column in rows[0]],
                *([text_cell(text) for text in row.values()] for row in rows),
            ]
            for name, rows in tables.items()
        },
    )
