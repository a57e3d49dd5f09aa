"""workflow/lib/stats/plots: what each plot shows is what the statistics say."""

import numpy as np
import pytest

from tests.agreement import effects, table
from workflow.lib.errors import NotEstimable
from workflow.lib.stats.diagnostics.baujat import baujat
from workflow.lib.stats.examine.examined import Pool
from workflow.lib.stats.plots.diagnostic import PLOTS
from workflow.lib.stats.plots.steps import steps
from workflow.lib.stats.pooling import random_effects
from workflow.lib.stats.regression.model import linear_model

YI, VI, _ = effects("bcg_rr")
BCG = table("dat.bcg")
COUNTS = {
    "event_e": tuple(BCG["tpos"]),
    "n_e": tuple(np.add(BCG["tpos"], BCG["tneg"])),
    "event_c": tuple(BCG["cpos"]),
    "n_c": tuple(np.add(BCG["cpos"], BCG["cneg"])),
}


def pool(places=slice(None), **words):
    yi, vi = YI[places], VI[places]
    names = tuple(np.array(BCG["author"])[places])
    columns = {name: tuple(np.array(BCG[name])[places]) for name in ("ablat", "alloc", "year")}
    own = {"inputs": {name: values[places] for name, values in COUNTS.items()}} | words
    return Pool(
        yi=yi, vi=vi, ni=(None,) * len(yi), studies=names, columns=columns,
        method="REML", test="z", level=95, **own,
    )  # fmt: skip


def corners(plot, name):
    return [(mark.x, mark.y) for mark in plot.marks if mark.name == name]


def test_a_funnel_has_each_study_at_its_effect_and_standard_error():
    plot = PLOTS["funnel"](pool())
    assert [mark.x for mark in plot.points] == YI.tolist()
    assert [mark.y for mark in plot.points] == pytest.approx(np.sqrt(VI))
    (left, base), (tip, zero), (right, _) = corners(plot, "95 percent limits")
    beta = random_effects(YI, VI, method="REML", test="z").beta
    assert (tip, zero) == (beta, 0.0)
    assert right - left == pytest.approx(2 * 1.959963984540054 * base)


def test_contours_are_where_a_study_reaches_p():
    plot = PLOTS["funnel"](pool(), contours=True)
    (_, _), (left, base), (right, _) = corners(plot, "p > 0.05")
    assert right == pytest.approx(1.959963984540054 * base)
    assert left == -right
    widths = [abs(corners(plot, f"p > {p}")[1][0]) for p in ("0.01", "0.05", "0.1")]
    assert widths == sorted(widths, reverse=True)


def test_the_slope_of_a_radial_plot_is_the_pool():
    plot = PLOTS["radial"](pool())
    x, y = (np.array([getattr(mark, axis) for mark in plot.points]) for axis in "xy")
    (x0, y0), (x1, y1) = corners(plot, "pool")
    beta = random_effects(YI, VI, method="REML", test="z").beta
    assert (y1 - y0) / (x1 - x0) == pytest.approx(beta)
    assert np.sum(x * y) / np.sum(x**2) == pytest.approx(beta)  # regression through zero


def test_a_baujat_plot_has_the_library_s_own_coordinates():
    plot, found = PLOTS["baujat"](pool()), baujat(linear_model(YI, VI), method="REML")
    assert [mark.x for mark in plot.points] == list(found.x)
    assert [mark.y for mark in plot.points] == list(found.y)


def test_every_subset_of_at_least_two_studies_is_in_a_cell_of_gosh():
    plot = PLOTS["gosh"](pool(slice(0, 6)))
    assert sum(mark.size for mark in plot.marks) == 2**6 - 1 - 6


def test_gosh_of_equal_effects_is_one_cell():
    plot = PLOTS["gosh"](
        Pool(np.full(4, 0.3), np.full(4, 0.1), (None,) * 4, tuple("abcd"), {}, {}, "REML", "z", 95)
    )
    assert [mark.size for mark in plot.marks] == [2**4 - 1 - 4]


