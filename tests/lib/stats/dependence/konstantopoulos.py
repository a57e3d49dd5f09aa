"""The schools of Konstantopoulos (2011): 56 estimates in 11 districts."""

import numpy as np

from tests import agreement
from workflow.lib.stats.dependence.terms import nested

TABLE = agreement.table("dat.konstantopoulos2011")
YI, VI = np.array(TABLE["yi"]), np.array(TABLE["vi"])
DISTRICT, SCHOOL = (np.array(TABLE[name], dtype=int) for name in ("district", "school"))


def levels(**options):
    return nested(["district", "school"], [DISTRICT, SCHOOL], **options)
