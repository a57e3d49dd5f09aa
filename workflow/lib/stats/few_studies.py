"""The sums of a model with one mean for few studies, in plain loops.

A call over an array costs a microsecond however short the array is: up to some fifty studies
arithmetic on numbers is faster.
"""

from dataclasses import dataclass
from math import log

from workflow.lib.stats.intercept import InterceptModel, Moments, with_lead

FEW = 50  # studies up to which loops are faster than arrays


@dataclass(frozen=True, slots=True)
class FewStudies(InterceptModel):
    """An `InterceptModel` that answers the same with other arithmetic."""

    rows: tuple[tuple[float, float], ...] = ()  # (yi, vi) of all studies but the lead

    def q_at(self, tau2: float) -> tuple[float, float]:
        """Return Q = y'Py and y'PPy at `tau2`."""
        if tau2 in self.known:
            return self.known[tau2].Q, self.known[tau2].yPPy
        lead_w = 1.0 / (self.least + tau2)
        total, weighted, pairs = lead_w, 0.0, []
        for y, v in self.rows:
            w = 1.0 / (v + tau2)
            total += w
            weighted += w * y
            pairs.append((w, y))
        mu = weighted / total
        Q, yPPy = lead_w * mu * mu, (lead_w * mu) ** 2
        for w, y in pairs:
            Py = w * (y - mu)
            Q += Py * (y - mu)
            yPPy += Py * Py
        return Q, yPPy

    def spread(self) -> float:
        """Sum of squares about the unweighted mean."""
        mean = sum([y for y, _ in self.rows]) / self.k
        return mean * mean + sum([(y - mean) ** 2 for y, _ in self.rows])

    def expected_spread(self) -> float:
        """Expectation of `spread` from the sampling variances alone."""
        return (self.least + sum([v for _, v in self.rows])) * (1.0 - 1.0 / self.k)

    def loglik(self, tau2: float, *, restricted: bool) -> float:
        """(Restricted) log-likelihood at `tau2`, up to a constant."""
        m = self.at(tau2)
        logs = log(self.least + tau2) + sum([log(v + tau2) for _, v in self.rows])
        return -0.5 * (logs + (log(m.sum_w) if restricted else 0.0) + m.Q)

    def _at(self, tau2: float) -> Moments:
        """Sums over the other studies, put together with the lead's."""
        lead_w = 1.0 / (self.least + tau2)
        sum_w = sum_ww = sum_www = weighted = 0.0
        pairs = []
        for y, v in self.rows:
            w = 1.0 / (v + tau2)
            ww = w * w
            sum_w += w
            sum_ww += ww
            sum_www += ww * w
            weighted += w * y
            pairs.append((w, y))
        mu = weighted / (sum_w + lead_w)
        Q = yPPy = first = second = 0.0
        lead_z = lead_w * mu
        for w, y in pairs:
            Py = w * (y - mu)
            Q += Py * (y - mu)
            yPPy += Py * Py
            z = Py + lead_z
            first += w * z
            second += w * z * z
        return with_lead((lead_w, mu), (sum_w, sum_ww, sum_www), (Q, yPPy, first, second))
