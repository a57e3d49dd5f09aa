"""What the certainty of one analysis is judged from: its pool, its lines, its size, its starting level."""

from dataclasses import dataclass
from math import atanh, isclose, log, log1p
from statistics import median

from workflow.lib.errors import InputError, NotEstimable

COMPARED = ("two groups", "pre-post-control", "matched pairs", "generic")  # of Measure.comparison
CHANGES, ONE_GROUP = "pre-post", "one group"
OF_DESIGN = {  # design of studies.csv -> starting level; a controlled study's is configured
    "randomised_trial": "high",
    **dict.fromkeys(("single_arm", "case_series", "case_report"), "very_low"),
}
BEFORE_AFTER = "patients are compared with themselves before treatment"
# Iorio 2015, Foroutan 2020 (GRADE 28): evidence on frequency and prognosis starts high
NOTHING_COMPARED = (
    "nothing is compared: GRADE starts frequency and prognosis high, the effect of a treatment very low; "
    "which is asked here a person states (start and start_reason under certainty in config.yaml)"
)
OF_OUTCOME = ("units of the outcome", "as given")  # scales on which an SD of the outcome counts
RATIOS = "log "  # how the scale of a ratio begins
EVENTS = ("event", "event_e", "event_c")
NO_SETTINGS = "config.yaml states no alpha and power (certainty)"


@dataclass(frozen=True, slots=True)
class Means:
    """What the certainty of a pool takes from the statistics, handed in by the script."""

    measures: dict  # workflow.lib.stats.effects.MEASURES
    two_proportions: object
    two_means: object
    one_mean: object
    absolute_effect: object
    egger_test: object
    formulas: dict  # measures that absolute_effect knows


@dataclass(frozen=True, slots=True)
class Case:
    """One analysis with everything that a suggestion can rest on; a field that is None has its reason."""

    analysis: str
    model: dict
    pooled: list[dict]  # effect rows
    ratio: bool  # the scale is the logarithm of a ratio
    standardised: bool
    lines: tuple[
        float, ...
    ]  # decision thresholds, analysis scale; no effect (0) is the first, if compared
    zero: bool  # whether 0 on the analysis scale is no effect
    start: str | None  # starting level
    start_reason: str
    participants: int | None
    missing: int  # pooled studies that do not say how many persons
    events: int | None
    control_risk: float | None
    risk_source: str
    size: object  # InformationSize or None
    size_reason: str
    absolute: object  # AbsoluteEffect or None
    absolute_reason: str
    sd: float | None  # to turn standard deviations into points


def case_of(model, effects, analysis, settings, means) -> Case:
    """The Case of one analysis.

    `model` and `effects` are its record and rows; `analysis` its configuration with `lines` (see
    `lines_of`) and `mid`; `settings` is `certainty` of config.yaml, or empty.
    """
    own = settings.get("analyses", {}).get(model["analysis"], {})
    measure = means.measures[model["measure"]]
    pooled = [row for row in effects if row["status"] == "pooled"]
    sizes = [row["ni"] for row in pooled]
    inputs = [_inputs(row) for row in pooled]
    control_risk, risk_source = _control_risk(own, inputs)
    start, start_reason = _start(pooled, measure, settings, own)
    size, size_reason = _size(own, settings, analysis, measure, control_risk, means)
    absolute, absolute_reason = _absolute(model, control_risk, means)
    return Case(
        **{"analysis": model["analysis"], "model": model, "pooled": pooled},
        **{"ratio": measure.scale.startswith(RATIOS), "standardised": measure.standardised},
        **{"lines": lines_of(analysis, own, measure), "zero": measure.comparison != ONE_GROUP},
        **{"start": start, "start_reason": start_reason},
        participants=sum(one for one in sizes if one) if any(sizes) else None,
        missing=sum(one is None for one in sizes),
        events=_events(inputs),
        **{"control_risk": control_risk, "risk_source": risk_source},
        **{"size": size, "size_reason": size_reason},
        **{"absolute": absolute, "absolute_reason": absolute_reason, "sd": own.get("sd")},
    )


def lines_of(analysis, own, measure):
    """No effect, then the decision thresholds on the analysis scale; of one group the thresholds alone.

    `thresholds` of the analysis under `certainty` are as printed (ratios, proportions, correlations);
    else the important difference counts in both directions. A proportion, rate or mean of one group
    is no effect: its zero says nothing.
    """
    one_group = measure.comparison == ONE_GROUP
    if "thresholds" in own:
        found = [_analysed(one, measure.scale) for one in own["thresholds"]]
    else:
        mid = important(analysis, own)
        found = [] if mid is None or one_group else [mid, -mid]
    if one_group:
        return tuple(float(one) for one in found)
    return (0.0, *(float(one) for one in found if not isclose(one, 0.0, abs_tol=1e-12)))


