"""workflow/lib/config_collection.py: collection.yaml is refused with every problem at once."""

import pytest

from workflow.lib.config_collection import check_collection
from workflow.lib.errors import InputError

GOOD = {
    **{"title": "t", "table": "long.csv", "measure": "RR", "level": 95, "broken": "skip"},
    **{"models": {"fe": {"method": "FE", "test": "z"}}, "primary": "fe"},
    **{"asymmetry_least": 10, "chunk_rows": 250000, "effects": {"add": 0.5}},
}


def test_a_good_configuration_passes():
    check_collection(GOOD)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"primary": "fee"}, "primary: 'fee' is not in models; did you mean 'fe'?"),
        ({"measure": "column"}, "effects: goes with one measure"),
        ({"level": float("inf")}, "level: inf"),
        ({"models": {}}, "models"),
        ({"models": {"fe": {"method": "XX", "test": "z"}}}, "'XX' is not one of: FE"),
        ({"chunk_rows": 10}, "chunk_rows: 10 must be at least 1000"),
        ({"asymmetry_least": 2}, "asymmetry_least: 2 must be at least 3"),
        ({"effects": {"to": "if0all"}}, "effects.to: 'if0all' is not one of"),
        ({"brocken": "skip"}, "unknown key 'brocken'; did you mean 'broken'?"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(change, words):
    with pytest.raises(InputError) as refused:
        check_collection(GOOD | change)
    assert words in str(refused.value)


def test_all_problems_are_told_at_once():
    with pytest.raises(InputError) as refused:
        check_collection({"title": 1})
    assert len(refused.value.problems) == 2  # the missing keys in one sentence
