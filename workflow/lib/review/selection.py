"""Which prepared values an analysis uses for each study, and why a study has none."""

from dataclasses import dataclass, field, replace

from workflow.lib.errors import InputError
from workflow.lib.review.time_points import BASELINE, in_time, is_after
from workflow.lib.review.values import split, union

# measure input -> (quantity, at baseline?); the suffixes _e and _c name the two groups
WITHIN = {
    "mean_change": ("mean_decrease", False),
    "sd_change": ("sd_change", False),
    "sd_pre": ("sd", True),
    "sd_post": ("sd", False),
    "n": ("n", False),
    "r": ("r", False),
    "mean": ("mean", False),
    "sd": ("sd", False),
    "mean_pre": ("mean", True),
    "mean_post": ("mean", False),
    "event": ("events", False),
    "time": ("person_time", False),
    **{name: (name, False) for name in ("cles", "r2", "predictors", "alpha", "items")},
    "event_both": ("events_both", False),
    "event_e_only": ("events_e_only", False),
    "event_c_only": ("events_c_only", False),
    "event_neither": ("events_neither", False),
}
GENERIC = {"yi": "difference", "vi": "difference_se"}
PRINTED_EFFECTS = ("GEN", "HR", "LOR", "LRR", "HD")  # measures of what a source prints
PRINTED = {"ci_lb": "difference_ci_lb", "ci_ub": "difference_ci_ub", "pval": "difference_pval"}
# inputs of the effect size itself; a small-sample correction brings in n
POINT = {
    "MC": {"mean_change"},
    "SMCC": {"mean_change", "sd_change"},
    "SMCR": {"mean_change", "sd_pre"},
    "SMCRH": {"mean_change", "sd_pre"},
    "SMCRP": {"mean_change", "sd_pre", "sd_post"},
    "MD": {"mean"},
    "SMD": {"mean", "sd", "n"},
    "SMDH": {"mean", "sd"},
    "PPC": {"mean_change", "sd_pre"},
    **dict.fromkeys(PRINTED_EFFECTS, {"yi"}),
}  # of any other measure: all of its inputs
NOT_IN_VARIANCE = {"MC": {"mean_change"}, "MD": {"mean"}} | dict.fromkeys(PRINTED_EFFECTS, {"yi"})
CORRECTION = {"SMCRP": {"n", "r"}} | {
    measure: {"n"} for measure in ("SMCC", "SMCR", "SMCRH", "SMD", "SMDH", "PPC")
}
# effects that turn their sign with their inputs: improvement can be made positive
TURNS = {
    *("MD", "SMD", "SMDH", "SMD1", "SMD1H", "MC", "SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH"),
    *("PPC", "DPPC2", "GEN"),
}
SKEWNESS = ("config:conversions.skewness",)
ENOUGH = 2  # patients below which a group has no variance
MISSING = {"mean_change": "no_change", "mean": "no_mean", "n": "no_n", "r": "no_r"}


@dataclass(frozen=True, slots=True)
class Selected:
    """The inputs of one study's effect size, or the reason why there are none."""

    study: str
    arm: str
    time_point: str
    inputs: dict[str, float]
    yi_rows: tuple[str, ...]
    vi_rows: tuple[str, ...]
    basis: tuple[str, ...]
    reason_code: str = ""
    decision_rows: tuple[str, ...] = ()
    direction: str = "improvement_positive"
    n_rows: tuple[str, ...] = ()
    yi_basis: tuple[str, ...] = ()
    printed: dict[str, tuple[float, tuple[str, ...]]] = field(default_factory=dict)


