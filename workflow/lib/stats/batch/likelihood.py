"""Maxima of the (restricted) likelihood of tau2 for many groups at once.

The answer is defined as in `workflow.lib.stats.tau2`: the maximum that the HE estimate leads to,
or 0 if the likelihood is larger there. The derivative of the log-likelihood is (A - B) / 2 with
A = y'PPy and B = trace(P) (of W for ML). With l the eigenvalues behind P, A is a sum of
z^2 / (tau2 + l)^2 and B of 1 / (tau2 + l): both fall, 1 / sqrt(A) and 1 / B are concave.
"""

from dataclasses import dataclass, fields

import numpy as np

from workflow.lib.stats.batch.sums import Sums

MAX_STEPS = 200
LAST_STEP = 5e-7  # relative to tau2 + min(vi); Newton leaves some ten times its square
_LOOKS = 8  # places at which the slope is compared with that of a single maximum


@dataclass(frozen=True, slots=True)
class Maxima:
    """Where the likelihood is largest, one per group, arrays of shape (m,)."""

    tau2: np.ndarray
    several: np.ndarray  # bool: more than one local maximum was seen
    stuck: np.ndarray  # bool: not found within the allowed steps
    evaluations: int  # while climbing, over all groups


@dataclass(frozen=True, slots=True)
class _Score:
    """The two parts of the slope and what they lose per unit of tau2, arrays of shape (m,)."""

    A: np.ndarray
    B: np.ndarray
    A_loss: np.ndarray
    B_loss: np.ndarray

    @classmethod
    def of(cls, m: Sums, *, restricted: bool) -> "_Score":
        B, B_loss = (m.trP, m.trPP) if restricted else (m.sum_w, m.sum_ww)
        return cls(m.yPPy, B, 2.0 * m.yPPPy, B_loss)

    def take(self, groups) -> "_Score":
        return _Score(*(getattr(self, field.name).take(groups) for field in fields(self)))

    @property
    def slope(self) -> np.ndarray:
        """Twice the derivative of the log-likelihood."""
        return self.A - self.B


@dataclass(frozen=True, slots=True)
class _Climbers:
    """Groups on their way: where they are and the bracket of the root, arrays of shape (m,)."""

    number: np.ndarray  # place in the answer
    low: np.ndarray
    high: np.ndarray
    floor: np.ndarray  # min(vi)
    rises: np.ndarray  # bool: the likelihood rises at 0
    at_zero: _Score

    def take(self, groups) -> "_Climbers":
        return _Climbers(*(getattr(self, field.name).take(groups) for field in fields(self)))


def maximise_likelihood(problems, at_zero: Sums, *, restricted: bool) -> Maxima:
    """Return the maxima for `problems` (a `Block` or its like), whose sums at 0 are known."""
    plain, zero = problems.plain(), _Score.of(at_zero, restricted=restricted)
    rises = zero.slope > 0.0
    start = np.maximum(0.0, (plain.spread - plain.v * (1.0 - 1.0 / problems.k)) / problems.df)
    climbing = np.flatnonzero((plain.spread > 0.0) & ((start > 0.0) | rises))
    tau2, stuck, evaluations = np.zeros(len(start)), np.zeros(len(start), dtype=bool), 0
    several = stuck.copy()
    if len(climbing):
        part = problems.take(climbing)
        climbers = _Climbers(
            number=np.arange(len(climbing)),
            low=np.zeros(len(climbing)),
            high=plain.spread[climbing],
            floor=part.floor,
            rises=rises[climbing],
            at_zero=zero.take(climbing),
        )
        found, left, evaluations = _climb(part, start[climbing], climbers, restricted)
        lower = _lower_than_zero(part, found, at_zero.take(climbing), restricted)
        tau2[climbing] = np.where(lower, 0.0, found)
        several[climbing] = lower | (~climbers.rises & (found > 0.0))
        stuck[climbing[left]] = True
    several |= _contradicts_one_maximum(problems, tau2, plain.spread, restricted=restricted)
    return Maxima(tau2, several, stuck, evaluations)


def _climb(problems, t, climbers: _Climbers, restricted: bool):
    """Roots of the slope, the numbers of groups without one, evaluations made."""
    answer, evaluations = np.zeros(len(t)), 0
    t = np.where(t > 0.0, t, _propose(climbers.at_zero, 0.0, climbers))  # 0 is evaluated already
    for _ in range(MAX_STEPS):
        score = _Score.of(problems.at(t), restricted=restricted)
        evaluations += len(t)
        up = score.slope > 0.0
        np.copyto(climbers.low, t, where=up)
        np.copyto(climbers.high, t, where=~up)
        following = _propose(score, t, climbers)
        ended = _ends_at_zero(score, climbers)
        following[ended] = 0.0
        answer[climbers.number] = following
        ended |= np.abs(following - t) <= LAST_STEP * (following + climbers.floor)
        left, t = np.flatnonzero(~ended), following
        if len(left) < len(ended):
            climbers, t = climbers.take(left), t[left]
            if not len(left):
                break
            problems = problems.take(left)
    return answer, climbers.number, evaluations


