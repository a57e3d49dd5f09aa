"""workflow/lib/files/seal.py: an intended edit is shown cell by cell, then sealed."""

import subprocess

import pytest

from workflow.lib.files.fingerprint import seal_problems
from workflow.lib.files.seal import seal

TABLE = "id,value,unit\na,2.0,cm\nb,3,cm\n"


@pytest.fixture
def raw(tmp_path):
    """A folder with one sealed table, known to git."""
    folder = tmp_path / "data/raw"
    folder.mkdir(parents=True)
    (folder / "made_up.csv").write_text(TABLE, encoding="utf-8")
    seal(folder)
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=n", "-c", "user.email=e@e", "commit", "-qm", "made up"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)
    return folder


def edit(folder, old, new):
    path = folder / "made_up.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_sealed_folder_has_no_problems_and_sealing_again_says_so(raw):
    assert seal_problems(raw) == []
    assert seal(raw) == [f"{raw}: nothing has changed since the last seal"]


def test_an_edit_is_a_problem_that_names_the_command(raw):
    edit(raw, "b,3", "b,4")
    (problem,) = seal_problems(raw)
    assert "made_up.csv: differs from its sum" in problem
    assert "make seal" in problem


def test_sealing_shows_the_changed_cell_and_rewrites_the_sums(raw):
    edit(raw, "b,3", "b,4")
    lines = seal(raw)
    assert lines[0] == "made_up.csv, b, value: '3' -> '4'"
    assert seal_problems(raw) == []


def test_lost_decimals_are_pointed_out(raw):
    edit(raw, "2.0", "2")
    assert "other decimals" in seal(raw)[0]


def test_new_and_lost_rows_are_named(raw):
    edit(raw, "b,3,cm\n", "c,9,cm\n")
    assert seal(raw)[:2] == ["made_up.csv, b: row gone", "made_up.csv, c: new row"]


def test_other_line_ends_are_told_from_changed_cells(raw):
    path = raw / "made_up.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert "changed in its bytes only" in seal(raw)[0]


def test_without_git_the_seal_is_written_and_says_that_no_cells_can_be_shown(raw):
    edit(raw, "b,3", "b,4")
    subprocess.run(["rm", "-rf", str(raw.parents[1] / ".git")], check=True)
    assert "no cells can be shown" in seal(raw)[0]
    assert seal_problems(raw) == []


def test_new_and_lost_tables_are_named(raw):
    (raw / "other.csv").write_text(TABLE, encoding="utf-8")
    (raw / "made_up.csv").unlink()
    lines = seal(raw)
    assert "made_up.csv: gone" in lines
    assert "other.csv: new" in lines


def test_exports_in_their_folder_are_sealed_too_and_told_by_their_lines(raw):
    (raw / "records").mkdir()
    export = raw / "records/made_up.ris"
    export.write_text("TY  - JOUR\nER  - \n", encoding="utf-8")
    (raw / "records/.hidden").write_text("x", encoding="utf-8")
    assert seal_problems(raw)[0].startswith("records/made_up.ris: has no sum in SHA256SUMS")
    assert "records/made_up.ris: new" in seal(raw)
    words = ["-c", "user.name=n", "-c", "user.email=e@e", "commit", "-qm", "made up"]
    for command in (["add", "-A"], words):
        subprocess.run(["git", *command], cwd=raw, check=True, capture_output=True)
    export.write_text("TY  - JOUR\nTI  - A\nKW  - b\nER  - \n", encoding="utf-8")
    assert "records/made_up.ris: changed; 2 new lines, 0 gone" in seal(raw)
    export.unlink()
    assert seal_problems(raw) == ["records/made_up.ris: named in SHA256SUMS but not there"]
