"""What the multiverse says in the report: how far the answer moves, with which choice, and what stands."""

from workflow.lib.render.diagnostic_figures import drawn
from workflow.lib.render.facts import listed, num
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

ROOT = "multiverse"
DECISIONS = {  # decision -> its name in words
    "measure": "Effect measure",
    "r": "Correlation before and after",
    "correct": "Small-sample correction",
    "conversion": "Conversion of medians",
    "time_point": "Follow-up",
    "inclusion": "Studies",
    "method": "Variance between studies",
    "test": "Test and interval",
    "level": "Level of the interval",
    "prior": "Prior of tau",
}
STATEMENTS = {
    "positive": "The estimate is above zero",
    "interval_above_zero": "The interval lies above zero",
    "interval_below_zero": "The interval lies below zero",
    "interval_includes_zero": "The interval includes zero: the data do not settle the direction",
    "prediction_includes_zero": "The prediction interval includes zero",
}
RELATIONS = {
    "primary": "primary",
    "equivalent": "equivalent",
    "uncertain": "uncertain",
    "non_equivalent": "not equivalent",
}
GROUPS = {"all": "All pools", "comparable": "Without non-equivalent choices"}
FIGURE = "fig-multiverse"
FILES = "Every universe: `results/robustness/multiverse.csv` and `.parquet`.\n"


def multiverse_section(record, config):
    """Markdown of the section; `record` is results/robustness/multiverse.json."""
    title = esc(config["analyses"][record["analysis"]]["title"])
    parts = (
        f"Somebody had to choose: {_chosen(config)}. Here every combination of the choices that "
        f"`config.yaml` declares is made for *{title}*, and the answer is pooled anew in each: "
        f"{_n('universes')} universes. {_kept(record)}",
        _answer(record),
        _published(record),
        _figure(record, title),
        _shares(record, config),
        _moved(record),
        _options(record),
        FILES,
    )
    return "\n\n".join(filter(None, parts))


def _chosen(config):
    """'effect measure, follow-up and studies': the decisions that are declared."""
    declared = config["multiverse"]["decisions"]
    return listed(words.lower() for name, words in DECISIONS.items() if name in declared)


def _n(name):
    return num(f"{ROOT}.{name}")


def _kept(record):
    """How many of the universes are pools, and what became of the others."""
    said = [f"{_n('pooled')} of them pool at least two studies"]
    if record["single"]:
        said.append(f"{_n('single')} rest on one study alone, which is no pool")
    if record["not_estimable"]:
        said.append(f"{_n('not_estimable')} have no estimate, each with its reason in the table")
    words = "; ".join(said) + "."
    if record["excluded"]:
        words += f" {_n('excluded')} combinations are declared impossible and were not tried."
    return words


def _answer(record):
    """The range of the estimates and what the interval says, over all pools and over the comparable."""
    if not record["pooled"]:
        return "No universe pools two studies, so there is nothing to compare."
    base = "comparable" if record["groups"][1]["universes"] else "all"
    among = "" if base == "all" else " that answer the same question in another way"
    spread = (
        f"Over the {_n(f'{base}.universes')} pools{among}, the estimate runs from {_n(f'{base}.min')} "
        f"to {_n(f'{base}.max')}, with its middle half between {_n(f'{base}.q1')} and "
        f"{_n(f'{base}.q3')}."
    )
    share = (
        f"The interval lies above zero in {_n(f'{base}.interval_above_zero.percent')} of them and "
        f"includes zero in {_n(f'{base}.interval_includes_zero.percent')}."
    )
    return f"**{spread} {share}**" + (
        f" Over all {_n('all.universes')} pools, doubtful choices included, it runs from "
        f"{_n('all.min')} to {_n('all.max')}."
        if base == "comparable"
        else ""
    )


def _published(record):
    """Where the published estimate stands among the universes."""
    if not record["published"] or not record["groups"][0]["published"]:
        return ""
    printed = num(f"claims.{record['published']['id']}.printed")
    said = [
        f"{_n(f'{name}.published_below')} of {_n(f'{name}.published_of')} {words}"
        for name, words in (
            ("comparable", "pools without non-equivalent choices"),
            ("all", "pools of all kinds"),
        )
        if any(one["group"] == name and one["published"] for one in record["groups"])
    ]
    return (
        f"**The published estimate**, {printed}, is larger than {' and '.join(said)}. Its place "
        "says how it compares with what open data give, not that it is wrong."
    )


