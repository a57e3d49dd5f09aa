"""What the tests of figures look with: the words of an SVG, and where words stand on the sheet."""

from itertools import combinations
from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from workflow.lib.figures.style import figure_bytes, house_style


class Sheet:
    """A figure as its reader meets it."""

    def __init__(self, figure):
        self.figure = figure
        self.svg = figure_bytes(figure, "svg")
        self.root = ElementTree.fromstring(self.svg)

    @property
    def words(self):
        """The content of every text element, in the order of drawing."""
        return ["".join(e.itertext()) for e in self.root.iter("{http://www.w3.org/2000/svg}text")]

    @property
    def names(self):
        """The ids of all marks."""
        return {e.get("id") for e in self.root.iter() if e.get("id")}

    def artist(self, name):
        """The mark of that id."""
        (found,) = self.figure.findobj(lambda artist: artist.get_gid() == name)
        return found

    def places(self, dpi):
        """Extent of every text in pixels, drawn at a resolution."""
        self.figure.set_dpi(dpi)
        canvas = FigureCanvasAgg(self.figure)
        with house_style():
            canvas.draw()
            return {
                text: text.get_window_extent(canvas.get_renderer())
                for axes in self.figure.axes
                for text in axes.texts
            }

    def assert_legible(self, dpi=150):
        """No two texts overlap and none leaves the canvas."""
        places = self.places(dpi)
        width, height = self.figure.bbox.width, self.figure.bbox.height
        for text, box in places.items():
            inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
            assert inside, f"{text.get_text()!r} leaves the canvas"
        for (one, a), (other, b) in combinations(places.items(), 2):
            apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0
            assert apart, f"{one.get_text()!r} overlaps {other.get_text()!r}"


@pytest.fixture
def look():
    """Turns a figure into a `Sheet`."""
    return Sheet
