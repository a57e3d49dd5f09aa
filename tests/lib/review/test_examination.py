"""workflow/lib/review/examination.py: the record and the table of what was examined."""

from dataclasses import dataclass, field

from workflow.lib.files.schemas import table_problems
from workflow.lib.review.examination import examination_record, examination_rows, studies_of

STUDIES = [
    {"study": "a", "slab": "A", "year": "2001", "design": "single_arm"},
    {"study": "b", "slab": "B", "year": "", "design": "case_series"},
    {"study": "c", "slab": "C", "year": "2003", "design": ""},
]
EFFECTS = [
    {"study": "c", "slab": "C", "status": "pooled"},
    {"study": "b", "slab": "B", "status": "pooled"},
    {"study": "a", "slab": "A", "status": "narrated"},
]
MODEL = {
    "analysis": "primary",
    "measure": "MD",
    "unit": "points",
    "studies": ["c", "b"],
    "yi_rows": ["r1"],
    "vi_rows": ["r2"],
    "decision_rows": [],
    "basis": ["config:analyses.primary"],
}


@dataclass(frozen=True)
class Examined:
    name: str = "influence"
    procedure: str = "influence"
    label: str = "Influence"
    tag: str = "influence, REML"
    source: str = "nobody"
    values: dict = field(default_factory=dict)
    by_study: dict = field(default_factory=dict)
    reasons: dict = field(default_factory=dict)
    reason: str = ""


def test_columns_are_those_of_the_pooled_studies_in_their_order():
    pooled, columns = studies_of(EFFECTS, STUDIES)
    assert [row["study"] for row in pooled] == ["c", "b"]
    assert columns["year"] == (2003.0, None)
    assert columns["design"] == ("", "case_series")


def test_without_a_pooled_study_there_are_no_columns():
    assert studies_of([], STUDIES) == ([], {})


def test_the_record_has_the_lineage_of_its_pool_and_no_lists_per_study():
    found = Examined(values={"tau2": 0.5}, by_study={"hat": (0.4, 0.6)})
    record = examination_record(MODEL, [found])
    assert record["yi_rows"] == ["r1"]
    assert record["examined"][0]["values"] == [{"field": "tau2", "value": 0.5, "reason": ""}]
    assert "by_study" not in record["examined"][0]


def test_the_table_has_one_row_per_study_and_field_with_the_reason_of_what_is_missing():
    by_study = {"hat": (0.4, None), "is_infl": (True, False), "side": ("left", "right")}
    found = Examined(by_study=by_study, reasons={"hat": "too few studies"})
    rows = examination_rows([row for row in EFFECTS if row["status"] == "pooled"], [found])
    assert [(row["study"], row["field"], row["value"]) for row in rows[:4]] == [
        ("c", "hat", 0.4),
        ("b", "hat", None),
        ("c", "is_infl", 1.0),
        ("b", "is_infl", 0.0),
    ]
    assert rows[1]["reason"] == "too few studies"
    assert [row["text"] for row in rows[4:]] == ["left", "right"]
    assert not table_problems("examined", "examined_studies", list(rows[0]), rows)
