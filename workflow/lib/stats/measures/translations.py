"""One effect size in terms of another: Cohen's d, correlations and odds ratios.

Names as in metafor, without "transf.". Those of d assume normal distributions of equal variance
(Cohen 1988, ch. 2; McGraw and Wong 1992). All take and return numbers or arrays.
"""

import numpy as np
from scipy.special import ndtr, ndtri

from workflow.lib.stats.measures.transforms import LOGISTIC, NORMAL


def dtou1(d):
    """Return Cohen's U1, the share of both groups that does not overlap (Cohen 1988)."""
    upper = dtou2(np.abs(d))
    return (2.0 * upper - 1.0) / upper


def dtou2(d):
    """Return Cohen's U2, the share of one group that exceeds the same share of the other."""
    return ndtr(np.asarray(d, dtype=float) / 2.0)


def dtou3(d):
    """Return Cohen's U3, the share of the control group below the experimental mean."""
    return ndtr(d)


def dtoovl(d):
    """Return the overlap of the two distributions."""
    return 2.0 * ndtr(-np.abs(d) / 2.0)


def dtocles(d):
    """Return the probability that a member of the experimental group scores higher."""
    return ndtr(np.asarray(d, dtype=float) / np.sqrt(2.0))


def clestod(cles):
    """Return the d of a probability of superiority."""
    return np.sqrt(2.0) * ndtri(cles)


def dtocliffd(d):
    """Return Cliff's delta."""
    return 2.0 * dtocles(d) - 1.0


def dtobesd(d):
    """Return the success rate of the binomial effect size display (Rosenthal and Rubin 1982)."""
    return 0.5 + dtorpb(d) / 2.0


def dtomd(d, sd):
    """Return the mean difference in units of the outcome."""
    return d * sd


def dtorpb(d, n1=None, n2=None):
    """Return the point-biserial correlation; without sizes, of equal and large groups."""
    d = np.asarray(d, dtype=float)
    return d / np.sqrt(d**2 + _spread(n1, n2))


def rpbtod(r, n1=None, n2=None):
    """Return Cohen's d of a point-biserial correlation."""
    r = np.asarray(r, dtype=float)
    return np.sqrt(_spread(n1, n2)) * r / np.sqrt(1.0 - r**2)


def rpbtorbis(r, n1=None, n2=None):
    """Return the biserial correlation of a point-biserial one (Jacobs and Viechtbauer 2017)."""
    share = 0.5 if n1 is None else n1 / (n1 + n2)
    return r * np.sqrt(share * (1.0 - share)) / density(ndtri(share))


def rtorpb(r, n1=None, n2=None):
    """Return the point-biserial correlation of a biserial one."""
    return r / rpbtorbis(1.0, n1, n2)


def dtorbis(d, n1=None, n2=None):
    """Return the biserial correlation of Cohen's d."""
    return rpbtorbis(dtorpb(d, n1, n2), n1, n2)


def rtod(r, n1=None, n2=None):
    """Return Cohen's d of a biserial correlation."""
    return rpbtod(rtorpb(r, n1, n2), n1, n2)


def lnortord(lnor, pc):
    """Return the risk difference of a log odds ratio at the control risk `pc`."""
    return pc * lnortorr(lnor, pc) - pc


def lnortorr(lnor, pc):
    """Return the risk ratio of a log odds ratio at the control risk `pc`."""
    ratio = np.exp(lnor)
    return ratio / (1.0 - pc + pc * ratio)


def lnortod_norm(lnor):
    """Return d of a log odds ratio, normal distributions (Cox and Snell 1989)."""
    return np.asarray(lnor, dtype=float) / NORMAL


def lnortod_logis(lnor):
    """Return d of a log odds ratio, logistic distributions (Chinn 2000)."""
    return np.asarray(lnor, dtype=float) / LOGISTIC


def dtolnor_norm(d):
    """Return the log odds ratio of d, normal distributions (Cox and Snell 1989)."""
    return np.asarray(d, dtype=float) * NORMAL


def dtolnor_logis(d):
    """Return the log odds ratio of d, logistic distributions (Chinn 2000)."""
    return np.asarray(d, dtype=float) * LOGISTIC


def lnortortetyule(lnor):
    """Return Yule's approximation of the tetrachoric correlation (Yule 1912)."""
    return np.tanh(np.asarray(lnor, dtype=float) / 4.0)


def lnortortetdigby(lnor):
    """Return Digby's approximation of the tetrachoric correlation (Digby 1983)."""
    return np.tanh(np.asarray(lnor, dtype=float) * 3.0 / 8.0)


def density(z):
    """Return the standard normal density."""
    return np.exp(-np.square(z) / 2.0) / np.sqrt(2.0 * np.pi)


def _spread(n1, n2):
    """m/n1 + m/n2 with m = n1 + n2 - 2; 4 for equal and large groups."""
    return 4.0 if n1 is None else (n1 + n2 - 2.0) * (1.0 / n1 + 1.0 / n2)
