"""What a multiverse says: in how many universes a sentence holds, and which decision moves the estimate."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Share:
    """In how many universes a sentence holds, of those in which it can be asked."""

    holds: int
    asked: int

    @property
    def percent(self) -> float | None:
        """The share in percent; None where it cannot be asked anywhere."""
        return 100.0 * self.holds / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class Split:
    """The variance of the estimate over the universes, split by decision."""

    variance: float  # squared unit of the estimate
    first: tuple[float, ...]  # percent of it between the options of each decision
    rest: float  # percent that no single decision explains; below 0 where decisions overlap


def share(holds: np.ndarray, asked: np.ndarray, among: np.ndarray) -> Share:
    """How often `holds` (n,) is true where `asked` and `among` (n,) are."""
    here = asked & among
    return Share(int((holds & here).sum()), int(here.sum()))


def statements(values: dict[str, np.ndarray], *, beyond: dict[str, float] | None = None):
    """Sentence -> (holds, asked), both (n,): what a summary can say of a pool.

    `values` are those of `pools.Pools`; `beyond` name -> an effect that estimates are
    compared with.
    """
    beta, low, high = (values[name] for name in ("beta", "ci_lb", "ci_ub"))
    pi_low, pi_high = values["pi_lb"], values["pi_ub"]
    with np.errstate(invalid="ignore"):
        known = np.isfinite(beta)
        interval, prediction = np.isfinite(low), np.isfinite(pi_low)
        found = {
            "positive": (beta > 0, known),
            "interval_above_zero": (low > 0, interval),
            "interval_below_zero": (high < 0, interval),
            "interval_includes_zero": ((low <= 0) & (high >= 0), interval),
            "prediction_includes_zero": ((pi_low <= 0) & (pi_high >= 0), prediction),
        }
        for name, effect in (beyond or {}).items():
            found[f"beyond_{name}"] = (beta > effect, known)
            found[f"interval_beyond_{name}"] = (low > effect, interval)
    return found


def split_variance(beta: np.ndarray, choice: np.ndarray, sizes) -> Split:
    """The Split of the estimates `beta` (n,) by the options `choice` (n, decisions) they took.

    The share of a decision is its first-order index: the variance of the mean estimate under each
    of its options, over the variance of all estimates (Sobol' 1993; the one-way eta squared). On a
    full grid the shares add up to at most 100 percent and what is left is interaction; where
    combinations are excluded decisions overlap, and the rest takes that up.
    """
    known = np.isfinite(beta)
    beta, choice = beta[known], choice[known]
    if not len(beta):
        return Split(float("nan"), (float("nan"),) * len(sizes), float("nan"))
    centred = beta - beta.mean()
    variance = float(np.mean(centred**2))
    if np.ptp(beta) <= 1e-12 * np.abs(beta).max():  # the same to the last digits
        return Split(0.0, (0.0,) * len(sizes), 0.0)
    first = tuple(
        100.0 * _between(centred, choice[:, place], size) / variance
        for place, size in enumerate(sizes)
    )
    return Split(variance, first, 100.0 - sum(first))


def _between(centred, option, size):
    """Variance of the mean under each option, weighted by how many universes take it."""
    count = np.bincount(option, minlength=size)
    total = np.bincount(option, weights=centred, minlength=size)
    taken = count > 0
    return float(np.sum(total[taken] ** 2 / count[taken]) / len(centred))


def position(value: float, beta: np.ndarray) -> tuple[int, int]:
    """(how many estimates lie below a value, how many there are)."""
    known = beta[np.isfinite(beta)]
    return int((known < value).sum()), len(known)
