"""Every command reads config.yaml by the one reader, which refuses a key that stands there twice."""

import ast

import pytest

from tests.pipeline import ROOT
from workflow.commands.explain import outdated
from workflow.commands.gallery import config_of
from workflow.commands.migrate import read
from workflow.commands.perturbed import read_review
from workflow.lib.errors import InputError

MAY_PARSE = {"migrate.py"}  # compares a text that it has made itself


def in_folder(function, folder, monkeypatch):
    monkeypatch.chdir(folder)
    return function({"inputs": {}, "config": {}, "library": ""})


@pytest.mark.parametrize(
    "call",
    [
        lambda folder, patch: config_of(folder),
        lambda folder, patch: read(folder / "config.yaml"),
        lambda folder, patch: read_review(folder, folder),
        lambda folder, patch: in_folder(outdated, folder, patch),
    ],
)
def test_a_key_that_stands_twice_is_refused_by_every_command(tmp_path, monkeypatch, call):
    (tmp_path / "config.yaml").write_text("renderer: auto\nrenderer: quarto\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2: key 'renderer' stands already in line 1"):
        call(tmp_path, monkeypatch)


def test_no_command_reads_yaml_by_itself():
    found = {
        path.name
        for path in (ROOT / "workflow/commands").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import) and any(one.name == "yaml" for one in node.names)
    }
    assert found == MAY_PARSE
