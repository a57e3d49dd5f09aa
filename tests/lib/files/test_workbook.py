"""workbook.py, opendocument.py, sheets.py and template.py: round trips, what is shown, what is refused."""

import shutil
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pipeline import read_cells
from tests.projects.sheets_made_up import fill_xlsx, number_cell, ods, ods_of, text_cell
from workflow.lib.errors import InputError
from workflow.lib.files.schemas import load_schema
from workflow.lib.files.sheets import KNOWN, raw_tables_of
from workflow.lib.files.template import write_template
from workflow.lib.files.workbook import read_sheets, shown_number

NAMES = ("extraction", "studies", "flow", "claims")
TABLES = {name: read_cells(name) for name in NAMES}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "t.xlsx"
    write_template(
        path, choices={("extraction", "outcome"): ["pain"], ("extraction", "arm"): ["single"]}
    )
    return path


@pytest.fixture(scope="module")
def filled(template):
    return fill_xlsx(template, template.with_name("filled.xlsx"), TABLES)


def imported(path):
    return raw_tables_of(*read_sheets(path, KNOWN), file=path.name)


def refusal(path):
    with pytest.raises(InputError) as refused:
        imported(path)
    return str(refused.value)


def cells_of(tables):
    """Cells that say something: a column that is not there is an empty one."""
    return {
        name: [{key: text for key, text in row.items() if text} for row in rows]
        for name, rows in tables.items()
    }


def test_a_filled_template_comes_back_cell_by_cell(filled):
    tables, notes = imported(filled)
    assert cells_of({name: tables[name] for name in NAMES}) == cells_of(TABLES)
    assert notes == []


def test_so_does_an_ods(tmp_path):
    tables, _ = imported(ods_of(tmp_path / "x.ods", TABLES))
    assert cells_of(tables) == cells_of(TABLES)


def test_the_template_has_a_sheet_per_table_with_its_columns_words_and_lists(template):
    book = openpyxl.load_workbook(template)
    assert set(KNOWN) <= set(book.sheetnames)
    for name in KNOWN:
        rules = load_schema(name)["properties"]
        assert [cell.value for cell in book[name][1]] == list(rules)
        for cell in book[name][1]:
            words = rules[cell.value].get("description")
            assert not words or words in cell.comment.text
    ranges = {check.formula1 for check in book["extraction"].data_validations.dataValidation}
    assert "=studies!$A$2:$A$2000" in {f"={text}".replace("==", "=") for text in ranges}
    listed = [cell.value for row in book["lists"].iter_rows() for cell in row]
    assert {"pain", "single", "mean_ci_lb", "randomised_trial"} <= set(listed)
    assert book["extraction"]["H2"].number_format == "@"


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (2, "General", "2"),
        (2, "0.0", "2.0"),
        (2.5, "0.00", "2.50"),
        (6.25, "0.0", "6.25"),  # more digits than are shown are not lost
        (0.1 + 0.2, "General", "0.30000000000000004"),
        (1234, "#,##0", "1234"),
        (-0.5, "@", "-0.5"),
        (0.00001, "0.0", "0.00001"),  # an exponent hid the digits, and 0.0 was left
        (1.5e-7, "General", "0.00000015"),
        (2, "0.0;[Red]-0.0", "2.0"),
        (5, "_-* #,##0.00_-;-* #,##0.00_-", "5.00"),
        (5, '[$\u20ac-407] 0.00" EUR"', "5.00"),
        (5, "0.00E+00", "5"),
    ],
)
def test_a_number_keeps_the_decimals_that_its_cell_shows(value, form, shown):
    assert shown_number(value, form) == shown


def workbook(template, path, change):
    """A copy of the template after `change(book)`."""
    shutil.copyfile(template, path)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=1+1", "'=1+1' is a formula; type the value"),
        (date(2026, 3, 4), "is a date; the spreadsheet may have turned a number into one"),
        ("#DIV/0!", "is an error of the spreadsheet"),
    ],
)
def test_a_cell_that_is_no_value_is_named_with_its_place(template, tmp_path, value, words):
    def change(book):
        book["extraction"]["H3"] = value

    said = refusal(workbook(template, tmp_path / "x.xlsx", change))
    assert "x.xlsx, sheet extraction, row 3, column 8: " in said
    assert words in said


