"""Sentences about one pool, true for any number of studies."""

from workflow.lib.render.facts import (
    LEVELS,
    ONE_GROUP,
    both_intervals,
    design_of,
    interval,
    is_association,
    listed,
    no_effect,
    num,
    p_words,
    read_as,
    unit_words,
    value,
)
from workflow.lib.render.markdown import escape_markdown

TOO_FEW_FOR_PREDICTION = 5  # below this the prediction interval is shown but not read
BEFORE_AFTER = {"MC", "SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH"}
NO_GROUPS = "it is that of one group, as the source prints it, and no groups are compared"
CONTROLLED_DESIGNS = ("randomised_trial", "controlled_study")


def pooled_sentence(facts, model):
    """The result of one pool: none, the one study itself, or the pool with its intervals."""
    k, slabs = model["fit"]["k"], facts.slabs
    if k == 0:
        return "No study has the data that this analysis needs, so there is no result to print."
    if k == 1:
        study = slabs[model["studies"][0]]
        return f"One study, no pool: {study} stands for itself with {estimate(facts, model)}."
    return f"Pooled over {num(f'{base_of(model)}.k')} studies: {estimate(facts, model)}."


def base_of(model):
    """'pooled.primary', the beginning of the ids of a pool."""
    return f"pooled.{model['analysis']}"


def estimate(facts, model):
    """'1.16 points (95% CI ...)': one interval of one study, two of a pool."""
    base, end = base_of(model), read_as(model)
    if model["fit"]["k"] == 1:
        how = "as printed" if model["own_rows"] else "by Wald"
        limits = f"{interval(base, end=end)}, {how}"
    else:
        limits = both_intervals(facts, model)
    if end:
        return f"{unit_words(model)} {num(f'{base}.beta{end}')} ({limits})"
    return f"{num(f'{base}.beta')} {unit_words(model)} ({limits})"


def noun(facts, model):
    """What the numbers of this analysis are: changes, differences, ratios, correlations, proportions."""
    if is_association(model):
        return "correlation"
    if facts.is_one_group(model):
        share = read_as(model) or model["unit"] == "proportion"
        return unit_words(model) if share else "level" if model["measure"] in ONE_GROUP else "value"
    if read_as(model):
        return "ratio"
    return "change" if model["measure"] in BEFORE_AFTER else "difference"


def sign_sentence(facts, model):
    """What the sign means, or that the source does not say."""
    k = model["fit"]["k"]
    if k == 0:
        return ""
    if model["measure"] in LEVELS:
        return f"It is the {noun(facts, model)} itself ({escape_markdown(model['measure'])}), not a comparison."
    if (read_as(model) or is_association(model)) and model["direction"] != "not_stated":
        return _ratio_sentence(facts, model)
    if model["direction"] == "as_defined":
        return (
            f"The sign is that of the measure ({escape_markdown(model['measure'])}): a positive "
            f"number means more {escape_markdown(facts.outcome(model)['label'])} {facts.groups(model)}."
        )
    if model["direction"] == "not_stated":
        return _favouring_nobody(k)
    return _better_sentence(facts, model)


def _favouring_nobody(k):
    """That no source, or not every one, says which arm is which."""
    who = "The source does" if k == 1 else "Not every source does"
    if k > 1:
        return f"{who} state which arm its difference favours, so this pool must not be read."
    return (
        f"{who} not state which arm a negative difference favours, so the number is "
        "given as printed and read as favouring neither."
    )


def _better_sentence(facts, model):
    """What a positive number means where it is an improvement."""
    outcome = facts.outcome(model)
    better = "less" if outcome["improvement"] == "decrease" else "more"
    label = escape_markdown(outcome["label"])
    if facts.is_one_group(model):
        return f"A positive number means {better} {label}; {NO_GROUPS}."
    if noun(facts, model) == "change":
        return f"A positive number means {better} {label} after treatment than before."
    return f"A positive number means {better} {label} with the treatment than without."


def _ratio_sentence(facts, model):
    """What a ratio above one, or a correlation above zero, means."""
    measure, label = (
        escape_markdown(model["measure"]),
        escape_markdown(facts.outcome(model)["label"]),
    )
    if is_association(model):
        return f"The sign is that of the measure ({measure}): above zero both rise together."
    return (
        f"The ratio is that of the measure ({measure}): above one it means more "
        f"{label} {facts.groups(model)}."
    )


def reading_sentence(facts, model):
    """Whether the interval includes no effect, and whether the two intervals disagree on that."""
    base, k, none = base_of(model), model["fit"]["k"], no_effect(model)
    if k == 0 or model["measure"] in LEVELS:
        return ""
    if k == 1:
        return f"Its interval {'excludes' if excludes_zero(facts, base) else 'includes'} {none}."
    wald, hartung = (excludes_zero(facts, f"{base}.{test}") for test in ("z", "adhoc"))
    if wald and not hartung:
        return (
            f"The two intervals disagree: the Wald interval excludes {none}; the Knapp-Hartung interval, "
            "which allows for how little is known about the spread between the studies, includes it. "
            f"The data do not settle whether there is {_unsettled(facts, model)}."
        )
    return f"Both intervals {'exclude' if hartung else 'include'} {none}."


def _unsettled(facts, model):
    """What there is if there is not no effect: a change, a difference, or an association."""
    if is_association(model):
        return "an association"
    return "a change" if noun(facts, model) == "change" else "a difference"


def excludes_zero(facts, base):
    """Whether the interval <base>.ci_lb to <base>.ci_ub lies on one side of zero."""
    low, high = value(facts, f"{base}.ci_lb"), value(facts, f"{base}.ci_ub")
    return low > 0 or high < 0


