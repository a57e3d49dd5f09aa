"""make new: every kind that it offers runs; a bad name or combination is one sentence and writes nothing."""

import subprocess
import sys
from types import SimpleNamespace

import openpyxl
import pytest
import yaml

from tests.pipeline import ROOT, Pipeline, read_cells
from workflow.commands import new_review
from workflow.commands.new_review import INPUTS, chosen, main, new_folder
from workflow.commands.next_steps import next_steps
from workflow.lib.errors import InputError
from workflow.lib.files.fingerprint import seal_problems
from workflow.lib.review.example_kinds import KINDS, measures_of

FILES = {
    *("config.yaml", "README.md", "references.bib", "ci.example.yml", "extraction_template.xlsx"),
    *("tests/test_review.py", "data/raw/README.md", "data/raw/SHA256SUMS"),
    *(f"data/raw/{name}.csv" for name in ("extraction", "studies", "flow", "claims")),
}


def begun(folder, *words):
    main(["--directory", str(folder), *words, "my-review"])
    return folder / "my-review"


def refused(folder, *words):
    """What is said instead of writing anything."""
    with pytest.raises(SystemExit) as error:
        main(["--directory", str(folder), *words])
    return str(error.value)


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    return begun(tmp_path_factory.mktemp("new"), "--outcome", "binary")


def test_every_file_is_there_and_nothing_else(review):
    found = {p.relative_to(review).as_posix() for p in review.rglob("*") if p.is_file()}
    assert found == FILES
    assert [path.name for path in review.parent.iterdir()] == ["my-review"]
    assert seal_problems(review / "data/raw") == []


def test_no_word_of_a_template_is_left_unfilled(review):
    for name in ("config.yaml", "README.md", "ci.example.yml"):
        assert "$" not in (review / name).read_text(encoding="utf-8")
    assert yaml.safe_load((review / "ci.example.yml").read_text())["name"] == "my-review"


def test_every_key_of_the_configuration_has_words_above_it(review):
    lines = (review / "config.yaml").read_text(encoding="utf-8").splitlines()
    keys = [n for n, line in enumerate(lines) if line[:1].isalpha()]
    assert len(keys) == 11
    assert all(lines[n - 1].startswith("#") for n in keys)


def test_the_workbook_offers_the_outcome_and_the_arms_of_the_review(review):
    lists = openpyxl.load_workbook(review / "extraction_template.xlsx")["lists"]
    offered = {cell.value for column in lists.columns for cell in column}
    assert {"main_outcome", "treatment", "control"} <= offered


def test_its_own_tests_pass(review):
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml")]
    run = subprocess.run(
        [*command, "--rootdir", str(ROOT), str(review / "tests")],
        **{"cwd": ROOT, "capture_output": True, "text": True, "check": False},
    )
    assert run.returncode == 0, run.stdout
    assert "3 passed" in run.stdout


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.outcome}-{kind.design}")
def test_every_kind_with_every_measure_that_it_offers_gives_a_pool_of_three(kind, tmp_path):
    folder = begun(tmp_path, "--outcome", kind.outcome, "--design", kind.design)
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    own = config["analyses"]["primary"]
    assert own["measure"] == kind.default
    measures = measures_of(kind, INPUTS)
    model = own | {"examine": {}, "figures": {"leave_one_out": {}}}
    config["analyses"] |= {f"with_{one.lower()}": model | {"measure": one} for one in measures}
    registry = Pipeline(folder / "data/raw", tmp_path / "results", config).numbers()
    for name in config["analyses"]:
        assert registry[f"pooled.{name}.k"]["value"] == 3, name
        assert registry[f"pooled.{name}.se"]["value"] > 0, name


def test_it_says_what_to_fill_in_next_until_nothing_is_left(review):
    lines = next_steps(review)
    assert "example data" in lines[0]
    said = "\n".join(lines)
    assert "extraction.csv: 12 rows" in said
    assert "studies.csv: 3 rows" in said
    assert "make seal REVIEW=" in lines[-1]
    assert next_steps(ROOT) == []


@pytest.mark.parametrize("name", ["", "my review", "a.b", "../x", "x" * 61, "é", "con", "$(id)"])
def test_a_bad_name_is_one_sentence_and_nothing_is_written(name, tmp_path):
    said = refused(tmp_path, "--", name)
    assert "\n" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_begins_with_a_dash_is_told_as_a_name(tmp_path):
    assert "begins with '-'" in refused(tmp_path, "--", "--outcome")


@pytest.mark.parametrize("name", ["my-review", "My-Review"])
def test_what_is_there_is_never_overwritten_in_whatever_letters(name, tmp_path):
    folder = tmp_path / "my-review"
    folder.mkdir()
    (folder / "mine.txt").write_text("kept")
    assert "never overwritten" in refused(tmp_path, name)
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_a_wrong_combination_says_what_is_admissible_and_writes_nothing(tmp_path):
    said = refused(tmp_path, "--outcome", "binary", "--measure", "SMD", "x")
    assert "admissible: RR, OR" in said
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_behind_if_it_fails_half_way(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(new_review, "write_template", full)
    assert "No space left on device" in refused(tmp_path, "x")
    assert list(tmp_path.iterdir()) == []


def test_on_a_terminal_what_the_flags_leave_open_is_asked_and_nothing_else():
    asked = []

    def question(words, known):
        asked.append(words)
        return known[0]

    flags = SimpleNamespace(outcome="rate", design=None, measure=None)
    kind, measure = chosen(flags, question)
    assert (asked, kind.design, measure) == (["Design", "Measure"], "parallel", "IRR")


def test_an_answer_that_is_no_choice_is_refused_like_a_flag():
    with pytest.raises(InputError, match="no such outcome type"):
        chosen(SimpleNamespace(outcome=None, design=None, measure=None), lambda *_: "colour")


def test_a_new_folder_lies_where_reviews_are_kept(tmp_path):
    assert new_folder(tmp_path, "x") == tmp_path / "x"
    assert read_cells("flow", ROOT / "data/raw")  # and the project's own tables are no example
