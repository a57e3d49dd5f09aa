"""Mean and standard deviation of a log-normal outcome from order statistics (Shi et al. 2020b).

Shi J, Tong T, Wang Y, Genton MG. Statistics and Its Interface 2020;13:519-531.
"""

from dataclasses import dataclass
from math import exp, log, sqrt

from workflow.lib.errors import InputError
from workflow.lib.stats.reported.normal_methods import mean_luo, sd_shi, sd_wan
from workflow.lib.stats.reported.summary import FIVE, QUARTILES, RANGE, Summary


@dataclass(frozen=True, slots=True)
class _Bias:
    """Constants of one case: of the log mean's variance and of the log variance's variance."""

    mean: float
    variance: float

    def at(self, power: int, sigma2: float, sigma4: float, n: float) -> tuple[float, float]:
        """Factors by which exp(p mu + p sigma2) and exp(p mu + p sigma2 / 2) are too high."""
        first = power**2 * self.mean * sigma2 / n
        return (
            1.0 + first + 4.0 * power**2 * self.variance * sigma4 / n,
            1.0 + first + power**2 * self.variance * sigma4 / n,
        )


BIAS = {RANGE: _Bias(0.565, 0.37), QUARTILES: _Bias(0.57, 0.75), FIVE: _Bias(0.405, 0.315)}


def log_summary(summary: Summary) -> Summary:
    """Return the summary of the logarithms.

    Raises
    ------
    InputError
        If a value is not above 0.
    """
    lowest = min(x for x in summary.used if x is not None)
    if lowest <= 0.0:
        raise InputError([f"value {lowest}: a log-normal outcome is above 0"])
    return summary.mapped(log)


def log_mean(logs: Summary) -> float:
    """Return the mean of the logarithms (Luo et al. 2018).

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    return mean_luo(logs)


def log_variances(logs: Summary) -> tuple[float, float]:
    """Return estimates of sigma squared and of sigma to the fourth of the logarithms.

    Raises
    ------
    NotEstimable
        If neither the range nor the quartiles are there.
    """
    n, raw = logs.n, (sd_shi if logs.case == FIVE else sd_wan)(logs) ** 2
    second = {
        RANGE: 1.01 + 0.25 / log(n) ** 2,
        QUARTILES: 1.0 + 1.58 / n,
        FIVE: 1.0 + 0.28 / log(n) ** 2,
    }
    fourth = {
        RANGE: 1.0 + 2.23 / log(n) ** 2,
        QUARTILES: 1.0 + 19.2 / n**1.2,
        FIVE: 1.0 + 3.93 / n,
    }
    return raw / second[logs.case], raw**2 / fourth[logs.case]


def back_transformed(logs: Summary) -> tuple[float, float]:
    """Return mean and standard deviation on the printed scale, corrected for bias.

    Raises
    ------
    NotEstimable
        If the summary lacks what the formula needs.
    """
    mu, (sigma2, sigma4) = log_mean(logs), log_variances(logs)
    bias = BIAS[logs.case]
    mean = exp(mu + sigma2 / 2.0) / bias.at(1, sigma2, sigma4, logs.n)[1]
    upper, lower = bias.at(2, sigma2, sigma4, logs.n)
    relative = exp(sigma2) / upper - 1.0 / lower  # of the variance, over exp(2 mu + sigma2)
    return mean, sqrt(max(0.0, relative)) * exp(mu + sigma2 / 2.0)
