"""workflow/commands/protocol.py: a protocol is written once, from the configuration, with the day that is given."""

import shutil

import pytest
import yaml

from tests.pipeline import ROOT
from workflow.commands.protocol import main, write_protocol
from workflow.lib.errors import InputError
from workflow.lib.files.check import read_raw
from workflow.lib.review.protocol import protocol_problems, sum_of


@pytest.fixture
def review(tmp_path):
    (tmp_path / "data/raw").mkdir(parents=True)
    shutil.copy(ROOT / "config.yaml", tmp_path)
    return tmp_path


def test_the_protocol_agrees_with_the_configuration_that_it_was_written_from(review):
    said = write_protocol(review, "2026-01-31", "MADE-UP-1")
    rows = read_raw(review / "data/raw/protocol.csv", "protocol")
    config = yaml.safe_load((review / "config.yaml").read_text())
    assert protocol_problems(rows, [], config) == []
    assert sum_of(rows) in said
    assert {row["date"] for row in rows} == {"2026-01-31"}
    assert {row["registration"] for row in rows} == {"MADE-UP-1"}


def test_a_protocol_is_never_overwritten_and_a_day_must_be_one(review):
    path = review / "data/raw/protocol.csv"
    path.write_text("kept")
    with pytest.raises(InputError) as refusal:
        write_protocol(review, "31.1.2026", "")
    assert len(refusal.value.problems) == 2
    assert path.read_text() == "kept"


def test_a_configuration_that_cannot_be_used_makes_no_protocol(review):
    (review / "config.yaml").write_text("schema_version: 1\n")
    with pytest.raises(SystemExit, match="missing"):
        main("--directory", str(review), "--registration", "", "--", "2026-01-31")
    assert not (review / "data/raw/protocol.csv").exists()


def test_the_command_says_what_to_do_next(review, capsys):
    main("--directory", str(review), "--", "2026-01-31")
    assert "make seal" in capsys.readouterr().out
