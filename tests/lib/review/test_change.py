"""workflow/lib/review/change.py: decrease, SD of the change and r, each derived or refused openly."""

from math import sqrt

import pytest

from tests.made_up import config_for_made_up, rows_of
from workflow.lib.review.prepare import prepare
from workflow.lib.stats import conversions

BEFORE = {"n": "20", "mean": "7.0", "sd": "1.50"}
AFTER = {"n": "20", "mean": "4.0", "sd": "2.00"}
T_19 = 2.093024


def followed(before=BEFORE, after=AFTER, *, r_range_max=0.2):
    """The follow-up cell of one made-up study."""
    config = config_for_made_up()
    config["conversions"]["r_range_max"] = r_range_max
    rows = rows_of("made_up", "single", "baseline", **before)
    rows += rows_of("made_up", "single", "3 months", **after)
    found = prepare(rows, config=config, convert=conversions)
    return next(cell for cell in found if cell.days > 0)


def line(cell, step):
    return next(row for row in cell.log if row["step"] == step)


def test_the_decrease_is_before_minus_after_and_rests_on_both():
    found = followed().values["mean_decrease"]
    assert (found.value, found.origin) == (3.0, "derived")
    assert set(found.rows) == {"made_up-single-baseline-mean", "made_up-single-3months-mean"}


def test_a_printed_decrease_is_kept_and_compared_within_rounding():
    found = followed(after=AFTER | {"mean_decrease": "3.1"})
    assert found.values["mean_decrease"].value == 3.1
    assert line(found, "change against scores")["message"] == "agrees within rounding"
    off = followed(after=AFTER | {"mean_decrease": "3.3"})
    assert line(off, "change against scores")["status"] == "warning"
    assert off.values["mean_decrease"].value == 3.3


def test_r_follows_from_a_printed_sd_of_change():
    found = followed(after=AFTER | {"sd_change": "2.00"})
    r = (1.5**2 + 2.0**2 - 2.0**2) / (2 * 1.5 * 2.0)
    assert found.values["r"].value == pytest.approx(r)
    assert found.values["r"].origin == "derived"
    assert "rounding allows" in line(found, "r from SD of change")["message"]
    assert "config:conversions.r_range_max" in found.values["r"].basis


def test_r_is_refused_where_rounding_leaves_it_wider_than_the_limit():
    found = followed(after=AFTER | {"sd_change": "2"}, r_range_max=0.1)
    assert found.values["r"].origin == "assumed"
    refused = line(found, "r from SD of change")
    assert refused["status"] == "refused"
    assert "wider than" in refused["message"]
    assert set(found.values["r"].decided) - set(found.values["mean_decrease"].rows) == {
        "made_up-single-baseline-sd",
        "made_up-single-3months-sd",
        "made_up-single-3months-sd_change",
    }


def test_three_sds_that_no_correlation_fits_are_refused():
    found = followed(after=AFTER | {"sd_change": "9.00"})
    assert found.values["r"].origin == "assumed"
    assert line(found, "r from SD of change")["status"] == "refused"


@pytest.mark.parametrize(
    ("extra", "step", "expected"),
    [
        (
            {"mean_decrease_ci_lb": "2.0", "mean_decrease_ci_ub": "4.0"},
            "paired interval",
            sqrt(20) / T_19,
        ),
        ({"tval": "6.0"}, "paired t", sqrt(20) * 3.0 / 6.0),
        ({"pval": "0.05"}, "paired p", sqrt(20) * 3.0 / T_19),
    ],
)
def test_a_paired_result_gives_the_sd_of_change_and_an_unpaired_one_never(extra, step, expected):
    paired = followed(after=AFTER | extra | {"pairing": "paired"}, r_range_max=2)
    assert paired.values["sd_change"].value == pytest.approx(expected, abs=1e-4)
    assert "made_up-single-3months-pairing" in paired.values["sd_change"].rows
    assert line(paired, f"SD of change from {step}")["status"] == "used"
    for statement in ({"pairing": "unpaired"}, {}):
        other = followed(after=AFTER | extra | statement)
        assert other.values["sd_change"].basis[-1] == "assumptions:r_pre_post"
        assert other.values["r"].origin == "assumed"


def test_an_interval_of_unknown_pairing_is_told_and_not_used():
    limits = {"mean_decrease_ci_lb": "2.0", "mean_decrease_ci_ub": "4.0"}
    found = followed(after=AFTER | limits)
    told = {name: value for name, value in found.values.items() if name.endswith("if_paired")}
    assert {value.origin for value in told.values()} == {"refused"}
    assert told["sd_change_if_paired"].value == pytest.approx(sqrt(20) / T_19, abs=1e-4)
    assert "does not say" in line(found, "r from the interval of the change")["message"]
    unpaired = followed(after=AFTER | limits | {"pairing": "unpaired"})
    assert not any(name.endswith("if_paired") for name in unpaired.values)


def test_a_failed_paired_test_leaves_its_rows_as_decisions():
    found = followed(after=AFTER | {"pval": "1", "pairing": "paired"})
    assert line(found, "SD of change from paired p")["status"] == "refused"
    assert "made_up-single-3months-pval" in found.values["sd_change"].decided


def test_a_t_of_zero_is_refused_and_nothing_crashes():
    found = followed(after=AFTER | {"tval": "0", "pairing": "paired"})
    assert line(found, "SD of change from paired t")["status"] == "refused"


def test_without_an_sd_of_change_the_assumed_r_gives_it():
    found = followed()
    expected = sqrt(1.5**2 + 2.0**2 - 2 * 0.5 * 1.5 * 2.0)
    assert found.values["sd_change"].value == pytest.approx(expected)
    assert "assumptions:r_pre_post" in found.values["sd_change"].basis


def test_a_printed_r_wins_over_the_assumption():
    found = followed(after=AFTER | {"r": "0.30"})
    assert found.values["r"].value == 0.3
    assert "assumptions:r_pre_post" not in found.values["sd_change"].basis


def test_skewed_sds_make_a_skewed_sd_of_change():
    quartiles = {"n": "71", "median": "0.5", "q1": "0", "q3": "3.0"}
    found = followed(before=quartiles, after=AFTER | {"mean_decrease": "1.0"})
    assert found.values["sd_change"].skewed is True
    assert found.values["mean_decrease"].skewed is None


def test_single_scores_have_a_decrease_of_their_own():
    found = followed(before={"n": "1", "score": "9"}, after={"score": "1"})
    assert found.values["score_decrease"].value == 8
    assert "mean_decrease" not in found.values
