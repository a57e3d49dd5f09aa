"""The workbook in which people type an extraction: a sheet per raw table, drop-downs, words for each column."""

from workflow.lib.files.check import OPTIONAL, TABLES
from workflow.lib.files.schemas import load_schema, types_of
from workflow.lib.files.sheets import ABOUT, LISTS

ROWS = 2_000  # rows that have drop-downs
WIDE = ("quote", "reason", "sentence", "source", "note", "missing")
TEXT = "@"  # the format that keeps 2.0 from becoming 2
INTRODUCTION = (
    "One sheet per raw table; the words of each column stand here and as a note at its header.",
    "Type values as the source prints them: 2.0 is not 2. Cells are formatted as text for that reason.",
    "No formulas: a value that a source does not print does not belong here.",
    "When done: make import FILE=<this file> REVIEW=<folder of the review>",
)


def write_template(path, *, choices=None):
    """Write the empty workbook to `path`.

    `choices` maps (table, column) to what may be chosen there besides what the schema says: the
    outcomes and arms of a config.yaml.
    """
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill

    book = openpyxl.Workbook()
    about = book.active
    about.title = ABOUT
    style = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="DDE6EE")}
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    _about(about, style)
    for name in (*TABLES, *OPTIONAL):
        sheet = book.create_sheet(name)
        for place, (column, rule) in enumerate(load_schema(name)["properties"].items(), 1):
            _column(sheet, place, (column, rule), style)
            options = _options(name, column, rule, choices or {})
            if options:
                _drop_down(sheet, place, options, lists)
        sheet.freeze_panes = "A2"
        for cell in sheet[1]:
            cell.alignment = Alignment(vertical="top")
    book.move_sheet(lists, offset=len(book.sheetnames))
    book.properties.creator = "make template"
    book.save(path)


def _about(sheet, style):
    """What the workbook is, and a row for every column of every table."""
    for line in INTRODUCTION:
        sheet.append([line])
    sheet.append([])
    sheet.append(["sheet", "column", "needed", "meaning", "admissible"])
    for cell in sheet[sheet.max_row]:
        cell.font = style["font"]
    for name in (*TABLES, *OPTIONAL):
        for column, rule in load_schema(name)["properties"].items():
            needed = "yes" if "minLength" in rule or "enum" in rule else ""
            words = rule.get("description", "")
            sheet.append([name, column, needed, words, admissible(rule)])
    for letter, width in zip("ABCDE", (14, 22, 8, 70, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def admissible(rule):
    """What a cell may hold, in words."""
    if "enum" in rule:
        return ", ".join(filter(None, rule["enum"]))
    return rule.get("form") or " or ".join(sorted(types_of(rule) - {"null"}))


def _column(sheet, place, column, style):
    """One column: its header with its words as a note, its cells formatted as text."""
    from openpyxl.comments import Comment
    from openpyxl.utils import get_column_letter

    name, rule = column
    cell = sheet.cell(1, place, name)
    cell.font, cell.fill = style["font"], style["fill"]
    words = "\n".join(filter(None, (rule.get("description", ""), rule.get("unit", ""))))
    if words:
        cell.comment = Comment(words, "make template", width=320, height=120)
    dimension = sheet.column_dimensions[get_column_letter(place)]
    dimension.width = 48 if name in WIDE else max(14, len(name) + 4)
    dimension.number_format = TEXT
    for number in range(2, 202):
        sheet.cell(number, place).number_format = TEXT


def _options(table, column, rule, choices):
    """What may be chosen in a column; the studies of the studies sheet where it names one."""
    if (table, column) in choices:
        return list(choices[table, column])
    if column == "study" and table != "studies":
        return f"=studies!$A$2:$A${ROWS}"
    return [text for text in rule.get("enum", ()) if text]


def _drop_down(sheet, place, options, lists):
    """A drop-down over a column; its entries stand on the hidden sheet."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    formula = options
    if isinstance(options, list):
        own = lists.max_column + 1 if lists["A1"].value else 1
        for number, text in enumerate(options, 1):
            lists.cell(number, own, text)
        letter = get_column_letter(own)
        formula = f"={LISTS}!${letter}$1:${letter}${len(options)}"
    check = DataValidation(type="list", formula1=formula, allow_blank=True)
    check.showErrorMessage, check.errorStyle = True, "warning"
    check.error = "not one of the entries of the list"
    sheet.add_data_validation(check)
    letter = get_column_letter(place)
    check.add(f"{letter}2:{letter}{ROWS}")
