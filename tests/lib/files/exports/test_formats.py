"""workflow/lib/files/exports: the same two records from every format, and nothing lost on the way."""

import nbib
import pytest
import rispy

from tests.made_up_exports import COCHRANE_RIS, EXPORTS, NBIB, RIS, WOS
from tests.projects.records_made_up import made_up_review
from workflow.lib.files.exports.read import read_bytes

FORMATS = {
    "pubmed.nbib": "PubMed (nbib)",
    "embase.ris": "RIS",
    "cochrane.ris": "RIS",
    "ovid.ris": "RIS",
    "wos.txt": "Web of Science (plain text)",
    "embase.csv": "table (CSV)",
    "embase_source.csv": "table (CSV)",
    "embase_rows.csv": "table (CSV)",
    "pubmed.csv": "table (CSV)",
    "scopus.csv": "table (CSV)",
    "cochrane.csv": "table (CSV)",
    "zotero.csv": "table (CSV)",
    "references.bib": "BibTeX",
    "pubmed.xml": "PubMed (XML)",
    "endnote.xml": "EndNote (XML)",
}
ACCESSIONS = {
    "pubmed.nbib": ("31000001", "31000002"),
    "embase.ris": ("L2001000001", "L2001000002"),
    "cochrane.ris": ("CN-01000001", "CN-01000002"),
    "ovid.ris": ("31000001", "31000002"),
    "wos.txt": ("WOS:000100000100001", "WOS:000100000100002"),
    "embase.csv": ("L2001000001", "L2001000002"),
    "embase_source.csv": ("", ""),
    "pubmed.csv": ("31000001", "31000002"),
    "scopus.csv": ("2-s2.0-85000000001", "2-s2.0-85000000002"),
    "embase_rows.csv": ("L2001000001", "L2001000002"),
    "cochrane.csv": ("CN-01000001", "CN-01000002"),
    "zotero.csv": ("AB12CD34", "EF56GH78"),
    "references.bib": ("muller2019", "weiss2020"),
    "pubmed.xml": ("31000001", "31000002"),
    "endnote.xml": ("31000001", ""),
}


def read(name, text=None):
    return read_bytes((EXPORTS[name] if text is None else text).encode(), name)


@pytest.mark.parametrize("name", EXPORTS)
def test_every_format_gives_the_same_two_records(name):
    export = read(name)
    first, second = export.records
    assert (export.format, export.encoding, export.notes) == (FORMATS[name], "utf-8", ())
    assert (first.accession, second.accession) == ACCESSIONS[name]
    assert (
        first.title.rstrip(".")
        == "Made-up cryoneurolysis for phantom limb pain: a randomised trial"
    )
    assert second.title.rstrip(".") == "Erratum: A made-up case"
    assert (first.year, second.year) == (2019, 2020)
    assert (first.volume, first.issue, first.doi) == ("12", "3", "10.5555/made.up.1")
    assert first.pages in ("123-130", "123-30")
    assert first.authors.startswith("Müller") and "; O'Brien" in first.authors
    assert second.authors.startswith(("Weiß", "Weiss"))
    if name != "pubmed.csv":  # it has no abstracts
        assert first.abstract == "BACKGROUND: Nothing here is real. METHODS: It was made up."
    assert first.pmid == "31000001"
    assert (
        first.journal.lower() in ("journal of made-up pain", "j made-up pain")
        or "official" in first.journal
    )
    assert second.doi == ""


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_other_systems_change_nothing(name, ends):
    assert read(name, EXPORTS[name].replace("\n", ends)).records == read(name).records


@pytest.mark.parametrize("name", EXPORTS)
def test_a_record_is_told_by_the_line_that_it_begins_in(name):
    lines = EXPORTS[name].split("\n")
    starts = ("PMID-", "TY  -", "PT ", '"', "@", "<PubmedArticle>", "<record>")
    starts += ("Made-up", "Erratum", "31000", "Weiß Č.,")  # cells without quotes
    for record in read(name).records:
        assert lines[record.line - 1].startswith(starts)


def test_the_reader_of_ris_agrees_with_rispy_on_good_files():
    for text in (RIS, COCHRANE_RIS):
        theirs = rispy.loads(text)
        ours = read("embase.ris", text).records
        for one, other in zip(ours, theirs, strict=True):
            assert one.title == other.get("title", other.get("primary_title"))
            assert one.authors.split("; ") == other.get("authors", other.get("first_authors"))
            assert str(one.year) == other.get("year", other.get("publication_year"))
            assert one.doi == other.get("doi", "").lower()


