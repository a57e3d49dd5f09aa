"""How each study of an analysis comes by its correlation before and after: the ladder of recovery."""

RUNGS = (  # from the best to the worst
    "reported",
    "individual_data",
    "sd_of_change",
    "se_of_change",
    "paired_t",
    "paired_p",
    "paired_interval",
    "converted_change",
    "imputed",
    "not_needed",
    "missing",
)
FROM_CHANGE = {  # beginning of the method of an SD of the change -> the rung of the r that follows
    "se sqrt(n)": "se_of_change",
    "sqrt(n) (ci_ub - ci_lb)": "paired_interval",
    "sqrt(n) |decrease / t|": "paired_t",
    "sqrt(n) |decrease / t(p)|": "paired_p",
    "SD of before - after": "individual_data",
    "(q3 - q1)": "converted_change",
    "(max - min)": "converted_change",
    "as printed": "sd_of_change",
}
GROUPS = ("treated", "comparator")
OVER_PATIENTS = "correlation of before and after over patients"


def correlation_rows(effects, values, *, needs_r, comparator=()):
    """One row per pooled study and group: its r, its rung, and the r that an interval would imply.

    `effects` are rows of results/effects/<analysis>.csv, `values` those of results/prepared/values.csv;
    `needs_r` says whether the measure takes the correlation, `comparator` in which arms it does so
    beside those that are treated.
    """
    at = {(row["study"], row["arm"], row["time_point"], row["quantity"]): row for row in values}
    found = []
    for effect in effects:
        if effect["status"] == "pooled":
            study, arm, time = (effect[part] for part in ("study", "arm", "time_point"))
            beside = [one for one in comparator if (study, one, time, "mean_decrease") in at][:1]
            for group, own in zip(GROUPS, (arm, *beside), strict=False):
                row = _row(effect, (study, own, time), at, needs_r)
                found.append(row | {"group": group, "arm": own})
    return found


def _row(effect, place, at, needs_r):
    r, change = at.get((*place, "r")), at.get((*place, "sd_change"))
    paired = [at.get((*place, f"r_if_paired{end}")) for end in ("", "_lb", "_ub")]
    return {
        "study": effect["study"],
        "slab": effect["slab"],
        "time_point": effect["time_point"],
        "rung": _rung(r, change, needs_r),
        "r": r["value"] if r else None,
        "method": r["method"] if r else "",
        "rows": r["rows"] if r else "",
        "basis": r["basis"] if r else "",
        "paired_rows": paired[0]["rows"] if paired[0] else "",
        "paired_basis": paired[0]["basis"] if paired[0] else "",
        "r_if_paired": paired[0]["value"] if paired[0] else None,
        "r_if_paired_lb": paired[1]["value"] if paired[1] else None,
        "r_if_paired_ub": paired[2]["value"] if paired[2] else None,
    }


def _rung(r, change, needs_r):
    """The rung on which the correlation of a study stands."""
    if not needs_r:
        return "not_needed"
    if r is None or r["value"] is None:
        return "missing"
    if r["origin"] == "reported":
        return "reported"
    if r["origin"] == "assumed":
        return "imputed"
    if r["method"].startswith(OVER_PATIENTS):
        return "individual_data"
    method = change["method"] if change else ""
    rungs = sorted(FROM_CHANGE, key=len, reverse=True)  # t(p) before t
    return next((FROM_CHANGE[text] for text in rungs if method.startswith(text)), "sd_of_change")
