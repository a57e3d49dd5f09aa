"""workflow/lib/render/statistic_words.py: what a table says instead of the names of fields."""

import pytest

from tests.lib.stats.examine.test_catalogue import NEEDED, bcg
from workflow.lib.render.statistic_words import WORDS, heading, said
from workflow.lib.stats.examine.catalogue import PROCEDURES
from workflow.lib.stats.examine.examined import examine

CODES = ("_", "pval", "QM", "QE", "LRT", "beta", "tau2", "I2")
OWN = (
    "alloc_study",
    "filled_yi",
    "filled_vi",
)  # a name made of columns; lists that are not printed


def told(*fields):
    return said({field: field for field in fields}, lambda number: "1")


def numbers_of(name):
    (found,) = examine(bcg(), {name: NEEDED.get(name, {})}, PROCEDURES)
    values = {field: x for field, x in found.values.items() if not isinstance(x, (str, bool))}
    # a field with more dots has a row in a table of its own
    return {f: f for f, x in values.items() if x is not None and f.count(".") < 2}


@pytest.mark.parametrize("name", PROCEDURES)
def test_no_number_of_a_procedure_is_lost_or_called_by_its_code(name):
    fields = numbers_of(name)
    text = said(fields, lambda _: "§")
    assert text.count("§") == len(fields)
    for own in OWN:
        text = text.replace(own, "").replace(own.replace("_", " "), "")
    assert not [code for code in CODES if code in text]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (["QM", "QM_df1", "QM_df2", "QMp"], "test of moderators 1, df 1 and 1, p 1"),
        (["limit", "limit_lb", "limit_ub"], "limit estimate 1 (1 to 1)"),
        (["limit_lb", "limit_ub", "limit"], "limit estimate 1 (1 to 1)"),
        (["ci_lb", "ci_ub"], "CI 1 to 1"),
        (["ci_lb"], "CI from 1"),
        (["ci_ub"], "CI to 1"),
        (["QM_df2", "QM_df1"], "df 1 and 1"),
        (["QM_df2"], "df 1"),
        (["ci_lb.1", "ci_lb.2", "ci_ub.1", "ci_ub.2"], "CI 1 to 1, 1 to 1"),
        (["beta.1", "beta.2"], "estimate 1, 1"),
        (
            ["QP.I2_lb", "QP.I2_ub", "PL.tau2_lb"],
            "Q-profile: I² 1 to 1; profile likelihood: tau² from 1",
        ),
        (["sigma2.trial"], "variance of trial 1"),
        (["own_field"], "own field 1"),
        ([], ""),
    ],
)
def test_what_belongs_together_is_told_together(fields, words):
    assert told(*fields) == words


def test_names_of_a_review_cannot_become_marks():
    assert "*" not in told("sigma2.*bold*").replace("\\*", "")


@pytest.mark.parametrize(
    ("field", "head"),
    [
        ("QM_df2", "Residual df"),
        ("dfbs intrcpt", "DFBETAS of the intercept"),
        ("dfbs mean_age", "DFBETAS of mean age"),
        ("beta", "Estimate"),
        ("pval", "p"),
        ("ci_lb", "CI from"),
        ("tau2_ub", "tau² to"),
        ("own", "Own"),
    ],
)
def test_a_column_has_a_head_in_words(field, head):
    assert heading(field) == head


def test_no_word_is_a_code():
    assert not [word for word in WORDS.values() if "_" in word or word != word.strip()]