@pytest.mark.parametrize(("measure", "beta"), [("RR", -0.7), ("OR", -0.8), ("RD", -0.01)])
def test_the_line_of_a_labbe_plot_is_the_pooled_effect_at_every_risk(measure, beta):
    found = {
        "RR": lambda e, c: np.log(e / c),
        "OR": lambda e, c: np.log(e / (1 - e) / (c / (1 - c))),
        "RD": lambda e, c: e - c,
    }
    plot = PLOTS["labbe"](pool(), measure=measure)
    line = [(x, y) for x, y in corners(plot, "pool") if 0 < x < 1 and 0 < y < 1]
    expected = random_effects(YI, VI, method="REML", test="z").beta
    assert [found[measure](y, x) for x, y in line] == pytest.approx([expected] * len(line))
    assert plot.points[0].x == pytest.approx(COUNTS["event_c"][0] / COUNTS["n_c"][0])


def test_a_bubble_plot_has_the_published_line():
    plot = PLOTS["bubble"](pool(), by="ablat")
    (x0, y0), *_, (x1, y1) = corners(plot, "regression")
    slope = (y1 - y0) / (x1 - x0)
    assert slope == pytest.approx(-0.029102, abs=5e-7)
    assert y0 - slope * x0 == pytest.approx(0.251464, abs=5e-6)


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("baujat", {}, "at least 3 studies, there are 2"),
        ("bubble", {"by": "ablat"}, "at least 3 studies"),
        ("labbe", {"measure": "RR"}, "events and persons of two groups"),
    ],
)
def test_what_these_studies_cannot_show_says_why(kind, options, words):
    with pytest.raises(NotEstimable, match=words):
        PLOTS[kind](pool(slice(0, 2), inputs={}), **options)


def test_a_moderator_without_numbers_or_without_spread_has_no_line():
    with pytest.raises(NotEstimable, match="alloc is no number"):
        PLOTS["bubble"](pool(), by="alloc")
    same = pool()
    same.columns["ablat"] = (44.0,) * 13
    with pytest.raises(NotEstimable, match="ablat is 44 in every study"):
        PLOTS["bubble"](same, by="ablat")


def test_steps_come_in_order_and_end_with_the_pool():
    found = steps(pool(), by="year")
    assert [step.k for step in found] == list(range(1, 14))
    assert [step.key for step in found] == sorted(step.key for step in found)
    whole = random_effects(YI, VI, method="REML", test="z")
    assert (found[-1].beta, found[-1].ci_lb) == pytest.approx((whole.beta, whole.ci_lb), rel=1e-9)


def test_steps_by_precision_and_effect_need_no_column():
    by_effect = steps(pool(), by="effect")
    assert by_effect[0].beta == YI.min()
    by_precision = steps(pool(), by="precision")
    assert by_precision[0].beta == YI[np.argmin(VI)]
    assert steps(pool(slice(0, 0)), by="effect") == ()


def test_the_curve_of_a_new_study_meets_zero_at_its_tipping_values():
    plot = PLOTS["new_study"](pool(), se=0.3)
    assert {mark.y for mark in plot.points} == {0.0}
    for tip in (mark.x for mark in plot.points):
        again = random_effects([*YI, tip], [*VI, 0.09], method="REML", test="z")
        assert min(abs(again.ci_lb), abs(again.ci_ub)) == pytest.approx(0.0, abs=1e-9)
    beta = dict(corners(plot, "pool"))
    x = min(beta, key=abs)
    expected = random_effects([*YI, x], [*VI, 0.09], method="REML", test="z").beta
    assert beta[x] == pytest.approx(expected, rel=1e-9)


def test_a_new_study_is_of_the_size_that_is_asked_for():
    assert "0.3" in PLOTS["new_study"](pool(), se=0.3).title
    sized = Pool(YI, VI, (100,) * 13, ("s",) * 13, {}, {}, "REML", "z", 95)
    expected = np.sqrt(np.median(VI) * 100 / 400)
    assert f"{expected:.2g}" in PLOTS["new_study"](sized, n=400).title
    with pytest.raises(NotEstimable, match="sample size is not known"):
        PLOTS["new_study"](pool(), n=400)


def test_a_new_study_that_changes_nothing_says_so_over_the_plot():
    far = np.array([1.75, 0.68]), np.array([0.12, 0.02])
    few = Pool(*far, (None,) * 2, ("a", "b"), {}, {}, "REML", "adhoc", 95)
    plot = PLOTS["new_study"](few)
    assert plot.title.endswith("no effect shown here changes the conclusion")
    assert plot.points == ()


@pytest.mark.parametrize("size", [{}, {"n": 40}])
def test_no_study_can_be_added_to_a_review_of_none(size):
    with pytest.raises(NotEstimable, match="no study to which one more could be added"):
        PLOTS["new_study"](pool(slice(0, 0)), **size)
