"""workflow/lib/review/prepare.py and summaries.py: printed values to means and SDs."""

from statistics import NormalDist

import pytest

from tests.made_up import config_for_made_up, rows_of
from workflow.lib.review.prepare import prepare
from workflow.lib.stats import conversions


def cells(*rows, **config):
    """(arm, time point) -> cell of the prepared rows of one made-up study."""
    found = prepare([*rows], config=config_for_made_up() | config, convert=conversions)
    return {(cell.arm, cell.time_point): cell for cell in found}


def cell(time_point="3 months", **values):
    return cells(*rows_of("made_up", "single", time_point, **values))["single", time_point]


def steps(found, status=None):
    return [line["step"] for line in found.log if status in (None, line["status"])]


def test_a_printed_sd_wins_over_every_conversion():
    found = cell(n="20", mean="5.0", mean_ci_lb="4.0", mean_ci_ub="6.0", sd="2.5", se="0.4")
    assert found.values["sd"].value == 2.5
    assert found.values["sd"].origin == "reported"


def test_the_standard_error_wins_over_the_interval_and_the_interval_over_quartiles():
    quartiles = {"median": "5.0", "q1": "4.0", "q3": "6.0"}
    limits = {"mean": "5.0", "mean_ci_lb": "4.0", "mean_ci_ub": "6.0"}
    both = cell(n="25", se="0.5", **limits, **quartiles)
    assert both.values["sd"].value == pytest.approx(2.5)
    interval = cell(n="25", **limits, **quartiles)
    assert interval.values["sd"].value == pytest.approx(5 * 1.0 / 2.063899, abs=1e-5)
    alone = cell(n="25", **quartiles)
    assert alone.values["sd"].value == pytest.approx(1.0 / NormalDist().inv_cdf(18.625 / 25.25))


def test_an_sd_of_change_from_its_standard_error_wins_over_quartiles_of_the_change():
    found = cell(n="25", se_change="0.5", median_decrease="2", q1_decrease="1", q3_decrease="4")
    assert found.values["sd_change"].value == pytest.approx(2.5)
    assert steps(found).count("SD of change from SE") == 1


def test_observed_less_expected_events_become_a_log_ratio_with_its_error():
    found = cell(o_minus_e="-4", o_minus_e_var="16")
    assert found.values["difference"].value == pytest.approx(-0.25)
    assert found.values["difference_se"].value == pytest.approx(0.25)
    assert (
        found.values["difference"].method == "(O - E) / V (Yusuf et al. 1985; Parmar et al. 1998)"
    )
    assert steps(found) == ["log ratio from O - E"] * 2


def test_a_printed_difference_wins_over_observed_less_expected_events():
    found = cell(o_minus_e="-4", o_minus_e_var="16", difference="-0.3", difference_se="0.2")
    assert found.values["difference"].value == -0.3
    assert steps(found) == []


def test_an_interval_without_width_is_refused_and_nothing_crashes():
    found = cell(n="20", mean="5.0", mean_ci_lb="5.0", mean_ci_ub="5.0")
    assert "sd" not in found.values
    assert steps(found, "refused") == ["SD from interval"]
    assert "made_up-single-3months-mean_ci_lb" in found.refused["sd"][0]


def test_quartiles_without_width_are_refused_and_nothing_crashes():
    found = cell(n="20", median="5.0", q1="5.0", q3="5.0")
    assert {"mean", "sd"}.isdisjoint(found.values)
    assert set(found.refused) == {"mean", "sd"}
    assert steps(found, "refused") == ["skewness test of quartiles"] * 2


def test_a_difference_whose_limits_are_equal_has_no_standard_error():
    rows = rows_of(
        *("made_up", "active vs sham", "3 months"),
        difference="1.0",
        difference_ci_lb="1.0",
        difference_ci_ub="1.0",
    )
    found = cells(*rows)["active vs sham", "3 months"]
    assert "difference_se" not in found.values
    assert steps(found, "refused") == ["SE from interval"]


def test_quartiles_carry_their_skewness_test_to_mean_and_sd():
    found = cell(n="71", median="0.5", q1="-0.5", q3="3.0")
    rows = {f"made_up-single-3months-{q}" for q in ("median", "q1", "q3", "n")}
    for name in ("mean", "sd"):
        assert found.values[name].skewed is True
        assert set(found.values[name].tested) == rows
    passing = cell(n="71", median="5.0", q1="4.0", q3="6.0")
    assert passing.values["sd"].skewed is False


def test_a_mean_of_symmetric_quartiles_is_the_median_whatever_n():
    found = [cell(n=n, median="4.9", q1="3.6", q3="6.2").values["mean"].value for n in ("20", "31")]
    assert found[0] == pytest.approx(4.9)


def test_a_range_is_converted_where_there_are_no_quartiles():
    found = cell(n="16", median="5.0", min="2.0", max="8.5")
    weight = 4 / (4 + 16**0.75)
    assert found.values["mean"].value == pytest.approx(weight * 5.25 + (1 - weight) * 5.0)
    assert found.values["sd"].value == pytest.approx(6.5 / (2 * 1.7700), abs=5e-3)
    quartiles = cell(n="16", median="5.0", min="2.0", max="8.5", q1="4.0", q3="6.0")
    assert "mean from range" not in steps(quartiles)


def test_another_scale_is_brought_to_the_common_one_and_logged():
    config = config_for_made_up()
    config["outcomes"]["pain"]["units"]["VAS 0-100"] = [0, 100]
    rows = rows_of("made_up", "single", "baseline", unit="VAS 0-100", n="20", mean="62", sd="15")
    found = cells(*rows, outcomes=config["outcomes"])["single", "baseline"]
    assert (found.values["mean"].value, found.values["sd"].value) == pytest.approx((6.2, 1.5))
    assert found.values["mean"].rounding == pytest.approx((6.15, 6.25))
    assert steps(found) == ["scale", "scale"]
    assert found.values["n"].value == 20


