"""workflow/lib/audit/examined_numbers.py: what was examined as numbers with text and lineage."""

import pytest

from workflow.lib.audit.examined_numbers import examined_numbers


def record(*entries, **words):
    one = {
        "name": "egger",
        "procedure": "egger_test",
        "label": "Regression test",
        "tag": "lm, sei, t",
        "source": "nobody",
        "values": [{"field": f, "value": v, "reason": r} for f, v, r in entries],
        "reason": "",
        **words,
    }
    return {
        "analysis": "primary",
        "measure": "MD",
        "unit": "points",
        "studies": ["a"],
        "examined": [one],
        "yi_rows": ["r1"],
        "vi_rows": ["r1", "r2"],
        "decision_rows": ["r3"],
        "basis": ["config:analyses.primary"],
    }


def only(*entry):
    (number,) = examined_numbers(record(entry))
    return number


@pytest.mark.parametrize(
    ("field", "value", "text", "unit"),
    [
        ("pval", 0.0312, "0.031", "probability"),
        ("beta.ablat", -0.02801, "-0.028", "points"),
        ("robust.se.ablat", 0.00102, "0.0010", "points"),
        ("beta.1", 0.0123, "0.01", "points"),
        ("fit.tau2", 0.12345, "0.123", "squared points"),
        ("beta", -0.456, "-0.46", "points"),
        ("pool.DL.I2", 41.7, "42%", "percent"),
        ("k0", 3, "3", "count"),
        ("fsnum", 12, "12", "count"),
    ],
)
def test_a_field_is_printed_as_its_last_word_says(field, value, text, unit):
    number = only(field, value, "")
    assert (number.id, number.text, number.unit) == (f"examined.primary.egger.{field}", text, unit)
    assert number.method == "MD; lm, sei, t"
    assert number.file == "results/robustness/examined_primary.json"


def test_a_number_rests_on_all_rows_of_its_pool_and_names_those_that_only_decided():
    number = only("beta", 0.5, "")
    assert number.rows == ("r1", "r2")
    assert number.stands == {"r3": "refused"}
    assert number.basis == ("config:analyses.primary",)


def test_a_count_a_missing_number_and_a_zero_need_not_move():
    assert only("k0", 3, "").stands == {"r3": "refused", "r1": "count", "r2": "count"}
    missing = only("pval", None, "a line needs at least 3 studies")
    assert missing.text == "a line needs at least 3 studies"
    assert missing.stands["r1"] == "count"
    assert only("fit.tau2", 0.0, "").stands["r2"] == "clipped at zero"


def test_words_and_truths_are_no_numbers():
    assert not list(examined_numbers(record(("side", "left", ""), ("interpretable", False, ""))))


def test_the_standard_error_of_a_new_study_rests_on_the_variances_and_is_their_median():
    number = only("new_sei", 0.3, "")
    assert number.rows == ("r1", "r2")
    assert number.stands["r2"] == "order statistic"


def test_a_probability_and_a_bayes_factor_are_printed_as_such():
    assert only("prior.a.prob_mu", 0.974, "").text == "97%"
    assert (only("prior.a.bf_tau0", 2.345, "").text, only("bf_mu0", 2.0, "").unit) == (
        "2.35",
        "ratio",
    )
