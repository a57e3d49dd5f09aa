"""One bibliographic record as an export prints it, and what an importer hands over."""

import hashlib
import html
import re
from collections import Counter
from dataclasses import dataclass, field, fields
from urllib.parse import unquote

YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
DOI = re.compile(r"10\.\d{4,9}/\S+")
PMID = re.compile(r"(?:(?:PUBMED|PMID|MEDLINE)[\s:]*)?0*([1-9]\d{0,8})", re.IGNORECASE)
NAMED_PMID = re.compile(r"(?:PUBMED|PMID|MEDLINE)[\s:=]*(\d{4,9})\b", re.IGNORECASE)
MARKUP = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|sc|scp|span|bold|italic|inf|p|br)\b[^<>]*>", re.I
)
HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
HYPHENS = re.compile("[\u2010-\u2015\u2212]+")  # hyphens and dashes as databases print them
SEPARATOR = "; "  # between authors
EMPTY_DRAFT = ("title", "authors", "journal", "doi", "pmid", "abstract", "accession")


@dataclass(frozen=True, slots=True)
class Record:
    """One record; a field that the export does not give is empty."""

    line: int  # where it begins in the file
    accession: str  # the database's own number; empty if the export has none
    title: str
    authors: str  # "Family, Given" or "Family AB", joined by SEPARATOR
    year: int | None
    journal: str
    volume: str
    issue: str
    pages: str
    doi: str  # lower case, without its resolver
    pmid: str
    abstract: str
    type: str  # publication types as printed, joined by SEPARATOR

    def sum(self):
        """Twelve hex digits of the content, wherever in the file the record stands."""
        cells = [str(getattr(self, one.name)) for one in fields(self) if one.name != "line"]
        return hashlib.sha256("\x1f".join(cells).encode()).hexdigest()[:12]


@dataclass(slots=True)
class Draft:
    """A record while it is read: field -> values in their order."""

    line: int
    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name, value):
        """Keep one more value of a field."""
        value = value.strip()
        if value:
            self.values.setdefault(name, []).append(value)

    def first(self, name):
        """The first value of a field, or an empty text."""
        return (self.values.get(name) or [""])[0]


@dataclass(slots=True)
class Report:
    """What an importer has to say: records, problems that refuse the file, remarks that do not."""

    name: str  # of the file, as messages print it
    drafts: list[Draft] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown: Counter = field(default_factory=Counter)  # tag or column -> how often
    unknown_lines: dict[str, int] = field(default_factory=dict)  # where it stands first

    def problem(self, line, place, words):
        """Refuse the file for what stands in one line."""
        where = f"line {line}" if line else "whole file"
        self.problems.append(f"{self.name}, {where}, {place}: {words}")

    def note(self, line, place, words):
        """Tell what was read in another way than printed."""
        self.notes.append(f"{self.name}, line {line}, {place}: {words}")

    def not_known(self, tag, line):
        """Count a tag or column that no field takes."""
        self.unknown[tag] += 1
        self.unknown_lines.setdefault(tag, line)

    def unknown_notes(self):
        """One remark for each tag or column that no field takes."""
        return [
            f"{self.name}, line {self.unknown_lines[tag]}, {tag}: not known, {count} times; it stays in "
            "the export and goes no further"
            for tag, count in sorted(self.unknown.items())
        ]


def finished(report):
    """The Records of a report; what is wrong with one is added to its problems."""
    records = []
    for draft in report.drafts:
        if not any(draft.first(name) for name in EMPTY_DRAFT):
            report.problem(
                *(draft.line, "whole record"),
                "has neither title nor author, journal, abstract or id; restore the export",
            )
            continue
        records.append(_record(draft, report))
    return tuple(records)


def _record(draft, report):
    return Record(
        line=draft.line,
        accession=_plain(draft.first("accession")).replace(" ", "").replace(";", ""),
        title=tidy(draft.first("title")),
        authors=SEPARATOR.join(
            tidy(one).replace(";", ",") for one in draft.values.get("authors", [])
        ),
        year=_year(draft, report),
        journal=tidy(draft.first("journal")),
        volume=_plain(draft.first("volume")),
        issue=_plain(draft.first("issue")),
        pages=_pages(draft),
        doi=_doi(draft, report),
        pmid=_pmid(draft, report),
        abstract=tidy(" ".join(draft.values.get("abstract", []))),
        type=SEPARATOR.join(dict.fromkeys(tidy(one) for one in draft.values.get("type", []))),
    )


def tidy(text):
    """One line of plain text: no markup of typesetting, no entities, no characters nobody can see."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = MARKUP.sub("", text)
    return _plain(text)


def _plain(text):
    if not text.isprintable():  # no hidden character is, nor is a tabulator
        text = HIDDEN.sub("", text)
    return " ".join(text.split())


def _year(draft, report):
    """The first year of the fields that may have one."""
    found = [match for one in draft.values.get("year", []) if (match := YEAR.search(one))]
    if found:
        return int(found[0][1])
    if draft.first("year"):
        report.note(draft.line, "year", f"'{draft.first('year')[:40]}' has no year; left empty")
    return None


def _pages(draft):
    """First and last page in one text."""
    first, last = (HYPHENS.sub("-", _plain(draft.first(one))) for one in ("pages", "end_page"))
    return f"{first}-{last}" if first and last and "-" not in first and first != last else first


def _doi(draft, report):
    """The first DOI, without resolver and in lower case; one that is none is told and dropped."""
    for text in draft.values.get("doi", []):
        found = plain_doi(text)
        if found:
            return found
        report.note(draft.line, "doi", f"'{text[:60]}' is not a DOI (10.xxxx/...); left empty")
    return next(filter(None, map(plain_doi, draft.values.get("doi_in", []))), "")


def plain_doi(text):
    """The DOI in a text, lower case, without resolver; empty if there is none."""
    if "%" in text:
        text = unquote(text)
    found = DOI.search(html.unescape(text))
    return HIDDEN.sub("", found[0]).rstrip(".,;)]}>\"'").lower() if found else ""


def named_pmid(texts):
    """The first PMID that is called one in these texts, in a list; an empty list if there is none."""
    found = (NAMED_PMID.search(text) for text in texts)
    return [match[1] for match in found if match][:1]


def words(text):
    """The words of a text as a set: tags and columns that are known and that no field takes."""
    return frozenset(text.split())


def _pmid(draft, report):
    """The first PMID; digits only."""
    for text in draft.values.get("pmid", []):
        found = PMID.fullmatch(text.strip())
        if found:
            return found[1]
        report.note(draft.line, "pmid", f"'{text[:40]}' is not a PMID (digits); left empty")
    return ""
