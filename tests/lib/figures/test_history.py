"""workflow/lib/figures/history.py and lib/audit/history.py: what can stand on one axis, drawn alike each time."""

import pandas as pd
import pytest

from workflow.lib.audit.history import comparable
from workflow.lib.audit.readings import printed
from workflow.lib.figures.history import draw_history
from workflow.lib.figures.style import figure_bytes
from workflow.lib.review.forest_words import axis_words, marks_of


def row(number, **words):
    """A made-up entry."""
    found = {
        "date": f"2024-01-{number + 1:02d}",
        "k": number + 2,
        "rows_added": number,
        "unit": "points",
    }
    found |= {"estimate": 0.5 - number / 10, "ci_lb": -0.2, "ci_ub": 1.1, "lock": f"sum{number}"}
    return found | words


def draw(rows):
    return draw_history(pd.DataFrame(rows), axis_label="points", told=printed("points"))


def test_ratios_are_drawn_and_told_as_ratios():
    unit = "log risk ratio"
    rows = pd.DataFrame(
        [row(0, estimate=-0.6931, ci_lb=-1.3863, ci_ub=0.0), row(1, estimate=0.6931)]
    )
    figure = draw_history(
        rows, axis_label=axis_words(unit), told=printed(unit), marks=marks_of({"unit": unit})
    )
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "0.50 [0.25, 1.00]" in texts
    assert "Risk ratio, logarithmic axis" in texts
    assert {"0.5", "1", "2"} <= set(texts)  # ticks are ratios


@pytest.mark.parametrize("count", [1, 2, 30])
def test_each_update_is_a_line_and_the_sheet_grows_with_them(count):
    figure = draw([row(number % 20) for number in range(count)])
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert sum(text.startswith("2024-") for text in texts) == count
    assert figure.get_figheight() * 25.4 == pytest.approx(13 + 6 * count + 15)


def test_the_same_rows_make_the_same_bytes():
    rows = [row(0), row(1)]
    assert figure_bytes(draw(rows), "svg") == figure_bytes(draw(rows), "svg")


def test_an_estimate_without_limits_and_one_of_zero_are_drawn():
    figure = draw(
        [row(0, estimate=0.0, ci_lb=None, ci_ub=None), row(1, estimate=0.0, ci_lb=0.0, ci_ub=0.0)]
    )
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "0.00" in texts
    assert "0.00 [0.00, 0.00]" in texts


def test_only_entries_of_the_last_unit_with_an_estimate_stand_on_one_axis():
    history = [row(0, unit="log risk ratio"), row(1, estimate=None), row(2), row(3)]
    assert [one["lock"] for one in comparable(history)] == ["sum2", "sum3"]
    assert comparable([row(0, estimate=None)]) == []


def test_rows_that_nobody_counted_are_left_empty():
    figure = draw([row(0, rows_added=None), row(1)])
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert not {"nan", "None", "1.0"} & set(texts)
    assert "1" in texts
