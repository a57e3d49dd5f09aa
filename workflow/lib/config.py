"""Check of config.yaml: every key and value at once, then what a schema cannot say."""

import difflib
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

from workflow.lib.errors import InputError

SCHEMA = Path(__file__).parents[1] / "schemas/config.schema.yaml"
CONTRAST = {"GEN"}
TWO_GROUPS = {"MD", "SMD", "SMDH", "PPC"}


def check_config(config):
    """Nothing, if `config` can be used.

    Raises
    ------
    InputError
        With one sentence for each problem: key, value, what is admissible.
    """
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    errors = Draft202012Validator(schema).iter_errors(config)
    problems = [_sentence(error) for error in sorted(errors, key=lambda e: list(map(str, e.path)))]
    if not problems:
        problems = [*_analysis_problems(config), *_other_problems(config)]
    if problems:
        raise InputError([f"config.yaml: {problem}" for problem in problems])


def _sentence(error):
    """One violation in words, with the nearest admissible key or value."""
    place = ".".join(map(str, error.path)) or "top level"
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        unknown = [key for key in error.instance if key not in known]
        return "; ".join(f"{place}: unknown key '{key}'{_nearest(key, known)}" for key in unknown)
    if error.validator == "enum":
        known = list(map(str, error.validator_value))
        return f"{place}: '{error.instance}' is not one of: {', '.join(known)}"
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"{place}: key '{', '.join(missing)}' is missing"
    if error.validator == "pattern":
        return f"{place}: '{error.instance}' must be lower-case words joined by _"
    return f"{place}: {error.message}"


def _nearest(key, known):
    near = difflib.get_close_matches(key, known, 1)
    return f"; did you mean '{near[0]}'?" if near else f"; admissible: {', '.join(known)}"


def _analysis_problems(config):
    """What each analysis names must exist."""
    arms = {arm for group in config["arms"].values() for arm in group}
    for name, analysis in config["analyses"].items():
        place = f"analyses.{name}"
        if analysis["outcome"] not in config["outcomes"]:
            yield f"{place}.outcome: '{analysis['outcome']}' is not in outcomes{_nearest(analysis['outcome'], list(config['outcomes']))}"
        for arm in [*analysis["arms"], *analysis.get("comparator", [])]:
            if arm not in arms:
                yield f"{place}.arms: '{arm}' is not in arms{_nearest(arm, sorted(arms))}"
        threshold = analysis.get("threshold")
        if threshold and threshold not in config["thresholds"]:
            yield f"{place}.threshold: '{threshold}' is not in thresholds{_nearest(threshold, list(config['thresholds']))}"
        if analysis["measure"] in TWO_GROUPS and "comparator" not in analysis:
            yield f"{place}.comparator: {analysis['measure']} compares two groups; name the arms of the second"
        if analysis["measure"] not in TWO_GROUPS and "comparator" in analysis:
            yield f"{place}.comparator: {analysis['measure']} does not compare two groups; delete the key"


def _other_problems(config):
    """Ranges and references outside the analyses."""
    for part, name in config["headline"].items():
        if name not in config["analyses"]:
            yield f"headline.{part}: '{name}' is not in analyses{_nearest(name, list(config['analyses']))}"
    for name, outcome in config["outcomes"].items():
        scales = {"": [outcome["low"], outcome["high"]], **outcome["units"]}
        for unit, (low, high) in scales.items():
            if not low < high:
                yield f"outcomes.{name}: the scale {unit} runs from {low} to {high}; the lower end comes first"
    for name, threshold in config["thresholds"].items():
        if threshold["outcome"] not in config["outcomes"]:
            yield f"thresholds.{name}.outcome: '{threshold['outcome']}' is not in outcomes"
    for name, assumption in config["assumptions"].items():
        value, quantity = assumption["value"], assumption["quantity"]
        if quantity == "r" and not -1 < value < 1:
            yield f"assumptions.{name}.value: a correlation of {value} is not between -1 and 1"
        if quantity == "n" and (value < 1 or value != int(value)):
            yield f"assumptions.{name}.value: {value} patients; a whole number of at least 1 is needed"


def analyses_with(config, *, forest=None, contrast=None):
    """Names of the analyses, sorted, that draw a forest plot, or that are (not) printed contrasts."""
    return sorted(
        name
        for name, analysis in config["analyses"].items()
        if forest in (None, analysis["forest"])
        and contrast in (None, analysis["measure"] in CONTRAST)
    )
