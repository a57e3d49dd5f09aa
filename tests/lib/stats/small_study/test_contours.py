"""workflow/lib/stats/small_study/contours.py: definition, refusals, edges."""

import numpy as np
import pytest
from scipy.special import ndtr

from workflow.lib.errors import InputError
from workflow.lib.stats.small_study.contours import contour_limits


def test_an_effect_on_a_contour_has_its_p_value():
    rows = contour_limits([0.1, 0.4], refline=0.2)
    assert [(row.p, row.sei) for row in rows] == [
        (p, s) for p in (0.1, 0.05, 0.01) for s in (0.1, 0.4)
    ]
    for row in rows:
        for limit in (row.yi_lb, row.yi_ub):
            p = 2.0 * ndtr(-abs(limit - 0.2) / row.sei)
            assert p == pytest.approx(row.p, rel=1e-12)


def test_at_the_tip_all_contours_meet():
    assert all((row.yi_lb, row.yi_ub) == (0.0, 0.0) for row in contour_limits(0.0))


def test_no_standard_error_gives_no_row():
    assert contour_limits([]) == ()


def test_bad_input_is_refused_at_once():
    with pytest.raises(InputError, match="(?s)row 1: sei is -1.*row 2: sei is nan.*p 1"):
        contour_limits([0.1, -1.0, np.nan], ps=(1.0,))
