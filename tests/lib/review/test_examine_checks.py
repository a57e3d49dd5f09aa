"""workflow/lib/review/examine_checks.py: columns that an examination names are in studies.csv."""

import pytest

from tests.made_up import analysis, study_of
from workflow.lib.review.examine_checks import examine_problems

STUDIES = [study_of("made_up", trial="one", weeks="4", r_errors="0.5")]


def found(**examine):
    return examine_problems(STUDIES, {"analyses": {"primary": analysis("MD", examine=examine)}})


@pytest.mark.parametrize(
    "options",
    [
        {"cluster": "trial", "inner": "design", "errors": {"rho": "r_errors", "time": "weeks"}},
        {"cluster": "trial", "errors": {"rho": 0.5, "phi": 0.1}},
        {"cluster": "trial", "errors": {"rho": {"pain": {"sleep": 0.5}}}},
        {"by": "precision"},
        {"formula": "~ log(weeks) + I(year^2) : factor(design) + poly(weeks, 2) - 1"},
        {"formula": "~ 1", "scale": "~ 0 + 1e2 * year"},
        {},
    ],
)
def test_columns_that_are_there_and_words_that_are_no_columns_pass(options):
    assert found(name=options) == []


def test_every_column_that_is_not_there_is_named_with_its_place_and_the_nearest_one():
    problems = found(
        multivariate={"cluster": "trail", "inner": "x", "errors": {"time": "week"}},
        meta_regression={"formula": "~ log(weks) + yeer + yeer:design"},
    )
    before = "config.yaml: analyses.primary.examine."
    assert all(problem.startswith(before) for problem in problems)
    assert [problem.removeprefix(before).partition(";")[0] for problem in problems] == [
        "multivariate.cluster: studies.csv has no column 'trail'",
        "multivariate.inner: studies.csv has no column 'x'",
        "multivariate.errors.time: studies.csv has no column 'week'",
        "meta_regression.formula: studies.csv has no column 'weks'",
        "meta_regression.formula: studies.csv has no column 'yeer'",
    ]
    assert problems[0].endswith("did you mean 'trial'?")


def test_a_label_for_a_column_that_is_not_there_is_refused():
    labels = {"weeks": "weeks of contact", "trail": "the trial"}
    problems = examine_problems(STUDIES, {"analyses": {}, "column_labels": labels})
    assert problems == [
        "config.yaml: column_labels: studies.csv has no column 'trail'; did you mean 'trial'?"
    ]


def test_without_a_study_there_is_nothing_to_compare_with():
    config = {"analyses": {"primary": analysis("MD", examine={"subgroups": {"by": "x"}})}}
    assert examine_problems([], config) == []
