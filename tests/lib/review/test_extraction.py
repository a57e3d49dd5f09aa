"""workflow/lib/review/extraction.py on made up rows; whole tables stand in tests/lib/files/test_check.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pipeline import read_cells, read_config
from workflow.lib.review.extraction import extraction_problems
from workflow.lib.review.quantities import ORDERED

CONFIG = read_config()
STUDIES = [{"study": "made_up2020"}]
ROW = {
    **{"id": "m1", "study": "made_up2020", "outcome": "pain", "arm": "single", "patient": ""},
    **{"time_point": "4 months", "quantity": "mean", "value": "5.0", "unit": "NRS 0-10"},
    **{"reason": "", "source": "made up", "quote": "made up", "note": ""},
}


def problems(*changes, config=CONFIG):
    """Problems of one made up row per dict of changes."""
    rows = [ROW | {"id": f"m{number}"} | change for number, change in enumerate(changes, 1)]
    return extraction_problems(
        rows, studies=STUDIES, config=config, not_a_number=lambda _: "is no number"
    )


def quantities(**values):
    """One row per quantity."""
    return [{"quantity": name, "value": value} for name, value in values.items()]


def test_a_whole_row_has_no_problem():
    assert problems({}) == []


def test_the_projects_own_extraction_has_no_problem():
    found = extraction_problems(
        read_cells("extraction"), studies=read_cells("studies"), config=CONFIG, not_a_number=str
    )
    assert found == []


@pytest.mark.parametrize("value", ["0", "10", "10.0", "5", ".5", "5.", "1e0"])
def test_scores_reach_from_one_end_of_the_scale_to_the_other(value):
    assert problems({"value": value}) == []


@pytest.mark.parametrize("value", ["-0.1", "10.1", "1e2"])
def test_a_score_outside_the_scale_is_refused(value):
    (problem,) = problems({"value": value})
    assert "is outside the scale from 0 to 10" in problem


@pytest.mark.parametrize("quantity", ["mean_ci_lb", "mean_ci_ub"])
def test_an_interval_may_pass_the_end_of_the_scale(quantity):
    value = "-0.4" if quantity.endswith("lb") else "10.4"
    assert problems({"quantity": quantity, "value": value}) == []


def test_each_unit_has_its_own_scale():
    config = read_config()
    config["outcomes"]["pain"]["units"]["VAS 0-100 mm"] = [0, 100]
    assert problems({"unit": "VAS 0-100 mm", "value": "55"}, config=config) == []
    assert problems({"unit": "VAS 0-100 mm", "value": "155"}, config=config)


def test_an_outcome_that_is_not_analysed_needs_no_scale_and_no_duration():
    assert problems({"outcome": "sleep", "unit": "hours", "value": "77", "time_point": ""}) == []


@pytest.mark.parametrize("name", ["Pain", "PAIN", " pain", "pain."])
def test_an_outcome_that_is_nearly_the_analysed_one_is_not_dropped_in_silence(name):
    (problem,) = problems({"outcome": name})
    assert f"outcome: '{name}' is not in config.yaml; did you mean 'pain'?" in problem


@pytest.mark.parametrize(
    ("quantity", "value", "good"),
    [
        *(("n", "1", True), ("n", "0", False), ("n", "21.0", True), ("n", "2.5", False)),
        *(("events", "0", True), ("events", "0.5", False)),
        *(("sd", "0.01", True), ("sd", "0", False), ("sd", "-2", False), ("se", "0.0", False)),
        *(("pval", "1", True), ("pval", "0", False), ("pval", "1.01", False)),
        *(("r", "0.999", True), ("r", "1", False), ("r", "-1.0", False)),
        *(("percent_decrease", "100", True), ("percent_decrease", "100.5", False)),
        *(("percent_decrease", "-250", True), ("tval", "-25", True)),
        *(("mean_decrease", "-10", True), ("mean_decrease", "10.5", False)),
        *(("pairing", "paired", True), ("pairing", "Paired", False)),
        *(("direction", "decrease_positive", True), ("direction", "up", False)),
    ],
)
def test_each_quantity_has_its_bounds(quantity, value, good):
    assert (problems({"quantity": quantity, "value": value}) == []) is good


def test_p_printed_as_zero_is_told_what_to_do():
    (problem,) = problems({"quantity": "pval", "value": "0.000"})
    assert problem.endswith("leave it empty and say in 'reason' how it is printed")


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"value": "", "reason": "not printed", "source": "", "quote": ""}, 0),
        ({"value": "", "reason": ""}, 1),
        ({"reason": "not printed"}, 1),
        ({"source": ""}, 1),
        ({"source": "", "quote": ""}, 2),
        ({"study": "x", "arm": "y", "time_point": "z", "value": "w", "quote": ""}, 5),
    ],
)
def test_every_problem_of_a_row_is_told(change, count):
    assert len(problems(change)) == count


@pytest.mark.parametrize(("low", "middle", "high"), ORDERED)
def test_limits_out_of_order_are_refused_whichever_of_the_three_is_there(low, middle, high):
    good = quantities(**{low: "3", middle: "5", high: "7"})
    assert problems(*good) == []
    bad = quantities(**{low: "6", middle: "5", high: "7"})
    assert any("are not in order" in problem for problem in problems(*bad))
    two = quantities(**{low: "7", high: "3"})
    assert any("are not in order" in problem for problem in problems(*two))
    assert problems(*quantities(**{low: "5", middle: "5", high: "5"})) == []


def test_limits_of_different_arms_or_patients_are_not_compared():
    low = {"quantity": "q1", "value": "6"}
    high = {"quantity": "q3", "value": "4"}
    assert problems(low, high | {"arm": "active"}) == []
    assert problems(low, high | {"time_point": "5 months"}) == []


BEFORE, AFTER = {"time_point": "baseline", "value": "6.2"}, {"value": "2.0"}


@pytest.mark.parametrize(
    ("quantity", "value", "good"),
    [
        ("mean_decrease", "4.2", True),
        ("mean_decrease", "-4.2", False),
        ("mean_increase", "-4.2", True),
        ("mean_increase", "4.2", False),
    ],
)
def test_a_change_has_the_sign_of_the_scores_before_and_after(quantity, value, good):
    found = problems(BEFORE, AFTER, {"quantity": quantity, "value": value})
    assert (found == []) is good
    if not good:
        assert "has the opposite sign of 6.2 before and 2.0 after" in found[0]


def test_the_sign_is_not_judged_where_rounding_could_turn_it():
    before, after = {"time_point": "baseline", "value": "5.0"}, {"value": "5.0"}
    assert problems(before, after, {"quantity": "mean_decrease", "value": "-0.1"}) == []


@given(value=st.text(max_size=12), quantity=st.sampled_from(["mean", "n", "pval", "pairing", "r"]))
def test_no_cell_makes_the_check_crash(value, quantity):
    assert isinstance(problems({"value": value, "quantity": quantity}), list)