def test_a_cell_that_does_not_fit_its_column_is_named_with_its_row_in_the_sheet(template, tmp_path):
    def change(book):
        row = {"study": "s", "slab": "S", "year": "soon", "design": "trial", "role": "pooled"}
        for place, column in enumerate([cell.value for cell in book["studies"][1]], 1):
            book["studies"].cell(5, place).value = row.get(column)

    said = refusal(workbook(template, tmp_path / "x.xlsx", change))
    assert "sheet studies, row 5, year: 'soon' is not a whole number" in said
    assert "sheet studies, row 5, design: 'trial' is not one of: randomised_trial" in said


@pytest.mark.parametrize("form", ["0%", '"ca. "0.00%'])
def test_a_percentage_of_the_spreadsheet_is_refused_as_it_hides_which_number_is_meant(
    template, tmp_path, form
):
    def change(book):
        book["extraction"]["H3"] = 0.5
        book["extraction"]["H3"].number_format = form

    said = refusal(workbook(template, tmp_path / "x.xlsx", change))
    assert "row 3, column 8: '50%' is a percentage to the spreadsheet" in said
    kind = 'office:value-type="percentage" office:value="0.5"'
    share = f"<table:table-cell {kind}><text:p>50 %</text:p></table:table-cell>"
    said = refusal(ods(tmp_path / "x.ods", {"flow": [[text_cell("box")], [share]]}))
    assert "row 2, column 1: '50 %' is a percentage" in said


def test_a_percent_sign_that_a_format_only_prints_changes_no_number(template, tmp_path):
    def change(book):
        book["extraction"]["H2"] = 50
        book["extraction"]["H2"].number_format = '0" %"'

    sheets, _ = read_sheets(workbook(template, tmp_path / "x.xlsx", change), KNOWN)
    assert next(one for one in sheets if one.name == "extraction").rows[0][1][7] == "50"


def test_unknown_sheets_are_told_and_unknown_columns_refused(template, tmp_path):
    def change(book):
        book.create_sheet("scratch")["A1"] = "=1+1"
        book["flow"]["Z1"] = "colour"
        for place in range(8, 26):
            book["flow"].cell(1, place).value = f"c{place}"

    said = refusal(workbook(template, tmp_path / "x.xlsx", change))
    assert "sheet flow: column 'colour' is unknown" in said

    def scratch(book):
        book.create_sheet("scratch")["A1"] = "=1+1"

    assert imported(workbook(template, tmp_path / "y.xlsx", scratch))[1] == [
        "sheet 'scratch' is no raw table and was not imported"
    ]


def test_cells_beside_the_header_are_named(template, tmp_path):
    def change(book):
        book["flow"]["M4"] = "by the way"

    said = refusal(workbook(template, tmp_path / "x.xlsx", change))
    assert "sheet flow, row 4: a cell to the right of the header" in said


