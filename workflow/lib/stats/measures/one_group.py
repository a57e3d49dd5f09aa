"""One group: means, proportions and reliability coefficients."""

import numpy as np
from scipy.special import ndtri

from workflow.lib.stats.measures.bias import factor
from workflow.lib.stats.measures.definition import OF_COUNTS, Measure
from workflow.lib.stats.measures.transforms import abt, ahw, arcsin, pft
from workflow.lib.stats.measures.translations import density


def mean(x, options):
    """Return the mean in units of the outcome."""
    del options
    return x.mean, x.sd**2 / x.n


def standardised_mean(x, options):
    """Return the mean over the SD (Hedges 1981)."""
    yi = factor(x.n - 1.0, options.correct) * x.mean / x.sd
    return yi, 1.0 / x.n + yi**2 / (2.0 * x.n)


def proportion(x, options):
    """Return the proportion; vi UB is unbiased, AV takes the proportion over all studies."""
    p = x.event / x.n
    at = _overall(x) if options.vtype == "AV" else p
    return p, at * (1.0 - at) / (x.n - (1.0 if options.vtype == "UB" else 0.0))


def _overall(x):
    """Proportion over all studies."""
    return x.event.sum() / x.n.sum()


def log_proportion(x, options):
    """Return the log of a proportion (Katz et al. 1978)."""
    at = _overall(x) if options.vtype == "AV" else x.event / x.n
    return np.log(x.event / x.n), (1.0 - at) / (x.n * at)


def log_odds(x, options):
    """Return the log odds of a proportion (Woolf 1955)."""
    at = _overall(x) if options.vtype == "AV" else x.event / x.n
    return np.log(x.event / (x.n - x.event)), 1.0 / (x.n * at * (1.0 - at))


def probit_proportion(x, options):
    """Return the probit of a proportion, its variance by the delta method (Finney 1971)."""
    del options
    p = x.event / x.n
    return ndtri(p), p * (1.0 - p) / (x.n * density(ndtri(p)) ** 2)


def arcsine_proportion(x, options):
    """Return the arcsine of the root of a proportion, whose variance does not depend on it."""
    del options
    return arcsin(x.event / x.n), 1.0 / (4.0 * x.n)


def freeman_tukey_proportion(x, options):
    """Return the double arcsine of a proportion (Freeman and Tukey 1950)."""
    del options
    return pft(x.event / x.n, x.n), 1.0 / (4.0 * x.n + 2.0)


def raw_alpha(x, options):
    """Return Cronbach's alpha (variance: van Zyl et al. 2000, compound symmetry; Bonett 2010)."""
    del options
    return x.alpha, _of_log_complement(x) * (1.0 - x.alpha) ** 2


def _of_log_complement(x):
    """Variance of log(1 - alpha) (Bonett 2002)."""
    return 2.0 * x.items / ((x.items - 1.0) * (x.n - 2.0))


def cube_root_alpha(x, options):
    """Return 1 - (1 - alpha)^(1/3) (Hakstian and Whalen 1976)."""
    del options
    of_one = 18.0 * x.items * (x.n - 1.0) / ((x.items - 1.0) * (9.0 * x.n - 11.0) ** 2)
    return ahw(x.alpha), of_one * np.cbrt(1.0 - x.alpha) ** 2


def log_complement_alpha(x, options):
    """Return -log(1 - alpha) (Bonett 2002)."""
    del options
    return abt(x.alpha), _of_log_complement(x)


def _proportion(code, function, source, scale, label, **more):
    return Measure(
        *(code, ("event", "n"), function, source, scale, False, "one group", label),
        **{"direction": "higher: more events", "counts": "proportions", "undefined": OF_COUNTS}
        | more,
    )


def _alpha(code, function, source, label, transform="none"):
    return Measure(
        *(
            code,
            ("alpha", "items", "n"),
            function,
            source,
            label.lower(),
            False,
            "one group",
            label,
        ),
        transform=transform,
        direction="higher: more reliable",
        undefined="alpha is 1, or n is 2 or less",
    )


_FT = "Freeman and Tukey 1950"

MEASURES = (
    Measure(
        *("MN", ("mean", "sd", "n"), mean, "Cochrane Handbook 6.5"),
        *("units of the outcome", False, "one group", "Mean"),
        direction="higher: larger",
    ),
    Measure(
        *("SMN", ("mean", "sd", "n"), standardised_mean, "Hedges 1981"),
        *("standard deviations", True, "one group", "Standardised mean", "n - 1"),
        direction="higher: larger",
        corrects=True,
    ),
    _proportion(
        *("PR", proportion, "Cochran 1977", "proportion", "Proportion"),
        vtypes=("LS", "UB", "AV"),
    ),
    _proportion(
        *("PLN", log_proportion, "Katz et al. 1978", "log proportion", "Log proportion"),
        **{"transform": "log", "vtypes": ("LS", "AV")},
    ),
    _proportion(
        *("PLO", log_odds, "Woolf 1955", "log odds", "Log odds"),
        **{"transform": "logit", "vtypes": ("LS", "AV")},
    ),
    _proportion(
        *("PRZ", probit_proportion, "Finney 1971", "probit", "Probit of the proportion"),
        transform="probit",
    ),
    _proportion(
        *("PAS", arcsine_proportion, _FT, "arcsine root of the proportion", "Arcsine proportion"),
        **{"transform": "arcsine", "add": 0.0},
    ),
    _proportion(
        *("PFT", freeman_tukey_proportion, _FT, "Freeman-Tukey double arcsine"),
        "Freeman-Tukey proportion",
        **{"transform": "Freeman-Tukey arcsine", "add": 0.0},
    ),
    _alpha("ARAW", raw_alpha, "Bonett 2010", "Cronbach's alpha"),
    _alpha(
        *("AHW", cube_root_alpha, "Hakstian and Whalen 1976"),
        *("Cube root of Cronbach's alpha", "cube root"),
    ),
    _alpha(
        *("ABT", log_complement_alpha, "Bonett 2002"),
        *("Log complement of Cronbach's alpha", "log complement"),
    ),
)
