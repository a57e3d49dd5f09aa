"""workflow/lib/stats/roots.py: the root, from near and far, and what has none."""

from math import atan, exp, log

import pytest

from workflow.lib.errors import ConvergenceError
from workflow.lib.stats.roots import root_above


@pytest.mark.parametrize("root", [1e-6, 0.3, 7.0, 1e5, 1e12])
@pytest.mark.parametrize(
    "shape", [lambda x: x, lambda x: x**3, atan, lambda x: 1.0 - exp(-x), lambda x: log(1.0 + x)]
)
def test_the_root_of_a_rising_function_is_found_on_any_scale(root, shape):
    found = root_above(lambda x: shape(x / root) - shape(1.0), 0.0, scale=1.0)
    assert found == pytest.approx(root, rel=1e-9, abs=1e-12)


def test_a_root_at_the_first_step_is_taken():
    assert root_above(lambda x: x - 1.0, 0.0, scale=1.0) == 1.0


def test_a_function_that_stays_below_zero_has_no_root():
    with pytest.raises(ConvergenceError, match="no root above 0"):
        root_above(lambda x: -1.0, 0.0, scale=1.0)
