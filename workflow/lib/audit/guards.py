"""Guard-rails: what a reader must know before reading a pool, each with its rule and its source."""

from collections.abc import Callable
from dataclasses import dataclass

from workflow.lib.audit.registry import ids_of

FEW = 5  # studies below which heterogeneity and prediction rest on too little
HALF = 0.5
UNCONTROLLED = ("single_arm", "case_series", "case_report")
LEVELS = {  # measures of one group that compare nothing
    *("PR", "PLN", "PLO", "PRZ", "PAS", "PFT", "IR", "IRLN", "IRS", "IRFT"),
    *("MN", "MNLN", "SDLN", "CVLN", "ARAW", "AHW", "ABT", "R2", "ZR2", "R2F", "ZR2F"),
}
BEFORE_AFTER = ("MC", "SMCC", "SMCR", "SMCRH", "SMCRP", "SMCRPH")
RESULT = ("beta", "ci_lb", "ci_ub")
SPREAD = ("tau2", "I2", "I2_Q", "pi_lb", "pi_ub")


@dataclass(frozen=True, slots=True)
class Situation:
    """A pool and what it was made of."""

    model: dict  # record of the model
    pooled: tuple[dict, ...]  # its rows of the effects table
    values: tuple[dict, ...]  # prepared values

    @property
    def k(self):
        """Studies in the pool."""
        return self.model["fit"]["k"]

    def limits(self, test):
        """The interval under one of the tests."""
        found = next(one for one in self.model["tests"] if one["test"] == test)
        return found["ci_lb"], found["ci_ub"]


@dataclass(frozen=True, slots=True)
class Guard:
    """A rule that fires on a pool, the words that it adds, and the numbers that they qualify."""

    fires: Callable  # of a Situation
    words: str
    citation: str  # key in report/references.bib
    qualifies: tuple[str, ...]  # fields of pooled.<analysis>


def _uncontrolled(here):
    single = [row for row in here.pooled if row["design"] in UNCONTROLLED]
    return here.model["measure"] in BEFORE_AFTER and bool(single)


def _few(here):
    return 2 <= here.k < FEW


def _prediction(here):
    fit = here.model["fit"]
    if None in (fit["pi_lb"], fit["ci_lb"]) or here.k < 3 or not _compares(here):
        return False
    return _apart(fit["ci_lb"], fit["ci_ub"]) and not _apart(fit["pi_lb"], fit["pi_ub"])


def _compares(here):
    """Whether some value of the measure stands for no effect."""
    return here.model["measure"] not in LEVELS


def _apart(low, high):
    return low > 0 or high < 0


def _dominated(here):
    if here.k < 3:  # of two studies one has always more than half
        return False
    tau2 = here.model["fit"]["tau2"] or 0.0
    weights = [1.0 / (row["vi"] + tau2) for row in here.pooled]
    return max(weights) > HALF * sum(weights)


def _skewed(here):
    places = {(row["study"], row["arm"]) for row in here.pooled}
    used = {part for row in here.pooled for part in ids_of(f"{row['yi_rows']};{row['vi_rows']}")}
    return any(
        value["skewed"]
        and (value["study"], value["arm"]) in places
        and used & set(ids_of(value["rows"]))
        for value in here.values
    )


def _disagree(here):
    if here.k < 2 or not _compares(here):
        return False
    limits = (here.limits("z"), here.limits("adhoc"))
    return len({_apart(*one) for one in limits if None not in one}) == 2


GUARDS = {
    "uncontrolled": Guard(
        _uncontrolled,
        "At least one of these studies has no comparison group: the change mixes treatment, natural "
        "course, placebo and regression to the mean, and is not an effect of treatment",
        "cuijpers2017",
        RESULT,
    ),
    "few_studies": Guard(
        _few,
        "Fewer than five studies: the spread between studies and the prediction interval rest on too "
        "little to be read, and a plain Wald interval is too narrow",
        "rover2015",
        (*RESULT, *SPREAD),
    ),
    "intervals_disagree": Guard(
        _disagree,
        "The Wald and the Knapp-Hartung interval disagree on whether no effect is excluded: with few "
        "studies the Wald interval errs far more often",
        "inthout2014",
        RESULT,
    ),
    "prediction_includes_zero": Guard(
        _prediction,
        "The interval of the mean excludes no effect, the prediction interval does not: in a new setting "
        "the true effect may be absent or reversed",
        "inthout2016",
        RESULT,
    ),
    "dominant_study": Guard(
        _dominated,
        "One study carries more than half of the weight: the pool is largely that study",
        "viechtbauer2010",
        RESULT,
    ),
    "skewed_medians": Guard(
        _skewed,
        "A mean was made from a median although the skewness test refuses the data: the conversion "
        "supposes symmetry",
        "shi2023",
        RESULT,
    ),
}


def fired(situation):
    """Names of the guards that fire on a pool, in the order of GUARDS; none on an empty one."""
    if not situation.k:
        return ()
    return tuple(name for name, guard in GUARDS.items() if guard.fires(situation))


def guards_of(situation):
    """id of a number -> names of the guards that qualify it."""
    base, found = f"pooled.{situation.model['analysis']}", {}
    for name in fired(situation):
        for field in GUARDS[name].qualifies:
            found.setdefault(f"{base}.{field}", []).append(name)
    return found
