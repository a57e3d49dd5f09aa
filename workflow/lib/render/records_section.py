"""The section of the report on search records: sources, duplicates by reason, pairs that are open."""

from collections import Counter

from workflow.lib.render.facts import num, plural
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

MOST_OPEN = 10  # pairs that the page lists; the table has all
KINDS = {"database": "database", "register": "register", "other": "other source"}


def records_section(sources, formats, records, pairs):
    """Markdown of the section; every number by its id.

    `formats` is source -> (format, encoding); `records` are columns of records.csv, `pairs` rows of
    duplicates.csv.
    """
    parts = [
        _sentence(sources, pairs),
        _sources_table(sources, formats),
        _reasons_table(records, pairs),
        _open_table([pair for pair in pairs if pair["decision"] == "uncertain"]),
        _strategies(sources),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _sentence(sources, pairs):
    """What was found and what is left, in two sentences."""
    found = (
        f"The searches found {num('records.identified')} records. {num('records.duplicates')} are duplicates, so "
        f"that {num('records.unique')} unique records remain to be screened."
    )
    persons = sorted({pair["who"] for pair in pairs if pair["who"]})
    said = f" Decisions on pairs by: {esc(', '.join(persons))}." if persons else ""
    still = any(pair["decision"] == "uncertain" for pair in pairs)
    left = (
        f" {num('records.uncertain')} pairs could not be told by rule and count as different until a person "
        "decides: `results/tables/duplicates_uncertain.csv`."
    )
    return found + said + (left if still else " No pair is left open.") * bool(sources)


def _sources_table(sources, formats):
    rows = []
    for row in sources:
        name, (kind, encoding) = row["source"], formats[row["source"]]
        counts = [num(f"records.{name}.{item}") for item in ("identified", "duplicates", "unique")]
        where = f"{esc(row['database'])} ({esc(row['platform'])})"
        read = (
            ", ".join(map(esc, (row["file"], kind, encoding))) if row["file"] else "nothing found"
        )
        rows.append([where, KINDS[row["kind"]], esc(row["date"]), *counts, read])
    counts = [num(f"records.{item}") for item in ("identified", "duplicates", "unique")]
    rows.append(["All", "", "", *counts, ""])
    header = ["Source", "Kind", "Searched", "Records", "Duplicates", "Unique", "Export"]
    align = [None, None, None, "right", "right", "right", None]
    caption = "Records by source; a duplicate counts for the source that stands later"
    return pipe_table(header, rows, align=align, caption=caption, label="record-sources")


def _reasons_table(records, pairs):
    """Duplicates by the rule that each was told by."""
    reasons = {pair["rule"]: pair["reason"] for pair in pairs}
    rules = Counter(filter(None, records["rule"])).most_common()
    if not rules:
        return ""
    rows = [[esc(reasons[rule]), num(f"records.duplicates_by.{rule}")] for rule, _ in rules]
    header, align = ["Why it is a duplicate", "Records"], [None, "right"]
    caption = "Duplicates by reason"
    return pipe_table(header, rows, align=align, caption=caption, label="duplicate-reasons")


def _open_table(pairs):
    """The open pairs that look most alike."""
    if not pairs:
        return ""
    first = sorted(pairs, key=lambda pair: -pair["score"])[:MOST_OPEN]
    rows = [
        [
            f"{esc(pair['record_a'])}<br>{esc(pair['record_b'])}",
            f"{esc(pair['title_a'])}<br>{esc(pair['title_b'])}",
            f"{esc(pair['place_a'])}<br>{esc(pair['place_b'])}",
            esc(pair["reason"]),
        ]
        for pair in first
    ]
    header = ["Records", "Titles", "Where", "Why it is open"]
    all_of = plural(len(pairs), "The open pair", "The open pairs")
    caption = f"{all_of}{'' if len(pairs) <= MOST_OPEN else ' that look most alike'}"
    table = pipe_table(header, rows, caption=caption, label="open-pairs")
    return f'::: {{.callout-note collapse="true"}}\n## Pairs for a person\n\n{table}\n:::'


def _strategies(sources):
    """Each search as it was run."""
    lines = [
        f"**{esc(row['database'])}** ({esc(row['date'])}): {esc(row['strategy'])}"
        for row in sources
    ]
    body = "\n\n".join(lines)
    return f'::: {{.callout-note collapse="true"}}\n## Search strategies\n\n{body}\n:::'
