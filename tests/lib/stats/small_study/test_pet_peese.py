"""workflow/lib/stats/small_study/pet_peese.py: definition, law, refusals, edges."""

import numpy as np
import pytest

from tests.lib.stats.small_study.examples import BCG, EGGER_2001, HACKSHAW
from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.small_study.pet_peese import pet_peese
from workflow.lib.stats.small_study.regression_test import egger_test


@pytest.mark.parametrize("effects", [BCG, EGGER_2001, HACKSHAW])
def test_pet_and_peese_are_the_limits_of_the_regression_tests(effects):
    found = pet_peese(*effects)
    for fit, predictor in ((found.pet, "sei"), (found.peese, "vi")):
        test = egger_test(*effects, predictor=predictor)
        assert (fit.beta, fit.ci_lb, fit.ci_ub) == (test.limit, test.limit_lb, test.limit_ub)
        assert fit.pval_slope == test.pval


def test_an_effect_that_falls_with_the_variance_is_found_by_peese():
    sei = np.linspace(0.05, 0.5, 15)
    noise = 1e-3 * np.array([1, -1, 0] * 5)
    found = pet_peese(0.4 + 2.0 * sei**2 + noise, sei**2)
    assert found.chosen.method == "PEESE"
    assert found.rule == "PET intercept, t, two.sided: p < 0.05, so PEESE"
    assert found.chosen.beta == pytest.approx(0.4, abs=2e-3)


def test_without_an_effect_pet_is_chosen():
    sei = np.linspace(0.05, 0.5, 15)
    found = pet_peese(1.5 * sei + 0.05 * np.array([1, -1, 0] * 5), sei**2)
    assert found.chosen is found.pet
    assert "so PET" in found.rule


def test_the_choice_looks_in_the_direction_of_the_alternative():
    sei = np.linspace(0.05, 0.5, 15)
    yi = -0.4 + 0.01 * np.array([1, -1, 0] * 5)
    assert pet_peese(yi, sei**2, alternative="less").chosen.method == "PEESE"
    assert pet_peese(yi, sei**2, alternative="greater").chosen.method == "PET"


def test_exact_lines_have_no_test_and_fall_back_to_pet():
    found = pet_peese(np.full(12, 0.2), np.linspace(0.1, 1.0, 12))
    assert found.chosen.method == "PET"
    assert found.reasons["pet.pval"] == found.reasons["peese.stat"]
    assert found.chosen.beta == pytest.approx(0.2)


def test_below_ten_studies_the_answer_is_marked_unless_one_insists():
    yi, vi = (x[:9] for x in HACKSHAW)
    assert not pet_peese(yi, vi).interpretable
    assert "9 studies" in pet_peese(yi, vi).reason
    assert pet_peese(yi, vi, insist=True).interpretable


def test_what_cannot_be_computed_and_bad_options_say_why():
    for k in (0, 1, 2):
        with pytest.raises(NotEstimable, match="at least 3"):
            pet_peese(HACKSHAW[0][:k], HACKSHAW[1][:k])
    with pytest.raises(NotEstimable, match="same predictor"):
        pet_peese([0.1, 0.2, 0.3], [0.1, 0.1, 0.1])
    with pytest.raises(InputError, match="alpha 2"):
        pet_peese(*BCG, alpha=2)
    with pytest.raises(InputError, match="level 100"):
        pet_peese(*BCG, level=100)
    with pytest.raises(InputError, match="row 2: vi is inf"):
        pet_peese([0.1, 0.2, 0.3], [0.1, 0.1, np.inf])
