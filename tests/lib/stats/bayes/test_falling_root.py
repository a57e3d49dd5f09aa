"""workflow/lib/stats/bayes/falling_root.py on functions with known roots."""

from math import atan, cos, inf

import pytest

from workflow.lib.stats.bayes.falling_root import falling_root


@pytest.mark.parametrize(
    ("f", "root"),
    [
        (lambda x: 2.0 - x * x, 2.0**0.5),
        (lambda x: cos(x), 1.5707963267948966),
        (lambda x: atan(1e6 * (0.3 - x)), 0.3),
        (lambda x: inf if x < 1.0 else -inf if x > 1.9 else 1.25 - x, 1.25),
    ],
)
def test_a_root_is_found_to_the_last_digits(f, root):
    assert falling_root(f, 0.0, 2.0, settled=0.0) == pytest.approx(root, rel=1e-13)


def test_without_a_change_of_sign_the_nearer_end_is_the_root():
    assert falling_root(lambda x: 1.0 + x, 0.0, 1.0, settled=0.0) == 0.0
    assert falling_root(lambda x: -2.0 + x, 0.0, 1.0, settled=0.0) == 1.0
