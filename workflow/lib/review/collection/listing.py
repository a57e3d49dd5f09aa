"""What the page of a collection says: its listing as printed texts, its facts and its words."""

from html import escape

ORDER = ("review", "outcome", "comparison", "subgroup")
OF_REVIEWS = {
    **{"meta_analyses": "Meta-analyses", "results": "Results", "largest_k": "Largest k"},
    **{"significant": "Significant", "disagree": "Models disagree", "skipped": "Skipped"},
}
FACTS = (
    *(("meta_analyses", "count", "meta-analyses"), ("results", "count", "study results")),
    *(("skipped", "count", "skipped"), ("k", "quantile_50", "median k")),
    *(("I2", "quantile_50", "median I²"), ("significant", "percent", "significant")),
    *(("disagree", "percent", "models disagree"), ("tau2_zero", "percent", "τ² = 0")),
    ("significant_pi_includes_null", "percent", "significant, PI includes no effect"),
    ("egger_small", "percent", "Egger's p below 0.10, of those tested"),
)


def listing_of(listed, text_of, effect):
    """names, heads, numbers (printed) and ids of the rows of the page.

    `listed` are columns of meta-analyses, or rows of by_review.csv where there are too many of them;
    `effect(measure, value)` prints an effect.
    """
    if isinstance(listed, list):
        numbers = [[f"{row[name] or 0:,}" for row in listed] for name in OF_REVIEWS]
        names = [[row["review"] for row in listed]]
        return {"names": names, "heads": list(OF_REVIEWS.values()), "numbers": numbers, "ids": []}
    rows = zip(*(listed[n] for n in ("measure", "beta", "ci_lb", "ci_ub")), strict=True)
    numbers = [
        [str(k) for k in listed["k"]],
        [_interval(effect, *row) for row in rows],
        [_or_blank(text_of, value, "p") for value in listed["pval"]],
        [_or_blank(text_of, value, "percent") for value in listed["I2"]],
        ["yes" if value else "" for value in listed["disagree"]],
    ]
    heads = ["k", "Effect [CI]", "p", "I²", "Models disagree"]
    names = [[text or "" for text in listed[name]] for name in ORDER]
    return {"names": names, "heads": heads, "numbers": numbers, "ids": listed["id"]}


def _or_blank(text_of, value, kind):
    return "" if value is None else text_of(value, kind)


def _interval(effect, measure, beta, low, high):
    """'0.52 [0.10, 0.94]', without an interval where there is none."""
    if beta is None:
        return ""
    if low is None:
        return effect(measure, beta)
    low, high = effect(measure, low), effect(measure, high)
    return f"{effect(measure, beta)} [{low}, {high}]"


def index_facts(summary, text_of):
    """(label, text) of the facts at the head of the page, and the alternative text of its figure."""
    values = {(row["quantity"], row["statistic"]): row["value"] for row in summary}
    found = []
    for quantity, statistic, label in FACTS:
        value = values[quantity, statistic]
        if value is None:
            found.append((label, "none"))
        elif statistic == "count":
            found.append((label, f"{value:,}"))
        else:
            percent = statistic == "percent" or quantity == "I2"
            found.append((label, text_of(value, "weight") if percent else f"{value:g}"))
    alt = "Counts of meta-analyses by number of studies, I² and τ², and the share significant by model: "
    return found, alt + "; ".join(f"{label} {text}" for label, text in found)


def index_words(source, config, *, whole):
    """The sentences of the page; they are HTML."""
    model = config["models"][config["primary"]]
    lead = (
        f"{source['meta_analyses']:,} meta-analyses of {escape(source['file'])} "
        f"({source['rows']:,} rows, SHA-256 <code>{source['sha256'][:12]}</code>), pooled by "
        f"{len(config['models'])} models. Numbers below are those of {escape(config['primary'])}: "
        f"{model['method']}, {model['test']}, {config['level']:g}% intervals."
    )
    made = "One row per review: there are too many meta-analyses for one page."
    if whole:
        made = (
            "The page of one meta-analysis, with its forest plot and its rows, is made on demand: "
            "<code>make collection FOLDER=... ID=...</code>; then its link opens."
        )
    links = {"meta_analyses": "meta_analyses.csv", "by_review": "by_review.csv"}
    links |= {"summary": "summary.csv", "by_model": "by_model.csv", "skipped": "skipped.csv"}
    links |= {"disagreement": "disagreement.csv", "broken_rows": "broken_rows.csv"}
    return {
        **{"lead": lead, "made": made, "name": "Meta-analysis" if whole else "Review"},
        "table": "All meta-analyses" if whole else "All reviews",
        "whole": " · ".join(f'<a href="{path}">{path}</a>' for path in links.values()),
        "note": "Models disagree: some are significant at this level and some are not. Empty: not "
        "estimable; the reason stands in the table.",
    }
