"""The Henmi-Copas interval: the inverse-variance mean, allowing for small-study bias.

Studies of low precision weigh little in it, so that what is missing among them matters less; the
interval's width takes account of the uncertainty of tau2.
"""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from scipy.special import gammainc, ndtr

from workflow.lib.stats.alternatives.robust_mean import (
    RobustMean,
    checked_model,
    fixed_weights_mean,
)
from workflow.lib.stats.roots import root_above
from workflow.lib.stats.student import quantile

NODES, WEIGHTS = np.polynomial.legendre.leggauss(32)
PANELS = 24  # of the integral over the standardised mean
FAR = 10.0  # standard deviations, where the normal density no longer counts


def henmi_copas(yi, vi, *, level=95.0) -> RobustMean:
    """Return the inverse-variance mean with the interval of Henmi & Copas (2010).

    `yi` and `vi` have shape (k,). tau2 is estimated by DL. The critical value is that of (beta - mu) / se, whose joint
    distribution with Q is approximated by a gamma distribution of Q given beta with the exact
    conditional mean and variance; the integral over beta is numerical, to 1e-10 or better.

    Raises
    ------
    InputError
        For a level outside (0, 100), a yi or vi that no analysis can use.
    NotEstimable
        If there are fewer than two studies.
    """
    model = checked_model(yi, vi, level)
    mean = fixed_weights_mean(model, 1.0 / model.vi, method="DL", level=level, name="Henmi-Copas")
    law = _Law.of(1.0 / model.vi, mean.tau2)
    tail = 0.5 - level / 200.0
    critical = root_above(lambda u: tail - law.above(u), 0.0, scale=quantile(level))
    half = critical * mean.se
    reason = "the critical value holds for its level only: read the interval"
    return replace(
        mean,
        **{"critical": critical, "ci_lb": mean.beta - half, "ci_ub": mean.beta + half},
        **{"pval": None, "reasons": {"pval": reason}},
        tag="Henmi-Copas, tau2 by DL, gamma approximation of Q given beta",
    )


@dataclass(frozen=True, slots=True)
class _Law:
    """Joint law of R = (beta - mu) sqrt(sum w) and Q, weights w, at one tau2."""

    df: int
    variance: float  # of R
    slope: float  # of the estimated variance of R with Q above df
    mean: tuple[float, float]  # of Q given R = r: mean[0] + mean[1] r^2
    spread: tuple[float, float]  # variance of Q given R = r, likewise

    @classmethod
    def of(cls, w, tau2: float) -> "_Law":
        """Law for k studies with weights `w`: moments of a quadratic given a linear form."""
        W1, W2 = float(w.sum()), float(w @ w)
        total, share = 1.0 / w + tau2, w / W1
        variance = 1.0 + tau2 * W2 / W1
        lean = tau2 / sqrt(W1) * w * (w - W2 / W1)  # A S c: how y'Ay leans on R
        first = tau2 / sqrt(W1) * float(w @ lean)  # c'S A S c
        second = float(lean @ (total * lean))  # c'S A S A S c
        trace = len(w) - 1.0 + tau2 * (W1 - W2 / W1)
        free = w * (1.0 - share)
        squares = float(((free * total) ** 2).sum())
        weighted = w * w * total
        squares += float(weighted @ (weighted.sum() - weighted)) / W1**2
        return cls(
            df=len(w) - 1,
            variance=variance,
            slope=W2 / W1 / (W1 - W2 / W1),
            mean=(trace - first / variance, first / variance**2),
            spread=(
                2.0 * (squares - 2.0 * second / variance + (first / variance) ** 2),
                4.0 * (second - first**2 / variance) / variance**2,
            ),
        )

    def above(self, u: float) -> float:
        """Probability that R over its estimated standard error exceeds `u`."""
        if u <= 0.0:
            return 0.5
        sd = sqrt(self.variance)
        edges = np.linspace(u, u + FAR * sd, PANELS + 1)
        half = 0.5 * np.diff(edges)[:, None]
        r = (edges[:-1, None] + half) + half * NODES
        below = self.df + ((r / u) ** 2 - 1.0) / self.slope
        mean, spread = (m[0] + m[1] * r**2 for m in (self.mean, self.spread))
        share = gammainc(mean**2 / spread, below * mean / spread)
        density = np.exp(-0.5 * r**2 / self.variance) / (sd * sqrt(2.0 * np.pi))
        return float((half * WEIGHTS * share * density).sum()) + float(ndtr(-edges[-1] / sd))
