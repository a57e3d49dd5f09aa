"""The section of the report about screening: who agreed how far, what was in conflict, why reports left."""

from workflow.lib.render.facts import num, plural
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

STAGES = {
    "title_abstract": ("Titles and abstracts", "record"),
    "full_text": ("Full texts", "report"),
}
MOST_CONFLICTS = 100  # that are told one by one; the table of all is beside the figures
KAPPA = (
    "Kappa is agreement beyond what chance would give; it is low where nearly all is excluded, even if "
    "the votes are equal, and PABAK is what it would be if both decisions were equally frequent. "
    "A *maybe* counts as an inclusion, and reasons are left aside."
)


def screening_section(pairs, conflicts, reasons, *, stages, ids):
    """Markdown of the section; numbers by their id.

    `pairs` are (base of the ids, row of screening_agreement); `conflicts`, `reasons` rows of their
    tables; `stages` has the counts of each stage, `ids` the id of the count of each reason.
    """
    parts = [_stage(stage, counts, pairs) for stage, counts in stages.items() if counts["n"]]
    parts += [KAPPA, _agreement_table(pairs)] if pairs else []
    parts += [_reasons_table(reasons, ids), _conflicts_table(conflicts)]
    return "\n\n".join(filter(None, parts)).rstrip("\n") + "\n"


def _stage(stage, counts, pairs):
    """One paragraph: how many were decided, by how many people, how far they agreed."""
    name, unit = STAGES[stage]
    base = f"screening.{stage}.decided"

    def told(field, words):
        return f"{num(f'{base}.{field}')} {words}" if counts[field] else ""

    votes = [
        told("twice", "by two people or more"),
        told("once", "by one person"),
        told("team", "jointly, without single votes"),
    ]
    if counts["n"] == counts["twice"]:
        votes = ["each by two people or more"]
    was, left = (plural(counts[field], "was", "were") for field in ("n", "excluded"))
    said = f"**{name}.** {num(f'{base}.n')} {plural(counts['n'], unit)} {was} decided on, "
    said += f"{', '.join(filter(None, votes))}; {num(f'{base}.excluded')} {left} excluded."
    if not counts["twice"]:
        return f"{said} Agreement: not available; nobody's decisions stand beside another's."
    conflicts = f"{num(f'{base}.conflicts')} {plural(counts['conflicts'], 'conflict')}"
    said += f" The votes were equal for {num(f'{base}.agreed')} of {num(f'{base}.twice')}"
    settled = f"; {conflicts} went to an adjudicator." if counts["conflicts"] else "."
    alone = [pair for pair in pairs if pair[1]["stage"] == stage]
    return said + settled + (f" {_kappa(*alone[0])}" if len(alone) == 1 else "")


def _kappa(base, row):
    """Agreement of the two people of a stage."""
    interval = f"; its interval is {num(f'{base}.ci_lb')}"
    if row["ci_lb"] is not None:
        limits = f"{num(f'{base}.ci_lb')} to {num(f'{base}.ci_ub')}"
        interval = f" ({num(f'{base}.level')}% CI {limits})"
    kappa = f"Cohen's kappa {num(f'{base}.kappa')}{interval if row['kappa'] is not None else ''}"
    return f"Agreement {num(f'{base}.percent')}, PABAK {num(f'{base}.pabak')}, {kappa}."


def _agreement_table(pairs):
    rows = [
        [
            STAGES[row["stage"]][0],
            f"{esc(row['reviewer_a'])}, {esc(row['reviewer_b'])}",
            *(num(f"{base}.{field}") for field in ("n", "percent", "pabak", "kappa")),
            f"{num(f'{base}.ci_lb')} to {num(f'{base}.ci_ub')}" if row["ci_lb"] is not None else "",
        ]
        for base, row in pairs
    ]
    header = ["Stage", "Screeners", "Both decided", "Equal votes", "PABAK", "Kappa", "Interval"]
    caption = "Agreement of screeners"
    return pipe_table(header, rows, caption=caption, label="screening-agreement")


def _reasons_table(reasons, ids):
    if not reasons:
        return ""
    rows = [[esc(row["reason"]), num(ids[row["reason"]])] for row in reasons]
    table = pipe_table(
        ["Reason", "Reports"],
        rows,
        caption="Reports excluded at full text, each for one reason",
        label="screening-reasons",
    )
    return f"{table}\nWhich reports these are: `results/tables/screening_reasons.csv`.\n"


def _conflicts_table(conflicts):
    if not conflicts:
        return ""
    shown = conflicts[:MOST_CONFLICTS]
    rows = [
        [
            STAGES[row["stage"]][0],
            esc(row["unit"]),
            esc(row["votes"]),
            esc(": ".join(filter(None, (row["decision"], row["reason"])))),
            esc(f"{row['adjudicator']}, {row['date']}"),
            esc(row["why"]),
        ]
        for row in shown
    ]
    header = ["Stage", "Record or report", "Votes", "Settled as", "By whom, when", "Why"]
    table = pipe_table(header, rows, caption="Conflicts of screeners", label="screening-conflicts")
    more = "Only the first are shown. " if len(conflicts) > len(shown) else ""
    where = f"{more}All conflicts: `results/tables/screening_conflicts.csv`."
    title = "## Show the conflicts and how they were settled"
    return f'::: {{.callout-note collapse="true"}}\n{title}\n\n{table}\n{where}\n:::\n'