def _propose(score: _Score, t, climbers: _Climbers) -> np.ndarray:
    """Next tau2: Newton on B / A - 1, else average information, else the bracket's middle."""
    bend = score.B * score.A_loss - score.B_loss * score.A
    newton = t + score.slope * score.A / np.where(bend > 0.0, bend, 1.0)
    information = t + 2.0 * score.slope / np.where(score.A_loss > 0.0, score.A_loss, 1.0)
    low, high = climbers.low, climbers.high
    newton_fits = (bend > 0.0) & (low <= newton) & (newton <= high)
    fits = (score.A_loss > 0.0) & (low <= information) & (information <= high)
    return np.where(newton_fits, newton, np.where(fits, information, 0.5 * (low + high)))


def _ends_at_zero(score: _Score, climbers: _Climbers) -> np.ndarray:
    """Whether the likelihood falls all the way from 0 to the bracket's upper end.

    Proven by the bounds that concavity gives, from both ends, or taken for granted if that end
    is so far below min(vi) that the likelihood has no structure there. (m,), bool.
    """
    falls = ~climbers.rises & (climbers.low == 0.0)
    tiny = climbers.high < 1e-3 * climbers.floor
    candidates = np.flatnonzero(falls & ~tiny & (score.slope < 0.0))
    proven = falls & tiny
    if len(candidates):
        zero, here = climbers.at_zero.take(candidates), score.take(candidates)
        proven[candidates] = _falls_between(zero, here, climbers.high[candidates])
    return proven


def _falls_between(zero: _Score, end: _Score, width: np.ndarray) -> np.ndarray:
    """Whether A < B from 0 to `width`, given both there: 1 / A above 1 / B.

    1 / A is at least the square of the chord of 1 / sqrt(A), 1 / B at most its tangents.
    """
    chord = zero.A**-0.5
    rise = (end.A**-0.5 - chord) / width
    lines = [
        (1.0 / zero.B, zero.B_loss / zero.B**2),
        (1.0 / end.B - width * end.B_loss / end.B**2, end.B_loss / end.B**2),
    ]
    (level0, slope0), (level1, slope1) = lines
    bends = slope0 > slope1
    crossing = (level1 - level0) / np.where(bends, slope0 - slope1, 1.0)
    crossing = np.where(bends, np.clip(crossing, 0.0, width), width)
    proven = np.ones(len(width), dtype=bool)
    for (level, slope), left, right in zip(lines, (0.0, crossing), (crossing, width), strict=True):
        lowest = np.clip((slope / (2.0 * rise) - chord) / rise, left, right)
        proven &= (chord + rise * lowest) ** 2 > level + slope * lowest
    return proven


def _lower_than_zero(problems, tau2, at_zero: Sums, restricted: bool) -> np.ndarray:
    """Whether the likelihood is lower at `tau2` than at 0."""
    m = problems.at(tau2)
    loss = problems.log_growth(tau2) + m.Q - at_zero.Q
    if restricted:
        loss += np.log(m.sum_w / at_zero.sum_w)
    return loss > 0.0


def _contradicts_one_maximum(problems, tau2, spread, *, restricted: bool) -> np.ndarray:
    """Whether the slope, at a few places, has not the sign that a single maximum gives it.

    Two studies have one eigenvalue, so their restricted likelihood has one maximum.
    """
    found = np.zeros(len(tau2), dtype=bool)
    where = np.flatnonzero((problems.k > (2 if restricted else 1)) & (spread > 0.0))
    if not len(where):
        return found
    problems, tau2 = problems.take(where), tau2[where]
    lowest = 0.1 * problems.floor
    ratio = np.maximum(spread[where], problems.floor) / lowest
    several = np.zeros(len(where), dtype=bool)
    for look in range(1, _LOOKS + 1):
        t = lowest * ratio ** (look / (_LOOKS + 1))
        beside = np.abs(t - tau2) > 1e-4 * (t + problems.floor)
        several |= beside & ((problems.slope_at(t, restricted=restricted) > 0.0) != (t < tau2))
    found[where] = several
    return found
