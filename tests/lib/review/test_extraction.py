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


KINDS = [
    "mean",
    "n",
    "pval",
    "pairing",
    "r",
    "ratio",
    "ratio_ci_ub",
    "difference_var",
    "non_events",
]


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


@pytest.mark.parametrize("name", ["n", "mean", "ratio"])
def test_a_number_of_hundreds_of_digits_is_none_that_anybody_measured(name):
    (told,) = problems({"quantity": name, "value": "9" * 400})
    assert f"value: '{'9' * 60}...' is too large to be a number" in told


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
        *(("ratio", "0.01", True), ("ratio", "0", False), ("ratio_ci_lb", "-0.7", False)),
        *(("difference_var", "1e-9", True), ("difference_var", "0", False)),
        *(("difference_var", "-0.1", False), ("difference_se", "0", False)),
        *(("non_events", "0", True), ("non_events", "1.5", False), ("non_events", "-1", False)),
        *(("person_time", "0.5", True), ("person_time", "0", False)),
    ],
)
def test_each_quantity_has_its_bounds(quantity, value, good):
    assert (problems({"quantity": quantity, "value": value}) == []) is good


def test_p_printed_as_zero_is_told_what_to_do():
    (problem,) = problems({"quantity": "pval", "value": "0.000"})
    assert problem.endswith("leave it empty and say in 'reason' how it is printed")


@pytest.mark.parametrize("quantity", ["ratio", "ratio_ci_lb", "ratio_ci_ub", "difference_var"])
@pytest.mark.parametrize("value", ["1,18", "n.s.", "<2", "NaN", "inf", "1.2.3", "0.9-1.5"])
def test_what_is_no_number_is_refused_with_row_column_and_value(quantity, value):
    (problem,) = problems({"quantity": quantity, "value": value})
    assert problem == f"extraction.csv, row 2 (m1), value: '{value}' is no number"


def test_the_logarithm_of_a_ratio_is_told_where_it_belongs():
    (problem,) = problems({"quantity": "ratio_ci_lb", "value": "-0.45"})
    assert problem.startswith(
        "extraction.csv, row 2 (m1), value: ratio_ci_lb = -0.45; a number above 0"
    )
    assert problem.endswith("a logarithm is typed as difference_ci_lb")


@pytest.mark.parametrize(
    ("counts", "good"),
    [
        ({"events": "4", "non_events": "119", "n": "123"}, True),
        ({"events": "4", "non_events": "119"}, True),
        ({"events": "4", "non_events": "119", "n": "125"}, False),
        ({"events": "4", "non_events": "119", "n": "122"}, False),
        ({"events": "4", "n": "4"}, True),
        ({"events": "5", "n": "4"}, False),
        ({"non_events": "5", "n": "4"}, False),
    ],
)
def test_persons_with_and_without_the_event_are_the_persons_of_the_arm(counts, good):
    found = problems(*quantities(**counts))
    assert (found == []) is good
    if not good:
        told = ", ".join(f"{name} = {value}" for name, value in counts.items())
        rows = ", ".join(str(number) for number in range(2, 2 + len(counts)))
        assert found[0].startswith(f"extraction.csv, rows {rows} (m1), value: {told} do not add up")


def test_counts_of_different_arms_are_not_added():
    rows = quantities(events="5", n="4")
    assert problems(rows[0], rows[1] | {"arm": "active"}) == []


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


@given(value=st.text(max_size=12), quantity=st.sampled_from(KINDS))
def test_no_cell_makes_the_check_crash(value, quantity):
    assert isinstance(problems({"value": value, "quantity": quantity}), list)
