"""Numbers of the registry that come from the screening ledger: agreement, conflicts, reasons."""

from workflow.lib.audit.pooled_numbers import keys
from workflow.lib.audit.registry import Number, text_of

FILE = "results/tables/screening_{}.csv"
COUNTS = {  # count of a stage -> its method tag
    "n": "count of decided {}",
    "twice": "count of {} that two screeners or more decided on",
    "once": "count of {} that one screener decided on",
    "team": "count of {} with a joint decision only",
    "agreed": "count of {} with equal votes, reasons aside",
    "conflicts": "count of {} whose votes differed, at full text also in the reason",
    "excluded": "count of excluded {}",
}
UNITS = {"title_abstract": "records", "full_text": "reports"}
AGREEMENT = {  # field -> (kind of text, unit, method tag)
    "n": ("count", "", "count of {} that both decided on"),
    "percent": ("weight", "percent", "equal votes of all, maybe counts as include"),
    "kappa": ("effect", "kappa", "Cohen's kappa"),
    "se": ("fine", "kappa", "Cohen's kappa; large-sample SE (Fleiss et al. 1969)"),
    "ci_lb": ("effect", "kappa", "Cohen's kappa; large-sample SE (Fleiss et al. 1969); Wald z"),
    "ci_ub": ("effect", "kappa", "Cohen's kappa; large-sample SE (Fleiss et al. 1969); Wald z"),
    "pabak": ("effect", "kappa", "PABAK"),
    "level": ("score", "percent", "declared"),
}


def screening_numbers(pairs, reasons, stages):
    """screening.<stage>.<field>, screening.<stage>.<pair>.<field>, screening.reasons.<reason>.

    `pairs`, `reasons` and `stages` are what review.screening_summary.summary returns. The agreement
    of a stage has the ids of the stage itself where two people screened, else those of each pair.
    """
    for stage, counts in stages.items():
        yield from _stage_numbers(stage, counts)
    for base, row in based(pairs):
        yield from _pair_numbers(base, row)
    names = reason_ids(reasons)
    for row in reasons:
        found = (row["n"], str(row["n"]), "reports", "count of excluded reports", "reasons")
        yield _number(names[row["reason"]], *found)


def based(pairs):
    """(base of the ids, row) of each pair."""
    people = keys(row[side] for row in pairs for side in ("reviewer_a", "reviewer_b"))
    for row in pairs:
        alone = sum(other["stage"] == row["stage"] for other in pairs) == 1
        pair = f".{people[row['reviewer_a']]}_{people[row['reviewer_b']]}"
        yield f"screening.{row['stage']}{'' if alone else pair}", row


def reason_ids(reasons):
    """reason -> id of its count."""
    names = keys(row["reason"] for row in reasons)
    return {reason: f"screening.reasons.{name}" for reason, name in names.items()}


def _stage_numbers(stage, counts):
    unit = UNITS[stage]
    for name, tag in COUNTS.items():
        value = counts[name]
        found = (value, str(value), unit, tag.format(unit), "agreement")
        yield _number(f"screening.{stage}.decided.{name}", *found)


def _pair_numbers(base, row):
    unit = UNITS[row["stage"]]
    for name, (kind, own, tag) in AGREEMENT.items():
        text = text_of(row[name], kind, row["reason"])
        found = (row[name], text, own or unit, tag.format(unit), "agreement")
        yield _number(f"{base}.{name}", *found)


def _number(number_id, value, text, unit, method, table):
    """One number of the ledger as a whole; its rows are too many to be named."""
    what = number_id.removeprefix("screening.")
    return Number(
        *(number_id, value, text, unit, "count" if unit in UNITS.values() else "agreement", method),
        *("summarise_screening", FILE.format(table), ()),
        (f"screening:{what}",),
    )
