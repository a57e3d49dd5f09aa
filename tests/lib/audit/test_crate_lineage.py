"""workflow/lib/audit/crate_lineage.py: a made-up number and its way back to the cells."""

from workflow.lib.audit.crate_lineage import lineage
from workflow.lib.files.schemas import record_problems

SUM = "a" * 64
NUMBER = {
    **{"value": 1.5, "text": "1.50", "unit": "points", "scale": "points", "method": "mean"},
    **{"rule": "fit_model", "file": "results/model.json", "rows": ["row-2"], "basis": []},
    "stands": {},
}
ROW = dict.fromkeys(
    ("study", "quantity", "value", "unit", "source", "page", "quote", "reason", "note"), "made up"
)
EXTRACTION = [ROW | {"id": "row-1"}, ROW | {"id": "row-2", "value": "1.5"}]
MANIFEST = {
    "inputs": {"data/raw/extraction.csv": SUM, "data/raw/flow.csv": "b" * 64},
    "outputs": {"results/values.csv": "c" * 64, "results/model.json": "d" * 64},
    "jobs": [
        {
            **{"id": "prepare_data/prepare_data", "rule": "prepare_data", "log": "x.log"},
            **{"inputs": ["data/raw/extraction.csv"], "outputs": ["results/values.csv"]},
        },
        {
            **{"id": "fit_model/primary", "rule": "fit_model", "log": "y.log"},
            **{"inputs": ["results/values.csv"], "outputs": ["results/model.json"]},
        },
        {
            **{"id": "count_flow/count_flow", "rule": "count_flow", "log": "z.log"},
            **{"inputs": ["data/raw/flow.csv"], "outputs": ["results/flow.csv"]},
        },
    ],
}


def made():
    reported = NUMBER | {"rule": "check_inputs", "file": "data/raw/extraction.csv"}
    return lineage({"pooled.beta": NUMBER, "reported.row-2": reported}, MANIFEST, EXTRACTION)


def test_a_number_has_its_file_with_its_sum_and_all_jobs_and_inputs_on_the_way():
    number = made()["numbers"]["pooled.beta"]
    assert number["sha256"] == "d" * 64
    assert number["jobs"] == ["prepare_data/prepare_data", "fit_model/primary"]
    assert number["inputs"] == ["data/raw/extraction.csv"]
    assert number["rows"] == ["row-2"]


def test_a_number_that_stands_in_a_raw_table_has_no_job_before_it():
    number = made()["numbers"]["reported.row-2"]
    assert (number["jobs"], number["inputs"]) == ([], ["data/raw/extraction.csv"])
    assert number["sha256"] == SUM


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    rows = made()["rows"]
    assert (rows["row-1"]["row"], rows["row-2"]["row"]) == (2, 3)
    assert rows["row-2"]["value"] == "1.5"


def test_the_record_fits_its_schema():
    assert record_problems("lineage.json", "lineage", made()) == []
