"""Check of config.yaml: every key and value at once, then what a schema cannot say."""

import difflib
import math
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

from workflow.lib.config_measures import (
    CONTRAST,
    COUNT_METHODS,
    COUNTED,
    COUNTS,
    COUNTS_OF_TWO,
    TWO_GROUPS,
    VTYPES,
    as_printed,
    unit_problems,
)
from workflow.lib.config_varied import varied_problems
from workflow.lib.config_versions import version_problem
from workflow.lib.errors import InputError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a tenth of the time, where it is built in
SCHEMAS = Path(__file__).parents[1] / "schemas"
KINDS = {"object": "group of keys", "array": "list", "boolean": "true or false", "string": "text"}
LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "greater than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
}


@cache
def config_schema(name="config"):
    """The schema of config.yaml, or of another configuration; only read it."""
    text = (SCHEMAS / f"{name}.schema.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=LOADER)


def check_config(config):
    """Nothing, if `config` can be used.

    Raises
    ------
    InputError
        With one sentence for each problem: key, value, what is admissible.
    """
    if problem := version_problem(config):
        raise InputError([f"config.yaml: {problem}"])
    schema = config_schema()
    errors = Draft202012Validator(schema).iter_errors(config)
    problems = [sentence(error) for error in in_order(errors)]
    problems += endless(config, ())
    problems += _examination_problems(config, schema) if not problems else []
    if not problems:
        found = (_analysis_problems, _other_problems, _book_problems)
        problems = [problem for check in found for problem in check(config)]
    if problems:
        raise InputError([f"config.yaml: {problem}" for problem in problems])


def in_order(errors):
    """The errors of a schema by the place of their key."""
    return sorted(errors, key=lambda error: list(map(str, error.path)))


def _examination_problems(config, schema):
    """Problems of what is examined: procedures and options that do not exist."""
    procedures = schema["$defs"]["procedures"]["properties"]
    for name, analysis in config["analyses"].items():
        for key, entry in analysis.get("examine", {}).items():
            place = f"analyses.{name}.examine.{key}"
            options = dict(entry)
            procedure = options.pop("procedure", key)
            if procedure not in procedures:
                known = list(procedures)
                yield f"{place}: no procedure is called '{procedure}'{nearest(procedure, known)}"
                continue
            rules = {**procedures[procedure], "$defs": schema["$defs"]}
            errors = Draft202012Validator(rules).iter_errors(options)
            yield from (sentence(error, f"{place}.") for error in in_order(errors))


def endless(part, path):
    """Numbers without an end (.inf) or without a value (.nan), anywhere."""
    if isinstance(part, dict):
        return [found for key, item in part.items() for found in endless(item, (*path, key))]
    if isinstance(part, list):
        return [found for place, item in enumerate(part) for found in endless(item, (*path, place))]
    if isinstance(part, float) and not math.isfinite(part):
        return [f"{'.'.join(map(str, path))}: {part} is not a finite number"]
    return []


def sentence(error, before=""):
    """One violation in words, with the nearest admissible key or value."""
    place = f"{before}{'.'.join(map(str, error.path))}".rstrip(".") or "top level"
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        unknown = [key for key in error.instance if key not in known]
        return "; ".join(f"{place}: unknown key '{key}'{nearest(key, known)}" for key in unknown)
    if error.validator == "enum":
        known = list(map(str, error.validator_value))
        near = [name for name in known if name.lower() == str(error.instance).lower()]
        near = f"; did you mean '{near[0]}'?" if near else ""
        return f"{place}: '{error.instance}' is not one of: {', '.join(known)}{near}"
    if error.validator == "dependentRequired":
        return f"{place}: {_together(error)}"
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"{place}: key '{', '.join(missing)}' is missing"
    if error.validator == "maxProperties":
        return f"{place}: give one of {', '.join(error.schema['properties'])}, not several"
    return _sentence_of_value(error, place)


def _sentence_of_value(error, place):
    """A value of the wrong kind, size or form in words."""
    if error.validator == "type":
        kinds = error.validator_value
        kinds = [kinds] if isinstance(kinds, str) else kinds
        words = " or a ".join(KINDS.get(kind, kind) for kind in kinds)
        return f"{place}: {error.instance!r} is not a {words}"
    if error.validator in LIMITS:
        limit = LIMITS[error.validator].format(error.validator_value)
        unit = " percent" * (error.schema.get("unit") == "percent")
        return f"{place}: {error.instance} must be {limit}{unit}"
    if error.validator == "pattern":
        form = error.schema.get("form", "lower-case words joined by _")
        return f"{place}: '{error.instance}' must be {form}"
    return f"{place}: {error.message}"


def _together(error):
    """Keys of which none goes without the others: 'low, high and units belong together'."""
    rules, instance = error.validator_value, error.instance
    key = next(one for one in rules if one in instance and not set(rules[one]) <= set(instance))
    order = list(error.schema["properties"])
    *first, last = sorted({key, *rules[key]}, key=order.index)
    return f"{', '.join(first)} and {last} belong together; give all of them, or none"


def nearest(key, known):
    """The end of a sentence about a key that there is not: the nearest one, or all."""
    if not known:
        return "; there are no keys here"
    near = difflib.get_close_matches(str(key), known, 1)
    return f"; did you mean '{near[0]}'?" if near else f"; admissible: {', '.join(known)}"


def _analysis_problems(config):
    """What each analysis names must exist."""
    arms = sorted(arm for group in config["arms"].values() for arm in group)
    for name, analysis in config["analyses"].items():
        place, measure = f"analyses.{name}", analysis["measure"]
        yield from _unknown(f"{place}.outcome", analysis["outcome"], config["outcomes"], "outcomes")
        for arm in [*analysis["arms"], *analysis.get("comparator", [])]:
            yield from _unknown(f"{place}.arms", arm, arms, "arms")
        if "threshold" in analysis:
            yield from _unknown(
                f"{place}.threshold", analysis["threshold"], config["thresholds"], "thresholds"
            )
        yield from _forest_problems(f"{place}.forest", analysis)
        if measure in TWO_GROUPS and "comparator" not in analysis:
            yield f"{place}.comparator: {measure} compares two groups; name the arms of the second"
        yield from _sign_problems(place, analysis, config["outcomes"])
        yield from unit_problems(place, analysis, config["outcomes"])
        if measure not in COUNTED and analysis["model"]["method"] in COUNT_METHODS:
            words = (
                f"{analysis['model']['method']} pools counts; {measure} is not {', '.join(COUNTED)}"
            )
            yield f"{place}.model.method: {words}"
        if measure not in TWO_GROUPS and "comparator" in analysis:
            yield f"{place}.comparator: {measure} does not compare two groups; delete the key"
        yield from _option_problems(place, analysis)


def _option_problems(place, analysis):
    """Options that the effect measure of an analysis does not have."""
    measure, vtype = analysis["measure"], analysis.get("vtype", "LS")
    known = VTYPES.get(measure, ("LS",))
    if vtype not in known:
        yield f"{place}.vtype: {measure} has no variance {vtype}; admissible: {', '.join(known)}"
    for key in ("add", "to", "drop00"):
        if key in analysis and measure not in COUNTS:
            yield f"{place}.{key}: {measure} is not made of counts; delete the key"
    if analysis.get("drop00") and measure in COUNTS - COUNTS_OF_TWO:
        yield f"{place}.drop00: {measure} does not compare the counts of two groups; delete the key"


def _sign_problems(place, analysis, outcomes):
    """A change needs a direction: of two groups alone is it enough to say which is subtracted."""
    measure, outcome = analysis["measure"], outcomes.get(analysis["outcome"], {})
    if outcome.get("improvement") == "not_stated" and measure not in TWO_GROUPS | CONTRAST:
        yield (
            f"{place}.measure: {measure} is a change or of one group; its outcome must say which "
            "direction is an improvement (decrease or increase)"
        )


def _forest_problems(place, analysis):
    """Subgroups of a forest plot are those of an examination of the same pool."""
    wanted = analysis["forest"].get("subgroups") if isinstance(analysis["forest"], dict) else None
    examined = analysis.get("examine", {})
    known = [key for key, one in examined.items() if one.get("procedure", key) == "subgroups"]
    if wanted is not None and wanted not in known:
        words = f"no examination of subgroups is called '{wanted}'{nearest(wanted, known)}"
        yield f"{place}.subgroups: {words}"


def _unknown(place, name, known, group):
    """A problem, if `name` is not one of the `known` members of `group`."""
    if name not in known:
        yield f"{place}: '{name}' is not in {group}{nearest(name, list(known))}"


def _other_problems(config):
    """Ranges and references outside the analyses."""
    for part, name in config["headline"].items():
        yield from _unknown(f"headline.{part}", name, config["analyses"], "analyses")
    for name, threshold in config["thresholds"].items():
        place = f"thresholds.{name}.outcome"
        yield from _unknown(place, threshold["outcome"], config["outcomes"], "outcomes")
    for name, outcome in config["outcomes"].items():
        yield from _scale_problems(f"outcomes.{name}", outcome)
    for name, yardstick in config["yardsticks"].items():
        low, middle, high = (yardstick[part] for part in ("ci_lb", "value", "ci_ub"))
        if not low <= middle <= high:
            words = f"ci_lb {low}, value {middle} and ci_ub {high} are not in order"
            yield f"yardsticks.{name}: {words}"
    arms = sorted(arm for group in config["arms"].values() for arm in group)
    for name, assumption in config["assumptions"].items():
        yield from _assumption_problems(f"assumptions.{name}", assumption, arms)
    yield from varied_problems(config, _unknown)


def _book_problems(config):
    """What the optional books of a review name in their settings."""
    for name, own in config.get("certainty", {}).get("analyses", {}).items():
        yield from _certainty_problems(name, own, config["analyses"])
    for place, day in (("retractions", "snapshot"), ("journal", "date")):
        if day in config.get(place, {}):
            yield from _day_problems(f"{place}.{day}", config[place][day])


def _certainty_problems(name, own, analyses):
    """What the certainty is judged from belongs to an analysis and lies on its scale."""
    place = f"certainty.analyses.{name}"
    yield from _unknown(place, name, analyses, "analyses")
    if name in analyses:
        low, high, words = as_printed(analyses[name]["measure"])
        wrong = [one for one in own.get("thresholds", []) if not low < one < high]
        yield from (f"{place}.thresholds: {one}; {words}" for one in wrong)


def _day_problems(place, text):
    """A day is one of the calendar."""
    try:
        date.fromisoformat(text)
    except ValueError:
        words = "is no day of the calendar; write it in quotes as 2026-01-31"
        yield f"{place}: '{text}' {words}"


def _scale_problems(place, outcome):
    """A scale runs upwards: that of the outcome and that of each unit."""
    own = {"": (outcome["low"], outcome["high"])} if "low" in outcome else {}
    scales = own | outcome.get("units", {})
    for unit, (low, high) in scales.items():
        if not low < high:
            words = f"the scale{unit and f' {unit}'} runs from {low} to {high}; the lower end comes first"
            yield f"{place}: {words}"


def _assumption_problems(place, assumption, arms):
    value = assumption["value"]
    if "arm" in assumption:
        yield from _unknown(f"{place}.arm", assumption["arm"], arms, "arms")
    if assumption["quantity"] == "r" and not -1 < value < 1:
        yield f"{place}.value: a correlation of {value} is not between -1 and 1"
    if assumption["quantity"] == "n" and (value < 1 or value != int(value)):
        yield f"{place}.value: {value} patients; a whole number of at least 1 is needed"


def analyses_with(config, *, forest=None, contrast=None, examine=None, figures=None):
    """Names of the analyses, sorted, that draw a forest plot, are (not) contrasts, are examined, or drawn."""
    return sorted(
        name
        for name, analysis in config["analyses"].items()
        if forest in (None, bool(analysis["forest"]))
        and contrast in (None, analysis["measure"] in CONTRAST)
        and examine in (None, bool(analysis.get("examine")))
        and figures in (None, bool(analysis.get("figures")))
    )
