"""ASReview LAB: the labelled data set of one screener, versions 1 (included) and 2 (asreview_label)."""

from workflow.lib.review.screening_exports.entry import (
    Entry,
    Parsed,
    Vote,
    day_of,
    joined_note,
    known,
    spans_of,
)

REQUIRED = ("title",)
LABELS = ("asreview_label", "included")  # version 2 and later, version 1
WHO = ("asreview_user_name", "asreview_user_email")
NOTES = ("asreview_note", "notes")
USED = (
    *("title", "year", "doi", "pmid", "record_id", "record", "asreview_time", "asreview_prior"),
    *(*LABELS, *WHO, *NOTES),
)
TAG, OLD_NOTE = "asreview_tag", "exported_notes"  # beginnings of names of columns
LEFT_OUT = (
    *("authors", "abstract", "keywords", "journal", "url", "asreview_ranking"),
    "asreview_label_to_validate",
)
DECISIONS = {"1": "include", "1.0": "include", "0": "exclude", "0.0": "exclude"}
UNSEEN = ("", "-1", "nan", "NaN")


def is_used(column):
    """Whether the parser reads a column."""
    return column in USED or column.startswith((TAG, OLD_NOTE))


def parse(rows, options):
    """The Parsed of (line, row) pairs; names of columns in lower case."""
    parsed, unseen = Parsed(), []
    rows = list(rows)
    label = next((name for name in LABELS if rows and name in rows[0][1]), None)
    if rows and label is None:
        parsed.problems.append(f": no column {' or '.join(LABELS)}; export the labelled data set")
        return parsed
    for number, row in rows:
        said = row[label]
        if said in UNSEEN:
            unseen.append(number)
        elif said not in DECISIONS:
            words = f"'{said}' is no label; expected 1 (relevant), 0 (irrelevant) or empty"
            parsed.problems.append(f"{options.where(number, label)}: {words}")
        else:
            vote = _vote(number, row, DECISIONS[said], options, parsed.problems)
            parsed.entries.append(_entry(number, row, vote))
    if unseen:
        parsed.remarks.append(
            f"{len(unseen)} records were not seen and are not imported: "
            f"{options.unit}s {spans_of(unseen)}"
        )
    return parsed


def _entry(number, row, vote):
    return Entry(
        number,
        f"asreview-{known(row, 'record_id') or number - 2}",
        (vote,),
        record=known(row, "record"),
        doi=known(row, "doi"),
        pmid=known(row, "pmid"),
        title=row["title"],
        year=known(row, "year"),
    )


def _vote(number, row, decision, options, problems):
    who = next((row[name] for name in WHO if known(row, name)), "") or options.reviewer
    if not who:
        words = "the export does not say who decided; name the screener by REVIEWER="
        problems.append(f"{options.where(number, WHO[0])}: {words}")
    time = known(row, "asreview_time")
    day = day_of(time) if time else ""
    if day is None:
        where = options.where(number, "asreview_time")
        problems.append(f"{where}: '{time}' is no time that can be read")
    reason = known(row, options.reason_column) if decision == "exclude" else ""
    tags = [
        column for column in row if column.startswith(TAG) and row[column] not in ("", "0", "0.0")
    ]
    notes = [
        row[name] for name in row if (name in NOTES or name.startswith(OLD_NOTE)) and row[name]
    ]
    prior = "yes" if known(row, "asreview_prior") in ("1", "1.0") else ""
    note = joined_note(tags=", ".join(tags), notes=", ".join(notes), **{"prior knowledge": prior})
    return Vote(options.stage, decision, who, reason=reason, date=day or "", note=note)
