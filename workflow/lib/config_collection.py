"""Check of collection.yaml: every key and value at once, then what a schema cannot say."""

from jsonschema import Draft202012Validator

from workflow.lib.config import config_schema, endless, in_order, nearest, sentence
from workflow.lib.errors import InputError


def check_collection(config):
    """Nothing, if `config` can be used.

    Raises
    ------
    InputError
        With one sentence for each problem: key, value, what is admissible.
    """
    validator = Draft202012Validator(config_schema("collection"))
    errors = in_order(validator.iter_errors(config))
    problems = list(dict.fromkeys(sentence(error) for error in errors)) + endless(config, ())
    if not problems and config["primary"] not in config["models"]:
        known = list(config["models"])
        words = f"is not in models{nearest(config['primary'], known)}"
        problems.append(f"primary: '{config['primary']}' {words}")
    if not problems and config["measure"] == "column" and "effects" in config:
        problems.append("effects: goes with one measure, not with a column of them; delete the key")
    if problems:
        raise InputError([f"collection.yaml: {problem}" for problem in problems])
