"""workflow/lib/files/check.py with all checks: every bad cell is told by file, row, column, value and cure.

Whatever stands in the cells here beside the project's own data is made up.
"""

import csv
import io

import pytest
import yaml

from tests.pipeline import RAW, ROOT, Pipeline, read_cells
from tests.pipeline import read_config as live_config
from workflow.lib.errors import InputError
from workflow.lib.files.check import check_raw_tables, read_raw, require_config, require_tables
from workflow.lib.files.fingerprint import seal_text
from workflow.lib.review.check import cross_checks

KEYS = {"extraction": "id", "studies": "study", "flow": "box", "claims": "id"}
MEAN, P = "prologo2017-baseline-mean", "ilfeld2023-difference-p"
REPORTED = {"reason": "", "source": "made up", "quote": "made up"}


def read_config():
    """The configuration that belongs to the tables of the fixture `folder`."""
    path = ROOT / "tests/projects/as_collected/config.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def as_bytes(rows, *, delimiter=",", end="\n"):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def reseal(folder):
    (folder / "SHA256SUMS").write_text(seal_text(folder), encoding="utf-8")


def edit(folder, table, key, **cells):
    """Change cells of the row `key` of a raw table and seal it."""
    rows = read_cells(table, folder)
    row = next(row for row in rows if row[KEYS[table]] == key)
    row.update(cells)
    (folder / f"{table}.csv").write_bytes(as_bytes(rows))
    reseal(folder)


def respell(folder, table, change):
    """Change the bytes of a raw table and seal it."""
    path = folder / f"{table}.csv"
    path.write_bytes(change(path.read_bytes()))
    reseal(folder)


def check(folder, config=None):
    return check_raw_tables(folder, cross_checks(config or read_config()))


def problems(folder, config=None):
    """The problems without the heading, which must be there."""
    with pytest.raises(InputError) as caught:
        check(folder, config)
    heading, *found = caught.value.problems
    assert heading.endswith("nothing was run, the last report stays as it was.")
    assert f"{len(found)} problem" in heading
    return found


def test_the_projects_own_tables_are_accepted_without_a_remark():
    assert check(RAW, live_config())["notes"] == []


def test_tables_as_they_were_collected_are_accepted_without_a_remark(folder):
    checked = check(folder)
    assert set(checked["files"]) == {f"{name}.csv" for name in KEYS}
    assert checked["notes"] == []


DATES = ["6-Feb", "6. Feb", "Feb-06", "Feb 06", "6 Feb 2026", "6-Mai", "2026-02-06", "06.02.2026"]
DATES += ["02/06/2026", "2026-02-06 00:00:00", "2026-02-06T00:00"]


@pytest.mark.parametrize("value", DATES)
def test_a_number_that_a_spreadsheet_made_a_date_is_refused(folder, value):
    edit(folder, "extraction", MEAN, value=value)
    assert problems(folder) == [
        f"extraction.csv, row 3 ({MEAN}), value: '{value}' is a date where a number should be: the "
        "spreadsheet has turned the number into a date; format the column as text and type the "
        "number again"
    ]


def test_a_date_as_a_count_of_days_is_caught_by_the_scale(folder):
    edit(folder, "extraction", MEAN, value="45000")
    words = "mean = 45000 is outside the scale from 0 to 10; correct the value or its unit"
    assert f"extraction.csv, row 3 ({MEAN}), value: {words}" in problems(folder)


