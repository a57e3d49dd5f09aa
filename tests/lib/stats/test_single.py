"""workflow/lib/stats/single.py: one study with its Wald interval."""

import pytest

from workflow.lib.errors import NotEstimable
from workflow.lib.stats.single import single_effect


@pytest.mark.parametrize(("level", "z"), [(95, 1.959964), (90, 1.644854), (99, 2.575829)])
def test_the_interval_is_that_of_the_level(level, z):
    yi, vi, low, high, tag = single_effect(level=level)(
        "MC", correct=True, mean_change=2.0, sd_change=3.0, n=36
    )
    assert (yi, vi) == (2.0, 0.25)
    assert (low, high) == pytest.approx((2.0 - z * 0.5, 2.0 + z * 0.5), abs=1e-5)
    assert tag.startswith("MC")


def test_results_are_plain_numbers():
    found = single_effect(level=95)("GEN", correct=True, yi=-0.1, vi=0.04)
    assert [type(value) for value in found[:4]] == [float] * 4


def test_one_person_has_no_effect_size():
    with pytest.raises(NotEstimable, match="one person has no variance"):
        single_effect(level=95)("MC", correct=True, mean_change=2.0, sd_change=3.0, n=1)
