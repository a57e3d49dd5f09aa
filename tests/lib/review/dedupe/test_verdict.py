"""workflow/lib/review/dedupe/verdict.py: what is one record, what is not, and what a person decides."""

import pytest

from tests.lib.review.dedupe.made_up import record
from workflow.lib.review.dedupe.evidence import compare, other_words, similarities
from workflow.lib.review.dedupe.keys import keys_of
from workflow.lib.review.dedupe.verdict import RULES, judge

TITLE = "Made-up cryoneurolysis for phantom limb pain"
COCHRANE = {
    "journal": "Cochrane Database Syst Rev",
    "pages": "CD001234",
    "volume": "",
    "issue": "1",
}


def verdict(one, other):
    """decision and rule on two records, the same from either side."""
    found = set()
    for a, b in ((one, other), (other, one)):
        a, b = keys_of(a), keys_of(b)
        (title,), (main,) = similarities([a, b], [0], [1])
        found.add(judge(compare(a, b, title=title, main=main)))
    (single,) = found
    assert single.rule in RULES
    return single.decision, single.rule


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (
            {"doi": "10.1/a"},
            {"doi": "10.1/a", "year": 2021, "pages": "", "authors": ""},
            ("same", "doi"),
        ),
        ({"pmid": "1"}, {"pmid": "1", "doi": "10.1/a"}, ("same", "pmid")),
        ({"pmid": "1", "doi": "10.1/a"}, {"pmid": "1", "doi": "10.1/b"}, ("same", "pmid")),
        ({}, {"authors": "Smith A", "pages": ""}, ("same", "title_author_year")),
        (
            {},
            {"authors": "SMITH, A.", "journal": "J Made-up Pain", "pages": "123-30"},
            ("same", "title_place"),
        ),
        ({}, {"year": 2020}, ("same", "title_place")),
        ({}, {"authors": "Lee, B.; Smith, Anna"}, ("same", "title_place")),
        ({}, {"pages": "1-8"}, ("same", "title_author_year")),  # the pages ahead of print
        ({}, {"pages": "e17"}, ("same", "title_author_year")),
        ({}, {"authors": "", "volume": ""}, ("same", "title_place")),
        ({}, {"title": f"{TITLE}: a randomised trial"}, ("same", "subtitle")),
        ({}, {"title": "Made-up cryoneurolsis for phantom limb pian"}, ("same", "title_place")),
        ({}, {"title": "Made-up cryoneurolysis for PLP"}, ("same", "rewording")),
    ],
)
def test_one_record_in_two_forms_is_one(one, other, expected):
    assert verdict(record(**one), record(**{"title": TITLE} | other)) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # the same id, and titles that contradict it
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "title": "Yoga and the weather of tomorrow"},
         ("same", "doi")),  # same author and pages: a translated title
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "title": "Yoga and the weather of tomorrow", "pages": "7"},
         ("uncertain", "id_other_title")),
        ({"doi": "10.1/a"}, {"doi": "10.1/a", "title": "Yoga and the weather of tomorrow", "pages": "7",
                             "authors": "Wu, C."}, ("different", "shared_id")),
        ({"doi": "10.1/a", "pmid": "1"}, {"doi": "10.1/a", "pmid": "2"}, ("uncertain", "doi_other_pmid")),
        # errata and retractions
        ({}, {"title": f"Erratum: {TITLE}", "pages": "200"}, ("different", "notice")),
        ({"doi": "10.1/a"}, {"title": f"Erratum: {TITLE}", "doi": "10.1/a"}, ("uncertain", "notice")),
        ({}, {"title": f"Retraction: {TITLE}", "pages": "200"}, ("different", "notice")),
        ({"doi": "10.1/a"}, {"title": f"RETRACTED: {TITLE}", "doi": "10.1/a"}, ("uncertain", "retracted")),
        # an abstract of a conference and the paper
        ({"type": "Article"}, {"type": "Conference Abstract", "pages": "S12", "year": 2018},
         ("uncertain", "abstract_or_paper")),
        ({}, {"pages": "S12"}, ("uncertain", "abstract_or_paper")),
        # parts
        ({"title": f"{TITLE}. Part I"}, {"title": f"{TITLE}. Part II", "pages": "131"}, ("different", "other_number")),
        ({"title": f"{TITLE}. Part 1"}, {"title": f"{TITLE}. Part II"}, ("uncertain", "other_number")),
        # updates of a Cochrane review
        (COCHRANE, COCHRANE | {"year": 2022}, ("uncertain", "other_year")),
        (COCHRANE, COCHRANE | {"issue": "7"}, ("uncertain", "other_year")),
        (COCHRANE | {"doi": "10.1002/14651858.cd001234.pub2"}, COCHRANE | {"doi": "10.1002/14651858.cd001234.pub3",
                                                                        "year": 2022}, ("different", "other_doi")),
        # one title in two years, in two journals, by two persons
        ({}, {"year": 2015, "pages": "1"}, ("uncertain", "other_year")),
        ({}, {"journal": "Annals of Fictional Neurology", "volume": "3", "pages": "1"}, ("uncertain", "other_place")),
        ({}, {"authors": "Wu, C.", "journal": "Annals of Fictional Neurology", "volume": "3", "pages": "1"},
         ("different", "other_author")),
        # letters and replies under one title: other persons on one page, one person on two pages of one volume
        ({"type": "Letter"}, {"type": "Letter", "authors": "Wu, C."}, ("uncertain", "other_author")),
        ({}, {"pages": "1681"}, ("uncertain", "other_place")),
        ({"title": "Editorial", "pages": ""}, {"title": "Editorial", "pages": ""}, ("uncertain", "short_title")),
        ({"title": "Editorial"}, {"title": "Editorial", "authors": "Wu, C.", "pages": "1", "journal": ""},
         ("different", "other_author")),
        # companions
        ({"title": f"{TITLE} in men"}, {"title": f"{TITLE} in boys", "pages": "131"}, ("different", "other_words")),
        ({"title": f"{TITLE} with surgery"}, {"title": f"{TITLE} without surgery", "pages": "131"},
         ("different", "other_words")),
        ({"pmid": "1"}, {"pmid": "2", "pages": "131"}, ("different", "other_pmid")),
        ({"pmid": "1"}, {"pmid": "2"}, ("uncertain", "other_pmid")),
    ],
)  # fmt: skip
def test_what_is_alike_is_not_merged_in_silence(one, other, expected):
    found = verdict(record(**{"title": TITLE} | one), record(**{"title": TITLE} | other))
    assert found == expected


def test_two_words_in_one_and_slips_are_no_other_words():
    assert other_words(("meta", "analysis"), ("metaanalysis",)) == ()
    assert other_words(("phantom", "pain"), ("phantmo", "pain")) == ()
    assert other_words(("pain", "in", "men"), ("pain", "in", "boys")) == ("men", "boys")
    assert other_words(("pain", "with", "x"), ("pain", "without", "x")) == ("without",)
