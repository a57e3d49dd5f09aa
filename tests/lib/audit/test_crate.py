"""workflow/lib/audit/crate.py: the metadata of a made-up run, valid by the validator of RO-Crates."""

import json

import pytest

from tests.ro_crate import crate_problems
from workflow.lib.audit.crate import crate_metadata

SUM = "a" * 64
SCRIPTS = ("workflow/scripts/prepare_data.py", "workflow/scripts/fit_model.py")
MANIFEST = {
    "inputs": {"data/raw/table one.csv": SUM},
    "outputs": {"results/values.csv": SUM, "results/models/primary.json": SUM},
    "code": dict.fromkeys(("Snakefile", *SCRIPTS), SUM),
    "jobs": [
        {
            **{"id": "prepare_data/prepare_data", "rule": "prepare_data"},
            **{"inputs": ["data/raw/table one.csv"], "outputs": ["results/values.csv"]},
            "log": "results/logs/prepare_data/prepare_data.log",
        },
        {
            **{"id": "fit_model/primary", "rule": "fit_model"},
            **{"inputs": ["results/values.csv"], "outputs": ["results/models/primary.json"]},
            "log": "results/logs/fit_model/primary.log",
        },
    ],
    "software": {"snakemake": "9.27.1"},
    "library": "0123456789abcdef",
}
CITATION = {
    "title": "a made-up workflow",
    "license": "MIT",
    "date-released": "2026-01-02",
    "authors": [{"given-names": "Ada", "family-names": "Example"}, {"name": "A made-up group"}],
}
FILES = [
    *(path for part in ("inputs", "outputs", "code") for path in MANIFEST[part]),
    *("README.md", "results/logs/fit_model/primary.log"),
]


def metadata():
    files = {path: {"sha256": SUM, "contentSize": "0"} for path in FILES}
    return crate_metadata(MANIFEST, files, title="made up", citation=CITATION)


def entities(record):
    return {entity["@id"]: entity for entity in record["@graph"]}


@pytest.fixture
def crate(tmp_path):
    """A function that writes a crate with this metadata and empty files, and returns its folder."""

    def write(record):
        for path in FILES:
            (tmp_path / "crate" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "crate" / path).touch()
        text = json.dumps(record)
        (tmp_path / "crate/ro-crate-metadata.json").write_text(text, encoding="utf-8")
        return tmp_path / "crate"

    return write


def test_every_job_has_its_script_and_what_it_read_and_made():
    job = entities(metadata())["#job-fit_model/primary"]
    assert job["instrument"] == {"@id": "workflow/scripts/fit_model.py"}
    assert job["object"] == {"@id": "results/values.csv"}
    assert job["result"] == {"@id": "results/models/primary.json"}
    assert job["subjectOf"] == {"@id": "results/logs/fit_model/primary.log"}


def test_steps_stand_in_the_order_of_the_run():
    found = entities(metadata())
    steps = [found[step["@id"]] for step in found["Snakefile"]["step"]]
    assert [(step["position"], step["name"]) for step in steps] == [
        ("1", "prepare_data"),
        ("2", "fit_model"),
    ]


def test_licence_authors_and_date_come_from_the_citation_file_and_no_time_of_now():
    found = entities(metadata())
    root = found["./"]
    assert root["datePublished"] == "2026-01-02"
    assert root["license"] == {"@id": "https://spdx.org/licenses/MIT"}
    names = [found[author["@id"]]["name"] for author in root["author"]]
    assert names == ["Ada Example", "A made-up group"]
    assert metadata() == metadata()


def test_every_file_has_its_sum():
    found = entities(metadata())
    names = [path.replace(" ", "%20") for path in FILES]
    assert all(found[name]["sha256"] == SUM for name in names)


def test_the_validator_accepts_the_crate(crate, tmp_path):
    assert crate_problems(crate(metadata()), tmp_path / "store") == []


def test_the_validator_would_find_a_job_without_script_a_missing_file_and_an_unknown_word(
    crate, tmp_path
):
    record = metadata()
    del entities(record)["#job-fit_model/primary"]["instrument"]
    entities(record)["results/values.csv"]["tau3"] = "x"
    folder = crate(record)
    (folder / "results/models/primary.json").unlink()
    said = "\n".join(crate_problems(folder, tmp_path / "store"))
    for words in ("MUST have an instrument", '"tau3"', "results/models/primary.json"):
        assert words in said
