"""The section on checklist and protocol: items with links, decisions beside the configuration, retractions."""

from workflow.lib.render.facts import num
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

STATUS = {"answered": "answered", "stated": "stated by a person", "open": "open"}
NOTICES = {
    "retraction": "**retracted**",
    "expression_of_concern": "**expression of concern**",
    "correction": "corrected",
    "reinstatement": "reinstated",
    "other_notice": "another notice",
}
GRAVE = ("retraction", "expression_of_concern")
CANNOT = "Cannot be checked, because studies.csv has neither DOI nor PubMed id"
HOW = {
    "changed": "used otherwise",
    "dropped": "not used",
    "added": "not in the protocol",
    "other": "outside the configuration",
}


def checklist_section(filled, anchors, protocol, retractions):
    """The whole section: protocol, retractions, both checklists.

    `filled` are items with their status; `anchors` maps an anchor to its title; `protocol` is what
    protocol_part takes; `retractions` are rows of the check with the day of the snapshot, or None.
    """
    parts = (
        f"### Protocol {{#sec-protocol}}\n\n{protocol_part(**protocol)}",
        f"### Retractions {{#sec-retractions}}\n\n{retractions_part(*retractions)}"
        if retractions
        else "",
        f"### PRISMA 2020 {{#sec-prisma}}\n\n{_checklists(filled, anchors)}",
    )
    return "\n\n".join(filter(None, parts)) + "\n"


def protocol_part(*, registration, compared, sums, kept):
    """Registration, the decisions with their sum, and every deviation with its reason.

    `sums` is (sha256, day of the last decision); `kept` are the raw tables that are there.
    """
    said = f"Registered as {esc(registration)}" if registration else "No registration is named"
    if "protocol" not in kept:
        text = (
            f"{said}; its decisions are not readable here (`data/raw/protocol.csv` is not there), "
        )
        text += "so deviations from them cannot be listed."
        return "\n\n".join(filter(None, (text, _deviations(compared))))
    total, day = sums
    text = (
        f"{said}. Decisions that the protocol makes about this configuration: "
        f"{num('protocol.decisions')}, the last of {esc(day)}; kept as planned: {num('protocol.kept')}; "
        f"deviations: {num('protocol.deviations')}, of which {num('protocol.unexplained')} without a "
        f"reason; amended later: {num('protocol.amended')}. SHA-256 of the decisions and their days: "
        f"`{total}`."
    )
    return "\n\n".join(filter(None, (text, _deviations(compared))))


def _deviations(compared):
    """Every decision that is used otherwise than planned."""
    rows = [
        [
            f"`{_code(row['path'])}`",
            esc(row["planned"] or ""),
            esc(row["used"] or ""),
            HOW[row["status"]],
            _reason(row),
        ]
        for row in compared
        if row["status"] != "kept"
    ]
    if not rows:
        return ""
    header = ["Decision", "Planned", "Used", "Deviation", "Reason"]
    return pipe_table(header, rows, caption="Deviations from the protocol", label="deviations")


def _reason(row):
    if not row["reason"]:
        return "no reason given"
    return f"{esc(row['reason'])} ({esc(row['who'])}, {esc(row['decided'])})"


def _code(text):
    """A path as code; what would end the code or the cell is left out."""
    return text.replace("`", "").replace("|", "")


def retractions_part(rows, day):
    """What the snapshot of a day says: notices in a table, the other studies by name."""
    said = (
        f"Snapshot of the Retraction Watch database of {esc(day)}. Included studies: "
        f"{num('retractions.studies')}, of which {num('retractions.checked')} have a DOI or PubMed id and "
        "could be looked for."
    )
    table = [
        [esc(row["slab"]), esc(row["role"]), NOTICES[row["status"]], esc(row["notices"])]
        for row in rows
        if row["notices"]
    ]
    header, caption = ["Study", "Role", "Status", "Notices"], "Notices about studies"
    parts = [said, pipe_table(header, table, caption=caption, label="retractions") if table else ""]
    for status, words in (("not_listed", "Not listed in it"), ("cannot_be_checked", CANNOT)):
        own = ", ".join(esc(row["slab"]) for row in rows if row["status"] == status)
        parts.append(f"{words}: {own}." if own else "")
    return "\n\n".join(filter(None, parts))


def warning(rows, day):
    """The sentence beside the answer if an included study is retracted or doubted; else nothing."""
    own = [
        row for row in rows if row["status"] in GRAVE and row["role"] not in ("excluded", "review")
    ]
    if not own:
        return ""
    said = "; ".join(f"{esc(row['slab'])} ({NOTICES[row['status']].strip('*')})" for row in own)
    return (
        "::: {.callout-warning}\n## Retracted or doubted\n\nListed in the retraction snapshot of "
        f"{esc(day)}: {said}. Read the answer with that in mind ([details](#sec-retractions)).\n:::\n"
    )


def _checklists(filled, anchors):
    """Both checklists, open items first in words, all of them in a table that opens."""
    main = [row for row in filled if row["checklist"] == "main"]
    abstract = [row for row in filled if row["checklist"] == "abstract"]
    said = (
        "A link says where the report answers an item; whether the answer is enough is the reader's to "
        f"judge. Items of the main checklist [@page2021] that are open: {num('checklist.main.open')} of "
        f"{num('checklist.main.items')}; of the checklist for abstracts: "
        f"{num('checklist.abstract.open')} of {num('checklist.abstract.items')}."
    )
    tables = (
        _table(main, anchors, "PRISMA 2020, main checklist", "prisma-main"),
        _table(abstract, anchors, "PRISMA 2020, checklist for abstracts", "prisma-abstract"),
    )
    body = "\n\n".join(tables)
    title = "## Show both checklists, item by item"
    return f'{said}\n\n::: {{.callout-note collapse="true"}}\n{title}\n\n{body}\n:::'


def _table(rows, anchors, caption, label):
    cells = [
        [
            f"{esc(row['item'])}",
            esc(row["topic"]),
            esc(row["asks"]),
            f"[{STATUS[row['status']]}]{{.item-{row['status']}}}",
            _where(row, anchors),
        ]
        for row in rows
    ]
    header = ["Item", "Topic", "Asks for", "Status", "Where, or what is missing"]
    return pipe_table(header, cells, caption=caption, label=label)


def _where(row, anchors):
    """Links, or a person's words, or what is missing."""
    places = [one for one in (row["where"] or "").split(";") if one]
    links = [
        f"[{esc(anchors[place.removeprefix('#')])}](#{place.removeprefix('#')})"
        if place.removeprefix("#") in anchors
        else esc(place)
        for place in places
    ]
    return "; ".join(filter(None, (", ".join(links), esc(row["note"] or ""))))
