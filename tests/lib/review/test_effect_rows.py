"""workflow/lib/review/effect_rows.py: a row with numbers or a row with a reason for each study."""

from dataclasses import dataclass

import pytest

from tests.made_up import analysis, study_of
from workflow.lib.review.effect_rows import effect_rows
from workflow.lib.review.reasons import REASONS
from workflow.lib.review.selection import Selected

GEN = analysis("GEN")
PRINTED = {"ci_lb": (-1.0, ("row-lb",)), "ci_ub": (0.7, ("row-ub",)), "pval": (0.759, ("row-p",))}


def selected(**words):
    given = {
        "study": "made_up",
        "arm": "active",
        "time_point": "3 months",
        "inputs": {"yi": -0.1, "vi": 0.19, "n": 40},
        "yi_rows": ("row-yi",),
        "vi_rows": ("row-vi",),
        "basis": ("assumptions:made_up",),
        **words,
    }
    return Selected(**given)


@dataclass(frozen=True)
class Effect:
    yi: float | None
    vi: float | None
    ci_lb: float = -0.95
    ci_ub: float = 0.75
    tag: str = "GEN made up"
    reason: str = ""


def fixed(measure, **inputs):
    return [Effect(yi, vi) for yi, vi in zip(inputs["yi"], inputs["vi"], strict=True)]


def rows(*found, study=None, chosen=GEN, effect_sizes=fixed, scores=None):
    studies = [study] if study else [study_of(name) for name in ("made_up", "made_up_too")]
    return effect_rows(found, studies, chosen, effect_sizes=effect_sizes, score_change=scores or {})


def test_a_pooled_study_has_numbers_with_the_rows_of_each():
    (row,) = rows(selected(n_rows=("row-n",), decision_rows=("row-d",)))
    assert (row["status"], row["yi"], row["vi"], row["ni"]) == ("pooled", -0.1, 0.19, 40)
    assert row["sei"] == pytest.approx(0.19**0.5)
    assert (row["yi_rows"], row["vi_rows"], row["ni_rows"]) == ("row-yi", "row-vi", "row-n")
    assert row["ci_lb_rows"] == "row-yi;row-vi"
    assert row["decision_rows"] == "row-d"
    assert row["basis"] == "assumptions:made_up;studies:made_up"


def test_a_printed_interval_is_taken_over_with_its_own_rows():
    (row,) = rows(selected(printed=PRINTED))
    assert (row["ci_lb"], row["ci_ub"], row["pval"]) == (-1.0, 0.7, 0.759)
    assert (row["ci_lb_rows"], row["pval_rows"]) == ("row-lb", "row-p")
    assert row["method"].endswith("interval as printed")


def test_at_another_level_the_printed_interval_is_not_that_interval():
    chosen = analysis("GEN", model={"method": "REML", "test": "adhoc", "level": 90})
    (row,) = rows(selected(printed=PRINTED), chosen=chosen)
    assert (row["ci_lb"], row["ci_ub"]) == (-0.95, 0.75)
    assert "printed" not in row["method"]


def test_a_study_without_inputs_is_narrated_with_its_reason():
    (row,) = rows(selected(inputs={}, reason_code="no_sd", decision_rows=("row-d",)))
    assert (row["status"], row["reason_code"]) == ("narrated", "no_sd")
    assert row["reason"] == REASONS["no_sd"]
    assert row["decision_rows"] == "row-d"
    assert "yi" not in row


def test_a_narrated_role_wins_over_numbers():
    study = study_of("made_up", role="narrated", reason_code="single_patient", reason="one")
    (row,) = rows(selected(), study=study)
    assert (row["status"], row["reason"]) == ("narrated", "one")


def test_what_cannot_be_computed_is_narrated_and_its_rows_decided():
    def impossible(measure, **inputs):
        return [Effect(None, None, reason="a standard deviation is 0")]

    (row,) = rows(selected(), effect_sizes=impossible)
    assert row["reason_code"] == "not_estimable"
    assert "a standard deviation is 0" in row["reason"]
    assert row["decision_rows"] == "row-yi;row-vi"


@pytest.mark.parametrize("role", ["excluded", "review"])
def test_other_roles_have_no_row(role):
    assert rows(selected(), study=study_of("made_up", role=role)) == []


def test_a_study_without_values_has_no_row():
    assert rows(selected(study="another")) == []


def test_a_single_score_marks_a_narrated_study_on_the_scale_of_points_only():
    scores = {"made_up": (8.0, ("row-a", "row-b"))}
    one = selected(inputs={}, reason_code="single_patient")
    (row,) = rows(one, chosen=analysis("MC"), scores=scores)
    assert (row["point"], row["yi_rows"]) == (8.0, "row-a;row-b")
    (row,) = rows(one, chosen=analysis("SMCR"), scores=scores)
    assert row["point"] is None


TOO = {
    "study": "made_up_too",
    "inputs": {"yi": 0.4, "vi": 0.2},
    "yi_rows": ("too-yi",),
    "vi_rows": ("too-vi",),
    "decision_rows": ("too-d",),
    "basis": ("assumptions:too",),
}


def test_the_studies_of_an_analysis_are_estimated_together():
    asked = []

    def remember(measure, **inputs):
        asked.append((measure, inputs))
        return fixed(measure, **inputs)

    one = selected(inputs={"yi": -0.1, "vi": 0.19})
    narrated = selected(study="made_up_too", inputs={}, reason_code="no_sd")
    assert len(rows(one, selected(**TOO), effect_sizes=remember)) == 2
    rows(one, narrated, effect_sizes=remember)
    rows(narrated, effect_sizes=remember)
    together = {"yi": [-0.1, 0.4], "vi": [0.19, 0.2]}
    assert asked == [("GEN", together), ("GEN", {"yi": [-0.1], "vi": [0.19]})]


@pytest.mark.parametrize("option", [{}, {"vtype": "LS"}, {"to": "all"}, {"to": "only0"}])
def test_an_effect_rests_on_its_own_study_alone(option):
    one = selected(inputs={"yi": -0.1, "vi": 0.19})
    row, _ = rows(one, selected(**TOO), chosen=GEN | option)
    assert (row["yi_rows"], row["vi_rows"], row["decision_rows"]) == ("row-yi", "row-vi", "")
    assert row["basis"] == "assumptions:made_up;studies:made_up"


@pytest.mark.parametrize("vtype", ["AV", "AV2", "AVHO"])
def test_a_variance_with_an_average_rests_on_every_study(vtype):
    one = selected(inputs={"yi": -0.1, "vi": 0.19})
    row, _ = rows(one, selected(**TOO), chosen=GEN | {"vtype": vtype})
    assert row["yi_rows"] == "row-yi"
    assert row["vi_rows"] == "row-vi;row-yi;too-yi;too-vi"
    assert row["decision_rows"] == "too-d"
    assert row["basis"] == "assumptions:made_up;assumptions:too;studies:made_up_too;studies:made_up"


def test_with_if0all_the_counts_of_the_others_decide():
    one = selected(inputs={"yi": -0.1, "vi": 0.19})
    row, _ = rows(one, selected(**TOO), chosen=GEN | {"to": "if0all"})
    assert (row["yi_rows"], row["vi_rows"]) == ("row-yi", "row-vi")
    assert row["decision_rows"] == "too-d;too-yi;too-vi"
