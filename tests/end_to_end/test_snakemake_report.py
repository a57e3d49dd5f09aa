"""`snakemake --report`: every figure and table of a run with its caption, category and label."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def object_in(html, name):
    """The JSON object that a script of the report gives a name."""
    start = re.search(rf'<script id="[\w-]+">\s*var {name} = ', html).end()
    return json.JSONDecoder().raw_decode(html, start)[0]


@pytest.mark.end_to_end
def test_every_figure_and_table_has_caption_category_and_label(built_copy, run_snakemake):
    run = run_snakemake(built_copy, "--report", "report.html")
    assert run.returncode == 0, run.stdout
    html = (built_copy / "report.html").read_text(encoding="utf-8")
    told, results = object_in(html, "results"), built_copy / "results"
    wanted = {results / f"report/{name}" for name in ("index.html", "report.docx", "report.pdf")}
    wanted |= {*(results / "figures").glob("*.svg")}
    wanted |= {
        path for room in ("tables", "audit", "effects") for path in (results / room).glob("*.csv")
    }
    assert {path.relative_to(built_copy).as_posix() for path in wanted} <= set(told)
    for name, one in told.items():
        assert len(re.sub(r"<[^>]*>", "", one["caption"])) > 30, name
        assert "{{" not in one["caption"], name
        assert all(one["labels"].values()), name
    labels = [json.dumps(one["labels"], sort_keys=True) for one in told.values()]
    assert len(labels) == len(set(labels))
    placed = [
        name
        for group in object_in(html, "categories").values()
        for own in group.values()
        for name in own
    ]
    assert sorted(placed) == sorted(told)
    assert "from the raw extraction to the report" in object_in(html, "workflow_desc")


def test_every_caption_belongs_to_an_output_and_every_output_finds_its_caption():
    named = {
        name
        for path in (ROOT / "workflow/rules").glob("*.smk")
        for name in re.findall(
            r'caption="\.\./report/(\w+)\.rst"', path.read_text(encoding="utf-8")
        )
    }
    there = {path.stem for path in (ROOT / "workflow/report").glob("*.rst")}
    assert there == named | {"workflow"}
