"""workflow/lib/stats/wald_effects.py: studies with their Wald intervals, made as one set."""

import numpy as np
import pytest

from tests.agreement import table
from workflow.lib.errors import InputError
from workflow.lib.stats.effects import effect_size
from workflow.lib.stats.wald_effects import wald_effects

BCG = table("dat.bcg")
COUNTS = {
    "event_e": np.array(BCG["tpos"]),
    "n_e": np.add(BCG["tpos"], BCG["tneg"]),
    "event_c": np.array(BCG["cpos"]),
    "n_c": np.add(BCG["cpos"], BCG["cneg"]),
}


@pytest.mark.parametrize(("level", "z"), [(95, 1.959964), (90, 1.644854), (99, 2.575829)])
def test_the_interval_is_that_of_the_level(level, z):
    (one,) = wald_effects(level=level)(
        "MC", correct=True, mean_change=[2.0], sd_change=[3.0], n=[36]
    )
    assert (one.yi, one.vi) == (2.0, 0.25)
    assert (one.ci_lb, one.ci_ub) == pytest.approx((2.0 - z * 0.5, 2.0 + z * 0.5), abs=1e-5)
    assert one.tag.startswith("MC")
    assert one.reason == ""


def test_results_are_plain_numbers():
    (one,) = wald_effects(level=95)("GEN", correct=True, yi=[-0.1], vi=[0.04])
    assert [type(value) for value in (one.yi, one.vi, one.ci_lb, one.ci_ub)] == [float] * 4


def test_one_person_has_no_effect_size_and_the_others_keep_theirs():
    one, other = wald_effects(level=95)(
        "MC", mean_change=[2.0, 2.0], sd_change=[3.0, 3.0], n=[1, 36]
    )
    assert (one.yi, one.ci_lb) == (None, None)
    assert "one person has no variance" in one.reason
    assert (other.yi, other.reason) == (2.0, "")


def test_the_average_of_vtype_av_is_that_of_all_studies():
    found = wald_effects(level=95)("OR", vtype="AV", **COUNTS)
    whole = effect_size("OR", vtype="AV", **COUNTS)
    assert [one.vi for one in found] == pytest.approx(whole.vi.tolist(), rel=1e-14)
    risks = {}  # the definition: each group's risk is the mean over studies, by size
    for group in ("e", "c"):
        event, n = COUNTS[f"event_{group}"], COUNTS[f"n_{group}"]
        risks[group] = (event / n) @ n / n.sum()
    vi = sum(1.0 / (COUNTS[f"n_{g}"] * p * (1.0 - p)) for g, p in risks.items())
    assert [one.vi for one in found] == pytest.approx(vi.tolist(), rel=1e-12)


def test_if0all_corrects_every_study_as_soon_as_one_has_a_count_of_0():
    zero = {"event_e": [0, 5], "n_e": [20, 20], "event_c": [3, 4], "n_c": [20, 20]}
    _, second = wald_effects(level=95)("RR", to="if0all", **zero)
    assert second.yi == pytest.approx(np.log(5.5 / 21.0) - np.log(4.5 / 21.0), rel=1e-14)
    assert "2 of 2 studies (to=if0all)" in second.tag
    _, second = wald_effects(level=95)("RR", to="if0all", **zero | {"event_e": [1, 5]})
    assert second.yi == pytest.approx(np.log(5.0 / 4.0), rel=1e-14)
    _, second = wald_effects(level=95)("RR", to="only0", **zero)
    assert second.yi == pytest.approx(np.log(5.0 / 4.0), rel=1e-14)
    _, second = wald_effects(level=95)("RR", to="all", **zero | {"event_e": [1, 5]})
    assert second.yi == pytest.approx(np.log(5.5 / 4.5), rel=1e-14)


def test_an_option_that_the_measure_does_not_know_is_refused():
    with pytest.raises(InputError, match="SMD: vtype 'HO': admissible are LS, LS2, UB, AV"):
        wald_effects(level=95)(
            "SMD", vtype="HO", mean_e=[1], sd_e=[1], n_e=[9], mean_c=[0], sd_c=[1], n_c=[9]
        )
