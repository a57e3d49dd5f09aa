"""Sentences about one pool, true for any number of studies."""

from workflow.lib.render.facts import both_intervals, interval, listed, num, p_words, plural, value

FEW = 3  # below this, Wald and Knapp-Hartung intervals always stand together
TOO_FEW_FOR_PREDICTION = 5  # below this the prediction interval is shown but not read


def pooled_sentence(facts, model):
    """The result of one pool: none, the one study itself, or the pool with its interval."""
    base, k = f"pooled.{model['analysis']}", model["fit"]["k"]
    if k == 0:
        return "No study has the data that this analysis needs, so there is no result to print."
    if k == 1:
        study = facts.slabs[model["studies"][0]]
        return f"One study, no pool: {study} stands for itself with {_estimate(model)} ({interval(base)})."
    numbers = both_intervals(model) if k < FEW else interval(base)
    return f"Pooled over {num(f'{base}.k')} studies: {_estimate(model)} ({numbers}; {p_words(facts, f'{base}.pval')})."


def _estimate(model):
    unit = "points" if model["unit"] == "points" else model["unit"]
    return f"{num('pooled.' + model['analysis'] + '.beta')} {unit}"


def sign_sentence(facts, model):
    """What the sign means, or that the source does not say."""
    if model["fit"]["k"] == 0:
        return ""
    if model["direction"] == "not_stated":
        return (
            "The source does not state which arm a negative difference favours, so the number is "
            "given as printed and read as favouring neither."
        )
    outcome = facts.outcome(model)
    better = "less" if outcome["improvement"] == "decrease" else "more"
    return f"A positive number means {better} {outcome['label']}."


def reading_sentence(facts, model):
    """Whether the interval includes no change, and whether the two intervals disagree on that."""
    base, k = f"pooled.{model['analysis']}", model["fit"]["k"]
    if k == 0:
        return ""
    wald, hartung = (_excludes_zero(facts, f"{base}.{test}") for test in ("z", "adhoc"))
    if k == 1:
        own = _excludes_zero(facts, base)
        return "Its interval excludes zero." if own else "Its interval includes zero."
    if wald and not hartung:
        return (
            "The two intervals disagree: the Wald interval excludes zero and the Knapp-Hartung interval, "
            "which allows for how little so few studies tell about their own spread, includes it. "
            "The data do not settle the question."
        )
    if wald != hartung:
        return "The two intervals disagree about zero."
    return "The interval excludes zero." if wald else "The interval includes zero."


def _excludes_zero(facts, base):
    low, high = value(facts, f"{base}.ci_lb"), value(facts, f"{base}.ci_ub")
    return low > 0 or high < 0


def heterogeneity_sentence(facts, model):
    """Spread between studies and the prediction interval, where there are studies to spread."""
    base, k = f"pooled.{model['analysis']}", model["fit"]["k"]
    if k < 2:
        return "With fewer than two studies there is no spread between studies to estimate."
    parts = [f"{name} {num(f'{base}.{item}')}" for name, item in (("tau²", "tau2"), ("I²", "I2"))]
    limits = f"{num(f'{base}.tau2_lb')} to {num(f'{base}.tau2_ub')}"
    text = (
        f"Spread between studies: {parts[0]} (Q-profile interval {limits}), {parts[1]} from tau², "
        f"{num(f'{base}.I2_Q')} from Q; Q {num(f'{base}.QE')} on {num(f'{base}.QE_df')} df, "
        f"{p_words(facts, f'{base}.QEp')}."
    )
    if model["fit"]["pi_lb"] is not None:
        text += (
            f" The prediction interval for the true effect in a new setting runs from "
            f"{num(f'{base}.pi_lb')} to {num(f'{base}.pi_ub')}"
        )
        text += (
            "; with so few studies it is shown and not read." if k < TOO_FEW_FOR_PREDICTION else "."
        )
    return text


def threshold_sentence(facts, model):
    """Probability that the true change exceeds the smallest change that matters to patients."""
    found = model["probability"]
    if not found:
        return ""
    base, key = f"pooled.{model['analysis']}", found["key"]
    citation = facts.config["thresholds"][key]["citation"]
    limit = f"{num(f'threshold.{key}')} points, the smallest change that matters to patients [@{citation}]"
    if found["value"] is None:
        return f"The probability that the true change exceeds {limit}, cannot be given: {found['reason']}."
    return (
        f"The probability that the true change in a new setting exceeds {limit}, is "
        f"{num(f'{base}.prob_beyond')} under the same distribution as the prediction interval; for the "
        f"mean itself it is {num(f'{base}.prob_beyond_mean')}."
    )


def candidate_sentence(facts, model):
    """Whether the pooled studies are known to be those of the published pool."""
    k, candidates = model["fit"]["k"], model["roles"]["candidate"]
    if k == 0:
        return ""
    base = f"pooled.{model['analysis']}"
    if candidates:
        return (
            f"The studies behind the published pool are not openly named. Of the {num(f'{base}.k')} "
            f"{plural(k, 'study', 'studies')} used here, {num(f'{base}.k_candidate')} "
            f"{plural(candidates, 'is a candidate', 'are candidates')}: openly readable studies of the same "
            "treatment that may or may not be among the published ones."
        )
    return f"All {num(f'{base}.k')} studies used here are confirmed as those of the published pool."


def left_out_sentence(facts, model):
    """Which studies of this analysis stand apart, and why."""
    rows = [row for row in facts.effects[model["analysis"]] if row["status"] == "narrated"]
    if not rows:
        return ""
    said = [f"{facts.slabs[row['study']]} ({row['reason_code'].replace('_', ' ')})" for row in rows]
    return f"Not pooled: {listed(said)}."


def paragraph(facts, model):
    """All sentences about one pool."""
    parts = (
        pooled_sentence,
        sign_sentence,
        reading_sentence,
        heterogeneity_sentence,
        threshold_sentence,
        left_out_sentence,
    )
    return " ".join(filter(None, (part(facts, model) for part in parts)))
