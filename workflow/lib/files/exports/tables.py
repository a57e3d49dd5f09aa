"""Exports as tables (CSV): Embase in columns and in rows, Cochrane Library, PubMed, Scopus, Zotero."""

import csv
import io
import re

from workflow.lib.files.exports.record import Draft, named_pmid

csv.field_size_limit(2**27)
# field -> columns that may hold it, the best first; names are compared in lower case, _ as a space
COLUMNS = {
    "title": ("title", "article title", "original (non-english) title"),
    "authors": ("author names", "author(s)", "authors", "author", "first authors"),
    "year": (
        "publication year",
        "published year",
        "year",
        "date of publication",
        "publication date",
        "date",
    ),
    "journal": (
        "source title",
        "publication title",
        "journal",
        "journal/book",
        "journal title",
        "source",
    ),
    "volume": ("volume",),
    "issue": ("issue",),
    "pages": ("page range", "pages", "first page", "page start", "start page", "art. no."),
    "end_page": ("last page", "page end", "end page"),
    "doi": ("doi",),
    "doi_in": ("url", "full text link", "extra"),
    "abstract": ("abstract", "abstract note"),
    "accession": (
        *("embase accession id", "embase accession number", "pui", "cochrane review id"),
        *("central id", "accession number", "cochrane id", "eid", "id", "key", "pmid"),
    ),
    "pmid": ("medline pmid", "pmid", "pubmed id"),
    "type": ("publication type", "item type", "type", "document type", "doctype"),
}
EXTRA = ("extra", "accession number", "notes")  # columns in which a PMID may be named
OTHER = re.compile(  # columns that are known and that no field takes
    r"(author|original|conference|emtree|drug|device|cas registry|molecular|embase|clinical trial|article"
    r"|summary|full (text|record)|open url|copyright|keywords?|publisher|publication|issn|isbn|url|link"
    r"|language|manual|automatic|file|editors?|series|translator|contributor|attorney|book|cast|commenter"
    r"|composer|cosponsor|counsel|interviewer|producer|recipient|reviewed|scriptwriter|words by|guest"
    r"|number|edition|running|scale|medium|artwork|filing|application|assignee|issuing|country|meeting"
    r"|court|references|reporter|legal|priority|programming|system|code|section|session|committee|history"
    r"|legislative|date|access|num pages|place|rights|type|archive|library|call number|extra|notes|short"
    r"|journal abbreviation|version|aip|entry|correspondence|coden|number of|secondary|subject|cochrane"
    r"|review|group|stage|source|page|last page|citation|first author|cited by|affiliations|pmcid|pmc id"
    r"|nihms|pubmed id|ctgov|cinahl|ictrp|database|open access|funding|tradenames|molecular|chemicals|abbreviated"
    r"|create date|num|labels?)\b.*"
)
LISTS = re.compile(r"\s*;\s*")
COMMAS = re.compile(  # "Shi X., Jiang P." and "Shi X, Jiang P": the comma after initials parts two persons
    r"(?:(?<=\.)|(?<=\s[A-Z])|(?<=\s[A-Z]{2})|(?<=\s[A-Z]{3}))\s*,\s*"
)
AND = re.compile(r"\s+and\s+")
# what Embase writes above the header row; it may go over several lines
PREAMBLE = re.compile(r'\s*"?SEARCH QUERY"?\s*,.*?\n-{5,}[ \t]*(?=\n)', re.DOTALL)
CITATION = re.compile(
    r".*?;\s*([\w -]+?)(?:\(([^()]*)\))?:([\w-]+)\..*"
)  # PubMed's: ...;12(3):123-130.
# Embase's column "Source": Journal (2019) 12:3 (123-130). Date of Publication: ...
SOURCE = re.compile(
    r"(?P<journal>.*?)\s*\((?P<year>[12]\d{3})\)(?:\s+(?P<volume>[\w-]+)(?::(?P<issue>[\w-]+))?)?"
    r"(?:.*?\((?P<pages>[A-Za-z]?\d[\w-]*)\))?(?:.*?\bArticle Number:\s*(?P<number>[\w-]+))?.*"
)

VERTICAL = ("TITLE", "AUTHOR NAMES", "SOURCE", "SOURCE TITLE", "ABSTRACT", "DOI")


def is_vertical(rows):
    """Whether this is Embase's layout of one field per row and one record after another."""
    names = [row[0] for row in rows[:40] if row and row[0]]
    return names[:1] == ["TITLE"] and len(set(names) & set(VERTICAL)) >= 2


def columns_of(row):
    """Lower-case names of a header row."""
    return [plain_name(cell) for cell in row]


def plain_name(cell):
    """A column's name as names are compared."""
    return cell.strip().lower().replace("_", " ")


def bare(text):
    """The text without what Embase writes above the header row; lines keep their numbers."""
    found = PREAMBLE.match(text)
    return "\n" * found[0].count("\n") + text[found.end() :] if found else text


def is_export(row):
    """Whether a header row has a title and an author or an id."""
    columns = columns_of(row)
    others = [one for name in ("authors", "accession", "doi", "pmid") for one in COLUMNS[name]]
    return any(one in columns for one in COLUMNS["title"]) and any(one in columns for one in others)


