"""workflow/lib/figures/svg.py: title, description and names of links, whatever the words are."""

from xml.etree import ElementTree

from matplotlib.patches import Rectangle

from workflow.lib.figures.style import blank_sheet, figure_bytes
from workflow.lib.figures.svg import described

SVG = "{http://www.w3.org/2000/svg}"
NASTY = 'a "b" <c> & d > e'


def drawn():
    figure, plane = blank_sheet(20)
    for key in ("one", "two"):
        plane.add_patch(Rectangle((5, 5), 9, 9, alpha=0, url=f"page.html#{key}", gid=f"link-{key}"))
    return figure_bytes(figure, "svg")


def test_title_and_description_come_first_and_are_what_the_root_is_labelled_by():
    found = described(drawn(), title=NASTY, description=NASTY, links={})
    root = ElementTree.fromstring(found)
    title, description = list(root)[:2]
    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    assert (title.text, description.text) == (NASTY, NASTY)
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "image" not in root.get("role"), "an image would hide its links"


def test_each_link_has_its_name_and_keeps_its_target():
    found = described(drawn(), title="t", description="d", links={"one": NASTY})
    areas = list(ElementTree.fromstring(found).iter(f"{SVG}a"))
    named = {
        link.get("{http://www.w3.org/1999/xlink}href"): link.get("aria-label") for link in areas
    }
    assert [link.get("pointer-events") for link in areas] == ["all"] * 2  # they are not painted
    assert named == {"page.html#one": NASTY, "page.html#two": None}


def test_the_same_drawing_gives_the_same_bytes():
    one, two = (described(drawn(), title="t", description="d", links={}) for _ in range(2))
    assert one == two
