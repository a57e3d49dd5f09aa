"""References of a RIS export as rows with the columns that a tool's CSV has."""

import json
import re

from workflow.lib.review.screening_exports.entry import Parsed

BAR = " | "  # between two notes
RAYYAN_OWN = re.compile(r"rayyan-\d+")
COVIDENCE_OWN = re.compile(r"covidence[\s#-]*(\d+)", re.IGNORECASE)
RAYYAN_MARK = "RAYYAN-INCLUSION"
LABELS = {"ASReview_relevant": "1", "ASReview_irrelevant": "0", "ASReview_not_seen": ""}
MARKS = {"ASReview_prior": {"asreview_prior": "1"}} | {
    f"ASReview_validate_{name}": {"asreview_label_to_validate": value}
    for name, value in (("relevant", "1"), ("irrelevant", "0"), ("not_seen", ""))
}
WORD = re.compile(r"\bASReview_\w+\b")
CELL = re.compile(r"(asreview_\w+):\s*(.*)", re.DOTALL)


def as_table(tool, references):
    """(columns, rows, Parsed with the problems) of the references; each problem begins with ", line n"."""
    parsed = Parsed()
    rows = [WAYS[tool](one, parsed) for one in references]
    if tool == "rayyan" and not any(RAYYAN_MARK in row["notes"] for row in rows):
        words = f"no note has {RAYYAN_MARK}; export from Rayyan as RIS with the decisions"
        parsed.problems.append(f", whole file, N1: {words}")
    if tool == "asreview" and not any("asreview_label" in row for row in rows):
        words = f"no note is one of {', '.join(LABELS)}; export the labelled data set as RIS"
        parsed.problems.append(f", whole file, N1: {words}")
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    return columns, [dict.fromkeys(columns, "") | row for row in rows], parsed


def _rayyan(one, parsed):
    del parsed
    own = next((found[0] for text in one.ids if (found := RAYYAN_OWN.search(text))), one.sum)
    return {
        **{"key": own, "title": one.title, "year": one.year, "notes": BAR.join(one.notes)},
        **{"doi": one.doi, "pubmed_id": one.pmid},
    }


def _covidence(one, parsed):
    del parsed
    own = next((found[1] for text in one.ids if (found := COVIDENCE_OWN.search(text))), one.sum)
    return {
        **{"Covidence #": f"#{own}", "Title": one.title, "Published Year": one.year},
        **{"DOI": one.doi, "pmid": one.pmid, "Notes": " ".join(one.notes)},
    }


def _asreview(one, parsed):
    """Its notes are the columns of the data set: a word for the label, then `name: value` in JSON."""
    row = {"record_id": one.sum, "title": one.title, "year": one.year}
    row |= {"doi": one.doi, "pmid": one.pmid}
    labels, rest = set(), []
    for note in one.notes:
        cell = CELL.fullmatch(note.strip())
        if cell:
            row[cell[1]] = _value(cell[2])
            continue
        for word in WORD.findall(note):
            labels |= {word} & set(LABELS)
            row |= MARKS.get(word, {})
        rest.append(WORD.sub(_unknown, note).strip())
    if len(labels) > 1:
        told = " and ".join(sorted(labels))
        parsed.problems.append(f", line {one.line}, N1: {told}; one label is expected")
    if labels:
        row["asreview_label"] = LABELS[min(labels)]
    return row | {"notes": BAR.join(filter(None, rest))}


def _unknown(found):
    """A word of ASReview stays in the note unless it has become a column."""
    return "" if found[0] in LABELS or found[0] in MARKS else found[0]


def _value(text):
    """The text of a JSON value; what is none stays as it stands."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text.strip()
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


WAYS = {"rayyan": _rayyan, "covidence": _covidence, "asreview": _asreview}
