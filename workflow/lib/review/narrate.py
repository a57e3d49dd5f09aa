"""Studies that are told and not pooled: what they report, with the reason why they stand apart."""

from workflow.lib.review.selection import REASONS
from workflow.lib.review.time_points import BASELINE
from workflow.lib.review.values import JOIN


def narrated_rows(studies, values, effects):
    """Rows of results/tables/narrated.csv: narrated studies and those that no pool could take.

    `values` are rows of values.csv; `effects` the effect rows of all pre-post analyses together.
    A study that is pooled in any of them is not narrated.
    """
    pooled = {row["study"] for row in effects if row["status"] == "pooled"}
    reasons = {row["study"]: row for row in effects if row["status"] == "narrated"}
    told = [
        study
        for study in studies
        if study["study"] not in pooled
        and (study["role"] == "narrated" or study["study"] in reasons)
    ]
    return [_row(study, values, reasons.get(study["study"])) for study in told]


def _row(study, values, effect):
    """One narrated study: its reason, and a score or a percentage if it reports one."""
    own = [value for value in values if value["study"] == study["study"]]
    code, reason = study["reason_code"], study["reason"]
    if not code and effect:
        code, reason = effect["reason_code"], effect["reason"]
    return {
        "study": study["study"],
        "slab": study["slab"],
        "role": study["role"],
        "design": study["design"],
        "reason_code": code or "not_estimable",
        "reason": reason or REASONS["not_estimable"],
        **(_scores(own) or _percents(own) or {"kind": "none", "time_point": ""}),
    }


def _scores(values):
    """Score before and after, and the decrease, of the latest time point with a single score."""
    later = [value for value in values if value["quantity"] == "score_decrease"]
    if not later:
        return None
    last = max(later, key=lambda value: value["days"])
    at = {(value["time_point"], value["quantity"]): value for value in values}
    before, after = at[BASELINE, "score"], at[last["time_point"], "score"]
    share = {"percent_decrease": 100 * last["value"] / before["value"]} if before["value"] else {}
    return {
        "kind": "score",
        "time_point": last["time_point"],
        **_n(at.get((BASELINE, "n"))),
        "before": before["value"],
        "after": after["value"],
        "decrease": last["value"],
        "before_rows": before["rows"],
        "after_rows": after["rows"],
        "rows": last["rows"],
        **share,
    }


def _percents(values):
    """Mean, SD and median of percent decreases of single patients."""
    means = [value for value in values if value["quantity"] == "percent_mean"]
    if not means:
        return None
    last = max(means, key=lambda value: value["days"])
    at = {value["quantity"]: value for value in values if value["time_point"] == last["time_point"]}
    spread = {"sd_percent": at["percent_sd"]["value"]} if "percent_sd" in at else {}
    return {
        "kind": "percent",
        "time_point": last["time_point"],
        **_n(at.get("n")),
        "percent_decrease": last["value"],
        "median_percent": at["percent_median"]["value"],
        "rows": last["rows"],
        **spread,
    }


def _n(value):
    return {"n": int(value["value"]), "n_rows": value["rows"]} if value else {}


def single_scores(values, outcome):
    """study -> (decrease of its single score, extraction rows), for the hollow mark of a figure."""
    return {
        value["study"]: (value["value"], tuple(value["rows"].split(JOIN)))
        for value in values
        if value["quantity"] == "score_decrease" and value["outcome"] == outcome
    }
