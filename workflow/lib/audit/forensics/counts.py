"""Counts that do not fit: n over time, percentages that no count gives, arms and their totals."""

import re
from collections import defaultdict

from workflow.lib.audit.forensics.cells import BASELINE
from workflow.lib.audit.forensics.finding import Checked
from workflow.lib.audit.rounding import printed

COUNT, OF = r"(?P<count>[0-9]+)", r"(?:\s*/\s*|\s+(?:out\s+)?of\s+)(?:the\s+)?"
PERCENT = r"(?P<percent>[0-9]+(?:\.[0-9]+)?)\s*%"
# "6 of 21 (29%)", "29% (6/21)", and "6 (29%)" without its total
WITH_TOTAL = (
    re.compile(
        rf"(?<![0-9./]){COUNT}{OF}(?P<total>[0-9]+)(?:\s+[a-z]+)?\s*[(\[]\s*{PERCENT}\s*[)\]]"
    ),
    re.compile(rf"(?<![0-9.]){PERCENT}\s*[(\[]\s*{COUNT}{OF}(?P<total>[0-9]+)\s*[)\]]"),
)
ALONE = re.compile(rf"(?<![0-9./]){COUNT}\s*[(\[]\s*{PERCENT}\s*[)\]]")
FOUR_CELLS = ("events_both", "events_e_only", "events_c_only", "events_neither")


def percent_range(text):
    """(low, high) of the percentages that print as `text`, cut-off digits included."""
    rounded, cut = printed(text), printed(text, "truncated")
    return min(rounded.low, cut.low), max(rounded.high, cut.high)


def gives(count, total, text):
    """Whether count of total prints as this percentage, by rounding, ties either way, or cut off."""
    low, high = percent_range(text)
    return total > 0 and low - 1e-9 <= 100 * count / total <= high + 1e-9


def n_over_time(cells):
    """Arms whose n grows after baseline; where it falls, means of different patients are compared."""
    tested, groups = Checked("n_over_time"), defaultdict(dict)
    for cell in (cell for cell in cells if cell.n and not cell.patient):
        groups[cell.study, cell.outcome, cell.arm][cell.time_point] = cell
    for times in groups.values():
        before = times.get(BASELINE)
        for time_point, after in times.items() if before else ():
            if time_point != BASELINE:
                tested.compared += 1
                _compare_n(tested, before, after)
    return tested


def _compare_n(tested, before, after):
    rows = (before.entries["n"].id, after.entries["n"].id)
    said = f"{after.where}: n = {after.n}, at baseline n = {before.n}"
    if after.n > before.n:
        tested.flag(
            after.study, rows, f"{said}: {after.n - before.n} more patients than at the start"
        )
    elif after.n < before.n and "mean" in before.entries and "mean" in after.entries:
        missing = before.n - after.n
        words = (
            f"{said}: the mean before is also of the {missing} who are missing later "
            f"({100 * missing / before.n:.0f}%); a change between the two means is not theirs"
        )
        tested.flag(after.study, rows, words, weak=True)


def percentages(rows, cells):
    """Counts whose percentage, in the words that print them, no such count gives."""
    tested, sizes = Checked("percentages"), defaultdict(dict)
    for cell in (cell for cell in cells if cell.n):
        sizes[cell.study, cell.arm][cell.n] = cell.entries["n"].id
    seen = set()
    for row in rows:
        quote, value = row["quote"] or "", row["value"] or ""
        counts = row["quantity"] == "n" or row["quantity"].startswith("events")
        if not counts or not value.isdigit() or (row["study"], value, quote) in seen:
            continue
        seen.add((row["study"], value, quote))
        if not _with_total(tested, row, quote, value):
            _alone(tested, row, (quote, value), sizes[row["study"], row["arm"]])
    return tested


def _with_total(tested, row, quote, value):
    """Check 'N of M (P%)' where N or M is the value of the row; whether there was one."""
    found = [
        match
        for pattern in WITH_TOTAL
        for match in pattern.finditer(quote)
        if value in (match["count"], match["total"])
    ]
    for match in found:
        count, total, percent = int(match["count"]), int(match["total"]), match["percent"]
        tested.compared += 1
        if not gives(count, total, percent):
            share = f"{100 * count / total:.2f}%" if total else "nothing"
            message = f"'{match[0]}': {count} of {total} is {share}, printed is {percent}%"
            tested.flag(row["study"], (row["id"],), message)
    return bool(found)


