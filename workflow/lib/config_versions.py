"""Versions of the form of config.yaml: which one is read, and how older ones are brought up to date."""

import re

CURRENT = 1
KEY = "schema_version"
FIRST_KEY = re.compile(r"^[A-Za-z_\"']", re.MULTILINE)


def version_problem(config):
    """What is wrong with the version of a configuration and what to do; empty if nothing is."""
    if not isinstance(config, dict):
        return "holds no keys; restore it, or begin one with `make new NAME=...`"
    if KEY not in config:
        return f"{KEY} is missing: an older file; `make migrate REVIEW=<its folder>` brings it up to date"
    found = config[KEY]
    if not isinstance(found, int) or isinstance(found, bool):
        return f"{KEY}: {found!r} is not a whole number; write {KEY}: {CURRENT}"
    if found > CURRENT:
        words = f"this project knows versions up to {CURRENT}; use a newer copy of the project"
        return f"{KEY}: {found} is newer than this project; {words}"
    if found < CURRENT:
        return f"{KEY}: {found} is an older version; `make migrate REVIEW=<its folder>` brings it up to date"
    return ""


def version_of(config):
    """The version of a configuration; 0 where it has none yet."""
    return config.get(KEY, 0)


def name_the_version(text):
    """From 0: the key itself, before the first key and the comment that stands above it."""
    first = FIRST_KEY.search(text)
    place = first.start() if first else len(text)
    head, gap, _ = text[:place].rpartition("\n\n")
    place = len(head + gap) if gap else place
    return f"{text[:place]}{KEY}: 1\n\n{text[place:]}", f"{KEY}: 1 added before the first key"


MIGRATIONS = {0: name_the_version}  # version -> what makes the next one of its text, and tells how


def migrated(text, version):
    """(text of the current version, one line for each change)."""
    lines = []
    for step in range(version, CURRENT):
        text, line = MIGRATIONS[step](text)
        lines.append(line)
    return text, lines
