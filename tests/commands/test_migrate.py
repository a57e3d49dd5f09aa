"""make migrate: changes are told, the old file is kept, and what cannot be migrated stays as it is."""

import pytest

from tests.pipeline import ROOT
from workflow.commands.migrate import main, migrate
from workflow.lib.config_versions import CURRENT

OWN = (ROOT / "config.yaml").read_text(encoding="utf-8")
OLD = OWN.replace(f"schema_version: {CURRENT}\n\n", "")


@pytest.fixture
def old(tmp_path):
    (tmp_path / "config.yaml").write_text(OLD, encoding="utf-8")
    return tmp_path


def refused(folder):
    """What is said; nothing in the folder may have changed."""
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(SystemExit) as error:
        main(["--directory", str(folder)])
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    return str(error.value)


def test_an_older_file_is_brought_up_to_date_and_a_copy_kept(old):
    said = "\n".join(migrate(old))
    assert (old / "config.yaml").read_text(encoding="utf-8") == OWN
    assert (old / "config.yaml.version-0").read_text(encoding="utf-8") == OLD
    for words in ("a copy of the file as it was", "schema_version: 1 added", "is of version 1 now"):
        assert words in said


def test_a_second_time_changes_nothing(old):
    migrate(old)
    assert migrate(old)[0].endswith("already; nothing was changed")
    assert len(list(old.iterdir())) == 2


def test_an_earlier_copy_is_never_overwritten(old):
    (old / "config.yaml.version-0").write_text("mine")
    migrate(old)
    assert (old / "config.yaml.version-0").read_text() == "mine"
    assert (old / "config.yaml.version-0.2").read_text(encoding="utf-8") == OLD


def test_what_a_run_would_still_refuse_is_told(old):
    (old / "config.yaml").write_text(OLD + "colour: red\n", encoding="utf-8")
    said = migrate(old)
    assert "A run would still refuse:" in said
    assert "unknown key 'colour'" in said[-1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"schema_version: 99\n", "99 is newer than this project"),
        (b"schema_version: one\n", "is not a whole number"),
        (b"schema_version: true\n", "is not a whole number"),
        (b"schema_version: -1\n", "-1"),
        (b"", "there is no key in it"),
        (b"- a\n", "is no group of keys"),
        (b"{review: {}}\n", "cannot be migrated by program"),
        (b"a: [\n", "is no YAML"),
        (b"\xff\xfea", "save the file as UTF-8"),
    ],
)
def test_a_file_that_cannot_be_migrated_stays_as_it_is(content, words, tmp_path):
    (tmp_path / "config.yaml").write_bytes(content)
    said = refused(tmp_path)
    assert words in said
    assert said.endswith("Nothing was changed.")


def test_a_folder_without_a_configuration_is_told(tmp_path):
    assert "there is no such file" in refused(tmp_path)
