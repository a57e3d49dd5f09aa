"""workflow/scripts/draw_diagnostics.py: plots say what a column of the studies is. All numbers are made up."""

import numpy as np

from workflow.lib.stats.examine.examined import Pool
from workflow.scripts.draw_diagnostics import plot


def words(figure):
    return {text.get_text() for axes in figure.axes for text in axes.texts}


def test_a_column_is_named_by_the_words_of_the_configuration():
    pool = Pool(
        yi=np.array([0.1, 0.4, 0.5, 0.9]),
        vi=np.full(4, 0.04),
        studies=("a", "b", "c", "d"),
        columns={"meanage": (20.0, 30.0, 40.0, 50.0)},
        **{"ni": (None,) * 4, "inputs": {}, "method": "REML", "test": "z", "level": 95},
    )
    for labels, name in (({}, "meanage"), ({"meanage": "mean age, years"}, "mean age, years")):
        figure, _, _ = plot("bubble", pool, {"by": "meanage"}, labels)
        said = " ".join(words(figure))
        assert f"Bubble plot: {name}" in said
        assert said.count(name) == 2
