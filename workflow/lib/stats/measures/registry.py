"""Every effect measure of the library by its code."""

from workflow.lib.stats.measures import (
    change,
    contingency,
    correlations,
    given,
    mixed,
    one_group,
    pairs,
    person_time,
    ratios,
    superiority,
    two_by_two,
    two_groups,
)

FAMILIES = (
    *(two_groups, change, ratios, superiority, two_by_two, person_time),
    *(correlations, mixed, contingency, one_group, pairs, given),
)
MEASURES = {measure.code: measure for family in FAMILIES for measure in family.MEASURES}
