"""workflow/scripts/check_forensics.py and audit_claims.py: raw tables in, tables that fit their schemas out."""

import csv
from types import SimpleNamespace

from tests.pipeline import read_cells, read_config, write_raw
from workflow.lib.files.tables import read_rows
from workflow.scripts import audit_claims, check_forensics


def run(script, given, made, params=None):
    parts = (SimpleNamespace(**part) for part in (given, made, params or {}))
    script.main(SimpleNamespace(**dict(zip(("input", "output", "params"), parts, strict=True))))


def test_the_forensic_table_fits_its_schema_and_names_the_planted_row(tmp_path):
    rows = read_cells("extraction")
    place = next(n for n, row in enumerate(rows) if row["id"] == "prologo2017-baseline-mean-ub")
    rows[place]["value"] = "8.3"  # made up: 6.2 is no longer in the middle
    raw, made = write_raw(tmp_path / "raw", extraction=rows), tmp_path / "forensics.csv"
    given = {name: str(raw / f"{name}.csv") for name in ("extraction", "studies")}
    params = {name: read_config()[name] for name in ("outcomes", "arms")} | {"forensics": {}}
    run(check_forensics, given, {"forensics": str(made)}, params)
    (found,) = [
        row for row in read_rows(made, "forensics") if row["severity"] in ("warning", "note")
    ]
    assert found["check"] == "interval_arithmetic"
    assert "prologo2017-baseline-mean-ub" in found["rows"].split(";")
    assert "5.2 to 8.3" in found["message"]


def test_claims_with_the_optional_columns_are_read_and_audited(tmp_path):
    rows = [row | {"study": "", "scale": "", "digits": "rounded"} for row in read_cells("claims")]
    raw = write_raw(tmp_path / "raw")
    with (raw / "claims.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    flow = tmp_path / "flow.csv"
    flow.write_text("box,label,n,text,detail,origin,reason,basis\n", encoding="utf-8")
    given = {name: str(raw / f"{name}.csv") for name in ("claims", "studies")}
    made = tmp_path / "claims.csv"
    none = {"models": [], "examined": [], "effects": []}
    run(audit_claims, given | {"flow": str(flow)} | none, {"claims": str(made)})
    found = {row["claim"]: row for row in read_rows(made, "claims_audit")}
    assert found["pooled_d_z"]["verdict"] == "consistent"
    assert found["pooled_d_z"]["digits"] == "rounded"
