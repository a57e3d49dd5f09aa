"""Time points: the duration that a label names, in days."""

import re

from workflow.lib.errors import InputError

BASELINE = "baseline"
DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
DURATION = re.compile(r"(\d+(?:\.\d+)?)[ -](day|week|month|year)s?\b", re.IGNORECASE)


def days_of(label):
    """Days since treatment that the label names; 0 for baseline.

    Raises
    ------
    InputError
        If the label names no duration.
    """
    if label == BASELINE:
        return 0.0
    found = DURATION.search(label)
    if not found:
        raise InputError(
            [
                f"'{label}' names no duration; write 'baseline' or words with days, weeks, months or "
                "years, such as 'last follow-up (mean 194 days)'"
            ]
        )
    return float(found[1]) * DAYS[found[2].lower()]
