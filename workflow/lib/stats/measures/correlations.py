"""Association of quantitative variables: correlations, also partial and semi-partial, and R2."""

import numpy as np

from workflow.lib.stats.measures.bias import average
from workflow.lib.stats.measures.contingency import fisher_z
from workflow.lib.stats.measures.definition import Measure
from workflow.lib.stats.measures.hypergeometric import hypergeometric
from workflow.lib.stats.measures.reported_tests import (
    OF_CORRELATION,
    OF_DETERMINATION,
    OF_PARTIAL,
    OF_SEMIPARTIAL,
)
from workflow.lib.stats.measures.transforms import r2toz

TOO_FEW = "n is too small, or the correlation is -1 or 1"


def correlation(x, options):
    """Return the correlation (Borenstein 2009); there is no variance for n <= 3.

    H0 is the variance behind its t test; AV puts the average correlation into that of LS.
    """
    if options.vtype == "H0":
        return x.r, np.where(x.n > 3.0, (1.0 - x.r**2) / (x.n - 2.0), np.nan)
    return x.r, _large_sample(x.r, x, options)


def _large_sample(r, x, options):
    """(1 - r^2)^2 / (n - 1) for more than three persons."""
    at = average(r, x.n) if options.vtype == "AV" else r
    return np.where(x.n > 3.0, (1.0 - at**2) ** 2 / (x.n - 1.0), np.nan)


def unbiased_correlation(x, options):
    """Return the correlation without its bias (Olkin and Pratt 1958, 2.3); none for n <= 4.

    vtype UB is the unbiased variance (Hedges 1989, exact form).
    """
    n = np.where(x.n > 4.0, x.n, np.nan)
    yi = x.r * hypergeometric(0.5, n / 2.0 - 1.0, x.r**2)
    if options.vtype == "UB":
        shrunk = (1.0 - x.r**2) * hypergeometric(1.0, n / 2.0, x.r**2)
        return yi, yi**2 - 1.0 + (n - 3.0) / (n - 2.0) * shrunk
    return yi, _large_sample(yi, x, options)


def transformed_correlation(x, options):
    """Return Fisher's z (Fisher 1921); there is no variance for n <= 3."""
    del options
    return np.arctanh(x.r), _inverse(x.n - 3.0)


def _inverse(df):
    """1 / df where df is above 0."""
    return np.where(df > 0.0, 1.0 / df, np.nan)


def partial_correlation(x, options):
    """Return the partial correlation of a predictor (Aloe and Thompson 2013).

    It is distributed as a correlation of n persons less the other predictors (Fisher 1924), which
    are one fewer than `predictors`: n - predictors stands for the n - 1 of `correlation`. So have
    recent versions of metafor; 3.8 has n - predictors - 1.
    """
    at = average(x.r, x.n) if options.vtype == "AV" else x.r
    enough = x.n - x.predictors > 2.0  # as more than three persons of `correlation`
    return x.r, np.where(enough, (1.0 - at**2) ** 2 * _inverse(x.n - x.predictors), np.nan)


def transformed_partial(x, options):
    """Return Fisher's z of a partial correlation, on n less the other predictors (Fisher 1924).

    metafor's NEWS: 1/(n - m - 3) for m other predictors since 4.0, 1/(n - m - 1) before; m counts
    the predictor itself since 4.4. So it is 1/(n - m - 2) of all predictors, as here.
    """
    del options
    return np.arctanh(x.r), _inverse(x.n - x.predictors - 2.0)


def semipartial_correlation(x, options):
    """Return the semi-partial correlation of a predictor (Aloe and Becker 2012)."""
    at = average(x.r, x.n) if options.vtype == "AV" else x.r
    others = x.r2 - at**2  # R2 of the model without the predictor
    return x.r, (x.r2**2 - 2.0 * x.r2 + others + 1.0 - others**2) / x.n


def determination(x, options):
    """Return R2 of random predictors (Kendall and Stuart 1979, 27.88 for LS, 27.87 for LS2)."""
    at = average(x.r2, x.n) if options.vtype in ("AV", "AV2") else x.r2
    slope = 4.0 * at * (1.0 - at) ** 2
    if options.vtype in ("LS2", "AV2"):
        df = x.n - x.predictors - 1.0
        return x.r2, slope * df**2 / ((x.n**2 - 1.0) * (x.n + 3.0))
    return x.r2, slope / x.n


