"""Rows of the forests of a series of pools: without each study, or after each study has come in."""

from workflow.lib.review.forest_words import TESTS


def without_each(rows, model, printed):
    """Rows of a leave-one-out forest: one pool per study that is left out, then the pool of all.

    `rows` are those of results/robustness/leave_one_out_<analysis>.csv; `printed` gives an
    effect its text.
    """
    found = [
        _pool(f"without {row['slab']}", row, printed, detail=f"k = {row['k']}") for row in rows
    ]
    return [*found, _whole(model, printed)]


def one_after_another(steps, model, printed):
    """Rows of a cumulative forest; `steps` are those of stats.plots.steps."""
    found = []
    for number, step in enumerate(steps):
        result = {name: getattr(step, name) for name in ("beta", "ci_lb", "ci_ub")}
        key = f", {step.key}" if step.key and step.key not in step.study else ""
        slab = f"+ {step.study}" if number else step.study
        found.append(_pool(slab, result, printed, detail=f"k = {step.k}{key}"))
    return [*found, _whole(model, printed)]


def _pool(slab, result, printed, *, detail=""):
    """A pool as a row; one that cannot be estimated says so."""
    limits = [result[name] for name in ("beta", "ci_lb", "ci_ub")]
    if None in limits:
        return {"kind": "narrated", "slab": slab, "detail": detail, "text": "not estimable"}
    return {
        "kind": "study",
        "slab": slab,
        "detail": detail,
        "yi": limits[0],
        "ci_lb": limits[1],
        "ci_ub": limits[2],
        "text": "{} [{}, {}]".format(*map(printed, limits)),
    }


def _whole(model, printed):
    """The pool of all studies."""
    fit = model["fit"]
    row = _pool(
        f"All studies, {TESTS[fit['test']]} interval", fit, printed, detail=f"k = {fit['k']}"
    )
    return row | {"kind": "pooled" if row["kind"] == "study" else "note"}