def test_macros_old_formats_and_passwords_are_named(filled, tmp_path):
    path = shutil.copyfile(filled, tmp_path / "x.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"code")
    assert "has macros; they are never run" in refusal(path)
    assert "has macros" in refusal(shutil.copyfile(filled, tmp_path / "x.xlsm"))
    assert "is not read" in refusal(shutil.copyfile(filled, tmp_path / "x.xls"))
    (tmp_path / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600)
    assert "protected by a password" in refusal(tmp_path / "locked.xlsx")
    locked = ods(tmp_path / "l.ods", {}, manifest="<x><encryption-data/></x>")
    assert "protected by a password" in refusal(locked)


def rewritten(path, target, member, change):
    """A copy of a zip file with one member changed."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == member else content)
    return target


def test_entities_in_a_workbook_are_never_expanded(filled, tmp_path):
    def declare(content):
        head, _, rest = content.partition(b"?>")
        doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        return head + b"?>" + doctype + rest if rest else doctype + content

    path = rewritten(filled, tmp_path / "x.xlsx", "xl/worksheets/sheet2.xml", declare)
    assert "declares XML entities or outside files" in refusal(path)
    head = '<!DOCTYPE x [<!ENTITY e "expanded">]>'
    assert "declares XML entities" in refusal(ods(tmp_path / "x.ods", {}, head=head))


def test_a_workbook_that_is_packed_to_fill_the_memory_is_refused(filled, tmp_path):
    path = shutil.copyfile(filled, tmp_path / "x.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.xml", b" " * 40_000_000)
    assert "times its size" in refusal(path)


def test_a_file_that_is_neither_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("words.txt", "words")
    assert "neither an .xlsx nor an .ods workbook" in refusal(tmp_path / "x.xlsx")
    (tmp_path / "y.ods").write_bytes(b"no zip at all")
    assert "not a whole zip file" in refusal(tmp_path / "y.ods")


def test_an_ods_shows_formulas_dates_and_decimals_as_what_they_are(tmp_path):
    header = [text_cell(column) for column in TABLES["flow"][0]]
    formula = (
        '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>'
    )
    day = '<table:table-cell office:value-type="date"><text:p>04.03.26</text:p></table:table-cell>'
    said = refusal(ods(tmp_path / "x.ods", {"flow": [header, [formula, day]]}))
    assert "sheet flow, row 2, column 1: 'of:=1+1' is a formula" in said
    assert "sheet flow, row 2, column 2: '04.03.26' is a date" in said
    row = [text_cell("studies_included"), number_cell("5", "5"), *([text_cell("")] * 4)]
    tables, _ = imported(ods(tmp_path / "y.ods", {"flow": [header, row]}))
    assert tables["flow"][0]["value"] == "5"
    own = [text_cell("id"), number_cell("2", "2,0"), number_cell("1e-05", "0,0")]
    sheets, _ = read_sheets(ods(tmp_path / "z.ods", {"flow": [own]}), KNOWN)
    assert sheets[0].columns == ("id", "2.0", "0.00001")


@pytest.mark.parametrize(
    ("value", "shown", "expected"),
    [
        *[("1234", "1,234", "1234"), ("1234.5", "1,234.50", "1234.50"), ("1234", "1.234", "1234")],
        *[("1234.5", "1.234,50", "1234.50"), ("0.4", "0,40", "0.40"), ("-0.4", "-.4", "-0.4")],
        *[("5", "5.00 EUR", "5.00"), ("2.25", "2.3", "2.25"), ("0", "0,0", "0.0")],
    ],
)
def test_an_ods_keeps_the_decimals_that_are_shown_and_takes_no_thousands_for_some(
    tmp_path, value, shown, expected
):
    own = [text_cell("id"), number_cell(value, shown)]
    sheets, _ = read_sheets(ods(tmp_path / "z.ods", {"flow": [own]}), KNOWN)
    assert sheets[0].columns == ("id", expected)


def test_a_sheet_that_claims_a_million_rows_costs_nothing(tmp_path):
    big = '<table:table-cell table:number-columns-repeated="99999999"/>'
    header = [text_cell(column) for column in TABLES["flow"][0]]
    tables, _ = imported(ods(tmp_path / "x.ods", {"flow": [header, [big]]}))
    assert tables["flow"] == []


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=5),
    cut=st.booleans(),
)
def test_a_mutated_workbook_is_read_or_refused_in_words(template, tmp_path, kind, changes, cut):
    good = template if kind == "xlsx" else ods_of(tmp_path / "good.ods", TABLES)
    content = bytearray(good.read_bytes())
    for place, byte in changes:
        content[place % len(content)] = byte
    content = content[: changes[0][0] % len(content)] if cut else content
    path = tmp_path / f"m.{kind}"
    path.write_bytes(content)
    try:
        imported(path)
    except InputError as error:
        assert str(error).strip()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 10**6), st.sampled_from([b"<", b"&", b'"', b"r=", b"9" * 30, b"\x00", b"</c>"])
)
def test_a_mutated_sheet_is_read_or_refused_in_words(template, tmp_path, place, words):
    def change(content):
        at = place % len(content)
        return content[:at] + words + content[at:]

    path = rewritten(template, tmp_path / "m.xlsx", "xl/worksheets/sheet2.xml", change)
    try:
        imported(path)
    except InputError as error:
        assert str(error).strip()