@pytest.mark.parametrize(
    ("value", "cure"),
    [
        ("1,234", "type it without separators of thousands"),
        ("1.234,5", "type it without separators of thousands"),
        ("1 234", "type it without separators of thousands"),
        ("1'234", "type it without separators of thousands"),
        ("<0.001", "is a limit and not a number; leave the value empty"),
        ("\u22645", "is a limit and not a number; leave the value empty"),
        ("NA", "type it with digits 0-9 and a decimal point"),
        ("nan", "type it with digits 0-9 and a decimal point"),
        ("inf", "type it with digits 0-9 and a decimal point"),
        ("1e400", "type it with digits 0-9 and a decimal point"),
        ("6.2*", "type it with digits 0-9 and a decimal point"),
        ("6..2", "type it with digits 0-9 and a decimal point"),
        ("\u0666", "type it with digits 0-9 and a decimal point"),
        ("1_0", "type it with digits 0-9 and a decimal point"),
        ("x" * 10_000, "type it with digits 0-9 and a decimal point"),
    ],
)
def test_a_value_that_is_no_number_is_refused(folder, value, cure):
    edit(folder, "extraction", MEAN, value=value)
    (problem,) = problems(folder)
    start = f"extraction.csv, row 3 ({MEAN}), value: '{value[:60]}' is "
    assert problem.startswith(start)
    assert cure in problem
    assert len(problem) < 300


@pytest.mark.parametrize(
    ("key", "cells", "column", "words"),
    [
        (MEAN, {"value": "-1"}, "value", "mean = -1 is outside the scale from 0 to 10"),
        (MEAN, {"value": "11"}, "value", "mean = 11 is outside the scale from 0 to 10"),
        ("prologo2017-n", {"value": "0"}, "value", "n = 0; a whole number of at least 1 is needed"),
        ("prologo2017-n", {"value": "2.5"}, "value", "n = 2.5; a whole number of at least 1"),
        ("prologo2017-n", {"value": "1,000"}, "value", "'1,000' is not a number; type it without"),
        ("prologo2017-events", {"value": "-1"}, "value", "events = -1; a whole number of at least"),
        (P, {"value": "0"}, "value", "difference_pval = 0; a probability above 0 and at most 1 is"),
        (P, {"value": "0.000"}, "value", "leave it empty and say in 'reason' how it is printed"),
        (P, {"value": "1.2"}, "value", "difference_pval = 1.2; a probability above 0 and at most"),
        (P, {"quantity": "r", "value": "1"}, "value", "r = 1; a correlation between -1 and 1 is"),
        (P, {"quantity": "r", "value": "-1"}, "value", "r = -1; a correlation between -1 and 1"),
        ("prologo2017-baseline-sd", {"value": "-2.0"}, "value", "sd = -2.0; a number above 0"),
        ("prologo2017-baseline-sd", {"value": "0"}, "value", "sd = 0; a number above 0 is needed"),
        ("prologo2017-baseline-sd", {"value": "12"}, "value", "more than the whole scale from 0"),
        ("prologo2017-last-decrease", {"value": "42"}, "value", "more than the whole scale"),
        ("prologo2017-last-pairing", {"value": "yes"}, "value", "'yes' is not one of: paired, un"),
        ("moesker2014-p1-percent", {"value": "110"}, "value", "a decrease of at most 100 percent"),
        (MEAN, {"unit": "VAS 0-100"}, "unit", "'VAS 0-100' is not in config.yaml, outcomes.pain."),
        (MEAN, {"study": "prologo2018"}, "study", "'prologo2018' is not in studies.csv; add it"),
        (MEAN, {"arm": "singel"}, "arm", "'singel' is not in config.yaml, arms: single, active"),
        (MEAN, {"outcome": "Pain "}, "outcome", "did you mean 'pain'?"),
        (
            MEAN,
            {"time_point": "later"},
            "time_point",
            "'later' names no duration; write 'baseline'",
        ),
        (MEAN, {"time_point": ""}, "time_point", "'' names no duration"),
        (MEAN, {"time_point": "Baseline"}, "time_point", "'Baseline' names no duration; write 'ba"),
        (MEAN, {"time_point": "0 days"}, "time_point", "'0 days' is not after treatment; write"),
        (MEAN, {"time_point": "-7 days"}, "time_point", "'-7 days' is not after treatment"),
        (MEAN, {"source": ""}, "source", "empty; say where the value '6.2' is printed"),
        (MEAN, {"quote": ""}, "quote", "empty; say where the value '6.2' is printed"),
        (MEAN, {"value": ""}, "value", "empty without a reason; type the value or say in 'reason'"),
        (MEAN, {"reason": "lost"}, "reason", "the value is there, so delete the reason why it is"),
        (MEAN, {"quote": "x\x07y"}, "quote", "'x\\x07y' has a control character; delete it"),
        (MEAN, {"quantity": "average"}, "quantity", "'average' is not one of: n, mean, mean_ci_lb"),
        (MEAN, {"id": "a b"}, "id", "'a b' does not have the form letters, digits, - _ . without"),
        (MEAN, {"id": "prologo2017-n"}, "id", "'prologo2017-n' stands already in row 2; give each"),
    ],
)
def test_a_bad_cell_of_the_extraction_is_told_with_row_column_value_and_cure(
    folder, key, cells, column, words
):
    row = next(row for row in read_cells("extraction", folder) if row["id"] == key)
    number = read_cells("extraction", folder).index(row) + 2
    if "value" in cells and not row["value"]:
        cells = REPORTED | cells
    edit(folder, "extraction", key, **cells)
    found = [problem for problem in problems(folder) if f"extraction.csv, row {number}" in problem]
    assert any(f", {column}: " in problem and words in problem for problem in found), found


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            {f"{MEAN}-lb": "6.3"},
            f"rows 4, 3, 5 ({MEAN}-lb), value: mean_ci_lb = 6.3, mean = 6.2, mean_ci_ub = 7.3 are "
            "not in order; the interval must run upwards and contain its estimate",
        ),
        (
            {f"{MEAN}-lb": "7.3", f"{MEAN}-ub": "5.2"},
            f"rows 4, 3, 5 ({MEAN}-lb), value: mean_ci_lb = 7.3, mean = 6.2, mean_ci_ub = 5.2 are "
            "not in order; the interval must run upwards and contain its estimate",
        ),
        (
            {"ilfeld2023-active-baseline-q1": "6.5"},
            "rows 33, 32, 34 (ilfeld2023-active-baseline-q1), value: q1 = 6.5, median = 5.0, q3 = "
            "6.0 are not in order; the interval must run upwards and contain its estimate",
        ),
        (
            {
                "prologo2017-last-decrease": "-4.2",
                "prologo2017-last-decrease-lb": "-5.6",
                "prologo2017-last-decrease-ub": "-2.8",
            },
            "row 22 (prologo2017-last-decrease), value: mean_decrease = -4.2 has the opposite sign "
            "of 6.2 before and 2.0 after; a decrease is before minus after",
        ),
    ],
    ids=["estimate outside", "limits reversed", "quartiles", "sign"],
)
def test_values_that_contradict_each_other_are_told_with_all_their_rows(folder, cells, words):
    for key, value in cells.items():
        edit(folder, "extraction", key, value=value)
    assert problems(folder) == [f"extraction.csv, {words}"]


