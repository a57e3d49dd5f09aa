"""workflow/lib/review/narrate.py: who is told, with what, and why."""

from tests.made_up import study_of
from workflow.lib.review.narrate import narrated_rows, single_scores


def value(study, quantity, number, time_point="1 week", **words):
    days = {"baseline": 0.0, "1 week": 7.0, "1 year": 365.25}[time_point]
    return {
        "study": study,
        "outcome": "pain",
        "arm": "single",
        "time_point": time_point,
        "days": days,
        "quantity": quantity,
        "value": number,
        "rows": f"{study}-{time_point}-{quantity}",
        "basis": "config:outcomes.pain",
        **words,
    }


def effect(study, status, code="", reason="", decision_rows=""):
    return {
        "study": study,
        "status": status,
        "reason_code": code,
        "reason": reason,
        "decision_rows": decision_rows,
    }


def one_score(study, before=9.0, after=1.0):
    return [
        value(study, "n", 1.0, "baseline", basis=""),
        value(study, "score", before, "baseline"),
        value(study, "score", after),
        value(study, "score_decrease", before - after),
    ]


def test_a_case_report_is_told_with_its_scores():
    study = study_of("case", role="narrated", reason_code="single_patient", reason="one patient")
    (row,) = narrated_rows([study], one_score("case"), [])
    assert (row["kind"], row["before"], row["after"], row["decrease"]) == ("score", 9, 1, 8)
    assert row["percent_decrease"] == 800 / 9
    assert (row["n"], row["n_rows"]) == (1, "case-baseline-n")
    assert (row["before_rows"], row["basis"]) == ("case-baseline-score", "config:outcomes.pain")


def test_a_score_of_zero_before_has_no_percentage():
    study = study_of("case", role="narrated", reason_code="single_patient", reason="one patient")
    (row,) = narrated_rows([study], one_score("case", 0.0, 3.0), [])
    assert "percent_decrease" not in row
    assert row["decrease"] == -3


def test_scores_of_another_arm_do_not_mix_in():
    study = study_of("case", role="narrated", reason_code="single_patient", reason="one patient")
    other = [value("case", "score", 5.0, "baseline", arm="sham")]
    (row,) = narrated_rows([study], [*one_score("case"), *other], [])
    assert row["before"] == 9


def test_percentages_of_patients_are_told_with_their_spread():
    values = [
        value("series", "percent_mean", 69.0, "1 year"),
        value("series", "percent_sd", 36.5, "1 year"),
        value("series", "percent_median", 90.0, "1 year"),
        value("series", "n", 5.0, "1 year"),
    ]
    rows = [effect("series", "narrated", "percent_only", "percent only")]
    (row,) = narrated_rows([study_of("series", role="candidate")], values, rows)
    assert (row["kind"], row["percent_decrease"], row["sd_percent"]) == ("percent", 69.0, 36.5)
    assert (row["reason_code"], row["n"]) == ("percent_only", 5)


def test_a_study_that_any_pool_takes_is_not_told():
    rows = [effect("made_up", "narrated", "skewed"), effect("made_up", "pooled")]
    assert narrated_rows([study_of("made_up")], [value("made_up", "mean", 1.0)], rows) == []


def test_what_decided_that_no_pool_takes_a_study_is_kept():
    rows = [
        effect("made_up", "narrated", "skewed", "skewed", "row-a;row-b"),
        effect("made_up", "narrated", "skewed", "skewed", "row-b;row-c"),
    ]
    (row,) = narrated_rows([study_of("made_up")], [value("made_up", "mean", 1.0)], rows)
    assert row["decision_rows"] == "row-a;row-b;row-c"
    assert row["kind"] == "none"


def test_a_study_of_which_nothing_is_extracted_is_told():
    (row,) = narrated_rows([study_of("made_up")], [], [])
    assert (row["reason_code"], row["kind"]) == ("no_values", "none")
    assert row["reason"]


def test_a_study_that_only_a_contrast_asks_for_is_not_told():
    values = [value("made_up", "difference", 1.0)]
    assert narrated_rows([study_of("made_up")], values, []) == []


def test_excluded_studies_and_the_review_are_never_told():
    studies = [study_of("out", role="excluded"), study_of("review", role="review")]
    assert narrated_rows(studies, [], []) == []


def test_single_scores_turn_where_more_is_better():
    less = single_scores(one_score("case"), "pain", improvement="decrease")
    more = single_scores(one_score("case"), "pain", improvement="increase")
    assert less == {"case": (8.0, ("case-1 week-score_decrease",))}
    assert more["case"][0] == -8.0
    assert single_scores(one_score("case"), "function", improvement="increase") == {}
