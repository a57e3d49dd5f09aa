"""workflow/lib/stats/examine/moderators.py: predictions, tests of terms, diagnostics with moderators."""

import numpy as np
import pytest

from tests.lib.stats.examine.test_catalogue import bcg
from workflow.lib.stats.examine.catalogue import PROCEDURES
from workflow.lib.stats.examine.examined import examine

SEVEN = 1e-7  # metafor 3.8-1 with threshold 1e-14


def answer(procedure, *, test="z", **options):
    pool = bcg()
    pool = type(pool)(**{n: getattr(pool, n) for n in pool.__slots__} | {"test": test})
    (found,) = examine(pool, {procedure: options}, PROCEDURES)
    return found


def test_the_predicted_risks_of_viechtbauer_2010():
    """Viechtbauer (2010), section 3.4: latitude 10 and 60, year 1970, risk ratios, four decimals."""
    at = [{"ablat": 10, "year": 1970}, {"ablat": 60, "year": 1970}]
    found = answer("predicted_effects", formula="~ ablat + year", at=at)
    published = {
        "ablat_10_year_1970": (0.9345, 0.5833, 1.4973, 0.4179, 2.0899),
        "ablat_60_year_1970": (0.2303, 0.1209, 0.4386, 0.0921, 0.5761),
    }
    for name, expected in published.items():
        fields = ("pred", "ci_lb", "ci_ub", "pi_lb", "pi_ub")
        shown = [np.exp(found.values[f"at.{name}.{field}"]) for field in fields]
        assert shown == pytest.approx(expected, abs=5e-5), name
    assert found.values["at.ablat_10_year_1970.se"] == pytest.approx(0.240497499558851, rel=SEVEN)


def test_a_prediction_at_the_values_of_a_study_is_its_fitted_value():
    at = [{"alloc": level} for level in ("random", "alternate", "systematic")]
    found = answer("predicted_effects", formula="~ alloc - 1", at=at)
    fit = answer("meta_regression", formula="~ alloc - 1")
    for level in ("random", "alternate", "systematic"):
        mean = found.values[f"at.alloc_{level}.pred"]
        assert mean == pytest.approx(fit.values[f"beta.alloc{level}"], rel=1e-12)


@pytest.mark.parametrize(
    ("formula", "at", "words"),
    [
        ("~ ablat", [{"ablat": 20, "year": 1970}], "at, row 1: give ablat, not ablat, year"),
        ("~ ablat + year", [{"ablat": 20}], "at, row 1: give ablat, year, not ablat"),
        ("~ alloc", [{"alloc": "unknown"}], "a level that a study has"),
        ("~ center(ablat)", [{"ablat": 20}], "without center"),
        ("~ ablat", [{"ablat": 20}, {"ablat": 20}], "a row is given twice"),
    ],
)
def test_values_that_the_formula_cannot_take_are_refused(formula, at, words):
    found = answer("predicted_effects", formula=formula, at=at)
    assert found.values == {}
    assert words in found.reason


def test_a_moderator_as_a_whole_is_tested_as_in_metafor():
    """anova(res, btt = 3:4) with test knha, and anova(full, reduced) by ML."""
    found = answer("term_tests", formula="~ ablat + alloc", test="knha")
    expected = {"QM": 0.600725428259938, "QMp": 0.569000377430752}
    expected |= {"LRT": 1.344407404928855, "LRTp": 0.510582165926751}
    for name, value in expected.items():
        assert found.values[f"term.alloc.{name}"] == pytest.approx(value, rel=SEVEN), name
    assert found.values["term.alloc.QM_df1"] == 2
    assert found.values["term.alloc.QM_df2"] == 9
    z = answer("term_tests", formula="~ ablat + alloc")
    assert z.values["term.ablat.QM_df2"] is None
    assert "chi-square" in z.reasons["term.ablat.QM_df2"]


def test_the_only_moderator_is_the_test_of_the_regression():
    found = answer("term_tests", formula="~ ablat")
    fit = answer("meta_regression", formula="~ ablat")
    assert found.values["term.ablat.QM"] == pytest.approx(fit.values["QM"], rel=1e-12)
    alone = answer("term_tests", formula="~ ablat - 1")
    assert alone.values["term.ablat.LRT"] is None
    assert "at least one column" in alone.reasons["term.ablat.LRT"]
    assert answer("term_tests", formula="~ 1").reason == "~ 1 names no moderator"


def test_diagnostics_take_moderators():
    """influence(res)$dfbs and robust(res, cluster = alloc, clubSandwich = TRUE), mods = ~ ablat."""
    found = answer("influence", formula="~ ablat").by_study["dfbs.ablat"]
    expected = (0.0223717991954239, -0.1933376167524266, -0.0677516827132106)
    assert found[:3] == pytest.approx(expected, rel=1e-6)
    found = answer("robust", cluster="alloc", formula="~ ablat").values
    assert found["se.ablat"] == pytest.approx(0.00451155318216762, rel=1e-6)
    assert found["df.ablat"] == pytest.approx(1.51773013387080136, rel=1e-6)
    raw, pearson = (answer("residuals", kind=k, formula="~ ablat") for k in ("raw", "pearson"))
    assert raw.by_study["resid"] == pearson.by_study["resid"]
    assert pearson.tag.startswith("Pearson residuals")
