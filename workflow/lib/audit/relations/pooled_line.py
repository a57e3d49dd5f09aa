"""Verdicts on a pooled line, its heterogeneity and its weights, from the study lines above it."""

import numpy as np

from workflow.lib.audit.claim_lines import ESTIMATE, LIMITS
from workflow.lib.audit.relations.relation import WRONG, Relation, relation, shown, span
from workflow.lib.audit.rounding import meets
from workflow.lib.audit.scales import scale_of

SPREAD = {"tau2": "tau2", "I2": "I2", "QE": "Q"}
OTHER_MODEL = "the model of the pool: none of the usual ones gives the printed line"
ONE_PERCENT = 100.0


def forest_relations(plot, pools):
    """Comparisons of a pooled line with the pools of the study lines above it."""
    basis = _basis(plot)
    yield from _estimate_and_limits(plot, pools, basis)
    yield from _heterogeneity(plot, pools, basis)
    yield from _weights(plot, pools)


def group_relations(pooled, studies):
    """Comparisons of one group that need no model: weights among themselves, lines and their number.

    `pooled` is the line without a study, or None.
    """
    k = pooled.number("k") if pooled is not None else None
    lines = [line for line in studies if ESTIMATE in line.by]
    if k and len(lines) >= k.value:
        text = f"{len(lines)} study lines are printed, k is {k.text}"
        yield relation(pooled.ids("k"), len(lines) == k.value, text)
    if not k or len(studies) >= k.value:
        yield from _weights_add_up(pooled, studies)


def agrees(plot, pool, name):
    """Whether a model gives this pooled quantity, as far as the digits of all lines allow."""
    return name in pool.ranges and meets(plot.pooled.number(name), *pool.ranges[name])


def on_plain_scale(plot, value):
    """A pooled value as the plot prints it: ratios are not printed as logarithms."""
    return float(scale_of(plot.pooled.scale).printed(value))


def _said(plot, pool):
    """'DL gives 0.313 (0.120 to 0.501)': one digit more than the pooled line prints."""
    decimals = plot.pooled.number(ESTIMATE).decimals + 1
    texts = [
        f"{on_plain_scale(plot, pool.values[name]):.{decimals}f}" for name in (ESTIMATE, *LIMITS)
    ]
    return f"{pool.label} gives {texts[0]} ({texts[1]} to {texts[2]})"


def _basis(plot):
    """The claims of the study lines, as things that a verdict rests on."""
    names = (ESTIMATE, *LIMITS)
    return tuple(f"claims:{name}" for line in plot.studies for name in line.ids(*names))


def _estimate_and_limits(plot, fits, basis):
    """Which models give the pooled estimate, and which of these its limits."""
    claimed = [name for name in (ESTIMATE, *LIMITS) if name in plot.pooled.by]
    good = {
        name: [fit for fit in fits if agrees(plot, fit, ESTIMATE) and agrees(plot, fit, name)]
        for name in claimed
    }
    whole = [fit for fit in fits if all(fit in found for found in good.values())]
    start = f"from the {len(plot.studies)} printed lines "
    for name in claimed:
        chosen = whole or good[name]
        if good[name]:
            text = start + "; ".join(f"{_said(plot, fit)}: agrees" for fit in chosen)
            yield Relation(plot.pooled.ids(name), "reproduced", text, basis=basis)
        else:
            text = start + "; ".join(f"{_said(plot, fit)}: differs" for fit in fits)
            yield _not_reproduced(plot, fits, name, text)


def _not_reproduced(plot, fits, name, text):
    """A pooled quantity that no model gives: contradicted only where no other model could either."""
    why = _why_wrong(plot, fits)
    stated = plot.pooled.by[name]["convention"] == "stated"
    targets = plot.pooled.ids(name)
    if why or stated:
        return relation(targets, False, "; ".join(filter(None, (text, why))), missing=WRONG)
    return Relation(targets, "not_checkable", text, OTHER_MODEL)


def _why_wrong(plot, fits):
    """Why the pooled line cannot come from the study lines by any weights, or by their own; or ''."""
    number = plot.pooled.number(ESTIMATE)
    lowest, highest = (plot.yi - plot.half_yi).min(), (plot.yi + plot.half_yi).max()
    if number.low > highest or number.high < lowest:
        ends = span(on_plain_scale(plot, plot.yi.min()), on_plain_scale(plot, plot.yi.max()))
        return f"the estimate lies outside those of the studies, {ends}"
    weights = _printed_weights(plot.studies)
    if weights is None:
        return ""
    same = [fit for fit in fits if _fits_weights(fit, weights)]
    if same and not any(agrees(plot, fit, ESTIMATE) for fit in same):
        return f"the printed weights are those of {same[0].label}"
    return _weighted_mean(plot, weights)


