"""Count models by name: what is random, what is conditioned on, and the saturated model of each."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.counts.glmm_exact import ExactModel
from workflow.lib.stats.counts.glmm_likelihood import Binomial, CountModel, OneRow, Poisson
from workflow.lib.stats.counts.glmm_maximum import maximise
from workflow.lib.stats.counts.noncentral_hypergeometric import noncentral_hypergeometric
from workflow.lib.stats.counts.tables import OneGroup, PersonTime, TwoByTwo

MODELS = {  # measure -> (kind of counts, models); a conditional one fixes the total of events
    "OR": (TwoByTwo, ("UM.FS", "UM.RS", "CM.EL", "CM.AL")),
    "IRR": (PersonTime, ("UM.FS", "UM.RS", "CM.EL")),
    "PLO": (OneGroup, ("one group",)),
    "IRLN": (OneGroup, ("one group",)),
}
HALVES = np.array([0.5, -0.5])  # coding of the groups for the random effect: equal variances
FIRST = np.array([1.0, 0.0])
BOTH = np.array([1.0, 1.0])
ONE = np.array([1.0])
FAR = 700.0  # log odds or log rate at which a probability or mean is 0 to rounding


@dataclass(frozen=True, slots=True)
class Saturated:
    """Fit with an effect of its own for every study."""

    ll: float
    QE_Wld: float


def law_of(tables, model: str) -> tuple[object, np.ndarray]:
    """Return the law of each study's counts and the offset (k, r) of its linear predictor."""
    if isinstance(tables, OneGroup):
        x, size = tables.xi[:, None], tables.size[:, None]
        return (Poisson(x), np.log(size)) if tables.person_time else (Binomial(x, size), 0 * x)
    if isinstance(tables, PersonTime):
        return _person_time_law(tables, model)
    (n1, n2), events = tables.sizes, tables.ai + tables.ci
    if model == "CM.EL":
        return OneRow(noncentral_hypergeometric(tables)), np.zeros((tables.k, 1))
    if model == "CM.AL":
        return Binomial(tables.ai[:, None], events[:, None]), np.log(n1 / n2)[:, None]
    counts = np.stack([tables.ai, tables.ci], axis=1)
    return Binomial(counts, np.stack([n1, n2], axis=1)), 0.0 * counts


def _person_time_law(t: PersonTime, model) -> tuple[object, np.ndarray]:
    """Poisson counts of both groups, or binomial given their sum."""
    if model == "CM.EL":
        law = Binomial(t.x1i[:, None], (t.x1i + t.x2i)[:, None])
        return law, np.log(t.t1i / t.t2i)[:, None]
    return Poisson(np.stack([t.x1i, t.x2i], 1)), np.log(np.stack([t.t1i, t.t2i], 1))


def count_model(tables, model: str, nAGQ: int, *, random: bool):
    """Return the likelihood of `model`, with random effects of the treatment or with none."""
    law, offset = law_of(tables, model)
    if model == "UM.FS":
        slopes = (HALVES,) if random else ()
        return CountModel(law, offset, (HALVES,), slopes, own=BOTH, nodes=nAGQ)
    if model == "UM.RS":
        slopes = (BOTH, HALVES) if random else (BOTH,)
        return CountModel(law, offset, (BOTH, HALVES), slopes, nodes=1 if random else nAGQ)
    if isinstance(law, OneRow) and random:
        return ExactModel(law.law, offset)
    return CountModel(law, offset, (ONE,), (ONE,) if random else (), nodes=nAGQ)


def start(tables, model: str, scale: float) -> tuple[list[float], np.ndarray | None]:
    """Return starting values of the shared coefficients (no treatment effect) and the own ones."""
    if isinstance(tables, OneGroup):
        total, size = tables.xi.sum(), tables.size.sum()
        return [float(np.log(total / (size if tables.person_time else size - total)))], None
    if model not in ("UM.FS", "UM.RS"):
        return [0.0], None
    base = _baseline(tables)
    if model == "UM.FS":
        return [0.0], base
    return [float(base.mean()), 0.0, max(scale, float(base.std()))], None


def _baseline(tables) -> np.ndarray:
    """Log odds or log rate of an event in each study, both groups together."""
    if isinstance(tables, PersonTime):
        return np.log((tables.x1i + tables.x2i) / (tables.t1i + tables.t2i))
    return np.log((tables.ai + tables.ci) / (tables.bi + tables.di))


