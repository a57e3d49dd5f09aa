"""The report's section on risk of bias: figures, counts, weights, agreement, what was overridden and why."""

from workflow.lib.render.facts import listed, num, plural
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table
from workflow.lib.render.pieces import figure

LIGHTS = {  # light -> words of the table of weights
    "low": "Low",
    "some": "Some concerns, moderate",
    "high": "High, serious",
    "critical": "Critical",
    "unclear": "Unclear",
    "not_rated": "Not judged",
}


def bias_section(numbers, *, rows, counts, records, pools, remarks):
    """Markdown of the section.

    Parameters
    ----------
    numbers
        The registry of this book, id -> record.
    rows, counts
        Judgements that stand; how often each was given.
    records
        Instrument -> (its words, whose overall rule it is, remark) of the instruments used.
    pools
        Analysis -> its title, where a pool has weights.
    remarks
        Sentences on instruments that do not fit a design.
    """
    parts = [
        *(_instrument(numbers, name, words, rows) for name, words in records.items()),
        _figures(numbers, counts, records, pools),
        _weights(numbers, pools),
        _overridden(rows, counts),
        *(f"**Design.** {esc(remark)}" for remark in remarks),
        _supports(rows),
        "All judgements: `results/tables/risk_of_bias.csv`; instruments: "
        "`workflow/schemas/instruments` and the review's own in `data/raw/instruments`.\n",
    ]
    return "\n\n".join(filter(None, parts))


def _instrument(numbers, name, words, rows):
    """How many results an instrument judges, what they come to, whose rule that is, and agreement."""
    overall = [row for row in rows if (row["instrument"], row["domain"]) == (name, "overall")]
    said = dict.fromkeys((row["judgement"], row["words"]) for row in overall)
    k = numbers[f"rob.{name}.k"]["value"]
    came = listed(f"{esc(text)} in {num(f'rob.{name}.overall.{one}')}" for one, text in said)
    text = (
        f"**{esc(words['name'])}** ({esc(words['version'])}; {esc(words['scope'])}; {esc(words['citation'])}): "
        f"{num(f'rob.{name}.k')} {plural(k, 'result')} judged, overall {came}. "
        f"Overall judgement: {esc(words['rule'])}. {esc(words['remark'])}"
    )
    return text.strip() + _agreement(numbers, name)


def _agreement(numbers, name):
    base = f"rob.{name}.agreement"
    if f"{base}.n" not in numbers:
        return ""
    if numbers[f"{base}.kappa"]["value"] is None:
        found = numbers[f"{base}.kappa"]["text"]
    elif numbers[f"{base}.ci_lb"]["value"] is None:
        found = f"{num(f'{base}.kappa')}, its interval {numbers[f'{base}.ci_lb']['text']}"
    else:
        found = f"{num(f'{base}.kappa')} (95% CI {num(f'{base}.ci_lb')} to {num(f'{base}.ci_ub')})"
    return (
        f" Two assessors gave the same judgement in {num(f'{base}.percent')} of {num(f'{base}.n')} "
        f"domains that both judged; {numbers[f'{base}.kappa']['method'].partition(',')[0]} {found}."
    )


def _figures(numbers, counts, records, pools):
    """Both figures with alternative texts that give the overall counts."""
    overall = [one for one in counts if one["domain"] == "overall" and one["count"]]
    said = "; ".join(
        f"{esc(records[one['instrument']]['name'])}, overall {esc(one['words'])}: "
        f"{num('rob.{instrument}.{domain}.{judgement}'.format(**one))}"
        for one in overall
    )
    lights = figure(
        numbers,
        "risk_of_bias",
        "Risk of bias: each result and domain; symbols stand beside the colours",
        f"Traffic-light plot. {said}.",
        "fig-risk-of-bias",
    )
    weighted = " and by the weights of the primary pool" if pools else ""
    summary = figure(
        numbers,
        "risk_of_bias_summary",
        f"Risk of bias by domain, unweighted{weighted}",
        f"Stacked bars of judgements by domain, unweighted{weighted}. {said}.",
        "fig-risk-of-bias-summary",
    )
    return f"{lights}\n{summary}"


def _weights(numbers, pools):
    """How much of each pool's weight stands behind each overall judgement."""
    if not pools:
        return ""
    shown = [
        level
        for level in LIGHTS
        if any(numbers[f"rob.{name}.weight.{level}"]["value"] for name in pools)
    ]
    rows = [
        [esc(title), *(num(f"rob.{name}.weight.{level}") for level in shown)]
        for name, title in pools.items()
    ]
    header = ["Pool", *(LIGHTS[level] for level in shown)]
    align = [None, *["right"] * len(shown)]
    caption = "Share of each pool's weight by overall risk of bias"
    return pipe_table(header, rows, align=align, caption=caption, label="bias-weights")


def _overridden(rows, counts):
    """Judgements that are not the suggested ones, with reason and name."""
    found = [row for row in rows if row["overridden"]]
    if not found:
        return "No person judged otherwise than an algorithm suggests."
    words = {(one["instrument"], one["domain"], one["judgement"]): one["words"] for one in counts}
    lines = [
        f"- {esc(row['slab'])}, {_part(row)}: {esc(row['words'])} instead of "
        f"{esc(words[row['instrument'], row['domain'], row['suggested']])}: {esc(row['reason'])} "
        f"({esc(row['assessor'])})"
        for row in found
    ]
    return "**Judged otherwise than suggested:**\n\n" + "\n".join(lines)


def _part(row):
    return "Overall" if row["domain"] == "overall" else f"{row['domain']} {esc(row['label'])}"


def _supports(rows):
    """Every judgement with what it rests on, in a callout that opens."""
    cells = [
        [
            esc(", ".join(filter(None, (row["slab"], row["outcome"])))),
            _part(row),
            esc(row["words"]),
            esc(row["answers"].replace("=", " ").replace(";", ", ")),
            esc(row["support"]),
            esc(", ".join(filter(None, (row["source"], row["page"])))),
            esc(row["assessor"]),
        ]
        for row in rows
    ]
    header = ["Study", "Domain", "Judgement", "Answers", "Support", "Source", "Judged by"]
    table = pipe_table(header, cells, caption="What each judgement rests on", label="bias-support")
    return (
        '::: {.callout-note collapse="true"}\n## Show what each judgement rests on\n\n'
        f"{table}\n:::"
    )
