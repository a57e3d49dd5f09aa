"""Made-up exports of Covidence, Rayyan and ASReview of a made-up ledger, in the layouts of these tools.

Columns as the tools write them: Covidence's CSV of references, Rayyan's articles.csv and
customizations_log.csv, ASReview's data set of version 2 and of version 1; the same as RIS and XLSX.
Nobody screened anything.
"""

import csv
import io
import json
from collections import defaultdict

from openpyxl import Workbook

COVIDENCE = (
    *("Title", "Authors", "Abstract", "Published Year", "Published Month", "Journal", "Volume"),
    *("Issue", "Pages", "Accession Number", "DOI", "Ref", "Covidence #", "Study", "Notes", "Tags"),
)
RAYYAN = (
    *("key", "title", "year", "month", "day", "journal", "issn", "volume", "issue", "pages"),
    *("authors", "url", "language", "publisher", "location", "abstract", "notes", "doi"),
    *("keywords", "pubmed_id", "pmc_id"),
)
RAYYAN_LOG = ("article_id", "user_id", "user_email", "key", "value", "created_at")
ASREVIEW = (
    *("title", "authors", "abstract", "year", "doi", "asreview_label", "asreview_time"),
    *("asreview_note", "asreview_user_name", "asreview_user_email"),
)
ASREVIEW_1 = (
    *("record_id", "title", "abstract", "authors", "doi", "included", "asreview_ranking"),
    "exported_notes_1",
)
RAYYAN_WORDS = {"include": "Included", "exclude": "Excluded", "maybe": "Maybe"}
RAYYAN_VALUES = {"include": "1", "exclude": "-1", "maybe": "0"}


def made_up_records(count):
    """Rows of a table of records: titles, DOIs and PMIDs that are all made up."""
    words = ("made-up nerves", "made-up limbs", "made-up cold", "made-up heat", "made-up rest")
    return [
        {
            "record": f"made-up-{i:05d}",
            "database": "made-up database",
            "kind": "database",
            "title": f"A trial of {words[i % 5]}, number {i}: {words[i % 3]}",
            "year": 2000 + i % 24,
            "doi": f"10.99999/made.up.{i}" if i % 3 else "",
            "pmid": str(90000000 + i) if i % 2 else "",
            "duplicate_of": "",
        }
        for i in range(count)
    ]


