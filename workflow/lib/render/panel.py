"""The panel of a finished page: a click on a number opens the chain behind it, without any network."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from workflow.lib.errors import RenderError

HERE = Path(__file__).parent
PRINTED = re.compile(r'\sdata-id="([\w.:-]+)"')
# in a script element only these could end it or start a comment; JSON knows them by number as well
INERT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def with_panel(html: str, explain: Callable[[list[str]], dict]) -> str:
    """`html` with the panel at the end of its body: the chains of its numbers, a style and a script.

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
    style, script = (_read(f"panel.{kind}") for kind in ("css", "js"))
    parts = (
        f"<style>\n{style}</style>",
        f'<script type="application/json" id="chains">{inert_json(explain(ids))}</script>',
        f"<script>\n{script}</script>",
    )
    return "".join([start, "\n".join(parts), "\n", end, rest])


def inert_json(value) -> str:
    """`value` as JSON that can stand in a script element, whatever its texts say."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(INERT)


def _read(name):
    return (HERE / name).read_text(encoding="utf-8")
