"""The warning of a report that still holds example data."""

from workflow.lib.render.facts import listed
from workflow.lib.render.markdown import escape_markdown

EXAMPLE = "EXAMPLE"  # how the source of an example row begins; `make new` writes such rows
NAMES = {"extraction": "source", "studies": "reference", "raw_flow": "source", "claims": "source"}

EXAMPLE_WORDS = "**This report holds example data: nothing here is a finding.**\n\n"


def example_banner(facts):
    """A callout while any source begins with EXAMPLE; empty where none does."""
    tables = [
        f"data/raw/{name.removeprefix('raw_')}.csv"
        for name, column in NAMES.items()
        if any(_is_example(row.get(column)) for row in getattr(facts, name))
    ]
    if not tables:
        return ""
    slabs = [row["slab"] for row in facts.studies if _is_example(row["reference"])]
    own = f" (the studies {escape_markdown(listed(slabs))} among them)" if slabs else ""
    files = listed(f"`{name}`" for name in tables)
    return (
        "::: {.callout-warning}\n## This report holds example data\n\n"
        f"Rows of {files} are examples{own}: made up to show the form, from no study. **Nothing on this "
        "page is a finding** until the last of them is replaced; this warning then goes by itself.\n:::\n"
    )


def _is_example(text):
    return str(text or "").startswith(EXAMPLE)