def csv_bytes(columns, rows):
    """The bytes of a CSV file with these columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def votes_of(ledger, stage):
    """record -> rows of the screeners at a stage."""
    found = defaultdict(list)
    for row in ledger:
        if row["stage"] == stage and row["role"] == "screener":
            found[row["record"]].append(row)
    return found


def rayyan_exports(records, ledger, stage):
    """(articles.csv, customizations_log.csv) of the votes at one stage."""
    votes = votes_of(ledger, stage)
    articles, log = [], []
    for number, record in enumerate(records, 100001):
        own = votes.get(record["record"], [])
        articles.append(_bibliography(record) | {"key": f"rayyan-{number}", "notes": _notes(own)})
        for row in own:
            mail = f"{row['reviewer'].replace(' ', '.')}@made-up.example"
            common = {"article_id": str(number), "user_id": mail[:9], "user_email": mail}
            common["created_at"] = f"{row['date'] or '2024-01-01'} 10:00:00 UTC"[:19]
            said = RAYYAN_VALUES[row["decision"]]
            log.append(common | {"key": "included", "value": said})
            if row["reason"]:
                log.append(common | {"key": f"__EXR__{row['reason']}", "value": "1"})
    return csv_bytes(RAYYAN, articles), csv_bytes(RAYYAN_LOG, log)


def _bibliography(record):
    same = {name: record[name] for name in ("title", "year", "doi")}
    return same | {"pubmed_id": record["pmid"], "authors": "Made-up, A.", "language": "eng"}


def _notes(votes):
    """The cell of Rayyan that holds all that was decided."""
    said = ", ".join(f'"{row["reviewer"]}"=>"{RAYYAN_WORDS[row["decision"]]}"' for row in votes)
    reasons = dict.fromkeys(row["reason"] for row in votes if row["reason"])
    parts = ["made-up note of the import"]
    parts += [f"RAYYAN-INCLUSION: {{{said}}}"] if votes else []
    parts += [f"RAYYAN-EXCLUSION-REASONS: {','.join(reasons)}"] if reasons else []
    return " | ".join(parts)


def asreview_export(records, ledger, reviewer, *, version=2):
    """The data set of one screener of titles and abstracts."""
    decided = {
        row["record"]: row
        for row in ledger
        if (row["stage"], row["reviewer"]) == ("title_abstract", reviewer)
    }
    rows = []
    for number, record in enumerate(records):
        row = decided.get(record["record"])
        label = {"include": "1", "exclude": "0"}[row["decision"]] if row else ""
        rows.append(
            {"title": record["title"], "doi": record["doi"]}
            | (
                {"record_id": number, "included": label, "asreview_ranking": number + 1}
                if version == 1
                else {
                    "year": record["year"],
                    "asreview_label": label,
                    "asreview_time": f"{row['date']} 09:30:00.123456" if row else "",
                    "asreview_user_name": reviewer if row else "",
                }
            )
        )
    return csv_bytes(ASREVIEW_1 if version == 1 else ASREVIEW, rows)


def covidence_exports(records, outcomes):
    """List -> CSV of the references in it; `outcomes` has record -> (list, reason, study)."""
    lists = defaultdict(list)
    for number, record in enumerate(records, 1):
        name, reason, study = outcomes.get(record["record"], ("", "", ""))
        if name:
            lists[name].append(
                {
                    "Title": record["title"],
                    "Published Year": record["year"],
                    "DOI": record["doi"],
                    "Covidence #": f"#{number}",
                    "Study": study or f"Made-up {record['year']}",
                    "Notes": f"Exclusion reason: {reason}; " if reason else "",
                }
            )
    return {name: csv_bytes(COVIDENCE, rows) for name, rows in lists.items()}


def ris_bytes(references):
    """The bytes of a RIS file; each reference is a list of (tag, value)."""
    lines = []
    for own in references:
        lines += ["TY  - JOUR", *(f"{tag}  - {value}" for tag, value in own if value), "ER  - ", ""]
    return "\n".join([*lines, ""]).encode("utf-8")


def rows_of(content):
    """The rows of the bytes of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def _reference(title, year, doi, pmid=""):
    own = [("AU", "Made-up, A."), ("TI", title), ("PY", str(year)), ("DO", doi)]
    return own + ([("N1", f"PMID: {pmid}")] if pmid else [])


def rayyan_ris(articles):
    """The articles.csv of `rayyan_exports` as RIS: everything that was decided in N1."""
    return ris_bytes(
        [
            *_reference(row["title"], row["year"], row["doi"], row["pubmed_id"]),
            ("ID", row["key"]),
            ("N1", row["notes"]),
        ]
        for row in rows_of(articles)
    )


def covidence_ris(references):
    """A list of `covidence_exports` as RIS: the reason in N1."""
    return ris_bytes(
        [
            *_reference(row["Title"], row["Published Year"], row["DOI"]),
            ("N1", row["Notes"]),
            ("ID", f"covidence-{row['Covidence #'].lstrip('#')}"),
        ]
        for row in rows_of(references)
    )


ASREVIEW_WORDS = {"1": "ASReview_relevant", "0": "ASReview_irrelevant", "": "ASReview_not_seen"}


def asreview_ris(data, label="asreview_label"):
    """A data set of `asreview_export` as RIS: the label, then each further column in JSON, in N1."""
    return ris_bytes(
        [
            *_reference(row["title"], row.get("year", ""), row["doi"]),
            ("N1", ASREVIEW_WORDS[row[label]]),
            *(
                ("N1", f"{name}: {json.dumps(value)}")
                for name, value in row.items()
                if name.startswith("asreview_") and name != label and value
            ),
        ]
        for row in rows_of(data)
    )


def xlsx_bytes(content):
    """The rows of a CSV file in a workbook, whole numbers as numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    for cells in csv.reader(io.StringIO(content.decode("utf-8"))):
        sheet.append([int(cell) if cell.isdecimal() else cell or None for cell in cells])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
