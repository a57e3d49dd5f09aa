"""What one more study would have to find to change whether the interval of the pool excludes zero."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from workflow.lib.errors import ConvergenceError, InputError, NotEstimable
from workflow.lib.stats.batch.subsets import pool_subsets
from workflow.lib.stats.moments import LARGEST, effects_and_variances
from workflow.lib.stats.numbers import check_finite
from workflow.lib.stats.pooling import random_effects

BELOW, INCLUDES, ABOVE = -1, 0, 1
CONCLUSIONS = {
    BELOW: "excludes zero, below it",
    INCLUDES: "includes zero",
    ABOVE: "excludes zero, above it",
}
UNLIMITED = "without limit"
NEAR, FAR = 1001, 160  # places between and around the studies, and on each side beyond them
AROUND, BEYOND = 8.0, 1e7  # how far both reach, in standard errors or spreads
PIECES, ROUNDS = 32, 40  # each crossing is narrowed to a piece of its bracket, round by round
LOOKS = 2  # rounds in which places where the interval nearly touches zero are looked at closer
CLOSED = 1e-13  # width of a bracket that is a root, relative
LARGE = 2_000_000  # effects in one call


@dataclass(frozen=True, slots=True)
class Band:
    """Effects of the new study, lower to upper, that lead to one conclusion; None: no limit."""

    name: str
    conclusion: str
    lower: float | None
    upper: float | None
    reasons: dict[str, str]  # why a limit is None


@dataclass(frozen=True, slots=True)
class NewStudy:
    """The tipping values of one more study of a given standard error."""

    conclusion: str  # of the pool as it stands
    new_sei: float | None  # standard error of the new study; None where it is declared
    n_tipping: int
    nearest_lower: float | None  # tipping value next below the pooled effect
    nearest_upper: float | None  # and next above it
    band: tuple[Band, ...]  # all effects, from the lowest to the highest
    tag: str  # "one more study, standard error 0.3, REML, knha"
    reason: str  # why there are no tipping values
    reasons: dict[str, str]  # why a field is None

    @property
    def tipping(self) -> tuple[float, ...]:
        """All tipping values, rising."""
        return tuple(one.upper for one in self.band[:-1])


def new_study(yi, vi, *, sei, method="REML", test="adhoc", level=95.0) -> NewStudy:
    """Return which effects of one more study with standard error `sei` change the conclusion.

    The pool with the new study is estimated anew, tau2 included, by the method, test and level of
    the pool; yi and vi have shape (k,). Its conclusion is whether the interval of the mean excludes
    zero, and on which side. A tipping value parts two conclusions; there can be none, one or
    several, as an effect far from all others widens the interval by more than it moves it (Langan
    et al. 2012 show the same for every standard error, on a funnel plot).

    Raises
    ------
    InputError
        For rows or options that no pool can use, or a standard error that is not above 0.
    NotEstimable
        If there is no study.
    ConvergenceError
        If the pool with a new study can be estimated nowhere.
    """
    check_finite(se=sei)
    if not sei > 0.0:
        raise InputError([f"se {sei}: must be finite and above 0"])
    yi, vi = effects_and_variances(yi, vi)
    if not len(yi):
        raise NotEstimable("no study: there is no pool to add one to")
    options = {"method": method, "test": test, "level": level}
    now = random_effects(yi, vi, **options)
    scenario = Scenario(yi, vi, sei, options)
    bands = _bands(*_crossings(scenario))
    conclusion = CONCLUSIONS[int(_states(np.array([now.ci_lb]), np.array([now.ci_ub]))[0])]
    tips = [one.upper for one in bands[:-1]]
    return NewStudy(
        conclusion,
        float(sei),
        len(tips),
        max((tip for tip in tips if tip <= now.beta), default=None),
        min((tip for tip in tips if tip > now.beta), default=None),
        bands,
        f"one more study, standard error {sei:.4g}, {method}, {test}",
        _unchanged(bands, conclusion),
        dict.fromkeys(("nearest_lower", "nearest_upper"), "no tipping value on that side"),
    )


def _unchanged(bands, conclusion) -> str:
    """Why there is no tipping value; empty where there is one."""
    if len(bands) > 1:
        return ""
    which = "no" if bands[0].conclusion == conclusion else "every"
    return f"{which} result of one study of this size changes the conclusion"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A pool to which one study is added."""

    yi: np.ndarray  # (k,)
    vi: np.ndarray  # (k,)
    sei: float
    options: dict  # method, test, level

    def at(self, effects: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(beta, ci_lb, ci_ub) of the pool with the new study at each of `effects`, (m,) each."""
        k = len(self.yi)
        step = max(1, LARGE // (k + 1))
        parts = [self._some(effects[at : at + step]) for at in range(0, len(effects), step)]
        return tuple(np.concatenate(column) for column in zip(*parts, strict=True))

    def _some(self, effects):
        shape = (len(effects), len(self.yi) + 1)
        y, v = np.empty(shape), np.empty(shape)
        y[:, :-1], y[:, -1] = self.yi, effects
        v[:, :-1], v[:, -1] = self.vi, self.sei**2
        pools = pool_subsets(y, v, np.ones(shape, dtype=bool), **self.options)
        return pools.beta, pools.ci_lb, pools.ci_ub

    def grid(self) -> np.ndarray:
        """Effects dense around the studies and zero, and wider and wider apart beyond them."""
        ends = np.append(self.yi, 0.0)
        low, high = float(ends.min()), float(ends.max())
        unit = max(self.sei, high - low)
        near = np.linspace(low - AROUND * unit, high + AROUND * unit, NEAR)
        weight = float((1.0 / self.vi).sum())
        equal = (weight * np.abs(self.yi).max() + 10.0 * sqrt(weight)) * self.sei**2
        reach = min(max(BEYOND * unit, 10.0 * equal), 1e-3 * LARGEST)
        steps = np.geomspace(AROUND * unit, max(reach, 2.0 * AROUND * unit), FAR + 1)[1:]
        return np.concatenate([low - steps[::-1], near, high + steps])


def _states(ci_lb, ci_ub) -> np.ndarray:
    """The conclusion that each interval leads to."""
    return np.where(ci_lb > 0.0, ABOVE, np.where(ci_ub < 0.0, BELOW, INCLUDES))


def _looked_at(scenario, x):
    """(x, conclusions, distance of the interval from zero) where the pool can be estimated."""
    _, low, high = scenario.at(x)
    known = np.isfinite(low) & np.isfinite(high)
    x, low, high = x[known], low[known], high[known]
    return x, _states(low, high), np.abs(np.maximum(low, -high))


def _crossings(scenario):
    """(tipping values, conclusions between them), one more conclusion than values."""
    x, states, distance = _looked_at(scenario, scenario.grid())
    if not len(x):
        raise ConvergenceError("the pool with a new study can be estimated nowhere: try method DL")
    for _ in range(LOOKS):
        nearest = np.flatnonzero(
            (distance[1:-1] <= distance[:-2]) & (distance[1:-1] < distance[2:])
        )
        closer = [np.linspace(x[i], x[i + 2], 2 * PIECES + 1)[1:-1] for i in nearest]
        x, states, distance = _looked_at(scenario, np.unique(np.concatenate([x, *closer])))
    brackets = _changes(x, states)
    for _ in range(ROUNDS):
        wide = [b for b in brackets if b[1] - b[0] > CLOSED * (abs(b[1]) + scenario.sei)]
        if not wide:
            break
        closed = [one for one in brackets if one not in wide]
        brackets = sorted(closed + _narrowed(scenario, wide))
    values = [0.5 * (low + high) for low, high, *_ in brackets]
    return values, [int(states[0]), *(after for *_, after in brackets)]


def _changes(x, states):
    """Brackets (lower, upper, conclusion below, conclusion above) of neighbours that differ."""
    places = np.flatnonzero(states[1:] != states[:-1])
    return [(float(x[i]), float(x[i + 1]), int(states[i]), int(states[i + 1])) for i in places]


def _narrowed(scenario, brackets):
    """The brackets cut into pieces; every piece across which the conclusion changes."""
    pieces = [np.linspace(low, high, PIECES + 1) for low, high, *_ in brackets]
    _, low, high = scenario.at(np.concatenate(pieces))
    states = _states(low, high)
    found = []
    for x, own in zip(pieces, np.split(states, len(pieces)), strict=True):
        found += _changes(x, own)
    return found


def _bands(values, states) -> tuple[Band, ...]:
    """Neighbouring bands of conclusions."""
    ends, found = [None, *values, None], []
    for place, state in enumerate(states):
        limits = {"lower": ends[place], "upper": ends[place + 1]}
        reasons = {name: UNLIMITED for name, limit in limits.items() if limit is None}
        found.append(Band(str(place + 1), CONCLUSIONS[state], **limits, reasons=reasons))
    return tuple(found)
