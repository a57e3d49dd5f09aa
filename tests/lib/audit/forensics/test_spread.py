"""workflow/lib/audit/forensics/spread.py: SDs that cannot be, SDs that are SEs, differences beyond three SDs."""

from itertools import product
from math import sqrt
from statistics import mean, stdev

import pytest

from workflow.lib.audit.forensics.cells import cells_of
from workflow.lib.audit.forensics.spread import large_smd, largest_sd, sd_for_se, sd_on_scale


def cells(cells_for, *places):
    return cells_of(cells_for(*places))


def test_no_sample_on_the_scale_has_a_larger_sd():
    for sample in product(range(5), repeat=5):
        bound = largest_sd(0, 4, (mean(sample), mean(sample)), 5)
        assert stdev(sample) <= bound * (1 + 1e-12), sample


def test_the_bound_is_reached_by_values_at_both_ends():
    assert largest_sd(0, 10, (5, 5), 10) == pytest.approx(stdev([0] * 5 + [10] * 5))
    assert largest_sd(0, 10, (0, 10), None) == pytest.approx(
        stdev([0, 10])
    )  # n unknown: two values


@pytest.mark.parametrize(
    ("place", "flagged"),
    [
        ({"n": "21", "mean": "1.2", "sd": "3.3"}, False),
        ({"n": "21", "mean": "1.2", "sd": "3.5"}, True),
        ({"n": "21", "mean": "1.2", "sd": "6.1"}, True),
        ({"mean": "5.0", "sd": "7.1"}, False),  # two persons, at 0 and at 10
        ({"mean": "5.0", "sd": "7.2"}, True),
        ({"n": "9", "sd": "5.5"}, True),
        ({"n": "20", "mean_ci_lb": "1.0", "mean_ci_ub": "9.0"}, True),  # an SD of 8.5
        ({"n": "20", "mean_ci_lb": "3.0", "mean_ci_ub": "7.0"}, False),
        ({"n": "20", "mean_decrease": "1.0", "sd_change": "8.0"}, False),  # from -10 to 10
        ({"n": "20", "mean_decrease": "1.0", "sd_change": "10.5"}, True),
    ],
)
def test_an_sd_beyond_its_bound_is_found(cells_for, scales, place, flagged):
    findings = sd_on_scale(cells(cells_for, place), scales["outcomes"]).findings
    assert bool(findings) is flagged
    for one in findings:
        assert "at most sqrt(" in one.message


def test_an_sd_on_a_scale_that_is_not_configured_is_left_out(cells_for, scales):
    tested = sd_on_scale(cells(cells_for, {"n": "9", "sd": "99", "unit": "mm"}), scales["outcomes"])
    assert (tested.compared, tested.findings) == (0, [])
    assert tested.skipped


def test_an_se_that_is_impossible_as_an_se_is_an_sd(cells_for, scales):
    tested = sd_for_se(cells(cells_for, {"n": "40", "se": "2.1"}), scales["outcomes"])
    assert "2.05 x sqrt(40) = 12.97" in tested.findings[0].message
    assert not sd_for_se(cells(cells_for, {"n": "40", "se": "0.3"}), scales["outcomes"]).findings


def others(*sds):
    return [
        {"study": f"s{number}", "n": "30", "mean": "5.0", "sd": sd} for number, sd in enumerate(sds)
    ]


@pytest.mark.parametrize(
    ("sds", "odd", "flagged"),
    [
        (("2.0", "2.2", "1.9"), "0.37", True),  # 0.37 x sqrt(30) = 2.03
        (("2.0", "2.2", "1.9"), "0.70", False),  # not far enough from the others
        (("2.0", "2.2", "1.9"), "0.10", False),  # as an SE it would still be far away
        (("2.0", "2.2"), "0.37", False),  # too few to compare with
        (("0.4", "0.37", "0.35"), "2.1", True),  # an SE was taken for an SD
    ],
)
def test_an_sd_far_from_those_of_all_other_studies_may_be_an_se(
    cells_for, scales, sds, odd, flagged
):
    places = [*others(*sds), {"study": "odd", "n": "30", "mean": "5.0", "sd": odd}]
    findings = sd_for_se(cells(cells_for, *places), scales["outcomes"]).findings
    assert [one.study for one in findings] == (["odd"] if flagged else [])


def test_a_change_beyond_three_sds_says_what_it_would_be_with_a_standard_error(cells_for, scales):
    before = {"n": "16", "mean": "7.0", "sd": "0.5"}
    after = {"time_point": "4 weeks", "n": "16", "mean": "4.0", "sd": "0.5"}
    (one,) = large_smd(cells(cells_for, before, after), scales["arms"]).findings
    assert "2.9 over an SD of 0.55 is 5.273 SDs" in one.message
    assert "it is 1.318 SDs" in one.message
    assert sqrt(16) * 1.318 == pytest.approx(5.273, abs=0.001)


@pytest.mark.parametrize(("control", "flagged"), [("5.0", False), ("9.5", True)])
def test_arms_far_apart_are_found(cells_for, scales, control, flagged):
    place = {"time_point": "4 weeks", "n": "20", "sd": "1.5"}
    arms = ({**place, "mean": "2.0"}, {**place, "arm": "sham", "mean": control})
    assert bool(large_smd(cells(cells_for, *arms), scales["arms"]).findings) is flagged


def test_the_digits_have_the_benefit_of_the_doubt(cells_for, scales):
    """A change of 3 points over an SD of 1 may be 2 over 1.5."""
    before = {"n": "16", "mean": "7", "sd": "1"}
    after = {"time_point": "4 weeks", "n": "16", "mean": "3", "sd": "1"}
    assert not large_smd(cells(cells_for, before, after), scales["arms"]).findings
