"""workflow/lib/files/manifest.py on a made-up run: what is listed, and what a difference is called."""

import hashlib

import pytest

from workflow.lib.files import manifest
from workflow.lib.files.manifest import (
    code_sums,
    inputs_record,
    manifest_problems,
    manifest_record,
    manifest_remarks,
)
from workflow.lib.files.schemas import record_problems


def total(text):
    return hashlib.sha256(text.encode()).hexdigest()


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


JOB = {
    "id": "write_all/write_all",
    "rule": "write_all",
    "inputs": ["data/raw/a.csv"],
    "outputs": ["results/sentences", "results/b.json"],
    "log": "results/logs/write_all/write_all.log",
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The manifest of a made-up run in tmp_path, whose workflow lies in tmp_path/project."""
    files = {
        "Snakefile": "rules",
        "workflow/lib/a.py": "code",
        "workflow/lib/__pycache__/a.pyc": "x",
        "report/index.qmd": "prose",
    }
    write(tmp_path / "project", files)
    files = {
        "data/raw/a.csv": "a",
        "results/b.json": "b",
        "results/sentences/one.md": "one",
        "results/sentences/.snakemake_timestamp": "",
    }
    write(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(manifest, "PROJECT", tmp_path / "project")
    given = ["data/raw/a.csv", str(tmp_path / "project/report/index.qmd")]
    return manifest_record([JOB], given, config={"x": 1}, library="l", code=code_sums())


def test_inputs_outputs_and_code_have_their_sums(run):
    assert run["inputs"] == {"data/raw/a.csv": total("a")}
    assert run["outputs"] == {
        "results/b.json": total("b"),
        "results/sentences/one.md": total("one"),
    }
    assert run["code"] == {
        "Snakefile": total("rules"),
        "workflow/lib/a.py": total("code"),
        "report/index.qmd": total("prose"),
    }


def test_a_folder_among_the_files_of_a_job_is_listed_file_by_file(run):
    assert run["jobs"][0]["outputs"] == ["results/sentences/one.md", "results/b.json"]


def test_configuration_software_and_platform_are_named(run):
    assert run["config"] == {"x": 1}
    assert {"python", "numpy", "snakemake"} <= set(run["software"])
    assert run["platform"]
    assert record_problems("manifest.json", "manifest", run) == []


def test_the_smaller_record_of_inputs_fits_its_schema(run, tmp_path):
    record = inputs_record(["data/raw/a.csv"], config={}, library="l")
    assert record_problems("inputs.json", "inputs", record) == []
    assert record["inputs"] == run["inputs"]


def test_a_run_as_it_was_made_has_no_problem_and_no_remark(run, tmp_path):
    assert manifest_problems(run, tmp_path) == []
    assert manifest_remarks(run, tmp_path) == []


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("data/raw/a.csv", "data/raw/a.csv"),
        ("results/sentences/one.md", "results/sentences/one.md"),
        ("project/workflow/lib/a.py", "workflow/lib/a.py"),
    ],
)
def test_a_changed_file_is_named_with_what_was_expected_and_found(run, tmp_path, place, name):
    was = total((tmp_path / place).read_text(encoding="utf-8"))
    (tmp_path / place).write_text("changed", encoding="utf-8")
    assert manifest_problems(run, tmp_path) == [
        f"{name}: expected {was[:12]}, found {total('changed')[:12]}"
    ]


def test_a_missing_output_is_not_looked_for_beside_the_workflow(run, tmp_path):
    (tmp_path / "results/b.json").unlink()
    write(tmp_path / "project", {"results/b.json": "b"})
    assert manifest_problems(run, tmp_path) == [
        f"results/b.json: expected {total('b')[:12]}, but the file is missing"
    ]


def test_files_that_no_job_made_and_other_software_are_remarks(run, tmp_path):
    names = ("results/old.csv", "results/logs/x.log", "results/report/_src/x.md")
    write(tmp_path, dict.fromkeys(names, "x"))
    run["software"] |= {"numpy": "0.1"}
    found = manifest_remarks(run, tmp_path)
    assert found[0] == "results/old.csv: not in the manifest"
    assert found[1].startswith("numpy: the run had 0.1, here is ")
    assert len(found) == 2
