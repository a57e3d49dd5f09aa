"""The rows of a forest plot, read from a table and refused when they cannot be drawn honestly."""

import math
from dataclasses import dataclass

import pandas as pd

from workflow.lib.errors import TableError
from workflow.lib.figures.style import words

KINDS = ("study", "narrated", "pooled", "subtotal", "comparison", "prediction", "heading", "note")
NUMBERS = ("yi", "ci_lb", "ci_ub", "weight")
SHAPE = ("spread", "df")  # optional columns: scale and degrees of freedom of a prediction
WORDS = ("kind", "slab", "detail", "text", "weight_text")
LIGHTS = "lights"  # optional column: judgements of risk of bias, "D1=low;overall=high"


@dataclass(frozen=True, slots=True)
class Row:
    """One row, cleaned; numbers are on the scale of the axis, NaN when there is none."""

    kind: str
    slab: str
    detail: str
    yi: float
    ci_lb: float
    ci_ub: float
    weight: float  # percent
    text: str
    weight_text: str
    lights: str = ""
    spread: float = math.nan  # scale of the distribution behind a prediction interval
    df: float = math.nan  # of its t; NaN for a normal distribution

    @property
    def has_estimate(self) -> bool:
        """There is a yi to mark."""
        return not math.isnan(self.yi)

    @property
    def has_interval(self) -> bool:
        """There are two bounds to draw."""
        return not (math.isnan(self.ci_lb) or math.isnan(self.ci_ub))

    @property
    def stands_in(self) -> bool:
        """Studies stand in, all else begins at the margin."""
        return self.kind in {"study", "narrated"}

    @property
    def is_words_only(self) -> bool:
        """A heading or note without numbers, which may run across the sheet."""
        return self.kind in {"heading", "note"} and not (self.text or self.weight_text)

    @property
    def gives_reason(self) -> bool:
        """A narrated study without an estimate: its text says why, across both right columns."""
        return self.kind == "narrated" and not self.has_estimate and not self.weight_text


def read_rows(table: pd.DataFrame) -> list[Row]:
    """The rows of a table, in its order.

    Raises
    ------
    TableError
        One line per problem: a missing column, an unknown kind, a word for a number, an interval
        that is half given, upside down or without its estimate.
    """
    missing = [name for name in (*WORDS, *NUMBERS) if name not in table.columns]
    if missing:
        raise TableError(f"forest: column missing: {', '.join(missing)}")
    table = table.reset_index(drop=True)
    texts = [*WORDS, *(name for name in table.columns if name == LIGHTS)]
    own = [*NUMBERS, *(name for name in SHAPE if name in table.columns)]
    numbers = table[own].apply(pd.to_numeric, errors="coerce").astype(float)
    problems = _words_for_numbers(table, numbers)
    cleaned = table[texts].map(words).join(numbers) if len(table) else table
    rows = [Row(**record) for record in cleaned.to_dict("records")]
    problems += [
        f"forest: row {number} ({row.slab!r}): {problem}"
        for number, row in enumerate(rows, start=1)
        for problem in _problems(row)
    ]
    if problems:
        raise TableError("\n".join(problems))
    return rows


def _words_for_numbers(table: pd.DataFrame, numbers: pd.DataFrame) -> list[str]:
    """Cells that hold something, but no number."""
    return [
        f"forest: row {number + 1} ({words(table['slab'].iloc[number])!r}): "
        f"{name} is {table[name].iloc[number]!r}; give a number or leave it empty"
        for name in NUMBERS
        for number in range(len(table))
        if math.isnan(numbers[name].iloc[number]) and words(table[name].iloc[number])
    ]


def _problems(row: Row) -> list[str]:
    """What is wrong with one row, in words."""
    found = []
    if row.kind not in KINDS:
        found.append(f"kind {row.kind!r} is not one of {', '.join(KINDS)}")
    if math.isinf(row.yi):
        found.append("yi is infinite; leave it empty and give the reason in text")
    if math.isnan(row.ci_lb) != math.isnan(row.ci_ub):
        found.append("only one of ci_lb and ci_ub is given; give both or neither")
    elif row.has_interval and not _holds(row):
        estimate = f"yi {row.yi:g}" if row.has_estimate else "its own order"
        found.append(f"the interval [{row.ci_lb:g}, {row.ci_ub:g}] does not contain {estimate}")
    if row.spread <= 0 or row.df <= 0:
        found.append(f"spread {row.spread:g} and df {row.df:g} must be above 0")
    if row.weight < 0 or math.isinf(row.weight):
        found.append(f"weight {row.weight:g} is not a percentage")
    return found


def _holds(row: Row) -> bool:
    """The bounds enclose the estimate, or stand in order when there is none.

    Notes
    -----
    The slack is for the last bits of a computed bound that equals its estimate (vi near zero).
    """
    slack = 1e-9 * max(abs(row.yi), 1.0) if row.has_estimate else 0.0
    middle = row.yi if row.has_estimate else row.ci_lb
    return row.ci_lb - slack <= middle <= row.ci_ub + slack
