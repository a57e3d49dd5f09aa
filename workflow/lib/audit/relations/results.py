"""Estimate, interval, standard error, z, t, chi-squared and p of one printed result, in any subset.

Altman and Bland 2011 (doi:10.1136/bmj.d2304): an interval gives a standard error, that and the
estimate give z, and z gives p. On the scale of logarithms for ratios.
"""

from dataclasses import dataclass
from math import sqrt

from scipy.special import chdtrc, ndtri, stdtrit

from workflow.lib.audit.claim_lines import ESTIMATE, LIMITS, implied_of
from workflow.lib.audit.claim_numbers import implied_text
from workflow.lib.audit.implied import p_range, statistic_range
from workflow.lib.audit.relations.relation import Relation, relation, span
from workflow.lib.audit.rounding import meets

FITS = {True: "consistent", False: "inconsistent"}
ONE_SIDED = "which of the printed numbers is wrong; half of that p, one-sided, would agree"


@dataclass(frozen=True, slots=True)
class Source:
    """One way to the standard error of a result."""

    words: str
    low: float
    high: float
    members: tuple[str, ...]  # quantities that it is made of
    df: float | None  # of t; None for z


def result_relations(line):
    """Every comparison that the printed quantities of one line allow."""
    found = implied_of(line)
    if found is not None:
        yield from _interval(line, found)
    sources = list(_sources(line))
    yield from _errors(line, sources)
    if found is None:
        yield from _statistics(line, sources)
        yield from _p_of_sources(line, sources)
    elif "tval" in line.by:
        yield from _t_of_interval(line, sources)
    yield from _chi_squared(line)


def _interval(line, found):
    """Estimate, limits, z and p where the estimate is printed with both limits."""
    show = _namer(line, found)
    centred = meets(line.plain(ESTIMATE), found.mid_lb, found.mid_ub)
    words = "agrees with the estimate" if centred else "is not the estimate"
    middle = f"the middle of the interval, {show('mid_lb', 'mid_ub')}, {words}"
    # the estimate's own interval is no second source for it
    own = Relation(line.ids(ESTIMATE), "not_checkable", middle)
    yield own if centred else relation(line.ids(ESTIMATE), False, middle)
    yield relation(line.ids(*LIMITS), centred, middle)
    if "zval" in line.by:
        z, said = line.number("zval"), f"estimate over SE gives {show('z_lb', 'z_ub')}"
        fits, low, high = meets(z, found.stat_lb, found.stat_ub), -found.stat_ub, -found.stat_lb
        if not fits and z.value >= 0 and meets(z, low, high):  # as Review Manager prints it
            fits, said = True, f"{said}; printed without its sign"
        yield relation(line.ids("zval"), fits, said)
        words = "agrees" if fits else "disagrees"
        yield relation(line.ids(*LIMITS), fits, f"its SE, {show('se')}, {words} with z")
    if "pval" in line.by:
        yield _p_of_interval(line, found, show)


def _namer(line, found):
    """How to print what the interval implies: by its id in the registry, or as digits.

    A range whose ends print the same is one number: two p below 0.0001, say.
    """
    fields = {"z_lb": "stat_lb", "z_ub": "stat_ub"}

    def show(*items):
        ends = [fields.get(item, item) for item in items]
        values = [getattr(found, field) for field in ends]
        if not line.named:
            return span(values[0], values[-1])
        texts = dict(zip(map(implied_text, ends, values), items, strict=True))
        return " to ".join(f"{{claims.{line.group}.{item}}}" for item in texts.values())

    return show


def _p_of_interval(line, found, show):
    """p under z; under t the same interval implies another p."""
    p = line.number("pval")
    wald, t = meets(p, found.p_lb, found.p_ub), False
    text = f"a Wald z interval gives {show('p_lb', 'p_ub')}: {FITS[wald]}"
    if found.df is not None:
        t = meets(p, found.t_p_lb, found.t_p_ub)
        df = show("df") if line.named else f"{found.df:g}"
        text += f"; a t interval with {df} df would give {show('t_p_lb', 't_p_ub')}: {FITS[t]}"
    halved = meets(p, found.p_lb / 2, found.p_ub / 2)
    missing = {"missing": ONE_SIDED} if halved else {}
    return relation(line.ids("pval"), wald or t, text, **missing)


