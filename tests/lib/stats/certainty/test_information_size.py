"""workflow/lib/stats/certainty/information_size.py against published sizes and the power that they have."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from workflow.lib.errors import InputError
from workflow.lib.stats.certainty.information_size import one_mean, two_means, two_proportions

RISKS = st.floats(0.02, 0.98)


def power_of_proportions(n, first, second, alpha):
    """Power of the test of two proportions with n persons in each group, from its definition."""
    mean = (first + second) / 2
    null = sqrt(2 * mean * (1 - mean) / n)
    own = sqrt((first * (1 - first) + second * (1 - second)) / n)
    return norm.cdf((abs(first - second) - norm.isf(alpha / 2) * null) / own)


def test_two_proportions_need_what_the_manual_of_r_prints():
    # R, ?power.prop.test: p1 = .50, p2 = .75, power = .90 gives n = 76.7 in each group
    found = two_proportions(0.50, 0.75, power=0.90)
    assert (found.per_group, found.total) == (77, 154)


def test_a_small_standardised_effect_needs_four_hundred_in_each_group():
    # Guyatt 2011, part 6, names an effect of 0.2 SD with alpha 0.05 and power 0.80, and about 400
    # persons; by the conventional formula these are the persons of one group (Cohen 1988: 393 by t)
    found = two_means(0.2, 1.0)
    assert (found.per_group, found.total) == (393, 786)


def test_lehr_1992_sixteen_over_the_squared_effect_is_near():
    assert two_means(0.5, 1.0).per_group == pytest.approx(16 / 0.5**2, rel=0.02)


def test_one_group_needs_half_of_each_of_two():
    assert one_mean(1.0, 2.0).total == 32  # (1.96 + 0.84)^2 * 4 = 31.4
    assert two_means(1.0, 2.0).per_group == 63


@given(RISKS, RISKS, st.floats(0.01, 0.2), st.floats(0.55, 0.99))
def test_the_size_has_the_power_and_one_person_less_in_each_group_has_not(
    first, second, alpha, power
):
    if abs(first - second) < 0.02:
        return
    found = two_proportions(first, second, alpha=alpha, power=power)
    assert power_of_proportions(found.per_group, first, second, alpha) >= power - 1e-9
    if found.per_group > 1:
        assert power_of_proportions(found.per_group - 1, first, second, alpha) < power + 1e-9


@given(RISKS, RISKS)
def test_counting_those_without_the_event_changes_nothing(first, second):
    if abs(first - second) < 0.02:
        return
    assert (
        abs(two_proportions(first, second).total - two_proportions(1 - first, 1 - second).total)
        <= 2
    )


@given(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0.01, 100))
def test_the_unit_of_the_outcome_does_not_matter(difference, sd, unit):
    before, after = two_means(difference, sd), two_means(difference * unit, sd * unit)
    assert abs(before.per_group - after.per_group) <= 1  # a whole number can fall on either side


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(InputError) as refusal:
        two_proportions(1.2, 1.2, alpha=0, power=1)
    assert len(refusal.value.problems) == 5
    with pytest.raises(InputError, match="difference 0"):
        two_means(0, 1)
    with pytest.raises(InputError, match="sd -1"):
        one_mean(1, -1)
