"""What the report says of the correlation before and after: its source study by study, and where it tips."""

from workflow.lib.render.diagnostic_figures import drawn
from workflow.lib.render.facts import TESTS, num, plural
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import pipe_table

ROOT = "tipping"
RUNGS = {
    "reported": "reported by the source",
    "individual_data": "from the scores of single patients",
    "sd_of_change": "from the printed SD of the change",
    "se_of_change": "from the standard error of the change",
    "paired_t": "from a paired t test",
    "paired_p": "from the p value of a paired test",
    "paired_interval": "from a paired interval of the change",
    "converted_change": "from the quartiles of the change",
    "imputed": "assumed",
    "not_needed": "not needed by this measure",
    "missing": "none",
}


def tipping_section(record, names):
    """Markdown of the section; `record` is results/robustness/tipping.json.

    `names` maps a study to its piece of a number's id.
    """
    parts = (
        "A change before to after is known as precisely as its two scores are correlated, and most "
        "papers do not print the correlation. It is taken from the best source there is, in this "
        "order: printed; from single patients; from the spread of the change; from a paired test or "
        "interval; and only then assumed.",
        _ladder(record, names),
        _tips(record),
        _figure(record),
    )
    return "\n\n".join(filter(None, parts))


def _ladder(record, names):
    """The rung of each pooled study."""
    if not record["ladder"]:
        return "No study is pooled in this analysis."
    two = any(study["group"] == "comparator" for study in record["ladder"])
    rows = [
        [
            esc(f"{study['slab']}, {study['arm']}" if two else study["slab"]),
            esc(study["time_point"]),
            RUNGS[study["rung"]],
            num(f"{_base(study, names)}.r") if study["r"] is not None else "",
            _if_paired(study, names),
        ]
        for study in record["ladder"]
    ]
    header = ["Study", "Follow-up", "Correlation", "r", "If its interval were paired"]
    caption = "Where the correlation before and after comes from"
    return pipe_table(header, rows, caption=caption, label="correlation")


def _base(study, names):
    """The beginning of the ids of one row."""
    second = ".comparator" if study["group"] == "comparator" else ""
    return f"{ROOT}.study.{names[study['study']]}{second}"


def _if_paired(study, names):
    """The r that would follow from an interval of which the source does not say that it is paired."""
    if study["r_if_paired"] is None:
        return ""
    base = f"{_base(study, names)}.r_if_paired"
    return f"{num(base)} (rounding allows {num(f'{base}_lb')} to {num(f'{base}_ub')}); not used"


def _tips(record):
    """How the result moves with what is assumed, and where its conclusion flips."""
    if not record["imputed"]:
        return "No correlation is assumed, so there is nothing to vary."
    first, *others = record["flips"]
    said = [
        f"{_who(record)} on an assumed correlation. At a correlation of {_end(first, 'low')} the "
        f"pool gives {_result(first, 'low')}; at {_end(first, 'high')} it gives "
        f"{_result(first, 'high')} ({TESTS[first]})."
    ]
    return " ".join([*said, *(_flips(record, test) for test in (first, *others))])


def _who(record):
    """How many of the pooled studies rest on an assumption."""
    if record["studies"] == 1:
        return "The one study rests"
    some = f"{num(f'{ROOT}.imputed')} of {num(f'{ROOT}.studies')} pooled studies"
    return f"{some} {plural(record['imputed'], 'rests', 'rest')}"


def _end(test, end):
    return num(f"{ROOT}.{test}.{end}.r")


def _result(test, end):
    base = f"{ROOT}.{test}.{end}"
    return f"{num(f'{base}.beta')} ({num(f'{base}.ci_lb')} to {num(f'{base}.ci_ub')})"


def _flips(record, test):
    """At which correlation the interval of one test begins or ceases to exclude zero."""
    found, ends = record["flips"][test], record["ends"][test]
    if not found:
        always = ends["low"]["excludes"]
        return (
            f"By {TESTS[test]} the interval {'excludes' if always else 'includes'} zero whatever the "
            "correlation."
        )
    where = [
        f"from {num(f'{ROOT}.{test}.flip.{number}')} on it {'excludes' if one['excludes'] else 'includes'} zero"
        for number, one in enumerate(found, 1)
    ]
    return f"By {TESTS[test]} the conclusion flips: {'; '.join(where)}."


def _figure(record):
    """Estimate and intervals against the correlation."""
    if not record["imputed"]:
        return ""
    title = esc(record["title"])
    caption = (
        f"{title}: estimate (black) and interval against the correlation that is assumed. Intervals "
        "beyond the axis are cut off"
    )
    alt = (
        "Line of the pooled estimate with the bands of two intervals over the correlation before and "
        "after; dashed lines mark where an interval begins or ceases to exclude zero."
    )
    return drawn("tipping", caption, alt, "fig-tipping")