def transformed_determination(x, options):
    """Return Fisher's z of the root of R2 (Olkin and Finn 1995)."""
    del options
    return r2toz(x.r2), 1.0 / x.n


def determination_fixed(x, options):
    """Return R2 of predictors that are fixed by design.

    R2/(1 - R2) is then a ratio with a noncentral chi-square of noncentrality n R2/(1 - R2) above;
    the delta method gives the variance.
    """
    at = average(x.r2, x.n) if options.vtype == "AV" else x.r2
    return x.r2, 2.0 * at * (1.0 - at) ** 2 * (2.0 - at) / x.n


def transformed_determination_fixed(x, options):
    """Return Fisher's z of the root of R2, with the variance of R2F by the delta method.

    This z does not stabilise the variance if the predictors are fixed.
    """
    del options
    return r2toz(x.r2), (2.0 - x.r2) / (2.0 * x.n)


def _entry(code, inputs, function, source, label, **more):
    return Measure(
        *(code, inputs, function, source, more.pop("scale", "correlation"), False),
        *("association", label),
        **{"direction": "positive: both rise together", "undefined": TOO_FEW} | more,
    )


_R, _P = ("r", "n"), ("r", "n", "predictors")
_SP, _D = ("r", "r2", "n", "predictors"), ("r2", "n", "predictors")
_Z = {"transform": "z", "scale": "Fisher's z"}
_ALOE = "Aloe and Becker 2012"
_R2 = {"instead": OF_DETERMINATION, "direction": "higher: more variance explained"}
_DERIVED = "noncentral F; delta method"

MEASURES = (
    _entry(
        *("COR", _R, correlation, "Borenstein 2009", "Correlation"),
        **{"vtypes": ("LS", "AV", "H0"), "instead": OF_CORRELATION},
    ),
    _entry(
        *("UCOR", _R, unbiased_correlation, "Olkin and Pratt 1958", "Unbiased correlation"),
        **{"vtypes": ("LS", "UB", "AV"), "instead": OF_CORRELATION},
    ),
    _entry(
        *("ZCOR", _R, transformed_correlation, "Fisher 1921", "Fisher's z of the correlation"),
        **_Z,
        instead=OF_CORRELATION,
    ),
    _entry(
        *("PCOR", _P, partial_correlation, "Aloe and Thompson 2013", "Partial correlation"),
        **{"vtypes": ("LS", "AV"), "instead": OF_PARTIAL},
    ),
    _entry(
        *("ZPCOR", _P, transformed_partial, "Fisher 1924", "Fisher's z of the partial correlation"),
        **_Z,
        instead=OF_PARTIAL,
    ),
    _entry(
        *("SPCOR", _SP, semipartial_correlation, _ALOE, "Semi-partial correlation"),
        **{"vtypes": ("LS", "AV"), "instead": OF_SEMIPARTIAL},
    ),
    _entry(
        *("ZSPCOR", _SP, fisher_z(semipartial_correlation), _ALOE),
        "Fisher's z of the semi-partial correlation",
        **{"vtypes": ("LS", "AV"), "instead": OF_SEMIPARTIAL} | _Z,
    ),
    _entry(
        *("R2", _D, determination, "Kendall and Stuart 1979", "Coefficient of determination"),
        **{"vtypes": ("LS", "LS2", "AV", "AV2"), "scale": "share of variance"} | _R2,
    ),
    _entry(
        *(
            "ZR2",
            _D,
            transformed_determination,
            "Olkin and Finn 1995",
            "Fisher's z of the root of R2",
        ),
        **{"scale": "Fisher's z", "transform": "z of R2"} | _R2,
    ),
    _entry(
        *(
            "R2F",
            _D,
            determination_fixed,
            _DERIVED,
            "Coefficient of determination, fixed predictors",
        ),
        **{"vtypes": ("LS", "AV"), "scale": "share of variance"} | _R2,
    ),
    _entry(
        *("ZR2F", _D, transformed_determination_fixed, _DERIVED),
        "Fisher's z of the root of R2, fixed predictors",
        **{"scale": "Fisher's z", "transform": "z of R2"} | _R2,
    ),
)
