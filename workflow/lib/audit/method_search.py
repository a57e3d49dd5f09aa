"""Which of many universes reproduce every printed digit of a result, and which come nearest.

A universe that prints the same digits may still have nothing to do with what was done: with
enough of them some print almost anything. What is found here is never evidence of the method.
"""

from dataclasses import dataclass

import numpy as np

from workflow.lib.audit.rounding import READINGS, SLACK, printed

# claimed quantity -> field of a pool; the statistic is compared under whichever law it has
FIELD_OF = {
    **{"estimate": "beta", "ci_lb": "ci_lb", "ci_ub": "ci_ub", "pval": "pval"},
    **{"zval": "stat", "tval": "stat", "se": "se", "k": "k"},
    **{name: name for name in ("tau2", "I2", "H2", "QE", "QEp")},
}
ON_RATIOS = ("estimate", "ci_lb", "ci_ub")  # of a ratio: printed as such, analysed as logarithms
MIRRORED = {"ci_lb": "ci_ub", "ci_ub": "ci_lb"}
TURNED = ("beta", "stat", "ci_lb", "ci_ub")
RESULT = ("beta", "ci_lb", "ci_ub")
SAME = 1e-9  # relative difference up to which two universes are the same


@dataclass(frozen=True, slots=True)
class Comparison:
    """n universes against a printed result."""

    matches: np.ndarray  # (n,) bool: every printed digit is reproduced
    distance: np.ndarray  # (n,) the largest miss of any quantity; infinite without an answer
    misses: dict[str, np.ndarray]  # claimed quantity -> (n,) units of its last printed digit
    reading: np.ndarray  # (n,) texts: how the digits were read, rounded or truncated
    distinct: int  # different results among the universes that have an answer


def targets_of(claims, target):
    """The claims that a search is after: those of the group `target`, or with the ids in it.

    Of a group only the result itself counts, not its lines by study, and what no pool gives,
    such as words, is left out.
    """
    if isinstance(target, str):
        found = [claim for claim in claims if claim["group"] == target and not claim.get("study")]
        return [claim for claim in found if claim["quantity"] in FIELD_OF]
    return [claim for claim in claims if claim["id"] in target]


def compare(targets, values, *, sign="same"):
    """The Comparison of pools with the printed numbers of `targets`, rows of claims.csv.

    `values` maps fields of a pool to arrays (n,), NaN where there is none. With `sign` reversed
    the source counts as negative what is positive here.

    Notes
    -----
    A value on the very border of two printed texts counts for both, and so does either reading
    of the digits, rounded or cut off, unless the claims say which: where nothing matches,
    nothing would match under a narrower rule.
    """
    found = []
    for reading in _readings(targets):
        misses = {
            claim["quantity"]: _miss(
                printed(claim["printed"], reading), _value(claim, values, sign)
            )
            for claim in targets
        }
        found.append((reading, misses, _largest(misses, len(values["beta"]))))
    best = np.argmin([distance for *_, distance in found], axis=0)
    distance = np.choose(best, [distance for *_, distance in found])
    misses = {
        claim["quantity"]: np.choose(best, [own[claim["quantity"]] for _, own, _ in found])
        for claim in targets
    }
    reading = np.array([name for name, *_ in found], dtype=object)[best]
    return Comparison(distance == 0.0, distance, misses, reading, _distinct(values))


def _largest(misses, many):
    """The largest miss of each universe; where nothing is printed nothing is near."""
    return np.max(list(misses.values()), axis=0) if misses else np.full(many, np.inf)


def _readings(targets):
    """The readings of the digits that the source may have used."""
    stated = {claim.get("digits") for claim in targets} - {None, ""}
    return tuple(name for name in READINGS if not stated or name in stated)


def _value(claim, values, sign):
    """What the universes give for one claim, on the scale of its print; (n,)."""
    quantity = claim["quantity"]
    turned = sign == "reversed"
    field = FIELD_OF[MIRRORED.get(quantity, quantity) if turned else quantity]
    value = -values[field] if turned and field in TURNED else values[field]
    if claim.get("scale") == "log" and quantity in ON_RATIOS:
        with np.errstate(over="ignore"):
            return np.exp(value)
    return value


def _miss(number, value):
    """Distance of values from what prints as `number`, in units of its last digit; inf for NaN."""
    miss = np.maximum(number.low - value, value - number.high)
    inside = miss <= SLACK * np.maximum(1.0, np.abs(value))
    units = np.where(inside, 0.0, miss) * 10.0**number.decimals
    return np.where(np.isnan(value), np.inf, units)


def _results(values):
    """What makes two universes the same: estimate and interval, (n, 3), with the last digits cut."""
    found = np.stack([values[name] for name in RESULT], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.floor(np.log10(np.abs(found)))
    unit = SAME * 10.0 ** np.where(np.isfinite(place), place, 0.0)
    return np.round(found / unit) * unit


def _distinct(values):
    """How many different results there are."""
    found = _results(values)
    return len(np.unique(found[~np.isnan(found).any(axis=1)], axis=0))


def nearest(comparison, values, many):
    """Places of the `many` nearest universes with different results, the nearest first.

    Of universes with the same result the first declared is taken; those without an answer are not.
    """
    order = np.argsort(comparison.distance, kind="stable")
    order = order[np.isfinite(comparison.distance[order])]
    _, first = np.unique(_results(values)[order], axis=0, return_index=True)
    return order[np.sort(first)][:many].tolist()


def by_decision(decisions, comparison):
    """One dict per axis and value: how many were tried, how many match, and the least distance.

    `decisions` maps an axis to the (n,) texts or numbers that the universes took.
    """
    rows = []
    for axis, taken in decisions.items():
        for value in dict.fromkeys(taken.tolist()):
            here = taken == value
            least = float(comparison.distance[here].min())
            rows.append(
                {
                    "axis": axis,
                    "value": value,
                    "tried": int(here.sum()),
                    "matches": int(comparison.matches[here].sum()),
                    "distance": least if np.isfinite(least) else None,
                }
            )
    return rows