def test_the_same_quantity_may_not_stand_twice(folder):
    edit(folder, "extraction", f"{MEAN}-lb", quantity="mean")
    assert problems(folder) == [
        "extraction.csv, row 4, study + outcome + arm + time_point + patient + quantity: "
        "'prologo2017, pain, single, baseline, mean' stands already in row 3; give each row its own, "
        "or delete one"
    ]


@pytest.mark.parametrize(
    ("table", "key", "cells", "words"),
    [
        ("studies", "ilfeld2023", {"role": "pool"}, "row 3, role: 'pool' is not one of: pooled"),
        ("studies", "ilfeld2023", {"year": "20233"}, "row 3, year: '20233' is above the maximum"),
        (
            "studies",
            "ilfeld2023",
            {"year": "6-Feb"},
            "row 3, year: '6-Feb' is a date where a whole",
        ),
        ("studies", "ilfeld2023", {"slab": ""}, "row 3, slab: '' is empty; a value is required"),
        ("studies", "ilfeld2023", {"slab": "a\nb"}, "does not have the form one line"),
        ("studies", "ilfeld2023", {"study": "a;b"}, "row 3, study: 'a;b' does not have the form"),
        ("studies", "ilfeld2023", {"slab": "a\x1b"}, "row 3, slab: 'a\\x1b' has a control char"),
        ("studies", "casereport_in_brancaccio2024", {"reason": ""}, "row 6 (casereport_in_branca"),
        ("studies", "brancaccio2024", {"study": "x"}, "no row for the review 'brancaccio2024'"),
        ("flow", "studies_included", {"value": "-5"}, "row 10, value: '-5' is below the minimum"),
        (
            "flow",
            "studies_included",
            {"value": "5.5"},
            "row 10, value: '5.5' is not a whole number",
        ),
        ("flow", "studies_included", {"value": ""}, "row 10 (studies_included), value: empty with"),
        (
            "flow",
            "studies_included",
            {"quote": ""},
            "row 10 (studies_included), quote: a count nee",
        ),
        (
            "flow",
            "studies_included",
            {"reason": "?"},
            "row 10 (studies_included), reason: the count",
        ),
        ("flow", "records_identified", {"value": "1,234"}, "row 2, value: '1,234' is not a whole"),
        ("flow", "records_identified", {"box": "records"}, "row 2, box: 'records' is not one of"),
        (
            "flow",
            "studies_included",
            {"value": "500"},
            "row 2, row 10, value: studies_included 500",
        ),
        (
            "flow",
            "studies_pooled",
            {"value": "6"},
            "row 10, row 11, value: studies_pooled 6 is mor",
        ),
        (
            "flow",
            "studies_narrated",
            {"value": "3"} | REPORTED,
            "studies_included 5 is not studies",
        ),
        ("claims", "pooled_d_ci_lb", {"level": "950"}, "row 6, level: '950' must be less than 100"),
        ("claims", "pooled_d_ci_lb", {"level": "95%"}, "row 6, level: '95%' is not a number; type"),
        (
            "claims",
            "pooled_d_ci_lb",
            {"level": ""},
            "row 6 (pooled_d_ci_lb), level: empty; an inte",
        ),
        (
            "claims",
            "pooled_d_ci_lb",
            {"printed": "1.60"},
            "rows 6, 5, 7 (group published_pool), pr",
        ),
        ("claims", "pooled_d_p", {"printed": "2"}, "row 8 (pooled_d_p), printed: p = 2; a p value"),
        (
            "claims",
            "pooled_d_p",
            {"printed": "6-Feb"},
            "row 8 (pooled_d_p), printed: '6-Feb' cannot be read",
        ),
        (
            "claims",
            "pooled_d_z",
            {"quantity": "pval"},
            "row 9, quantity: group 'published_pool' has",
        ),
        ("claims", "pooled_d_z", {"id": "pooled_d_p"}, "row 9, id: 'pooled_d_p' stands already in"),
    ],
)
def test_a_bad_cell_of_the_other_tables_is_told_with_row_column_value_and_cure(
    folder, table, key, cells, words
):
    edit(folder, table, key, **cells)
    found = problems(folder)
    assert any(problem.startswith(f"{table}.csv") and words in problem for problem in found), found


