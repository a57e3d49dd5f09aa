"""The data dictionary of the raw tables: the meaning of every column, from the schemas."""

from workflow.lib.files.check import TABLES
from workflow.lib.files.schemas import load_schema
from workflow.lib.files.template import admissible

HEAD = """\
# Raw tables

What the sources print, word for word, and nothing else. The tables are checked before anything runs; every problem
is listed with file, row, column, value and what to do. After an edit: `make seal`.

A value keeps its printed decimals: `2.0` is not `2`. It has a source and a quote; an empty value has a reason. A time
point is `baseline`, words with a duration (`12 weeks`), or `not stated`. The optional tables stand in `docs/books.md`
of the project.
"""


def dictionary_text():
    """The dictionary as markdown: one table per raw table, one line per column, in the order of the schema."""
    return "\n".join([HEAD, *(_table(name) for name in TABLES)])


def _table(name):
    """The columns of one raw table."""
    schema = load_schema(name)
    lines = [
        f"| `{column}` | {_cell(rule.get('description', ''))} | {_cell(admissible(rule))} |"
        for column, rule in schema["properties"].items()
    ]
    words = " ".join(schema["description"].split())
    heading = [
        f"## {name}.csv",
        "",
        words,
        "",
        "| column | meaning | admissible |",
        "|---|---|---|",
    ]
    return "\n".join([*heading, *lines]) + "\n"


def _cell(text):
    return text.replace("|", "\\|")
