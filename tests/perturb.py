"""One cell of a raw table or of the configuration changed at a time: what moves, and who names it."""

import copy
import re
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from unittest import mock

from tests.pipeline import changed, pipeline
from workflow.lib.errors import InputError

# what a changed run leaves out: results are not checked against their schemas, nor synced to disk
QUICK = {
    "workflow.lib.files.tables.table_problems": lambda *_, **__: [],
    "workflow.lib.files.tables.record_problems": lambda *_, **__: [],
    "os.fsync": lambda _: None,
}
NUMBER = re.compile(r"-?\d+(\.\d+)?$")


@dataclass
class Survey:
    """What a series of changes did to the registry."""

    base: dict
    passes: int = 0
    moved: dict = field(default_factory=lambda: defaultdict(set))  # number -> causes
    unnamed: dict = field(default_factory=lambda: defaultdict(set))  # cause -> numbers that hide it
    refused: list = field(default_factory=list)  # (cause, step, why)

    def record(self, cause, after, column):
        """Compare one changed run with the unchanged one; `column` is rows or basis."""
        self.passes += 1
        for name in changed(self.base, after):
            self.moved[name].add(cause)
            here = (self.base.get(name) or after[name])[column]
            if cause not in here:
                self.unnamed[cause].add(name)


def nudged(text, steps):
    """(step, text) with the last printed digit changed by each step."""
    number = Decimal(text)
    unit = Decimal(1).scaleb(number.as_tuple().exponent)
    return [(step, str(number + step * unit)) for step in steps]


def survey(folder, changes, *, column, **sources):
    """The Survey of `changes`: (cause, step, options of `pipeline` that differ)."""
    found = Survey(pipeline(folder, **sources).numbers())
    with ExitStack() as quick:
        for name, function in QUICK.items():
            quick.enter_context(mock.patch(name, function))
        for cause, step, other in changes:
            try:
                after = pipeline(folder, **sources | other).numbers()
            except InputError as error:
                found.refused.append((cause, step, str(error)))
                continue
            found.record(cause, after, column)
    return found


def cell_changes(table, rows, steps, *, key="id", column="value", kind="", only=None):
    """Changes of every numeric cell of a column, one at a time; a cause is `kind` and its key."""
    for number, row in enumerate(rows):
        if not NUMBER.match(row[column]) or (only is not None and row[key] not in only):
            continue
        for step, text in nudged(row[column], steps):
            other = [dict(row) for row in rows]
            other[number][column] = text
            yield f"{kind}{row[key]}", step, {table: other}


def config_changes(config, steps):
    """Changes of every number of the configuration, one at a time, and what names them."""
    for path, value in _numbers(config):
        for step in steps:
            other = copy.deepcopy(config)
            place = other
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value + step if isinstance(value, int) else value + step / 100
            yield _cause(path), step, {"config": other}


def _cause(path):
    own = path[0] == "assumptions"
    return f"assumptions:{path[1]}" if own else "config:" + ".".join(map(str, path[:2]))


def _numbers(node, path=()):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _numbers(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _numbers(value, (*path, number))
    elif (
        isinstance(node, int | float) and not isinstance(node, bool) and path[0] != "schema_version"
    ):
        yield path, node