def test_a_study_that_is_not_in_the_studies_is_told_at_each_of_its_rows(folder):
    rows = [row for row in read_cells("studies", folder) if row["study"] != "moesker2014"]
    (folder / "studies.csv").write_bytes(as_bytes(rows))
    reseal(folder)
    found = problems(folder)
    assert len(found) == 8
    assert all("study: 'moesker2014' is not in studies.csv; add it" in one for one in found)


def test_choices_that_the_tables_cannot_serve_are_told(folder):
    config = read_config()
    config["assumptions"]["n_prologo2017_follow_up"]["study"] = "prologo2018"
    config["analyses"]["primary"]["time_point"] = "4 month"
    config["analyses"]["change"]["arms"] = ["active", "sham"]
    assert problems(folder, config) == [
        "config.yaml: assumptions.n_prologo2017_follow_up.study: 'prologo2018' is not in studies.csv; "
        "did you mean 'prologo2017'?",
        "config.yaml: analyses.primary.time_point: '4 month' stands in no row of pain in "
        "extraction.csv; did you mean '4 months'?",
        "config.yaml: analyses.change.arms: ilfeld2023 has the arms active, sham in extraction.csv; "
        "name one of them",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda b: b.replace(b",unit,", b",", 1), "rows 2-70: 16 cells where the header has 15"),
        (
            lambda b: b.replace(b"quantity", b"quantitiy", 1),
            "column 'quantitiy' is unknown; admiss",
        ),
        (lambda b: b.decode().encode("utf-16"), "UTF-16 text; save the table as 'CSV UTF-8'"),
        (lambda b: b.decode().encode("cp1252"), "line 31: byte 0x96 is not UTF-8; save the table"),
        (
            lambda b: b[: b.index(b'"Pain') + 20],
            "row 22: unexpected end of data; a quote is not cl",
        ),
        (
            lambda b: b[: b.index(b"2017-7d-mean,") + 60],
            "row 7: 9 cells where the header has 16; a",
        ),
        (lambda b: b"", "the file is empty; it needs at least its header row"),
        (lambda b: b[:500] + b"\0" + b[500:], "zero bytes"),
    ],
    ids=["header", "name", "UTF-16", "cp1252", "cut quote", "cut row", "empty", "zero bytes"],
)
def test_a_damaged_table_is_refused_together_with_the_problems_of_the_others(folder, change, words):
    edit(folder, "claims", "pooled_d_ci_lb", level="950")
    respell(folder, "extraction", change)
    found = problems(folder)
    assert any(one.startswith("extraction.csv") and words in one for one in found), found
    assert any(one.startswith("claims.csv, row 6, level: '950'") for one in found)


