"""What a meta-analyst asks of every pool of a collection: one row of answers per meta-analysis."""

from dataclasses import dataclass

import numpy as np

from workflow.lib.stats.batch.asymmetry import Asymmetry, egger_groups, largest_weights
from workflow.lib.stats.batch.pool import PooledGroups


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """Answers for every group, (groups,) each."""

    largest_weight: np.ndarray  # percent, in the primary model
    pi_includes_null: np.ndarray  # 1, 0, or NaN where there is no prediction interval
    significant: np.ndarray  # in the primary model
    significant_in: np.ndarray  # number of models that are significant
    answering: np.ndarray  # number of models that have a p value
    disagree: np.ndarray  # some models are significant and some are not
    opposite: np.ndarray  # models differ in the sign of the effect
    asymmetry: Asymmetry


def diagnose(yi, vi, starts, pools: dict[str, PooledGroups], *, primary: str, least: int):
    """Return the diagnoses of groups of rows; a model is significant if its interval excludes 0.

    `yi` and `vi` (n,), groups one after the other from the rows `starts`; `pools` are the models by
    name, all of the same groups and level; asymmetry is tested among `least` or more studies.
    """
    main = pools[primary]
    alpha = 1.0 - main.level / 100.0
    pval = np.array([pool.pval for pool in pools.values()])
    beta = np.array([pool.beta for pool in pools.values()])
    answers, below = ~np.isnan(pval), pval < alpha
    inside = (main.pi_lb <= 0.0) & (main.pi_ub >= 0.0)
    place = list(pools).index(primary)
    return Diagnoses(
        largest_weight=largest_weights(vi, main.tau2, starts),
        pi_includes_null=np.where(np.isnan(main.pi_lb), np.nan, inside),
        significant=below[place],
        significant_in=below.sum(axis=0),
        answering=answers.sum(axis=0),
        disagree=below.any(axis=0) & (answers & ~below).any(axis=0),
        opposite=(beta > 0.0).any(axis=0) & (beta < 0.0).any(axis=0),
        asymmetry=egger_groups(yi, vi, starts, least=least),
    )