def _alone(tested, row, words, sizes):
    """Check 'N (P%)' against every n that is printed for the arm."""
    quote, value = words
    for match in ALONE.finditer(quote):
        if row["quantity"] == "n" or match["count"] != value:
            continue
        if not sizes:
            tested.skip("n of the arm is not printed, so the percentage has no total")
            continue
        tested.compared += 1
        count, percent = int(value), match["percent"]
        if not any(gives(count, n, percent) for n in sizes):
            totals = ", ".join(f"{100 * count / n:.2f}% of {n}" for n in sorted(sizes))
            message = f"'{match[0]}': {count} is {totals}; printed is {percent}%; {_needed(count, percent)}"
            tested.flag(row["study"], (row["id"], *sizes.values()), message)


def _needed(count, percent):
    """Which totals would give the percentage."""
    low, high = percent_range(percent)
    low = max(low, 1e-9)
    totals = [
        n
        for n in range(int(100 * count / high), int(100 * count / low) + 2)
        if gives(count, n, percent)
    ]
    if not totals:
        return "no total would give it"
    ends = f"{totals[0]}" if len(totals) == 1 else f"{totals[0]} to {totals[-1]}"
    return f"a total of {ends} would give it"


def arm_totals(cells, arms):
    """Arms that do not add up to their total, events beyond n, and patients beyond n."""
    tested = Checked("arm_totals")
    at = {(c.study, c.outcome, c.arm, c.time_point): c for c in cells if not c.patient}
    largest = {}
    for cell in (cell for cell in at.values() if cell.n):
        key = cell.study, cell.arm
        if key not in largest or cell.n > largest[key].n:
            largest[key] = cell
    for cell in at.values():
        if cell.arm in arms["contrast"] and cell.n:
            _sum_of_arms(tested, cell, at, arms)
        _events(tested, cell, largest.get((cell.study, cell.arm)))
        _four_cells(tested, cell)
    _patients(tested, cells, largest)
    return tested


def _sum_of_arms(tested, total, at, arms):
    """n of a comparison against the sum of the arms that its name joins by 'vs'."""
    named = [part.strip() for part in total.arm.split(" vs ")]
    known = [arm for group in ("treated", "control") for arm in arms[group]]
    named = named if len(named) > 1 and set(named) <= set(known) else known
    parts = [at.get((total.study, total.outcome, arm, total.time_point)) for arm in named]
    parts = [part for part in parts if part and part.n]
    if len(parts) < 2 or (len(parts) < len(named) and named is not known):
        tested.skip("n of an arm of the comparison is not printed")
        return
    tested.compared += 1
    sizes = [part.n for part in parts]
    if sum(sizes) != total.n:
        added = " + ".join(map(str, sizes))
        message = f"{total.where}: n = {total.n}, but its arms have {added} = {sum(sizes)}"
        rows = [part.entries["n"].id for part in (total, *parts)]
        tested.flag(total.study, rows, message)


def _events(tested, cell, size):
    """No more patients with an event than patients."""
    events = cell.entries.get("events")
    size = cell if cell.n else size
    if events is None or size is None:
        return
    tested.compared += 1
    if events.value > size.n and events.unit in ("patients", "persons", ""):
        message = f"{cell.where}: {events.text} patients with an event, but n = {size.n}"
        tested.flag(cell.study, (events.id, size.entries["n"].id), message)


def _four_cells(tested, cell):
    """The four cells of a paired table add up to n."""
    found = cell.get(*FOUR_CELLS)
    if found is None or not cell.n:
        return
    tested.compared += 1
    total = int(sum(entry.value for entry in found))
    if total != cell.n:
        added = " + ".join(entry.text for entry in found)
        message = f"{cell.where}: {added} = {total}, but n = {cell.n}"
        tested.flag(cell.study, [*(entry.id for entry in found), cell.entries["n"].id], message)


def _patients(tested, cells, largest):
    """No more patients told one by one than n."""
    told = defaultdict(dict)
    for cell in (cell for cell in cells if cell.patient):
        rows = told[cell.study, cell.arm].setdefault(cell.patient, [])
        rows += [entry.id for entry in cell.entries.values()]
    for key, patients in told.items():
        if key in largest:
            tested.compared += 1
            size = largest[key]
            if len(patients) > size.n:
                message = (
                    f"arm {key[1]}: {len(patients)} patients are told one by one, but n = {size.n}"
                )
                rows = [rows[0] for rows in patients.values()]
                tested.flag(key[0], [*rows, size.entries["n"].id], message)
