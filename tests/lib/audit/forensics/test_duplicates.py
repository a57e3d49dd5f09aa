"""workflow/lib/audit/forensics/duplicates.py: the same patients under two names."""

import pytest

from workflow.lib.audit.forensics.cells import cells_of
from workflow.lib.audit.forensics.duplicates import duplicate_cohorts


def studies(*names, **registrations):
    return [
        {"study": name, "registration": registrations.get(name, ""), "role": "pooled"}
        for name in names
    ]


def check(cells_for, *places, **registrations):
    names = dict.fromkeys(place["study"] for place in places)
    return duplicate_cohorts(
        cells_of(cells_for(*places)), studies(*names, **registrations)
    ).findings


@pytest.mark.parametrize(
    ("mean", "sd", "flagged"),
    [("6.42", "1.87", True), ("6.4", "1.9", True), ("6", "2", False), ("6.43", "1.87", False)],
)
def test_two_studies_are_paired_only_where_so_many_digits_agree_that_chance_cannot_do_it(
    cells_for, mean, sd, flagged
):
    own = ("6.42", "1.87") if mean == "6.43" else (mean, sd)
    found = check(
        cells_for,
        {"study": "a", "n": "42", "mean": own[0], "sd": own[1]},
        {"study": "b", "n": "42", "mean": mean, "sd": sd},
    )
    assert bool(found) is flagged
    if flagged:
        assert "a and b print the same numbers" in found[0].message
        assert len(found[0].rows) == 6


def test_two_arms_that_agree_count_for_more_than_one(cells_for):
    place = {"n": "42", "mean": "6.4", "sd": "1.9"}
    arms = [{**place, "study": name, "arm": arm} for name in "ab" for arm in ("active", "sham")]
    arms[1]["mean"] = arms[3]["mean"] = "6.1"
    assert check(cells_for, *arms)


def test_the_more_pairs_there_are_the_more_digits_are_needed(cells_for):
    pair = [{"study": name, "n": "42", "mean": "6.4", "sd": "1.9"} for name in "ab"]
    many = [
        {
            "study": f"s{number}",
            "n": str(20 + number),
            "mean": f"{5 + number / 100:.2f}",
            "sd": "2.31",
        }
        for number in range(60)
    ]
    assert check(cells_for, *pair)
    assert not check(cells_for, *pair, *many)


def test_the_same_study_may_repeat_its_own_numbers(cells_for):
    places = [
        {"study": "a", "arm": arm, "n": "42", "mean": "6.42", "sd": "1.87"}
        for arm in ("active", "sham")
    ]
    assert check(cells_for, *places) == []


def test_one_registration_for_two_studies_is_found(cells_for):
    places = [{"study": name, "n": "42"} for name in "ab"]
    (found,) = check(cells_for, *places, a="NCT02366832", b="nct02366832 ")
    assert found.message.startswith("a and b have one registration, NCT02366832")
    assert check(cells_for, *places, a="NCT02366832", b="NCT03449667") == []
