"""Numbers of the registry that come from two extractions: their agreement, and the pools of either."""

from workflow.lib.audit.pooled_numbers import key
from workflow.lib.audit.readings import with_readings
from workflow.lib.audit.registry import Number, text_of

TABLES = "results/tables/{}.csv"
BASIS = ("extraction_a:all cells", "extraction_b:all cells")
DECIDED = ("adjudication:all decisions",)
FOUND = ("agree", "same_number", "differ", "only_a", "only_b", "once", "adjudicated")
POOL = {"k": "count", "beta": "effect", "ci_lb": "effect", "ci_ub": "effect", "pval": "p"}
UNITS = {"k": "studies", "pval": "probability"}
SPREAD = {"n": ("count", "cells"), "agreed": ("count", "cells")}


def double_extraction_numbers(cells, agreement, pools, *, decided):
    """double_extraction.cells.<status>, .<what>.<field>, .<analysis>.<a or b>.<field>.

    The arguments are rows of reconciliation, extraction_agreement and extractor_pools; `decided` says
    whether adjudications are kept.
    """
    basis = BASIS + (DECIDED if decided else ())
    made = {"rule": "reconcile_extractions", "basis": basis}
    yield from _counts(cells, made)
    for row in agreement:
        yield from _agreement(row, made | {"basis": BASIS})
    for row in pools:
        if row["extraction"] != "consensus":  # which is the pool of the analysis itself
            yield from with_readings(_pool(row, made), row.get("unit") or "")


def _counts(cells, made):
    counts = {name: sum(cell["found"] == name for cell in cells) for name in FOUND[:-1]}
    counts["adjudicated"] = sum(cell["status"] == "adjudicated" for cell in cells)
    counts["all"] = len(cells)
    for name, count in counts.items():
        yield Number(
            *(f"double_extraction.cells.{name}", count, str(count), "cells", "count"),
            "count of reconciled cells",
            file=TABLES.format("reconciliation"),
            **made,
        )


def agreement_id(row):
    """'double_extraction.mean.icc': the id of one figure of agreement."""
    return f"double_extraction.{key(row['what'])}.{row['statistic']}"


def _agreement(row, made):
    made = made | {"file": TABLES.format("extraction_agreement")}
    base, is_share = agreement_id(row), row["statistic"] == "percent"
    kind, unit = ("weight", "percent") if is_share else ("effect", row["statistic"])
    for field in ("value",) if is_share else ("value", "ci_lb", "ci_ub"):
        value = row.get(field)
        name = base if field == "value" else f"{base}.{field}"
        text = text_of(value, kind, row["reason"])
        yield Number(name, value, text, unit, unit, row["method"], **made)
    for field, (kind, unit) in SPREAD.items():
        value = row[field]
        words = (f"{base}.{field}", value, text_of(value, kind), unit, "count")
        yield Number(*words, "count of cells that both extracted", **made)


def _pool(row, made):
    base = f"double_extraction.{row['analysis']}.{row['extraction']}"
    for field, kind in POOL.items():
        value = row.get(field)
        unit = UNITS.get(field, row.get("unit") or "as analysed")
        yield Number(
            *(f"{base}.{field}", value, text_of(value, kind, row.get("reason", "")), unit, unit),
            row.get("method") or "not estimable",
            file=TABLES.format("extractor_pools"),
            **made | {"basis": (*made["basis"], f"config:analyses.{row['analysis']}")},
        )
