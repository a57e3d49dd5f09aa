"""workflow/lib/stats/multiverse/conversions.py: other ways from a median to a mean."""

import pytest

from workflow.lib.errors import NotEstimable
from workflow.lib.stats import conversions
from workflow.lib.stats.multiverse.conversions import CONVERSIONS


def test_wan_takes_the_plain_mean_of_quartiles_and_median():
    assert CONVERSIONS["wan"].mean_from_quartiles(1.0, 2.0, 6.0, 30) == pytest.approx(3.0)
    assert CONVERSIONS["wan"].mean_from_range(0.0, 2.0, 10.0, 30) == pytest.approx(14 / 4)


def test_the_median_can_stand_for_the_mean_or_be_refused():
    assert CONVERSIONS["median_as_mean"].mean_from_quartiles(1.0, 2.0, 6.0, 30) == 2.0
    with pytest.raises(NotEstimable, match="not converted"):
        CONVERSIONS["no_medians"].mean_from_quartiles(1.0, 2.0, 6.0, 30)


@pytest.mark.parametrize("name", CONVERSIONS)
def test_all_else_is_as_in_the_house(name):
    assert CONVERSIONS[name].sd_from_quartiles is conversions.sd_from_quartiles
    assert CONVERSIONS[name].skewness_test is conversions.skewness_test
