"""All procedures that config.yaml can name under `examine`."""

from workflow.lib.stats.examine.asymmetry import ASYMMETRY
from workflow.lib.stats.examine.clusters import CLUSTERS
from workflow.lib.stats.examine.counts import COUNTS
from workflow.lib.stats.examine.estimates import ESTIMATES
from workflow.lib.stats.examine.influence import INFLUENCE
from workflow.lib.stats.examine.moderators import MODERATORS
from workflow.lib.stats.examine.rosetta import ROSETTA
from workflow.lib.stats.examine.sensitivity import SENSITIVITY

GROUPS = (
    *(ESTIMATES, ROSETTA, INFLUENCE, MODERATORS, CLUSTERS, ASYMMETRY, COUNTS),
    SENSITIVITY,
)
PROCEDURES = {one.name: one for group in GROUPS for one in group}
