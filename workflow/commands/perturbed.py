"""A review, one cell or decision changed at a time: what each change does to its numbers."""

import json
import os
import traceback
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from unittest import mock

from workflow.commands.in_process import Pipeline, write_cells, write_seal
from workflow.lib.audit.perturbation.cells import Choices, cell_changes, with_change
from workflow.lib.audit.perturbation.change import TEXT as WORDS
from workflow.lib.audit.perturbation.decisions import decision_changes, with_decision
from workflow.lib.audit.perturbation.survey import Outcome, outcome_of, verdict
from workflow.lib.config import config_schema
from workflow.lib.errors import InputError
from workflow.lib.files import check, tables
from workflow.lib.files.check import OPTIONAL, TABLES
from workflow.lib.files.raw_tables import read_raw_table
from workflow.lib.files.schemas import load_schema, table_problems
from workflow.lib.files.settings import read_settings
from workflow.lib.review.quantities import TEXT
from workflow.scripts import run_multiverse, search_methods

RECENT = ("longest", "shortest")
FAULT = 600  # characters of a traceback that are kept
COUNTERPARTS = 3  # numbers of ours that a claim is set beside in turn
MOST_KNOWN = 50  # states of raw tables whose problems are remembered
_KNOWN = {}


class Review:
    """The raw tables and the configuration of a review, and its numbers as they are."""

    def __init__(self, raw, config, folder):
        """`raw` maps a table to its rows of text; passes are made below `folder`."""
        self.raw, self.config, self.folder = raw, config, Path(folder)
        self.memory = {}
        (self.folder / "raw").mkdir(parents=True, exist_ok=True)
        self._write(raw)
        self.base = Pipeline(self.folder / "raw", self.folder / "base", config).numbers()
        with quick():
            self._numbers(config, learn=True)

    def _write(self, raw):
        for name, rows in raw.items():
            columns = list(rows[0]) if rows else load_schema(name)["required"]
            write_cells(name, rows, self.folder / "raw", columns=columns)
        write_seal(self.folder / "raw")

    def _numbers(self, config, *, learn=False):
        raw, made = self.folder / "raw", self.folder / "changed"
        return Pipeline(raw, made, config, memory=self.memory, learn=learn).numbers()

    def attempt_each(self, changes):
        """The Outcomes of several changes of words in one row: together, then one by one if they do anything.

        Words that together leave every number as it is cannot move one alone.
        """
        if len(changes) > 1:
            cells = {name: text for one in changes for name, text in one.edit[1].items()}
            whole = self.attempt(replace(changes[0], edit=(changes[0].edit[0], cells)))
            if verdict(whole) == "stood":
                return [Outcome(one) for one in changes]
        return [self.attempt(one) for one in changes]

    def attempt(self, change):
        """The Outcome of one change."""
        try:
            with quick():
                after = self._changed(change)
        except InputError as error:
            return Outcome(change, refusal=str(error))
        except Exception:  # what no rule expects is told as what the change did
            return Outcome(change, fault=traceback.format_exc()[-FAULT:])
        return outcome_of(change, self.base, after)

    def _changed(self, change):
        """The numbers with the change made."""
        if change.table == "config":
            return self._numbers(with_decision(self.config, change))
        rows = self.raw[change.table]
        self._write({change.table: with_change(rows, change)})
        try:
            return self._numbers(self.config)
        finally:
            self._write({change.table: rows})

    def changes(self):
        """Every change of a cell or a decision."""
        for name, rows in self.raw.items():
            yield from cell_changes(name, rows, load_schema(name), self._choices(name))
        schema = config_schema()
        procedures = list(schema["$defs"]["procedures"]["properties"])
        yield from decision_changes(
            self.config, schema, self._references() | {"procedure": procedures}
        )

    def _choices(self, table):
        """What else could stand in the cells of a table."""
        pools = [name for name in self.base if name.startswith("pooled.")]
        known = {"counterpart": pools[:COUNTERPARTS]}
        if table != "studies":
            known["study"] = self._studies()
        if table == "extraction":
            outcomes = [*self.config["outcomes"], *(row["outcome"] for row in self.raw[table])]
            known |= {"arm": self._arms(), "outcome": list(dict.fromkeys(outcomes))}
        return Choices(known, TEXT)

    def _references(self):
        """key of config.yaml -> the names that its leaf can have."""
        columns = list(self.raw["studies"][0])
        known = {"outcome": self.config["outcomes"], "threshold": self.config["thresholds"]}
        return {name: list(members) for name, members in known.items()} | {
            "arm": self._arms(),
            "study": self._studies(),
            "time_point": [*RECENT, *dict.fromkeys(self._times())],
            "headline": list(self.config["analyses"]),
            **dict.fromkeys(("by", "cluster", "inner", "time"), columns),
        }

    def _studies(self):
        return [row["study"] for row in self.raw["studies"]]

    def _arms(self):
        return [arm for group in self.config["arms"].values() for arm in group]

    def _times(self):
        outcomes = self.config["outcomes"]
        return (row["time_point"] for row in self.raw["extraction"] if row["outcome"] in outcomes)


def together(changes):
    """The changes in packages: those of words in one row of a table are one, any other is alone."""
    for (table, _), found in groupby(enumerate(changes), _package):
        found = [change for _, change in found]
        yield from [found] if table else ([one] for one in found)


def _package(numbered):
    number, change = numbered
    words = change.kind == WORDS and change.table != "config"
    return (change.table, change.edit[0]) if words else ("", number)


def read_review(review, folder):
    """The Review that stands in a folder.

    Raises
    ------
    InputError
        If it is refused as it is.
    """
    raw = Path(review) / "data/raw"
    names = [*TABLES, *(name for name in OPTIONAL if (raw / f"{name}.csv").is_file())]
    config = read_settings(Path(review) / "config.yaml")
    read = {name: [dict(row) for row in read_raw_table(raw / f"{name}.csv").rows] for name in names}
    return Review(read, config, folder)


@contextmanager
def quick():
    """Passes that leave out what no number rests on, and check each state of a raw table once.

    Their results are neither checked against schemas, nor set for a reader's eye, nor synced to the
    disk, and the tables of all universes are not written: that costs more than the sums. The first
    pass, without a change, has it all.
    """
    spared = {
        (tables, "table_problems"): lambda *_, **__: [],
        (tables, "record_problems"): lambda *_, **__: [],
        (tables, "_json"): lambda record, *_, **__: json.dumps(record, sort_keys=True),
        (search_methods, "write_columns"): _leave_out,
        (run_multiverse, "write_columns"): _leave_out,
        (run_multiverse, "write_parquet"): _leave_out,
        (os, "fsync"): lambda _: None,
        (check, "table_problems"): _problems_once,
    }
    with ExitStack() as stack:
        for (owner, name), stand_in in spared.items():
            stack.enter_context(mock.patch.object(owner, name, stand_in))
        yield


def _leave_out(_, path, *__):
    """An empty file in place of a table that no number is read from."""
    tables.write_text("", path)


def _problems_once(name, schema_name, columns, rows):
    """schemas.table_problems of a raw table, remembered by what the table says."""
    key = repr((schema_name, columns, rows))
    if key not in _KNOWN:
        if len(_KNOWN) > MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = table_problems(name, schema_name, columns, rows)
    return _KNOWN[key]
