"""workflow/lib/review/choices.py: what config.yaml names must be in the tables; rows here are made up."""

import pytest

from tests.pipeline import read_cells, read_config
from workflow.lib.review.choices import choice_problems

STUDIES = [{"study": "made_up2020", "role": "pooled"}, {"study": "made_up2021", "role": "narrated"}]


def row(study="made_up2020", arm="single", time_point="4 months", value="5"):
    return {
        **{"study": study, "arm": arm, "time_point": time_point},
        **{"value": value, "outcome": "pain"},
    }


def problems(rows, **analysis):
    own = {"outcome": "pain", "arms": ["single", "active"], "time_point": "longest"}
    own |= {"roles": ["pooled"]} | analysis
    config = {"assumptions": {}, "analyses": {"primary": own}}
    return choice_problems(rows, studies=STUDIES, config=config)


def test_the_projects_own_choices_can_be_served():
    config, studies = read_config(), read_cells("studies")
    assert choice_problems(read_cells("extraction"), studies=studies, config=config) == []


@pytest.mark.parametrize("time_point", ["longest", "shortest", "4 months"])
def test_a_time_point_that_a_row_has_can_be_served(time_point):
    assert problems([row()], time_point=time_point) == []


def test_a_time_point_that_no_row_has_is_told_with_the_nearest():
    assert problems([row()], time_point="4 month") == [
        "config.yaml: analyses.primary.time_point: '4 month' stands in no row of pain in "
        "extraction.csv; did you mean '4 months'?"
    ]


def test_without_rows_no_time_point_is_missing():
    assert problems([], time_point="4 months") == []


@pytest.mark.parametrize("part", ["arms", "comparator"])
def test_a_study_with_several_of_the_wanted_arms_is_told(part):
    choice = {"arms": ["sham"]} | {part: ["single", "active"]}
    assert problems([row(), row(arm="active"), row("made_up2021")], **choice) == [
        f"config.yaml: analyses.primary.{part}: made_up2020 has the arms active, single in "
        "extraction.csv; name one of them"
    ]


def test_an_arm_without_a_value_is_no_second_arm():
    assert problems([row(), row(arm="active", value="")]) == []


def test_roles_that_no_study_with_values_has_are_told_with_those_that_are_there():
    assert problems([row()], roles=["candidate"]) == [
        "config.yaml: analyses.primary.roles: no study with values of pain is candidate; there are: "
        "made_up2020 (pooled)"
    ]


@pytest.mark.parametrize(
    ("rows", "roles"),
    [
        ([row()], ["pooled", "candidate"]),
        ([row("made_up2021")], ["pooled"]),  # told, not pooled: an answer
        ([row(value="")], ["candidate"]),
        ([], ["candidate"]),
    ],
)
def test_a_role_without_studies_is_admitted_where_none_could_be_pooled(rows, roles):
    assert problems(rows, roles=roles) == []


def test_an_assumption_about_no_study_is_told_and_one_about_all_studies_is_not():
    about = {"quantity": "n", "value": 20}
    config = {"assumptions": {"a": about | {"study": "made_up202"}, "b": about}, "analyses": {}}
    (problem,) = choice_problems([], studies=STUDIES, config=config)
    assert (
        "assumptions.a.study: 'made_up202' is not in studies.csv; did you mean 'made_up20"
        in problem
    )
    (problem,) = choice_problems([], studies=[], config=config)
    assert problem.endswith("there are: none")
