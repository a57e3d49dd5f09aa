"""Fisher's noncentral hypergeometric law: events in group 1 given both margins and a log OR."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from workflow.lib.stats.counts.tables import TwoByTwo


@dataclass(frozen=True, slots=True)
class NoncentralHypergeometric:
    """Conditional law of the events in group 1 of k tables."""

    constant: np.ndarray  # log of the ways to choose the observed table, (k,)
    values: np.ndarray  # possible numbers of events less the observed one, (k, s)
    log_ways: np.ndarray  # log of the ways to choose each; -inf where impossible, (k, s)

    def terms(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return log probability of the observed events at log odds ratio `theta`, (k, ...), and
        its first two derivatives; `theta` may be complex (for derivatives by a complex step).
        """
        extra = (slice(None), slice(None), *(None,) * (theta.ndim - 1))
        values, log_ways = self.values[extra], self.log_ways[extra]
        exponent = log_ways + values * theta[:, None]
        top = exponent.real.max(axis=1)
        share = np.exp(exponent - top[:, None])
        total = share.sum(axis=1)
        mean = (share * values).sum(axis=1) / total
        square = (share * values**2).sum(axis=1) / total
        constant = self.constant[extra[1:]] if theta.ndim > 1 else self.constant
        return constant - top - np.log(total), -mean, mean**2 - square


def noncentral_hypergeometric(tables: TwoByTwo) -> NoncentralHypergeometric:
    """Return the law of the events in group 1 of each table, given its margins.

    The arrays hold the whole range of possible events, padded to the widest table.
    """
    (n1, n2), m1 = tables.sizes, tables.ai + tables.ci
    low, high = np.maximum(0.0, m1 - n2), np.minimum(n1, m1)
    events = low[:, None] + np.arange(int((high - low).max(initial=0.0)) + 1)
    possible = events <= high[:, None]
    inside = np.where(possible, events, low[:, None])
    ways = _log_choose(n1[:, None], inside) + _log_choose(n2[:, None], m1[:, None] - inside)
    return NoncentralHypergeometric(
        _log_choose(n1, tables.ai) + _log_choose(n2, tables.ci),
        inside - tables.ai[:, None],
        np.where(possible, ways, -np.inf),
    )


def _log_choose(n, x) -> np.ndarray:
    """Log of the binomial coefficient."""
    return gammaln(n + 1.0) - gammaln(x + 1.0) - gammaln(n - x + 1.0)
