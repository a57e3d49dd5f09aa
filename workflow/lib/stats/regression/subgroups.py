"""Subgroups: the effect within each, and whether they differ."""

from dataclasses import dataclass, fields, replace
from itertools import combinations

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.numbers import as_labels
from workflow.lib.stats.regression.fit import fit_linear
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.student import above_chi2, above_f, quantile, two_sided
from workflow.lib.stats.tau2 import EQUAL

TAU2 = ("separate", "common")
BETWEEN = ("as_test", "chi2")
NO_TAU2 = (*EQUAL, "MH")  # methods that take all effects of a group as one
PLACE = ("beta", "se", "stat", "pval", "ci_lb", "ci_ub")
ONE = "one study: its variance is known, heterogeneity is not"


@dataclass(frozen=True, slots=True)
class Subgroup:
    """The effect within one subgroup."""

    name: str
    k: int
    beta: float
    se: float
    stat: float | None  # z or t; None if the standard error is 0
    pval: float | None  # two-sided
    ci_lb: float
    ci_ub: float
    tau2: float | None  # of this subgroup, or common to all
    I2: float | None  # percent, of this subgroup alone, from tau2
    I2_Q: float | None  # percent, from its QE
    QE: float
    QE_df: int
    QEp: float | None
    weight: float  # percent of the total weight
    reason: str  # why a value is None; empty if none is


@dataclass(frozen=True, slots=True)
class Difference:
    """One subgroup's effect less another's."""

    names: tuple[str, str]
    beta: float
    se: float
    stat: float | None
    df: float | None
    pval: float | None
    ci_lb: float
    ci_ub: float


@dataclass(frozen=True, slots=True)
class Subgroups:
    """Effects within subgroups and the test between them."""

    method: str
    test: str
    level: float  # percent
    tau2: str  # separate or common
    groups: tuple[Subgroup, ...]  # in the order of their names
    differences: tuple[Difference, ...]  # each later group less each earlier one
    QM: float | None  # between groups: chi-square for z and where it is asked for, else F
    QM_df1: int
    QM_df2: float | None
    QMp: float | None
    I2_between: float | None  # percent of the spread of the subgroups' effects that is no chance
    R2: float | None  # percent of the heterogeneity that the subgroups explain
    tag: str
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Own:
    """What one subgroup's own pool says of it."""

    k: int
    beta: float
    se: float
    stat: float | None
    pval: float | None
    ci_lb: float
    ci_ub: float
    tau2: float
    I2: float | None
    QE: float
    QEp: float | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """How the subgroups are pooled and compared."""

    method: str
    test: str = "z"
    level: float = 95.0
    between: str = "as_test"
    counts: object = None

    @property
    def echo(self) -> dict:
        """What a result repeats of it."""
        return {"method": self.method, "test": self.test, "level": self.level}


