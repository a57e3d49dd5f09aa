"""workflow/lib/stats/diagnostics/new_study.py: against closed forms, single fits, laws and edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from tests.agreement import effects
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.diagnostics.new_study import (
    ABOVE,
    BELOW,
    CONCLUSIONS,
    INCLUDES,
    new_study,
)
from workflow.lib.stats.pooling import random_effects

YI, VI, _ = effects("bcg_rr")
LAW = settings(database=None, deadline=None, derandomize=True, max_examples=25)
WAYS = [("REML", "knha"), ("REML", "adhoc"), ("DL", "z"), ("PM", "t"), ("EE", "z"), ("EE", "knha")]


def concluded(yi, vi, effect, sei, **options):
    """Conclusion of one fit with the new study, by the function that makes every pool."""
    fit = random_effects([*yi, effect], [*vi, sei**2], **options)
    return CONCLUSIONS[ABOVE if fit.ci_lb > 0 else BELOW if fit.ci_ub < 0 else INCLUDES]


def test_equal_effects_have_the_tipping_values_of_the_closed_form():
    yi, vi, sei = np.array([0.1, 0.4, 0.2]), np.array([0.04, 0.02, 0.05]), 0.25
    w, new = 1.0 / vi, 1.0 / sei**2
    half = norm.ppf(0.975) * np.sqrt(
        w.sum() + new
    )  # |sum of w y| at which the z interval meets zero
    expected = [(sign * half - w @ yi) / new for sign in (-1.0, 1.0)]
    found = new_study(yi, vi, sei=sei, method="EE", test="z")
    assert found.tipping == pytest.approx(expected, rel=1e-10)
    assert [one.conclusion for one in found.band] == [
        CONCLUSIONS[state] for state in (BELOW, INCLUDES, ABOVE)
    ]


def test_two_equal_effects_of_zero_tip_where_a_t_interval_of_three_does():
    # yi (0, 0, y), equal vi, tau2 = 0: mean y/3, Q = 2 y^2 / (3 v), Knapp-Hartung's t is 1 at most
    found = new_study([0.0, 0.0], [1.0, 1.0], sei=1.0, method="EE", test="knha")
    assert (found.n_tipping, found.conclusion) == (0, "includes zero")
    assert found.reason == "no result of one study of this size changes the conclusion"


@pytest.mark.parametrize(("method", "test"), WAYS)
def test_single_fits_on_both_sides_of_a_tipping_value_differ_as_it_says(method, test):
    sei = float(np.sqrt(np.median(VI)))
    options = {"method": method, "test": test}
    found = new_study(YI, VI, sei=sei, **options)
    assert found.n_tipping == len(found.tipping) >= 1
    for tip, below, above in zip(found.tipping, found.band, found.band[1:], strict=False):
        near = 1e-7 * (1.0 + abs(tip))
        assert concluded(YI, VI, tip - near, sei, **options) == below.conclusion
        assert concluded(YI, VI, tip + near, sei, **options) == above.conclusion


@LAW
@given(st.integers(0, 10**6), st.integers(1, 6), st.sampled_from(WAYS), st.floats(0.05, 2.0))
def test_every_effect_leads_to_the_conclusion_of_its_band(seed, k, way, sei):
    rng = np.random.default_rng(seed)
    yi, vi = rng.normal(0.3, 0.4, k), rng.uniform(0.01, 0.3, k)
    options = dict(zip(("method", "test"), way, strict=True))
    found = new_study(yi, vi, sei=sei, **options)
    for effect in [*rng.normal(0.0, 2.0, 12), *rng.normal(0.0, 200.0, 4)]:
        if any(abs(effect - tip) < 1e-6 * (1.0 + abs(tip)) for tip in found.tipping):
            continue
        (own,) = [
            one
            for one in found.band
            if (one.lower is None or one.lower < effect)
            and (one.upper is None or effect < one.upper)
        ]
        assert concluded(yi, vi, effect, sei, **options) == own.conclusion


def test_the_mirrored_pool_has_the_mirrored_tipping_values():
    found, mirrored = (new_study(sign * YI, VI, sei=0.3) for sign in (1.0, -1.0))
    assert mirrored.tipping == pytest.approx([-tip for tip in reversed(found.tipping)], rel=1e-9)


@pytest.mark.parametrize("scale", [1e-4, 1e4])
def test_another_unit_gives_the_same_values_in_that_unit(scale):
    found, scaled = (
        new_study(YI, VI, sei=0.3),
        new_study(scale * YI, scale**2 * VI, sei=0.3 * scale),
    )
    assert scaled.tipping == pytest.approx([scale * tip for tip in found.tipping], rel=1e-8)


def test_an_effect_far_from_all_others_widens_the_interval_until_it_includes_zero_again():
    found = new_study(YI, VI, sei=0.3, method="REML", test="knha")
    outer = [found.band[0].conclusion, found.band[-1].conclusion]
    assert outer == ["includes zero", "includes zero"]
    assert found.conclusion == found.band[1].conclusion == "excludes zero, below it"
    assert found.nearest_lower < random_effects(YI, VI).beta < found.nearest_upper


def test_every_result_can_change_the_conclusion_of_one_study():
    found = new_study([0.5], [0.04], sei=0.2, method="REML", test="adhoc")
    assert found.conclusion == "excludes zero, above it"
    assert found.reason == "every result of one study of this size changes the conclusion"


def test_a_single_study_is_joined_by_a_second():
    found = new_study([0.3], [0.04], sei=0.2, method="EE", test="z")
    assert found.tipping[-1] == pytest.approx(norm.ppf(0.975) * np.sqrt(2 * 0.04) - 0.3, rel=1e-10)


def test_many_studies_are_hardly_moved_by_one():
    rng = np.random.default_rng(3)
    yi, vi = rng.normal(0.5, 0.2, 200), np.full(200, 0.02)
    found = new_study(yi, vi, sei=0.14)
    assert all(abs(tip) > 10.0 for tip in found.tipping)


def test_limits_that_are_not_there_have_their_reason():
    found = new_study(YI, VI, sei=0.3)
    assert found.band[0].reasons == {"lower": "without limit"}
    assert found.band[-1].reasons == {"upper": "without limit"}


@pytest.mark.parametrize("sei", [0.0, -1.0, float("nan"), float("inf")])
def test_a_standard_error_that_is_none_is_refused(sei):
    with pytest.raises(InputError, match="not finite|above 0"):
        new_study(YI, VI, sei=sei)


def test_without_a_study_nothing_can_be_added_to():
    with pytest.raises(NotEstimable, match="no pool to add one to"):
        new_study([], [], sei=0.3)