def split_rows(text, report):
    """(line, cells) of each row that is not blank; a quote that is not closed is a problem."""
    text = bare(text)
    delimiter = max((",", ";", "\t"), key=text.lstrip("\n").partition("\n")[0].count)
    reader, rows, line = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True), [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        words = f"{error}; a quote is not closed or the file is cut off; export it again"
        report.problem(line, "whole row", words)
    return rows


def read_table(text, report):
    """Drafts of an export in columns or in rows."""
    rows = split_rows(text, report)
    if text[-1] in ",;\t" and rows:
        told = "ends with a separator and no line end; the file is cut off there; export it again"
        report.problem(rows[-1][0], "whole row", told)
    if is_vertical([row for _, row in rows]):
        return _read_vertical(rows, report)
    if not rows:
        return []
    (line, header), *rows = rows
    columns = columns_of(header)
    _check_names(columns, line, report)
    _tell_unknown(columns, header, line, report)
    taken = _taken(columns)
    if "source title" in columns:  # what Scopus calls source is a database
        taken["journal"] = [one for one in taken["journal"] if one != "source"]
    kept = _without_header(rows, header, report)
    return [_row(number, row, columns, taken, report) for number, row in kept]


def _check_names(columns, line, report):
    for place, name in enumerate(columns, 1):
        if not name:
            report.problem(line, f"column {place}", "has no name; restore the header row")
        elif columns.index(name) != place - 1:
            report.problem(line, name, "stands twice in the header row; delete one")


def _without_header(rows, header, report):
    """The rows without those that are the header row again: files may have been put together."""
    for number, row in rows:
        if row == header:
            report.note(number, "whole row", "the header row again; left out")
    return [(number, row) for number, row in rows if row != header]


def _tell_unknown(columns, header, line, report):
    known = {name for names in COLUMNS.values() for name in names}
    for name, printed in zip(columns, header, strict=True):
        if name and name not in known and not OTHER.fullmatch(name):
            report.not_known(printed.strip(), line)


def _taken(columns):
    """field -> columns that are there, the best first."""
    return {name: [one for one in names if one in columns] for name, names in COLUMNS.items()}


def _row(line, row, columns, taken, report):
    """The draft of one row."""
    draft = Draft(line)
    if len(row) != len(columns):
        report.problem(
            *(line, "whole row"),
            f"{len(row)} cells where the header has {len(columns)}; the file is cut off there, or a cell "
            "holds the separator without quotes",
        )
        draft.add("title", row[0] if row else "")
        return draft
    cells = {name: [cell.strip()] for name, cell in zip(columns, row, strict=True) if cell.strip()}
    return _filled(draft, cells, taken)


def _filled(draft, cells, taken):
    """The draft with its fields; `cells` are column -> values."""
    for name, columns in taken.items():
        filled = [one for one in columns if cells.get(one)]
        if filled and name == "doi_in":
            draft.values[name] = [value for one in filled for value in cells[one]]
        elif filled:
            draft.values[name] = list(cells[filled[0]])
    if len(draft.values.get("authors", [])) == 1:
        draft.values["authors"] = _persons(draft.first("authors"))
    _from_source(draft)
    for value in cells.get("citation", []):
        found = CITATION.fullmatch(value)
        for name, part in zip(
            ("volume", "issue", "pages"), found.groups() if found else (), strict=False
        ):
            draft.values.setdefault(name, [part or ""])
    draft.values["pmid"] = draft.values.get("pmid", [])[:1] or named_pmid(
        value for name in EXTRA for value in cells.get(name, [])
    )
    return draft


def _from_source(draft):
    """Split the journal where Embase writes year, volume, issue and pages behind its name."""
    found = SOURCE.fullmatch(draft.first("journal"))
    if found and not draft.first("year"):
        draft.values["journal"] = [found["journal"]]
        for name, part in (("year", "year"), ("volume", "volume"), ("issue", "issue")):
            draft.values.setdefault(name, [found[part] or ""])
        draft.values.setdefault("pages", [found["pages"] or found["number"] or ""])


def _persons(text):
    """The persons of one cell."""
    pattern = LISTS if ";" in text else AND if AND.search(text) else COMMAS
    return [one for one in pattern.split(text) if one]


def _read_vertical(rows, report):
    """Drafts of the layout with one field per row; each record begins with TITLE."""
    taken = _taken({name for names in COLUMNS.values() for name in names})
    records, known = [], {name for names in COLUMNS.values() for name in names}
    for line, row in rows:
        name = plain_name(row[0])
        if name == "title" or not records:
            records.append((line, {}))
        values = [cell.strip() for cell in row[1:] if cell.strip()]
        if not name:
            report.problem(line, "whole row", "has no field name; restore the export")
        elif name in records[-1][1]:
            report.problem(
                line, name, "stands twice in one record; a TITLE row is missing before it"
            )
        elif name not in known and not OTHER.fullmatch(name):
            report.not_known(row[0].strip(), line)
        records[-1][1][name] = values
    return [_filled(Draft(line), cells, taken) for line, cells in records]
