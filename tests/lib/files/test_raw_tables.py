"""workflow/lib/files/raw_tables.py: what spreadsheets do to a CSV file, met or refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.errors import InputError
from workflow.lib.files.raw_tables import read_raw_table

HEADER = "id,value,quote\n"


@pytest.fixture
def read(tmp_path):
    """Function content -> RawTable of a made up file."""

    def reader(content, name="made_up.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return read_raw_table(path)

    return reader


def problems(read, content):
    with pytest.raises(InputError) as caught:
        read(content)
    return caught.value.problems


def test_cells_are_text_and_keep_their_printed_decimals(read):
    assert read(HEADER + "a, 2.0 ,x\nb,2,NA\n").rows == (
        {"id": "a", "value": "2.0", "quote": "x"},
        {"id": "b", "value": "2", "quote": "NA"},
    )


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("\ufeff" + HEADER + "a,2.5,x\n", "byte order mark (BOM) accepted"),
        ("id;value;quote\na;2.5;x\n", "columns separated by semicolons accepted"),
        ("id\tvalue\tquote\na\t2.5\tx\n", "columns separated by tabs accepted"),
        ("id,value,quote\r\na,2.5,x\r\n", "Windows line ends (CRLF) accepted"),
        ("id,value,quote\ra,2.5,x\r", "Windows line ends (CRLF) accepted"),
        (HEADER + 'a,"2,5",x\n', "row 2, value: '2,5' read as 2.5"),
        ("id;value;quote\na;2,5;x\n", "row 2, value: '2,5' read as 2.5"),
        ("id,value,quote,,\na,2.5,x,,\n", "2 empty columns at the right dropped"),
    ],
    ids=["BOM", "semicolon", "tab", "CRLF", "CR", "quoted comma", "plain comma", "empty columns"],
)
def test_what_spreadsheets_do_is_accepted_with_a_line_and_gives_the_same_cells(read, content, note):
    table = read(content)
    assert table.columns == ("id", "value", "quote")
    assert table.rows == ({"id": "a", "value": "2.5", "quote": "x"},)
    assert any(note in line for line in table.notes)


@pytest.mark.parametrize("dash", ["\u2212", "\u2013", "\u2012"])
def test_a_typographic_minus_in_a_number_is_a_minus_and_in_words_it_stays(read, dash):
    table = read(HEADER + f'a,{dash}0.5,"0.5 [{dash}0.5, 3.0]"\n')
    assert table.rows[0]["value"] == "-0.5"
    assert table.rows[0]["quote"] == f"0.5 [{dash}0.5, 3.0]"
    assert "read as -0.5" in table.notes[0]


def test_blank_rows_and_spaces_at_the_end_are_dropped(read):
    assert len(read(HEADER + "a,1,x  \n\n   \n,,\n").rows) == 1


def test_a_clean_file_has_no_remarks(read):
    assert read(HEADER + "a,1,x\n").notes == ()


@pytest.mark.parametrize("cell", ["1,234", "1,234,567", "12,000"])
def test_separators_of_thousands_are_left_as_they_are_because_they_may_be_decimals(read, cell):
    assert read(HEADER + f'a,"{cell}",x\n').rows[0]["value"] == cell


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty; it needs at least its header row"),
        (b"\n \n\t\n", "the file is empty"),
        (b",,,\n", "the file is empty"),
        ((HEADER + "a,1,x\n").encode("utf-16"), "UTF-16 text; save the table as 'CSV UTF-8'"),
        ((HEADER + "a,1,x\n").encode("utf-16-le"), "zero bytes"),
        ((HEADER + "a,1,x\nb,2,\u2013\n").encode("cp1252"), "line 3: byte 0x96 is not UTF-8"),
        (b"PK\x03\x04" + bytes(range(256)), "a spreadsheet workbook, not CSV"),
        (HEADER + "a,1,x\0y\n", "zero bytes"),
        (HEADER + 'a,1,x\nb,2,"cut in a quo', "row 3: unexpected end of data"),
        (HEADER + 'a,1,"x" y\n', "row 2: ',' expected after '\"'"),
        (HEADER + "a,1,x\nb,2", "row 3: 2 cells where the header has 3; a cell is missing or"),
        (HEADER + "a,1,x, y\n", "row 2: 4 cells where the header has 3; put quotes around"),
        ("id,value,id\na,1,b\n", "row 1: column 'id' stands 2 times in the header"),
        ("id,,value\na,x,1\n", "row 1: column 2 has no name"),
        ("id,value,\na,1,x\n", "row 1: column 3 has no name"),
        ("\n" + HEADER + "a,1,x\n", "row 1: blank; delete the row"),
        (HEADER + "a,1,x\n\n,,\nb,1,x\n", "row 3: blank; delete the row"),
    ],
)
def test_a_file_that_is_no_whole_table_is_refused_with_what_to_do(read, content, words):
    found = problems(read, content)
    assert words in found[0]
    assert all(problem.startswith("made_up.csv") for problem in found)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="none.csv: the file is missing; restore it"):
        read_raw_table(tmp_path / "none.csv")


def test_rows_with_the_same_fault_are_told_in_one_sentence(read):
    rows = "".join(f"a{number},1,x,y\n" for number in range(50))
    assert problems(read, HEADER + "a,1,x\n" + rows) == (
        "made_up.csv, rows 3-52: 4 cells where the header has 3; put quotes around a cell that "
        "contains the separator, or name the column in row 1",
    )


def test_a_very_long_cell_is_a_cell(read):
    assert len(read(HEADER + f"a,1,{'x' * 200_000}\n").rows[0]["quote"]) == 200_000


def test_a_header_alone_is_a_table_without_rows(read):
    assert read(HEADER).rows == ()


def test_a_file_cut_at_any_byte_is_refused_or_loses_only_what_the_sum_will_miss(read):
    whole = (HEADER + 'a,1,"x, ""y"""\nb,2,"z"\n').encode()
    for end in range(len(HEADER), len(whole)):
        try:
            rows = read(whole[:end]).rows
        except InputError:
            continue
        assert all(set(row) == {"id", "value", "quote"} for row in rows)


@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_anything_but_a_table_or_a_refusal(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(content)
    try:
        table = read_raw_table(path)
    except InputError as error:
        assert error.problems
    else:
        assert all(set(row) == set(table.columns) for row in table.rows)
