"""The decisions of a multiverse as config.yaml declares them: options, relations, what cannot be."""

from dataclasses import dataclass
from math import prod

from workflow.lib.review.choices import _nearest

PREPARED = ("measure", "r", "correct", "conversion", "time_point", "inclusion")  # of the effects
POOLED = ("method", "test", "level", "prior")
DECISIONS = (*PREPARED, *POOLED)
RELATIONS = (
    "equivalent",
    "uncertain",
    "non_equivalent",
)  # Del Giudice & Gangestad 2021; later is worse
PRIMARY, NONE, AS_ASSUMED, ALL = "primary", "none", "as_assumed", "all"
HOUSE, REFUSE_SKEWED = "luo_wan", "refuse_skewed"  # conversions of medians
MOST = 200_000  # universes, unless config.yaml says so itself
HOPELESS = 20_000_000  # combinations that are not even counted one by one
ONE_SCALE = (  # measures whose effects can stand on one axis
    {"SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH"},
    {"SMD", "SMDH", "SMD1", "SMD1H"},
)
PLACE = "config.yaml: multiverse"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a decision."""

    value: object
    label: str
    reason: str
    relation: str  # to the primary analysis


def own_values(config):
    """Decision -> what the primary analysis does."""
    analysis = config["analyses"][config["multiverse"]["analysis"]]
    skewness = analysis.get("skewness", config["conversions"]["skewness"])
    return {
        "measure": analysis["measure"],
        "r": AS_ASSUMED,
        "correct": analysis.get("correct", True),
        "conversion": REFUSE_SKEWED if skewness == "refuse" else HOUSE,
        "time_point": analysis["time_point"],
        "inclusion": ALL,
        **{name: analysis["model"][name] for name in ("method", "test", "level")},
        "prior": NONE,
    }


def options_of(config):
    """Decision -> its Options, in the order of DECISIONS; what is not declared has one option."""
    declared, own = config["multiverse"]["decisions"], own_values(config)
    return {
        name: tuple(Option(**one) for one in declared[name])
        if name in declared
        else (Option(own[name], "as in the analysis", "", PRIMARY),)
        for name in DECISIONS
    }


def impossible_of(config, options):
    """Combinations that cannot be, as stats.multiverse.grid takes them: places of options.

    A Bayesian model has neither an estimator of tau2 nor a test: it is declared once.
    """
    places, own = list(options), own_values(config)
    declared = [
        {
            places.index(name): [
                place
                for place, option in enumerate(options[name])
                if option.value in (wanted if isinstance(wanted, list) else [wanted])
            ]
            for name, wanted in one["when"].items()
        }
        for one in config["multiverse"].get("impossible", [])
    ]
    with_prior = [n for n, option in enumerate(options["prior"]) if option.value != NONE]
    return declared + [
        {
            places.index("prior"): with_prior,
            places.index(name): [n for n, o in enumerate(options[name]) if o.value != own[name]],
        }
        for name in ("method", "test")
        if with_prior
    ]


def multiverse_problems(tables, config):
    """What is wrong with `multiverse`, one sentence each; `tables` are the raw tables by name."""
    if "multiverse" not in config:
        return []
    name = config["multiverse"]["analysis"]
    if name not in config["analyses"]:
        return [
            f"{PLACE}.analysis: '{name}' is not in analyses{_nearest(name, config['analyses'])}"
        ]
    options = options_of(config)
    problems = [
        *_option_problems(options, own_values(config)),
        *_scale_problems(options["measure"]),
        *_name_problems(tables, config, options),
        *_impossible_problems(config, options),
    ]
    return problems or _count_problems(config, options)


def _option_problems(options, own):
    """Each option once, and exactly one that is what the analysis does and says so."""
    for name, members in options.items():
        place, values = f"{PLACE}.decisions.{name}", [one.value for one in members]
        twice = [value for n, value in enumerate(values) if value in values[:n]]
        yield from (f"{place}: {shown(value)} stands twice; delete one" for value in twice)
        if own[name] not in values:
            yield (
                f"{place}: none of the options is what the analysis does ({shown(own[name])}); add "
                "it with relation: primary"
            )
        for one in members:
            if (one.value == own[name]) != (one.relation == PRIMARY):
                words = "is" if one.value == own[name] else "is not"
                cure = PRIMARY if one.value == own[name] else f"one of {', '.join(RELATIONS)}"
                yield (
                    f"{place}: {shown(one.value)} {words} what the analysis does, so its relation "
                    f"is {cure}, not '{one.relation}'"
                )


def _scale_problems(measures):
    """Estimates of all universes stand on one axis."""
    values = {one.value for one in measures}
    if len(values) > 1 and not any(values <= group for group in ONE_SCALE):
        groups = "; or ".join(", ".join(sorted(group)) for group in ONE_SCALE)
        yield (
            f"{PLACE}.decisions.measure: {', '.join(sorted(values))} are not on one scale, so their "
            f"estimates cannot be compared; admissible together: {groups}"
        )


def _name_problems(tables, config, options):
    """Studies, time points and groups of claims that no table has."""
    analysis = config["analyses"][config["multiverse"]["analysis"]]
    studies = [row["study"] for row in tables["studies"]]
    for one in options["inclusion"]:
        for study in one.value.get("without", []) if one.value != ALL else []:
            if study not in studies:
                yield (
                    f"{PLACE}.decisions.inclusion: '{study}' is not in studies.csv"
                    f"{_nearest(study, studies)}"
                )
    rows = [row for row in tables["extraction"] if row["outcome"] == analysis["outcome"]]
    times = sorted({row["time_point"] for row in rows})
    for one in options["time_point"]:
        if one.value not in ("longest", "shortest", *times):
            yield (
                f"{PLACE}.decisions.time_point: '{one.value}' stands in no row of "
                f"{analysis['outcome']} in extraction.csv{_nearest(one.value, times)}"
            )
    group, groups = config["multiverse"].get("published"), [c["group"] for c in tables["claims"]]
    if group is not None and groups and group not in groups:
        known = list(dict.fromkeys(groups))
        yield f"{PLACE}.published: no claim has the group '{group}'{_nearest(group, known)}"


def _impossible_problems(config, options):
    """A combination that cannot be names decisions and options that are there."""
    for number, one in enumerate(config["multiverse"].get("impossible", []), 1):
        place = f"{PLACE}.impossible, entry {number}"
        for name, wanted in one["when"].items():
            known = [option.value for option in options[name]]
            for value in wanted if isinstance(wanted, list) else [wanted]:
                if value not in known:
                    there = ", ".join(map(shown, known))
                    yield f"{place}: {name} has no option {shown(value)}; there are: {there}"


def _count_problems(config, options):
    """Too many universes, none, or not the primary one."""
    from workflow.lib.review.multiverse_grid import grid  # numpy, for those alone who have one

    limit = config["multiverse"].get("limit", MOST)
    sizes = [len(members) for members in options.values()]
    if prod(sizes) > HOPELESS:
        return [_too_many(prod(sizes), limit)]
    found = grid(sizes, impossible_of(config, options))
    if len(found) > limit:
        return [_too_many(len(found), limit)]
    primary = [[one.relation for one in members].index(PRIMARY) for members in options.values()]
    if not len(found):
        return [f"{PLACE}.impossible: together they exclude every universe; delete some"]
    if not (found.choice == primary).all(axis=1).any():
        return [f"{PLACE}.impossible: they exclude the primary analysis itself; delete that one"]
    return []


def _too_many(many, limit):
    return (
        f"{PLACE}.decisions: {many:,} universes are declared, more than the {limit:,} of "
        "multiverse.limit; delete options, or raise the limit"
    )


def shown(value):
    """An option as config.yaml has it."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(one)}" for key, one in value.items())
    if isinstance(value, list):
        return " and ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else f"{value}"
