"""workflow/lib/render/embed.py: figures inline, their data as downloads, and nothing left outside."""

import base64
from urllib.parse import unquote

import pytest

from workflow.lib.errors import RenderError
from workflow.lib.render.embed import inline_svg, self_contained

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SVG = (
    f'<?xml version="1.0"?>\n<!DOCTYPE svg>\n{HEAD} width="9pt" viewBox="0 0 9.123456 9"><defs>'
    '<style type="text/css">*{stroke: red}</style></defs><g id="a"><path id="b" d="M 1.234567 2 L 3 4.999"/>'
    '<use xlink:href="#b" style="clip: url(#b); stroke-width: 0.123456"/>'
    '<text transform="rotate(-0 1 2)" style="font-size: 8px; '
    'font-family: \'A\', sans-serif; fill: red">url(#b) href="#b" 1.23456 &lt;a xlink:href=</text></g></svg>'
)
LINK = (
    '<a xlink:href="../report/index.html#provenance-flow.x" aria-label="x" target="_blank">'
    '<path d="M 0 0 L 1 1"/></a>'
)


def inline(svg=SVG, key="forest"):
    return inline_svg(svg, key, title="A <title>", description='"Words" & more')


def test_a_figure_is_named_described_and_without_furniture():
    found = inline()
    assert found.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9.123456 9" ')
    assert 'role="img" aria-labelledby="forest-title" aria-describedby="forest-desc"' in found
    assert '<title id="forest-title">A &lt;title&gt;</title>' in found
    assert '<desc id="forest-desc">&quot;Words&quot; &amp; more</desc>' in found
    for furniture in ("<?xml", "DOCTYPE", "rotate(-0", "<style", "9pt", 'id="a"'):
        assert furniture not in found


def test_the_words_of_a_figure_stay_as_they_are_in_one_face():
    found = inline()
    assert '>url(#b) href="#b" 1.23456 &lt;a xlink:href=</text>' in found
    assert found.count("font-family") == 1
    assert "font-family=\"'A', sans-serif\"" in found


def test_a_link_to_a_number_leads_within_the_page_and_the_figure_is_no_single_image():
    found = inline(f"{HEAD}>{LINK}</svg>")
    assert '<a href="#provenance-flow.x" aria-label="x" data-id="flow.x">' in found
    assert 'role="group"' in found


def test_a_page_takes_in_style_figures_pictures_and_data(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "style.css").write_text("p { color: red }\n")
    (tmp_path / "figures/a.svg").write_text(SVG)
    (tmp_path / "figures/a.png").write_bytes(b"\x89PNG")
    (tmp_path / "figures/a.csv").write_text('study,yi\n"=cmd, \u00fc #%",1\n')
    page = (
        '<link rel="stylesheet" href="style.css"><figure><img src="figures/a.svg" alt="Words &amp; more">'
        "<figcaption>Figure <b>1</b>:\u00a0A</figcaption></figure>"
        '<img alt="again" src="figures/a.svg"><img src="figures/a.png">'
        '<p><a href="../figures/a.csv">data</a></p>'
    )
    found = self_contained(page, tmp_path)
    assert "<style>\np { color: red }\n</style>" in found
    assert (
        '<title id="a-title">Figure 1: A</title><desc id="a-desc">Words &amp; more</desc>' in found
    )
    assert '<title id="a-2-title">again</title>' in found
    assert 'src="data:image/png;base64,iVBORw=="' in found
    start, _, rest = found.partition(
        '<a class="download" download="a.csv" href="data:text/csv;charset=utf-8,'
    )
    assert start
    assert unquote(rest.partition('"')[0]) == (tmp_path / "figures/a.csv").read_text()
    assert "figures/" not in found


def test_a_figure_that_quarto_has_embedded_becomes_inline_as_well(tmp_path):
    data = base64.b64encode(SVG.encode()).decode()
    found = self_contained(
        f'<img src="data:image/svg+xml;base64,{data}" class="x" alt="Words">', tmp_path
    )
    assert '<title id="figure-1-title">Words</title>' in found
    assert self_contained('<img src="data:image/png;base64,aa">', tmp_path).endswith('base64,aa">')


def test_all_files_that_are_missing_are_named_at_once(tmp_path):
    page = '<img src="gone.svg"><a href="figures/gone.csv">x</a><link rel="stylesheet" href="gone.css">'
    with pytest.raises(RenderError) as caught:
        self_contained(page, tmp_path)
    for name in ("gone.svg", "figures/gone.csv", "gone.css"):
        assert f"the page needs {name}, which is not there" in str(caught.value)


def test_a_figure_that_is_not_xml_is_refused_by_its_name():
    with pytest.raises(RenderError, match="figure forest is no SVG"):
        inline("<svg><g></svg>")
