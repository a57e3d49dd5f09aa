"""Fourfold tables from a printed association and the margins of the table.

Rows of the table are the groups, columns the outcome: ai and bi are the n1i persons of the first
group with and without it, ci and di the others; n2i = ai + ci persons have the outcome, of ni.
"""

from dataclasses import dataclass
from math import copysign, sqrt

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.numbers import check_finite
from workflow.lib.stats.reported.rows import Converted, by_row


@dataclass(frozen=True, slots=True)
class Fourfold:
    """A reconstructed table and what it implies."""

    ai: int
    bi: int
    ci: int
    di: int
    implied: float | None  # the printed statistic, recomputed from the table; None where undefined
    exact: float  # ai before it was rounded


def tables_from(statistic: str, values, *, ni, n1i, n2i, correct=True) -> Converted:
    """Return a `Fourfold` for every row of a column of statistics, or why there is none.

    `statistic` is OR, RR, RD, PHI or X2; see `table_from` for the other arguments, each one cell
    per row or one for all rows.

    Bonett (2007) for OR.

    Raises
    ------
    InputError
        For columns of unequal length; what is impossible in a row is the reason of that row.
    """
    return by_row(
        lambda value, ni, n1i, n2i, correct: table_from(
            statistic, value, ni=ni, n1i=n1i, n2i=n2i, correct=correct
        ),
        **{"value": values, "ni": ni, "n1i": n1i, "n2i": n2i, "correct": correct},
    )


def table_from(statistic: str, value: float, *, ni, n1i, n2i, correct=True) -> Fourfold:
    """Return the table of whole persons that comes closest to a printed statistic.

    `statistic`: OR (Bonett 2007), RR, RD, PHI, or X2, a chi-square statistic with the sign of the
    association, with the correction of Yates unless `correct` is False. ni persons in all, n1i in
    the first group, n2i with the outcome. Rounding of the statistic may lead to a neighbouring
    table: compare `implied` with what was printed.

    Raises
    ------
    InputError
        For margins that are no counts, or a statistic that no table of any margins has.
    NotEstimable
        If a margin is 0 or full, or no table with these margins has the statistic.
    """
    _check_margins(ni, n1i, n2i)
    if statistic not in FROM:
        raise InputError([f"statistic {statistic!r}: admissible are {', '.join(FROM)}"])
    check_finite(**{statistic: value})
    if statistic == "X2":
        value = _phi_from_chi_square(value, (ni, n1i, n2i), correct)
    exact = FROM[statistic](value, ni, n1i, n2i)
    a = round(exact)
    cells = (a, round(n1i) - a, round(n2i) - a, round(ni - n1i - n2i) + a)
    if min(cells) < 0:
        told = ", ".join(f"{name} {cell}" for name, cell in zip("abcd", cells, strict=True))
        raise NotEstimable(f"no table has these margins and {statistic} {value:g}: {told}")
    return Fourfold(*cells, _implied(statistic, cells, correct), float(exact))


def table_from_accuracy(sensitivity: float, specificity: float, *, diseased, healthy) -> Fourfold:
    """Return true positives, false negatives, false positives, true negatives as ai, bi, ci, di.

    `implied` is the sensitivity of the rounded table (Altman & Bland 1994).

    Raises
    ------
    InputError
        For shares outside [0, 1], sizes that are no whole numbers above 0; lists all.
    """
    shares = {"sensitivity": sensitivity, "specificity": specificity}
    check_finite(**shares, diseased=diseased, healthy=healthy)
    bad = [f"{name} {x}: must lie in [0, 1]" for name, x in shares.items() if not 0.0 <= x <= 1.0]
    counts = {"diseased": diseased, "healthy": healthy}
    bad += [
        f"{name} {x}: must be a whole number above 0"
        for name, x in counts.items()
        if not _count(x, 1)
    ]
    if bad:
        raise InputError(bad)
    a, d = round(sensitivity * diseased), round(specificity * healthy)
    return Fourfold(a, diseased - a, healthy - d, d, a / diseased, sensitivity * diseased)


def _count(x, least: int) -> bool:
    """Whether `x` is a whole number of at least `least`."""
    return x >= least and x == round(x)