@pytest.mark.parametrize("kind", ["missing", "extra"])
def test_a_column_too_few_or_too_many_is_named(folder, kind):
    rows = read_cells("extraction", folder)
    for row in rows:
        row.pop("unit") if kind == "missing" else row.update(extra="1")
    (folder / "extraction.csv").write_bytes(as_bytes(rows))
    reseal(folder)
    (problem,) = problems(folder)
    expected = {
        "missing": "column 'unit' is missing",
        "extra": "column 'extra' is unknown; admissi",
    }
    assert problem.startswith(f"extraction.csv: {expected[kind]}")


def test_a_missing_table_is_told_once_and_with_everything_else(folder):
    edit(folder, "extraction", MEAN, id="a b")
    (folder / "flow.csv").unlink()
    with pytest.raises(InputError) as caught:
        require_tables(folder, cross_checks(read_config()))
    _, *found = caught.value.problems
    assert len(found) == 2
    assert sum("flow.csv: the file is missing; restore it" in problem for problem in found) == 1
    assert sum("'a b' does not have the form" in problem for problem in found) == 1


def test_all_tables_are_there(folder):
    assert require_tables(folder, ()) is None


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfejunk\n", b"no sums here\n"])
def test_sums_that_cannot_be_read_are_told_with_the_command(folder, content):
    (folder / "SHA256SUMS").unlink()
    if content is not None:
        (folder / "SHA256SUMS").write_bytes(content)
    with pytest.raises(
        InputError, match="SHA256SUMS: missing or no sums in it; `make seal` writes"
    ):
        check_raw_tables(folder, ())


def test_an_edit_without_its_sum_is_told_with_the_command(folder):
    respell(folder, "claims", lambda content: content)
    path = folder / "extraction.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    (problem,) = problems(folder)
    assert problem.startswith(
        "extraction.csv: differs from its sum in SHA256SUMS (expected c8cdc55"
    )
    assert problem.endswith(
        "if the edit is intended, `make seal` shows it cell by cell and seals it"
    )


