"""workflow/lib/figures/specification_curve.py and tipping.py: what a reader sees of made-up universes."""

import numpy as np
import pandas as pd
import pytest

from workflow.lib.figures.specification_curve import Marks, draw_specification_curve
from workflow.lib.figures.style import figure_bytes
from workflow.lib.figures.tipping import draw_tipping
from workflow.lib.stats.multiverse.curve import curve

LONG = "a label of an option that is much longer than the column that it has to fit into \u05e9\u05dc\u05d5\u05dd"


def drawn(n, sizes=(2, 3), labels=None):
    rng = np.random.default_rng(n)
    beta = rng.normal(0.5, 0.4, n)
    width = rng.uniform(0.2, 9.0, n)
    values = {"beta": beta, "ci_lb": beta - width, "ci_ub": beta + width}
    choice = np.stack([np.arange(n) % size for size in sizes], axis=1)
    columns, tiles, where = curve(values, choice, sizes, np.arange(n) % 3)
    names = labels or [[f"option {k}" for k in range(size)] for size in sizes]
    decisions = [(f"Decision {place}", own, 10.0 * place) for place, own in enumerate(names)]
    marks = Marks(int(where[0]), 1.55, "as published: 1.55")
    frame = pd.DataFrame(columns), pd.DataFrame(tiles)
    return draw_specification_curve(*frame, decisions, axis_label="Made-up effect", marks=marks)


@pytest.mark.parametrize("n", [2, 30, 200, 20_000])
def test_every_option_and_mark_is_named_and_no_two_texts_overlap(look, n):
    sheet = look(drawn(n))
    assert {"option 0", "option 2", "Decision 1", "primary analysis", "as published: 1.55"} <= set(
        sheet.words
    )
    sheet.assert_legible()


def test_a_long_label_is_cut_to_its_column(look):
    sheet = look(drawn(12, labels=[[LONG, "b"], ["c", "d", "e"]]))
    assert LONG not in sheet.words
    sheet.assert_legible()


def test_two_calls_give_identical_bytes_and_a_small_file():
    first = figure_bytes(drawn(20_000), "svg")
    assert first == figure_bytes(drawn(20_000), "svg")
    assert len(first) < 500_000


def test_no_universe_has_an_estimate_is_said(look):
    empty = pd.DataFrame({"beta": [], "universes": [], "state": [], "inner_lb": [], "inner_ub": []})
    tiles = pd.DataFrame({"decision": [], "option": [], "share": [], "column": []})
    decisions = [("Decision", ["a", "b"], float("nan"))]
    figure = draw_specification_curve(
        empty, tiles, decisions, axis_label="x", marks=Marks(None, None)
    )
    assert "No universe has an estimate" in look(figure).words


def tipping(width, flips=()):
    rs = np.linspace(0, 0.95, 96)
    rows = pd.concat(
        pd.DataFrame(
            {
                "test": test,
                "r": rs,
                "beta": 0.5 + 0.1 * rs,
                "ci_lb": 0.5 - half + 0.4 * rs,
                "ci_ub": 0.5 + half - 0.2 * rs,
            }
        )
        for test, half in (("adhoc", width), ("z", width / 4))
    )
    names = {"adhoc": "Knapp-Hartung", "z": "Wald"}
    return draw_tipping(rows, names=names, flips=list(flips), axis_label="Made up", assumed=0.5)


def test_flips_are_marked_with_their_correlation(look):
    sheet = look(tipping(0.7, [("adhoc", 0.5), ("z", 0.93)]))
    assert {"flips at 0.50", "flips at 0.93", "as assumed", "Wald"} <= set(sheet.words)
    sheet.assert_legible()


def test_an_interval_beyond_the_axis_has_no_line_at_its_edge():
    figure = tipping(40.0)
    limits = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 96][:4]
    assert [bool(np.isnan(line.get_ydata()).all()) for line in limits] == [True] * 4
    near = [line for line in tipping(0.7).axes[0].lines if len(line.get_xdata()) == 96][:4]
    assert not any(np.isnan(line.get_ydata()).any() for line in near)
