"""The scripts of a finished page: the panel behind each number, and what else a reader can do; no network."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from workflow.lib.errors import RenderError

HERE = Path(__file__).parent
PRINTED = re.compile(r'\sdata-id="([\w.:-]+)"')
SHARED = (  # what the numbers of one pool have in common
    *("unit", "method", "rule", "file", "cells", "stands", "studies", "roles", "steps", "parts"),
    "inputs",
)
# in a script element only these could end it or start a comment; JSON knows them by number as well
INERT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def with_panel(html: str, explain: Callable[[list[str]], dict]) -> str:
    """`html` with, at the end of its body, the chains of its numbers, the panel's style, both scripts.

    `explain(ids)` gives the chains of the numbers that the page prints, as panel.js reads them. A
    page without numbers, or one that prints them without links, is returned as it is.

    Raises
    ------
    RenderError
        If the page has no end of its body to put the panel before.
    """
    ids = list(dict.fromkeys(PRINTED.findall(html)))
    if not ids:
        return html
    start, end, rest = html.rpartition("</body>")
    if not end:
        raise RenderError("the page has no </body>, so the panel of its numbers has no place")
    style, panel, comforts = map(_read, ("panel.css", "panel.js", "page.js"))
    parts = (
        f"<style>\n{style}</style>",
        f'<script type="application/json" id="chains">{inert_json(_shared(explain(ids)))}</script>',
        f"<script>\n{panel}</script>",
        f"<script>\n{comforts}</script>",
    )
    return "".join([start, "\n".join(parts), "\n", end, rest])


def _shared(chains):
    """`chains` with what several numbers have in common told once, as a pool and its limits have."""
    common: dict[str, dict] = {}
    places: dict[str, int] = {}
    numbers = {}
    for name, number in chains["numbers"].items():
        own = {key: value for key, value in number.items() if key in SHARED}
        text = json.dumps(own, sort_keys=True)
        common[text] = own
        rest = {key: value for key, value in number.items() if key not in SHARED}
        numbers[name] = rest | {"shared": places.setdefault(text, len(places))}
    return chains | {"numbers": numbers, "shared": list(common.values())}


def inert_json(value) -> str:
    """`value` as JSON that can stand in a script element, whatever its texts say."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(INERT)


def _read(name):
    return (HERE / name).read_text(encoding="utf-8")
