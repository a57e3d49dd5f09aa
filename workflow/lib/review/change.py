"""The change from baseline: the decrease, its SD and the pre-post correlation, each explicit."""

from dataclasses import replace

from workflow.lib.review.values import IMPOSSIBLE, JOIN, assume, corners, shown, union

HANDBOOK = "Cochrane Handbook 6.5.2.8"
FORMULA_R = "(sd_pre^2 + sd_post^2 - sd_change^2) / (2 sd_pre sd_post)"
R_RANGE_MAX = "config:conversions.r_range_max"
PAIRED_INTERVAL = ("mean_decrease_ci_lb", "mean_decrease_ci_ub", "n")


def prepare_change(cell, before, *, config, convert):
    """Fill in decrease, SD of the change and r of a follow-up; `before` is its baseline cell or None."""
    _decrease(cell, before)
    sd_of_change(cell, convert)
    if "r" not in cell.values:
        _correlation(cell, before, config, convert)
    if "r" not in cell.values and "mean_decrease" in cell.values:
        assume(cell, "r", config, because=(cell.values["mean_decrease"],))
    _sd_of_change_from_r(cell, before, convert)


def _at_baseline(before, name):
    return before.values.get(name) if before else None


def _decrease(cell, before):
    """The decrease: as printed, else the score before minus the score after."""
    for change, score in (("mean_decrease", "mean"), ("score_decrease", "score")):
        first, second = _at_baseline(before, score), cell.values.get(score)
        if first is None or second is None:
            continue
        if change in cell.values:
            _compare(cell, first, second, cell.values[change])
            continue
        cell.derive(
            change,
            lambda a, b: a - b,
            {"before": first, "after": second},
            step="change",
            formula="before - after",
            source="definition",
            origin="derived",
        )


def _compare(cell, first, second, printed):
    """Log whether the printed decrease is the difference of the printed means."""
    inputs = {"before": first, "after": second, "decrease": printed}
    span = corners(lambda a, b: a - b, (first, second))
    if span is None or printed.rounding is None:
        return
    agrees = printed.rounding[0] <= span[1] and span[0] <= printed.rounding[1]
    cell.note(
        "change against scores",
        status="checked" if agrees else "warning",
        inputs=shown(inputs),
        formula="before - after",
        message="agrees within rounding"
        if agrees
        else "differs by more than rounding; the printed decrease is used",
        rows=JOIN.join(union(part.rows for part in inputs.values())),
    )


def sd_of_change(cell, convert):
    """SD of the change from its SE, or from a paired interval, t or p; never from an unpaired one."""
    paired = cell.values.get("pairing_paired")
    routes = (
        ("SE", ("se_change", "n"), convert.sd_from_se, "se sqrt(n)"),
        ("paired interval", PAIRED_INTERVAL, convert.sd_from_ci, "sqrt(n) (ci_ub - ci_lb) / (2 t)"),
        ("paired t", ("mean_decrease", "tval", "n"), _sd_from_t(convert), "sqrt(n) |decrease / t|"),
        (
            "paired p",
            ("mean_decrease", "pval", "n"),
            _sd_from_p(convert),
            "sqrt(n) |decrease / t(p)|",
        ),
    )
    for name, names, function, formula in routes:
        found, step = cell.get(*names), f"SD of change from {name}"
        tried = any(line["step"] == step for line in cell.log)
        if "sd_change" in cell.values or found is None or tried:
            continue
        if name != "SE" and not paired:
            continue
        inputs = dict(zip(names, found, strict=True)) | (
            {"pairing": paired} if name != "SE" else {}
        )
        words = {"step": step, "formula": formula, "source": HANDBOOK}
        cell.attempt("sd_change", _without_pairing(function, len(names)), inputs, **words)


def _without_pairing(function, k):
    """`function` of its first k inputs: the statement that a test is paired has no number."""
    return lambda *inputs: function(*inputs[:k])


