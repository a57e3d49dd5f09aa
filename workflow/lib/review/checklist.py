"""Reporting checklists filled from what the report has: answered, stated by a person, or open."""

import difflib
import re

HEADING = re.compile(r"^#{1,6}[ \t]+(?P<title>[^\n{]*?)[ \t]*\{#(?P<anchor>[\w-]+)", re.MULTILINE)
OF_THE_SECTION = {  # anchors of the section that lists them, which no prose declares
    "sec-protocol": "Protocol",
    "sec-retractions": "Retractions",
    "sec-prisma": "PRISMA 2020",
}
ALTERNATIVE = "|"
PERSON = "person"  # a need that only a person's row meets
ENOUGH = 10  # studies for a test of asymmetry (Sterne 2011)
SYSTEMATIC = ("systematic review", "meta-analysis", "meta-analyses")


def anchors_of(texts, config):
    """Anchor -> title of every heading of the prose, of every analysis, and of the section itself."""
    own = {
        f"sec-{name.replace('_', '-')}": analysis["title"]
        for name, analysis in config["analyses"].items()
    }
    found = (match for text in texts for match in HEADING.finditer(text))
    return {match["anchor"]: match["title"] for match in found} | own | OF_THE_SECTION


def what_holds(config, *, studies, models, flow, kept, words):
    """The set of what items can need, as schemas/checklists names it.

    `kept` are book:<name> and table:<file> of this review; `words` say whether there is a protocol,
    whether a person has rated the certainty of an analysis, and whether it is known of how many persons.
    """
    ks = [model["fit"]["k"] for model in models]
    primary = config["headline"]["primary"]
    review = next(row for row in studies if row["study"] == config["review"]["study"])
    roles = {row["role"] for row in studies}
    examined = {
        options.get("procedure", name)
        for analysis in config["analyses"].values()
        for name, options in analysis.get("examine", {}).items()
    }
    words = words | {
        "title": any(words in config["review"]["title"].lower() for words in SYSTEMATIC),
        "pool": max(ks, default=0) > 0,
        "answer": any(one["fit"]["k"] for one in models if one["analysis"] == primary),
        "pools": max(ks, default=0) > 1,
        "enough": max(ks, default=0) >= ENOUGH,
        "flow": any(box["n"] is not None for box in flow),
        "studies": bool(roles & {"pooled", "candidate", "narrated"}),
        "excluded": "excluded" in roles,
        "meaning": bool(config["yardsticks"]),
        "registration": bool(review["registration"]),
    }
    return (
        {word for word, holds in words.items() if holds}
        | set(kept)
        | set(config.get("journal", {}))
        | {f"examined:{name}" for name in examined}
    )


def filled(checklists, said, *, anchors, holds):
    """Rows of results/tables/checklist.csv: each item of both checklists with its status.

    `said` are rows of data/raw/checklist.csv; `anchors` are those of the report.
    """
    own = {(row["checklist"], row["item"]): row for row in said}
    abstract = [_row("abstract", one, own, anchors, holds) for one in checklists["abstract"]]
    whole = all(row["status"] != "open" for row in abstract)
    holds = holds | ({"abstract"} if whole else set())
    return [_row("main", one, own, anchors, holds) for one in checklists["main"]] + abstract


def _row(checklist, item, said, anchors, holds):
    """One item: a person's row comes first, then what the report has."""
    person = said.get((checklist, item["item"]))
    words = {"checklist": checklist, **{k: item[k] for k in ("item", "section", "topic", "asks")}}
    if person:
        return words | {"status": "stated", "where": person["where"], "note": person["note"]}
    if _is_answered(item, anchors, holds):
        return words | {"status": "answered", "where": ";".join(item["where"]), "note": ""}
    return words | {"status": "open", "where": "", "note": item["open"]}


def _is_answered(item, anchors, holds):
    return set(item["where"]) <= set(anchors) and all(
        set(need.split(ALTERNATIVE)) & holds for need in item["needs"]
    )


def checklist_problems(rows, checklists, anchors):
    """Items and anchors that do not exist, and rows that say neither where nor why not."""
    problems = []
    for number, row in enumerate(rows, 2):
        here = f"checklist.csv, row {number} ({row['checklist']} {row['item']})"
        known = [one["item"] for one in checklists.get(row["checklist"], [])]
        if known and row["item"] not in known:
            words = f"{here}, item: '{row['item']}' is no item of this checklist"
            problems.append(f"{words}{_nearest(row['item'], known)}")
        if not (row["where"] or row["note"]):
            words = "say where the item is answered, or in 'note' why it does not apply"
            problems.append(f"{here}, where: empty; {words}")
        if row["where"].startswith("#") and row["where"][1:] not in anchors:
            near = _nearest(row["where"][1:], anchors, "#")
            words = f"'{row['where']}' is no anchor of the report's prose"
            problems.append(f"{here}, where: {words}{near}")
    return problems


def _nearest(text, known, before=""):
    near = difflib.get_close_matches(text, list(known), 1)
    shown = ", ".join(f"{before}{one}" for one in sorted(known))
    return f"; did you mean '{before}{near[0]}'?" if near else f"; admissible: {shown}"
