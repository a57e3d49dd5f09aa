"""Numbers of the checklists, the protocol and the retraction check."""

from collections import Counter

from workflow.lib.audit.registry import COUNT, Number

CHECKLIST = {"rule": "fill_checklist", "file": "results/tables/checklist.csv"}
PROTOCOL = {"rule": "fill_checklist", "file": "results/tables/protocol.csv"}
RETRACTIONS = {"rule": "check_retractions", "file": "results/tables/retractions.csv"}
OF_POOL = ("yi_rows", "vi_rows", "decision_rows")
SAID = ("answered", "stated", "open")
WHOLE = "checklist:rows"  # one entry for a table of many rows


def checklist_numbers(filled, compared, *, kept, config, models, studies):
    """checklist.<main|abstract>.<status>, and protocol.<status> where `compared` has rows.

    `kept` are the names of those raw tables that are there: checklist, protocol, deviations. What
    a report can answer hangs on all of `config`, on the roles of `studies` and on what `models` pool.
    """
    basis = (WHOLE,) if "checklist" in kept else ()
    basis += (
        *(f"studies:{row['study']}" for row in studies),
        "flow:rows",
        *(f"config:{key}" for key in config if key != "assumptions"),
    )
    basis += tuple(e for model in models for e in model["basis"] if e.startswith("assumptions:"))
    rows = [row for model in models for name in OF_POOL for row in model[name]]
    for name in ("main", "abstract"):
        own = Counter(row["status"] for row in filled if row["checklist"] == name)
        for what, count in [("items", own.total()), *((one, own[one]) for one in SAID)]:
            yield _count(f"checklist.{name}.{what}", count, "items", basis, CHECKLIST, rows)
    own = tuple(f"{name}:rows" for name in ("protocol", "deviations") if name in kept)
    if own:
        yield from _protocol_numbers(compared, own)


def _protocol_numbers(compared, basis):
    own = Counter(row["status"] for row in compared)
    differing = [row for row in compared if row["status"] != "kept"]
    counts = {
        "decisions": sum(own[one] for one in ("kept", "changed", "dropped")),
        "kept": own["kept"],
        "deviations": len(differing),
        "unexplained": sum(not row["reason"] for row in differing),
        "amended": sum((row.get("amended") or 0) > 0 for row in compared),
    }
    for name, count in counts.items():
        yield _count(f"protocol.{name}", count, "decisions", (*basis, "config:analyses"), PROTOCOL)


def retraction_numbers(rows):
    """retractions.<status> of the included studies, and how many were checked."""
    included = [row for row in rows if row["role"] not in ("excluded", "review")]
    own = Counter(row["status"] for row in included)
    basis = (*(f"studies:{row['study']}" for row in rows), "config:retractions")
    checked = own.total() - own["cannot_be_checked"]
    counts = {"studies": own.total(), "checked": checked} | {
        name: own[name]
        for name in ("retraction", "expression_of_concern", "correction", "cannot_be_checked")
    }
    for name, count in counts.items():
        yield _count(f"retractions.{name}", count, "studies", basis, RETRACTIONS)


def _count(name, count, unit, basis, made, rows=()):
    return Number(
        *(name, count, str(count), unit, "count", f"count of {unit}"),
        **made,
        rows=tuple(rows),
        basis=basis,
        stands=dict.fromkeys(rows, COUNT),
    )
