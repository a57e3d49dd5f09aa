"""Instruments for risk of bias, read from YAML: those of the workflow and those that a review brings."""

from pathlib import Path

import yaml

from workflow.lib.errors import InputError
from workflow.lib.files.fingerprint import files_in
from workflow.lib.files.schemas import SCHEMAS, record_problems

OWN = "instruments"  # folder of data/raw in which a review brings its own


def read_instruments(folder):
    """Id -> record of every instrument; `folder` is data/raw.

    Raises
    ------
    InputError
        With every problem of every file.
    """
    records, problems = {}, []
    for path in [*files_in(SCHEMAS / OWN), *files_in(Path(folder) / OWN)]:
        record, found = _read(path)
        problems += found
        if not found and record["id"] in records:
            problems.append(
                f"{OWN}/{path.name}, id: the workflow has an instrument '{record['id']}' already; "
                "give yours another"
            )
        elif not found:
            records[record["id"]] = record
    if problems:
        raise InputError(problems)
    return records


def _read(path):
    """(record, problems) of one file."""
    place = f"{OWN}/{path.name}"
    if path.suffix != ".yaml":
        return None, [
            f"{place}: an instrument is a file whose name ends in .yaml; rename or move it"
        ]
    try:
        text = path.read_text(encoding="utf-8")
        aliases = [token for token in yaml.scan(text) if isinstance(token, yaml.AliasToken)]
        record = None if aliases else yaml.safe_load(text)
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        words = " ".join(str(error).split())
        return None, [f"{place}: cannot be read as YAML in UTF-8: {words[:200]}"]
    if aliases:  # a few lines of them can stand for billions of words
        line, name = aliases[0].start_mark.line + 1, aliases[0].value
        return None, [
            f"{place}, line {line}: '*{name}' refers to another place; write it out there"
        ]
    if not isinstance(record, dict):
        return None, [f"{place}: holds no keys; start from a file of workflow/schemas/instruments"]
    problems = record_problems(place, "instrument", record)
    if not problems and record["id"] != path.stem:
        problems = [f"{place}, id: '{record['id']}' is not the name of the file; make them equal"]
    return record, problems
