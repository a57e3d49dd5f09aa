"""workflow/lib/review/foreign_tables.py: printed digits, keys and ids, zeros where nothing was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.lib.files.foreign import Cell, Foreign, Outcome, Printed, Row, Study
from workflow.lib.review.foreign_config import config_of
from workflow.lib.review.foreign_tables import as_printed, raw_tables, slug


@pytest.mark.parametrize(
    ("quantity", "stored", "printed"),
    [
        ("estimate", "0.896865560913071", "0.90"),
        ("estimate", "-0.004", "0.00"),
        ("ci_lb", "-2.345", "-2.35"),
        ("ci_ub", "12", "12.00"),
        ("df", "6.0", "6"),
        ("I2", "39.674", "40"),
        ("pval", "0.0365", "0.04"),
        ("pval", "0.00096", "0.001"),
        ("pval", "0.1269", "0.13"),
        ("pval", "0.0999", "0.10"),
        ("pval", "0.0000093", "<0.00001"),
        ("pval", "1.0", "1.00"),
        ("estimate", "1e250", f"{10**250}"),
    ],
)
def test_a_stored_number_gets_the_digits_that_review_manager_prints(quantity, stored, printed):
    assert as_printed(quantity, stored) == printed


@given(st.floats(1e-5, 1.0))
def test_a_printed_p_is_the_stored_one_rounded(p):
    text = as_printed("pval", repr(p))
    if not text.startswith("<"):
        assert abs(float(text) - p) <= 0.5 * 10 ** -len(text.partition(".")[2]) * 1.0001


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_slug_has_the_form_of_an_id_and_tells_names_apart(one, other):
    import re

    assert re.fullmatch(r"[A-Za-z0-9_.-]*", slug(one))
    if one != other and len(one.encode()) <= 12 and len(other.encode()) <= 12:
        assert slug(one) != slug(other)


def foreign(*cells, names=("Smith 2001",), kind="dichotomous", measure="OR"):
    studies = tuple(Study(f"s{n}", name, 2001, True) for n, name in enumerate(names))
    rows = tuple(Row(study.id, "page 1", tuple(cells)) for study in studies)
    outcome = Outcome(
        *(1, 2, 0, ("Comparison", "Outcome", ""), kind, measure, True, "MH", "z", 95.0),
        *(("a", "b"), "", rows, (Printed("estimate", "0.9", 'X="0.9"'),), "page 1"),
    )
    return Foreign("x.rm5", "RevMan 5", "A review", "", studies, (outcome,))


def extraction(*cells, **words):
    return raw_tables(foreign(*cells, **words), source="x.rm5", part=str)["extraction"]


@pytest.mark.parametrize(
    ("quantity", "text", "value"),
    [
        ("n", "12.0", "12"),
        ("n", "0", ""),
        ("events", "0", "0"),
        ("sd", "0.0", ""),
        ("o_minus_e", "0", "0"),
        ("o_minus_e_var", "0", ""),
        ("mean", "2.0", "2.0"),
        ("mean", "", ""),
    ],
)
def test_a_zero_where_nothing_was_measured_is_no_value_and_has_its_reason(quantity, text, value):
    (row,) = extraction(Cell(quantity, "e", text, f'Q="{text}"'))
    assert row["value"] == value
    assert bool(row["reason"]) != bool(value)


def test_studies_with_one_name_keep_their_ids_apart():
    cell = Cell("n", "e", "5", 'N="5"')
    rows = extraction(cell, names=("Smith 2001", "Smith 2001"))
    assert [row["study"] for row in rows] == ["s0", "s1"]
    assert [row["study"] for row in extraction(cell)] == ["Smith 2001"]


def test_an_included_study_without_data_is_told():
    found = foreign(Cell("n", "e", "5", 'N="5"'))
    more = Foreign(
        *("x", "p", "t", ""), (*found.studies, Study("q", "Quiet", None, True)), found.outcomes
    )
    rows = {row["study"]: row for row in raw_tables(more, source="x", part=str)["studies"]}
    assert (rows["Quiet"]["role"], rows["Quiet"]["reason_code"]) == ("narrated", "no_data")
    assert raw_tables(more, source="x", part=str)["flow"][8]["value"] == "2"


def test_each_measure_brings_what_review_manager_does_about_it():
    cell = Cell("n", "e", "5", 'N="5"')
    by_measure = {
        measure: config_of(foreign(cell, measure=measure))["analyses"]["c01_o02"]
        for measure in ("OR", "RD", "PETO", "SMD")
    }
    assert by_measure["OR"]["drop00"] is True
    assert "drop00" not in by_measure["RD"]
    assert by_measure["PETO"]["add"] == 0
    assert by_measure["SMD"]["vtype"] == "RM"
