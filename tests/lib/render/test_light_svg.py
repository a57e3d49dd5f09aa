"""workflow/lib/render/light_svg.py: fewer bytes, and the same picture, whatever the figure."""

import io
import re

import numpy as np
import pytest
from PIL import Image, ImageChops

from tests.browser import chromium
from workflow.lib.figures.style import BODY, blank_sheet, figure_bytes, house_style, write
from workflow.lib.render.light_svg import light_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
LINE = "fill: none; stroke: #1a1a1a"


def light(inside, size="0 0 90 90"):
    """The elements of an SVG with these inside."""
    return light_svg(f'{HEAD} viewBox="{size}">{inside}</svg>', "k")[2]


def test_ids_that_something_points_at_are_the_figures_own_and_others_are_gone():
    found = light('<g id="g"><path id="a" d="M 1 2 L 3 4"/><use xlink:href="#a" x="1.23456"/></g>')
    assert found == '<path d="M1 2l2 2" id="k-1"/><use href="#k-1" x="1.23"/>'


def test_steps_end_where_the_places_did_and_nothing_drifts():
    places = np.random.default_rng(3).normal(scale=300, size=(500, 2))
    drawn = "M " + " L ".join(f"{x:.6f} {y:.6f}" for x, y in places)
    steps = re.search(r'd="([^"]*)"', light(f'<path d="{drawn}" style="{LINE}"/>'))[1]
    x, y, found = 0.0, 0.0, []
    for letter, words in re.findall(r"([Mlhv])([^Mlhv]*)", steps):
        moved = [float(one) for one in re.findall(r"-?[\d.]+", words)]
        dx, dy = {"h": [*moved, 0], "v": [0, *moved]}.get(letter, moved)
        x, y = (dx, dy) if letter == "M" else (x + dx, y + dy)
        found.append((x, y))
    assert np.abs(np.array(found) - places).max() < 0.00501


@pytest.mark.parametrize(
    "drawn", ["m1 2 3 4", "M1,2 A 3 3 0 0 1 9 9", "M 1 2 H 3 V 4 Z", "M 1 2 l 3 4"]
)
def test_a_path_that_matplotlib_did_not_write_stays_as_it_is(drawn):
    assert f'd="{drawn}"' in light(f'<path d="{drawn}"/>')


def test_lines_of_one_style_are_one_path_and_areas_stay_apart():
    lines = "".join(f'<g><path d="M 0 {n} L 9 {n}" style="{LINE}"/></g>' for n in range(3))
    assert light(lines).count("<path") == 1
    for style in ("fill: #fff", f"{LINE}; opacity: 0.5", f"{LINE}; stroke-dasharray: 2,1"):
        assert light(lines.replace(LINE, style)).count("<path") == 3


def test_neighbours_share_their_style_unless_it_makes_a_layer():
    words = '<text style="fill: red" x="1">a</text><text style="fill: red" x="2">b  c</text>'
    assert light(words) == '<g style="fill:red"><text x="1">a</text><text x="2">b  c</text></g>'
    assert "<g" not in light(words.replace("red", "red; opacity: 0.5"))


def test_a_clip_as_large_as_the_sheet_is_gone_and_a_smaller_one_stays():
    clipped = (
        '<path d="M 0 0 L 9 9" clip-path="url(#c)" style="fill: red"/><defs><clipPath id="c">'
        '<rect x="0" y="0" width="{}" height="90"/></clipPath></defs>'
    )
    assert "clip" not in light(clipped.format(90))
    assert 'clip-path="url(#k-1)"' in light(clipped.format(80))
    assert '<clipPath id="k-1">' in light(clipped.format(80))


def test_words_are_data_and_stay_as_they_are():
    hostile = 'url(#b) href="#b" 1.23456 &lt;a xlink:href= &amp;amp; fill: none'
    assert f"<text>{hostile}</text>" in light(f"<text>{hostile}</text>")


@pytest.fixture(scope="module")
def figure():
    """A made-up figure with lines, dashes, markers, areas, clips and words."""
    with house_style():
        sheet, plane = blank_sheet(60)
        inner = sheet.add_axes((0.5, 0.1, 0.4, 0.6))
        x = np.linspace(0, 9, 40)
        inner.plot(x, np.sin(x), "o-")
        inner.fill_between(x, np.cos(x), alpha=0.3)
        inner.set(xlim=(1, 8), ylim=(-0.5, 0.9))
        plane.plot(5 + x, 20 + 3 * np.sin(x), "--", color="red")
        for place in range(8):
            plane.plot([5, 60], [10 + 4 * place] * 2, color="black", linewidth=0.5)
            plane.scatter([70 + place], [10 + 4 * place], color="blue", alpha=0.5)
        write(plane, (5, 5), "a <b> & c", BODY)
        return figure_bytes(sheet, "svg").decode("utf-8")


def test_the_picture_is_the_same_in_a_third_of_the_bytes(figure):
    elements = light_svg(figure, "k")
    short = f'{HEAD} viewBox="{elements[0]}" font-family="{elements[1].replace(chr(34), chr(39))}">{elements[2]}</svg>'
    whole = figure[figure.index("<svg") :]
    assert len(short) < 0.45 * len(whole)
    looks = "<style>body{margin:0} svg{width:1000px;height:auto;display:block;stroke-linejoin:round}</style>"
    with chromium() as browser:
        page, seen = browser.new_page(viewport={"width": 1000, "height": 400}), []
        for one in (whole, short):
            page.set_content(looks + one)
            seen.append(Image.open(io.BytesIO(page.screenshot())).convert("L"))
    shades = ImageChops.difference(*seen).histogram()
    assert (
        sum(shades[64:]) < 0.002 * 400_000
    )  # edges of letters, where a hundredth of a point rounds
