"""workflow/lib/files/retraction_watch.py: a big snapshot in little time, and none that is damaged."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.projects import certainty_made_up as made_up
from workflow.lib.errors import InputError
from workflow.lib.files.retraction_watch import read_notices, snapshot_problems

PAPERS = [("10.1000/A", "7", "Retraction"), ("unavailable", "8", "Correction")]
GOOD = made_up.snapshot(PAPERS, rows=20)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("snapshot") / "retraction_watch.csv"


def found(place, content, dois=("10.1000/a",), pmids=("8",)):
    place.write_bytes(content)
    return read_notices(place, set(dois), set(pmids))


def test_papers_are_found_by_doi_in_any_case_and_by_pubmed_id(place):
    rows = found(place, GOOD)
    assert [row["RetractionNature"] for row in rows] == ["Retraction", "Correction"]
    assert found(place, GOOD, (), ()) == []


def test_sixty_thousand_rows_take_less_than_two_seconds(place):
    content = made_up.snapshot(PAPERS, rows=60_000, note=900)
    assert len(content) > 60_000_000  # as the real file
    started = time.process_time()
    assert len(found(place, content)) == 2
    assert time.process_time() - started < 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_the_encoding_does_not_matter_for_ids(place, encoding):
    content = GOOD.decode().replace("Made-up title 1,", "Universit\u00e9 1,").encode(encoding)
    assert len(found(place, content)) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "column 'Record ID' is missing"),
        (GOOD.replace(b"OriginalPaperDOI", b"DOI"), "row 1: column 'OriginalPaperDOI' is missing"),
        (
            GOOD[: GOOD.rindex(b"2020 0:00")],
            "cells where the header has 21; the file is cut off",
        ),
        (GOOD + b'9,"an open quote', "the file is cut off or damaged there"),
        (GOOD[: GOOD.index(b"\n") + 1], "no row below the header"),
        (b"\0" + GOOD, "zero bytes"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(place, content, words):
    with pytest.raises(InputError, match=words):
        found(place, content)


def test_a_snapshot_and_its_day_belong_together(tmp_path):
    assert snapshot_problems(tmp_path, {}) == []
    (missing,) = snapshot_problems(tmp_path, {"retractions": {"snapshot": "2026-01-31"}})
    assert missing.startswith("retraction_watch.csv: not in ")
    (tmp_path / "retraction_watch.csv").write_bytes(GOOD)
    (undated,) = snapshot_problems(tmp_path, {})
    assert "add retractions.snapshot" in undated
    assert snapshot_problems(tmp_path, {"retractions": {"snapshot": "2026-01-31"}}) == []


@settings(max_examples=150)
@given(st.data())
def test_a_mutated_file_is_read_or_refused_and_never_ends_otherwise(place, data):
    start = data.draw(st.integers(0, len(GOOD)))
    length = data.draw(st.integers(0, 400))
    put = data.draw(st.binary(max_size=6) | st.sampled_from([b'"', b"\n", b",", b"\r", b"\xff"]))
    content = GOOD[:start] + put + GOOD[start + length :]
    try:
        rows = found(place, content)
    except InputError as error:
        assert error.problems
    else:
        assert all(len(row) == 6 for row in rows)