def saturated(tables, model: str, nAGQ: int, equal) -> Saturated:
    """Return the fit in which each study has its own effect; `equal` is the equal-effects fit.

    Studies whose own effect is infinite have no weight in QE_Wld, the limit of their share.
    """
    if model == "UM.RS":
        return _saturated_random(tables, nAGQ, equal)
    theta, weight, ll = _own_effects(tables, model)
    centre = (weight * theta).sum() / weight.sum() if weight.sum() > 0.0 else 0.0
    return Saturated(float(ll.sum()), float((weight * (theta - centre) ** 2).sum()))


def _own_effects(tables, model):
    """Each study's own effect (0 if infinite), its information (0 if infinite), log likelihood."""
    law, shift = law_of(tables, model)
    if isinstance(law, OneRow):
        return _own_exact(tables, law.law)
    if isinstance(law, Binomial):
        fits = np.clip(_log(law.y) - _log(law.n - law.y), -FAR, FAR)
        parts = law.y * (law.n - law.y) / law.n
    else:
        fits, parts = _log(law.y), law.y
    ll = law.terms(fits)[0].sum(axis=1)
    with np.errstate(divide="ignore"):  # a row without information leaves none to the study
        weight = 1.0 / (1.0 / parts).sum(axis=1)
    rows = fits - shift
    theta = rows[:, 0] - rows[:, 1] if rows.shape[1] == 2 else rows[:, 0]
    return np.where(weight > 0.0, theta, 0.0), weight, ll


def _log(x) -> np.ndarray:
    """Log, a number far down at 0."""
    return np.log(np.maximum(x, np.exp(-FAR)))


def _own_exact(tables, law):
    """The same by the conditional likelihood; an infinite effect has log likelihood 0."""
    finite = (law.values.max(axis=1) > 0) & (_lowest(law) < 0)
    theta = np.zeros(tables.k)
    for _ in range(200):
        _, slope, bend = law.terms(theta)
        step = np.where(finite, np.clip(-slope / np.where(bend < 0, bend, -1.0), -1.0, 1.0), 0.0)
        theta = theta + step
        if np.abs(step).max(initial=0.0) < 1e-11:
            break
    ll, _, bend = law.terms(theta)
    return theta, np.where(finite, -bend, 0.0), np.where(finite, ll, 0.0)


def _lowest(law) -> np.ndarray:
    """Fewest possible events less the observed ones, (k,)."""
    return np.where(np.isfinite(law.log_ways), law.values, np.inf).min(axis=1)


def _saturated_random(tables, nAGQ, equal) -> Saturated:
    """Random study intercepts and a free effect of group 1 in each study."""
    law, offset = law_of(tables, "UM.RS")
    if isinstance(law, Binomial):
        lost = (law.y[:, 0] == 0) | (law.y[:, 0] == law.n[:, 0])
        keep = np.column_stack([~lost, np.ones(lost.size, dtype=bool)])
        law = Binomial(law.y * keep, law.n * keep)
    else:
        lost = law.y[:, 0] == 0
        offset = np.where(np.column_stack([lost, np.zeros_like(lost)]), -FAR, offset)
    model = CountModel(law, offset, (BOTH,), (BOTH,), own=FIRST, nodes=nAGQ)
    effect = equal.shared[1]
    begin = [equal.shared[0] - 0.5 * effect, equal.shared[2]]
    top = maximise(model, begin, np.full(tables.k, effect))
    return Saturated(top.ll, _wald_between(top, ~lost))


def _wald_between(top, finite) -> float:
    """Wald statistic of the differences between the own effects, shared parameters free."""
    own = np.where(finite, top.own_information, 0.0)
    cross = np.where(finite[:, None], top.cross_information, 0.0)

    def product(vector):
        """Information of the own effects, others profiled out, times a vector."""
        return own * vector - cross @ np.linalg.solve(top.shared_information, cross.T @ vector)

    ones, theta = finite.astype(float), np.where(finite, top.own, 0.0)
    if not finite.any():
        return 0.0
    return float(theta @ product(theta) - (ones @ product(theta)) ** 2 / (ones @ product(ones)))


def check(tables, measure: str, model: str, nAGQ: int) -> None:
    """Refuse what does not exist or does not fit together.

    Raises
    ------
    InputError
        For a measure, model or nAGQ that does not exist or does not suit the tables; lists all.
    """
    if measure not in MODELS:
        raise InputError([f"measure {measure!r}: admissible are {', '.join(MODELS)}"])
    kind, models = MODELS[measure]
    problems = []
    if not isinstance(tables, kind) or (
        kind is OneGroup and tables.person_time != (measure == "IRLN")
    ):
        problems.append(f"measure {measure} does not fit these counts ({type(tables).__name__})")
    if model not in models:
        problems.append(f"model {model!r}: admissible for {measure} are {', '.join(models)}")
    if nAGQ < 1:
        problems.append(f"nAGQ {nAGQ}: must be 1 or more")
    if problems:
        raise InputError(problems)
