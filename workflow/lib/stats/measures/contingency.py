"""Association of two dichotomous variables: phi, Yule's Q and Y, the tetrachoric correlation."""

import numpy as np

from workflow.lib.stats.measures.tetrachoric import tetrachoric
from workflow.lib.stats.measures.two_by_two import cells, of_events, risks

BOUNDARY = "a cell is 0: the correlation is at its limit, without a variance, or has no value"


def phi(x, options):
    """Return the phi coefficient (Yule 1912).

    The variance is that of cross-sectional sampling, where only the total is fixed (CS and LS;
    Yule 1912), or of stratified sampling, where the group sizes are fixed (ST; delta method).
    """
    a, b, c, d = cells(x)
    total, event = x.n_e + x.n_c, (x.event_e + x.event_c) / (x.n_e + x.n_c)
    share = x.n_e / total
    spread = np.sqrt(share * (1.0 - share) * event * (1.0 - event))
    yi = (a * d - b * c) / total**2 / spread
    variance = _stratified if options.vtype == "ST" else _cross_sectional
    return yi, variance(x, yi, share, event)


def _cross_sectional(x, yi, share, event):
    """Variance of phi if only the total is fixed."""
    rows, columns = 2.0 * share - 1.0, 2.0 * event - 1.0
    of_rows, of_columns = share * (1.0 - share), event * (1.0 - event)
    skewed = yi * (1.0 + yi**2 / 2.0) * rows * columns / np.sqrt(of_rows * of_columns)
    unequal = 0.75 * yi**2 * (rows**2 / of_rows + columns**2 / of_columns)
    return (1.0 - yi**2 + skewed - unequal) / (x.n_e + x.n_c)


def _stratified(x, yi, share, event):
    """Variance of phi if the sizes of both groups are fixed."""
    del yi
    p_e, p_c = risks(x)
    spread = event * (1.0 - event)
    bend = (p_e - p_c) * (1.0 - 2.0 * event) / (2.0 * spread)
    slope_e, slope_c = 1.0 - bend * share, -1.0 - bend * (1.0 - share)
    of_risks = slope_e**2 * p_e * (1.0 - p_e) / x.n_e + slope_c**2 * p_c * (1.0 - p_c) / x.n_c
    return share * (1.0 - share) / spread * of_risks


def yule_q(x, options):
    """Return Yule's Q (Yule 1912; variance: Bonett and Price 2007)."""
    del options
    return _yule(x, 2.0)


def yule_y(x, options):
    """Return Yule's Y (Yule 1912; variance: Bonett and Price 2007)."""
    del options
    return _yule(x, 4.0)


def _yule(x, divisor):
    """tanh of the log odds ratio over a divisor; nothing if a cell is 0."""
    a, b, c, d = cells(x)
    of_log = 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d
    log_odds = np.where(np.isfinite(of_log), np.log(a) + np.log(d) - np.log(b) - np.log(c), np.nan)
    yi = np.tanh(log_odds / divisor)
    return yi, ((1.0 - yi**2) / divisor) ** 2 * of_log


def tetrachoric_correlation(x, options):
    """Return the tetrachoric correlation (Pearson 1900)."""
    del options
    return tetrachoric(*cells(x))


def fisher_z(function):
    """Return the same correlation as Fisher's z, its variance by the delta method."""

    def as_z(x, options):
        yi, vi = function(x, options)
        return np.arctanh(yi), vi / (1.0 - yi**2) ** 2

    as_z.__doc__ = f"Fisher's z of: {function.__doc__}"
    return as_z


def _association(code, function, source, scale, label, **more):
    return of_events(
        *(code, function, source, scale, label),
        **{
            "comparison": "association",
            "direction": "positive: the event is more frequent in the experimental group",
        }
        | more,
    )


_PHI = {"vtypes": ("LS", "ST", "CS"), "add": 0.0, "undefined": "a margin of the table is 0"}
_TETRACHORIC = {"add": 0.0, "undefined": BOUNDARY}
_Z = {"transform": "z"}

MEASURES = (
    _association("PHI", phi, "Yule 1912", "correlation", "Phi coefficient", **_PHI),
    _association(
        "ZPHI", fisher_z(phi), "Yule 1912", "Fisher's z", "Fisher's z of phi", **_PHI, **_Z
    ),
    _association("YUQ", yule_q, "Yule 1912", "Yule's Q", "Yule's Q"),
    _association("YUY", yule_y, "Yule 1912", "Yule's Y", "Yule's Y"),
    _association(
        *("RTET", tetrachoric_correlation, "Pearson 1900", "correlation"),
        "Tetrachoric correlation",
        **_TETRACHORIC,
    ),
    _association(
        *("ZTET", fisher_z(tetrachoric_correlation), "Pearson 1900", "Fisher's z"),
        *("Fisher's z of the tetrachoric correlation",),
        **_TETRACHORIC,
        **_Z,
    ),
)
