"""workflow/lib/audit/forensics/intervals.py: interval, SE, SD, t, p and n of one result."""

import pytest

from workflow.lib.audit.forensics.cells import cells_of
from workflow.lib.audit.forensics.finding import Checked
from workflow.lib.audit.forensics.intervals import interval_arithmetic

GROUP = {"n": "25", "mean": "5.00", "sd": "2.00", "se": "0.40"}  # 2 / sqrt(25)
LIMITS = {"mean_ci_lb": "4.17", "mean_ci_ub": "5.83"}  # t with 24 df: 2.064
CHANGE = {"time_point": "4 weeks", "n": "25", "mean_decrease": "1.00", "sd_change": "2.00"}
RATIO = {"arm": "active vs sham", "unit": "", "difference": "0.70"}


def check(cells_for, **place):
    mixed = Checked("sd_for_se")
    return interval_arithmetic(cells_of(cells_for(place)), mixed).findings, mixed.findings


@pytest.mark.parametrize(
    "place",
    [
        GROUP,
        GROUP | LIMITS,
        GROUP | {"mean_ci_lb": "4.22", "mean_ci_ub": "5.78"},  # by z
        GROUP | {"mean_ci_lb": "4.2", "mean_ci_ub": "5.8"},  # by two standard errors
        CHANGE | {"tval": "2.50", "pval": "0.020"},  # 1 / 0.4; t with 24 df: 0.0197
        CHANGE | {"pval": "0.012"},  # by z
        CHANGE | {"tval": "-2.50"},
        RATIO | {"difference_ci_lb": "0.50", "difference_ci_ub": "0.98"},  # symmetric as logarithms
        RATIO
        | {"difference_ci_lb": "0.50", "difference_ci_ub": "0.98", "difference_pval": "0.037"},
    ],
)
def test_results_that_fit_raise_nothing(cells_for, place):
    assert check(cells_for, **place) == ([], [])


def test_an_sd_that_is_called_a_standard_error_is_a_mix_up(cells_for):
    findings, mixed = check(cells_for, **GROUP | LIMITS | {"se": "2.00", "sd": ""})
    assert (findings, len(mixed)) == ([], 1)
    assert mixed[0].message.endswith("they agree if what is called SE is the SD")


def test_a_standard_error_that_is_called_an_sd_is_a_mix_up(cells_for):
    findings, mixed = check(cells_for, **GROUP | LIMITS | {"sd": "0.40", "se": ""})
    assert (findings, len(mixed)) == ([], 1)
    assert "the interval 4.17 to 5.83 gives 0.3" in mixed[0].message
    assert mixed[0].message.endswith("they agree if what is called SD is the standard error")


def test_an_interval_that_fits_neither_is_not_called_a_mix_up(cells_for):
    findings, mixed = check(cells_for, **GROUP | {"mean_ci_lb": "3.00", "mean_ci_ub": "7.00"})
    assert mixed == []
    assert {one.severity for one in findings} == {"warning"}


def test_an_interval_off_its_centre_is_a_note(cells_for):
    findings, _ = check(cells_for, n="25", mean="5.00", mean_ci_lb="4.50", mean_ci_ub="6.50")
    assert [one.severity for one in findings] == ["note"]
    assert "which is 5.495 to 5.505" in findings[0].message


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"tval": "3.90"}, "gives t of 2.481 to 2.519, printed is 3.90"),
        ({"pval": "0.200"}, "by z or t, printed is 0.200"),
        ({"tval": "2.50", "pval": "0.001"}, "t = 2.50 gives p of"),
    ],
)
def test_t_and_p_are_held_against_the_change_and_its_sd(cells_for, wrong, words):
    findings, _ = check(cells_for, **CHANGE | wrong)
    assert any(words in one.message for one in findings)


def test_p_of_a_difference_is_held_against_its_interval(cells_for):
    place = {"arm": "active vs sham", "difference": "-0.1"}
    place |= {"difference_ci_lb": "-1.0", "difference_ci_ub": "0.7"}
    assert check(cells_for, **place, difference_pval="0.759")[0] == []
    assert check(cells_for, **place, difference_pval="0.020")[0]
