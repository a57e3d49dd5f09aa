"""The probability that a member of one group scores higher: common-language effect, AUC."""

import numpy as np
from scipy.special import ndtr

from workflow.lib.stats.measures.definition import Measure
from workflow.lib.stats.measures.reported_tests import OF_TWO_GROUPS
from workflow.lib.stats.measures.translations import density
from workflow.lib.stats.measures.two_groups import TWO_GROUPS, cohens_d

SOURCE = "McGraw and Wong 1992; Hanley and McNeil 1982; Newcombe 2006; Cho et al. 2019"
TOO_FEW = "a group has one person, or no one varies"


def observed(x, options):
    """Return a probability of superiority that the study reports, and its variance.

    LS: as if the groups were of equal size (Newcombe 2006, method 4); LS2: with their own sizes
    (Hanley and McNeil 1982); both divided by (n_e - 1)(n_c - 1) (Cho et al. 2019). H0: of no
    difference (Mann and Whitney 1947); MAX: the largest possible (van Dantzig 1951).
    """
    p, n_e, n_c = x.cles, x.n_e, x.n_c
    if options.vtype == "H0":
        return p, (n_e + n_c + 1.0) / (12.0 * n_e * n_c)
    if options.vtype == "MAX":
        return p, p * (1.0 - p) / np.minimum(n_e, n_c)
    if options.vtype == "LS":
        n_e = n_c = (x.n_e + x.n_c) / 2.0
    more_e, more_c = p / (2.0 - p) - p**2, 2.0 * p**2 / (1.0 + p) - p**2
    total = p * (1.0 - p) + (n_e - 1.0) * more_e + (n_c - 1.0) * more_c
    return p, total / ((x.n_e - 1.0) * (x.n_c - 1.0))


def binormal(x, options):
    """Return the probability of superiority of two normal distributions (McGraw and Wong 1992).

    The variance is by the delta method, LS with the SD of each group (Goddard and Hinberg 1990),
    HO with the pooled one, which is also that of a study known by d, t or p alone.
    """
    d = cohens_d(x)
    of_d = 1.0 / x.n_e + 1.0 / x.n_c + d**2 / (2.0 * (x.n_e + x.n_c))
    pooled = d / np.sqrt(2.0), of_d / 2.0
    total = x.sd_e**2 + x.sd_c**2
    z = (x.mean_e - x.mean_c) / np.sqrt(total)
    of_means = (x.sd_e**2 / (x.n_e - 1.0) + x.sd_c**2 / (x.n_c - 1.0)) / total
    of_sds = (x.sd_e**4 / (x.n_e - 1.0) + x.sd_c**4 / (x.n_c - 1.0)) / (2.0 * total**2)
    alike = x.of_test | (options.vtype == "HO")
    z, of_z = np.where(alike, pooled, (z, of_means + z**2 * of_sds))
    return ndtr(z), density(z) ** 2 * of_z


def binormal_of_change(x, options):
    """Return the probability that someone after scores higher than someone before.

    Of two persons, not of one person's change: r enters the variance only.
    """
    del options
    total = x.sd_pre**2 + x.sd_post**2
    z = x.mean_change / np.sqrt(total)
    of_means = (total - 2.0 * x.r * x.sd_pre * x.sd_post) / total
    fourth = x.sd_pre**4 + x.sd_post**4 + 2.0 * (x.r * x.sd_pre * x.sd_post) ** 2
    return ndtr(z), density(z) ** 2 * (of_means + z**2 * fourth / (2.0 * total**2)) / (x.n - 1.0)


def _entry(code, inputs, function, **more):
    return Measure(
        *(code, inputs, function, SOURCE, "probability of superiority", False),
        more.pop("comparison", "two groups"),
        *("Probability of superiority",),
        undefined=TOO_FEW,
        **{"direction": "above one half: higher in the experimental group"} | more,
    )


_OBSERVED = (("cles", "n_e", "n_c"), observed)
_OF_CHANGE = (("mean_change", "sd_pre", "sd_post", "n", "r"), binormal_of_change)
_GIVEN = {"vtypes": ("LS", "LS2", "H0", "MAX")}
_NORMAL = {"vtypes": ("LS", "HO"), "instead": OF_TWO_GROUPS}
_CHANGE = {"comparison": "pre-post", "direction": "above one half: higher afterwards"}

MEASURES = (
    _entry("CLES", *_OBSERVED, **_GIVEN),
    _entry("AUC", *_OBSERVED, **_GIVEN),
    _entry("CLESN", TWO_GROUPS, binormal, **_NORMAL),
    _entry("AUCN", TWO_GROUPS, binormal, **_NORMAL),
    _entry("CLESCN", *_OF_CHANGE, **_CHANGE),
    _entry("AUCCN", *_OF_CHANGE, **_CHANGE),
)
