"""Effects and sampling variances from what papers print of a Wald interval or test."""

from dataclasses import dataclass
from math import isfinite

from scipy.special import ndtri

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.numbers import check_finite
from workflow.lib.stats.reported.rows import as_rows

OFF_CENTRE = 0.1  # of the half width: more than rounding of two printed decimals usually does
NAMES = ("est", "ci_lb", "ci_ub", "zval", "pval")


@dataclass(frozen=True, slots=True)
class Wald:
    """Effects and variances of k rows; each field has one entry per row."""

    yi: tuple[float | None, ...]  # analysis scale
    vi: tuple[float | None, ...]
    sources: tuple[str | None, ...]  # what gave vi: "ci", "one bound", "zval", "pval"
    notes: tuple[str | None, ...]  # what of a row does not fit together
    reasons: tuple[str | None, ...]  # why yi or vi is missing
    tag: str


def wald_variances(printed, *, level=95.0, transf=None, check=True) -> Wald:
    """Return effect and sampling variance of every row.

    `printed` is a mapping with any of est, ci_lb, ci_ub, zval, pval, one cell per row (None or
    NaN: not printed). `level` (percent) is one number or one per row. `transf`, for example
    math.log, brings est and bounds to the analysis scale; zval and pval are on it already. The
    interval is preferred to zval, that to pval (two-sided); of a single bound the distance to the
    estimate is used. `check` looks whether the estimate is midway between the bounds and on the
    same side of 0 as zval.

    Raises
    ------
    InputError
        For columns that do not exist or differ in length. What is impossible in a row is the
        reason of that row.
    """
    unknown = [name for name in printed if name not in NAMES]
    if unknown:
        raise InputError(
            [f"column {name!r}: admissible are {', '.join(NAMES)}" for name in unknown]
        )
    rows = as_rows(**{name: printed.get(name) for name in NAMES}, level=level)
    found = [_row(row, transf or (lambda x: x), check) for row in rows]
    columns = zip(*found, strict=True) if found else [()] * 5
    scale = getattr(transf, "__name__", "given function") if transf else "as printed"
    return Wald(*(tuple(column) for column in columns), tag=f"Wald z, scale {scale}")


def _row(row: dict, transf, check: bool) -> tuple:
    """(yi, vi, source, note, reason) of one row."""
    lost = []  # what has no place on the analysis scale
    values = {name: _on_scale(row[name], transf, name, lost) for name in NAMES[:3]}
    yi = values["est"]
    why = [] if yi is not None else lost or ["missing: est"]
    try:
        numbers = {name: row[name] for name in (*NAMES[3:], "level") if row[name] is not None}
        check_finite(**numbers)
        vi, source = _variance(row, values)
    except (InputError, NotEstimable) as error:
        return yi, None, None, None, "; ".join([*(why or lost), str(error)])
    notes = [*(lost if yi is not None else []), *(_note(row, values, yi) if check else [])]
    return yi, vi, source, "; ".join(notes) or None, "; ".join(why) or None


def _on_scale(value, transf, name, lost) -> float | None:
    """A printed value on the analysis scale; None, with its reason, where it has no place there."""
    if value is None:
        return None
    try:
        value = float(transf(value))
    except (TypeError, ValueError, ZeroDivisionError):
        value = float("nan")
    if isfinite(value):
        return value
    lost.append(f"{name} has no value on the analysis scale")
    return None


def _variance(row: dict, values: dict) -> tuple[float, str]:
    """Sampling variance, and what gave it."""
    lower, upper, yi = values["ci_lb"], values["ci_ub"], values["est"]
    bounds = [bound for bound in (lower, upper) if bound is not None]
    if len(bounds) == 2:
        return _square(upper - lower, 2.0 * _z_of_level(row["level"]), "ci_ub - ci_lb"), "ci"
    if bounds and yi is not None:
        width = bounds[0] - yi if lower is None else yi - bounds[0]
        return _square(width, _z_of_level(row["level"]), "distance of the bound"), "one bound"
    if yi is not None and row["zval"] is not None:
        return _square(abs(yi), abs(row["zval"]), "est"), "zval"
    if yi is not None and row["pval"] is not None:
        return _square(abs(yi), _z_of_p(row["pval"]), "est"), "pval"
    raise NotEstimable("no interval, test statistic or p-value to compute vi from")


def _square(width: float, divisor: float, what: str) -> float:
    """(width / divisor)^2, refused unless it is a variance."""
    if width < 0.0:
        raise InputError([f"{what} is {width:g}: the bounds are in the wrong order"])
    if width == 0.0 or divisor == 0.0:
        raise NotEstimable("an estimate, statistic or width of 0 says nothing about vi")
    return (width / divisor) ** 2


def _z_of_level(level) -> float:
    """Normal quantile of an interval."""
    if level is None or not 0.0 < level < 100.0:
        raise InputError([f"level {level}: must lie between 0 and 100 percent"])
    return -float(ndtri(0.5 - level / 200.0))


def _z_of_p(pval: float) -> float:
    """Normal quantile of a two-sided p-value."""
    if not 0.0 < pval <= 1.0:
        raise InputError([f"pval {pval}: must be above 0 and at most 1; '< 0.001' is no value"])
    return -float(ndtri(pval / 2.0))


def _note(row: dict, values: dict, yi: float | None) -> list[str]:
    """What does not fit together in a row whose vi was computed."""
    lower, upper = values["ci_lb"], values["ci_ub"]
    if yi is None:
        return []
    notes = []
    if lower is not None and upper is not None:
        if not lower <= yi <= upper:
            notes.append("est lies outside its interval")
        elif abs(yi - (lower + upper) / 2.0) > OFF_CENTRE * (upper - lower) / 2.0:
            notes.append("est is not midway between its bounds: another scale, or no Wald interval")
    if row["zval"] is not None and row["zval"] * yi < 0.0:
        notes.append("est and zval have opposite signs")
    return notes
