"""workflow/lib/review/correlation.py: each rung of the ladder, by made-up studies that stand on it."""

import pytest

from tests.lib.review.test_individual import AFTER, BEFORE, scores
from tests.made_up import config_for_made_up, rows_of
from tests.pipeline import ROOT
from workflow.lib.review.correlation import FROM_CHANGE, correlation_rows
from workflow.lib.review.prepare import prepare
from workflow.lib.review.values import value_rows
from workflow.lib.stats import conversions

FIRST = {"n": "20", "mean": "7.00", "sd": "1.500"}
AFTERWARDS = {"n": "20", "mean": "5.00", "sd": "2.000"}
RUNGS = {
    "reported": {"r": "0.6"},
    "sd_of_change": {"sd_change": "1.800"},
    "se_of_change": {"se_change": "0.4025"},
    "paired_t": {"pairing": "paired", "mean_decrease": "2.000", "tval": "4.9690"},
    "paired_p": {"pairing": "paired", "mean_decrease": "2.000", "pval": "0.0000846"},
    "paired_interval": {
        "pairing": "paired",
        "mean_decrease": "2.000",
        "mean_decrease_ci_lb": "1.1576",
        "mean_decrease_ci_ub": "2.8424",
    },
    "imputed": {},
}


def ladder(rows, *, needs_r=True):
    config = config_for_made_up()
    values = value_rows(prepare(rows, config=config, convert=conversions))
    later = next(row for row in values if row["days"] > 0)
    place = {part: later[part] for part in ("study", "arm", "time_point")}
    (row,) = correlation_rows(
        [place | {"slab": "Made up", "status": "pooled"}], values, needs_r=needs_r
    )
    return row


@pytest.mark.parametrize("rung", RUNGS)
def test_a_study_stands_on_the_rung_of_what_it_prints(rung):
    rows = rows_of("made_up_i", "single", "baseline", **FIRST)
    rows += rows_of("made_up_i", "single", "3 months", **AFTERWARDS, **RUNGS[rung])
    found = ladder(rows)
    assert found["rung"] == rung
    expected = {"reported": 0.6, "imputed": 0.5}.get(rung, (1.5**2 + 2**2 - 1.8**2) / 6)
    assert found["r"] == pytest.approx(expected, abs=2e-3)


def test_scores_of_single_patients_are_a_rung_of_their_own():
    assert ladder([*scores("baseline", BEFORE), *scores("3 months", AFTER)])["rung"] == (
        "individual_data"
    )


def test_an_interval_of_unknown_pairing_is_told_and_not_used():
    rows = rows_of("made_up_i", "single", "baseline", **FIRST)
    printed = {key: text for key, text in RUNGS["paired_interval"].items() if key != "pairing"}
    found = ladder(rows + rows_of("made_up_i", "single", "3 months", **AFTERWARDS, **printed))
    assert found["rung"] == "imputed"
    assert found["r_if_paired_lb"] <= found["r_if_paired"] <= found["r_if_paired_ub"]
    assert found["paired_rows"]


def test_a_measure_without_r_needs_none():
    rows = rows_of("made_up_i", "single", "baseline", **FIRST)
    rows += rows_of("made_up_i", "single", "3 months", **AFTERWARDS)
    assert ladder(rows, needs_r=False)["rung"] == "not_needed"


def test_the_formulas_that_the_ladder_knows_are_those_that_the_preparation_writes():
    source = "".join(
        (ROOT / f"workflow/lib/review/{name}.py").read_text(encoding="utf-8")
        for name in ("change", "summaries", "individual", "values")
    )
    for text in FROM_CHANGE:
        assert text in source, text


def test_a_measure_of_two_changes_has_a_row_for_either_arm():
    rows = [
        *rows_of("made_up_i", "single", "baseline", **FIRST),
        *rows_of("made_up_i", "single", "3 months", **AFTERWARDS, r="0.6"),
        *rows_of("made_up_i", "sham", "baseline", **FIRST),
        *rows_of("made_up_i", "sham", "3 months", **AFTERWARDS),
    ]
    values = value_rows(prepare(rows, config=config_for_made_up(), convert=conversions))
    effect = {"study": "made_up_i", "slab": "Made up", "arm": "single", "time_point": "3 months"}
    found = correlation_rows(
        [effect | {"status": "pooled"}], values, needs_r=True, comparator=["waiting", "sham"]
    )
    assert [(one["group"], one["arm"], one["rung"]) for one in found] == [
        ("treated", "single", "reported"),
        ("comparator", "sham", "imputed"),
    ]
    assert [one["r"] for one in found] == [0.6, 0.5]
