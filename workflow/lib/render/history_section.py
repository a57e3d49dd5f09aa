"""The section of a living review: how its answer moved from update to update."""

from workflow.lib.render.markdown import escape_markdown

ALT = (
    "The pooled estimate with its interval at each update of the review, the oldest above: date, "
    "pooled studies, new rows and the estimate in words."
)
HEADING = "## Updates {#sec-history}\n\n"
ONE = f"{HEADING}One entry in `history.csv`; the plot begins with the second.\n"


def history_section(facts):
    """The plot of the updates where there are two or more, and why each was made; empty without a history."""
    if len(facts.history) < 2:
        return ONE if facts.history else ""
    whys = dict.fromkeys(escape_markdown(row["why"]) for row in facts.history if row["why"])
    said = f"\n\nReasons given, in their order: {'; '.join(whys)}." if whys else ""
    words = "The estimate of the primary analysis at each update, as it was accepted then"
    data = "Data of the figure: `results/figures/history.csv`; all entries: `history.csv`."
    return f'{HEADING}![{words}](figures/history.svg){{#fig-history fig-alt="{ALT}"}}\n\n{data}{said}\n'
