"""Events over person-time: rates of two groups and of one."""

import numpy as np

from workflow.lib.stats.measures.definition import OF_COUNTS, Measure
from workflow.lib.stats.measures.transforms import irft

TWO_RATES = ("event_e", "time_e", "event_c", "time_c")
ONE_RATE = ("event", "time")


def rate_ratio(x, options):
    """Return the log ratio of two incidence rates (Rothman et al. 2008)."""
    del options
    yi = np.log(x.event_e / x.time_e) - np.log(x.event_c / x.time_c)
    return yi, 1.0 / x.event_e + 1.0 / x.event_c


def rate_difference(x, options):
    """Return the difference of two incidence rates (Rothman et al. 2008)."""
    del options
    yi = x.event_e / x.time_e - x.event_c / x.time_c
    return yi, x.event_e / x.time_e**2 + x.event_c / x.time_c**2


def root_rate_difference(x, options):
    """Return the difference of the roots of two incidence rates (Bagos and Nikolopoulos 2009)."""
    del options
    yi = np.sqrt(x.event_e / x.time_e) - np.sqrt(x.event_c / x.time_c)
    return yi, 1.0 / (4.0 * x.time_e) + 1.0 / (4.0 * x.time_c)


def rate(x, options):
    """Return an incidence rate (Rothman et al. 2008)."""
    del options
    return x.event / x.time, x.event / x.time**2


def log_rate(x, options):
    """Return the log of an incidence rate (Rothman et al. 2008)."""
    del options
    return np.log(x.event / x.time), 1.0 / x.event


def root_rate(x, options):
    """Return the root of an incidence rate, whose variance does not depend on it."""
    del options
    return np.sqrt(x.event / x.time), 1.0 / (4.0 * x.time)


def freeman_tukey_rate(x, options):
    """Return the Freeman-Tukey root of an incidence rate (Freeman and Tukey 1950)."""
    del options
    return irft(x.event / x.time, x.time), 1.0 / (4.0 * x.time)


def _two(code, function, scale, label, **more):
    return Measure(
        *(code, TWO_RATES, function, "Rothman et al. 2008; Bagos and Nikolopoulos 2009"),
        *(scale, False, "two groups", label),
        **{
            "direction": "positive: the event is more frequent in the experimental group",
            "counts": "rates of two groups",
            "undefined": OF_COUNTS,
        }
        | more,
    )


def _one(code, function, scale, label, **more):
    return Measure(
        *(code, ONE_RATE, function, "Rothman et al. 2008; Freeman and Tukey 1950"),
        *(scale, False, "one group", label),
        **{"direction": "higher: more events", "counts": "rates", "undefined": OF_COUNTS} | more,
    )


MEASURES = (
    _two("IRR", rate_ratio, "log rate ratio", "Log incidence rate ratio", transform="log"),
    _two("IRD", rate_difference, "events per person-time", "Incidence rate difference"),
    _two(
        *("IRSD", root_rate_difference, "difference of roots of rates"),
        *("Difference of roots of incidence rates",),
        add=0.0,
    ),
    _one("IR", rate, "events per person-time", "Incidence rate"),
    _one("IRLN", log_rate, "log rate", "Log incidence rate", transform="log"),
    _one(
        *("IRS", root_rate, "root of the rate", "Root of the incidence rate"),
        **{"add": 0.0, "transform": "root"},
    ),
    _one(
        *("IRFT", freeman_tukey_rate, "Freeman-Tukey root of the rate"),
        *("Freeman-Tukey incidence rate",),
        **{"add": 0.0, "transform": "Freeman-Tukey root"},
    ),
)
