"""Whole runs on bad, odd and empty input: refused before any rule runs, or the same numbers.

Every kind of bad cell stands in tests/lib/files/test_check.py; here is what Snakemake makes of some.
"""

import csv
import io
import re
import shutil
from html.parser import HTMLParser

import pytest

from tests.documents import page_text, pdf_text, squeezed, word_text
from workflow.lib.files.fingerprint import seal_text
from workflow.lib.files.tables import read_json, read_rows
from workflow.lib.render.markdown import visible_text

pytestmark = pytest.mark.end_to_end

KEPT = ("results/report/index.html", "results/numbers.json")
MEAN = "prologo2017,pain,single,baseline,,mean,6.2"
FAULTS = {  # name -> (file, old, new, words that the message must have)
    "config": (
        "config.yaml",
        "skewness: warn\n  # A pre-post",
        "skewnes: warn\n  # A pre-post",
        ["config.yaml: conversions: unknown key 'skewnes'; did you mean 'skewness'?"],
    ),
    "cells": (
        "data/raw/extraction.csv",
        MEAN,
        "prologo2017,pain,singel,later,,mean,6-Feb",
        [
            "4 problems; nothing was run, the last report stays as it was.",
            "extraction.csv: differs from its sum in SHA256SUMS",
            "`make seal` shows it cell by cell and seals it",
            "row 3 (prologo2017-baseline-mean), arm: 'singel' is not in config.yaml, arms: single",
            "row 3 (prologo2017-baseline-mean), time_point: 'later' names no duration",
            "row 3 (prologo2017-baseline-mean), value: '6-Feb' is a date where a number should be",
        ],
    ),
}


def reseal(folder):
    raw = folder / "data/raw"
    (raw / "SHA256SUMS").write_text(seal_text(raw), encoding="utf-8")


def read_cells(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_cells(path, rows, delimiter=",", end="\n"):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), delimiter=delimiter, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def kept(folder):
    return [(folder / name).read_bytes() for name in KEPT]


