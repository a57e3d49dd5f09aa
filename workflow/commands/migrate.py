"""make migrate REVIEW=...: an older config.yaml brought up to date; the old one is kept beside it."""

import argparse
import sys
from pathlib import Path

import yaml

from workflow.lib.config import check_config
from workflow.lib.config_versions import CURRENT, KEY, migrated, version_of, version_problem
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.settings import read_settings
from workflow.lib.files.tables import write_bytes, write_text


def main(words=None) -> None:
    """Print what is changed; nothing is changed without a copy of the old file."""
    asked = argparse.ArgumentParser(prog="make migrate", description=__doc__)
    asked.add_argument("--directory", default=".", help="the folder of the review")
    try:
        print("\n".join(migrate(Path(asked.parse_args(words).directory))))
    except (ReviewError, OSError) as error:
        sys.exit(f"{error}\nNothing was changed.")


def migrate(review):
    """Lines that tell what was changed in the config.yaml of a review, and what a run would still refuse.

    Raises
    ------
    InputError
        If it cannot be read, or its version is none that this project knows.
    """
    path = review / "config.yaml"
    content, config = read(path)
    version = version_of(config)
    if version == CURRENT:
        return [f"{path}: is of version {CURRENT} already; nothing was changed"]
    if not isinstance(version, int) or not 0 <= version < CURRENT:
        raise InputError([f"{path}: {version_problem(config)}"])
    text, changes = migrated(content.decode("utf-8-sig"), version)
    require_same(path, text, config)
    copy = unused(path.with_name(f"config.yaml.version-{version}"))
    write_bytes(content, copy)
    write_text(text, path)
    lines = [f"{copy}: a copy of the file as it was", *(f"{path}: {line}" for line in changes)]
    try:
        check_config(yaml.safe_load(text))
    except ReviewError as error:
        return [*lines, "A run would still refuse:", *str(error).splitlines()]
    return [*lines, f"{path}: is of version {CURRENT} now"]


def read(path):
    """(bytes, configuration) of the file.

    Raises
    ------
    InputError
        If it is missing, no YAML, or holds no keys.
    """
    if not path.is_file():
        raise InputError(
            [f"{path}: there is no such file; name the folder of a review with REVIEW="]
        )
    content, config = path.read_bytes(), read_settings(path)
    if isinstance(config.get(KEY), bool):
        raise InputError([f"{path}: {version_problem(config)}"])
    return content, config


def require_same(path, text, config):
    """Nothing, if the migrated text still says what the file said.

    Raises
    ------
    InputError
        If it does not: a form of YAML that is not migrated by program.
    """
    try:
        same = yaml.safe_load(text) == config | {KEY: CURRENT}
    except yaml.YAMLError:
        same = False
    if not same:
        words = "is written in a form that cannot be migrated by program; write the first line"
        raise InputError([f"{path}: {words} {KEY}: {CURRENT} yourself"])


def unused(path):
    """The path, with a number behind it if it is taken: a copy overwrites nothing."""
    tried, number = path, 1
    while tried.exists():
        number += 1
        tried = path.with_name(f"{path.name}.{number}")
    return tried


if __name__ == "__main__":
    main()
