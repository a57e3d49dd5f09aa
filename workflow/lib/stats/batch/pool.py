"""Tens of thousands of meta-analyses in one call, each as `pooling.random_effects` answers it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from workflow.lib.errors import InputError
from workflow.lib.stats.batch.fits import NO_STUDY, REASONS, Fits, Options, fit_all, fit_single
from workflow.lib.stats.batch.layout import arrange, blocks
from workflow.lib.stats.batch.sums import block_of
from workflow.lib.stats.moments import LARGEST
from workflow.lib.stats.numbers import as_columns, as_labels

_SHOWN = 20  # bad rows that a message lists
_NUMBERS = (
    *("beta", "se", "stat", "df", "pval", "ci_lb", "ci_ub", "pi_lb", "pi_ub"),
    *("tau2", "se_tau2", "tau2_lb", "tau2_ub", "I2", "I2_Q", "H2", "QE", "QEp"),
)


@dataclass(frozen=True, slots=True)
class PooledGroups:
    """Pooled effects of many groups, arrays of shape (groups,), and how they were made.

    A number that cannot be given is NaN: everything where `reason` says why, and by design df
    with test z, pi_lb, pi_ub, se_tau2, tau2_lb and tau2_ub with method EE or FE. A group of one
    study is that study with its Wald interval, whatever test is asked for.
    """

    method: str
    test: str
    level: float  # of all intervals, percent
    group: np.ndarray  # labels, sorted
    k: np.ndarray  # studies
    beta: np.ndarray  # pooled effect, analysis scale
    se: np.ndarray
    stat: np.ndarray  # z or t
    df: np.ndarray  # of t
    pval: np.ndarray  # two-sided
    ci_lb: np.ndarray  # of the mean
    ci_ub: np.ndarray
    pi_lb: np.ndarray  # of the true effect in a new setting
    pi_ub: np.ndarray
    tau2: np.ndarray  # squared unit of yi
    se_tau2: np.ndarray
    tau2_lb: np.ndarray  # Q-profile
    tau2_ub: np.ndarray
    I2: np.ndarray  # percent, from tau2
    I2_Q: np.ndarray  # percent, from Q
    H2: np.ndarray
    QE: np.ndarray  # with k - 1 degrees of freedom
    QEp: np.ndarray
    several_maxima: np.ndarray  # bool: several local maxima of the likelihood were seen
    reason: np.ndarray  # texts; empty where everything is answered
    evaluations_tau2: int  # weighted fits for tau2, over all groups
    evaluations_profile: int  # and for its Q-profile interval
    tag: str  # "REML, knha, t(k - 1), PI t(k - 1), Q-profile"

    def row(self, place: int) -> dict[str, object]:
        """Return the answer for one group as plain values, by field; None where it is NaN.

        Its tag says what holds for this group: its degrees of freedom, or that it is one study.
        """
        found = {}
        for field in fields(self):
            value = getattr(self, field.name)
            value = value[place] if isinstance(value, np.ndarray) else value
            value = value.item() if isinstance(value, np.generic) else value
            found[field.name] = None if value != value else value  # NaN alone is not itself
        return found | {"tag": self._tag_of(found["k"])}

    def _tag_of(self, k: int) -> str:
        """Tag of a group of `k` studies."""
        few = {0: "no study", 1: "one study, Wald z"}
        return few.get(k) or self.tag.replace("k - 1", str(k - 1))


def pool_groups(yi, vi, group, *, method="REML", test="adhoc", level=95.0) -> PooledGroups:
    """Return the pooled effect of every group, and all about it, in one pass.

    `yi` (effects), `vi` (sampling variances, squared unit of yi) and `group` (whole numbers or
    texts) have shape (n,), in any order. Methods are REML, ML, DL, PM, EB, PMM, HE, HS, HSk, SJ,
    EE and FE; tests z, t, knha and adhoc.

    Raises
    ------
    InputError
        For unknown options, lists of different length, and rows that no analysis can use (no
        number, a missing group); of numbers out of range the first twenty are listed and all are
        counted. Rows are counted from 0.

    Notes
    -----
    Tau2 is the maximum of the (restricted) likelihood that the HE estimate leads to, or 0 if
    the likelihood is larger there. Groups whose likelihood was seen to have other maxima are
    marked in `several_maxima`: the slope is compared, at a few places only, with what a single
    maximum would give, so about one such group in a hundred goes unmarked.
    """
    options = Options(method, test, level)
    (yi, vi), group = as_columns(yi=yi, vi=vi), as_labels("group", group)
    if not (yi.ndim == 1 and yi.shape == vi.shape == group.shape):
        raise InputError(
            [f"yi, vi and group must be lists of one length: {yi.shape}, {vi.shape}, {group.shape}"]
        )
    check_rows(yi, vi)
    return pool_arranged(yi, vi, arrange(group), options)


def pool_arranged(yi, vi, arrangement, options: Options) -> PooledGroups:
    """Return what `pool_groups` does for rows that are checked and arranged."""
    answers = Answers(len(arrangement.sizes))
    for groups, fits in fits_of(yi, vi, arrangement, options):
        answers.put(groups, fits)
    return answers.complete(arrangement.labels, arrangement.sizes, options)


def fits_of(yi, vi, arrangement, options: Options) -> Iterator[tuple[np.ndarray, Fits]]:
    """Yield groups and their fits, block by block; groups without a study are left out."""
    for groups, longest in blocks(arrangement.sizes):
        if longest == 0:
            continue
        rows, missing = arrangement.place(groups, longest)
        y, v = yi.take(rows), vi.take(rows)
        if longest == 1:
            yield groups, fit_single(y[0], v[0], options)
        else:
            yield groups, fit_all(*block_of(y, v, missing), options)


class Answers:
    """Arrays that are filled block by block until the result is complete."""

    def __init__(self, pools: int):
        """Start with nothing answered."""
        self._numbers = {name: np.full(pools, np.nan) for name in _NUMBERS}
        self._numbers["several_maxima"] = np.zeros(pools, dtype=bool)
        self._reason = np.full(pools, NO_STUDY, dtype=np.int8)
        self._evaluations = np.zeros(2, dtype=int)

    def put(self, groups: np.ndarray, fits: Fits) -> None:
        """Write the answers of some groups."""
        for name, values in fits.values.items():
            self._numbers[name][groups] = values
        self._reason[groups] = fits.reasons
        self._evaluations += fits.evaluations_tau2, fits.evaluations_profile

    def complete(self, labels, sizes, options: Options) -> PooledGroups:
        """Return the result."""
        tau2, profile = self._evaluations.tolist()
        return PooledGroups(
            **{"method": options.method, "test": options.test, "level": options.level},
            **{"group": labels, "k": sizes, "reason": REASONS[self._reason]},
            **{"evaluations_tau2": tau2, "evaluations_profile": profile},
            **self._numbers,
            tag=_tag(options),
        )


def _tag(options: Options) -> str:
    """What was done, in words."""
    law = "z" if options.test == "z" else "t(k - 1)"
    if options.method in ("EE", "FE"):
        return ", ".join(dict.fromkeys((options.method, options.test, law, "no PI")))
    parts = (options.method, options.test, law, f"PI {law}", "Q-profile")
    return ", ".join(dict.fromkeys(parts))


def check_rows(yi: np.ndarray, vi: np.ndarray) -> None:
    """Refuse rows that no analysis can use, as `moments.effects_and_variances` does.

    Raises
    ------
    InputError
        Lists the first twenty bad rows and says how many there are.
    """
    if not yi.size or _in_range(yi, -LARGEST) and _in_range(vi, 1.0 / LARGEST):
        return
    bad_yi, bad_vi = ~(np.abs(yi) <= LARGEST), ~((vi >= 1.0 / LARGEST) & (vi <= LARGEST))
    bad = np.argwhere(bad_yi | bad_vi)
    problems = []
    for row in map(tuple, bad[:_SHOWN].tolist()):
        name = f"row {', '.join(map(str, row))}"
        if bad_yi[row]:
            problems.append(f"{name}: yi is {yi[row]}, not finite (or above {LARGEST:g})")
        if bad_vi[row]:
            problems.append(
                f"{name}: vi is {vi[row]}, not finite and above 0 (or not between "
                f"{1 / LARGEST:g} and {LARGEST:g})"
            )
    if len(bad) > _SHOWN:
        problems.append(f"{len(bad)} rows in all, of {yi.size}")
    raise InputError(problems)


def _in_range(values: np.ndarray, lowest: float) -> bool:
    """Whether all values lie between `lowest` and the largest; NaN does not."""
    return bool(values.min() >= lowest and values.max() <= LARGEST)
