"""workflow/lib/files/bundle.py: previews, rule texts, and a zip file with the same bytes each time."""

import hashlib
import os
import subprocess
import zipfile

import pytest

from workflow.lib.errors import InputError
from workflow.lib.files.bundle import (
    copy_files,
    files_of,
    preview,
    read_citation,
    rule_texts,
    tables_of,
    write_sums,
    write_zip,
)


@pytest.fixture
def folder(tmp_path):
    """A made-up folder to pack."""
    made = tmp_path / "made"
    (made / "sub").mkdir(parents=True)
    (made / "b.txt").write_text("b", encoding="utf-8")
    (made / "sub/a.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    (made / ".hidden").write_text("x", encoding="utf-8")
    return made


def test_a_zip_has_the_same_bytes_whatever_the_times_and_modes_of_its_files(folder, tmp_path):
    write_zip(folder, tmp_path / "one.zip", inside="review")
    os.utime(folder / "b.txt", (1, 2_000_000_000))
    (folder / "b.txt").chmod(0o600)
    write_zip(folder, tmp_path / "two.zip", inside="review")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_zip_is_sorted_complete_and_without_hidden_files(folder, tmp_path):
    write_zip(folder, tmp_path / "one.zip", inside="review")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["review/b.txt", "review/sub/a.csv"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_sums_are_those_that_sha256sum_checks(folder):
    write_sums(folder)
    run = subprocess.run(
        ["sha256sum", "--check", "SHA256SUMS"], cwd=folder, capture_output=True, text=True
    )
    assert run.returncode == 0
    assert run.stdout == "b.txt: OK\nsub/a.csv: OK\n"
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8")
    assert hashlib.sha256(b"b").hexdigest() in lines


def test_a_preview_of_a_table_has_its_first_rows_and_says_how_many_more(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x,y\n" + "".join(f"{n},{'z' * 300}\n" for n in range(8)), encoding="utf-8")
    found = preview(path)
    assert (found.kind, found.more, found.rows[0]) == ("table", 3, ("x", "y"))
    assert found.rows[5] == ("4", "z" * 160 + "...")
    assert len(found.rows) == 6


def test_a_preview_of_text_is_its_beginning_and_of_other_files_nothing(tmp_path):
    (tmp_path / "a.json").write_text("\n".join(map(str, range(50))), encoding="utf-8")
    (tmp_path / "a.html").write_text("<p>", encoding="utf-8")
    (tmp_path / "a.svg").write_bytes(b"<svg/>")
    assert preview(tmp_path / "a.json").text.splitlines()[-1] == "29"
    assert preview(tmp_path / "a.json").more == 20
    assert preview(tmp_path / "a.html").kind == "none"
    assert preview(tmp_path / "a.svg").content == b"<svg/>"


def test_rules_are_found_as_they_stand_in_their_files(tmp_path):
    text = '"""Contract."""\n\n\nrule one:\n    """First."""\n\n\nrule two:\n    input: "a"\n'
    (tmp_path / "a.smk").write_text(text, encoding="utf-8")
    assert rule_texts(tmp_path) == {
        "one": 'rule one:\n    """First."""',
        "two": 'rule two:\n    input: "a"',
    }


def test_tables_are_named_by_their_folder_and_name():
    outputs = {"results/effects/primary.csv": "", "results/numbers.json": ""}
    assert tables_of(outputs) == {"effects_primary.csv": "results/effects/primary.csv"}


def test_files_of_a_run_are_its_three_parts_and_the_logs_that_are_there(tmp_path):
    record = {
        "inputs": {"data/raw/a.csv": ""},
        "outputs": {"results/b.csv": ""},
        "code": {"Snakefile": ""},
        "jobs": [{"log": "results/logs/x/x.log"}, {"log": "results/logs/y/y.log"}],
    }
    (tmp_path / "results/logs/x").mkdir(parents=True)
    (tmp_path / "results/logs/x/x.log").touch()
    found = files_of(record, tmp_path)
    assert set(found) == {"data/raw/a.csv", "results/b.csv", "Snakefile", "results/logs/x/x.log"}
    assert found["results/b.csv"] == tmp_path / "results/b.csv"
    assert found["Snakefile"].is_file()


def test_copies_keep_their_paths(folder, tmp_path):
    copy_files({"deep/b.txt": folder / "b.txt"}, tmp_path / "there")
    assert (tmp_path / "there/deep/b.txt").read_text(encoding="utf-8") == "b"


def test_a_citation_file_without_a_licence_is_refused_with_what_is_missing(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text("title: made up\nauthors: [{name: x}]\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_citation(path)
    assert [line.partition(", ")[2] for line in refused.value.problems] == [
        "date-released: missing; the crate needs it",
        "license: missing; the crate needs it",
    ]
