"""Check of collection.yaml: every key and value at once, then what a schema cannot say."""

from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

from workflow.lib.config import LOADER, endless, in_order, nearest, sentence
from workflow.lib.errors import InputError

SCHEMA = Path(__file__).parents[1] / "schemas/collection.schema.yaml"


def check_collection(config):
    """Nothing, if `config` can be used.

    Raises
    ------
    InputError
        With one sentence for each problem: key, value, what is admissible.
    """
    schema = yaml.load(SCHEMA.read_text(encoding="utf-8"), Loader=LOADER)
    errors = in_order(Draft202012Validator(schema).iter_errors(config))
    problems = [sentence(error) for error in errors] + endless(config, ())
    if not problems and config["primary"] not in config["models"]:
        known = list(config["models"])
        words = f"is not in models{nearest(config['primary'], known)}"
        problems.append(f"primary: '{config['primary']}' {words}")
    if not problems and config["measure"] == "column" and "effects" in config:
        problems.append("effects: goes with one measure, not with a column of them; delete the key")
    if problems:
        raise InputError([f"collection.yaml: {problem}" for problem in problems])
