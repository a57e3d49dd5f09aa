"""Two groups and an event: ratios and differences of risks and odds, and what is derived from them."""

import numpy as np
from scipy.special import ndtri

from workflow.lib.stats.measures.definition import OF_COUNTS, Measure
from workflow.lib.stats.measures.transforms import LOGISTIC, NORMAL, arcsin
from workflow.lib.stats.measures.translations import density

EVENTS = ("event_e", "n_e", "event_c", "n_c")
MARGINS = "nobody or everybody had the event in both groups together"


def cells(x):
    """Return the four cells: events and non-events, experimental and control."""
    return x.event_e, x.n_e - x.event_e, x.event_c, x.n_c - x.event_c


def risks(x):
    """Return the proportions with the event, experimental and control."""
    return x.event_e / x.n_e, x.event_c / x.n_c


def overall_risks(x):
    """Return the proportions with the event over all studies, experimental and control."""
    return x.event_e.sum() / x.n_e.sum(), x.event_c.sum() / x.n_c.sum()


def risk_ratio(x, options):
    """Return the log risk ratio (Katz et al. 1978); AV puts the risks over all studies into vi."""
    p_e, p_c = risks(x)
    if options.vtype == "AV":
        all_e, all_c = overall_risks(x)
        vi = (1.0 - all_e) / (x.n_e * all_e) + (1.0 - all_c) / (x.n_c * all_c)
    else:
        vi = 1.0 / x.event_e - 1.0 / x.n_e + 1.0 / x.event_c - 1.0 / x.n_c
    return np.log(p_e / p_c), vi


def odds_ratio(x, options):
    """Return the log odds ratio (Woolf 1955); AV puts the risks over all studies into vi."""
    a, b, c, d = cells(x)
    yi = np.log(a) + np.log(d) - np.log(b) - np.log(c)
    if options.vtype == "AV":
        all_e, all_c = overall_risks(x)
        return yi, 1.0 / (x.n_e * all_e * (1.0 - all_e)) + 1.0 / (x.n_c * all_c * (1.0 - all_c))
    return yi, 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d


def risk_difference(x, options):
    """Return the risk difference; vi UB is unbiased, AV takes the risks over all studies."""
    p_e, p_c = risks(x)
    less = 1.0 if options.vtype == "UB" else 0.0
    of_e, of_c = overall_risks(x) if options.vtype == "AV" else (p_e, p_c)
    vi = of_e * (1.0 - of_e) / (x.n_e - less) + of_c * (1.0 - of_c) / (x.n_c - less)
    return p_e - p_c, vi


def arcsine_difference(x, options):
    """Return the difference of the arcsine roots of two risks (Ruecker et al. 2009)."""
    del options
    p_e, p_c = risks(x)
    return arcsin(p_e) - arcsin(p_c), 1.0 / (4.0 * x.n_e) + 1.0 / (4.0 * x.n_c)


def peto(x, options):
    """Return the one-step log odds ratio (Yusuf et al. 1985)."""
    del options
    total, events = x.n_e + x.n_c, x.event_e + x.event_c
    variance = x.n_e * x.n_c * events * (total - events) / (total**2 * (total - 1.0))
    return (x.event_e - x.n_e * events / total) / variance, 1.0 / variance


def probit_difference(x, options):
    """Return the difference of the probits of two risks (Sanchez-Meca et al. 2003)."""
    del options
    p_e, p_c = risks(x)
    z_e, z_c = ndtri(p_e), ndtri(p_c)
    return z_e - z_c, _of_probit(p_e, z_e, x.n_e) + _of_probit(p_c, z_c, x.n_c)


def _of_probit(p, z, n):
    """Variance of a probit by the delta method."""
    return p * (1.0 - p) / (n * density(z) ** 2)


def d_from_odds_normal(x, options):
    """Return the log odds ratio as d, normal distributions (Cox and Snell 1989)."""
    yi, vi = odds_ratio(x, options)
    return yi / NORMAL, vi / NORMAL**2


def d_from_odds_logistic(x, options):
    """Return the log odds ratio as d, logistic distributions (Chinn 2000)."""
    yi, vi = odds_ratio(x, options)
    return yi / LOGISTIC, vi / LOGISTIC**2


def of_events(code, function, source, scale, label, **more):
    """Return the entry of a measure of two groups and an event."""
    return Measure(
        *(code, more.pop("inputs", EVENTS), function, source, scale, False),
        *(more.pop("comparison", "two groups"), label),
        **{
            "direction": "positive: the event is more frequent in the experimental group",
            "counts": "tables",
            "undefined": OF_COUNTS,
        }
        | more,
    )


_D = ("standard deviations of a dichotomised outcome", "Standardised mean difference from events")

MEASURES = (
    of_events(
        *("RR", risk_ratio, "Katz et al. 1978", "log risk ratio", "Log risk ratio"),
        **{"transform": "log", "vtypes": ("LS", "AV")},
    ),
    of_events(
        *("OR", odds_ratio, "Woolf 1955", "log odds ratio", "Log odds ratio"),
        **{"transform": "log", "vtypes": ("LS", "AV")},
    ),
    of_events(
        *("RD", risk_difference, "Fleiss and Berlin 2009", "risk difference", "Risk difference"),
        vtypes=("LS", "UB", "AV"),
    ),
    of_events(
        *("AS", arcsine_difference, "Ruecker et al. 2009"),
        *("difference of arcsine roots of risks", "Arcsine difference"),
        add=0.0,
    ),
    of_events(
        *("PETO", peto, "Yusuf et al. 1985", "log odds ratio", "Log odds ratio (Peto)"),
        **{"transform": "log", "undefined": MARGINS},
    ),
    of_events("PBIT", probit_difference, "Sanchez-Meca et al. 2003", *_D),
    of_events("OR2DN", d_from_odds_normal, "Cox and Snell 1989", *_D),
    of_events("OR2DL", d_from_odds_logistic, "Chinn 2000", *_D),
    of_events("OR2D", d_from_odds_logistic, "Chinn 2000", *_D),
)
