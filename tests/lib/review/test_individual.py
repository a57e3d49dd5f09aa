"""workflow/lib/review/individual.py: made-up scores of single patients give what a paper does not print."""

import numpy as np
import pytest

from tests.made_up import config_for_made_up, rows_of
from workflow.lib.review.prepare import prepare
from workflow.lib.stats import conversions

BEFORE, AFTER = [8.0, 7.0, 9.0, 6.0, 7.0], [3.0, 4.0, 6.0, 1.0, 5.0]


def scores(time_point, values, start=1):
    found = []
    for patient, value in enumerate(values, start):
        (row,) = rows_of("made_up_i", "single", time_point, score=f"{value:g}")
        found.append(row | {"patient": str(patient), "id": f"{row['id']}-{patient}"})
    return found


def cells(rows):
    made = prepare(rows, config=config_for_made_up(), convert=conversions)
    return {cell.time_point: cell.values for cell in made}


def test_patients_with_both_scores_give_the_change_its_spread_and_the_correlation():
    found = cells([*scores("baseline", BEFORE), *scores("3 months", AFTER)])["3 months"]
    change = np.subtract(BEFORE, AFTER)
    assert found["r"].value == pytest.approx(np.corrcoef(BEFORE, AFTER)[0, 1])
    assert found["r"].origin == "derived"
    assert found["sd_change"].value == pytest.approx(np.std(change, ddof=1))
    assert found["mean_decrease"].value == pytest.approx(change.mean())
    assert len(found["r"].rows) == 10


def test_each_time_point_has_its_own_number_mean_and_spread():
    found = cells([*scores("baseline", BEFORE), *scores("3 months", AFTER[:4])])
    assert found["baseline"]["n"].value == 5
    assert found["3 months"]["n"].value == 4
    assert found["baseline"]["mean"].value == pytest.approx(np.mean(BEFORE))
    assert found["baseline"]["sd"].value == pytest.approx(np.std(BEFORE, ddof=1))
    assert len(found["3 months"]["r"].rows) == 8  # the patient without a second score is no pair


def test_a_printed_value_always_wins():
    printed = rows_of("made_up_i", "single", "3 months", n="9", r="0.1")
    found = cells([*scores("baseline", BEFORE), *scores("3 months", AFTER), *printed])["3 months"]
    assert (found["r"].value, found["r"].origin) == (0.1, "reported")
    assert found["n"].value == 9


def test_two_pairs_say_nothing_of_a_correlation_and_the_assumption_stands():
    found = cells([*scores("baseline", BEFORE[:2]), *scores("3 months", AFTER[:2])])["3 months"]
    assert found["r"].origin == "assumed"


def test_scores_without_a_spread_have_no_correlation():
    found = cells([*scores("baseline", [5.0] * 4), *scores("3 months", AFTER[:4])])["3 months"]
    assert found["r"].origin == "assumed"
    assert found["sd_change"].value == pytest.approx(np.std(AFTER[:4], ddof=1))
