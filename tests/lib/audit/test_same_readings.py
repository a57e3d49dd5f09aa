"""How effects are read, and which measures compare nothing: the rooms have no doors, so a test holds them equal."""

import pytest

from workflow.lib.audit import guards, readings
from workflow.lib.render import facts
from workflow.lib.review import forest_words
from workflow.lib.review.forest_table import RETOLD
from workflow.lib.stats.effects import MEASURES
from workflow.lib.stats.measures.transforms import TRANSFORMS


def test_the_measures_that_compare_nothing_are_the_same_in_all_rooms():
    assert guards.LEVELS == facts.LEVELS == forest_words.LEVELS
    assert MEASURES.keys() >= facts.LEVELS
    assert {MEASURES[name].direction.partition(":")[0] for name in facts.LEVELS} == {"higher"}


@pytest.mark.parametrize("source", ["documentation of x", "test suite of y", "Made up 2020"])
def test_what_is_only_retold_is_the_same_in_all_rooms(source):
    in_plot = source.startswith(tuple(f"{kind} " for kind in RETOLD))
    assert facts.is_retold({"source": source}) == in_plot


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_an_effect_is_read_alike_in_all_rooms(name):
    unit = MEASURES[name].scale
    reading = readings.reading_of(unit)
    end = reading.end if reading else ""
    assert facts.end_of(unit) == end
    assert forest_words.end_of({"unit": unit}) == end


@pytest.mark.parametrize(
    ("unit", "transform"), [("Fisher's z", "z"), ("log odds", "logit"), ("log risk ratio", "log")]
)
def test_the_way_back_is_that_of_the_statistics(unit, transform):
    back = readings.reading_of(unit).back
    for x in (-2.0, -0.3, 0.0, 0.15, 1.4):
        assert back(x) == pytest.approx(float(TRANSFORMS[transform].inverse(x)), rel=1e-12)
