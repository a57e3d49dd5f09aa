"""What a screening ledger says of those who screened: agreement per pair, conflicts, reasons."""

from itertools import combinations

from workflow.lib.review.screening import OF_VOTES, read_ledger

SIDES = ("include", "exclude")  # maybe counts as include
SEPARATOR = "; "


def summary(rows, *, agreement):
    """(agreement rows, conflict rows, reason rows, stage -> counts) of parsed rows of screening.csv.

    `agreement` is the function table -> record of two raters' agreement (stats.kappa.cohen_kappa).
    """
    ledger = read_ledger(rows)
    pairs = [row for stage in OF_VOTES for row in _pairs(ledger.outcomes[stage], stage, agreement)]
    conflicts = [
        _conflict(found)
        for stage in OF_VOTES
        for _, found in sorted(ledger.outcomes[stage].items())
        if found.conflict
    ]
    stages = {stage: _counts(ledger.outcomes[stage]) for stage in OF_VOTES}
    return pairs, conflicts, _reasons(ledger), stages


def _counts(outcomes):
    """How many units a stage decided, and how: by two votes or more, by one, by the team."""
    voters = {unit: _voters(found) for unit, found in outcomes.items()}
    twice = [outcomes[unit] for unit, names in voters.items() if len(names) > 1]
    return {
        "n": len(outcomes),
        "twice": len(twice),
        "once": sum(len(names) == 1 for names in voters.values()),
        "team": sum(not names for names in voters.values()),
        "agreed": sum(len({side for _, side in _sides(found)}) == 1 for found in twice),
        "conflicts": sum(found.conflict for found in twice),
        "excluded": sum(found.decision == "exclude" for found in outcomes.values()),
    }


def _sides(found):
    """(reviewer, include or exclude) of each vote of a screener."""
    return [
        (row["reviewer"], "exclude" if row["decision"] == "exclude" else "include")
        for row in found.votes
        if row["role"] == "screener"
    ]


def _voters(found):
    return [name for name, _ in _sides(found)]


def _pairs(outcomes, stage, agreement):
    """A row for each two people who decided on the same units; reasons aside."""
    tables = {}
    for found in outcomes.values():
        for (one, a), (other, b) in combinations(sorted(_sides(found)), 2):
            table = tables.setdefault((one, other), [[0, 0], [0, 0]])
            table[SIDES.index(a)][SIDES.index(b)] += 1
    for (one, other), table in sorted(tables.items()):
        found = agreement(table)
        shown = ("n", "agreed", "percent", "kappa", "se", "ci_lb", "ci_ub", "pabak", "level")
        yield {
            "stage": stage,
            "reviewer_a": one,
            "reviewer_b": other,
            "both_include": table[0][0],
            "only_a": table[0][1],
            "only_b": table[1][0],
            "both_exclude": table[1][1],
            **{name: getattr(found, name) for name in shown},
            "reason": found.reason,
        }


def _conflict(found):
    """One conflict: who voted what, and who settled it, when and why."""
    judge = found.judges[0]
    return {
        "stage": found.stage,
        "unit": found.unit,
        "votes": SEPARATOR.join(
            f"{row['reviewer']}: {row['decision']}{row['reason'] and ', '}{row['reason']}"
            for row in found.votes
        ),
        "decision": found.decision,
        "reason": found.reason,
        "adjudicator": judge["reviewer"],
        "date": judge["date"],
        "why": judge["note"],
    }


def _reasons(ledger):
    """Reports excluded at full text by their reason, the most frequent first, each with its reports."""
    reports = {}
    for unit, found in ledger.outcomes["full_text"].items():
        if found.decision == "exclude":
            reports.setdefault(found.reason, []).append(unit)
    ordered = sorted(reports.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        {"reason": reason, "n": len(units), "reports": ";".join(sorted(units))}
        for reason, units in ordered
    ]
