"""The effect sizes of a multiverse: one set of studies for each way to prepare the data."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from workflow.lib.review.multiverse_options import ALL, AS_ASSUMED, PREPARED, REFUSE_SKEWED
from workflow.lib.review.search_effects import Means, Setting, supply
from workflow.lib.review.values import union

LEAST = 2  # studies of a pool


@dataclass(frozen=True, slots=True)
class Prepared:
    """Effects of every combination of the options of PREPARED; the last varies fastest."""

    studies: tuple[str, ...]
    yi: np.ndarray  # (combinations, studies); NaN where a study has none
    vi: np.ndarray
    rows: tuple[str, ...]  # extraction rows that any of them rests on
    decided: tuple[str, ...]  # those that only decided what can be used
    basis: tuple[str, ...]


def prepared(tables, config, options, means, judgements=None):
    """The Prepared effects of a multiverse.

    `tables` are (extraction, studies), rows that have passed the check; `options` maps each
    decision of PREPARED to its values; `means` maps a conversion to the Means that the statistics
    lend; `judgements` study -> overall risk of bias, where there is one.
    """
    studies, inclusion = tables[1], options["inclusion"]
    roles = config["analyses"][config["multiverse"]["analysis"]]["roles"]
    every = [*roles, *(role for one in inclusion if one != ALL for role in one.get("roles", []))]
    order = tuple(row["study"] for row in studies if row["role"] in every)
    supplies = {
        name: _supply(tables, _with(config, every, name), options, means[name])
        for name in options["conversion"]
    }
    sets = [
        _at(supplies[conversion].settings, (measure, r, correct), time)
        for measure, r, correct, conversion, time in product(
            *(options[decision] for decision in PREPARED[:-1])
        )
    ]
    kept = [included(value, studies, roles, judgements) for value in inclusion]
    used = [
        {study: one for study, one in own.items() if study in keep} for own in sets for keep in kept
    ]
    rows = union(one.rows for own in used if len(own) >= LEAST for one in own.values())
    decided = union(one.rows for one in supplies.values())
    return Prepared(
        order,
        *(_array(used, order, name) for name in ("yi", "vi")),
        *(rows, tuple(row for row in decided if row not in set(rows))),
        union(one.basis for one in supplies.values()) + _of_bias(inclusion),
    )


def _of_bias(inclusion):
    """What the universes rest on besides, where an option pools by risk of bias."""
    asked = any("risk_of_bias" in value for value in inclusion if value != ALL)
    return ("risk_of_bias:rows",) if asked else ()


def _array(used, order, name):
    """yi or vi of each set, (sets, studies)."""
    nothing = float("nan")
    found = [[getattr(own[s], name) if s in own else nothing for s in order] for own in used]
    return np.array(found, dtype=float).reshape(len(used), len(order))


def _with(config, roles, conversion):
    """The configuration with other roles, and refusing skewed medians if the conversion does."""
    name = config["multiverse"]["analysis"]
    own = config["analyses"][name] | {"roles": list(dict.fromkeys(roles))}
    own |= {"skewness": "refuse"} if conversion == REFUSE_SKEWED else {}
    return config | {"analyses": config["analyses"] | {name: own}}


def _supply(tables, config, options, means: Means):
    """Candidates of every measure, r and correction under one conversion."""
    search = {
        "analysis": config["multiverse"]["analysis"],
        "measures": options["measure"],
        "r": [None if r == AS_ASSUMED else r for r in options["r"]],
        "correct": options["correct"],
    }
    return supply(*tables, config, means, search)


def _at(settings, decided, time):
    """Study -> its candidate of one setting at one time point."""
    measure, r, correct = decided
    found = {}
    for one in settings[
        Setting(measure, None if r == AS_ASSUMED else r, correct)
    ]:  # the earliest first
        if time == "shortest":
            found.setdefault(one.study, one)
        elif time == "longest" or one.time_point == time:
            found[one.study] = one
    return found


def included(value, studies, roles, judgements=None):
    """The studies that one option of the inclusion pools; `roles` are those of the analysis."""
    value, judged = {} if value == ALL else value, judgements or {}
    return {
        row["study"]
        for row in studies
        if row["role"] in value.get("roles", roles)
        and row["design"] in value.get("designs", (row["design"],))
        and row["study"] not in value.get("without", ())
        and judged.get(row["study"]) in value.get("risk_of_bias", (judged.get(row["study"]),))
    }
