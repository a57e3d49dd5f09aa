"""The effect table of one analysis: pooled studies with numbers, narrated ones with a reason."""

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.review.selection import REASONS
from workflow.lib.review.values import JOIN, union

NARRATED = "narrated"
OPTIONS = (
    "correct",
    "vtype",
    "add",
    "to",
    "drop00",
)  # of the effect measure, as config.yaml names them
PRINTED_LEVEL = 95  # percent, of the intervals in the extraction: the conversions take them so


def effect_rows(selected, studies, analysis, *, effect_size, score_change):
    """Rows of results/effects/<analysis>.csv in the order of studies.csv.

    `selected` as selection.select returns it; `effect_size(measure, **options, **inputs)` does the
    sums and returns (yi, vi, ci_lb, ci_ub, tag); `score_change` maps a study to its single
    score's change, improvement positive: the point of a narrated study on the scale of the outcome.
    """
    by_study = {one.study: one for one in selected}
    rows = []
    for study in studies:
        one = by_study.get(study["study"])
        if one is None or study["role"] not in (*analysis["roles"], NARRATED):
            continue
        row = _common(study, one, analysis)
        rows.append(row | _outcome(study, one, analysis, effect_size, score_change))
    return rows


def _common(study, one, analysis):
    return {
        "study": study["study"],
        "slab": study["slab"],
        "role": study["role"],
        "design": study["design"],
        "measure": analysis["measure"],
        "arm": one.arm,
        "time_point": one.time_point,
        "direction": one.direction,
        "decision_rows": JOIN.join(one.decision_rows),
        "basis": JOIN.join((*one.basis, f"studies:{study['study']}")),
    }


def _outcome(study, one, analysis, effect_size, score_change):
    """The effect size, or why there is none."""
    if study["role"] == NARRATED:
        return _narrated(study["reason_code"], study["reason"], one, analysis, score_change)
    if one.reason_code:
        return _narrated(one.reason_code, REASONS[one.reason_code], one, analysis, score_change)
    both = union((one.yi_rows, one.vi_rows))
    try:
        options = {name: analysis[name] for name in OPTIONS if name in analysis}
        yi, vi, ci_lb, ci_ub, tag = effect_size(analysis["measure"], **options, **one.inputs)
    except (InputError, NotEstimable) as error:
        reason = f"{REASONS['not_estimable']}: {error}"
        told = _narrated("not_estimable", reason, one, analysis, score_change)
        return told | {"decision_rows": JOIN.join(union((one.decision_rows, both)))}
    sizes = [value for name, value in one.inputs.items() if name in ("n", "n_e", "n_c")]
    printed = one.printed if analysis["model"]["level"] == PRINTED_LEVEL else {}
    found = {"ci_lb": (ci_lb, both), "ci_ub": (ci_ub, both), "pval": (None, ())} | printed
    as_printed = ", interval as printed" if {"ci_lb", "ci_ub"} <= set(printed) else ""
    return {
        "status": "pooled",
        "inputs": JOIN.join(f"{name}={value!r}" for name, value in one.inputs.items()),
        "ni": int(sum(sizes)) if sizes else None,
        "ni_rows": JOIN.join(one.n_rows),
        "yi": yi,
        "vi": vi,
        "sei": vi**0.5,
        "level": float(analysis["model"]["level"]),
        "method": tag + as_printed,
        "yi_rows": JOIN.join(one.yi_rows),
        "vi_rows": JOIN.join(one.vi_rows),
        "yi_basis": JOIN.join(one.yi_basis),
        **{name: value for name, (value, _) in found.items()},
        **{f"{name}_rows": JOIN.join(rows) for name, (_, rows) in found.items()},
    }


def _narrated(code, reason, one, analysis, score_change):
    point = score_change.get(one.study) if analysis["measure"] == "MC" else None
    value, rows = point if point else (None, ())
    return {
        "status": NARRATED,
        "reason_code": code,
        "reason": reason,
        "point": value,
        "yi_rows": JOIN.join(rows),
    }
