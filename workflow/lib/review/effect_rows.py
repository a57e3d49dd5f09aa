"""The effect table of one analysis: pooled studies with numbers, narrated ones with a reason."""

from dataclasses import replace

from workflow.lib.review.reasons import REASONS
from workflow.lib.review.values import JOIN, union

NARRATED = "narrated"
OPTIONS = (
    "correct",
    "vtype",
    "add",
    "to",
    "drop00",
)  # of the effect measure, as config.yaml names them
AVERAGED = ("AV", "AV2", "AVHO")  # vtypes whose variance holds an average over the studies
IF_ANY = "if0all"  # a count of 0 in one study changes the counts of all
PRINTED_LEVEL = 95  # percent, of the intervals in the extraction: the conversions take them so


def effect_rows(selected, studies, analysis, *, effect_sizes, score_change):
    """Rows of results/effects/<analysis>.csv in the order of studies.csv.

    `selected` as selection.select returns it; `effect_sizes(measure, **options, **inputs)` does
    the sums of all studies together and returns one object per study with yi, vi, ci_lb, ci_ub,
    tag and reason; `score_change` maps a study to its single score's change, improvement
    positive: the point of a narrated study on the scale of the outcome.
    """
    by_study = {one.study: one for one in selected}
    roles = (*analysis["roles"], NARRATED)
    listed = [study for study in studies if study["study"] in by_study and study["role"] in roles]
    usable = [
        by_study[study["study"]]
        for study in listed
        if study["role"] != NARRATED and not by_study[study["study"]].reason_code
    ]
    effects = _effects(usable, analysis, effect_sizes)
    joined = {one.study: _joined(one, usable, analysis) for one in usable}
    rows = []
    for study in listed:
        one = joined.get(study["study"], by_study[study["study"]])
        effect = effects.get(one.study)
        row = _common(study, one, analysis)
        rows.append(row | _outcome(study, one, analysis, effect, score_change))
    return rows


def _effects(usable, analysis, effect_sizes):
    """study -> its effect size, of all that have the inputs."""
    if not usable:
        return {}
    options = {name: analysis[name] for name in OPTIONS if name in analysis}
    inputs = {name: [one.inputs[name] for one in usable] for name in usable[0].inputs}
    found = effect_sizes(analysis["measure"], **options, **inputs)
    return {one.study: effect for one, effect in zip(usable, found, strict=True)}


def _joined(one, usable, analysis):
    """The study with the rows of the others that its variance rests on, or that decide about it."""
    others = [other for other in usable if other is not one]
    averaged = analysis.get("vtype") in AVERAGED
    if not averaged and analysis.get("to") != IF_ANY:
        return one
    rows = union(part for other in others for part in (other.yi_rows, other.vi_rows))
    decided = () if averaged else rows
    return replace(
        one,
        vi_rows=union((one.vi_rows, one.yi_rows, rows)) if averaged else one.vi_rows,
        decision_rows=union((one.decision_rows, *(o.decision_rows for o in others), decided)),
        basis=union(
            (one.basis, *(o.basis for o in others), (f"studies:{o.study}" for o in others))
        ),
    )


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


def _outcome(study, one, analysis, effect, score_change):
    """The effect size, or why there is none."""
    if study["role"] == NARRATED:
        return _narrated(study["reason_code"], study["reason"], one, analysis, score_change)
    if one.reason_code:
        return _narrated(one.reason_code, REASONS[one.reason_code], one, analysis, score_change)
    both = union((one.yi_rows, one.vi_rows))
    if effect.reason:
        reason = f"{REASONS['not_estimable']}: {effect.reason}"
        told = _narrated("not_estimable", reason, one, analysis, score_change)
        return told | {"decision_rows": JOIN.join(union((one.decision_rows, both)))}
    sizes = [value for name, value in one.inputs.items() if name in ("n", "n_e", "n_c")]
    printed = one.printed if analysis["model"]["level"] == PRINTED_LEVEL else {}
    limits = {"ci_lb": (effect.ci_lb, both), "ci_ub": (effect.ci_ub, both)}
    found = limits | {"pval": (None, ())} | printed
    as_printed = ", interval as printed" if {"ci_lb", "ci_ub"} <= set(printed) else ""
    return {
        "status": "pooled",
        "inputs": JOIN.join(f"{name}={value!r}" for name, value in one.inputs.items()),
        "ni": int(sum(sizes)) if sizes else None,
        "ni_rows": JOIN.join(one.n_rows),
        "yi": effect.yi,
        "vi": effect.vi,
        "sei": effect.vi**0.5,
        "level": float(analysis["model"]["level"]),
        "method": effect.tag + as_printed,
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
