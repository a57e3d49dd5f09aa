"""A finished run, packed: manifest, RO-Crate and one zip file for reviewers."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from urllib.parse import unquote

import pytest

from tests.conftest import snakemake
from tests.pipeline import read_cells
from tests.projects.screening_made_up import made_up_ledger
from tests.ro_crate import crate_problems
from workflow.commands.in_process import write_cells
from workflow.lib.files.schemas import record_problems
from workflow.lib.review.screening_checks import INCLUDED_ROLES

pytestmark = pytest.mark.end_to_end
NOT_OF_A_RUN = {"all", "write_manifest", "total"}
LINK = re.compile(r'(?:href|src)="([^"#]+)')


@pytest.fixture(scope="module")
def packed(built_project, tmp_path_factory):
    """A copy of the project that has been run and packed; only read it."""
    folder = tmp_path_factory.mktemp("packed") / "project"
    subprocess.run(["cp", "-a", str(built_project), str(folder)], check=True)
    run = snakemake(folder, "all", "results/bundle.zip")
    assert run.returncode == 0, run.stdout
    return folder


@pytest.fixture(scope="module")
def unpacked(packed, tmp_path_factory):
    """The folder `review` out of the zip file."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(packed / "results/bundle.zip") as archive:
        archive.extractall(folder)
    return folder / "review"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def check(folder):
    command = [sys.executable, "-m", "workflow.commands.check_manifest"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_manifest_has_every_job_of_the_run(packed):
    planned = snakemake(packed, "--dry-run", "--forceall").stdout
    stats = planned.partition("Job stats:")[2].partition("\n\n")[0]
    jobs = {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", stats, re.MULTILINE)}
    listed = Counter(job["rule"] for job in read(packed / "results/manifest.json")["jobs"])
    assert listed == {name: jobs[name] for name in jobs.keys() - NOT_OF_A_RUN}


def test_the_manifest_has_every_file_of_the_run_with_its_sum(packed):
    run = check(packed)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "remark" not in run.stdout
    inputs = read(packed / "results/manifest.json")["inputs"]
    raw = {path.relative_to(packed).as_posix() for path in (packed / "data/raw").iterdir()}
    assert raw | {"config.yaml", "report/index.qmd"} <= set(inputs)


@pytest.mark.parametrize(
    "name", ["data/raw/extraction.csv", "results/models/primary.json", "workflow/lib/errors.py"]
)
def test_a_changed_byte_is_found_and_named(built_copy, name):
    path = built_copy / name
    was = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes() + b"\n")
    now = hashlib.sha256(path.read_bytes()).hexdigest()
    run = check(built_copy)
    assert run.returncode == 1
    assert f"{name}: expected {was[:12]}, found {now[:12]}" in run.stdout


def test_screening_records_are_listed_where_there_are_some(built_copy):
    raw = built_copy / "data/raw"
    included = [s["study"] for s in read_cells("studies") if s["role"] in INCLUDED_ROLES]
    write_cells("screening", made_up_ledger([f"r{i}" for i in range(40)], included), raw)
    command = [sys.executable, "-m", "workflow.commands.seal"]
    subprocess.run(command, cwd=built_copy, check=True, capture_output=True)
    planned = snakemake(built_copy, "--dry-run", "results/manifest.json").stdout
    last = planned.partition("rule write_manifest:")[2]
    assert "data/raw/screening.csv" in last.partition("output:")[0]


def test_there_is_nothing_to_do_after_packing(packed):
    assert "Nothing to be done" in snakemake(packed, "all", "results/bundle.zip").stdout


def test_the_crate_is_valid_by_the_validator_of_ro_crates(packed, tmp_path):
    assert crate_problems(packed / "results/crate", tmp_path / "store") == []


def test_the_lineage_has_every_number_its_cells_and_the_jobs_on_its_way(packed):
    lineage = read(packed / "results/crate/lineage.json")
    numbers = read(packed / "results/numbers.json")
    manifest = read(packed / "results/manifest.json")
    assert record_problems("lineage.json", "lineage", lineage) == []
    assert set(lineage["numbers"]) == set(numbers)
    for name, number in lineage["numbers"].items():
        assert number["rows"] == numbers[name]["rows"]
        assert set(number["rows"]) <= set(lineage["rows"]), name
        assert set(number["jobs"]) <= set(lineage["jobs"]), name
        assert number["inputs"], name
        assert set(number["inputs"]) <= set(manifest["inputs"]), name
    primary = lineage["numbers"]["pooled.primary.beta"]
    assert primary["jobs"] == [
        "prepare_data/prepare_data",
        "estimate_effects/estimate_effects",
        "fit_model/primary",
    ]


def test_packing_again_gives_the_same_bytes(packed, tmp_path):
    again = tmp_path / "again"
    subprocess.run(["cp", "-a", str(packed), str(again)], check=True)
    (again / "results/bundle.zip").unlink()
    shutil.rmtree(again / "results/crate")
    (again / "results/manifest.json").unlink()
    run = snakemake(again, "all", "results/bundle.zip")
    assert run.returncode == 0, run.stdout
    for name in ("manifest.json", "bundle.zip", "crate/ro-crate-metadata.json"):
        assert (again / "results" / name).read_bytes() == (packed / "results" / name).read_bytes()


def test_sums_in_the_zip_are_those_of_its_files(unpacked):
    command = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    run = subprocess.run(command, cwd=unpacked, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    listed = (unpacked / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    files = [path for path in unpacked.rglob("*") if path.is_file()]
    assert len(listed) == len(files) - 1


def test_every_link_of_every_page_in_the_zip_leads_to_a_file_in_it(unpacked):
    pages = [unpacked / "index.html", *sorted((unpacked / "rules").glob("*.html"))]
    rules = {job["rule"] for job in read(unpacked / "crate/results/manifest.json")["jobs"]}
    assert {page.stem for page in pages} == {*rules, "index"}
    for page in pages:
        links = set(LINK.findall(page.read_text(encoding="utf-8")))
        assert len(links) > 3
        for link in links:
            is_inside = (
                link.startswith("data:image/svg+xml") or (page.parent / unquote(link)).exists()
            )
            assert is_inside, f"{page.name}: {link}"


def test_what_is_in_the_zip_runs_again_and_gives_the_same_numbers(unpacked, tmp_path):
    crate = tmp_path / "crate"
    shutil.copytree(unpacked / "crate", crate)
    shutil.rmtree(crate / "results")
    run = snakemake(crate, "results/numbers.json")
    assert run.returncode == 0, run.stdout
    again = (crate / "results/numbers.json").read_bytes()
    assert again == (unpacked / "crate/results/numbers.json").read_bytes()


def test_one_rule_of_what_is_in_the_zip_runs_alone(unpacked, tmp_path):
    crate = tmp_path / "crate"
    shutil.copytree(unpacked / "crate", crate)
    model = crate / "results/models/primary.json"
    before = model.read_bytes()
    model.unlink()
    page = (unpacked / "rules/fit_model.html").read_text(encoding="utf-8")
    line = "snakemake results/models/primary.json --cores 2 --force --allowed-rules fit_model"
    assert f".venv/bin/{line}\n" in page
    run = snakemake(crate, *line.split()[1:])
    assert run.returncode == 0, run.stdout
    assert "1 of 1 steps" in run.stdout
    assert model.read_bytes() == before
