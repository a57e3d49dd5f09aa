"""docs/module.md: another workflow uses this one as a module, with its own paths and configuration."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.pipeline import Pipeline
from workflow.commands import new_review

ROOT = Path(__file__).parents[2]
PLACE = "path/to/this/project/Snakefile"

pytestmark = pytest.mark.end_to_end


def outer_workflow(folder):
    """A folder with the Snakefile of the page and a new review; the project is elsewhere."""
    text = (ROOT / "docs/module.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert PLACE in code
    (folder / "Snakefile").write_text(code.replace(PLACE, str(ROOT / "Snakefile")))
    new_review.main(["my-review", "--directory", str(folder / "reviews"), "--outcome", "binary"])
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory, run_snakemake):
    folder = outer_workflow(tmp_path_factory.mktemp("outer"))
    found = run_snakemake(folder)
    assert found.returncode == 0, found.stdout
    return folder


def test_the_outer_rule_builds_on_the_report_of_the_module(run):
    assert int((run / "conclusion.txt").read_text()) > 100
    page = (run / "reviews/my-review/results/report/index.html").read_text(encoding="utf-8")
    assert "example" in page.lower()


def test_everything_lies_below_the_prefix(run):
    assert {path.name for path in run.iterdir()} == {
        *("Snakefile", "reviews", "conclusion.txt", ".snakemake"),
    }


def test_the_numbers_are_those_of_the_review_alone(run, tmp_path):
    review = run / "reviews/my-review"
    config = yaml.safe_load((review / "config.yaml").read_text(encoding="utf-8"))
    alone = Pipeline(review / "data/raw", tmp_path, config).numbers()
    numbers = json.loads((review / "results/numbers.json").read_text(encoding="utf-8"))
    assert {name: (one["text"], one["value"], one["file"]) for name, one in numbers.items()} == {
        name: (one["text"], one["value"], one["file"]) for name, one in alone.items()
    }


def test_a_problem_of_the_review_stops_the_outer_workflow_before_anything_runs(
    tmp_path, run_snakemake
):
    folder = outer_workflow(tmp_path)
    path = folder / "reviews/my-review/data/raw/extraction.csv"
    path.write_text(path.read_text().replace("events,10,", "events,many,"))
    found = run_snakemake(folder)
    assert found.returncode != 0
    assert "extraction.csv: differs from its sum" in found.stdout
    assert "'many'" in found.stdout
    assert "Traceback" not in found.stdout
    assert not (folder / "reviews/my-review/results").exists()