def test_the_reader_of_wos_agrees_with_rispy_on_good_files():
    theirs = rispy.loads(WOS, implementation=rispy.WokParser)
    for one, other in zip(read("wos.txt").records, theirs, strict=True):
        assert one.title == other["document_title"]
        assert one.accession == other["accession_number"]
        assert str(one.year) == other["publication_year"]


def test_the_reader_of_nbib_agrees_with_nbib_on_good_files():
    for one, other in zip(read("pubmed.nbib").records, nbib.read(NBIB + "\n"), strict=True):
        assert one.title == other["title"]
        assert one.pmid == str(other["pubmed_id"])
        assert one.authors.split("; ") == [author["author"] for author in other["authors"]]


def test_the_made_up_review_comes_back_record_by_record():
    review = made_up_review(400, seed=3)
    found = [
        f"{source['source']}:{record.accession}"
        for source in review.sources
        for record in read_bytes(review.exports[source["file"]], source["file"]).records
    ]
    assert sorted(found) == sorted(review.works)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("embase.ris", "LA  - English", "XQ  - odd", "embase.ris, line 1, XQ: not known, 1 times"),
        ("pubmed.nbib", "LA  - eng", "ZZZZ- odd", "pubmed.nbib, line 1, ZZZZ: not known, 1 times"),
        ("wos.txt", "DT Article", "QQ odd\nDT Article", "wos.txt, line 3, QQ: not known, 1 times"),
        ("cochrane.csv", ",Abstract,", ",Mood,", "cochrane.csv, line 1, Mood: not known, 1 times"),
        (
            "references.bib",
            "  volume",
            "  mood = {x},\n  volume",
            "line 6, mood: not known, 1 times",
        ),
        ("endnote.xml", "<pages>", "<mood>x</mood><pages>", "line 2, mood: not known, 1 times"),
    ],
)
def test_unknown_tags_and_columns_are_listed(name, old, new, said):
    export = read(name, EXPORTS[name].replace(old, new, 1))
    assert len(export.records) == 2
    assert any(said in note for note in export.notes)


def test_ids_that_are_none_are_told_and_left_empty():
    text = RIS.replace("10.5555/Made.Up.1", "see the paper").replace("Y1  - 2019", "Y1  - in press")
    export = read("embase.ris", text)
    assert export.records[0].doi == "" and export.records[0].year is None
    assert export.notes == (
        "embase.ris, line 1, year: 'in press' has no year; left empty",
        "embase.ris, line 1, doi: 'see the paper' is not a DOI (10.xxxx/...); left empty",
    )


@pytest.mark.parametrize(
    "printed",
    [
        "10.5555/AbC(1)2",
        "https://doi.org/10.5555/abc(1)2",
        "doi:10.5555/abc(1)2.",
        "http://dx.doi.org/10.5555%2Fabc%281%292",
    ],
)
def test_a_doi_is_one_in_all_its_forms(printed):
    export = read("embase.ris", RIS.replace("10.5555/Made.Up.1", printed))
    assert export.records[0].doi in ("10.5555/abc(1)2", "10.5555/abc(1)2".rstrip(")"))


def test_an_abstract_may_stand_in_blank_lines_and_hyphens_of_ris():
    text = RIS.replace("made up.\n", "made up.\n\nII - results: none.\n")
    assert read("embase.ris", text).records[0].abstract.endswith("made up. II - results: none.")


def test_two_bibtex_entries_with_one_key_are_two_records():
    text = EXPORTS["references.bib"].replace("weiss2020", "muller2019")
    export = read("references.bib", text)
    assert [record.title[:7] for record in export.records] == ["Made-up", "Erratum"]
    assert any("the same key" in note for note in export.notes)


def test_comments_and_strings_of_bibtex_are_no_records():
    text = '@comment{x}\n@string{jmp = "J Made-up Pain"}\n' + EXPORTS["references.bib"].replace(
        "{Journal of Made-up Pain}", "jmp"
    )
    assert read("references.bib", text).records[0].journal == "J Made-up Pain"


def test_exports_put_together_into_one_file_are_read_as_one():
    """A byte order mark, a header row, FN and VR in the middle are no records and no damage."""
    for name in ("embase.ris", "ovid.ris", "wos.txt", "scopus.csv", "pubmed.nbib"):
        text = EXPORTS[name]
        export = read_bytes(f"\ufeff{text}\n\ufeff{text}".encode(), name)
        assert [one.title for one in export.records] == [
            one.title for one in read(name).records * 2
        ]
    assert any("line 4, whole row: the header row again" in one for one in read_bytes(
        f"{EXPORTS['scopus.csv']}{EXPORTS['scopus.csv']}".encode(), "x").notes)  # fmt: skip


