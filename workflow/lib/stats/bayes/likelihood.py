"""What k studies say of mu at a given tau, and how likely they are there: closed forms.

Given tau everything is normal (Rover 2020, section 2.4): the posterior of mu, the true effect of
each study and that of a new one. A normal prior of mu counts as one more study without tau.
"""

from dataclasses import dataclass
from math import log, pi

import numpy as np

_HIGH = 200.0  # log tau beyond which tau squared would leave the range of a double
_LOG_TWO_PI = log(2.0 * pi)


@dataclass(frozen=True, slots=True)
class Conditional:
    """Posterior moments of mu at m values of tau; log_likelihood has mu integrated out."""

    log_likelihood: np.ndarray  # (m,)
    mean: np.ndarray  # (m,) of mu, off the centre
    variance: np.ndarray  # (m,) of mu


@dataclass(frozen=True, slots=True)
class Studies:
    """Effects off a common centre, their variances, and the prior of mu."""

    yi: np.ndarray  # (k,), minus `centre`
    vi: np.ndarray  # (k,)
    centre: float
    prior_mean: float  # of mu, minus `centre`
    prior_sd: float | None  # None: uniform prior

    @property
    def k(self) -> int:
        """Number of studies."""
        return len(self.yi)

    def at(self, log_tau: np.ndarray) -> Conditional:
        """Conditional moments at each of `log_tau` (m,)."""
        unit, ratios, log_likelihood = self._relative(log_tau)
        w = 1.0 / ratios  # weights relative to the largest: no sum of them can vanish
        total, sum_wy = w.sum(axis=1), w @ self.yi
        prior = None if self.prior_sd is None else unit / self.prior_sd**2
        if prior is not None:
            total, sum_wy = total + prior, sum_wy + prior * self.prior_mean
        mean = sum_wy / total
        square = np.einsum("ij,ij->i", w, (self.yi - mean[:, None]) ** 2)
        if prior is None:
            log_likelihood += 0.5 * (_LOG_TWO_PI + np.log(unit / total)) + _beyond(log_tau)
        else:
            square += prior * (self.prior_mean - mean) ** 2
            log_likelihood += 0.5 * np.log(prior / total)
        return Conditional(log_likelihood - 0.5 * square / unit, mean, unit / total)

    def log_likelihood_of(self, mu: float, log_tau: np.ndarray) -> np.ndarray:
        """Log likelihood at a fixed mu (original units), (m,)."""
        unit, ratios, log_likelihood = self._relative(log_tau)
        squares = (self.yi - (mu - self.centre)) ** 2
        return log_likelihood - 0.5 * ((1.0 / ratios) @ squares) / unit

    def shares(self, log_tau: np.ndarray) -> np.ndarray:
        """Share of vi in vi + tau2, how far each effect is drawn to mu, (k, m)."""
        return self.vi[:, None] / (self.vi[:, None] + _square(log_tau))

    def _relative(self, log_tau: np.ndarray):
        """Smallest vi + tau2 (m,), all over it (m, k), and the log of the densities' constants (m,).

        Logarithms are taken of products of four: vi between 1e-30 and 1e30 cannot overflow them.
        """
        u = np.asarray(log_tau, dtype=float)
        square = _square(u)
        unit = self.vi.min() + square
        ratios = (self.vi + square[:, None]) / unit[:, None]
        products = np.multiply.reduceat(ratios, np.arange(0, self.k, 4), axis=1)
        logs = np.log(products).sum(axis=1) + self.k * np.log(unit)
        return unit, ratios, -0.5 * (logs + self.k * _LOG_TWO_PI) - self.k * _beyond(u)


def _square(log_tau) -> np.ndarray:
    """Tau squared, held within the range of a double."""
    return np.exp(2.0 * np.minimum(log_tau, _HIGH))


def _beyond(log_tau) -> np.ndarray:
    """What `_square` holds back of log tau."""
    return np.maximum(log_tau - _HIGH, 0.0)


def studies(yi: np.ndarray, vi: np.ndarray, mu_prior) -> Studies:
    """Return checked effects centred on the most precise study, with the prior of mu."""
    centre = float(yi[np.argmin(vi)])
    return Studies(yi - centre, vi, centre, mu_prior.mean - centre, mu_prior.sd)
