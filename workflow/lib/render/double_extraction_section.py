"""The section of the report about two extractors: how far they agree, what differed, what each would have pooled."""

from workflow.lib.render.facts import LOG, end_of, num, plural
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

BASE = "double_extraction"
MOST = 100  # differing cells that are told one by one; the table of all is in results/tables
FOUND = {
    "differ": "differ",
    "only_a": "only A has it",
    "only_b": "only B has it",
    "same_number": "same number",
    "agree": "agree",
    "once": "extracted once",
}
DECISIONS = {"a": "A", "b": "B", "other": "neither", "left_out": "left out", "": ""}
STATISTICS = {"percent": "equal", "kappa": "Cohen’s kappa", "icc": "ICC(A,1)"}


def double_extraction_section(cells, agreement, pools, *, ids, titles, slabs):
    """Markdown of the section; numbers by their id.

    The arguments are rows of reconciliation, extraction_agreement and extractor_pools, quantities
    in words; `ids` maps
    (what, statistic) to the id of a figure of agreement, `titles` an analysis to its title,
    `slabs` a study to its label.
    """
    parts = (
        _counts(cells),
        _agreement_table(agreement, ids),
        _differing(cells, slabs),
        _pools_table(pools, titles),
    )
    return "\n\n".join(filter(None, parts)) + "\n"


def _counts(cells):
    """How many cells were compared, and what became of them."""

    def n(name):
        return num(f"{BASE}.cells.{name}")

    text = (
        f"Two people extracted independently. Of {n('all')} cells, {n('agree')} agree, "
        f"{n('same_number')} are the same number in other digits, {n('differ')} differ, "
        f"{n('only_a')} only A has and {n('only_b')} only B; {n('adjudicated')} were adjudicated."
    )
    once = sum(cell["found"] == "once" for cell in cells)
    if once:
        verb = plural(once, "is", "are")
        text += f" {n('once')} {verb} of studies that only one of them extracted."
    return (
        text
        + " The analysed table is what agrees and what was decided; the check holds it to that."
    )


def _agreement_table(agreement, ids):
    """Shares, kappa and ICC, a row each."""
    rows, without = [], []
    for row in agreement:
        if row["statistic"] == "icc" and row["value"] is None:
            without.append(row["what"])
            continue
        base = ids[row["what"], row["statistic"]]
        has_interval = row.get("ci_lb") is not None
        limits = f"{num(f'{base}.ci_lb')} to {num(f'{base}.ci_ub')}" if has_interval else ""
        cells = [esc(row["what"]), STATISTICS[row["statistic"]], num(f"{base}.n")]
        rows.append([*cells, num(f"{base}.agreed"), num(base), limits])
    header = ["Cells", "Statistic", "Extracted by both", "Equal", "Value", "Interval"]
    align = ["left", "left", "right", "right", "left", "left"]
    caption = "Agreement of the extractors"
    table = pipe_table(header, rows, align=align, caption=caption, label="double-agreement")
    words = "too few cells, or all numbers are the same"
    return table + (f"\n\nNo ICC ({words}): {esc('; '.join(without))}." if without else "")


def _differing(cells, slabs):
    """Every cell on which they did not agree, with what was decided and why."""
    found = [c for c in cells if c["found"] in ("differ", "only_a", "only_b") or c["decision"]]
    if not found:
        return "No cell differs."
    rows = [
        [
            esc(slabs.get(cell["study"], cell["study"])),
            esc(", ".join(filter(None, (cell["arm"], cell["time_point"], cell["patient"])))),
            esc(f"{cell['quantity']}: {cell['column']}"),
            *(_text(cell, side) for side in ("a", "b")),
            f"{esc(cell['consensus'])} ({DECISIONS[cell['decision']]})",
            esc(f"{cell['who']}, {cell['when']}: {cell['why']}"),
        ]
        for cell in found[:MOST]
    ]
    header = ["Study", "Where", "Cell", "A", "B", "Holds", "Decided by, when, why"]
    table = pipe_table(header, rows, caption="Cells that differed", label="double-cells")
    rest = "" if len(found) <= MOST else "\n\nThe others: `results/tables/reconciliation.csv`."
    return table + rest


def _text(cell, side):
    """What one extractor has."""
    if not cell[f"row_{side}"]:
        return "no row"
    return esc(cell[side]) if cell[side] else "no value"


def _pools_table(pools, titles):
    """The pool of each analysis under A, under B and by consensus."""
    rows = []
    for row in pools:
        name = row["analysis"]
        own = row["extraction"] == "consensus"
        base = f"pooled.{name}" if own else f"{BASE}.{name}.{row['extraction']}"
        unit = row.get("unit") or ""
        end = end_of(unit)
        limits = f"{num(f'{base}.ci_lb{end}')} to {num(f'{base}.ci_ub{end}')}" if row["k"] else ""
        estimate = num(f"{base}.beta{end}") if row["k"] else "no pool"
        who = "consensus" if own else row["extraction"].upper()
        rows.append(
            [
                esc(titles[name]),
                who,
                num(f"{base}.k"),
                estimate,
                limits,
                esc(unit.removeprefix(LOG)),
            ]
        )
    header = ["Analysis", "Extraction", "Studies", "Estimate", "Interval", "In"]
    align = ["left", "left", "right", "right", "right", "left"]
    caption = "What either extraction alone would have given"
    return pipe_table(header, rows, align=align, caption=caption, label="double-pools")