def select(values, analysis, *, inputs, improvement, skewness):
    """One Selected per study that has a value of the analysed outcome in one of the analysed arms.

    `values` are rows of results/prepared/values.csv; `inputs` the names that the measure needs;
    `improvement` decrease, increase or not_stated (the sign is the measure's own); `skewness` warn
    or refuse, unless the analysis says so itself.

    Raises
    ------
    InputError
        If a study has several of the analysed arms: then it is not clear which to take.
    """
    own = "skewness" in analysis
    analysis = {"skewness": skewness, "skewness_basis": () if own else SKEWNESS} | analysis
    found, problems = [], []
    here = [row for row in values if row["outcome"] == analysis["outcome"]]
    for study in dict.fromkeys(row["study"] for row in here):
        rows = [row for row in here if row["study"] == study]
        arms = [arm for arm in analysis["arms"] if arm in _arms(rows)]
        second = [arm for arm in analysis.get("comparator", []) if arm in _arms(rows)]
        problems += [
            f"{study} has the arms {', '.join(several)}: name one of them in the analysis"
            for several in (arms, second)
            if len(several) > 1
        ]
        if len(arms) == 1:
            found.append(_study(study, arms[0], rows, analysis, inputs))
    if problems:
        raise InputError(problems)
    if analysis["measure"] not in TURNS or improvement == "not_stated":
        return [replace(one, direction="as_defined") if one.inputs else one for one in found]
    return [_signed(one, here, improvement) for one in found]


def _study(study, arm, rows, analysis, inputs):
    """The first time point, in the wanted order, that has all inputs; else the reason of the first.

    What decided that a time point before it was refused joins the decisions of the one taken.
    """
    groups = {"_e": arm, "_c": _comparator(rows, analysis)}
    times = {
        row["time_point"]: in_time(row["days"])
        for row in rows
        if row["arm"] == arm and is_after(row["days"])
    }
    order = sorted(times, key=times.get, reverse=analysis["time_point"] != "shortest")
    if analysis["time_point"] not in ("longest", "shortest"):
        order = [time for time in order if time == analysis["time_point"]]
    tried = [_at(study, groups, time, rows, inputs, analysis) for time in order]
    usable = [one for one in tried if not one.reason_code]
    if not tried:
        return _nothing(study, arm, "", "no_such_time" if times else "no_follow_up")
    taken = usable[0] if usable else tried[0]
    before = tried[: tried.index(taken) + 1] if usable else tried
    return replace(taken, decision_rows=union(one.decision_rows for one in before))


def _arms(rows):
    return {row["arm"] for row in rows}


def _comparator(rows, analysis):
    arms = [arm for arm in analysis.get("comparator", []) if arm in _arms(rows)]
    return arms[0] if arms else ""


def _nothing(study, arm, time, code, rows=(), basis=()):
    return Selected(study, arm, time, {}, (), (), tuple(basis), code, tuple(rows))


def _at(study, groups, time, rows, inputs, analysis):
    """Inputs of the effect size at one time point, or why there are none."""
    table = {(row["arm"], row["time_point"], row["quantity"]): row for row in rows}
    found = {name: _lookup(name, table, groups, time) for name in inputs}
    arm, basis = groups["_e"], union(_basis(row) for row in found.values() if row)
    code, decided, more = _refusal(found, table, (groups, time), analysis)
    if code:
        return _nothing(study, arm, time, code, decided, union((basis, more)))
    measure = analysis["measure"]
    point = POINT.get(measure, {_bare(name) for name in inputs})
    constant = NOT_IN_VARIANCE.get(measure, set())
    if analysis.get("correct", True):
        point = point | CORRECTION.get(measure, set())
    return Selected(
        study,
        arm,
        time,
        {name: _value(name, row) for name, row in found.items()},
        union(_ids(row) for name, row in found.items() if _bare(name) in point),
        union(_ids(row) for name, row in found.items() if _bare(name) not in constant),
        union((basis, more)),
        decision_rows=decided,
        n_rows=union(_ids(row) for name, row in found.items() if _bare(name) == "n"),
        yi_basis=union(_basis(row) for name, row in found.items() if _bare(name) in point),
        printed=_printed(table, arm, time) if measure == "GEN" else {},
    )