def _analysed(value, scale):
    """A printed value on the scale of the analysis."""
    if scale == "log odds":
        return log(value) - log1p(-value)
    if scale == "Fisher's z":
        return atanh(value)
    return log(value) if scale.startswith(RATIOS) else value


def important(analysis, own):
    """The smallest difference that matters: `mid` under `certainty`, else the threshold; or None."""
    return own.get("mid", analysis.get("mid"))


def _inputs(row):
    """Name -> number of the inputs of one effect size."""
    parts = (part.partition("=") for part in (row["inputs"] or "").split(";") if part)
    return {name: float(value) for name, _, value in parts}


def _events(inputs):
    """Events in all groups; None where the effect sizes are not made of events."""
    found = [one[name] for one in inputs for name in EVENTS if name in one]
    return int(sum(found)) if found else None


def _control_risk(own, inputs):
    """(risk without treatment, where it is from): stated, else the median of the control groups."""
    if "control_risk" in own:
        return own["control_risk"], own["control_risk_source"]
    found = [one["event_c"] / one["n_c"] for one in inputs if "event_c" in one and one.get("n_c")]
    if found and 0 < median(found) < 1:
        return median(found), "median of the control groups"
    return None, ""


def _start(pooled, measure, settings, own):
    """(starting level, why): of the lowest design, after Guyatt 2011 and, for ROBINS-I, Schuenemann 2019.

    Case series start very low (Cochrane Handbook 5.1, table 12.2.a).
    """
    if not pooled:
        return None, "no study is pooled"
    if "start" in own:
        return own["start"], own["start_reason"]
    if measure.comparison == CHANGES:
        return "very_low", BEFORE_AFTER
    if measure.comparison not in COMPARED:
        return None, NOTHING_COMPARED
    levels = OF_DESIGN | {"controlled_study": settings.get("nonrandomised", "low")}
    order = ("very_low", "low", "high")
    design = min((row["design"] for row in pooled), key=lambda one: order.index(levels[one]))
    return levels[design], f"design of the pooled studies: {design.replace('_', ' ')}"


def _size(own, settings, analysis, measure, control_risk, means):
    """(optimal information size, "") or (None, what is not stated)."""
    if "alpha" not in settings:
        return None, NO_SETTINGS
    power = {name: settings[name] for name in ("alpha", "power")}
    try:
        if measure.code in means.formulas:
            return _size_of_risks(own, control_risk, power, means)
        return _size_of_means(own, analysis, measure, power, means)
    except InputError as error:
        return None, "; ".join(error.problems)


def _size_of_risks(own, control_risk, power, means):
    missing = [] if control_risk else ["a control risk"]
    missing += [] if "rrr" in own else ["a relative risk reduction worth finding (rrr)"]
    if missing:
        return None, f"config.yaml does not state {' and '.join(missing)}"
    return means.two_proportions(control_risk, control_risk * (1 - own["rrr"]), **power), ""


def _size_of_means(own, analysis, measure, power, means):
    mid, sd = important(analysis, own), 1.0 if measure.standardised else own.get("sd")
    if not (measure.standardised or measure.scale in OF_OUTCOME):
        return None, f"there is no information size for the measure {measure.code}"
    missing = [] if mid else ["an important difference (mid, or a threshold of the analysis)"]
    missing += [] if sd else ["an SD (sd)"]
    if missing:
        return None, f"config.yaml does not state {' and '.join(missing)}"
    function = means.two_means if measure.comparison in COMPARED else means.one_mean
    return function(mid, sd, **power), ""


def _absolute(model, control_risk, means):
    """(absolute effect, "") or (None, why there is none)."""
    fit = model["fit"]
    if model["measure"] not in means.formulas:
        return None, ""
    if control_risk is None:
        return None, "no control risk is stated (control_risk)"
    if fit["ci_lb"] is None:
        return None, "the pool has no interval"
    limits = {name: fit[name] for name in ("beta", "ci_lb", "ci_ub")}
    try:
        return means.absolute_effect(model["measure"], control_risk, **limits), ""
    except (InputError, NotEstimable) as error:
        return None, str(error)
