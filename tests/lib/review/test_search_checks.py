"""workflow/lib/review/search_checks.py and workflow/lib/config.py: a search that cannot be run is refused."""

import pytest

from tests.pipeline import TABLES, read_cells, read_config
from workflow.lib.config import check_config
from workflow.lib.errors import InputError
from workflow.lib.review.search_checks import search_problems


def problems(**search):
    config = read_config()
    config["method_search"] |= search
    return search_problems({name: read_cells(name) for name in TABLES}, config)


def refusal(**search):
    config = read_config()
    config["method_search"] |= search
    with pytest.raises(InputError) as caught:
        check_config(config)
    return str(caught.value)


def test_the_search_of_the_first_review_is_accepted():
    check_config(read_config())
    assert problems() == []
    assert (
        problems(target=["pooled_d", "pooled_d_p"], subsets=[["ilfeld2023", "prologo2017"]]) == []
    )


def test_a_review_without_a_search_has_nothing_to_check():
    config = read_config()
    del config["method_search"]
    check_config(config)
    assert search_problems({}, config) == []


def test_a_search_without_claims_is_no_problem():
    config = read_config()
    tables = {name: read_cells(name) for name in TABLES} | {"claims": []}
    assert search_problems(tables, config) == []


def test_a_group_that_is_not_there_names_the_nearest():
    (found,) = problems(target="published_pol")
    assert "no claim has the group 'published_pol'; did you mean 'published_pool'?" in found


def test_a_claim_that_is_not_there_names_the_nearest():
    (found,) = problems(target=["pooled_d", "pooled_d_q"])
    assert "no claim is called 'pooled_d_q'; did you mean 'pooled_d_" in found


def test_a_target_that_no_pool_gives_is_refused():
    (of_group,) = problems(target="heterogeneity")
    assert "no claim of the group 'heterogeneity' is one of: estimate, ci_lb" in of_group
    (of_id,) = problems(target=["studies_included"])
    assert "'studies_included' is studies_included, and a search needs one of" in of_id


def test_two_printed_numbers_of_one_quantity_are_refused():
    claims = read_cells("claims")
    claims.append({**next(row for row in claims if row["id"] == "pooled_d"), "id": "made_up"})
    tables = {name: read_cells(name) for name in TABLES} | {"claims": claims}
    config = read_config()
    config["method_search"]["target"] = ["pooled_d", "made_up"]
    (found,) = search_problems(tables, config)
    assert "pooled_d, made_up are all estimate" in found


def test_unknown_studies_and_time_points_are_refused_with_the_nearest():
    (study,) = problems(subsets=[["ilfeld2023", "prologo2018"]])
    assert "'prologo2018' is no study" in study
    assert "did you mean 'prologo2017'?" in study
    (time,) = problems(time_points=["each", "45 day"])
    assert "'45 day' stands in no row of pain" in time


def test_a_narrated_study_cannot_be_in_a_subset():
    (found,) = problems(subsets=[["ilfeld2023", "casereport_in_brancaccio2024"]])
    assert "'casereport_in_brancaccio2024' is no study with a role that the analysis pools" in found


@pytest.mark.parametrize(
    ("search", "words"),
    [
        ({"analysis": "primry"}, "'primry' is not in analyses; did you mean 'primary'?"),
        (
            {"measures": ["SMD"]},
            "SMD compares two groups, and analyses.primary names no comparator",
        ),
        ({"measures": ["SMXX"]}, "'SMXX' is not one of"),
        ({"methods": ["RELM"]}, "'RELM' is not one of"),
        ({"tests": ["hksj"]}, "'hksj' is not one of"),
        ({"r": [1]}, "1 must be less than 1"),
        ({"r": []}, "method_search.r"),
        ({"correct": ["yes"]}, "'yes' is not a true or false"),
        ({"percents": True}, "percents"),
        ({"sign": "other"}, "'other' is not one of: same, reversed"),
        ({"subsets": [["ilfeld2023"]]}, "method_search.subsets"),
        ({"grid": 1}, "unknown key 'grid'"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_its_key(search, words):
    assert words in refusal(**search)
