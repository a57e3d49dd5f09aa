"""workflow/lib/audit/perturbation/cells.py: which other contents of a cell are tried."""

import pytest

from workflow.lib.audit.perturbation.cells import Choices, cell_changes, row_name, with_change
from workflow.lib.files.schemas import load_schema

EXTRACTION = {
    **{"id": "a-mean", "study": "a", "outcome": "pain", "arm": "single", "time_point": "baseline"},
    **{"patient": "", "quantity": "mean", "value": "2.0", "unit": "VAS", "reason": ""},
    **{"source": "s", "source_kind": "", "page": "", "quote": "q", "extractor": "", "note": ""},
}
CHOICES = Choices({"study": ["a", "b"]}, {"pairing": ("paired", "unpaired")})


def tried(row, column, table="extraction", choices=CHOICES):
    """(kind, other cells) of each change of one column of a table with one row."""
    changes = cell_changes(table, [row], load_schema(table), choices)
    return [(one.kind, one.edit[1]) for one in changes if one.place.endswith(f", {column}")]


def test_every_cell_of_every_column_has_a_change():
    rows = [EXTRACTION, EXTRACTION | {"id": "b-mean", "study": "b", "time_point": "3 months"}]
    changes = list(cell_changes("extraction", rows, load_schema("extraction"), CHOICES))
    places = {one.place for one in changes}
    for number, row in enumerate(rows, 2):
        for column in row:
            assert f"extraction.csv, row {number} ({row['id']}), {column}" in places


def test_a_value_goes_up_and_down_and_becomes_unknown():
    assert tried(EXTRACTION, "value") == [
        *(("value", {"value": text}) for text in ("2.1", "1.9", "2.5", "1.5")),
        ("value", {"value": "", "reason": "verify-lineage"}),
    ]


def test_a_word_becomes_the_other_word():
    row = EXTRACTION | {"quantity": "pairing", "value": "paired"}
    assert ("value", {"value": "unpaired"}) in tried(row, "value")


def test_an_unknown_value_becomes_known_with_what_a_value_needs():
    row = EXTRACTION | {"value": "", "reason": "not printed", "source": ""}
    alone, *known = tried(row, "value")
    assert alone == ("value", {"value": "1"})
    assert known[0] == (
        "place",
        {"value": "1", "source": "verify-lineage", "quote": "q", "reason": ""},
    )


@pytest.mark.parametrize(
    ("column", "kind"),
    [("study", "place"), ("quantity", "place"), ("id", "place"), ("note", "text")],
)
def test_a_key_takes_a_value_elsewhere_and_a_note_is_text(column, kind):
    assert {found for found, _ in tried(EXTRACTION, column)} == {kind}


def test_a_role_is_changed_alone_and_with_the_reason_that_it_needs():
    row = dict.fromkeys(load_schema("studies")["properties"], "") | {"study": "a", "role": "pooled"}
    found = [cells for _, cells in tried(row, "role", "studies")]
    assert {"role": "narrated"} in found
    assert {
        "role": "narrated",
        "reason_code": "verify_lineage",
        "reason": "verify-lineage",
    } in found


def test_a_printed_p_below_a_bound_keeps_its_sign():
    row = dict.fromkeys(load_schema("claims")["properties"], "") | {"id": "p", "printed": "<0.05"}
    assert ("value", {"printed": "<0.06"}) in tried(row, "printed", "claims")


def test_rows_are_named_by_the_key_of_their_schema():
    assert row_name("extraction", EXTRACTION, load_schema("extraction")) == "a-mean"
    assert row_name("flow", {"box": "x"}, load_schema("flow")) == "flow:x"
    two = {"key": ["study", "domain"]}
    assert row_name("risk_of_bias", {"study": "a", "domain": "D1"}, two) == "risk_of_bias:a/D1"


def test_a_renamed_row_has_both_names_and_the_change_is_made_in_a_copy():
    changes = cell_changes("extraction", [EXTRACTION], load_schema("extraction"), CHOICES)
    change = next(one for one in changes if one.place.endswith(", id"))
    assert change.names == ("a-mean", "a-meanx")
    assert with_change([EXTRACTION], change) == [EXTRACTION | {"id": "a-meanx"}]
    assert EXTRACTION["id"] == "a-mean"
