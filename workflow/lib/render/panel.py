"""The scripts of a finished page: the panel behind each number, and what else a reader can do; no network."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from workflow.lib.errors import RenderError

HERE = Path(__file__).parent
PRINTED = re.compile(r'\sdata-id="([\w.:-]+)"')
TWICE = re.compile(r' data-id="([^"]+)"(?=><a href="#provenance-\1">)')  # its link says it as well
RECORDS = ("cells", "studies", "steps", "parts")  # lists of records of one kind
# in a script element only these could end it or start a comment; JSON knows them by number as well
INERT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def with_panel(html: str, explain: Callable[[list[str]], dict]) -> str:
    """`html` with, at the end of its body, the chains of its numbers, the panel's style, both scripts.

    `explain(ids)` gives the chains of the numbers that the page prints, as panel.js reads them. A
    page without numbers, or one that prints them without links, is returned as it is. A number whose
    link names it needs no `data-id`: the script sets it.

    Raises
    ------
    RenderError
        If the page has no end of its body to put the panel before.
    """
    ids = list(dict.fromkeys(PRINTED.findall(html)))
    if not ids:
        return html
    start, end, rest = TWICE.sub("", html).rpartition("</body>")
    if not end:
        raise RenderError("the page has no </body>, so the panel of its numbers has no place")
    style, panel, comforts = map(_read, ("panel.css", "panel.js", "page.js"))
    parts = (
        f"<style>\n{style}</style>",
        f'<script type="application/json" id="chains">{inert_json(_packed(explain(ids)))}</script>',
        f"<script>\n{panel}</script>",
        f"<script>\n{comforts}</script>",
    )
    return "".join([start, "\n".join(parts), "\n", end, rest])


def _packed(chains):
    """`chains` with their records as columns, as panel.js unpacks them."""
    numbers = [{"id": name} | number for name, number in chains["numbers"].items()]
    records = {name: chains[name] for name in RECORDS if name in chains}
    return chains | {name: columns(rows) for name, rows in (records | {"numbers": numbers}).items()}


def columns(rows: list[dict]) -> dict:
    """Column name -> its values, or {"of": its different values, "at": the place of each row's} if shorter."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: _column([row.get(name) for row in rows]) for name in names}


def _column(values):
    places: dict[str, int] = {}
    at = [places.setdefault(json.dumps(value), len(places)) for value in values]
    short = {"of": list(map(json.loads, places)), "at": at}
    return min(values, short, key=lambda one: len(json.dumps(one)))


def inert_json(value) -> str:
    """`value` as JSON that can stand in a script element, whatever its texts say."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(INERT)


def _read(name):
    return (HERE / name).read_text(encoding="utf-8")