def _quantiles(line):
    """(words, df, quantile) of the intervals that the source may have used."""
    tail = 0.5 + line.level / 200.0
    yield "the SE of a Wald z interval", None, float(ndtri(tail))
    of_mean = line.number("n") if {"mean", "sd"} & set(line.by) else None
    for df in dict.fromkeys((line.df, of_mean.value - 1 if of_mean else None)):
        if df is not None and df >= 1:
            yield f"the SE of a t interval with {df:g} df", df, float(stdtrit(df, tail))


def _sources(line):
    """Every way to the standard error that the line offers."""
    se, spread = line.number("se"), line.numbers("sd", "n")
    if se:
        for df in dict.fromkeys((None, line.df)):
            yield Source("the printed SE", max(se.low, 0.0), se.high, ("se",), df)
    if spread and spread[1].value > 0:
        sd, n = spread
        low, high = max(sd.low, 0.0) / sqrt(n.value), sd.high / sqrt(n.value)
        yield Source("sd / sqrt(n)", low, high, ("sd", "n"), n.value - 1 or None)
    for words, df, quantile in _quantiles(line):
        width = _half_width(line)
        if width:
            (low, high), members = width
            yield Source(words, low / quantile, high / quantile, members, df)


def _half_width(line):
    """((least, most) half width of the interval, the quantities that it is made of), or None."""
    estimate, (lower, upper) = line.number(ESTIMATE), (line.number(name) for name in LIMITS)
    if lower and upper:
        return (max(upper.low - lower.high, 0.0) / 2, (upper.high - lower.low) / 2), LIMITS
    if estimate and upper:
        return (max(upper.low - estimate.high, 0.0), upper.high - estimate.low), (ESTIMATE, "ci_ub")
    if estimate and lower:
        return (max(estimate.low - lower.high, 0.0), estimate.high - lower.low), (ESTIMATE, "ci_lb")
    return None


def _errors(line, sources):
    """Ways to the standard error against one another; those of an interval under z and under t are one."""
    by_members = {}
    for source in sources:
        by_members.setdefault(source.members, []).append(source)
    kinds = list(by_members.values())
    for place, ones in enumerate(kinds):
        for others in kinds[place + 1 :]:
            pairs = [(one, other) for one in ones for other in others]
            fits = [one.low <= other.high and other.low <= one.high for one, other in pairs]
            said = dict.fromkeys(
                f"{part.words} is {span(part.low, part.high)}" for pair in pairs for part in pair
            )
            members = (name for part in (ones[0], others[0]) for name in part.members)
            targets = line.ids(*(name for name in members if name != ESTIMATE))
            yield relation(targets, any(fits), "; ".join(said) + f": {FITS[any(fits)]}")


def _middle(line):
    """(low, high) of the estimate: printed, or the middle of its interval."""
    estimate, limits = line.number(ESTIMATE) or line.number("mean"), line.numbers(*LIMITS)
    if estimate:
        return estimate.low, estimate.high
    if limits:
        return (limits[0].low + limits[1].low) / 2, (limits[0].high + limits[1].high) / 2
    return None


def _statistic_of(line, source):
    """(low, high) of estimate over standard error, or None without an estimate."""
    middle = _middle(line)
    return statistic_range(middle, (source.low, source.high)) if middle else None


def _statistics(line, sources):
    """A printed z or t against estimate over each standard error."""
    for name in (name for name in ("zval", "tval") if name in line.by):
        printed_one, tried = line.number(name), []
        for source in sources:
            ends = _statistic_of(line, source)
            if ends:
                fits = meets(printed_one, *ends) or meets(printed_one, -ends[1], -ends[0])
                tried.append((fits, source, ends))
        if not tried:
            continue
        said = [
            f"estimate over {s.words} gives {span(*ends)}: {FITS[fits]}" for fits, s, ends in tried
        ]
        agrees = any(fits for fits, _, _ in tried)
        members = dict.fromkeys(m for _, s, _ in tried for m in s.members if m != ESTIMATE)
        targets = line.ids(name, *members)
        yield relation(targets, agrees, "; ".join(dict.fromkeys(said)))


