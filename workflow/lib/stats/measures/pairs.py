"""Matched pairs, or one group under two conditions, and an event.

Of each pair one member is under the experimental condition and one under control: `event_both`,
`event_e_only`, `event_c_only` and `event_neither` count the pairs.
"""

import numpy as np

from workflow.lib.stats.measures.definition import OF_COUNTS, Alternative
from workflow.lib.stats.measures.two_by_two import of_events

PAIRS = ("event_both", "event_e_only", "event_c_only", "event_neither")
ZOU = "Zou 2007; Curtin et al. 2002"


def _margins(x):
    """Pairs, and those with the event under each condition."""
    total = x.event_both + x.event_e_only + x.event_c_only + x.event_neither
    return total, x.event_both + x.event_e_only, x.event_both + x.event_c_only


def marginal_risk_ratio(x, options):
    """Return the marginal log risk ratio (Zou 2007)."""
    del options
    _, events_e, events_c = _margins(x)
    return np.log(events_e / events_c), (x.event_e_only + x.event_c_only) / (events_e * events_c)


def marginal_odds_ratio(x, options):
    """Return the marginal log odds ratio (Becker and Balagtas 1993; Zou 2007)."""
    del options
    total, events_e, events_c = _margins(x)
    others_e, others_c = total - events_e, total - events_c
    joint = x.event_both * x.event_neither - x.event_e_only * x.event_c_only
    common = total * joint / (events_e * others_e * events_c * others_c)
    yi = np.log(events_e / others_e) - np.log(events_c / others_c)
    return yi, 1.0 / events_e + 1.0 / others_e + 1.0 / events_c + 1.0 / others_c - 2.0 * common


def marginal_risk_difference(x, options):
    """Return the marginal risk difference (May and Johnson 1997; Newcombe 1998)."""
    del options
    total, events_e, events_c = _margins(x)
    yi = (events_e - events_c) / total
    return yi, ((x.event_e_only + x.event_c_only) / total - yi**2) / total


def conditional_odds_ratio(x, options):
    """Return the conditional log odds ratio (Curtin et al. 2002; Zou 2007)."""
    del options
    return np.log(x.event_e_only / x.event_c_only), 1.0 / x.event_e_only + 1.0 / x.event_c_only


def conditional_peto(x, options):
    """Return the conditional log odds ratio by Peto's method (Curtin et al. 2002)."""
    del options
    discordant = x.event_e_only + x.event_c_only
    return 2.0 * (x.event_e_only - x.event_c_only) / discordant, 4.0 / discordant


def odds_ratio_of_margins(x, options):
    """Return the marginal log odds ratio where only the margins and phi are known (Zou 2007).

    There is no variance if the margins do not allow this phi.
    """
    del options
    odds_e, odds_c = x.event_e / (x.n - x.event_e), x.event_c / (x.n - x.event_c)
    of_e = 1.0 / x.event_e + 1.0 / (x.n - x.event_e)
    of_c = 1.0 / x.event_c + 1.0 / (x.n - x.event_c)
    vi = of_e + of_c - 2.0 * x.r * np.sqrt(of_e * of_c)
    return np.log(odds_e / odds_c), np.where(_feasible(x), vi, np.nan)


def _risks_and_spread(x):
    """Both risks, and the SDs of their indicators multiplied."""
    p_e, p_c = x.event_e / x.n, x.event_c / x.n
    return p_e, p_c, np.sqrt(p_e * (1.0 - p_e) * p_c * (1.0 - p_c))


def _feasible(x):
    """Whether a paired table with these margins and this phi exists."""
    p_e, p_c, spread = _risks_and_spread(x)
    both = p_e * p_c + x.r * spread
    slack = 1e-12  # phi may come from a table at the limit
    return (both >= np.maximum(0.0, p_e + p_c - 1.0) - slack) & (
        both <= np.minimum(p_e, p_c) + slack
    )


def _phi_of_both(p_both, x):
    """Phi from the proportion of pairs with the event under both conditions."""
    p_e, p_c = x["event_e"] / x["n"], x["event_c"] / x["n"]
    spread = np.sqrt(p_e * (1.0 - p_e) * p_c * (1.0 - p_c))
    return {"r": (p_both - p_e * p_c) / spread}


def _paired(code, function, source, label, **more):
    return of_events(
        *(code, function, source, more.pop("scale", "log odds ratio"), label),
        **{
            "inputs": PAIRS,
            "comparison": "matched pairs",
            "direction": "positive: the event is more frequent under the experimental condition",
            "counts": "pairs",
            "undefined": OF_COUNTS,
            "transform": "log",
        }
        | more,
    )


MEASURES = (
    _paired(
        *("MPRR", marginal_risk_ratio, ZOU, "Marginal log risk ratio of pairs"),
        scale="log risk ratio",
    ),
    _paired("MPOR", marginal_odds_ratio, ZOU, "Marginal log odds ratio of pairs"),
    _paired(
        *("MPRD", marginal_risk_difference, "Newcombe 1998", "Marginal risk difference of pairs"),
        **{"scale": "risk difference", "transform": "none"},
    ),
    _paired("MPORC", conditional_odds_ratio, ZOU, "Conditional log odds ratio of pairs"),
    _paired("MPPETO", conditional_peto, ZOU, "Conditional log odds ratio of pairs (Peto)"),
    _paired(
        *("MPORM", odds_ratio_of_margins, ZOU, "Marginal log odds ratio from margins and phi"),
        **{
            "inputs": ("event_e", "event_c", "n", "r"),
            "counts": "margins",
            "instead": (Alternative("p_both", ("r",), _phi_of_both),),
            "undefined": "the margins do not allow this r, or a count is 0 and nothing is added",
        },
    ),
)