def _weighted_mean(plot, weights):
    """Why the printed weights do not give the estimate, on either scale; '' where they do."""
    low, high = weights
    scales = [(plot.yi - plot.half_yi, plot.yi + plot.half_yi, plot.pooled.number(ESTIMATE))]
    number = scales[0][2]
    tried = []
    for least, most, target in scales:
        ends = _mean_between(least, low, high, -1), _mean_between(most, low, high, 1)
        if target.low <= ends[1] and ends[0] <= target.high:
            return ""
        tried.append(span(*(on_plain_scale(plot, end) for end in ends)))
    if plot.pooled.is_log:  # Mantel-Haenszel ratios are means of the ratios themselves
        least, most = np.exp(scales[0][0]), np.exp(scales[0][1])
        ends = _mean_between(least, low, high, -1), _mean_between(most, low, high, 1)
        if np.exp(number.low) <= ends[1] and ends[0] <= np.exp(number.high):
            return ""
    return f"the printed weights give {tried[0]}"


def _mean_between(values, low, high, direction):
    """The most extreme mean with weights between `low` and `high`: more weight to extreme values."""
    centre = np.average(values, weights=(low + high) / 2)
    for _ in range(2):
        heavy = (values - centre) * direction > 0
        centre = np.average(values, weights=np.where(heavy, high, low))
    return float(centre)


def _heterogeneity(plot, fits, basis):
    """tau2, I2 and Q of the pooled line against those of the study lines."""
    for name, words in SPREAD.items():
        if name not in plot.pooled.by:
            continue
        usual = [
            fit
            for fit in fits
            if "Knapp" not in fit.label and (name != "tau2" or fit.label != "equal effects")
        ]
        usual = usual if name == "tau2" else usual[:1]
        good = [fit for fit in usual if agrees(plot, fit, name)]
        text = "; ".join(
            f"{words} from the printed lines{_by(fit, name)} is {shown(fit.values[name])}"
            for fit in good or usual
        )
        targets = plot.pooled.ids(name)
        if good:
            yield Relation(targets, "reproduced", text, basis=basis)
        elif usual:
            yield Relation(targets, "not_checkable", f"{text}: differs", OTHER_MODEL)


def _by(fit, name):
    return f" by {fit.label}" if name == "tau2" else ""


def _printed_weights(studies):
    """(low, high) arrays of the weights of all studies, or None if one has none."""
    found = [line.number("weight") for line in studies]
    if None in found:
        return None
    return np.array([max(n.low, 0.0) for n in found]), np.array([n.high for n in found])


def _weights_add_up(pooled, studies):
    """Weights of all studies add up to the printed total, or to 100%."""
    having = [line for line in studies if "weight" in line.by]
    with_result = [line for line in studies if ESTIMATE in line.by]
    if len(having) < 2 or len(having) < len(with_result):
        return
    low, high = _printed_weights(having)
    total = pooled.number("weight") if pooled is not None else None
    target = (total.low, total.high) if total else (ONE_PERCENT, ONE_PERCENT)
    fits = low.sum() <= target[1] and target[0] <= high.sum()
    printed_sum = sum(line.number("weight").value for line in having)
    text = f"the {len(having)} weights add up to {shown(printed_sum)} ({span(low.sum(), high.sum())} by rounding)"
    text += f", the total is {total.text}" if total else ", all would be 100"
    targets = [
        name for line in (*having, *([pooled] if total else [])) for name in line.ids("weight")
    ]
    yield relation(targets, bool(fits), text)


def _weights(plot, fits):
    """Printed weights against those of each model, given the printed intervals."""
    weights = _printed_weights(plot.studies)
    if weights is None or not fits:
        return
    targets = [name for line in plot.studies for name in line.ids("weight")]
    plain = [fit for fit in fits if "Knapp" not in fit.label]
    good = [fit for fit in plain if _fits_weights(fit, weights)]
    if good:
        text = f"the weights are those of {' and of '.join(fit.label for fit in good)}"
        yield relation(targets, True, text)
    else:
        text = "; ".join(
            f"{fit.label}: {', '.join(f'{w:.1f}' for w in fit.weights)}" for fit in plain
        )
        yield Relation(
            tuple(targets),
            "not_checkable",
            f"weights from the printed intervals: {text}",
            OTHER_MODEL,
        )


def _fits_weights(fit, weights):
    """Whether a model's weights print as claimed, with a little room for the digits of the intervals."""
    low, high = weights
    room = 0.02 * fit.weights + 0.05
    return bool(((fit.weights >= low - room) & (fit.weights <= high + room)).all())
