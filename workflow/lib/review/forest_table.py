"""The rows of a forest plot: studies, narrated ones, the pool, its other interval, the prediction."""

from math import log

from workflow.lib.review.time_points import UNTIMED

TESTS = {
    "z": "Wald z",
    "t": "t",
    "knha": "Knapp-Hartung",
    "adhoc": "Knapp-Hartung, ad hoc",
}
COLUMNS = ["kind", "slab", "detail", "yi", "ci_lb", "ci_ub", "weight", "text", "weight_text"]
COLUMNS += ["lights"]
LOG = "log "  # how the unit of a logarithm begins; it is printed as the ratio behind it
ROLES = {"candidate": "candidate", "pooled": "", "narrated": "", "": ""}


def forest_rows(effects, model, numbers, names, claims, lights=None):
    """Rows of results/figures/forest_<analysis>.csv, top to bottom.

    `numbers` is the registry, from which every printed text comes; `names` maps a study to its
    piece of a number's id; `claims` are the claims whose counterpart is this pool's estimate;
    `lights` maps a study to its judgements of risk of bias, where they are kept.
    """
    analysis, lit, end = model["analysis"], lights or {}, _end(model)
    pooled = [row for row in effects if row["status"] == "pooled"]
    told = [row for row in effects if row["status"] == "narrated"]
    rows = [_study(row, analysis, numbers, names, end) for row in pooled] + [
        _narrated(r) for r in told
    ]
    for row, own in zip(rows, [*pooled, *told], strict=True):
        row["lights"] = lit.get(own["study"], "")
    if model["fit"]["k"] >= 2:
        rows += _pool(model, numbers)
    confirmed = not model["roles"]["candidate"]
    rows += [_published(group, confirmed=confirmed) for group in claims]
    if model["fit"]["k"] >= 2:
        rows.append({"kind": "note", "slab": _heterogeneity(f"pooled.{analysis}", numbers)})
    return rows


def _end(model):
    """How the ids of printed effects end: those of a logarithm are its ratio."""
    return "_exp" if model["unit"].startswith(LOG) else ""


def _study(row, analysis, numbers, names, end):
    base = f"study.{analysis}.{names[row['study']]}"
    size = [_size(numbers[f"{base}.ni"])] if row["ni"] else []
    return {
        "kind": "study",
        "slab": row["slab"],
        "detail": ", ".join(filter(None, [ROLES[row["role"]], *size, _time(row)])),
        "yi": row["yi"],
        "ci_lb": row["ci_lb"],
        "ci_ub": row["ci_ub"],
        "weight": numbers[f"{base}.weight"]["value"],
        "text": interval_text(base, "yi", numbers, end=end),
        "weight_text": numbers[f"{base}.weight"]["text"],
    }


def _time(row):
    """The time point, where anybody states it."""
    return "" if row["time_point"] == UNTIMED else row["time_point"]


def _size(number):
    """'n = 21 (assumed)': without extraction rows it is an assumption."""
    return f"n = {number['text']}{'' if number['rows'] else ' (assumed)'}"


def interval_text(base, estimate, numbers, *, limits=None, end=""):
    """'1.75 [1.07, 2.43]' in the registry's own texts; `limits` is the base of other limits."""
    low, high = (numbers[f"{limits or base}.{name}{end}"]["text"] for name in ("ci_lb", "ci_ub"))
    return f"{numbers[f'{base}.{estimate}{end}']['text']} [{low}, {high}]"


def _narrated(row):
    reason = row["reason_code"].replace("_", " ")
    return {
        "kind": "narrated",
        "slab": row["slab"],
        "detail": ", ".join(filter(None, [ROLES[row["role"]], _time(row)])),
        "yi": row["point"],
        "text": f"not pooled: {reason}",
    }


