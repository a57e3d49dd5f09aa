"""Whole runs: what they make, that they make it again byte for byte, and that they rerun no more than needed."""

import hashlib
import json
import re
import shutil
import subprocess
import sys

import pytest

from tests.pipeline import read_cells
from tests.projects.screening_made_up import made_up_ledger
from workflow.commands.in_process import write_cells
from workflow.lib.review.screening_checks import INCLUDED_ROLES

pytestmark = pytest.mark.end_to_end

NOT_COMPARED = ("logs", "benchmarks")  # they hold times
JOBS = re.compile(r"^(\w+) +(\d+)$", re.MULTILINE)


def sums(folder, patterns=("*.json", "*.csv", "*.svg", "*.md", "*.html", "*.png")):
    results = folder / "results"
    return {
        path.relative_to(results).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for pattern in patterns
        for path in sorted(results.rglob(pattern))
        if path.relative_to(results).parts[0] not in NOT_COMPARED
    }


def planned(run):
    """Rules that a run had on its list."""
    return {
        rule for rule, _ in JOBS.findall(run.stdout.partition("Job stats:")[2].partition("\n\n")[0])
    }


def change(folder, name, old, new):
    """Edit one cell of a raw table and seal it."""
    path = folder / "data/raw" / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")
    command = [sys.executable, "-m", "workflow.commands.seal"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_a_run_makes_the_report_the_numbers_the_summary_and_the_figures(built_project):
    made = sums(built_project)
    for name in (
        "report/index.html",
        "numbers.json",
        "summary.md",
        "manifest.json",
        "audit/claims.csv",
    ):
        assert name in made
    for name in ("flow", "forest_primary", "forest_change", "forest_controlled"):
        assert {f"figures/{name}.svg", f"figures/{name}.png", f"figures/{name}.csv"} <= set(made)


def test_there_is_nothing_to_do_after_a_run(built_copy, run_snakemake):
    assert "Nothing to be done" in run_snakemake(built_copy).stdout


def test_deleting_results_and_running_again_gives_the_same_bytes(built_copy, run_snakemake):
    before = sums(built_copy)
    shutil.rmtree(built_copy / "results")
    run = run_snakemake(built_copy)
    assert run.returncode == 0, run.stdout
    assert sums(built_copy) == before


@pytest.mark.parametrize(
    ("table", "old", "new", "untouched"),
    [
        (
            "claims.csv",
            ",2.32,",
            ",2.31,",
            {"prepare_data", "estimate_effects", "fit_model", "count_flow"},
        ),
        (
            "flow.csv",
            "records_identified,200,",
            "records_identified,201,",
            {"prepare_data", "estimate_effects", "fit_model", "narrate_studies"},
        ),
        (
            "extraction.csv",
            ",mean_decrease,4.2,",
            ",mean_decrease,4.1,",
            {"count_flow", "draw_flow"},
        ),
    ],
)
def test_a_changed_cell_reruns_only_what_depends_on_it(
    built_copy, run_snakemake, table, old, new, untouched
):
    shown = change(built_copy, table, old, new)
    assert "SHA256SUMS: rewritten" in shown
    rules = planned(run_snakemake(built_copy, "-n"))
    assert {"collect_numbers", "render_report"} <= rules
    assert not rules & untouched


def test_an_edited_library_reruns_the_rules(built_copy, run_snakemake):
    module = built_copy / "workflow/lib/stats/tau2.py"
    module.write_text(module.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert "fit_model" in planned(run_snakemake(built_copy, "-n"))


def test_a_changed_decision_moves_the_numbers_that_rest_on_it(built_copy, run_snakemake):
    config = built_copy / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("value: 0.5", "value: 0.7"), encoding="utf-8")
    before = json.loads((built_copy / "results/numbers.json").read_text(encoding="utf-8"))
    run = run_snakemake(built_copy)
    assert run.returncode == 0, run.stdout
    after = json.loads((built_copy / "results/numbers.json").read_text(encoding="utf-8"))
    moved = {name for name in before if before[name]["value"] != after[name]["value"]}
    assert "pooled.primary.se" in moved
    assert all("assumptions:r_pre_post" in after[name]["basis"] for name in moved)


def test_rules_explain_themselves_and_a_dry_run_runs_nothing(project, run_snakemake):
    listed = run_snakemake(project, "--list-rules").stdout
    assert "fit_model (Pool the effect sizes" in listed
    assert run_snakemake(project, "-n").returncode == 0
    assert not (project / "results/numbers.json").exists()


def test_the_workflow_passes_snakemakes_own_lint(project, run_snakemake):
    assert "your workflow is in a good condition" in run_snakemake(project, "--lint").stdout


def test_a_folder_with_spaces_and_other_letters_in_its_name_works(project, run_snakemake):
    moved = project.parent / "mein Übersichts-Ordner"
    project.rename(moved)
    run = run_snakemake(moved, "results/prepared/values.csv")
    assert run.returncode == 0, run.stdout


def test_the_page_names_its_renderer_and_loads_nothing_from_elsewhere(built_project):
    page = (built_project / "results/report/index.html").read_text(encoding="utf-8")
    assert "stand-in for Quarto" in page or 'content="quarto' in page
    assert not re.findall(r'<(?:script|img|link|iframe)[^>]+(?:src|href)="(?:https?:)?//', page)


def test_every_printed_number_of_the_page_is_in_the_registry(built_project):
    page = (built_project / "results/report/index.html").read_text(encoding="utf-8")
    numbers = json.loads((built_project / "results/numbers.json").read_text(encoding="utf-8"))
    printed = re.findall(r'class="num"><a href="#provenance-([^"]+)"|data-id="([^"]+)"', page)
    printed = [one or other for one, other in printed]
    assert len(printed) > 100
    assert set(printed) <= set(numbers)
    for name in set(printed):
        assert f'id="provenance-{name}"' in page


def test_rows_of_every_number_are_rows_of_the_extraction(built_project):
    numbers = json.loads((built_project / "results/numbers.json").read_text(encoding="utf-8"))
    table = (built_project / "data/raw/extraction.csv").read_text(encoding="utf-8").splitlines()
    ids = {line.partition(",")[0] for line in table[1:]}
    for name, number in numbers.items():
        assert set(number["rows"]) <= ids, name
        assert number["rows"] or number["basis"] or not number["value"], f"{name} rests on nothing"
        assert set(number["stands"]) <= {*number["rows"], *number["basis"]}, name


def test_a_typed_digit_in_the_prose_fails_the_build_and_the_last_report_stays(
    built_copy, run_snakemake
):
    source = built_copy / "report/index.qmd"
    page = built_copy / "results/report/index.html"
    good = page.read_bytes()
    text = source.read_text(encoding="utf-8")
    source.write_text(text + "\nThe effect was 1.55.\n", encoding="utf-8")
    run = run_snakemake(built_copy)
    assert run.returncode != 0
    assert "typed number 1.55" in run.stdout
    source.write_text(text, encoding="utf-8")
    run = run_snakemake(built_copy)
    assert run.returncode == 0, run.stdout
    assert page.read_bytes() == good


def test_quarto_can_be_asked_for_and_is_named_when_it_is_not_there(project, run_snakemake):
    if shutil.which("quarto"):
        pytest.skip("Quarto is installed here")
    config = project / "config.yaml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("renderer: auto", "renderer: quarto"), encoding="utf-8")
    run = run_snakemake(project)
    assert run.returncode != 0
    assert "Quarto is not on the PATH" in run.stdout


def test_a_screening_ledger_replaces_transcribed_counts(built_copy, run_snakemake):
    raw = built_copy / "data/raw"
    included = [s["study"] for s in read_cells("studies") if s["role"] in INCLUDED_ROLES]
    rows = made_up_ledger([f"made-up-{i}" for i in range(60)], included)
    for row in rows:
        row |= {"database": "made-up database", "kind": "database"}
    write_cells("screening", rows, raw)
    command = [sys.executable, "-m", "workflow.commands.seal"]
    subprocess.run(command, cwd=built_copy, check=True, capture_output=True)
    run = run_snakemake(built_copy)
    assert run.returncode == 0, run.stdout
    numbers = json.loads((built_copy / "results/numbers.json").read_text(encoding="utf-8"))
    assert numbers["flow.records_identified"]["value"] == 60
    assert numbers["flow.studies_included"]["value"] == len(included)
    assert numbers["screening.title_abstract.kappa"]["value"] is not None
    text = (built_copy / "results/sentences/flow.md").read_text(encoding="utf-8")
    assert "made from the records and decisions of this review" in text
    page = (built_copy / "results/report/index.html").read_text(encoding="utf-8")
    assert 'id="provenance-flow.records_screened"' in page, "boxes of the diagram lead there"
    assert "Agreement of screeners" in page
    svg = (built_copy / "results/figures/flow.svg").read_text(encoding="utf-8")
    assert 'href="../report/index.html#provenance-flow.records_screened"' in svg
