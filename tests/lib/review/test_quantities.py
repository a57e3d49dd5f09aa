"""workflow/lib/review/quantities.py: kinds of values, and what printed decimals stand for."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.pipeline import ROOT
from workflow.lib.review import quantities
from workflow.lib.review.quantities import half_unit, rounding_range


@pytest.mark.parametrize(
    ("text", "half"),
    [
        *(("2.0", 0.05), ("2", 0.5), ("2.", 0.5), ("-0.75", 0.005), (".5", 0.05), ("0", 0.5)),
        *(("8e-4", 5e-5), ("1.5E2", 5.0)),
    ],
)
def test_a_printed_number_stands_for_half_a_unit_of_its_last_digit_on_each_side(text, half):
    assert half_unit(text) == pytest.approx(half)
    assert rounding_range(text) == pytest.approx((float(text) - half, float(text) + half))


@given(number=st.floats(-100, 100), decimals=st.integers(0, 6))
def test_the_range_of_a_rounded_number_holds_the_number(number, decimals):
    low, high = rounding_range(f"{number:.{decimals}f}")
    assert low - 1e-9 <= number <= high + 1e-9


def test_every_quantity_of_the_tables_of_kinds_is_one_that_the_schema_knows():
    path = ROOT / "workflow/schemas/extraction.schema.yaml"
    known = set(yaml.safe_load(path.read_text())["properties"]["quantity"]["enum"])
    kinds = (
        *(set(quantities.TEXT), quantities.SCORES, quantities.SPREADS, quantities.CHANGES),
        *(quantities.COUNTS, quantities.PROBABILITIES, quantities.PERCENTS),
        *(quantities.TIMES, quantities.SHARES, quantities.VARIANCES, quantities.RATIOS),
    )
    assert set().union(*kinds) <= known
    assert {name for three in quantities.ORDERED for name in three} <= known
    assert known - set().union(*kinds) == {
        "tval",
        "r",
        "o_minus_e",
    }  # any number; r has its own bounds