def subgroup_analysis(yi, vi, groups, *, tau2="separate", method="REML", **options) -> Subgroups:
    """Return the effect within each of `groups` (k labels) and the test between them.

    `yi` and `vi` have shape (k,).

    `tau2` is separate (each subgroup its own) or common (one, estimated from the spread within
    all); `options` are test and level as in `fit_linear`, and two more. With tau2 common this is
    the meta-regression on the labels. Option `counts` has the tables behind the effects
    (`counts.pooling.CountPooling`), for methods that pool these; their tau2 is separate.
    Option `between` is as_test, or chi2 for the chi-square statistic under every test.

    Raises
    ------
    InputError
        For rows that cannot be used, missing labels, an unknown choice of tau2.
    NotEstimable
        If there is one group only, or too few studies for the test.

    Notes
    -----
    With tau2 separate the groups are independent: QM is the spread of their estimates around
    their weighted mean, sum of w (b - mean)^2 with w = 1 / se^2 (Borenstein & Higgins 2013); for t
    tests it is over m - 1 and compared with F(m - 1, k - m), the variances being those of the test
    asked for within each group. I2_between is 100 (Q - df) / Q of the chi-square statistic.

    Review Manager has the chi-square statistic for every method and test, Mantel-Haenszel and
    Knapp-Hartung included (verified on files of 2013 and 2026, docs/books.md). For inverse variance
    with equal effects it is what the total Q has beyond those of the subgroups (Deeks et al. 2001);
    for Mantel-Haenszel it is not.
    """
    labels = as_labels("group", groups).tolist()
    asked = _Asked(method, **options)
    for name, value, known in (("tau2", tau2, TAU2), ("between", asked.between, BETWEEN)):
        if value not in known:
            raise InputError([f"{name} {value!r}: admissible are {', '.join(known)}"])
    if asked.counts is not None and tau2 == "common":
        raise NotEstimable(f"{method} has no tau2 common to subgroups; take tau2 separate")
    linear_model(yi, vi)  # refuses bad rows under the numbers that the caller knows
    yi, vi = np.asarray(yi, dtype=float), np.asarray(vi, dtype=float)
    if len(labels) != len(yi):
        raise InputError([f"there must be {len(yi)} group labels: {len(labels)}"])
    names = sorted(set(labels), key=in_order)
    if len(names) < 2:
        raise NotEstimable("there is one group only")
    member = np.array([[label == name for name in names] for label in labels], dtype=float)
    texts = tuple(map(label_of, names))
    fit = _common if tau2 == "common" else _separate
    return fit((yi, vi), member, texts, asked)


def in_order(label):
    """Sorting key of a label: numbers before texts, each in their own order."""
    return (isinstance(label, str), label)


def label_of(value) -> str:
    """The name of the subgroup with this label."""
    return value if isinstance(value, str) else f"{value:.15g}"


def _common(data, member, names, asked: _Asked) -> Subgroups:
    """One tau2: a regression on the labels."""
    cells = linear_model(*data, member, names=names)
    fit = fit_linear(cells, **asked.echo)
    against = np.column_stack([np.ones(len(member)), member[:, 1:]])
    contrast = fit_linear(linear_model(*data, against), **asked.echo)
    groups = []
    for j, name in enumerate(names):
        rows = member[:, j] == 1.0
        own = _pool(data, rows, replace(asked, test="z"))
        place = {field: getattr(fit, field)[j] for field in PLACE}
        share = float(np.array(fit.weights)[rows].sum())
        groups.append(_group(name, replace(own, **place), fit.tau2, share))
    found = {x: getattr(contrast, x) for x in ("QM", "QM_df1", "QM_df2", "QMp", "R2")}
    reasons = {x: contrast.reasons.get(x, "") for x, value in found.items() if value is None}
    if contrast.QM is not None:
        chi2 = contrast.QM * (1.0 if asked.test == "z" else contrast.QM_df1)
        second = contrast.QM_df2 if asked.between == "as_test" else None
        found |= _test(chi2, contrast.QM_df1, second)
    return Subgroups(
        **asked.echo,
        tau2="common",
        groups=tuple(groups),
        differences=_differences(names, fit.beta, np.array(fit.vb), (fit.df, asked.level)),
        **{"I2_between": None} | found,
        tag=f"{fit.tag}; common tau2",
        reasons=_why_none(reasons, found),
    )


def _separate(data, member, names, asked: _Asked) -> Subgroups:
    """Each group by itself."""
    fits = [_pool(data, rows == 1.0, asked) for rows in member.T]
    k, m = member.shape
    all_single = k == m and asked.between == "chi2"  # then every pool has a Wald interval
    df = None if asked.test == "z" or all_single else k - m
    if df is not None and df < 1:
        raise NotEstimable(f"test {asked.test} needs more studies than groups")
    beta, se = (np.array([getattr(f, x) for f in fits]) for x in ("beta", "se"))
    share = _shares([1.0 / f.se**2 if f.se > 0.0 else np.inf for f in fits])
    groups = [
        _group(name, f, f.tau2 if f.k > 1 or asked.method in NO_TAU2 else None, w)
        for name, f, w in zip(names, fits, share, strict=True)
    ]
    against = df if asked.between == "as_test" else None
    found = dict.fromkeys(("QM", "QMp", "I2_between")) | {"QM_df1": m - 1, "QM_df2": against}
    reasons = {"R2": "needs one tau2 common to all subgroups"}
    if (se > 0.0).all():
        w = se**-2.0
        found |= _test(float((w * (beta - (w @ beta) / w.sum()) ** 2).sum()), m - 1, against)
    else:
        reasons |= dict.fromkeys(("QM", "QMp"), "a standard error is 0: use test adhoc")
    return Subgroups(
        **asked.echo,
        tau2="separate",
        groups=tuple(groups),
        differences=_differences(names, beta, np.diag(se**2), (df, asked.level)),
        **found,
        R2=None,
        tag=f"{asked.method}, {asked.test}, {m} subgroups; separate tau2",
        reasons=_why_none(reasons, found),
    )


