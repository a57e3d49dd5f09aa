"""A made-up screening ledger: two screeners, one adjudicator, every record to its end. Nobody screened anything.

For tests only; the rows are drawn from a seed and look like those of data/raw/screening.csv.
"""

import random
from datetime import date, timedelta

SCREENERS, ADJUDICATOR = ("made-up screener A", "made-up screener B"), "made-up adjudicator"
COLUMNS = (
    *("id", "record", "stage", "role", "reviewer", "decision", "reason", "date", "report", "study"),
    *("database", "kind", "duplicate_of", "note"),
)
REASONS = (
    *("wrong population", "wrong intervention", "wrong comparator", "wrong outcome"),
    *("wrong design", "no results", "conference abstract only"),
)
FIRST_DAY = date(2024, 1, 8)
SLIP = {"title_abstract": 0.02, "full_text": 0.06}  # share of votes that are not the right one


def ledger_row(record, stage, reviewer, decision, **cells):
    """One row of a ledger as text; cells that are not given are empty."""
    role = cells.setdefault("role", "screener")
    own = {"record": record, "stage": stage, "reviewer": reviewer, "decision": decision, **cells}
    name = "-".join((record, stage, role, reviewer)).replace(" ", "-")
    return dict.fromkeys(COLUMNS, "") | {"id": name} | own


def made_up_ledger(
    records, studies, *, seed=7, other=(), removed=None, text_share=0.08, about=None
):
    """Rows of a ledger in which every record of `records` comes to its end.

    Parameters
    ----------
    records
        Ids of the records that have to be screened, duplicates aside.
    studies
        Studies of studies.csv that the review includes; each gets a report, every fourth gets two.
    other
        Those of `records` that other methods found: nobody votes on their titles.
    removed
        Record -> automation | other, of those of `records` that were removed before screening.
    text_share
        Share of records whose report is sought.
    about
        Record -> study of the included reports, where `studies` does not settle it by chance.
    """
    rng, removed, other = random.Random(seed), dict(removed or {}), set(other)
    kept = [name for name in records if name not in removed]
    reports = [study for i, study in enumerate(studies) for _ in range(2 if i % 4 == 3 else 1)]
    sought = max(round(text_share * len(kept)), 2 * len(reports))
    named = list(about or ())
    free = [name for name in kept if name not in named]
    chosen = named + rng.sample(free, min(len(free), sought - len(named)))
    about = about or dict(zip(chosen, reports, strict=False))
    lost = set(chosen[len(about) : len(about) + len(chosen) // 20])
    rows = [_removal(name, how) for name, how in removed.items()]
    for place, name in enumerate(kept):
        day = FIRST_DAY + timedelta(days=place * 30 // max(1, len(kept)))
        if name not in other:
            right = "include" if name in chosen else "exclude"
            rows += _votes(rng, name, "title_abstract", right, day)
        if name in lost:
            cells = {"role": "team", "date": f"{day + timedelta(days=40)}"}
            rows.append(ledger_row(name, "retrieval", "made-up library", "not_retrieved", **cells))
        elif name in chosen or name in other:
            right = "include" if name in about else "exclude"
            later = day + timedelta(days=60)
            rows += _votes(rng, name, "full_text", right, later, study=about.get(name, ""))
    return rows


def _removal(name, how):
    reason = "before the first trial of the treatment" if how == "other" else ""
    cells = {"role": "team", "date": f"{FIRST_DAY}", "reason": reason}
    return ledger_row(name, "identification", "made-up team", how, **cells)


def _votes(rng, name, stage, right, day, *, study=""):
    """Two votes, and an adjudication where they differ; the outcome is the right one."""
    wrong = "exclude" if right == "include" else "include"
    votes = [wrong if rng.random() < SLIP[stage] else right for _ in SCREENERS]
    if votes == [wrong, wrong]:  # two slips would change the outcome
        votes[0] = right
    reason = rng.choice(REASONS)
    rows = [
        ledger_row(name, stage, who, vote, **_cells(vote, stage, reason, day, study))
        for who, vote in zip(SCREENERS, votes, strict=True)
    ]
    if len(set(votes)) > 1:
        cells = _cells(right, stage, reason, day + timedelta(days=2), study)
        cells |= {"role": "adjudicator", "note": "made up: read again with both screeners"}
        rows.append(ledger_row(name, stage, ADJUDICATOR, right, **cells))
    return rows


def _cells(vote, stage, reason, day, study):
    at_text = stage == "full_text"
    return {
        "date": f"{day}",
        "reason": reason if at_text and vote == "exclude" else "",
        "study": study if at_text and vote == "include" else "",
    }