def test_a_pmid_in_the_tag_of_psycinfo_is_no_part_of_the_line_before():
    text = "Provider: Made-up\nDatabase: PsycINFO\n\nTY  - JOUR\nPMID  - 31000001\nTI  - A title\nER  - \n"
    (record,) = read("psycinfo.ris", text).records
    assert (record.pmid, record.type) == ("31000001", "JOUR")


def test_the_databases_of_web_of_science_print_authors_in_one_line_and_pages_in_ps():
    text = EXPORTS["wos.txt"].replace(
        "AU Muller, AM\n   O'Brien, J\n", "AU Muller, AM; O'Brien, J\n"
    )
    text = text.replace("AF Müller, Anna Maria\n   O'Brien, José\n", "").replace(
        "BP 123\nEP 130\n", "PS 123-30\n"
    )
    first = read("wos.txt", text).records[0]
    assert (first.authors, first.pages) == ("Muller, AM; O'Brien, J", "123-30")


def test_columns_of_other_tools_may_have_underscores_and_authors_an_and():
    text = "key,title,publication_year,authors,pubmed_id\nr-1,A title,2019,Weiß Č. and Müller A.,31000001\n"
    (record,) = read("rayyan.csv", text).records
    assert (record.year, record.authors, record.pmid) == (2019, "Weiß Č.; Müller A.", "31000001")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Made-up J. (2014) 3:3 (152-160). Date of Publication: 2014", ("Made-up J.", 2014, "3", "3", "152-160")),
        ("Made-up Cases (2019) 54 (83-86). Date of Publication: 2019", ("Made-up Cases", 2019, "54", "", "83-86")),
        ("Made-up (Oxford) (2024) 15:1 Article Number: 4063. Date", ("Made-up (Oxford)", 2024, "15", "1", "4063")),
        ("Made-up Journal", ("Made-up Journal", None, "", "", "")),
    ],
)  # fmt: skip
def test_the_source_of_embase_is_taken_apart(source, found):
    (record,) = read(
        "embase.csv", f'Title,Author Names,Source\n"A title","Weiß Č.","{source}"\n'
    ).records
    assert (record.journal, record.year, record.volume, record.issue, record.pages) == found


def test_books_of_pubmed_have_their_own_doi_and_not_that_of_a_reference():
    cited = '<ArticleIdList><ArticleId IdType="doi">10.5555/cited</ArticleId></ArticleIdList>'
    text = (
        "<PubmedArticleSet><PubmedBookArticle><BookDocument>"
        f"<ReferenceList><Reference>{cited}</Reference></ReferenceList>"
        "<PMID>31000003</PMID><ArticleIdList>"
        '<ArticleId IdType="doi">10.5555/Made.Up.3</ArticleId></ArticleIdList><Book><BookTitle>A made-up book'
        "</BookTitle></Book></BookDocument></PubmedBookArticle></PubmedArticleSet>"
    )
    (record,) = read("pubmed.xml", text).records
    assert (record.doi, record.title, record.pmid) == (
        "10.5555/made.up.3",
        "A made-up book",
        "31000003",
    )


def test_ris_of_ovid_medline_has_the_pmid_in_its_link_and_web_of_science_the_article_number_in_c7():
    link = "http://ovid.example/ovidweb.cgi?T=JS&PAGE=reference&D=medp&NEWS=N&AN=31000001"
    text = f"1. \nTY  - JOUR\nID  - 31000001\nT1  - A title\nC7  - e12292\nL2  - {link}\nER  - \n"
    (record,) = read("ovid.ris", text).records
    assert (record.pmid, record.pages) == ("31000001", "e12292")
    (record,) = read("ovid.ris", text.replace("D=medp", "D=emed")).records
    assert record.pmid == ""


def test_csv_of_ebsco_is_read_with_its_equals_signs():
    text = (
        "Article Title,Author,Journal Title,ISSN,Publication Date,Volume,Issue,First Page,Accession Number,DOI\n"
        '"A title","Weiß, Č; Müller, A",J Made-up Pain,="19326203",="Jun2019","12","3","1","176404503",""\n'
    )
    (record,) = read("cinahl.csv", text).records
    assert (record.year, record.journal, record.accession) == (2019, "J Made-up Pain", "176404503")
