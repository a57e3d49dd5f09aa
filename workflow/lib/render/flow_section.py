"""The flow in words: where its counts come from, and its boxes one by one."""

from workflow.lib.render.facts import is_retold, listed, num
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

ORIGINS = {
    "transcribed": "transcribed from the published text",
    "counted": "counted from the records and decisions of this review",
    "derived": "follows from other boxes",
    "not_reported": "not reported",
}
OTHER = "other_"  # boxes of other methods than databases and registers
OPEN = (  # on paper there is nothing to click
    '::: {.content-visible when-format="html"}\n'
    "Click on a count to see what it rests on; in `results/figures/flow.svg` every box leads here."
    "\n:::"
)


def flow_sentence(facts):
    """Where the counts come from, and which are not reported."""
    origins = {box["origin"] for box in facts.flow}
    missing = [name_of(box).lower() for box in facts.flow if box["origin"] == "not_reported"]
    text = "No counts of records and studies are reported."
    if "transcribed" in origins:
        text = _transcribed(facts)
    if "counted" in origins:
        text = "The counts are made from the records and decisions of this review."
        printed = [name_of(box).lower() for box in facts.flow if box["origin"] == "transcribed"]
        text += f" Transcribed from the published text: {listed(printed)}." if printed else ""
    if any(box["box"] == "studies_narrated" and box["origin"] == "derived" for box in facts.flow):
        text += (
            " The number of narrated studies is the difference of the included and the pooled ones."
        )
    known = origins - {"not_reported"}
    return text + (f" Not reported: {listed(missing)}." if missing and known else "")


def _transcribed(facts):
    """Whether the counts are those of the paper, or all that a data set says."""
    known = {row["source"]: row for row in facts.raw_flow if row["source"]}
    if known and all(map(is_retold, known.values())):
        who = listed(esc(source) for source in known)
        return f"The counts are transcribed from the {who}, which does not tell how the studies were found."
    return (
        "The counts are transcribed from the published text; the records themselves are not open."
    )


def is_drawn(facts):
    """Whether the flow is worth a diagram: two boxes or more have a count."""
    return sum(box["origin"] != "not_reported" for box in facts.flow) > 1


def flow_words(facts):
    """The diagram in words, for its alternative text."""
    said = ", ".join(f"{name_of(box).lower()} {box['text']}" for box in facts.flow)
    return f"Flow diagram: {said}."


def flow_table(facts):
    """Every box with its count, its details, and where the count comes from; folded away."""
    if not facts.flow:
        return ""
    sources = {row["box"]: row["source"] for row in facts.raw_flow}
    rows = [
        [
            esc(name_of(box)),
            num(f"flow.{box['box']}"),
            esc((box["detail"] or "").replace("\n", "; ")),
            esc(box["reason"]) or _where_from(box, sources),
        ]
        for box in facts.flow
    ]
    header = ["Box", "Count", "Of which", "Where from"]
    table = pipe_table(header, rows, caption="The boxes of the flow", label="flow")
    return f'::: {{.callout-note collapse="true"}}\n## Show the boxes one by one\n\n{OPEN}\n\n{table}:::\n'


def _where_from(box, sources):
    """How a count came about; of one that was printed, the source that prints it."""
    source = sources.get(box["box"], "") if box["origin"] == "transcribed" else ""
    return f"transcribed from {esc(source)}" if source else ORIGINS[box["origin"]]


def name_of(box):
    """The label of a box; of other methods too, where two boxes have the same one."""
    twice = box["box"].startswith(OTHER) and "other methods" not in box["label"]
    return f"{box['label']} (other methods)" if twice else box["label"]
