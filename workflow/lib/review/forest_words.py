"""The words of a forest plot: its axis, its columns and its intervals, in the way of the house or a journal."""

from dataclasses import dataclass

LOG, EXP = "log ", "_exp"  # how the unit of a logarithm begins, and the id of a number as a ratio
READ = {  # other units that are read on another scale -> (end of the ids, marks of the axis, words)
    "Fisher's z": ("_ztor", "z", "correlation"),
    "log odds": ("_ilogit", "logit", "proportion"),
}
LEVELS = {  # measures of one group that compare nothing: no value stands for no effect
    *("PR", "PLN", "PLO", "PRZ", "PAS", "PFT", "IR", "IRLN", "IRS", "IRFT"),
    *("MN", "MNLN", "SDLN", "CVLN", "ARAW", "AHW", "ABT", "R2", "ZR2", "R2F", "ZR2F"),
}
TESTS = {
    "z": "Wald z",
    "t": "t",
    "knha": "Knapp-Hartung",
    "adhoc": "Knapp-Hartung, ad hoc",
}
SIGNS = {
    "improvement_positive": "improvement positive",
    "as_defined": "sign as the measure defines it",
    "not_stated": "sign as printed, meaning not stated",
}
BEFORE_AFTER = ("MC", "SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH", "ROMC", "VRC", "CVRC")
EFFECTS = {  # measure -> its name over a column
    **dict.fromkeys(("MD",), "Mean difference"),
    **dict.fromkeys(("SMD", "SMDH", "SMD1", "SMD1H"), "Std. mean difference"),
    **dict.fromkeys(("MC",), "Mean change"),
    **dict.fromkeys(BEFORE_AFTER[1:6], "Std. mean change"),
    **dict.fromkeys(("RD",), "Risk difference"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """How one preset says things."""

    study: str = "Study"
    weight: str = "Weight"
    effect: str = "{effect} [{level}%\u00a0CI]"
    interval: str = "{} [{}, {}]"
    favours: str = ""  # before treatment and control; empty: more and less of the outcome
    total: str = ""  # over the pool; empty: which interval it is


WORDINGS = {
    "house": Wording(),
    "revman": Wording(
        "Study or subgroup",
        effect="{effect} IV, {model}, {level}%\u00a0CI",
        favours="Favours",
        total="Total ({level}%\u00a0CI)",
    ),
    "bmj": Wording(
        effect="{effect} ({level}%\u00a0CI)",
        interval="{} ({} to {})",
        favours="Favours",
        total="Total ({level}%\u00a0CI)",
    ),
    "jama": Wording(
        "Source",
        effect="{effect} ({level}%\u00a0CI)",
        interval="{} ({} to {})",
        favours="Favors",
        total="Total ({level}%\u00a0CI)",
    ),
}


def is_log(model):
    """Whether the effects are logarithms, which are read as what they are the logarithms of."""
    return model["unit"].startswith(LOG) and model["unit"] not in READ


def end_of(model):
    """How the ids of effects end as they are read."""
    if model["unit"] in READ:
        return READ[model["unit"]][0]
    return EXP if is_log(model) else ""


def marks_of(model):
    """What the axis names: plain, log (ratios), z (correlations) or logit (proportions)."""
    if model["unit"] in READ:
        return READ[model["unit"]][1]
    return "log" if is_log(model) else "plain"


def is_comparison(model):
    """Whether the effects compare two groups, and it is known which of them is on which side."""
    if model["measure"] in BEFORE_AFTER:
        return False
    ratio = is_log(model) and "ratio" in model["unit"]
    return model["direction"] == "improvement_positive" or (
        ratio and model["direction"] == "as_defined"
    )


def axis_words(unit):
    """What an axis of effects in this unit says: of a logarithm the ratio that it names."""
    if unit in READ:
        return f"{READ[unit][2].capitalize()}, axis of {unit}"
    ratio = unit.removeprefix(LOG)
    return f"{ratio[:1].upper()}{ratio[1:]}, logarithmic axis" if is_log({"unit": unit}) else unit


def axis(model, outcome, preset="house"):
    """Words of the axis: its label, what each side favours, and the headings of the columns."""
    return {
        "axis_label": _label(model),
        "null": None if model["measure"] in LEVELS else 0.0,
        "favours": _favours(model, outcome, WORDINGS[preset]),
        "columns": _columns(model, WORDINGS[preset]),
    }


def _label(model):
    """Measure, unit and sign; of a logarithm the ratio that the axis names."""
    if model["unit"] in READ:
        word = READ[model["unit"]][2]
        return f"{word.capitalize()} ({model['measure']}), axis of {model['unit']}"
    if is_log(model):
        unit = model["unit"].removeprefix(LOG)
        return f"{unit[:1].upper()}{unit[1:]} ({model['measure']}), logarithmic axis"
    return f"{model['measure']} in {model['unit']} ({SIGNS[model['direction']]})"


def _favours(model, outcome, wording):
    """What lies to the left and to the right; None where the direction is not stated."""
    more, less = f"more {outcome['label']}", f"less {outcome['label']}"
    as_defined = is_comparison(model) and model["direction"] == "as_defined"
    if model["direction"] != "improvement_positive" and not as_defined:
        return None
    fewer_is_better = outcome["improvement"] == "decrease"
    if wording.favours and is_comparison(model):
        sides = (f"{wording.favours} control", f"{wording.favours} treatment")
        return sides[::-1] if as_defined and fewer_is_better else sides
    if as_defined:
        return less, more
    return (more, less) if fewer_is_better else (less, more)


def _columns(model, wording):
    """Headings of labels, estimates and weights."""
    fit = model["fit"]
    unit = model["unit"].removeprefix(LOG)
    effect = f"{unit[:1].upper()}{unit[1:]}" if is_log(model) else EFFECTS.get(model["measure"])
    if model["unit"] in READ:
        effect = READ[model["unit"]][2].capitalize()
    elif wording == WORDINGS["house"] and not is_log(model):
        effect = "Estimate"
    words = {
        "effect": effect or "Effect",
        "level": f"{fit['level']:g}",
        "model": "fixed" if fit["method"] in ("EE", "FE") else "random",
    }
    return wording.study, wording.effect.format(**words), wording.weight


def interval_text(base, estimate, numbers, *, limits=None, end="", form="{} [{}, {}]"):
    """'1.75 [1.07, 2.43]' in the registry's own texts.

    `limits` is the base of other limits, `end` what the ids of all three end in, `form` how they
    are put together.
    """
    ids = (f"{limits or base}.{name}{end}" for name in ("ci_lb", "ci_ub"))
    low, high = (numbers[name]["text"] for name in ids)
    return form.format(numbers[f"{base}.{estimate}{end}"]["text"], low, high)
