"""What a method search says in the report: how many were tried, what comes nearest, and what it is not."""

from workflow.lib.render.facts import num, plural, value
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

ROOT = "method_search"
CAUTION = (
    "**A match found by search is not evidence of what was done**, and neither is a near miss: "
    "among many combinations some come near almost any printed number."
)
FILES = (
    "Every universe tried: `results/audit/method_search.csv`; counts by each decision: "
    "`results/audit/method_search.json`.\n"
)


def search_section(facts):
    """Markdown of the method search; empty where config.yaml declares none."""
    if f"{ROOT}.tried" not in facts.numbers:
        return ""
    if not value(facts, f"{ROOT}.tried"):
        return (
            "**Method search.** There is no printed result to search for, or no declared "
            "combination pools two studies: nothing was tried.\n"
        )
    parts = (
        f"**Method search.** {_tried(facts)} {_outcome(facts)} {CAUTION}",
        _table(facts),
        FILES,
    )
    return "\n\n".join(filter(None, parts))


def _tried(facts):
    """How many combinations were pooled, and of what."""
    return (
        "Each combination of measure, correlation, small-sample correction, time point, estimator, "
        f"interval and set of studies that `config.yaml` declares was pooled: {num(f'{ROOT}.tried')} "
        "in all."
    )


def _outcome(facts):
    """How many of them reproduce the printed digits, and of how many studies the source speaks."""
    matches, pooled = value(facts, f"{ROOT}.matches"), "flow.studies_pooled"
    known = facts.numbers.get(pooled, {}).get("value") is not None
    beside = f" The source pooled {num(pooled)} studies." if known else ""
    if not matches:
        return f"None of them reproduces every printed digit.{beside}"
    verb = plural(matches, "reproduces", "reproduce")
    return f"{num(f'{ROOT}.matches')} of them {verb} every printed digit.{beside}"


def _table(facts):
    """The nearest universes with different results."""
    rows = [_row(facts, base) for base in _nearest(facts)]
    if not rows:
        return ""
    header = ["Combination", "Studies", "Result", "p", "Test statistic", "Largest miss"]
    caption = "The nearest combinations; misses in units of the last printed digit"
    return pipe_table(header, rows, caption=caption, label="method-search")


def _nearest(facts):
    """Beginnings of the ids of the nearest universes, the nearest first."""
    ids = (number_id for number_id in facts.numbers if number_id.startswith(f"{ROOT}.nearest."))
    places = sorted({int(number_id.split(".")[2]) for number_id in ids})
    return [f"{ROOT}.nearest.{place}" for place in places]


def _row(facts, base):
    """One universe: what it decides, and what it gives."""
    result = f"{num(f'{base}.beta')} ({num(f'{base}.ci_lb')} to {num(f'{base}.ci_ub')})"
    cells = [num(f"{base}.{field}") for field in ("pval", "stat", "distance")]
    return [esc(facts.numbers[f"{base}.beta"]["method"]), num(f"{base}.k"), result, *cells]