def test_sums_with_windows_line_ends_and_a_byte_order_mark_are_sums(folder):
    path = folder / "SHA256SUMS"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert check(folder)["notes"] == []


def test_every_problem_of_every_table_stands_in_one_message(folder):
    edit(folder, "extraction", MEAN, value="6-Feb")
    edit(folder, "extraction", "prologo2017-n", value="0", arm="singel")
    edit(folder, "studies", "ilfeld2023", year="20233")
    edit(folder, "flow", "studies_pooled", value="6")
    edit(folder, "claims", "pooled_d_z", printed="1.234,5")
    assert [problem.partition(":")[0] for problem in problems(folder)] == [
        "studies.csv, row 3, year",
        "extraction.csv, row 2 (prologo2017-n), arm",
        "extraction.csv, row 2 (prologo2017-n), value",
        f"extraction.csv, row 3 ({MEAN}), value",
        "flow.csv, row 10, row 11, value",
        "claims.csv, row 9 (pooled_d_z), printed",
    ]


def test_one_table_read_by_a_rule_is_checked_again(folder):
    edit(folder, "studies", "ilfeld2023", role="pool")
    with pytest.raises(InputError, match="role: 'pool' is not one of"):
        read_raw(folder / "studies.csv", "studies")


def decimal_commas(folder, delimiter):
    """All tables as a spreadsheet with decimal commas saves them."""
    for table, column in (("extraction", "value"), ("claims", "printed")):
        rows = read_cells(table, folder)
        for row in rows:
            if row[column].replace(".", "").replace("-", "").isdigit():
                row[column] = row[column].replace(".", ",")
        (folder / f"{table}.csv").write_bytes(as_bytes(rows, delimiter=delimiter))


def every_table(change):
    def respelled(folder):
        for table in KEYS:
            respell(folder, table, change)

    return respelled


def separated_by(delimiter):
    def respelled(folder):
        for table in KEYS:
            rows = read_cells(table, folder)
            (folder / f"{table}.csv").write_bytes(as_bytes(rows, delimiter=delimiter))

    return respelled


def trailing_blanks(content):
    return content.replace(b",6.2,VAS 0-10,", b", 6.2 ,VAS 0-10 ,") + b"\n  \n,,,\n"


def minus(content):
    return content.replace(b",-0.", b",\xe2\x88\x920.").replace(b",-1.0,", b",\xe2\x88\x921.0,")


ACCEPTED = {
    "BOM": (every_table(lambda b: b"\xef\xbb\xbf" + b), "byte order mark (BOM) accepted"),
    "CRLF": (every_table(lambda b: b.replace(b"\n", b"\r\n")), "Windows line ends (CRLF) accepted"),
    "semicolons": (separated_by(";"), "columns separated by semicolons accepted"),
    "tabs": (separated_by("\t"), "columns separated by tabs accepted"),
    "commas quoted": (lambda f: decimal_commas(f, ","), "row 3, value: '6,2' read as 6.2"),
    "commas plain": (lambda f: decimal_commas(f, ";"), "row 3, value: '6,2' read as 6.2"),
    "minus": (every_table(minus), "read as -0.5"),
    "blanks": (every_table(trailing_blanks), ""),
}


@pytest.fixture(scope="module")
def plain_numbers(tmp_path_factory):
    raw, results = ROOT / "tests/projects/as_collected/data/raw", tmp_path_factory.mktemp("plain")
    return Pipeline(raw, results, read_config()).numbers()


