"""workflow/lib/config_versions.py: an older form is told and brought up to date, a newer one refused."""

import pytest
import yaml

from tests.pipeline import ROOT
from workflow.lib.config import check_config
from workflow.lib.config_versions import CURRENT, MIGRATIONS, migrated, version_problem
from workflow.lib.errors import InputError

OWN = (ROOT / "config.yaml").read_text(encoding="utf-8")
OLD = OWN.replace(f"schema_version: {CURRENT}\n\n", "")


def test_every_older_version_has_a_migration():
    assert sorted(MIGRATIONS) == list(range(CURRENT))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({}, "make migrate"),
        ({"schema_version": 0}, "make migrate"),
        ({"schema_version": CURRENT + 1}, "is newer than this project"),
        ({"schema_version": "1"}, "is not a whole number"),
        ({"schema_version": True}, "is not a whole number"),
        ({"schema_version": None}, "is not a whole number"),
        (None, "holds no keys"),
        ([], "holds no keys"),
    ],
)
def test_a_version_that_is_not_read_says_what_to_do(config, said):
    assert said in version_problem(config)
    with pytest.raises(InputError, match=said):
        check_config(config)


def test_a_file_without_its_version_gets_it_and_keeps_every_comment():
    text, lines = migrated(OLD, 0)
    assert text == OWN
    assert lines == ["schema_version: 1 added before the first key"]
    check_config(yaml.safe_load(text))


@pytest.mark.parametrize("text", ["review: {}\n", "# only this\nreview: {}\n", '"review": {}\n'])
def test_the_rest_of_a_file_says_what_it_said(text):
    found, _ = migrated(text, 0)
    assert yaml.safe_load(found) == {"schema_version": 1} | yaml.safe_load(text)
