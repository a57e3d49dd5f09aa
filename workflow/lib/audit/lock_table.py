"""The words of the lock: the verdict, what differs, the table of moves, the entry of the changelog."""

HEADING = "### Numbers that moved"
COLUMNS = ("number", "old", "new", "size", "cause")
MANY = 5  # causes of one kind that are named one by one
FEW = {"code": 2}  # and of some kinds, for the list of what differs has them all
LINES = 40  # differences of one kind that are listed
ENTRY_ROWS = 20  # moves that an entry of the changelog names one by one
UNEXPLAINED = "UNEXPLAINED"
NOT_KNOWN = "not known"


def verdict(comparison):
    """One sentence that counts what became of the numbers."""
    counts = {kind: len(comparison.of(kind)) for kind in ("moved", "new", "gone")}
    parts = [f"{count} {kind}" for kind, count in counts.items() if count]
    return f"{', '.join(parts) or 'no number moved'}; {comparison.equal} equal"


def report_lines(comparison, found, details=()):
    """Markdown lines that a terminal shows as well: verdict, what differs, table of changes.

    `found` are the differences of what the numbers were made from, or None if that is not known;
    `details` are lines about changed cells.
    """
    lines = [f"Numbers: {verdict(comparison)}.", ""]
    lines += _loud(comparison)
    if comparison.changes and found:
        lines += ["What differs:", ""]
        lines += [f"- {line}" for line in [*_differing(found, details), *details]]
        lines += [""]
    if comparison.changes:
        lines += [*_table(comparison.changes), ""]
    if comparison.retagged:
        names = listed(comparison.retagged)
        lines += [f"Same number under another method tag: {names}.", ""]
    return lines


def _loud(comparison):
    count = len(comparison.unexplained)
    if not count:
        return []
    return [
        f"**{UNEXPLAINED}: {count} of these changed although data, configuration, code and "
        "environment are the same.** Look for a random seed, the clock or a file outside data/raw "
        "before you accept them.",
        "",
    ]


def _differing(found, details):
    """One line for each difference; a table whose cells are in `details` is left to them."""
    tables = {line.partition(",")[0] for line in details}
    shown = [one for one in found if one.table not in tables]
    kinds = dict.fromkeys(one.kind for one in shown)
    lines = []
    for kind in kinds:
        each = [one.line for one in shown if one.kind == kind]
        more = [f"{kind}: and {len(each) - LINES} more"] if len(each) > LINES else []
        lines += each[:LINES] + more
    return lines


def _table(changes):
    """A table in markdown, padded so that it reads well without a renderer."""
    rows = [COLUMNS, *(_cells(change) for change in changes)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS) - 1)]
    lines = ["| " + " | ".join([*map(str.ljust, row, widths), row[-1]]) + " |" for row in rows]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in [*widths, 5]) + "|", *lines[1:]]


def _cells(change):
    marks = {"new": "(new)", "gone": "(gone)"}
    old = change.old if change.kind != "new" else marks["new"]
    new = change.new if change.kind != "gone" else marks["gone"]
    cells = (change.id, old, new, change.size, cause_text(change.causes))
    return tuple(cell.replace("|", "\\|").replace("\n", " ") for cell in cells)


def cause_text(causes):
    """The causes of one change, those of a kind together: 'data: row a, row b; code: Snakefile'."""
    if causes is None:
        return NOT_KNOWN
    if not causes:
        return UNEXPLAINED
    kinds = {}
    for cause in causes:
        kind, _, name = cause.partition(": ")
        kinds.setdefault(kind, []).append(name)
    return "; ".join(
        f"{kind}: {listed(names, FEW.get(kind, MANY))}" for kind, names in kinds.items()
    )


def listed(names, most=MANY):
    """The first names and the count of the others."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def changelog_with(text, comparison, why=""):
    """The changelog with an entry under 'Numbers that moved' of its first section."""
    lines = (text.rstrip("\n") or "# Changelog").split("\n")
    entry = entry_lines(comparison, why)
    start = next((i for i, line in enumerate(lines) if line.startswith("## ")), None)
    if start is None:
        lines += ["", "## Unreleased"]
        start = len(lines) - 1
    later = (i for i in range(start + 1, len(lines)) if lines[i].startswith("## "))
    end = next(later, len(lines))
    place = next((i for i in range(start, end) if lines[i].strip() == HEADING), None)
    if place is None:
        while not lines[end - 1].strip():
            end -= 1
        return "\n".join([*lines[:end], "", HEADING, "", *entry, *lines[end:], ""])
    after = place + 2 if lines[place + 1 : place + 2] == [""] else place + 1
    return "\n".join([*lines[: place + 1], "", *entry, *lines[after:], ""])


def entry_lines(comparison, why):
    """One entry: the counts with every cause, and the moves one by one as far as these are few."""
    changes = comparison.changes
    told = dict.fromkeys(cause for change in changes for cause in change.causes or ())
    known = changes[0].causes is not None
    cause = (
        f" Cause: {cause_text(tuple(told))}." if told else "" if known else f" Cause: {NOT_KNOWN}."
    )
    loud = f" {UNEXPLAINED}: {len(comparison.unexplained)}." if comparison.unexplained else ""
    reason = f" {why.strip().rstrip('.')}." if why.strip() else ""
    lines = [f"- {verdict(comparison)}.{reason}{cause}{loud}"]
    lines += [f"  - {_entry(change)}" for change in changes[:ENTRY_ROWS]]
    if len(changes) > ENTRY_ROWS:
        lines += [f"  - and {len(changes) - ENTRY_ROWS} more: see the diff of numbers.lock.csv"]
    return lines


def _entry(change):
    if change.kind != "moved":
        return f"`{change.id}`: {change.kind}, {change.new or change.old}"
    size = f", {change.size}" if change.size else ""
    return f"`{change.id}`: {change.old} -> {change.new}{size}"
