"""Every effect size that a search for a method may use: one per study, setting and time point."""

from dataclasses import dataclass

from workflow.lib.review.effect_rows import OPTIONS
from workflow.lib.review.prepare import prepare
from workflow.lib.review.selection import Selected, select
from workflow.lib.review.time_points import days_of, in_time, is_after
from workflow.lib.review.values import split, union, value_rows

VARIED = "method_search_r"  # the assumption that stands for each declared r
WITH_PERCENTS = "as_change"
PERCENTS = {"mean_change": "percent_mean", "sd_change": "percent_sd", "n": "n"}
AS_CHANGE = "SMCC"  # a mean percent decrease over the SD of the percent decreases


@dataclass(frozen=True, slots=True)
class Setting:
    """How effect sizes are made."""

    measure: str
    r: float | None  # stands in for every assumption about r; None: the assumptions themselves
    correct: bool  # small-sample correction


@dataclass(frozen=True, slots=True)
class Candidate:
    """The effect size of one study at one time point."""

    study: str
    time_point: str
    days: float
    yi: float
    vi: float
    rows: tuple[str, ...]  # extraction rows that it rests on
    basis: tuple[str, ...]  # assumptions and config keys that it rests on
    percents: bool  # made of percent decreases, not of scores


@dataclass(frozen=True, slots=True)
class Supply:
    """All candidates by setting, and what they rest on together."""

    settings: dict[Setting, tuple[Candidate, ...]]
    rows: tuple[str, ...]  # those included that only decided what can be used
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Means:
    """What the statistics lend: workflow.lib.stats.conversions, .effects.MEASURES and .effect_sizes."""

    conversions: object
    measures: dict
    effect_sizes: object


def supply(extraction, studies, config, means: Means, search):
    """The Supply of all settings that `search` declares, such as config.yaml, method_search.

    `extraction` and `studies` are rows of the raw tables that have passed the check. What the
    search does not vary is as in its analysis.
    """
    analysis = config["analyses"][search["analysis"]]
    order = [row["study"] for row in studies if row["role"] in analysis["roles"]]
    extraction = [row for row in extraction if row["study"] in order]  # of no other is it asked
    settings, decided = {}, []
    for r in search.get("r", [None]):
        cells = prepare(extraction, config=_with_r(config, r), convert=means.conversions)
        values = value_rows(cells)
        for measure in search.get("measures", [analysis["measure"]]):
            found = _selected(values, analysis | {"measure": measure}, config, means)
            if search.get("percents") == WITH_PERCENTS and means.measures[measure].standardised:
                found += _percents(values, analysis, config, found)
            found = [(code, one) for code, one in found if one.study in order]
            decided += [one.decision_rows for _, one in found]
            for correct in search.get("correct", [analysis.get("correct", True)]):
                made = _candidates(found, analysis | {"correct": correct}, means)
                made = sorted(made, key=lambda one: (order.index(one.study), in_time(one.days)))
                settings[Setting(measure, r, correct)] = tuple(made)
    every = [one for made in settings.values() for one in made]
    basis = union([*(one.basis for one in every), (f"studies:{row['study']}" for row in studies)])
    return Supply(settings, union([*(one.rows for one in every), *decided]), basis)


def _with_r(config, r):
    """The configuration with one assumption about r in place of all; unchanged where r is None."""
    if r is None:
        return config
    kept = {k: item for k, item in config["assumptions"].items() if item["quantity"] != "r"}
    varied = {"quantity": "r", "value": r, "reason": "varied by the search", "source": ""}
    return config | {"assumptions": kept | {VARIED: varied}}


def _selected(values, analysis, config, means):
    """[(measure, Selected)] of every study and time point, refused ones included."""
    outcome, measure = config["outcomes"][analysis["outcome"]], analysis["measure"]
    own = [row for row in values if row["outcome"] == analysis["outcome"]]
    here = [row for row in own if is_after(row["days"])]
    found = []
    for time in dict.fromkeys(row["time_point"] for row in here):
        found += select(
            values,
            analysis | {"time_point": time},
            inputs=means.measures[measure].inputs,
            improvement=outcome["improvement"],
            skewness=config["conversions"]["skewness"],
        )
    return [(measure, one) for one in found]


def _percents(values, analysis, config, found):
    """[(as_change, Selected)] of studies that report percent decreases patient by patient.

    `found` are the other pairs; a study with an effect size of its own is not among them.
    """
    better = 1.0 if config["outcomes"][analysis["outcome"]]["improvement"] == "decrease" else -1.0
    known, at = {one.study for _, one in found if not one.reason_code}, {}
    for row in values:
        if row["outcome"] == analysis["outcome"] and row["arm"] in analysis["arms"]:
            at.setdefault((row["study"], row["arm"], row["time_point"]), {})[row["quantity"]] = row
    return [
        (
            WITH_PERCENTS,
            _from_percents(place, {k: cells[name] for k, name in PERCENTS.items()}, better),
        )
        for place, cells in at.items()
        if place[0] not in known and set(PERCENTS.values()) <= set(cells)
    ]


def _from_percents(place, used, better):
    """Selected with the percent decreases of single patients as the changes."""
    inputs = {name: row["value"] for name, row in used.items()}
    return Selected(
        *place,
        inputs | {"mean_change": better * inputs["mean_change"]},
        *(union(split(row["rows"]) for row in used.values()),) * 2,
        union(split(row["basis"]) for row in used.values()),
    )


def _candidates(found, analysis, means):
    """The candidates of one setting; what has no effect size is left out."""
    usable = [(code, one) for code, one in found if not one.reason_code]
    made = []
    for code in dict.fromkeys(code for code, _ in usable):
        members = [one for own, one in usable if own == code]
        inputs = {name: [one.inputs[name] for one in members] for name in members[0].inputs}
        own = OPTIONS if code == analysis["measure"] else OPTIONS[:1]
        options = {name: analysis[name] for name in own if name in analysis}
        percents = code == WITH_PERCENTS
        table = means.effect_sizes(AS_CHANGE if percents else code, **options, **inputs)
        for one, yi, vi, reason in zip(members, table.yi, table.vi, table.reasons, strict=True):
            if reason is None:
                made.append(_candidate(one, yi, vi, percents))
    return made


def _candidate(one, yi, vi, percents):
    """One effect size with all that it rests on."""
    basis = tuple(part for part in one.basis if part != f"assumptions:{VARIED}")
    rows = union((one.yi_rows, one.vi_rows))
    place = (one.study, one.time_point, days_of(one.time_point))
    return Candidate(*place, yi, vi, rows, basis, percents)
