"""What an export of a screening tool says of one record: who it is, and who decided what."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

OTHERS = "further reasons"  # of an exclusion, in its note
RIS_TAGS = {"key": "ID", "Covidence #": "ID", "title": "TI", "Title": "TI"}  # of columns
TIMES = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y")


@dataclass(frozen=True, slots=True)
class Vote:
    """One decision, as the ledger tells it."""

    stage: str
    decision: str
    reviewer: str
    role: str = "screener"
    reason: str = ""
    date: str = ""  # YYYY-MM-DD
    study: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of an export."""

    row: int  # row of the table, or line of the text
    own_id: str  # what the tool calls the record
    votes: tuple[Vote, ...]
    record: str = ""  # what this review calls it, where the tool has kept that
    doi: str = ""
    pmid: str = ""
    title: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The entries of an export, what is wrong with it, and what was left out and why."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)  # each begins with ", row n, column: "
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Options:
    """What the person who imports says about an export."""

    stage: str  # title_abstract or full_text
    reviewer: str = ""  # who decided, where the export does not say
    reasons: tuple[str, ...] = ()  # in the order in which they count
    reason_column: str = ""  # a column of the person's own that holds the reason
    category: str = ""  # Covidence: which list was exported
    unit: str = "row"  # what numbers count: row of a table, line of RIS

    def where(self, number, column):
        """', row 2, key' or ', line 14, N1 (notes)': the place that a message begins with."""
        if self.unit == "row":
            return f", row {number}, {column}"
        return f", {self.unit} {number}, {RIS_TAGS.get(column, f'N1 ({column})')}"


def known(row, column):
    """A cell, empty if the export lacks the column."""
    return row.get(column, "")


def one_reason(found, options):
    """(the one reason that counts, the others): the first in the order of the review; ("", found) if none is."""
    found = list(dict.fromkeys(filter(None, (one.strip() for one in found))))
    if len(found) <= 1:
        return (found[0] if found else ""), []
    ranked = [reason for reason in options.reasons if reason in found]
    return (ranked[0], [one for one in found if one != ranked[0]]) if ranked else ("", found)


def day_of(text):
    """YYYY-MM-DD of a time: ISO, seconds since 1970 (UTC), or day/month/year; None if it is none of these."""
    text = text.strip()
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        pass
    try:
        return datetime.fromtimestamp(float(text), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        pass
    for form in TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date().isoformat()
        except ValueError:
            continue
    return None


def joined_note(**parts):
    """'tags: a; notes: b' of the parts that say something."""
    told = {name: " ".join(text.split()) for name, text in parts.items()}
    return "; ".join(f"{name}: {text}" for name, text in told.items() if text)


def spans_of(numbers, most=30):
    """'2-5, 8' for 2, 3, 4, 5 and 8; of many runs the first, and how many there are."""
    runs = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    told = [f"{first}-{last}" if last > first else f"{first}" for first, last in runs]
    more = f" and {len(told) - most} more runs" if len(told) > most else ""
    return ", ".join(told[:most]) + more
