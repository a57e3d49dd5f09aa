"""workflow/lib/figures/style.py: lettering that fits, files that are the same each time."""

import struct
import warnings

import matplotlib
import pytest
from matplotlib.figure import Figure

from workflow.lib.errors import RenderError
from workflow.lib.figures.style import (
    BODY,
    BOLD,
    DPI,
    as_lines,
    blank_sheet,
    figure_bytes,
    house_style,
    text_width,
    words,
    wrap,
    write,
)

HOSTILE = ["$x_1$ costs $5", "<script>alert(1)</script>", 'a|b "c"', "=SUM(A1)", "]]>", "a & b"]


@pytest.fixture(autouse=True)
def in_house():
    with house_style():
        yield


def sheet_with(line):
    figure, plane = blank_sheet(20)
    write(plane, (10, 10), line, BODY)
    return figure


@pytest.mark.parametrize("format", ["svg", "png"])
def test_the_same_figure_gives_the_same_bytes(format):
    assert figure_bytes(sheet_with("a"), format) == figure_bytes(sheet_with("a"), format)


@pytest.mark.parametrize("format", ["svg", "png"])
def test_a_file_does_not_say_when_or_with_what_it_was_made(format):
    made = figure_bytes(sheet_with("a"), format)
    assert b"dc:date" not in made
    assert b"atplotlib v" not in made
    assert b"Software" not in made


def test_a_png_has_200_dots_per_inch_on_180_mm():
    width, _ = struct.unpack(">II", figure_bytes(sheet_with("a"), "png")[16:24])
    assert DPI == 200
    assert width == int(180 / 25.4 * 200)


def test_an_unknown_format_is_refused_by_name():
    with pytest.raises(RenderError, match="'gif' is not known; use 'svg' or 'png'"):
        figure_bytes(Figure(), "gif")


@pytest.mark.parametrize("line", HOSTILE)
def test_text_stays_text_and_is_never_mathematics(line, look):
    sheet = look(sheet_with(line))
    assert sheet.words == [line]
    assert b"<script" not in sheet.svg


def test_a_script_that_the_font_lacks_is_text_in_the_svg_and_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = sheet_with("王小明 2019")
        assert "王小明 2019".encode() in figure_bytes(figure, "svg")
        assert figure_bytes(figure, "png").startswith(b"\x89PNG")


def test_other_warnings_are_not_silenced():
    with pytest.warns(UserWarning, match="something else"), house_style():
        warnings.warn("something else", UserWarning, stacklevel=1)


def test_the_callers_settings_neither_matter_nor_change():
    draw = house_style()(sheet_with)
    expected = figure_bytes(draw("a"), "svg")
    with matplotlib.rc_context({"svg.fonttype": "path", "text.usetex": True, "font.size": 30}):
        assert figure_bytes(draw("a"), "svg") == expected
        assert matplotlib.rcParams["svg.fonttype"] == "path"


@pytest.mark.parametrize("cell", [None, float("nan"), "", "  \n "])
def test_a_missing_cell_has_no_words(cell):
    assert words(cell) == ""


def test_words_are_one_line_that_xml_can_hold(look):
    line = words("a\n b\x00c\ud800\ufffe")
    assert line == "a b\ufffdc\ufffd\ufffd"
    assert look(sheet_with(line)).words == [line]


def test_every_line_fits_its_width():
    lines = wrap("Randomised controlled trial of everything " * 3, 40, BODY, lines=9)
    assert len(lines) > 1
    assert all(text_width(line, BODY) <= 40 for line in lines)
    assert " ".join(lines).split() == ("Randomised controlled trial of everything " * 3).split()


def test_what_does_not_fit_becomes_an_ellipsis():
    lines = wrap("word " * 100, 40, BODY, lines=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert text_width(lines[1], BODY) <= 40


@pytest.mark.parametrize("token", ["x" * 200, "王" * 100])
def test_a_text_without_spaces_is_broken_between_characters(token):
    lines = wrap(token, 40, BODY, lines=50)
    assert "".join(lines) == token
    assert all(text_width(line, BODY) <= 40 for line in lines)


def test_an_accent_stays_with_its_letter():
    lines = wrap("e\u0301" * 80, 40, BODY, lines=50)
    assert not any(line.startswith("\u0301") for line in lines)


def test_an_equation_is_not_torn_apart():
    for width in range(12, 60, 3):
        for line in wrap("n = 21; p = 0.03; k = 4; Q = 12.1", width, BODY, lines=20):
            assert not line.endswith("=")
            assert not line.startswith("=")


def test_a_full_width_character_counts_its_em_even_if_the_font_lacks_it():
    assert text_width("王" * 10, BODY) >= 10 * 8 * 25.4 / 72


def test_nothing_has_no_lines_and_no_width():
    assert as_lines("", 40, BOLD, lines=2) == []
    assert text_width("", BOLD) == 0
