"""Check of what config.yaml examines against studies.csv: the columns that it names must be there."""

import re

from workflow.lib.review.choices import _nearest

COLUMNS = ("by", "cluster", "inner", "time", "rho", "cov")  # options that may name a column
FORMULAS = ("formula", "scale")
OF_FORMULA = re.compile(r"(?<![\w.])[A-Za-z_][A-Za-z0-9_.]*(?![\w.]|\s*\()")  # no functions
OTHER = {"by": ("precision",)}  # what an option takes beside columns


def examine_problems(studies, config, judged=()):
    """Columns that an examination names and studies.csv does not have, one sentence each.

    `judged` are the columns that risk of bias adds, where it is kept.
    """
    columns = [*studies[0], *judged] if studies else []
    named = [("column_labels", column) for column in config.get("column_labels", {})]
    named += [
        (f"analyses.{name}.examine.{place}", column)
        for name, analysis in config["analyses"].items()
        for key, options in analysis.get("examine", {}).items()
        for place, column in _named(key, options)
    ]
    return [
        f"config.yaml: {place}: studies.csv has no column '{column}'{_nearest(column, columns)}"
        for place, column in named
        if columns and column not in columns
    ]


def _named(place, options):
    """(place, column) of every column that the options of one examination name."""
    for key, value in options.items():
        if key in COLUMNS and isinstance(value, str) and value not in OTHER.get(key, ()):
            yield f"{place}.{key}", value
        if key in FORMULAS:
            yield from ((f"{place}.{key}", one) for one in dict.fromkeys(OF_FORMULA.findall(value)))
        if key == "errors":
            yield from _named(f"{place}.{key}", value)
