"""workflow/lib/render/markdown.py: no string of a data cell can act as markup."""

import subprocess
import unicodedata
from html.parser import HTMLParser

import pypandoc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow.lib.errors import RenderError
from workflow.lib.render.markdown import escape_markdown, pipe_table, visible_text

# Pandoc's markdown and what Quarto or an author may switch on.
DIALECTS = ("markdown", "markdown+autolink_bare_uris+emoji+mark+hard_line_breaks", "gfm")
SAMPLES = (
    "{{< >}} ::: $x$ `a` ** __ [a](b) ![a](b) @cite [@a] <b> <!-- --> | \\ \\| --- ... ' \" # "
    "~~ ^a^ ~b~ &amp; &#42; http://x.org www.x.org a@b.org :smile: == - + * 1. (1) a) i. % "
    "[^1] ^[x] \\begin{x} \n \n\n \t \u202e \u2066 \x00 \x1b \x85 \u2028 Mr. {#id} {=html} "
    "```{=html} ``` $$ \\( := -- ; <script>alert(1)</script> javascript:x // p. é 漢 − 0.5"
)
PIECES = st.sampled_from(SAMPLES.split(" ") + [" ", "\n\n", "    ", "\u00a0", "\ufeff"])
STRINGS = st.lists(PIECES | st.text(max_size=3), max_size=8).map("".join) | st.text(max_size=12)
BATCH = st.lists(STRINGS, min_size=40, max_size=40)
FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


class Cells(HTMLParser):
    """The text inside each element called `unit`, and every tag of the page."""

    def __init__(self, unit):
        super().__init__(convert_charrefs=True)
        self.unit, self.texts, self.tags = unit, [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == self.unit:
            self.texts.append("")

    def handle_data(self, data):
        if self.texts:
            self.texts[-1] += data


def read(markdown, unit, dialect="markdown"):
    command = [pypandoc.get_pandoc_path(), f"--from={dialect}", "--to=html", "--wrap=none"]
    run = subprocess.run(command, input=markdown, capture_output=True, encoding="utf-8", check=True)
    cells = Cells(unit)
    cells.feed(run.stdout)
    return [normal(text).rstrip("\n") for text in cells.texts], cells.tags


def normal(text):
    """What pandoc may do to letters: compose them, and bind "p." to its page number."""
    return unicodedata.normalize("NFC", text).replace("\u00a0", " ")


@pytest.mark.parametrize("dialect", DIALECTS)
@FEW
@given(BATCH)
def test_any_string_is_only_text_in_prose(dialect, strings):
    paragraphs = [f"a {escape_markdown(text)} b" for text in strings]
    found, tags = read("\n\n".join(paragraphs), "p", dialect)
    assert tags == {"p"}
    expected = [" ".join(f"a {normal(visible_text(text))} b".split(" ")) for text in strings]
    assert [squeeze(text) for text in found] == [squeeze(text) for text in expected]


@FEW
@given(BATCH)
def test_any_string_is_only_text_at_the_start_of_a_paragraph(strings):
    strings = [text for text in strings if visible_text(text).strip()]
    found, tags = read("\n\n".join(escape_markdown(text) for text in strings), "p")
    assert tags <= {"p"}
    assert [squeeze(text) for text in found] == [
        squeeze(normal(visible_text(text))) for text in strings
    ]


@FEW
@given(BATCH)
def test_any_string_is_only_text_in_a_table_cell(strings):
    rows = [[escape_markdown(text), "end"] for text in strings]
    found, tags = read(pipe_table(["left", "right"], rows), "td")
    assert tags <= {"table", "colgroup", "col", "thead", "tbody", "tr", "th", "td"}
    assert [squeeze(text) for text in found[::2]] == [
        squeeze(normal(visible_text(text))) for text in strings
    ]
    assert set(found[1::2]) == {"end"}


@given(STRINGS)
def test_nothing_is_left_for_quarto_to_find_before_pandoc(text):
    escaped = escape_markdown(text)
    assert not set("{}<>`|$@\\[]\n\r") & set(escaped)
    assert ":::" not in escaped


def squeeze(text):
    return " ".join(part for part in text.split(" ") if part)


def test_bidi_controls_are_spelled_out_and_other_controls_dropped():
    assert visible_text("a\u202eb\u2066c\x00\x1bd\ufeff") == "a⟨U+202E⟩b⟨U+2066⟩cd"


def test_line_breaks_become_spaces():
    assert escape_markdown(" a\r\nb\u2028c\td ") == "a b c d"


@pytest.mark.parametrize("text", ["−0.72", "Smith et al, 2017", "a - b = c", "95 (12 of 30)"])
def test_ordinary_text_stays_readable(text):
    assert escape_markdown(text) == text


def test_a_value_that_is_no_string_is_printed():
    assert escape_markdown(3) == "3"


def test_a_narrow_column_has_room_for_the_bold_word_of_its_header():
    rule = pipe_table(["Without", "Effect"], [["100", "x" * 40]]).splitlines()[1]
    assert len(rule.split("|")[1].strip()) > len("Without") + 1  # "Withou t" in a Word document


def test_a_table_has_alignment_caption_and_label():
    table = pipe_table(["Study", "Effect"], [["A", "1"]], align=["left", "right"], caption="C",
                       label="x")  # fmt: skip
    assert table.splitlines() == [
        "| Study | Effect |",
        "| :------- | --------: |",
        "| A | 1 |",
        "",
        ": C {#tbl-x}",
    ]


def test_a_table_without_rows_is_still_a_table():
    assert read(pipe_table(["a", "b"], []), "th")[0] == ["a", "b"]


def test_columns_are_as_wide_as_what_is_printed_in_them():
    link = '[[−0.72](#provenance-a.very.long.identifier)]{.num data-id="a" title="a | b"}'
    rule = pipe_table(["n", "text"], [[link, "word " * 30]] * 3).splitlines()[1]
    narrow, wide = (cell.count("-") for cell in rule.strip("|").split("|"))
    assert (narrow, wide) == (5, 48)


def test_a_shortcode_counts_as_a_short_number():
    rule = pipe_table(["n"], [["{{< num pooled.primary.beta >}}"]]).splitlines()[1]
    assert rule == "| ------ |"


def test_a_row_of_another_length_is_refused():
    with pytest.raises(RenderError, match=r"2 columns.*rows \[2\]"):
        pipe_table(["a", "b"], [["1", "2"], ["3"]])
