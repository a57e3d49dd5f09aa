"""Tables for the auditor: where each number comes from, the cells and the quotes behind it."""

import re

from workflow.lib.render.facts import num
from workflow.lib.render.markdown import escape_html, pipe_table
from workflow.lib.render.markdown import escape_markdown as esc

CODE_SAFE = re.compile(r"[\w:./ -]+")
REPORTED = "reported."  # how the id of a number begins that is a cell of the extraction
PROVENANCE = ("Number", "Printed", "Rests on", "Made how and where")
MOST, FEW = 5, 1  # links of one number: all up to MOST, of more (a pool has hundreds) the first FEW


def provenance_table(facts, ids):
    """Where each printed number comes from; the targets of the links in the text.

    It stands on the page alone and has thousands of rows: as HTML, which neither renderer reads. A
    value that a source prints is its own row of the extraction, see `sources_table`.
    """
    made = [name for name in ids if not name.startswith(REPORTED)]
    rows = "\n".join(_number_row(name, facts.numbers[name]) for name in made)
    header = "".join(f"<th>{name}</th>" for name in PROVENANCE)
    return (
        "::: {#tbl-provenance}\n\n```{=html}\n"
        '<div class="table-scroll"><table data-quarto-disable-processing="true">\n'
        f"<thead><tr>{header}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>\n```\n\n"
        "Provenance of every number in this report; a value that a source prints is its own row in "
        "@tbl-sources\n\n:::\n"
    )


def _number_row(number_id, number):
    """One number as a row of HTML."""
    made = f"{_html(number['method'])}; rule {_code(number['rule'])}, {_code(number['file'])}"
    cells = (
        _code(number_id),
        f"{_html(number['text'])} ({_html(number['unit'])})",
        _rests_on(number),
        made,
    )
    return (
        f'<tr id="provenance-{number_id}">'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
    )


def _rests_on(number):
    """Extraction rows as links, then assumptions, settings and books by their names."""
    basis = [part for part in number["basis"] if CODE_SAFE.fullmatch(part)]
    found = (_first(number["rows"], _row, " "), _first(basis, _linked, ", "))
    return "; ".join(filter(None, found)) or "nothing else"


def _row(name):
    """The name of an extraction row, which links to it."""
    return f'<a href="#row-{name}">{_code(name)}</a>'


def _linked(part):
    """The name of something that a number rests on; a claim links to its quote."""
    book, _, name = part.partition(":")
    return f'<a href="#claim-{name}">{_code(part)}</a>' if book == "claims" else _code(part)


def _code(name):
    return f"<code>{_html(name)}</code>"


def _html(text):
    """Text as HTML that prints it and does nothing else, in a fence of markdown too."""
    return escape_html(text).replace("`", "&grave;")


def _first(names, link, between):
    """The first links, and how many more there are; the panel of the number names them all."""
    if len(names) <= MOST:
        return between.join(map(link, names))
    return f"{between.join(map(link, names[:FEW]))} and {len(names) - FEW} more"


def sources_table(facts):
    """Every extraction row with its source and quote."""
    rows = [
        [
            f"[`{row['id']}`]{{#row-{row['id']}}}",
            facts.slabs.get(row["study"], esc(row["study"])),
            esc(", ".join(filter(None, (row["arm"], row["time_point"])))),
            esc(row["quantity"]),
            _value(facts, row),
            _origin(row),
            f"\u201c{esc(row['quote'])}\u201d" if row["quote"] else "",
        ]
        for row in facts.extraction
    ]
    header = ["Row", "Study", "Arm, time", "Quantity", "Value", "Source, or why unknown", "Quote"]
    return pipe_table(header, rows, caption="Extraction, row by row", label="sources")


def quotes_table(facts):
    """Every audited claim with the sentence that prints it; the target of the links to claims."""
    rows = [
        [
            f"[`{row['claim']}`]{{#claim-{row['claim']}}}",
            esc(row["printed"]),
            esc(row["source"]),
            f"\u201c{esc(row['quote'])}\u201d",
        ]
        for row in facts.claims
    ]
    if not rows:
        return ""
    header = ["Claim", "Printed", "Source", "Quote"]
    return pipe_table(header, rows, caption="Claims, as they are printed", label="quotes")


def _value(facts, row):
    """The printed value: a number by its id with its unit, a word as it is, or unknown."""
    number_id = f"{REPORTED}{row['id']}"
    if number_id not in facts.numbers:
        return esc(row["value"] or "unknown")
    unit = f" ({esc(row['unit'])})" if row["unit"] else ""
    return f"[{num(number_id)}{unit}]{{#provenance-{number_id}}}"


def _origin(row):
    """Source and page of a value, or why there is none."""
    return esc(
        ", ".join(filter(None, (row["source"], row["page"]))) if row["value"] else row["reason"]
    )


def inputs_table(facts):
    """Raw files with their sums, and the software."""
    rows = [[f"`{path}`", f"`{total}`"] for path, total in facts.inputs["inputs"].items()]
    rows += [[f"`{name}`", f"`{version}`"] for name, version in facts.inputs["software"].items()]
    rows.append(["`workflow/lib` and `workflow/schemas`", f"`{facts.inputs['library']}`"])
    caption = "Inputs with their sums, software with its version"
    table = pipe_table(["What", "Sum or version"], rows, caption=caption, label="inputs")
    return "".join([table, *(f"\n\n- {esc(remark)}" for remark in facts.remarks), "\n"])
