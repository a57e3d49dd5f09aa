"""workflow/lib/figures/plane.py: made-up points, lines and regions as a reader meets them."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from workflow.lib.errors import NotEstimable, TableError
from workflow.lib.figures.plane import draw_plane
from workflow.lib.figures.style import figure_bytes
from workflow.lib.stats.examine.examined import Pool
from workflow.lib.stats.plots.diagnostic import PLOTS

LONG = "A very long name of a study that would run over everything beside it and beyond \u05e9\u05dc\u05d5\u05dd 2020"


def rows(k, names=None):
    rng = np.random.default_rng(k)
    points = [
        {
            "kind": "point",
            "name": names[n] if names else f"Study {n}",
            "x": x,
            "y": y,
            "size": 1.0 + n,
        }
        for n, (x, y) in enumerate(rng.normal(size=(k, 2)))
    ]
    corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0)]
    region = [{"kind": "region", "name": "p > 0.05", "x": x, "y": y} for x, y in corners]
    line = [{"kind": "line", "name": "pool", "x": 0.0, "y": y} for y in (-2.0, 2.0)]
    return pd.DataFrame([*region, *line, *points], columns=["kind", "name", "x", "y", "size"])


def drawn(table, **words):
    return draw_plane(
        table, **{"title": "Made-up plot", "x_label": "effect", "y_label": "error"} | words
    )


@pytest.mark.parametrize("k", [1, 2, 4, 30, 200])
@pytest.mark.parametrize("frame", ["plain", "upside_down", "origin", "square"])
def test_no_two_names_overlap_and_none_leaves_the_sheet(look, k, frame):
    sheet = look(drawn(rows(k), frame=frame))
    sheet.assert_legible()
    assert {"effect", "vertical: error", "p > 0.05"} <= set(sheet.words)


def test_a_long_name_is_left_out_where_it_would_cover_something(look):
    table = rows(6, names=[LONG] * 6)
    look(drawn(table)).assert_legible()


def test_every_study_is_a_point_even_where_its_name_does_not_fit():
    figure = drawn(rows(200))
    markers = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert len(markers) == 200


def test_cells_are_darker_the_more_they_stand_for():
    cells = pd.DataFrame(
        [
            {"kind": "cell", "name": "subsets", "x": x, "y": 0.0, "size": s}
            for x, s in ((0.0, 1.0), (1.0, 100.0))
        ]
    )
    patches = drawn(cells).axes[0].patches
    light = [sum(patch.get_facecolor()[:3]) for patch in patches]
    assert len(set(light)) == 2


def test_without_rows_the_reason_stands_there(look):
    empty = pd.DataFrame(columns=["kind", "name", "x", "y", "size"])
    assert "too few studies" in look(drawn(empty, reason="too few studies")).words
    assert "No study to show" in look(drawn(empty)).words


def test_two_calls_give_identical_bytes():
    assert figure_bytes(drawn(rows(30)), "svg") == figure_bytes(drawn(rows(30)), "svg")


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(TableError, match="kind 'dot' is not one of"):
        drawn(rows(2).replace({"kind": {"point": "dot"}}))
    with pytest.raises(TableError, match="not finite"):
        drawn(rows(2).assign(x=np.nan))


def test_one_point_alone_has_axes_around_it(look):
    alone = pd.DataFrame([{"kind": "point", "name": "Only", "x": 0.0, "y": 0.0, "size": None}])
    assert "Only" in look(drawn(alone)).words


HARD = ["Öztürk & García-López 2013", "王小明 2019", "محمد العلي 2021", LONG, "=SUM(A1)", "x" * 90]
KINDS = [("funnel", {"contours": True}), ("radial", {}), ("baujat", {}), ("new_study", {})]
KINDS += [("gosh", {"subsets": 500}), ("bubble", {"by": "year"}), ("labbe", {"measure": "RR"})]


def pool_of(k):
    """k made-up trials with names that are hard to place."""
    rng = np.random.default_rng(k)
    n = rng.integers(30, 200, k).astype(float)
    event_c, event_e = np.ceil(0.3 * n), np.ceil(rng.uniform(0.1, 0.4, k) * n)
    yi, vi = np.log(event_e / event_c), 1 / event_e + 1 / event_c - 2 / n
    inputs = {"event_e": event_e, "n_e": n, "event_c": event_c, "n_c": n}
    return Pool(
        **{"yi": yi, "vi": vi, "ni": tuple(n), "studies": tuple(HARD[i % 6] for i in range(k))},
        columns={"year": tuple(range(1990, 1990 + k))},
        inputs={name: tuple(values) for name, values in inputs.items()},
        **{"method": "REML", "test": "adhoc", "level": 95.0},
    )


@pytest.mark.parametrize("k", [1, 2, 4, 30, 200])
@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_every_plot_of_the_statistics_is_legible_at_every_size(kind, options, k, look):
    try:
        made = PLOTS[kind](pool_of(k), **options)
    except NotEstimable as error:
        empty = pd.DataFrame(columns=["kind", "name", "x", "y", "size"])
        look(drawn(empty, reason=str(error))).assert_legible()
        return
    table = pd.DataFrame([asdict(mark) for mark in made.marks])
    words = {name: getattr(made, name) for name in ("title", "x_label", "y_label", "frame")}
    look(drawn(table, **words)).assert_legible()
