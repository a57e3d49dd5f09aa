"""The kinds of review that `make new` can begin: outcome, design, and what an example study prints of it."""

from dataclasses import dataclass

from workflow.lib.review.time_points import BASELINE, UNTIMED

TREATED, CONTROL, SAMPLE = "treatment", "control", "sample"
CONTRAST = f"{TREATED} vs {CONTROL}"
AFTER, PERSONS, SCALE = "12 weeks", "patients", "0-10"


@dataclass(frozen=True, slots=True)
class Line:
    """One quantity that every example study prints, one value per study."""

    arm: str
    time_point: str
    quantity: str
    unit: str
    values: tuple[str, ...]  # as printed


@dataclass(frozen=True, slots=True)
class Kind:
    """What a review is about, and the inputs that its example studies give."""

    outcome: str
    design: str
    default: str  # effect measure
    inputs: tuple[str, ...]  # an admissible measure needs no others
    study_design: str  # as studies.csv names it
    lines: tuple[Line, ...]
    only: tuple[str, ...] = ()  # measures, where the inputs alone do not tell


def _arm(arm, time, **printed):
    """Lines of one arm at one time point: quantity -> 'unit: first, second, third value'."""
    for quantity, words in printed.items():
        unit, _, values = words.partition(": ")
        yield Line(arm, time, quantity, unit, tuple(values.split(", ")))


def _scores(arm, time, mean, sd, n="patients: 20, 30, 25"):
    return _arm(arm, time, n=n, mean=f"{SCALE}: {mean}", sd=f"{SCALE}: {sd}")


def _change(arm, mean_after):
    """Scores before and after with their correlation."""
    return (
        *_scores(arm, BASELINE, "6.0, 6.5, 7.0", "2.0, 2.2, 1.8"),
        *_scores(arm, AFTER, mean_after, "2.1, 2.0, 2.0"),
        *_arm(arm, AFTER, r=": 0.5, 0.6, 0.4"),
    )


def _both(names):
    return tuple(f"{name}_{group}" for name in names.split() for group in "ec")


CHANGE = "mean_change sd_pre n r"
KINDS = (
    Kind(
        *("continuous", "parallel", "MD", _both("mean sd n"), "randomised_trial"),
        (
            *_scores(TREATED, AFTER, "4.0, 4.5, 3.5", "2.0, 2.2, 1.8"),
            *_scores(CONTROL, AFTER, "5.0, 5.1, 5.0", "2.1, 2.0, 2.0"),
        ),
    ),
    Kind(
        *("continuous", "before_after", "SMCR"),
        ("mean_change", "sd_change", "sd_pre", "sd_post", "mean_pre", "mean_post", "n", "r"),
        *("single_arm", tuple(_change(TREATED, "4.0, 5.0, 4.5"))),
    ),
    Kind(
        *("continuous", "before_after_controlled", "PPC", _both(CHANGE), "controlled_study"),
        (*_change(TREATED, "4.0, 5.0, 4.5"), *_change(CONTROL, "5.5, 5.9, 6.1")),
    ),
    Kind(
        *("continuous", "one_group", "MN", ("mean", "sd", "n"), "case_series"),
        tuple(_scores(SAMPLE, UNTIMED, "4.0, 4.5, 3.5", "2.0, 2.2, 1.8")),
    ),
    Kind(
        *("binary", "parallel", "RR", _both("event n"), "randomised_trial"),
        (
            *_arm(TREATED, AFTER, n="patients: 50, 80, 60", events="patients: 10, 12, 15"),
            *_arm(CONTROL, AFTER, n="patients: 50, 80, 60", events="patients: 20, 20, 18"),
        ),
    ),
    Kind(
        *("correlation", "one_group", "ZCOR", ("r", "n"), "case_series"),
        tuple(_arm(SAMPLE, UNTIMED, n="patients: 40, 60, 50", r=": 0.30, 0.45, 0.20")),
    ),
    Kind(
        *("proportion", "one_group", "PLO", ("event", "n"), "case_series"),
        tuple(
            _arm(SAMPLE, UNTIMED, n="patients: 50, 80, 60", events="patients: 10, 12, 15"),
        ),
    ),
    Kind(
        *("rate", "parallel", "IRR", _both("event time"), "randomised_trial"),
        (
            *_arm(TREATED, AFTER, events="events: 10, 12, 15", person_time="years: 100, 150, 120"),
            *_arm(CONTROL, AFTER, events="events: 20, 20, 18", person_time="years: 100, 140, 125"),
        ),
    ),
    Kind(
        *("rate", "one_group", "IRLN", ("event", "time"), "case_series"),
        tuple(
            _arm(SAMPLE, UNTIMED, events="events: 10, 12, 15", person_time="years: 100, 150, 120")
        ),
    ),
    Kind(
        *("time_to_event", "parallel", "HR", ("yi", "vi"), "randomised_trial"),
        tuple(
            _arm(
                CONTRAST,
                UNTIMED,
                difference="log hazard ratio: -0.40, -0.25, -0.10",
                difference_se="log hazard ratio: 0.20, 0.15, 0.18",
            )
        ),
        ("HR", "HD"),
    ),
    Kind(
        *("generic", "parallel", "GEN", ("yi", "vi"), "randomised_trial"),
        tuple(
            _arm(
                CONTRAST,
                UNTIMED,
                difference="points: 1.0, 0.6, 1.5",
                difference_se="points: 0.5, 0.4, 0.6",
            )
        ),
        ("GEN",),
    ),
)
OUTCOMES = tuple(dict.fromkeys(kind.outcome for kind in KINDS))


def designs_of(outcome):
    """Designs that an outcome can have here, the usual one first."""
    return tuple(kind.design for kind in KINDS if kind.outcome == outcome)


def kind_of(outcome, design):
    """The kind, or None if there is none."""
    return next((kind for kind in KINDS if (kind.outcome, kind.design) == (outcome, design)), None)


def measures_of(kind, inputs):
    """Measures that the example studies of a kind can give, its default first.

    `inputs` maps every measure of the registry to the names that it needs. A measure that a kind with
    fewer inputs gives is left to that: a correlation before and after is no effect.
    """
    fewer = [set(other.inputs) for other in KINDS if set(other.inputs) < set(kind.inputs)]
    found = [
        name
        for name, needed in inputs.items()
        if set(needed) <= set(kind.inputs)
        and not any(set(needed) <= other for other in fewer)
        and (not kind.only or name in kind.only)
    ]
    return (kind.default, *(name for name in found if name != kind.default))


def kind_problem(outcome, design, measure, inputs):
    """What is wrong with a combination and what is admissible, in one sentence; empty if nothing is."""
    if outcome not in OUTCOMES:
        return f"OUTCOME={outcome}: no such outcome type; admissible: {', '.join(OUTCOMES)}"
    kind = kind_of(outcome, design)
    if kind is None:
        known = ", ".join(designs_of(outcome))
        return f"DESIGN={design}: not for OUTCOME={outcome}; admissible: {known}"
    known = measures_of(kind, inputs)
    if measure not in known:
        words = "is not a measure of" if measure in inputs else "is no measure; admissible for"
        told = f"; admissible: {', '.join(known)}" if measure in inputs else f": {', '.join(known)}"
        return f"MEASURE={measure}: {words} OUTCOME={outcome} DESIGN={design}{told}"
    return ""
