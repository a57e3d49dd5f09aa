"""Means and standard deviations of whole columns of medians, quartiles and ranges."""

from dataclasses import dataclass

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.reported import boxcox, lognormal_method, normal_methods, quantile_fit
from workflow.lib.stats.reported.rows import as_rows
from workflow.lib.stats.reported.summary import NAMES, Summary, check, skewness

ANY_SHAPE = {"qe": quantile_fit.estimate, "bc": boxcox.estimate}
DISTRIBUTIONS = ("norm", "lnorm")


@dataclass(frozen=True, slots=True)
class FiveNumbers:
    """Means and SDs of k rows; each field has one entry per row, None where there is none."""

    mean: tuple[float | None, ...]
    sd: tuple[float | None, ...]
    case: tuple[int | None, ...]  # 1 range, 2 quartiles, 3 both
    skew_stat: tuple[float | None, ...]
    skew_crit: tuple[float | None, ...]  # at the 5 percent level
    skewed: tuple[bool | None, ...]
    reasons: tuple[str | None, ...]  # why a mean or an SD is missing
    tag: str


@dataclass(frozen=True, slots=True)
class Options:
    """How order statistics are converted."""

    mean: str = normal_methods.DEFAULT  # method of the mean
    sd: str = normal_methods.DEFAULT  # method of the standard deviation
    dist: str = "norm"  # or "lnorm": the outcome is log-normal
    transf: bool = True  # with lnorm: back on the printed scale
    test: bool = True  # a skewed row is not converted


def means_and_sds(
    summaries, n, *, method=normal_methods.DEFAULT, dist="norm", transf=True, test=True
) -> FiveNumbers:
    """Return mean and standard deviation of every row of order statistics.

    `summaries` is a mapping with any of min, q1, median, q3, max, each one cell per row (None or
    NaN: not printed); `n` are the group sizes. `method` is one name for both, or a pair of names
    for mean and SD: luo/wan/shi (Luo 2018; Wan 2014; Shi 2020), luo2016, wan2014, shi2020,
    hozo2005, bland2015, walter2007; or qe, bc (McGrath 2020), which let the data choose a shape.
    `dist` "lnorm" (one, or one per row) takes the outcome as log-normal (Shi 2020b); with
    `transf` False mean and SD are those of the logarithms. `test`: rows that the test of symmetry
    (Shi 2023) calls skewed are not converted; it is not applied to bc, nor to qe of values above 0.

    Raises
    ------
    InputError
        For a method, a distribution or a column that does not exist, or columns of unequal length.
    """
    names = _method_names(method)
    unknown = [f"column {name!r}: admissible are {', '.join(NAMES)}" for name in summaries]
    unknown = [text for text, name in zip(unknown, summaries, strict=True) if name not in NAMES]
    if unknown:
        raise InputError(unknown)
    columns = {name: summaries.get(name) for name in NAMES}
    rows = as_rows(**columns, n=n, dist=dist)
    _check_distributions({row["dist"] for row in rows}, names)
    found = [_row(row, Options(*names, row["dist"], transf, test)) for row in rows]
    columns = zip(*found, strict=True) if found else [()] * 7
    tested = "skewed rows refused" if test else "skewness not held against a row"
    return FiveNumbers(
        *(tuple(column) for column in columns),
        tag=f"mean {names[0]}, sd {names[1]}, {dist if isinstance(dist, str) else 'by row'}, {tested}",
    )


def mean_and_sd(summary: Summary, options: Options | None = None) -> tuple[float, float]:
    """Return mean and standard deviation of one summary.

    Raises
    ------
    InputError
        For an impossible summary.
    NotEstimable
        If the summary says too little, is skewed (unless `options.test` is False), or the method
        has no formula for it.
    """
    options = options or Options()
    check(summary)
    prepared = _prepared(summary, options)
    _refuse_skewed(prepared, options)
    return _mean(prepared, options), _sd(prepared, options)


