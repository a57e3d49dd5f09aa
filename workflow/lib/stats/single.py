"""The effect size of one study with its Wald interval."""

from math import sqrt

from scipy.special import ndtri

from workflow.lib.stats.effects import effect_size


def single_effect(*, level):
    """A function (measure, **inputs) -> (yi, vi, ci_lb, ci_ub, tag) for one study.

    `inputs` are those of `effect_size`, its options among them. The interval is yi plus or minus
    z times the standard error, at `level` percent.
    """
    z = float(ndtri(0.5 + level / 200.0))

    def effect(measure, **inputs):
        found = effect_size(measure, **inputs)
        yi, vi = float(found.yi[0]), float(found.vi[0])
        return yi, vi, yi - z * sqrt(vi), yi + z * sqrt(vi), found.tag

    return effect
