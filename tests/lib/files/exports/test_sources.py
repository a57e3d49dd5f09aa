"""workflow/lib/files/exports/sources.py: every file has its row, every row its file and its number."""

import pytest

from tests.made_up_exports import EXPORTS
from workflow.lib.files.exports.sources import read_sources


@pytest.fixture
def raw(tmp_path):
    """A raw folder with two exports."""
    (tmp_path / "records").mkdir()
    for name in ("pubmed.nbib", "embase.ris"):
        (tmp_path / "records" / name).write_text(EXPORTS[name], encoding="utf-8")
    return tmp_path


def row(source, file, expected=2):
    return {"source": source, "file": file, "expected": expected}


BOTH = [row("pubmed", "pubmed.nbib"), row("embase", "embase.ris")]


def test_all_exports_are_read_in_the_order_of_their_rows(raw):
    exports, problems = read_sources(raw, BOTH)
    assert problems == []
    assert {name: len(one.records) for name, one in exports.items()} == {"pubmed": 2, "embase": 2}


def test_a_mismatch_with_the_number_of_the_database_names_both_numbers(raw):
    exports, problems = read_sources(raw, [row("pubmed", "pubmed.nbib", 3), BOTH[1]])
    assert problems == [
        "sources.csv, row 2 (pubmed), expected: 3, but records/pubmed.nbib has 2 records; export "
        "again, or correct the number that the database said"
    ]
    assert list(exports) == ["embase"]


def test_a_search_that_found_nothing_needs_no_file(raw):
    exports, problems = read_sources(raw, [*BOTH, row("central", "", 0)])
    assert problems == []
    assert exports["central"].records == ()


def test_all_problems_of_all_files_are_told_at_once(raw):
    (raw / "records/left.ris").write_text("TY  - JOUR\n")
    (raw / "records/bad.ris").write_text("TY  - JOUR\nTI  - A\n")
    (raw / "records/.hidden").write_text("x")
    rows = [*BOTH, row("again", "embase.ris"), row("gone", "gone.ris"), row("up", "../studies.csv"),
            row("none", "", 4), row("bad", "bad.ris", 1)]  # fmt: skip
    problems = "\n".join(read_sources(raw, rows)[1])
    for said in (
        "row 4 (again), file: 'embase.ris' stands already in row 3; its records would count twice",
        "row 5 (gone), file: 'gone.ris' is not in data/raw/records/; put the export there",
        "row 6 (up), file: '../studies.csv' is not the name of a file in data/raw/records/",
        "row 7 (none), file: empty, though 4 records were found; name the export",
        "records/bad.ris, line 1, TY: the record has no ER",
        "records/left.ris: no row of sources.csv names it; add the row or delete the file",
    ):
        assert said in problems
    assert ".hidden" not in problems