def _test(chi2, df1, df2) -> dict:
    """The test of a chi-square statistic, as such or over its degrees of freedom as F."""
    I2 = 100.0 * max(0.0, 1.0 - df1 / chi2) if chi2 > 0.0 else 0.0
    found = {"I2_between": I2, "QM_df1": df1, "QM_df2": df2}
    if df2 is None:
        return found | {"QM": chi2, "QMp": above_chi2(chi2, df1)}
    return found | {"QM": chi2 / df1, "QMp": above_f(chi2 / df1, df1, df2)}


def _why_none(reasons, found) -> dict:
    """The reasons, with those of the fields that follow from the test."""
    if found["QM_df2"] is None:
        reasons = reasons | {"QM_df2": "a chi-square statistic has no second degrees of freedom"}
    return reasons | ({"I2_between": reasons["QM"]} if "QM" in reasons else {})


def _pool(data, rows, asked: _Asked) -> _Own:
    """Pool of one subgroup; a single study is its own pool, with a Wald interval."""
    yi, vi = (x[rows] for x in data)
    if asked.counts is not None:
        fit = asked.counts.rows(rows).random_effects(yi, vi, **asked.echo)
        return _Own(**{field.name: getattr(fit, field.name) for field in fields(_Own)})
    alone = {"method": "EE", "test": "z"} if len(yi) == 1 else {}
    fit = fit_linear(linear_model(yi, vi), **asked.echo | alone)
    place = {field: getattr(fit, field)[0] for field in PLACE}
    return _Own(k=fit.k, **place, tau2=fit.tau2, I2=fit.I2, QE=fit.QE, QEp=fit.QEp)


def _group(name, own: _Own, tau2, weight) -> Subgroup:
    """Record of one subgroup."""
    single, df = own.k == 1, own.k - 1
    QE = own.QE or 0.0  # a single study has none
    I2_Q = 100.0 * max(0.0, 1.0 - df / QE) if QE > 0.0 else 0.0
    return Subgroup(
        **{"name": name, "k": own.k, **{field: getattr(own, field) for field in PLACE}},
        tau2=tau2,
        I2=None if single else own.I2,
        I2_Q=None if single else I2_Q,
        QE=QE,
        QE_df=df,
        QEp=None if single else own.QEp,
        weight=weight,
        reason=ONE if single else "",
    )


def _shares(total) -> list[float]:
    """Percent of the weight; an infinite weight takes all."""
    w = np.array(total)
    w = np.isinf(w).astype(float) if np.isinf(w).any() else w
    return (100.0 * w / w.sum()).tolist()


def _differences(names, beta, vb, law) -> tuple[Difference, ...]:
    """All pairs, later less earlier."""
    df, level = law
    found = []
    for i, j in combinations(range(len(names)), 2):
        step = float(beta[j] - beta[i])
        se = float(np.sqrt(max(0.0, vb[i, i] + vb[j, j] - 2.0 * vb[i, j])))
        stat = step / se if se > 0.0 else None
        pval = None if stat is None else float(two_sided(stat, df))
        half = float(quantile(level, df)) * se
        pair = (names[j], names[i])
        found.append(Difference(pair, step, se, stat, df, pval, step - half, step + half))
    return tuple(found)