def _figure(record, title):
    """The specification curve with its caption and alternative text."""
    caption = (
        f"{title}: every universe in the order of its estimate (top), and the choices it makes "
        "(marks below). Where there are many universes several share a column: pale bars are the "
        "widest interval among them, darker ones the narrowest, and marks are lighter where fewer "
        "make the choice. Intervals beyond the axis are cut off"
    )
    least, most = (_text(record, name) for name in ("min", "max"))
    alt = (
        f"Specification curve of {record['universes']} universes. Estimates rise from {least} to "
        f"{most}; below, a mark for each choice that a universe makes; at the right a histogram of "
        "the estimates and the share of the variance between the options of each decision."
    )
    return drawn("multiverse", caption, alt, FIGURE)


def _text(record, name):
    value = record["groups"][0]["estimates"][name]
    return "no estimate" if value is None else f"{value:.2f}"


def _shares(record, config):
    """In how many universes each sentence of a summary holds."""
    groups = [one for one in record["groups"] if one["universes"]]
    if not groups:
        return ""
    sentences = [one["statement"] for one in groups[0]["statements"]]
    rows = [
        [_sentence(name, config), *(_share(group, name) for group in groups)] for name in sentences
    ]
    header = ["Sentence", *(GROUPS[group["group"]] for group in groups)]
    return pipe_table(
        header,
        rows,
        align=("left", *("right" for _ in groups)),
        caption="In how many universes a sentence holds",
        label="multiverse-shares",
    )


def _sentence(name, config):
    """A sentence in words; effects that estimates are compared with are yardsticks."""
    if name in STATEMENTS:
        return STATEMENTS[name]
    start = "interval_beyond_" if name.startswith("interval_") else "beyond_"
    yardstick = config["yardsticks"][name.removeprefix(start)]
    what = "The whole interval" if start.startswith("interval") else "The estimate"
    return (
        f"{what} is above what {esc(yardstick['label'])} gives "
        f"({num(f'yardstick.{name.removeprefix(start)}.value')})"
    )


def _share(group, name):
    if not any(one["statement"] == name for one in group["statements"]):
        return ""
    base = f"{group['group']}.{name}"
    return f"{_n(f'{base}.percent')} ({_n(f'{base}.holds')} of {_n(f'{base}.asked')})"


def _moved(record):
    """Which decision moves the estimate most."""
    moving = [one for one in record["decisions"] if one["variance"] and len(one["options"]) > 1]
    if not moving:
        return ""
    most, *others = sorted(moving, key=lambda one: -one["variance"])
    share = _n(f"variance.{most['name']}")
    said = (
        f"**What moves the estimate most** is *{DECISIONS[most['name']].lower()}*: {share} of the "
        "variance over the pools lies between its options"
    )
    if others:
        second = others[0]["name"]
        said += f", {_n(f'variance.{second}')} between those of *{DECISIONS[second].lower()}*"
    return f"{said}; {_n('rest')} belongs to no single decision but to their combinations."


def _options(record):
    """Every option: its relation to the primary analysis, why it is there, and what it gives."""
    rows = [
        [
            DECISIONS[decision["name"]] if not number else "",
            esc(option["label"]),
            RELATIONS[option["relation"]],
            esc(option["reason"]),
            _n(f"option.{decision['name']}.{number + 1}.pooled"),
            _n(f"option.{decision['name']}.{number + 1}.median") if option["pooled"] else "",
        ]
        for decision in record["decisions"]
        if len(decision["options"]) > 1
        for number, option in enumerate(decision["options"])
    ]
    table = pipe_table(
        ["Decision", "Option", "Beside the primary", "Why it is an option", "Pools", "Median"],
        rows,
        align=("left", "left", "left", "left", "right", "right"),
        caption="The declared decisions and their options",
        label="multiverse-options",
    )
    return f'::: {{.callout-note collapse="true"}}\n## The declared choices\n\n{table}\n:::'