def _sd_from_t(convert):
    return lambda decrease, t, n: convert.sd_from_se(abs(decrease / t), n)


def _sd_from_p(convert):
    return lambda decrease, p, n: convert.sd_from_se(convert.se_from_p(decrease, p, df=n - 1), n)


def _correlation(cell, before, config, convert):
    """r as a paired result implies it, if the rounding of the printed digits leaves it narrow."""
    pre, post = _at_baseline(before, "sd"), cell.values.get("sd")
    if pre is None or post is None:
        return
    change = cell.values.get("sd_change")
    if change:
        _implied(cell, (pre, post, change), config, convert)
    elif "pairing_unpaired" not in cell.values:
        _if_paired(cell, (pre, post), convert)


def _implied(cell, spreads, config, convert):
    """Take the implied r, or log why it is refused."""
    inputs = dict(zip(("sd_pre", "sd_post", "sd_change"), spreads, strict=True))
    words = {"step": "r from SD of change", "formula": FORMULA_R, "source": HANDBOOK}
    try:
        number = convert.r_from_sd_change(*(part.value for part in spreads))
        low, high = convert.r_range(*(part.rounding or (part.value,) * 2 for part in spreads))
    except IMPOSSIBLE as error:
        cell.refuse("r", inputs, message=str(error), **words)
        return
    words |= {"message": f"rounding allows {low:.2f} to {high:.2f}", "basis": (R_RANGE_MAX,)}
    if high - low > config["conversions"]["r_range_max"]:
        words["message"] += ", wider than config.yaml, conversions.r_range_max"
        cell.refuse("r", inputs, value=number, **words)
        return
    cell.derive("r", convert.r_from_sd_change, inputs, origin="derived", **words)


def _if_paired(cell, spreads, convert):
    """Record the r that would follow if an interval of unknown pairing were paired; it is not data."""
    found = cell.get(*PAIRED_INTERVAL)
    if found is None:
        return
    scratch = replace(cell, values={}, log=[], refused={})
    interval = dict(zip(("ci_lb", "ci_ub", "n"), found, strict=True))
    words = {"step": "", "formula": "not used", "source": "pairing not stated", "origin": "refused"}
    words["because"] = spreads
    try:
        scratch.derive("sd_change_if_paired", convert.sd_from_ci, interval, **words)
        change = scratch.values["sd_change_if_paired"]
        inputs = dict(zip(("sd_pre", "sd_post", "sd_change"), (*spreads, change), strict=True))
        scratch.derive("r_if_paired", convert.r_from_sd_change, inputs, **words)
        low, high = convert.r_range(
            *(part.rounding or (part.value,) * 2 for part in inputs.values())
        )
    except IMPOSSIBLE:
        return
    r = scratch.values["r_if_paired"]
    cell.values |= scratch.values | {
        "r_if_paired_lb": replace(r, value=low),
        "r_if_paired_ub": replace(r, value=high),
    }
    cell.note(
        "r from the interval of the change",
        status="refused",
        output="r",
        value=r.value,
        inputs=shown(inputs),
        formula=FORMULA_R,
        source=HANDBOOK,
        message="the source does not say that the interval is paired; if it were, r would be "
        f"{r.value:.2f}, and rounding would allow {low:.2f} to {high:.2f}",
        rows=JOIN.join(r.rows),
    )


def _sd_of_change_from_r(cell, before, convert):
    """SD of the change from the SDs before and after and r, where no source gives it."""
    pre, found = _at_baseline(before, "sd"), cell.get("sd", "r")
    if "sd_change" in cell.values or pre is None or found is None:
        return
    cell.attempt(
        "sd_change",
        convert.sd_change_from_r,
        {"sd_pre": pre, "sd_post": found[0], "r": found[1]},
        step="SD of change from r",
        formula="sqrt(sd_pre^2 + sd_post^2 - 2 r sd_pre sd_post)",
        source=HANDBOOK,
    )