def test_values_on_the_scale_name_the_outcome_and_counts_do_not():
    found = cell(n="20", mean="5.0")
    assert found.values["mean"].basis == ("config:outcomes.pain",)
    assert found.values["n"].basis == ()


def test_an_increase_is_a_decrease_with_its_limits_turned():
    found = cell(mean_increase="1.0", mean_increase_ci_lb="0.2", mean_increase_ci_ub="1.8")
    names = ("mean_decrease", "mean_decrease_ci_lb", "mean_decrease_ci_ub")
    assert [found.values[name].value for name in names] == [-1.0, -1.8, -0.2]
    assert found.values["mean_decrease"].rounding == pytest.approx((-1.05, -0.95))


def test_percentages_of_patients_keep_to_themselves():
    rows = [
        row | {"patient": str(number), "id": f"made-up-{number}"}
        for number, text in enumerate(("100", "40", "20"), 1)
        for row in rows_of("made_up", "single", "1 year", percent_decrease=text)
    ]
    found = cells(*rows)["single", "1 year"]
    assert found.values["percent_mean"].value == pytest.approx(160 / 3)
    assert found.values["percent_median"].value == 40
    assert found.values["percent_sd"].value == pytest.approx(41.633, abs=1e-3)
    assert "mean_decrease" not in found.values
    one = cells(rows[0])["single", "1 year"]
    assert "percent_sd" not in one.values


def test_outcomes_that_are_not_analysed_are_left_alone():
    row = rows_of("made_up", "single", "baseline", mean="5.0")[0] | {"outcome": "disability"}
    assert cells(row) == {}


def test_n_is_assumed_only_where_a_cell_has_values_and_no_n():
    item = {"quantity": "n", "value": 12, "reason": "made up", "source": ""}
    rows = [
        *rows_of("made_up", "single", "baseline", mean="5.0"),
        *rows_of("made_up", "single", "3 months", mean="4.0", n="9"),
        *rows_of("made_up", "single", "6 months", mean=""),
    ]
    found = cells(*rows, assumptions={"n_made_up": item})
    assert found["single", "baseline"].values["n"].origin == "assumed"
    assert found["single", "3 months"].values["n"].value == 9
    assert found["single", "6 months"].values == {}


def unknown(quantity, time_point="3 months"):
    """A row that says that a value is not printed."""
    (row,) = rows_of("made_up", "single", time_point, **{quantity: ""})
    return row | {"reason": "made up: not printed"}


def test_what_is_not_printed_decided_that_a_value_is_derived_or_assumed():
    rows = [
        *rows_of("made_up", "single", "baseline", n="20", mean="7.0", sd="1.5"),
        *rows_of(
            "made_up", "single", "3 months", n="20", mean="5.0", mean_ci_lb="4", mean_ci_ub="6"
        ),
        unknown("sd"),
        unknown("r"),
    ]
    found = cells(*rows)["single", "3 months"].values
    missing = {f"made_up-single-3months-{name}" for name in ("sd", "r")}
    assert missing <= set(found["sd"].decided)
    assert missing <= set(found["sd_change"].decided)
    assert set(found["r"].decided) == {
        *missing,
        *(f"made_up-single-{time}-mean" for time in ("baseline", "3months")),
    }
    assert found["mean"].decided == ()


def test_a_median_without_which_there_is_no_conversion_decided_on_the_sd():
    found = cell(n="40", median="5.0", q1="4.0", q3="6.0").values["sd"]
    assert "made_up-single-3months-median" not in found.rows
    assert found.decided == ("made_up-single-3months-median",)


def test_a_printed_ratio_becomes_its_logarithm_and_its_interval_the_standard_error():
    found = cell(ratio="1.45", ratio_ci_lb="1.02", ratio_ci_ub="2.08")
    # Hackshaw (1998), the study of Hirayama, as back-calculated in the data set dat.hackshaw1998
    assert found.values["difference"].value == pytest.approx(0.371563556432483, rel=1e-12)
    assert found.values["difference_se"].value ** 2 == pytest.approx(0.03304403890578804, rel=1e-9)
    assert len(found.values["difference_se"].rows) == 2


def test_a_printed_variance_is_the_square_of_the_standard_error():
    found = cell(difference="0.47", difference_var="0.0075")
    assert found.values["difference_se"].value == pytest.approx(0.0075**0.5)
    both = cell(difference="0.47", difference_var="0.0075", difference_se="0.09")
    assert both.values["difference_se"].value == 0.09


def test_a_variance_on_another_scale_grows_with_the_square():
    unit = {"difference": "4.7", "difference_var": "0.75"}
    config = config_for_made_up()
    config["outcomes"]["pain"]["units"]["VAS 0-100"] = [0, 100]
    rows = rows_of("made_up", "single", "3 months", unit="VAS 0-100", **unit)
    found = prepare(rows, config=config, convert=conversions)[0]
    assert found.values["difference"].value == pytest.approx(0.47)
    assert found.values["difference_se"].value == pytest.approx(0.0075**0.5)


def test_the_persons_of_a_table_of_counts_are_those_with_the_event_and_those_without():
    found = cell(events="4", non_events="119")
    assert found.values["n"].value == 123
    assert len(found.values["n"].rows) == 2
    assert cell(events="4", non_events="119", n="125").values["n"].value == 125
