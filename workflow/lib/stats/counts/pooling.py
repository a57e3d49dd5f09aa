"""The pool of an analysis whose studies are two-by-two tables, by Mantel and Haenszel.

MH is the common effect of Mantel and Haenszel (1959); DLMH is the random-effects model that Review
Manager 5 calls Mantel-Haenszel: weights by inverse variance, tau2 by DerSimonian and Laird (1986) with
Q measured around the Mantel-Haenszel estimate instead of the inverse-variance mean (Deeks & Higgins 2010).
"""

from dataclasses import asdict, dataclass, replace

import numpy as np
from scipy.special import chdtrc

from workflow.lib.errors import NotEstimable
from workflow.lib.stats import pooling
from workflow.lib.stats.counts.mantel_haenszel import mantel_haenszel
from workflow.lib.stats.counts.result import spread_around
from workflow.lib.stats.counts.tables import TwoByTwo, Zeros, two_by_two
from workflow.lib.stats.heterogeneity import heterogeneity_of
from workflow.lib.stats.moments import intercept_model
from workflow.lib.stats.tau2 import estimate_tau2

COUNT_METHODS = ("MH", "DLMH")
INVERSE = {"MH": "EE", "DLMH": "DL"}  # the method that weighs the same effects by inverse variance
INPUTS = ("event_e", "n_e", "event_c", "n_c")


@dataclass(frozen=True, slots=True)
class CountPooling:
    """What `stats.pooling` does for effects, for effects whose counts are known; same names."""

    tables: TwoByTwo
    measure: str  # OR, RR or RD
    revman: (
        bool  # what is added to empty cells is added for the pool, too; variance of RD as in 1985
    )
    zeros: Zeros

    def random_effects(self, yi, vi, *, method, test="z", level=95.0) -> pooling.Pooled:
        """Return the pool of the effects `yi`, `vi`, one per table and in their order.

        Knapp-Hartung scales the variance of the Mantel-Haenszel estimate by the spread of the studies
        around it, Q / (k - 1), as it does that of an inverse-variance mean.

        Raises
        ------
        NotEstimable
            If an event is missing in one group of all tables, so that there is no common effect.
        """
        inverse = INVERSE[method]
        if len(yi) < 2:
            return replace(
                pooling.random_effects(yi, vi, method=inverse, test=test, level=level),
                method=method,
            )
        found = self._common(level)
        spread = self._spread(yi, vi, found.beta, method, level)
        if method == "MH":
            mean = pooling.Mean(found.beta, found.se**-2, spread.QE, found.weights)
        else:
            mean = pooling.inverse_variance_mean(intercept_model(yi, vi), spread.tau2)
        return _told(pooling.pool_around(mean, spread, test), found.tag)

    def all_tests(self, yi, vi, *, method, level=95.0) -> tuple[pooling.Pooled, ...]:
        """Return `random_effects` for each of z, t, knha and adhoc."""
        return tuple(
            self.random_effects(yi, vi, method=method, test=test, level=level)
            for test in pooling.TESTS
        )

    def probability_beyond(self, fit, threshold) -> pooling.Probability:
        """Return `pooling.probability_beyond` of the fit."""
        return pooling.probability_beyond(fit, threshold)

    def rows(self, keep) -> "CountPooling":
        """Return the pooling of some of the tables; `keep` says which."""
        return replace(self, tables=self.tables.rows(keep))

    def refit_without_each(self, yi, vi, *, method, test, level) -> "WithoutEach":
        """Return the pools of all tables but one."""
        fits = []
        for place in range(len(yi)):
            keep = np.arange(len(yi)) != place
            kept = (np.asarray(yi)[keep], np.asarray(vi)[keep])
            rest = self.rows(keep)
            fits.append(rest.random_effects(*kept, method=method, test=test, level=level))
        return WithoutEach(tuple(fits))

    def _common(self, level):
        """The common effect of the tables."""
        options = {"zeros": self.zeros, "sato": not self.revman, "level": level}
        found = mantel_haenszel(self.tables, self.measure, **options)
        if not found.se:
            reason = found.reasons.get("beta") or found.reasons.get("stat", "")
            raise NotEstimable(f"Mantel-Haenszel {self.measure}: {reason}")
        return found

    def _spread(self, yi, vi, beta, method, level):
        """Heterogeneity measured around the Mantel-Haenszel estimate."""
        model = intercept_model(yi, vi)
        found = heterogeneity_of(model, method=INVERSE[method], level=level)
        Q = spread_around(beta, np.asarray(yi), np.asarray(vi))
        I2_Q = 100.0 * max(0.0, 1.0 - model.df / Q) if Q > 0.0 else 0.0
        changed = {"QE": Q, "QEp": float(chdtrc(model.df, Q)), "I2_Q": I2_Q}
        if method == "MH":
            return replace(found, method=method, I2=I2_Q, H2=Q / model.df, **changed)
        tau2 = max(0.0, (Q - model.df) / model.at(0.0).trP)
        typical = model.df / model.at(0.0).trP
        changed |= {"tau2": tau2, "se_tau2": estimate_tau2(model, "DL", fixed=tau2)[1]}
        changed |= {"I2": 100.0 * tau2 / (tau2 + typical), "H2": 1.0 + tau2 / typical}
        return replace(found, method=method, **changed)


@dataclass(frozen=True, slots=True)
class WithoutEach:
    """The pools without one study each, in the order of the studies."""

    fits: tuple[pooling.Pooled, ...]

    def row(self, place) -> dict[str, object]:
        """Return one of them as plain values by field."""
        return asdict(self.fits[place])


def count_pooling(inputs, measure, *, revman=False, add=0.5, to="only0") -> CountPooling:
    """Return the pooling of the tables in `inputs` (name -> one value per study).

    `add` and `to` are those of the studies' own effects. With `revman` they hold for the pool of
    ratios, too, as in Review Manager, Stata's metan and meta; without it nothing is added there.
    """
    event_e, n_e, event_c, n_c = (np.array(inputs.get(name, ()), dtype=float) for name in INPUTS)
    tables = two_by_two(event_e, n_e - event_e, event_c, n_c - event_c)
    in_pool = (add, to) if revman and measure != "RD" else (0.0, "none")
    zeros = Zeros((add, in_pool[0]), (to, in_pool[1]), (False, False))
    return CountPooling(tables, measure, revman, zeros)


def _told(fit, tag):
    """The fit with the words for what was done about counts in its tag."""
    return replace(fit, tag=f"{fit.tag}; {tag.partition('; MH with')[0]}")