@pytest.mark.parametrize("fault", FAULTS)
def test_bad_input_stops_before_any_rule_and_the_last_report_stays(
    built_copy, run_snakemake, fault
):
    before = kept(built_copy)
    name, old, new, words = FAULTS[fault]
    text = (built_copy / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (built_copy / name).write_text(text.replace(old, new), encoding="utf-8")
    run = run_snakemake(built_copy)
    assert run.returncode == 1
    for one in words:
        assert one in run.stdout
    assert "Finished jobid" not in run.stdout
    assert "Traceback" not in run.stdout
    assert kept(built_copy) == before


def test_a_folder_that_is_no_review_says_how_to_begin_one(project, run_snakemake, tmp_path):
    run = run_snakemake(project, "--directory", tmp_path / "nothing")
    assert run.returncode == 1
    assert "config.yaml: the file is missing; begin a review with `make new NAME=...`" in run.stdout
    assert "Traceback" not in run.stdout


def test_a_missing_and_a_damaged_table_are_told_together(built_copy, run_snakemake):
    before = kept(built_copy)
    raw = built_copy / "data/raw"
    (raw / "flow.csv").unlink()
    (raw / "SHA256SUMS").unlink()
    (raw / "claims.csv").write_bytes((raw / "claims.csv").read_text("utf-8").encode("utf-16"))
    run = run_snakemake(built_copy)
    assert run.returncode == 1
    assert "flow.csv: the file is missing; restore it or see data/raw/README.md" in run.stdout
    assert "SHA256SUMS: missing or no sums in it; `make seal` writes" in run.stdout
    assert "claims.csv: UTF-16 text; save the table as 'CSV UTF-8' and try again" in run.stdout
    assert kept(built_copy) == before


def test_tables_saved_by_a_spreadsheet_give_the_same_numbers(
    project, built_project, run_snakemake, tmp_path
):
    for name, column in (("extraction", "value"), ("claims", "printed"), ("flow", "value")):
        path = project / f"data/raw/{name}.csv"
        rows = read_cells(path)
        for row in rows:
            if row[column].replace(".", "").lstrip("-").isdigit():
                row[column] = row[column].replace(".", ",").replace("-", "\u2212")
        write_cells(path, [*rows, dict.fromkeys(rows[0], "")], delimiter=";", end="\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    path = project / "data/raw/studies.csv"
    write_cells(path, read_cells(path), delimiter="\t")
    reseal(project)
    run = run_snakemake(project, "results/numbers.json", "results/prepared/checked.json")
    assert run.returncode == 0, run.stdout
    name = "results/numbers.json"
    assert (project / name).read_bytes() == (built_project / name).read_bytes()
    log = (project / "results/logs/check_inputs/check_inputs.log").read_text(encoding="utf-8")
    for line in (
        "extraction.csv: byte order mark (BOM) accepted",
        "extraction.csv: Windows line ends (CRLF) accepted",
        "extraction.csv: columns separated by semicolons accepted",
        "studies.csv: columns separated by tabs accepted",
        "extraction.csv, row 3, value: '6,2' read as 6.2",
    ):
        assert f"INFO {line}" in log
    assert "value: '\u22120,1' read as -0.1\n" in log


def test_an_extraction_without_a_row_is_a_review_of_no_study(project, run_snakemake):
    path = project / "data/raw/extraction.csv"
    path.write_text(path.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
    reseal(project)
    run = run_snakemake(project)
    assert run.returncode == 0, run.stdout
    numbers = read_json(project / "results/numbers.json")
    assert numbers["pooled.primary.k"]["value"] == 0
    page = (project / "results/report/index.html").read_text(encoding="utf-8")
    assert "no result to print" in page


NAMES = (
    "<script>alert(1)</script>",
    "he said \"no\" 'never'",
    "a|b, c|d",
    "M\u00fcller \u4e2d\u6587 \u0646\u0635",
    "=cmd|' /C calc'!A0",
    "@x",
    "{{< num x >}}",
    "[a](b) ![c](https://example.org/c.png)",
    "$x$ *y* _z_ `w` \\alpha",
    "long " * 39 + "name!",
)
CELL = (  # what any text column of a raw table may hold
    "<i>&amp; {{< num q >}} **m** $e$ \\t{x} #panic() @s `c`{=typst} =cmd|' a // b /* c -5 -- d ] ~ \u202e "
)
COLUMNS = {  # table -> its text columns
    "extraction": ("source", "page", "reason", "extractor", "note"),
    "claims": ("missing", "sentence", "source", "page", "quote"),
    "flow": ("reason", "source", "page", "quote", "note"),
    "studies": ("reason", "registration", "reference"),
}
PRINTED = {
    "extraction": ("source", "page", "reason"),
    "claims": ("missing", "sentence", "source", "quote"),
    "flow": ("reason",),
    "studies": COLUMNS["studies"],
}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Page(HTMLParser):
    """Tags, addresses and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.words = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, built_project, run_snakemake):
    """A project with made up copies of a pooled and a narrated study under hostile names, run."""
    folder = tmp_path_factory.mktemp("hostile") / "project"
    shutil.copytree(built_project, folder, ignore=shutil.ignore_patterns("results", ".snakemake"))
    paths = {name: folder / f"data/raw/{name}.csv" for name in ("studies", "extraction")}
    studies, extraction = (read_cells(path) for path in paths.values())
    by_study = {row["study"]: row for row in studies}
    for number, name in enumerate(NAMES):
        source = "casereport_in_brancaccio2024" if number % 4 else "ilfeld2023"
        studies.append(by_study[source] | {"study": name, "slab": name})
        extraction += [
            row | {"study": name, "id": f"{row['id']}-copy{number}", "note": name}
            for row in extraction
            if row["study"] == source
        ]
    extraction[1]["quote"] = "x" * 10_000
    tables = {"studies": studies, "extraction": extraction}
    for name in ("claims", "flow"):
        tables[name] = read_cells(folder / f"data/raw/{name}.csv")
    for name, rows in tables.items():
        for column in COLUMNS[name]:
            order = (
                reversed(rows) if column == "reference" else rows
            )  # not that of the review itself
            row = next(row for row in order if row[column])
            row[column] = f"{CELL}{name}-{column}"
        write_cells(folder / f"data/raw/{name}.csv", rows)
    reseal(folder)
    run = run_snakemake(folder)
    assert run.returncode == 0, run.stdout
    return folder


def test_hostile_names_reach_the_page_as_text(hostile):
    source = (hostile / "results/report/index.html").read_text(encoding="utf-8")
    page = Page(source)
    text = " ".join("".join(page.words).split())
    for name in NAMES:
        assert name in text, name
    assert source.lower().count("<script") == 3  # the page's own, and the panel's chains and code
    leading = [one for one in page.addresses if not one.startswith("data:text/csv")]
    assert not [one for one in leading if "example.org" in one or one == "b"]


def test_hostile_names_reach_the_tables_harmlessly_and_come_back(hostile):
    found = {
        row["study"]: row for row in read_rows(hostile / "results/effects/change.csv", "effects")
    }
    for name in NAMES:
        assert found[name]["slab"] == name
    assert {row["status"] for row in found.values()} == {"pooled", "narrated"}
    tables = [
        p
        for p in (hostile / "results").rglob("*.csv")
        if not any(part.startswith("_") for part in p.parts)
    ]
    assert len(tables) > 10
    for path in tables:
        with path.open(encoding="utf-8", newline="") as file:
            for cell in (cell for row in csv.reader(file, strict=True) for cell in row):
                assert not cell.startswith(FORMULA_STARTS) or is_number(cell), (path, cell)


def test_hostile_names_keep_their_numbers_apart(hostile):
    numbers = read_json(hostile / "results/numbers.json")
    assert numbers["pooled.change.k"]["value"] == 2 + len(NAMES[::4])


def test_figures_with_hostile_names_are_whole_pictures(hostile):
    for path in (hostile / "results/figures").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text
        assert text.rstrip().endswith("</svg>")


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


READ = {"index.html": page_text, "report.docx": word_text, "report.pdf": pdf_text}
STRAIGHT = str.maketrans({"\u2018": "'", "\u2019": "'"})


@pytest.mark.parametrize("name", READ)
def test_hostile_cells_of_every_printed_column_are_text(hostile, name):
    text = squeezed(READ[name](hostile / "results/report" / name)).translate(STRAIGHT)
    for table, columns in PRINTED.items():
        for column in columns:
            assert squeezed(f"{visible_text(CELL)}{table}-{column}") in text
    assert sum(map(len, re.findall("x{8,}", text))) >= 10_000
    for number in range(len(NAMES)):
        assert squeezed(visible_text(NAMES[number])) in text or not NAMES[number].isascii()


def test_hostile_cells_stay_as_they_are_in_the_tables(hostile):
    raw = hostile / "data/raw"
    for table, columns in COLUMNS.items():
        cells = {cell for row in read_cells(raw / f"{table}.csv") for cell in row.values()}
        assert {f"{CELL}{table}-{column}" for column in columns} <= cells
    found = {
        row["claim"]: row for row in read_rows(hostile / "results/audit/claims.csv", "claims_audit")
    }
    assert any(row["sentence"] == f"{CELL}claims-sentence" for row in found.values())
