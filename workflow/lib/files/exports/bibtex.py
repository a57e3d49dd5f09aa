"""Exports in BibTeX, read by bibtexparser; what it could not read is a problem with its line."""

import contextlib
import logging
import re

import bibtexparser
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
)
from pylatexenc.latex2text import LatexNodes2Text

from workflow.lib.files.exports.record import Draft, words

FIELDS = {
    "title": ("title",),
    "authors": ("author",),
    "year": ("year", "date"),
    "journal": ("journal", "journaltitle", "booktitle", "series"),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "pages": ("pages", "article-number", "article_number", "art_number", "articleno", "eid"),
    "doi": ("doi",),
    "doi_in": ("url", "note"),
    "abstract": ("abstract",),
    "accession": ("unique-id", "accession"),
    "pmid": ("pmid", "pubmed_id"),
    "type": ("type", "document_type"),
}
OTHER = words(
    "address affiliation affiliations annote annotation archiveprefix bibsource biburl book-group-author"
    " issue_date numpages timestamp author_keywords chapter copyright crossref da earlyaccessdate"
    " edition editor eissn eprint eprinttype file funding-acknowledgement howpublished institution isbn issn"
    " journal-iso key keywords keywords-plus langid language location mendeley-groups month"
    " number-of-cited-references organization orcid-numbers pmcid publisher research-areas"
    " researcherid-numbers school shorttitle source"
    " times-cited urldate usage-count-last-180-days usage-count-since-2013 web-of-science-categories"
    " web-of-science-index"
)
AND = re.compile(r"\s+and\s+")
RUN_ON = re.compile(
    r"\{.*\}\s*[\w-]+\s*=\s*(\".*|\{.*|\d+)", re.DOTALL
)  # two fields without a comma
LOGGER = logging.getLogger("bibtexparser")
LOGGER.addHandler(logging.NullHandler())
LOGGER.propagate = False  # it prints each problem; the report tells them, with their lines
UNREADABLE = "cannot be read"


def read_bibtex(text, report):
    """Drafts of a BibTeX file."""
    logger = logging.getLogger("bibtexparser")
    before, logger.disabled = (
        logger.disabled,
        True,
    )  # it prints each problem; we tell them ourselves
    try:
        library = bibtexparser.parse_string(text)
    finally:
        logger.disabled = before
    decode = LatexNodes2Text(math_mode="verbatim").latex_to_text
    return [draft for block in library.blocks if (draft := _block(block, decode, report))]


def _block(block, decode, report):
    """The draft of one block of the file, or None."""
    line = block.start_line + 1
    if isinstance(block, DuplicateBlockKeyBlock):  # two records may well have one key
        report.note(line, block.key, "another entry has the same key; both are kept")
        return _entry(block.ignore_error_block, line, decode, report)
    if isinstance(block, DuplicateFieldKeyBlock):
        told = f"stands twice in one entry; delete one: {', '.join(sorted(block.duplicate_keys))}"
        report.problem(line, "field", told)
    elif isinstance(block, ParsingFailedBlock):
        told = (
            f"{UNREADABLE}: a brace or a comma is missing, or the file is cut off; export it again"
        )
        report.problem(line, "entry", told)
    elif isinstance(block, ImplicitComment) and "@" in block.comment:
        told = f"{UNREADABLE} as an entry: '{block.comment.strip()[:40]}'"
        report.problem(line, "text", told)
    elif isinstance(block, ImplicitComment):
        report.note(
            line, "text", f"outside of all entries, left out: '{block.comment.strip()[:40]}'"
        )
    return _entry(block, line, decode, report) if isinstance(block, Entry) else None


def _entry(entry, line, decode, report):
    cells = {}
    for one in entry.fields:
        value, name = str(one.value), one.key.lower()
        if _unbalanced(value) or RUN_ON.fullmatch(value):
            report.problem(
                one.start_line + 1, name, "a comma or a brace is missing after this field"
            )
        cells[name] = value
        if name not in OTHER and not any(name in names for names in FIELDS.values()):
            report.not_known(name, one.start_line + 1)
    draft = Draft(line)
    for name, keys in FIELDS.items():
        value = next((cells[key] for key in keys if cells.get(key)), "")
        draft.add(name, value if name in ("doi", "doi_in", "pmid") else plain(value, decode))
    if draft.first("authors"):
        draft.values["authors"] = AND.split(draft.first("authors"))
    draft.values["pages"] = [one.replace("--", "-") for one in draft.values.get("pages", [])]
    draft.values["doi"] = [one.replace("\\_", "_") for one in draft.values.get("doi", [])]
    draft.values["type"] = draft.values.get("type", []) + [entry.entry_type]
    draft.add("accession", entry.key)
    return draft


def _unbalanced(value):
    """Whether braces close before they open: two fields have run into one."""
    depth = 0
    for character in re.sub(r"\\.", "", value):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return True
    return depth != 0


def plain(value, decode):
    """LaTeX as plain text: accents decoded, braces gone."""
    if "\\" in value or "$" in value:
        with contextlib.suppress(Exception):  # LaTeX that it refuses stays as it is printed
            value = decode(value)
    return value.replace("{", "").replace("}", "")
