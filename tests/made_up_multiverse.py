"""A made-up multiverse for tests: options, relations and reasons are made up."""

from tests.made_up import HOMOGENEOUS, config_for_made_up, studies_of
from workflow.scripts.run_multiverse import universes

PRIMARY = {"measure": "SMCR", "r": "as_assumed", "correct": True, "conversion": "luo_wan"}
PRIMARY |= {"time_point": "longest", "inclusion": "all", "method": "REML", "test": "adhoc"}
PRIMARY |= {"level": 95, "prior": "none"}


def option(value, relation="equivalent", label=None):
    """One made-up option."""
    return {
        "value": value,
        "label": label or str(value),
        "reason": "made up",
        "relation": relation,
    }


def decision(name, *others, relation="equivalent"):
    """The primary option of a decision and the others."""
    return [option(PRIMARY[name], "primary"), *(option(one, relation) for one in others)]


def declared(impossible=(), published=None, limit=None, **decisions):
    """A configuration with these decisions."""
    config = config_for_made_up()
    config["multiverse"] = {"analysis": "primary", "decisions": decisions}
    if impossible:
        config["multiverse"]["impossible"] = [
            {"when": when, "reason": "made up"} for when in impossible
        ]
    if published:
        config["multiverse"]["published"] = published
    if limit:
        config["multiverse"]["limit"] = limit
    return config


SEVERAL = {
    "measure": decision("measure", "SMCC", relation="non_equivalent"),
    "r": decision("r", 0.0, 0.8, relation="uncertain"),
    "correct": decision("correct", False),
    "conversion": decision("conversion", "wan", "median_as_mean", "no_medians"),
    "method": decision("method", "DL", "EE"),
    "test": decision("test", "z", "knha"),
    "level": decision("level", 80),
}


def made(rows=HOMOGENEOUS, studies=None, claims=(), **words):
    """The Multiverse of made-up studies under made-up choices."""
    config = declared(**(words or SEVERAL))
    return universes(list(rows), studies or studies_of(rows), list(claims), config)
