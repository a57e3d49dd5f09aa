"""Tables for the auditor: where each number comes from, the cells and the quotes behind it."""

import re

from workflow.lib.render.facts import num
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

CODE_SAFE = re.compile(r"[\w:./ -]+")
MOST, FEW = 5, 1  # links of one number: all up to MOST, of more (a pool has hundreds) the first FEW


def provenance_table(facts, ids):
    """Where each printed number comes from; the targets of the links in the text."""
    rows = [
        [
            f"[`{number_id}`]{{#provenance-{number_id}}}",
            f"{esc(number['text'])} ({esc(number['unit'])})",
            _rests_on(number),
            f"{esc(number['method'])}; rule `{number['rule']}`, `{number['file']}`",
        ]
        for number_id, number in ((name, facts.numbers[name]) for name in ids)
    ]
    header = ["Number", "Printed", "Rests on", "Made how and where"]
    caption = "Provenance of every number in this report"
    return pipe_table(header, rows, caption=caption, label="provenance")


def _rests_on(number):
    """Extraction rows as links, then assumptions, settings and books by their names."""
    rows = [f"[`{row}`](#row-{row})" for row in number["rows"]]
    basis = [_linked(part) for part in number["basis"] if CODE_SAFE.fullmatch(part)]
    return "; ".join(filter(None, (_first(rows, " "), _first(basis, ", ")))) or "nothing else"


def _linked(part):
    """The name of something that a number rests on; a claim links to its quote."""
    book, _, name = part.partition(":")
    return f"[`{part}`](#claim-{name})" if book == "claims" else f"`{part}`"


def _first(links, between):
    """The first links, and how many more there are; the panel of the number names them all."""
    if len(links) <= MOST:
        return between.join(links)
    return f"{between.join(links[:FEW])} and {len(links) - FEW} more"


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
    """The printed value: a number by its id, a word as it is, or unknown."""
    number_id = f"reported.{row['id']}"
    return num(number_id) if number_id in facts.numbers else esc(row["value"] or "unknown")


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
