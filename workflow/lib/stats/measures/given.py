"""Effects that were computed elsewhere: any measure, ratios as their logarithms, hazard differences."""

import numpy as np

from workflow.lib.stats.measures.definition import Alternative, Measure


def as_given(x, options):
    """Return effects that were computed elsewhere."""
    del options  # whatever correction they need is the business of their source
    return x.yi, x.vi


_FROM_SEI = (Alternative("sei", ("vi",), lambda sei, x: {"vi": np.square(sei)}),)


def _given(code, source, scale, label, **more):
    return Measure(
        *(code, ("yi", "vi"), as_given, source, scale, False),
        *(more.pop("comparison", "two groups"), label),
        instead=_FROM_SEI,
        undefined="yi or vi is not a number",
        **more,
    )


_HAZARD = "positive: the event comes sooner in the experimental group"
_EVENT = "positive: the event is more frequent in the experimental group"

MEASURES = (
    _given(
        *("HR", "Parmar et al. 1998", "log hazard ratio", "Log hazard ratio"),
        **{"transform": "log", "direction": _HAZARD},
    ),
    _given(
        *("LOR", "the source of yi and vi", "log odds ratio", "Log odds ratio, as given"),
        **{"transform": "log", "direction": _EVENT},
    ),
    _given(
        *("LRR", "the source of yi and vi", "log risk ratio", "Log risk ratio, as given"),
        **{"transform": "log", "direction": _EVENT},
    ),
    _given(
        *("HD", "the source of yi and vi", "events per person-time", "Hazard difference"),
        direction=_HAZARD,
    ),
    _given(
        *("GEN", "the source of yi and vi", "as given", "Effect size"),
        **{"comparison": "generic", "direction": "as given"},
    ),
)
