"""Exports of EndNote in XML."""

import re

from workflow.lib.files.exports.record import Draft, named_pmid, words
from workflow.lib.files.exports.xml_records import read_trees, words_of

PARTS = {  # field -> paths below record, the best first
    "title": ("titles/title",),
    "journal": ("periodical/full-title", "titles/secondary-title", "periodical/abbr-1"),
    "year": ("dates/year", "dates/pub-dates/date"),
    "volume": ("volume",),
    "issue": ("number",),
    "pages": ("pages",),
    "abstract": ("abstract",),
    "doi_in": ("electronic-resource-num",),
}
KNOWN = words(
    "database source-app rec-number foreign-keys ref-type contributors auth-address auth-affiliaton titles"
    " periodical alt-periodical pages volume number issue num-vols section edition keywords dates pub-location"
    " publisher orig-pub isbn accession-num call-num report-id abstract label image caption notes"
    " research-notes work-type reviewed-item urls electronic-resource-num remote-database-name"
    " remote-database-provider language access-date modified-date custom1 custom2 custom3 custom4 custom5"
    " custom6 custom7 misc1 misc2 misc3 added-date secondary-volume secondary-issue"
)
PMID = re.compile(r"\d{5,8}")


def read_endnote_xml(text, report):
    """Drafts of an EndNote XML export."""
    drafts = []

    def take(line, element):
        drafts.append(_draft(line, element))
        for one in element:
            if one.tag not in KNOWN:
                report.not_known(one.tag, line)

    read_trees(text, ("record",), take, report)
    return drafts


def _draft(line, element):
    draft = Draft(line)
    for name, paths in PARTS.items():
        draft.add(name, next(filter(None, (words_of(element, path) for path in paths)), ""))
    for one in element.iterfind("contributors/authors/author"):
        draft.add("authors", "".join(one.itertext()))
    for one in element.iterfind("urls/related-urls/url"):
        draft.add("doi_in", "".join(one.itertext()))
    kind = element.find("ref-type")
    draft.add("type", words_of(element, "work-type"))
    draft.add("type", kind.get("name", "") if kind is not None else "")
    accession = words_of(element, "accession-num")
    draft.add("accession", accession)
    notes = (accession, words_of(element, "notes"), words_of(element, "custom2"))
    named = named_pmid(notes)
    from_pubmed = re.search("pubmed|nlm|medline", words_of(element, "remote-database-name"), re.I)
    if named:
        draft.add("pmid", named[0])
    elif PMID.fullmatch(accession) and from_pubmed:
        draft.add("pmid", accession)
    return draft
