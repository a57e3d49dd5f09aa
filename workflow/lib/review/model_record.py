"""The record of one pooled analysis: the pool, and which rows and decisions it rests on."""

from dataclasses import asdict

from workflow.lib.review.values import JOIN, split, union

POINTS = "points"
LEFT_OUT = ("k", "beta", "se", "pval", "tau2", "I2", "ci_lb", "ci_ub")


def model_record(effects, analysis, *, threshold, pooling):
    """Record for results/models/<analysis>.json.

    All `effects` decide which studies are pooled, so all belong to the basis.

    `effects` are rows of the effect table; `analysis` its configuration with `name`, `scale` and
    `on_scale` (whether its outcome has a scale of points);
    `threshold` an entry of config thresholds or None; `pooling` is workflow.lib.stats.pooling.
    """
    pooled = [row for row in effects if row["status"] == "pooled"]
    yi, vi = [row["yi"] for row in pooled], [row["vi"] for row in pooled]
    model = analysis["model"]
    fit = pooling.random_effects(yi, vi, **model)
    tests = pooling.all_tests(yi, vi, method=model["method"], level=model["level"])
    probability = _probability(fit, threshold, analysis, pooling)
    fit, tests, own_rows = _as_printed(asdict(fit), [asdict(one) for one in tests], pooled)
    own_units = analysis["scale"] in ("units of the outcome", "as given")
    points = own_units and analysis.get("on_scale", True)
    return {
        "analysis": analysis["name"],
        "title": analysis["title"],
        "measure": analysis["measure"],
        "outcome": analysis["outcome"],
        "roles": {
            role: sum(row["role"] == role for row in pooled) for role in ("pooled", "candidate")
        },
        "unit": POINTS if points else analysis["scale"],
        "direction": _direction(pooled),
        "fit": fit,
        "tests": tests,
        "own_rows": own_rows,
        "probability": probability,
        "studies": [row["study"] for row in pooled],
        "yi_rows": _ids(pooled, "yi_rows"),
        "vi_rows": _ids(pooled, "vi_rows"),
        "decision_rows": _deciding(effects, pooled),
        "yi_basis": _ids(pooled, "yi_basis"),
        "basis": _basis(effects, analysis),
    }


def _as_printed(fit, tests, pooled):
    """With one study whose interval is printed, the pool is that study as it is printed.

    Returns the fits and, for each field that was taken over, the rows that it rests on.
    """
    if len(pooled) != 1 or not pooled[0]["method"].endswith("interval as printed"):
        return fit, tests, {}
    study = pooled[0]
    taken = {name: study[name] for name in ("ci_lb", "ci_ub", "pval") if study[name] is not None}
    tag = {"tag": f"{fit['tag']}, as printed"}
    rows = {name: _ids(pooled, f"{name}_rows") for name in taken}
    return fit | taken | tag, [one | taken | tag for one in tests], rows


def _direction(pooled):
    """What the sign means, if it means the same in all studies."""
    found = {row["direction"] for row in pooled} or {"improvement_positive"}
    return found.pop() if len(found) == 1 else "not_stated"


def _ids(rows, column):
    return list(union(split(row[column]) for row in rows))


def _deciding(effects, pooled):
    """Rows that decided about any study and are not in the numbers of those that are pooled."""
    within = {*_ids(pooled, "yi_rows"), *_ids(pooled, "vi_rows")}
    return [row for row in _ids(effects, "decision_rows") if row not in within]


def _basis(effects, analysis):
    """The analysis, and what its studies rest on, those included that it leaves out."""
    return [f"config:analyses.{analysis['name']}", *_ids(effects, "basis")]


def _probability(fit, threshold, analysis, pooling):
    """Probability beyond the threshold with the threshold's key; None where none is configured."""
    if threshold is None:
        return None
    found = pooling.probability_beyond(fit, threshold["value"])
    return asdict(found) | {"key": analysis["threshold"]}


def leave_one_out_rows(effects, analysis, *, leave_one_out):
    """Rows of the leave-one-out table: one per pooled study; `analysis` as in `model_record`.

    `leave_one_out` is workflow.lib.stats.batch.leave_one_out.refit_without_each.
    """
    pooled = [row for row in effects if row["status"] == "pooled"]
    yi, vi = [row["yi"] for row in pooled], [row["vi"] for row in pooled]
    other = "adhoc" if analysis["model"]["test"] in ("z", "t") else "z"
    fits = leave_one_out(yi, vi, **analysis["model"])
    others = leave_one_out(yi, vi, **analysis["model"] | {"test": other})
    rows = []
    for place, study in enumerate(pooled):
        fit, beside = fits.row(place), others.row(place)
        rest = [row for row in pooled if row is not study]
        known = [row for row in effects if row is not study]
        rows.append(
            {
                "without": study["study"],
                "slab": study["slab"],
                **{name: fit[name] for name in LEFT_OUT},
                "other_test": other,
                "other_ci_lb": beside["ci_lb"],
                "other_ci_ub": beside["ci_ub"],
                "method": fit["tag"],
                "yi_rows": JOIN.join(_ids(rest, "yi_rows")),
                "vi_rows": JOIN.join(_ids(rest, "vi_rows")),
                "decision_rows": JOIN.join(_deciding(effects, rest)),
                "yi_basis": JOIN.join(_ids(rest, "yi_basis")),
                "basis": JOIN.join([*_basis(known, analysis), f"studies:{study['study']}"]),
            }
        )
    return rows
