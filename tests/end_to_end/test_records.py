"""A made-up review with four exports, run by Snakemake: from raw exports to the report; bad ones stop it."""

import json
import re

import pytest

from tests.projects.records_made_up import made_up_review
from workflow.commands.in_process import write_cells, write_seal

pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="module")
def review():
    return made_up_review(300, seed=5)


def test_exports_run_to_the_report_and_a_bad_one_stops_the_run_before_it(
    built_copy, run_snakemake, review
):
    raw = built_copy / "data/raw"
    (raw / "records").mkdir()
    for name, content in review.exports.items():
        (raw / "records" / name).write_bytes(content)
    write_cells("sources", review.sources, raw)
    run = run_snakemake(built_copy, "--quiet")
    assert run.returncode
    assert "records/embase.ris: has no sum in SHA256SUMS" in run.stdout
    write_seal(raw)
    run = run_snakemake(built_copy, "--quiet")
    assert run.returncode == 0, run.stdout
    numbers = json.loads((built_copy / "results/numbers.json").read_text(encoding="utf-8"))
    assert numbers["records.identified"]["value"] == 300
    page = (built_copy / "results/report/index.html").read_text(encoding="utf-8")
    assert "Duplicates by reason" in page
    absent = page.partition('id="sec-absent"')[2][:2000]
    assert "Screening" in absent and "Search records" not in absent
    inputs = json.loads((built_copy / "results/inputs.json").read_text(encoding="utf-8"))["inputs"]
    assert {f"data/raw/records/{name}" for name in review.exports} < set(inputs)
    _stops_before_anything_runs(built_copy, run_snakemake, page)


def _stops_before_anything_runs(project, run_snakemake, page):
    raw = project / "data/raw"
    sources = (raw / "sources.csv").read_text(encoding="utf-8")
    (raw / "sources.csv").write_text(
        sources.replace("made up: (", "made up again: ("), encoding="utf-8"
    )
    text = (raw / "records/wos.txt").read_bytes()
    (raw / "records/wos.txt").write_bytes(text[: len(text) // 2])
    write_seal(raw)
    run = run_snakemake(project, "--quiet")
    assert run.returncode
    assert (
        "records/wos.txt, line" in run.stdout
        and "EF: is missing; the file is cut off" in run.stdout
    )
    assert "Traceback" not in run.stdout
    assert (project / "results/report/index.html").read_text(encoding="utf-8") == page


def test_books_that_are_not_kept_are_named_once_in_one_sentence_with_their_anchors(built_project):
    page = (built_project / "results/report/index.html").read_text(encoding="utf-8")
    (said,) = re.findall(r"<p>This review does not keep.*?</p>", page, re.DOTALL)
    for anchor in ("records", "screening", "double-extraction", "risk-of-bias", "retractions"):
        assert page.count(f'id="sec-{anchor}"') == said.count(f'id="sec-{anchor}"') == 1
    assert re.sub(r"<[^>]*>|\s+", " ", said).count("data/raw/sources.csv") == 1
    assert not (built_project / "results/tables/records.csv").exists()