def _t_of_interval(line, sources):
    """A printed t against the estimate and its interval."""
    yield from _statistics(line, [source for source in sources if source.members == LIMITS])
    yield from _p_of_statistic(line)


def _p_of_sources(line, sources):
    """A printed p against the printed statistic; without one, against estimate over standard error."""
    if "pval" not in line.by:
        return
    if {"zval", "tval"} & set(line.by):
        yield from _p_of_statistic(line)
        return
    tried = [
        (f"estimate over {source.words}{_law(source.df)}", p_range(ends, source.df))
        for source in sources
        if (ends := _statistic_of(line, source))
    ]
    members = dict.fromkeys(name for source in sources for name in source.members)
    if tried:
        yield _p_relation(line, tried, tuple(name for name in members if name != ESTIMATE))


def _law(df):
    return ", by z," if df is None else f", by t with {df:g} df,"


def _p_of_statistic(line):
    """A printed p against the printed z, or against the printed t with its degrees of freedom."""
    tried, members = [], []
    for name, df in (("zval", None), ("tval", line.own_df)):
        number = line.number(name)
        if number and "pval" in line.by and (name == "zval" or df is not None):
            ends = number.low, number.high
            words = f"z = {number.text}" if name == "zval" else f"t = {number.text} with {df:g} df"
            tried.append((words, p_range(ends, df)))
            members += [name] if name == "zval" else [name, *df_names(line)]
    if tried:
        yield _p_relation(line, tried, tuple(members))


def _p_relation(line, tried, members):
    """p against every way to it; all in agreement with one of them is enough."""
    p = line.number("pval")
    fits = [meets(p, *ends) for _, ends in tried]
    said = [
        f"{words} gives p of {span(*ends)}: {FITS[fit]}"
        for (words, ends), fit in zip(tried, fits, strict=True)
    ]
    halved = not any(fits) and any(meets(p, low / 2, high / 2) for _, (low, high) in tried)
    missing = {"missing": ONE_SIDED} if halved else {}
    targets = line.ids("pval", *members)
    return relation(targets, any(fits), "; ".join(dict.fromkeys(said)), **missing)


def _chi_squared(line):
    """chi-squared and Q against their p; chi-squared with one degree of freedom against z."""
    for name, p_name in (("chi2", "pval"), ("QE", "QEp")):
        number, p, df = line.number(name), line.number(p_name), degrees(line, name)
        if number and p and df is not None and df > 0:
            low, high = float(chdtrc(df, number.high)), float(chdtrc(df, max(number.low, 0.0)))
            text = f"chi-squared of {number.text} with {df:g} df gives p of {span(low, high)}"
            yield relation(line.ids(name, p_name, *df_names(line)), meets(p, low, high), text)
    chi2, z = line.numbers("chi2", "zval") or (None, None)
    if chi2 and line.own_df in (None, 1):
        ends = sorted((abs(z.low), abs(z.high)))
        low = 0.0 if z.low < 0 < z.high else ends[0] ** 2
        text = f"the square of z is {span(low, ends[1] ** 2)}"
        yield relation(line.ids("chi2", "zval"), meets(chi2, low, ends[1] ** 2), text)


def df_names(line):
    """The quantity of the line that says the degrees of freedom, if one does."""
    return ("df",) if "df" in line.by else ("k",) if "k" in line.by else ()


def degrees(line, name):
    """Degrees of freedom of chi-squared or of Q, whose studies the file may count elsewhere; or None."""
    if line.own_df is not None or name != "QE":
        return line.own_df
    return line.pooled - 1 if line.pooled is not None and line.pooled >= 1 else None
