"""Rayyan: articles.csv with the decision of each member in its column notes, and customizations_log.csv.

notes holds `RAYYAN-INCLUSION: {"A"=>"Included", "B"=>"Excluded"} | RAYYAN-LABELS: x,y |
RAYYAN-EXCLUSION-REASONS: a,b | USER-NOTES: {...}` after what it held at import. It has no days, and the
reasons are those of all members together; the log has both for each member, by their e-mail address.
"""

import re

from workflow.lib.review.screening_exports.entry import (
    OTHERS,
    Entry,
    Parsed,
    Vote,
    joined_note,
    known,
    one_reason,
    spans_of,
)

REQUIRED = ("key", "title", "notes")
USED = ("key", "title", "year", "notes", "doi", "pubmed_id", "record")
LEFT_OUT = (
    *("month", "day", "journal", "issn", "volume", "issue", "pages", "authors", "url", "language"),
    *("publisher", "location", "abstract", "keywords", "pmc_id"),
)
QUOTED = r'"(?:[^"\\]|\\.)*"'
INCLUSION = re.compile(rf"RAYYAN-INCLUSION:\s*\{{((?:{QUOTED}|[^{{}}\"])*)\}}")
PAIR = re.compile(rf"({QUOTED})\s*=>\s*\"(Included|Excluded|Maybe)\"")
SECTION = r"{}:\s*(.*?)(?=\s*\|\s*(?:RAYYAN-[A-Z-]+|USER-NOTES):|$)"
LABELS, REASONS, NOTES = (
    re.compile(SECTION.format(name), re.DOTALL)
    for name in ("RAYYAN-LABELS", "RAYYAN-EXCLUSION-REASONS", "USER-NOTES")
)
DECISIONS = {"Included": "include", "Excluded": "exclude", "Maybe": "maybe"}


def parse(rows, options, log=None):
    """The Parsed of (line, row) pairs of articles.csv; `log` has article -> member -> LogVote, if given."""
    parsed, blank = Parsed(), []
    for number, row in rows:
        votes = _votes(number, row, options, log, parsed.problems)
        if not row["key"]:
            parsed.problems.append(f"{options.where(number, 'key')}: empty; the row cannot be told")
        elif votes:
            parsed.entries.append(_entry(number, row, votes))
        elif votes is not None:
            blank.append(number)
    if blank:
        parsed.remarks.append(
            f"{len(blank)} records without a decision are not imported: "
            f"{options.unit}s {spans_of(blank)}"
        )
    return parsed


def _entry(number, row, votes):
    return Entry(
        number,
        row["key"],
        tuple(votes),
        record=known(row, "record"),
        doi=known(row, "doi"),
        pmid=known(row, "pubmed_id"),
        title=row["title"],
        year=known(row, "year"),
    )


def _votes(number, row, options, log, problems):
    """The votes of one article; empty if nobody decided, None if it cannot be read."""
    notes = row["notes"]
    found = INCLUSION.search(notes)
    pairs = PAIR.findall(found[1]) if found else []
    if ("RAYYAN-INCLUSION" in notes and not found) or (
        found and PAIR.sub("", found[1]).strip(" ,")
    ):
        problems.append(
            f"{options.where(number, 'notes')}: the decisions after RAYYAN-INCLUSION cannot be read; "
            'expected {"name"=>"Included|Excluded|Maybe", ...}'
        )
        return None
    decided = {_plain(name): DECISIONS[said] for name, said in pairs}
    reasons = _list(REASONS, notes)
    if options.reason_column:
        reasons = [known(row, options.reason_column)]
    own = {name: (said, reasons, "") for name, said in decided.items()}
    if log is not None:
        own = log.get(row["key"].removeprefix("rayyan-"), {})
        if sorted(said for said, _, _ in own.values()) != sorted(decided.values()):
            where = options.where(number, "notes")
            problems.append(f"{where}: the log has other decisions on this article")
            return None
    told = joined_note(labels=", ".join(_list(LABELS, notes)), notes=_first(NOTES, notes))
    votes, faults = [], []
    for name, one in own.items():
        vote, fault = _vote(name, one, options)
        votes.append(vote)
        faults += [f"{options.where(number, 'notes')}: {fault}"] if fault else []
    problems += dict.fromkeys(faults)
    return [_noted(vote, told) if not place else vote for place, vote in enumerate(votes)]


def _vote(name, one, options):
    """(one member's vote with the one reason that counts, what is wrong with it)."""
    said, reasons, day = one
    reason, others = one_reason(reasons, options) if said == "exclude" else ("", [])
    also = joined_note(**{OTHERS: ", ".join(others)})
    fault = ""
    if others and not reason and options.stage == "full_text":
        fault = (
            f"{len(others)} reasons ({', '.join(others)}); keep one in Rayyan, or give "
            "screening.reasons of config.yaml in the order in which they count"
        )
    return Vote(options.stage, said, name, reason=reason, date=day, note=also), fault


def _noted(vote, told):
    note = "; ".join(filter(None, (vote.note, told)))
    return Vote(
        vote.stage, vote.decision, vote.reviewer, reason=vote.reason, date=vote.date, note=note
    )


def _plain(quoted):
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])


def _first(pattern, notes):
    found = pattern.search(notes)
    return found[1].strip() if found else ""


def _list(pattern, notes):
    return [one.strip() for one in _first(pattern, notes).split(",") if one.strip()]
