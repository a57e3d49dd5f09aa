"""workflow/lib/figures/collection.py: every count is printed beside its bar, at any size of a collection."""

import pytest

from workflow.lib.figures.collection import draw_collection
from workflow.lib.figures.style import figure_bytes
from workflow.lib.review.collection.summary import Counted, distribution_rows

NAME = "a_name_of_24_characters_"


def models(count):
    shares = (0.0, 100.0, None, 33.25)
    return [
        {"model": NAME, "method": "REML", "test": "adhoc", "significant_percent": shares[n % 4]}
        for n in range(count)
    ]


@pytest.mark.parametrize("each", [0, 1, 57_397, 9_999_999])
@pytest.mark.parametrize("count", [1, 5, 30])
def test_no_text_overlaps_and_every_count_is_printed(look, each, count):
    rows = [row | {"count": each + n} for n, row in enumerate(distribution_rows(Counted(95.0)))]
    sheet = look(draw_collection(rows, models(count), primary=NAME))
    sheet.assert_legible()
    assert {f"{row['count']:,}" for row in rows} <= set(sheet.words)
    assert sheet.words.count(f"{NAME} (REML, adhoc)") == count


def test_a_longer_bar_is_a_larger_count_and_the_classes_say_what_they_hold(look):
    rows = [
        {"panel": "k", "lower": 6.0, "upper": 8.0, "count": 10},
        {"panel": "k", "lower": 100.0, "upper": None, "count": 5},
        {"panel": "tau2", "lower": 0.0, "upper": 0.0, "count": 3},
        {"panel": "tau2", "lower": 0.0, "upper": 0.001, "count": 2},
    ]
    figure = draw_collection(rows, [], primary="fe")
    widths = [patch.get_width() for patch in figure.axes[0].patches]
    assert widths[0] == pytest.approx(2 * widths[1])
    assert {"6 to 7", "100 or more", "0", ">0 to 0.001"} <= set(look(figure).words)


def test_the_same_counts_give_the_same_bytes():
    rows = distribution_rows(Counted(95.0))
    one, other = (draw_collection(rows, models(3), primary="fe") for _ in range(2))
    assert figure_bytes(one, "svg") == figure_bytes(other, "svg")
