"""Studies that are told and not pooled: what they report, with the reason why they stand apart."""

from workflow.lib.review.reasons import REASONS
from workflow.lib.review.time_points import BASELINE, in_time
from workflow.lib.review.values import JOIN, split, union

TOLD = ("pooled", "candidate", "narrated")  # roles of studies that belong to the review


def narrated_rows(studies, values, effects):
    """Rows of results/tables/narrated.csv: narrated studies and those that no pool could take.

    `values` are rows of values.csv; `effects` the effect rows of all pre-post analyses together.
    A study that is pooled in any of them is not narrated, nor is one whose values no pre-post
    analysis asks for; one that has no value at all is.
    """
    pooled = {row["study"] for row in effects if row["status"] == "pooled"}
    refused = [row for row in effects if row["status"] == "narrated"]
    known = {row["study"] for row in refused} | _without_values(studies, values)
    return [
        _row(study, values, [row for row in refused if row["study"] == study["study"]])
        for study in studies
        if study["role"] in TOLD
        and study["study"] not in pooled
        and (study["role"] == "narrated" or study["study"] in known)
    ]


def _without_values(studies, values):
    return {study["study"] for study in studies} - {value["study"] for value in values}


def _row(study, values, refused):
    """One narrated study: its reason, and a score or a percentage if it reports one."""
    own = [value for value in values if value["study"] == study["study"]]
    code, reason = study["reason_code"], study["reason"]
    if not code and refused:
        code, reason = refused[0]["reason_code"], refused[0]["reason"]
    code = code or "no_values"
    decided = union(split(row["decision_rows"]) for row in refused)
    return {
        "study": study["study"],
        "slab": study["slab"],
        "role": study["role"],
        "design": study["design"],
        "reason_code": code,
        "reason": reason or REASONS[code],
        "decision_rows": JOIN.join(decided),
        **(_scores(own) or _percents(own) or {"kind": "none", "time_point": ""}),
    }


def _place(values, last):
    """(time point, quantity) -> value, of the outcome and arm of `last`."""
    here = (last["outcome"], last["arm"])
    return {
        (value["time_point"], value["quantity"]): value
        for value in values
        if (value["outcome"], value["arm"]) == here
    }


def _scores(values):
    """Score before and after, and the decrease, of the latest time point with a single score."""
    later = [value for value in values if value["quantity"] == "score_decrease"]
    if not later:
        return None
    last = max(later, key=lambda value: in_time(value["days"]))
    at = _place(values, last)
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
        "basis": last["basis"],
        **share,
    }


def _percents(values):
    """Mean, SD and median of percent decreases of single patients."""
    means = [value for value in values if value["quantity"] == "percent_mean"]
    if not means:
        return None
    last = max(means, key=lambda value: in_time(value["days"]))
    at, time = _place(values, last), last["time_point"]
    spread = at.get((time, "percent_sd"))
    return {
        "kind": "percent",
        "time_point": time,
        **_n(at.get((time, "n"))),
        "percent_decrease": last["value"],
        "median_percent": at[time, "percent_median"]["value"],
        "rows": last["rows"],
        "basis": last["basis"],
        **({"sd_percent": spread["value"]} if spread else {}),
    }


def _n(value):
    if value is None:
        return {}
    return {"n": int(value["value"]), "n_rows": value["rows"], "n_basis": value["basis"]}


def single_scores(values, outcome, *, improvement):
    """study -> (change of its single score, improvement positive, and its extraction rows).

    It is the hollow mark of a figure; `improvement` is decrease or increase.
    """
    better = 1.0 if improvement == "decrease" else -1.0
    return {
        value["study"]: (better * value["value"], split(value["rows"]))
        for value in values
        if value["quantity"] == "score_decrease" and value["outcome"] == outcome
    }
