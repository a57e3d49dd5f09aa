"""workflow/lib/files/screening_tables.py: exports of screening tools as CSV, workbook or RIS, or refused in words."""

import io
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.projects import screening_exports_made_up as made_up
from workflow.lib.errors import InputError
from workflow.lib.files.screening_tables import read_screening_table

CSV = made_up.csv_bytes(("title", "notes"), [{"title": "A trial", "notes": "said"}])
RIS = made_up.ris_bytes(
    [
        [("TI", "A trial"), ("PY", "2001"), ("DO", "10.99999/x"), ("N1", "one"), ("N1", "two")],
        [("TI", "Another"), ("ID", "rayyan-7"), ("KW", "made up"), ("N1", "three")],
    ]
)


def read(folder, content, name="export.csv"):
    (folder / name).write_bytes(content)
    return read_screening_table(folder / name)


def refusal(folder, content, name="export.ris"):
    with pytest.raises(InputError) as refused:
        read(folder, content, name)
    return str(refused.value)


def test_the_content_says_what_a_file_is_and_not_its_name(tmp_path):
    assert read(tmp_path, CSV).rows == ((2, {"title": "A trial", "notes": "said"}),)
    assert read(tmp_path, made_up.xlsx_bytes(CSV)).rows == read(tmp_path, CSV).rows
    assert [one.title for one in read(tmp_path, RIS).references] == ["A trial", "Another"]


def test_each_note_of_a_reference_is_kept_by_itself_with_its_line(tmp_path):
    first, second = read(tmp_path, RIS, "export.ris").references
    assert (first.line, first.notes, first.year, first.doi) == (
        1,
        ("one", "two"),
        "2001",
        "10.99999/x",
    )
    assert (second.line, second.notes) == (9, ("three",))
    assert "rayyan-7" in second.ids
    assert first.sum != second.sum


def test_tags_that_are_not_read_are_listed_known_or_not(tmp_path):
    odd = RIS.replace(b"KW  - made up", b"KW  - made up\nQX  - odd")
    notes = read(tmp_path, odd, "export.ris").notes
    assert "export.ris: not read: KW" in notes
    assert any("line 9, QX: not known" in note for note in notes)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (RIS[:-12], "line 9, TY: the record has no ER; the file is cut off"),
        (
            b"TI  - no beginning\nER  - \n",
            "line 1, whole line: 'TI no beginning' stands before any TY",
        ),
        (RIS + b"loose words\n", "line 16, whole line: 'loose words' stands before any TY"),
        (b"TY  - JOUR\nER  - \n", "line 1, whole record: has neither title nor author"),
        (b"", "export.ris: the file is"),
        (b"   \n", "the file is empty"),
        (b"TY  - JOUR\nTI  - \xff\xfe\x00", "export.ris"),
    ],
)
def test_a_damaged_ris_file_is_refused_with_its_line_and_tag(tmp_path, content, words):
    assert words in refusal(tmp_path, content)


def workbook(*sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_time_in_a_workbook_is_its_iso_text_and_a_formula_is_refused(tmp_path):
    rows = [("title", "asreview_time"), ("A trial", datetime(2024, 5, 1, 9, 30))]  # noqa: DTZ001
    table = read(tmp_path, workbook(("Sheet1", rows)), "export.xlsx")
    assert table.rows == ((2, {"title": "A trial", "asreview_time": "2024-05-01 09:30:00"}),)
    said = refusal(tmp_path, workbook(("Sheet1", [("title",), ("=1+1",)])), "export.xlsx")
    assert "sheet Sheet1, row 2, column 1: '=1+1' is a formula" in said


def test_a_workbook_must_have_one_sheet_with_cells(tmp_path):
    rows = [("title",), ("A trial",)]
    assert read(tmp_path, workbook(("a", rows), ("b", [])), "export.xlsx").columns == ("title",)
    said = refusal(tmp_path, workbook(("a", rows), ("b", rows)), "export.xlsx")
    assert "sheets with cells: a, b; one is expected" in said
    assert "sheets with cells: none" in refusal(tmp_path, workbook(("a", [])), "export.xlsx")
    assert "damaged or cut off" in refusal(tmp_path, workbook(("a", rows))[:-90], "export.xlsx")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="the file is missing"):
        read_screening_table(tmp_path / "nothing.ris")


EXPORTS = (RIS, made_up.xlsx_bytes(CSV))
PLACED = st.lists(
    st.tuples(st.integers(0, 10**5), st.integers(0, 30), st.binary(max_size=8)), max_size=4
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(good=st.sampled_from(EXPORTS), changes=PLACED, cut=st.integers(0, 60))
def test_a_mutated_export_is_read_or_refused_in_words(tmp_path, good, changes, cut):
    content = good[: len(good) - cut]
    for place, length, junk in changes:
        at = place % (len(content) + 1)
        content = content[:at] + junk + content[at + length :]
    try:
        found = read(tmp_path, content, "export.ris" if good == RIS else "export.xlsx")
    except InputError as error:
        assert "export." in str(error)
    else:
        assert found.references or found.columns
