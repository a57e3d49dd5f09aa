"""python -m workflow.commands.reference_docx: the committed styles are those that the command makes."""

import io

import docx
import pytest
from docx.oxml.ns import qn

from workflow.commands.reference_docx import FONT, OWN, PLACE, TEXTS, reference_docx


@pytest.fixture(scope="module")
def document():
    return docx.Document(PLACE)


def test_the_committed_file_is_the_one_that_is_made():
    assert PLACE.read_bytes() == reference_docx()


@pytest.mark.parametrize("name", TEXTS)
def test_every_style_is_there_in_the_one_font(document, name):
    style = document.styles[name]
    size = TEXTS[name][0]
    assert (style.font.size.pt if size else style.font.size) == size
    assert style.font.name == (FONT if size else None)


def test_styles_of_our_own_rest_on_the_body_text(document):
    assert {document.styles[name].base_style.name for name in OWN} == {"Body Text"}


def test_tables_have_lines_above_below_and_under_their_head(document):
    table = document.styles["Table"].element
    borders = table.find(f".//{qn('w:tblPr')}/{qn('w:tblBorders')}")
    assert [one.tag for one in borders] == [qn("w:top"), qn("w:bottom"), qn("w:insideH")]
    (head,) = table.findall(qn("w:tblStylePr"))
    assert head.get(qn("w:type")) == "firstRow"


def test_pages_are_a4_with_their_number_at_the_foot(document):
    (section,) = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert "NUMPAGES" in section.footer._element.xml


def test_a_document_saved_twice_has_the_same_bytes():
    assert docx.Document(io.BytesIO(reference_docx())).core_properties.title is not None
    assert reference_docx() == reference_docx()
