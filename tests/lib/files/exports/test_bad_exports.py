"""workflow/lib/files/exports: damaged files end in one error with file, line, field and what to do."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.made_up_exports import EXPORTS, MARKS
from workflow.lib.errors import InputError
from workflow.lib.files.exports.encoding import decode
from workflow.lib.files.exports.read import MOST_TOLD, read_bytes

# a record may end with any row, or a cell without quotes with any letter
OPEN_ENDED = ("embase_rows.csv", "embase_source.csv", "pubmed.csv", "scopus.csv")
LONGEST = 2.0  # seconds for a file of two records, on a busy machine; a hang would take for ever
DOCTYPE = '<!DOCTYPE a [<!ENTITY x "{}">]>'


def refusal(content, name):
    with pytest.raises(InputError) as caught:
        read_bytes(content.encode() if isinstance(content, str) else content, name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("embase.ris", "ER  - \n\nTY", "\nTY", "line 1, TY: the record has no ER"),
        ("cochrane.ris", "ER  -  \n\n\nRecord", "\nRecord", "line 5, TY: the record has no ER"),
        ("ovid.ris", "ER  - \nNL", "NL", "line 2, TY: the record has no ER"),
        (
            "embase.ris",
            "ER  - \n\nTY",
            "ER  - \nlost words\nTY",
            "'lost words' stands before any TY",
        ),
        ("embase.ris", "ER  - \n\nTY", "ER -\n\nTY", "'ER -' looks like the end"),
        (
            "pubmed.nbib",
            "\nSO  - J Made-up Pain. 2019",
            "\nXX  - ",
            "line 1, PMID: the record has no SO",
        ),
        ("pubmed.nbib", "PMID- 31000002", "PMID- none", "line 25, PMID: 'none' is not a PMID"),
        ("pubmed.nbib", "      randomised", "randomised", "has neither a tag nor the spaces"),
        ("wos.txt", "ER\n\nEF", "", "EF: is missing; the file is cut off"),
        ("wos.txt", "ER\n\nPT", "\nPT", "line 3, PT: the record has no ER"),
        ("embase.csv", '"10.5555/Made.Up.1"', '"10.5555/Made.Up.1', "a quote is not closed"),
        (
            "embase.csv",
            ',"10.5555/Made.Up.1"',
            "",
            "line 5, whole row: 13 cells where the header has 14",
        ),
        (
            "cochrane.csv",
            '"","","","","",""\n',
            '"","","","","",',
            "ends with a separator and no line end",
        ),
        ("embase.csv", '"Volume"', '"Issue"', "issue: stands twice in the header row"),
        ("embase.csv", '"Volume"', '""', "column 6: has no name"),
        (
            "embase_rows.csv",
            '"TITLE","Erratum',
            '"XX","Erratum',
            "author names: stands twice in one record",
        ),
        ("references.bib", "{12},", "{12}", "a comma or a brace is missing after this field"),
        ("references.bib", "year = {2020},\n}", "year = {2020},", "line 14, entry: cannot be read"),
        ("references.bib", "volume", "number", "stands twice in one entry; delete one: number"),
        ("references.bib", "@article{weiss2020", "@article weiss2020", "cannot be read"),
        ("pubmed.xml", "</PubmedArticleSet>", "", "no element found; the file is cut off"),
        ("pubmed.xml", "<PMID>31000002</PMID>", "", "PMID: the record has none"),
        ("pubmed.xml", "<Volume>", "<Volumes>", "line 6, XML: mismatched tag"),
        ("endnote.xml", "</xml>", "", "no element found"),
    ],
)
def test_damage_is_told_with_file_line_field_and_cure(name, old, new, said):
    assert old in EXPORTS[name]
    told = refusal(EXPORTS[name].replace(old, new, 1), name)
    assert told.startswith(f"{name}, ")
    assert said in told


@pytest.mark.parametrize("name", EXPORTS)
def test_a_file_cut_off_in_the_middle_is_refused_or_gives_what_stands_before(name):
    """Where a format has no end mark the number that the database said finds the cut."""
    text = EXPORTS[name].rstrip("\n")
    for end in range(len(text) - 1, len(text) // 2, -7):
        try:
            export = read_bytes(text[:end].encode(), name)
        except InputError:
            continue
        assert name not in ("wos.txt", "pubmed.xml", "endnote.xml")  # these have an end mark
        whole = read_bytes(EXPORTS[name].encode(), name).records
        if name not in OPEN_ENDED:
            assert export.records == whole[: len(export.records)]
        assert export.records[0].title == whole[0].title


@pytest.mark.parametrize("name", ["pubmed.xml", "endnote.xml"])
@pytest.mark.parametrize(
    "bomb",
    [
        DOCTYPE.format("y"),
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://nowhere.example/x.dtd">%x;]>',
        '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x "&b;&b;&b;">]>',
    ],
)
def test_entities_are_never_expanded_and_links_never_followed(name, bomb):
    body = EXPORTS[name][EXPORTS[name].index("<PubmedArticleSet" if "pubmed" in name else "<xml") :]
    told = refusal(f"{bomb}\n{body.replace('Made-up', '&x;', 1)}", name)
    assert "declares entities of its own, which no export needs" in told


def test_xml_nested_without_end_is_refused():
    text = "<xml><records>" + "<record>" * 5000
    assert "elements inside one another" in refusal(text, "x.xml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html><body>Please log in</body></html>", "begins like no export that is read: '<html>"),
        ("some words\nand more", "begins like no export that is read: 'some words'"),
        ("a,b,c\n1,2,3\n", "begins like no export that is read: 'a,b,c'"),
        (
            "<1. >\nVN  - Ovid Technologies\n",
            "line 1: is Ovid's own list of fields, which is not read; export as RIS",
        ),
        ("%0 Journal Article\n%T A title\n", "line 1: is EndNote's list of fields"),
        (
            "PT\tAU\tTI\nJ\tMüller\tA title\n",
            "tab delimited file, which is not read; export as plain text",
        ),
        ('"SEARCH QUERY","made up:ti"\n-----\n\n', "begins like no export"),
        ("1. \n2. \n", "begins like no export"),
        ("<PubmedArticleSet></PubmedArticleSet>", "records: none found"),
        ("FN Web of Science\nVR 1.0\nEF\n", "records: none found"),
        ("Title,Authors\n", "records: none found"),
    ],
)
def test_what_is_no_export_says_what_is_read(text, said):
    assert said in refusal(text, "x")


def test_a_record_that_says_nothing_is_an_error_and_not_a_loss():
    told = refusal(EXPORTS["embase.ris"] + "\nTY  - JOUR\nKW  - word\nER  - \n", "embase.ris")
    assert "line 28, whole record: has neither title nor author" in told


def test_thousands_of_problems_are_told_in_a_few_lines():
    told = refusal("TY  - JOUR\nER -\n" * 3000, "x.ris").splitlines()
    assert len(told) == MOST_TOLD + 1
    assert re.fullmatch(r"x\.ris: and \d+ more problems like these", told[-1])


@pytest.mark.parametrize(
    "text",
    ["@article{" * 5000, "@article{a,title={" + "{" * 20000,
     "TY  - JOUR\n" + "a" * 10**6, '"Title","Authors"\n"' * 9999,
     "PMID- 1\n" * 20000, "<records>" + "<record>" * 90, "@a{b, c = {\\" + "\\" * 9000 + "}}", "%\n" * 50000],
    ids=range(8),
)  # fmt: skip
def test_files_made_to_take_long_do_not(text):
    start = time.perf_counter()
    refusal(text, "x")
    assert time.perf_counter() - start < 5 * LONGEST


def mutations(content):
    """Files that are the content with a piece cut out, doubled, moved, overwritten or put in."""
    place = st.integers(0, len(content))
    piece = st.one_of(
        st.binary(max_size=12),
        st.sampled_from([b"\n", b"\r\n", b"\n\n", b'"', b",", b"{", b"}", b"<", b"&", b"ER  - ", b"TY  - JOUR\n",
                         b"PMID- 3\n", b"EF\n", b"\xff", b"\x00", "é".encode(), b"@", b"</record>", b"=", b"\\"]),
    )  # fmt: skip
    return st.builds(_mutated, st.just(content), place, place, piece, st.integers(0, 3))


def _mutated(content, one, other, piece, kind):
    a, b = sorted((one, other))
    if kind == 0:
        return content[:a] + piece + content[a:]
    if kind == 1:
        return content[:a] + piece + content[b:]
    if kind == 2:
        return content[:b] + content[a:b] + content[b:]
    return content[b:] + content[a:b] + content[:a]


def check(content, name):
    """A damaged file is refused in words, or no record of it is lost."""
    start = time.perf_counter()
    try:
        export = read_bytes(content, name)
    except InputError as error:
        assert error.problems and all(problem.startswith(name) for problem in error.problems)
    else:
        mark = MARKS.get(name)
        if mark and export.format == read_bytes(EXPORTS[name].encode(), name).format:
            found = len(re.findall(mark, decode(content, name)[0], re.MULTILINE))
            assert len(export.records) >= found - _in_text(content, name)
    assert time.perf_counter() - start < LONGEST


def _in_text(content, name):
    """Marks that a mutation has put inside a value, a comment or another mark."""
    return content.count(b"<!--") + content.count(b"<![") if name.endswith("xml") else 0


@pytest.mark.parametrize("name", EXPORTS)
def test_no_mutation_of_a_good_file_ends_in_a_traceback_a_hang_or_a_loss(name):
    @given(mutations(EXPORTS[name].encode()))
    @example(b"")
    def tried(content):
        check(content, name)

    tried()


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")),
    )
)
def test_no_bytes_at_all_end_in_a_traceback(content):
    check(content, "any.file")
