"""Exports of PubMed in XML (PubmedArticleSet)."""

from workflow.lib.files.exports.record import Draft
from workflow.lib.files.exports.xml_records import read_trees, words_of

ROOT = "PubmedArticleSet"
ARTICLE, BOOK = "PubmedArticle", "PubmedBookArticle"
BOOK_PARTS = {"title": ("ArticleTitle", "Book/BookTitle"), "journal": ("Book/BookTitle",)}
UNREAD = (  # most of a record's elements; no field is taken from them
    *("AffiliationInfo", "ChemicalList", "CommentsCorrectionsList", "DataBankList", "GrantList"),
    *("History", "InvestigatorList", "KeywordList", "MeshHeadingList", "ReferenceList"),
)
PARTS = {  # field -> paths below MedlineCitation, the best first
    "title": ("Article/ArticleTitle", "Article/VernacularTitle"),
    "journal": ("Article/Journal/Title", "MedlineJournalInfo/MedlineTA"),
    "volume": ("Article/Journal/JournalIssue/Volume",),
    "issue": ("Article/Journal/JournalIssue/Issue",),
    "pages": ("Article/Pagination/MedlinePgn", "Article/Pagination/StartPage"),
    "year": (
        "Article/Journal/JournalIssue/PubDate/Year",
        "Article/Journal/JournalIssue/PubDate/MedlineDate",
        "Article/ArticleDate/Year",
    ),
}


def read_pubmed_xml(text, report):
    """Drafts of a PubMed XML export."""
    drafts = []

    def take(line, element):
        drafts.append(_book(line, element) if element.tag == BOOK else _article(line, element))
        if not drafts[-1].first("pmid").isdigit():
            report.problem(line, "PMID", "the record has none; it cannot be named; export it again")

    read_trees(text, (ARTICLE, BOOK), take, report, UNREAD)
    return drafts


def _article(line, element):
    draft, citation = Draft(line), element.find("MedlineCitation")
    if citation is None:
        return draft
    for name, paths in PARTS.items():
        draft.add(name, next(filter(None, (words_of(citation, path) for path in paths)), ""))
    _persons(draft, citation, "Article/AuthorList/Author")
    _abstract(draft, citation, "Article/Abstract/AbstractText")
    for one in citation.iterfind("Article/PublicationTypeList/PublicationType"):
        draft.add("type", "".join(one.itertext()))
    ids = element.iterfind("PubmedData/ArticleIdList/ArticleId[@IdType='doi']")
    for one in (*ids, *citation.iterfind("Article/ELocationID[@EIdType='doi']")):
        draft.add("doi", one.text or "")
    return _named(draft, words_of(citation, "PMID"))


def _book(line, element):
    draft, document = Draft(line), element.find("BookDocument")
    if document is None:
        return draft
    for name, paths in BOOK_PARTS.items():
        draft.add(name, next(filter(None, (words_of(document, path) for path in paths)), ""))
    draft.add("year", words_of(document, "Book/PubDate/Year"))
    _persons(draft, document, "AuthorList/Author")
    _abstract(draft, document, "Abstract/AbstractText")
    for one in element.iterfind(".//ArticleIdList/ArticleId[@IdType='doi']"):
        draft.add("doi", one.text or "")
    for one in document.iterfind(".//ELocationID[@EIdType='doi']"):
        draft.add("doi", one.text or "")
    draft.add("type", "Book")
    return _named(draft, words_of(document, "PMID"))


def _named(draft, pmid):
    draft.add("pmid", pmid)
    draft.add("accession", pmid)
    return draft


def _persons(draft, parent, path):
    for one in parent.iterfind(path):
        given = words_of(one, "ForeName") or words_of(one, "Initials")
        name = ", ".join(filter(None, (words_of(one, "LastName"), given)))
        draft.add("authors", name or words_of(one, "CollectiveName"))


def _abstract(draft, parent, path):
    for one in parent.iterfind(path):
        label = one.get("Label")
        draft.add("abstract", f"{label}: " * bool(label) + "".join(one.itertext()))
