"""Association of a dichotomous and a quantitative variable: (point-)biserial correlations."""

import numpy as np
from scipy.special import ndtri

from workflow.lib.stats.measures.contingency import fisher_z
from workflow.lib.stats.measures.definition import Measure
from workflow.lib.stats.measures.reported_tests import OF_TWO_GROUPS
from workflow.lib.stats.measures.translations import density, dtorpb, rpbtorbis
from workflow.lib.stats.measures.two_groups import TWO_GROUPS, cohens_d


def point_biserial(x, options):
    """Return the point-biserial correlation (Tate 1954; Jacobs and Viechtbauer 2017).

    The variance is that of groups of fixed size (ST and LS) or of a sample that fell into them (CS).
    """
    d, total = cohens_d(x), x.n_e + x.n_c
    yi = dtorpb(d, x.n_e, x.n_c)
    if options.vtype == "CS":
        share = x.n_e / total
        rest = 1.0 - 1.5 * yi**2 + yi**2 / (4.0 * share * (1.0 - share))
        return yi, (1.0 - yi**2) ** 2 * rest / total
    base = 1.0 / x.n_e + 1.0 / x.n_c
    spread = (total - 2.0) * base
    return yi, spread**2 / (spread + d**2) ** 3 * (base + d**2 / (2.0 * total))


def biserial(x, options):
    """Return the biserial correlation (Pearson 1909; variance: Soper 1914).

    It may lie beyond -1 and 1; the variance is then that at the limit.
    """
    del options
    total = x.n_e + x.n_c
    share = x.n_e / total
    yi = rpbtorbis(dtorpb(cohens_d(x), x.n_e, x.n_c), x.n_e, x.n_c)
    limit = -ndtri(share)
    ratio = limit / density(limit)
    square = np.minimum(yi**2, 1.0)
    middle = 1.5 + (1.0 - share * ratio) * (1.0 + (1.0 - share) * ratio)
    of_share = share * (1.0 - share) / density(limit) ** 2
    return yi, (of_share - middle * square + square**2) / (total - 1.0)


def _entry(code, function, source, label, **more):
    return Measure(
        *(code, TWO_GROUPS, function, source, more.pop("scale", "correlation"), False),
        *("association", label),
        **{"instead": OF_TWO_GROUPS, "undefined": "both standard deviations are 0, or |r| >= 1"}
        | more,
    )


_Z = {"transform": "z", "scale": "Fisher's z"}

MEASURES = (
    _entry(
        *("RPB", point_biserial, "Tate 1954", "Point-biserial correlation"),
        vtypes=("LS", "ST", "CS"),
    ),
    _entry(
        *("ZPB", fisher_z(point_biserial), "Tate 1954", "Fisher's z, point-biserial"),
        **_Z,
        vtypes=("LS", "ST", "CS"),
    ),
    _entry("RBIS", biserial, "Soper 1914", "Biserial correlation"),
    _entry("ZBIS", fisher_z(biserial), "Soper 1914", "Fisher's z, biserial", **_Z),
)
