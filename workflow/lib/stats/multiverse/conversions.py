"""Ways from a printed median to a mean and a standard deviation, each as `stats.conversions` is called."""

from types import SimpleNamespace

from workflow.lib.errors import NotEstimable
from workflow.lib.stats import conversions
from workflow.lib.stats.reported.normal_methods import mean_wan
from workflow.lib.stats.reported.summary import Summary

HOUSE = "luo_wan"  # Luo et al. 2018 for the mean, Wan et al. 2014 for the spread


def _mean_wan_quartiles(q1, median, q3, n):
    """Mean of the quartiles and the median (Wan et al. 2014)."""
    return mean_wan(Summary(None, q1, median, q3, None, n))


def _mean_wan_range(minimum, median, maximum, n):
    """Mean from median and range (Wan et al. 2014)."""
    return mean_wan(Summary(minimum, None, median, None, maximum, n))


def _median(_, median, __, n):
    """The median in the place of the mean."""
    return median


def _refused(*_):
    """No mean at all."""
    raise NotEstimable("medians are not converted")


def _with(quartiles, range_):
    own = {"mean_from_quartiles": quartiles, "mean_from_range": range_}
    return SimpleNamespace(**vars(conversions) | own)


CONVERSIONS = {
    HOUSE: conversions,
    "refuse_skewed": conversions,  # the same; what fails the skewness test is left out before
    "wan": _with(_mean_wan_quartiles, _mean_wan_range),
    "median_as_mean": _with(_median, _median),
    "no_medians": _with(_refused, _refused),
}
