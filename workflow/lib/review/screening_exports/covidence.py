"""Covidence: the references of one list (irrelevant, select, excluded, included), as CSV or RIS.

Covidence exports the decision of the team, without single votes: an entry is a joint decision, and
agreement cannot be computed from it. The reason of an exclusion stands in the column Notes as
"Exclusion reason: ...;".
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
)

REQUIRED = ("Covidence #", "Title")
USED = ("Covidence #", "Title", "Published Year", "DOI", "Study", "Notes", "Tags", "record", "pmid")
LEFT_OUT = (
    *("Authors", "Abstract", "Published Month", "Journal", "Volume", "Issue", "Pages"),
    *("Accession Number", "Ref"),
)
# the list that was exported -> (decision on the title, decision on the text)
CATEGORIES = {
    "irrelevant": ("exclude", ""),
    "select": ("include", ""),
    "excluded": ("include", "exclude"),
    "included": ("include", "include"),
}
IN_NAME = re.compile(r"_([a-z]+)_(?:csv|ris)_")
REASON = re.compile(r"Exclusion reason:\s*([^;]*)(?:;|$)\s*")
TEAM = "Covidence"


def category_of(name):
    """The list that a file name of Covidence names, such as irrelevant; empty if it names none."""
    found = IN_NAME.search(name)
    return found[1] if found else ""


def parse(rows, options):
    """The Parsed of (line, row) pairs of one file; `options.category` is its list."""
    parsed = Parsed()
    if options.category not in CATEGORIES:
        admitted = ", ".join(CATEGORIES)
        parsed.problems.append(
            f": the list is '{options.category}', which decides nothing; name one of {admitted} by CATEGORY="
        )
        return parsed
    for number, row in rows:
        if not row["Covidence #"]:
            where = options.where(number, "Covidence #")
            parsed.problems.append(f"{where}: empty; the {options.unit} cannot be told")
            continue
        parsed.entries.append(_entry(number, row, options, parsed.problems))
    return parsed


def _entry(number, row, options, problems):
    title, text = CATEGORIES[options.category]
    notes = known(row, "Notes")
    found, rest = REASON.findall(notes), REASON.sub("", notes).strip()
    found += [known(row, options.reason_column)] if options.reason_column else []
    reason, others = one_reason(found, options)
    if text == "exclude" and others and not reason:
        problems.append(
            f"{options.where(number, 'Notes')}: {len(others)} reasons ({', '.join(others)}); keep one, "
            "or give screening.reasons of config.yaml in the order in which they count"
        )
    told = joined_note(tags=known(row, "Tags"), notes=rest, **{OTHERS: ", ".join(others)})
    common = {"reviewer": options.reviewer or TEAM, "role": "team"}
    own = {"reason": reason} if text == "exclude" else {}
    own |= {"study": known(row, "Study")} if text == "include" else {}
    votes = [Vote("title_abstract", title, note="" if text else told, **common)]
    votes += [Vote("full_text", text, note=told, **common, **own)] if text else []
    return Entry(
        number,
        f"covidence-{row['Covidence #'].lstrip('#')}",
        tuple(votes),
        record=known(row, "record"),
        doi=known(row, "DOI"),
        pmid=known(row, "pmid"),
        title=row["Title"],
        year=known(row, "Published Year"),
    )
