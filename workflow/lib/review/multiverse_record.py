"""The record and the table of a multiverse: what was declared, what came out, what rests on which choice."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.review.multiverse_effects import LEAST
from workflow.lib.review.multiverse_options import PRIMARY, RELATIONS, shown

QUANTILES = {"min": 0.0, "q1": 25.0, "median": 50.0, "q3": 75.0, "max": 100.0}
RESULT = (
    "beta",
    "se",
    "stat",
    "pval",
    "ci_lb",
    "ci_ub",
    "pi_lb",
    "pi_ub",
    "tau2",
    "I2",
    "QE",
    "QEp",
)
ALL, COMPARABLE = "all", "comparable"


@dataclass(frozen=True, slots=True)
class Multiverse:
    """The universes of one analysis, each prepared and pooled."""

    config: dict
    options: dict  # decision -> its Options
    grid: object  # multiverse_grid.Grid
    effects: object  # multiverse_effects.Prepared
    pools: object  # stats.multiverse.pools.Pools
    published: dict | None = None  # the claimed estimate, where there is one

    @property
    def relation(self):
        """The worst relation of any option to the primary analysis, (n,): 0 is the primary itself."""
        order = (PRIMARY, *RELATIONS)
        worst = np.zeros(len(self.grid), dtype=int)
        for place, members in enumerate(self.options.values()):
            of_option = np.array([order.index(one.relation) for one in members])
            worst = np.maximum(worst, of_option[self.grid.choice[:, place]])
        return worst

    @property
    def pooled(self):
        """Universes that pool at least two studies, (n,)."""
        return (self.pools.k >= LEAST) & self.pools.answered

    @property
    def groups(self):
        """Name -> universes that are counted together, (n,): all pools, and those of one question."""
        return {
            ALL: self.pooled,
            COMPARABLE: self.pooled & (self.relation < 1 + RELATIONS.index("non_equivalent")),
        }


def multiverse_record(made, summary, beyond, where):
    """results/robustness/multiverse.json of a Multiverse.

    `summary` is workflow.lib.stats.multiverse.summary; `beyond` name -> an effect that estimates
    are compared with; `where` (n,) the column of the curve of each universe, 0 without one.
    """
    primary = int(np.flatnonzero(made.relation == 0)[0])
    beta = made.pools.values["beta"]
    split = summary.split_variance(
        np.where(made.pooled, beta, np.nan), made.grid.choice, made.grid.sizes
    )
    single = made.pools.answered & ~made.pooled
    return {
        "analysis": made.config["multiverse"]["analysis"],
        "universes": len(made.grid),
        "excluded": int(np.prod(made.grid.sizes)) - len(made.grid),
        "pooled": int(made.pooled.sum()),
        "single": int(single.sum()),
        "not_estimable": int((~made.pools.answered).sum()),
        "primary": primary + 1,
        "primary_column": int(where[primary]) or None,
        "groups": [_group(made, name, own, summary, beyond) for name, own in made.groups.items()],
        "variance": _plain(split.variance),
        "rest": _plain(split.rest),
        "decisions": [
            {
                "name": name,
                "variance": _plain(split.first[place]),
                "options": [
                    _option(made, place, number, one) for number, one in enumerate(members)
                ],
            }
            for place, (name, members) in enumerate(made.options.items())
        ],
        "published": made.published,
        "reasons": _reasons(made),
        "rows": list(made.effects.rows),
        "decided": list(made.effects.decided),
        "basis": list(made.effects.basis),
    }


def _group(made, name, own, summary, beyond):
    """What the universes of one group say together."""
    beta = made.pools.values["beta"][own]
    return {
        "group": name,
        "universes": int(own.sum()),
        "estimates": _quantiles(beta),
        "statements": _statements(made.pools.values, own, summary, beyond),
        "published": _published(made.published, beta, summary),
    }


def _plain(number):
    """A float, or None where there is none."""
    return float(number) if np.isfinite(number) else None


def _quantiles(beta):
    """The least, the quartiles and the greatest estimate; None where there is none."""
    return {
        name: float(np.percentile(beta, percent)) if len(beta) else None
        for name, percent in QUANTILES.items()
    }


def _statements(values, own, summary, beyond):
    """In how many universes of a group each sentence holds."""
    found = [
        {"statement": name, "holds": one.holds, "asked": one.asked, "percent": one.percent}
        for name, (holds, asked) in summary.statements(values, beyond=beyond).items()
        for one in [summary.share(holds, asked, own)]
    ]
    return [one for one in found if one["asked"]]


def _published(claim, beta, summary):
    """Where the published estimate lies among the estimates of a group."""
    if claim is None or not len(beta):
        return None
    below, many = summary.position(float(claim["value"]), beta)
    return {"below": below, "of": many, "percent": 100.0 * below / many}


def _option(made, place, number, option):
    """One option: what it is, and what the pools that take it give."""
    own = made.pooled & (made.grid.choice[:, place] == number)
    beta = made.pools.values["beta"][own]
    return {
        "value": shown(option.value),
        "label": option.label,
        "reason": option.reason,
        "relation": option.relation,
        "pooled": int(own.sum()),
        "median": float(np.median(beta)) if len(beta) else None,
    }


def _reasons(made):
    """Reason -> how many universes have no pool for it, the most frequent first."""
    texts, count = np.unique(made.pools.reason[~made.pooled].astype(str), return_counts=True)
    order = np.lexsort((texts, -count))
    return [{"reason": str(texts[n]), "universes": int(count[n])} for n in order]


def multiverse_columns(made):
    """Columns of results/robustness/multiverse.{csv,parquet}: one place per universe."""
    relations = np.array((PRIMARY, *RELATIONS), dtype=object)
    columns = {"universe": list(range(1, len(made.grid) + 1))}
    for place, (name, members) in enumerate(made.options.items()):
        texts = np.array([shown(one.value) for one in members], dtype=object)
        columns[name] = texts[made.grid.choice[:, place]].tolist()
    columns["relation"] = relations[made.relation].tolist()
    columns["k"] = made.pools.k.tolist()
    for name in RESULT:
        values = made.pools.values[name]
        columns[name] = np.where(np.isfinite(values), values.astype(object), None).tolist()
    return columns | {"reason": made.pools.reason.tolist()}


def states(made):
    """Of each universe the place in stats.multiverse.curve.STATES, (n,)."""
    low, high = (made.pools.values[name] for name in ("ci_lb", "ci_ub"))
    with np.errstate(invalid="ignore"):
        beside = (low > 0) | (high < 0)
    return np.where(made.pools.k < LEAST, 2, np.where(beside, 0, 1))


def curve_rows(columns, tiles, options):
    """Rows of results/figures/multiverse.csv: the columns of the curve, then its tiles in words."""
    names, members = list(options), list(options.values())
    said = [
        tile
        | {
            "decision": names[tile["decision"]],
            "option": members[tile["decision"]][tile["option"]].label,
        }
        for tile in tiles
    ]
    return [*columns, *said]