def heterogeneity_sentence(facts, model):
    """Spread between studies and the prediction interval, where there are studies to spread."""
    base, k = base_of(model), model["fit"]["k"]
    if k == 0:
        return ""
    if k == 1:
        return "With fewer than two studies there is no spread between studies to estimate."
    q = (
        f"Q {num(f'{base}.QE')} on {num(f'{base}.QE_df')} df, {p_words(facts, f'{base}.QEp')}, "
        f"I² {num(f'{base}.I2_Q')} from Q"
    )
    if model["fit"]["se_tau2"] is None:
        return f"All studies are taken to share one true effect, so no spread is estimated; {q}."
    limits = f"{num(f'{base}.tau2_lb')} to {num(f'{base}.tau2_ub')}"
    text = (
        f"Spread between studies: tau² {num(f'{base}.tau2')} (Q-profile interval {limits}), "
        f"I² {num(f'{base}.I2')} from tau²; {q}."
    )
    if model["fit"]["pi_lb"] is None:
        return text
    end = read_as(model)
    span = f"{num(f'{base}.pi_lb{end}')} to {num(f'{base}.pi_ub{end}')}"
    return (
        f"{text} The prediction interval for the true {noun(facts, model)} in a new setting runs from "
        f"{span}{_not_read(k)}."
    )


def _not_read(k):
    return "; with so few studies it is shown and not read" if k < TOO_FEW_FOR_PREDICTION else ""


def threshold_sentence(facts, model):
    """Probability that the true change exceeds the smallest change that matters to patients."""
    found, k = model["probability"], model["fit"]["k"]
    if not found or k == 0:
        return ""
    base, key = base_of(model), found["key"]
    citation = facts.config["thresholds"][key]["citation"]
    limit = f"{num(f'threshold.{key}')} points, the smallest change that matters to patients [@{citation}]"
    what = f"The probability that the true {noun(facts, model)}"
    if found["value"] is None:
        return f"{what} exceeds {limit}, cannot be given: {escape_markdown(found['reason'])}."
    return (
        f"{what} in a new setting exceeds {limit}, is {num(f'{base}.prob_beyond')} under the "
        "distribution of the prediction interval, and that of the mean "
        f"{num(f'{base}.prob_beyond_mean')}{_not_read(k)}."
    )


def left_out_sentence(facts, model):
    """Which studies of this analysis stand apart, and why."""
    rows = [row for row in facts.effects[model["analysis"]] if row["status"] == "narrated"]
    said = [f"{facts.slabs[row['study']]} ({escape_markdown(row['reason'])})" for row in rows]
    return f"Not pooled: {listed(said)}." if said else ""


def controlled_sentence(facts, *, short=False):
    """The comparison with a control group, which stands beside every change; or that there is none."""
    model = facts.headline("controlled")
    if model is None:
        return ""
    control = control_words(facts)
    if model["fit"]["k"] == 0:
        return f"No study that compares the treatment with {control} has readable data."
    trial = all(design_of(facts, study) == "randomised_trial" for study in model["studies"])
    one, k = "trial" if trial else "study", model["fit"]["k"]
    many = "trials" if trial else "studies"
    who = f"One {one}" if k == 1 else f"{num(f'{base_of(model)}.k')} {many}"
    sign = sign_sentence(facts, model)
    if short and k == 1 and model["direction"] == "not_stated":
        sign = "Which arm that favours is not stated."
    return (
        f"{who} compared the treatment with {control}: a difference of {estimate(facts, model)}. "
        f"{sign} {reading_sentence(facts, model)}"
    )


def control_words(facts):
    """'sham', or 'sham or placebo': the control arms as config.yaml names them."""
    return " or ".join(map(escape_markdown, facts.config["arms"]["control"])) or "a control group"


def points_sentence(facts):
    """The same change in points, where the report has such an analysis and it has studies."""
    model = facts.headline("points")
    if model is None or model["fit"]["k"] == 0:
        return ""
    points = model["unit"] == "points"
    where = f"On the scale from {scale_words(model)}" if points else "In other units"
    return f"{where}: {estimate(facts, model)}."


def scale_words(model):
    """'0 to 10': the ends of the common scale."""
    base = f"scale.{model['outcome']}"
    return f"{num(f'{base}.low')} to {num(f'{base}.high')}"


def beside_sentence(facts, model):
    """Points and controlled evidence, which stand beside the primary pool wherever it appears."""
    if model["analysis"] != facts.config["headline"]["primary"] or model["fit"]["k"] == 0:
        return ""
    parts = (points_sentence(facts), controlled_sentence(facts))
    return " ".join(filter(None, parts))


def alternative(facts, model):
    """What a forest plot shows, for those who cannot see it."""
    parts = (pooled_sentence, sign_sentence, reading_sentence, left_out_sentence)
    return " ".join(filter(None, (part(facts, model) for part in parts)))


def guard_rails(facts, model):
    """What a reader must know before reading this pool, as a list; empty where nothing fires."""
    names = facts.numbers.get(f"{base_of(model)}.beta", {}).get("guards", ())
    said = [f"- {words} [@{citation}]." for words, citation in map(facts.guards.get, names)]
    if not said:
        return ""
    return "::: {.callout-warning}\n## Before reading this number\n\n" + "\n".join(said) + "\n:::"


def paragraph(facts, model):
    """All sentences about one pool."""
    parts = (
        pooled_sentence,
        sign_sentence,
        reading_sentence,
        heterogeneity_sentence,
        threshold_sentence,
        left_out_sentence,
        beside_sentence,
    )
    return " ".join(filter(None, (part(facts, model) for part in parts)))
