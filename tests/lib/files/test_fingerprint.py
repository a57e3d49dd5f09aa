"""workflow/lib/files/fingerprint.py: sums that move when, and only when, a file that counts moves."""

import hashlib

import pytest

from workflow.lib.files import fingerprint
from workflow.lib.files.fingerprint import file_sha256, library_sha256, prose_files, sealed_sums


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A made up workflow folder."""
    for name in ("lib/stats/pooling.py", "schemas/model.schema.yaml", "scripts/fit_model.py"):
        (tmp_path / "workflow" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "workflow" / name).write_text(name)
    monkeypatch.setattr(fingerprint, "WORKFLOW", tmp_path / "workflow")
    return tmp_path / "workflow"


def test_the_sum_of_a_file_is_its_sha256(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert file_sha256(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize("name", ["lib/stats/pooling.py", "schemas/model.schema.yaml"])
def test_an_edit_or_a_new_name_in_the_library_moves_its_sum(library, name):
    before = library_sha256()
    (library / name).write_text("edited")
    edited = library_sha256()
    (library / name).rename(library / f"{name}.bak")
    assert len({before, edited, library_sha256()}) == 3


def test_bytecode_and_scripts_do_not_move_the_sum_of_the_library(library):
    before = library_sha256()
    (library / "lib/__pycache__").mkdir()
    (library / "lib/__pycache__/x.pyc").write_bytes(b"x")
    (library / "scripts/fit_model.py").write_text("edited")  # Snakemake watches scripts itself
    assert library_sha256() == before


def test_sums_are_read_with_or_without_the_star_of_binary_mode(tmp_path):
    text = f"{'a' * 64}  one.csv\n{'b' * 64} *two words.csv\n\nno sum\n"
    (tmp_path / "SHA256SUMS").write_text(text)
    assert sealed_sums(tmp_path) == {"one.csv": "a" * 64, "two words.csv": "b" * 64}
    assert sealed_sums(tmp_path / "none") == {}


def test_a_review_with_its_own_prose_uses_it(library, tmp_path, monkeypatch):
    (tmp_path / "report").mkdir()
    (tmp_path / "report/index.qmd").write_text("generic")
    (tmp_path / "reviews/own").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "reviews/own")
    assert prose_files() == [(tmp_path / "report/index.qmd").as_posix()]
    (tmp_path / "reviews/own/report").mkdir()
    (tmp_path / "reviews/own/report/index.qmd").write_text("own")
    assert prose_files() == ["report/index.qmd"]
