"""Tables of what was examined about one pool: each procedure, its numbers, and what limits them."""

from collections import Counter

from workflow.lib.render.facts import num, read_as
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table
from workflow.lib.render.statistic_words import PREDICTIONS, heading, said, stem_of

INTERCEPT = "intrcpt"
MOST = 12  # numbers of one procedure in the table; the record has them all
LONGEST = 4  # numbers of a list in that table; longer ones are values of studies
TERM = ("beta", "se", "stat", "df", "pval", "ci_lb", "ci_ub")  # of each coefficient of a model


def examined_table(facts, name):
    """Markdown of the examinations of one analysis; empty where config.yaml names none."""
    record = facts.examined.get(name)
    if not record or not record["examined"]:
        return ""
    shown = [(one, _printed(facts, name, one)) for one in record["examined"]]
    rows = [
        [esc(_called(one)), _numbers(one, ids, name), esc(one["tag"]), esc(one["reason"])]
        for one, ids in shown
    ]
    caption = f"Examinations of the pool: {esc(facts.models[name]['title'])}"
    header = ["Procedure", "Result", "Method", "Remark"]
    parts = [pipe_table(header, rows, caption=caption, label=f"examined-{_label(name)}")]
    words = {INTERCEPT: "intercept"} | facts.config.get("column_labels", {})
    parts += [_several(one, ids, name, words) for one, ids in shown if _groups(ids)]
    model = facts.models[name]
    if read_as(model):
        parts.append(f"Effects stand here on the scale of the analysis: {esc(model['unit'])}.\n")
    parts.append(
        f"All values: `results/robustness/examined_{name}.json`; those of each study: "
        f"`results/robustness/examined_{name}.csv`.\n"
    )
    return "\n".join(parts)


def _called(one):
    """'Subgroups: region', where config.yaml gives an examination a name of its own."""
    own = one["name"].replace("_", " ")
    return one["label"] if one["name"] == one["procedure"] else f"{one['label']}: {own}"


def _label(text):
    return text.replace("_", "-").replace(".", "-")


def _printed(facts, name, one):
    """field -> id of the numbers of one procedure that have a value."""
    fields = [entry["field"] for entry in one["values"]]
    ids = {field: f"examined.{name}.{one['name']}.{field}" for field in fields}
    known = facts.numbers
    return {f: i for f, i in ids.items() if known.get(i, {}).get("value") is not None}


def _groups(ids):
    """Answers with names of their own: name -> field -> id."""
    found = {}
    for field, number_id in ids.items():
        if place := _place(field, ids):
            name, column = place
            found.setdefault(name, {})[column] = number_id
    return found


def _place(field, ids):
    """(row, column) of pool.REML.beta, robust.beta.ablat, the coefficient beta.ablat, pet.beta; or None."""
    first, *rest = field.split(".")
    if not rest or rest[-1].isdigit():  # a bare list has nothing to head a column
        return None
    if len(rest) == 3:  # clusters.oslo.dfbs.intrcpt
        return rest[0], f"{rest[1]} {rest[2]}"
    if len(rest) == 2:
        return (f"{rest[1]}, {first}", rest[0]) if rest[0] in TERM else tuple(rest)
    if first in TERM:
        return rest[0], first
    return (first, rest[0]) if f"{first}.beta" in ids else None


def _list_of(field):
    """'filled_yi' of filled_yi.3; empty for a field that is no part of a list."""
    name, place = stem_of(field)
    return name if place else ""


def _numbers(one, ids, name):
    """'tau² {{num}}, p {{num}}' of the first numbers of a procedure, or where they stand."""
    alone = {f: i for f, i in ids.items() if f.count(".") < 2 and not _place(f, ids)}
    lists = Counter(_list_of(field) for field in alone)
    short = [field for field in alone if not _list_of(field) or lists[_list_of(field)] <= LONGEST]
    first = sorted(short, key=lambda field: bool(_list_of(field)))  # lists come last
    told = said({field: alone[field] for field in first[:MOST]}, num)
    said_of = [told] if told else []
    if _groups(ids):
        said_of.append(f"see @tbl-examined-{_label(name)}-{_label(one['name'])}")
    return ", ".join(said_of) or ("" if one["reason"] else "a value for each study")


def _several(one, ids, name, words):
    """The table of a procedure that gives several answers, one row each; texts come first.

    `words` are what to print for a column of the studies.
    """
    groups, texts = _groups(ids), _texts(one)
    columns = list(dict.fromkeys(field for fields in groups.values() for field in fields))
    spoken = list(dict.fromkeys(field for fields in texts.values() for field in fields))
    spoken = [field for field in spoken if field != "name"]
    rows = [
        [
            esc(_row_name(one, texts.get(group, {}).get("name"), group, words)),
            *(esc(texts.get(group, {}).get(field, "")) for field in spoken),
            *(num(fields[c]) if c in fields else "" for c in columns),
        ]
        for group, fields in groups.items()
    ]
    label = f"examined-{_label(name)}-{_label(one['name'])}"
    header = ["Variant", *(esc(heading(field)) for field in (*spoken, *columns))]
    return pipe_table(header, rows, caption=f"{esc(_called(one))}; {esc(one['tag'])}", label=label)


def _row_name(one, name, group, words):
    """What a row is called: by its own name, or as a coefficient of a model."""
    if one["procedure"] == "predictions":
        return PREDICTIONS.get(name or group, group)
    return name or _readable(group, words)


def _readable(group, words):
    """'mean age, robust' of the coefficient mean_age, robust; the words of config.yaml where it has them."""
    name, comma, rest = group.partition(", ")
    return words.get(name, name.replace("_", " ").strip()) + comma + rest


def _texts(one):
    """Answer -> field -> text, of the answers that say something in words."""
    found = {}
    for entry in one["values"]:
        parts = entry["field"].split(".")
        if len(parts) == 3 and isinstance(entry["value"], str):
            found.setdefault(parts[1], {})[parts[2]] = entry["value"]
    return found
