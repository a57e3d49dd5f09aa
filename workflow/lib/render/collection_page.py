"""The pages of a collection: a searchable table of all, and one meta-analysis with its plot and its rows."""

import base64
import json
import zlib
from pathlib import Path

from workflow.lib.render.bare_page import bare_page
from workflow.lib.render.markdown import escape_html as escape
from workflow.lib.render.markdown import visible_text

HERE = Path(__file__).parent
SIZE = 50  # rows of a page of the table


def index_page(title, facts, listing, figure, words):
    """The searchable page: facts (label, text), the listing, the figure (SVG, alt text), and its words.

    `listing` has names (columns of texts, the first the row's own), heads and numbers (columns of
    printed texts) and ids (may be empty); `words` are lead, table, whole (a link), made and note.
    """
    names = [[visible_text(text) for text in column] for column in listing["names"]]
    listing, heads = listing | {"names": names}, listing["heads"]
    first = [_line(listing, place) for place in range(min(SIZE, len(names[0])))]
    shown = f"1 to {len(first)} of {len(names[0]):,}"
    columns = "".join(f'<th class="n">{escape(head)}</th>' for head in heads)
    columns += '<th class="n">Page</th>' if listing["ids"] else ""
    body = f"""<h1>{escape(title)}</h1>
<p class="lead">{words["lead"]}</p>
{fact_list(facts)}
{image(*figure)}
<h2 id="all">{escape(words["table"])}</h2>
<p class="soft">{words["made"]}</p>
<div class="finder" role="search">
<input id="find" type="search" aria-label="Find by words" placeholder="Find by words" hidden>
<button id="before" type="button" hidden>Before</button> <button id="next" type="button" hidden>Next</button>
<span id="told" aria-live="polite">{shown}</span>
<noscript><span class="soft">Without scripts this page shows the first {len(first)}.</span></noscript>
</div>
<p>All rows: {words["whole"]}</p>
<table class="listed"><thead><tr><th>{escape(words["name"])}</th>{columns}</tr></thead>
<tbody>
{"".join(first)}</tbody></table>
<p class="soft">{words["note"]}</p>
<script type="application/octet-stream" id="listed-data">{_packed(listing)}</script>
<script>
{_read("collection.js")}</script>"""
    return page(title, body)


def _line(listing, place):
    """One row of the table, as the script makes it."""
    name, *others = (column[place] for column in listing["names"])
    aside = " · ".join(filter(None, others))
    label = escape(name) + (f'<span class="soft">{escape(aside)}</span>' if aside else "")
    cells = "".join(
        f'<td class="n" data-head="{escape(head)}">{escape(column[place])}</td>'
        for head, column in zip(listing["heads"], listing["numbers"], strict=True)
    )
    if listing["ids"]:
        one = listing["ids"][place]
        cells += f'<td class="n"><a class="id" href="pages/{one}.html">{one}</a></td>'
    return f'<tr><td class="name">{label}</td>{cells}</tr>\n'


def _packed(listing):
    """The listing, texts once each, compressed, as letters that can stand in a page."""
    numbers = {text: place for place, text in enumerate(dict.fromkeys(sum(listing["names"], [])))}
    record = listing | {"words": list(numbers), "size": SIZE}
    record["names"] = [[numbers[text] for text in column] for column in listing["names"]]
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def meta_page(title, lead, parts):
    """The page of one meta-analysis: the figure (SVG, alt), facts, and tables (heading, heads, rows, note)."""
    tables = "".join(
        f"<h2>{escape(heading)}</h2>\n{table(heads, rows)}<p class='soft'>{escape(note)}</p>\n"
        for heading, heads, rows, note in parts["tables"]
    )
    body = f"""<nav><a href="../index.html">All meta-analyses</a></nav>
<h1>{escape(title)}</h1>
<p class="lead">{escape(lead)}</p>
{fact_list(parts["facts"])}
{image(*parts["figure"])}
{tables}<p class="soft">{escape(parts["source"])}</p>"""
    return page(title, body)


def table(heads, rows):
    """A table of texts; all but the first column are numbers."""
    top = "".join(f'<th class="{"n" if n else ""}">{escape(h)}</th>' for n, h in enumerate(heads))
    lines = "".join(
        "<tr>"
        + "".join(f'<td class="{"n" if n else "name"}">{escape(t)}</td>' for n, t in enumerate(row))
        + "</tr>\n"
        for row in rows
    )
    head = f"<thead><tr>{top}</tr></thead>"
    return (
        f'<div class="scroll"><table class="numbers">{head}<tbody>\n{lines}</tbody></table></div>\n'
    )


def fact_list(facts):
    """Pairs of a label and a text."""
    parts = (f"<div><dt>{escape(label)}</dt><dd>{escape(text)}</dd></div>" for label, text in facts)
    return f'<dl class="facts">{"".join(parts)}</dl>'


def image(svg, alt):
    """A figure that is part of the page."""
    data = base64.b64encode(svg).decode()
    return f'<figure><img alt="{escape(alt)}" src="data:image/svg+xml;base64,{data}"></figure>'


def page(title, body):
    """A page that loads nothing from elsewhere."""
    style = _read("bundle.css") + _read("collection.css")
    return bare_page(escape(title), style, f"<main>\n{body}\n</main>")


def _read(name):
    return (HERE / name).read_text(encoding="utf-8")
