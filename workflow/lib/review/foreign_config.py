"""The config.yaml of a review that another program kept: each analysis by the method that its file declares."""

from workflow.lib.review.foreign_tables import (
    ARMS,
    EXAMINED,
    REVIEW,
    analysis_name,
    group_column,
)

HEAD = """\
# Written by `make import` from {source}.
# Each analysis has the method that the file declares. What each key means: docs/statistics.md and the
# config.yaml of the project; docs/books.md says where Review Manager differs.
"""
RELATIVE = ("RR", "OR")  # of which a study without any event says nothing


def config_of(foreign):
    """The configuration as a dict, ready for YAML."""
    names = [analysis_name(outcome) for outcome in foreign.outcomes]
    first = foreign.outcomes[0]
    return {
        "schema_version": 1,
        "review": {
            "study": REVIEW,
            "title": foreign.title,
            "question": "What do the data of this review say, analysed as its file declares?",
            "intervention": first.labels[0],
            "condition": foreign.title,
        },
        "outcomes": {
            name: {"label": _label(outcome), "improvement": "not_stated"}
            for name, outcome in zip(names, foreign.outcomes, strict=True)
        },
        "arms": {"treated": [ARMS["e"]], "control": [ARMS["c"]], "contrast": [ARMS["both"]]},
        "conversions": {"skewness": "warn", "r_range_max": 0.2},
        "assumptions": {},
        "analyses": {
            name: _analysis(name, outcome)
            for name, outcome in zip(names, foreign.outcomes, strict=True)
        },
        "headline": {"primary": names[0]},
        "thresholds": {},
        "yardsticks": {},
        "renderer": "auto",
    }


def _label(outcome):
    return ", ".join(filter(None, outcome.names[1:])) or analysis_name(outcome)


def _analysis(name, outcome):
    """One analysis: the measure, the pool, and what Review Manager does about counts and small samples."""
    found = {
        "title": ": ".join(filter(None, outcome.names)) or name,
        "outcome": name,
        "roles": ["pooled"],
        "arms": [ARMS["both"]] if outcome.kind == "generic" else [ARMS["e"]],
    }
    if outcome.kind != "generic":
        found["comparator"] = [ARMS["c"]]
    found["measure"] = outcome.measure
    if outcome.measure == "SMD":
        found["vtype"] = "RM"
    if outcome.measure in RELATIVE:
        found["drop00"] = True
    if outcome.measure == "PETO":
        found["add"] = 0
    if outcome.method in ("MH", "DLMH"):
        found["revman"] = True
    model = {"method": outcome.method, "test": outcome.test, "level": _plain(outcome.level)}
    return found | {"time_point": "longest", "model": model} | _shown(outcome)


def _shown(outcome):
    """The forest plot, with the subgroups that the file has and the test that Review Manager makes."""
    if not outcome.subtotals:
        return {"forest": True}
    examined = {"procedure": "subgroups", "by": group_column(outcome)}
    if outcome.test != "z":
        examined["between"] = "chi2"
    return {"forest": {"subgroups": EXAMINED}, "examine": {EXAMINED: examined}}


def _plain(level):
    return int(level) if level == int(level) else level