def _refusal(found, table, place, analysis):
    """(reason code, rows that decided on it, config keys that did): no code if all inputs can be used."""
    rows = [row for row in found.values() if row]
    decided = union(split(row["decision_rows"]) for row in rows)
    missing = [name for name, row in found.items() if row is None or row["value"] is None]
    if missing:
        return _why(missing[0], table, *place), decided, ()
    basis = analysis["skewness_basis"] if any(row["skewed"] is not None for row in rows) else ()
    if analysis["skewness"] == "refuse":
        skewed = [row for row in rows if row["skewed"]]
        decided = union((decided, *(split(row["tested_rows"]) for row in skewed or rows)))
        if skewed:
            return "skewed", decided, basis
    sizes = [row for name, row in found.items() if _bare(name) == "n"]
    if any(row["value"] < ENOUGH for row in sizes):
        return "single_patient", union((decided, *map(_ids, sizes))), basis
    return "", decided, basis


def _printed(table, arm, time):
    """Limits and p of a printed difference with their rows: a study alone stands as it is printed."""
    found = {name: table.get((arm, time, quantity)) for name, quantity in PRINTED.items()}
    return {name: (row["value"], _ids(row)) for name, row in found.items() if row}


def _bare(name):
    """The name of an input without the suffix of its group."""
    return name.removesuffix("_e").removesuffix("_c")


def _lookup(name, table, groups, time):
    """The prepared value of one input; None if there is none."""
    if name in GENERIC:
        return table.get((groups["_e"], time, GENERIC[name]))
    arm = groups["_c" if name.endswith("_c") else "_e"]
    quantity, at_baseline = WITHIN[_bare(name)]
    return table.get((arm, BASELINE if at_baseline else time, quantity))


def _value(name, row):
    """The number that the effect size needs: a variance where the table has a standard error."""
    return row["value"] ** 2 if name == "vi" else row["value"]


def _why(name, table, groups, time):
    """Reason code for a missing input."""
    arm = groups["_e"]
    if name.endswith("_c") and not groups["_c"]:
        return "no_comparator"
    if (arm, time, "percent_mean") in table:
        return "percent_only"
    if {(arm, time, "score_decrease"), (arm, time, "score")} & set(table):
        return "single_patient"
    if name in GENERIC:
        return "no_difference"
    bare = _bare(name)
    return MISSING.get(bare, "no_sd" if bare.startswith("sd") else "no_input")


def _signed(one, rows, improvement):
    """Improvement positive: decreases where less is better, scores the other way round.

    A printed difference keeps its sign where the source does not say what it means.
    """
    if not one.inputs:
        return one
    better = 1.0 if improvement == "decrease" else -1.0
    signs, direction, stated = {"mean_change": better, "mean": -better}, "improvement_positive", {}
    if "yi" in one.inputs:
        stated = _stated_direction(one, rows)
        direction = direction if stated else "not_stated"
        negative = "direction_decrease_negative" in stated
        signs["yi"] = -better if negative else better if stated else 1.0
    inputs = {name: signs.get(_bare(name), 1.0) * value for name, value in one.inputs.items()}
    printed = one.printed if signs.get("yi", 1.0) > 0 else _turned(one.printed)
    own = union(_ids(row) for row in stated.values())  # they decide on every sign
    for name in printed.keys() - {"pval"}:
        printed = {**printed, name: (printed[name][0], union((printed[name][1], own)))}
    yi_rows = union((one.yi_rows, own))
    return replace(one, inputs=inputs, direction=direction, printed=printed, yi_rows=yi_rows)


def _stated_direction(one, rows):
    """direction_<word> -> its row, where the source says which sign a decrease has."""
    place = (one.study, one.arm, one.time_point)
    return {
        row["quantity"]: row
        for row in rows
        if (row["study"], row["arm"], row["time_point"]) == place
        and row["quantity"].startswith("direction_decrease_")
    }


def _turned(printed):
    """Printed limits with the sign reversed: they change places."""
    other = {"ci_lb": "ci_ub", "ci_ub": "ci_lb"}
    limits = {other[k]: (-value, rows) for k, (value, rows) in printed.items() if k in other}
    return {**printed, **limits}


def _ids(row):
    return split(row["rows"])


def _basis(row):
    return split(row["basis"])