def _method_names(method) -> tuple[str, str]:
    """Methods of mean and SD."""
    names = (method, method) if isinstance(method, str) else tuple(method)
    names = tuple(normal_methods.DEFAULT if name == "default" else name for name in names)
    known = {normal_methods.DEFAULT, *ANY_SHAPE}
    tables = (known | set(normal_methods.MEANS), known | set(normal_methods.SDS))
    if len(names) != 2:
        raise InputError(
            [f"method {method!r}: give one name, or one for the mean and one for the SD"]
        )
    bad = [
        f"method {name!r}: for the {what} admissible are {', '.join(sorted(table))}"
        for name, table, what in zip(names, tables, ("mean", "SD"), strict=True)
        if name not in table
    ]
    if len(set(names)) == 2 and set(names) & set(ANY_SHAPE):
        bad.append(f"method {method!r}: qe and bc give mean and SD together")
    if bad:
        raise InputError(bad)
    return names


def _check_distributions(found: set, names: tuple[str, str]) -> None:
    """Refuse distributions that do not exist, and a log-normal one where the method has its own."""
    bad = [f"dist {x!r}: admissible are norm, lnorm" for x in found if x not in DISTRIBUTIONS]
    if "lnorm" in found and set(names) != {normal_methods.DEFAULT}:
        bad.append(f"dist lnorm has its own method: method must be {normal_methods.DEFAULT}")
    if bad:
        raise InputError(bad)


def _row(row: dict, options: Options) -> tuple:
    """Fields of FiveNumbers for one row."""
    nothing = (None,) * 3
    try:
        if row["n"] is None:
            raise NotEstimable("missing: n")
        summary = Summary(*(row[name] for name in NAMES), row["n"])
        check(summary)
        prepared = _prepared(summary, options)
    except (InputError, NotEstimable) as error:
        return None, None, None, *nothing, str(error)
    test = _test(prepared)
    mean, sd, reasons = None, None, []
    try:
        _refuse_skewed(prepared, options)
        mean, why_mean = _or_reason(_mean, prepared, options)
        sd, why_sd = _or_reason(_sd, prepared, options)
        reasons = list(dict.fromkeys(text for text in (why_mean, why_sd) if text))
    except NotEstimable as error:
        reasons = [str(error)]
    shown = (test.stat, test.critical, test.skewed) if test else nothing
    return mean, sd, summary.case, *shown, "; ".join(reasons) or None


def _prepared(summary: Summary, options: Options) -> Summary:
    """The summary on the scale on which it is taken as symmetric."""
    return lognormal_method.log_summary(summary) if options.dist == "lnorm" else summary


def _test(summary: Summary):
    """Test of symmetry, None where there is none."""
    try:
        return skewness(summary)
    except NotEstimable:
        return None


def _refuse_skewed(summary: Summary, options: Options) -> None:
    """Refuse what the test calls skewed, where the method supposes symmetry."""
    lowest = min(x for x in summary.used if x is not None)
    if not options.test or options.mean == "bc" or (options.mean == "qe" and lowest > 0.0):
        return
    test = skewness(summary)
    if test is not None and test.skewed:
        raise NotEstimable(
            f"skewed: {test.stat:.3f} is above the critical value of {test.critical:.3f}"
        )


def _or_reason(function, *arguments):
    """(value, None) or (None, reason)."""
    try:
        return function(*arguments), None
    except (InputError, NotEstimable) as error:
        return None, str(error)


def _mean(summary: Summary, options: Options) -> float:
    """Mean by the method asked for."""
    if options.mean in ANY_SHAPE:
        return ANY_SHAPE[options.mean](summary).mean
    if options.dist == "lnorm":
        _need_median(summary)
        log_mean = lognormal_method.log_mean(summary)
        return lognormal_method.back_transformed(summary)[0] if options.transf else log_mean
    return normal_methods.mean_of(summary, options.mean)


def _sd(summary: Summary, options: Options) -> float:
    """Standard deviation by the method asked for."""
    if options.sd in ANY_SHAPE:
        return ANY_SHAPE[options.sd](summary).sd
    if options.dist == "lnorm":
        if not options.transf:
            return lognormal_method.log_variances(summary)[0] ** 0.5
        _need_median(summary)
        return lognormal_method.back_transformed(summary)[1]
    return normal_methods.sd_of(summary, options.sd)


def _need_median(summary: Summary) -> None:
    """Refuse a summary without a median."""
    if summary.median is None:
        raise NotEstimable("median is missing: no mean")
