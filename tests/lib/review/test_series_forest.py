"""workflow/lib/review/series_forest.py: rows of the forests of a series of made-up pools."""

from workflow.lib.review.series_forest import one_after_another, without_each
from workflow.lib.stats.plots.steps import Step

FIT = {"k": 3, "beta": 0.5, "ci_lb": 0.1, "ci_ub": 0.9, "test": "z"}
MODEL = {"fit": FIT}
EMPTY = {"fit": FIT | {"k": 0, "beta": None, "ci_lb": None, "ci_ub": None}}


def printed(value):
    return f"{value:.1f}"


def test_a_leave_one_out_forest_names_who_is_missing_and_ends_with_all():
    left_out = {"slab": "A 2020", "k": 2, "beta": 0.4, "ci_lb": 0.0, "ci_ub": 0.8}
    rows = without_each([left_out], MODEL, printed)
    assert [(row["kind"], row["slab"]) for row in rows] == [
        ("study", "without A 2020"),
        ("pooled", "All studies, Wald z interval"),
    ]
    assert rows[0]["text"] == "0.4 [0.0, 0.8]"


def test_a_pool_that_cannot_be_estimated_says_so():
    left_out = {"slab": "A 2020", "k": 0, "beta": None, "ci_lb": None, "ci_ub": None}
    rows = without_each([left_out], EMPTY, printed)
    assert [row["kind"] for row in rows] == ["narrated", "note"]
    assert rows[0]["text"] == "not estimable"


def test_a_cumulative_forest_adds_studies_and_says_what_they_are_ordered_by():
    steps = [Step("A 2020", "2020", 1, 0.4, 0.0, 0.8), Step("B", "2021", 2, 0.5, 0.2, 0.8)]
    rows = one_after_another(steps, MODEL, printed)
    assert [row["slab"] for row in rows[:2]] == ["A 2020", "+ B"]
    assert [row["detail"] for row in rows[:2]] == ["k = 1", "k = 2, 2021"]