def _pool(model, numbers):
    """The pool, its Wald interval beside a Knapp-Hartung one, the prediction interval."""
    base, fit, exp = f"pooled.{model['analysis']}", model["fit"], _end(model)
    rows = [_diamond("pooled", f"Pool, {TESTS[fit['test']]} interval", base, (numbers, exp), fit)]
    rows[0]["detail"] = f"{fit['method']}, k = {numbers[f'{base}.k']['text']}"
    other = "adhoc" if fit["test"] in ("z", "t") else "z"
    for variant in (one for one in model["tests"] if one["test"] == other):
        slab = f"The same, {TESTS[other]} interval"
        limits = f"{base}.{other}"
        rows.append(_diamond("comparison", slab, base, (numbers, exp), variant, limits=limits))
    if fit["pi_lb"] is not None:
        low, high = (numbers[f"{base}.{end}{exp}"]["text"] for end in ("pi_lb", "pi_ub"))
        rows.append(
            {
                "kind": "prediction",
                "slab": "Prediction interval",
                "yi": fit["beta"],
                "ci_lb": fit["pi_lb"],
                "ci_ub": fit["pi_ub"],
                "text": f"[{low}, {high}]",
            }
        )
    return rows


def _heterogeneity(base, numbers):
    """tau2, I2 and Q of the pool in one line."""
    text = {
        name: numbers[f"{base}.{name}"]["text"] for name in ("tau2", "I2", "QE", "QE_df", "QEp")
    }
    p = text["QEp"] if text["QEp"].startswith("<") else f"= {text['QEp']}"
    return (
        f"tau² = {text['tau2']}, I² = {text['I2']}, Q = {text['QE']}, df = {text['QE_df']}, p {p}"
    )


def _diamond(kind, slab, base, printed, fit, limits=None):
    numbers, end = printed
    return {
        "kind": kind,
        "slab": slab,
        "yi": fit["beta"],
        "ci_lb": fit["ci_lb"],
        "ci_ub": fit["ci_ub"],
        "text": interval_text(base, "beta", numbers, limits=limits, end=end),
    }


def _published(group, *, confirmed):
    """The published result as a row of its own; `group` maps estimate, ci_lb, ci_ub to texts."""
    scale = log if group.get("scale") == "log" else float
    ratio = "as printed, a ratio" if scale is log else ""
    low, middle, high = (scale(float(group[name])) for name in ("ci_lb", "estimate", "ci_ub"))
    return {
        "kind": "comparison",
        "slab": "Published result",
        "detail": ", ".join(
            filter(None, (ratio, "" if confirmed else "its studies are not named"))
        ),
        "yi": middle,
        "ci_lb": low,
        "ci_ub": high,
        "text": f"{group['estimate']} [{group['ci_lb']}, {group['ci_ub']}]",
    }


def published_results(claims, counterpart):
    """Texts and scale of each claimed result with an interval whose estimate has this counterpart."""
    claims = [claim for claim in claims if not claim.get("study")]  # lines of studies aside
    groups = [
        (claim["group"], claim.get("scale") or "")
        for claim in claims
        if claim["quantity"] == "estimate" and claim["counterpart"] == counterpart
    ]
    found = [
        {claim["quantity"]: claim["printed"] for claim in claims if claim["group"] == group}
        | ({"scale": scale} if scale else {})
        for group, scale in groups
    ]
    return [texts for texts in found if {"estimate", "ci_lb", "ci_ub"} <= set(texts)]


SIGNS = {
    "improvement_positive": "improvement positive",
    "as_defined": "sign as the measure defines it",
    "not_stated": "sign as printed, meaning not stated",
}


def axis(model, outcome):
    """Words of the axis: its label, what each side favours, the headings; whether it shows ratios."""
    label, level = outcome["label"], f"{model['fit']['level']:g}"
    unit, is_log = model["unit"], bool(_end(model))
    stated = model["direction"] == "improvement_positive"
    sign = SIGNS[model["direction"]]
    more, less = f"more {label}", f"less {label}"
    worse, better = (more, less) if outcome["improvement"] == "decrease" else (less, more)
    return {
        "axis_label": f"{model['measure']} in {unit} ({sign})"
        if not is_log
        else f"{model['measure']}: {unit.removeprefix(LOG)} on a logarithmic axis",
        "null": 0.0,
        "ratio": is_log,
        "favours": (worse, better) if stated else None,
        "columns": ("Study", f"Estimate [{level}% CI]", "Weight"),
    }
