"""Subgroups: the effect within each, and whether they differ."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from workflow.lib.errors import InputError, NotEstimable
from workflow.lib.stats.numbers import as_labels
from workflow.lib.stats.regression.fit import Regression, fit_linear
from workflow.lib.stats.regression.model import linear_model
from workflow.lib.stats.student import above_chi2, above_f, quantile, two_sided
from workflow.lib.stats.tau2 import EQUAL

TAU2 = ("separate", "common")
ONE = "one study: its variance is known, heterogeneity is not"


@dataclass(frozen=True, slots=True)
class Subgroup:
    """The effect within one subgroup."""

    name: str
    k: int
    beta: float
    se: float
    ci_lb: float
    ci_ub: float
    tau2: float | None  # of this subgroup, or common to all
    I2: float | None  # percent, of this subgroup alone
    QE: float
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
    QM: float | None  # between groups: chi-square for z, else F
    QM_df1: int
    QM_df2: float | None
    QMp: float | None
    R2: float | None  # percent of the heterogeneity that the subgroups explain
    tag: str
    reasons: dict[str, str]


def subgroup_analysis(yi, vi, groups, *, tau2="separate", method="REML", **options) -> Subgroups:
    """Return the effect within each of `groups` (k labels) and the test between them.

    `yi` and `vi` have shape (k,).

    `tau2` is separate (each subgroup its own) or common (one, estimated from the spread within
    all); `options` are test and level as in `fit_linear`. With tau2 common this is the
    meta-regression on the labels.

    Raises
    ------
    InputError
        For rows that cannot be used, missing labels, an unknown choice of tau2.
    NotEstimable
        If there is one group only, or too few studies for the test.

    Notes
    -----
    With tau2 separate the groups are independent: QM is the spread of their estimates around
    their weighted mean (Borenstein & Higgins 2013); for t tests it is over m - 1 and compared with
    F(m - 1, k - m), the variances being those of the test asked for within each group.
    """
    labels = as_labels("group", groups).tolist()
    if tau2 not in TAU2:
        raise InputError([f"tau2 {tau2!r}: admissible are {', '.join(TAU2)}"])
    linear_model(yi, vi)  # refuses bad rows under the numbers that the caller knows
    yi, vi = np.asarray(yi, dtype=float), np.asarray(vi, dtype=float)
    if len(labels) != len(yi):
        raise InputError([f"there must be {len(yi)} group labels: {len(labels)}"])
    names = sorted(set(labels), key=_order)
    if len(names) < 2:
        raise NotEstimable("there is one group only")
    member = np.array([[label == name for name in names] for label in labels], dtype=float)
    texts = tuple(x if isinstance(x, str) else f"{x:.15g}" for x in names)
    fit = _common if tau2 == "common" else _separate
    return fit((yi, vi), member, texts, method, **options)


def _order(label):
    """Numbers before texts, each in their own order."""
    return (isinstance(label, str), label)


def _common(data, member, names, method, *, test="z", level=95.0) -> Subgroups:
    """One tau2: a regression on the labels."""
    cells = linear_model(*data, member, names=names)
    fit = fit_linear(cells, method=method, test=test, level=level)
    against = np.column_stack([np.ones(len(member)), member[:, 1:]])
    between = fit_linear(linear_model(*data, against), method=method, test=test, level=level)
    groups = []
    for j, name in enumerate(names):
        rows = member[:, j] == 1.0
        own = _own(data, rows, method, level)
        numbers = (fit.beta[j], fit.se[j], fit.ci_lb[j], fit.ci_ub[j], fit.tau2)
        groups.append(_group(name, numbers, own, float(np.array(fit.weights)[rows].sum())))
    test_of = {x: getattr(between, x) for x in ("QM", "QM_df1", "QM_df2", "QMp", "R2")}
    reasons = {x: between.reasons.get(x, "") for x, value in test_of.items() if value is None}
    return Subgroups(
        **{"method": method, "test": test, "level": level, "tau2": "common"},
        groups=tuple(groups),
        differences=_differences(names, fit.beta, np.array(fit.vb), (fit.df, level)),
        **test_of,
        tag=f"{fit.tag}; common tau2",
        reasons=reasons,
    )


def _separate(data, member, names, method, *, test="z", level=95.0) -> Subgroups:
    """Each group by itself."""
    fits = [_own(data, rows == 1.0, method, level, test) for rows in member.T]
    k, m = member.shape
    df = None if test == "z" else k - m
    if df is not None and df < 1:
        raise NotEstimable(f"test {test} needs more studies than groups")
    beta, se = (np.array([getattr(f, x)[0] for f in fits]) for x in ("beta", "se"))
    total = [1.0 / (f.se[0] ** 2) if f.se[0] > 0.0 else np.inf for f in fits]
    share = _shares(total)
    groups = [
        _group(name, (f.beta[0], f.se[0], f.ci_lb[0], f.ci_ub[0], _tau2(f, method)), f, w)
        for name, f, w in zip(names, fits, share, strict=True)
    ]
    found = {"QM": None, "QM_df1": m - 1, "QM_df2": df, "QMp": None, "R2": None}
    reasons = {"R2": "needs one tau2 common to all subgroups"}
    if (se > 0.0).all():
        found |= _between(beta, se, df)
    else:
        reasons |= dict.fromkeys(("QM", "QMp"), "a standard error is 0: use test adhoc")
    if df is None:
        reasons["QM_df2"] = "a chi-square statistic has no second degrees of freedom"
    return Subgroups(
        **{"method": method, "test": test, "level": level, "tau2": "separate"},
        groups=tuple(groups),
        differences=_differences(names, beta, np.diag(se**2), (df, level)),
        **found,
        tag=f"{method}, {test}, {m} subgroups; separate tau2",
        reasons=reasons,
    )


def _between(beta, se, df) -> dict:
    """Spread of independent estimates around their weighted mean, and its test."""
    w, m = se**-2.0, len(beta)
    QM = float((w * (beta - (w @ beta) / w.sum()) ** 2).sum())
    if df is None:
        return {"QM": QM, "QMp": above_chi2(QM, m - 1)}
    return {"QM": QM / (m - 1), "QMp": above_f(QM / (m - 1), m - 1, df)}


def _own(data, rows, method, level, test="z") -> Regression:
    """Pool of one subgroup; a single study is its own pool, with a Wald interval."""
    yi, vi = (x[rows] for x in data)
    if len(yi) == 1:
        return fit_linear(linear_model(yi, vi), method="EE", level=level)
    return fit_linear(linear_model(yi, vi), method=method, test=test, level=level)


def _tau2(own: Regression, method) -> float | None:
    """Heterogeneity of one subgroup; a single study says nothing about it."""
    return own.tau2 if own.k > 1 or method in EQUAL else None


def _group(name, numbers, own: Regression, weight) -> Subgroup:
    """Record of one subgroup."""
    beta, se, low, high, tau2 = numbers
    single = own.k == 1
    return Subgroup(
        **{"name": name, "k": own.k, "beta": beta, "se": se, "ci_lb": low, "ci_ub": high},
        tau2=tau2,
        I2=None if single else own.I2,
        QE=own.QE,
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
