"""The effect sizes of one analysis with their Wald intervals, estimated as one set."""

from dataclasses import dataclass
from math import sqrt

from scipy.special import ndtri

from workflow.lib.stats.effects import effect_sizes


@dataclass(frozen=True, slots=True)
class WaldEffect:
    """Effect size of one study; without numbers where `reason` says why it cannot be pooled."""

    yi: float | None  # analysis scale
    vi: float | None  # squared unit of yi
    ci_lb: float | None
    ci_ub: float | None
    tag: str  # "OR, 0.5 added to the counts of 2 of 13 studies (to=only0), vtype LS"
    reason: str


def wald_effects(*, level):
    """A function (measure, **inputs) -> one WaldEffect per study.

    `inputs` are those of `effect_sizes`, (k,) each, its options among them: what an option says
    of all studies (the average of vtype AV, to if0all) is of these studies. The interval is yi
    plus or minus z times the standard error, at `level` percent.
    """
    z = float(ndtri(0.5 + level / 200.0))

    def effects(measure, **inputs):
        found = effect_sizes(measure, **inputs)
        rows = zip(found.yi, found.vi, found.reasons, strict=True)
        return tuple(_effect(yi, vi, reason, z=z, tag=found.tag) for yi, vi, reason in rows)

    return effects


def _effect(yi, vi, reason, *, z, tag):
    """One study: its numbers, or its reason alone."""
    if reason:
        return WaldEffect(None, None, None, None, tag, reason)
    half = z * sqrt(vi)
    return WaldEffect(yi, vi, yi - half, yi + half, tag, "")
