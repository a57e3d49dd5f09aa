"""workflow/lib/files/stage.py: the folder in which the report is rendered is whole and only ours."""

import pytest
import yaml

from workflow.lib.files.fingerprint import prose_files
from workflow.lib.files.stage import stage


@pytest.fixture
def sources(tmp_path):
    """Made up prose, a figure, and a file that a killed run has left half written."""
    for name, text in {
        "report/index.qmd": "prose",
        "report/_extensions/num/num.lua": "code",
        "figures/flow.svg": "figure",
        "figures/.flow.svg.x1y2": "half a fig",
        "numbers.json": "{}",
        "out/_src.99/index.qmd": "left by a killed run",
        "out/_src/old.qmd": "of the last run",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_prose_figures_and_numbers_are_copied_and_nothing_else_is_there(sources):
    prose = [sources / "report/index.qmd", sources / "report/_extensions/num/num.lua"]
    folders = {"figures": sources / "figures"}
    numbers = sources / "numbers.json"
    target = stage(prose, folders, numbers=numbers, target=sources / "out/_src")
    found = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert found == {
        *("index.qmd", "_extensions/num/num.lua", "figures/flow.svg", "numbers.json"),
    }
    assert [path.name for path in (sources / "out").iterdir()] == ["_src"]


def test_what_the_configuration_decides_on_every_page_stands_beside_it(sources):
    prose, numbers = [sources / "report/index.qmd"], sources / "numbers.json"
    settings = {"csl": "csl/x.csl", "author": ["M\u00fcller: the made-up", "#2"]}
    target = stage(prose, {}, numbers=numbers, target=sources / "out/_src", settings=settings)
    text = (target / "_metadata.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == settings


def test_references_of_the_review_join_those_of_the_report(sources, monkeypatch):
    (sources / "report/references.bib").write_text("@book{a}\n")
    (sources / "references.bib").write_text("@book{b}\n")
    monkeypatch.chdir(sources)
    prose = prose_files()
    assert prose[0] == "references.bib"
    target = stage(prose, {}, numbers=sources / "numbers.json", target=sources / "out/_src")
    assert (target / "references.bib").read_text() == "@book{a}\n\n@book{b}\n"
    assert (target / "index.qmd").read_text() == "prose"
    assert (sources / "report/references.bib").read_text() == "@book{a}\n"


def test_a_review_without_references_of_its_own_has_the_reports(sources, monkeypatch):
    monkeypatch.chdir(sources)
    assert all(path.startswith("report/") for path in prose_files())