def _check_margins(ni, n1i, n2i) -> None:
    """Refuse margins that no table has, or that leave nothing to reconstruct."""
    margins = {"ni": ni, "n1i": n1i, "n2i": n2i}
    check_finite(**margins)
    bad = [
        f"{name} {x}: must be a whole number of persons"
        for name, x in margins.items()
        if not _count(x, 0)
    ]
    bad += [
        f"{name} {margins[name]} is above ni {ni}" for name in ("n1i", "n2i") if margins[name] > ni
    ]
    if bad:
        raise InputError(bad)
    if min(n1i, n2i, ni - n1i, ni - n2i) == 0:
        raise NotEstimable(f"a margin is 0 or full (ni {ni}, n1i {n1i}, n2i {n2i}): any value fits")


def _from_odds_ratio(value, ni, n1i, n2i) -> float:
    """The cell a where a d = OR b c: the one root of a quadratic that lies in the margins.

    With s = n1i + n2i the equation is (1 - OR) a^2 + (ni - (1 - OR) s) a = OR n1i n2i. Above 1 the
    outcome is turned round, so that no product overflows; each root is taken without cancellation.
    """
    if value < 0.0:
        raise InputError([f"OR {value}: an odds ratio is at least 0"])
    if value > 1.0:
        return n1i - _from_odds_ratio(1.0 / value, ni, n1i, ni - n2i)
    rest, right = 1.0 - value, value * n1i * n2i
    middle = ni - rest * (n1i + n2i)
    root = sqrt(middle**2 + 4.0 * rest * right)
    if middle < 0.0:
        return (root - middle) / (2.0 * rest)
    return 2.0 * right / (middle + root) if right > 0.0 else 0.0


def _from_risk_ratio(value, ni, n1i, n2i) -> float:
    """The cell a where a / n1i = RR c / (ni - n1i)."""
    if value < 0.0:
        raise InputError([f"RR {value}: a risk ratio is at least 0"])
    odds = value * n1i / (ni - n1i)
    return odds * n2i / (1.0 + odds)


def _from_risk_difference(value, ni, n1i, n2i) -> float:
    """The cell a where a / n1i - c / (ni - n1i) = RD."""
    _at_most_one("RD", value)
    return (value + n2i / (ni - n1i)) / (1.0 / n1i + 1.0 / (ni - n1i))


def _from_phi(value, ni, n1i, n2i) -> float:
    """The cell a of a table with this phi coefficient."""
    _at_most_one("phi", value)
    return (n1i * n2i + value * sqrt(_product(ni, n1i, n2i))) / ni


def _phi_from_chi_square(value, margins, correct) -> float:
    """Phi, with the sign of `value`."""
    ni, product = margins[0], _product(*margins)
    distance = sqrt(abs(value) * product / ni)  # of a d from b c
    if correct and value != 0.0:
        distance += ni / 2.0
    phi = copysign(distance / sqrt(product), value)
    if abs(phi) > 1.0:
        raise NotEstimable(f"no table has these margins and X2 {value:g}: phi would be {phi:.3f}")
    return phi


def _at_most_one(name, value) -> None:
    """Refuse what lies outside [-1, 1]."""
    if abs(value) > 1.0:
        raise InputError([f"{name} {value}: must lie between -1 and 1"])


def _product(ni, n1i, n2i) -> float:
    """Product of the four margins."""
    return float(n1i) * (ni - n1i) * n2i * (ni - n2i)


FROM = {
    "OR": _from_odds_ratio,
    "RR": _from_risk_ratio,
    "RD": _from_risk_difference,
    "PHI": _from_phi,
    "X2": _from_phi,
}


def _implied(statistic, cells, correct) -> float | None:
    """The statistic of a table, None where it divides by 0."""
    a, b, c, d = cells
    cross, n = a * d - b * c, a + b + c + d
    risks = a / (a + b), c / (c + d)
    if statistic == "OR":
        return a * d / (b * c) if b * c else None
    if statistic == "RR":
        return risks[0] / risks[1] if risks[1] else None
    if statistic == "RD":
        return risks[0] - risks[1]
    product = _product(n, a + b, a + c)
    if statistic == "PHI":
        return cross / sqrt(product)
    distance = max(0.0, abs(cross) - (n / 2.0 if correct else 0.0))
    return copysign(n * distance**2 / product, cross)
