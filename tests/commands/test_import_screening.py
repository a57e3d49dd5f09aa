"""workflow/commands/import_screening.py: exports become rows of the ledger, all or none of them."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.projects import screening_exports_made_up as made_up
from tests.projects.screening_made_up import SCREENERS, made_up_ledger
from workflow.commands.import_screening import main
from workflow.lib.files.check import read_raw
from workflow.lib.review.screening_checks import screening_problems

RECORDS = made_up.made_up_records(40)
LEDGER = made_up_ledger([row["record"] for row in RECORDS], [])
ARTICLES, LOG = made_up.rayyan_exports(RECORDS, LEDGER, "title_abstract")


@pytest.fixture
def review(tmp_path):
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "config.yaml").write_text("screening: {reasons: [wrong design]}\n")
    (tmp_path / "articles.csv").write_bytes(ARTICLES)
    (tmp_path / "customizations_log.csv").write_bytes(LOG)
    return tmp_path


def run(review, tool, *words):
    main([tool, *map(str, words), "--directory", str(review)])


def ledger(review):
    return read_raw(review / "data/raw/screening.csv", "screening")


def test_an_export_becomes_a_ledger_that_fits_its_schema(review, capsys):
    log = review / "customizations_log.csv"
    run(review, "rayyan", review / "articles.csv", "--stage", "title_abstract", "--log", log)
    rows = ledger(review)
    assert len(rows) == 2 * len(RECORDS)
    assert all(row["date"] for row in rows)
    told = capsys.readouterr().out
    assert f"screening.csv: {len(rows)} rows added, 0 stood there already" in told
    assert "so the records have the names of the tool" in told
    assert "not read: month, day" in told
    assert "make seal" in told


def test_the_same_again_changes_nothing(review, capsys):
    words = ("rayyan", review / "articles.csv", "--stage", "title_abstract")
    run(review, *words)
    before = (review / "data/raw/screening.csv").read_bytes()
    run(review, *words)
    assert (review / "data/raw/screening.csv").read_bytes() == before
    assert "0 rows added" in capsys.readouterr().out


def test_two_screeners_of_asreview_make_one_ledger_whose_conflicts_the_check_then_names(review):
    for who in SCREENERS:
        path = review / f"{who}.csv"
        path.write_bytes(made_up.asreview_export(RECORDS, LEDGER, who))
        run(review, "asreview", path, "--stage", "title_abstract")
    problems = screening_problems(ledger(review), [])
    votes = made_up.votes_of(LEDGER, "title_abstract").values()
    conflicts = sum(len({row["decision"] for row in rows}) > 1 for rows in votes)
    assert sum("without adjudication" in one for one in problems) == conflicts


def test_ris_and_workbooks_make_the_same_ledger_as_csv(review):
    data = made_up.asreview_export(RECORDS, LEDGER, SCREENERS[0])
    rows = {}
    for name, content in {
        "rayyan.csv": ARTICLES,
        "rayyan.ris": made_up.rayyan_ris(ARTICLES),
        "asreview.csv": data,
        "asreview.xlsx": made_up.xlsx_bytes(data),
        "asreview.ris": made_up.asreview_ris(data),
    }.items():
        path = review / name
        path.write_bytes(content)
        run(review, path.stem, path, "--stage", "title_abstract")
        rows[name] = [row["decision"] for row in ledger(review)]
        (review / "data/raw/screening.csv").unlink()
    assert rows["rayyan.ris"] == rows["rayyan.csv"]
    assert rows["asreview.ris"] == rows["asreview.xlsx"] == rows["asreview.csv"]


def test_every_file_that_cannot_be_read_is_named_at_once(review):
    (review / "one.ris").write_bytes(made_up.rayyan_ris(ARTICLES)[:-9])
    (review / "two.xlsx").write_bytes(made_up.xlsx_bytes(ARTICLES)[:-99])
    with pytest.raises(SystemExit) as stop:
        run(review, "rayyan", review / "one.ris", review / "two.xlsx", "--stage", "full_text")
    assert "one.ris, line " in str(stop.value)
    assert "two.xlsx: not a whole zip file" in str(stop.value)


def test_a_fault_leaves_the_ledger_as_it_was_and_names_every_row(review):
    run(review, "rayyan", review / "articles.csv", "--stage", "title_abstract")
    before = (review / "data/raw/screening.csv").read_bytes()
    bad = ARTICLES.replace(b'=>""Included""', b"=>true").replace(b'=>""Excluded""', b"=>false")
    (review / "bad.csv").write_bytes(bad)
    with pytest.raises(SystemExit) as stop:
        run(review, "rayyan", review / "bad.csv", "--stage", "full_text")
    assert str(stop.value).count("bad.csv, row ") == len(RECORDS)
    assert str(stop.value).endswith("nothing was imported; the ledger stays as it was")
    assert (review / "data/raw/screening.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rayyan", "articles.csv"), "name the stage that was screened"),
        (("rayyan", "nowhere.csv", "--stage", "full_text"), "the file is missing"),
        (("covidence", "articles.csv"), "column 'Covidence #' is missing"),
        (
            ("rayyan", "articles.csv", "--stage", "full_text", "--log", "articles.csv"),
            "articles.csv: column 'article_id' is missing",
        ),
    ],
)
def test_what_cannot_be_imported_says_what_to_do(words, said, review):
    words = [str(review / word) if word.endswith(".csv") else word for word in words]
    with pytest.raises(SystemExit, match=said):
        run(review, *words)
    assert not (review / "data/raw/screening.csv").exists()


def test_an_exclusion_at_full_text_without_a_reason_is_refused_with_its_row(review):
    path = review / "a.csv"
    path.write_bytes(made_up.asreview_export(RECORDS[:3], LEDGER, SCREENERS[0]))
    with pytest.raises(SystemExit) as stop:
        run(review, "asreview", path, "--stage", "full_text")
    assert "a.csv, row 2, reason: empty" in str(stop.value)


@given(cut=st.integers(0, len(ARTICLES) - 2), junk=st.binary(max_size=6))
def test_a_truncated_or_damaged_export_is_refused_or_read_whole_to_where_it_ends(
    cut, junk, tmp_path_factory
):
    review = tmp_path_factory.mktemp("cut")
    (review / "data/raw").mkdir(parents=True)
    (review / "cut.csv").write_bytes(ARTICLES[:cut] + junk)
    try:
        run(review, "rayyan", review / "cut.csv", "--stage", "title_abstract")
    except SystemExit as stop:
        assert "cut.csv" in str(stop)
        assert not (review / "data/raw/screening.csv").exists()
        return
    if (review / "data/raw/screening.csv").exists():
        lines = list(csv.reader((ARTICLES[:cut] + junk).decode("utf-8").splitlines()))
        whole = sum(len(line) == len(made_up.RAYYAN) for line in lines[1:])
        assert len({row["record"] for row in ledger(review)}) <= whole
