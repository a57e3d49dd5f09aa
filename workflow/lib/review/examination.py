"""The record of what was examined about one pool, and the table of what it says of each study."""

import re
from dataclasses import asdict

from workflow.lib.review.values import split

OF_BIAS = re.compile(r"\brob_[a-z0-9]")  # columns that the judgements of risk of bias add
NOT_KEPT = ("by_study", "reasons", "values")


def studies_of(effects, studies):
    """(pooled effect rows, column -> one value per pooled study) of one analysis.

    `effects` are rows of the effect table, `studies` rows of studies.csv; the columns are what a
    moderator or a cluster can be: text, or numbers where all of a column are numbers.
    """
    pooled = [row for row in effects if row["status"] == "pooled"]
    by_study = {row["study"]: row for row in studies}
    rows = [by_study[row["study"]] for row in pooled]
    names = rows[0] if rows else ()
    return pooled, {name: _typed([row[name] for row in rows]) for name in names}


def inputs_of(pooled):
    """Input of the effect size -> one value per study, for the inputs that all studies have."""
    rows = [
        {
            name: float(value)
            for name, _, value in (part.partition("=") for part in split(row["inputs"]))
        }
        for row in pooled
    ]
    names = [name for name in (rows[0] if rows else ()) if all(name in row for row in rows)]
    return {name: tuple(row[name] for row in rows) for name in names}


def _typed(values):
    """Numbers, if all that are there are numbers; else the texts."""
    known = [value for value in values if value not in (None, "")]
    try:
        [float(value) for value in known]
    except ValueError:
        return tuple(values)
    return tuple(None if value in (None, "") else float(value) for value in values)


def examination_record(model, found, wanted=None):
    """Record for results/robustness/examined_<analysis>.json.

    `model` is the record of the analysis; `found` its workflow.lib.stats Examined; `wanted` the
    options of each by name, which say what else it rests on.
    """
    kept = ("analysis", "measure", "unit", "studies")
    lineage = ("yi_rows", "vi_rows", "decision_rows", "basis")
    return {
        **{name: model[name] for name in kept},
        "examined": [_entry(one) | _beyond((wanted or {}).get(one.name)) for one in found],
        **{name: model[name] for name in lineage},
    }


def _entry(one):
    """One examination: its words, and its numbers in their order, each with its reason if it has none."""
    words = {name: value for name, value in asdict(one).items() if name not in NOT_KEPT}
    values = [
        {"field": field, "value": value, "reason": "" if value is not None else _why(one, field)}
        for field, value in one.values.items()
    ]
    return words | {"values": values}


def _beyond(options):
    """What an examination rests on besides its pool: risk of bias, where its options name it."""
    named = OF_BIAS.search(" ".join(str(value) for value in (options or {}).values()))
    return {"basis": ["risk_of_bias:rows"]} if named else {}


def _why(one, field):
    """Why a field has no value."""
    return one.reasons.get(field) or one.reason or "not estimable"


def examination_rows(pooled, found):
    """Rows of results/robustness/examined_<analysis>.csv: one per examination, study and field."""
    return [
        {
            "examination": one.name,
            "procedure": one.procedure,
            "study": row["study"],
            "slab": row["slab"],
            "field": field,
            **_cell(values[place], _why(one, field)),
            "method": one.tag,
        }
        for one in found
        for field, values in one.by_study.items()
        for place, row in enumerate(pooled)
    ]


def _cell(value, reason):
    """A value where it is a number or a truth, a text where it is one, a reason where it is neither."""
    if isinstance(value, str):
        return {"value": None, "text": value, "reason": ""}
    number = None if value is None else float(value)
    return {"value": number, "text": "", "reason": reason if number is None else ""}
