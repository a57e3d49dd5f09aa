"""workflow/lib/review/retractions.py: which papers are looked for, and what their notices come to."""

import pytest

from workflow.lib.review.retractions import marks, papers, retraction_rows


def study(name="s", **words):
    own = {
        "study": name,
        "slab": name.upper(),
        "role": "pooled",
        "reference": "",
        "registration": "",
    }
    return own | words


def notice(nature="Retraction", day="3/8/2011 0:00", doi="10.1000/a", pmid="0", record="42"):
    return {
        **{"Record ID": record, "OriginalPaperDOI": doi, "OriginalPaperPubMedID": pmid},
        **{"RetractionNature": nature, "RetractionDate": day, "Reason": "+Error in Data;+Other;"},
    }


# made up, in the form of DOIs of the 1990s
SICI = "10.1002/(SICI)1097-0000(19990101/30)18:1/2<3::AID-XYZ4>3.0.CO;2-A"


@pytest.mark.parametrize(
    ("reference", "dois", "pmids"),
    [
        ("doi:10.1111/papr.12020 (PMID 23279331)", ("10.1111/papr.12020",), ("23279331",)),
        (
            "A (2020) https://doi.org/10.1016/S0140-6736(97)11096-0.",
            ("10.1016/s0140-6736(97)11096-0",),
            (),
        ),
        ("see (doi 10.1000/AB-c).", ("10.1000/ab-c",), ()),
        ("PMID: 1; pmid 2", (), ("1", "2")),
        ("PMID 0; PMID 007", (), ("7",)),  # a database writes 0 where there is none
        (f"made up; doi:{SICI}, p. 3", (SICI.lower(),), ()),
        ("Ilfeld et al. 2023 (Anesthesiology 138(1):82)", (), ()),
    ],
)
def test_ids_are_read_from_the_reference(reference, dois, pmids):
    assert papers([study(reference=reference)]) == {"s": (dois, pmids)}


def test_ids_of_their_own_columns_count_too():
    found = papers([study(doi="10.1000/X", pmid="7", registration="NCT0 PMID 8")])
    assert found == {"s": (("10.1000/x",), ("8", "7"))}
    assert papers([study(doi=SICI)]) == {"s": ((SICI.lower(),), ())}


@pytest.mark.parametrize(
    ("notices", "expected"),
    [
        ([], "not_listed"),
        ([notice()], "retraction"),
        ([notice("Expression of concern")], "expression_of_concern"),
        ([notice("Correction"), notice("Expression of concern")], "expression_of_concern"),
        ([notice("Correction"), notice()], "retraction"),
        ([notice(), notice("Reinstatement", "1/1/2012 0:00")], "reinstatement"),
        ([notice(), notice("Reinstatement", "1/1/2010 0:00")], "retraction"),
        ([notice("Something new")], "other_notice"),
    ],
)
def test_the_gravest_notice_in_force_counts(notices, expected):
    (row,) = retraction_rows([study(doi="10.1000/A")], notices)
    assert row["status"] == expected


def test_a_study_without_ids_cannot_be_checked_and_a_missing_pubmed_id_is_no_match():
    first, second = retraction_rows([study("s"), study("t", pmid="0")], [notice(doi="", pmid="0")])
    assert first["status"] == "cannot_be_checked"
    assert second["status"] == "cannot_be_checked"  # nothing was looked for


def test_notices_are_told_with_day_reasons_and_record():
    (row,) = retraction_rows([study(pmid="9")], [notice(doi="unavailable", pmid="9")])
    assert row["notices"] == "Retraction, 2011-03-08, Error in Data, Other (record 42)"


def test_retracted_and_doubted_studies_are_marked_and_no_others():
    natures = ("Retraction", "Expression of concern", "Correction")
    studies = [study(f"s{n}", doi=f"10.1000/{n}") for n in range(4)]
    notices = [notice(nature, doi=f"10.1000/{n}") for n, nature in enumerate(natures)]
    found = marks(retraction_rows(studies, notices))
    assert found == {"s0": "retracted", "s1": "expression of concern"}