@pytest.mark.parametrize("kind", ACCEPTED)
def test_what_a_spreadsheet_saves_is_accepted_with_a_line_and_gives_the_same_numbers(
    folder, plain_numbers, tmp_path, kind
):
    respelled, note = ACCEPTED[kind]
    before = {name: (folder / f"{name}.csv").read_bytes() for name in KEYS}
    respelled(folder)
    reseal(folder)
    assert any((folder / f"{name}.csv").read_bytes() != before[name] for name in KEYS)
    assert any(note in line for line in check(folder)["notes"]) or not note
    assert Pipeline(folder, tmp_path / "results", read_config()).numbers() == plain_numbers


def test_lost_decimals_are_accepted_because_only_the_seal_can_see_them(folder):
    edit(folder, "extraction", "prologo2017-last-mean", value="2")
    assert check(folder)["notes"] == []


@pytest.mark.parametrize("table", ["extraction", "flow", "claims"])
def test_a_table_with_its_header_alone_is_a_review_with_less_in_it(folder, tmp_path, table):
    respell(folder, table, lambda content: content.partition(b"\n")[0] + b"\n")
    numbers = Pipeline(folder, tmp_path / "results", read_config()).numbers()
    expected = 0 if table == "extraction" else 2
    assert numbers["pooled.primary.k"]["value"] == expected


def test_a_review_with_no_study_at_all_needs_its_own_row(folder):
    respell(folder, "studies", lambda content: content.partition(b"\n")[0] + b"\n")
    assert any("no row for the review 'brancaccio2024'" in one for one in problems(folder))


def test_other_files_in_the_folder_are_no_tables(folder):
    (folder / "notes.txt").write_text("a note")
    assert check(folder)["notes"] == []


def own_columns(folder, **columns):
    """studies.csv with more columns, the same value in every row."""
    rows = [row | columns for row in read_cells("studies", folder)]
    (folder / "studies.csv").write_bytes(as_bytes(rows))
    reseal(folder)


def test_studies_may_have_columns_of_the_reviews_own(folder):
    own_columns(folder, trial="one", weeks="4.5", mean_age="")
    check_raw_tables(folder, cross_checks(read_config()))
    (row, *_) = read_raw(folder / "studies.csv", "studies")
    assert (row["trial"], row["weeks"], row["mean_age"]) == ("one", "4.5", "")


def test_a_column_of_its_own_needs_a_name_that_a_formula_can_use(folder):
    own_columns(folder, **{"Mean age": "1", "r2": "0.5"})
    (problem,) = problems(folder)
    assert problem == (
        "studies.csv: column 'Mean age' does not have the form lower-case words joined by _"
    )


def test_a_column_that_an_examination_names_must_be_there(folder):
    config = read_config()
    config["analyses"]["primary"]["examine"] = {"multilevel": {"cluster": "trail"}}
    own_columns(folder, trial="one")
    (problem,) = problems(folder, config)
    assert problem.startswith(
        "config.yaml: analyses.primary.examine.multilevel.cluster: studies.csv"
    )


def test_files_and_keys_of_the_command_line_do_not_bypass_the_reader(tmp_path):
    path, given = tmp_path / "config.yaml", tmp_path / "given.yaml"
    path.write_text("renderer: auto\nrenderer: pandoc\n", encoding="utf-8")
    given.write_text("level: 95\nlevel: 90\n", encoding="utf-8")
    with pytest.raises(InputError, match="'renderer' stands already in line 1"):
        require_config({"renderer": "auto"}, path)
    with pytest.raises(InputError, match="'level' stands already in line 1"):
        require_config({"level": 90}, tmp_path / "none.yaml", given=[given])
    require_config({"level": 90}, path, given=[given], own=False)  # of another workflow


def test_a_folder_without_a_configuration_says_how_to_begin_one(tmp_path):
    path = tmp_path / "config.yaml"
    with pytest.raises(InputError, match="the file is missing; begin a review with `make new"):
        require_config({}, path)
    require_config({"schema_version": 1}, path)  # given on the command line, or by another workflow
    path.write_text("schema_version: 1\n", encoding="utf-8")
    require_config({}, path)
    path.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="there is no key in it"):
        require_config({}, path)
