"""workflow/lib/review/screening_exports/match.py: a row finds its record by id, DOI, PMID or title, or none."""

import pytest

from workflow.lib.review.screening_exports.entry import Entry
from workflow.lib.review.screening_exports.match import Finder, normal_doi, normal_title


def record(name, title="", **cells):
    empty = {"doi": "", "pmid": "", "year": None, "duplicate_of": ""}
    return {"record": name, "title": title} | empty | cells


RECORDS = [
    record("a", "Cold and nerves", doi="10.1/A", pmid="0012", year=2001),
    record("b", "Cold and nerves", year=2002),
    record("c", "Über Kälte: ein Versuch", pmid="34"),
    record("d", "Cold & nerves!", duplicate_of="a", year=2001),
    record("e", "Once", doi="10.1/e", pmid="55"),
    record("f", "Twice"),
    record("g", "Twice"),
]


def find(**cells):
    return Finder(RECORDS).find(Entry(2, "own", (), **cells))


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"record": "b", "doi": "10.1/a"}, "b"),
        ({"record": "d"}, "a"),
        ({"doi": "https://doi.org/10.1/a."}, "a"),
        ({"doi": "doi: 10.1/E", "title": "Something else"}, "e"),
        ({"pmid": "PMID: 34"}, "c"),
        ({"doi": "10.9/unknown", "title": "UBER KALTE -- EIN VERSUCH"}, "c"),
        ({"title": "Cold and nerves", "year": "2002"}, "b"),
        ({"title": "cold and nerves.", "year": "2001"}, "a"),
        ({"title": "Once", "year": "1999"}, "e"),
    ],
)
def test_a_row_finds_its_record(cells, name):
    assert find(**cells) == (name, "")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"record": "z"}, "no record is called 'z'"),
        ({"title": "Cold and nerves"}, "by title a, b"),
        ({"title": "Twice"}, "by title f, g"),
        ({"doi": "10.1/a", "pmid": "34"}, "by doi a; by pmid c"),
        ({"title": "Never"}, "no record has its DOI, PMID or title ('Never')"),
        ({}, "no record has its DOI"),
    ],
)
def test_a_row_that_finds_none_or_several_says_so(cells, words):
    name, problem = find(**cells)
    assert name == ""
    assert words in problem


def test_ids_and_titles_are_compared_without_their_dress():
    assert normal_doi("HTTPS://DX.DOI.ORG/10.1000/ABC;") == "10.1000/abc"
    assert normal_doi("PMC123") == ""
    assert normal_title("  Café—Ætiology (2nd) ") == normal_title("CAFE ÆTIOLOGY 2ND")
